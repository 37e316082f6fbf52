"""Problem 6.i: the root of the condition number."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong_from


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Eigenvalues in no order, the extreme ones neither first nor last; two; all the same; never a whole number."""
    found = []
    for sizes in ((0.3, 1.0, 0.5, 0.01, 0.1), (0.6, 0.05, 1.0, 0.3), (0.1, 1.0), (1.0, 1.0, 1.0)):
        one: Arguments = {}
        while not one or any(abs(exact % 1 - 0.5) > 0.49 for exact in exact_steps(**one)):
            spread = 1.0 if min(sizes) == 1.0 else rng.uniform(0.7, 1.3, size=len(sizes))
            one = {
                "eigenvalues": float(rng.uniform(0.3, 6.0)) * np.array(sizes) ** spread,
                "factor": float(10 ** rng.uniform(-5, -2)),
            }
        found.append(one)
    return found


def exact_steps(eigenvalues: Any, factor: float) -> list[float]:
    """The steps before they are rounded up; a whole number and a half where one step is enough."""
    right = best(eigenvalues, factor)
    return [math.log(factor) / math.log(right[rate]) if right[rate] else 0.5 for rate in ("rate", "heavy_rate")]


def steps(rate: float, factor: float) -> int:
    """The first number of steps after which rate^steps ≤ factor."""
    return math.ceil(math.log(factor) / math.log(rate)) if rate > 0 else 1


def best(
    eigenvalues: Any, factor: Any,
    extremes: Callable[[Any], tuple[float, float]] = lambda eigenvalues: (eigenvalues.min(), eigenvalues.max()),
    root: Callable[[float], float] = math.sqrt,
    count: Callable[[float, float], float] = steps,
) -> Entries:  # fmt: skip
    """Learning rate, rate and steps of gradient descent and of heavy ball; keywords after factor plant slips."""
    low, high = (float(value) for value in extremes(eigenvalues))
    a, b = root(low), root(high)
    rate, heavy = (high - low) / (high + low), (b - a) / (b + a)
    return {
        "lr": 2 / (low + high),
        "rate": rate,
        "steps": count(rate, factor),
        "heavy_lr": 4 / (a + b) ** 2,
        "momentum": heavy**2,
        "heavy_rate": heavy,
        "heavy_steps": count(heavy, factor),
    }


def extremes_and_answer(eigenvalues: Any, factor: float) -> tuple[float, float, Entries]:
    """The smallest eigenvalue, the largest one, and the right answer."""
    return float(np.min(eigenvalues)), float(np.max(eigenvalues)), best(eigenvalues, factor)


def with_counts(count: Callable[[float, float], float]) -> Callable[..., Entries]:
    """Only the two numbers of steps, counted in another way."""

    def answer(eigenvalues: Any, factor: float) -> Entries:
        entries = best(eigenvalues, factor, count=count)
        return {name: entries[name] for name in ("steps", "heavy_steps")}

    return answer


def of(name: str, change: Callable[[float], float]) -> Callable[..., float]:
    """One part of the right answer, changed."""
    return lambda low, high, right: change(right[name])


