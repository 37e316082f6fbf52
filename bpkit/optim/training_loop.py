"""The training loop: epochs of minibatches, with early stopping, and a file from which an interrupted one goes on."""

import hashlib
import math
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit.networks.backprop import backprop
from bpkit.networks.losses import Loss, Penalty
from bpkit.networks.network import Network
from bpkit.numerical.arguments import whole_number
from bpkit.optim import Optimizer, Schedule
from bpkit.optim.snapshot import Tree, read, write

Array = NDArray[Any]
Examples = tuple[Array, Array]

SECONDS = 5.0  # between two snapshots: what an interruption costs at most
SECONDS_WITHOUT_BAR = 2.0  # unless tqdm's own variable TQDM_DELAY says otherwise


@dataclass
class History:
    """What happened in a training: the loss of every step, its mean over every epoch, and the validation losses.

    `ended` says why it stopped; `best` is the epoch, counted from 0, whose parameters were kept by early stopping.
    """

    steps: list[float] = field(default_factory=list)
    epochs: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    best: int | None = None
    ended: str = ""


def fit(
    net: Network,
    loss: Loss,
    data: tuple[Any, Any],
    optimizer: Optimizer,
    epochs: int,
    *,
    batch_size: int,
    rng: np.random.Generator | int,
    schedule: Schedule | None = None,
    validation: tuple[Any, Any] | None = None,
    patience: int | None = None,
    penalty: Penalty | None = None,
    snapshot: str | os.PathLike[str] | None = None,
) -> History:
    """Train a network on minibatches, every example once in an epoch, in a new order each time; return what happened.

    `data` is a pair (x, y) whose columns are examples. The last batch of an epoch may be smaller. `rng` draws the
    orders and what random layers need. `schedule.step()` is called after each epoch. With `validation`, another pair,
    the loss on it is recorded after each epoch (without the penalty, and as outside of training); with `patience` as
    well, the training ends when it has not fallen for so many epochs, and the best parameters are put back. A loss that
    is not finite ends the training. A progress bar appears when it takes longer than two seconds.

    `snapshot` is the name of a file. Every five seconds, and at the end, everything the training depends on is written
    to it; if there is such a file already, the training goes on from it, and ends bit for bit as if it had never been
    interrupted. With a larger number of `epochs`, it goes on where it ended.

    Raises TypeError or ValueError for data that do not fit the network or the loss, a batch larger than the data, and a
    snapshot that is damaged or belongs to another training.

    >>> import bpkit as bp
    >>> x = np.linspace(-1, 1, 50)[None, :]
    >>> net = bp.mlp([1, 20, 1], rng=0)
    >>> optimizer = bp.SGD(net.parameters, lr=0.1)
    >>> history = fit(net, bp.LeastSquares("mean"), (x, x**2), optimizer, epochs=20, batch_size=10, rng=0)
    >>> len(history.steps), history.epochs[-1] < history.epochs[0], history.ended
    (100, True, 'all epochs')
    """
    x, y = _checked(net, loss, "data", data)
    held_out = None if validation is None else _checked(net, loss, "validation", validation)
    epochs, batch_size = whole_number("epochs", epochs), whole_number("batch_size", batch_size)
    if batch_size > x.shape[1]:
        raise ValueError(f"batch_size is {batch_size}, but data has {x.shape[1]} examples.")
    if patience is not None:
        whole_number("patience", patience)
        if held_out is None:
            raise ValueError("patience needs validation data: the training loss says nothing about when to stop.")
    run = _Run(net, optimizer, schedule, np.random.default_rng(rng))
    path = None if snapshot is None else Path(snapshot)
    signature = _signature(net, loss, (x, y), held_out, optimizer, batch_size, penalty)
    if path is not None and path.exists():
        run.restore(read(path), signature, path)
    written = time.monotonic()

    def save() -> None:
        nonlocal written
        if path is not None:
            write(path, {**run.state(), "signature": signature})
            written = time.monotonic()

    with _progress(epochs * math.ceil(x.shape[1] / batch_size), len(run.history.steps)) as bar:
        while run.history.ended in ("", "all epochs") and run.epoch < epochs:
            if run.order is None:
                run.order, run.position = run.rng.permutation(x.shape[1]), 0
            while run.position < x.shape[1]:
                batch = run.order[run.position : run.position + batch_size]
                value, grads = backprop(net, loss, x[:, batch], y[..., batch], penalty=penalty, rng=run.rng)
                run.history.steps.append(value)
                if not math.isfinite(value):
                    run.history.ended = f"the loss was {value} in step {len(run.history.steps) - 1}"
                    break
                optimizer.step(grads.parameters)
                run.total += value * len(batch) if loss.reduction == "mean" else value
                run.position += batch_size
                bar.update()
                if time.monotonic() - written > SECONDS:
                    save()
            else:
                share = x.shape[1] if loss.reduction == "mean" else 1
                run.end_epoch(run.total / share, None if held_out is None else loss(net(held_out[0]), held_out[1]))
                if patience is not None and run.epoch - 1 - run.best_epoch() >= patience:
                    run.history.ended = f"the validation loss has not fallen for {patience} epochs"
                    run.keep_best()
        run.history.ended = run.history.ended or "all epochs"
    save()
    return run.history


