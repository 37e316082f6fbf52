"""The memory of a training step, kept for the next one: this is the one place where speed has a price in words.

A step on large layers writes a few hundred megabytes. Fresh memory has to be mapped in by the operating system page by
page, which takes about as long as the additions and comparisons done on it. So `backprop` writes into arrays that were
used before: those of the forward pass, which nobody sees, and blocks of gradients that nobody holds any more.
"""

import collections
import operator
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit.layers.layer import Layer
from bpkit.layers.linear import Linear
from bpkit.networks.block import Consecutive, Cut, consecutive, cuts

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
    """Lends arrays of given shapes that lie in one block, and lends them again when nobody holds any part of them.

    Python counts the references to each object, and every view of a part of a block refers to the block. As long as the
    counts are what they were when the arrays were new, nobody else has any of them. To make new arrays on the same
    memory for every loan would be easier to watch over, and takes a tenth of the step of a small network.
    """

    def __init__(self, shapes: Sequence[tuple[int, ...]], dtype: np.dtype[Any]) -> None:
        self.cuts, self.dtype = cuts(shapes), dtype
        # Two, because a loop still holds the last gradients while it computes the next.
        self.lots: collections.deque[tuple[Lot, list[Any]]] = collections.deque(maxlen=2)

    def lend(self) -> Consecutive:
        """Return arrays of these shapes, one after another, with anything in them."""
        for lot, new in self.lots:
            if condition(lot) == new:
                break
        else:
            lot = new_lot(self.cuts, self.dtype)
            self.lots.append((lot, condition(lot)))
        found = Consecutive(lot[1])
        found.block, found.places = lot[0], self.cuts
        return found


Lot = tuple[Array, list[Array]]  # a block, and the arrays cut from it


def new_lot(places: list[Cut], dtype: np.dtype[Any]) -> Lot:
    """Return a new block and its arrays, to which nothing else refers."""
    block = np.empty(places[-1][1] if places else 0, dtype)
    return block, list(consecutive(block, places))


def condition(lot: Lot) -> list[Any]:
    """Return what shows whether a lot is as it was when it was new.

    That is how many references there are to the block and to each array (asking makes always as many), and what
    somebody may have changed before letting an array go, its shape and whether it may be written to.
    """
    block, arrays = lot
    return [sys.getrefcount(block), *map(sys.getrefcount, arrays), *map(FORM, arrays)]


FORM = operator.attrgetter("shape", "flags.writeable")
