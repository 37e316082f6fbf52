"""Rules of reductions: sums, products, extremes, standard deviations; and of cumulative sums and sorting.

Where several entries are the largest, they share its gradient equally; a standard deviation of 0 has slope 0.
"""

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from bpkit.graphs.rules.chosen import deviation_of, in_type, instead, mean_of, sum_of, variance_of
from bpkit.graphs.rules.elementwise import over
from bpkit.graphs.rules.rule import (
    Rule,
    add_rule,
    as_numpy,
    composed,
    constant,
    flat,
    length,
    linear,
    reduction,
    spread,
)
from bpkit.graphs.tracked import Tracked, apply, plain


def _ties(y: Any, x: Any, axis: Any) -> Any:
    """Where x equals y, 1 / the number of such entries; 0 elsewhere."""
    equal = x == y
    return (equal / np.sum(equal, axis=axis, keepdims=True)).astype(x.dtype)  # float16 cannot count beyond 2048


TIES = flat(_ties, name="share of ties", inputs=2)


def ties(y: Any, x: Any, axis: Any) -> Any:
    """The share of each entry in the extreme y."""
    return apply(TIES, (y, x), {"axis": axis})


def _sum_transposed(g: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    g, shape = spread(g, axis, keepdims), np.shape(x)
    if isinstance(g, Tracked) and not g.differentiated and not g.shape:
        return g * np.ones(shape, g.dtype)  # an array in memory as below: where one lies can decide how products round
    return np.full(shape, g) if isinstance(g, float) else np.broadcast_to(g, shape)


def _sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.add.reduce(x, axis=axis, keepdims=keepdims)  # type: ignore[call-overload]  # np.sum without its overhead


SUM = linear(_sum, _sum_transposed, name="sum")
LOG_SUM_EXP = reduction(  # Σ exp as its logarithm, without overflow
    lambda x, axis, keepdims: np.logaddexp.reduce(x, axis=axis, keepdims=keepdims),
    lambda y, x, axis: np.exp(x - y),
    name="logaddexp.reduce",
)
LARGEST = reduction(np.max, ties)
SMALLEST = reduction(np.min, ties)


def _length(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if isinstance(x, Tracked):  # of an outer recording, where the square root would have its infinite slope
        return apply(LENGTH, (x,), {"axis": axis, "keepdims": keepdims})
    return np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims))


LENGTH = reduction(_length, lambda y, x, axis: over(x, y), name="length")
MEAN = linear(
    np.mean,
    lambda g, x, axis, keepdims: _sum_transposed(g * (1 / _count(x, axis)), x, axis, keepdims),
    name="mean",
)


def _centered(x: Any, axis: Any) -> Any:
    return x - np.sum(x, axis=axis, keepdims=True) * (1 / _count(x, axis))


def _var_weights(y: Any, x: Any, axis: Any, ddof: float) -> Any:
    return 2 * (x - np.mean(x, axis=axis, keepdims=True)), 1 / _count(x, axis, ddof)


def _std_weights(y: Any, x: Any, axis: Any, ddof: float) -> Any:
    if _count(x, axis) == 1:  # one number never deviates from its mean
        return np.zeros(np.shape(x), x.dtype), 1 / math.sqrt(_count(x, axis, ddof))
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    return over(deviation, apply(LENGTH, (deviation,), {"axis": axis, "keepdims": True})), 1 / math.sqrt(
        _count(x, axis, ddof)
    )


def _of_deviations(function: Any, weights: Any) -> Rule:
    """A function of deviations from the mean; `weights` are its derivatives with respect to them, as two factors."""

    def reverse(g: Any, y: Any, x: Any, axis: Any, keepdims: bool, ddof: float) -> Any:
        by_entry, constant = weights(y, x, axis, ddof)
        return _centered(spread(g * constant, axis, keepdims) * by_entry, axis)

    def forward(tangents: Any, y: Any, x: Any, axis: Any, keepdims: bool, ddof: float) -> Any:
        by_entry, constant = weights(y, x, axis, ddof)
        return np.sum(_centered(tangents[0], axis) * by_entry, axis=axis, keepdims=keepdims) * constant

    return add_rule(function, [reverse], forward, name=function.__name__)


