"""Asynchronous training: nobody waits for the slowest, and gradients belong to parameters that are out of date."""

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.machines.window import Window
from bpkit.networks.backprop import backprop
from bpkit.networks.block import Block
from bpkit.networks.losses import Loss
from bpkit.networks.network import Network
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array


def asynchronous(comm: Any, net: Network, loss: Loss, batches: Sequence[tuple[Any, Any]], lr: float) -> Block | None:
    """Train with rank 0 as a server and the others as workers; return the parameters on rank 0, None elsewhere.

    The server takes a gradient from each worker in turn, makes a step of SGD with it, and sends the new parameters to
    that worker alone. With p ranks a gradient is therefore p − 2 steps old, and less at the start:
    φ ← φ − lr·∂ℓ/∂φ, the derivative taken where φ was τ = p − 2 steps ago. `net` itself does not change.

    Raises ValueError for fewer than two ranks.

    Source: section 7.8; Dean et al. (2012), "Large scale distributed deep networks".

    >>> import bpkit as bp
    >>> net, batches = bp.mlp([1, 1], rng=0), [(np.ones((1, 1)), np.zeros((1, 1)))] * 3
    >>> run = bp.machines.run(asynchronous, 3, net, bp.LeastSquares(), batches, 0.1)
    >>> [array.shape for array in run.results[0]]
    [(1, 1), (1, 1)]
    """
    if comm.size < 2:
        raise ValueError(f"there are {comm.size} ranks, expected at least 2: a server and a worker.")
    workers = comm.size - 1
    parameters = Block.of_copies(net.parameters)
    if comm.rank == 0:
        _serve(comm, parameters.flat, len(batches), lr)
        return parameters
    mine, own = batches[comm.rank - 1 :: workers], copy.deepcopy(net)
    for number, (x, y) in enumerate(mine):
        if number > 0:
            comm.Recv(parameters.flat, 0)
        for array, received in zip(own.parameters, parameters, strict=True):
            array[...] = received
        _, grads = backprop(own, loss, x, y)
        comm.Send(Block.of_copies(grads.parameters).flat, 0)
    return None


def _serve(comm: Any, parameters: Array, steps: int, lr: float) -> None:
    """Make a step with each gradient, from the workers in turn."""
    workers, gradient = comm.size - 1, np.empty_like(parameters)
    for step in range(steps):
        worker = 1 + step % workers
        comm.Recv(gradient, worker)
        parameters -= lr * gradient  # a step of SGD with an old gradient
        if step + workers < steps:
            comm.Send(parameters, worker)


def hogwild(
    comm: Any, parameters: Array, gradient: Callable[[int, Array], Array], lr: float, updates: int
) -> tuple[Array, list[int]]:
    """Read the shared parameters, compute a gradient, subtract it, asking nobody; until there were so many updates.

    `parameters`, of one dimension, are those of rank 0 at the start; `gradient(k, parameters)` gives the gradient for
    update k, counted over all ranks. Returns the parameters at the end, and for each update of this rank how many of
    the others' came between reading and writing. A number is added as a whole, so no update is lost; but reading is no
    moment of its own: what is read can be partly older and partly newer.
    On real processes no two runs are alike. In
    the simulated world all are, and the ranks take turns, as their clocks say.

    Raises TypeError or ValueError if `updates` is not a whole number from 0 on, and what `Window` raises.

    Source: section 7.8; Recht, Ré, Wright and Niu (2011), "Hogwild!: a lock-free approach to parallelizing stochastic
    gradient descent".

    >>> from bpkit.machines.simulated import run
    >>> found, staleness = run(hogwild, 3, np.ones(1), lambda k, w: np.ones(1), 0.25, 8).results[1]
    >>> found, staleness
    (array([-1.]), [1, 2, 2])
    """
    updates = whole_number("updates", updates, least=0)
    begun, shared = Window(comm, np.zeros(1)), Window(comm, np.append(parameters, 0.0))  # the last counts the updates
    staleness = []
    while (k := int(begun.add(np.ones(1))[0])) < updates:
        read = shared.read()
        before = shared.add(np.append(-lr * gradient(k, read[:-1]), 1.0))
        staleness.append(int(before[-1] - read[-1]))
    comm.Barrier()  # all updates are made
    found = shared.read()[:-1]
    begun.close()
    shared.close()
    return found, staleness
