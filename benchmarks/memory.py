"""Memory and time of a training step's gradients under bpkit's schedules, against PyTorch's checkpoint_sequential.

A network of 64 linear layers of 1024 with ReLUs, a batch of 256, float32. Memory is what has a column for each example:
activations, what is inside a block while it runs, and the derivatives on the way back; parameters and their gradients
are the same for all. For bpkit it is what its meter reads and two arrays for derivatives; for PyTorch, the tensors of
that shape that are alive, looked at after each of its operations. Time is the median of rounds in which everyone
computes the gradients once. Then: how many evaluations schedules make, against the fewest possible.

Needs the extra `peers`. The environment variable OPENBLAS_CORETYPE, where it is set, decides which kernels NumPy's
matrix products use; the table says which.
"""

import os
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import results
import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import checkpoint_sequential

import bpkit as bp
from bpkit.checkpoint import binomial, cost, every, fewest_evaluations, measure, optimal, store_all

LAYERS, ROWS, EXAMPLES, SLOTS = 64, 1024, 256, 8
ROUNDS, SECONDS = 15, 90.0
MIB = 2**20

Call = Callable[[], Any]


class Alive(TorchDispatchMode):
    """Notes how many bytes PyTorch's tensors of the batch's shape take at most."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, tuple[StorageWeakRef, int]] = {}
        self.peak = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        for tensor in (*args, *(result if isinstance(result, tuple | list) else (result,))):
            if isinstance(tensor, torch.Tensor) and tensor.shape == (EXAMPLES, ROWS):
                storage = tensor.untyped_storage()
                self.seen[storage.data_ptr()] = StorageWeakRef(storage), storage.nbytes()
        self.seen = {key: (weak, size) for key, (weak, size) in self.seen.items() if not weak.expired()}
        self.peak = max(self.peak, sum(size for _, size in self.seen.values()))
        return result


def by_torch(net: bp.Network, x: np.ndarray, y: np.ndarray, segments: int | None) -> Call:
    """The gradients by PyTorch, with that many segments, or everything stored."""
    modules: list[torch.nn.Module] = []
    for beta, omega in zip(net.beta, net.omega, strict=True):
        linear = torch.nn.Linear(*omega.shape[::-1])
        linear.weight.data, linear.bias.data = torch.tensor(omega), torch.tensor(beta[:, 0])
        modules += [torch.nn.Sequential(linear, torch.nn.ReLU())]
    modules[-1] = modules[-1][0]
    model = torch.nn.Sequential(*modules)
    inputs, targets = torch.tensor(np.ascontiguousarray(x.T)), torch.tensor(np.ascontiguousarray(y.T))

    def call() -> list[Any]:
        model.zero_grad(set_to_none=True)
        output = (
            model(inputs) if segments is None else checkpoint_sequential(model, segments, inputs, use_reentrant=False)
        )
        torch.nn.functional.mse_loss(output, targets).backward()
        linears = [module for module in model.modules() if isinstance(module, torch.nn.Linear)]
        return [grad for one in linears for grad in (one.bias.grad[:, None], one.weight.grad)]

    return call


def by_bpkit(net: bp.Network, x: np.ndarray, y: np.ndarray, schedule: Any) -> Call:
    loss = bp.LeastSquares("mean")
    grads: bp.Gradients | None = None

    def call() -> Any:
        nonlocal grads
        if schedule is None:
            _, grads = bp.backprop(net, loss, x, y, out=grads)
        else:
            _, grads = bp.checkpoint.backprop(net, loss, x, y, schedule, out=grads)
        return grads.parameters

    return call


def peak(net: bp.Network, x: np.ndarray, y: np.ndarray, schedule: Any) -> int:
    """Bytes of a step of bpkit, measured."""
    derivatives = 2 * x.nbytes
    if schedule is None:
        bp.backprop(net, bp.LeastSquares("mean"), x, y)
        memory, _ = net._memory[-1]
        return bp.checkpoint.held_bytes(x, memory.outputs) + derivatives
    meter = bp.checkpoint.Meter()
    bp.checkpoint.backprop(net, bp.LeastSquares("mean"), x, y, schedule, meter=meter)
    counted = cost(schedule, *measure(net, x)).peak
    assert abs(meter.peak - counted) < 0.02 * counted
    return meter.peak + derivatives


def race(calls: dict[str, Call]) -> dict[str, float]:
    """Seconds for each, the median of rounds."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    end = time.perf_counter() + SECONDS
    for number in range(ROUNDS):
        if number >= 3 and time.perf_counter() > end:
            break
        for name, call in calls.items():
            time.sleep(0.05)  # idle threads of one library keep a core busy for a while
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def gradients_table() -> list[str]:
    rng = np.random.default_rng(0)
    x, y = (rng.normal(size=(ROWS, EXAMPLES)).astype(np.float32) for _ in range(2))
    in_eleven = optimal([1] * LAYERS, [1] * (LAYERS + 1), cost(binomial(LAYERS, SLOTS)).peak)
    schedules: dict[str, Any] = {
        "bpkit, `bp.backprop`": None,
        **{f"bpkit, `{schedule!r}`": schedule for schedule in (
            store_all(LAYERS), every(LAYERS, SLOTS), binomial(LAYERS, SLOTS), binomial(LAYERS, 4))},
        f"bpkit, `optimal`, in the memory of `binomial({LAYERS}, {SLOTS})`": in_eleven,
    }  # fmt: skip
    segments = {"PyTorch, everything stored": None, f"PyTorch, `checkpoint_sequential`, {SLOTS} segments": SLOTS}
    # Everyone has a network of their own: bpkit keeps memory for the next call in it.
    nets = {name: bp.mlp([ROWS] * (LAYERS + 1), rng=0, dtype=np.float32) for name in ("bpkit", "store")}
    net = nets["bpkit"]
    calls = {name: by_bpkit(nets["store" if one is None else "bpkit"], x, y, one) for name, one in schedules.items()}
    calls |= {name: by_torch(net, x, y, count) for name, count in segments.items()}
    bytes_, evaluations = {}, {}
    for name, schedule in schedules.items():
        bytes_[name] = peak(nets["store" if schedule is None else "bpkit"], x, y, schedule)
        evaluations[name] = LAYERS if schedule is None else cost(schedule).evaluations
    for name, count in segments.items():
        with Alive() as alive:
            calls[name]()
        bytes_[name] = alive.peak
        # Each segment but the last runs once more; PyTorch stops when the last tensor it needs is there.
        evaluations[name] = LAYERS if count is None else LAYERS + (LAYERS - LAYERS // count)
    expected = [np.array(one) for one in calls["bpkit, `bp.backprop`"]()]
    for name, call in calls.items():
        for one, other in zip(call(), expected, strict=True):
            # In float32 a ReLU in 64 layers is now and then on the other side of 0.
            assert np.linalg.norm(np.asarray(one) - other) < 0.02 * np.linalg.norm(other), name
    seconds = race(calls)
    lines = [
        f"| {LAYERS} × {ROWS}, batch {EXAMPLES}, float32 | evaluations | sweeps | peak, MiB | store_all/peak | ms | "
        "ms/store_all |",
        "|---|---|---|---|---|---|---|",
    ]
    base = next(name for name in calls if "store_all" in name)
    for name in calls:
        lines.append(
            f"| {name} | {evaluations[name]} | {evaluations[name] / LAYERS:.2f} | {bytes_[name] / MIB:.1f} | "
            f"{bytes_[base] / bytes_[name]:.2f} | {1e3 * seconds[name]:,.0f} | {seconds[name] / seconds[base]:.2f} |"
        )
    return lines


def counts_table() -> list[str]:
    lines = [
        "| blocks | slots | `binomial` | closed form | its peak | `optimal` in that peak | best `every` in that peak |",
        "|---|---|---|---|---|---|---|",
    ]
    for n in (64, 128):
        equal = [cost(every(n, k)) for k in range(1, n + 1)]
        for slots in (2, 4, 8, 16, 20):
            evaluations, most = cost(binomial(n, slots))
            best = cost(optimal([1] * n, [1] * (n + 1), most)).evaluations
            fits = [one.evaluations for one in equal if one.peak <= most]
            lines.append(
                f"| {n} | {slots} | {evaluations} | {fewest_evaluations(n, slots)} | {most} | {best} | "
                f"{min(fits) if fits else 'none fits'} |"
            )
    return lines


def main() -> None:
    torch.set_num_threads(os.cpu_count() or 1)
    kernels = os.environ.get("OPENBLAS_CORETYPE", "chosen by OpenBLAS")
    lines = [
        f"Python {platform.python_version()}, NumPy {np.__version__}, PyTorch {torch.__version__}; {os.cpu_count()} "
        f"cores; kernels of NumPy's matrix products: {kernels}.",
        "",
        *gradients_table(),
        "",
        *counts_table(),
    ]
    print("\n".join(lines))
    results.write("memory", kernels, lines)


if __name__ == "__main__":
    main()
