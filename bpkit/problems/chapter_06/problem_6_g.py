"""Problem 6.g: the order of the examples."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Sorted targets, as a file often has them, and others; the rates let a hundred epochs settle."""
    return [{"y": np.sort(rng.normal(1.0, 2.0, size=8)), "lr": float(rng.uniform(0.05, 0.3))},
            {"y": rng.normal(-1.0, 1.0, size=5), "lr": float(rng.uniform(0.08, 0.15))}]  # fmt: skip


def variance(y: Any) -> float:
    """np.var, in a fifth of the time."""
    mean = float(y.sum()) / len(y)
    return float(np.dot(y - mean, y - mean)) / len(y)


def answers(
    y: Any, lr: Any,
    factor: float = 2.0,
    backward: bool = False,
    spread: Callable[[Any, float, float], float] = lambda y, rate, q: rate**2 * variance(y) / (1 - q**2),
) -> Entries:  # fmt: skip
    """The fixed point of an epoch, and mean and variance with random draws; later keywords plant slips."""
    rate = factor * lr
    q = 1 - rate
    weights = rate * q ** np.arange(len(y))[::-1]  # the last example has the largest
    return {
        "in_order": float(np.dot(weights, y[::-1] if backward else y) / (1 - q ** len(y))),
        "shuffled": float(y.sum()) / len(y),
        "variance": float(spread(y, rate, q)),
    }


def after_epochs(y: Any, lr: Any, epochs: int) -> float:
    phi = 0.0
    for _ in range(epochs):
        for one in y:
            phi -= 2 * lr * (phi - one)
    return phi


PROBLEM = Problem(
    id="6.g",
    title="Why shuffling matters",
    points=3,
    minutes=25,
    hints=(
        "A step is ϕ ← qϕ + 2ηy, q = 1 − 2η. An epoch, i from 0: ϕ ← q^I·ϕ + Σ 2η·q^(I−1−i)·y_i. Where does it rest?",
        "The expectation of a fresh random order: each place of the epoch has the mean of all y.",
        "Drawn anew for each step, y is independent of ϕ: variances add, V = q²·V + (2η)²·Var[y].",
    ),
    instances=instances,
    truth=answers,
    tolerance=1e-5,  # for epochs repeated until nothing changes any more
    slips=(
        planted(answers, "the derivative of (ϕ − y)² has a factor of 2.", "in_order", "variance", factor=1.0),
        planted(answers, "the weights are the wrong way round: the last example of an epoch counts most.", "in_order",
                backward=True),
        wrong("the order matters: this is where the loss of all examples has its minimum.",
              in_order=lambda y, lr: np.mean(y)),
        wrong("this is one epoch from 0; after many the start is forgotten.",
              in_order=lambda y, lr: after_epochs(y, lr, 1)),
        wrong("these are two epochs; go on until nothing changes.", in_order=lambda y, lr: after_epochs(y, lr, 2)),
        wrong("this is the last example; those before it count too.", in_order=lambda y, lr: y[-1]),
        wrong("shuffled, every example has the same chance to be the last: this is still the given order.",
              shuffled=lambda y, lr: answers(y, lr)["in_order"]),
        wrong("least squares leads to the mean, not to the median.", shuffled=lambda y, lr: np.median(y)),
        wrong("this is the variance of the examples; a small learning rate averages over many.",
              variance=lambda y, lr: np.var(y)),
        wrong("this is what one step adds; what earlier steps have added is still there in part.",
              variance=lambda y, lr: 4 * lr**2 * variance(y)),
        planted(answers, "a factor multiplies a variance by its square: q², not q.", "variance",
                spread=lambda y, rate, q: rate**2 * variance(y) / (1 - q)),
        planted(answers, "2η multiplies y, so its square multiplies the variance.", "variance",
                spread=lambda y, rate, q: rate * variance(y) / (1 - q**2)),
        wrong("this holds for very small learning rates only: 1 − q² is 4η − 4η².",
              variance=lambda y, lr: lr * variance(y)),
        planted(answers, "draws from these examples have the variance np.var(y), which divides by their number.",
                "variance", spread=lambda y, rate, q: rate**2 * np.var(y, ddof=1) / (1 - q**2)),
        planted(answers, "this is the standard deviation; asked is the variance.", "variance",
                spread=lambda y, rate, q: math.sqrt(rate**2 * variance(y) / (1 - q**2))),
        wrong("this is the variance of a mean of all examples.", variance=lambda y, lr: variance(y) / len(y)),
        wrong("the newest example has the weight 2η: no power of q stands before it yet.",
              in_order=lambda y, lr: (1 - 2 * lr) * answers(y, lr)["in_order"]),
        wrong("these are three epochs; go on until nothing changes.", in_order=lambda y, lr: after_epochs(y, lr, 3)),
    ),
)  # fmt: skip
