"""Carries out a schedule on a network: the loss and its gradients, to the last bit those of `bp.backprop`."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from bpkit.checkpoint.actions import Action, Advance, Free, Recompute, Reverse
from bpkit.checkpoint.block import Block, Stored, blocks
from bpkit.checkpoint.counting import validate
from bpkit.checkpoint.meter import Meter
from bpkit.layers.layer import Array, Arrays, Layer, Rng
from bpkit.layers.sequence import backward_through, forward_through
from bpkit.networks.backprop import penalise
from bpkit.networks.losses import Loss, Penalty, if_any
from bpkit.networks.network import Network
from bpkit.networks.step_memory import derivative_arrays, heights_through
from bpkit.networks.trace import Gradients
from bpkit.numerical.underflow import ignore_underflow


@ignore_underflow
def backprop(
    net: Network,
    loss: Loss,
    x: Any,
    y: Any,
    schedule: Iterable[Action],
    *,
    weights: Any = None,
    penalty: Penalty | None = None,
    training: bool = True,
    rng: np.random.Generator | int | None = None,
    meter: Meter | None = None,
    out: Gradients | None = None,
) -> tuple[float, Gradients]:
    """Return the loss of a batch and its derivatives with respect to all parameters, storing what the schedule says.

    The same as `bp.backprop`, to the last bit: what random layers drew is drawn again when a block is recomputed, and
    running statistics are brought up to date once. `meter` notes the memory in use. `weights` and `out` as there.

    Raises ValueError for a schedule that cannot be carried out on this network, TypeError for one that can be read only
    once, and what `bp.backprop` raises.

    >>> import bpkit as bp
    >>> net = bp.mlp([2, 3, 3, 1], rng=0)
    >>> x, y = [[1.0], [2.0]], [[0.0]]
    >>> value, grads = bp.checkpoint.backprop(net, bp.LeastSquares(), x, y, bp.checkpoint.binomial(3, 1))
    >>> value == bp.backprop(net, bp.LeastSquares(), x, y)[0]
    True
    """
    if isinstance(schedule, Iterator):
        raise TypeError("schedule can be read only once, but it is checked before it is carried out: pass a list.")
    validate(schedule, n=len(blocks(net)))
    x = net.checked(x)
    net.step_memory.clear()  # `bp.backprop` stores everything there, for its next step
    gradients = net.layout.gradients(out)
    by_layer = net.layout.by_layer(gradients)
    counted = if_any(weights)
    run = _Run(net, x, by_layer, training, rng, meter)
    alive = {0: Stored([x], [])}
    value = 0.0
    for action in schedule:
        match action:
            case Advance(start, stop) | Recompute(start, stop):
                for k in range(start, stop):
                    alive[k + 1] = run.forward(k, alive, action)
                    if k > start:
                        del alive[k]
            case Reverse(k):
                if run.g is None:
                    value, run.g = loss.value_and_gradient(alive[k + 1].output, y, out=run.dl_doutput, **counted)
                run.g = run.backward(k, alive, run.g, action)
                del alive[k + 1]
            case Free(k):
                del alive[k]
        if meter:
            meter.read(action, *alive.values())
    run.running.write()
    grads = net.layout.named(gradients, by_layer, out=out)
    return (value, grads) if penalty is None else (value + penalise(net, grads.omega, penalty), grads)


class _Run:
    """The blocks of a network, run forward and back on a batch in any order a schedule may ask for."""

    def __init__(
        self, net: Network, x: Array, gradients: list[Arrays], training: bool, rng: Any, meter: Meter | None
    ) -> None:
        self.blocks, self.gradients, self.training, self.meter = blocks(net), gradients, training, meter
        self.heights = heights_through(net.layers, x.shape[0])
        self.dl_doutput, self.dl_dinputs = derivative_arrays(net.layers, self.heights, x.shape[1], net.dtype)
        self.g: Array | None = None
        self.running = _RunningStatistics(net.layers if training else ())
        self.rng = None if rng is None else np.random.default_rng(rng)
        self.again = copy.deepcopy(self.rng)
        self.states: list[Any] = []  # of the generator, when a block runs for the first time

    def forward(self, k: int, alive: dict[int, Stored], action: Action) -> Stored:
        """Run block k, and return what is to be stored of it."""
        block, first_time = self.blocks[k], k == len(self.states)
        values, stored = self._through(block, block.layers, alive[k], k)
        if first_time and self.training:
            for layer, one in zip(block.layers, stored, strict=True):
                if layer.state:
                    self.running.remember(layer, one)
        if self.meter:
            self.meter.read(action, *alive.values(), values, stored)
        inside = len(block.before)
        return Stored(values[inside + 1 :], stored[inside:])

    def backward(self, k: int, alive: dict[int, Stored], g: Array, action: Action) -> Array:
        """Write the gradients of block k, and return ∂ℓ/∂ its input."""
        block, output = self.blocks[k], alive[k + 1]
        values, stored = self._through(block, block.before, alive[k], k)
        if self.meter:
            self.meter.read(action, *alive.values(), values, stored)
        layers = slice(block.first, block.first + len(block.layers))
        return backward_through(
            block.layers, [*values, *output.values], [*stored, *output.stored], g, self.gradients[layers],
            outs=self.dl_dinputs[layers], wanted=k > 0,
        )  # fmt: skip

    def _through(
        self, block: Block, layers: tuple[Layer, ...], stored: Stored, k: int
    ) -> tuple[list[Array], list[Any]]:
        """Run the first layers of block k with the random numbers of the first time."""
        x = stored.output
        heights = self.heights[block.first + 1 : block.first + 1 + len(layers)]
        # In C order, as in `bp.backprop`: a sum over an array in another order can differ in the last bit.
        outs = [np.empty((height, x.shape[1]), x.dtype) for height in heights]
        return forward_through(layers, x, training=self.training, rng=self._generator(k), outs=outs)

    def _generator(self, k: int) -> Rng:
        """The generator, as it was when block k ran for the first time."""
        first_time = k == len(self.states)
        if first_time:
            self.states.append(self.rng and self.rng.bit_generator.state)
        if self.again is None or first_time:
            return self.rng
        self.again.bit_generator.state = self.states[k]
        return self.again


class _RunningStatistics:
    """The state that layers will have after this step: written at its end, so that recomputing finds the old one."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        self.after = {id(array): (array, array.copy()) for layer in layers for array in layer.state}

    def remember(self, layer: Layer, stored: Any) -> None:
        """Let the layer take in what its forward pass stored, here and not in its own arrays."""
        pairs = [self.after[key] for key in {id(array) for array in layer.state}]  # one used twice inside, only once
        for array, after in pairs:
            array[...], after[...] = after, array.copy()
        try:
            layer.remember(stored)
        finally:
            for array, after in pairs:
                array[...], after[...] = after.copy(), array.copy()

    def write(self) -> None:
        """Give the layers their new state."""
        for array, after in self.after.values():
            array[...] = after
