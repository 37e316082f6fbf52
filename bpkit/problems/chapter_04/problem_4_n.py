"""Problem 4.n: a Newton step where the loss bends down."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted

SMALL = 1e-10  # what counts as 0 of the gradient's length
ENDLESS = 1e30  # as good as infinity: where the curvature is 0, the minimum along d is nowhere


def along_axes(rng: np.random.Generator, curvatures: Sequence[float], gradient: Sequence[float]) -> tuple[Any, Any]:
    """A Hessian with these curvatures along the axes, and a gradient, in another order and with other signs.

    Powers of two make conjugate gradients exact on it, so that a curvature of 0 is 0 and a length can be the radius.
    """
    order = rng.permutation(len(curvatures))
    signs = rng.choice([-1.0, 1.0], size=len(curvatures)) * 2.0 ** rng.integers(-1, 2)
    return np.diag(np.array(curvatures, dtype=float)[order]), signs * np.array(gradient, dtype=float)[order]


def turned(rng: np.random.Generator, curvatures: Sequence[float]) -> tuple[Any, Any]:
    """A Hessian with these curvatures along random directions, and a random gradient."""
    Q = np.linalg.qr(rng.normal(size=(len(curvatures), len(curvatures))))[0]
    return (Q * np.array(curvatures)) @ Q.T, rng.normal(size=len(curvatures))


def arguments(H: Any, gradient: Any, radius: Any, iterations: int) -> Arguments:
    return {"gradient": gradient, "hvp": lambda v: H @ v, "radius": float(radius), "iterations": iterations}


def points(H: Any, gradient: Any) -> tuple[list[Any], list[float]]:
    """The points that conjugate gradients reach without a radius, and the curvatures of their directions."""
    p, r = np.zeros_like(gradient), -gradient
    d, found, curvatures = r, [p], []
    for _ in range(len(gradient)):
        if r @ r <= SMALL**2 * (gradient @ gradient):
            break
        hd = H @ d
        curvatures.append(float(d @ hd / (d @ d)))
        if curvatures[-1] <= 0:
            break
        alpha = (r @ r) / (d @ hd)
        p, left = p + alpha * d, r - alpha * hd
        d, r = left + (left @ left) / (r @ r) * d, left
        found.append(p)
    return found, curvatures


def clear(curvatures: Sequence[float]) -> bool:
    """Whether no curvature is so near to 0 that rounding decides its sign."""
    return min(map(abs, curvatures)) > 0.1


def bends_later(rng: np.random.Generator) -> Arguments:
    """An indefinite Hessian whose first directions bend up, and one after them down, well inside of the radius."""
    while True:
        H, gradient = turned(rng, [*rng.uniform(1.0, 4.0, size=3), -rng.uniform(0.5, 2.0), -rng.uniform(0.5, 2.0)])
        found, curvatures = points(H, gradient)
        if len(found) > 2 and curvatures[-1] < 0 and clear(curvatures):
            return arguments(H, gradient, rng.uniform(1.5, 3.0) * max(map(np.linalg.norm, found)), 5)


def bends_at_once(rng: np.random.Generator) -> Arguments:
    """The curvature along the gradient itself is negative, and the point with this α < 0 is outside of the radius."""
    while True:
        H, gradient = turned(rng, [rng.uniform(1.0, 4.0), -rng.uniform(0.5, 2.0), -rng.uniform(0.5, 2.0)])
        curvature = gradient @ H @ gradient / (gradient @ gradient)
        if curvature < -0.1:
            return arguments(H, gradient, rng.uniform(0.3, 0.9) * np.linalg.norm(gradient / curvature), 3)


def leaves(rng: np.random.Generator) -> Arguments:
    """A positive definite Hessian, and a radius that the second point is beyond, but neither of the steps to it."""
    while True:
        H, gradient = turned(rng, rng.uniform(0.5, 6.0, size=5).tolist())
        _, first, second, *_ = points(H, gradient)[0]
        longest = max(np.linalg.norm(first), np.linalg.norm(second - first))
        if np.linalg.norm(second) > 1.1 * longest:
            return arguments(H, 100 * gradient, 50 * (longest + np.linalg.norm(second)), 5)


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Every way to end; curvatures of exactly 0, a point exactly on the radius, and gradients of 0, tiny and huge."""
    (H, gradient), singular = turned(rng, [1.0, 2.5, 5.0]), turned(rng, [1.0, 3.0, 0.0])
    solved = 2 * np.linalg.norm(points(H, gradient)[0][-1])
    singular = singular[0], singular[0] @ singular[1]  # a gradient along which the Hessian is not flat
    return [
        bends_later(rng),
        leaves(rng),
        arguments(H, gradient, solved, 6),
        arguments(H, 1e8 * gradient, 1e8 * solved, 6),
        arguments(H, 1e-12 * gradient, solved, 2),
        arguments(*turned(rng, [1.0, 2.0, 3.5, 5.0, 7.0]), 100.0, 2),
        bends_at_once(rng),
        arguments(*along_axes(rng, [0.0, 2.0], [1.0, 0.0]), 2.0 ** rng.integers(-1, 3), 2),
        arguments(*along_axes(rng, [0.5, 0.0], [1.0, 1.0]), 2.0 ** rng.integers(4, 6), 4),
        arguments(*singular, 2 * np.linalg.norm(points(*singular)[0][2]), 5),
        arguments(np.diag([0.5, 4.0]), np.array([2.0, 0.0]), 4.0, 3),
        arguments(*along_axes(rng, [-1.0, 2.0], [0.0, 0.0]), 1.0, 3),
        arguments(*turned(rng, [1.0, 2.0]), 1.0, 0),
    ]


