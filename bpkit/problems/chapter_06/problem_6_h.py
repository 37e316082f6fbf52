"""Problem 6.h: early stopping."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong_from


def curve(rng: np.random.Generator, patience: int, min_delta: float) -> list[float]:
    """A loss that falls, rests for less than the patience, falls again, creeps, and rises."""
    losses = [3.0, 2.0, *(2.2 + 0.1 * rng.uniform(size=patience - 1)), 1.5]
    losses += [1.8, 1.6, 1.7][: patience - 1]
    losses += [1.0, *(1.0 - 0.2 * min_delta * np.arange(1, patience))]
    losses += [0.5, 0.5, *(0.9 - 0.1 * np.arange(patience)), 0.3, 0.2, 0.6]
    return [float(loss) for loss in losses]


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """A curve with everything; one that creeps down; one with NaNs, also the first; one that never gets worse.

    Then those at the edges, see `edges`.
    """
    found: list[Arguments] = []
    for kind in ("all", "creeping", "nan", "falling"):
        patience, min_delta = int(rng.integers(3, 6)), float(rng.uniform(0.05, 0.09))
        losses = curve(rng, patience, min_delta)
        if kind == "nan":
            late = losses.index(0.5) + 2
            losses = [*[math.nan] * patience, *losses[:late], math.nan, *losses[late:]]
            patience += 1  # nothing has been better for as long as training can go on
        if kind == "creeping":
            losses = [2.0, 1.0, *(1.0 - min_delta / 8 * np.arange(1, 8)).tolist(), 0.1]
        if kind == "falling":
            losses = [5.0 * 0.8**epoch for epoch in range(6)]
        found.append({"losses": losses, "patience": patience, "min_delta": min_delta})
    return [*found, *edges(rng)]


def edges(rng: np.random.Generator) -> list[Arguments]:
    """Better by exactly min_delta, by 0, nothing better than the first, patience 1, an end too soon, a single epoch.

    The numbers are halves, quarters and eighths, so that differences are exact; large and small losses tell a
    difference from a proportion.
    """
    eighth = int(rng.integers(1, 3)) / 8
    exact = [4.0, 4.0 - 2 * eighth, 4.0 - 3 * eighth, 4.0 - 4 * eighth, 0.5, 0.5 - eighth / 2, 0.5 - eighth, 0.1]
    equal = [1.0, *rng.choice([0.5, 0.75, 0.875], size=1).tolist() * 2, 0.25, 0.25, 0.25, 0.125]
    return [
        {"losses": exact, "patience": 2, "min_delta": eighth}, {"losses": equal, "patience": 2, "min_delta": 0.0},
        {"losses": [0.5, *(0.5 + rng.uniform(0.1, 0.5, size=4)).tolist(), 0.25], "patience": 4, "min_delta": 0.125},
        {"losses": [2.0, 1.0, 1.5, 0.5], "patience": 1, "min_delta": 0.25},
        {"losses": [3.0, 2.0, 2.5, *rng.uniform(2.1, 2.4, size=2).tolist()], "patience": 4, "min_delta": 0.25},
        {"losses": [float(rng.uniform(0.5, 2.0))], "patience": 1, "min_delta": 0.125},
    ]  # fmt: skip


def stopped(
    losses: Any, patience: Any, min_delta: Any,
    better: Callable[[float, float, float], bool] = lambda loss, best, delta: loss < best - delta,
    reset: bool = True,
    late: int = 0,
    previous: bool = False,
    follows: bool = False,
) -> Entries:  # fmt: skip
    """The best epoch, the number of epochs that are run and the loss that is kept; later keywords plant slips."""
    best, best_epoch, waited = math.inf, 0, 0
    epoch = 0
    for epoch, loss in enumerate(losses):
        if better(loss, best, min_delta):
            best, best_epoch, waited = loss, epoch, waited * (not reset)
        else:
            waited += 1
            if previous:
                best = loss
            if follows and loss < best:
                best, best_epoch = loss, epoch
        if waited >= patience + late:
            break
    return {"best_epoch": best_epoch, "epochs": epoch + 1, "best_loss": float(losses[best_epoch])}


def with_answer(**arguments: Any) -> tuple[Arguments, Entries]:
    """The arguments, and the right answer for them."""
    return arguments, stopped(**arguments)


def finite(losses: Any) -> Iterator[tuple[float, int]]:
    return ((loss, epoch) for epoch, loss in enumerate(losses) if not math.isnan(loss))


PROBLEM = Problem(
    id="6.h",
    title="Early stopping",
    points=2,
    minutes=15,
    hints=(
        "Three things go along the loop: the best loss so far, its epoch, and how long nothing has been better.",
        "Better means loss < best − min_delta. Then the counter is set back to 0; otherwise it grows by 1.",
        "Stop as soon as the counter reaches the patience. A NaN is never smaller than anything.",
    ),
    instances=instances,
    truth=stopped,
    follows={"best_loss": (("best_epoch",), lambda given, losses, **_: losses[int(given["best_epoch"])])},
    slips=(
        wrong_from(with_answer, "this looks at losses after the stop, which nobody would have seen.",
                   best_epoch=lambda a, right: min(finite(a["losses"]))[1],
                   best_loss=lambda a, right: min(finite(a["losses"]))[0]),
        planted(stopped, "the counter is not set back to 0 when the loss gets better.", reset=False),
        planted(stopped, "one epoch too late: stop when the counter reaches the patience.", late=1),
        planted(stopped, "one epoch too early.", late=-1),
        planted(stopped, "min_delta is not used: an improvement by less than that does not count.",
                better=lambda loss, best, delta: loss < best),
        planted(stopped, "an improvement by just min_delta is none: it has to be more.",
                better=lambda loss, best, delta: loss <= best - delta),
        planted(stopped, "min_delta is a part of the best loss here; it is a difference from it.",
                better=lambda loss, best, delta: loss < best * (1 - delta)),
        planted(stopped, "min_delta is on the wrong side: here a loss that is a little worse counts as better.",
                better=lambda loss, best, delta: loss < best + delta),
        planted(stopped, "the loss is compared with the epoch before; compare it with the best so far.", previous=True),
        planted(stopped,
                "the best loss moves down by small steps here: only what counts as better may become the best.",
                follows=True),
        planted(stopped, "a NaN is taken for an improvement.",
                better=lambda loss, best, delta: not loss >= best - delta),
        wrong_from(with_answer, "this is the epoch at which it stops; kept is what was best.",
                   best_epoch=lambda a, right: right["epochs"] - 1),
        wrong_from(with_answer, "the epochs count from 0 here.", best_epoch=lambda a, right: right["best_epoch"] + 1),
        wrong_from(with_answer, "this is the index of the last epoch; asked is how many are run.",
                   epochs=lambda a, right: right["epochs"] - 1),
        wrong_from(with_answer, "this is how many there could be; it stops before.",
                   epochs=lambda a, right: len(a["losses"])),
    ),
)  # fmt: skip
