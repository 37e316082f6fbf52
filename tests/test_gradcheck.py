"""gradcheck: right gradients pass, wrong ones fail with their cause, and kinks and unusable input are named."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit import GradcheckError, gradcheck
from bpkit.numerical.differences import complex_step, difference

SEEDS = st.integers(0, 10**6)
POWERS = st.integers(-6, 6)


def smooth_function(rng, scale):
    """A random smooth function of a matrix and a vector of size `scale`, and its gradient derived by hand."""
    n, m = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    a, b, c = rng.normal(size=(m, n)), rng.normal(size=(m, 1)), rng.normal(size=(m, n))

    def f(w, v):
        u = (w / scale) @ (v / scale) + b
        return (
            np.sum(np.sin(u)) + np.sum(c * (w / scale) ** 2) + np.sum(np.exp(0.5 * v / scale)) + np.sum(a * w / scale)
        )

    def gradient(w, v):
        u = (w / scale) @ (v / scale) + b
        by_w = (np.cos(u) @ (v / scale).T + 2 * c * w / scale + a) / scale
        return by_w, ((w / scale).T @ np.cos(u) + 0.5 * np.exp(0.5 * v / scale)) / scale

    return f, gradient, (scale * rng.normal(size=(m, n)), scale * rng.normal(size=(n, 1)))


@given(SEEDS, POWERS)
def test_right_gradients_pass(seed, power):
    f, gradient, x = smooth_function(np.random.default_rng(seed), 10.0**power)
    passed = gradcheck(f, gradient, *x)
    assert passed and passed.entries == x[0].size + x[1].size
    assert passed.largest_error < 1e-9 and passed.by_complex_step == passed.entries


@given(SEEDS, POWERS, st.sampled_from([1e-2, 1e-4, 1e-6]))
def test_one_entry_off_by_a_little_fails_and_is_named(seed, power, relative):
    rng = np.random.default_rng(seed)
    f, gradient, x = smooth_function(rng, 10.0**power)
    k = int(rng.integers(2))
    entry = tuple(int(rng.integers(n)) for n in x[k].shape)

    def off(*x):
        claimed = [g.copy() for g in gradient(*x)]
        claimed[k][entry] += relative * max(np.max(np.abs(g)) for g in claimed)
        return claimed

    with pytest.raises(GradcheckError) as raised:
        gradcheck(f, off, *x)
    assert (raised.value.argument, raised.value.entry) == (k, entry)
    assert f"At {'wv'[k]}[{', '.join(map(str, entry))}] the gradient" in str(raised.value)


@given(SEEDS, st.floats(1, 1e8))
def test_right_gradients_pass_where_rounding_is_large(seed, offset):
    rng = np.random.default_rng(seed)
    a = rng.normal(size=3)
    assert gradcheck(lambda x: offset + np.sin(a @ x), lambda x: a * np.cos(a @ x), rng.normal(size=3))


def test_numerical_derivatives_are_what_they_say():
    d = difference(math.exp, 1.0, 1e-3, 1e-16)
    assert abs(d.value - math.e) <= d.error <= 1e-6
    assert complex_step(np.sin, 0.7) == pytest.approx(math.cos(0.7), rel=1e-15)


@given(SEEDS)
def test_lists_of_arrays_are_checked_like_as_many_arguments(seed):
    rng = np.random.default_rng(seed)
    beta, omega = list(rng.normal(size=(2, 3, 1))), [rng.normal(size=(3, 2)), rng.normal(size=(3, 3))]
    c = rng.normal(size=(3, 1))

    def f(beta, omega):
        return np.sum(np.sin(beta[1] + omega[1] @ (beta[0] ** 2)) * c) + np.sum(omega[0] ** 3)

    def gradient(beta, omega, off=0.0):
        g = np.cos(beta[1] + omega[1] @ (beta[0] ** 2)) * c
        wrong = g @ beta[0].T ** 2 + off * np.eye(3)[[0, 2, 1]]  # in row 0, and swapped below
        return [2 * beta[0] * (omega[1].T @ g), g], [3 * omega[0] ** 2, wrong]

    assert gradcheck(f, gradient, beta, omega).entries == 21
    one_list = [*beta, *omega]
    joined = gradcheck(
        lambda w: f(w[:2], w[2:]), lambda w: [g for part in gradient(w[:2], w[2:]) for g in part], one_list
    )
    assert joined.entries == 21
    with pytest.raises(GradcheckError, match=r"^At omega\[1\]\[\d, \d\] the gradient") as raised:
        gradcheck(f, lambda beta, omega: gradient(beta, omega, off=1e3), beta, omega)
    assert raised.value.argument == 3 and raised.value.entry in {(0, 0), (1, 2), (2, 1)}
    with pytest.raises(GradcheckError, match=r"of beta\[0\] and beta\[1\] are swapped"):
        gradcheck(f, lambda beta, omega: (gradient(beta, omega)[0][::-1], gradient(beta, omega)[1]), beta, omega)


A = np.random.default_rng(0).normal(size=(3, 3))
V = np.array([0.3, -0.7, 1.1])


def quadratic(x):
    return float(np.sum(A * x**2))


@pytest.mark.parametrize(
    ("claimed", "cause", "words"),
    [
        (lambda x: -2 * A * x, "sign", "Every entry has the opposite sign"),
        (lambda x: A * x, "factor", "half of what it should be: is a factor 2 missing?"),
        (lambda x: 4 * A * x, "factor", "twice what it should be"),
        (lambda x: 2 * A * x / 9, "factor", "1/9 of what it should be: averaged instead of summed?"),
        (lambda x: (2 * A * x).T, "transposed", "transpose"),
        (lambda x: 0 * x, "zero", "zero everywhere"),
        (lambda x: 2 * A * x + (np.arange(9).reshape(3, 3) == 4), "one entry", "Only this entry is wrong"),
        (lambda x: np.where(x > 1e9, 0, np.nan), "not finite", "not a finite number"),
        (lambda x: (2 * A * x).astype(np.float32), "float32", "must be float64"),
        (lambda x: (2 * A * x).sum(axis=1), "shape", "The gradient has shape (3,), the argument has shape (3, 3)"),
    ],
)
def test_causes(claimed, cause, words):
    x = np.random.default_rng(1).normal(size=(3, 3))
    with pytest.raises(GradcheckError) as raised:
        gradcheck(quadratic, claimed, x)
    assert raised.value.cause == cause and words in str(raised.value)


def test_the_worst_entry_is_named_with_both_values():
    with pytest.raises(GradcheckError, match=r"At x\[2\] the gradient claims 0, but the numerical derivative is 3\b"):
        gradcheck(lambda x: x[0] + x[1] + 3 * x[2], lambda x: np.array([1.0, 1.0, 0.0]), V)


def test_swapped_and_unsummed_gradients_are_named():
    x, y = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    with pytest.raises(GradcheckError, match="swapped"):
        gradcheck(lambda x, y: float(np.sum(x**2 + x * y**3)), lambda x, y: (3 * x * y**2, 2 * x + y**3), x, y)
    batch = np.random.default_rng(2).normal(size=(4, 10))
    with pytest.raises(GradcheckError, match=r"sum over axis 1 \(the batch\)"):
        gradcheck(lambda b: float(np.sum(np.sin(batch + b))), lambda b: np.cos(batch + b), np.zeros((4, 1)))


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        (lambda x: np.abs(x).sum(), np.sign),
        (lambda x: np.linalg.norm(x), lambda x: x / np.linalg.norm(x)),
        (lambda x: np.var(x), lambda x: 2 * (x - x.mean()) / x.size),
        (lambda x: np.max(x), lambda x: (x == x.max()).astype(float)),
        (lambda x: np.maximum(x, 0).sum(), lambda x: (x > 0).astype(float)),
        (lambda x: np.sum(np.real(x) ** 2), lambda x: 2 * x),
        (lambda x: float(np.sum([math.sin(one) for one in x])), np.cos),
        (lambda x: np.sum(np.conj(x) * x), lambda x: 2 * x),
        (lambda x: np.sum(x**2) + 1e-3 * np.linalg.norm(x), lambda x: 2 * x + 1e-3 * x / np.linalg.norm(x)),
    ],
    ids=["abs", "norm", "var", "max", "relu", "real part", "math.sin", "conjugate", "a little norm"],
)
def test_where_the_complex_step_is_wrong_or_refused_the_differences_decide(f, gradient):
    assert gradcheck(f, gradient, V)
    with pytest.raises(GradcheckError):
        gradcheck(f, lambda x: gradient(x) * (1 + 1e-7), V)


@pytest.mark.parametrize("claim", [0.0, 0.5, 1.0, 2.0])
def test_a_kink_is_called_a_kink_whatever_is_claimed_there(claim):
    with pytest.raises(GradcheckError, match=r"kink.*slope is 0 on the left and 1 on the right") as raised:
        gradcheck(lambda x: max(x, 0.0), lambda x: claim, 0.0)
    assert raised.value.cause == "kink"


@pytest.mark.parametrize("at", [1e-12, -1e-12, 3e-5])
def test_right_beside_a_kink_the_derivative_exists(at):
    assert gradcheck(lambda x: max(x, 0.0), lambda x: float(x > 0), at)
    with pytest.raises(GradcheckError):
        gradcheck(lambda x: max(x, 0.0), lambda x: 0.5, at)


def test_a_jump_and_an_edge_are_named():
    with pytest.raises(GradcheckError, match="f jumps"):
        gradcheck(lambda x: float(x >= 0), lambda x: 0.0, 0.0)
    with pytest.raises(GradcheckError, match="not finite right beside x = 0"):
        gradcheck(lambda x: math.sqrt(x), lambda x: 0.0, 0.0)


def test_a_strongly_curved_smooth_function_is_no_kink():
    assert gradcheck(lambda x: math.log(math.cosh(1e4 * x)), lambda x: 1e4 * math.tanh(1e4 * x), 1e-6)
    assert gradcheck(lambda x: x**2, lambda x: 2 * x, 0.0)


def test_what_is_random_or_changes_its_argument_is_named():
    rng = np.random.default_rng(3)
    with pytest.raises(GradcheckError, match="not deterministic"):
        gradcheck(lambda x: float(x.sum() + rng.normal()), np.ones_like, V)

    def in_place(x):
        x += 1
        return float(x.sum())

    kept = V.copy()
    with pytest.raises(GradcheckError, match="f changes x in place"):
        gradcheck(in_place, np.ones_like, V)
    assert np.array_equal(V, kept)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gradcheck(np.sum, np.ones_like), ValueError, "got no x"),
        (lambda: gradcheck(np.sum, np.ones(3), V), TypeError, "pass the function that computes the gradient"),
        (lambda: gradcheck(3.0, np.ones_like, V), TypeError, "f is 3.0"),
        (lambda: gradcheck(np.sin, np.cos, V), TypeError, "must return one number: sum it?"),
        (lambda: gradcheck(np.sum, np.ones_like, np.arange(3)), TypeError, "write 1.0 for 1"),
        (lambda: gradcheck(np.sum, np.ones_like, [1.0, 2.0]), TypeError, "write np.array"),
        (lambda: gradcheck(np.sum, np.ones_like, "x"), TypeError, "'x'"),
        (lambda: gradcheck(np.sum, np.ones_like, np.array([1.0, np.nan])), ValueError, "holds NaN or infinity"),
        (lambda: gradcheck(np.sum, np.ones_like, V.astype(np.float32)), TypeError, "needs float64"),
        (lambda: gradcheck(lambda x: math.nan, np.ones_like, V), ValueError, "f returns nan at x"),
        (lambda: gradcheck(lambda x: None, np.ones_like, V), TypeError, "is a return missing"),
        (lambda: gradcheck(lambda x, y: x + y, lambda x, y: 1.0, 1.0, 2.0), ValueError, "1 of the gradients of 2"),
        (lambda: gradcheck(lambda x: x[0].sum(), lambda x: [], [V]), ValueError, "0 of its gradients for x, a list"),
        (lambda: gradcheck(lambda x: x[0].sum(), lambda x: V, [V]), ValueError, "shape (3,) for x, a list"),
        (lambda: gradcheck(lambda x: 1.0, lambda x: x, [V, [1.0]]), TypeError, "write np.array"),
    ],
)
def test_bad_input_gets_one_clear_sentence(call, error, words):
    with pytest.raises(error) as raised:
        call()
    assert words in str(raised.value) and "\n" not in str(raised.value)
