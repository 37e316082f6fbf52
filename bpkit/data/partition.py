"""Deals a set of examples to disjoint parts, at random, and on request each class by itself."""

import numpy as np
from numpy.typing import NDArray

from bpkit.data.examples import Array

Indices = NDArray[np.intp]
Random = np.random.Generator | int


def partition(part_of: Indices, labels: Array | None, rng: Random) -> list[Indices]:
    """Return the examples of each part, in random order.

    `part_of` gives the part of the first, second, … example of an order that is random, and, with `labels`, random
    only within each class, one class after the other.

    >>> parts = partition(np.array([0, 1, 0, 1]), np.array([1, 0, 1, 0]), rng=0)
    >>> [sorted(np.array([1, 0, 1, 0])[part].tolist()) for part in parts]
    [[0, 1], [0, 1]]
    """
    rng = np.random.default_rng(rng)
    order = rng.permutation(part_of.size)
    dealt = order if labels is None else order[np.argsort(labels[order], kind="stable")]
    part = np.empty_like(part_of)
    part[dealt] = part_of
    # Shuffled again: in the order in which they were dealt, the classes would follow one another within a part.
    return [rng.permutation(np.flatnonzero(part == number)) for number in range(part_of.max() + 1)]
