"""Rules of products of arrays: matmul, dot, outer, einsum and their relatives. All are linear in each factor."""

import math
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from bpkit.graphs.rules.rule import (
    RULES,
    ForAnyNumber,
    add_rule,
    as_numpy,
    composed,
    linear,
    multilinear,
    multilinear_forward,
    unbroadcast,
)
from bpkit.graphs.tracked import DerivativeError, Tracked, apply


def _matmul_left(g: Any, a: Any, b: Any) -> Any:
    """∂ℓ/∂a = g bᵀ, for two matrices; vectors become matrices first, and stacks are summed over broadcast axes."""
    if np.ndim(a) == 2 and np.ndim(b) == 2:
        return g @ b.T
    if np.ndim(b) == 1:
        return g * b if np.ndim(a) == 1 else unbroadcast(g[..., None] * b, a)
    if np.ndim(a) == 1:
        return unbroadcast(np.sum(g[..., None, :] * b, axis=-1), a)
    return unbroadcast(g @ np.swapaxes(b, -1, -2), a)


def _matmul_right(g: Any, a: Any, b: Any) -> Any:
    """∂ℓ/∂b = aᵀ g."""
    if np.ndim(a) == 2 and np.ndim(b) == 2:
        return a.T @ g
    if np.ndim(a) == 1:
        return g * a if np.ndim(b) == 1 else unbroadcast(a[:, None] * g[..., None, :], b)
    if np.ndim(b) == 1:
        return unbroadcast(np.sum(a * g[..., None], axis=-2), b)
    return unbroadcast(np.swapaxes(a, -1, -2) @ g, b)


def _times_sparse(a: Any, b: Any) -> Any:
    """A product with a constant sparse matrix; from the right it is a b = (bᵀ aᵀ)ᵀ."""
    for matrix, x in ((a, b), (b, a)):
        if hasattr(matrix, "tocsr") and np.ndim(x) not in (1, 2):
            kind = type(matrix).__name__
            raise DerivativeError(
                f"matmul meets a {kind} and an array of shape {np.shape(x)}: use the {kind}'s toarray()."
            )
    if hasattr(b, "tocsr"):
        return np.transpose(_times_sparse(b.T, np.transpose(a)))
    return apply(SPARSE_MATMUL, (b,), {"matrix": a})


def _sparse_matmul(x: Any, matrix: Any) -> Any:
    """Only SciPy can multiply with its matrices, and only plain arrays."""
    return apply(SPARSE_MATMUL, (x,), {"matrix": matrix}) if isinstance(x, Tracked) else matrix @ x


SPARSE_MATMUL = linear(_sparse_matmul, lambda g, x, matrix: _times_sparse(matrix.T, g), name="sparse matmul")
MATMUL = multilinear(np.matmul, _matmul_left, _matmul_right)
MATMUL = RULES[np.matmul] = MATMUL._replace(sparse=_times_sparse)


DOT = multilinear(np.dot, _matmul_left, _matmul_right)  # of at most two axes


@composed(np.dot)
def dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(a) <= 2 and np.ndim(b) <= 2:
        return apply(DOT, (a, b), {})
    return as_numpy(np.dot, np.tensordot(a, b, (-1, -1 if np.ndim(b) == 1 else -2)), a, b)


VDOT = multilinear(
    np.vdot,
    lambda g, a, b: g * np.reshape(b, np.shape(a)),
    lambda g, a, b: g * np.reshape(a, np.shape(b)),
)


