"""Every entry of the table of derivative rules: a case for each, and the identities that hold for all of them.

An entry without a case, and an option that no case uses, fail the suite by name. Values are 0.01·(n + 0.3) for the
first argument and 0.01·(n + 0.7) for the second, so they are 3e-3 or more away from kinks at whole numbers, at 0 and
at ties; what happens at those is tested in test_conventions.py.
"""

import inspect
from collections.abc import Callable
from functools import cache, partial
from itertools import chain, combinations
from typing import Any

import numpy as np
import pytest
import rule_cases_of_data  # noqa: F401
import rule_cases_of_matrices  # noqa: F401
import rule_cases_of_scipy  # noqa: F401
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays, mutually_broadcastable_shapes
from rule_cases import CASES, NEW, Argument, Case, case

import bpkit as bp
from bpkit.graphs.graph import backward
from bpkit.graphs.rules import CONSTANTS, FUNCTIONS, RULES, describe
from bpkit.graphs.tracked import Tracked, apply


def called(name: Any) -> str:
    return name if isinstance(name, str) else describe(name)


# functions of each entry: any shapes that broadcast

ANY, SMALL = Argument(), Argument(low=-1.2, high=1.2)
POSITIVE, NEGATIVE, INSIDE, ABOVE_1 = (
    Argument(low=0.3),
    Argument(high=-0.3),
    Argument(low=-0.9, high=0.9),
    Argument(low=1.2),
)


def entrywise(function: Any, *arguments: Any, **options: Any) -> None:
    name = function.__name__
    case(function, arguments, lambda xp, *x: getattr(xp, name)(*x), **options)


for f in (np.negative, np.positive, np.square, np.exp, np.exp2, np.expm1, np.sin, np.cos, np.sinh, np.cosh, np.tanh):
    entrywise(f, ANY)
for f in (np.add, np.subtract, np.multiply):
    entrywise(f, ANY, ANY)
for f in (np.sqrt, np.log, np.log2, np.log10, np.log1p):
    entrywise(f, POSITIVE)
for f in (np.conjugate, np.cbrt, np.fabs, np.absolute, np.degrees, np.rad2deg, np.radians, np.deg2rad):
    entrywise(f, POSITIVE, analytic=False)
    entrywise(f, NEGATIVE, analytic=False)
for f in (np.sign, np.floor, np.ceil, np.trunc, np.rint):
    entrywise(f, ANY, analytic=False)
for f in (np.maximum, np.minimum, np.fmax, np.fmin, np.copysign, np.heaviside, np.logaddexp, np.logaddexp2):
    entrywise(f, ANY, ANY, analytic=False)
for f in (np.hypot, np.arctan2):
    entrywise(f, ANY, POSITIVE, analytic=False)
    entrywise(f, ANY, NEGATIVE, analytic=False)
for f in (np.remainder, np.fmod, np.floor_divide):
    for divisor in (POSITIVE, NEGATIVE):
        entrywise(
            f, ANY, divisor, analytic=False, away=lambda a, b: np.abs(a - np.rint(a / b) * b) / (1 + np.abs(a / b))
        )
entrywise(np.divide, ANY, POSITIVE)
entrywise(np.divide, ANY, NEGATIVE)
entrywise(np.reciprocal, POSITIVE)
entrywise(np.power, POSITIVE, ANY)
entrywise(np.float_power, POSITIVE, ANY)
entrywise(np.tan, SMALL)
entrywise(np.arcsin, INSIDE)
entrywise(np.arccos, INSIDE)
entrywise(np.arctan, ANY)
entrywise(np.arcsinh, ANY)
entrywise(np.arccosh, ABOVE_1)
entrywise(np.arctanh, INSIDE)
case(np.where, [ANY, ANY], lambda xp, a, b: xp.where(a > 0.1, a, b), lambda xp, a, b: xp.where(True, a, b))
case(np.where, [ANY, ANY], lambda xp, a, b: xp.where(a > b, a * b, 2.0), lambda xp, a, b: xp.where(b < a, 2.0, a * b))
case(np.where, [(3,), (2, 1)], lambda xp, a, b: xp.where(np.array([True, False, True]), a, b))
case(
    np.clip, [ANY, Argument(low=-3, high=-1), Argument(low=1, high=3)],
    lambda xp, x, a, b: xp.clip(x, a, b),
    lambda xp, x, a, b: xp.clip(x, min=a, max=b) if NEW else xp.clip(x, a_min=a, a_max=b), analytic=False,
)  # fmt: skip
case(
    np.clip, [ANY],
    lambda xp, x: xp.clip(x, -1, 1), lambda xp, x: xp.clip(x, None, 1.0),
    lambda xp, x: xp.clip(x, min=-1) if NEW else xp.clip(x, -1, None),
    lambda xp, x: xp.clip(x, -1, 1) * x.clip(0, 2), analytic=False,
)  # fmt: skip
case(np.clip, [ANY], lambda np, x: np.clip(x, a_min=0, a_max=2), analytic=False, jax=False)
for f in (np.round, np.around):
    case(f, [ANY], lambda xp, x, f=f: getattr(xp, f.__name__)(x), analytic=False)
    case(f, [ANY], lambda xp, x, f=f: getattr(xp, f.__name__)(x, decimals=1) * x, analytic=False)

# operators: a variable with a number, an array, another variable, on either side
for entry, operate, of in (
    (np.add, lambda a, b: a + b, ANY), (np.subtract, lambda a, b: a - b, ANY), (np.multiply, lambda a, b: a * b, ANY),
    (np.divide, lambda a, b: a / b, POSITIVE), (np.power, lambda a, b: a**b, POSITIVE),
):  # fmt: skip
    case(entry, [POSITIVE, of], lambda xp, a, b, operate=operate: operate(a, b))
    case(entry, [of], lambda xp, x, operate=operate: operate(x, 2.0), lambda xp, x, operate=operate: operate(3, x))
    case(entry, [()], lambda xp, x, operate=operate: operate(x, np.array([2.0, 3.0])))
    case(entry, [Argument((), 0.3)], lambda xp, x, operate=operate: operate(np.array([[2], [3]]), x))
