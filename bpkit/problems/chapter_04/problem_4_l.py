"""Problem 4.l: a target that must stay constant."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import wrong, wrong_from


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Errors of both signs."""
    found = []
    for n, sign in ((3, -1.0), (1, 1.0), (5, 1.0)):
        w, a, b = rng.normal(size=(3, n))
        gamma, error = float(rng.uniform(0.5, 0.99)), sign * float(rng.uniform(0.3, 1.5))
        r = float(np.tanh(w @ a) - gamma * np.tanh(w @ b)) - error
        found.append({"w": w, "a": a, "b": b, "r": r, "gamma": gamma})
    return found


def parts(w: Any, a: Any, b: Any, r: float, gamma: float) -> tuple[float, Any, Any]:
    """The error, and the gradients of the prediction and of the target."""
    now, later = np.tanh(w @ a), np.tanh(w @ b)
    return now - r - gamma * later, (1 - now**2) * a, gamma * (1 - later**2) * b


def without_later(w: Any, a: Any, b: Any, r: float, gamma: float) -> Entries:
    error, now, _ = parts(w, a, b, r, 0.0)
    return {"value": error**2, "gradient": 2 * error * now}


PROBLEM = Problem(
    id="4.l",
    title="A target that must hold still",
    points=2,
    minutes=12,
    hints=(
        "The value of the loss is right as it is. Only the derivative must not go through the target.",
        "Which part of the loss is the target? Wrap this part, and all of it, in bp.stop_gradient.",
        "bp.value_and_grad(loss)(w) gives both; a loss defined inside your function may use a, b, r and gamma.",
    ),
    instances=instances,
    truth=lambda **arguments: {
        "value": parts(**arguments)[0] ** 2, "gradient": 2 * parts(**arguments)[0] * parts(**arguments)[1]
    },
    slips=(
        wrong_from(parts, "the derivative still goes through the target: it is not constant.",
                   gradient=lambda error, now, later: 2 * error * (now - later)),
        wrong_from(parts, "the prediction is stopped and the target moves; it should be the other way round.",
                   gradient=lambda error, now, later: -2 * error * later),
        wrong_from(parts, "as if the target were added to the prediction, not subtracted.",
                   gradient=lambda error, now, later: 2 * error * (now + later)),
        wrong_from(parts, "this is the gradient of the error; the loss is its square.",
                   gradient=lambda error, now, later: now),
        wrong_from(parts, "the slope of the square has a sign; it was lost.",
                   gradient=lambda error, now, later: 2 * abs(error) * now),
        Slip(without_later, "the later state is dropped from the target; stopping a gradient changes no value."),
        wrong_from(parts, "this is the error; the loss is its square.", value=lambda error, now, later: error),
        wrong("everything is stopped: prediction and target.", value=0.0,
              gradient=lambda w, **others: np.zeros_like(w)),
        wrong("the slope of tanh is missing.",
              gradient=lambda w, a, b, r, gamma: 2 * parts(w, a, b, r, gamma)[0] * a),
        wrong("the slope of tanh is taken at wᵀb, where the target is; the prediction is at wᵀa.",
              gradient=lambda w, a, b, r, gamma: 2 * parts(w, a, b, r, gamma)[0] * (1 - np.tanh(w @ b) ** 2) * a),
    ),
)  # fmt: skip
