"""Starting values for weights: functions of a shape (D_out, D_in) and a generator."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit.arguments import real_number, whole_number

Array = NDArray[np.float64]
Shape = tuple[int, int]
Random = np.random.Generator | int


def he(shape: Shape, rng: Random) -> Array:
    """Draw weights from a normal distribution of mean 0 and variance 2/D_in, made for ReLUs.

    Raises ValueError when `shape` is not (D_out, D_in).

    Source: He et al. (2015), "Delving deep into rectifiers"; section 7.5.

    >>> he((100, 50), rng=0).var().round(2)
    np.float64(0.04)
    """
    return normal(shape, rng, variance=2 / _checked(shape)[1])


def glorot(shape: Shape, rng: Random) -> Array:
    """Draw weights from a normal distribution of mean 0 and variance 2/(D_in + D_out), made for tanh.

    Raises ValueError when `shape` is not (D_out, D_in).

    Source: Glorot and Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks".

    >>> glorot((150, 50), rng=0).var().round(2)
    np.float64(0.01)
    """
    return normal(shape, rng, variance=2 / sum(_checked(shape)))


def normal(shape: Shape, rng: Random, *, variance: float) -> Array:
    """Draw weights from a normal distribution of mean 0 and the given *variance*, which is not the deviation.

    Raises ValueError when `shape` is not (D_out, D_in) or `variance` is negative.

    >>> normal((2, 3), rng=0, variance=0.0)
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """
    if real_number("variance", variance) < 0:
        raise ValueError(f"variance is {variance!r}, expected a number that is not negative.")
    return np.random.default_rng(rng).normal(0.0, np.sqrt(variance), _checked(shape)) + 0.0  # no −0 at variance 0


def zeros(shape: Shape, rng: Random | None = None) -> Array:
    """Return zeros. (With all weights equal, the units of a layer stay equal: chapter 5.) `rng` is not used.

    Raises ValueError when `shape` is not (D_out, D_in).

    >>> zeros((1, 2))
    array([[0., 0.]])
    """
    return np.zeros(_checked(shape))


def _checked(shape: Any) -> Shape:
    if not isinstance(shape, tuple) or len(shape) != 2:
        raise ValueError(f"shape is {shape!r}, expected (D_out, D_in), the shape of Ω.")
    return whole_number("shape[0]", shape[0]), whole_number("shape[1]", shape[1])
