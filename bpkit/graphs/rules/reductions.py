"""Rules of reductions: sums, products, extremes, standard deviations; and of cumulative sums and sorting.

Where several entries are the largest, they share its gradient equally; a standard deviation of 0 has slope 0.
"""

import math
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from bpkit.graphs.rules.elementwise import over
from bpkit.graphs.rules.rule import composed, constant, flat, linear, reduction, spread
from bpkit.graphs.tracked import apply, plain


def _ties(y: Any, x: Any, axis: Any) -> Any:
    """Where x equals y, 1 / the number of such entries; 0 elsewhere."""
    equal = (x == y).astype(x.dtype)
    return equal / np.sum(equal, axis=axis, keepdims=True)


TIES = flat(_ties, name="share of ties", inputs=2)


def ties(y: Any, x: Any, axis: Any) -> Any:
    """The share of each entry in the extreme y."""
    return apply(TIES, (y, x), {"axis": axis})


def _sum_transposed(g: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    g, shape = spread(g, axis, keepdims), np.shape(x)
    return np.full(shape, g) if isinstance(g, float) else np.broadcast_to(g, shape)


def _sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.add.reduce(x, axis=axis, keepdims=keepdims)  # type: ignore[call-overload]  # np.sum without its overhead


SUM = linear(_sum, _sum_transposed, name="sum")
LARGEST = reduction(np.max, ties)
SMALLEST = reduction(np.min, ties)
LENGTH = reduction(
    lambda x, axis=None, keepdims=False: np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims)),
    lambda y, x, axis: over(x, y),
    name="length",
)
CUMSUM = linear(np.cumsum, lambda g, x, axis: np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis))


@composed(np.sum)
def sum(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return apply(SUM, (a,), {"axis": axis, "keepdims": keepdims})


@composed(np.max, np.amax)
def max(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return apply(LARGEST, (a,), {"axis": axis, "keepdims": keepdims})


@composed(np.min, np.amin)
def min(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return apply(SMALLEST, (a,), {"axis": axis, "keepdims": keepdims})


@composed(np.mean)
def mean(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.sum(a, axis=axis, keepdims=keepdims) / _count(a, axis)


@composed(np.var)
def var(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    deviation = a - mean(a, axis, keepdims=True)
    return np.sum(np.square(deviation), axis=axis, keepdims=keepdims) / _count(a, axis, ddof)


@composed(np.std)
def std(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    length = apply(LENGTH, (a - mean(a, axis, keepdims=True),), {"axis": axis, "keepdims": keepdims})
    return length / math.sqrt(_count(a, axis, ddof))


@composed(np.prod)
def prod(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """A tree of products of halves, which is right for zeros too, unlike y divided by each entry."""
    axes = _axes(a, axis)
    rest = [size for i, size in enumerate(np.shape(a)) if i not in axes]
    a = np.reshape(np.moveaxis(a, axes, range(-len(axes), 0)), (*rest, math.prod([np.shape(a)[i] for i in axes])))
    while (number := a.shape[-1]) > 1:
        half = a[..., : number // 2] * a[..., number // 2 : number // 2 * 2]
        a = np.concatenate([half, a[..., -1:]], axis=-1) if number % 2 else half
    y = a[..., 0] if number else np.ones(rest, a.dtype)
    return np.expand_dims(y, axes) if keepdims else y


@composed(np.cumsum)
def cumsum(a: Any, axis: int | None = None) -> Any:
    return apply(CUMSUM, (np.ravel(a) if axis is None else a,), {"axis": axis or 0})


@composed(np.sort)
def sort(a: Any, axis: int | None = -1) -> Any:
    """The sorted entries, each with its own gradient; equal entries keep their order."""
    if axis is None:
        a, axis = np.ravel(a), -1
    return np.take_along_axis(a, np.argsort(plain(a), axis=axis, kind="stable"), axis=axis)


@composed(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    for _ in range(n):
        ahead = [slice(None)] * np.ndim(a)
        behind = list(ahead)
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        a = a[tuple(ahead)] - a[tuple(behind)]
    return a


constant(
    np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort, np.argwhere, np.nonzero,
    np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize, np.isin, np.all, np.any, np.allclose, np.isclose,
    np.array_equal, np.array_equiv, np.iscomplexobj, np.isrealobj, np.shares_memory, np.may_share_memory,
    np.array2string, np.array_repr, np.array_str,
)  # fmt: skip


def _axes(a: Any, axis: Any) -> tuple[int, ...]:
    return tuple(range(np.ndim(a))) if axis is None else normalize_axis_tuple(axis, np.ndim(a))


def _count(a: Any, axis: Any, ddof: float = 0) -> float:
    """The number of entries reduced to one, less ddof; NaN if that is not positive, so that a quotient is NaN too."""
    count = math.prod([np.shape(a)[i] for i in _axes(a, axis)])
    return count - ddof if count > ddof else math.nan