def to_radius(p: Any, d: Any, radius: float) -> Any:
    """Where the way from p along d leaves the ball."""
    a, b, c = d @ d, p @ d, p @ p - radius**2
    return p + (-b + np.sqrt(b * b - a * c)) / a * d


def steihaug(
    gradient: Any, hvp: Any, radius: float, iterations: int,
    bends: Callable[[Any], Any] = lambda curvature: curvature <= 0,
    outside: Callable[[Any, float], Any] = lambda length, radius: length >= radius,
    at_curvature: Callable[..., Any] = to_radius,
    at_radius: Callable[..., Any] = lambda p, d, radius, alpha: to_radius(p, d, radius),
    count: Callable[[int], int] = lambda n: n,
    next_direction: Callable[..., Any] = lambda r, d, new, old: r + new / old * d,
    right_side: Callable[[Any], Any] = np.negative,
    radius_first: bool = False,
) -> Entries:  # fmt: skip
    """Conjugate gradients within a radius; the keywords after iterations plant slips."""
    p, r = np.zeros_like(gradient), right_side(gradient)
    d = r
    for _ in range(count(iterations)):
        if np.sqrt(r @ r) <= SMALL * np.sqrt(gradient @ gradient):
            return {"step": p, "end": "solved"}
        hd, old = hvp(d), r @ r
        alpha = old / (d @ hd) if d @ hd else ENDLESS
        length = np.linalg.norm(p + alpha * d)
        if bends(d @ hd) and not (radius_first and outside(length, radius)):
            return {"step": at_curvature(p, d, radius), "end": "curvature"}
        if outside(length, radius):
            return {"step": at_radius(p, d, radius, alpha), "end": "radius"}
        p, r = p + alpha * d, r - alpha * hd
        d = next_direction(r, d, r @ r, old)
    return {"step": p, "end": "iterations"}


def from_start(p: Any, d: Any, radius: float, alpha: float = 0.0) -> Any:
    return radius / np.sqrt(d @ d) * d


def other_way(p: Any, d: Any, radius: float, alpha: float = 0.0) -> Any:
    return to_radius(p, -d, radius)


def whole_radius(p: Any, d: Any, radius: float, alpha: float = 0.0) -> Any:
    return p + radius / np.sqrt(d @ d) * d


def unmoved(p: Any, d: Any, radius: float, alpha: float = 0.0) -> Any:
    return p


def drawn_in(p: Any, d: Any, radius: float, alpha: float) -> Any:
    beyond = p + alpha * d
    return radius / np.sqrt(beyond @ beyond) * beyond


