"""Cases of the rules for decompositions and norms of matrices."""

from typing import Any

import numpy as np
from rule_cases import Argument, case

from bpkit.graphs.tracked import Tracked


def transposed(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def far_apart(x: Any) -> Any:
    """A matrix whose eigenvalues and singular values are about 2, 4, 6, …"""
    rows, columns = x.shape[-2:]
    return 0.15 * x + np.eye(rows, columns) * 2 * (1 + np.arange(columns))


def symmetric(xp: Any, a: Any) -> Any:
    """What a decomposition of a symmetric matrix is tested with; JAX reads both triangles."""
    return (a + xp.swapaxes(a, -1, -2)) / 2


def without_sign(xp: Any, v: Any) -> Any:
    """Eigenvectors, whose signs differ from library to library, in a form that does not depend on them."""
    return xp.sum(v, axis=-2, keepdims=True) * v


def with_sign(np: Any, v: Any) -> Any:
    """Eigenvectors with positive entries on the diagonal: NumPy's signs may jump, value and slope share them."""
    return v * np.sign(np.diagonal(v, axis1=-2, axis2=-1))[..., None, :]


for shape in ((3, 3), (2, 2, 2), (1, 1)):
    square = Argument(shape, fit=far_apart)
    case(
        np.linalg.eigh, [square],
        lambda xp, a: xp.linalg.eigh(symmetric(xp, a))[0],
        lambda xp, a: without_sign(xp, xp.linalg.eigh(symmetric(xp, a)).eigenvectors), analytic=False,
    )  # fmt: skip
    case(
        np.linalg.eigh, [square],
        lambda np, a: without_sign(np, np.linalg.eigh(a)[1]) * np.linalg.eigh(a, UPLO="U")[0][..., None, :],
        analytic=False, jax=False,
    )  # fmt: skip
    case(np.linalg.eigvalsh, [square], lambda xp, a: xp.linalg.eigvalsh(symmetric(xp, a)), analytic=False)
    case(np.linalg.eigvalsh, [square], lambda np, a: np.linalg.eigvalsh(a, UPLO="U"), analytic=False, jax=False)
for shape in ((4, 4), (3, 5, 5)):
    matrix = Argument(shape, fit=far_apart)
    case(
        np.linalg.eigh, [matrix],
        lambda np, a: with_sign(np, np.linalg.eigh(a)[1]), lambda np, a: with_sign(np, np.linalg.eigh(a, "U")[1]),
        analytic=False, jax=False,
    )  # fmt: skip
    case(
        np.linalg.svd, [matrix],
        lambda np, a: with_sign(np, np.linalg.svd(a).U), lambda np, a: with_sign(np, np.linalg.svd(a).Vh.mT),
        lambda np, a: with_sign(np, np.linalg.svd(a[..., :2], full_matrices=False).Vh.mT),
        lambda np, a: with_sign(np, np.linalg.svd(a, full_matrices=False).U), analytic=False, jax=False,
    )  # fmt: skip
    case(
        np.linalg.qr, [matrix],
        lambda np, a: np.linalg.qr(a)[0], lambda np, a: np.linalg.qr(a[..., :2, :])[1],
        lambda np, a: np.linalg.qr(a[..., :2])[0], analytic=False, jax=False,
    )  # fmt: skip
for shape in ((3, 3), (2, 2, 2), (1, 1), (3, 2), (2, 3), (2, 4, 2), (1, 3)):
    matrix = Argument(shape, fit=far_apart)
    case(
        np.linalg.svd, [matrix],
        lambda xp, a: without_sign(xp, xp.linalg.svd(a, full_matrices=False)[0]),
        lambda xp, a: without_sign(xp, xp.swapaxes(xp.linalg.svd(a, full_matrices=False).Vh, -1, -2)),
        lambda xp, a: xp.linalg.svd(a, full_matrices=False)[1], lambda xp, a: xp.linalg.svd(a, compute_uv=False),
        analytic=False,
    )  # fmt: skip
    case(np.linalg.svdvals, [matrix], lambda xp, a: xp.linalg.svdvals(a), analytic=False)
    case(
        np.linalg.qr, [matrix],
        lambda xp, a: xp.sum(xp.linalg.qr(a).Q, axis=-2) ** 2,
        lambda xp, a: xp.linalg.qr(a, mode="r") ** 2, analytic=False, jax=shape[-2] >= shape[-1],
    )  # fmt: skip
    case(np.linalg.qr, [matrix], lambda np, a: np.linalg.qr(a)[0] @ np.linalg.qr(a)[1] * a, analytic=False, jax=False)
    case(np.linalg.pinv, [matrix], lambda xp, a: xp.linalg.pinv(a), analytic=False)
    if len(shape) == 2:
        b = (shape[0],)
        case(np.linalg.lstsq, [matrix, b], lambda xp, a, b: xp.linalg.lstsq(a, b)[0], analytic=False)
        case(
            np.linalg.lstsq, [matrix, (*b, 2)],
            lambda np, a, b: np.linalg.lstsq(a, b, rcond=1e-10)[0], lambda np, a, b: np.linalg.lstsq(a, b)[1],
            lambda np, a, b: np.linalg.lstsq(a, b)[3], analytic=False, jax=False,
        )  # fmt: skip
    for order in (1, -1, 2, -2, np.inf, -np.inf, "nuc", "fro"):
        case(
            np.linalg.matrix_norm, [matrix],
            lambda np, a, order=order: np.linalg.matrix_norm(a, ord=order), analytic=False, jax=False,
        )  # fmt: skip
case(np.linalg.svd, [Argument((3, 3), fit=far_apart)], lambda np, a: np.linalg.svd(a)[1], analytic=False, jax=False)
case(
    np.linalg.qr,
    [Argument((2, 3), fit=far_apart)],
    lambda np, a: np.linalg.qr(a, "complete")[1] ** 2,
    analytic=False,
    jax=False,
)
case(np.linalg.pinv, [(3, 2)], lambda np, a: np.linalg.pinv(a @ np.ones((2, 2)), rcond=1e-6), analytic=False, jax=False)
case(
    np.linalg.norm, [Argument((3, 2), fit=far_apart)],
    lambda xp, x: xp.linalg.norm(x, 1), lambda xp, x: xp.linalg.norm(x, -np.inf, keepdims=True),
    lambda xp, x: xp.linalg.norm(x, 2), lambda xp, x: xp.linalg.norm(x, "nuc", axis=(1, 0)), analytic=False,
)  # fmt: skip
case(
    np.linalg.norm, [(2, 3, 2)],
    lambda xp, x: xp.linalg.norm(x, 1, axis=(2, 0), keepdims=True), lambda xp, x: xp.linalg.norm(x, np.inf, (0, 2)),
    analytic=False,
)  # fmt: skip
case(
    np.linalg.matrix_norm, [(2, 3, 2)],
    lambda xp, x: xp.linalg.matrix_norm(x), lambda xp, x: xp.linalg.matrix_norm(x, keepdims=True, ord=1),
    analytic=False,
)  # fmt: skip
case(
    np.linalg.vector_norm, [(2, 3, 2)],
    lambda xp, x: xp.linalg.vector_norm(x), lambda xp, x: xp.linalg.vector_norm(x, axis=(0, 2), ord=3),
    lambda xp, x: xp.linalg.vector_norm(x, axis=1, keepdims=True, ord=1),
    lambda xp, x: xp.linalg.vector_norm(x, keepdims=True), analytic=False,
)  # fmt: skip
for n in range(-3, 8):
    square = Argument((2, 2), fit=lambda x: 0.3 * x + 2 * np.eye(2))
    case(np.linalg.matrix_power, [square], lambda xp, a, n=n: xp.linalg.matrix_power(a, n))
case(np.linalg.matrix_power, [(2, 2, 2)], lambda xp, a: xp.linalg.matrix_power(a, n=5))
for shapes in ((2, 3), (3, 2), (2, 4)), ((3,), (3, 2), (2,)), ((2, 3), (3,)), ((3,), (3, 2)), ((3,), (3,)):
    case(np.linalg.multi_dot, shapes, lambda xp, *arrays: xp.linalg.multi_dot(arrays))
case(np.linalg.multi_dot, [(2, 2)], lambda xp, a: xp.linalg.multi_dot([a, np.ones((2, 3)), np.ones((3, 2)), a]))
case(np.linalg.matmul, [(2, 3), (3, 2)], lambda xp, a, b: xp.linalg.matmul(a, b))
case(np.linalg.outer, [(2,), (3,)], lambda xp, a, b: xp.linalg.outer(a, b))
case(
    np.linalg.diagonal, [(2, 3, 3)], lambda xp, x: xp.linalg.diagonal(x), lambda xp, x: xp.linalg.diagonal(x, offset=1)
)
case(np.linalg.tensordot, [(2, 3), (3, 2)], lambda xp, a, b: xp.linalg.tensordot(a, b, axes=1))


# products with a constant sparse matrix


class Sparse:
    """What the rule asks of a sparse matrix of SciPy, which multiplies plain arrays alone."""

    ndim = 2

    def __init__(self, dense: Any) -> None:
        self.dense = dense

    @property
    def T(self) -> Any:
        return Sparse(self.dense.T)

    def tocsr(self) -> Any:
        return self

    def __matmul__(self, x: Any) -> Any:
        assert isinstance(x, np.ndarray)
        return self.dense @ x


SPARSE = Sparse(np.array([[2.0, 0.0, -1.0], [0.0, 3.0, 0.5]]))
for shape in ((3,), (3, 2)):
    case(
        "sparse matmul",
        [shape],
        lambda np, x: np.matmul(SPARSE if isinstance(x, Tracked) else SPARSE.dense, x),
        jax=False,
    )
for shape in ((2,), (3, 2)):
    case("sparse matmul", [shape], lambda np, x: x @ (SPARSE if isinstance(x, Tracked) else SPARSE.dense), jax=False)