@composed(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    return apply(VDOT, (a, b), {})


INNER = multilinear(np.inner, lambda g, a, b: g @ b, lambda g, a, b: (a.T @ g).T)  # of two matrices


@composed(np.inner)
def inner(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(a) == np.ndim(b) == 2:
        return apply(INNER, (a, b), {})
    return as_numpy(np.inner, np.tensordot(a, b, (-1, -1)), a, b)


@composed(np.outer)
def outer(a: Any, b: Any) -> Any:
    return np.ravel(a)[:, None] * np.ravel(b)[None, :]


@composed(np.kron)
def kron(a: Any, b: Any) -> Any:
    """Every entry of a times the whole of b: the axes of both in turn, and then pairs of axes as one."""
    ndim = max(np.ndim(a), np.ndim(b))
    sizes_a, sizes_b = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    left = np.reshape(a, [size for pair in zip(sizes_a, (1,) * ndim, strict=True) for size in pair])
    right = np.reshape(b, [size for pair in zip((1,) * ndim, sizes_b, strict=True) for size in pair])
    return np.reshape(left * right, [size * other for size, other in zip(sizes_a, sizes_b, strict=True)])


@composed(np.cross)
def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    if axis is not None:
        axisa, axisb, axisc = (axis,) * 3
    x, y = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    if np.shape(x)[-1:] != (3,) or np.shape(y)[-1:] != (3,):
        raise DerivativeError(
            f"np.cross has a derivative rule for vectors of 3 entries: it got shapes {np.shape(a)} and {np.shape(b)}."
        )
    entries = [x[..., i - 2] * y[..., i - 1] - x[..., i - 1] * y[..., i - 2] for i in range(3)]
    return np.stack(entries, axis=axisc)


@composed(np.linalg.cross)
def linalg_cross(x1: Any, x2: Any, *, axis: int = -1) -> Any:
    return np.cross(x1, x2, axis=axis)


@composed(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Move the summed axes last in a and first in b, and multiply as matrices."""
    if isinstance(axes, int):
        axes = (list(range(np.ndim(a) - axes, np.ndim(a))), list(range(axes)))
    summed_a, summed_b = (normalize_axis_tuple(axis, np.ndim(x)) for axis, x in zip(axes, (a, b), strict=True))
    sizes = [np.shape(a)[i] for i in summed_a]
    if sizes != [np.shape(b)[i] for i in summed_b]:
        raise ValueError(f"np.tensordot got shapes {np.shape(a)} and {np.shape(b)}, which differ along axes {axes}.")
    free_a = [i for i in range(np.ndim(a)) if i not in summed_a]
    free_b = [i for i in range(np.ndim(b)) if i not in summed_b]
    rows, columns = [np.shape(a)[i] for i in free_a], [np.shape(b)[i] for i in free_b]
    left = np.reshape(np.transpose(a, (*free_a, *summed_a)), (math.prod(rows), math.prod(sizes)))
    right = np.reshape(np.transpose(b, (*summed_b, *free_b)), (math.prod(sizes), math.prod(columns)))
    return np.reshape(np.dot(left, right), rows + columns)  # as NumPy does, to the last bit


multilinear(
    np.vecdot,
    lambda g, a, b: unbroadcast(np.expand_dims(g, -1) * b, a),
    lambda g, a, b: unbroadcast(np.expand_dims(g, -1) * a, b),
)


@composed(np.linalg.vecdot)
def vecdot(x1: Any, x2: Any, *, axis: int = -1) -> Any:
    return np.vecdot(np.moveaxis(x1, axis, -1), np.moveaxis(x2, axis, -1))


def _einsum_reverse(i: int, g: Any, y: Any, *inputs: Any, subscripts: str) -> Any:
    """∂ℓ/∂input i: an einsum of the gradient and all other inputs, with the letters of input i as its result."""
    terms, result = _terms(subscripts)
    others = [x for j, x in enumerate(inputs) if j != i]
    letters = [term for j, term in enumerate(terms) if j != i]
    sizes = dict(zip(terms[i], np.shape(inputs[i]), strict=True))
    known = {
        letter
        for term, x in zip([result, *letters], [g, *others], strict=True)
        for letter, size in zip(term, np.shape(x), strict=True)
        if size == sizes.get(letter)
    }
    alone = [letter for letter in terms[i] if letter not in known]  # summed over this input only: repeat g
    ones = [np.ones(sizes[letter], inputs[i].dtype) for letter in alone]
    formula = ",".join([result, *letters, *alone]) + "->" + terms[i]
    return unbroadcast(np.einsum(formula, g, *others, *ones), inputs[i])


def _einsum(*inputs: Any, subscripts: str) -> Any:
    return np.einsum(subscripts, *inputs)


EINSUM = add_rule(_einsum, ForAnyNumber(_einsum_reverse), multilinear_forward(_einsum), name="einsum")


@composed(np.einsum)
def einsum(subscripts: Any, *operands: Any, optimize: Any = False) -> Any:
    """Make the letters of each input different: "..." becomes letters, and a repeated letter a sum with an identity.

    Then the operation is linear in each input.
    """
    if not isinstance(subscripts, str):
        return np.einsum(*_as_text(subscripts, *operands), optimize=optimize)
    inputs: list[Any] = [x if isinstance(x, Tracked) else np.asarray(x) for x in operands]
    terms, result = _terms(_without_dots(subscripts.replace(" ", ""), inputs))
    free = [letter for letter in _LETTERS if letter not in "".join(terms)]
    for i in range(len(inputs)):
        for letter in dict.fromkeys(terms[i]):
            while terms[i].count(letter) > 1:
                fresh = free.pop()
                size = np.shape(inputs[i])[terms[i].index(letter)]
                terms[i] = terms[i].replace(letter, fresh, 1)
                terms.append(letter + fresh)
                inputs.append(np.eye(size, dtype=inputs[i].dtype))
    y = apply(EINSUM, inputs, {"subscripts": ",".join(terms) + "->" + result})
    if optimize is False and len(inputs) == len(operands):
        return y
    return as_numpy(partial(np.einsum, subscripts, optimize=optimize), y, *operands)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _as_text(*operands: Any) -> tuple[Any, ...]:
    """Arrays that are each followed by a list of numbers for its axes, in NumPy's other form: text, then the arrays."""

    def text(axes: Any) -> str:
        return "".join("..." if axis is Ellipsis else _LETTERS[axis] for axis in axes)

    terms = ",".join(text(axes) for axes in operands[1::2])
    result = f"->{text(operands[-1])}" if len(operands) % 2 else ""
    return terms + result, *operands[: len(operands) // 2 * 2 : 2]


def _terms(subscripts: str) -> tuple[list[str], str]:
    left, _, result = subscripts.partition("->")
    return left.split(","), result


def _without_dots(subscripts: str, inputs: list[Any]) -> str:
    left, arrow, result = subscripts.partition("->")
    terms = left.split(",")
    if len(terms) != len(inputs):
        raise ValueError(f"np.einsum got {len(inputs)} arrays for the {len(terms)} terms of {subscripts!r}.")
    free = [letter for letter in _LETTERS if letter not in subscripts]
    dots = [
        np.ndim(x) - len(term.replace("...", "")) if "..." in term else 0 for x, term in zip(inputs, terms, strict=True)
    ]
    names = "".join(free[: max(dots)])
    terms = [term.replace("...", names[len(names) - n :]) for term, n in zip(terms, dots, strict=True)]
    if arrow:
        if names and "..." not in result:
            raise ValueError(f"np.einsum got {subscripts!r}, whose result must contain '...' too.")
        result = result.replace("...", names)
    else:
        every = "".join(terms)
        result = names + "".join(sorted(x for x in set(every) if every.count(x) == 1 and x not in names))
    return ",".join(terms) + "->" + result
