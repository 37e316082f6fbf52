"""Lengths that are 0 somewhere and differentiated twice: unlike them, their squares have second derivatives."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpkit.graphs.arraylike import ArrayLike


class Length(ArrayLike):
    """A length, such as a norm, that computes its square from what it is the length of.

    The chain rule finds 0 · ∞ for the second derivatives of |x|² at x = 0, as those of |x| are infinite; from x itself
    they are 2.
    """

    __slots__ = ()
    square: Callable[[], Any]

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> Any:
        if method == "__call__" and not settings and _is_square(ufunc, inputs):
            return self.square()
        return super().__array_ufunc__(ufunc, method, *inputs, **settings)

    def __pow__(self, exponent: Any) -> Any:
        return np.power(self, exponent)

    def __mul__(self, other: Any) -> Any:
        return np.multiply(self, other)


def _is_square(ufunc: np.ufunc, inputs: Any) -> bool:
    """Whether an operation on a length is its square."""
    if ufunc in (np.power, np.float_power):
        return isinstance(inputs[0], Length) and isinstance(inputs[1], float | int | np.number) and inputs[1] == 2
    return ufunc is np.square or (ufunc is np.multiply and inputs[0] is inputs[1])
