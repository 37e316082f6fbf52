"""Arrays that lie one after another in a single array, so that all of them can be changed at once.

A network has dozens of small arrays of parameters. An update that goes through them one by one spends most of its time
on the overhead of each call; on one long array it is a few operations, whatever the number of layers.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import DTypeLike

from bpkit.numerical.arrays import Array


class Place(NamedTuple):
    """Where one array of a block lies: it fills `flat[start:end]`, in the given shape."""

    start: int
    end: int
    shape: tuple[int, ...]


def consecutive_places(shapes: Iterable[tuple[int, ...]]) -> tuple[Place, ...]:
    """Return the places of arrays of these shapes, one after another.

    >>> consecutive_places([(2, 1), (3,)])
    (Place(start=0, end=2, shape=(2, 1)), Place(start=2, end=5, shape=(3,)))
    """
    found, start = [], 0
    for shape in shapes:
        end = start + math.prod(shape)
        found.append(Place(start, end, shape))
        start = end
    return tuple(found)


class Block(tuple[Array, ...]):
    """A tuple of arrays that lie one after another in the one-dimensional array `flat`; `places` says where.

    Parameters, their gradients and an optimizer's moments have the same places in blocks of their own. Copying or
    unpickling gives a plain tuple, since the arrays need no longer lie in one block.

    >>> first, second = Block(np.arange(5.0), consecutive_places([(2, 1), (3,)]))
    >>> second
    array([2., 3., 4.])
    """

    flat: Array
    places: tuple[Place, ...]

    def __new__(cls, flat: Array, places: tuple[Place, ...]) -> Self:
        block = super().__new__(cls, [flat[start:end].reshape(shape) for start, end, shape in places])
        block.flat, block.places = flat, places
        return block

    @classmethod
    def empty(cls, places: tuple[Place, ...], dtype: DTypeLike) -> Self:
        """Return new arrays at these places, uninitialized."""
        return cls(np.empty(places[-1].end if places else 0, dtype), places)

    @classmethod
    def of_copies(cls, arrays: Sequence[Array]) -> Self:
        """Return copies of the arrays, in one block."""
        return cls(
            np.concatenate([array.ravel() for array in arrays]), consecutive_places(array.shape for array in arrays)
        )

    @classmethod
    def around(cls, arrays: Sequence[Array]) -> Self | None:
        """Return a block of these same arrays if they fill one array, one after another, and otherwise None.

        >>> Block.around(tuple(Block.of_copies([np.zeros(2), np.ones(1)]))).flat
        array([0., 0., 1.])
        >>> Block.around([np.zeros(2), np.ones(1)]) is None
        True
        """
        if isinstance(arrays, cls):
            return arrays
        flat = arrays[0].base if arrays else None
        if not isinstance(flat, np.ndarray) or flat.ndim != 1 or flat.size != sum(array.size for array in arrays):
            return None
        starts = itertools.accumulate((array.nbytes for array in arrays), initial=_address(flat))
        in_line = all(
            _address(array) == start and array.flags.c_contiguous and array.dtype == flat.dtype
            for array, start in zip(arrays, starts, strict=False)
        )
        if not in_line:
            return None
        block = super().__new__(cls, arrays)  # the arrays themselves: callers look them up by id()
        block.flat, block.places = flat, consecutive_places(array.shape for array in arrays)
        return block

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (list(self),)


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])
