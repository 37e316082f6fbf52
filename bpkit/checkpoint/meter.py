"""The memory meter: bytes of the activations that are alive, counted over their arrays."""

from typing import Any, NamedTuple

import numpy as np

from bpkit.numerical.arrays import Array


class Reading(NamedTuple):
    """Bytes of the activations that are alive during an action, of a checkpoint schedule or a pipeline's."""

    action: Any
    bytes: int


class Meter:
    """Reads the memory of `backprop`: while each block runs, forward or back, and when an action is done.

    It counts the activations, including the input, and the arrays inside the running block. Not counted are the
    derivatives of the backward pass, two arrays of the widest layer, and the gradients, as large as the parameters,
    since they are the same for every schedule.

    >>> import bpkit as bp
    >>> from bpkit.checkpoint import backprop, every
    >>> meter = Meter()
    >>> net = bp.mlp([10] * 5, rng=0)
    >>> _ = backprop(net, bp.LeastSquares(), np.ones((10, 8)), np.ones((10, 8)), every(4, 2), meter=meter)
    >>> meter.peak, meter.history[-1]
    (3200, Reading(action=Reverse(block=0), bytes=640))
    """

    def __init__(self) -> None:
        self.history: list[Reading] = []

    @property
    def peak(self) -> int:
        """The largest reading."""
        return max((reading.bytes for reading in self.history), default=0)

    def read(self, action: Any, *held: Any) -> None:
        """Note the bytes of all arrays in `held`."""
        self.history.append(Reading(action, held_bytes(*held)))


def held_bytes(*held: Any) -> int:
    """Return the bytes of all arrays in lists, tuples and dicts; memory that arrays share is counted once.

    >>> x = np.zeros(100)
    >>> held_bytes([x, (x[:50], {"mask": x.astype(bool)})])
    900
    """
    views: dict[int, dict[Any, Array]] = {}
    _collect(held, views)
    total = 0
    for shared in views.values():
        base = _base(next(iter(shared.values())))
        total += min(base.nbytes, sum(array.nbytes for array in shared.values()))
    return total


def _collect(held: Any, views: dict[int, dict[Any, Array]]) -> None:
    """Collect all arrays by the memory they lie in and their place there."""
    if isinstance(held, np.ndarray):
        place = held.__array_interface__["data"][0], held.shape, held.strides
        views.setdefault(id(_base(held)), {})[place] = held
    elif isinstance(held, dict):
        _collect(tuple(held.values()), views)
    elif isinstance(held, tuple | list):
        for part in held:
            _collect(part, views)


def _base(array: Array) -> Array:
    """The array that owns the memory."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
