"""Times the schemes for many machines: real processes under MPI on this computer, and simulated worlds.

Start-up is a call of `mpirun` whose ranks do nothing. α and β are fitted to messages there and back between two
processes, best of many; an all-reduce of n bytes among p ranks should then take 2(p − 1)(α + βn/p), without the
additions. Scaling is the time of data parallel gradients on one process and on as many as there are cores: no more is
claimed. Stages that sleep show the bubble of a pipeline on few cores. Simulated worlds run a pipeline of as many stages
as ranks.

Needs the extra `machines`. Another program that runs at the same time spoils all of it.
"""

import os
import platform
import time

import numpy as np
import results

import bpkit as bp
from bpkit.machines import Forward, all_reduce, cost, even_slices, gpipe, mpirun, one_f_one_b, pipeline, run
from bpkit.machines.on_mpi import mpiexec

ROUNDS = 40
SIZES = (8, 8_000, 80_000, 800_000, 8_000_000)  # bytes
RANKS = (4, 16, 64)  # simulated


def nothing(comm):
    return comm.rank


def there_and_back(comm, size, rounds):
    """Seconds of one message of so many bytes, the best of the rounds."""
    numbers, best = np.zeros(size // 8), float("inf")
    for _ in range(rounds):
        comm.Barrier()
        start = time.perf_counter()
        if comm.rank == 0:
            comm.Send(numbers, 1)
            comm.Recv(numbers, 1)
        else:
            comm.Recv(numbers, 0)
            comm.Send(numbers, 0)
        best = min(best, (time.perf_counter() - start) / 2)
    return best


def reduced(comm, size, rounds, way):
    """Seconds of an all-reduce of so many bytes, the best of the rounds; "mpi" is mpi4py's own."""
    numbers, best = np.zeros(size // 8), float("inf")
    total = np.empty_like(numbers)
    for _ in range(rounds):
        comm.Barrier()
        start = time.perf_counter()
        if way == "mpi":
            comm.Allreduce(numbers, total)
        else:
            all_reduce(comm, numbers, way)
        best = min(best, time.perf_counter() - start)
    return best


def gradients(comm, net, loss, x, y, rounds):
    """Seconds of the gradients of a batch, data parallel, the best of the rounds."""
    mine, best = even_slices(x.shape[1], comm.size)[comm.rank], float("inf")
    own_x, own_y = np.ascontiguousarray(x[:, mine]), np.ascontiguousarray(y[:, mine])
    for _ in range(rounds):
        comm.Barrier()
        start = time.perf_counter()
        bp.machines.backprop(comm, net, loss, own_x, own_y)
        best = min(best, time.perf_counter() - start)
    return best


def sleeping(comm, p, m, forward, backward):
    """Seconds of a pipeline whose stages sleep instead of computing: it shows its bubble on few cores, too."""
    number, requests = np.zeros(1), []
    comm.Barrier()
    start = time.perf_counter()
    for action in gpipe(p, m).stages[comm.rank]:
        ahead = isinstance(action, Forward)
        source, dest = (comm.rank - 1, comm.rank + 1) if ahead else (comm.rank + 1, comm.rank - 1)
        if 0 <= source < p:
            arriving = comm.Irecv(number, source, action.micro_batch)
            while not arriving.Test():  # asleep, too: waiting in MPI keeps a core busy
                time.sleep(0.0005)
        time.sleep(forward if ahead else backward)
        if 0 <= dest < p:
            requests.append(comm.Isend(number.copy(), dest, action.micro_batch))
    for request in requests:
        request.Wait()
    return time.perf_counter() - start


def bubbles() -> list[str]:
    """The bubble of sleeping stages, measured and by the formula."""
    lines = ["| stages that sleep | micro-batches | seconds | counted | bubble | (p − 1)/(m + p − 1) |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for p, m in ((2, 4), (4, 4), (4, 8), (8, 8)):
        measured = max(mpirun(sleeping, p, p, m, 0.02, 0.04))
        counted, bubble = cost(gpipe(p, m), 0.02, 0.04).time, 1 - m * 0.06 / measured
        lines.append(f"| {p} | {m} | {measured:.3f} | {counted:.3f} | {bubble:.3f} | {(p - 1) / (m + p - 1):.3f} |")
    return lines


def real_processes() -> list[str]:
    """Start-up, messages, all-reduce and scaling."""
    start = time.perf_counter()
    mpirun(nothing, 2)
    lines = [f"Two processes that do nothing, with `mpirun`: {time.perf_counter() - start:.1f} s.", ""]
    one_way = [max(mpirun(there_and_back, 2, size, ROUNDS)) for size in SIZES]
    alpha = min(one_way)
    beta = (one_way[-1] - alpha) / SIZES[-1]
    lines += [f"Two processes: α = {1e6 * alpha:.1f} µs, 1/β = {1e-9 / beta:.1f} GB/s.", "",
              "| bytes | one way, µs | α + βn | ring, µs | 2(α + βn/2) | rank order | mpi4py's Allreduce |",
              "|---|---|---|---|---|---|---|"]  # fmt: skip
    for size, measured in zip(SIZES, one_way, strict=True):
        taken = [max(mpirun(reduced, 2, size, ROUNDS, way)) for way in ("ring", "ranks", "mpi")]
        line, ring = alpha + beta * size, 2 * (alpha + beta * size / 2)
        cells = (measured, line, taken[0], ring, *taken[1:])
        lines.append(f"| {size:,} | " + " | ".join(f"{1e6 * cell:.1f}" for cell in cells) + " |")
    rng = np.random.default_rng(0)
    net, loss = bp.mlp([512] * 5, rng=0), bp.LeastSquares("mean")
    x, y = rng.normal(size=(512, 1024)), rng.normal(size=(512, 1024))
    processes = (1, os.cpu_count() or 1)
    times = [max(mpirun(gradients, p, net, loss, x, y, 10)) for p in processes]
    words = [f"{p} process{'es' * (p > 1)} {1e3 * taken:.0f} ms" for p, taken in zip(processes, times, strict=True)]
    return [
        *lines,
        "",
        "Gradients of 1,024 examples through four layers of 512, data parallel: " + ", ".join(words) + ".",
    ]


def simulated() -> list[str]:
    """Pipelines on simulated ranks, in seconds of the processor."""
    lines = ["| simulated ranks | micro-batches | seconds |", "|---|---|---|"]
    for ranks in RANKS:
        net, x, schedule = bp.mlp([8] * (ranks + 1), rng=0), np.ones((8, 64)), one_f_one_b(ranks, 64)
        start = time.process_time()
        run(lambda comm, net=net, x=x, one=schedule: pipeline(comm, net, bp.LeastSquares(), x, x, one), ranks)
        lines.append(f"| {ranks} | 64 | {time.process_time() - start:.2f} |")
    return lines


def main() -> None:
    if mpiexec() is None:
        raise SystemExit('This needs an MPI: pip install -e ".[machines]".')
    kernels = os.environ.get("OPENBLAS_CORETYPE", "chosen by OpenBLAS")
    lines = [f"Python {platform.python_version()}, NumPy {np.__version__}; {os.cpu_count()} cores.", "",
             *real_processes(), "", *bubbles(), "", *simulated()]  # fmt: skip
    print("\n".join(lines))
    results.write("machines", kernels, lines)


if __name__ == "__main__":
    main()
