"""Decentralised training on a ring: each rank has a model of its own, and averages it with its two neighbours'."""

from typing import Any

import numpy as np

from bpkit.numerical.arrays import Array


def average_with_neighbours(comm: Any, block: Array) -> None:
    """Replace the array by the mean of the rank's own and those of its left and right neighbours in the ring.

    The sum over all ranks stays the same. How far the ranks are from their mean shrinks, in the end, by the factor
    (1 + 2 cos(2π/p))/3 each time, in size. With p ranks, 2 messages leave each rank, whatever p is.

    Source: section 7.8; Lian et al. (2017), "Can decentralized algorithms outperform centralized algorithms?".

    >>> from bpkit.machines.simulated import run
    >>> def mix(comm):
    ...     block = np.array([3.0 * (comm.rank == 0)])
    ...     average_with_neighbours(comm, block)
    ...     return float(block[0])
    >>> run(mix, 4).results
    [1.0, 1.0, 0.0, 1.0]
    """
    if comm.size == 1:
        return
    right, left = (comm.rank + 1) % comm.size, (comm.rank - 1) % comm.size
    from_left, from_right = np.empty_like(block), np.empty_like(block)
    requests = [comm.Isend(block, right, tag=3), comm.Isend(block, left, tag=4)]
    comm.Recv(from_left, left, tag=3)
    comm.Recv(from_right, right, tag=4)
    for request in requests:
        request.Wait()
    block += from_left
    block += from_right
    block /= 3
