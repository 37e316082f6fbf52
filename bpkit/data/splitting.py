"""The split of a set into parts for training, validation and test."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.data.examples import Examples, class_labels, examples
from bpkit.data.partition import Indices, Random, partition
from bpkit.numerical.arguments import real_array


def split(x: Any, y: Any, fractions: Sequence[float], *, rng: Random, stratified: bool = False) -> tuple[Examples, ...]:
    """Return one pair x, y for each fraction: (0.6, 0.2, 0.2) for training, validation and test, (0.8, 0.2) for two.

    The examples are shuffled; each goes to exactly one part, whose size is within one of its fraction of I. With
    `stratified` this holds for each class: y are labels, and every part has the classes in the same proportions.

    Raises TypeError or ValueError when x and y do not match, when the fractions are not positive numbers
    that sum to 1, or when a part would be empty.

    >>> x = np.arange(10.0)[None, :]
    >>> (x_train, y_train), (x_test, y_test) = split(x, [0, 1] * 5, (0.8, 0.2), rng=0, stratified=True)
    >>> x_train.shape, sorted(y_test.tolist())
    ((1, 8), [0, 1])
    """
    x, y = examples(x, y, of="split")
    shares = _checked(fractions)
    labels = class_labels(y, of="split") if stratified else None
    counts = [y.shape[-1]] if labels is None else np.unique(labels, return_counts=True)[1].tolist()
    part_of = _part_of(counts, shares)
    sizes = np.bincount(part_of, minlength=len(shares))
    if not sizes.all():
        part = int(np.argmin(sizes))
        raise ValueError(f"fractions gives {shares[part]:g} of {y.shape[-1]} examples to part {part}, which is none.")
    return tuple((x[:, part], y[..., part]) for part in partition(part_of, labels, rng))


def _checked(fractions: Sequence[float]) -> list[float]:
    shares = real_array("fractions", fractions)
    if shares.ndim != 1 or shares.size < 2:
        raise ValueError(f"fractions is {fractions!r}, expected two or more, such as (0.6, 0.2, 0.2).")
    if shares.min() <= 0 or not math.isclose(shares.sum(), 1):
        slip = ": did you mean percent?" if math.isclose(shares.sum(), 100) else "."
        raise ValueError(f"fractions is {fractions!r}, expected positive numbers that sum to 1{slip}")
    return [float(share) for share in shares]


def _part_of(counts: Sequence[int], shares: Sequence[float]) -> Indices:
    """The part of every example, class by class; each part gets its share of a class, rounded up or down."""
    rounded, owed = [], np.zeros(len(shares))
    for count in counts:
        exact = count * np.array(shares)
        whole = np.floor(exact + 1e-9)  # 0.29 · 100 is 29, though the computer finds 28.999999999999996
        # The rest goes to parts that were rounded down, first to those that got too few of the classes before.
        owed += exact - whole
        able = np.where(exact - whole > 1e-9, owed, -np.inf)
        chosen = np.argsort(-able, kind="stable")[: count - int(whole.sum())]
        whole[chosen] += 1
        owed[chosen] -= 1
        rounded.append(whole.astype(int))
    parts = np.arange(len(shares))
    return np.concatenate([np.repeat(parts, sizes) for sizes in rounded])
