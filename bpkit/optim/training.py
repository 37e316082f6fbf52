"""A training under way: everything it depends on and changes, one epoch at a time."""

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from bpkit.networks.backprop import backprop
from bpkit.networks.losses import Loss, Penalty
from bpkit.networks.network import Network
from bpkit.networks.trace import Gradients
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array
from bpkit.optim.optimizer import Optimizer
from bpkit.optim.schedules import Schedule
from bpkit.optim.snapshot import Tree

Examples = tuple[Array, Array]


@dataclass
class History:
    """What happened in a training: the loss of every step, its mean over every epoch, and the validation losses.

    `ended` says why it stopped; `best` is the epoch, counted from 0, whose parameters early stopping restored.
    """

    steps: list[float] = field(default_factory=list)
    epochs: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    best: int | None = None
    ended: str = ""


class Training:
    """A network, its data and an optimizer, with what has happened so far in `history`."""

    def __init__(
        self, net: Network, loss: Loss, data: Any, optimizer: Optimizer, batch_size: int, rng: np.random.Generator, *,
        schedule: Schedule | None, validation: Any, patience: int | None, penalty: Penalty | None,
    ) -> None:  # fmt: skip
        self.net, self.loss, self.optimizer, self.schedule = net, loss, optimizer, schedule
        self.data = checked_examples(net, loss, "data", data)
        self.validation = None if validation is None else checked_examples(net, loss, "validation", validation)
        self.examples, self.batch_size = self.data[0].shape[1], whole_number("batch_size", batch_size)
        if self.batch_size > self.examples:
            raise ValueError(f"batch_size is {batch_size}, but data has {self.examples} examples.")
        self.patience = None if patience is None else whole_number("patience", patience)
        if patience is not None and validation is None:
            raise ValueError("patience needs validation data: the training loss says nothing about when to stop.")
        self.penalty, self.rng = penalty, rng
        self.changing = [*net.parameters, *(array for layer in net.layers for array in layer.state)]
        self.history = History()
        self.number = self.position = 0  # of epochs that are complete, and of examples used in the present one
        self.total = 0.0  # of the losses in this epoch
        self.order: Array | None = None  # of the examples in this epoch, once it has begun
        self.best: list[Array] = []  # parameters and state of the epoch with the lowest validation loss

    def epoch(self) -> Iterator[None]:
        """Train for an epoch, or for the rest of one, and yield after every step.

        Ends early, and says so in the history, when the loss is not finite.
        """
        if self.order is None:
            self.order, self.position = self.rng.permutation(self.examples), 0
        grads: Gradients | None = None
        while self.position < self.examples:
            batch = self.order[self.position : self.position + self.batch_size]
            x, y = self.data[0][:, batch], self.data[1][..., batch]
            value, grads = backprop(self.net, self.loss, x, y, penalty=self.penalty, rng=self.rng, out=grads)
            self.history.steps.append(value)
            if not math.isfinite(value):
                self.history.ended = f"the loss was {value} in step {len(self.history.steps) - 1}"
                return
            self.optimizer.step(grads.parameters)
            self.total += value * len(batch) if self.loss.reduction == "mean" else value
            self.position += self.batch_size
            yield
        self._end_epoch()

    def _end_epoch(self) -> None:
        """Record the epoch, get ready for the next, and stop if the validation loss no longer falls."""
        history, validation = self.history, self.validation
        history.epochs.append(self.total / (self.examples if self.loss.reduction == "mean" else 1))
        if validation is not None:
            history.validation.append(self.loss(self.net(validation[0]), validation[1]))
            if history.best is None or history.validation[-1] < history.validation[history.best]:
                history.best, self.best = self.number, [array.copy() for array in self.changing]
        if self.schedule is not None:
            self.schedule.step()
        if self.patience is not None and self.number - (history.best or 0) >= self.patience:
            history.ended = f"the validation loss has not fallen for {self.patience} epochs"
            for array, best in zip(self.changing, self.best, strict=True):
                array[...] = best
        self.number, self.order, self.total = self.number + 1, None, 0.0

    def state(self) -> dict[str, Tree]:
        """Return what `restore` needs."""
        count = len(self.net.parameters)
        return {
            "parameters": self.changing[:count], "states": self.changing[count:], "best": self.best,
            "optimizer": self.optimizer.state(), "schedule": self.schedule and self.schedule.state(),
            "rng": self.rng.bit_generator.state, "order": self.order, "position": self.position, "epoch": self.number,
            "total": self.total, "history": vars(self.history), "signature": self.signature,
        }  # fmt: skip

    def restore(self, snapshot: Tree, path: Path) -> None:
        """Go on where the snapshot was written, if it belongs to this training."""
        differing = [name for name, value in self.signature.items() if snapshot["signature"].get(name) != value]
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
        for array, saved in zip(self.changing, [*snapshot["parameters"], *snapshot["states"]], strict=True):
            array[...] = saved
        self.rng.bit_generator.state = snapshot["rng"]
        self.history = History(**snapshot["history"])
        self.best, self.order = snapshot["best"], snapshot["order"]
        self.position, self.number, self.total = snapshot["position"], snapshot["epoch"], snapshot["total"]

    @cached_property
    def signature(self) -> dict[str, str]:
        """What must be the same for a training to go on, as text."""
        return {
            "network": repr(self.net), "loss": repr(self.loss), "optimizer": type(self.optimizer).__name__,
            "data": _fingerprint(self.data), "validation": _fingerprint(self.validation or ()),
            "batch_size": str(self.batch_size), "penalty": repr(self.penalty),
        }  # fmt: skip


def checked_examples(net: Network, loss: Loss, name: str, data: Any) -> Examples:
    """Return the pair (x, y) after network and loss have looked at it: a wrong label is found before the first step."""
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


def _fingerprint(arrays: Iterable[Array]) -> str:
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.shape} {array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
    return found.hexdigest()