def renamed(**arguments: Any) -> Entries:
    end = steihaug(**arguments)["end"]
    return {"end": "radius" if end == "curvature" else end}


def whole_newton(gradient: Any, hvp: Any, radius: float, iterations: int) -> Entries:
    return {"step": np.linalg.solve(np.stack([hvp(e) for e in np.eye(len(gradient))]), -gradient)}


def steepest(gradient: Any, hvp: Any, radius: float, iterations: int) -> Entries:
    """Where there is negative curvature, a step to the radius against the gradient."""
    right = steihaug(gradient, hvp, radius, iterations)
    return {"step": from_start(0, -gradient, radius) if right["end"] == "curvature" else right["step"]}


PROBLEM = Problem(
    id="4.n",
    title="A Newton step where the loss bends down",
    points=4,
    minutes=30,
    hints=(
        "Begin with 4.i. Before α, look at d·Hd: α is of use only if it is positive.",
        "Look at p + αd before you accept it: its length decides whether the step ends at the radius.",
        "‖p + τd‖² = Δ² is a quadratic equation in τ, a τ² + 2bτ + c = 0 with a = d·d, b = p·d and c = p·p − Δ².",
        "c is negative as long as p is inside, so there is one positive root: τ = (−b + √(b² − ac))/a.",
    ),
    instances=instances,
    truth=steihaug,
    slips=(
        planted(steihaug, "the curvature is never looked at: where d·Hd ≤ 0, α points uphill or is no number.",
                bends=lambda curvature: False),
        planted(steihaug, "a curvature of exactly 0 has no minimum along d either: end where d·Hd ≤ 0.",
                bends=lambda curvature: curvature < 0),
        planted(steihaug, "the radius is never looked at.", outside=lambda length, radius: False),
        planted(steihaug, "a point exactly on the radius ends the step too: ‖p + αd‖ ≥ Δ.",
                outside=lambda length, radius: length > radius),
        planted(steihaug, "where the curvature is negative this stays at p; go on along d to the radius.",
                "step", at_curvature=unmoved),
        planted(steihaug, "where the next point is outside this stays at p; go on along d to the radius.",
                "step", at_radius=unmoved),
        planted(steihaug, "this stays at p; go on along d to the radius.",
                "step", at_curvature=unmoved, at_radius=unmoved),
        planted(steihaug, "where the curvature is negative this goes the other way: take the root τ ≥ 0.",
                "step", at_curvature=other_way),
        planted(steihaug, "this goes the other way: take the root τ ≥ 0.",
                "step", at_curvature=other_way, at_radius=other_way),
        planted(steihaug, "p is forgotten: the way to the radius begins at p, not at 0.",
                "step", at_curvature=from_start, at_radius=from_start),
        planted(steihaug, "where the curvature is negative p is forgotten: the way to the radius begins there.",
                "step", at_curvature=from_start),
        planted(steihaug, "this goes as far as Δ from p; it is the length of p + τd that is Δ.",
                "step", at_curvature=whole_radius, at_radius=whole_radius),
        planted(steihaug, "where the next point is outside this draws it in towards 0; the step ends where the way "
                "along d crosses the radius.", "step", at_radius=drawn_in),
        planted(steihaug, "the curvature is looked at first: where d·Hd < 0, p + αd means nothing.", radius_first=True),
        Slip(renamed, "a step that goes to the radius because of d·Hd ≤ 0 ends by \"curvature\"."),
        Slip(whole_newton, "this solves Hp = −∇L: where H bends down, that is a saddle or a maximum of the model."),
        Slip(steepest, "where the curvature is negative this goes against the gradient; go on along d, from p."),
        planted(steihaug, "this is steepest descent: each direction must keep a part, β, of the one before.",
                next_direction=lambda r, d, new, old: r),
        planted(steihaug, "the right side is −gradient.", right_side=lambda gradient: gradient),
        planted(steihaug, "one iteration too many.", count=lambda n: n + 1),
        planted(steihaug, "one iteration is missing.", count=lambda n: max(n - 1, 0)),
    ),
)  # fmt: skip
