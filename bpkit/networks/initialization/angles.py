"""The angle between two inputs on their way through a deep network: measured, and expected for wide layers.

He's weights keep the length of the hidden vectors; what becomes of the angle between two of them is another question.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import DTypeLike

from bpkit.init.variance import Random
from bpkit.layers.activations import LeakyReLU, ReLU
from bpkit.layers.layer import Activation
from bpkit.networks.initialization.propagation import (
    Initializer,
    Propagation,
    checked_sizes,
    checked_variance,
    drawn_networks,
    variances_of,
)
from bpkit.numerical.arrays import Array
from bpkit.numerical.underflow import ignore_underflow

_SECOND_INPUT = 1  # the seed of the second input, which is the same for all networks of an ensemble


def propagate_with_cosines(
    sizes: Sequence[int],
    init: float | Initializer,
    *,
    activation: Activation | None = None,
    networks: int = 60,
    rng: Random = 0,
    dtype: DTypeLike = float,
) -> tuple[Propagation, Array]:
    """Return what `bp.init.propagate` returns, and for the same networks the cosine between two inputs by layer.

    cosines[i, k] is that of the angle between h_k for the input of network i and h_k for a second input, which is
    standard normal too. Where one of the two has length 0, or is not finite, it is nan.

    Raises what `bp.init.propagate` raises.

    >>> variances, cosines = propagate_with_cosines([100] * 51 + [1], 0.02, networks=5)
    >>> variances.h.shape, cosines.shape, bool(np.median(cosines[:, 50]) > 0.9)
    ((5, 51), (5, 51), True)
    """
    activation = ReLU() if activation is None else activation
    found, cosines = [], []
    for omega, x in drawn_networks(sizes, init, networks, rng, dtype):
        second = np.random.default_rng(_SECOND_INPUT).standard_normal(x.shape).astype(x.dtype)
        found.append(variances_of(omega, x, activation))
        cosines.append(_cosines(omega, np.hstack([x, second]), activation))
    return Propagation(np.array([h for h, _ in found]), np.array([g for _, g in found])), np.array(cosines)


@ignore_underflow
def expected_cosines(
    sizes: Sequence[int], variance: float | Sequence[float], *, activation: Activation | None = None
) -> Array:
    """Return the cosines to expect for wide layers, from two inputs at a right angle: one row, one entry for each h_k.

    The pre-activations of a unit for the two inputs, u and v, are normal with mean square q and correlation c, and

        c′ = E[a(u)a(v)] ÷ E[a(u)²]

    is the next cosine. For ReLU it is (√(1 − c²) + c(π − arccos c)) ÷ π, the arc-cosine map. A leaky ReLU of slope α is
    αf + (1 − α)·ReLU[f], and for others the expectations are sums over Gauss and Hermite's points.

    Raises what `bp.init.expected` raises.

    Source: Cho and Saul (2009), "Kernel methods for deep learning".

    >>> expected_cosines([100] * 51 + [1], 0.02)[[0, 1, 2, 50]].round(3)
    array([0.   , 0.318, 0.494, 0.988])
    """
    sizes = checked_sizes(sizes)
    activation = ReLU() if activation is None else activation
    variances = list(variance) if isinstance(variance, Sequence) else [variance] * (len(sizes) - 1)
    cosines, square = [0.0], 1.0  # of h_0
    for k, (source, _) in enumerate(pairwise(sizes[:-1])):
        f_square = checked_variance(variances[k]) * source * square
        square, product = _pair_moments(activation, f_square, cosines[-1])
        cosines.append(product / square if square > 0 else math.nan)
    return np.array(cosines)


def _cosines(omega: Sequence[Array], h: Array, activation: Activation) -> Array:
    """The cosine between the two columns of h, before the first layer and after each hidden one."""
    found = []
    with np.errstate(all="ignore"):
        for weights in [*omega[:-1], None]:
            scaled = h.astype(float) / np.abs(h.astype(float)).max(axis=0)  # squares need twice the range
            lengths = np.sqrt(np.sum(scaled * scaled, axis=0))
            found.append(np.sum(scaled[:, 0] * scaled[:, 1]) / (lengths[0] * lengths[1]))
            if weights is not None:
                h = activation.activate(weights @ h)
    return np.array(found)


_POINTS, _SHARES = np.polynomial.hermite_e.hermegauss(60)
_SHARES = _SHARES / _SHARES.sum()


def _pair_moments(activation: Activation, f_square: float, cosine: float) -> tuple[float, float]:
    """E[a(u)²] and E[a(u)a(v)] for normal u and v of mean square `f_square`, with this cosine as correlation."""
    if isinstance(activation, ReLU | LeakyReLU):
        below = activation.alpha if isinstance(activation, LeakyReLU) else 0.0
        angle = math.acos(min(max(cosine, -1.0), 1.0))
        mapped = (math.sin(angle) + (math.pi - angle) * cosine) / math.pi
        return f_square / 2 * (1 + below**2), f_square / 2 * (2 * below * cosine + (1 - below) ** 2 * mapped)
    size, rest = math.sqrt(f_square), math.sqrt(max(1 - cosine * cosine, 0.0))
    u = activation.activate(size * _POINTS.reshape(-1, 1))
    v = activation.activate(size * (cosine * _POINTS.reshape(-1, 1) + rest * _POINTS))
    return float(_SHARES @ (u[:, 0] ** 2)), float(_SHARES @ (u * v) @ _SHARES)
