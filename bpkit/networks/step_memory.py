"""The memory of a training step, which a network uses again in its next step.

A step on large layers writes a few hundred megabytes. The operating system hands out new memory page by page, which
takes about as long as the additions and comparisons done in it. So `backprop` writes its forward pass, which nobody
sees, into the arrays of the step before.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.layers.layer import Layer
from bpkit.numerical.arrays import Array


class StepMemory:
    """Arrays for one forward and one backward pass of a given number of examples.

    `outputs[j]` is for the output of layer j, `dl_doutput` for the derivative of the loss, and `dl_dinputs[j]` for the
    derivative with respect to the input of layer j; None where a layer makes new arrays itself. The derivatives share
    two arrays as large as the widest layer: the way back never needs more than the derivative it comes from and the one
    it goes to.
    """

    def __init__(self, layers: Sequence[Layer], rows: int, examples: int, dtype: np.dtype[Any]) -> None:
        self.rows, self.examples = rows, examples
        heights = heights_through(layers, rows)
        self.outputs = [
            np.empty((height, examples), dtype) if layer.takes_out else None
            for layer, height in zip(layers, heights[1:], strict=True)
        ]
        self.dl_doutput, self.dl_dinputs = derivative_arrays(layers, heights, examples, dtype)


class StepMemoryPool:
    """The step memory that a network has at hand; whoever takes it out has it alone.

    A second thread that trains the same network at the same time finds the pool empty and gets memory of its own. A
    copy of a network starts with an empty pool.
    """

    def __init__(self) -> None:
        self._free: list[StepMemory] = []

    def take(self, layers: Sequence[Layer], x: Array) -> StepMemory:
        """Take out memory for a batch like x: that of the last step if it has the right size, otherwise new."""
        rows, examples = x.shape
        try:
            memory: StepMemory | None = self._free.pop()
        except IndexError:  # empty, or another thread was faster
            memory = None
        if memory is None or (memory.rows, memory.examples) != (rows, examples):
            del memory  # freed before the new one is made
            memory = StepMemory(layers, rows, examples, x.dtype)
        return memory

    def put_back(self, memory: StepMemory) -> None:
        """Make memory available for the next step."""
        self._free.append(memory)

    def clear(self) -> None:
        """Free the memory."""
        self._free.clear()

    def __reduce__(self) -> tuple[Any, ...]:
        return StepMemoryPool, ()


def heights_through(layers: Sequence[Layer], rows: int) -> list[int]:
    """Return how many rows go into the first layer, and how many come out of each."""
    heights = [rows]
    for layer in layers:
        height = layer.rows_out(heights[-1])
        assert height is not None  # rows_out returns None only when it is asked about None
        heights.append(height)
    return heights


def derivative_arrays(
    layers: Sequence[Layer], heights: Sequence[int], examples: int, dtype: np.dtype[Any]
) -> tuple[Array, list[Array | None]]:
    """Return arrays for ∂ℓ/∂output and for the ∂ℓ/∂input of each layer, all of them parts of two large arrays."""
    largest = max(heights[1:])
    pair = [np.empty(largest * examples, dtype) for _ in range(2)]

    def part(side: int, height: int) -> Array:
        return pair[side][: height * examples].reshape(height, examples)

    side = 0
    dl_doutput = part(side, heights[-1])
    dl_dinputs: list[Array | None] = []
    for layer, height in reversed(list(zip(layers, heights[:-1], strict=True))):
        if layer.takes_out and not layer.in_place:  # the result must not be written over what it is computed from
            side = 1 - side
        # Only the network's input can be higher than all outputs, and its derivative is never asked for.
        dl_dinputs.append(part(side, min(height, largest)) if layer.takes_out else None)
    return dl_doutput, dl_dinputs[::-1]
