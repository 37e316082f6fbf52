"""Problem 5.c: how log variance falls."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Variances about He's at several widths; among the slopes below 0 are the ReLU's, none at all, and negative."""
    widths = rng.integers(20, 300, size=5)
    scales = 1.0, *rng.uniform((0.1, 1.5, 0.5, 0.5), (0.5, 5.0, 3.0, 3.0))
    alphas = float(rng.uniform(0.3, 0.7)), 0.0, 1.0, float(rng.uniform(-0.9, -0.4)), float(rng.uniform(0.1, 0.3))
    return [{"D": int(D), "variance": float(scale * 2 / D), "alpha": alpha}
            for D, scale, alpha in zip(widths, scales, alphas, strict=True)]  # fmt: skip


def log_factor(D: Any, variance: Any, alpha: Any) -> float:
    return math.log(D * variance * (1 + alpha**2) / 2)


def right_spread(D: Any, alpha: Any) -> float:
    return (6 * (1 + alpha**4) / (1 + alpha**2) ** 2 - 1) / D


def slopes(
    D: Any, variance: Any, alpha: Any,
    slope: Callable[[Any, Any, Any], float] = log_factor,
    spread: Callable[[Any, Any], float] = right_spread,
) -> dict[str, float]:  # fmt: skip
    """Spread and both slopes; the keywords after alpha plant slips."""
    first = slope(D, variance, alpha)
    return {"spread": spread(D, alpha), "log_of_mean": first, "mean_of_log": first - spread(D, alpha) / 2}


def other_slope(sentence: str, slope: Callable[[Any, Any, Any], float]) -> Slip:
    """Another slope of the first curve, and the right step from there to the second."""

    def answer(**arguments: Any) -> Entries:
        entries = slopes(**arguments, slope=slope)
        return {name: entries[name] for name in ("log_of_mean", "mean_of_log")}

    return Slip(answer, sentence)


def other_spread(sentence: str, spread: Callable[[Any, Any], float]) -> Slip:
    """Another spread, and what follows from it for the second curve."""

    def answer(**arguments: Any) -> Entries:
        entries = slopes(**arguments, spread=spread)
        return {name: entries[name] for name in ("spread", "mean_of_log")}

    return Slip(answer, sentence)


PROBLEM = Problem(
    id="5.c",
    title="Two slopes",
    points=3,
    minutes=25,
    hints=(
        "One layer multiplies the mean of v by a factor, as in 7.30. A factor is a slope on a logarithmic axis.",
        "Half of E[z²] comes from above 0, and half, times α², from below. For E[a[z]⁴] the same with E[z⁴] and α⁴.",
        "An average of D independent numbers has their variance divided by D. Divide by the mean's square as well.",
        "log(1 + ε) ≈ ε − ε²/2, where ε has mean 0 and the variance you found.",
    ),
    instances=instances,
    truth=slopes,
    follows={
        "mean_of_log": (
            ("spread", "log_of_mean"), lambda given, **arguments: given["log_of_mean"] - given["spread"] / 2
        ),
    },
    slips=(
        other_slope("this is the slope for the plain ReLU; the leaky one lets α² of the other half through.",
                    lambda D, variance, alpha: math.log(D * variance / 2)),
        other_slope("α goes into the second moment squared.",
                    lambda D, variance, alpha: math.log(D * variance * (1 + abs(alpha)) / 2)),
        other_slope("each of the two sides has one half of E[f²].",
                    lambda D, variance, alpha: math.log(D * variance * (1 + alpha**2))),
        other_slope("take the natural logarithm.",
                    lambda D, variance, alpha: math.log10(D * variance * (1 + alpha**2) / 2)),
        other_slope("this is the factor of one layer; the slope is its logarithm.",
                    lambda D, variance, alpha: D * variance * (1 + alpha**2) / 2),
        other_slope("this is the slope of the standard deviation; the variance has twice that.",
                    lambda D, variance, alpha: log_factor(D, variance, alpha) / 2),
        other_slope("`variance` is a variance already; do not square it.",
                    lambda D, variance, alpha: log_factor(D, variance**2, alpha)),
        wrong("the mean of a logarithm is less than the logarithm of the mean: there is a second term.",
              mean_of_log=log_factor),
        wrong("the mean of log(1 + ε) is minus half of the variance of ε.",
              mean_of_log=lambda D, variance, alpha: log_factor(D, variance, alpha) - right_spread(D, alpha)),
        wrong("the curve of the logarithm bends down: the second term is negative.",
              mean_of_log=lambda D, variance, alpha: log_factor(D, variance, alpha) + right_spread(D, alpha) / 2),
        wrong("this is what is added by the spread; the slope of the first curve comes on top.",
              mean_of_log=lambda D, variance, alpha: -right_spread(D, alpha) / 2),
        other_spread("this is the plain ReLU; numbers below 0 come through as well, multiplied by α.",
                     lambda D, alpha: 5 / D),
        other_spread("this is a layer without an activation.", lambda D, alpha: 2 / D),
        other_spread("below 0 the fourth power has the factor α⁴.",
                     lambda D, alpha: (6 * (1 + alpha**2) / (1 + alpha**2) ** 2 - 1) / D),
        other_spread("this is the spread of one unit; a layer averages over D of them.",
                     lambda D, alpha: D * right_spread(D, alpha)),
        other_spread("divide by the square of the mean of a[z]², which is not 1.",
                     lambda D, alpha: right_spread(D, alpha) * (1 + alpha**2) ** 2 / 4),
        other_spread("divide by the square of the mean of a[z]², not by the mean itself.",
                     lambda D, alpha: right_spread(D, alpha) * (1 + alpha**2) / 2),
        other_spread("the square of the mean is not taken away: a variance is asked for.",
                     lambda D, alpha: right_spread(D, alpha) + 1 / D),
        other_spread("this is the standard deviation of the factor; its variance is asked for.",
                     lambda D, alpha: math.sqrt(right_spread(D, alpha))),
    ),
)  # fmt: skip
