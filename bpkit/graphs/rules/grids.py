"""Rules of functions on grids of points: making one, interpolating, differences, integrals, polynomials."""

from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from bpkit.graphs.rules.rule import as_numpy, composed
from bpkit.graphs.tracked import Tracked, converted, plain


@composed(np.linspace)
def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, *, axis: int = 0
) -> Any:
    steps = num - 1 if endpoint else num
    step = (stop - start) / steps if steps > 0 else (stop - start) * np.nan
    places = np.arange(num, dtype=np.result_type(step)).reshape((-1,) + (1,) * np.ndim(step))
    share = places / steps if steps > 0 else 0 * places
    y = np.moveaxis(start + share * (stop - start), 0, axis)
    y = as_numpy(lambda a, b: np.linspace(a, b, num, endpoint, axis=axis), y, start, stop)
    return (y, step) if retstep else y


@composed(np.meshgrid)
def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: Any = "xy") -> tuple[Any, ...]:
    """Each vector along its own axis; "xy" exchanges the first two axes."""
    places = np.meshgrid(*(np.arange(np.size(x)) for x in xi), copy=copy, sparse=sparse, indexing=indexing)
    return tuple(np.ravel(x)[at] for x, at in zip(xi, places, strict=True))


@composed(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The straight line between the two neighbours of x; at a knot the slope is that of the piece to its right."""
    given = x, xp, fp
    xp, fp = (part if isinstance(part, Tracked) else np.asarray(part, float) for part in (xp, fp))
    if period is not None:
        x, xp, left, right = x % abs(period), xp % abs(period), None, None
        order = np.argsort(plain(xp))
        xp = np.concatenate([xp[order[-1:]] - abs(period), xp[order], xp[order[:1]] + abs(period)])
        fp = np.concatenate([fp[order[-1:]], fp[order], fp[order[:1]]])
    if len(xp) == 1:
        y = fp[0] + 0 * x
    else:
        i = np.clip(np.searchsorted(plain(xp), plain(x), side="right") - 1, 0, len(xp) - 2)
        y = fp[i] + (fp[i + 1] - fp[i]) / (xp[i + 1] - xp[i]) * (x - xp[i])
    y = np.where(x < xp[0], fp[0] if left is None else left, y)
    y = np.where(x > xp[-1], fp[-1] if right is None else right, y)

    def of_numpy(*arrays: Any) -> Any:
        return np.interp(*arrays, left=plain(left), right=plain(right), period=period)  # type: ignore[call-overload]

    return as_numpy(of_numpy, y, *given)


@composed(np.gradient)
def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Central differences inside, one-sided ones at the ends, along each axis."""
    axes = range(np.ndim(f)) if axis is None else normalize_axis_tuple(axis, np.ndim(f))
    spacings = varargs * len(axes) if len(varargs) == 1 else varargs or (1.0,) * len(axes)
    if len(spacings) != len(axes):
        raise TypeError(f"np.gradient got {len(varargs)} spacings for {len(axes)} axes.")
    pairs = zip(axes, spacings, strict=True)
    found = tuple(
        as_numpy(
            lambda f, h, k=k: np.gradient(f, h, axis=k, edge_order=edge_order),  # type: ignore[call-overload]
            np.moveaxis(_slopes(np.moveaxis(f, k, 0), h, edge_order), 0, k), f, h,
        )
        for k, h in pairs
    )  # fmt: skip
    return found[0] if len(found) == 1 else found


def _slopes(f: Any, spacing: Any, edge_order: int) -> Any:
    """The slopes of f along its first axis; the parabola through three points has its slope in the middle and ends."""
    size = len(f)
    if edge_order not in (1, 2):
        raise ValueError(f"edge_order is {edge_order!r}, expected 1 or 2.")
    if size < edge_order + 1:
        raise ValueError(f"np.gradient needs {edge_order + 1} points along each axis, got {size}.")
    dtype = np.result_type(np.result_type(f), np.float16)  # as f, or float64 for whole numbers
    h = converted(np.diff(spacing), dtype) if np.ndim(spacing) else spacing * np.ones(size - 1, dtype)
    if len(h) != size - 1:
        raise ValueError(f"np.gradient got {len(h) + 1} coordinates for {size} points.")
    h = np.reshape(h, (-1,) + (1,) * (np.ndim(f) - 1))
    slope = np.diff(f, axis=0) / h
    before, after = h[:-1], h[1:]
    inside = (after * slope[:-1] + before * slope[1:]) / (before + after)
    first, last = slope[:1], slope[-1:]
    if edge_order == 2:  # the slope changes from the edge to the middle of a piece as from there to the next
        first = first - (slope[1:2] - first) * h[:1] / (h[:1] + h[1:2])
        last = last + (last - slope[-2:-1]) * h[-1:] / (h[-1:] + h[-2:-1])
    return np.concatenate([first, inside, last])


@composed(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    values: Any = y if isinstance(y, Tracked) else np.asarray(y)
    y = np.moveaxis(values, normalize_axis_index(axis, np.ndim(values)), -1)
    if x is None:
        width = dx
    else:
        width = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    return np.sum(width * (y[..., 1:] + y[..., :-1]) / 2, axis=-1)


@composed(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Horner's scheme, as NumPy does it."""
    y: Any = np.zeros_like(x)
    for coefficient in np.stack(p) if isinstance(p, list | tuple) else p:
        y = y * x + coefficient
    return y


@composed(np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    powers = np.arange(len(x) if N is None else N)
    y = x[:, None] ** (powers if increasing else powers[::-1])
    return as_numpy(partial(np.vander, N=N, increasing=increasing), y, x)
