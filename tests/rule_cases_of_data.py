"""Cases of the rules for signals, grids, statistics, missing values, and entries inserted or deleted."""

from typing import Any

import numpy as np
from rule_cases import Argument, case

# signals

for shapes in ((5,), (3,)), ((2,), (4,)), ((4,), (2,)), ((3,), (3,)), ((1,), (4,)):
    for f in (np.convolve, np.correlate):
        name, analytic = f.__name__, f is np.convolve
        case(f, shapes, lambda xp, a, b, name=name: getattr(xp, name)(a, b), analytic=analytic)
        for mode in ("full", "same", "valid"):
            case(f, shapes, lambda xp, a, b, name=name, mode=mode: getattr(xp, name)(a, b, mode), analytic=analytic)
case(np.convolve, [(3,), ()], lambda np, a, b: np.convolve(a, b), jax=False)
case(np.convolve, [(4,)], lambda xp, a: xp.convolve(a, np.array([1.0, 2.0]), mode="same"))
case(np.correlate, [(4,)], lambda xp, a: xp.correlate(np.array([1.0, 2.0, 0.5]), a, mode="same"), analytic=False)
for low, high in ((-3, -0.4), (-0.3, 0.3), (0.35, 3)):
    case(np.sinc, [Argument((2, 3), low, high)], lambda xp, x: xp.sinc(x), analytic=False)
windows = np.lib.stride_tricks.sliding_window_view
case(
    windows, [(4, 3)],
    lambda np, x: windows(x, (2, 2)), lambda np, x: windows(x, window_shape=3, axis=0),
    lambda np, x: windows(x, 2, axis=-1, subok=False, writeable=False), jax=False,
)  # fmt: skip

# grids

for shapes in ((), ()), ((2,), (2,)), ((2,), ()):
    case(
        np.linspace, shapes,
        lambda xp, a, b: xp.linspace(a, b, 5), lambda xp, a, b: xp.linspace(a, b, num=4, endpoint=False, axis=-1),
        lambda xp, a, b: xp.linspace(start=a, stop=b, num=3, retstep=True)[1],
    )  # fmt: skip
    case(np.linspace, shapes, lambda xp, a, b: xp.linspace(a, b))
    case(np.linspace, shapes, lambda np, a, b: np.linspace(a, b, 1), jax=False)
case(
    np.meshgrid, [(2,), (3,)],
    lambda xp, a, b: xp.stack(xp.meshgrid(a, b)), lambda xp, a, b: xp.stack(xp.meshgrid(a, b, a, indexing="ij")),
    lambda xp, a, b: xp.meshgrid(a, b, sparse=True, copy=True)[1] * xp.meshgrid(a, b, sparse=True)[0],
)  # fmt: skip
KNOTS, HEIGHTS = np.array([-2.0, -0.5, 1.0, 2.5]), np.array([1.0, -1.0, 0.5, 2.0])


def increasing(x: Any) -> Any:
    return np.arange(len(x)) + 0.1 * x


