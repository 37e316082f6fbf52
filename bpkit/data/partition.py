"""Divides a set of examples into disjoint random parts, on request class by class."""

import numpy as np
from numpy.typing import NDArray

from bpkit.numerical.arrays import Array

Indices = NDArray[np.intp]
Random = np.random.Generator | int


def partition(part_of: Indices, labels: Array | None, rng: Random) -> list[Indices]:
    """Return the examples of each part, in random order.

    `part_of[i]` is the part of example i in a random order; with `labels` that order goes class by class, and is random
    within each.

    >>> parts = partition(np.array([0, 1, 0, 1]), np.array([1, 0, 1, 0]), rng=0)
    >>> [sorted(np.array([1, 0, 1, 0])[part].tolist()) for part in parts]
    [[0, 1], [0, 1]]
    """
    rng = np.random.default_rng(rng)
    order = rng.permutation(part_of.size)
    dealt = order if labels is None else order[np.argsort(labels[order], kind="stable")]
    part = np.empty_like(part_of)
    part[dealt] = part_of
    # Shuffled again: otherwise the examples of a part would be in the order of their columns.
    return [rng.permutation(np.flatnonzero(part == number)) for number in range(part_of.max() + 1)]
