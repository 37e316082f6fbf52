"""How the variance changes through a deep network: measured over many networks, and expected (7.30).

One network says little: each layer multiplies the variance by a random factor, and after fifty layers a single network
may lie a hundred times above or below the mean. So many are drawn, and their spread can be shown.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from bpkit.init.variance import Random
from bpkit.layers.activations import ReLU
from bpkit.layers.layer import Activation
from bpkit.numerical.arguments import floating_type, real_number, whole_number
from bpkit.numerical.arrays import Array
from bpkit.numerical.underflow import ignore_underflow

Initializer = Callable[[tuple[int, int], np.random.Generator], Array]


class Propagation(NamedTuple):
    """Variances over the units of each layer: a row for each network, or one row of expected values.

    h[:, k] is the variance of h_k, where h_0 is the input, and gradient[:, k] that of ∂ℓ/∂f_k, for the hidden layers
    k = 0 … K−1.
    """

    h: Array
    gradient: Array


def propagate(
    sizes: Sequence[int],
    init: float | Initializer,
    *,
    activation: Activation | None = None,
    networks: int = 60,
    rng: Random = 0,
    dtype: DTypeLike = float,
) -> Propagation:
    """Draw networks and one standard normal input for each, and measure variances forward and backward.

    `sizes` are D_i, D_1, …, D_o. `init` is the variance of normally distributed weights, or a function of
    (D_out, D_in) and a generator such as `bp.init.he`; biases are zero. The activation is ReLU unless another is
    given, the target 0 and the loss least squares, as in figure 7.7. Numbers that overflow or underflow
    in `dtype` become inf, nan or 0, without a warning: showing that is the purpose.

    Raises TypeError or ValueError for sizes that are not at least three whole numbers, a negative variance, or fewer
    than one network.

    >>> measured = propagate([100] * 11 + [1], 0.02, networks=20)
    >>> measured.h.shape, measured.gradient.shape
    ((20, 11), (20, 10))
    """
    activation = ReLU() if activation is None else activation
    found = [variances_of(omega, x, activation) for omega, x in drawn_networks(sizes, init, networks, rng, dtype)]
    return Propagation(np.array([h for h, _ in found]), np.array([gradient for _, gradient in found]))


def drawn_networks(
    sizes: Sequence[int], init: float | Initializer, networks: int, rng: Random, dtype: DTypeLike
) -> Iterator[tuple[list[Array], Array]]:
    """Draw the weights of one network after the other, and a standard normal input for each.

    Only one is in memory, so that its weights fit into the processor's cache: use it before the next is drawn.
    """
    sizes, kind, networks = checked_sizes(sizes), floating_type("dtype", dtype), whole_number("networks", networks)
    rng = np.random.default_rng(rng)
    draw = _drawer([(to, source) for source, to in pairwise(sizes)], init, rng, kind)
    for _ in range(networks):
        omega = draw()
        yield omega, rng.standard_normal((sizes[0], 1)).astype(kind)


@ignore_underflow
def expected(
    sizes: Sequence[int], variance: float | Sequence[float], *, activation: Activation | None = None
) -> Propagation:
    """Return the variances to expect for wide layers, with one row.

    With E[f_k] = 0 and independent weights of variance σ², the mean squares go from layer to layer as

        E[f_{k+1}²] = σ²·D·E[a(f_k)²]     and     E[(∂ℓ/∂f_{k−1})²] = σ²·D′·E[a′(f_{k−1})²]·E[(∂ℓ/∂f_k)²]

    where both expectations of the activation are ½·E[f²] and ½ for ReLU (7.30), and integrals over a normal
    distribution for others. `variance` is one number, or one for each weight matrix.

    Raises what `propagate` raises.

    >>> expected([100] * 51 + [1], 0.02).h[0, [1, 50]].round(4)
    array([0.6817, 0.6817])
    """
    sizes = checked_sizes(sizes)
    activation = ReLU() if activation is None else activation
    number = len(sizes) - 1
    variances = list(variance) if isinstance(variance, Sequence) else [variance] * number
    for value in variances:
        checked_variance(value)
    if len(variances) != number:
        raise ValueError(f"variance has {len(variances)} entries, expected one for each of {number} weight matrices.")
    f_square = variances[0] * sizes[0]  # the input has mean square 1
    h_variance, slope_square = [1.0], []
    for k in range(1, number):
        mean, square, slope = _moments(activation, f_square)
        h_variance.append(square - mean * mean)
        slope_square.append(slope)
        f_square = variances[k] * sizes[k] * square  # 7.29
    g_square = 4 * f_square  # ∂ℓ/∂f_K = 2(f_K − 0)
    gradient = []
    for k in range(number - 1, 0, -1):
        g_square = variances[k] * sizes[k + 1] * slope_square[k - 1] * g_square
        gradient.append(g_square)
    return Propagation(np.array([h_variance]), np.array([gradient[::-1]]))


def variances_of(omega: Sequence[Array], x: Array, activation: Activation) -> tuple[Array, Array]:
    """Run one network forward and backward; return the variances of h_0, h_1, … and of ∂ℓ/∂f_0, ∂ℓ/∂f_1, …"""
    f: list[Array] = []
    h = [x]
    gradient: list[float] = []
    with np.errstate(all="ignore"):
        for k, weights in enumerate(omega[:-1]):
            f.append(weights @ h[k])
            h.append(activation.activate(f[k]))
        g = 2 * (omega[-1] @ h[-1])  # y = 0
        for k in range(len(omega) - 1, 0, -1):
            g = activation.pull_back(f[k - 1], h[k], omega[k].T @ g)
            gradient.append(g.var(dtype=float))  # squares need twice the range of exponents
        return np.array([one.var(dtype=float) for one in h]), np.array(gradient[::-1])


def _drawer(
    shapes: list[tuple[int, int]], init: float | Initializer, rng: np.random.Generator, dtype: np.dtype[Any]
) -> Callable[[], list[Array]]:
    """Return a function that draws the weights of a network, into the same memory each time if `init` is a number."""
    if callable(init):
        return lambda: [init(shape, rng).astype(dtype, copy=False) for shape in shapes]
    deviation = math.sqrt(checked_variance(init))
    ends = np.cumsum([rows * columns for rows, columns in shapes]).tolist()
    block = np.empty(ends[-1], np.float32 if dtype == np.float32 else np.float64)
    arrays = [block[end - r * c : end].reshape(r, c) for (r, c), end in zip(shapes, ends, strict=True)]

    def draw() -> list[Array]:
        rng.standard_normal(out=block, dtype=block.dtype.type)
        np.multiply(block, deviation, out=block)
        return [array.astype(dtype, copy=False) for array in arrays]

    return draw


_NODES = np.linspace(-10, 10, 4001)[:-1] + 0.0025  # not at 0, where many activations have a kink
_WEIGHTS = 0.005 * np.exp(-(_NODES**2) / 2) / math.sqrt(2 * math.pi)


def _moments(activation: Activation, f_square: float) -> tuple[float, float, float]:
    """E[a(f)], E[a(f)²] and E[a′(f)²] for a normal f of mean 0 and the given mean square."""
    if isinstance(activation, ReLU):
        return math.sqrt(f_square / (2 * math.pi)), f_square / 2, 0.5  # 7.30
    f = math.sqrt(f_square) * _NODES.reshape(-1, 1)
    weights = _WEIGHTS.reshape(-1, 1)
    h = activation.activate(f)
    slope = activation.pull_back(f, h, np.ones_like(f))
    return float(np.sum(weights * h)), float(np.sum(weights * h * h)), float(np.sum(weights * slope * slope))


def checked_sizes(sizes: Any) -> list[int]:
    """Return the sizes D_i, D_1, …, D_o, or say what is wrong with them."""
    found = [whole_number(f"sizes[{k}]", size) for k, size in enumerate(sizes)]
    if len(found) < 3:
        raise ValueError(f"sizes is {found}, expected at least three: inputs, one hidden layer, outputs.")
    return found


def checked_variance(value: Any) -> float:
    """Return a variance of weights, which is a number that is not negative."""
    if real_number("variance", value) < 0:
        raise ValueError(f"variance is {value!r}, expected a number that is not negative.")
    return float(value)
