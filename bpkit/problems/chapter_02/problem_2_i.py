"""Problem 2.i: a log-softmax that never overflows."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.chapter_02.scores import draw_scores, softmax, with_softmax
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong_from


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Huge scores in instances of their own: errors are judged against the largest entry."""
    (ordinary,) = draw_scores(rng, (3, 4))
    shifted, far_apart = draw_scores(rng, (3, 4), (3, 3))
    shifted["f"] = shifted["f"] + np.array([1e4, -1e4, 0.0, 500.0])  # the same number to all classes of an example
    far_apart["f"] = rng.uniform(-1e4, 1e4, size=(3, 3))
    return [ordinary, shifted, far_apart]


def largest(f: Any) -> Any:
    return f.max(axis=0, keepdims=True)


def log_sum_exp(f: Any, axis: int = 0) -> Any:
    largest = f.max(axis=axis, keepdims=True)
    return largest + np.log(np.exp(f - largest).sum(axis=axis, keepdims=True))


PROBLEM = Problem(
    id="2.i",
    title="A log-softmax that never overflows",
    points=3,
    minutes=20,
    hints=(
        "Write log q_i with the rule for the logarithm of a quotient. The exponential of the numerator disappears.",
        "log Σ exp[f_j] = m + log Σ exp[f_j − m] for every m. Which m makes the largest exponent 0?",
        "∂ log q_i/∂f_j is 1 − q_j for i = j and −q_j otherwise: multiply with g_i and sum over i.",
        "Each column is an example, with its own largest score and its own sums: axis=0, keepdims=True.",
    ),
    instances=instances,
    truth=lambda f, g: {"log_q": f - log_sum_exp(f), "dl_df": g - softmax(f) * g.sum(axis=0, keepdims=True)},
    follows={
        "dl_df": (("log_q",), lambda given, f, g: g - np.exp(given["log_q"]) * g.sum(axis=0, keepdims=True)),
    },
    slips=(
        wrong_from(with_softmax, "this is q itself, not its logarithm.", log_q=lambda q, f, g: q),
        wrong_from(with_softmax,
                   "the largest score was subtracted in the sum and not in front of it (or never added back).",
                   log_q=lambda q, f, g: f - np.log(np.exp(f - largest(f)).sum(axis=0, keepdims=True))),
        wrong_from(with_softmax, "the largest score is subtracted twice.",
                   log_q=lambda q, f, g: f - largest(f) - log_sum_exp(f)),
        wrong_from(with_softmax, "the logarithm of the sum is missing.",
                   log_q=lambda q, f, g: f - largest(f) - np.exp(f - largest(f)).sum(axis=0, keepdims=True)),
        wrong_from(with_softmax, "normalised over the examples; the classes of one example are a column.",
                   log_q=lambda q, f, g: f - log_sum_exp(f, axis=1),
                   dl_df=lambda q, f, g: g - softmax(f, 1) * g.sum(axis=1, keepdims=True)),
        wrong_from(with_softmax,
                   "the sum of g in the second term runs over the examples; each column has a sum of its own.",
                   dl_df=lambda q, f, g: g - q * g.sum(axis=1, keepdims=True)),
        wrong_from(with_softmax,
                   "the sum of g in the second term runs over all entries; each column has a sum of its own.",
                   dl_df=lambda q, f, g: g - q * g.sum()),
        wrong_from(with_softmax, "the factor Σ g of the second term is missing.", dl_df=lambda q, f, g: g - q),
        wrong_from(with_softmax, "for cross-entropy alone the gradient is q − (the right class); here any g must do.",
                   dl_df=lambda q, f, g: q - g),
        wrong_from(with_softmax, "the second term is missing: every score is in the sum under the fraction line.",
                   dl_df=lambda q, f, g: g),
        wrong_from(with_softmax,
                   "only the diagonal of the Jacobian: a score changes the log-probabilities of all classes.",
                   dl_df=lambda q, f, g: g * (1 - q)),
        wrong_from(with_softmax, "the factor q of the second term is missing.",
                   dl_df=lambda q, f, g: g - g.sum(axis=0, keepdims=True)),
        wrong_from(with_softmax, "in the second term g is summed as it is; q stands outside the sum.",
                   dl_df=lambda q, f, g: g - (q * g).sum(axis=0, keepdims=True)),
        wrong_from(with_softmax, "the two terms are added; the second is subtracted.",
                   dl_df=lambda q, f, g: g + q * g.sum(axis=0, keepdims=True)),
        wrong_from(with_softmax, "this is the gradient of the softmax (2.f); here g belongs to log q.",
                   dl_df=lambda q, f, g: q * (g - (q * g).sum(axis=0, keepdims=True))),
        wrong_from(with_softmax, "g is taken to add up to −1, as for cross-entropy; here any g must do.",
                   dl_df=lambda q, f, g: g + q),
        wrong_from(with_softmax, "in the second term g is added up, not averaged.",
                   dl_df=lambda q, f, g: g - q * g.mean(axis=0, keepdims=True)),
        wrong_from(with_softmax, "in the second term log q stands where q should.",
                   dl_df=lambda q, f, g: g - (f - log_sum_exp(f)) * g.sum(axis=0, keepdims=True)),
    ),
)  # fmt: skip
