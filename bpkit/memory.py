"""The memory of a training step, kept for the next one: this is the one place where speed has a price in words.

A step on large layers writes a few hundred megabytes. Fresh memory has to be mapped in by the operating system page by
page, which takes about as long as the additions and comparisons done on it. So `backprop` writes into arrays that were
used before: those of the forward pass, which nobody sees, and blocks of gradients that nobody holds any more.
"""

import collections
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit.consecutive import Consecutive, consecutive, cuts
from bpkit.layers.layer import Layer
from bpkit.layers.linear import Linear

Array = NDArray[Any]


class StepMemory:
    """Arrays for one forward and one backward pass of a given number of examples.

    `outputs[j]` is for the output of layer j, `dl_doutput` for the derivative of the loss, and `dl_dinputs[j]` for the
    derivative with respect to the input of layer j. The last two share two arrays of the widest layer: the way back
    never needs more than the derivative it comes from and the one it goes to.
    """

    def __init__(self, layers: Sequence[Layer], rows: int, examples: int, dtype: np.dtype[Any]) -> None:
        self.rows, self.examples = rows, examples
        heights = heights_through(layers, rows)
        self.outputs = [np.empty((height, examples), dtype) for height in heights[1:]]
        self.dl_doutput, self.dl_dinputs = derivative_arrays(layers, heights, examples, dtype)


def heights_through(layers: Sequence[Layer], rows: int) -> list[int]:
    """Return how many rows go into the first layer, and how many come out of each."""
    heights = [rows]
    for layer in layers:
        height = layer.rows_out(heights[-1])
        assert height is not None  # rows_out gives None only where it was asked with None
        heights.append(height)
    return heights


def derivative_arrays(
    layers: Sequence[Layer], heights: Sequence[int], examples: int, dtype: np.dtype[Any]
) -> tuple[Array, list[Array]]:
    """Return arrays for ∂ℓ/∂output and for the ∂ℓ/∂input of each layer, all cut from two of the widest layer."""
    pair = [np.empty(max(heights[1:]) * examples, dtype) for _ in range(2)]

    def cut(side: int, height: int) -> Array:
        return pair[side][: height * examples].reshape(height, examples)

    side = 0
    dl_doutput = cut(side, heights[-1])
    dl_dinputs: list[Array] = []
    for layer, height in reversed(list(zip(layers, heights[:-1], strict=True))):
        if isinstance(layer, Linear):  # a product of matrices cannot be written over one of them
            side = 1 - side
        # Only the network's input can be higher than all outputs, and its derivative is never asked for.
        dl_dinputs.append(cut(side, min(height, max(heights[1:]))))
    return dl_doutput, dl_dinputs[::-1]


class Lender:
    """Lends blocks of memory, cut into arrays of given shapes, and lends one again when nobody holds any part of it."""

    def __init__(self, shapes: Sequence[tuple[int, ...]], dtype: np.dtype[Any]) -> None:
        self.cuts, self.dtype = cuts(shapes), dtype
        # Two, because a loop still holds the last gradients while it computes the next.
        self.free: collections.deque[Array] = collections.deque(maxlen=2)
        self.lent: dict[int, tuple[weakref.ref[Array], Array]] = {}

    def lend(self) -> Consecutive:
        """Return arrays of these shapes, one after another, with anything in them."""
        if not self.cuts:
            return consecutive(np.empty(0, self.dtype), self.cuts)
        try:
            block = self.free.pop()
        except IndexError:
            block = np.empty(self.cuts[-1][1], self.dtype)
        # A second array on the same memory, which ends when the last array cut from it is gone.
        lease = np.frombuffer(block.data, self.dtype)
        watch = weakref.ref(lease, self._take_back)
        self.lent[id(watch)] = watch, block
        return consecutive(lease, self.cuts)

    def _take_back(self, watch: weakref.ref[Array]) -> None:
        self.free.append(self.lent.pop(id(watch))[1])
