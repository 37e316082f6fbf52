"""Problem 6.a: count first."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong_from


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """A smaller last batch, and none; the rate falls for the last epoch, some epochs before, and right behind it."""
    B, step = int(rng.integers(11, 20)), int(rng.integers(4, 7))
    return [
        {"examples": examples, "batch_size": size, "epochs": epochs, "lr": float(rng.uniform(0.01, 0.2)),
         "step_size": step_size, "gamma": float(rng.uniform(0.3, 0.8))}
        for examples, size, epochs, step_size in ((105, 10, 7, 3), (5 * B + 3, B, 3 * step + 2, step),
                                           (3 * B, B, 3 * step, step))
    ]  # fmt: skip


def count(
    examples: Any, batch_size: Any, epochs: Any, lr: Any, step_size: Any, gamma: Any,
    batches: Callable[[int, int], int] = lambda examples, size: -(-examples // size),
    reductions: Callable[[int, int], int] = lambda epoch, step_size: epoch // step_size,
) -> Entries:  # fmt: skip
    """The four numbers, added up one by one; the last two keywords plant slips."""
    rates = [lr * gamma ** reductions(epoch, step_size) for epoch in range(epochs)]
    each = batches(examples, batch_size)
    return {"steps": epochs * each, "last_lr": rates[-1], "reach": each * sum(rates),
            "reach_forever": each * step_size * lr / (1 - gamma)}  # fmt: skip


def with_answer(**arguments: Any) -> tuple[Arguments, Entries]:
    """The arguments, and the right answer for them."""
    return arguments, count(**arguments)


PROBLEM = Problem(
    id="6.a",
    title="Count first",
    points=2,
    minutes=15,
    hints=(
        "The last batch of an epoch may be smaller, and it is a step too. Count the epochs from 0.",
        "A step moves a parameter by its learning rate times a slope of at most 1: add up the learning rates.",
        "Each learning rate serves for step_size epochs. For ever: a series 1 + γ + γ² + …",
    ),
    instances=instances,
    truth=count,
    follows={
        "reach": (("steps",), lambda given, **a: given["steps"] / count(**a)["steps"] * count(**a)["reach"]),
        "reach_forever": (
            ("steps",), lambda given, **a: given["steps"] / count(**a)["steps"] * count(**a)["reach_forever"]
        ),
    },
    slips=(
        planted(count, "the last batch of an epoch, with fewer examples, is not counted.",
                batches=lambda n, size: n // size),
        planted(count, "when the batch size divides the number of examples, there is no smaller batch at the end.",
                batches=lambda n, size: n // size + 1),
        planted(count, "one step is made for each batch, not each example.", batches=lambda n, size: n),
        planted(count, "this counts epochs; there are several steps in each.", batches=lambda n, size: 1),
        wrong_from(with_answer, "the learning rate changes after the last epoch once more, but then no step follows.",
                   last_lr=lambda a, right: a["lr"] * a["gamma"] ** (a["epochs"] // a["step_size"])),
        wrong_from(with_answer,
                   "the schedule counts epochs here, so it reduces the rate every step_size of them, not each time.",
                   last_lr=lambda a, right: a["lr"] * a["gamma"] ** (a["epochs"] - 1)),
        wrong_from(with_answer, "the schedule counts epochs, not steps.",
                   last_lr=lambda a, right: a["lr"] * a["gamma"] ** ((right["steps"] - 1) // a["step_size"])),
        wrong_from(with_answer, "this is where it starts.", last_lr=lambda a, right: a["lr"]),
        wrong_from(with_answer, "the learning rate gets smaller on the way.",
                   reach=lambda a, right: right["steps"] * a["lr"]),
        wrong_from(with_answer, "the learning rate is that of the last step only at the end.",
                   reach=lambda a, right: right["steps"] * right["last_lr"]),
        wrong_from(with_answer, "each learning rate serves for step_size epochs.",
                   reach_forever=lambda a, right: right["steps"] / a["epochs"] * a["lr"] / (1 - a["gamma"])),
        wrong_from(with_answer, "the steps of one epoch are missing as a factor.",
                   reach_forever=lambda a, right: a["step_size"] * a["lr"] / (1 - a["gamma"])),
        wrong_from(with_answer, "the series 1 + γ + γ² + … is 1/(1 − γ).",
                   reach_forever=lambda a, right: right["steps"] / a["epochs"] * a["step_size"] * a["lr"] / a["gamma"]),
        wrong_from(with_answer, "this is as far as it comes in the given number of epochs.",
                   reach_forever=lambda a, right: right["reach"]),
    ),
)  # fmt: skip
