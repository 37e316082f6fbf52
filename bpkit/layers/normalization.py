"""Layers with a scale and a shift for each row: BatchNorm, which normalizes by the batch, and ActNorm."""

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import DTypeLike

from bpkit.layers.layer import Array, Arrays, Layer, Out, Rng
from bpkit.numerical.arguments import floating_type, real_number, whole_number


class _PerRow(Layer):
    """A layer with a scale γ and a shift δ for each row, both of shape (rows, 1)."""

    in_place = True
    gamma: Array
    delta: Array

    @property
    def rows_in(self) -> int:
        return int(self.gamma.shape[0])

    def rows_out(self, rows_in: int | None) -> int | None:
        if rows_in not in (None, self.rows_in):
            raise ValueError(f"{self} takes {self.rows_in} rows, but {rows_in} come in.")
        return self.rows_in

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.rows_in}"


class Statistics(NamedTuple):
    """What a BatchNorm divided by, each of shape (rows, 1): stored for the way back, and to be remembered."""

    mean: Array
    variance: Array
    deviation: Array  # √(variance + ε)
    examples: int  # 0 where they are not of the batch, but the running ones


class BatchNorm(_PerRow):
    """y = γ·(x − μ)/√(v + ε) + δ, with a mean μ and a variance v for each row.

    In training these are the batch's own (v divides by I), and ∂ℓ/∂x accounts for what x does to them. Otherwise they
    are `running_mean` and `running_variance`, which each training step of `bp.backprop` moves towards the batch's by
    the share `momentum` (there v divides by I − 1); a forward pass never changes them. The scale `gamma` starts at 1
    and the shift `delta` at 0, both of shape (rows, 1).

    Raises ValueError for settings out of range, another number of rows, or a batch of one in training, whose variance
    would be 0.

    Source: Ioffe and Szegedy (2015), "Batch normalization: accelerating deep network training by reducing internal
    covariate shift"; running statistics as in PyTorch's BatchNorm1d.

    >>> layer = BatchNorm(1)
    >>> y, stored = layer.forward(np.array([[1.0, 3.0]]), training=True)
    >>> y.round(3)
    array([[-1.,  1.]])
    >>> layer.remember(stored)
    >>> layer.running_mean, layer.running_variance
    (array([[0.2]]), array([[1.1]]))
    """

    settings = ("momentum", "epsilon")

    def __init__(self, rows: int, *, momentum: float = 0.1, epsilon: float = 1e-5, dtype: DTypeLike = float) -> None:
        shape, dtype = (whole_number("rows", rows), 1), floating_type("dtype", dtype)
        gamma, delta, mean, variance = (np.full(shape, value, dtype) for value in (1, 0, 0, 1))
        self._hold(gamma, delta, mean, variance, momentum, epsilon)

    @classmethod
    def of(
        cls, gamma: Array, delta: Array, running_mean: Array, running_variance: Array, *,
        momentum: float = 0.1, epsilon: float = 1e-5,
    ) -> Self:  # fmt: skip
        """Return a layer around given arrays of shape (rows, 1), which it does not copy.

        >>> BatchNorm.of(np.ones((2, 1)), np.zeros((2, 1)), np.zeros((2, 1)), np.ones((2, 1)))
        BatchNorm 2
        """
        checked_columns(gamma=gamma, delta=delta, running_mean=running_mean, running_variance=running_variance)
        layer = cls.__new__(cls)
        layer._hold(gamma, delta, running_mean, running_variance, momentum, epsilon)
        return layer

    def _hold(self, gamma: Array, delta: Array, mean: Array, variance: Array, momentum: float, epsilon: float) -> None:
        if not 0 <= real_number("momentum", momentum) <= 1:
            raise ValueError(f"momentum is {momentum!r}, expected a share between 0 and 1: that of the new batch.")
        if real_number("epsilon", epsilon) <= 0:
            raise ValueError(f"epsilon is {epsilon!r}, expected a positive number, which keeps the division finite.")
        self.gamma, self.delta, self.running_mean, self.running_variance = gamma, delta, mean, variance
        self.parameters, self.state = (gamma, delta), (mean, variance)
        self.momentum, self.epsilon = float(momentum), float(epsilon)

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        self.rows_out(x.shape[0])
        if training and x.shape[1] == 1:
            raise ValueError(
                f"{self} divides by the deviation over the batch, but the batch has one example: train on more at once."
            )
        mean = x.mean(axis=1, keepdims=True) if training else self.running_mean.copy()
        variance = x.var(axis=1, keepdims=True) if training else self.running_variance.copy()
        deviation = np.sqrt(variance + x.dtype.type(self.epsilon))
        y = np.subtract(x, mean, out=out)
        y *= self.gamma / deviation
        y += self.delta
        return y, Statistics(mean, variance, deviation, x.shape[1] if training else 0)

    def backward(self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays, *, out: Out = None) -> Array:
        normal = (x - stored.mean) / stored.deviation
        g_gamma, g_delta = gradients
        np.add.reduce(dl_dy * normal, axis=1, keepdims=True, out=g_gamma)
        np.add.reduce(dl_dy, axis=1, keepdims=True, out=g_delta)
        if not stored.examples:
            return np.multiply(dl_dy, self.gamma / stored.deviation, out=out)
        examples = x.dtype.type(stored.examples)
        # What x does through the mean and through the deviation is taken out.
        normal *= g_gamma / examples
        g = np.subtract(dl_dy, normal, out=out)
        g -= g_delta / examples
        g *= self.gamma / stored.deviation
        return g

    def remember(self, stored: Any) -> None:
        if stored.examples:
            unbiased = stored.variance * (stored.examples / (stored.examples - 1))
            self.running_mean[...] += self.momentum * (stored.mean - self.running_mean)
            self.running_variance[...] += self.momentum * (unbiased - self.running_variance)


