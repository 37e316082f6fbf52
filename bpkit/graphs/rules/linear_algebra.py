"""Rules of numpy.linalg: inverse, linear equations, determinants, Cholesky factor, norms. Stacks of matrices work too.

The length of the zero vector has slope 0. Cholesky reads only the lower triangle, as NumPy does, so the upper triangle
gets no gradient.
"""

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from bpkit.graphs.rules.elementwise import no_length, one_for_zero, over
from bpkit.graphs.rules.rule import Rule, add_rule, as_numpy, composed, constant, flat, length, reduction, unbroadcast
from bpkit.graphs.tracked import DerivativeError, apply


def t(a: Any) -> Any:
    """The transposed matrix, or a stack of them."""
    return np.swapaxes(a, -1, -2)


INV = add_rule(
    np.linalg.inv,
    [lambda g, y, a: -t(y) @ g @ t(y)],
    lambda tangents, y, a: -y @ tangents[0] @ y,
)


def _solve_right(g: Any, y: Any, a: Any, b: Any) -> Any:
    return unbroadcast(np.linalg.solve(t(a), g), b)


def _solve_left(g: Any, y: Any, a: Any, b: Any) -> Any:
    return unbroadcast(-np.linalg.solve(t(a), g) @ t(y), a)


def _solve_forward(tangents: Any, y: Any, a: Any, b: Any) -> Any:
    """From a y = b: (∂a) y + a (∂y) = ∂b."""
    d_a, d_b = tangents
    right = 0 * y if d_b is None else d_b
    return np.linalg.solve(a, right if d_a is None else right - d_a @ y)


SOLVE = add_rule(np.linalg.solve, [_solve_left, _solve_right], _solve_forward)

DET = add_rule(
    np.linalg.det,
    [lambda g, y, a: (g * y)[..., None, None] * t(np.linalg.inv(a))],
    lambda tangents, y, a: y * np.trace(np.linalg.inv(a) @ tangents[0], axis1=-2, axis2=-1),
)

LOG_DET = add_rule(
    lambda a: np.linalg.slogdet(a)[1],
    [lambda g, y, a: g[..., None, None] * t(np.linalg.inv(a))],
    lambda tangents, y, a: np.trace(np.linalg.inv(a) @ tangents[0], axis1=-2, axis2=-1),
    name="log of |det|",
)
SIGN_DET = flat(lambda a: np.linalg.slogdet(a)[0], name="sign of det")


def _half(a: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return np.tril(a) * (1 - 0.5 * np.eye(np.shape(a)[-1], dtype=a.dtype))


def _cholesky_reverse(g: Any, y: Any, a: Any) -> Any:
    inverse = np.linalg.inv(y)
    whole = t(inverse) @ _half(t(y) @ g) @ inverse
    return _half(whole + t(whole))


def _cholesky_forward(tangents: Any, y: Any, a: Any) -> Any:
    lower = np.tril(tangents[0])
    inverse = np.linalg.inv(y)
    return y @ _half(inverse @ (lower + t(np.tril(tangents[0], -1))) @ t(inverse))


CHOLESKY = add_rule(np.linalg.cholesky, [_cholesky_reverse], _cholesky_forward)


def _of_one_matrix(rule: Rule) -> None:
    composed(rule.function)(lambda a: apply(rule, (a,), {}))


for rule in (INV, DET, CHOLESKY):
    _of_one_matrix(rule)


@composed(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    if np.ndim(b) == 1:
        return apply(SOLVE, (a, np.reshape(b, (-1, 1))), {})[..., 0]
    return apply(SOLVE, (a, b), {})


class Slogdet(NamedTuple):
    """The result of np.linalg.slogdet."""

    sign: Any
    logabsdet: Any


@composed(np.linalg.slogdet)
def slogdet(a: Any) -> Slogdet:
    """Two results are two operations: the sign has slope 0, the logarithm has a rule."""
    return Slogdet(apply(SIGN_DET, (a,), {}), apply(LOG_DET, (a,), {}))


NORM = length(
    reduction(
        lambda x, axis, keepdims: np.linalg.norm(x, axis=axis, keepdims=keepdims),
        lambda y, x, axis: over(x, y),
        name="norm",
    ),
    lambda x, axis, keepdims: np.sum(np.square(x), axis=axis, keepdims=keepdims),
)


@composed(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The norms that are sums, maxima or powers; a matrix's 2-norm and nuclear norm would need its singular values."""
    of_matrix = (np.ndim(x) if axis is None else np.size(axis)) == 2
    if ord is None or (ord == 2 and not of_matrix) or (ord == "fro" and of_matrix):
        return apply(NORM, (x,), {"axis": axis, "keepdims": keepdims})
    if of_matrix or isinstance(ord, str) or ord == 0 or (axis is None and np.ndim(x) != 1):
        raise DerivativeError(f"np.linalg.norm has no derivative rule for ord={ord!r} of {np.ndim(x)} axes.")
    if np.isinf(ord):
        return (np.max if ord > 0 else np.min)(np.abs(x), axis=axis, keepdims=keepdims)
    total = np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims)
    y = total if ord == 1 else np.where(total == 0, no_length(total), one_for_zero(total) ** (1 / ord))
    return as_numpy(partial(np.linalg.norm, ord=ord, axis=axis, keepdims=keepdims), y, x)


@composed(np.linalg.trace)
def trace(x: Any, offset: int = 0) -> Any:
    return np.trace(x, offset, -2, -1)


constant(np.linalg.matrix_rank)
