"""Times whole trainings: figure 7.8 in bpkit and PyTorch, bp.fit against the plain loop, and an MLP on the digits.

Figure 7.8 is 100 epochs of ten batches, in float64: in PyTorch as the figure is written, with a DataLoader, and with
batches cut from tensors by a permutation, as ours are. They run one after the other, several times, with a pause
between, because idle threads of one library keep a core busy for a while. PyTorch has one thread: the matrices are too
small for NumPy to share them between cores, and where other programs run a second thread slows PyTorch a hundredfold.

Needs PyTorch and scikit-learn. The environment variable OPENBLAS_CORETYPE, where it is set, decides which kernels
NumPy's matrix products use; the table says which.
"""

import os
import platform
import statistics
import time
from collections.abc import Callable

import numpy as np
import results
import torch
from torch.utils.data import DataLoader, TensorDataset

import bpkit as bp

RUNS, PAUSE = 7, 0.3
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(10, 100)), rng.normal(size=(5, 100))
MEAN = bp.LeastSquares("mean")


def ours() -> tuple[bp.Network, bp.SGD, bp.StepLR]:
    net = bp.mlp([10, 40, 40, 5], init=lambda shape, rng: bp.init.he(shape, rng, distribution="uniform"), rng=1)
    optimizer = bp.SGD(net.parameters, lr=0.1, momentum=0.9)
    return net, optimizer, bp.StepLR(optimizer, step_size=10, gamma=0.5)


def plain_loop() -> float:
    net, optimizer, schedule = ours()
    rng, grads = np.random.default_rng(2), None
    for _ in range(100):
        epoch_loss = 0.0
        for x, y in bp.data.minibatches(X, Y, 10, rng):
            value, grads = bp.backprop(net, MEAN, x, y, out=grads)
            optimizer.step(grads.parameters)
            epoch_loss += value
        schedule.step()
    return epoch_loss


def by_fit() -> float:
    net, optimizer, schedule = ours()
    history = bp.fit(net, MEAN, (X, Y), optimizer, 100, batch_size=10, rng=2, schedule=schedule)
    return 10 * history.epochs[-1]


def by_torch(batches: Callable[[], Callable[[], object]]) -> float:
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Linear(10, 40), torch.nn.ReLU(), torch.nn.Linear(40, 40), torch.nn.ReLU(), torch.nn.Linear(40, 5)
    ).double()
    for layer in model[::2]:
        torch.nn.init.kaiming_uniform_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    criterion = torch.nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)
    epoch = batches()
    for _ in range(100):
        epoch_loss = 0.0
        for x, y in epoch():
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            epoch_loss += loss.item()
        scheduler.step()
    return epoch_loss


def data_loader() -> Callable[[], object]:
    loader = DataLoader(TensorDataset(torch.tensor(X.T), torch.tensor(Y.T)), batch_size=10, shuffle=True)
    return lambda: loader


def permutation() -> Callable[[], object]:
    x, y = torch.tensor(X.T), torch.tensor(Y.T)
    return lambda: [(x[batch], y[batch]) for batch in torch.randperm(100).split(10)]


TRAININGS: dict[str, Callable[[], float]] = {
    "bpkit, plain loop": plain_loop,
    "bpkit, `bp.fit`": by_fit,
    "PyTorch, as in the figure": lambda: by_torch(data_loader),
    "PyTorch, without the DataLoader": lambda: by_torch(permutation),
}


def figure_7_8() -> list[str]:
    """A row for each program: the median of its runs."""
    times: dict[str, list[float]] = {name: [] for name in TRAININGS}
    for number in range(RUNS + 1):  # the first round loads and allocates, and is not counted
        for name, train in TRAININGS.items():
            time.sleep(PAUSE)
            start = time.perf_counter()
            last = train()
            if number:
                times[name].append(time.perf_counter() - start)
            assert last < 4  # the sum over an epoch's ten batches falls from about 13: each of them learns
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    return [
        f"| {name} | {1000 * seconds:,.0f} | {seconds / medians['bpkit, plain loop']:.2f} |"
        for name, seconds in medians.items()
    ]


def digits_accuracy(seed: int) -> float:
    """The share of right answers on the fifth of the digits that the network 64-256-10 has not seen."""
    rng = np.random.default_rng(seed)
    (x, y), (x_test, y_test) = bp.data.split(*bp.data.digits(), (0.8, 0.2), rng=rng)
    net = bp.mlp([64, 256, 10], rng=rng)
    loss = bp.CrossEntropy("mean")
    optimizer = bp.SGD(net.parameters, lr=0.1, momentum=0.9)
    grads: bp.Gradients | None = None
    for _ in range(20):
        for x_batch, y_batch in bp.data.minibatches(x, y, 32, rng):
            _, grads = bp.backprop(net, loss, x_batch, y_batch, out=grads)
            optimizer.step(grads.parameters)
    return float(np.mean(net(x_test).argmax(axis=0) == y_test))


def digits() -> str:
    """A sentence about five seeds."""
    start = time.perf_counter()
    found = [digits_accuracy(seed) for seed in range(5)]
    seconds = time.perf_counter() - start
    return (
        "Digits, MLP 64-256-10, 20 epochs of batches of 32, five seeds: accuracy on the fifth kept back "
        f"{np.mean(found):.2%} ({min(found):.2%} to {max(found):.2%}), {seconds:.1f} s for all five."
    )


def main() -> None:
    torch.set_num_threads(1)
    kernels = os.environ.get("OPENBLAS_CORETYPE", "chosen by OpenBLAS")
    lines = [
        f"Python {platform.python_version()}, NumPy {np.__version__}, PyTorch {torch.__version__}; "
        f"{os.cpu_count()} cores; kernels of NumPy's matrix products: {kernels}.",
        "",
        f"| Figure 7.8, 1,000 steps, float64, median of {RUNS} | ms | ÷ plain loop |",
        "|---|---|---|",
        *figure_7_8(),
        "",
        digits(),
    ]
    print("\n".join(lines))
    results.write("training", kernels, lines)


if __name__ == "__main__":
    main()
