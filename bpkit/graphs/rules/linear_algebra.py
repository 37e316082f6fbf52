"""Rules of numpy.linalg: inverse, linear equations, determinants, Cholesky factor, powers. Stacks of matrices work too.

Cholesky reads only the lower triangle, as NumPy does, so the upper triangle gets no gradient.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from bpkit.graphs.rules.rule import Rule, add_rule, as_numpy, composed, constant, flat, unbroadcast
from bpkit.graphs.tracked import apply


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


@composed(np.linalg.trace)
def trace(x: Any, offset: int = 0) -> Any:
    return np.trace(x, offset, -2, -1)


@composed(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """As NumPy does it: the powers a², a⁴, a⁸, … that add up to n, and the inverse for a negative n."""
    if np.ndim(a) < 2 or np.shape(a)[-1] != np.shape(a)[-2]:
        raise np.linalg.LinAlgError(f"np.linalg.matrix_power needs a square matrix, got shape {np.shape(a)}.")
    if n == 0:
        return np.broadcast_to(np.eye(np.shape(a)[-1], dtype=a.dtype), np.shape(a)) + 0 * a
    power: Any = np.linalg.inv(a) if n < 0 else a
    result: Any = None
    n = abs(n)
    if n == 3:
        return power @ power @ power
    while True:
        if n % 2:
            result = power if result is None else result @ power
        n //= 2
        if not n:
            return result
        power = power @ power


@composed(np.linalg.multi_dot)
def multi_dot(arrays: Any) -> Any:
    """Of the neighbours, always the two first whose product takes the fewest multiplications."""
    parts = list(arrays)
    parts[0] = parts[0][None, :] if np.ndim(parts[0]) == 1 else parts[0]
    parts[-1] = parts[-1][:, None] if np.ndim(parts[-1]) == 1 else parts[-1]
    while len(parts) > 1:
        costs = [np.size(a) * np.shape(b)[1] for a, b in pairwise(parts)]
        i = int(np.argmin(costs))
        parts[i : i + 2] = [parts[i] @ parts[i + 1]]
    ends = [0 if np.ndim(one) == 1 else slice(None) for one in (arrays[0], arrays[-1])]
    return as_numpy(lambda *arrays: np.linalg.multi_dot(arrays), parts[0][tuple(ends)], *arrays)


composed(np.linalg.matmul)(lambda x1, x2: np.matmul(x1, x2))
composed(np.linalg.outer)(lambda x1, x2: as_numpy(np.linalg.outer, np.outer(x1, x2), x1, x2))
composed(np.linalg.diagonal)(lambda x, *, offset=0: np.diagonal(x, offset, -2, -1))


@composed(np.linalg.tensordot)
def tensordot(x1: Any, x2: Any, *, axes: Any = 2) -> Any:
    return np.tensordot(x1, x2, axes)


constant(np.linalg.matrix_rank)
