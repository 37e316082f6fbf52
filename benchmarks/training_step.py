"""Times a training step (forward, loss, backward, SGD with momentum) of bpkit, PyTorch, JAX and bare matrix products.

bpkit runs twice: as in a training loop, where `out=grads` lets each step write over the gradients of the step before,
and with new gradients in every step. All run in one process with the same number of threads. They are timed twice: *in
alternation*, one step each, so that each finds the caches as the others left them; and *in turns* of about 50 ms, as in
a training loop of their own, with a pause between turns, because idle threads of one library keep a core busy for a
while. The tables have medians.

Needs the extra `peers`. The environment variable OPENBLAS_CORETYPE, where it is set, decides which kernels NumPy's
matrix products use, and can halve their speed; the table says which.
"""

import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NamedTuple

import jax
import numpy as np
import results
import torch
from jax import numpy as jnp

import bpkit as bp

jax.config.update("jax_enable_x64", True)

LR, MOMENTUM = 1e-6, 0.9  # so small that thousands of steps change little: numbers that explode cost time of their own
ROUNDS, ROUND_SECONDS = 300, 6.0
TURNS, SECONDS, PAUSE = 25, 0.05, 0.1


class Workload(NamedTuple):
    """One network and batch."""

    name: str
    sizes: list[int]
    examples: int
    dtype: Any
    classes: bool = False  # cross-entropy instead of least squares


WORKLOADS = [
    Workload("10-40-40-5, batch 10, float64", [10, 40, 40, 5], 10, np.float64),
    Workload("50 × 100, batch 1, float64", [100] * 51 + [1], 1, np.float64),
    Workload("50 × 100, batch 100, float64", [100] * 51 + [1], 100, np.float64),
    Workload("784-256-10, batch 256, float32", [784, 256, 10], 256, np.float32, classes=True),
    Workload("8 × 1024, batch 1024, float32", [1024] * 9, 1024, np.float32),
]

Step = Callable[[], float]


def by_bpkit(net: bp.Network, x: np.ndarray, y: np.ndarray, classes: bool) -> Step:
    """With the gradients of each step written over those of the step before."""
    optimizer = bp.SGD(net.parameters, LR, momentum=MOMENTUM)
    loss = bp.CrossEntropy("mean") if classes else bp.LeastSquares("mean")
    grads: bp.Gradients | None = None

    def step() -> float:
        nonlocal grads
        value, grads = bp.backprop(net, loss, x, y, out=grads)
        optimizer.step(grads.parameters)
        return value

    return step


def with_new_gradients(net: bp.Network, x: np.ndarray, y: np.ndarray, classes: bool) -> Step:
    """As by someone who does not pass `out`."""
    optimizer = bp.SGD(net.parameters, LR, momentum=MOMENTUM)
    loss = bp.CrossEntropy("mean") if classes else bp.LeastSquares("mean")

    def step() -> float:
        value, grads = bp.backprop(net, loss, x, y)
        optimizer.step(grads.parameters)
        return value

    return step


def by_torch(net: bp.Network, x: np.ndarray, y: np.ndarray, classes: bool) -> Step:
    modules: list[torch.nn.Module] = []
    for beta, omega in zip(net.beta, net.omega, strict=True):
        linear = torch.nn.Linear(omega.shape[1], omega.shape[0])
        linear.weight.data, linear.bias.data = torch.tensor(omega), torch.tensor(beta[:, 0])
        modules += [linear, torch.nn.ReLU()]
    model = torch.nn.Sequential(*modules[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=MOMENTUM)
    criterion = torch.nn.CrossEntropyLoss() if classes else torch.nn.MSELoss()
    inputs, targets = torch.tensor(np.ascontiguousarray(x.T)), torch.tensor(np.ascontiguousarray(y.T))

    def step() -> float:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def by_jax(net: bp.Network, x: np.ndarray, y: np.ndarray, classes: bool) -> Step:
    inputs, targets = jnp.asarray(np.ascontiguousarray(x.T)), jnp.asarray(np.ascontiguousarray(y.T))

    def loss(parameters: Any) -> Any:
        h = inputs
        for number, (beta, omega) in enumerate(parameters, start=1):
            f = h @ omega + beta
            h = f if number == len(parameters) else jax.nn.relu(f)
        if classes:
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(h), targets[:, None], axis=1))
        return jnp.mean((h - targets) ** 2)

    def update(parameters: Any, velocities: Any) -> Any:
        value, grads = jax.value_and_grad(loss)(parameters)
        velocities = jax.tree.map(lambda v, g: MOMENTUM * v + g, velocities, grads)
        return jax.tree.map(lambda p, v: p - LR * v, parameters, velocities), velocities, value

    compiled = jax.jit(update, donate_argnums=(0, 1))  # it may use the old parameters' memory, as the others do
    parameters: Any = [
        (jnp.asarray(beta[:, 0]), jnp.asarray(omega.T)) for beta, omega in zip(net.beta, net.omega, strict=True)
    ]
    velocities = jax.tree.map(jnp.zeros_like, parameters)

    def step() -> float:
        nonlocal parameters, velocities
        parameters, velocities, value = compiled(parameters, velocities)
        return float(value)

    return step


