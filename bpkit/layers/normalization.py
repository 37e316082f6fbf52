"""Layers that give every row a mean and a variance of their own: BatchNorm by the batch's, ActNorm by its start."""

from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import DTypeLike

from bpkit.layers.layer import Array, Arrays, Fs, Layer, Out, Rng
from bpkit.numerical.arguments import floating_type, real_number, whole_number


class Statistics(NamedTuple):
    """What a BatchNorm divided by, each of shape (rows, 1): kept for the way back, and to be remembered."""

    mean: Array
    variance: Array
    deviation: Array  # √(variance + ε)
    examples: int  # 0 where they are not of the batch, but the running ones


@dataclass(frozen=True, init=False, eq=False, repr=False)
class BatchNorm(Layer):
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
    >>> y, kept = layer.forward(np.array([[1.0, 3.0]]), training=True)
    >>> y.round(3)
    array([[-1.,  1.]])
    >>> layer.remember(kept)
    >>> layer.running_mean, layer.running_variance
    (array([[0.2]]), array([[1.1]]))
    """

    gamma: Array
    delta: Array
    running_mean: Array
    running_variance: Array
    momentum: float
    epsilon: float

    def __init__(self, rows: int, *, momentum: float = 0.1, epsilon: float = 1e-5, dtype: DTypeLike = float) -> None:
        shape, dtype = (whole_number("rows", rows), 1), floating_type("dtype", dtype)
        self._set(np.ones(shape, dtype), np.zeros(shape, dtype), np.zeros(shape, dtype), np.ones(shape, dtype))
        self._set_options(momentum, epsilon)

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
        layer._set(gamma, delta, running_mean, running_variance)
        layer._set_options(momentum, epsilon)
        return layer

    def _set(self, gamma: Array, delta: Array, running_mean: Array, running_variance: Array) -> None:
        object.__setattr__(self, "gamma", gamma)
        object.__setattr__(self, "delta", delta)
        object.__setattr__(self, "running_mean", running_mean)
        object.__setattr__(self, "running_variance", running_variance)

    def _set_options(self, momentum: float, epsilon: float) -> None:
        if not 0 <= real_number("momentum", momentum) <= 1:
            raise ValueError(f"momentum is {momentum!r}, expected a share between 0 and 1: that of the new batch.")
        if real_number("epsilon", epsilon) <= 0:
            raise ValueError(f"epsilon is {epsilon!r}, expected a positive number, which keeps the division finite.")
        object.__setattr__(self, "momentum", float(momentum))
        object.__setattr__(self, "epsilon", float(epsilon))

    @property
    def parameters(self) -> Arrays:
        return self.gamma, self.delta

    @property
    def state(self) -> Arrays:
        return self.running_mean, self.running_variance

    @property
    def rows_in(self) -> int:
        return int(self.gamma.shape[0])

    def rows_out(self, rows_in: int | None) -> int | None:
        return checked_rows(self, rows_in)

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        checked_rows(self, x.shape[0])
        if training and x.shape[1] == 1:
            raise ValueError(
                f"{self} divides by the deviation over the batch, but the batch has one example: train on more at once."
            )
        mean = x.mean(axis=1, keepdims=True) if training else self.running_mean.copy()
        variance = x.var(axis=1, keepdims=True) if training else self.running_variance.copy()
        kept = Statistics(mean, variance, np.sqrt(variance + x.dtype.type(self.epsilon)), x.shape[1] if training else 0)
        y = np.subtract(x, mean, out=out)
        y *= self.gamma / kept.deviation
        y += self.delta
        return y, kept

    def backward(
        self, x: Array, y: Array, kept: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None, dl_df: Fs = None
    ) -> Array:
        normal = (x - kept.mean) / kept.deviation
        g_gamma, g_delta = gradients
        np.add.reduce(dl_dy * normal, axis=1, keepdims=True, out=g_gamma)
        np.add.reduce(dl_dy, axis=1, keepdims=True, out=g_delta)
        if not kept.examples:
            return np.multiply(dl_dy, self.gamma / kept.deviation, out=out)
        examples = x.dtype.type(kept.examples)
        # What x does through the mean and through the deviation is taken out.
        normal *= g_gamma / examples
        g = np.subtract(dl_dy, normal, out=out)
        g -= g_delta / examples
        g *= self.gamma / kept.deviation
        return g

    def remember(self, kept: Any) -> None:
        if kept.examples:
            unbiased = kept.variance * (kept.examples / (kept.examples - 1))
            self.running_mean[...] += self.momentum * (kept.mean - self.running_mean)
            self.running_variance[...] += self.momentum * (unbiased - self.running_variance)

    def __repr__(self) -> str:
        return f"BatchNorm {self.gamma.shape[0]}"


@dataclass(frozen=True, init=False, eq=False, repr=False)
class ActNorm(Layer):
    """y = γ·x + δ, with a scale `gamma` and a shift `delta` for each row, both of shape (rows, 1).

    They start at 1 and 0. `bp.init.actnorm` sets them so that the first batch comes out with mean 0 and variance 1;
    from then on they are parameters like others, and no example depends on the rest of its batch.

    Raises ValueError for another number of rows.

    Source: Kingma and Dhariwal (2018), "Glow: generative flow with invertible 1×1 convolutions".

    >>> ActNorm(2)
    ActNorm 2
    """

    gamma: Array
    delta: Array

    def __init__(self, rows: int, *, dtype: DTypeLike = float) -> None:
        shape, dtype = (whole_number("rows", rows), 1), floating_type("dtype", dtype)
        object.__setattr__(self, "gamma", np.ones(shape, dtype))
        object.__setattr__(self, "delta", np.zeros(shape, dtype))

    @classmethod
    def of(cls, gamma: Array, delta: Array) -> Self:
        """Return a layer around given arrays of shape (rows, 1), which it does not copy.

        >>> ActNorm.of(np.array([[2.0]]), np.array([[1.0]])).forward(np.array([[3.0]]))[0]
        array([[7.]])
        """
        checked_columns(gamma=gamma, delta=delta)
        layer = cls.__new__(cls)
        object.__setattr__(layer, "gamma", gamma)
        object.__setattr__(layer, "delta", delta)
        return layer

    @property
    def parameters(self) -> Arrays:
        return self.gamma, self.delta

    @property
    def rows_in(self) -> int:
        return int(self.gamma.shape[0])

    def rows_out(self, rows_in: int | None) -> int | None:
        return checked_rows(self, rows_in)

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        checked_rows(self, x.shape[0])
        y = np.multiply(self.gamma, x, out=out)
        y += self.delta
        return y, None

    def backward(
        self, x: Array, y: Array, kept: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None, dl_df: Fs = None
    ) -> Array:
        g_gamma, g_delta = gradients
        np.add.reduce(dl_dy * x, axis=1, keepdims=True, out=g_gamma)
        np.add.reduce(dl_dy, axis=1, keepdims=True, out=g_delta)
        return np.multiply(self.gamma, dl_dy, out=out)

    def __repr__(self) -> str:
        return f"ActNorm {self.gamma.shape[0]}"


def checked_rows(layer: BatchNorm | ActNorm, rows_in: int | None) -> int:
    """Return how many rows the layer has, or say that another number comes in."""
    rows = layer.gamma.shape[0]
    if rows_in not in (None, rows):
        raise ValueError(f"{layer} takes {rows} rows, but {rows_in} come in.")
    return rows


def checked_columns(**arrays: Array) -> None:
    """Raise ValueError unless all arrays are columns of the same height."""
    height = np.shape(next(iter(arrays.values())))[:1]
    for name, array in arrays.items():
        if np.shape(array) != (*height, 1):
            raise ValueError(f"{name} has shape {np.shape(array)}, expected (rows, 1), with rows as in gamma.")