case(
    np.interp, [Argument((5,)), Argument((4,))],
    lambda xp, x, fp: xp.interp(x, KNOTS, fp), lambda xp, x, fp: xp.interp(x, KNOTS, fp, left=1.0, right=-1.0),
    lambda xp, x, fp: xp.interp(x, xp=KNOTS, fp=fp, period=5.0), analytic=False,
)  # fmt: skip
case(np.interp, [(2, 3)], lambda xp, x: xp.interp(x, KNOTS, HEIGHTS), analytic=False)
case(np.interp, [()], lambda np, x: np.interp(x, [-2.0, 0.0, 2.0], [1.0, 2.0, 0.0]), analytic=False, jax=False)
case(np.interp, [()], lambda np, x: np.interp(x, [0.0], [2.0]) * x, analytic=False, jax=False)
case(
    np.interp, [Argument((4,), fit=increasing)],
    lambda xp, at: xp.interp(np.array([0.45, 1.3, 2.55]), at, HEIGHTS), analytic=False,
)  # fmt: skip
case(
    np.gradient, [(4, 3)],
    lambda xp, f: xp.stack(xp.gradient(f)), lambda xp, f: xp.gradient(f, axis=0),
    lambda xp, f: xp.gradient(f, 0.5, axis=-1), lambda xp, f: xp.stack(xp.gradient(f, 0.5, 2.0)),
)  # fmt: skip
case(
    np.gradient, [(4, 3)],
    lambda np, f: np.gradient(f, edge_order=2, axis=(1, 0))[0],
    lambda np, f: np.gradient(f, np.array([0.0, 1.0, 3.0, 3.5]), axis=0),
    lambda np, f: np.gradient(f, np.array([0.0, 1.0, 3.0, 3.5]), axis=0, edge_order=2),
    lambda np, f: np.stack(np.gradient(f, [0.0, 1.0, 3.0, 3.5], 2.0)), jax=False,
)  # fmt: skip
case(np.gradient, [(3,), Argument((), 0.4)], lambda xp, f, h: xp.gradient(f, h), analytic=False)
case(np.gradient, [(4,), Argument((4,), fit=increasing)], lambda np, f, x: np.gradient(f, x), analytic=False, jax=False)
case(
    np.trapezoid, [(2, 4)],
    lambda xp, y: xp.trapezoid(y), lambda xp, y: xp.trapezoid(y, dx=0.5, axis=0),
    lambda xp, y: xp.trapezoid(y, np.array([0.0, 1.0, 3.0, 3.5])),
)  # fmt: skip
case(np.trapezoid, [(2, 3), (2, 3)], lambda xp, y, x: xp.trapezoid(y, x=x, axis=0))
case(np.trapezoid, [(3,)], lambda xp, x: xp.trapezoid(np.array([1.0, 2.0, 0.5]), x))
case(np.polyval, [(4,), (2, 3)], lambda xp, p, x: xp.polyval(p, x))
case(np.polyval, [()], lambda xp, x: xp.polyval(np.array([2.0, -1.0, 3.0]), x))
case(np.polyval, [()], lambda np, x: np.polyval(p=[2, x, 3], x=x), jax=False)
case(
    np.vander, [(3,)],
    lambda xp, x: xp.vander(x), lambda xp, x: xp.vander(x, 2), lambda xp, x: xp.vander(x, N=4, increasing=True),
)  # fmt: skip

# statistics

WEIGHTS = np.array([0.5, 2.0, 1.0])
case(
    np.average, [(2, 3)],
    lambda xp, a: xp.average(a), lambda xp, a: xp.average(a, axis=0), lambda xp, a: xp.average(a, 1, WEIGHTS),
    lambda xp, a: xp.average(a, axis=-1, weights=WEIGHTS, returned=True, keepdims=True)[0],
)  # fmt: skip
case(np.average, [(2, 3), Argument((2, 3), 0.4)], lambda xp, a, w: xp.average(a, weights=w))
case(np.average, [(2, 3), Argument((2,), 0.4)], lambda xp, a, w: xp.average(a, 0, weights=w))
case(np.average, [Argument((3,), 0.4)], lambda xp, w: xp.average(np.array([2.0, -1.0, 3.0]), weights=w))
for shape in ((5,), (4, 3)):
    case(
        np.median, [shape],
        lambda xp, a: xp.median(a), lambda xp, a: xp.median(a, axis=0), lambda xp, a: xp.median(a, -1, keepdims=True),
        analytic=False,
    )  # fmt: skip
    case(
        np.quantile, [shape],
        lambda xp, a: xp.quantile(a, 0.3), lambda xp, a: xp.quantile(a, q=np.array([0.1, 0.5, 1.0]), axis=0),
        lambda xp, a: xp.quantile(a, np.array([0.1, 0.9]), -1, keepdims=True),
        lambda xp, a: xp.quantile(a, 0.3, method="nearest"), analytic=False,
    )  # fmt: skip
    case(
        np.percentile, [shape],
        lambda xp, a: xp.percentile(a, 30), lambda xp, a: xp.percentile(a, q=np.array([10.0, 90.0]), axis=0),
        lambda xp, a: xp.percentile(a, 12.5, method="lower", keepdims=True), analytic=False,
    )  # fmt: skip
case(np.percentile, [(4, 3)], lambda np, a: np.percentile(a, [[10.0], [90.0]], axis=0), analytic=False, jax=False)
for method in ("inverted_cdf", "averaged_inverted_cdf", "hazen", "weibull", "median_unbiased", "midpoint", "higher"):
    case(np.quantile, [(5,)], lambda np, a, m=method: np.quantile(a, [0.33, 0.71], method=m), analytic=False, jax=False)
