"""Times derivatives by bpkit, also compiled, HIPS/autograd, PyTorch and JAX, eager and compiled, of the same functions.

Each library differentiates the same lines, written for its own arrays, and all must find the same numbers. A call
starts from arrays that exist and ends when the derivative is there; what a library does once, such as compiling for
JAX's jit, is not counted. The libraries are timed in one process, in turns of about 20 ms with a pause between them,
because idle threads of one keep a core busy for a while. The table has the medians of the turns.

Needs the extra `peers`. The environment variable OPENBLAS_CORETYPE, where it is set, decides which kernels NumPy's
matrix products use; the table says which.
"""

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import autograd
import autograd.numpy as autograd_numpy
import jax
import numpy as np
import results
import torch
from jax import numpy as jnp

import bpkit as bp

jax.config.update("jax_enable_x64", True)

TURNS, SECONDS, PAUSE = 25, 0.02, 0.05
SLOW, SLOW_TURNS = 0.5, 3  # seconds of a call from which on few turns must do
STEPS = 10_000  # nodes of the chain
DIMENSIONS, FEW_DIMENSIONS = 1_000, 100  # of Rosenbrock's function
SIZES, EXAMPLES = [10, 40, 40, 5], 10
NAMES = ("bpkit", "compiled", "autograd", "PyTorch", "JAX eager", "JAX jit")

Call = Callable[[], Any]
Function = Callable[..., Any]


def by_jax(derivative: Function, *arguments: Any) -> tuple[Call, Call]:
    """A call of JAX, eager and compiled; JAX computes in the background, so wait for the result."""
    compiled = jax.jit(derivative)
    return (lambda: jax.block_until_ready(derivative(*arguments)),
            lambda: jax.block_until_ready(compiled(*arguments)))  # fmt: skip


def branching(xp: Any) -> Function:
    """7.42 as the intermediate steps of 7.43."""

    def y(x: Any) -> Any:
        f1 = xp.exp(x)
        f2 = f1**2
        f3 = f1 + f2
        f4 = xp.exp(f3)
        f5 = xp.sin(f3)
        return f4 + f5

    return y


def nested(grad: Function, f: Function, order: int) -> Function:
    """The gradient of the gradient of …"""
    for _ in range(order):
        f = grad(f)
    return f


def scalar(order: int) -> list[Call]:
    x, leaf, f = 0.3, torch.tensor(0.3, dtype=torch.float64, requires_grad=True), branching(torch)
    by_bpkit = nested(bp.grad, branching(np), order)
    by_autograd = nested(autograd.grad, branching(autograd_numpy), order)

    def by_torch() -> Any:
        y = f(leaf)
        for k in range(1, order + 1):
            (y,) = torch.autograd.grad(y, leaf, create_graph=k < order)
        return y

    compiled = bp.compiled(by_bpkit)
    return [lambda: by_bpkit(x), lambda: compiled(x), lambda: by_autograd(x), by_torch,
            *by_jax(nested(jax.grad, branching(jnp), order), jnp.asarray(x))]  # fmt: skip


def network_loss(xp: Any, relu: Function, x: Any, y: Any) -> Function:
    """Least squares of a network with ReLU; a column for each example."""

    def loss(parameters: Any) -> Any:
        h = x
        for k, (beta, omega) in enumerate(parameters, start=1):
            f = beta + omega @ h
            h = f if k == len(parameters) else relu(f)
        return xp.sum((h - y) ** 2)

    return loss


def network() -> list[Call]:
    net = bp.mlp(SIZES, rng=0)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(SIZES[0], EXAMPLES)), rng.normal(size=(SIZES[-1], EXAMPLES))
    parameters = list(zip(net.beta, net.omega, strict=True))
    by_bpkit = bp.grad(network_loss(np, lambda f: np.maximum(f, 0), x, y))
    by_autograd = autograd.grad(network_loss(autograd_numpy, lambda f: autograd_numpy.maximum(f, 0), x, y))

    loss = network_loss(torch, torch.relu, torch.tensor(x), torch.tensor(y))
    leaves = [(torch.tensor(beta, requires_grad=True), torch.tensor(omega, requires_grad=True))
              for beta, omega in parameters]  # fmt: skip
    flat = [leaf for pair in leaves for leaf in pair]

    with_jax = network_loss(jnp, lambda f: jnp.maximum(f, 0), jnp.asarray(x), jnp.asarray(y))
    compiled = bp.compiled(by_bpkit)
    return [lambda: by_bpkit(parameters), lambda: compiled(parameters), lambda: by_autograd(parameters),
            lambda: torch.autograd.grad(loss(leaves), flat),
            *by_jax(jax.grad(with_jax), [tuple(map(jnp.asarray, pair)) for pair in parameters])]  # fmt: skip


