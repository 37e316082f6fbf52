"""Minibatches: the examples in random order, a few at a time."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bpkit.data.examples import Examples, examples
from bpkit.data.partition import Indices, Random
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array


def minibatches(
    x: Any, y: Any, batch_size: int, rng: Random | None = None, *, shuffle: bool = True, drop_last: bool = False
) -> Iterator[Examples]:
    """Return an iterator over one epoch: pairs of x (D_i, B) and y (B,) or (D_o, B), copies of the columns.

    Each example comes exactly once. The last batch holds the remainder, or is left out when `drop_last` is true. Each
    call draws a new order from a generator; a *seed* gives the same order in every call, so in training pass the same
    generator in all epochs. Without `shuffle` the order is that of the columns, and `rng` is not used.

    Raises TypeError or ValueError when x and y do not match, when `batch_size` is not between 1 and I, or when
    there is no `rng` to shuffle with.

    Source: equation 7.4, with the sum over a batch in place of the sum over all examples.

    >>> x, y = np.array([[0.0, 1.0, 2.0, 3.0, 4.0]]), np.array([0, 0, 0, 1, 1])
    >>> for x_batch, y_batch in minibatches(x, y, 2, shuffle=False):
    ...     print(x_batch, y_batch)
    [[0. 1.]] [0 0]
    [[2. 3.]] [0 1]
    [[4.]] [1]
    """
    x, y = examples(x, y, of="minibatches")
    number, size = x.shape[1], whole_number("batch_size", batch_size)
    if size > number:
        raise ValueError(
            f"batch_size is {size}, but there are only {number} examples: a batch cannot be larger than the set."
        )
    if shuffle and rng is None:
        raise ValueError("minibatches shuffles, but rng is None: pass rng=a generator or a seed, or shuffle=False.")
    order = np.random.default_rng(rng).permutation(number) if shuffle else np.arange(number)
    end = number - number % size if drop_last else number
    return _pieces(x, y, [order[start : start + size] for start in range(0, end, size)])


def _pieces(x: Array, y: Array, batches: list[Indices]) -> Iterator[Examples]:
    # A separate generator, so that bad input raises in the call and not at the first batch.
    return ((x[:, batch], y[..., batch]) for batch in batches)