PROBLEM = Problem(
    id="6.i",
    title="The root of the condition number",
    points=5,
    minutes=40,
    hints=(
        "A step multiplies the part along an eigenvector by 1 − ηλ. At the best η the two extreme ones are equal.",
        "Heavy ball: ϕ_{t+1} = (1 + m − ηλ)ϕ_t − mϕ_{t−1}. Try ϕ_t = zᵗ: when are both roots z complex, how large?",
        "Complex roots have the size √m, whatever λ is. They are complex if (1 − √m)² < ηλ < (1 + √m)².",
        "Put λ_min at the one end of that interval and λ_max at the other: two equations for η and √m.",
    ),
    instances=instances,
    truth=best,
    slips=(
        planted(best, "these are the first and the last eigenvalue; they come in no order.",
                extremes=lambda eigenvalues: (eigenvalues[0], eigenvalues[-1])),
        planted(best, "this takes the mean of the eigenvalues for the largest one.",
                extremes=lambda eigenvalues: (eigenvalues.min(), eigenvalues.mean())),
        wrong_from(extremes_and_answer, "this is safe, and not the best: with it the largest part is gone at once, "
                   "and the smallest one waits.", lr=lambda low, high, right: 1 / high),
        wrong_from(extremes_and_answer, "this is where gradient descent begins to diverge.",
                   lr=lambda low, high, right: 2 / high, heavy_lr=lambda low, high, right: 2 / high),
        wrong_from(extremes_and_answer, "half as long as the best: 1 − ηλ may become negative for the largest λ.",
                   lr=lambda low, high, right: 1 / (low + high)),
        wrong_from(extremes_and_answer, "this is the rate with the learning rate 1/λ_max; a longer one is better.",
                   rate=lambda low, high, right: 1 - low / high),
        wrong_from(extremes_and_answer, "upside down: a rate is below 1.",
                   rate=lambda low, high, right: (high + low) / (high - low) if high > low else 0.0),
        wrong_from(extremes_and_answer, "this is the condition number; the rate is made of it.",
                   rate=lambda low, high, right: high / low, heavy_rate=lambda low, high, right: high / low),
        wrong_from(extremes_and_answer, "this is how fast the loss falls, a square; asked is the distance.",
                   rate=of("rate", lambda rate: rate**2), heavy_rate=of("momentum", lambda m: m)),
        planted(best, "the roots are missing: λ stands where √λ should.", "heavy_lr", "momentum", "heavy_rate",
                "heavy_steps", root=lambda value: value),
        wrong_from(extremes_and_answer, "the learning rate of gradient descent; with momentum it can be larger.",
                   heavy_lr=of("lr", lambda lr: lr)),
        wrong_from(extremes_and_answer, "the square is missing: (√λ_min + √λ_max)².",
                   heavy_lr=lambda low, high, right: 4 / (math.sqrt(low) + math.sqrt(high))),
        wrong_from(extremes_and_answer, "(√λ_min + √λ_max)² is not λ_min + λ_max.",
                   heavy_lr=lambda low, high, right: 4 / (low + high)),
        wrong_from(extremes_and_answer, "this is for the form with (1 − m)·g; here the gradient is added as it is.",
                   heavy_lr=lambda low, high, right: right["heavy_lr"] / (1 - right["momentum"])),
        wrong_from(extremes_and_answer, "this is the rate, √m; the momentum is its square.",
                   momentum=of("heavy_rate", lambda rate: rate)),
        wrong_from(extremes_and_answer, "the momentum is 1 minus this.", momentum=of("momentum", lambda m: 1 - m)),
        wrong_from(extremes_and_answer, "this is the rate of gradient descent.",
                   heavy_rate=of("rate", lambda rate: rate), heavy_steps=of("steps", lambda number: number)),
        wrong_from(extremes_and_answer, "this is the root of the rate of gradient descent: the root belongs to κ.",
                   heavy_rate=of("rate", math.sqrt)),
        Slip(with_counts(lambda rate, factor: math.floor(math.log(factor) / math.log(rate)) if rate else 0),
             "one step too few: after it the distance is not small enough yet."),
        Slip(with_counts(lambda rate, factor: steps(rate, factor) if rate else 0),
             "where all eigenvalues are equal the rate is 0: one step is enough, and none is not."),
        Slip(with_counts(lambda rate, factor: steps(rate, factor) + 1), "one step too many."),
        Slip(with_counts(lambda rate, factor: math.log(factor) / math.log(rate) if rate else 1.0),
             "a number of steps is whole: round up."),
        Slip(with_counts(lambda rate, factor: steps(rate**2, factor)),
             "this is where the loss has fallen by the factor; asked is the distance."),
        Slip(with_counts(lambda rate, factor: math.ceil(math.log(1 / factor) / (1 - rate))),
             "log ρ is near ρ − 1 for slow rates only; take the logarithm itself."),
    ),
)  # fmt: skip
