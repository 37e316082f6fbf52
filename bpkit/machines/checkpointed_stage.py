"""A micro-batch on one stage of a pipeline: everything is kept until it goes back, or what a checkpoint schedule says.

The schedule's actions until the first sweep has reached the output belong to the forward run, the others to the
backward run.
"""

import copy
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import numpy as np

from bpkit.checkpoint import Action, Advance, Block, Free, Recompute, Reverse, blocks, validate
from bpkit.checkpoint.block import Stored
from bpkit.layers.layer import Array, Arrays, Layer, Rng
from bpkit.layers.linear import Linear
from bpkit.layers.sequence import forward_through
from bpkit.networks.network import Network

Postponed = tuple[Linear, Array, Array, Arrays]  # a linear layer, its input, ∂ℓ/∂f, and where its derivatives go
Checkpoints = Callable[[int], Iterable[Action]]  # from a number of blocks to a schedule, such as bp.checkpoint.sqrt
Watch = Callable[..., None]  # is told what is held inside a running block


class MicroBatch(Protocol):
    """One micro-batch on a stage, between its forward and its backward run."""

    @property
    def held(self) -> Any:
        """The arrays that are kept."""

    def forward(self, h: Array, rng: Rng, watch: Watch) -> Array:
        """Return the stage's output."""

    def backward(
        self, g: Array, gradients: list[Arrays], wanted: bool, put_off: bool, watch: Watch
    ) -> tuple[Array, list[Postponed]]:
        """Return ∂ℓ/∂input, and the linear layers whose derivatives are put off; the others' are written."""


class KeepAll:
    """Keeps what every layer has computed."""

    def __init__(self, net: Network, training: bool) -> None:
        self.layers, self.training = net.layers, training
        self.held: Any = ()

    def forward(self, h: Array, rng: Rng, watch: Watch) -> Array:
        values, stored = forward_through(self.layers, h, training=self.training, rng=rng)
        _remember(self.layers, stored, self.training)
        self.held = values, stored
        return values[-1]

    def backward(
        self, g: Array, gradients: list[Arrays], wanted: bool, put_off: bool, watch: Watch
    ) -> tuple[Array, list[Postponed]]:
        values, stored = self.held
        return back(self.layers, values, stored, g, gradients, wanted, put_off)


class Checkpointed:
    """Keeps what a checkpoint schedule stores, and computes the rest again."""

    def __init__(self, net: Network, checkpoints: Checkpoints, training: bool) -> None:
        self.blocks, self.training = blocks(net), training
        actions = list(checkpoints(len(self.blocks)))
        validate(actions, n=len(self.blocks))
        there = 1 + max(j for j, action in enumerate(actions) if isinstance(action, Advance))
        self.ahead, self.back = actions[:there], actions[there:]
        self.alive: dict[int, Stored] = {}
        self.states: list[Any] = []  # of the generator, when a block runs for the first time
        self.rng: Rng = None

    @property
    def held(self) -> Any:
        return self.alive

    def forward(self, h: Array, rng: Rng, watch: Watch) -> Array:
        self.rng, self.alive = copy.deepcopy(rng), {0: Stored([h], [])}
        for action in self.ahead:
            self._follow(action, watch)
        return self.alive[len(self.blocks)].output

    def backward(
        self, g: Array, gradients: list[Arrays], wanted: bool, put_off: bool, watch: Watch
    ) -> tuple[Array, list[Postponed]]:
        later: list[Postponed] = []
        for action in self.back:
            if not isinstance(action, Reverse):
                self._follow(action, watch)
                continue
            k, output = action.block, self.alive[action.block + 1]
            block = self.blocks[k]
            values, stored = self._through(block, block.before, k)
            watch(self.alive, values, stored)
            own = gradients[block.first : block.first + len(block.layers)]
            g, put = back(
                block.layers, [*values, *output.values], [*stored, *output.stored], g, own, wanted or k > 0, put_off
            )
            later += put
            del self.alive[k + 1]
        return g, later

    def _follow(self, action: Action, watch: Watch) -> None:
        match action:
            case Advance(start, stop) | Recompute(start, stop):
                for k in range(start, stop):
                    self._run(k, watch)
                    if k > start:
                        del self.alive[k]
            case Free(k):
                del self.alive[k]

    def _run(self, k: int, watch: Watch) -> None:
        """Run block k, and keep its output."""
        block, first_time = self.blocks[k], k == len(self.states)
        values, stored = self._through(block, block.layers, k)
        if first_time:
            _remember(block.layers, stored, self.training)
        watch(self.alive, values, stored)
        inside = len(block.before)
        self.alive[k + 1] = Stored(values[inside + 1 :], stored[inside:])

    def _through(self, block: Block, layers: tuple[Layer, ...], k: int) -> tuple[list[Array], list[Any]]:
        """Run the first layers of block k with the random numbers of the first time."""
        if self.rng is not None:
            generator = np.random.default_rng(self.rng).bit_generator
            if k == len(self.states):
                self.states.append(generator.state)
            generator.state = self.states[k]
        elif k == len(self.states):
            self.states.append(None)
        return forward_through(layers, self.alive[k].output, training=self.training, rng=self.rng)


def back(
    layers: Iterable[Layer], values: list[Array], stored: list[Any], g: Array, gradients: list[Arrays], wanted: bool,
    put_off: bool,
) -> tuple[Array, list[Postponed]]:  # fmt: skip
    """Return ∂ℓ/∂input of the layers, if it is wanted, and the linear layers whose derivatives are put off."""
    layers, first = list(layers), 0
    while not wanted and first < len(layers) and not layers[first].parameters:
        first += 1
    postponed: list[Postponed] = []
    for j in range(len(layers) - 1, first - 1, -1):
        layer = layers[j]
        if isinstance(layer, Linear):
            if put_off:
                postponed.append((layer, values[j], g, gradients[j]))
            else:
                layer.write_gradients(values[j], g, gradients[j])
            if wanted or j > first:
                g = layer.input_gradient(g)
        else:
            g = layer.backward(values[j], values[j + 1], stored[j], g, gradients[j])
    return g, postponed


def _remember(layers: Iterable[Layer], stored: Iterable[Any], training: bool) -> None:
    """Let layers with running statistics take in what they have seen."""
    if training:
        for layer, one in zip(layers, stored, strict=True):
            if layer.state:
                layer.remember(one)
