"""Rules of decompositions of matrices: eigenvalues of symmetric matrices, singular values, QR; and what they solve.

Each result is an operation of its own. Where eigenvalues or singular values are equal, up to rounding, their vectors
may be turned within a plane and jump: whatever depends on these vectors, and the second derivatives of the values, have
derivative NaN. First derivatives of sums over equal values are right. eigh reads one triangle, which gets the gradient.
"""

from functools import partial
from typing import Any

import numpy as np

from bpkit.graphs.rules.linear_algebra import t
from bpkit.graphs.rules.rule import add_rule, as_numpy, composed
from bpkit.graphs.tracked import DerivativeError, apply, plain

# NumPy's own named tuples
EighResult: Any = type(np.linalg.eigh(np.eye(1)))
SVDResult: Any = type(np.linalg.svd(np.eye(1)))
QRResult: Any = type(np.linalg.qr(np.eye(1)))


def _rounding(values: Any, size: int) -> Any:
    """Differences between eigenvalues or singular values that are rounding errors."""
    largest = np.max(np.abs(values), axis=-1, keepdims=True, initial=0)
    return size * np.finfo(values.dtype).eps * largest


def _by_gaps(matrix: Any, w: Any, of: Any) -> Any:
    """matrix[i, j] / (of(w[j]) − of(w[i])), 0 on the diagonal, and NaN for equal w."""
    inside, size = plain(w), np.shape(w)[-1]
    equal = np.abs(inside[..., None, :] - inside[..., :, None]) <= _rounding(inside, size)[..., None]
    diagonal = np.eye(size, dtype=bool)
    gap = np.where(diagonal, 1, of(w)[..., None, :] - of(w)[..., :, None])
    return np.where(diagonal, 0, matrix / np.where(equal & ~diagonal, np.nan, gap))


# symmetric matrices

EIGENVALUES = add_rule(  # ∂w[i] = v[i]ᵀ ∂A v[i]
    lambda a, uplo: np.linalg.eigh(a, uplo)[0],
    [lambda g, y, a, uplo: (v := np.linalg.eigh(a, uplo)[1]) * g[..., None, :] @ t(v)],
    lambda tangents, y, a, uplo: np.sum((v := np.linalg.eigh(a, uplo)[1]) * (tangents[0] @ v), axis=-2),
    name="eigenvalues",
)


def _eigenvectors_forward(tangents: Any, v: Any, a: Any, uplo: Any) -> Any:
    return v @ _by_gaps(t(v) @ tangents[0] @ v, np.linalg.eigh(a, uplo)[0], np.positive)


def _eigenvectors_reverse(g: Any, v: Any, a: Any, uplo: Any) -> Any:
    return v @ _by_gaps(t(v) @ g, np.linalg.eigh(a, uplo)[0], np.positive) @ t(v)


EIGENVECTORS = add_rule(
    lambda a, uplo: np.linalg.eigh(a, uplo)[1], [_eigenvectors_reverse], _eigenvectors_forward, name="eigenvectors"
)


def _symmetric(a: Any, uplo: Any) -> Any:
    """The symmetric matrix of which NumPy reads one triangle."""
    if uplo.upper() not in ("L", "U"):
        raise ValueError(f"UPLO is {uplo!r}, expected 'L' or 'U'.")
    half, strict = (np.tril(a), np.tril(a, -1)) if uplo.upper() == "L" else (np.triu(a), np.triu(a, 1))
    return half + t(strict)


@composed(np.linalg.eigh)
def eigh(a: Any, UPLO: Any = "L") -> Any:
    """Both results are found from the triangle that is asked for, as from the other the vectors' signs may differ."""
    if np.ndim(a) < 2:
        raise np.linalg.LinAlgError(f"np.linalg.eigh got {np.ndim(a)} axes, expected a matrix or a stack of matrices.")
    whole = _symmetric(a, UPLO)
    return EighResult(*(apply(rule, (whole,), {"uplo": UPLO}) for rule in (EIGENVALUES, EIGENVECTORS)))


@composed(np.linalg.eigvalsh)
def eigvalsh(a: Any, UPLO: Any = "L") -> Any:
    values = apply(EIGENVALUES, (_symmetric(a, UPLO),), {"uplo": UPLO})
    return as_numpy(partial(np.linalg.eigvalsh, UPLO=UPLO), values, a)


# singular values


def _svd(a: Any) -> Any:
    return np.linalg.svd(a, full_matrices=False)


def _directions(a: Any) -> tuple[Any, Any]:
    """∂s[k] / ∂a = u[k] v[k]ᵀ: the left vectors, 0 where s[k] is 0 up to rounding, as |x| has slope 0 at 0; and vᵀ."""
    u, s, vh = _svd(a)
    inside = plain(s)
    return u * (inside > _rounding(inside, max(np.shape(a)[-2:])))[..., None, :], vh


def _values_reverse(g: Any, s: Any, a: Any) -> Any:
    u, vh = _directions(a)
    return u * g[..., None, :] @ vh


def _values_forward(tangents: Any, s: Any, a: Any) -> Any:
    u, vh = _directions(a)
    return np.sum(u * (tangents[0] @ t(vh)), axis=-2)


SINGULAR_VALUES = add_rule(lambda a: _svd(a)[1], [_values_reverse], _values_forward, name="singular values")


def _outside(u: Any, x: Any) -> Any:
    """The part of x that is orthogonal to the columns of u."""
    return x - u @ (t(u) @ x)


