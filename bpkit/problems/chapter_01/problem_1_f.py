"""Problem 1.f: one weight, used twice."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.networks import toy
from bpkit.problems.chapter_01.toy_model import draw_toy
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong, wrong_from


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [
        {"x": one["x"], "y": one["y"], "beta": one["beta"], "omega_0": float(one["omega"][0]),
         "omega_shared": float(one["omega"][1]), "omega_3": float(one["omega"][3])}
        for one in draw_toy(rng)
    ]  # fmt: skip


def uses(x: Any, y: Any, beta: Any, omega_0: Any, omega_shared: Any, omega_3: Any) -> tuple[float, float]:
    """The derivatives for the first and the second use of the shared weight, as if they were two weights."""
    omega = np.array([omega_0, omega_shared, omega_shared, omega_3])
    derivatives = toy.backward(toy.forward(x, y, beta, omega), y, omega)
    return float(derivatives.omega[1]), float(derivatives.omega[2])


PROBLEM = Problem(
    id="1.f",
    title="One weight, used twice",
    points=2,
    minutes=15,
    hints=(
        "Pretend for a moment that the two uses are two different weights, and compute both derivatives.",
        "A small change of the shared weight changes both places at once. What do two small effects on ℓ do together?",
        "toy.forward and toy.backward with omega = [ω_0, ω, ω, ω_3] give you both numbers.",
    ),
    instances=instances,
    truth=lambda **arguments: {"dl_domega_shared": sum(uses(**arguments))},
    slips=(
        wrong_from(uses, "only the use in f_1 is counted.", dl_domega_shared=lambda first, second: first),
        wrong_from(uses, "only the use in f_2 is counted.", dl_domega_shared=lambda first, second: second),
        wrong_from(
            uses,
            "the two effects add up; they are not averaged.",
            dl_domega_shared=lambda first, second: (first + second) / 2,
        ),
        wrong_from(
            uses,
            "the two effects add up; they are not multiplied.",
            dl_domega_shared=lambda first, second: first * second,
        ),
        wrong_from(
            uses,
            "the two effects add up; this is their difference.",
            dl_domega_shared=lambda first, second: first - second,
        ),
        wrong_from(
            uses,
            "the two effects add up; this is their difference.",
            dl_domega_shared=lambda first, second: second - first,
        ),
        wrong(
            "on the way from f_2 back to f_1 the factor ω is missing.",
            dl_domega_shared=lambda omega_shared, **others: (
                uses(omega_shared=omega_shared, **others)[0] / omega_shared
                + uses(omega_shared=omega_shared, **others)[1]
            ),
        ),
    ),
)