def repeated(xp: Any) -> Function:
    """A chain of sines, each a node."""

    def y(x: Any) -> Any:
        for _ in range(STEPS):
            x = xp.sin(x)
        return x

    return y


def chain() -> list[Call]:
    x, leaf, f = 1.0, torch.tensor(1.0, dtype=torch.float64, requires_grad=True), repeated(torch)
    by_bpkit, by_autograd = bp.grad(repeated(np)), autograd.grad(repeated(autograd_numpy))
    eager, _ = by_jax(jax.grad(repeated(jnp)), jnp.asarray(x))

    def loop(x: Any) -> Any:  # unrolled, it would compile for minutes
        return jax.lax.fori_loop(0, STEPS, lambda _, y: jnp.sin(y), x)

    _, by_jit = by_jax(jax.grad(loop), jnp.asarray(x))
    compiled = bp.compiled(by_bpkit)
    return [lambda: by_bpkit(x), lambda: compiled(x), lambda: by_autograd(x),
            lambda: torch.autograd.grad(f(leaf), leaf), eager, by_jit]  # fmt: skip


def rosenbrock(xp: Any) -> Function:
    return lambda x: xp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_gradient() -> list[Call]:
    x = np.random.default_rng(0).normal(size=DIMENSIONS)
    leaf, f = torch.tensor(x, requires_grad=True), rosenbrock(torch)
    by_bpkit, by_autograd = bp.grad(rosenbrock(np)), autograd.grad(rosenbrock(autograd_numpy))
    compiled = bp.compiled(by_bpkit)
    return [lambda: by_bpkit(x), lambda: compiled(x), lambda: by_autograd(x),
            lambda: torch.autograd.grad(f(leaf), leaf), *by_jax(jax.grad(rosenbrock(jnp)), jnp.asarray(x))]  # fmt: skip


def rosenbrock_hvp() -> list[Call]:
    rng = np.random.default_rng(0)
    x, v = rng.normal(size=DIMENSIONS), rng.normal(size=DIMENSIONS)
    f, with_autograd, with_torch = rosenbrock(np), rosenbrock(autograd_numpy), rosenbrock(torch)
    by_autograd = autograd.hessian_vector_product(with_autograd)
    leaf, direction = torch.tensor(x, requires_grad=True), torch.tensor(v)

    def by_torch() -> Any:
        (gradient,) = torch.autograd.grad(with_torch(leaf), leaf, create_graph=True)
        return torch.autograd.grad(gradient, leaf, direction)

    gradient = jax.grad(rosenbrock(jnp))

    def with_jax(x: Any, v: Any) -> Any:
        return jax.jvp(gradient, (x,), (v,))[1]

    compiled = bp.compiled(lambda x, v: bp.hvp(f, x, v))
    return [lambda: bp.hvp(f, x, v), lambda: compiled(x, v), lambda: by_autograd(x, v), by_torch,
            *by_jax(with_jax, jnp.asarray(x), jnp.asarray(v))]  # fmt: skip


def jacobian() -> list[Call]:
    """Of the network's 5 outputs for one example, by its 10 inputs."""
    net = bp.mlp(SIZES, rng=0)
    x = np.random.default_rng(0).normal(size=SIZES[0])

    def outputs(xp: Any, relu: Function, array: Function) -> Function:
        layers = [(array(beta[:, 0]), array(omega)) for beta, omega in zip(net.beta, net.omega, strict=True)]

        def f(h: Any) -> Any:
            for k, (beta, omega) in enumerate(layers, start=1):
                h = beta + omega @ h
                h = h if k == len(layers) else relu(h)
            return h

        return f

    by_bpkit = bp.jacrev(outputs(np, lambda f: np.maximum(f, 0), np.asarray))
    by_autograd = autograd.jacobian(outputs(autograd_numpy, lambda f: autograd_numpy.maximum(f, 0), np.asarray))
    by_torch, leaf = torch.func.jacrev(outputs(torch, torch.relu, torch.tensor)), torch.tensor(x)
    with_jax = jax.jacrev(outputs(jnp, lambda f: jnp.maximum(f, 0), jnp.asarray))
    compiled = bp.compiled(by_bpkit)
    return [lambda: by_bpkit(x), lambda: compiled(x), lambda: by_autograd(x), lambda: by_torch(leaf),
            *by_jax(with_jax, jnp.asarray(x))]  # fmt: skip


