"""Problem 6.b: momentum."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


class Bowl:
    """The gradient of a quadratic bowl, as the function an instance passes."""

    def __init__(self, rng: np.random.Generator) -> None:
        root = rng.normal(size=(3, 3))
        self.matrix, self.shift = root @ root.T + np.eye(3), rng.normal(size=3)

    def __call__(self, phi: Any) -> Any:
        return self.matrix @ (phi - self.shift)

    def __deepcopy__(self, memo: Any) -> "Bowl":
        return self  # it holds nothing that a call changes


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [{"phi": rng.normal(size=3), "gradient": Bowl(rng), "lr": float(rng.uniform(0.02, 0.06)),
             "momentum": float(rng.uniform(0.6, 0.95)), "steps": steps} for steps in (2, 3)]  # fmt: skip


def walked(
    phi: Any, gradient: Any, lr: Any, momentum: Any, steps: Any,
    velocity: Callable[..., Any] = lambda v, g, m, lr: m * v + g,
    moved: Callable[..., Any] = lambda new, old, g, m, lr: lr * new,
    at: Callable[..., Any] = lambda phi, v, m, lr: phi,
) -> Any:  # fmt: skip
    """Where the steps lead; every keyword after steps plants a slip, or makes Nesterov's form."""
    v = np.zeros_like(phi)
    for _ in range(steps):
        g = gradient(at(phi, v, momentum, lr))
        old, v = v, velocity(v, g, momentum, lr)
        phi = phi - moved(v, old, g, momentum, lr)
    return phi


def nesterov(new: Any, old: Any, g: Any, m: Any, lr: Any) -> Any:
    return lr * (g + m * new)


def both_forms(
    phi: Any, gradient: Any, lr: Any, momentum: Any, steps: Any, more: int = 0, **changes: Callable[..., Any]
) -> Entries:
    """Where both forms lead; every keyword after steps plants a slip."""
    start = phi, gradient, lr, momentum, steps + more
    return {"phi": walked(*start, **changes), "nesterov": walked(*start, moved=nesterov, **changes)}


PROBLEM = Problem(
    id="6.b",
    title="Momentum",
    points=3,
    minutes=20,
    hints=(
        "Start with v = 0. In each step: the gradient where you are, then the new v, then the move along the new v.",
        "Nesterov's form has the same v. Only the move differs: it looks ahead by one more momentum·v.",
        "With a gradient that never changes: v = g + m·g + m²·g + …, or the v that the next step leaves as it is.",
    ),
    instances=instances,
    truth=lambda **a: {**both_forms(**a), "factor": 1 / (1 - a["momentum"])},
    slips=(
        planted(both_forms, "here the gradient is weighted with 1 − momentum: an average, with steps that are shorter.",
                velocity=lambda v, g, m, lr: m * v + (1 - m) * g),
        planted(both_forms, "the weights are exchanged, and there should be one alone: momentum·v + g.",
                velocity=lambda v, g, m, lr: (1 - m) * v + m * g),
        planted(both_forms, "the learning rate is in it twice, in the velocity and in the move.",
                velocity=lambda v, g, m, lr: m * v + lr * g),
        planted(both_forms, "momentum stands at the gradient; it belongs to the old velocity.",
                velocity=lambda v, g, m, lr: v + m * g),
        planted(both_forms, "nothing of the velocity is ever lost: multiply it by momentum.",
                velocity=lambda v, g, m, lr: v + g),
        wrong("the move is along the old velocity: compute the new one first.",
              phi=functools.partial(walked, moved=lambda new, old, g, m, lr: lr * old)),
        wrong("this goes uphill: subtract.", phi=functools.partial(walked, moved=lambda new, old, g, m, lr: -lr * new)),
        wrong("this is gradient descent; momentum is missing.",
              phi=functools.partial(walked, moved=lambda new, old, g, m, lr: lr * g)),
        wrong("this is Nesterov's form.", phi=functools.partial(walked, moved=nesterov)),
        wrong("this is plain momentum: g + momentum·v with the *old* v is the new v.",
              nesterov=functools.partial(walked, moved=lambda new, old, g, m, lr: lr * new)),
        wrong("the gradient is taken at the point ahead; in this form it is taken at ϕ.",
              nesterov=functools.partial(walked, at=lambda phi, v, m, lr: phi - lr * m * v)),
        wrong("this is gradient descent; momentum is missing.",
              nesterov=functools.partial(walked, moved=lambda new, old, g, m, lr: lr * g)),
        wrong("the new velocity is multiplied by momentum before it is added to g.",
              nesterov=functools.partial(walked, moved=lambda new, old, g, m, lr: lr * (g + new))),
        planted(both_forms, "one step is missing.", more=-1),
        planted(both_forms, "this is one step too many.", more=1),
        wrong("the first g counts too: 1 + m + m² + …", factor=lambda momentum, **others: momentum / (1 - momentum)),
        wrong("these are the first two terms of 1 + m + m² + …", factor=lambda momentum, **others: 1 + momentum),
        wrong("the steps get longer, not shorter.", factor=lambda momentum, **others: 1 - momentum),
        wrong("it is not momentum itself that is divided by: what does one step leave unchanged?",
              factor=lambda momentum, **others: 1 / momentum),
    ),
)  # fmt: skip
