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
class Case:
    """How many of what an instance has."""

    examples: int
    batch_size: int
    epochs: int
    step_size: int
    warmup: int


# A last batch of two, of one and of full size; rates that fall twice, in every epoch and once; warm-ups that end after
# the first fall, in the first iteration and with an epoch.
CASES = Case(5, 3, 5, 2, 5), Case(7, 3, 4, 1, 1), Case(4, 2, 4, 3, 6)


@dataclass(frozen=True)
class Start:
    """Called, it makes the network of an instance, always with the same weights; its seed stands for the instance."""

    seed: int
    case: Case

    def __call__(self) -> Network:
        return mlp([3, 5, 5, 2], rng=self.seed)


def drawn(start: Start) -> Arguments:
    rng, case = np.random.default_rng(start.seed), start.case
    return {
        "make_network": start, "x": rng.normal(size=(3, case.examples)), "y": rng.normal(size=(2, case.examples)),
        "orders": [unsorted(rng, case.examples) for _ in range(case.epochs)], "batch_size": case.batch_size,
        "lr": float(rng.uniform(0.05, 0.1)), "momentum": float(rng.uniform(0.6, 0.9)), "step_size": case.step_size,
        "gamma": float(rng.uniform(0.3, 0.7)), "warmup": case.warmup,
    }  # fmt: skip


def unsorted(rng: np.random.Generator, examples: int) -> Any:
    """A random order that is neither 0, 1, 2, … nor begins like it."""
    order = rng.permutation(examples)
    return order if order[0] != 0 else np.roll(order, 1)


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    seed = int(rng.integers(30))
    return [drawn(Start(seed + number, case)) for number, case in enumerate(CASES)]


def rate(a: Arguments, schedule: str, warmup: str, epoch: int, iteration: int) -> float:
    """The learning rate of an iteration; any schedule but "epoch" and any warm-up but "linear" is a slip."""
    size, length = a["step_size"], a["warmup"]
    falls = {
        "epoch": epoch // size, "early": (epoch + 1) // size, "batch": iteration // size, "never": 0,
        "every later": max(0, epoch - size + 1), "once": min(1, epoch // size), "after": max(0, epoch - 1) // size,
        "epochs after": max(0, iteration - length) // batches(a) // size,
    }[schedule]  # fmt: skip
    rises = {
        "linear": (iteration + 1) / length, "none": 1.0, "from zero": iteration / length,
        "epochs": (epoch + 1) / length, "one more": (iteration + 1) / (length + 1),
    }[warmup]  # fmt: skip
    return float(a["lr"] * a["gamma"] ** falls * min(1.0, rises))


def batches(a: Arguments) -> int:
    return -(-a["x"].shape[1] // a["batch_size"])


def batches_of(a: Arguments, order: Any, cut: str) -> list[Any]:
    """The batches of an epoch; any cut but "in turn" is a slip."""
    size = a["batch_size"]
    if cut == "even":
        return np.array_split(order, batches(a))
    if cut == "sorted":
        order = np.arange(len(order))
    return [order[first : first + size] for first in range(0, len(order), size)
            if cut != "full" or first + size <= len(order)]  # fmt: skip


@functools.lru_cache(maxsize=10_000)  # training takes a thousand times as long as looking it up
def trained(
    start: Start,
    scale: float = 1.0,
    uses_momentum: bool = True,
    schedule: str = "epoch",
    warmup: str = "linear",
    cut: str = "in turn",
    kept: bool = True,
    after: bool = False,
) -> Entries:
    """The loop of figure 7.8 with a warm-up; every keyword after `start` plants a slip."""
    a = drawn(start)
    x, y = a["x"], a["y"]
    loss, net = LeastSquares(reduction="mean"), start()
    losses: list[float] = []
    per_epoch: list[float] = []
    momentum = a["momentum"] if uses_momentum else 0.0
    optimizer = SGD(net.parameters, a["lr"], momentum=momentum)
    for epoch, order in enumerate(a["orders"]):
        if not kept:
            optimizer = SGD(net.parameters, a["lr"], momentum=momentum)
        before = len(losses)
        for batch in batches_of(a, order, cut):
            optimizer.lr = scale * max(rate(a, schedule, warmup, epoch, len(losses)), 1e-300)  # SGD wants it positive
            value, gradients = backprop(net, loss, x[:, batch], y[:, batch])
            optimizer.step(gradients.parameters)
            losses.append(loss(net(x[:, batch]), y[:, batch]) if after else value)
        per_epoch.append(sum(losses[before:]))
    return {"losses": np.array(losses), "epoch_losses": np.array(per_epoch), "final": loss(net(x), y)}


def slip(sentence: str, **changes: Any) -> Slip:
    """A slip in the loop, which changes all that comes out."""
    return Slip(lambda make_network, **others: trained(make_network, **changes), sentence)


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
        "One iteration: set optimizer.lr, bp.backprop on the columns of the batch, note the loss, optimizer.step.",
        "Two counts: the epoch says how often gamma is a factor, epoch // step_size; the iteration drives the warm-up.",
        "The warm-up's factor is min(1, (t + 1) / warmup), where t counts the iterations of all epochs from 0.",
    ),
    instances=instances,
    truth=lambda make_network, **others: trained(make_network),
    follows={
        "epoch_losses": (
            ("losses",), lambda given, orders, **_: np.reshape(given["losses"], (len(orders), -1)).sum(axis=1)
        ),
    },
    slips=(
        slip("this is figure 7.8 without the warm-up: the first `warmup` iterations have smaller rates.",
             warmup="none"),
        slip("the first iteration has the rate 0; with t from 0 the factor is (t + 1)/warmup.", warmup="from zero"),
        slip("the warm-up counts epochs; it is to count iterations.", warmup="epochs"),
        slip("the warm-up takes one iteration too many: that with the number warmup − 1 has the full rate.",
             warmup="one more"),
        slip("momentum is missing.", uses_momentum=False),
        slip("the learning rate never falls.", schedule="never"),
        slip("the learning rate falls once and never again: after every step_size epochs there is one more factor.",
             schedule="once"),
        slip("after its first fall the learning rate falls in every epoch; there are step_size epochs between two.",
             schedule="every later"),
        slip("the schedule counts iterations; it is to count epochs.", schedule="batch"),
        slip("the learning rate falls one epoch too early: the first step_size epochs all have the first one.",
             schedule="early"),
        slip("the learning rate falls one epoch too late: count the epochs from 0.", schedule="after"),
        slip("the epochs are counted from the end of the warm-up; the schedule counts all of them.",
             schedule="epochs after"),
        slip("the batches are not taken in the given orders.", cut="sorted"),
        slip("the last batch of each epoch is left out when it is smaller; it is used.", cut="full"),
        slip("the batches are made equally large; each holds batch_size, and the last one what is left.", cut="even"),
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