VAR = _of_deviations(np.var, _var_weights)
STD = length(_of_deviations(np.std, _std_weights), np.var)
CUMSUM = linear(np.cumsum, lambda g, x, axis: np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis))


@composed(np.sum)
def sum(
    a: Any, axis: Any = None, *, keepdims: bool = False, dtype: Any = None, initial: Any = None, where: Any = True
) -> Any:
    if dtype is None and initial is None and where is True:
        return apply(SUM, (a,), {"axis": axis, "keepdims": keepdims})
    y = sum_of(in_type(a, dtype), where, axis, keepdims)
    return _as(np.sum, y if initial is None else y + initial, a, axis, keepdims, dtype, initial, where)


@composed(np.max, np.amax)
def max(a: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> Any:
    y = apply(LARGEST, (instead(a, where, -np.inf),), {"axis": axis, "keepdims": keepdims})
    if initial is None and where is True:
        return y
    return _as(np.max, y if initial is None else np.maximum(y, initial), a, axis, keepdims, None, initial, where)


@composed(np.min, np.amin)
def min(a: Any, axis: Any = None, *, keepdims: bool = False, initial: Any = None, where: Any = True) -> Any:
    y = apply(SMALLEST, (instead(a, where, np.inf),), {"axis": axis, "keepdims": keepdims})
    if initial is None and where is True:
        return y
    return _as(np.min, y if initial is None else np.minimum(y, initial), a, axis, keepdims, None, initial, where)


@composed(np.mean)
def mean(a: Any, axis: Any = None, *, keepdims: bool = False, dtype: Any = None, where: Any = True) -> Any:
    if dtype is None and where is True:
        return apply(MEAN, (a,), {"axis": axis, "keepdims": keepdims})
    return _as(np.mean, mean_of(in_type(a, dtype), where, axis, keepdims), a, axis, keepdims, dtype, None, where)


@composed(np.var)
def var(
    a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False,
    dtype: Any = None, where: Any = True, correction: Any = None,
) -> Any:  # fmt: skip
    ddof = _ddof(ddof, correction)
    if dtype is None and where is True:
        return apply(VAR, (a,), {"axis": axis, "keepdims": keepdims, "ddof": ddof})
    y = variance_of(in_type(a, dtype), where, axis, keepdims, ddof)
    return _as(partial(np.var, ddof=ddof), y, a, axis, keepdims, dtype, None, where)


@composed(np.std)
def std(
    a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False,
    dtype: Any = None, where: Any = True, correction: Any = None,
) -> Any:  # fmt: skip
    ddof = _ddof(ddof, correction)
    if dtype is None and where is True:
        return apply(STD, (a,), {"axis": axis, "keepdims": keepdims, "ddof": ddof})
    y = deviation_of(in_type(a, dtype), where, axis, keepdims, ddof)
    return _as(partial(np.std, ddof=ddof), y, a, axis, keepdims, dtype, None, where)


def _ddof(ddof: float, correction: Any) -> Any:
    if correction is not None and ddof:
        raise ValueError("ddof and correction are two names of one number: give one of them.")
    return ddof if correction is None else correction


@composed(np.prod)
def prod(
    a: Any, axis: Any = None, *, keepdims: bool = False, dtype: Any = None, initial: Any = None, where: Any = True
) -> Any:
    """A tree of products of neighbours, which is right for zeros too, unlike y divided by each entry."""
    axes = _axes(a, axis)
    rest = [size for i, size in enumerate(np.shape(a)) if i not in axes]
    chosen = instead(in_type(a, dtype), where, 1)
    x = np.reshape(np.moveaxis(chosen, axes, range(-len(axes), 0)), (*rest, math.prod([np.shape(a)[i] for i in axes])))
    while (number := x.shape[-1]) > 1:
        pairs = x[..., : number // 2 * 2 : 2] * x[..., 1::2]
        x = np.concatenate([pairs, x[..., -1:]], axis=-1) if number % 2 else pairs
    if not number:
        y: Any = np.prod(plain(a), axis=axis, keepdims=keepdims)
        return y if initial is None else y * initial
    y = np.expand_dims(x[..., 0], axes) if keepdims else x[..., 0]
    return _as(np.prod, y if initial is None else y * initial, a, axis, keepdims, dtype, initial, where)


def _as(function: Any, y: Any, a: Any, axis: Any, keepdims: bool, dtype: Any, initial: Any, where: Any) -> Any:
    """y with NumPy's own value, for the settings that are given."""
    given = {name: value for name, value in (("dtype", dtype), ("initial", initial)) if value is not None}
    return as_numpy(partial(function, axis=axis, keepdims=keepdims, where=where, **given), y, a)


@composed(np.cumsum)
def cumsum(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    a = in_type(a, dtype)
    return apply(CUMSUM, (np.ravel(a) if axis is None else a,), {"axis": axis or 0})


@composed(np.cumprod)
def cumprod(a: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """Products of 1, 2, 4, … neighbours, each from two of half as many; right for zeros too."""
    a = in_type(a, dtype)
    x = np.ravel(a) if axis is None else np.moveaxis(a, axis, 0)
    y, reach = x, 1
    while reach < len(x):
        y = np.concatenate([y[:reach], y[reach:] * y[:-reach]])
        reach *= 2
    y = y if axis is None else np.moveaxis(y, 0, axis)
    return as_numpy(partial(np.cumprod, axis=axis), y, a)


@composed(np.ptp)
def ptp(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


@composed(np.sort)
def sort(a: Any, axis: int | None = -1, kind: Any = None, *, stable: Any = None) -> Any:
    """The sorted entries, each with its own gradient; equal entries keep their order."""
    if axis is None:
        a, axis = np.ravel(a), -1
    return apply(SORT, (a,), {"axis": axis, "order": np.argsort(plain(a), axis=axis, kind="stable")})


SORT = add_rule(
    lambda x, axis, order: np.sort(x, axis=axis),
    [lambda g, y, x, axis, order: np.take_along_axis(g, np.argsort(order, axis=axis), axis=axis)],
    lambda tangents, y, x, axis, order: np.take_along_axis(tangents[0], order, axis=axis),
    name="sort",
)


@composed(np.diff)
def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    a = _with_ends(a, axis, *(None if x is np._NoValue else x for x in (prepend, append)))
    for _ in range(n):
        ahead = [slice(None)] * np.ndim(a)
        behind = list(ahead)
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        a = a[tuple(ahead)] - a[tuple(behind)]
    return a


def _with_ends(a: Any, axis: int, prepend: Any, append: Any) -> Any:
    """a with further entries before and after it; a single number counts as one along the axis."""
    if prepend is None and append is None:
        return a
    one = list(np.shape(a))
    one[axis] = 1
    ends = [x if x is None or np.ndim(x) else np.broadcast_to(x, one) for x in (prepend, append)]
    return np.concatenate([x for x in (ends[0], a, ends[1]) if x is not None], axis=axis)


constant(
    np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort, np.argwhere, np.nonzero,
    np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize, np.isin, np.all, np.any, np.allclose, np.isclose,
    np.array_equal, np.array_equiv, np.iscomplex, np.isreal, np.iscomplexobj, np.isrealobj, np.shares_memory,
    np.may_share_memory, np.array2string, np.array_repr, np.array_str,
)  # fmt: skip


def _axes(a: Any, axis: Any) -> tuple[int, ...]:
    return tuple(range(np.ndim(a))) if axis is None else normalize_axis_tuple(axis, np.ndim(a))


def _count(a: Any, axis: Any, ddof: float = 0) -> float:
    """The number of entries reduced to one, less ddof; NaN if that is not positive, so that a quotient is NaN too."""
    count = math.prod([np.shape(a)[i] for i in _axes(a, axis)])
    return float(count - ddof) if count > ddof else math.nan
