"""Problem 6.l: the best of n."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Many models; a single one; a single example; a target that is reached for certain, and one of all examples."""
    p = float(rng.uniform(0.6, 0.85))
    m, n = int(rng.integers(30, 60)), int(rng.integers(20, 100))
    few = int(rng.integers(4, 8))
    return [
        {"n": n, "m": m, "p": p, "target": round(m * p + 2.2 * math.sqrt(m * p * (1 - p)))},
        {"n": 1, "m": few, "p": p, "target": few},
        {"n": few, "m": 1, "p": 1 - p, "target": 1},
        {"n": few - 1, "m": few, "p": 1 - p, "target": 0},
    ]


def probabilities(m: int, p: float) -> Any:
    """The probabilities of 0, 1, …, m right answers."""
    return np.array([math.comb(m, k) * p**k * (1 - p) ** (m - k) for k in range(m + 1)])


def at_most(m: int, p: float) -> Any:
    """The probabilities of at most 0, 1, …, m right answers."""
    return np.minimum(np.cumsum(probabilities(m, p)), 1.0)


def answers(
    n: Any, m: Any, p: Any, target: Any,
    of_all: Callable[[Any, int], Any] = lambda one, n: one**n,
    strict: int = 0,
) -> Entries:  # fmt: skip
    """Expected accuracies of the best on the validation and on the test set, and the chance of the target."""
    no_more = np.concatenate([[0.0], of_all(at_most(m, p), n)])  # no_more[k]: all models have less than k right
    reached = 1 - no_more[: m + 2]
    return {
        "validation": float(reached[1 : m + 1].sum()) / m,
        "test": float(p),
        "chance": float(reached[target + strict]),
    }


def normal_estimate(n: Any, m: Any, p: Any, target: Any) -> float:
    """The rule of thumb: √(2 log n) standard deviations above the mean."""
    return float(p + math.sqrt(2 * math.log(n) * p * (1 - p) / m))


def likeliest(n: Any, m: Any, p: Any, target: Any) -> float:
    """The number right of the best that is more likely than any other."""
    return int(np.argmax(np.diff(at_most(m, p) ** n, prepend=0.0))) / m


PROBLEM = Problem(
    id="6.l",
    title="The best of n",
    points=3,
    minutes=25,
    hints=(
        "The number right of one model is binomial. The best has at most k right exactly if all n have at most k.",
        "So P(best ≤ k) = P(one ≤ k)ⁿ. From there: the probability that the best is k, or Σ P(best ≥ k) for k ≥ 1.",
        "The test set has not been looked at: what does it know of the luck on the validation set?",
        "At least `target` means not at most target − 1.",
    ),
    instances=instances,
    truth=answers,
    slips=(
        wrong("this is what each of them can do; the best was chosen for what it got here.",
              validation=lambda p, **others: p),
        wrong("a rule of thumb for many models and many examples; the exact value can be computed.",
              validation=normal_estimate),
        wrong("this is the likeliest value of the best; asked is the expectation.", validation=likeliest),
        wrong("this is the number of right answers; asked is the accuracy.",
              validation=lambda **a: answers(**a)["validation"] * a["m"]),
        wrong("this is how much too good it is; asked is the accuracy itself.",
              validation=lambda **a: answers(**a)["validation"] - a["p"]),
        planted(answers, "this is the worst of the n: all have *at least* k right.", "validation", "chance",
                of_all=lambda one, n: 1 - (1 - one) ** n),
        planted(answers, "P(one ≤ k) is to be raised to the power n, once for each model.", "validation",
                of_all=lambda one, n: np.minimum(n * one, 1.0)),
        wrong("the chances of the models do not add up: two may reach it together.",
              chance=lambda n, m, p, target: n * float(probabilities(m, p)[target:].sum())),
        wrong("that luck does not repeat: in the test set the best is no better than the others.",
              test=lambda **a: answers(**a)["validation"]),
        wrong("the test set does not punish the winner for its luck; it knows nothing of it.",
              test=lambda **a: 2 * a["p"] - answers(**a)["validation"]),
        wrong("between luck and truth there is no middle here: all models are equally good.",
              test=lambda **a: (a["p"] + answers(**a)["validation"]) / 2),
        planted(answers, "this is the chance of *more* than the target.", "chance", strict=1),
        wrong("this is the chance of one model; the best of n has more.",
              chance=lambda n, m, p, target: float(probabilities(m, p)[target:].sum())),
        wrong("this is the chance that *all* of them reach the target.",
              chance=lambda n, m, p, target: float(probabilities(m, p)[target:].sum()) ** n),
        wrong("this is the chance that none of them reaches the target.",
              chance=lambda **a: 1 - answers(**a)["chance"]),
        wrong("this is the chance of exactly the target, in one model.",
              chance=lambda n, m, p, target: float(probabilities(m, p)[target])),
        wrong("this is the chance that one has exactly the target; more than that also reaches it.",
              chance=lambda n, m, p, target: 1 - (1 - float(probabilities(m, p)[target])) ** n),
    ),
)  # fmt: skip
