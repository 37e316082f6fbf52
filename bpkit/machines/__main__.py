"""Tries every scheme on the machines at hand, against one machine: `mpiexec -n 8 python -m bpkit.machines`.

Without mpiexec, `python -m bpkit.machines 8` does it on 8 simulated ranks.
"""

import argparse
import sys
from importlib.util import find_spec
from typing import Any

import numpy as np

from bpkit import machines
from bpkit.checkpoint import every
from bpkit.networks.backprop import backprop
from bpkit.networks.losses import LeastSquares, Loss
from bpkit.networks.micro_batches import accumulate
from bpkit.networks.mlp import mlp
from bpkit.networks.network import Network
from bpkit.networks.trace import Gradients
from bpkit.numerical.arrays import Array

EXACT, CLOSE = "to the last bit", "up to rounding"


def tried(comm: Any) -> list[tuple[str, str, bool]]:
    """Return each scheme, how its gradients should agree with those of one machine, and whether they do on this rank.

    >>> all(right for results in machines.run(tried, 3).results for _, _, right in results)
    True
    """
    p = comm.size
    rng, loss, net = np.random.default_rng(0), LeastSquares("mean"), mlp([12, *[2 * p + 4] * (2 * p - 1), 3], rng=0)
    x, y = rng.normal(size=(12, 5 * p + 3)), rng.normal(size=(3, 5 * p + 3))
    mine = machines.even_slices(x.shape[1], p)[comm.rank]
    stage = len(net.stages(p)[comm.rank].parameters)
    before = sum(len(one.parameters) for one in net.stages(p)[: comm.rank])
    in_parts = _flat(accumulate(net, loss, x, y, parts=p)[1].parameters)
    whole = backprop(net, loss, x, y)[1]
    found = _flat(machines.backprop(comm, net, loss, x[:, mine], y[:, mine])[1].parameters)
    results = [("data parallel", EXACT, bool(np.array_equal(found, in_parts)))]
    for schedule in (machines.gpipe(p, 4), machines.one_f_one_b(p, 4), machines.zero_bubble(p, 4)):
        parts = accumulate(net, loss, x, y, parts=4)[1].parameters[before : before + stage]
        found = _flat(machines.pipeline(comm, net, loss, x, y, schedule)[1].parameters)
        results.append((f"pipeline {schedule.name}", EXACT, bool(np.array_equal(found, _flat(parts)))))
    schedule = machines.one_f_one_b(p, 4)
    grads = machines.pipeline(comm, net, loss, x, y, schedule, checkpoints=lambda n: every(n, n))[1]
    found = _flat(grads.parameters)
    results.append(("checkpoints inside stages", EXACT, bool(np.array_equal(found, _flat(parts)))))
    split = backprop(machines.tensor_parallel(comm, net), loss, x, y)[1]
    units = machines.even_slices(2 * p + 4, p)[comm.rank]
    close = [_close(split.omega[k], whole.omega[k][units] if k % 2 == 0 else whole.omega[k][:, units])
             for k in range(2 * p)]  # fmt: skip
    results.append(("tensor parallel", CLOSE, all(close)))
    blocks = np.sin(np.arange(1003.0) * np.arange(1, p + 1)[:, None])
    block = blocks[comm.rank].copy()
    machines.all_reduce(comm, block, "ring")
    results.append(("ring all-reduce", CLOSE, _close(block, blocks.sum(axis=0))))
    results.append(_combined(comm, net, loss, x, y, whole))
    results.append(("hogwild loses no update", EXACT, _hogwild(comm)))
    return results


def _combined(comm: Any, net: Network, loss: Loss, x: Array, y: Array, whole: Gradients) -> tuple[str, str, bool]:
    """All three cuts at once: two halves of the batch and two of the units, as far as the number of ranks allows."""
    data, tensor = 2 if comm.size % 2 == 0 else 1, 2 if comm.size % 4 == 0 else 1
    pipe = comm.size // (data * tensor)
    d, s, t = comm.rank // (pipe * tensor), comm.rank // tensor % pipe, comm.rank % tensor
    mine, schedule = machines.even_slices(x.shape[1], data)[d], machines.one_f_one_b(pipe, 2)
    grads = machines.combined(comm, net, loss, x[:, mine], y[:, mine], schedule, data=data, tensor=tensor)[1]
    units = machines.even_slices(2 * comm.size + 4, tensor)[t]
    layers = machines.even_slices(2 * comm.size, pipe)[s]
    expected = [omega[units] if k % 2 == 0 else omega[:, units] for k, omega in enumerate(whole.omega[layers])]
    right = all(_close(*pair) for pair in zip(grads.omega, expected, strict=True))
    return f"combined, {data} × {pipe} × {tensor}", CLOSE, right


def _hogwild(comm: Any) -> bool:
    """Whole numbers as gradients: their sum is exact in any order, so a lost update would show."""
    found, _ = machines.hogwild(comm, np.zeros(7), lambda k, parameters: np.arange(7.0) + k, 0.5, 40)
    return bool(np.array_equal(found, -0.5 * (40 * np.arange(7.0) + sum(range(40)))))


def _flat(arrays: Any) -> Array:
    return np.concatenate([array.ravel() for array in arrays])


def _close(found: Array, expected: Array) -> bool:
    return bool(np.abs(found - expected).max() <= 1e-12 * np.abs(expected).max())


def on_mpi() -> Any:
    """Return the results of all ranks, on rank 0; a rank that raises ends all of them."""
    from mpi4py import MPI  # type: ignore[import-not-found, unused-ignore]  # an extra

    try:
        return MPI.COMM_WORLD.gather(tried(MPI.COMM_WORLD), root=0)
    except BaseException as error:
        print(f"rank {MPI.COMM_WORLD.rank} raised {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        MPI.COMM_WORLD.Abort(1)


def main() -> None:
    """Print a line for each scheme, and end with the code 1 if one of them does not agree."""
    parser = argparse.ArgumentParser(prog="python -m bpkit.machines", description=__doc__)
    parser.add_argument("ranks", nargs="?", type=int, help="how many ranks to simulate; without it, MPI is asked")
    ranks = parser.parse_args().ranks
    if ranks is None and find_spec("mpi4py") is None:
        parser.error("there is no mpi4py here: say how many ranks to simulate, such as 8.")
    everyone = on_mpi() if ranks is None else machines.run(tried, ranks).results
    if everyone is None:  # this is not rank 0
        return
    right = [all(results[k][2] for results in everyone) for k in range(len(everyone[0]))]
    print(f"The gradients of one machine, on {len(everyone)} {'simulated ranks' if ranks else 'processes'}:")
    for (name, how, _), agrees in zip(everyone[0], right, strict=True):
        print(f"{'✓' if agrees else '✗'} {name}: {how if agrees else 'not ' + how}")
    if not all(right):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
