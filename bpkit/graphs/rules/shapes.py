"""Rules of the functions that move entries: shapes, axes, joining, splitting, indexing, repeating.

All are linear, so each has one line: where the backward pass moves the entries of the gradient.
"""

import math
from collections.abc import Callable, Iterable
from functools import partial, wraps
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from bpkit.graphs.rules.rule import (
    ForAnyNumber,
    Rule,
    Scattered,
    add_rule,
    composed,
    constant,
    linear,
    unbroadcast,
)
from bpkit.graphs.tracked import DerivativeError, Tracked, apply, is_differentiated, no_index

RESHAPE = linear(lambda x, shape: np.reshape(x, shape), lambda g, x, shape: np.reshape(g, np.shape(x)), "reshape")
TRANSPOSE = linear(np.transpose, lambda g, x, axes: np.transpose(g, None if axes is None else np.argsort(axes)))
BROADCAST = linear(lambda x, shape: np.broadcast_to(x, shape), lambda g, x, shape: unbroadcast(g, x), "broadcast_to")
AS_TYPE = linear(lambda x, dtype: x.astype(dtype), lambda g, x, dtype: g.astype(x.dtype), "astype")
TRIU = linear(np.triu, lambda g, x, k: np.triu(g, k))
TRIL = linear(np.tril, lambda g, x, k: np.tril(g, k))
DIAG = linear(np.diag, lambda g, x, k: np.diag(g, k))  # of a vector


# indexing


