"""Trains a small network on points of two classes and records every step, for the training laboratory (chapter 6)."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, NamedTuple

import numpy as np

from bpkit.data import minibatches
from bpkit.init import he, zeros
from bpkit.networks.backprop import backprop
from bpkit.networks.losses import BinaryCrossEntropy
from bpkit.networks.mlp import mlp
from bpkit.networks.network import Network
from bpkit.numerical.arguments import real_number, whole_number
from bpkit.numerical.arrays import Array
from bpkit.optim import SGD, CosineAnnealingLR, Optimizer, Schedule, StepLR

STEPS, POINTS = 300, 200
LARGEST_LOSS = 1e6  # beyond it a training has diverged
MOONS, XOR, TWO_WEIGHTS = "two moons", "XOR", "two weights"
HIDDEN = [12, 12]  # units in the hidden layers; "two weights" has none
KAPPA = 25.0  # of "two weights": how many times the variance of x_2 that of x_1 is
START_SCALES = {"zeros": 0.0, "too small": 0.1, "He": 1.0, "too large": 5.0}  # times the weights of He
HALVED_EVERY = 60
SCHEDULES: dict[str, Callable[[Optimizer], Schedule | None]] = {
    "constant": lambda optimizer: None,
    "halving": lambda optimizer: StepLR(optimizer, HALVED_EVERY, 0.5),
    "cosine": lambda optimizer: CosineAnnealingLR(optimizer, STEPS),
}


class Settings(NamedTuple):
    """Everything that determines a training; the same settings give the same run, bit for bit."""

    problem: str = MOONS
    init: str = "He"
    lr: float = 0.3
    momentum: float = 0.0
    batch_size: int = 20
    schedule: str = "constant"
    seed: int = 0
    kappa: float = KAPPA  # counts for "two weights" only


@dataclass(frozen=True, eq=False)
class RecordedTraining:
    """A whole training of n steps. The arrays are read-only; their rows are moments or steps.

    `parameters` (n + 1, P) and `losses`, `right` (n + 1,) belong to the moments before each step and after the last:
    all parameters as one row β_0, Ω_0, β_1, …, the mean loss of all points, and the share of points that are classified
    right. `batch_losses`, `rates` (n,) and `gradients` (n, P) belong to the steps. `diverged` is the step after which
    the loss is larger than 10⁶ or NaN; the record ends before it. It is None for most trainings.
    """

    settings: Settings
    x: Array
    y: Array
    sizes: tuple[int, ...]
    parameters: Array
    losses: Array
    right: Array
    batch_losses: Array
    rates: Array
    gradients: Array
    diverged: int | None

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return len(self.rates)


def points(problem: str, kappa: float = KAPPA) -> tuple[Array, Array]:
    """Return 200 points x (2, 200) of a problem and their classes y (1, 200), which are 0 and 1.

    Two moons and XOR need a hidden layer. "two weights" is for a network of one layer without a bias: the variance of
    x_1 is `kappa` times that of x_2, so that its loss is a valley, and the classes overlap near the line between them.

    Raises ValueError for an unknown problem, and for a `kappa` that is not at least 1.

    >>> x, y = points("XOR")
    >>> x.shape, y.shape, y.mean()
    ((2, 200), (1, 200), np.float64(0.5))
    """
    rng = np.random.default_rng(1)
    if _chosen("problem", problem, PROBLEMS) is not _two_weights:
        return PROBLEMS[problem](rng)
    if not real_number("kappa", kappa) >= 1:
        raise ValueError(f"kappa is {kappa!r}, expected a number of at least 1.")
    return _two_weights(rng, kappa)


def recorded(settings: Settings) -> RecordedTraining:
    """Train for 300 steps with `bp.SGD`, and return what happened.

    The loss is the mean of the binary cross-entropy. The schedule goes by steps, so that it is the same for all batch
    sizes: halving halves the rate every 60 steps, and cosine ends at 0. The seed decides the weights and the batches;
    scaled starts are the same draw.

    Raises TypeError or ValueError for settings that do not exist.

    >>> run = recorded(Settings(lr=0.1, momentum=0.9))
    >>> run.steps, run.losses[-1] < 0.2 * run.losses[0]
    (300, np.True_)
    """
    x, y = points(settings.problem, settings.kappa)
    scale = _chosen("init", settings.init, START_SCALES)
    schedule_of = _chosen("schedule", settings.schedule, SCHEDULES)
    weights, order = np.random.default_rng(whole_number("seed", settings.seed, least=0)).spawn(2)
    sizes = (2, 1) if settings.problem == TWO_WEIGHTS else (2, *HIDDEN, 1)
    net = mlp(sizes, init=lambda shape, rng: scale * he(shape, rng) + 0.0, rng=weights)  # + 0.0: no −0
    still = [(net.beta, {"lr": 0.0})] if settings.problem == TWO_WEIGHTS else []
    optimizer = SGD(net.parameters, settings.lr, momentum=settings.momentum, groups=still)
    schedule = schedule_of(optimizer)
    mean_loss = BinaryCrossEntropy("mean")

    states, gradients, values, rates = [_as_row(net.parameters)], [], [], []
    with np.errstate(all="ignore"):
        for x_batch, y_batch in islice(_batches(x, y, settings.batch_size, order), STEPS):
            value, grads = backprop(net, mean_loss, x_batch, y_batch)
            rates.append(optimizer.lr)
            optimizer.step(grads.parameters)
            if schedule is not None:
                schedule.step()
            values.append(value)
            gradients.append(_as_row(grads.parameters))
            states.append(_as_row(net.parameters))
    losses, right = _measured(sizes, x, y, states)
    # `not <=` rather than `>`, so that NaN counts.
    diverged = next((t for t, loss in enumerate(losses) if not loss <= LARGEST_LOSS), None)
    n = STEPS if diverged is None else diverged - 1
    return RecordedTraining(
        settings, _first(2, x), _first(1, y), sizes,
        parameters=_first(n + 1, states), losses=_first(n + 1, losses), right=_first(n + 1, right),
        batch_losses=_first(n, values), rates=_first(n, rates), gradients=_first(n, gradients), diverged=diverged,
    )  # fmt: skip


def network_at(run: RecordedTraining, step: int) -> Network:
    """Return the network as it was after so many steps.

    Raises TypeError or ValueError for a step that was not made.
    """
    if whole_number("step", step, least=0) > run.steps:
        raise ValueError(f"step is {step}, expected at most {run.steps}, the number of steps that were made.")
    net = mlp(run.sizes, init=zeros, rng=0)
    _set_parameters(net.parameters, run.parameters[step])
    return net


def identical(one: RecordedTraining, other: RecordedTraining) -> bool:
    """Whether two trainings are the same to the last bit.

    >>> identical(recorded(Settings("two weights")), recorded(Settings("two weights")))
    True
    """
    names = ("parameters", "gradients", "batch_losses", "rates")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def losses_at(run: RecordedTraining, parameters: Iterable[Array]) -> Array:
    """Return the mean loss of all points for each row of parameters; what float64 cannot hold is inf or NaN."""
    return _measured(run.sizes, run.x, run.y, parameters)[0]


def curvatures(run: RecordedTraining) -> Array:
    """Return the least and the greatest curvature of the loss of "two weights" where it is lowest: Newton's method.

    Their ratio is κ, and 2 ÷ the greatest is the largest learning rate that still arrives there.
    """
    omega = np.zeros((1, 2))
    for _ in range(30):
        p = 1 / (1 + np.exp(-omega @ run.x))  # 7.37
        hessian = (p * (1 - p) * run.x) @ run.x.T / run.x.shape[1]
        omega -= np.linalg.solve(hessian, run.x @ (p - run.y).T / run.x.shape[1]).T
    return np.linalg.eigvalsh(hessian)


def gradient_norms(run: RecordedTraining) -> Array:
    """Return ‖∂ℓ/∂Ω_k‖ of each step's batch, in a column for each layer."""
    return np.stack([np.linalg.norm(run.gradients[:, place], axis=1) for place in weight_places(run)], axis=1)


