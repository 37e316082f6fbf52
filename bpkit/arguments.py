"""Looks at what a caller passed and says in one sentence what is wrong with it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def real_array(name: str, value: Any, *, shape: tuple[int, ...] | None = None, slip: str = "") -> NDArray[np.float64]:
    """Return `value` as a float64 array, or raise an error that names the argument.

    `shape` is the expected shape (None: any), and `slip` what the reader may have mixed up when the shape is wrong. A
    complex array, text, a ragged list and numbers that are not finite are refused; integers are converted.

    Raises TypeError for what is not a number, ValueError for a wrong shape, NaN or infinity.

    >>> real_array("beta", [0, 1, 2, 3], shape=(4,))
    array([0., 1., 2., 3.])
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError(f"{name} is a list whose rows differ in length, expected numbers in a regular shape.") from None
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} is {_short(value)}, expected real numbers.")
    if shape is not None and array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, expected {shape}{_ask(slip)}")
    if not np.isfinite(array).all():
        where = "" if array.ndim == 0 else f" at index {list(map(int, np.argwhere(~np.isfinite(array))[0]))}"
        raise ValueError(f"{name} holds {array[~np.isfinite(array)][0]}{where}, expected finite numbers.")
    return array.astype(np.float64)


def _ask(slip: str) -> str:
    return f": {slip}" if slip else "."


def _short(value: Any) -> str:
    """What came, as a reader would recognise it, cut to a line."""
    text = f"{type(value).__name__} {value!r}".replace("\n", " ")
    return text if len(text) <= 60 else text[:57] + "..."
