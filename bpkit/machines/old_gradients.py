"""Asynchronous training: nobody waits for the slowest, and gradients belong to parameters that are out of date."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpkit.networks.backprop import backprop
from bpkit.networks.block import Block
from bpkit.networks.losses import Loss
from bpkit.networks.network import Network
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


@dataclass
class Shared:
    """Parameters in memory that all ranks share, and for each update so far how old its gradient was."""

    parameters: Array
    staleness: list[int] = field(default_factory=list)


def hogwild(
    comm: Any, shared: Shared, gradient: Callable[[int, Array], Array], lr: float, seconds: float, until: float
) -> int:
    """Read the shared parameters, compute a gradient, subtract it, asking nobody; until the clock is at `until`.

    `gradient(rank, parameters)` takes `seconds` on this rank. Returns the number of steps of this rank;
    `shared.staleness` says how many updates of others came between reading and writing. It runs in the simulated world,
    whose ranks share memory; an update is never torn apart here, as it may be on real machines.

    Source: section 7.8; Niu et al. (2011), "Hogwild!: a lock-free approach to parallelizing stochastic gradient
    descent".

    >>> from bpkit.machines.simulated import run
    >>> shared = Shared(np.ones(1))
    >>> run(hogwild, 3, shared, lambda rank, w: w, 0.1, 1.0, 4.0).results, shared.staleness[-3:]
    ([4, 4, 4], [2, 2, 2])
    """
    steps = 0
    while comm.clock < until:
        read, seen = shared.parameters.copy(), len(shared.staleness)
        comm.compute(seconds)
        shared.parameters -= lr * gradient(comm.rank, read)
        shared.staleness.append(len(shared.staleness) - seen)
        steps += 1
    return steps