class _Run:
    """Everything that a training depends on and changes."""

    def __init__(self, net: Network, optimizer: Optimizer, schedule: Schedule | None, rng: np.random.Generator) -> None:
        self.net, self.optimizer, self.schedule, self.rng = net, optimizer, schedule, rng
        self.states = [array for layer in net.layers for array in layer.state]
        self.history = History()
        self.epoch = self.position = 0
        self.total = 0.0  # of the losses in this epoch
        self.order: Array | None = None  # of the examples in this epoch, once it has begun
        self.best: list[Array] = []  # parameters and states of the epoch with the lowest validation loss

    def end_epoch(self, mean: float, validation: float | None) -> None:
        """Write down an epoch, and get ready for the next."""
        self.history.epochs.append(mean)
        if validation is not None:
            self.history.validation.append(validation)
            if self.history.best is None or validation < self.history.validation[self.history.best]:
                self.history.best = self.epoch
                self.best = [array.copy() for array in (*self.net.parameters, *self.states)]
        if self.schedule is not None:
            self.schedule.step()
        self.epoch, self.order, self.total = self.epoch + 1, None, 0.0

    def best_epoch(self) -> int:
        """The epoch with the lowest validation loss; the first, if none was a number."""
        return self.history.best or 0

    def keep_best(self) -> None:
        """Put the best parameters back."""
        for array, best in zip((*self.net.parameters, *self.states), self.best, strict=True):
            array[...] = best

    def state(self) -> dict[str, Tree]:
        """Return what `restore` needs."""
        return {
            "parameters": list(self.net.parameters), "states": self.states, "best": self.best,
            "optimizer": self.optimizer.state(), "schedule": self.schedule and self.schedule.state(),
            "rng": self.rng.bit_generator.state, "order": self.order, "position": self.position, "epoch": self.epoch,
            "total": self.total, "history": vars(self.history),
        }  # fmt: skip

    def restore(self, snapshot: Tree, signature: dict[str, str], path: Path) -> None:
        """Go on where the snapshot was written, if it belongs to this training."""
        differing = [name for name, value in signature.items() if snapshot["signature"].get(name) != value]
        if (snapshot["schedule"] is None) != (self.schedule is None):
            differing.append("schedule")
        if snapshot["rng"]["bit_generator"] != self.rng.bit_generator.state["bit_generator"]:
            differing.append("rng")
        if differing:
            raise ValueError(
                f"snapshot {str(path)!r} belongs to another training: {' and '.join(differing)} differ. Choose another "
                "name, or delete it to begin again."
            )
        # These two look at their settings, so they come before anything of the reader's is changed.
        self.optimizer.restore(snapshot["optimizer"])
        if self.schedule is not None:
            self.schedule.restore(snapshot["schedule"])
        for array, saved in zip(self.net.parameters, snapshot["parameters"], strict=True):
            array[...] = saved
        for array, saved in zip(self.states, snapshot["states"], strict=True):
            array[...] = saved
        self.rng.bit_generator.state = snapshot["rng"]
        self.history = History(**snapshot["history"])
        self.best, self.order = snapshot["best"], snapshot["order"]
        self.position, self.epoch, self.total = snapshot["position"], snapshot["epoch"], snapshot["total"]


def _checked(net: Network, loss: Loss, name: str, data: Any) -> Examples:
    """Return the pair (x, y), looked at by the network and the loss: a wrong label is found before the first step."""
    if not isinstance(data, tuple | list) or len(data) != 2:
        raise TypeError(f"{name} is {type(data).__name__}, expected a pair (x, y).")
    x, y = net.checked(data[0]), np.asarray(data[1])
    if y.shape[-1:] != (x.shape[1],):
        slip = ": did you mean y.T?" if y.ndim == 2 and y.shape[0] == x.shape[1] else "."
        raise ValueError(
            f"y in {name} has shape {y.shape}, but x has {x.shape[1]} examples, a column each; the last number has to "
            f"be {x.shape[1]}{slip}"
        )
    rows = net(x[:, :1]).shape[0]
    loss(np.zeros((rows, x.shape[1]), net.dtype), y)
    return x, y


def _signature(
    net: Network, loss: Loss, data: Examples, held_out: Examples | None, optimizer: Optimizer, batch_size: int,
    penalty: Penalty | None,
) -> dict[str, str]:  # fmt: skip
    """What must be the same for a training to go on, as text."""
    return {
        "network": repr(net), "loss": repr(loss), "optimizer": type(optimizer).__name__, "data": _fingerprint(data),
        "validation": _fingerprint(held_out or ()), "batch_size": str(batch_size), "penalty": repr(penalty),
    }  # fmt: skip


def _fingerprint(arrays: Iterable[Array]) -> str:
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.shape} {array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def _progress(steps: int, done: int) -> Any:
    """A progress bar, from tqdm where it is installed."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _NoBar()
    delay = float(os.environ.get("TQDM_DELAY", SECONDS_WITHOUT_BAR))
    return tqdm(total=steps, initial=done, unit="step", delay=delay, leave=False)


class _NoBar:
    def __enter__(self) -> "_NoBar":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def update(self) -> None:
        pass
