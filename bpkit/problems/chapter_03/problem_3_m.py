"""Problem 3.m: a function with a rule of its own."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import sigmoid
from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Around 0; far enough from it to be taken for a ReLU; huge, where errors are judged against the largest entry."""
    far = np.array([-1.0, 1.0]) * rng.uniform(5.5, 8.0, size=2)
    return [
        {"x": np.append(rng.normal(scale=2.0, size=4), 0.0)},
        {"x": far},
        {"x": np.array([-800.0, 800.0]) + rng.normal(size=2)},
    ]


def softplus(x: Any) -> Entries:
    q = sigmoid(x)
    return {"value": np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x))), "slope": q, "second": q * (1 - q)}


PROBLEM = Problem(
    id="3.m",
    title="A function with a rule of its own",
    points=3,
    minutes=20,
    hints=(
        "log[1 + exp[x]] = max(x, 0) + log[1 + exp[−|x|]]: now nothing can be too large. np.log1p is exact near 0.",
        "The slope is the logistic sigmoid; 0.5 * (1 + np.tanh(0.5 * x)) is a form that cannot overflow.",
        "softplus = bp.defrule(stable, lambda y, x: …) once; then bp.grad of np.sum(softplus(x)) gives all slopes.",
        "For the second derivative take bp.grad of the sum of the first ones.",
    ),
    instances=instances,
    truth=softplus,
    follows={"second": (("slope",), lambda given, x: given["slope"] * (1 - given["slope"]))},
    slips=(
        wrong("right except at 0, where max and |x| have kinks although their sum has none: give it a rule.",
              second=lambda x: np.where(x == 0, 0.0, softplus(x)["second"])),
        wrong("this is the ReLU, which the softplus only looks like from afar.",
              value=lambda x: np.maximum(x, 0.0), slope=lambda x: (x > 0) * 1.0),
        wrong("mind the sign: the slope of the softplus rises from 0 to 1.", slope=lambda x: sigmoid(-x)),
        wrong("this is the second derivative.", slope=lambda x: softplus(x)["second"]),
        wrong("this is the first derivative again.", second=lambda x: sigmoid(x)),
        wrong("this is the square of the first derivative, not the derivative of it.",
              second=lambda x: sigmoid(x) ** 2),
        wrong("this is the value, not its slope.", slope=lambda x: softplus(x)["value"]),
        wrong("|x| has the wrong sign in the exponent: for x < 0 this is the softplus plus |x|.",
              value=lambda x: np.abs(x) + np.log1p(np.exp(-np.abs(x)))),
        wrong("the part max(x, 0) is missing.", value=lambda x: np.log1p(np.exp(-np.abs(x)))),
        wrong("the slope is taken at the value y; it belongs to x.", slope=lambda x: sigmoid(softplus(x)["value"])),
    ),
)  # fmt: skip