def _left_forward(tangents: Any, u: Any, a: Any) -> Any:
    _, s, vh = _svd(a)
    moved = tangents[0] @ t(vh)
    inside = t(u) @ moved
    turned = u @ _by_gaps(inside * s[..., None, :] + s[..., :, None] * t(inside), s, np.square)
    return turned + _outside(u, moved) / s[..., None, :] if u.shape[-2] > u.shape[-1] else turned


def _left_reverse(g: Any, u: Any, a: Any) -> Any:
    _, s, vh = _svd(a)
    turned = _by_gaps(t(u) @ g, s, np.square)
    left = u @ (turned + t(turned)) * s[..., None, :]
    return (left + _outside(u, g) / s[..., None, :] if u.shape[-2] > u.shape[-1] else left) @ vh


LEFT_VECTORS = add_rule(lambda a: _svd(a)[0], [_left_reverse], _left_forward, name="left singular vectors")


@composed(np.linalg.svd)
def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """vᵀ follows from the other two, as a = u s vᵀ."""
    rows, columns = np.shape(a)[-2:]
    s = apply(SINGULAR_VALUES, (a,), {})
    if not compute_uv:
        return as_numpy(partial(np.linalg.svd, compute_uv=False), s, a)
    if full_matrices and rows != columns:
        raise DerivativeError(
            "np.linalg.svd has no derivative rule for full_matrices=True of a matrix that is not square, because the "
            "further vectors are arbitrary: write np.linalg.svd(a, full_matrices=False)."
        )
    u = apply(LEFT_VECTORS, (a,), {})
    return SVDResult(u, s, as_numpy(lambda a: _svd(a)[2], t(u) @ a / s[..., :, None], a))


@composed(np.linalg.svdvals)
def svdvals(x: Any) -> Any:
    return np.linalg.svd(x, compute_uv=False)


# QR


def _divided(x: Any, r: Any) -> Any:
    """x r⁻¹."""
    return t(np.linalg.solve(t(r), t(x)))


def _q_forward(tangents: Any, q: Any, a: Any) -> Any:
    moved = _divided(tangents[0], t(q) @ a)
    lower = np.tril(t(q) @ moved, -1)
    return moved + q @ (lower - t(lower) - t(q) @ moved)


def _q_reverse(g: Any, q: Any, a: Any) -> Any:
    inside = t(q) @ g
    return _divided(g + q @ (np.tril(inside - t(inside), -1) - inside), t(t(q) @ a))


ORTHOGONAL = add_rule(lambda a: np.linalg.qr(a)[0], [_q_reverse], _q_forward, name="orthogonal factor")


@composed(np.linalg.qr)
def qr(a: Any, mode: Any = "reduced") -> Any:
    """Of a wide matrix, q belongs to its first columns. r follows from q, as a = q r."""
    rows, columns = np.shape(a)[-2:]
    if mode not in ("reduced", "r") and not (mode == "complete" and rows <= columns):
        raise DerivativeError(f"np.linalg.qr has no derivative rule for mode={mode!r}: write mode='reduced' or 'r'.")
    q = apply(ORTHOGONAL, (a[..., : min(rows, columns)],), {})
    r = as_numpy(partial(np.linalg.qr, mode="r"), np.triu(t(q) @ a), a)
    return r if mode == "r" else QRResult(as_numpy(lambda a: np.linalg.qr(a)[0], q, a), r)


# what they solve


def _pinv_forward(tangents: Any, y: Any, a: Any, rcond: Any) -> Any:
    """For changes that keep the rank."""
    d, rows, columns = tangents[0], np.eye(np.shape(a)[-2], dtype=y.dtype), np.eye(np.shape(a)[-1], dtype=y.dtype)
    return -y @ d @ y + y @ t(y) @ t(d) @ (rows - a @ y) + (columns - y @ a) @ t(d) @ t(y) @ y


def _pinv_reverse(g: Any, y: Any, a: Any, rcond: Any) -> Any:
    rows, columns = np.eye(np.shape(a)[-2], dtype=y.dtype), np.eye(np.shape(a)[-1], dtype=y.dtype)
    return -t(y) @ g @ t(y) + (rows - a @ y) @ t(g) @ y @ t(y) + t(y) @ y @ t(g) @ (columns - y @ a)


PINV = add_rule(lambda a, rcond: np.linalg.pinv(a, rcond), [_pinv_reverse], _pinv_forward, name="pinv")


@composed(np.linalg.pinv)
def pinv(a: Any, rcond: Any = None) -> Any:
    return apply(PINV, (a,), {"rcond": rcond})


@composed(np.linalg.lstsq)
def lstsq(a: Any, b: Any, rcond: float | None = None) -> tuple[Any, Any, Any, Any]:
    rank, s = np.linalg.lstsq(plain(a), plain(b), rcond)[2:]
    rows, columns = np.shape(a)
    cutoff = np.finfo(s.dtype).eps * max(rows, columns) if rcond is None else rcond
    x = np.linalg.pinv(a, cutoff) @ b
    left = b - a @ x
    residuals = (
        np.sum(np.square(np.reshape(left, (rows, -1))), axis=0) if rank == columns < rows else np.empty(0, s.dtype)
    )

    def exactly(i: int, y: Any) -> Any:
        return as_numpy(lambda a, b: np.linalg.lstsq(a, b, rcond)[i], y, a, b)

    return exactly(0, x), exactly(1, residuals), rank, exactly(3, np.linalg.svdvals(a))
