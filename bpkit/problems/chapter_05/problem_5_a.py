"""Problem 5.a: uniform limits."""

import math
from collections.abc import Callable

import numpy as np

from bpkit.problems.problem import Problem, Slip
from bpkit.problems.slips import planted


def variances(D_in: int, D_out: int) -> dict[str, float]:
    return {"he": 2 / D_in, "glorot": 2 / (D_in + D_out), "lecun": 1 / D_in}


def limits(
    D_in: int, D_out: int, limit: Callable[[float], float] = lambda variance: math.sqrt(3 * variance)
) -> dict[str, float]:
    return {name: limit(variance) for name, variance in variances(D_in, D_out).items()}


def other_variance(sentence: str, **variance: Callable[[int, int], float]) -> Slip:
    """A slip in one variance, with the right limit for it."""
    return Slip(lambda D_in, D_out: {name: math.sqrt(3 * one(D_in, D_out)) for name, one in variance.items()}, sentence)


PROBLEM = Problem(
    id="5.a",
    title="Uniform limits",
    points=1,
    minutes=8,
    hints=(
        "What is the variance of a uniform distribution between −limit and limit? Integrate z²/(2·limit).",
        "It is limit²/3. Set that equal to the variance the scheme asks for.",
    ),
    instances=lambda rng: [{"D_in": int(D[0]), "D_out": int(D[1])}
                           for D in (rng.choice(np.arange(2, 400), size=2, replace=False) for _ in range(3))],
    truth=limits,
    slips=(
        planted(limits, "this is the standard deviation; the numbers between ±limit have a smaller one than limit.",
                limit=math.sqrt),
        planted(limits, "this is the variance itself, not a limit.", limit=lambda v: v),
        planted(limits, "this is limit²; the root is missing.", limit=lambda v: 3 * v),
        planted(limits, "this is the whole width of the interval; half of it lies on either side of 0.",
                limit=lambda v: math.sqrt(12 * v)),
        planted(limits, "the 3 is in the wrong place: the variance is limit²/3.", limit=lambda v: math.sqrt(v / 3)),
        planted(limits, "this takes limit²/2 for the variance; integrate z² between −limit and limit.",
                limit=lambda v: math.sqrt(2 * v)),
        other_variance("the wrong size: an Ω of shape (D_out, D_in) adds up D_in products.",
                       he=lambda D_in, D_out: 2 / D_out, lecun=lambda D_in, D_out: 1 / D_out),
        other_variance("this is the average of both sizes, 7.33; He's variance for the forward pass has D_in alone.",
                       he=lambda D_in, D_out: 4 / (D_in + D_out)),
        other_variance("this is Glorot's variance; LeCun's has D_in alone.",
                       lecun=lambda D_in, D_out: 2 / (D_in + D_out)),
        other_variance("the 2 that makes up for the ReLU is missing.", he=lambda D_in, D_out: 1 / D_in),
        other_variance("LeCun's variance has no 2 for a ReLU.", lecun=lambda D_in, D_out: 2 / D_in),
        other_variance("the mean of D_in and D_out is half of their sum.",
                       glorot=lambda D_in, D_out: 1 / (D_in + D_out)),
        other_variance("this is the average of He's two variances, 7.33; Glorot's has no 2 for a ReLU.",
                       glorot=lambda D_in, D_out: 4 / (D_in + D_out)),
        other_variance("Glorot's variance has both sizes in it.", glorot=lambda D_in, D_out: 1 / D_in),
    ),
)  # fmt: skip
