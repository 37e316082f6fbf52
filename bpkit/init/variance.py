"""Independent random weights whose variance depends on the shape: functions of (D_out, D_in) and a generator."""

import math
from typing import Any, Literal

import numpy as np

from bpkit.numerical.arguments import real_number, whole_number
from bpkit.numerical.arrays import Array

Shape = tuple[int, int]
Random = np.random.Generator | int
Mode = Literal["fan_in", "fan_out", "fan_avg"]
Distribution = Literal["normal", "truncated_normal", "uniform"]

# The standard deviation of a standard normal distribution truncated at ±2.
TRUNCATED_AT_TWO = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2)))


def variance_scaling(
    shape: Shape,
    rng: Random,
    *,
    scale: float = 1.0,
    mode: Mode = "fan_in",
    distribution: Distribution = "normal",
) -> Array:
    """Draw weights of mean 0 and variance scale/n, where n is D_in, D_out, or their mean.

    Mode "fan_in" preserves the variance of the activations in the forward pass (7.31), "fan_out" that of the gradients
    in the backward pass (7.32), and "fan_avg" is the compromise (7.33). The distribution is normal, normal truncated at
    two standard deviations (and rescaled to the same variance), or uniform between ±√(3·variance).

    Raises ValueError for another mode or distribution, a scale that is not positive, or a shape that is not
    (D_out, D_in).

    >>> variance_scaling((200, 50), 0, scale=2.0, mode="fan_out").var().round(3)
    np.float64(0.01)
    """
    return _draw(shape, rng, _scaled(shape, scale, mode), distribution)


def he(shape: Shape, rng: Random, *, mode: Mode = "fan_in", distribution: Distribution = "normal") -> Array:
    """Draw weights of variance 2/n, made for ReLUs, which halve the second moment (7.31–7.33).

    Raises what `variance_scaling` raises.

    Source: He et al. (2015), "Delving deep into rectifiers"; section 7.5.

    >>> he((100, 50), rng=0).var().round(2)
    np.float64(0.04)
    """
    return variance_scaling(shape, rng, scale=2.0, mode=mode, distribution=distribution)


def glorot(shape: Shape, rng: Random, *, distribution: Distribution = "normal") -> Array:
    """Draw weights of variance 2/(D_in + D_out), made for activations of slope 1 at 0 such as tanh.

    Raises what `variance_scaling` raises.

    Source: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks".

    >>> glorot((150, 50), rng=0).var().round(2)
    np.float64(0.01)
    """
    return variance_scaling(shape, rng, scale=1.0, mode="fan_avg", distribution=distribution)


def lecun(shape: Shape, rng: Random, *, distribution: Distribution = "normal") -> Array:
    """Draw weights of variance 1/D_in; with SELU they keep mean 0 and variance 1 through any number of layers.

    Raises what `variance_scaling` raises.

    Source: LeCun et al. (1998), "Efficient BackProp"; for SELU, Klambauer et al. (2017).

    >>> lecun((100, 50), rng=0).var().round(2)
    np.float64(0.02)
    """
    return variance_scaling(shape, rng, scale=1.0, mode="fan_in", distribution=distribution)


def normal(shape: Shape, rng: Random, *, variance: float) -> Array:
    """Draw weights from a normal distribution of mean 0 and the given *variance*, which is not the deviation.

    Raises ValueError when `shape` is not (D_out, D_in) or `variance` is negative.

    >>> normal((2, 3), rng=0, variance=0.0)
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """
    if real_number("variance", variance) < 0:
        raise ValueError(f"variance is {variance!r}, expected a number that is not negative.")
    return _draw(shape, rng, variance, "normal")


def zeros(shape: Shape, rng: Random | None = None) -> Array:
    """Return zeros. (With all weights equal, the units of a layer stay equal: chapter 5.) `rng` is not used.

    Raises ValueError when `shape` is not (D_out, D_in).

    >>> zeros((1, 2))
    array([[0., 0.]])
    """
    return np.zeros(checked_shape(shape))


def constant(shape: Shape, rng: Random | None = None, *, value: float) -> Array:
    """Return weights that are all equal, which chapter 5 shows is a mistake. `rng` is not used.

    Raises ValueError when `shape` is not (D_out, D_in).

    >>> constant((1, 2), value=0.5)
    array([[0.5, 0.5]])
    """
    return np.full(checked_shape(shape), real_number("value", value))


def checked_shape(shape: Any) -> Shape:
    """Return the shape (D_out, D_in), or say what is wrong with it."""
    if not isinstance(shape, tuple) or len(shape) != 2:
        raise ValueError(f"shape is {shape!r}, expected (D_out, D_in), the shape of Ω.")
    return whole_number("shape[0]", shape[0]), whole_number("shape[1]", shape[1])


def _scaled(shape: Any, scale: float, mode: str) -> float:
    rows, columns = checked_shape(shape)
    fans = {
        "fan_in": columns,  # 7.31
        "fan_out": rows,  # 7.32
        "fan_avg": (rows + columns) / 2,  # 7.33
    }
    if mode not in fans:
        raise ValueError(f'mode is {mode!r}, expected "fan_in", "fan_out" or "fan_avg".')
    if real_number("scale", scale) <= 0:
        raise ValueError(f"scale is {scale!r}, expected a positive number.")
    return scale / fans[mode]


def _draw(shape: Any, rng: Random, variance: float, distribution: str) -> Array:
    shape, rng, deviation = checked_shape(shape), np.random.default_rng(rng), math.sqrt(variance)
    if distribution == "normal":
        return rng.normal(0.0, deviation, shape) + 0.0  # no −0 at variance 0
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return rng.uniform(-limit, limit, shape)
    if distribution == "truncated_normal":
        return deviation / TRUNCATED_AT_TWO * _within_two(rng, shape)
    raise ValueError(f'distribution is {distribution!r}, expected "normal", "truncated_normal" or "uniform".')


def _within_two(rng: np.random.Generator, shape: Shape) -> Array:
    """Standard normal numbers, each drawn again until it lies within ±2."""
    numbers = rng.normal(size=shape)
    while (outside := np.abs(numbers) > 2).any():
        numbers[outside] = rng.normal(size=np.count_nonzero(outside))
    return numbers