case(
    np.quantile, [(2, 3, 2)],
    lambda np, a: np.quantile(a, [0.2, 0.7], axis=(0, 2)), lambda np, a: np.quantile(a, 0.2, (2, 0), keepdims=True),
    lambda np, a: np.median(a, axis=(0, 1)), analytic=False, jax=False,
)  # fmt: skip
for shape in ((3, 4), (4,)):
    case(
        np.cov, [shape],
        lambda xp, m: xp.cov(m), lambda xp, m: xp.cov(m, bias=True), lambda xp, m: xp.cov(m, rowvar=False, ddof=0),
        analytic=False,
    )  # fmt: skip
case(np.cov, [(2, 4), (4,)], lambda xp, m, y: xp.cov(m, y), lambda np, m, y: np.cov(m, y=y, ddof=2), analytic=False)
case(np.cov, [(4, 2), (4, 1)], lambda np, m, y: np.cov(m, y, rowvar=False), analytic=False, jax=False)


def not_on_a_line(*rows: Any) -> Any:
    """How far correlations are from ±1, where they have an extreme and NumPy cuts them off."""
    c = np.corrcoef(*rows)
    return 0.1 * (1 - np.max(np.abs(c - np.diag(np.diag(c)))))


case(np.corrcoef, [(3, 4)], lambda xp, x: xp.corrcoef(x), analytic=False, away=not_on_a_line)
case(
    np.corrcoef, [(4, 2)],
    lambda xp, x: xp.corrcoef(x, rowvar=False), analytic=False, away=lambda x: not_on_a_line(x.T),
)  # fmt: skip
case(np.corrcoef, [(4,), (4,)], lambda xp, x, y: xp.corrcoef(x, y=y), analytic=False, away=not_on_a_line)

# missing values

HOLES = np.array([[0.0, np.nan, 0.0], [np.nan, 0.0, 0.0]])
for f in (np.nansum, np.nanprod, np.nanmax, np.nanmin, np.nanmean, np.nanvar, np.nanstd):
    name = f.__name__
    case(
        f, [(2, 3)],
        lambda xp, a, name=name: getattr(xp, name)(a + HOLES), lambda xp, a, name=name: getattr(xp, name)(a + HOLES, 1),
        lambda xp, a, name=name: getattr(xp, name)(a + HOLES, axis=-1, keepdims=True),
        lambda xp, a, name=name: getattr(xp, name)(a), analytic=False,
    )  # fmt: skip
case(np.nanvar, [(2, 3)], lambda xp, a: xp.nanvar(a + HOLES, ddof=1), analytic=False)
case(np.nanstd, [(2, 3)], lambda xp, a: xp.nanstd(a + HOLES, axis=1, ddof=1), analytic=False)
for f in (np.nancumsum, np.nancumprod):
    name = f.__name__
    case(
        f, [(2, 3)],
        lambda xp, a, name=name: getattr(xp, name)(a + HOLES),
        lambda xp, a, name=name: getattr(xp, name)(a + HOLES, axis=0), analytic=False,
    )  # fmt: skip
INFINITIES = np.array([np.inf, 0.0, -np.inf, np.nan])
case(
    np.nan_to_num, [(4,)],
    lambda xp, x: 1e-300 * xp.nan_to_num(x + INFINITIES) + x,
    lambda xp, x: xp.nan_to_num(x + INFINITIES, copy=True, nan=2.0, posinf=3.0, neginf=4.0), analytic=False,
)  # fmt: skip

# cumulative products, spans

case(
    np.cumprod, [(2, 5)],
    lambda xp, x: xp.cumprod(x), lambda xp, x: xp.cumprod(x, axis=1), lambda xp, x: xp.cumprod(x, 0),
)  # fmt: skip
case(np.cumprod, [(0,)], lambda xp, x: xp.cumprod(x))
case(
    np.ptp, [(2, 3)],
    lambda xp, a: xp.ptp(a), lambda xp, a: xp.ptp(a, 0), lambda xp, a: xp.ptp(a, axis=1, keepdims=True), analytic=False,
)  # fmt: skip

# products

for shapes in ((2,), (3,)), ((2, 3), (2, 2)), ((2,), (2, 3)), ((2, 1, 2), (3, 2)), ((), (3,)):
    case(np.kron, shapes, lambda xp, a, b: xp.kron(a, b))
for shapes in ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 3)):
    case(np.cross, shapes, lambda xp, a, b: xp.cross(a, b))
    case(np.linalg.cross, shapes, lambda xp, a, b: xp.linalg.cross(a, b, axis=-1), jax=shapes[0] == shapes[1])