for number in (0, 1, 2, -1, 3, -2):
    case(np.power, [POSITIVE, NEGATIVE], lambda xp, a, b, number=number: a**number + b**number)
case(np.power, [POSITIVE], lambda xp, x: x ** np.array(-1.5), lambda xp, x: xp.float_power(x, 2) * 0.5**x)
case(np.power, [Argument((3,), 0.3), (3,)], lambda xp, a, b: a**b * b ** np.array([0, 1, 2]))
case(
    np.remainder,
    [ANY],
    lambda xp, x: x % 0.7,
    lambda xp, x: x // 0.7,
    analytic=False,
    away=lambda x: abs(x / 0.7 - np.rint(x / 0.7)),
)
case(np.negative, [ANY], lambda xp, x: -x + +x * -x)
case(np.absolute, [ANY], lambda xp, x: abs(x) * x, analytic=False)


def of_table(name: str, **settings: Any) -> Callable[..., Any]:
    """An operation that is no NumPy function, called from the table itself."""
    return lambda xp, *x: apply(RULES[name], x, settings)


case("one for zero", [ANY], of_table("one for zero"), jax=False, analytic=False)
case("over", [ANY, POSITIVE], of_table("over"), jax=False, analytic=False)
for name in ("share of the larger", "share of the larger number", "one less"):
    case(name, [ANY, ANY], of_table(name), jax=False, analytic=False)

# sums, extremes, spreads

AXES = (
    lambda f: lambda xp, x: f(xp)(x),
    lambda f: lambda xp, x: f(xp)(x, axis=0),
    lambda f: lambda xp, x: f(xp)(x, -1, keepdims=True),
    lambda f: lambda xp, x: f(xp)(x, axis=(0, -1)),
    lambda f: lambda xp, x: f(xp)(x, keepdims=True),
    lambda f: lambda xp, x: f(xp)(x, axis=(-2, 2), keepdims=True),
)


def reduced(f: Any, shape: tuple[int, ...] = (2, 3, 2), **options: Any) -> None:
    name = f.__name__
    case(f, [shape], *(use(lambda xp: getattr(xp, name)) for use in AXES), **options)


for f in (np.sum, np.mean, np.prod):
    reduced(f)
    case(f, [()], lambda xp, x, f=f: getattr(xp, f.__name__)(x))
    case(f, [(1, 5)], lambda xp, x, f=f: getattr(xp, f.__name__)(x, axis=-1) * getattr(x, f.__name__)(1))
for f in (np.sum, np.prod):
    case(f, [(0, 3)], lambda xp, x, f=f: getattr(xp, f.__name__)(x, axis=0))
    case(f, [(0, 3)], lambda xp, x, f=f: getattr(xp, f.__name__)(x, axis=1))
    case(f, [(2, 3)], lambda xp, x, f=f: getattr(xp, f.__name__)(x, axis=()))
for f in (np.max, np.amax, np.min, np.amin):
    reduced(f, analytic=False)
    case(f, [(4,)], lambda xp, x, f=f: getattr(xp, f.__name__)(x) * x, analytic=False)
    case(f, [()], lambda xp, x, f=f: getattr(xp, f.__name__)(x), analytic=False)
case(np.max, [(2, 3)], lambda xp, x: x.max(axis=1) + x.min(1), analytic=False)
case(np.max, [(2, 3)], lambda xp, x: xp.max(x, axis=()), jax=False, analytic=False)
reduced(np.var, analytic=False)
reduced(np.std, analytic=False)
case(np.var, [(3, 4)], lambda xp, x: xp.var(x, 0, ddof=1), lambda xp, x: x.var(axis=(0, 1), ddof=2.5), analytic=False)
case(np.std, [(3, 4)], lambda xp, x: xp.std(x, 0, ddof=1), lambda xp, x: x.std(), analytic=False)
case(np.cumsum, [(2, 3)], lambda xp, x: xp.cumsum(x), lambda xp, x: x.cumsum(axis=0), lambda xp, x: xp.cumsum(x, -1))
case(np.cumsum, [()], lambda xp, x: xp.cumsum(x))
case(
    np.sort,
    [(3, 4)],
    lambda xp, x: xp.sort(x),
    lambda xp, x: xp.sort(x, axis=0),
    lambda xp, x: xp.sort(x, None),
    analytic=False,
)
case(np.diff, [(3, 4)], lambda xp, x: xp.diff(x), lambda xp, x: xp.diff(x, 2, axis=0), lambda xp, x: xp.diff(x, n=0))
case(
    "length",
    [(2, 3)],
    of_table("length"),
    of_table("length", axis=0),
    of_table("length", axis=(0, 1), keepdims=True),
    analytic=False,
    jax=False,
)
case(
    "share of ties",
    [(2, 3)],
    lambda np, x: apply(RULES["share of ties"], (np.max(x, axis=1, keepdims=True), x), {"axis": 1}),
    analytic=False,
    jax=False,
)

# products

for shapes in ((3,), (3,)), ((2, 3), (3, 4)), ((2, 3), (3,)), ((3,), (3, 4)), ((1, 1), (1, 1)):
    for f in (np.matmul, np.dot):
        case(f, shapes, lambda xp, a, b, f=f: getattr(xp, f.__name__)(a, b))
