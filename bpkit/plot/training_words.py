"""The sentences that `plot.training_run` and the training laboratory (chapter 6) write below their picture."""

import math

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.loss_plane import LossPlane
from bpkit.plot.recorded_training import STEPS, TWO_WEIGHTS, RecordedTraining, Settings, curvatures


def in_words(settings: Settings) -> str:
    """Say what was chosen.

    >>> in_words(Settings(batch_size=1, momentum=0.9))
    'two moons, start He, learning rate 0.3, momentum 0.9, batches of 1, constant, seed 0'
    """
    return (
        f"{settings.problem}, start {settings.init}, learning rate {settings.lr:g}, momentum {settings.momentum:g}, "
        f"batches of {settings.batch_size}, {settings.schedule}, seed {settings.seed}"
        + (f", κ about {settings.kappa:g}" if settings.problem == TWO_WEIGHTS else "")
    )


def verdict(run: RecordedTraining) -> str:
    """Say what became of the loss."""
    first, last = float(run.losses[0]), float(run.losses[-1])
    ends = f"from {_two(first)} to {_two(last)}"
    if run.diverged is not None:
        return f"it diverges: from {_two(first)}, the loss is beyond a million or no number after step {run.diverged}"
    if abs(last - first) <= 0.01 * first:
        return f"in {STEPS} steps the loss does not move by more than 1 %, {ends}"
    return f"in {STEPS} steps the loss {'falls' if last < first else 'rises'} {ends}"


def sentences(run: RecordedTraining, plane: LossPlane, norms: Array, ratios: Array, step: int) -> tuple[str, str, str]:
    """Say where the training is after so many steps, what the last one was like, and what the map of the loss shows.

    `norms` and `ratios` are those of `gradient_norms` and `update_ratios`.
    """
    t = min(step, run.steps)
    epochs = t / math.ceil(run.x.shape[1] / run.settings.batch_size)
    now = (
        f"After {t} of {STEPS} steps ({epochs:.3g} epochs): loss {_two(run.losses[t])}, {100 * run.right[t]:.3g} % of "
        "the points on the right side."
    )
    if run.diverged is not None and step >= run.diverged:
        now = f"Diverged: after step {run.diverged} the loss is beyond a million or no number. Shown is step {t}."
    last = "No step was made yet."
    if t:
        sizes, changes = (", ".join(map(_two, found[t - 1])) for found in (norms, ratios))
        last = (
            f"Last step: learning rate {_two(run.rates[t - 1])}, gradient norms {sizes}, updates ÷ weights {changes}."
        )
        if not norms[t - 1].any():
            last = "Last step: all gradients of the weights were 0, so only a bias or momentum can move the network."
    if run.settings.problem == TWO_WEIGHTS:
        least, greatest = curvatures(run)
        return (
            now,
            last,
            (
                "The map is the whole loss: there are no other parameters. Where it is lowest, its curvatures are "
                f"{_two(least)} and {_two(greatest)}: κ = {greatest / least:.3g}."
            ),
        )
    held, on_map = math.floor(100 * plane.share + 1e-6), _two(_loss_on_map(plane, *plane.path[t]))
    return now, last, (
        f"The map holds {held} % of the path's variance. Here the map shows a loss of {on_map}; "
        f"that of the network is {_two(run.losses[t])}."
    )  # fmt: skip


def _loss_on_map(plane: LossPlane, a: float, b: float) -> float:
    """The loss on the map, between its four nearest grid points."""
    column, row = (np.interp(value, axis, np.arange(len(axis))) for value, axis in ((a, plane.across), (b, plane.up)))
    i, j = (min(int(one), len(plane.up) - 2) for one in (row, column))
    across = plane.losses[i : i + 2, j : j + 2] @ [1 - (column - j), column - j]
    return float(across @ [1 - (row - i), row - i])


def _two(value: float) -> str:
    """Two digits: the third of a trained network may differ between processors."""
    value = float(value)
    return f"{value + 0.0:.2g}".replace("-", "−") if math.isfinite(value) else "none" if math.isnan(value) else "∞"