case(
    np.cross, [(3, 2), (2, 3)],
    lambda xp, a, b: xp.cross(a, b, axisa=0, axisb=1, axisc=0), lambda xp, a, b: xp.cross(a, b.T, axis=0),
)  # fmt: skip

# entries appended, inserted, deleted, chosen, split off

case(np.append, [(2, 3), (2, 3)], lambda xp, a, b: xp.append(a, b), lambda xp, a, b: xp.append(a, values=b, axis=0))
case(np.append, [(3,)], lambda xp, a: xp.append(a, 2.0), lambda xp, a: xp.append(np.ones(2), a))
case(
    np.insert, [(2, 3)],
    lambda xp, a: xp.insert(a, 1, 2.0), lambda xp, a: xp.insert(a, obj=1, values=np.ones(3), axis=0),
    lambda xp, a: xp.insert(a, np.array([0, 2, 2]), a[:, :1], axis=1),
)  # fmt: skip
case(
    np.insert, [(3,), (2,)],
    lambda xp, a, b: xp.insert(a, np.array([0, 3]), b), lambda xp, a, b: xp.insert(a, 1, b), analytic=False,
)  # fmt: skip
case(
    np.delete, [(3, 4)],
    lambda xp, a: xp.delete(a, 1), lambda xp, a: xp.delete(a, obj=np.array([0, -1]), axis=1),
    lambda xp, a: xp.delete(a, slice(0, 2), 0),
)  # fmt: skip
case(
    np.block, [(2, 2), (2,)],
    lambda xp, a, b: xp.block([[a, a], [np.zeros((1, 2)), b]]), lambda xp, a, b: xp.block([b, 1.0, b]),
    lambda xp, a, b: xp.block(a), lambda xp, a, b: xp.block(arrays=[[[a]], [[a]]]),
)  # fmt: skip
for shape in ((), (3,), (2, 3), (2, 3, 2)):
    case(np.atleast_3d, [shape], lambda xp, x: xp.atleast_3d(x))
    case(np.dstack, [shape, shape], lambda xp, a, b: xp.dstack([a, b]), lambda xp, a, b: xp.dstack((b, a, a)))
case(np.atleast_3d, [(2,), (3,)], lambda xp, a, b: xp.atleast_3d(a, b)[0] * xp.atleast_3d(a, b)[1][:, :1])
for f, shape in ((np.vsplit, (4, 2)), (np.hsplit, (4,)), (np.hsplit, (2, 4)), (np.dsplit, (2, 1, 4))):
    name = f.__name__
    case(
        f, [shape],
        lambda xp, x, name=name: xp.stack(getattr(xp, name)(x, 2)),
        lambda xp, x, name=name: getattr(xp, name)(x, [1, 3])[1],
    )  # fmt: skip
case(
    np.select, [(2, 3), (3,)],
    lambda xp, a, b: xp.select([a > 1, a < -1], [a * b, b]),
    lambda xp, a, b: xp.select(condlist=[a > 1, a > 0.5], choicelist=[b, a], default=2.0),
)  # fmt: skip
case(np.select, [(3,)], lambda xp, x: xp.select([x > 1], [x], x * x))
CHOSEN = np.array([True, False, True])
case(
    np.compress, [(3, 3)], lambda np, a: np.compress(CHOSEN, a, axis=1), lambda np, a: np.compress(CHOSEN, a), jax=False
)
case(np.extract, [(2, 3)], lambda np, a: np.extract(condition=a > 0, arr=a), jax=False)
case(np.rollaxis, [(2, 3, 4)], lambda xp, x: xp.rollaxis(x, 2), lambda xp, x: xp.rollaxis(x, axis=0, start=2))
case(
    np.partition, [(2, 5)],
    lambda np, x: np.partition(x, 2), lambda np, x: np.partition(x, kth=[1, 3], axis=None),
    lambda np, x: np.partition(x, 0, axis=0), analytic=False, jax=False,
)  # fmt: skip
case(np.diagflat, [(2, 2)], lambda xp, v: xp.diagflat(v), lambda xp, v: xp.diagflat(v, k=1))
case(np.resize, [(2, 3)], lambda xp, a: xp.resize(a, (4, 2)), lambda xp, a: xp.resize(a, new_shape=(2,)))
for f in (np.fft.fftshift, np.fft.ifftshift):
    name = f.__name__
    case(f, [(3, 4)], lambda xp, x, name=name: getattr(xp.fft, name)(x))
    case(f, [(3, 4)], lambda xp, x, name=name: getattr(xp.fft, name)(x, axes=0))

