"""Sums, means and variances of chosen entries alone, for where=…, and for the functions that pass over NaN."""

from typing import Any

import numpy as np

from bpkit.graphs.rules.elementwise import no_length, one_for_zero
from bpkit.graphs.tracked import converted


def in_type(a: Any, dtype: Any) -> Any:
    """a in another type, if one is given."""
    return a if dtype is None else converted(a, np.dtype(dtype))


def instead(a: Any, where: Any, value: float) -> Any:
    """a with a value in place of each entry that is not chosen, which gets a gradient of exactly 0."""
    return a if where is True else np.where(where, a, np.asarray(value, np.result_type(a)))


def sum_of(a: Any, where: Any, axis: Any, keepdims: bool) -> Any:
    """The sum of the chosen entries."""
    return np.sum(instead(a, where, 0), axis=axis, keepdims=keepdims)


def mean_of(a: Any, where: Any, axis: Any, keepdims: bool) -> Any:
    """The mean of the chosen entries; NaN if there are none."""
    return sum_of(a, where, axis, keepdims) / _count(a, where, axis, keepdims, 0)


def variance_of(a: Any, where: Any, axis: Any, keepdims: bool, ddof: float) -> Any:
    """The variance of the chosen entries."""
    centered = instead(instead(a, where, 0) - mean_of(a, where, axis, True), where, 0)
    return sum_of(centered * centered, True, axis, keepdims) / _count(a, where, axis, keepdims, ddof)


def deviation_of(a: Any, where: Any, axis: Any, keepdims: bool, ddof: float) -> Any:
    """The standard deviation of the chosen entries: one of 0 has slope 0."""
    square = variance_of(a, where, axis, keepdims, ddof)
    return np.where(square == 0, no_length(square), np.sqrt(one_for_zero(square)))


def _count(a: Any, where: Any, axis: Any, keepdims: bool, ddof: float) -> Any:
    """How many entries are chosen, less ddof; NaN if that is not positive."""
    count = np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=keepdims) - ddof
    return np.where(count > 0, count, np.nan).astype(np.result_type(a))
