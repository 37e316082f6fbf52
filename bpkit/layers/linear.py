"""The linear layer f = β + Ωh, and its derivatives 7.20–7.22."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from bpkit.init.variance import he
from bpkit.layers.layer import Array, Arrays, Layer, Out, Rng
from bpkit.numerical.arguments import floating_type, whole_number
from bpkit.numerical.underflow import ignore_underflow


class Linear(Layer):
    """f = β + Ωh, with weights `omega` of shape (D_out, D_in) and biases `beta` of shape (D_out, 1).

    `init` is called with the shape of Ω and a generator, as `bp.init.he` is; biases start at zero. `rng` is a
    `numpy.random.Generator` or a seed. To change parameters, write into the arrays: `layer.omega[...] = …`.

    Raises ValueError for a size that is not a positive whole number, TypeError for a `dtype` that is not floating.

    Source: equations 7.16 and 7.20–7.22.

    >>> layer = Linear(3, 2, rng=0)
    >>> layer
    Linear 3 → 2
    >>> layer.omega.shape, layer.beta.shape
    ((2, 3), (2, 1))
    """

    def __init__(
        self,
        rows_in: int,
        rows_out: int,
        *,
        init: Callable[[tuple[int, int], np.random.Generator], Any] = he,
        rng: np.random.Generator | int,
        dtype: DTypeLike = float,
    ) -> None:
        shape = (whole_number("rows_out", rows_out), whole_number("rows_in", rows_in))
        omega = np.asarray(init(shape, np.random.default_rng(rng)))
        if omega.shape != shape:
            raise ValueError(f"init gave weights of shape {omega.shape}, expected {shape}, which is (D_out, D_in).")
        self._hold(np.zeros((shape[0], 1)), omega, floating_type("dtype", dtype))

    @classmethod
    def of(cls, beta: Any, omega: Any) -> Self:
        """Return a layer around given arrays: it does not copy them if they are arrays of one floating type.

        Raises ValueError when `omega` is not a matrix or `beta` not a column of as many rows.

        >>> Linear.of(beta=[[0.5]], omega=[[1.0, 2.0]]).omega
        array([[1., 2.]])
        """
        omega, beta = np.asarray(omega), np.asarray(beta)
        if omega.ndim != 2 or 0 in omega.shape:
            raise ValueError(f"omega has shape {omega.shape}, expected a matrix of shape (D_out, D_in).")
        if beta.shape != (omega.shape[0], 1):
            slip = ": did you mean beta[:, None]?" if beta.shape == omega.shape[:1] else "."
            raise ValueError(f"beta has shape {beta.shape}, expected {(omega.shape[0], 1)}, one bias a row{slip}")
        dtype = np.result_type(omega, beta)
        layer = cls.__new__(cls)
        layer._hold(beta, omega, dtype if dtype.kind == "f" else np.dtype(float))
        return layer

    @ignore_underflow
    def _hold(self, beta: Array, omega: Array, dtype: np.dtype[Any]) -> None:
        self.beta, self.omega = np.asarray(beta, dtype=dtype), np.asarray(omega, dtype=dtype)
        self.parameters = (self.beta, self.omega)

    @property
    def rows_in(self) -> int:
        return int(self.omega.shape[1])

    def rows_out(self, rows_in: int | None) -> int | None:
        if rows_in not in (None, self.omega.shape[1]):
            raise ValueError(f"{self} takes {self.omega.shape[1]} rows, but {rows_in} come in.")
        return int(self.omega.shape[0])

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        h = x
        f = np.dot(self.omega, h, out=out)
        f += self.beta  # 7.23
        return f, None

    def backward(self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays, *, out: Out = None) -> Array:
        self.write_gradients(x, dl_dy, gradients)
        return self.input_gradient(dl_dy, out=out)

    def input_gradient(self, g: Array, *, out: Out = None) -> Array:
        """Return ∂ℓ/∂h for g = ∂ℓ/∂f; the half of `backward` that the layer before waits for."""
        return np.dot(self.omega.T, g, out=out)  # 7.20

    def write_gradients(self, h: Array, g: Array, gradients: Arrays) -> None:
        """Write the derivatives of β and Ω, summed over the batch, for g = ∂ℓ/∂f; the first layer needs no more."""
        g_beta, g_omega = gradients
        if g.shape[1] == 1:
            np.copyto(g_beta, g)  # 7.21; a sum over one example would take longer than the product below
        else:
            np.dot(g, _ones(g.shape[1], g.dtype), out=g_beta)  # 7.21, summed over the batch
        np.dot(g, h.T, out=g_omega)  # 7.22

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.omega.shape[1]} → {self.omega.shape[0]}"


@lru_cache(maxsize=16)
def _ones(number: int, dtype: np.dtype[Any]) -> Array:
    """A column of ones. The product with it is the sum over the batch, in half the time for small batches."""
    ones = np.ones((number, 1), dtype)
    ones.setflags(write=False)
    return ones
