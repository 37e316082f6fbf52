"""The book's problems of chapter 06: 7.16 and 7.17."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpkit.networks.backprop import backprop
from bpkit.networks.losses import LeastSquares
from bpkit.networks.mlp import mlp
from bpkit.networks.network import Network
from bpkit.optim import SGD
from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator

# ---- 7.16: figure 7.8 ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """Called, it makes the network of an instance, always with the same weights; its seed stands for the instance."""

    seed: int

    def __call__(self) -> Network:
        return mlp([3, 5, 5, 2], rng=self.seed)


def drawn_7_16(start: Start) -> Arguments:
    """Five examples in batches of three: the last batch of an epoch is smaller."""
    rng = np.random.default_rng(start.seed)
    return {
        "make_network": start, "x": rng.normal(size=(3, 5)), "y": rng.normal(size=(2, 5)),
        "orders": [rng.permutation(5) for _ in range(3)], "batch_size": 3, "lr": float(rng.uniform(0.05, 0.1)),
        "momentum": float(rng.uniform(0.6, 0.9)), "step_size": 2, "gamma": float(rng.uniform(0.2, 0.6)),
    }  # fmt: skip


def instances_7_16(rng: Generator) -> Sequence[Arguments]:
    return [drawn_7_16(Start(int(rng.integers(30))))]


@functools.lru_cache(maxsize=10_000)  # training takes a thousand times as long as looking it up
def trained_7_16(
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
    a = drawn_7_16(start)
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


def slip_7_16(sentence: str, **planted: Any) -> Slip:
    """A slip in the loop, which changes the losses of the iterations and the end."""

    def answer(make_network: Start, **others: Any) -> Entries:
        found = trained_7_16(make_network, **planted)
        return {name: found[name] for name in ("losses", "final")}

    return Slip(answer, sentence)


def other_entry_7_16(sentence: str, name: str, change: Callable[[Arguments, Entries], Any]) -> Slip:
    """The loop is right, and one entry is made of it in another way."""
    return Slip(lambda **a: {name: change(a, trained_7_16(a["make_network"]))}, sentence)


def by_epoch(found: Entries) -> Any:
    return found["losses"].reshape(len(found["epoch_losses"]), -1)


PROBLEM_7_16 = Problem(
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
    instances=instances_7_16,
    truth=lambda make_network, **others: trained_7_16(make_network),
    slips=(
        slip_7_16("momentum is missing.", uses_momentum=False),
        slip_7_16("the learning rate never changes.", schedule="never"),
        slip_7_16("the schedule counts iterations; it is to count epochs.", schedule="batch"),
        slip_7_16("the learning rate falls one epoch too early: the first step_size epochs all have the first one.",
                  schedule="early"),
        slip_7_16("the batches are not taken in the given orders.", shuffled=False),
        slip_7_16("the last batch of each epoch is left out; it is smaller, and is used.", last=False),
        slip_7_16("the velocity is lost at the start of each epoch: make one optimizer, before the loop.", kept=False),
        slip_7_16("the loss is taken after the step; the figure takes it from the forward pass before.", after=True),
        slip_7_16("the gradient is of a loss averaged over the examples alone: MSELoss averages over the outputs too.",
                  scale=2.0),
        other_entry_7_16("this is the loss summed over the outputs; MSELoss averages over them too.", "losses",
                         lambda a, found: len(a["y"]) * found["losses"]),
        other_entry_7_16("this is the mean of the batch losses; the figure adds them up.", "epoch_losses",
                         lambda a, found: by_epoch(found).mean(axis=1)),
        other_entry_7_16("this is the last batch's loss; the figure adds up those of all batches.", "epoch_losses",
                         lambda a, found: by_epoch(found)[:, -1]),
        other_entry_7_16("this goes on adding up from epoch to epoch: start each one at 0.", "epoch_losses",
                         lambda a, found: np.cumsum(found["epoch_losses"])),
        other_entry_7_16("this is the loss of the last batch, before its step; take all examples, after it.", "final",
                         lambda a, found: found["losses"][-1]),
        other_entry_7_16("this is summed; the loss is a mean over examples and outputs.", "final",
                         lambda a, found: a["y"].size * found["final"]),
    ),
)  # fmt: skip


# ---- 7.17: two classes -----------------------------------------------------------------------------------------------


def instances_7_17(rng: Generator) -> Sequence[Arguments]:
    """Logits as they are at the start of training, and some so large that exp overflows."""
    y = rng.normal(size=(1, 6))
    y[0, :2] = 0.5, -0.5
    f = rng.choice([-800.0, 800.0], size=(1, 6))
    f[0, :3] = 800.0, 800.0, 0.5
    return [{"f": rng.normal(size=(1, 7)), "y": np.array([[1.5, -0.3, *rng.normal(size=5)]])}, {"f": f, "y": y}]


def sigmoid(f: Any) -> Any:
    return 0.5 * (1.0 + np.tanh(0.5 * f))  # no overflow, unlike exp


def cross_entropy(f: Any, t: Any) -> Any:
    return np.logaddexp(0.0, f) - t * f


def answers_7_17(f: Any, y: Any) -> Entries:
    t, p = (y > 0).astype(float), sigmoid(f)
    return {
        "t": t, "p": p, "loss": float(np.mean(cross_entropy(f, t))), "dl_df": (p - t) / f.size,
        "squares": 2 * (p - t) * p * (1 - p) / f.size,
    }  # fmt: skip


def slip_7_17(sentence: str, **wrong: Callable[[Any, Any, Any], Any]) -> Slip:
    """Slips as functions of the logits f, the targets t and the probabilities p."""
    return Slip(lambda f, y: {name: one(f, (y > 0).astype(float), sigmoid(f)) for name, one in wrong.items()}, sentence)


PROBLEM_7_17 = Problem(
    id="7.17",
    title="Two classes",
    points=4,
    minutes=30,
    hints=(
        "The network stays linear at its end: f is a logit, and sig[f] (7.37) turns it into a probability.",
        "The loss of one example is −log p where t = 1 and −log(1 − p) where t = 0 (7.36). Put 7.37 in and simplify.",
        "−log sig[f] = log(1 + exp[−f]) and −log(1 − sig[f]) = log(1 + exp[f]). np.logaddexp(0, f) does not overflow.",
        "The slope of sig is p(1 − p). Multiply it with ∂ℓ/∂p = −t/p + (1 − t)/(1 − p) on paper, before any number.",
    ),
    instances=instances_7_17,
    truth=answers_7_17,
    slips=(
        slip_7_17("−1 and 1 are two classes as well, but 7.36 needs 0 and 1.", t=lambda f, t, p: 2 * t - 1),
        slip_7_17("the classes are exchanged: t is 1 where y is positive.", t=lambda f, t, p: 1 - t),
        slip_7_17("this is the probability of class 0 (7.37 as the text prints it): the sign of f in exp.",
                  p=lambda f, t, p: 1 - p),
        slip_7_17("a softmax over one output is always 1; the sigmoid is the softmax of f and 0.",
                  p=lambda f, t, p: np.ones_like(p)),
        slip_7_17("tanh lies between −1 and 1; a probability lies between 0 and 1.", p=lambda f, t, p: np.tanh(f)),
        slip_7_17("this is the class that is predicted; asked is its probability.",
                  p=lambda f, t, p: (f > 0).astype(float)),
        slip_7_17("this is the sum over the examples; MSELoss averaged, and so does this loss.",
                  loss=lambda f, t, p: np.sum(cross_entropy(f, t))),
        slip_7_17("the classes are exchanged in the loss.", loss=lambda f, t, p: np.mean(cross_entropy(f, 1 - t))),
        slip_7_17("this leaves out the examples with t = 0: they add −log(1 − p).",
                  loss=lambda f, t, p: np.mean(t * cross_entropy(f, t))),
        slip_7_17("this is the squared difference of p and t; take 7.36.", loss=lambda f, t, p: np.mean((p - t) ** 2)),
        slip_7_17("this is the gradient of the sum; the mean divides by the number of examples.",
                  dl_df=lambda f, t, p: p - t, squares=lambda f, t, p: 2 * (p - t) * p * (1 - p)),
        slip_7_17("the sign: it is p that grows with f.", dl_df=lambda f, t, p: (t - p) / f.size),
        slip_7_17("the slope of the sigmoid is in it once too often: it cancels.",
                  dl_df=lambda f, t, p: (p - t) * p * (1 - p) / f.size),
        slip_7_17("this is the gradient of least squares; take that of 7.36.",
                  dl_df=lambda f, t, p: 2 * (p - t) * p * (1 - p) / f.size),
        slip_7_17("the logits are compared with the targets here; compare the probabilities.",
                  dl_df=lambda f, t, p: 2 * (f - t) / f.size, squares=lambda f, t, p: 2 * (f - t) / f.size),
        slip_7_17("the slope of the sigmoid is missing: here it does not cancel.",
                  squares=lambda f, t, p: 2 * (p - t) / f.size),
        slip_7_17("this is the gradient of 7.36; least squares keeps the slope of the sigmoid.",
                  squares=lambda f, t, p: (p - t) / f.size),
    ),
)  # fmt: skip


PROBLEMS = (PROBLEM_7_16, PROBLEM_7_17)
