"""Problem 9.d: clip or not."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong

THRESHOLDS = np.array([0.5, 1.0, 2.0, 4.0, 1000.0])  # no weight is above the last


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Some clipping is best; none, with many examples; the most, with few."""
    found: list[Arguments] = []
    for examples, wanted in ((40, {1, 2, 3}), (5000, {4}), (2, {0})):
        one: Arguments = {}
        while not one or not fits(one, wanted):
            one = {
                "p_source": rng.dirichlet([8, 4, 2, 1, 0.5]) * 0.95 + 0.01, "p_target": rng.dirichlet([1, 2, 3, 3, 3]),
                "losses": rng.uniform(0.2, 2.0, size=5), "examples": examples + int(rng.integers(2)),
                "thresholds": THRESHOLDS * float(rng.uniform(0.8, 1.2)),
            }  # fmt: skip
        found.append(one)
    return found


def fits(one: Arguments, wanted: set[int]) -> bool:
    """Whether one of these thresholds is clearly best, and, between the ends, not for another power of the bias too."""
    right = answers(**one)
    best, errors = int(right["best"]), np.sort(right["bias"] ** 2 + right["variance"])
    other = int(answers(**one, power=4)["best"])
    return best in wanted and errors[1] > 1.001 * errors[0] and (len(wanted) == 1 or other != best)


def answers(
    p_source: Any, p_target: Any, losses: Any, examples: Any, thresholds: Any,
    ratio: Callable[[Any, Any], Any] = lambda p_source, p_target: p_target / p_source,
    clipped: Callable[[Any, float], Any] = np.minimum,
    over: Callable[[Any, Any], Any] = lambda p_source, p_target: p_source,
    centre: float = 1.0,
    drawn: Callable[[int], float] = float,
    power: int = 2,
    sign: float = 1.0,
) -> Entries:  # fmt: skip
    """Bias and variance of the estimate for each threshold, and the best; keywords after thresholds plant slips."""
    w, p = ratio(p_source, p_target), over(p_source, p_target)
    terms = np.stack([clipped(w, c) * losses for c in thresholds])
    mean = terms @ p
    bias = sign * (mean - p_target @ losses)
    variance = (terms**2 @ p - centre * mean**2) / drawn(examples)
    return {"bias": bias, "variance": variance, "best": int(np.argmin(bias**power + variance))}


BOTH = "bias", "variance"

PROBLEM = Problem(
    id="9.d",
    title="Clip or not",
    points=4,
    minutes=30,
    hints=(
        "An example contributes min(w, c)·ℓ of the place where it was drawn. The expectation is a sum over the places.",
        "The bias is the expectation of the estimate minus what it estimates, Σ p_target·ℓ. Without clipping it is 0.",
        "Variance of one term: Σ p·term² − (Σ p·term)². The mean of I independent terms has 1/I of that.",
        "The mean squared error is bias² + variance; np.argmin gives the first place of the smallest.",
    ),
    instances=instances,
    truth=answers,
    follows={
        "best": (("bias", "variance"), lambda given, **_: int(np.argmin(given["bias"] ** 2 + given["variance"]))),
    },
    slips=(
        planted(answers, "the ratio is upside down: the weight is target over source.", *BOTH,
                ratio=lambda p_source, p_target: p_source / p_target),
        planted(answers, "weights above the threshold are dropped here; clipped, they are the threshold.", *BOTH,
                clipped=lambda w, c: np.where(w > c, 0.0, w)),
        planted(answers, "the threshold is a lower bound here; no weight may be larger.", *BOTH,
                clipped=np.maximum),
        planted(answers, "the examples are drawn from the source: its probabilities belong into the expectation.",
                *BOTH, over=lambda p_source, p_target: p_target),
        planted(answers, "this is the second moment; the variance is less by the square of the mean.", "variance",
                centre=0.0),
        planted(answers, "this is the variance of one term; the mean of I of them has 1/I of it.", "variance",
                drawn=lambda examples: 1.0),
        planted(answers, "a sample is not divided by I − 1 here: the probabilities are known.", "variance",
                drawn=lambda examples: examples - 1),
        planted(answers, "the sign: bias is what is expected minus what is true.", "bias", sign=-1.0),
        wrong("this is the expectation of the estimate; subtract the true risk.",
              bias=lambda **a: answers(**a)["bias"] + a["p_target"] @ a["losses"]),
        wrong("this is the spread, the root of the variance.", variance=lambda **a: np.sqrt(answers(**a)["variance"])),
        planted(answers, "this is where bias + variance, or the variance alone, is least: the bias is to be squared.",
                "best", power=1),
        wrong("this is where the bias is least; the variance counts too.", best=lambda **a: len(a["thresholds"]) - 1),
    ),
)  # fmt: skip