def bare_products(net: bp.Network, x: np.ndarray, y: np.ndarray, classes: bool) -> Step:
    """The matrix products of forward and backward pass alone, into arrays that exist: the limit for NumPy."""
    rng = np.random.default_rng(0)
    h = [x, *(rng.normal(size=(omega.shape[0], x.shape[1])).astype(x.dtype) for omega in net.omega)]
    g = [np.zeros_like(one) for one in h]
    f = [np.zeros_like(one) for one in h]
    g_omega = [np.empty_like(omega) for omega in net.omega]

    def step() -> float:
        for k, omega in enumerate(net.omega):
            np.dot(omega, h[k], out=f[k + 1])
        for k in reversed(range(len(net.omega))):
            np.dot(g[k + 1], h[k].T, out=g_omega[k])
            if k > 0:
                np.dot(net.omega[k].T, g[k + 1], out=g[k])
        return 0.0

    return step


def in_alternation(steps: dict[str, Step]) -> dict[str, float]:
    """Seconds for one step of each, the median of rounds in which everyone makes one step."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    end = time.perf_counter() + ROUND_SECONDS
    for number in range(ROUNDS):
        if number >= 15 and time.perf_counter() > end:
            break
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in times.items()}


def in_turns(steps: dict[str, Step]) -> dict[str, float]:
    """Seconds for one step of each, the median of turns in which one makes steps for a while."""
    repeats = {}
    for name, step in steps.items():
        start = time.perf_counter()
        step()
        step()
        repeats[name] = max(1, round(2 * SECONDS / (time.perf_counter() - start)))
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(TURNS):
        for name, step in steps.items():
            time.sleep(PAUSE)
            step()  # its own memory back into the caches
            start = time.perf_counter()
            for _ in range(repeats[name]):
                step()
            times[name].append((time.perf_counter() - start) / repeats[name])
    return {name: statistics.median(taken) for name, taken in times.items()}


def network(workload: Workload) -> bp.Network:
    return bp.mlp(workload.sizes, rng=0, dtype=workload.dtype)


def rows(workload: Workload) -> list[str]:
    """The workload's row in each of the two tables."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(workload.sizes[0], workload.examples)).astype(workload.dtype)
    y = rng.normal(size=(workload.sizes[-1], workload.examples)).astype(workload.dtype)
    if workload.classes:
        y = rng.integers(workload.sizes[-1], size=workload.examples)
    makers = {
        "bpkit": by_bpkit, "new gradients": with_new_gradients, "PyTorch": by_torch, "JAX": by_jax,
        "bare": bare_products,
    }  # fmt: skip
    steps = {name: make(network(workload), x, y, workload.classes) for name, make in makers.items()}
    for _ in range(3):  # the first steps also compile and allocate
        values = [steps[name]() for name in ("bpkit", "new gradients", "PyTorch", "JAX")]
        np.testing.assert_allclose(values, values[0], rtol=1e-4)  # the same work
    found = []
    for race in (in_alternation, in_turns):
        seconds = race(steps)
        ratios = [f"{seconds[name] / seconds['bpkit']:.2f}" for name in ("PyTorch", "JAX")]
        cells = [*(f"{1e6 * seconds[name]:,.0f}" for name in makers), *ratios,
                 f"{seconds['PyTorch'] / seconds['new gradients']:.2f}",
                 f"{seconds['bpkit'] / seconds['bare']:.2f}"]  # fmt: skip
        found.append(f"| {workload.name} | {' | '.join(cells)} |")
        print(f"{race.__name__}: {found[-1]}", flush=True)
    return found


def main() -> None:
    torch.set_num_threads(os.cpu_count() or 1)
    kernels = os.environ.get("OPENBLAS_CORETYPE", "chosen by OpenBLAS")
    both = [rows(workload) for workload in WORKLOADS]
    lines = [
        f"Python {platform.python_version()}, NumPy {np.__version__}, PyTorch {torch.__version__}, "
        f"JAX {version('jax')}; {os.cpu_count()} cores; kernels of NumPy's matrix products: {kernels}.",
    ]
    for number, title in enumerate(("In alternation, one step each", "In turns of 50 ms")):
        lines += [
            "",
            f"| {title}, µs | bpkit | new gradients | PyTorch | JAX | bare products | PyTorch/bpkit | JAX/bpkit | "
            "PyTorch/new gradients | bpkit/bare |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *(pair[number] for pair in both),
        ]
    results.write("training_step", kernels, lines)


if __name__ == "__main__":
    main()
