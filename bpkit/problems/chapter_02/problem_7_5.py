"""Problem 7.5: the derivative of binary cross-entropy."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import sigmoid
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong_from


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Moderate outputs, outputs where the sigmoid is 1 to rounding, and ones where exp overflows."""
    moderate = [{"f": rng.normal(size=(1, 6)), "y": rng.permuted([[0.0, 1.0] * 3], axis=1)} for _ in range(2)]
    y = np.array([[0.0, 0.0, 1.0, 1.0]])
    return [*moderate, *({"f": np.array([[-size, size, -size, size]]), "y": y} for size in (40.0, 800.0))]


def with_sigmoid(f: Any, y: Any) -> tuple[Any, Any, Any]:
    return sigmoid(f), f, y


PROBLEM = Problem(
    id="7.5",
    title="The derivative of binary cross-entropy",
    points=2,
    minutes=12,
    hints=(
        "Let s = sig[f] and differentiate by s first. Then multiply by ds/df.",
        "ds/df = s(1 − s), and each of the two logarithms leaves one of these factors in its denominator: cancel them.",
        "exp[800] is too large for a float, and inf/inf is nan. Cancel on paper, before you write code: no quotient "
        "should be left but the one in 7.37.",
    ),
    instances=instances,
    truth=lambda f, y: {"dl_df": sigmoid(f) - y},
    slips=(
        wrong_from(with_sigmoid, "the sign is wrong: the loss must fall when f moves towards the right side.",
                   dl_df=lambda s, f, y: y - s),
        wrong_from(with_sigmoid, "mind the sign in the exponent of 7.37: sig[z] grows with z.",
                   dl_df=lambda s, f, y: 1 - s - y),
        wrong_from(with_sigmoid, "the loss compares sig[f] with y, not f itself.", dl_df=lambda s, f, y: f - y),
        wrong_from(with_sigmoid, "y is lost: the derivative depends on the class.", dl_df=lambda s, f, y: s),
        wrong_from(with_sigmoid, "only the term with y is there; the term with 1 − y is missing.",
                   dl_df=lambda s, f, y: -y * (1 - s)),
        wrong_from(with_sigmoid, "only the term with 1 − y is there; the term with y is missing.",
                   dl_df=lambda s, f, y: (1 - y) * s),
        wrong_from(with_sigmoid,
                   "the slope of the sigmoid cancels against the logarithms' denominators; here it still stands.",
                   dl_df=lambda s, f, y: (s - y) * s * (1 - s)),
        wrong_from(with_sigmoid, "this is the derivative for squared error, (y − sig[f])².",
                   dl_df=lambda s, f, y: 2 * (s - y) * s * (1 - s)),
        wrong_from(with_sigmoid, "this belongs to least squares, 7.35.", dl_df=lambda s, f, y: 2 * (f - y)),
        wrong_from(with_sigmoid, "this is the loss itself, not its derivative.",
                   dl_df=lambda s, f, y: np.logaddexp(0.0, f) - y * f),
        wrong_from(with_sigmoid, "the classes are exchanged: sig[f] is the probability of class 1.",
                   dl_df=lambda s, f, y: s - (1 - y)),
    ),
)  # fmt: skip
