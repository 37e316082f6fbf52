"""Problem 2.f: back through a softmax."""

from typing import Any

from bpkit.problems.chapter_02.scores import draw_scores, softmax, with_softmax
from bpkit.problems.problem import Problem
from bpkit.problems.slips import wrong_from


def softmax_backward(f: Any, g: Any) -> Any:
    q = softmax(f)
    return q * (g - (q * g).sum(axis=0, keepdims=True))


def wrong_axis(f: Any, g: Any) -> Any:
    """The whole softmax over the examples instead of the classes."""
    return softmax_backward(f.T, g.T).T


PROBLEM = Problem(
    id="2.f",
    title="Back through a softmax",
    points=3,
    minutes=20,
    hints=(
        "One example first: ∂q_i/∂f_j is q_i(1 − q_i) for i = j and −q_i q_j otherwise.",
        "Write ∂ℓ/∂f_j = Σ_i ∂q_i/∂f_j · g_i and take q_j out of both terms: what is left is one sum for all j.",
        "For a batch: that sum runs over the classes, so it is one number for each column (axis=0, keepdims=True).",
    ),
    instances=lambda rng: draw_scores(rng, (3, 4), (2, 1)),
    truth=lambda f, g: {"dl_df": softmax_backward(f, g)},
    slips=(
        wrong_from(with_softmax,
                   "only the diagonal of the Jacobian: a score changes all classes' probabilities, not just its own.",
                   dl_df=lambda q, f, g: q * (1 - q) * g),
        wrong_from(with_softmax, "the term that is subtracted, where the other classes come in, is missing.",
                   dl_df=lambda q, f, g: q * g),
        wrong_from(with_softmax,
                   "the subtracted sum runs over the examples; each example (column) has a sum of its own.",
                   dl_df=lambda q, f, g: q * (g - (q * g).sum(axis=1, keepdims=True))),
        wrong_from(with_softmax,
                   "the subtracted sum runs over all entries; each example (column) has a sum of its own.",
                   dl_df=lambda q, f, g: q * (g - (q * g).sum())),
        wrong_from(with_softmax, "in the subtracted sum each g_i must be weighted with its q_i.",
                   dl_df=lambda q, f, g: q * (g - g.sum(axis=0, keepdims=True))),
        wrong_from(with_softmax, "a mean is subtracted where a sum weighted with q should be.",
                   dl_df=lambda q, f, g: q * (g - g.mean(axis=0, keepdims=True))),
        wrong_from(with_softmax, "the factor q in front is missing.",
                   dl_df=lambda q, f, g: g - (q * g).sum(axis=0, keepdims=True)),
        wrong_from(with_softmax, "the factor q is missing in one of the two terms: it stands in front of both.",
                   dl_df=lambda q, f, g: q * g - (q * g).sum(axis=0, keepdims=True)),
        wrong_from(with_softmax, "the two terms are added; the mixed entries of the Jacobian are negative.",
                   dl_df=lambda q, f, g: q * (g + (q * g).sum(axis=0, keepdims=True))),
        wrong_from(with_softmax, "this is the gradient of a log-softmax; here g belongs to q itself.",
                   dl_df=lambda q, f, g: g - q * g.sum(axis=0, keepdims=True)),
        wrong_from(with_softmax, "q minus a target is the gradient of the cross-entropy; here g is any ∂ℓ/∂q.",
                   dl_df=lambda q, f, g: q - g),
        wrong_from(with_softmax, "the softmax runs along the wrong axis: the classes of one example are a column.",
                   dl_df=lambda q, f, g: wrong_axis(f, g)),
        wrong_from(with_softmax, "the softmax is normalised over the whole batch; each column must add up to one.",
                   dl_df=lambda q, f, g: softmax(f, None) * (g - (softmax(f, None) * g).sum())),
        wrong_from(with_softmax, "beside the diagonal the Jacobian is −q_i q_j, and the minus is missing.",
                   dl_df=lambda q, f, g: q * (g + (q * g).sum(axis=0, keepdims=True)) - 2 * q**2 * g),
    ),
)  # fmt: skip
