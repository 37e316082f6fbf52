"""Synchronous data parallel training: each rank has all parameters and some of the examples."""

from typing import Any

import numpy as np

from bpkit.machines.reduction import all_reduce
from bpkit.networks.backprop import backprop as backprop_here
from bpkit.networks.block import Block
from bpkit.networks.losses import Loss
from bpkit.networks.network import Network
from bpkit.networks.trace import Gradients


def backprop(
    comm: Any,
    net: Network,
    loss: Loss,
    x: Any,
    y: Any,
    *,
    weights: Any = None,
    training: bool = True,
    rng: np.random.Generator | int | None = None,
) -> tuple[float, Gradients]:
    """Return the loss of the whole batch and its derivatives, when each rank has some of its examples, in x and y.

    With the reduction "mean" a rank counts by its share of all examples, so a rank may have more than another, or none.
    The sums are made in the order of ranks: if the ranks have the parts of the batch, all is, to the last bit, what
    `bp.accumulate` gives. A rank draws its dropout masks from its own `rng`; `weights` are those of its examples, as in
    `bp.backprop`.

    Raises what `bp.backprop` raises.

    Source: section 7.8.

    >>> import bpkit as bp
    >>> net, x, y = bp.mlp([2, 3, 1], rng=0), np.ones((2, 10)), np.zeros((1, 10))
    >>> mine = bp.machines.even_slices(10, 4)
    >>> def step(comm):
    ...     part = mine[comm.rank]
    ...     return backprop(comm, net, bp.LeastSquares("mean"), x[:, part], y[:, part])
    >>> value, grads = bp.machines.run(step, 4).results[0]
    >>> value == bp.accumulate(net, bp.LeastSquares("mean"), x, y, parts=4)[0]
    True
    """
    examples = np.shape(x)[-1]
    if examples:
        value, grads = backprop_here(net, loss, x, y, weights=weights, training=training, rng=rng)
    else:
        value, grads = 0.0, no_gradients(net)
    return summed(comm, loss, value, grads, examples)


def summed(comm: Any, loss: Loss, value: float, grads: Gradients, examples: int) -> tuple[float, Gradients]:
    """Return the loss and gradients of all ranks' examples from those of this rank's; changes `grads`."""
    share = 1.0
    if loss.reduction == "mean":
        count = np.array([float(examples)])
        all_reduce(comm, count)
        share = examples / float(count[0])
    block = Block.around(grads.parameters)
    assert block is not None  # gradients are made in one block
    whole = np.append(block.flat, block.flat.dtype.type(value))
    whole *= share
    all_reduce(comm, whole)
    block.flat[...] = whole[:-1]
    return float(whole[-1]), grads


def no_gradients(net: Network) -> Gradients:
    """Return gradients that are all zero, for a rank without examples."""
    arrays = net.layout.gradients(None)
    for array in arrays:
        array[...] = 0
    return net.layout.named(arrays, net.layout.by_layer(arrays))
