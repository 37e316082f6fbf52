"""Problem 4.i: conjugate gradients."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Fewer iterations than dimensions, as many, more than enough, and a gradient that is 0 already.

    In the last, a multiple of the identity, r is exactly 0 after the first of three iterations.
    """

    def draw(n: int, iterations: int, scale: float = 1.0) -> Arguments:
        Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
        H = (Q * rng.uniform(1.0, 5.0, size=n)) @ Q.T
        return {"gradient": scale * rng.normal(size=n), "hvp": lambda v: H @ v, "iterations": iterations}

    round_bowl = {"gradient": rng.normal(size=4), "hvp": lambda v: 4.0 * v, "iterations": 3}
    return [draw(5, 2), draw(6, 3), draw(3, 3), draw(1, 3), draw(3, 2, scale=0.0), round_bowl]


def newton(
    gradient: Any, hvp: Any, iterations: int,
    count: Callable[[int], int] = lambda n: n,
    next_direction: Callable[..., Any] = lambda r, d, new, old: r + new / old * d,
    step: Callable[..., Any] = lambda r, d, hd: (r @ r) / (d @ hd),
    after: Callable[..., Any] = lambda r, alpha, d, hd: r - alpha * hd,
) -> Entries:  # fmt: skip
    """Conjugate gradients on H p = −gradient from p = 0; the keywords after iterations plant slips."""
    p, r = np.zeros_like(gradient), -gradient
    d, first = r, r @ r
    for _ in range(count(iterations)):
        if r @ r <= 1e-28 * first:
            break
        hd, old = hvp(d), r @ r
        alpha = step(r, d, hd)
        p, r = p + alpha * d, after(r, alpha, d, hd)
        d = next_direction(r, d, r @ r, old)
    return {"step": p}


def solved(gradient: Any, hvp: Any, iterations: int) -> Entries:
    H = np.stack([hvp(e) for e in np.eye(len(gradient))])
    return {"step": np.linalg.solve(H, -gradient)}


PROBLEM = Problem(
    id="4.i",
    title="A Newton step by conjugate gradients",
    points=4,
    minutes=30,
    hints=(
        "The right side is b = −gradient. Keep three vectors: the step p, the rest r = b − Hp, and the direction d.",
        "With p = 0 what is left is b itself, and so is the first direction. Call hvp(d) once in each iteration.",
        "The new r is r − α·Hd: no second call. Keep r·r from before the change, for β.",
        "If r·r is 0, p is the solution: leave the loop before something is divided by 0.",
    ),
    instances=instances,
    truth=newton,
    slips=(
        Slip(solved, "this is the exact solution; after so few iterations conjugate gradients are not there yet."),
        wrong("a step of gradient descent: H is not used.", step=lambda gradient, hvp, iterations: -gradient),
        planted(newton, "this is steepest descent: each direction must keep a part, β, of the one before.",
                next_direction=lambda r, d, new, old: r),
        planted(newton, "β is upside down: the new r·r is divided by the old.",
                next_direction=lambda r, d, new, old: r + (old / new if new > 1e-20 else 0.0) * d),
        planted(newton, "the new direction is r + β·d, with a plus.",
                next_direction=lambda r, d, new, old: r - new / old * d),
        planted(newton, "β is missing: the old direction is kept whole.", next_direction=lambda r, d, new, old: r + d),
        planted(newton, "H is missing in α: its denominator is d·Hd.", step=lambda r, d, hd: (r @ r) / (d @ d)),
        planted(newton, "α is upside down.", step=lambda r, d, hd: (d @ hd) / (r @ r)),
        planted(newton, "what is left shrinks: r − α·Hd, with a minus.", after=lambda r, alpha, d, hd: r + alpha * hd),
        planted(newton, "what is left changes by α·Hd, not by α·d.", after=lambda r, alpha, d, hd: r - alpha * d),
        planted(newton, "one iteration too many.", count=lambda n: n + 1),
        planted(newton, "one iteration is missing.", count=lambda n: n - 1),
        planted(newton, "only the first iteration is done: is the `return` inside the loop?", count=lambda n: 1),
    ),
)  # fmt: skip
