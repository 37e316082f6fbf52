"""Problem 2.e: a new activation."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu, sigmoid
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def silu(f: Any) -> Any:
    return f * sigmoid(f)


def silu_slope(f: Any) -> Any:
    q = sigmoid(f)
    return q + f * q * (1.0 - q)


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """The huge values have instances of their own: errors are judged against the largest entry."""
    return [
        {"f": rng.normal(scale=2.0, size=(3, 4))},
        {"f": np.array([[0.0], [rng.uniform(0.5, 2.0)], [-rng.uniform(0.5, 2.0)]])},
        {"f": np.array([[-50.0, 50.0]]) + rng.normal(size=(1, 2))},
        {"f": np.array([[-800.0, 800.0]]) + rng.normal(size=(1, 2))},
    ]


PROBLEM = Problem(
    id="2.e",
    title="A new activation",
    points=2,
    minutes=10,
    hints=(
        "h = f · sig[f] is a product of two functions of f: its slope has two terms.",
        "The slope of the sigmoid is sig[f](1 − sig[f]).",
        "If you see nan: exp[800] is too large for a float. Which form of the sigmoid has only exp[−|f|] in it?",
    ),
    instances=instances,
    truth=lambda f: {"h": silu(f), "slope": silu_slope(f)},
    slips=(
        wrong("this is the slope of the sigmoid alone; h is f times the sigmoid.",
              h=lambda f: f * sigmoid(f) * (1 - sigmoid(f)),
              slope=lambda f: sigmoid(f) * (1 - sigmoid(f))),
        wrong("this is the sigmoid alone; the other part of the product is missing.",
              h=lambda f: sigmoid(f), slope=lambda f: sigmoid(f)),
        wrong("the product rule has two terms, and sig[f] is missing.",
              slope=lambda f: f * sigmoid(f) * (1 - sigmoid(f))),
        wrong("in the second term of the product rule the factor f is missing.",
              slope=lambda f: sigmoid(f) * (2 - sigmoid(f))),
        wrong("in the second term of the product rule the factor 1 − sig[f] is missing.",
              slope=lambda f: sigmoid(f) * (1 + f)),
        wrong("the two terms of the product rule are added, not subtracted.",
              slope=lambda f: sigmoid(f) * (1 - f * (1 - sigmoid(f)))),
        wrong("evaluated at the activation h; an activation's slope is taken at its input f.",
              slope=lambda f: silu_slope(silu(f))),
        wrong("mind the sign in the exponent: sig[f] = 1/(1 + exp[−f]).",
              h=lambda f: f * sigmoid(-f), slope=lambda f: silu_slope(-f)),
        wrong("this is the ReLU; SiLU only looks like it from afar.",
              h=lambda f: relu(f), slope=lambda f: 1.0 * (f > 0)),
        wrong("in the second term of the product rule the slope of the sigmoid has 1 − sig[f] in it, not 1 − h.",
              slope=lambda f: sigmoid(f) + silu(f) * (1 - silu(f))),
    ),
)  # fmt: skip
