"""Rules of norms of vectors and matrices. The length of the zero vector has slope 0, as has a singular value of 0."""

from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from bpkit.graphs.rules.elementwise import no_length, one_for_zero, over
from bpkit.graphs.rules.rule import as_numpy, composed, length, reduction
from bpkit.graphs.tracked import DerivativeError, apply

NORM = length(
    reduction(
        lambda x, axis, keepdims: np.linalg.norm(x, axis=axis, keepdims=keepdims),
        lambda y, x, axis: over(x, y),
        name="norm",
    ),
    lambda x, axis, keepdims: np.sum(np.square(x), axis=axis, keepdims=keepdims),
)


@composed(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    of_matrix = (np.ndim(x) if axis is None else np.size(axis)) == 2
    if ord is None or (ord == 2 and not of_matrix) or (ord == "fro" and of_matrix):
        return apply(NORM, (x,), {"axis": axis, "keepdims": keepdims})
    if of_matrix:
        y = _of_matrix(x, ord, normalize_axis_tuple((0, 1) if axis is None else axis, np.ndim(x)), keepdims)
        return as_numpy(partial(np.linalg.norm, ord=ord, axis=axis, keepdims=keepdims), y, x)
    if isinstance(ord, str) or ord == 0 or (axis is None and np.ndim(x) != 1):
        raise DerivativeError(f"np.linalg.norm has no derivative rule for ord={ord!r} of {np.ndim(x)} axes.")
    if np.isinf(ord):
        return (np.max if ord > 0 else np.min)(np.abs(x), axis=axis, keepdims=keepdims)
    total = np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims)
    y = total if ord == 1 else np.where(total == 0, no_length(total), one_for_zero(total) ** (1 / ord))
    return as_numpy(partial(np.linalg.norm, ord=ord, axis=axis, keepdims=keepdims), y, x)


def _of_matrix(x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    """Norms of order 1 and ∞ are sums of a column or row, those of order 2 and "nuc" come from singular values."""
    rows = np.moveaxis(x, axes, (-2, -1))
    if ord in (1, -1, np.inf, -np.inf):
        values = np.sum(np.abs(rows), axis=-2 if abs(ord) == 1 else -1)
    elif ord in (2, -2, "nuc"):
        values = np.linalg.svdvals(rows)
    else:
        raise ValueError(f"np.linalg.norm has no order {ord!r} for matrices.")
    y = np.sum(values, axis=-1) if ord == "nuc" else (np.max if ord > 0 else np.min)(values, axis=-1)
    return np.expand_dims(y, axes) if keepdims else y


@composed(np.linalg.vector_norm)
def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """Along several axes, or all, the norm of all entries together."""
    axes = tuple(range(np.ndim(x))) if axis is None else normalize_axis_tuple(axis, np.ndim(x))
    rest = [size for k, size in enumerate(np.shape(x)) if k not in axes]
    entries = np.reshape(np.moveaxis(x, axes, range(-len(axes), 0)), (*rest, -1))
    y = np.linalg.norm(entries, ord, axis=-1)
    y = np.expand_dims(y, axes) if keepdims else y
    return as_numpy(lambda x: np.linalg.vector_norm(x, axis=axis, keepdims=keepdims, ord=ord), y, x)


@composed(np.linalg.matrix_norm)
def matrix_norm(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    return np.linalg.norm(x, ord, axis=(-2, -1), keepdims=keepdims)
