"""Problem 1.b: which nudge moves the loss most?"""

import functools
from typing import Any

import numpy as np

from bpkit.networks import toy
from bpkit.problems.problem import Entries, Problem
from bpkit.problems.slips import wrong, wrong_from

SETTING: dict[str, Any] = {
    "x": 0.1,
    "y": 2.0,
    "beta": np.array([0.0, 0.5, 0.3, 1.0]),
    "omega": np.array([3.0, 0.2, -0.1, 0.5]),
}
NUDGE = 0.1


def gradient() -> dict[str, float]:
    stored = toy.forward(**SETTING)
    derivatives = toy.backward(stored, SETTING["y"], SETTING["omega"])
    return {f"{name}_{k}": float(getattr(derivatives, name)[k]) for name in ("beta", "omega") for k in range(4)}


def true_change(name: str) -> float:
    kind, k = name.split("_")
    nudged = {**SETTING, kind: SETTING[kind] + NUDGE * (np.arange(4) == int(k))}
    return float(toy.forward(**nudged).loss - toy.forward(**SETTING).loss)


def predicted(name: str) -> float:
    return NUDGE * gradient()[name]


def truth() -> Entries:
    derivatives = gradient()
    name = max(derivatives, key=lambda one: abs(derivatives[one]))
    return {"parameter": name, "change": predicted(name)}


def right_change() -> tuple[float]:
    return (float(truth()["change"]),)


PROBLEM = Problem(
    id="1.b",
    title="Which nudge moves the loss most?",
    points=1,
    minutes=5,
    hints=(
        "Everything to the left of a small weight is muffled by it. Which parameters have no small weight after them?",
        "Only β_3 and ω_3 come after every weight. By observation 1 the derivative for ω_3 is h_3 times that for β_3.",
        "h_3 is a cosine. The predicted change is derivative × nudge; toy.backward gives the derivatives.",
    ),
    truth=truth,
    tolerance=0.01,  # three digits will do
    slips=(
        wrong("the largest parameter is not the one with the largest derivative.",
              parameter="omega_0", change=lambda: predicted("omega_0")),
        wrong("close: one parameter is slightly ahead of it.",
              parameter="omega_3", change=lambda: predicted("omega_3")),
        *(wrong("on the way to the loss it is muffled, by a small weight or a flat activation.",
                parameter=name, change=functools.partial(predicted, name))
          for name in ("beta_0", "beta_1", "beta_2", "omega_1", "omega_2")),
        wrong("this is the true change of the loss; asked is the prediction, derivative × nudge.",
              change=lambda: true_change(str(truth()["parameter"]))),
        wrong_from(right_change, "this is the derivative; multiply it by the nudge.",
                   change=lambda change: change / NUDGE),
        wrong_from(right_change, "the loss falls here: mind the sign.", change=abs),
    ),
)  # fmt: skip
