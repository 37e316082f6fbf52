"""Runs every scheme on a `comm` and gives its results as lines; as a script under mpiexec, on real processes.

mpiexec -n 4 python tests/machines_on_mpi.py
"""

import hashlib
import sys

import numpy as np

import bpkit as bp

RANKS = 4


def lines(comm):
    """Return a line for each scheme: the loss, and a digest of the gradients that this rank has."""
    net, loss = bp.mlp([10, 40, 24, 40, 5], rng=0), bp.LeastSquares("mean")
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(10, 53)), rng.normal(size=(5, 53))
    batches = [(rng.normal(size=(10, 8)), rng.normal(size=(5, 8))) for _ in range(7)]
    mine = bp.machines.even_slices(53, comm.size)[comm.rank]
    unequal = [slice(0, 20), slice(20, 20), slice(20, 53), slice(53, 53)][comm.rank]
    half = bp.machines.even_slices(53, 2)[comm.rank // 2]
    found = []

    def note(name, value, arrays):
        digest = hashlib.sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)).hexdigest()[:12]
        found.append(f"{name}: loss {value!r}, gradients {digest}")

    for name, part in (("data parallel", mine), ("unequal and empty shards", unequal)):
        value, grads = bp.machines.backprop(comm, net, loss, x[:, part], y[:, part])
        note(name, value, grads.parameters)
    for schedule in (
        bp.machines.naive(4),
        bp.machines.gpipe(4, 6),
        bp.machines.one_f_one_b(4, 6),
        bp.machines.zero_bubble(4, 6),
    ):
        value, grads = bp.machines.pipeline(comm, net, loss, x, y, schedule)
        note(schedule.name, value, grads.parameters)
    value, grads = bp.backprop(bp.machines.tensor_parallel(comm, net), loss, x, y)
    note("tensor parallel", value, grads.parameters)
    for data, pipe, tensor in ((2, 2, 1), (2, 1, 2), (1, 2, 2)):
        part = half if data == 2 else slice(0, 53)
        schedule = bp.machines.one_f_one_b(pipe, 3)
        value, grads = bp.machines.combined(comm, net, loss, x[:, part], y[:, part], schedule, data=data, tensor=tensor)
        note(f"{data} × {pipe} × {tensor}", value, grads.parameters)
    for order in ("ranks", "ring"):
        block = np.sin(np.arange(5003.0) * (comm.rank + 1))
        bp.machines.all_reduce(comm, block, order)
        note(f"all-reduce, {order}", None, [block])
    block = np.sin(np.arange(5003.0) * (comm.rank + 1))
    for _ in range(3):
        bp.machines.average_with_neighbours(comm, block)
    note("neighbours", None, [block])
    note("asynchronous", None, bp.machines.asynchronous(comm, net, loss, batches, 0.01) or [])
    summed, _ = bp.machines.hogwild(comm, np.arange(5.0), lambda k, seen: np.full(5, float(k)), 0.25, 40)
    note("hogwild", None, [summed])  # whole numbers: the order makes no difference
    return found


def main():
    """Print the lines of all ranks, rank by rank."""
    if sys.argv[1:] == ["simulated"]:
        gathered = bp.machines.run(lines, RANKS).results
    else:
        from mpi4py import MPI

        gathered = MPI.COMM_WORLD.gather(lines(MPI.COMM_WORLD), root=0) or []
    for rank, found in enumerate(gathered):
        for line in found:
            print(f"rank {rank}, {line}")


if __name__ == "__main__":
    main()
