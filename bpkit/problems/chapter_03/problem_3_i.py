"""Problem 3.i: the shares of a maximum."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """A largest entry that is there three times, and not the largest in size; equal entries; one without a tie."""
    tied = rng.permutation([2.0, 2.0, 2.0, -4.0, 0.5, 1.0])
    g = rng.uniform(0.5, 2.0, size=3).tolist()
    return [{"g": g[0], "f": tied}, {"g": -g[1], "f": np.full(4, -3.0)}, {"g": g[2], "f": rng.normal(size=5)}]


def share_of_ties(f: Any) -> Any:
    largest = f == f.max()
    return largest / largest.sum()


def one_after_the_other(f: Any) -> Any:
    """The shares when np.maximum is taken pair by pair from the left."""
    shares, largest = np.zeros(len(f)), -np.inf
    for k, entry in enumerate(f):
        if entry > largest:
            shares[:k], shares[k], largest = 0.0, 1.0, entry
        elif entry == largest:
            shares[:k] /= 2
            shares[k] = 0.5
    return shares


PROBLEM = Problem(
    id="3.i",
    title="The shares of a maximum",
    points=2,
    minutes=12,
    hints=(
        "f == f.max() marks the entries that are the maximum. All others get nothing.",
        "max(a, a, a) is a, so three equal entries must get 1 together. What is each one's share, if all are alike?",
    ),
    instances=instances,
    truth=lambda g, f: {"contribution": g * share_of_ties(f)},
    slips=(
        wrong("every tied entry gets 1, so max(a, a) would have the slope 2: the shares must add up to 1.",
              contribution=lambda g, f: g * (f == f.max())),
        wrong("all goes to the first of the largest entries; here tied entries get equal shares.",
              contribution=lambda g, f: g * (np.arange(len(f)) == np.argmax(f))),
        wrong("all goes to the last of the largest entries; here tied entries get equal shares.",
              contribution=lambda g, f: g * (np.arange(len(f)) == len(f) - 1 - np.argmax(f[::-1]))),
        wrong("each tied entry gets ½, whatever their number: three of them would get 1½ together.",
              contribution=lambda g, f: g * (f == f.max()) / min(2, np.sum(f == f.max()))),
        wrong("these are the shares of np.maximum taken pair by pair: they add up to 1, but are not equal.",
              contribution=lambda g, f: g * one_after_the_other(f)),
        wrong("g is shared among all entries; those that are smaller than the maximum get nothing.",
              contribution=lambda g, f: np.full(len(f), g / len(f))),
        wrong("what arrived from above, g, is missing.", contribution=lambda g, f: share_of_ties(f)),
        wrong("the largest value is handed down; the slope of a maximum by its largest entry is 1.",
              contribution=lambda g, f: g * f * share_of_ties(f)),
        wrong("every entry gets g; those that are smaller than the maximum get nothing.",
              contribution=lambda g, f: np.full(len(f), g)),
    ),
)  # fmt: skip
