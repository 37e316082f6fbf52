"""A classifier's probabilities, turned from the distribution of labels it was trained on to another."""

from typing import Any

import numpy as np

from bpkit.numerical.arguments import real_array
from bpkit.numerical.arrays import Array


def adjust(q: Any, source: Any, target: Any) -> Array:
    """Return p_target(y | x) ∝ p_source(y | x) · p_target(y) / p_source(y) (Bayes' rule); each column sums to 1.

    `q` (K, I) are the probabilities of a network trained on the source, such as `bp.Softmax().activate(net(x))`;
    `source` and `target` (K,) are p(y) there and in the target. No training step is needed, but the probabilities must
    be right, not only their order.

    Raises TypeError or ValueError for anything but distributions, and where a class of the target has no share in the
    source, so that the network has never seen it.

    Source: Saerens, Latinne and Decaestecker (2002), "Adjusting the outputs of a classifier to new a priori
    probabilities".

    >>> adjust([[0.8, 0.5], [0.2, 0.5]], source=[0.5, 0.5], target=[0.2, 0.8])
    array([[0.5, 0.2],
           [0.5, 0.8]])
    """
    q = probabilities(q)
    source, target = distribution("source", source, len(q)), distribution("target", target, len(q))
    unseen = np.flatnonzero((source == 0) & (target > 0))
    if unseen.size:
        raise ValueError(f"source has no class {unseen[0]}, but target does: the network has never seen an example.")
    ratio = np.divide(target, source, out=np.zeros_like(target), where=source > 0)
    adjusted = q * ratio[:, None]
    total = adjusted.sum(axis=0)
    if not total.all():
        raise ValueError(
            f"q gives example {int(np.argmin(total))} no chance in any class that target has: is its class missing in "
            "target, or are the probabilities too extreme to be believed?"
        )
    return np.asarray(adjusted / total)


def probabilities(value: Any) -> Array:
    """Return q (K, I), each column a distribution, as an array, or raise an error that says what it may be instead.

    >>> probabilities([[0.25], [0.75]])
    array([[0.25],
           [0.75]])
    """
    q = real_array("q", value)
    if q.ndim != 2 or 0 in q.shape:
        raise ValueError(f"q has shape {q.shape}, expected (K, I): a column of probabilities for each example.")
    if q.min() < 0 or not np.allclose(q.sum(axis=0), 1, atol=1e-5):
        if q.min() >= 0 and np.allclose(q.sum(axis=1), 1, atol=1e-5):
            slip = ": did you mean q.T?"
        else:
            slip = ": are these logits? Pass bp.Softmax().activate(q)."
        worst = int(np.argmax(np.abs(q.sum(axis=0) - 1)))
        raise ValueError(
            f"column {worst} of q sums to {q[:, worst].sum():.3g}, and the least entry of q is {q.min():.3g}; expected "
            f"probabilities{slip}"
        )
    return q


def distribution(name: str, value: Any, classes: int) -> Array:
    """Return p (K,) as an array if it is a distribution, or raise an error that names it.

    >>> distribution("target", [0.5, 0.5], 2)
    array([0.5, 0.5])
    """
    p = real_array(name, value, shape=(classes,), slip="one share for each class.")
    if p.min() < 0 or not np.isclose(p.sum(), 1):
        slip = f": did you mean bp.shift.project({name})?" if p.min() < 0 else f": did you mean {name} / {name}.sum()?"
        raise ValueError(f"{name} sums to {p.sum():.3g} and its least entry is {p.min():.3g}, expected shares{slip}")
    return p
