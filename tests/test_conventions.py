"""What the table of rules says at kinks and singular points, and what it refuses."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

import bpkit as bp
from bpkit import DerivativeError


def slopes(f, *x):
    """The derivatives of f with respect to its arguments, in reverse; forward mode must give the same."""
    gradients = bp.grad(lambda *x: np.sum(f(*x)), tuple(range(len(x))))(*x)
    for i, gradient in enumerate(gradients):
        directions = [np.ones_like(one) if j == i else np.zeros_like(one) for j, one in enumerate(x)]
        np.testing.assert_allclose(np.sum(bp.jvp(f, x, directions)[1]), np.sum(gradient), atol=1e-14)
    return [gradient.tolist() for gradient in gradients]


@pytest.mark.parametrize("choose", [np.maximum, np.minimum, np.fmax, np.fmin])
def test_two_equal_arguments_share_half_and_half(choose):
    assert slopes(choose, 2.0, 2.0) == [0.5, 0.5]
    assert slopes(lambda x: choose(x, 0.0), np.array([0.0, -0.0])) == [[0.5, 0.5]]
    assert slopes(lambda x: choose(x, x), 2.0) == [1.0]


def test_infinite_arguments_share_like_others():
    assert slopes(np.maximum, np.inf, 1.0) == [1.0, 0.0]
    assert slopes(np.minimum, 1.0, np.inf) == [1.0, 0.0]
    assert slopes(np.fmax, 1.0, -np.inf) == [1.0, 0.0]


@pytest.mark.parametrize("choose", [np.fmax, np.fmin])
def test_a_number_goes_before_nan(choose):
    assert slopes(choose, np.nan, 1.0) == [0.0, 1.0]
    assert slopes(choose, 1.0, np.nan) == [1.0, 0.0]


def test_nan_passes_through_maximum():
    assert np.isnan(slopes(np.maximum, np.nan, 1.0)).all()


@pytest.mark.parametrize("extreme", [np.max, np.min])
def test_the_largest_entries_share_equally(extreme):
    assert slopes(extreme, np.array([1.0, 1.0, 1.0, 1.0])) == [[0.25] * 4]
    tied = np.array([[3.0, 3.0, 5.0], [1.0, 4.0, 4.0]])
    assert slopes(lambda x: np.max(x, axis=1), tied) == [[[0, 0, 1], [0, 0.5, 0.5]]]
    assert slopes(lambda x: np.min(x, axis=1), tied) == [[[0.5, 0.5, 0], [1, 0, 0]]]


def test_on_a_bound_clip_keeps_half():
    assert slopes(lambda x: np.clip(x, 0.0, 1.0), np.array([-1.0, 0.0, 0.5, 1.0, 2.0])) == [[0, 0.5, 1, 0.5, 0]]
    assert slopes(np.clip, 0.0, 0.0, 1.0) == [0.5, 0.5, 0.0]


@pytest.mark.parametrize("f", [np.abs, np.fabs, np.sign, np.cosh, np.floor, np.ceil, np.trunc, np.rint, np.round])
def test_slope_0_at_0(f):
    assert slopes(f, 0.0) == [0.0]


@pytest.mark.parametrize("f", [np.sign, np.floor, np.ceil, np.trunc, np.rint, np.round, lambda x: x // 1])
def test_steps_are_flat_on_the_jump_too(f):
    assert slopes(f, np.array([-1.0, 0.5, 2.0, 2.5])) == [[0, 0, 0, 0]]


@pytest.mark.parametrize("f", [np.sqrt, np.cbrt, np.log])
def test_a_vertical_tangent_is_infinite_with_numpys_warning(f):
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert bp.grad(f)(0.0) == np.inf


@pytest.mark.parametrize("order", [None, 1, 2, 3, 1.5, np.inf])
def test_the_zero_vector_has_norm_of_slope_0(order):
    assert slopes(lambda x: np.linalg.norm(x, order), np.zeros(3)) == [[0, 0, 0]]


def test_no_length_no_slope():
    assert slopes(np.hypot, 0.0, 0.0) == [0.0, 0.0]
    assert slopes(np.std, np.ones(3)) == [[0, 0, 0]]
    assert slopes(lambda x: np.linalg.norm(x, axis=1), np.array([[0.0, 0.0], [3.0, 4.0]])) == [[[0, 0], [0.6, 0.8]]]


LENGTHS = {
    "norm": (np.linalg.norm, [[2.0, 0.0], [0.0, 2.0]]),
    "norm along an axis": (
        lambda x: np.sum(np.linalg.norm(x[None, :], axis=1, keepdims=True)),
        [[2.0, 0.0], [0.0, 2.0]],
    ),
    "hypot": (lambda x: np.hypot(x[0], x[1]), [[2.0, 0.0], [0.0, 2.0]]),
    "std": (np.std, [[0.5, -0.5], [-0.5, 0.5]]),  # as of np.var
    "abs": (lambda x: np.abs(x[0]), [[2.0, 0.0], [0.0, 0.0]]),
    "norm of order 3": (lambda x: np.linalg.norm(x, 3), None),
}
SQUARES = {
    "y**2": lambda y: y**2,
    "y * y": lambda y: y * y,
    "np.square(y)": np.square,
    "np.power(y, 2)": lambda y: np.power(y, 2),
    "np.float_power(y, 2.0)": lambda y: np.float_power(y, 2.0),
}


def nested(f, x):
    """The second derivatives of f: each mode over each, and through the value and the gradient of an inner call."""
    return [
        bp.hessian(f)(x),
        bp.jacrev(bp.grad(f))(x),
        bp.jacrev(bp.jacfwd(f))(x),
        bp.jacfwd(bp.jacfwd(f))(x),
        bp.jacfwd(lambda x: bp.vjp(f, x)[1](1.0)[0])(x),
        bp.jacfwd(lambda x: bp.vjp(bp.grad(f), x)[0])(x),
        bp.jacrev(lambda x: bp.jvp(bp.grad(f), (x,), (x,))[0])(x),
        np.stack([bp.hvp(f, x, v) for v in np.eye(len(x))]),
    ]


@pytest.mark.parametrize("name", LENGTHS)
def test_a_length_of_0_has_slope_0_in_every_nesting(name):
    f, at = LENGTHS[name][0], np.zeros(2)
    direction = np.array([0.3, -0.7])
    assert bp.grad(f)(at).tolist() == [0, 0]
    for inner in (
        lambda x: bp.value_and_grad(f)(x)[0],
        lambda x: bp.jvp(f, (x,), (direction,))[0],
        lambda x: bp.vjp(f, x)[0],
        lambda x: bp.vjp(lambda x: bp.vjp(f, x)[0], x)[0],
    ):
        assert bp.grad(inner)(at).tolist() == [0, 0]
        assert bp.jvp(inner, (at,), (direction,))[1] == 0


@pytest.mark.parametrize("square", SQUARES)
@pytest.mark.parametrize("name", [name for name in LENGTHS if name != "norm along an axis" and LENGTHS[name][1]])
def test_the_square_of_a_length_of_0_is_smooth(name, square):
    f, expected = LENGTHS[name]
    for found in nested(lambda x: SQUARES[square](f(x)), np.zeros(2)):
        np.testing.assert_array_equal(found, expected)
    scaled = nested(lambda x: np.sin(x[0] + x[1]) + 3 * SQUARES[square](f(x)), np.zeros(2))
    for found in scaled:
        np.testing.assert_array_equal(found, 3 * np.array(expected))


@pytest.mark.parametrize("g", [lambda y: y, np.cos, lambda y: y**3, lambda y: np.sum(y) * 2])
@pytest.mark.parametrize("name", [name for name in LENGTHS if name != "abs"])
def test_no_second_derivative_of_a_length_of_0_is_a_silent_number(name, g):
    for found in nested(lambda x: g(LENGTHS[name][0](x)), np.zeros(2)):
        assert np.isnan(found).all()


def test_one_length_of_0_leaves_the_others_alone():
    x, v = np.array([[1.0, 2.0], [1.0, 4.0]]), np.array([[1.0, 2.0], [3.0, 5.0]])  # the first column is constant
    for f in (lambda x: np.sum(np.std(x, axis=0)), lambda x: np.sum(np.linalg.norm(x - x[0], axis=0))):
        found, alone = bp.hvp(f, x, v), bp.hvp(f, x[:, 1:], v[:, 1:])
        assert np.isnan(found[:, 0]).all()
        np.testing.assert_allclose(found[:, 1:], alone, atol=1e-15)
    squares = bp.hvp(lambda x: np.sum(np.std(x, axis=0) ** 2), x, v)
    np.testing.assert_allclose(squares, bp.hvp(lambda x: np.sum(np.var(x, axis=0)), x, v), atol=1e-15)


def test_powers_with_base_or_exponent_0():
    assert slopes(np.power, 0.0, 0.0) == [0.0, 0.0]
    assert slopes(np.power, 0.0, 1.0) == [1.0, 0.0]
    assert slopes(np.power, 0.0, 2.0) == [0.0, 0.0]
    assert slopes(lambda x: x**0, 0.0) == [0.0]
    assert slopes(lambda x: x**0.0 + x ** np.array([0, 1, 2]), 0.0) == [1.0]
    assert slopes(lambda x: x**2, -3.0) == [-6.0]
    mixed = bp.hessian(np.power, (0, 1))(2.0, 0.0)  # ∂²(a**b)/∂a∂b = 1/a at b = 0
    np.testing.assert_allclose(mixed, [[0, 0.5], [0.5, np.log(2) ** 2]], atol=1e-15)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert bp.grad(lambda x: x**0.5)(0.0) == np.inf


def test_a_negative_base_with_a_variable_exponent_is_nan_with_numpys_warning():
    with pytest.warns(RuntimeWarning, match="invalid value encountered in log"):
        assert np.isnan(bp.grad(lambda b: (-2.0) ** b)(2.0))


def test_the_branch_not_taken_adds_nothing():
    x = np.array([-1.0, 0.0, 4.0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert slopes(lambda x: np.where(x > 0, x, 0.0), x) == [[0, 0, 1]]
        nan_branch = bp.grad(lambda x: np.sum(np.where(x > 0, np.nan * x, 0.0)))(np.array([-1.0, -2.0]))
    assert np.isnan(nan_branch).all()  # 0 · NaN: the gradient of the branch is 0, what lies below multiplies it
    safe = bp.grad(lambda x: np.sum(np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0)))(x)
    assert safe.tolist() == [0.0, 0.0, 0.25]


def test_equal_entries_are_sorted_as_they_came():
    weights = np.arange(100.0)
    (gradient,) = slopes(lambda x: weights * np.sort(x), np.tile([2.0, 1.0], 50))
    assert gradient[1::2] == list(range(50))
    assert gradient[::2] == list(range(50, 100))


def test_remainder_jumps_where_it_is_0():
    assert slopes(np.remainder, 6.0, 2.0) == [1.0, -3.0]
    assert slopes(np.fmod, -7.0, 2.0) == [1.0, 3.0]
    assert slopes(np.remainder, 1.0, 0.1) == [1.0, -9.0]  # its own value: 1.0 is 9 · 0.1 + 0.1 in binary
    assert slopes(np.floor_divide, 6.0, 2.0) == [0.0, 0.0]


def test_angles_on_the_axes():
    assert slopes(np.arctan2, 0.0, 2.0) == [0.5, 0.0]
    assert slopes(np.arctan2, 2.0, 0.0) == [0.0, -0.5]
    assert slopes(np.arctan2, 0.0, -2.0) == [-0.5, 0.0]
    with pytest.warns(RuntimeWarning, match="invalid value"):
        assert np.isnan(bp.grad(np.arctan2)(0.0, 0.0))


def test_signs():
    assert slopes(np.copysign, 0.0, 1.0) == [0.0, 0.0]
    assert slopes(np.copysign, 2.0, -0.0) == [-1.0, 0.0]
    assert slopes(np.heaviside, 0.0, 0.5) == [0.0, 1.0]
    assert slopes(np.heaviside, 1.0, 0.5) == [0.0, 0.0]


def test_products_with_zeros():
    assert slopes(np.prod, np.array([2.0, 0.0, 3.0])) == [[0, 6, 0]]
    assert slopes(np.prod, np.array([0.0, 0.0, 3.0])) == [[0, 0, 0]]


def test_cholesky_reads_the_lower_triangle():
    gradient = bp.grad(lambda a: np.sum(np.linalg.cholesky(a)))(np.array([[4.0, 2.0], [2.0, 5.0]]))
    assert gradient[0, 1] == 0


def test_a_singular_matrix_is_numpys_error():
    for f in (np.linalg.det, lambda a: np.sum(np.linalg.inv(a))):
        with pytest.raises(np.linalg.LinAlgError, match="Singular"):
            bp.grad(f)(np.zeros((2, 2)))


X = np.array([[1.0, 2.0], [3.0, 4.0]])
REFUSED = {
    r"np.sum\(…, out=…\)": lambda x: np.sum(x, out=np.zeros(())),
    r"np.exp\(…, out=…\)": lambda x: np.exp(x, out=np.zeros((2, 2))),
    r"np.add\(…, out=…\), or an operator such as a \+= x": lambda x: np.zeros((2, 2)).__iadd__(x),
    "np.exp has no derivative rule for where=": lambda x: np.exp(x, where=X > 0),
    "np.add has no derivative rule for dtype=": lambda x: np.add(x, 1, dtype=complex),
    "np.std has no derivative rule for mean=": lambda x: np.std(x, mean=1.0),
    "np.cov has no derivative rule for fweights=": lambda x: np.cov(x, fweights=[1, 2]),
    "np.matmul has no derivative rule for axes=": lambda x: np.matmul(x, x, axes=[(0, 1), (0, 1), (0, 1)]),
    "np.linalg.svd has no derivative rule for full_matrices=True": lambda x: np.linalg.svd(x[:1]),
    "np.linalg.qr has no derivative rule for mode='complete'": lambda x: np.linalg.qr(x[:, :1], "complete"),
    "np.linalg.norm has no derivative rule for ord=0": lambda x: np.linalg.norm(x[0], 0),
    "np.add.at has no derivative rule": lambda x: np.add.at(np.zeros(2), [0, 1], x[0]),
    "np.add.reduceat has no derivative rule": lambda x: np.add.reduceat(x, [0, 1]),
    "np.subtract.reduce has no derivative rule": lambda x: np.subtract.reduce(x),
    "np.linalg.eig has no derivative rule": np.linalg.eig,
    "np.unique has no derivative rule": np.unique,
    "np.divmod has no derivative rule": lambda x: np.divmod(x, 2.0),
    "np.pad has no derivative rule for mode='mean'": lambda x: np.pad(x, 1, mode="mean"),
    "np.reshape has no derivative rule for order='A'": lambda x: np.reshape(x, 4, order="A"),
    r"write np.sum\(np.stack\(\[x\[0, 0\], x\[0, 1\]\]\)\)": lambda x: np.sum([x[0, 0], x[0, 1]]),
    r"max\(\) got|np.stack": lambda x: np.max([x[0, 0], x[0, 1]]),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_what_has_no_rule_is_refused_by_name(sentence):
    for run in (lambda f: bp.grad(f)(X), lambda f: bp.jvp(f, (X,), (X,))):
        with pytest.raises(DerivativeError, match=sentence):
            run(REFUSED[sentence])


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.prod(x, axis=2),
        lambda x: np.mean(x, axis=-3),
        lambda x: np.var(x, axis=5),
        lambda x: np.take(x, [0], axis=2),
        lambda x: np.take_along_axis(x, np.array([[0]]), axis=2),
        lambda x: np.transpose(x, (0, 2)),
        lambda x: np.transpose(x, (0, 0)),
        lambda x: np.concatenate([x, x], axis=2),
        lambda x: np.concatenate([x[0, 0], x[0, 1]]),
        lambda x: np.concatenate([x, x[0]]),
        lambda x: np.split(x, 2, axis=2),
        lambda x: np.split(np.ravel(x), 3),
        lambda x: np.stack([x, x[0]]),
        lambda x: np.stack([x, x], axis=4),
        lambda x: np.tensordot(x, np.reshape(x, (1, 4)), 1),
        lambda x: np.tensordot(np.ones((2, 3)) * x[0, 0], np.ones((3, 2)), ((0, 1), (0, 1))),
        lambda x: np.einsum("ij,jk", x),
        lambda x: np.einsum("...i->i", x),
        lambda x: np.einsum("ijk->i", x),
        lambda x: np.einsum("ij,jk", x, np.ones((3, 2))),
        lambda x: np.swapaxes(x, 0, 2),
        lambda x: np.squeeze(x, 0),
        lambda x: np.linalg.solve(x, np.ones(3)),
        lambda x: x[2],
    ],
)
def test_what_numpy_refuses_is_refused(f):
    """A rule that is more lenient than NumPy would differentiate another function."""
    with pytest.raises(Exception):  # noqa: B017
        f(X)
    with pytest.raises((ValueError, IndexError)):
        bp.grad(lambda x: np.sum(f(x)))(X)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's own, for its value
def test_too_few_entries_for_a_variance_are_nan():
    for ddof in (2, 3):
        for spread in (np.var, np.std):
            assert np.isnan(bp.grad(lambda x, f=spread, n=ddof: f(x, ddof=n))(np.array([1.0, 2.0]))).all()
    assert np.isnan(bp.value_and_grad(np.mean)(np.zeros(0))[0])


def test_everyday_programs():
    x = np.array([3.0, -1.0, 2.0])
    assert slopes(lambda x: x[x > 0] ** 2, x) == [[6, 0, 4]]
    assert slopes(lambda x: sum(x[i] * x[i] for i in range(len(x))), x) == [[6, -2, 4]]
    assert slopes(lambda x: np.stack([x[0], 1.0, x[1] * x[2], 2]), x) == [[1, 2, -1]]
    assert slopes(lambda x: x[np.where(x > 0)] + x[np.where(x)][:2], x) == [[2, 1, 1]]
    assert slopes(lambda x: np.split(x, [1])[1] ** 2, x) == [[0, -2, 4]]
    assert slopes(lambda a: np.linalg.slogdet(a).logabsdet, X) == [np.linalg.inv(X).T.tolist()]
    assert slopes(lambda a: np.einsum("ij,jk", a, a), X) == slopes(lambda a: a @ a, X)
    assert slopes(lambda x: np.sum(np.stack([x[0], x[1]])), x) == [[1, 1, 0]]


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.add(x, [1.0, 2.0]),
        lambda x: np.multiply([1.0, 2.0], x),
        lambda x: np.divide(x, [1.0, 2.0]),
        lambda x: np.power(x, [1.0, 2.0]),
        lambda x: np.power([1.0, 2.0], x),
        lambda x: np.matmul(x, [[1.0, 2.0], [3.0, 4.0]]),
        lambda x: np.matmul([[1.0, 2.0], [3.0, 4.0]], x),
        lambda x: np.arctan2(x, [1.0, 2.0]),
        lambda x: np.maximum(x, [1.0, 2.0]),
        lambda x: np.hypot([1.0, 2.0], x),
        lambda x: np.remainder(x, [1.6, 2.7]),
        lambda x: np.dot(x, [1.0, 2.0]),
        lambda x: np.where(X > 2, x, [1.0, 2.0]),
        lambda x: np.clip(x, [1.5, 0.5], [2.5, 3.5]),
        lambda x: np.tensordot(x, [[1.0, 2.0]], ((0,), (1,))),
        lambda x: np.linalg.solve(x, [[1.0], [2.0]]),
        lambda x: np.concatenate([x, [[1.0, 2.0]]]) * np.stack([x[0], [1.0, 2.0], x[1]]),
        lambda x: np.einsum("ij,j", x, [1.0, 2.0]),
    ],
)
def test_constants_may_be_lists(f):
    value, gradient = bp.value_and_grad(lambda x: np.sum(f(x)))(X)
    assert value == np.sum(f(X))
    direction = np.array([[0.3, -0.2], [0.1, 0.7]])
    slope = (np.sum(f(X + 1e-6 * direction)) - np.sum(f(X - 1e-6 * direction))) / 2e-6
    np.testing.assert_allclose(np.sum(gradient * direction), slope, rtol=1e-6)
    np.testing.assert_allclose(np.sum(bp.jvp(f, (X,), (direction,))[1]), slope, rtol=1e-6)


# data


def test_the_slope_at_a_knot_is_that_of_the_piece_to_its_right():
    knots, heights = np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 3.0])
    assert slopes(lambda x: np.interp(x, knots, heights), np.array([-1.0, 0.0, 1.0, 2.0, 3.0])) == [[0, 1, 2, 2, 0]]


def test_entries_equal_to_a_median_share_equally():
    assert slopes(np.median, np.array([1.0, 2.0, 2.0, 2.0, 5.0])) == [[0, 1 / 3, 1 / 3, 1 / 3, 0]]
    assert slopes(np.median, np.array([4.0, 1.0, 3.0, 9.0])) == [[0.5, 0, 0.5, 0]]
    assert slopes(lambda x: np.quantile(x, 0.25), np.array([0.0, 1.0, 3.0])) == [[0.5, 0.5, 0]]


def test_missing_values_have_slope_0():
    x = np.array([np.nan, 2.0, np.nan, 4.0])
    assert slopes(np.nansum, x) == [[0, 1, 0, 1]]
    assert slopes(np.nanmean, x) == [[0, 0.5, 0, 0.5]]
    assert slopes(np.nanmax, x) == [[0, 0, 0, 1]]
    assert slopes(lambda x: np.nan_to_num(x, nan=3.0), x) == [[0, 1, 0, 1]]
    assert slopes(np.nanstd, np.array([np.nan, 2.0, 2.0])) == [[0, 0, 0]]
    assert np.isnan(bp.hessian(np.nanstd)(np.array([2.0, 2.0]))).all()


def test_cumulative_products_with_zeros():
    assert slopes(lambda x: np.cumprod(x)[2:], np.array([2.0, 0.0, 3.0, 5.0])) == [[0, 6 + 30, 0, 0]]


def test_all_derivatives_of_sinc_at_0():
    derivative, found = np.sinc, []
    for _ in range(4):
        derivative = bp.grad(derivative)
        found.append(derivative(0.0))
    np.testing.assert_allclose(found, [0, -(np.pi**2) / 3, 0, np.pi**4 / 5], rtol=1e-14)


# decompositions

ROTATION = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
EQUAL = ROTATION @ np.diag([1.0, 1.0, 2.0]) @ ROTATION.T  # its equal eigenvalues differ by rounding


def test_equal_eigenvalues_have_the_right_sums_and_their_vectors_nan():
    for a in (np.eye(3), EQUAL):
        gradient = bp.grad(lambda a: np.sum(np.linalg.eigvalsh((a + a.T) / 2) ** 3))(a)
        np.testing.assert_allclose(gradient, 3 * a @ a, atol=1e-14)  # of tr a³
        for vectors in (lambda a: np.linalg.eigh(a)[1], lambda a: np.linalg.svd(a)[0]):
            assert np.isnan(bp.grad(lambda a, vectors=vectors: np.sum(vectors(a) ** 3))(a)).any()
            assert np.isnan(bp.jvp(vectors, (a,), (ROTATION,))[1]).any()


def test_eigh_reads_one_triangle():
    a = np.array([[1.0, 2.0], [2.0, 5.0]])
    assert bp.grad(lambda a: np.linalg.eigh(a)[0][0])(a)[0, 1] == 0
    assert bp.grad(lambda a: np.linalg.eigh(a, "U")[0][0])(a)[1, 0] == 0


def test_a_singular_value_of_0_has_slope_0():
    outer = np.outer([1.0, 2.0, 2.0], [3.0, 4.0, 0.0])  # its two smaller singular values are 0, or rounding errors
    np.testing.assert_allclose(bp.grad(lambda a: np.linalg.norm(a, "nuc"))(outer), outer / 15, atol=1e-15)
    assert slopes(lambda a: np.linalg.norm(a, 2), np.zeros((2, 3))) == [[[0, 0, 0], [0, 0, 0]]]


def test_pinv_of_a_matrix_that_keeps_its_rank():
    def f(x):
        return np.linalg.pinv(np.outer(x, x))  # x xᵀ / |x|⁴

    x, v = np.array([1.0, -2.0, 0.5]), np.array([0.3, 0.2, -0.7])
    expected = bp.jvp(lambda x: np.outer(x, x) / np.sum(x * x) ** 2, (x,), (v,))[1]
    np.testing.assert_allclose(bp.jvp(f, (x,), (v,))[1], expected, atol=1e-15)


def test_least_squares_of_too_few_equations():
    a, b = np.array([[1.0, 2.0, 3.0]]), np.array([14.0])  # the shortest solution is aᵀ b / |a|²
    found = bp.jacrev(lambda a: np.linalg.lstsq(a, b)[0])(a)
    np.testing.assert_allclose(found, bp.jacrev(lambda a: a[0] * b / np.sum(a * a))(a), atol=1e-14)


def test_qr_of_dependent_columns_is_numpys_error():
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        bp.grad(lambda a: np.sum(np.linalg.qr(a)[0]))(np.zeros((2, 2)))


# options


@pytest.mark.parametrize("f", [np.sum, np.prod, np.mean, np.var, np.std, np.cumsum, np.cumprod, np.exp, np.sqrt])
def test_a_result_in_another_type(f):
    x = np.array([0.5, 1.5, 3.0])
    for given, dtype in ((x, np.float32), (x.astype(np.float32), np.float64)):
        graph = bp.record(lambda x, dtype=dtype: f(x, dtype=dtype), given)
        assert graph.outputs[0].dtype == dtype
        np.testing.assert_array_equal(graph.outputs[0].value, f(given, dtype=dtype))
        gradient = bp.grad(lambda x, dtype=dtype: np.sum(f(x, dtype=dtype)))(given)
        assert gradient.dtype == given.dtype
        np.testing.assert_allclose(gradient, bp.grad(lambda x: np.sum(f(x)))(x), rtol=1e-6)


def test_the_first_term_of_an_extreme_shares_with_it():
    assert slopes(lambda x: np.max(x, initial=2.0), np.array([2.0, 1.0])) == [[0.5, 0]]
    assert slopes(lambda x: np.min(x, where=x > 1.5, initial=9.0), np.array([2.0, 1.0])) == [[1, 0]]
    with pytest.raises(ValueError, match="identity"):
        bp.grad(lambda x: np.max(x, where=x > 1))(np.array([2.0, 1.0]))


def test_a_deviation_of_0_of_chosen_entries_has_slope_0():
    chosen = np.array([True, True, False])
    assert slopes(lambda x: np.std(x, where=chosen), np.array([2.0, 2.0, 5.0])) == [[0, 0, 0]]
    with pytest.raises(ValueError, match="two names of one number"):
        bp.grad(lambda x: np.var(x, ddof=1, correction=1))(np.ones(3))


# scipy.special


def test_scipy_is_not_imported_and_its_rules_are_learned_when_it_is():
    program = """