for shapes in (
    ((5, 2, 3), (5, 3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((2, 1, 2, 3), (3, 3, 1)),
    ((3,), (2, 3, 4)),
    ((2, 2, 3), (3,)),
    ((1, 2, 3), (4, 3, 2)),
):
    case(np.matmul, shapes, lambda xp, a, b: a @ b)
case(np.matmul, [(2, 3)], lambda xp, a: a @ np.ones((3, 2)), lambda xp, a: np.ones((3, 2)) @ a, lambda xp, a: a @ a.T)
for shapes in (
    ((), (2, 3)),
    ((2, 3), ()),
    ((2, 2, 3), (3,)),
    ((2, 2, 3), (3, 2)),
    ((2, 3), (2, 3, 4)),
    ((3,), (2, 3, 4)),
):
    case(np.dot, shapes, lambda xp, a, b: xp.dot(a, b))
case(np.dot, [(2, 3)], lambda xp, a: a.dot(np.ones(3)))
for shapes in ((4,), (4,)), ((2, 3), (2, 3)), ((2, 3), (6,)), ((), ()):
    case(np.vdot, shapes, lambda xp, a, b: xp.vdot(a, b), analytic=False, jax=False)
for shapes in ((3,), (3,)), ((2, 3), (4, 3)), ((), (3,)), ((2, 2, 3), (3,)):
    case(np.inner, shapes, lambda xp, a, b: xp.inner(a, b))
for shapes in ((3,), (2,)), ((2, 2), (3,)), ((), (3,)):
    case(np.outer, shapes, lambda xp, a, b: xp.outer(a, b))
case(
    np.tensordot, [(2, 3, 4), (3, 4, 2)],
    lambda xp, a, b: xp.tensordot(a, b), lambda xp, a, b: xp.tensordot(a, b, axes=([0], [2])),
    lambda xp, a, b: xp.tensordot(a, b, ((-1, 0), (1, -1))), lambda xp, a, b: xp.tensordot(a, b, [1, 0]),
)  # fmt: skip
case(np.tensordot, [(2, 3), (2,)], lambda xp, a, b: xp.tensordot(a, b, 0))
case(np.tensordot, [(2, 0), (0, 3)], lambda xp, a, b: xp.tensordot(a, b, 1))
for shapes in ((3,), (3,)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)):
    case(np.vecdot, shapes, lambda xp, a, b: xp.vecdot(a, b), analytic=False)
    case(np.linalg.vecdot, shapes, lambda xp, a, b: xp.linalg.vecdot(a, b), analytic=False)
case(np.linalg.vecdot, [(2, 3), (2, 3)], lambda xp, a, b: xp.linalg.vecdot(a, b, axis=0), analytic=False)
for subscripts, *shapes in (
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ij->j", (2, 3)),
    ("ii->i", (3, 3)), ("ii", (3, 3)), ("iij->j", (2, 2, 3)), ("iii->i", (2, 2, 2)), ("ij,ij->i", (2, 3), (2, 3)),
    ("i,j->ij", (2,), (3,)), ("i,j,k->ik", (2,), (3,), (2,)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
    ("...ij,...jk->...ik", (4, 2, 3), (3, 2)), ("...i->...", (2, 3)), ("...i,i", (2, 2, 3), (3,)),
    ("...,...->...", (2, 3), (1, 3)), ("i...->...i", (2, 3)), ("ij,jk,kl->il", (2, 3), (3, 2), (2, 2)),
    ("i,->i", (3,), ()), (" i j , j -> i", (2, 3), (3,)), ("ba", (2, 3)), ("...ii->...i", (2, 3, 3)),
    ("ij,ji->", (2, 3), (3, 2)), ("Ab,bA", (2, 3), (3, 2)), ("ik,jk", (2, 3), (2, 3)), ("ii,ij->j", (2, 2), (2, 3)),
):  # fmt: skip
    case(np.einsum, shapes, lambda xp, *x, subscripts=subscripts: xp.einsum(subscripts, *x))
case(
    np.einsum,
    [(2, 3)],
    lambda xp, a: xp.einsum("ij,kj,k->i", a, a, np.ones(2), optimize=True),
    lambda xp, a: xp.einsum("ij,jk->ik", np.ones((2, 2)), a),
)
case(
    np.einsum,
    [(1, 3), (2, 3)],
    lambda np, a, b: np.einsum("ij,ij->ij", a, b),
    lambda np, a, b: np.einsum("ij,ij", a, b),
    jax=False,
)
case(np.einsum, [(2, 1), (3, 2)], lambda np, a, b: np.einsum("ij,jk->ik", a, b), jax=False)


# linear algebra


def transposed(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def invertible(x: Any) -> Any:
    return 0.3 * x + 3 * np.eye(x.shape[-1])


def positive_definite(x: Any) -> Any:
    return 0.3 * x @ transposed(x) + np.eye(x.shape[-1])


for shape in ((3, 3), (2, 2, 2), (1, 1)):
    square = Argument(shape, fit=invertible)
    case(np.linalg.inv, [square], lambda xp, a: xp.linalg.inv(a))
    case(np.linalg.det, [square], lambda xp, a: xp.linalg.det(a), lambda xp, a: xp.linalg.det(-a))
    case(np.linalg.slogdet, [square], lambda xp, a: xp.linalg.slogdet(a)[1], analytic=False)
    case(
        np.linalg.slogdet,
        [square],
        lambda xp, a: xp.linalg.slogdet(-a).logabsdet * xp.linalg.slogdet(-a).sign,
        analytic=False,
    )
    case(
        np.linalg.cholesky,
        [Argument(shape, fit=positive_definite)],
        lambda np, a: np.linalg.cholesky(a),
        analytic=False,
        jax=False,
    )
    case(
        np.linalg.cholesky,
        [Argument(shape, fit=positive_definite)],
        lambda xp, a: xp.linalg.cholesky((a + xp.matrix_transpose(a)) / 2),
        analytic=False,
    )
for left, right in ((3, 3), (3,)), ((3, 3), (3, 2)), ((2, 3, 3), (3, 2)), ((3, 3), (2, 3, 1)), ((2, 3, 3), (2, 3, 3)):
    case(np.linalg.solve, [Argument(left, fit=invertible), right], lambda xp, a, b: xp.linalg.solve(a, b))
case(np.linalg.solve, [Argument((2, 3, 3), fit=invertible), (3,)], lambda np, a, b: np.linalg.solve(a, b), jax=False)
case(np.linalg.solve, [Argument((2, 2), fit=invertible)], lambda xp, a: xp.linalg.solve(a, np.array([1.0, 2.0])))
case(np.linalg.solve, [Argument((2, 2), fit=invertible)], lambda np, a: np.linalg.solve(a, [1.0, 2.0]), jax=False)
case(
    np.linalg.norm, [(4,)],
    lambda xp, x: xp.linalg.norm(x), lambda xp, x: xp.linalg.norm(x, 2), lambda xp, x: xp.linalg.norm(x, ord=1),
    lambda xp, x: xp.linalg.norm(x, 3), lambda xp, x: xp.linalg.norm(x, np.inf),
    lambda xp, x: xp.linalg.norm(x, -np.inf),
    lambda xp, x: xp.linalg.norm(x, 2.5, keepdims=True), analytic=False,
)  # fmt: skip
case(
    np.linalg.norm, [(2, 3)],
    lambda xp, x: xp.linalg.norm(x), lambda xp, x: xp.linalg.norm(x, "fro"), lambda xp, x: xp.linalg.norm(x, axis=0),
    lambda xp, x: xp.linalg.norm(x, 3, axis=-1, keepdims=True), lambda xp, x: xp.linalg.norm(x, 2, 1),
    lambda xp, x: xp.linalg.norm(x, axis=(0, 1), keepdims=True), lambda xp, x: xp.linalg.norm(x, 1, 0), analytic=False,
)  # fmt: skip
case(
    np.linalg.norm,
    [(2, 2, 2)],
    lambda np, x: np.linalg.norm(x),
    lambda np, x: np.linalg.norm(x, "fro", (0, 2)),
    analytic=False,
    jax=False,
)
case(np.linalg.trace, [(2, 3, 3)], lambda xp, x: xp.linalg.trace(x), lambda xp, x: xp.linalg.trace(x, offset=1))
case(np.linalg.matrix_transpose, [(2, 3, 2)], lambda xp, x: xp.linalg.matrix_transpose(x))

# shapes and axes

case(
    np.reshape,
    [(2, 6)],
    lambda xp, x: xp.reshape(x, (3, 4)),
    lambda xp, x: x.reshape(-1, 2),
    lambda xp, x: x.reshape((4, 3)),
)
case(np.reshape, [(2, 6)], lambda xp, x: xp.reshape(x, shape=-1, order="C") if NEW else xp.reshape(x, -1, order="C"))
case(np.ravel, [(2, 3)], lambda xp, x: xp.ravel(x), lambda xp, x: x.flatten() * x.ravel())
case(
    np.transpose, [(2, 3, 4)],
    lambda xp, x: xp.transpose(x), lambda xp, x: xp.transpose(x, (1, 2, 0)),
    lambda xp, x: xp.transpose(x, axes=(-1, 0, 1)),
    lambda xp, x: x.T, lambda xp, x: x.transpose(2, 0, 1), lambda xp, x: x.transpose((0, 2, 1)) + x.mT,
)  # fmt: skip
case(
    np.permute_dims,
    [(2, 3, 4)],
    lambda xp, x: xp.permute_dims(x, (2, 0, 1)),
    lambda np, x: np.permute_dims(x, axes=None),
    jax=False,
)
case(np.matrix_transpose, [(2, 3, 2)], lambda xp, x: xp.matrix_transpose(x))
case(np.swapaxes, [(2, 3, 4)], lambda xp, x: xp.swapaxes(x, 0, -1), lambda xp, x: x.swapaxes(1, 2))
case(np.moveaxis, [(2, 3, 4)], lambda xp, x: xp.moveaxis(x, 0, -1), lambda xp, x: xp.moveaxis(x, (0, 1), (-1, 0)))
case(np.expand_dims, [(2, 3)], lambda xp, x: xp.expand_dims(x, 1), lambda xp, x: xp.expand_dims(x, (0, -1)))
case(np.expand_dims, [()], lambda xp, x: xp.expand_dims(x, 0))
case(
    np.squeeze,
    [(1, 3, 1)],
    lambda xp, x: xp.squeeze(x),
    lambda xp, x: xp.squeeze(x, axis=0),
    lambda xp, x: x.squeeze(-1),
)
case(np.broadcast_to, [(3, 1)], lambda xp, x: xp.broadcast_to(x, (2, 3, 4)), lambda xp, x: xp.broadcast_to(x, (3, 1)))
case(np.broadcast_to, [()], lambda xp, x: xp.broadcast_to(x, (2, 2)))
case(np.broadcast_arrays, [(3, 1), (2,)], lambda xp, a, b: xp.stack(xp.broadcast_arrays(a, b)))
case("astype", [(2,)], lambda np, x: x.astype(float), analytic=False, jax=False)
for f in (np.atleast_1d, np.atleast_2d):
    for shape in ((), (3,), (2, 3)):
        case(f, [shape], lambda xp, x, f=f: getattr(xp, f.__name__)(x))
case(np.copy, [(2,)], lambda xp, x: xp.copy(x) * x.copy())

# joining and cutting

case(
    np.concatenate,
    [(2, 3), (1, 3)],
    lambda xp, a, b: xp.concatenate([a, b, a]),
    lambda xp, a, b: xp.concatenate((a, np.zeros((2, 3)), b), axis=0),
)
case(
    np.concatenate,
    [(2, 3), (2, 0)],
    lambda xp, a, b: xp.concatenate([a, b], axis=-1),
    lambda xp, a, b: xp.concatenate([b, a], axis=None),
)
case(np.concatenate, [(2, 3)], lambda xp, x: xp.concatenate(x))
case(
    np.stack,
    [(2, 3), (2, 3)],
    lambda xp, a, b: xp.stack([a, b]),
    lambda xp, a, b: xp.stack((b, a, a), axis=-1),
    lambda xp, a, b: xp.stack([a, np.ones((2, 3))], axis=1),
)
case(np.stack, [(), ()], lambda xp, a, b: xp.stack([a, b, 2.0, a * b]))
for f in (np.vstack, np.hstack, np.column_stack):
    case(f, [(2, 3), (2, 3)], lambda xp, a, b, f=f: getattr(xp, f.__name__)([a, b]))
    case(f, [(3,), (3,)], lambda xp, a, b, f=f: getattr(xp, f.__name__)((a, np.ones(3), b)))
case(np.hstack, [(), ()], lambda xp, a, b: xp.hstack([a, b, 1.0]))


def numbered(xp: Any, parts: Any) -> Any:
    """Join parts again, each with a factor of its own."""
    return xp.concatenate([i * part for i, part in enumerate(parts)])


for f in (np.split, np.array_split):
    for sections in (2, [1, 3], [-1], [3, 9]):
        case(
            f, [(4, 3)],
            lambda xp, x, f=f, sections=sections: numbered(xp, getattr(xp, f.__name__)(x, sections)),
            jax=sections in (2, [1, 3]),
        )  # fmt: skip
    case(f, [(2, 4)], lambda xp, x, f=f: xp.stack(getattr(xp, f.__name__)(x, 2, axis=-1)))
    case(
        f,
        [(5,)],
        lambda np, x, f=f: np.concatenate([i * part for i, part in enumerate(getattr(np, f.__name__)(x, [3, 1]))]),
        jax=False,
    )
case(np.array_split, [(5,)], lambda xp, x: xp.array_split(x, 3)[1])
for f in (np.flip, np.tile, np.repeat, np.roll):
    case(f, [()], lambda np, x, f=f: f(x, () if f is np.flip else 2), jax=False)
case(np.flip, [(2, 3)], lambda xp, x: xp.flip(x), lambda xp, x: xp.flip(x, -1), lambda xp, x: xp.flip(x, axis=(0, 1)))
case(np.fliplr, [(2, 3)], lambda xp, x: xp.fliplr(x))
case(np.flipud, [(2, 3)], lambda xp, x: xp.flipud(x))
case(
    np.roll,
    [(2, 3)],
    lambda xp, x: xp.roll(x, 1),
    lambda xp, x: xp.roll(x, -1, axis=1),
    lambda xp, x: xp.roll(x, shift=(1, 2), axis=(0, 1)),
)
case(np.rot90, [(2, 3)], lambda xp, x: xp.rot90(x), lambda xp, x: xp.rot90(x, k=2, axes=(1, 0)))
case(np.tile, [(2, 3)], lambda xp, x: xp.tile(x, 2), lambda xp, x: xp.tile(x, reps=(2, 1, 2)))
case(
    np.repeat,
    [(2, 3)],
    lambda xp, x: xp.repeat(x, 2),
    lambda xp, x: xp.repeat(x, repeats=np.array([0, 1, 3]), axis=-1),
    lambda xp, x: x.repeat(3, axis=0),
)
case(
    np.diagonal, [(2, 3, 3)],
    lambda xp, x: xp.diagonal(x), lambda xp, x: xp.diagonal(x, 1, axis1=-2, axis2=-1),
    lambda xp, x: x.diagonal(offset=-1),
)  # fmt: skip
for mode in ("constant", "edge", "reflect", "symmetric", "wrap"):
    case(
        np.pad,
        [(2, 3)],
        lambda xp, x, mode=mode: xp.pad(x, ((1, 0), (1, 2)), mode=mode),
        lambda xp, x, mode=mode: xp.pad(x, 1, mode),
    )
case(
    np.pad,
    [(2, 3)],
    lambda xp, x: xp.pad(x, (0, 2), constant_values=3.0),
    lambda xp, x: xp.pad(x, ((0, 1), (2, 0)), constant_values=((1, 2), (3, 4))),
)
case(np.pad, [(2, 3)], lambda np, x: np.pad(x, ((1,), (2,))), jax=False)
case(np.pad, [(3,)], lambda xp, x: xp.pad(x, (1, 2)), lambda xp, x: xp.pad(x, pad_width=1))

# choosing entries

MASK = np.array([[True, False, True], [False, True, True]])
for index in (
    0, -1, np.int64(1), (1, 2), (0, -1), slice(None), slice(1, None), slice(None, None, -1), (slice(0, 2), 1), None,
    (slice(None), None, 0), Ellipsis, (..., 0), np.array([1, 1, 0]), ([0, 1, 1], [2, 0, 0]), (slice(None), [2, 2, 0]),
    MASK, (0, np.array([True, False, True])), np.array([[0, 1], [1, 1]]),
    (np.array([1, 0])[:, None], np.array([0, 0, 2])),
    slice(2, 2), np.zeros((2, 3), bool), [True, False], True, np.array(1), (np.array([0, 1]), slice(0, 2)),
):  # fmt: skip
    case("getitem", [(2, 3)], lambda xp, x, index=index: x[index], jax=False)
case("getitem", [(2, 3)], lambda np, x: x[x > 0], jax=False)
case("getitem", [(2, 3, 2)], lambda xp, x: x[np.array([0, 1, 1]), :, np.array([1, 0, 0])], lambda xp, x: x[1, :, 0])
case("getitem", [(2, 3)], lambda xp, x: sum(row[0] * row for row in x), lambda xp, x: x[0][1] * x[1])
case("getitem", [()], lambda np, x: x[()] * x[None], jax=False)
case(
    "scatter",
    [(2,)],
    of_table("scatter", index=np.array([1, 1]), shape=(3,)),
    of_table("scatter", index=slice(0, 2), shape=(3,)),
    jax=False,
    analytic=False,
)
case(
    np.take, [(3, 4)],
    lambda xp, x: xp.take(x, np.array([0, 5, 5])), lambda xp, x: xp.take(x, np.array([[2, -1], [0, 0]]), axis=1),
    lambda xp, x: xp.take(x, 1, axis=-2), lambda xp, x: x.take(np.array([1, 1]), axis=0),
)  # fmt: skip
case(np.take, [(3, 4)], lambda np, x: np.take(x, indices=[0, 1, 1], axis=0), jax=False)
case(np.take, [(3, 4)], lambda np, x: np.take(x, [True, False, True], axis=0), lambda np, x: np.take(x, []), jax=False)
case(
    np.take_along_axis, [(2, 3)],
    lambda xp, x: xp.take_along_axis(x, np.array([[0, 0], [2, 1]]), axis=1),
    lambda xp, x: xp.take_along_axis(x, np.array([[1, 0, 1]]), 0),
    lambda xp, x: xp.take_along_axis(x, np.array([5, 5, 0]), axis=None),
    lambda xp, x: xp.take_along_axis(x, np.array([[2, 2]]), -1),
)  # fmt: skip
case(np.triu, [(3, 3)], lambda xp, x: xp.triu(x), lambda xp, x: xp.triu(x, 1))
case(np.tril, [(2, 3, 2)], lambda xp, x: xp.tril(x), lambda xp, x: xp.tril(x, k=-1))
case(np.diag, [(3,)], lambda xp, x: xp.diag(x), lambda xp, x: xp.diag(x, k=-1))
case(np.diag, [(2, 3)], lambda xp, x: xp.diag(x), lambda xp, x: xp.diag(x, 1))
case(np.trace, [(3, 3)], lambda xp, x: xp.trace(x), lambda xp, x: xp.trace(x, 1), lambda xp, x: x.trace(offset=-1))
case(np.trace, [(2, 3, 3)], lambda xp, x: xp.trace(x, axis1=1, axis2=2))

# what depends on the shape and type alone

case(np.shape, [(2, 3)], lambda xp, x: x * xp.shape(x)[1], lambda xp, x: x * x.shape[0] * len(x))
case(np.ndim, [(2, 3)], lambda xp, x: x * xp.ndim(x) * x.ndim)
case(np.size, [(2, 3)], lambda xp, x: x * xp.size(x) * x.size, lambda xp, x: x * xp.size(x, axis=1))
case(np.result_type, [(2,)], lambda np, x: x * np.ones(2, np.result_type(x, np.float32)), jax=False)
for f in (np.zeros_like, np.ones_like):
    case(
        f,
        [(2, 3)],
        lambda xp, x, f=f: x * getattr(xp, f.__name__)(x) + x,
        lambda xp, x, f=f: x[0, 0] * getattr(xp, f.__name__)(x, dtype=float, shape=(4,)),
    )
case(np.empty_like, [(2, 3)], lambda xp, x: 0 * xp.empty_like(x, dtype=float, shape=(3,)) + x)
case(
    np.full_like,
    [(2, 3)],
    lambda xp, x: x * xp.full_like(x, 2.5),
    lambda xp, x: x[0] * xp.full_like(x, fill_value=2.0, dtype=float, shape=(3,)),
)
case(np.full_like, [(2, 3)], lambda xp, x: x * xp.full_like(x, x[0, 0]), analytic=False)
case(np.full_like, [(2, 3)], lambda np, x: x * np.full_like(x, 2.7, dtype=int), analytic=False, jax=False)

# results without a derivative

X, Y = np.array([[1.5, -2.0, 0.0], [np.inf, 1.5, 3.0]]), np.array([1.5, 2.0, 0.0])
FLAT_X = np.array([0.5, -2.0, 0.0, 3.0])
CONSTANT_CASES: dict[Any, Any] = {
    **dict.fromkeys(
        (
            np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal, np.logical_and, np.nextafter,
            np.logical_or, np.logical_xor, np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isin,
            np.shares_memory, np.may_share_memory,
        ), (lambda f, x: f(x, Y), X),
    ),
    **dict.fromkeys(
        (
            np.logical_not, np.isfinite, np.isinf, np.isnan, np.signbit, np.argwhere, np.nonzero, np.flatnonzero,
            np.count_nonzero, np.iscomplex, np.isreal, np.iscomplexobj, np.isrealobj, np.array2string,
            np.array_repr, np.array_str,
        ), (lambda f, x: f(x), X),
    ),
    **dict.fromkeys((np.argmax, np.argmin, np.argsort, np.all, np.any), (lambda f, x: f(x, axis=0), X)),
    **dict.fromkeys((np.imag, np.angle), (lambda f, x: f(x), X)),
    **dict.fromkeys((np.nanargmax, np.nanargmin), (lambda f, x: f(x, axis=1), X)),
    **dict.fromkeys(
        (np.diag_indices_from, np.tril_indices_from, np.triu_indices_from, np.linalg.matrix_rank),
        (lambda f, x: f(np.reshape(x, (2, 2))), FLAT_X),
    ),
    np.argpartition: (lambda f, x: f(x, 1), FLAT_X),
    np.lexsort: (lambda f, x: f((x, np.ones(4))), FLAT_X),
    np.digitize: (lambda f, x: f(x, np.arange(3.0)), FLAT_X),
    np.spacing: (lambda f, x: f(x), FLAT_X),
    np.searchsorted: (lambda f, x: f(np.arange(3.0), x), FLAT_X),
}  # fmt: skip


# the tests


OURS = set(RULES)  # other tests add rules of their own later
ENTRIES = OURS | set(FUNCTIONS) | CONSTANTS
INNER = {entry for entry in RULES if isinstance(entry, str)}


def names_of(cases: list[Case]) -> list[str]:
    return [f"{called(one.entry)}-{i}" for i, one in enumerate(cases)]


def example(one: Case, rng: np.random.Generator) -> list[Any]:
    shapes = [(2, 3) if argument.shape is None else argument.shape for argument in one.arguments]
    return [
        np.asarray(argument.fit(rng.uniform(argument.low, argument.high, shape)))[()]
        for argument, shape in zip(one.arguments, shapes, strict=True)
    ]


@cache
def reached() -> set[Any]:
    """The rules that the cases come to."""
    rules = set()
    for one in CASES:
        nodes = list(bp.record(lambda *x, one=one: one.f(np, *x), *example(one, np.random.default_rng(0))).outputs)
        while nodes:
            node = nodes.pop()
            if isinstance(node, Tracked):
                rules.add(id(node.rule))
                nodes += node.inputs
    return {entry for entry, rule in RULES.items() if id(rule) in rules}


def test_every_entry_has_a_case():
    """Operations that are no NumPy function have one when a case of a function comes to them."""
    covered = {one.entry for one in CASES} | set(CONSTANT_CASES) | {entry for entry in reached() if entry in INNER}
    assert sorted(map(called, ENTRIES - covered)) == [], "add a case for each of these rules"
    assert sorted(map(called, covered - ENTRIES)) == [], "these cases are of no rule"
    assert sorted(map(called, OURS - reached())) == [], "no case comes to these rules"


@pytest.mark.parametrize("function", FUNCTIONS, ids=called)
def test_every_option_has_a_case(function, monkeypatch):
    known, given_names = FUNCTIONS[function], set()
    signature = inspect.signature(function if isinstance(known.call, partial) else known.call)

    def counted(*args: Any, **options: Any) -> Any:
        given_names.update(signature.bind(*args, **options).arguments)
        return known.call(*args, **options)

    monkeypatch.setitem(FUNCTIONS, function, known._replace(call=counted))
    for one in CASES:
        if one.entry is function:
            bp.record(lambda *x, one=one: one.f(np, *x), *example(one, np.random.default_rng(0)))
    later = set() if NEW else {"min", "max", "shape"}  # options that this NumPy does not have yet
    assert sorted(known.names - given_names - later) == [], "no case gives these options"


def drawn(data: st.DataObject, one: Case) -> list[Any]:
    """Draw arrays for the arguments, different entries in each, and away from kinks."""
    free = sum(argument.shape is None for argument in one.arguments)
    shapes = iter(())
    if free:
        shapes = iter(data.draw(mutually_broadcastable_shapes(num_shapes=free, max_dims=2, max_side=3)).input_shapes)
    values = []
    for i, argument in enumerate(one.arguments):
        shape = next(shapes) if argument.shape is None else argument.shape
        whole = st.integers(int(np.ceil(100 * argument.low)), int(100 * argument.high) - 1)
        numbers = data.draw(arrays(np.int64, shape, elements=whole, unique=True))
        values.append(np.asarray(argument.fit((numbers + (0.3, 0.7, 0.5)[i]) / 100))[()])
    assume(np.min(one.away(*values)) > 1e-3)
    return values


# In two tests, because Hypothesis keeps a chain of settings with a link for each parameter of a test, and a chain of
# more than about 900 is too deep for Python.


@pytest.mark.parametrize("one", CASES[::2], ids=names_of(CASES)[::2])
@settings(max_examples=2)
@given(data=st.data())
def test_rule(one, data):
    check_rule(one, drawn(data, one))


@pytest.mark.parametrize("one", CASES[1::2], ids=names_of(CASES)[1::2])
@settings(max_examples=2)
@given(data=st.data())
def test_rule_of_every_second_case(one, data):
    check_rule(one, drawn(data, one))


def check_rule(one: Case, values: Any) -> None:
    expected = np.asarray(one.f(np, *values))
    for chosen in chain.from_iterable(combinations(range(len(values)), n + 1) for n in range(len(values))):

        def f(*given: Any, chosen: Any = chosen) -> Any:
            arguments = list(values)
            for i, x in zip(chosen, given, strict=True):
                arguments[i] = x
            return one.f(np, *arguments)

        variables = tuple(values[i] for i in chosen)
        rng = np.random.default_rng(len(chosen))
        check_first_order(f, variables, expected, one.analytic, rng)
        check_second_order(f, variables, rng)
    check_float32(one, [np.float32(x) for x in values], values)


def check_first_order(f: Any, variables: Any, expected: Any, analytic: bool, rng: np.random.Generator) -> None:
    directions, weights = [random(x, rng) for x in variables], random(expected, rng)
    y, pull_back = bp.vjp(f, *variables)
    again, tangent = bp.jvp(f, variables, directions)
    gradients = pull_back(weights)
    for value in (y, again):
        assert np.shape(value) == expected.shape
        assert np.asarray(value).dtype == expected.dtype
        np.testing.assert_allclose(value, expected, rtol=1e-13, atol=1e-13)
    assert np.shape(tangent) == expected.shape
    assert [np.shape(g) for g in gradients] == [np.shape(x) for x in variables]
    close(inner([weights], [tangent]), inner(gradients, directions), 1e-10, np.sum(np.abs(weights * tangent)))
    close(tangent, differences(f, variables, directions), 1e-6, rounding=1e-9 * size(expected))
    if analytic:
        step = f(*(x + 1e-100j * v for x, v in zip(variables, directions, strict=True))).imag * 1e100
        close(tangent, step, 1e-12, size(tangent))


def check_second_order(f: Any, variables: Any, rng: np.random.Generator) -> None:
    """Derivatives of a gradient in three ways, and their symmetry <u, Hv> = <v, Hu>."""
    weights = random(f(*variables), rng)
    u, v = ([random(x, rng) for x in variables] for _ in range(2))
    every = tuple(range(len(variables)))

    def scalar(*x: Any) -> Any:
        y = f(*x)
        return np.sum(weights * (y + 0.5 * y * y))

    gradient = bp.grad(scalar, every)
    forward_over_reverse = bp.jvp(gradient, variables, v)[1]
    reverse_over_reverse = bp.grad(lambda *x: inner(gradient(*x), v), every)(*variables)
    reverse_over_forward = bp.grad(lambda *x: bp.jvp(scalar, x, v)[1], every)(*variables)
    forward_over_forward = bp.jvp(lambda *x: bp.jvp(scalar, x, v)[1], variables, u)[1]
    numerical = differences(lambda *x: joined(gradient(*x)), variables, v)
    scale = size(joined(forward_over_reverse)) + size(joined(gradient(*variables)))
    close(joined(forward_over_reverse), numerical, 1e-6, rounding=1e-8 * scale)
    close(joined(forward_over_reverse), joined(reverse_over_reverse), 1e-10, scale)
    close(joined(forward_over_reverse), joined(reverse_over_forward), 1e-10, scale)
    there, back = inner(u, forward_over_reverse), inner(v, bp.jvp(gradient, variables, u)[1])
    close(there, back, 1e-10, scale * joined(u).size)
    close(there, forward_over_forward, 1e-10, scale * joined(u).size)


def check_float32(one: Case, values: Any, exact: Any) -> None:
    """Gradients of float32 are float32, from rule to rule and not only at the end."""
    expected = np.asarray(one.f(np, *values))
    graph = bp.record(lambda *x: one.f(np, *x), *values)
    (y,) = graph.outputs
    assert np.asarray(y.value if isinstance(y, Tracked) else y).dtype == expected.dtype
    if isinstance(y, Tracked) and expected.dtype == np.float32:
        weights = random(expected, np.random.default_rng(0))
        found = backward([(y, np.asarray(weights, np.float32)[()])], graph.inputs)
        assert {np.asarray(g).dtype for g in found if g is not None} <= {np.dtype(np.float32)}
        wanted = bp.vjp(lambda *x: one.f(np, *x), *exact)[1](weights)
        for g, one_wanted in zip(found, wanted, strict=True):
            close(0 if g is None else g, one_wanted, 1e-3, 1e-3 * size(one_wanted) + 1e-3 * size(expected))
        _, tangent = bp.jvp(lambda *x: one.f(np, *x), values, values)
        assert np.asarray(tangent).dtype == np.float32


def random(x: Any, rng: np.random.Generator) -> Any:
    return rng.uniform(-1, 1, np.shape(x))


def inner(a: Any, b: Any) -> Any:
    return sum(np.sum(one * other) for one, other in zip(a, b, strict=True))


def joined(parts: Any) -> Any:
    return np.concatenate([np.ravel(part) for part in parts])


def size(x: Any) -> float:
    return float(np.max(np.abs(x), initial=0))


def differences(f: Any, variables: Any, directions: Any, h: float = 2e-4) -> Any:
    """Central differences of fourth order along the directions; no entry moves further than 2h."""

    def at(step: float) -> Any:
        return np.asarray(f(*(x + step * v for x, v in zip(variables, directions, strict=True))), float)

    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


def close(a: Any, b: Any, relative: float, scale: float = 0.0, rounding: float = 0.0) -> None:
    scale = max(scale, size(a), size(b))
    np.testing.assert_allclose(a, b, rtol=0, atol=relative * scale + rounding + 1e-14)


@pytest.mark.parametrize("function", CONSTANT_CASES, ids=called)
def test_results_without_derivative_are_plain(function):
    use, x = CONSTANT_CASES[function]
    results = []

    def f(value: Any) -> Any:
        results.append(use(function, value))
        return np.sum(np.where(np.isfinite(value), value, 0.0))

    bp.grad(f)(x)
    bp.jvp(f, (x,), (x,))
    for result in results:
        assert not isinstance(result, Tracked)
        np.testing.assert_equal(result, use(function, x))


def test_jax_agrees():
    """Of every entry the first case that jax can run, all in one compiled function: the values and the gradients."""
    jax = pytest.importorskip("jax")
    rng = np.random.default_rng(0)
    able = [one for one in CASES if one.jax]
    cases = [one for i, one in enumerate(able) if all(other.entry != one.entry for other in able[:i])]
    inputs, weights = [], []
    for one in cases:
        values = example(one, rng)
        inputs.append(values)
        weights.append(rng.uniform(-1, 1, np.shape(one.f(np, *values))))

    def witness(inputs: Any, weights: Any) -> Any:
        found = []
        for one, values, w in zip(cases, inputs, weights, strict=True):
            y, pull_back = jax.vjp(lambda *x, one=one: one.f(jax.numpy, *x), *values)
            found.append((y, pull_back(w)))
        return found

    with jax.enable_x64(True):
        expected = jax.jit(witness)(inputs, weights)
    for one, values, w, (wanted_y, wanted) in zip(cases, inputs, weights, expected, strict=True):
        y, pull_back = bp.vjp(lambda *x, one=one: one.f(np, *x), *values)
        np.testing.assert_allclose(y, wanted_y, rtol=1e-10, atol=1e-12, err_msg=called(one.entry))
        for g, wanted_g in zip(pull_back(w), wanted, strict=True):
            np.testing.assert_allclose(g, wanted_g, rtol=1e-9, atol=1e-11, err_msg=called(one.entry))


def test_rows_of_a_jacobian_that_go_together_are_those_of_single_products():
    """For every case the Jacobians and the Hessian, against one product with a unit vector after the other."""
    rng = np.random.default_rng(0)
    for one in CASES:
        values = example(one, rng)
        for i, x in enumerate(values):

            def f(x: Any, one: Case = one, i: int = i, values: Any = values) -> Any:
                return one.f(np, *values[:i], x, *values[i + 1 :])

            y, pull_back = bp.vjp(f, x)
            weights = random(y, rng)

            def scalar(x: Any, f: Any = f, weights: Any = weights) -> Any:
                y = f(x)
                return np.sum(weights * (y + 0.5 * y * y))

            rows = [pull_back(unit)[0] for unit in units(y)]
            columns = [bp.jvp(f, (x,), (unit,))[1] for unit in units(x)]
            of_hessian = [bp.hvp(scalar, x, unit) for unit in units(x)]
            jacobian, forward, hessian = bp.jacrev(f)(x), bp.jacfwd(f)(x), bp.hessian(scalar)(x)
            assert jacobian.shape == forward.shape == np.shape(y) + np.shape(x), called(one.entry)
            for together, alone in (
                (jacobian.reshape(np.size(y), np.size(x)), np.reshape(rows, (np.size(y), np.size(x)))),
                (forward.reshape(np.size(y), np.size(x)), np.reshape(columns, (np.size(x), np.size(y))).T),
                (hessian.reshape(np.size(x), np.size(x)), np.reshape(of_hessian, (np.size(x), np.size(x)))),
            ):
                np.testing.assert_allclose(together, alone, rtol=1e-11, atol=1e-12, err_msg=called(one.entry))


def units(x: Any) -> Any:
    return [unit.reshape(np.shape(x))[()] for unit in np.eye(np.size(x))]
