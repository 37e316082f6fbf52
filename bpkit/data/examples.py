"""Checks a set of examples, x and y, and says in one sentence what is wrong with it."""

from typing import Any

import numpy as np

from bpkit.numerical.arguments import columns
from bpkit.numerical.arrays import Array

Examples = tuple[Array, Array]


def features(name: str, value: Any, *, of: str, rows: int | None = None) -> Array:
    """Return a matrix whose columns are examples; integers become float64, and a floating type stays as it is.

    `of` names the function that asks, and `rows` is the expected number of rows (None: any).

    Raises TypeError unless it holds numbers, ValueError for a wrong shape, no examples, NaN or infinity.

    >>> features("x", [[1, 2, 3]], of="split")
    array([[1., 2., 3.]])
    """
    array = _array(name, value)
    if array.ndim > 2:
        raise ValueError(
            f"{name} has shape {array.shape}; examples are columns, so {of} expects (D, I): "
            f"did you mean {name}.reshape(len({name}), -1).T, an image in each column?"
        )
    if array.ndim == 1 and rows is None:
        raise ValueError(
            f"{name} has shape {array.shape}; examples are columns, so {of} expects (D, I): "
            f"one feature of all examples is {name}[None, :], one example {name}[:, None]."
        )
    dtype = array.dtype if array.dtype.kind == "f" else np.dtype(float)
    return columns(name, array, dtype, rows=rows, of=of)


def examples(x: Any, y: Any, *, of: str) -> Examples:
    """Return x (D_i, I) and y, labels (I,) or targets (D_o, I), as arrays that match.

    Raises TypeError unless both hold numbers, ValueError for shapes that do not match, no examples, NaN, infinity or a
    negative label.

    >>> examples([[0.5, 1.5]], [1, 0], of="split")
    (array([[0.5, 1.5]]), array([1, 0]))
    """
    x, y = features("x", x, of=of), _array("y", y)
    number = x.shape[1]
    if y.ndim == 1 and y.size == number:
        return x, _labels(y)
    if y.ndim == 2 and y.shape[1] == number:
        return x, y if y.dtype.kind in "iub" else features("y", y, of=of)
    found = f"y has shape {y.shape} and x {x.shape}"
    raise ValueError(f"{found}; examples are columns, so x is (D_i, I), and y (I,) or (D_o, I){_slip(x, y)}")


def class_labels(y: Array, *, of: str) -> Array:
    """Return y if it holds labels: only these can be stratified.

    >>> class_labels(np.array([1, 0]), of="split")
    array([1, 0])
    """
    if y.ndim == 1:
        return y
    one_hot = y.shape[0] > 1 and bool(np.all((y == 0) | (y == 1)) and np.all(y.sum(axis=0) == 1))
    slip = "pass y.argmax(axis=0)" if one_hot else "leave out stratified=True for targets"
    raise ValueError(f"y has shape {y.shape}, but a stratified {of} needs labels of shape (I,): {slip}.")


def _array(name: str, value: Any) -> Array:
    try:
        return np.asarray(value)
    except ValueError:
        raise TypeError(f"{name} is a list whose rows differ in length, expected a matrix.") from None


def _labels(y: Array) -> Array:
    if y.dtype.kind not in "iu":
        fix = ": for targets pass y[None, :], for labels y.astype(int)" if y.dtype.kind in "fb" else ""
        raise TypeError(f"y has shape {y.shape} and holds {y.dtype}, expected whole numbers as labels{fix}.")
    if y.min() < 0:
        raise ValueError(f"y holds the label {y.min()} for example {y.argmin()}, expected labels that count from 0.")
    return y


def _slip(x: Array, y: Array) -> str:
    if y.ndim == 2 and x.shape[0] == y.shape[0]:
        return ": did you mean x.T and y.T?"
    if y.ndim == 2 and x.shape[1] == y.shape[0]:
        return ": did you mean y.T?"
    if y.ndim in (1, 2) and x.shape[0] == y.shape[-1]:
        return ": did you mean x.T?"
    return "."