import sys
import bpkit as bp
bp.grad(lambda x: x * x)(1.0)
assert "scipy" not in sys.modules
from scipy import special
mine = bp.defrule(special.boxcox, lambda y, x, n: x, 0)
assert round(float(bp.grad(special.erf)(0.0)), 12) == 1.128379167096
assert bp.grad(special.boxcox)(3.0, 2.0) == 3
"""
    pytest.importorskip("scipy")
    subprocess.run([sys.executable, "-c", program], check=True)


def test_xlogy_at_0_and_parameters_without_a_formula():
    special = pytest.importorskip("scipy").special
    assert bp.grad(special.xlogy, 1)(0.0, 0.0) == 0
    with pytest.raises(DerivativeError, match=r"scipy.special.iv has no derivative rule for its parameters"):
        bp.grad(special.iv)(1.5, 2.0)
    assert bp.grad(special.iv, 1)(1.5, 2.0) == pytest.approx((special.iv(0.5, 2.0) + special.iv(2.5, 2.0)) / 2)


@pytest.mark.parametrize("triangle", ["L", "U"])
def test_the_derivative_is_that_of_the_vectors_that_are_returned(triangle):
    rng = np.random.default_rng(0)
    for size in (2, 3, 6) * 5:
        a, v = rng.normal(size=(2, size, size))
        values = np.linalg.eigh(a, triangle)[0]
        if np.min(np.diff(values)) < 0.1:
            continue
        ahead, behind = (np.linalg.eigh(a + h * v, triangle)[1] for h in (1e-6, -1e-6))
        found = bp.jvp(lambda a: np.linalg.eigh(a, triangle)[1], (a,), (v,))[1]
        np.testing.assert_allclose(found, (ahead - behind) / 2e-6, rtol=1e-6, atol=1e-6)
