"""Problem 8.i: the rate for a given delay."""

import math
from collections.abc import Sequence

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Short and long delays, none at all; rates between the limits of two delays, near the one and near the other."""
    long = int(rng.integers(12, 20))
    return [
        setting(rng, delay, limit) for delay, limit in ((1, 3.25), (6, 9.75), (0, 1.75), (2, long + 0.25), (3, 0.75))
    ]


def setting(rng: np.random.Generator, delay: int, longest: float) -> Arguments:
    curvature = float(rng.uniform(0.5, 20.0))
    rate = 2 * math.sin(math.pi / (4 * longest + 2)) / curvature
    return {"delay": delay, "curvature": curvature, "rate": rate}


def longest_delay(curvature: float, rate: float) -> int:
    """The largest τ with rate·curvature < 2 sin(π/(4τ + 2))."""
    return math.floor((math.pi / (2 * math.asin(rate * curvature / 2)) - 1) / 2)


def truth(delay: int, curvature: float, rate: float) -> Entries:
    longest = longest_delay(curvature, rate)
    return {
        "largest": 2 * math.sin(math.pi / (4 * delay + 2)) / curvature, "longest": longest, "ranks": longest + 2,
    }  # fmt: skip


PROBLEM = Problem(
    id="8.i",
    title="The rate for old gradients",
    points=2,
    minutes=20,
    hints=(
        "The chapter's limit is one for rate × λ. Here λ is `curvature`.",
        "Solve rate·λ = 2 sin(π/(4τ + 2)) for τ, with math.asin; a delay is a whole number, so round down.",
        "Or count up from delay 0, as long as the rate is below the limit.",
        "In the scheme with a server, one of the p ranks is the server, and a gradient is p − 2 steps old.",
    ),
    instances=instances,
    truth=truth,
    slips=(
        wrong("this is the limit for rate × λ: divide by the curvature.",
              largest=lambda delay, curvature, rate: 2 * math.sin(math.pi / (4 * delay + 2))),
        wrong("this is the limit without delay, divided by the number of steps; the exact one has a sine.",
              largest=lambda delay, curvature, rate: 2 / ((delay + 1) * curvature)),
        wrong("this is the approximation for long delays.",
              largest=lambda delay, curvature, rate: math.pi / ((2 * delay + 1) * curvature)),
        wrong("the angle is π/(4τ + 2), not half of it or twice.",
              largest=lambda delay, curvature, rate: 2 * math.sin(math.pi / (2 * delay + 1)) / curvature),
        wrong("this is the limit without delay.", largest=lambda delay, curvature, rate: 2 / curvature),
        wrong("with this delay the rate is already too large: round down.",
              longest=lambda delay, curvature, rate: longest_delay(curvature, rate) + 1),
        wrong("one more is still allowed.", longest=lambda delay, curvature, rate: longest_delay(curvature, rate) - 1),
        wrong("a delay is a whole number of steps: round down.", longest=lambda delay, curvature, rate: (
            math.pi / (2 * math.asin(rate * curvature / 2)) - 1) / 2),
        wrong("the server is a rank, too.", ranks=lambda delay, curvature, rate: longest_delay(curvature, rate) + 1),
        wrong("this is the delay; asked is the number of ranks.",
              ranks=lambda delay, curvature, rate: longest_delay(curvature, rate)),
        wrong("one too many: with p ranks a gradient is p − 2 steps old.",
              ranks=lambda delay, curvature, rate: longest_delay(curvature, rate) + 3),
    ),
)  # fmt: skip
