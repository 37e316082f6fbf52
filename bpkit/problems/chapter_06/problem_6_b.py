"""Problem 6.b: momentum."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
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
    """A gradient in every third step, in every step, in every second one; a single step; no decay at the end."""
    return [{"phi": rng.normal(size=3), "gradient": Bowl(rng), "lr": float(rng.uniform(0.02, 0.06)),
             "momentum": float(rng.uniform(0.6, 0.95)), "weight_decay": float(decay), "steps": steps, "every": every}
            for steps, every, decay in zip((2, 3, 1, 4), (3, 1, 2, 5), (*rng.uniform(0.3, 1.0, size=3), 0.0),
                                           strict=True)]  # fmt: skip


def walked(
    phi: Any, gradient: Any, lr: Any, momentum: Any, weight_decay: Any, steps: Any, every: Any = None,
    velocity: Callable[..., Any] = lambda v, g, m, lr: m * v + g,
    moved: Callable[..., Any] = lambda new, old, g, m, lr: lr * new,
    at: Callable[..., Any] = lambda phi, v, m, lr: phi,
    decayed: Callable[..., Any] = lambda g, phi, start, decay: g + decay * phi,
    apart: bool = False,
) -> Any:  # fmt: skip
    """Where the steps lead; every keyword after every plants a slip, or makes Nesterov's form."""
    v, start = np.zeros_like(phi), phi
    for _ in range(steps):
        point = at(phi, v, momentum, lr)
        g = gradient(point) if apart else decayed(gradient(point), point, start, weight_decay)
        old, v = v, velocity(v, g, momentum, lr)
        step = moved(v, old, g, momentum, lr)
        phi = (1 - lr * weight_decay if apart else 1.0) * phi - step
    return phi


def nesterov(new: Any, old: Any, g: Any, m: Any, lr: Any) -> Any:
    return lr * (g + m * new)


def both_forms(
    phi: Any, gradient: Any, lr: Any, momentum: Any, weight_decay: Any, steps: Any, every: Any,
    more: int = 0, **changes: Any,
) -> Entries:  # fmt: skip
    """Where both forms lead; every keyword after every plants a slip."""
    start = phi, gradient, lr, momentum, weight_decay, steps + more
    return {"phi": walked(*start, **changes), "nesterov": walked(*start, moved=nesterov, **changes)}


def half_decayed(phi: Any, gradient: Any, lr: Any, momentum: Any, weight_decay: Any, steps: Any, every: Any) -> Any:
    """Nesterov's form, whose velocity knows the decay while the gradient in the move does not."""
    v = 0.0
    for _ in range(steps):
        g = gradient(phi)
        v = momentum * v + g + weight_decay * phi
        phi = phi - lr * (g + momentum * v)
    return phi


def other_factor(sentence: str, factor: Callable[[Any, Any], Any]) -> Slip:
    """Another factor, as a function of m and every."""
    return wrong(sentence, factor=lambda momentum, every, **others: factor(momentum, every))


PROBLEM = Problem(
    id="6.b",
    title="Momentum",
    points=3,
    minutes=25,
    hints=(
        "Start with v = 0. In each step: the gradient where you are, with the decay; the new v; the move along it.",
        "In Nesterov's form v is made in the same way. Its move has g, with the decay in it, and one more momentum·v.",
        "Between two appearances of g the velocity is multiplied by m as many times as there are steps.",
        "In the end v is the same at each appearance: v = m^every·v + g. For every = 1 this is the usual 1/(1 − m).",
    ),
    instances=instances,
    truth=lambda **a: {**both_forms(**a), "factor": 1 / (1 - a["momentum"] ** a["every"])},
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
        planted(both_forms, "this is without weight decay: λϕ is added to each gradient.",
                decayed=lambda g, phi, start, decay: g),
        planted(both_forms, "the decay shrinks ϕ beside the step here, as in AdamW; it is to go through the velocity.",
                apart=True),
        planted(both_forms, "the decay makes ϕ larger: λϕ is added to the gradient, which is subtracted.",
                decayed=lambda g, phi, start, decay: g - decay * phi),
        planted(both_forms, "the decay is that of the start in every step; ϕ moves.",
                decayed=lambda g, phi, start, decay: g + decay * start),
        planted(both_forms, "the gradient of the penalty ½λ‖ϕ‖² is λϕ, without a 2.",
                decayed=lambda g, phi, start, decay: g + 2 * decay * phi),
        wrong("the last gradient in the move lacks its decay: it is the g that went into v.", nesterov=half_decayed),
        other_factor("this is for a gradient that comes in every step; between two of them the velocity fades.",
                     lambda m, every: 1 / (1 - m)),
        other_factor("this is the average over all steps; asked is the step in which g comes.",
                     lambda m, every: 1 / (1 - m) / every),
        other_factor("this is the step before g comes again; asked is the one in which it comes.",
                     lambda m, every: m ** (every - 1) / (1 - m**every)),
        other_factor("the newest g counts too, with the weight 1.", lambda m, every: m**every / (1 - m**every)),
        other_factor("the steps in between are every − 1, but v is multiplied by m in the step of g as well.",
                     lambda m, every: 1 / (1 - m ** (every - 1)) if every > 1 else 1 / (1 - m)),
        other_factor("these are the first two terms of a sum that goes on.", lambda m, every: 1 + m**every),
        other_factor("the steps get longer, not shorter.", lambda m, every: 1 - m**every),
        other_factor("what fades is not v·m·every, but v·m^every.", lambda m, every: 1 / (1 - m * every)),
        other_factor("this adds up all steps from one g to the next; asked is the step in which g comes.",
                     lambda m, every: (1 - m**every) / (1 - m)),
        other_factor("from one g to the next the velocity is multiplied by m `every` times, not once more.",
                     lambda m, every: 1 / (1 - m ** (every + 1))),
    ),
)  # fmt: skip
