"""Layers of one learned number: a multiplier, a bias, and the slope of a PReLU, each shared by all rows."""

from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from bpkit.layers.layer import Array, Arrays, Layer, Out, Rng
from bpkit.numerical.arguments import floating_type, real_number
from bpkit.numerical.underflow import ignore_underflow


class _Scalar(Layer):
    """A layer around one learned number, an array of shape (1, 1), so that training can change it in place."""

    in_place = True
    name = "value"

    @ignore_underflow
    def __init__(self, value: float, *, dtype: DTypeLike = float) -> None:
        self._hold(np.full((1, 1), real_number(self.name, value), floating_type("dtype", dtype)))

    @classmethod
    def of(cls, value: Array) -> Self:
        """Return a layer around a given array of shape (1, 1), which it does not copy."""
        if np.shape(value) != (1, 1):
            raise ValueError(f"{cls.name} has shape {np.shape(value)}, expected (1, 1).")
        layer = cls.__new__(cls)
        layer._hold(value)
        return layer

    def _hold(self, value: Array) -> None:
        self.value = value
        self.parameters = (value,)

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

    def backward(self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays, *, out: Out = None) -> Array:
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

    def backward(self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays, *, out: Out = None) -> Array:
        gradients[0][...] = dl_dy.sum()
        return dl_dy


class PReLU(_Scalar):
    """A leaky ReLU whose slope α for z ≤ 0 is learned: max(0, z) + α·min(0, z), with one α for the whole layer.

    `alpha` is an array of shape (1, 1), so that training can change it in place.

    Source: He et al. (2015), "Delving deep into rectifiers".

    >>> PReLU(0.25)
    PReLU α = 0.25
    """

    name = "alpha"

    def __init__(self, alpha: float = 0.25, *, dtype: DTypeLike = float) -> None:
        super().__init__(alpha, dtype=dtype)

    @property
    def alpha(self) -> Array:
        """α, of shape (1, 1)."""
        return self.value

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        return np.multiply(x, np.where(x > 0, 1, self.alpha), out=out), None

    def backward(self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays, *, out: Out = None) -> Array:
        gradients[0][...] = np.sum(np.minimum(x, 0) * dl_dy)
        return np.multiply(dl_dy, np.where(x > 0, 1, self.alpha), out=out)

    def __repr__(self) -> str:
        return f"PReLU α = {self.alpha.item():.4g}"
