"""Standardisation: each feature gets mean 0 and variance 1 on the training set."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpkit.data.examples import features
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array
from bpkit.numerical.underflow import ignore_underflow


@dataclass(frozen=True, eq=False)
class Standardisation:
    """x′ = (x − mean) / scale, with mean and scale computed from one set and applied to any set of the same features.

    `mean` and `scale` have shape (D, 1). x′ has the type of x.

    Raises TypeError or ValueError when x does not have D rows.

    >>> scaled = Standardisation(mean=np.array([[1.0]]), scale=np.array([[2.0]]))
    >>> scaled([[1.0, 3.0]])
    array([[0., 1.]])
    """

    mean: Array
    scale: Array

    @ignore_underflow
    def __call__(self, x: Any) -> Array:
        x = features("x", x, of="this standardisation", rows=self.mean.shape[0])
        return ((x - self.mean) / self.scale).astype(x.dtype, copy=False)


@ignore_underflow
def standardise(x: Any, *, channels: int | None = None) -> Standardisation:
    """Compute the mean and the scale (the standard deviation, dividing by I) of each feature of the training set.

    With `channels`, the rows are that many equal blocks, one after the other (images of shape (C, H, W), flattened),
    and each block has one mean and one scale. A constant feature is centred, and its scale is 1. Apply the result to
    the training set and to every other set: what the network was trained on must not depend on the test set.

    Raises TypeError or ValueError when x is not a matrix of finite numbers, or the channels do not divide its rows.

    >>> x = np.array([[1.0, 3.0], [7.0, 7.0]])
    >>> scaled = standardise(x)
    >>> scaled(x)
    array([[-1.,  1.],
           [ 0.,  0.]])
    """
    x = features("x", x, of="standardise")
    rows = x.shape[0]
    groups = rows if channels is None else whole_number("channels", channels)
    if rows % groups:
        raise ValueError(f"channels is {groups}, but x has {rows} rows, which is no multiple of it.")
    grouped = x.reshape(groups, -1).astype(float, copy=False)
    mean = grouped.mean(axis=1, keepdims=True)
    spread = np.ptp(grouped, axis=1, keepdims=True)
    # Constant up to rounding: dividing by such a spread would turn noise in the last digit into a feature.
    constant = spread <= 8 * np.finfo(x.dtype).eps * np.abs(grouped).max(axis=1, keepdims=True)
    spread[constant] = 1
    # In units of the spread, so that no square overflows or underflows.
    relative = grouped - mean
    relative /= spread
    scale = spread * np.sqrt(np.mean(np.square(relative, out=relative), axis=1, keepdims=True))
    scale[constant] = 1
    return Standardisation(np.repeat(mean, rows // groups, axis=0), np.repeat(scale, rows // groups, axis=0))
