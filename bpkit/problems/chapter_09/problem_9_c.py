"""Problem 9.c: how many examples are left."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Weights of every size, one that is nearly alone, equal ones; the number needed is never nearly a whole one."""
    found: list[Arguments] = []
    for spread, few, fraction in ((1.0, 20, 0.1), (2.5, 9, 0.3), (0.0, 12, 0.4)):
        one: Arguments = {}
        while not one or abs(exact_number(**one) % 1 - 0.5) > 0.45:
            weights = rng.uniform(1.2, 1.8) * np.exp(spread * rng.normal(size=few))
            sigma = float(rng.uniform(0.5, 2.0))
            one = {"weights": weights, "sigma": sigma, "wanted": sigma * fraction * float(rng.uniform(0.5, 1.0))}
        found.append(one)
    return found


def exact_number(weights: Any, sigma: float, wanted: float) -> float:
    """The number of source examples before it is rounded up."""
    return float(len(weights) * (sigma / wanted) ** 2 / effective(weights))


def effective(weights: Any) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum())


def answers(
    weights: Any, sigma: Any, wanted: Any,
    left: Callable[[Any], float] = effective,
    spread: Callable[[float], float] = math.sqrt,
    rounded: Callable[[float], int] = math.ceil,
) -> Entries:  # fmt: skip
    """Effective sample size, standard error of the weighted mean, examples needed; later keywords plant slips."""
    size = left(weights)
    error = sigma / spread(size)
    return {
        "size": size,
        "standard_error": error,
        "needed": rounded(len(weights) * (error / wanted) ** 2),
    }


def needed_from(given: Any, weights: Any, sigma: float, wanted: float) -> int:
    return math.ceil(len(weights) * (float(given["standard_error"]) / wanted) ** 2)


PROBLEM = Problem(
    id="9.c",
    title="How many are left?",
    points=3,
    minutes=20,
    hints=(
        "The variance of Σ w z is σ² Σ w², as for any sum of independent terms. The divisor of the mean is Σ w.",
        "The weighted mean varies like one of `size` equally weighted examples: σ / √size.",
        "More examples from the same source have weights of the same kind: `size` grows in proportion to their number.",
    ),
    instances=instances,
    truth=answers,
    follows={
        "standard_error": (("size",), lambda given, sigma, **_: sigma / math.sqrt(float(given["size"]))),
        "needed": (("standard_error",), needed_from),
    },
    slips=(
        planted(answers, "upside down: with equal weights it is to be the number of examples.", "size",
                left=lambda w: float((w**2).sum() / w.sum() ** 2)),
        planted(answers, "the sum of the weights is no number of examples: it changes when all are doubled.", "size",
                left=lambda w: float(w.sum())),
        planted(answers, "this changes when all weights are doubled: the sum is to be squared too.", "size",
                left=lambda w: float(w.sum() / (w**2).sum())),
        planted(answers, "the largest weight alone decides here; the others count too: Σ w² in the denominator.",
                "size", left=lambda w: float(w.sum() / w.max())),
        planted(answers, "these are all examples; the weights leave fewer.", "size", "standard_error",
                left=len),
        planted(answers, "this is the entropy's number of examples; the variance leads to Σ w².", "size",
                left=lambda w: float(np.exp(-(w / w.sum() * np.log(w / w.sum())).sum()))),
        planted(answers, "the root is missing: a standard error falls with √size.", "standard_error",
                spread=lambda size: size),
        wrong("this is the variance of the mean; the standard error is its root.",
              standard_error=lambda **a: answers(**a)["standard_error"] ** 2),
        wrong("this is the spread of one loss, not of their mean.", standard_error=lambda sigma, **_: sigma),
        wrong("so many would do if all counted the same; of weighted ones more are needed.",
              needed=lambda weights, sigma, wanted: math.ceil((sigma / wanted) ** 2)),
        planted(answers, "one too few: the standard error is to be at most `wanted`, so round up.", "needed",
                rounded=math.floor),
        planted(answers, "a number of examples is whole: round up.", "needed", rounded=lambda number: number),
        wrong("half the standard error takes four times the examples: the quotient is to be squared.",
              needed=lambda **a: math.ceil(len(a["weights"]) * answers(**a)["standard_error"] / a["wanted"])),
    ),
)  # fmt: skip