def update_ratios(run: RecordedTraining) -> Array:
    """Return ‖change of Ω_k‖ ÷ ‖Ω_k‖ for each step, in a column for each layer; where Ω_k is 0 it is NaN or inf."""
    changes, before = np.diff(run.parameters, axis=0), run.parameters[:-1]
    with np.errstate(all="ignore"):
        return np.stack([np.linalg.norm(changes[:, place], axis=1) / np.linalg.norm(before[:, place], axis=1)
                         for place in weight_places(run)], axis=1)  # fmt: skip


def weight_places(run: RecordedTraining) -> list[slice]:
    """Return where each Ω_k lies in a row of parameters."""
    return _places(network_at(run, 0).parameters)[1::2]


def _chosen(name: str, value: Any, known: Mapping[str, Any]) -> Any:
    if value not in known:
        raise ValueError(f"{name} is {value!r}, expected one of {', '.join(map(repr, known))}.")
    return known[value]


def _first(number: int, rows: Sequence[Any] | Array) -> Array:
    """The first rows, as a read-only array."""
    array = np.array(rows[:number]).reshape(number, *np.shape(rows[0]))
    array.setflags(write=False)
    return array


def _batches(x: Array, y: Array, size: int, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
    """One epoch after another."""
    while True:
        yield from minibatches(x, y, size, rng)


def _as_row(arrays: Sequence[Array]) -> Array:
    """Copy the entries of all arrays into one row, in their order."""
    return np.concatenate([array.ravel() for array in arrays])


def _places(arrays: Sequence[Array]) -> list[slice]:
    """Where each array lies in the row of `_as_row`."""
    ends = np.cumsum([array.size for array in arrays]).tolist()
    return [slice(start, end) for start, end in pairwise([0, *ends])]


def _set_parameters(parameters: Sequence[Array], row: Array) -> None:
    """Give the parameters the values in a row; the inverse of `_as_row`."""
    for array, place in zip(parameters, _places(parameters), strict=True):
        array[...] = row[place].reshape(array.shape)


def _measured(sizes: tuple[int, ...], x: Array, y: Array, rows: Iterable[Array]) -> tuple[Array, Array]:
    """The mean loss for each row of parameters, and the share of points on the right side."""
    net, loss = mlp(sizes, init=zeros, rng=0), BinaryCrossEntropy("mean")
    losses, right = [], []
    with np.errstate(all="ignore"):
        for row in rows:
            _set_parameters(net.parameters, row)
            f = net(x)
            losses.append(loss(f, y))
            right.append(np.mean((f > 0) == y))
    return np.array(losses), np.array(right)


def _moons(rng: np.random.Generator) -> tuple[Array, Array]:
    """Two half circles that reach into each other, shifted and scaled to mean 0 and variance 1, with noise."""
    angle, y = math.pi * rng.random(POINTS), _half_and_half()
    arcs = np.where(y == 0, [np.cos(angle), np.sin(angle)], [1 - np.cos(angle), 0.5 - np.sin(angle)])
    arcs = (arcs - arcs.mean(axis=1, keepdims=True)) / arcs.std(axis=1, keepdims=True)
    return arcs + 0.2 * rng.normal(size=arcs.shape), y


def _xor(rng: np.random.Generator) -> tuple[Array, Array]:
    """Clouds around (±1, ±1); the class says whether the signs differ."""
    y = _half_and_half()
    sign = np.where(np.arange(POINTS) % 2, 1.0, -1.0)
    centres = np.stack([sign, np.where(y[0] == 1, -sign, sign)])
    return centres + 0.4 * rng.normal(size=centres.shape), y


def _two_weights(rng: np.random.Generator, kappa: float = KAPPA) -> tuple[Array, Array]:
    """Classes drawn from a logistic model, so that no weights are right for all points and the best ones are finite.

    Each input has the same part in the odds, whatever `kappa`: a smaller x_2 has a larger weight.
    """
    ratio = math.sqrt(kappa)
    x = np.array([[2.0], [2.0 / ratio]]) * rng.normal(size=(2, POINTS))
    odds = np.exp(np.array([[1.0, 0.6 * ratio]]) @ x)
    return x, (rng.random((1, POINTS)) < odds / (1 + odds)).astype(float)


def _half_and_half() -> Array:
    return (np.arange(POINTS) >= POINTS // 2).astype(float)[None, :]


PROBLEMS: dict[str, Callable[[np.random.Generator], tuple[Array, Array]]] = {
    MOONS: _moons, XOR: _xor, TWO_WEIGHTS: _two_weights,
}  # fmt: skip
