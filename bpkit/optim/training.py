"""A training under way: everything it depends on and changes, one epoch at a time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpkit.networks.backprop import backprop
from bpkit.networks.losses import Loss, Penalty, example_weights
from bpkit.networks.network import Network
from bpkit.networks.trace import Gradients
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array
from bpkit.optim.optimizer import Optimizer
from bpkit.optim.schedules import Schedule
from bpkit.optim.snapshot import Tree
from bpkit.optim.training_arguments import check_smallest_batch, checked_examples


@dataclass
class History:
    """What happened in a training.

    `steps` has the loss of every batch, with the penalty, as it was before the step on it. `epochs` has for each epoch
    what its steps add up to: for a loss with the reduction "mean" their mean, in which a batch counts by its examples,
    for "sum" their sum, so a penalty as often as there were steps. `validation` has the loss on the validation data
    after each epoch, without the penalty. `ended` says why the training stopped. `best` is the epoch, counted from 0,
    whose parameters the network holds, if they were restored (see `patience` of `bp.fit`); None if they are the last.
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
        schedule: Schedule | None, validation: Any, patience: int | None, penalty: Penalty | None, drop_last: bool,
        weights: Any,
    ) -> None:  # fmt: skip
        self.net, self.loss, self.optimizer, self.schedule = net, loss, optimizer, schedule
        self.data = checked_examples(net, loss, "data", data)
        self.validation = None if validation is None else checked_examples(net, loss, "validation", validation)
        examples = self.data[0].shape[1]
        self.batch_size, self.drop_last = whole_number("batch_size", batch_size), drop_last
        if self.batch_size > examples:
            raise ValueError(f"batch_size is {batch_size}, but data has {examples} examples.")
        self.used = examples - examples % self.batch_size if drop_last else examples  # in each epoch
        check_smallest_batch(net, self.data[0], self.used, self.batch_size)
        self.patience = None if patience is None else whole_number("patience", patience)
        if patience is not None and validation is None:
            raise ValueError("patience needs validation data: the training loss says nothing about when to stop.")
        self.weights = None if weights is None else example_weights(weights, examples)
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
            self.order, self.position = self.rng.permutation(self.data[0].shape[1]), 0
        grads: Gradients | None = None
        while self.position < self.used:
            batch = self.order[self.position : self.position + self.batch_size]
            x, y = self.data[0][:, batch], self.data[1][..., batch]
            weights = None if self.weights is None else self.weights[batch]
            value, grads = backprop(
                self.net, self.loss, x, y, weights=weights, penalty=self.penalty, rng=self.rng, out=grads
            )
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
        history.epochs.append(self.total / (self.used if self.loss.reduction == "mean" else 1))
        if validation is not None:
            history.validation.append(self.loss(self.net(validation[0]), validation[1]))
            before = math.nan if history.best is None else history.validation[history.best]
            if history.validation[-1] < before or math.isnan(before):
                history.best, self.best = self.number, [array.copy() for array in self.changing]
        if self.schedule is not None:
            self.schedule.step()
        if self.patience is not None and self.number - (history.best or 0) >= self.patience:
            history.ended = f"the validation loss has not fallen for {self.patience} epochs"
        self.number, self.order, self.total = self.number + 1, None, 0.0

    def keep_best(self) -> None:
        """With patience, restore the parameters of the best epoch; otherwise the last ones stay, and none is named."""
        if self.patience is None:
            self.history.best = None
        elif self.history.best is not None:
            for array, best in zip(self.changing, self.best, strict=True):
                array[...] = best

    def state(self) -> dict[str, Tree]:
        """Return all that the training depends on and changes, to be stored in a snapshot."""
        count, history = len(self.net.parameters), vars(self.history)
        return {
            "parameters": self.changing[:count], "states": self.changing[count:], "best": self.best,
            "optimizer": self.optimizer.state(), "schedule": self.schedule and self.schedule.state(),
            "rng": self.rng.bit_generator.state, "order": self.order, "position": self.position, "epoch": self.number,
            "total": self.total,
            "history": {name: np.array(one) if isinstance(one, list) else one for name, one in history.items()},
        }  # fmt: skip
