"""Problem 3.j: several inputs, several outputs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    def draw(n: int) -> Arguments:
        u, v, g_1, g_3 = rng.normal(size=(4, n))
        return {"u": u, "v": v, "g_1": g_1, "g_2": float(rng.normal()), "g_3": g_3}

    return [draw(3), draw(5), draw(1)]


def contributions(u: Any, v: Any, g_1: Any, g_2: float, g_3: Any) -> Entries:
    return {"to_u": g_1 * v + g_2 + g_3, "to_v": g_1 * u - g_3}


def averaged(u: Any, v: Any, g_1: Any, g_2: float, g_3: Any) -> Entries:
    right = contributions(u, v, g_1, g_2, g_3)
    return {"to_u": right["to_u"] / 3, "to_v": right["to_v"] / 3}


PROBLEM = Problem(
    id="3.j",
    title="Several inputs, several outputs",
    points=2,
    minutes=12,
    hints=(
        "Three outputs are three functions of u and v. Find what each hands down to u, and add up the three.",
        "Each entry of u is in the sum y_2 once, with slope 1: so each gets g_2, the same number.",
        "v is not in y_2, and it is in y_3 with a minus sign.",
    ),
    instances=instances,
    truth=contributions,
    slips=(
        wrong("only the first output is counted.",
              to_u=lambda u, v, g_1, g_2, g_3: g_1 * v, to_v=lambda u, v, g_1, g_2, g_3: g_1 * u),
        wrong("what comes back through y_2 is missing.", to_u=lambda u, v, g_1, g_2, g_3: g_1 * v + g_3),
        wrong("what comes back through y_3 is missing.", to_u=lambda u, v, g_1, g_2, g_3: g_1 * v + g_2),
        wrong("what comes back through y_1 is missing.",
              to_u=lambda u, v, g_1, g_2, g_3: g_2 + g_3, to_v=lambda u, v, g_1, g_2, g_3: -g_3),
        wrong("v is subtracted in y_3: its slope there is −1.", to_v=lambda u, v, g_1, g_2, g_3: g_1 * u + g_3),
        wrong("v is not in y_2, so y_2 hands it nothing.", to_v=lambda u, v, g_1, g_2, g_3: g_1 * u + g_2 - g_3),
        wrong("a product hands to each input the value of the other.",
              to_u=lambda u, v, g_1, g_2, g_3: g_1 * u + g_2 + g_3, to_v=lambda u, v, g_1, g_2, g_3: g_1 * v - g_3),
        wrong("the values are missing: the product has the slope v by u and u by v.",
              to_u=lambda u, v, g_1, g_2, g_3: g_1 + g_2 + g_3, to_v=lambda u, v, g_1, g_2, g_3: g_1 - g_3),
        wrong("a sum has the slope 1 by each of its entries, not u.",
              to_u=lambda u, v, g_1, g_2, g_3: g_1 * v + g_2 * u + g_3),
        wrong("g_2 is not divided among the entries: each is in the sum with slope 1.",
              to_u=lambda u, v, g_1, g_2, g_3: g_1 * v + g_2 / len(u) + g_3),
        wrong("the slopes are added up without what arrived at the outputs.",
              to_u=lambda u, v, g_1, g_2, g_3: v + 2, to_v=lambda u, v, g_1, g_2, g_3: u - 1),
        Slip(averaged, "the contributions of the outputs are added, not averaged."),
    ),
)  # fmt: skip
