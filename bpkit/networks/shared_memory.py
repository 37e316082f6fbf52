"""Finds arrays that share memory without being the same array, so that a change of one would change another."""

from collections.abc import Sequence

import numpy as np

from bpkit.layers.layer import Layer
from bpkit.numerical.arrays import Array


def overlapping(arrays: Sequence[Array]) -> tuple[int, int] | None:
    """Return the numbers of two different arrays that have memory in common, or None; the same array may come again.

    >>> omega = np.zeros((3, 4))
    >>> overlapping([omega, omega, np.zeros(2)]) is None
    True
    >>> overlapping([omega, np.zeros(2), omega.T])
    (0, 2)
    """
    bounds = [np.lib.array_utils.byte_bounds(array) for array in arrays]
    reaching: list[int] = []  # arrays that begin before this one begins, and end after that
    for number in sorted((n for n in range(len(arrays)) if arrays[n].size), key=bounds.__getitem__):
        reaching = [one for one in reaching if bounds[one][1] > bounds[number][0]]
        for one in reaching:
            if arrays[one] is not arrays[number] and np.shares_memory(arrays[one], arrays[number]):
                return min(one, number), max(one, number)
        reaching.append(number)
    return None


def check_apart(layers: Sequence[Layer]) -> None:
    """Raise ValueError if two layers hold different arrays over the same memory.

    The same array in two layers is one parameter. A view of it would be another one, and a step would change both; a
    copy of the network would have two.
    """
    held = [(number, array) for number, layer in enumerate(layers) for array in (*layer.parameters, *layer.state)]
    found = overlapping([array for _, array in held])
    if found is not None:
        (first, one), (second, other) = held[found[0]], held[found[1]]
        where = f"layers[{first}] holds two" if first == second else f"layers[{first}] and layers[{second}] hold"
        raise ValueError(
            f"{where} different arrays of shapes {one.shape} and {other.shape} in the same memory, so a training step "
            "would change it twice: pass the same array to both, which makes it one parameter, or a copy, not a view."
        )
