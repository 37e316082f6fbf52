"""K-fold cross-validation: every example is used for validation exactly once."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bpkit.data.examples import Examples, class_labels, examples
from bpkit.data.partition import Indices, Random, partition
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array


def k_fold(x: Any, y: Any, k: int, *, rng: Random, stratified: bool = False) -> Iterator[tuple[Examples, Examples]]:
    """Return an iterator over k pairs (x_train, y_train), (x_validation, y_validation).

    The examples are shuffled and dealt to k folds whose sizes differ by one at most. Each fold is the validation set
    once, while the others together are the training set. With `stratified`, y are labels, and the numbers of a class
    in two folds differ by one at most too. (A class with fewer than k examples is missing in some folds.)

    Raises TypeError or ValueError when x and y do not match, or when k is not between 2 and I.

    >>> x, y = np.arange(6.0)[None, :], np.array([0, 0, 0, 1, 1, 1])
    >>> for (x_train, y_train), (x_validation, y_validation) in k_fold(x, y, 3, rng=0, stratified=True):
    ...     print(x_train.shape, x_validation.shape, sorted(y_validation.tolist()))
    (1, 4) (1, 2) [0, 1]
    (1, 4) (1, 2) [0, 1]
    (1, 4) (1, 2) [0, 1]
    """
    x, y = examples(x, y, of="k_fold")
    number, k = x.shape[1], whole_number("k", k, least=2)
    if k > number:
        raise ValueError(f"k is {k}, but there are only {number} examples: each fold needs at least one.")
    labels = class_labels(y, of="k_fold") if stratified else None
    # Dealt like cards, class after class, so that each class is spread evenly over the folds.
    return _pairs(x, y, partition(np.arange(number) % k, labels, rng))


def _pairs(x: Array, y: Array, folds: list[Indices]) -> Iterator[tuple[Examples, Examples]]:
    # A separate generator, so that bad input raises in the call; and only one copy of the set exists at a time.
    for number, fold in enumerate(folds):
        others = np.concatenate(folds[:number] + folds[number + 1 :])
        yield (x[:, others], y[..., others]), (x[:, fold], y[..., fold])
