"""Problem 5.f: tanh wants Glorot."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import sigmoid
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong_from

# Smooth activations with their value and slope at 0; the shifted ones are centred nowhere.
SMOOTH: tuple[tuple[Callable[[Any], Any], float, float], ...] = (
    (sigmoid, 0.5, 0.25),
    (np.tanh, 0.0, 1.0),
    (lambda z: 1.7159 * np.tanh(2 * z / 3), 0.0, 1.7159 * 2 / 3),
    (lambda z: np.log1p(np.exp(z)), math.log(2), 0.5),
    (lambda z: np.exp(z) / 3, 1 / 3, 1 / 3),
)


def at_zero(a: Any) -> tuple[float, float]:
    """Value and slope of one of these activations at 0."""
    return next((value, slope) for known, value, slope in SMOOTH if known is a)


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    sizes = [rng.choice(np.arange(5, 300), size=2, replace=False) for _ in SMOOTH]
    return [{"a": a, "D_in": int(D[0]), "D_out": int(D[1])} for (a, _, _), D in zip(SMOOTH, sizes, strict=True)]


def at_zero_and_sizes(a: Any, D_in: int, D_out: int) -> tuple[float, float, int, int]:
    return (*at_zero(a), D_in, D_out)


def answers(a: Any, D_in: Any, D_out: Any) -> dict[str, float]:
    value, slope = at_zero(a)
    return {"variance": 2 / ((D_in + D_out) * slope**2), "p": 1 / slope, "q": -value / slope}


PROBLEM = Problem(
    id="5.f",
    title="What tanh wants, and what the sigmoid wants",
    points=3,
    minutes=20,
    hints=(
        "Near 0, a[f] ≈ c + s·f, where c is the value and s the slope at 0. What happens to a variance on the way?",
        "Forward the variance is multiplied by s²·D_in·σ², backward by s²·D_out·σ²; average the sizes as in 7.33.",
        "p·a + q has the slope p·s and the value p·c + q at 0. A central difference gives s well enough.",
    ),
    instances=instances,
    truth=answers,
    follows={"q": (("p",), lambda given, a, D_in, D_out: -given["p"] * at_zero(a)[0])},
    tolerance=1e-5,  # for slopes by differences
    slips=(
        wrong_from(at_zero_and_sizes, "the slope at 0 is not in it; for tanh it is 1, for others not.",
                   variance=lambda c, s, D_in, D_out: 2 / (D_in + D_out)),
        wrong_from(at_zero_and_sizes, "the slope multiplies f, so its square multiplies the variance.",
                   variance=lambda c, s, D_in, D_out: 2 / ((D_in + D_out) * s)),
        wrong_from(at_zero_and_sizes,
                   "the slope is on the wrong side: where the activation takes away, the weights must add.",
                   variance=lambda c, s, D_in, D_out: 2 * s**2 / (D_in + D_out)),
        wrong_from(at_zero_and_sizes, "this has He's 2 for a ReLU; a smooth activation does not cut half of f off.",
                   variance=lambda c, s, D_in, D_out: 4 / ((D_in + D_out) * s**2)),
        wrong_from(at_zero_and_sizes, "this keeps the forward pass alone; average D_in and D_out as in 7.33.",
                   variance=lambda c, s, D_in, D_out: 1 / (D_in * s**2)),
        wrong_from(at_zero_and_sizes, "this keeps the backward pass alone; average D_in and D_out as in 7.33.",
                   variance=lambda c, s, D_in, D_out: 1 / (D_out * s**2)),
        wrong_from(at_zero_and_sizes, "the mean of D_in and D_out is half of their sum.",
                   variance=lambda c, s, D_in, D_out: 1 / ((D_in + D_out) * s**2)),
        wrong_from(at_zero_and_sizes, "this is the standard deviation; asked is the variance.",
                   variance=lambda c, s, D_in, D_out: math.sqrt(2 / (D_in + D_out)) / s),
        wrong_from(at_zero_and_sizes, "this is the slope of a; p must bring it to 1.", p=lambda c, s, D_in, D_out: s),
        wrong_from(at_zero_and_sizes, "not the value but the slope at 0 is to be brought to 1 by p.",
                   p=lambda c, s, D_in, D_out: 1 / c if c else 1.0),
        wrong_from(at_zero_and_sizes, "a is multiplied by p before q comes on top: p·a[0] + q = 0.",
                   q=lambda c, s, D_in, D_out: -c),
        wrong_from(at_zero_and_sizes, "the sign of q: p·a[0] + q = 0.", q=lambda c, s, D_in, D_out: c / s),
        wrong_from(at_zero_and_sizes, "a is multiplied by p, not by its slope, before q comes on top.",
                   q=lambda c, s, D_in, D_out: -c * s),
        wrong_from(at_zero_and_sizes, "this is the mean of the two variances; 7.33 averages D_in and D_out.",
                   variance=lambda c, s, D_in, D_out: (1 / D_in + 1 / D_out) / (2 * s**2)),
    ),
)  # fmt: skip
