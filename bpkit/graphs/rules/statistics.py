"""Rules of statistics of samples: weighted means, quantiles, covariances.

A quantile lies between two neighbours in order, which share its gradient; so do entries that are equal.
"""

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from bpkit.graphs.rules.reductions import ties
from bpkit.graphs.rules.rule import add_rule, as_numpy, composed
from bpkit.graphs.tracked import DerivativeError, Tracked, apply, converted, is_differentiated


@composed(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    def exactly(i: int, y: Any) -> Any:
        def of_numpy(a: Any, *weights: Any) -> Any:
            return np.average(a, axis, *weights, returned=True, keepdims=keepdims)[i]  # type: ignore[call-overload]

        return as_numpy(of_numpy, y, *given)

    a = a if isinstance(a, Tracked) else np.asarray(a)
    keepdims = keepdims is True  # NumPy's own default is no truth value
    given = [a] if weights is None else [a, weights]
    axis = None if axis is None else normalize_axis_tuple(axis, np.ndim(a))
    if weights is None:
        weights = np.ones(np.shape(a), np.result_type(a))
    elif np.shape(weights) != np.shape(a):
        if axis is None or np.shape(weights) != tuple(np.shape(a)[k] for k in axis):
            raise ValueError(f"weights have shape {np.shape(weights)}, but a has shape {np.shape(a)}.")
        rest = [k for k in range(np.ndim(a)) if k not in axis]
        weights = np.expand_dims(np.transpose(weights, np.argsort(axis)), rest)
        weights = np.broadcast_to(weights, np.shape(a))
    total = np.sum(weights, axis=axis, keepdims=keepdims)
    y = exactly(0, np.sum(a * weights, axis=axis, keepdims=keepdims) / total)
    return (y, exactly(1, total)) if returned else y


@composed(np.quantile)
def quantile(a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False) -> Any:
    """The quantile of the numbers 0, 1, 2, … says at which place among the sorted entries that of a lies."""
    if is_differentiated(q):
        raise DerivativeError("a quantile has no derivative rule for q, the share below it: use bp.stop_gradient(q).")
    y = _at_places(a, axis, keepdims, lambda numbers: np.quantile(numbers, q, method=method))  # type: ignore[call-overload]
    return as_numpy(lambda a: np.quantile(a, q, axis=axis, method=method, keepdims=keepdims), y, a)  # type: ignore[call-overload]


@composed(np.percentile)
def percentile(a: Any, q: Any, axis: Any = None, *, method: str = "linear", keepdims: bool = False) -> Any:
    if is_differentiated(q):
        raise DerivativeError("a percentile has no derivative rule for q, the share below it: use bp.stop_gradient(q).")
    y = _at_places(a, axis, keepdims, lambda numbers: np.percentile(numbers, q, method=method))  # type: ignore[call-overload]
    return as_numpy(lambda a: np.percentile(a, q, axis=axis, method=method, keepdims=keepdims), y, a)  # type: ignore[call-overload]


@composed(np.median)
def median(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    y = _at_places(a, axis, keepdims, np.median)
    return as_numpy(partial(np.median, axis=axis, keepdims=keepdims), y, a)


ORDERED = add_rule(
    lambda x, k: np.sort(x)[..., k],
    [lambda g, y, x, k: g[..., None] * ties(y[..., None], x, -1)],
    lambda tangents, y, x, k: np.sum(tangents[0] * ties(y[..., None], x, -1), axis=-1),
    name="k-th smallest",
)


def _at_places(a: Any, axis: Any, keepdims: bool, place_of: Any) -> Any:
    """What lies at a place, perhaps between two neighbours, among the sorted entries along some axes."""
    axes = tuple(range(np.ndim(a))) if axis is None else normalize_axis_tuple(axis, np.ndim(a))
    rest = [size for k, size in enumerate(np.shape(a)) if k not in axes]
    size = math.prod(np.shape(a)[k] for k in axes)
    x = np.reshape(np.moveaxis(a, axes, range(-len(axes), 0)), (*rest, size))
    places = np.asarray(place_of(np.arange(size, dtype=float)))
    found = []
    for place in np.ravel(places).tolist():
        below = math.floor(place)
        lower, upper = (apply(ORDERED, (x,), {"k": k}) for k in (below, math.ceil(place)))
        found.append((1 - (place - below)) * lower + (place - below) * upper)
    y = np.reshape(np.stack(found), (*np.shape(places), *rest))
    return np.expand_dims(y, [places.ndim + k for k in axes]) if keepdims else y


@composed(np.cov)
def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None) -> Any:
    x = _variables(m, rowvar) if y is None else np.concatenate([_variables(m, rowvar), _variables(y, rowvar)])
    x = converted(x, np.result_type(x, float))  # a covariance is computed in double precision
    centered = x - np.mean(x, axis=1, keepdims=True)
    count = np.shape(x)[1] - (ddof if ddof is not None else 0 if bias else 1)
    return np.squeeze(centered @ centered.T * (1 / count if count > 0 else np.nan))


def _variables(m: Any, rowvar: bool) -> Any:
    """The variables as the rows of a matrix."""
    return np.atleast_2d(m) if rowvar or np.ndim(m) < 2 or np.shape(m)[0] == 1 else m.T


@composed(np.corrcoef)
def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    c = np.cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    spread = np.sqrt(np.diag(c))
    whole = c / spread[:, None] / spread
    return as_numpy(partial(np.corrcoef, rowvar=rowvar), whole, x, *([] if y is None else [y]))
