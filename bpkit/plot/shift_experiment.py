"""Two classes in the plane and a target that the reader moves: weights, boundaries and what they get wrong."""

from typing import NamedTuple

import numpy as np

from bpkit.networks.network import Network
from bpkit.numerical.arguments import real_number
from bpkit.numerical.arrays import Array
from bpkit.shift.density import density_ratio
from bpkit.shift.effective import clip, effective_size
from bpkit.shift.logistic import logistic_regression

MODELS = ("line", "parabola")
WEIGHTS = ("exact", "exact, clipped at 5", "estimated")
SOURCE, TARGET = 200, 4000  # examples: of the source to train on, of the target to measure with
_STRENGTH = 1e-3


class Shift(NamedTuple):
    """What the reader chooses: the target's centre and spread, the factor of class 1's odds, model, weights, seed.

    The source is a standard Gaussian. In both, the odds of class 1 at x are exp(4(x₂ − x₁²/2 + ½)); `odds` multiplies
    them in the target, so 1 is covariate shift alone. A "parabola" contains this truth, a "line" does not.
    """

    right: float = 1.2
    up: float = 0.0
    spread: float = 0.5
    odds: float = 1.0
    model: str = "line"
    weights: str = "exact"
    seed: int = 0


class Found(NamedTuple):
    """What comes of it: the sets, the weights, three classifiers, and the share of the target each gets wrong.

    The classifiers are trained on the source without weights, on the source with them, and on the target itself.
    """

    source: Array
    labels: Array
    target: Array
    weights: Array
    classifiers: tuple[Network, Network, Network]
    wrong: tuple[float, float, float]
    effective: float


def measured(shift: Shift) -> Found:
    """Draw source and target, weigh the source, train the three classifiers and measure them on the target.

    Raises TypeError or ValueError for a choice that is none, and where the weights are to be estimated and source and
    target do not overlap.

    >>> without, weighted, oracle = measured(Shift()).wrong
    >>> oracle <= weighted < without
    True
    """
    _check(shift)
    rng = np.random.default_rng(shift.seed)
    source = rng.normal(size=(2, SOURCE))
    labels = _labels(source, rng)
    target, target_labels = _target(shift, rng)
    weights = _weights(shift, source, labels, target)
    inputs, to = features(shift.model, source), features(shift.model, target)
    classifiers = (
        logistic_regression(inputs, labels, _STRENGTH),
        logistic_regression(inputs, labels, _STRENGTH, weights / weights.mean()),
        logistic_regression(to, target_labels, _STRENGTH),
    )
    without, weighted, oracle = (float(np.mean((net(to)[0] > 0) != target_labels)) for net in classifiers)
    return Found(source, labels, target, weights, classifiers, (without, weighted, oracle), effective_size(weights))


def features(model: str, x: Array) -> Array:
    """Return x₁ and x₂, and for the parabola x₁² as well."""
    return x if model == "line" else np.vstack([x, x[0] ** 2])


def boundary(model: str, net: Network, x_1: Array) -> Array:
    """Return the x₂ at which the classifier is undecided, for each x₁."""
    known = features(model, np.vstack([x_1, np.zeros_like(x_1)]))
    return np.asarray(-net(known)[0] / net.omega[0][0, 1])


def border(shift: Shift, x_1: Array) -> Array:
    """Return the x₂ at which both classes are equally likely in the target, for each x₁.

    >>> border(Shift(), np.array([0.0, 1.0, 2.0]))
    array([-0.5,  0. ,  1.5])
    """
    return np.asarray(x_1**2 / 2 - 0.5 - np.log(shift.odds) / 4)


def _odds(x: Array) -> Array:
    return np.asarray(np.exp(4 * (x[1] - x[0] ** 2 / 2 + 0.5)))


def _labels(x: Array, rng: np.random.Generator) -> Array:
    odds = _odds(x)
    return np.asarray(rng.random(x.shape[1]) < odds / (1 + odds)).astype(int)


def _target(shift: Shift, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draw the target: a Gaussian cloud with its labels, of which class 1 is then taken `odds` times as often."""
    centre = np.array([[shift.right], [shift.up]])
    x = centre + shift.spread * rng.normal(size=(2, 4 * TARGET))
    y = _labels(x, rng)
    often = np.where(y == 1, shift.odds, 1.0)
    taken = rng.choice(y.size, TARGET, p=often / often.sum())
    return x[:, taken], y[taken]


def _weights(shift: Shift, source: Array, labels: Array, target: Array) -> Array:
    """Weigh the source's examples by how much more often the target has them, up to a constant factor."""
    if shift.weights == "estimated":
        return density_ratio(*(np.vstack([x, x**2]) for x in (source, target)))(np.vstack([source, source**2]))
    centre = np.array([[shift.right], [shift.up]])
    log_ratio = (source**2).sum(axis=0) / 2 - ((source - centre) ** 2).sum(axis=0) / (2 * shift.spread**2)
    exact = np.exp(log_ratio) / shift.spread**2 * np.where(labels == 1, shift.odds, 1.0)
    return clip(exact, 5.0) if shift.weights == "exact, clipped at 5" else exact


def _check(shift: Shift) -> None:
    for name, choices in (("model", MODELS), ("weights", WEIGHTS)):
        if getattr(shift, name) not in choices:
            raise ValueError(f"{name} is {getattr(shift, name)!r}, expected {' or '.join(map(repr, choices))}.")
    for name in ("right", "up", "spread", "odds"):
        if real_number(name, getattr(shift, name)) <= 0 and name in ("spread", "odds"):
            raise ValueError(f"{name} is {getattr(shift, name)}, expected a positive number.")