class ActNorm(_PerRow):
    """y = γ·x + δ, with a scale `gamma` and a shift `delta` for each row, both of shape (rows, 1).

    They start at 1 and 0. `bp.init.actnorm` sets them so that the first batch comes out with mean 0 and variance 1;
    from then on they are parameters like others, and no example depends on the rest of its batch.

    Raises ValueError for another number of rows.

    Source: Kingma and Dhariwal (2018), "Glow: generative flow with invertible 1×1 convolutions".

    >>> ActNorm(2)
    ActNorm 2
    """

    def __init__(self, rows: int, *, dtype: DTypeLike = float) -> None:
        shape, dtype = (whole_number("rows", rows), 1), floating_type("dtype", dtype)
        self._hold(np.ones(shape, dtype), np.zeros(shape, dtype))

    @classmethod
    def of(cls, gamma: Array, delta: Array) -> Self:
        """Return a layer around given arrays of shape (rows, 1), which it does not copy.

        >>> ActNorm.of(np.array([[2.0]]), np.array([[1.0]])).forward(np.array([[3.0]]))[0]
        array([[7.]])
        """
        checked_columns(gamma=gamma, delta=delta)
        layer = cls.__new__(cls)
        layer._hold(gamma, delta)
        return layer

    def _hold(self, gamma: Array, delta: Array) -> None:
        self.gamma, self.delta = gamma, delta
        self.parameters = (gamma, delta)

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        self.rows_out(x.shape[0])
        y = np.multiply(self.gamma, x, out=out)
        y += self.delta
        return y, None

    def backward(self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays, *, out: Out = None) -> Array:
        g_gamma, g_delta = gradients
        np.add.reduce(dl_dy * x, axis=1, keepdims=True, out=g_gamma)
        np.add.reduce(dl_dy, axis=1, keepdims=True, out=g_delta)
        return np.multiply(self.gamma, dl_dy, out=out)


def checked_columns(**arrays: Array) -> None:
    """Raise ValueError unless all arrays are columns of the same height."""
    height = np.shape(next(iter(arrays.values())))[:1]
    for name, array in arrays.items():
        if np.shape(array) != (*height, 1):
            raise ValueError(f"{name} has shape {np.shape(array)}, expected (rows, 1), with rows as in gamma.")