def _scatter(g: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of the given shape with g added at an index: where entries are repeated, their gradients add up."""
    if isinstance(g, Tracked):  # of an outer recording
        return apply(SCATTER, (g,), {"index": index, "shape": shape})
    return Scattered(g, index, shape).dense()


def _getitem_transposed(g: Any, x: Any, index: Any) -> Any:
    if isinstance(g, Tracked) or isinstance(index, Tracked):
        return apply(SCATTER, (g,), {"index": index, "shape": np.shape(x)})
    return Scattered(g, index, np.shape(x))


GETITEM = linear(lambda x, index: x[index], _getitem_transposed, "getitem")
SCATTER: Rule = linear(_scatter, lambda g, x, index, shape: g[index], "scatter")


def _places(indices: Any) -> Any:
    if is_differentiated(indices):
        raise no_index()
    places = indices if isinstance(indices, Tracked) else np.asarray(indices)
    if places.size and places.dtype.kind not in "iub":
        raise IndexError(f"indices have type {places.dtype}, expected whole numbers.")
    return places.astype(np.intp)


def _take_transposed(g: Any, x: Any, indices: Any, axis: int) -> Any:
    return apply(SCATTER, (g,), {"index": (slice(None),) * axis + (indices,), "shape": np.shape(x)})


TAKE = linear(np.take, _take_transposed)


@composed(np.take)
def take(a: Any, indices: Any, axis: int | None = None, *, mode: Any = "raise") -> Any:
    if axis is None:
        a, axis = np.ravel(a), 0
    axis, places = normalize_axis_index(axis, np.ndim(a)), _places(indices)
    if mode != "raise":  # "wrap" or "clip"
        places = np.take(np.arange(np.shape(a)[axis]), places, mode=mode)
    return apply(TAKE, (a,), {"indices": places, "axis": axis})


@composed(np.take_along_axis)
def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    if axis is None:
        arr, axis = np.ravel(arr), 0
    axis = normalize_axis_index(axis, np.ndim(arr))
    places = np.ogrid[tuple(slice(size) for size in np.shape(arr))]
    return arr[tuple(_places(indices) if i == axis else place for i, place in enumerate(places))]


def rearranging(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the rule of a function that only moves or copies entries, and return the function that applies it.

    The backward pass applies the function to the numbers 0, 1, 2, … of the entries, which says where each one went.
    """

    def transposed(g: Any, x: Any, arguments: Any, named: Any) -> Any:
        places = function(np.arange(np.size(x)).reshape(np.shape(x)), *arguments, **named)
        gathered = apply(SCATTER, (np.ravel(g),), {"index": np.ravel(places), "shape": (np.size(x),)})
        return np.reshape(gathered, np.shape(x))

    rule = linear(lambda x, arguments, named: function(x, *arguments, **named), transposed, function.__name__)

    @wraps(function)
    def call(x: Any, *arguments: Any, **named: Any) -> Any:
        return apply(rule, (x,), {"arguments": arguments, "named": named})

    return call


for function in (np.flip, np.fliplr, np.flipud, np.roll, np.rot90, np.tile, np.repeat, np.diagonal):
    composed(function)(rearranging(function))


# shapes and axes


@composed(np.reshape)
def reshape(a: Any, shape: Any, order: str = "C") -> Any:
    """With order="F" the first axis counts fastest: as that of the transposed array, with the sizes reversed."""
    if order == "F":
        return np.transpose(np.reshape(np.transpose(a), np.atleast_1d(shape).tolist()[::-1]))
    if order != "C":
        raise DerivativeError(f"np.reshape has no derivative rule for order={order!r}: write order='C' or 'F'.")
    return apply(RESHAPE, (a,), {"shape": shape})


@composed(np.ravel)
def ravel(a: Any, order: Any = "C") -> Any:
    return np.reshape(a, (-1,), order)


@composed(np.transpose, np.permute_dims)
def transpose(a: Any, axes: Any = None) -> Any:
    return apply(TRANSPOSE, (a,), {"axes": None if axes is None else normalize_axis_tuple(axes, np.ndim(a))})


@composed(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


@composed(np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    axes = list(range(np.ndim(a)))
    axes[axis1], axes[axis2] = axes[axis2], axes[axis1]
    return np.transpose(a, axes)


@composed(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    return np.transpose(a, np.moveaxis(np.empty(range(np.ndim(a))), source, destination).shape)


@composed(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Any:
    return np.reshape(a, np.expand_dims(np.empty(np.shape(a), dtype=bool), axis).shape)


@composed(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Any:
    return np.reshape(a, np.squeeze(np.empty(np.shape(a), dtype=bool), axis).shape)


@composed(np.broadcast_to)
def broadcast_to(array: Any, shape: Any) -> Any:
    return apply(BROADCAST, (array,), {"shape": shape})


@composed(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    shape = np.broadcast_shapes(*map(np.shape, args))
    return tuple(np.broadcast_to(x, shape) for x in args)


@composed(np.atleast_1d)
def atleast_1d(*arys: Any) -> Any:
    return _one_or_all(np.reshape(a, (1,)) if np.ndim(a) == 0 else a for a in arys)


@composed(np.atleast_2d)
def atleast_2d(*arys: Any) -> Any:
    return _one_or_all(np.reshape(a, (1, -1)) if np.ndim(a) < 2 else a for a in arys)


def _one_or_all(results: Iterable[Any]) -> Any:
    every = tuple(results)
    return every[0] if len(every) == 1 else every


@composed(np.copy)
def copy(a: Any) -> Any:
    return a


# joining and splitting


def _concatenate_reverse(i: int, g: Any, y: Any, *arrays: Any, axis: int, starts: list[int]) -> Any:
    """Input i gets its slice of the gradient."""
    return g[(slice(None),) * axis + (slice(starts[i], starts[i + 1]),)]


def _concatenate(*arrays: Any, axis: int, starts: list[int]) -> Any:
    return np.concatenate(arrays, axis=axis)


def _concatenate_forward(tangents: Any, y: Any, *arrays: Any, axis: int, starts: list[int]) -> Any:
    parts = [np.zeros_like(x) if t is None else t for t, x in zip(tangents, arrays, strict=True)]
    return np.concatenate(parts, axis=axis)


CONCATENATE = add_rule(_concatenate, ForAnyNumber(_concatenate_reverse), _concatenate_forward, name="concatenate")


@composed(np.concatenate)
def concatenate(arrays: Any, axis: int | None = 0) -> Any:
    arrays = [x if isinstance(x, Tracked) else np.asarray(x) for x in arrays]
    if axis is None:
        arrays, axis = [np.ravel(x) for x in arrays], 0
    axis = normalize_axis_index(axis, np.ndim(arrays[0]))
    starts = np.cumsum([0] + [np.shape(x)[axis] for x in arrays]).tolist()
    return apply(CONCATENATE, arrays, {"axis": axis, "starts": starts})


@composed(np.stack)
def stack(arrays: Any, axis: int = 0) -> Any:
    arrays = list(arrays)
    shapes = [np.shape(x) for x in arrays]
    if len(set(shapes)) > 1:
        raise ValueError(f"np.stack got arrays of different shapes, {', '.join(map(str, dict.fromkeys(shapes)))}.")
    return np.concatenate([np.expand_dims(x, axis) for x in arrays], axis=axis)


@composed(np.vstack)
def vstack(tup: Any) -> Any:
    return np.concatenate([np.atleast_2d(x) for x in tup], axis=0)


@composed(np.hstack)
def hstack(tup: Any) -> Any:
    arrays = [np.atleast_1d(x) for x in tup]
    return np.concatenate(arrays, axis=0 if np.ndim(arrays[0]) == 1 else 1)


@composed(np.column_stack)
def column_stack(tup: Any) -> Any:
    return np.concatenate([np.reshape(x, (-1, 1)) if np.ndim(x) < 2 else x for x in tup], axis=1)


def _split(function: Callable[..., Any], ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Return the parts as slices: one operation with several results is several with one result each."""
    axis = normalize_axis_index(axis, np.ndim(ary))
    parts = [part.tolist() for part in function(np.arange(np.shape(ary)[axis]), indices_or_sections)]
    return [ary[(slice(None),) * axis + (slice(part[0], part[-1] + 1) if part else slice(0),)] for part in parts]


for splitting in (np.split, np.array_split):
    composed(splitting)(partial(_split, splitting))


# triangles and diagonals


@composed(np.triu)
def triu(m: Any, k: int = 0) -> Any:
    return apply(TRIU, (_square(m),), {"k": k})


@composed(np.tril)
def tril(m: Any, k: int = 0) -> Any:
    return apply(TRIL, (_square(m),), {"k": k})


def _square(m: Any) -> Any:
    """Treat a vector as a matrix of equal rows, as NumPy does."""
    return np.broadcast_to(m, (*np.shape(m), *np.shape(m))) if np.ndim(m) == 1 else m


@composed(np.diag)
def diag(v: Any, k: int = 0) -> Any:
    return apply(DIAG, (v,), {"k": k}) if np.ndim(v) == 1 else np.diagonal(v, k)


@composed(np.trace)
def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


# functions of shape and type alone


@composed(np.shape)
def shape(a: Any) -> tuple[int, ...]:
    return a.shape


@composed(np.ndim)
def ndim(a: Any) -> int:
    return a.ndim


@composed(np.size)
def size(a: Any, axis: Any = None) -> int:
    return a.size if axis is None else math.prod(a.shape[i] for i in normalize_axis_tuple(axis, a.ndim))


@composed(np.result_type)
def result_type(*arrays_and_dtypes: Any) -> Any:
    return np.result_type(*(x.dtype if isinstance(x, Tracked) else x for x in arrays_and_dtypes))


@composed(np.empty_like)
def empty_like(prototype: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    return zeros_like(prototype, dtype, shape=shape)


@composed(np.zeros_like)
def zeros_like(a: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    return np.zeros(a.shape if shape is None else shape, a.dtype if dtype is None else dtype)


@composed(np.ones_like)
def ones_like(a: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    return np.ones(a.shape if shape is None else shape, a.dtype if dtype is None else dtype)


@composed(np.full_like)
def full_like(a: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    shape, dtype = a.shape if shape is None else shape, a.dtype if dtype is None else dtype
    if isinstance(fill_value, Tracked):
        return np.broadcast_to(fill_value, shape).astype(dtype)
    return np.full(shape, fill_value, dtype)


constant(np.diag_indices_from, np.tril_indices_from, np.triu_indices_from)