# of real numbers

for f in (np.real, np.real_if_close):
    case(f, [(3,)], lambda np, x, f=f: f(x) * x, analytic=False, jax=False)

# options: where=, initial=, dtype=, correction=, order=

CHOICE = np.array([[True, False, True], [False, True, True]])
for f in (np.sum, np.prod):
    name = f.__name__
    case(
        f, [(2, 3)],
        lambda xp, a, name=name: getattr(xp, name)(a, 0, where=CHOICE),
        lambda xp, a, name=name: getattr(xp, name)(a, initial=2.5, where=CHOICE),
        lambda xp, a, name=name: getattr(xp, name)(a, axis=1, keepdims=True, initial=-1.5),
    )  # fmt: skip
    case(
        f,
        [(2, 3)],
        lambda np, a, f=f: f(a, axis=1, where=[True, False, True]) * f(a, dtype=float),
        analytic=False,
        jax=False,
    )
    case(f, [(0,)], lambda np, a, f=f: f(a, initial=2.0), jax=False)
for f in (np.max, np.amax, np.min, np.amin):
    name = f.__name__
    case(
        f, [(2, 3)],
        lambda xp, a, name=name: getattr(xp, name)(a, 0, where=CHOICE, initial=0.5),
        lambda xp, a, name=name: getattr(xp, name)(a, initial=-0.2, axis=1, keepdims=True), analytic=False,
    )  # fmt: skip
case(
    np.mean, [(2, 3)],
    lambda xp, a: xp.mean(a, 1, where=CHOICE), lambda xp, a: xp.mean(a, keepdims=True, where=CHOICE[:1]),
    lambda np, a: np.mean(a, dtype=float, axis=0), analytic=False,
)  # fmt: skip
for f in (np.var, np.std):
    name = f.__name__
    case(
        f, [(2, 3)],
        lambda xp, a, name=name: getattr(xp, name)(a, 1, where=CHOICE),
        lambda xp, a, name=name: getattr(xp, name)(a, correction=1), analytic=False,
    )  # fmt: skip
    case(
        f, [(2, 3)],
        lambda np, a, f=f: f(a, axis=1, correction=0.5, keepdims=True),
        lambda np, a, f=f: f(a, ddof=1, where=CHOICE, dtype=float), analytic=False, jax=False,
    )  # fmt: skip
for f in (np.cumsum, np.cumprod):
    case(f, [(2, 3)], lambda np, a, f=f: f(a, 0, float) * f(a, axis=1, dtype=float), analytic=False, jax=False)
for order in ("C", "F"):
    case(
        np.reshape, [(2, 3, 4)],
        lambda xp, x, order=order: xp.reshape(x, (4, 6), order=order),
        lambda xp, x, order=order: x.reshape((2, -1, 2), order=order),
    )  # fmt: skip
    case(np.ravel, [(2, 3, 4)], lambda xp, x, order=order: xp.ravel(x, order=order))
case(np.reshape, [(2, 3)], lambda np, x: np.reshape(x, -1, "F") * x.flatten("F"), jax=False)
case(np.sort, [(3, 4)], lambda np, x: np.sort(x, kind="stable") + np.sort(x, stable=True), analytic=False, jax=False)
case(
    np.diff, [(2, 3), (2, 1)],
    lambda xp, x, e: xp.diff(x, prepend=e), lambda xp, x, e: xp.diff(x, append=x),
    lambda xp, x, e: xp.diff(x, prepend=1.0),
)  # fmt: skip
for mode in ("wrap", "clip"):
    case(np.take, [(2, 3)], lambda xp, x, mode=mode: xp.take(x, np.array([-4, 1, 7]), axis=1, mode=mode))
case(np.take, [(2, 3)], lambda np, x: np.take(x, [0, 1], mode="raise"), jax=False)
for f in (np.multiply, np.exp, np.arctan2):
    arguments = [Argument((2, 3), 0.3)] * f.nin
    case(f, arguments, lambda np, *x, f=f: f(*x, dtype=float), analytic=False, jax=False)
case(
    "logaddexp.reduce", [(2, 3)],
    lambda np, x: np.logaddexp.reduce(x), lambda np, x: np.logaddexp.reduce(x, axis=-1, keepdims=True),
    lambda np, x: np.logaddexp.reduce(x, axis=None), analytic=False, jax=False,
)  # fmt: skip
