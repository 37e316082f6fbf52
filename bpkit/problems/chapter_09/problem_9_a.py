"""Problem 9.a: the weighted risk."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Several features, one, and weights that are all the same; their mean is never 1."""
    found: list[Arguments] = []
    for features, examples, spread in ((2, 9, 1.0), (1, 6, 1.0), (3, 12, 0.0)):
        found.append({
            "x": rng.normal(size=(features, examples)), "y": rng.normal(size=(1, examples)),
            "beta": rng.normal(size=(1, 1)), "omega": rng.normal(size=(1, features)),
            "weights": rng.uniform(1.6, 1.9) * rng.uniform(0.1, 3.0, size=examples) ** spread,
        })  # fmt: skip
    return found


def answers(
    x: Any, y: Any, beta: Any, omega: Any, weights: Any,
    used: Callable[[Any], Any] = lambda w: w,
    divisor: Callable[[Any], float] = len,
    factor: float = 2.0,
    error: Callable[[Any, Any], Any] = lambda f, y: f - y,
    root: Callable[[Any], Any] = np.sqrt,
) -> Entries:  # fmt: skip
    """The weighted risk, its gradients, and the coefficients that minimise it; keywords after weights plant slips."""
    w, gap = used(weights), error(omega @ x + beta, y)
    at_f = factor * w * gap / divisor(weights)
    rows = root(w)[:, None] * np.vstack([np.ones(x.shape[1]), x]).T
    return {
        "risk": float((w * gap**2).sum() / divisor(weights)),
        "dl_dbeta": at_f.sum(axis=1, keepdims=True),
        "dl_domega": at_f @ x.T,
        "best": np.linalg.lstsq(rows, root(w) * y[0], rcond=None)[0],
    }


GRADIENTS = "dl_dbeta", "dl_domega"

PROBLEM = Problem(
    id="9.a",
    title="The weighted risk",
    points=3,
    minutes=25,
    hints=(
        "A weight multiplies its example's loss, and so everything that comes from it: w_i·2(f_i − y_i) for ∂ℓ_i/∂f_i.",
        "With F the features under a row of ones, the risk is smallest where F diag(w) (Fᵀ c − y) = 0. Solve for c.",
        "w·(f − y)² is (√w·f − √w·y)²: multiply the features and the targets by √w, then least squares as ever.",
    ),
    instances=instances,
    truth=answers,
    slips=(
        planted(answers, "the weights are missing.", used=np.ones_like),
        planted(answers, "the divisor is the number of examples I here, not the sum of the weights.", "risk",
                *GRADIENTS, divisor=np.sum),
        planted(answers, "this is the sum over the examples; the risk is a mean, divided by I.", "risk", *GRADIENTS,
                divisor=lambda w: 1.0),
        planted(answers, "the weights are squared: each example's loss has its weight as a factor once.",
                "risk", *GRADIENTS, used=np.square),
        planted(answers, "this has the roots of the weights; the loss is multiplied by the weight itself.", "risk",
                *GRADIENTS, used=np.sqrt),
        planted(answers, "the derivative of (f − y)² has a factor of 2.", *GRADIENTS, factor=1.0),
        planted(answers, "the sign: the derivative with respect to f is 2w(f − y).", *GRADIENTS,
                error=lambda f, y: y - f),
        planted(answers, "features and targets were multiplied by w, so the squared errors have w²: the factor is √w.",
                "best", root=lambda w: w),
        planted(answers, "the loss is (f − y)², not half of it.", "risk", divisor=lambda w: 2 * len(w)),
        wrong("these are the coefficients that were given; asked are those of the smallest weighted risk.",
              best=lambda x, y, beta, omega, weights: np.concatenate([beta[0], omega[0]])),
    ),
)  # fmt: skip
