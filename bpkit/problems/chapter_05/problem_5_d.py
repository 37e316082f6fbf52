"""Problem 5.d: hit a target."""

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [
        {"D_i": int(rng.integers(5, 40)), "D": 2 * int(rng.integers(25, 150)) + 1, "K": K,
         "target": float(math.exp(rng.uniform(0.5, 4.0) * sign))}
        for K, sign in ((30, 1), (30, -1), (1, 1), (int(rng.integers(5, 25)), -1))
    ]  # fmt: skip


def variance(D_i: Any, D: Any, K: Any, target: Any, first: float = 1.0, later: float = 0.5) -> float:
    """σ² from target = (first·D_i·σ²)·(later·D·σ²)^K."""
    return float((target / (first * D_i * (later * D) ** K)) ** (1 / (K + 1)))


PROBLEM = Problem(
    id="5.d",
    title="Hit a target",
    points=2,
    minutes=12,
    hints=(
        "Which factor does the variance get on the way from x to f_0, and which from f_{k−1} to f_k?",
        "No ReLU stands before Ω_0, so the first factor is D_i·σ². How many factors follow it?",
        "target = D_i·σ²·(D·σ²/2)^K: collect the powers of σ² and take a root.",
    ),
    instances=instances,
    truth=lambda **arguments: {"variance": variance(**arguments)},
    slips=(
        wrong("no ReLU stands before Ω_0: its factor has no ½.", variance=functools.partial(variance, first=0.5)),
        wrong("the ½ of the ReLU is missing.", variance=functools.partial(variance, later=1.0)),
        wrong("Ω_0 has rows of D_i entries, not of D.", variance=lambda D_i, D, K, target: variance(D, D, K, target)),
        wrong("Ω_0 has rows of D_i entries, not of D, and no ReLU stands before it.",
              variance=lambda D_i, D, K, target: variance(D, D, K, target, first=0.5)),
        wrong("Ω_0 is left out: it has the same σ².", variance=lambda D_i, D, K, target: 2 / D * target ** (1 / K)),
        wrong("from f_0 to f_K there are K layers, and Ω_0 comes before them.",
              variance=lambda D_i, D, K, target: (target / (D_i * (D / 2) ** (K - 1))) ** (1 / K)),
        wrong("there are K + 1 factors σ², one for each Ω: another root.",
              variance=lambda D_i, D, K, target: (target / (D_i * (D / 2) ** K)) ** (1 / K)),
        wrong("this is the standard deviation; asked is the variance.", variance=lambda **a: math.sqrt(variance(**a))),
        wrong("this is He's variance, which keeps what f_0 has; the target is another number.",
              variance=lambda D_i, D, K, target: 2 / D),
        wrong("the layers multiply, each by the same factor: take a root of the target.",
              variance=lambda D_i, D, K, target: 2 / D * target),
        wrong("the target is a variance already; do not square it.",
              variance=lambda D_i, D, K, target: variance(D_i, D, K, target**2)),
        wrong("take the root with exponent 1/(K + 1); do not divide by K + 1.",
              variance=lambda D_i, D, K, target: target / (D_i * (D / 2) ** K) / (K + 1)),
    ),
)  # fmt: skip
