"""Problem 7.4: the derivative of least squares."""

from collections.abc import Sequence

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    numbers = [{"f": float(f), "y": float(y)} for f, y in rng.normal(size=(2, 2))]
    columns = [{"f": rng.normal(size=(D, 1)), "y": rng.normal(size=(D, 1))} for D in (1, 2, 5)]
    return [*numbers, *columns]


PROBLEM = Problem(
    id="7.4",
    title="The derivative of least squares",
    points=1,
    minutes=5,
    hints=(
        "Chain rule: the derivative of the square, times the derivative of what is squared.",
        "What is squared is y − f, and its derivative with respect to f is −1.",
        "Each entry of f stands in only one term of the sum, so nothing is left to add up.",
    ),
    instances=instances,
    truth=lambda f, y: {"dl_df": 2 * (f - y)},
    slips=(
        wrong("the sign is wrong: y − f changes by −1 where f changes by 1.", dl_df=lambda f, y: 2 * (y - f)),
        wrong("the factor 2 is missing; it would go only if the loss had a ½ in front.", dl_df=lambda f, y: f - y),
        wrong("the sign is wrong and the factor 2 is missing.", dl_df=lambda f, y: y - f),
        wrong("this is the loss itself, not its derivative.", dl_df=lambda f, y: (f - y) ** 2),
        wrong("the loss is a sum over the outputs, not their mean: do not divide.",
              dl_df=lambda f, y: 2 * (f - y) / np.size(f)),
        wrong("one number: each output has a derivative of its own, so do not add them up.",
              dl_df=lambda f, y: np.asarray(np.sum(2 * (f - y)))),
        wrong("y is lost: the square belongs to the difference.", dl_df=lambda f, y: 2 * f),
        wrong("the derivative has a sign; this has lost it.", dl_df=lambda f, y: 2 * np.abs(f - y)),
        wrong("the factor 2 belongs to y as well.", dl_df=lambda f, y: 2 * f - y),
        wrong("what is squared, y − f, has the derivative −1 by f: there is no factor f.",
              dl_df=lambda f, y: 2 * (f - y) * f),
        wrong("the sign of f − y alone is left; its size counts too.", dl_df=lambda f, y: 2 * np.sign(f - y)),
    ),
)  # fmt: skip
