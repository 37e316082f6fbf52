"""The ensembles of the initialization laboratory (chapter 5): many networks with one start, drawn or rescaled."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from bpkit.networks.initialization.angles import expected_cosines, propagate_with_cosines
from bpkit.networks.initialization.propagation import Initializer, Propagation, expected
from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot._angles import angles
from bpkit.plot._variances import variances
from bpkit.plot.random_start import ACTIVATIONS, ORTHOGONAL, OWN, SLOPES, Start, initializer, weight_variances

MOST_ORTHOGONAL = 20  # networks: an orthogonal matrix takes ten times as long to draw as a normal one

_WEIGHTS_AT_ONCE = 1_500_000  # weights that can be drawn before the reader notices


class Ensemble(NamedTuple):
    """What is measured in the networks: the variances of `Propagation`, and the cosine between two inputs by layer."""

    h: Array
    gradient: Array
    cosine: Array


def drift(start: Start) -> float | None:
    """Return by how much more the logarithm of the median falls in each layer than that of the mean.

    A layer multiplies the variance by a random factor; its relative variance is (E[a(f)⁴] ÷ E[a(f)²]² − 1) ÷ D, which
    is 5 ÷ D for ReLU, and half of it is what the mean of the logarithm loses. None where this does not hold: for
    weights that are not independent, for activations that are curved, and below 20 units, where it is too rough.

    >>> drift(Start(activation="ReLU")), drift(Start(activation="linear")), drift(Start(activation="tanh"))
    (0.025, 0.01, None)
    """
    if start.activation not in SLOPES or start.scheme == ORTHOGONAL or start.width < 20:
        return None
    below = SLOPES[start.activation]
    return (6 * (1 + below**4) / (1 + below**2) ** 2 - 1) / (2 * start.width)


def ensemble_size(start: Start) -> int:
    """Return how many networks are drawn: as many as wanted, but at most 20 with orthogonal matrices."""
    return min(start.networks, MOST_ORTHOGONAL) if start.scheme == ORTHOGONAL else start.networks


def networks_at_once(start: Start) -> int:
    """Return how many networks can be drawn before the reader notices; 0 when even one takes longer."""
    return _WEIGHTS_AT_ONCE // _cost(start)


def can_be_rescaled(start: Start) -> bool:
    """Whether one ensemble serves every σ²; not in a small type, in which rounding depends on the size."""
    return start.activation in SLOPES and start.scheme != ORTHOGONAL and start.dtype == "float64"


def rescaled(drawn: Ensemble, ratios: Sequence[float]) -> Ensemble:
    """Return what `drawn` would be with the variance of Ω_k `ratios[k]` times as large, without drawing again.

    For activations with a[c·f] = c·a[f] only. Ω_0 … Ω_K times √r_0 … √r_K give h_k times √(r_0 ⋯ r_{k−1}) and the
    output times √(r_0 ⋯ r_K); slopes stay, so ∂ℓ/∂f_k, which is 2·output times Ω_K ⋯ Ω_{k+1} and slopes, changes by
    √(r_0 ⋯ r_K · r_{k+1} ⋯ r_K), and variances by the squares, but no angle. What float64 cannot hold becomes 0 or inf.

    >>> rescaled(Ensemble(np.ones((1, 3)), np.ones((1, 2)), np.ones((1, 3))), [10.0, 10.0, 10.0]).gradient.round()
    array([[100000.,  10000.]])
    """
    logs = np.cumsum([0.0, *(math.log(ratio) for ratio in ratios)])  # logarithms: powers alone may overflow
    total = logs[-1]
    with np.errstate(all="ignore"):
        h = np.exp(np.log(drawn.h) + logs[:-1])
        return Ensemble(h, np.exp(np.log(drawn.gradient) + total + (total - logs[1:-1])), drawn.cosine)


def measured(start: Start) -> Ensemble:
    """Return the variances of the whole ensemble, `bp.init.propagate` for this start, and its cosines.

    >>> measured(Start(depth=3, width=10, networks=5)).h.shape
    (5, 4)
    """
    return from_drawn(start, joined(list(drawn_in_parts(start))))


def drawn_in_parts(start: Start) -> Iterator[Ensemble]:
    """Draw the ensemble, some networks at a time; for what can be rescaled, with weights that keep the variance."""
    rng = np.random.default_rng(start.seed)
    left = ensemble_size(start)
    while left:
        part = min(left, max(1, networks_at_once(start)))
        yield _draw(start, part, rng)
        left -= part


def joined(parts: Sequence[Ensemble]) -> Ensemble:
    """Return parts of an ensemble as one."""
    return Ensemble(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def from_drawn(start: Start, drawn: Ensemble) -> Ensemble:
    """Return the variances for this start, from what `drawn_in_parts` gave for it or for another σ² or scheme."""
    if not can_be_rescaled(start):
        return drawn
    return rescaled(drawn, [variance / _preserving_variance(start) for variance in weight_variances(start)])


def ensemble_picture(start: Start, found: Ensemble) -> svg.Picture:
    """Draw what was measured for this start: the variances, and below them the cosine between two inputs."""
    activation = ACTIVATIONS[start.activation]
    theory = expected(start.sizes, weight_variances(start), activation=activation)
    by_layer = Propagation(found.h, found.gradient)
    above = variances(start.sizes, by_layer, theory, start=start.words, dtype=start.dtype, drift=drift(start))
    cosines = expected_cosines(start.sizes, weight_variances(start), activation=activation)
    return svg.stacked([above, angles(found.cosine, cosines, start=start.words)])


def _draw(start: Start, networks: int, rng: np.random.Generator) -> Ensemble:
    init: float | Initializer = start.variance if start.scheme == OWN else initializer(start)
    if can_be_rescaled(start):
        init = _preserving_variance(start)
    activation = ACTIVATIONS[start.activation]
    found, cosines = propagate_with_cosines(
        start.sizes, init, activation=activation, networks=networks, rng=rng, dtype=start.dtype
    )
    return Ensemble(found.h, found.gradient, cosines)


def _preserving_variance(start: Start) -> float:
    """The variance of the weights with which h keeps its variance from layer to layer, so that nothing overflows."""
    below = SLOPES[start.activation]
    return 2 / ((1 + below * below) * start.width)


def _cost(start: Start) -> int:
    """The time that one network takes, in numbers of normal float64 weights."""
    weights = sum(to * source for source, to in pairwise(start.sizes))
    return weights * (10 if start.scheme == ORTHOGONAL else 2 if start.dtype == "float16" else 1)
