"""Problem 7.16: figure 7.8."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpkit.networks.backprop import backprop
from bpkit.networks.losses import LeastSquares
from bpkit.networks.mlp import mlp
from bpkit.networks.network import Network
from bpkit.optim import SGD
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import wrong_from


@dataclass(frozen=True)
class Start:
    """Called, it makes the network of an instance, always with the same weights; its seed stands for the instance."""

    seed: int

    def __call__(self) -> Network:
        return mlp([3, 5, 5, 2], rng=self.seed)


def drawn(start: Start) -> Arguments:
    """Five examples in batches of three: the last batch of an epoch is smaller."""
    rng = np.random.default_rng(start.seed)
    return {
        "make_network": start, "x": rng.normal(size=(3, 5)), "y": rng.normal(size=(2, 5)),
        "orders": [rng.permutation(5) for _ in range(3)], "batch_size": 3, "lr": float(rng.uniform(0.05, 0.1)),
        "momentum": float(rng.uniform(0.6, 0.9)), "step_size": 2, "gamma": float(rng.uniform(0.2, 0.6)),
    }  # fmt: skip


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [drawn(Start(int(rng.integers(30))))]


@functools.lru_cache(maxsize=10_000)  # training takes a thousand times as long as looking it up
def trained(
    start: Start,
    scale: float = 1.0,
    uses_momentum: bool = True,
    schedule: str = "epoch",
    shuffled: bool = True,
    last: bool = True,
    kept: bool = True,
    after: bool = False,
) -> Entries:
    """The loop of figure 7.8; every keyword after `start` plants a slip."""
    a = drawn(start)
    x, y, lr = a["x"], a["y"], a["lr"]
    examples, loss, net = x.shape[1], LeastSquares(reduction="mean"), start()
    losses: list[float] = []
    per_epoch: list[float] = []
    momentum = a["momentum"] if uses_momentum else 0.0
    optimizer = SGD(net.parameters, lr, momentum=momentum)
    for epoch, order in enumerate(a["orders"]):
        if not kept:
            optimizer = SGD(net.parameters, lr, momentum=momentum)
        counted = {"epoch": epoch, "early": epoch + 1, "batch": 0, "never": 0}[schedule]
        optimizer.lr = scale * lr * a["gamma"] ** (counted // a["step_size"])
        before = len(losses)
        for first in range(0, examples if last else examples - a["batch_size"] + 1, a["batch_size"]):
            if schedule == "batch":
                optimizer.lr = lr * a["gamma"] ** (len(losses) // a["step_size"])
            batch = (order if shuffled else np.arange(examples))[first : first + a["batch_size"]]
            value, gradients = backprop(net, loss, x[:, batch], y[:, batch])
            optimizer.step(gradients.parameters)
            losses.append(loss(net(x[:, batch]), y[:, batch]) if after else value)
        per_epoch.append(sum(losses[before:]))
    return {"losses": np.array(losses), "epoch_losses": np.array(per_epoch), "final": loss(net(x), y)}


def slip(sentence: str, **changes: Any) -> Slip:
    """A slip in the loop, which changes the losses of the iterations and the end."""

    def answer(make_network: Start, **others: Any) -> Entries:
        found = trained(make_network, **changes)
        return {name: found[name] for name in ("losses", "final")}

    return Slip(answer, sentence)


def with_answer(**arguments: Any) -> tuple[Arguments, Entries]:
    """The arguments, and the right answer for them: for entries that are made of it in another way."""
    return arguments, trained(arguments["make_network"])


def by_epoch(found: Entries) -> Any:
    return found["losses"].reshape(len(found["epoch_losses"]), -1)


PROBLEM = Problem(
    id="7.16",
    title="Figure 7.8, by iteration and by epoch",
    points=4,
    minutes=30,
    hints=(
        "Two loops: over the epochs, and over the columns of x in steps of batch_size, in the order of the epoch.",
        "One iteration: bp.backprop on the columns of the batch, note the loss, then optimizer.step.",
        "order[first : first + batch_size] is shorter at the end by itself. Set optimizer.lr at the start of an epoch.",
        "In epoch e (counted from 0) the learning rate is lr * gamma ** (e // step_size). Momentum needs no reset.",
    ),
    instances=instances,
    truth=lambda make_network, **others: trained(make_network),
    follows={
        "epoch_losses": (
            ("losses",), lambda given, orders, **_: np.reshape(given["losses"], (len(orders), -1)).sum(axis=1)
        ),
    },
    slips=(
        slip("momentum is missing.", uses_momentum=False),
        slip("the learning rate never changes.", schedule="never"),
        slip("the schedule counts iterations; it is to count epochs.", schedule="batch"),
        slip("the learning rate falls one epoch too early: the first step_size epochs all have the first one.",
             schedule="early"),
        slip("the batches are not taken in the given orders.", shuffled=False),
        slip("the last batch of each epoch is left out; it is smaller, and is used.", last=False),
        slip("the velocity is lost at the start of each epoch: make one optimizer, before the loop.", kept=False),
        slip("the loss is taken after the step; the figure takes it from the forward pass before.", after=True),
        slip("the gradient is of a loss averaged over the examples alone: MSELoss averages over the outputs too.",
             scale=2.0),
        wrong_from(with_answer, "this is the loss summed over the outputs; MSELoss averages over them too.",
                   losses=lambda a, right: len(a["y"]) * right["losses"]),
        wrong_from(with_answer, "this is the mean of the batch losses; the figure adds them up.",
                   epoch_losses=lambda a, right: by_epoch(right).mean(axis=1)),
        wrong_from(with_answer, "this is the last batch's loss; the figure adds up those of all batches.",
                   epoch_losses=lambda a, right: by_epoch(right)[:, -1]),
        wrong_from(with_answer, "this goes on adding up from epoch to epoch: start each one at 0.",
                   epoch_losses=lambda a, right: np.cumsum(right["epoch_losses"])),
        wrong_from(with_answer, "this is the loss of the last batch, before its step; take all examples, after it.",
                   final=lambda a, right: right["losses"][-1]),
        wrong_from(with_answer, "this is summed; the loss is a mean over examples and outputs.",
                   final=lambda a, right: a["y"].size * right["final"]),
    ),
)  # fmt: skip
