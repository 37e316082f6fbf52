"""Problem 5.c: how log variance falls."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem, Slip
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """He's variance, smaller and larger ones, at several widths."""
    return [{"D": int(D), "variance": float(scale * 2 / D)}
            for D, scale in zip(rng.integers(20, 300, size=4), (1.0, *rng.uniform((0.1, 1.5, 0.5), (0.5, 5.0, 3.0))),
                                strict=True)]  # fmt: skip


def slopes(D: Any, variance: Any) -> dict[str, float]:
    slope = math.log(D * variance / 2)
    return {"spread": 5 / D, "log_of_mean": slope, "mean_of_log": slope - 5 / (2 * D)}


def other_slope(sentence: str, slope: Callable[[Any, Any], float]) -> Slip:
    """Another slope of the first curve, and the right step from there to the second."""
    return wrong(sentence, log_of_mean=slope, mean_of_log=lambda D, variance: slope(D, variance) - 5 / (2 * D))


PROBLEM = Problem(
    id="5.c",
    title="Two slopes",
    points=3,
    minutes=20,
    hints=(
        "One layer multiplies the mean of the variance by 7.30's factor. A factor is a slope on a logarithmic axis.",
        "For ReLU[z]²: the mean is E[z²]/2 and the mean of its square E[z⁴]/2. For a standard normal z, E[z⁴] = 3.",
        "An average of D independent numbers has their variance divided by D. Divide by the mean's square as well.",
        "log(1 + ε) ≈ ε − ε²/2, where ε has mean 0 and the variance you found.",
    ),
    instances=instances,
    truth=slopes,
    follows={
        "mean_of_log": (
            ("spread", "log_of_mean"), lambda given, D, variance: given["log_of_mean"] - given["spread"] / 2
        ),
    },
    slips=(
        other_slope("the ½ of the ReLU is missing.", lambda D, variance: math.log(D * variance)),
        other_slope("take the natural logarithm.", lambda D, variance: math.log10(D * variance / 2)),
        other_slope("this is the factor of one layer; the slope is its logarithm.",
                    lambda D, variance: D * variance / 2),
        other_slope("this is the slope of the standard deviation; the variance has twice that.",
                    lambda D, variance: math.log(D * variance / 2) / 2),
        other_slope("`variance` is a variance already; do not square it.",
                    lambda D, variance: math.log(D * variance**2 / 2)),
        wrong("the mean of a logarithm is less than the logarithm of the mean: there is a second term.",
              mean_of_log=lambda D, variance: math.log(D * variance / 2)),
        wrong("the mean of log(1 + ε) is minus half of the variance of ε.",
              mean_of_log=lambda D, variance: math.log(D * variance / 2) - 5 / D),
        wrong("the curve of the logarithm bends down: the second term is negative.",
              mean_of_log=lambda D, variance: math.log(D * variance / 2) + 5 / (2 * D)),
        wrong("this is what is added by the spread; the slope of 7.30 comes on top.",
              mean_of_log=lambda D, variance: -5 / (2 * D)),
        wrong("this is the spread of one unit; a layer averages over D of them.", spread=5.0),
        wrong("divide by the square of the mean of ReLU[z]², which is not 1.", spread=lambda D, variance: 1.25 / D),
        wrong("the square of the mean is not taken away: a variance is asked for.", spread=lambda D, variance: 6 / D),
        wrong("this is a layer without a ReLU.", spread=lambda D, variance: 2 / D),
        wrong("this is the standard deviation of the factor; its variance is asked for.",
              spread=lambda D, variance: math.sqrt(5 / D)),
    ),
)  # fmt: skip
