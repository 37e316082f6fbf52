"""Rules of the functions that pass over NaN: sums, products, extremes, means and deviations of the numbers alone.

What is passed over gets a gradient of 0. Where no number is left, NumPy's own result stands, with its warning.
"""

from functools import partial
from typing import Any

import numpy as np

from bpkit.graphs.rules.chosen import deviation_of, instead, mean_of, variance_of
from bpkit.graphs.rules.rule import as_numpy, composed
from bpkit.graphs.tracked import plain


def _known(a: Any) -> Any:
    """Where there are numbers."""
    return ~np.isnan(plain(a))


@composed(np.nansum)
def nansum(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.sum(instead(a, _known(a), 0), axis=axis, keepdims=keepdims)


@composed(np.nanprod)
def nanprod(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return np.prod(instead(a, _known(a), 1), axis=axis, keepdims=keepdims)


@composed(np.nancumsum)
def nancumsum(a: Any, axis: int | None = None) -> Any:
    return np.cumsum(instead(a, _known(a), 0), axis=axis)


@composed(np.nancumprod)
def nancumprod(a: Any, axis: int | None = None) -> Any:
    return np.cumprod(instead(a, _known(a), 1), axis=axis)


@composed(np.nanmax)
def nanmax(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    y = np.max(instead(a, _known(a), -np.inf), axis=axis, keepdims=keepdims)
    return as_numpy(partial(np.nanmax, axis=axis, keepdims=keepdims), y, a)


@composed(np.nanmin)
def nanmin(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    y = np.min(instead(a, _known(a), np.inf), axis=axis, keepdims=keepdims)
    return as_numpy(partial(np.nanmin, axis=axis, keepdims=keepdims), y, a)


@composed(np.nanmean)
def nanmean(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    y = mean_of(a, _known(a), axis, keepdims)
    return as_numpy(partial(np.nanmean, axis=axis, keepdims=keepdims), y, a)


@composed(np.nanvar)
def nanvar(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    y = variance_of(a, _known(a), axis, keepdims, ddof)
    return as_numpy(partial(np.nanvar, axis=axis, ddof=ddof, keepdims=keepdims), y, a)


@composed(np.nanstd)
def nanstd(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """As of np.std, a deviation of 0 has slope 0."""
    y = deviation_of(a, _known(a), axis, keepdims, ddof)
    return as_numpy(partial(np.nanstd, axis=axis, ddof=ddof, keepdims=keepdims), y, a)


@composed(np.nan_to_num)
def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """The entries that are replaced by constants get a gradient of 0."""
    if not copy:
        raise ValueError("np.nan_to_num(x, copy=False) would change x in place: leave copy out.")
    largest = np.finfo(np.result_type(x)).max
    inside = plain(x)
    for place, value in (
        (np.isnan(inside), nan),
        (np.isposinf(inside), largest if posinf is None else posinf),
        (np.isneginf(inside), -largest if neginf is None else neginf),
    ):
        x = np.where(place, np.asarray(value, np.result_type(x)), x)
    return x
