"""Arrays that lie one after another in one block of memory, so that all of them can be changed at once.

A network has dozens of small arrays of parameters. An update that walks through them one by one spends most of its time
between the arrays; on one block it is a few operations, whatever the number of layers.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Consecutive(tuple[Array, ...]):
    """A tuple of arrays that lie one after another in `block`, at `places`; a copy of it is a plain tuple.

    A class only so that block and places need not be searched for in every training step.
    """

    block: Array
    places: "list[Cut]"

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (list(self),)  # copied arrays no longer lie in one block


Cut = tuple[int, int, tuple[int, ...]]


def cuts(shapes: Iterable[tuple[int, ...]]) -> list[Cut]:
    """Return where each array begins and ends in a block, and its shape.

    >>> cuts([(2, 1), (3,)])
    [(0, 2, (2, 1)), (2, 5, (3,))]
    """
    found, start = [], 0
    for shape in shapes:
        end = start + math.prod(shape)
        found.append((start, end, shape))
        start = end
    return found


def consecutive(block: Array, places: list[Cut]) -> Consecutive:
    """Return the arrays that lie at these places of the one-dimensional `block`.

    >>> first, second = consecutive(np.arange(5.0), cuts([(2, 1), (3,)]))
    >>> second
    array([2., 3., 4.])
    """
    found = Consecutive([block[start:end].reshape(shape) for start, end, shape in places])
    found.block, found.places = block, places
    return found


def moved_together(arrays: Sequence[Array]) -> Consecutive:
    """Return copies of the arrays that lie one after another."""
    block = np.concatenate([array.ravel() for array in arrays])
    return consecutive(block, cuts(array.shape for array in arrays))


def block_of(arrays: Sequence[Array]) -> Array | None:
    """Return the block that the arrays fill one after another, or None if they do not.

    >>> block_of(consecutive(np.arange(3.0), cuts([(2, 1), (1,)])))
    array([0., 1., 2.])
    >>> block_of([np.zeros(2), np.zeros(1)]) is None
    True
    """
    if isinstance(arrays, Consecutive):
        return arrays.block
    block = arrays[0].base if arrays else None
    if not isinstance(block, np.ndarray) or block.ndim != 1 or block.size != sum(array.size for array in arrays):
        return None
    starts = itertools.accumulate((array.nbytes for array in arrays), initial=block.__array_interface__["data"][0])
    follows = all(
        array.__array_interface__["data"][0] == start and array.flags.c_contiguous and array.dtype == block.dtype
        for array, start in zip(arrays, starts, strict=False)
    )
    return block if follows else None
