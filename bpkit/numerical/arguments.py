"""Checks what a caller passed, and says in one sentence what is wrong with it."""

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from bpkit.numerical.arrays import Array


def real_array(name: str, value: Any, *, shape: tuple[int, ...] | None = None, slip: str = "") -> NDArray[np.float64]:
    """Return `value` as a float64 array, or raise an error that names the argument.

    `shape` is the expected shape (None: any), and `slip` the likely mistake when the shape is wrong. Integers are
    converted.

    Raises TypeError for anything but real numbers in a regular shape, ValueError for a wrong shape, NaN or infinity.

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
        raise ValueError(f"{name} has shape {array.shape}, expected {shape}{f': {slip}' if slip else '.'}")
    if not np.isfinite(array).all():
        where = "" if array.ndim == 0 else f" at index {list(map(int, np.argwhere(~np.isfinite(array))[0]))}"
        raise ValueError(f"{name} holds {array[~np.isfinite(array)][0]}{where}, expected finite numbers.")
    return array.astype(np.float64)


def real_number(name: str, value: Any) -> float:
    """Return `value` as a float, or raise an error that names the argument.

    Raises TypeError for anything but a real number, ValueError for an array, NaN or infinity.

    >>> real_number("alpha", 1)
    1.0
    """
    return float(real_array(name, value, shape=()))


def whole_number(name: str, value: Any, least: int = 1) -> int:
    """Return `value` as an int of at least `least`.

    Raises TypeError unless it is a whole number, ValueError if it is too small.

    >>> whole_number("rows_in", 3)
    3
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} is {_short(value)}, expected a whole number.")
    if value < least:
        raise ValueError(f"{name} is {value}, expected a whole number of at least {least}.")
    return int(value)


def floating_type(name: str, value: DTypeLike) -> np.dtype[Any]:
    """Return `value` as a NumPy floating type.

    Raises TypeError for any other type.

    >>> floating_type("dtype", "float32")
    dtype('float32')
    """
    dtype = np.dtype(value)
    if dtype.kind != "f":
        raise TypeError(f"{name} is {dtype}, expected a floating type such as float or np.float32.")
    return dtype


def columns(name: str, value: Any, dtype: np.dtype[Any], *, rows: int | None, of: str) -> Array:
    """Return a batch, a matrix with a column for each example, as an array of the given floating type.

    `rows` is the expected number of rows (None: any), and `of` names what expects them. Integers are converted;
    another floating type is refused, because a type that changes by itself is hard to trace later.

    Raises TypeError for a wrong type, ValueError for a wrong shape, an empty batch, NaN or infinity.

    >>> columns("x", [[1, 2, 3]], np.dtype(float), rows=1, of="this network")
    array([[1., 2., 3.]])
    """
    array = np.asarray(value)
    if array.dtype.kind in "iub":
        array = array.astype(dtype)
    if array.dtype != dtype:
        known = array.dtype.kind == "f"
        fix = f": convert it with {name}.astype(np.{dtype})" if known else ""
        what = str(array.dtype) if known else _short(value)
        raise TypeError(f"{name} is {what}, but {of} computes in {dtype}{fix}.")
    if array.ndim != 2 or (rows is not None and array.shape[0] != rows):
        raise ValueError(
            f"{name} has shape {array.shape}; examples are columns, so a batch for {of} is "
            f"({'D' if rows is None else rows}, I){_columns_slip(name, array, rows)}"
        )
    if 0 in array.shape:
        raise ValueError(f"{name} has shape {array.shape}: the batch is empty, expected at least one example.")
    # The sum of squares is finite for nearly every finite batch, and five times faster to compute than np.isfinite.
    flat = array.ravel(order="K")  # in memory order, so no copy is made
    if not math.isfinite(np.vdot(flat, flat)) and not np.isfinite(array).all():
        row, column = map(int, np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{name} holds {array[row, column]} in row {row} of example {column}, expected finite numbers: "
            "is a value missing in the data, or was something divided by 0?"
        )
    return array


def _columns_slip(name: str, array: Array, rows: int | None) -> str:
    if array.ndim == 1 and rows in (None, array.size):
        return f": one example is {name}[:, None]."
    if array.ndim == 1 and rows == 1:
        return f": did you mean {name}[None, :]?"
    if array.ndim == 2 and array.shape[1] == rows:
        return f": did you mean {name}.T?"
    return "."


def _short(value: Any) -> str:
    """The type and value of an argument, truncated to fit a line."""
    return shortened(f"{type(value).__name__} {value!r}".replace("\n", " "))


def shortened(text: str, length: int = 60) -> str:
    """Return the text if it is not longer than this, and otherwise its beginning.

    >>> shortened("backpropagation", 7)
    'back...'
    """
    return text if len(text) <= length else text[: length - 3] + "..."