def rosenbrock_hessian() -> list[Call]:
    x = np.random.default_rng(0).normal(size=FEW_DIMENSIONS)
    by_bpkit, by_autograd = bp.hessian(rosenbrock(np)), autograd.hessian(rosenbrock(autograd_numpy))
    by_torch, leaf = torch.func.hessian(rosenbrock(torch)), torch.tensor(x)
    compiled = bp.compiled(by_bpkit)
    return [lambda: by_bpkit(x), lambda: compiled(x), lambda: by_autograd(x), lambda: by_torch(leaf),
            *by_jax(jax.hessian(rosenbrock(jnp)), jnp.asarray(x))]  # fmt: skip


WORKLOADS: dict[str, Callable[[], list[Call]]] = {
    "7.42, first derivative": lambda: scalar(1),
    "7.42, second derivative": lambda: scalar(2),
    "7.42, third derivative": lambda: scalar(3),
    f"network {'-'.join(map(str, SIZES))}, batch {EXAMPLES}, gradient": network,
    f"chain of {STEPS:,} sines, gradient": chain,
    f"Rosenbrock, {DIMENSIONS:,} dimensions, gradient": rosenbrock_gradient,
    f"Rosenbrock, {DIMENSIONS:,} dimensions, Hessian × vector": rosenbrock_hvp,
    f"Rosenbrock, {FEW_DIMENSIONS} dimensions, Hessian": rosenbrock_hessian,
    f"network {'-'.join(map(str, SIZES))}, Jacobian of the outputs": jacobian,
}


def flat(result: Any) -> np.ndarray:
    """All numbers of a derivative in one array."""
    if isinstance(result, list | tuple):
        return np.concatenate([flat(one) for one in result])
    return np.asarray(result).ravel()


def race(calls: dict[str, Call]) -> dict[str, float]:
    """Seconds for one call of each, the median of turns in which one calls for a while."""
    repeats, turns = {}, {}
    for name, call in calls.items():
        start = time.perf_counter()
        call()
        once = time.perf_counter() - start
        repeats[name], turns[name] = max(1, round(SECONDS / once)), TURNS if once < SLOW else SLOW_TURNS
    gc.collect()
    gc.freeze()  # so that nobody's collector looks through what the other libraries have loaded
    times: dict[str, list[float]] = {name: [] for name in calls}
    for turn in range(TURNS):
        for name, call in calls.items():
            if turn >= turns[name]:
                continue
            time.sleep(PAUSE)
            if repeats[name] > 1:
                call()  # its own memory back into the caches
            start = time.perf_counter()
            for _ in range(repeats[name]):
                call()
            times[name].append((time.perf_counter() - start) / repeats[name])
    gc.unfreeze()
    return {name: statistics.median(taken) for name, taken in times.items()}


def row(workload: str) -> str:
    calls = dict(zip(NAMES, WORKLOADS[workload](), strict=True))
    expected = flat(calls["bpkit"]())
    for name, call in calls.items():  # the first call also compiles
        np.testing.assert_allclose(flat(call()), expected, rtol=1e-9, atol=1e-12, err_msg=f"{workload}, {name}")
    seconds = race(calls)
    cells = [f"{1e6 * seconds[name]:,.0f}" for name in NAMES]
    cells += [f"{seconds[name] / seconds['bpkit']:.2f}" for name in NAMES[1:]]
    print(f"| {workload} | {' | '.join(cells)} |", flush=True)
    return f"| {workload} | {' | '.join(cells)} |"


def main() -> None:
    torch.set_num_threads(os.cpu_count() or 1)
    kernels = os.environ.get("OPENBLAS_CORETYPE", "chosen by OpenBLAS")
    lines = [
        f"Python {platform.python_version()}, NumPy {np.__version__}, autograd {version('autograd')}, "
        f"PyTorch {torch.__version__}, JAX {version('jax')}; {os.cpu_count()} cores; kernels of NumPy's matrix "
        f"products: {kernels}.",
        "",
        f"| Median of turns of {1000 * SECONDS:.0f} ms, µs | {' | '.join(NAMES)} | "
        f"{' | '.join(f'{name}/bpkit' for name in NAMES[1:])} |",
        "|---" * (2 * len(NAMES)) + "|",
        *(row(workload) for workload in WORKLOADS),
    ]
    results.write("autodiff", kernels, lines)


if __name__ == "__main__":
    main()
