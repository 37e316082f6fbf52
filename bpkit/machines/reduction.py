"""All-reduce: the sum of an array over all ranks, on every rank."""

from typing import Any, Literal

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.numerical.even_slices import even_slices


def all_reduce(comm: Any, block: Array, order: Literal["ranks", "ring"] = "ranks") -> None:
    """Replace the one-dimensional array `block` by its sum over all ranks, on every rank.

    Both ways cut the block into p chunks, and each rank sends (p − 1)/p of it twice, first to add up, then to hand out.
    With "ranks", rank i gets chunk i from everybody and adds in the order of ranks, so the result has the same bits as
    the sum on one machine. With "ring", sums travel round the ring, each rank talking to its neighbours alone; chunk i
    is added in an order that begins with rank i, so the last bits can differ.

    Raises TypeError or ValueError for anything but a contiguous one-dimensional array or one of the two orders.

    Source: Patarasuk and Yuan (2009), "Bandwidth optimal all-reduce algorithms for clusters of workstations" (ring).

    >>> from bpkit.machines.simulated import run
    >>> def everyone(comm):
    ...     block = np.full(3, float(comm.rank))
    ...     all_reduce(comm, block)
    ...     return block.tolist()
    >>> run(everyone, 4).results[2]
    [6.0, 6.0, 6.0]
    """
    if not isinstance(block, np.ndarray):
        raise TypeError(f"block is a {type(block).__name__}, expected an array, which is changed in place.")
    if block.ndim != 1 or not block.flags.c_contiguous:
        raise ValueError(f"block has shape {block.shape}, expected one contiguous dimension: pass array.reshape(-1).")
    if order not in ("ranks", "ring"):
        raise ValueError(f'order is {order!r}, expected "ranks" or "ring".')
    chunks = [block[part] for part in even_slices(block.size, comm.size)]
    if order == "ranks":
        _in_rank_order(comm, chunks)
    else:
        _round_the_ring(comm, chunks)


def _in_rank_order(comm: Any, chunks: list[Array]) -> None:
    mine = chunks[comm.rank]
    others = [(comm.rank + k) % comm.size for k in range(1, comm.size)]  # at any time, each rank is sent one chunk
    requests = [comm.Isend(chunks[rank], rank, tag=1) for rank in others if chunks[rank].size]
    if mine.size:
        received = np.empty((comm.size, mine.size), mine.dtype)
        received[comm.rank] = mine
        for rank in others:
            comm.Recv(received[rank], rank, tag=1)
    for request in requests:
        request.Wait()
    requests = []
    if mine.size:
        mine[...] = received[0]
        for rank in range(1, comm.size):
            mine += received[rank]
        requests = [comm.Isend(mine, rank, tag=2) for rank in others]
    for rank in others:
        if chunks[rank].size:
            comm.Recv(chunks[rank], rank, tag=2)
    for request in requests:
        request.Wait()


def _round_the_ring(comm: Any, chunks: list[Array]) -> None:
    size, right, left = comm.size, (comm.rank + 1) % comm.size, (comm.rank - 1) % comm.size
    received = np.empty_like(chunks[0])  # the longest
    for step in range(size - 1):  # add up: at the end chunk rank + 1 is complete here
        into = chunks[(comm.rank - step - 1) % size]
        arrived = received[: into.size]
        comm.Sendrecv(chunks[(comm.rank - step) % size], right, recvbuf=arrived, source=left)
        into += arrived
    for step in range(size - 1):  # hand out: the complete chunks go round
        into = chunks[(comm.rank - step) % size]
        comm.Sendrecv(chunks[(comm.rank + 1 - step) % size], right, recvbuf=into, source=left)
