"""Splits a network into the blocks of a schedule, and measures the cost of each."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from bpkit.checkpoint.meter import held_bytes
from bpkit.layers.layer import Array, Layer
from bpkit.layers.sequence import forward_through, linear_layers
from bpkit.networks.network import Network
from bpkit.numerical.underflow import ignore_underflow


class Block(NamedTuple):
    """Consecutive layers of a network, from layer number `first` on.

    `before` are cheap (activations, normalization, dropout); `rest` begins with the one layer that is a Linear or
    contains one.
    """

    first: int
    before: tuple[Layer, ...]
    rest: tuple[Layer, ...]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers of the block."""
        return self.before + self.rest


class Stored(NamedTuple):
    """One activation: the outputs of the layers of a block, from the costly one on, and what these store.

    For nearly all blocks this is one array, the pre-activation f_k. The outputs of the cheap layers before it are not
    stored: they are recomputed from the activation before.
    """

    values: Sequence[Array]
    stored: Sequence[Any]

    @property
    def output(self) -> Array:
        """The input of the next block."""
        return self.values[-1]


class Sizes(NamedTuple):
    """Cost of each block (multiplications per example), bytes of each activation, and bytes inside each block."""

    costs: list[int]
    sizes: list[int]
    insides: list[int]


def blocks(net: Network) -> list[Block]:
    """Return the network split into blocks, after each layer that is a Linear or contains one.

    The layers after the last of these belong to the last block.

    >>> import bpkit as bp
    >>> for block in blocks(bp.mlp([2, 3, 1], rng=0)):
    ...     print(block)
    Block(first=0, before=(), rest=(Linear 2 → 3,))
    Block(first=1, before=(ReLU(),), rest=(Linear 3 → 1,))
    """
    costly = [j for j, layer in enumerate(net.layers) if linear_layers([layer])] or [0]
    starts, ends = [0, *(j + 1 for j in costly[:-1])], [*(j + 1 for j in costly[:-1]), len(net.layers)]
    return [
        Block(start, net.layers[start:middle], net.layers[middle:end])
        for start, middle, end in zip(starts, costly, ends, strict=True)
    ]


@ignore_underflow
def measure(net: Network, x: Any, *, training: bool = True, rng: np.random.Generator | int | None = None) -> Sizes:
    """Run the network once, block by block, and return the cost of each block and the memory that it takes.

    `cost(schedule, *measure(net, x))` is then the cost of the schedule for batches like x, and its peak in bytes.

    Raises what `net.forward` raises.

    >>> import bpkit as bp
    >>> measure(bp.mlp([2, 3, 1], rng=0), [[1.0], [1.0]])
    Sizes(costs=[6, 3], sizes=[16, 24, 8], insides=[0, 24])
    """
    x = net.checked(x)
    rng = None if rng is None else np.random.default_rng(rng)
    costs, sizes, insides = [], [held_bytes(x)], []
    for block in blocks(net):
        before, stored_before = forward_through(block.before, x, training=training, rng=rng)
        values, stored = forward_through(block.rest, before[-1], training=training, rng=rng)
        costs.append(sum(linear.omega.size for linear in linear_layers(block.rest)))
        insides.append(held_bytes(before, stored_before) - held_bytes(x))
        sizes.append(held_bytes(before, stored_before, values, stored) - held_bytes(before, stored_before))
        x = values[-1]
    return Sizes(costs, sizes, insides)
