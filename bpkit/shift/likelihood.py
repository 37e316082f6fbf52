"""The distribution of labels in the target by maximum likelihood: expectation maximisation on a network's outputs."""

from typing import Any

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.shift.adjusting import adjust, distribution, probabilities

ITERATIONS = 10_000
TOLERANCE = 1e-9  # of the change of p(y), at which it is found


def saerens(q: Any, source: Any) -> Array:
    """Return the p(y) (K,) of the target under which its inputs are most likely, by expectation maximisation.

    `q` (K, I) are the network's probabilities for target examples, and `source` (K,) is p(y) where it was trained. In
    turn the probabilities are adjusted to the present p(y), and p(y) becomes their mean. It uses how sure the network
    is, so it needs fewer examples than `label_distribution`, and probabilities that are right.

    Raises TypeError or ValueError for anything but distributions.

    Source: Saerens, Latinne and Decaestecker (2002), "Adjusting the outputs of a classifier to new a priori
    probabilities".

    >>> saerens([[0.9, 0.9, 0.9, 0.1], [0.1, 0.1, 0.1, 0.9]], source=[0.5, 0.5]).round(4)
    array([0.8125, 0.1875])
    """
    q = probabilities(q)
    p = source = distribution("source", source, len(q))
    for _ in range(ITERATIONS):
        before, p = p, adjust(q, source, p).mean(axis=1)
        p = p / p.sum()
        if np.abs(p - before).max() <= TOLERANCE:
            break
    return p
