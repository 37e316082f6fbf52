"""Problem 1.b: which nudge moves the loss most?"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from bpkit.networks import toy
from bpkit.problems.problem import Entries, Problem, Slip
from bpkit.problems.slips import wrong

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


def another(sentence: str, *names: str) -> tuple[Slip, ...]:
    """Another parameter, with the change that belongs to it and with any other."""
    both = tuple(
        Slip(functools.partial(lambda name: {"parameter": name, "change": predicted(name)}, name), sentence, whole=True)
        for name in names
    )
    return (*both, *(wrong(sentence, parameter=name) for name in names))


def other_change(sentence: str, change: Callable[[str], float]) -> Slip:
    """Another change by the right parameter; of the change by another one nothing is said."""

    def answer() -> Entries:
        name = str(truth()["parameter"])
        return {"parameter": name, "change": change(name)}

    return Slip(answer, sentence, whole=True)


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
    tolerance=0.005,  # three digits will do, and the runner-up differs by more
    slips=(
        *another("the largest parameter is not the one with the largest derivative.", "omega_0"),
        *another("close: one parameter is slightly ahead of it.", "omega_3"),
        *another("on the way to the loss it is muffled, by a small weight or a flat activation.",
                 "beta_0", "beta_1", "beta_2", "omega_1", "omega_2"),
        other_change("this is the true change of the loss; asked is the prediction, derivative × nudge.", true_change),
        other_change("this is the derivative; multiply it by the nudge.", lambda name: predicted(name) / NUDGE),
        other_change("the loss falls here: mind the sign.", lambda name: abs(predicted(name))),
        other_change("rounded to two digits; three are asked for.", lambda name: round(predicted(name), 2)),
        other_change("the factor 2 is missing: the loss is the square of f_3 − y.", lambda name: predicted(name) / 2),
    ),
)  # fmt: skip
