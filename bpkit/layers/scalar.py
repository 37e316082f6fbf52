"""Layers of one number: a multiplier, and a bias, shared by all rows."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from bpkit.layers.layer import Array, Arrays, Fs, Layer, Out, Rng
from bpkit.numerical.arguments import floating_type, real_number


@dataclass(frozen=True, init=False, eq=False, repr=False)
class _Scalar(Layer):
    """A layer around one learned number, an array of shape (1, 1), so that training can change it in place."""

    value: Array

    def __init__(self, value: float, *, dtype: DTypeLike = float) -> None:
        object.__setattr__(self, "value", np.full((1, 1), real_number("value", value), floating_type("dtype", dtype)))

    @classmethod
    def of(cls, value: Array) -> Self:
        """Return a layer around a given array of shape (1, 1), which it does not copy."""
        if np.shape(value) != (1, 1):
            raise ValueError(f"value has shape {np.shape(value)}, expected (1, 1).")
        layer = cls.__new__(cls)
        object.__setattr__(layer, "value", value)
        return layer

    @property
    def parameters(self) -> Arrays:
        return (self.value,)

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.value.item():.4g}"


class ScalarMultiplier(_Scalar):
    """y = a·x, with one learned number a for the whole layer.

    Source: Zhang, Dauphin and Ma (2019), "Fixup initialization: residual learning without normalization".

    >>> ScalarMultiplier(2.0).forward(np.array([[3.0]]))[0]
    array([[6.]])
    """

    def __init__(self, value: float = 1.0, *, dtype: DTypeLike = float) -> None:
        super().__init__(value, dtype=dtype)

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        return np.multiply(self.value, x, out=out), None

    def backward(
        self, x: Array, y: Array, kept: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None, dl_df: Fs = None
    ) -> Array:
        gradients[0][...] = np.vdot(x, dl_dy)
        return np.multiply(self.value, dl_dy, out=out)


class ScalarBias(_Scalar):
    """y = x + b, with one learned number b for the whole layer.

    Source: Zhang, Dauphin and Ma (2019), "Fixup initialization: residual learning without normalization".

    >>> ScalarBias(2.0).forward(np.array([[3.0]]))[0]
    array([[5.]])
    """

    def __init__(self, value: float = 0.0, *, dtype: DTypeLike = float) -> None:
        super().__init__(value, dtype=dtype)

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        return np.add(x, self.value, out=out), None

    def backward(
        self, x: Array, y: Array, kept: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None, dl_df: Fs = None
    ) -> Array:
        gradients[0][...] = dl_dy.sum()
        return dl_dy
