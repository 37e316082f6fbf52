"""Rules of the functions that append, insert, delete, choose or split off entries.

Where entries go, NumPy itself says: its function is applied to their numbers 0, 1, 2, …
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from bpkit.graphs.rules.rule import as_numpy, composed, constant
from bpkit.graphs.rules.shapes import rearranging
from bpkit.graphs.tracked import DerivativeError, Tracked, converted, is_differentiated, plain


@composed(np.append)
def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return np.concatenate([arr, values], axis=axis)


@composed(np.insert)
def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    arr, values = (x if isinstance(x, Tracked) else np.asarray(x) for x in (arr, values))
    old = np.arange(np.size(arr)).reshape(np.shape(arr))
    new = np.arange(np.size(values)).reshape(np.shape(values)) + np.size(arr)
    both = np.concatenate([np.ravel(arr), converted(np.ravel(values), np.result_type(arr))])
    return both[np.insert(old, obj, new, axis)]


@composed(np.delete)
def delete(arr: Any, obj: Any, axis: int | None = None) -> Any:
    kept = np.delete(np.arange(np.size(arr) if axis is None else np.shape(arr)[axis]), obj)
    return np.take(arr, kept, axis)


@composed(np.block)
def block(arrays: Any) -> Any:
    """The innermost lists are joined along the last axis, those around them along the one before, and so on."""
    depth = _depth(arrays)
    ndim = max([depth, *map(np.ndim, _leaves(arrays))])

    def joined(part: Any, level: int) -> Any:
        if isinstance(part, list) != (level > 0):
            raise ValueError("np.block got lists of different depths.")
        if not level:
            return np.reshape(part, (1,) * (ndim - np.ndim(part)) + np.shape(part))
        return np.concatenate([joined(one, level - 1) for one in part], axis=-level)

    return joined(arrays, depth)


def _depth(arrays: Any) -> int:
    return 1 + _depth(arrays[0]) if isinstance(arrays, list) else 0


def _leaves(arrays: Any) -> list[Any]:
    return [leaf for part in arrays for leaf in _leaves(part)] if isinstance(arrays, list) else [arrays]


@composed(np.dstack)
def dstack(tup: Any) -> Any:
    return np.concatenate([np.atleast_3d(x) for x in tup], axis=2)


@composed(np.atleast_3d)
def atleast_3d(*arys: Any) -> Any:
    every = tuple(np.reshape(a, np.atleast_3d(np.empty(np.shape(a), dtype=bool)).shape) for a in arys)
    return every[0] if len(every) == 1 else every


def _split(function: Callable[..., Any], axis: Callable[[Any], int], ary: Any, indices_or_sections: Any) -> Any:
    function(np.empty(np.shape(ary), dtype=bool), indices_or_sections)  # NumPy's own errors
    return np.split(ary, indices_or_sections, axis(ary))


composed(np.vsplit)(partial(_split, np.vsplit, lambda ary: 0))
composed(np.hsplit)(partial(_split, np.hsplit, lambda ary: 0 if np.ndim(ary) == 1 else 1))
composed(np.dsplit)(partial(_split, np.dsplit, lambda ary: 2))


@composed(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The first choice whose condition holds; the choices not taken get a gradient of exactly 0."""
    if len(condlist) != len(choicelist):
        raise ValueError(f"np.select got {len(condlist)} conditions and {len(choicelist)} choices.")
    if not all(np.asarray(plain(condition)).dtype.kind == "b" for condition in condlist):
        raise TypeError("np.select got a condition that is not made of truth values.")
    y = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        y = np.where(condition, choice, y)
    return y


@composed(np.compress)
def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    return np.take(a, np.flatnonzero(_truths(condition, 1)), axis)


@composed(np.extract)
def extract(condition: Any, arr: Any) -> Any:
    return np.ravel(arr)[np.flatnonzero(_truths(condition))]


def _truths(condition: Any, ndim: int | None = None) -> Any:
    if is_differentiated(condition):
        raise DerivativeError("a condition is a value that is being differentiated: use a comparison such as x > 0.")
    if ndim is not None and np.ndim(condition) != ndim:
        raise ValueError(f"condition has {np.ndim(condition)} axes, expected {ndim}.")
    return condition


@composed(np.rollaxis)
def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    return np.transpose(a, np.rollaxis(np.empty(range(np.ndim(a))), axis, start).shape)


@composed(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    """Each entry keeps its gradient, wherever NumPy puts it."""
    if axis is None:
        a, axis = np.ravel(a), -1
    order = np.argpartition(plain(a), kth, normalize_axis_index(axis, np.ndim(a)))
    return as_numpy(partial(np.partition, kth=kth, axis=axis), np.take_along_axis(a, order, axis=axis), a)


@composed(np.diagflat)
def diagflat(v: Any, k: int = 0) -> Any:
    return np.diag(np.ravel(v), k)


for function in (np.resize, np.fft.fftshift, np.fft.ifftshift):
    composed(function)(rearranging(function))


# of real numbers


@composed(np.real, np.real_if_close)
def real(val: Any) -> Any:
    return val


constant(np.imag, np.angle)
