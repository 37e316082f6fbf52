"""gradcheck passes every right gradient, rejects every wrong one, and names the slip."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp
from bpkit.numerical import complex_step, difference, rounding_noise

A = np.array([[1.0, 5.0, 2.0], [3.0, 4.0, -2.0], [6.0, 7.0, 8.0]])
seeds = st.integers(0, 2**32 - 1)


def error(f: Any, gradient: Any, *x: Any) -> bp.GradcheckError:
    with pytest.raises(bp.GradcheckError) as caught:
        bp.gradcheck(f, gradient, *x)
    return caught.value


def squares(x):
    return (x**2).sum()


def smooth(rng: np.random.Generator) -> tuple[Callable[..., Any], Callable[..., Any], list[Any]]:
    """A random smooth f, its gradient, and a point; x and f have scales from 1e-6 to 1e6."""
    scale, height = 10.0 ** rng.uniform(-6, 6, 2)
    n = int(rng.integers(1, 5))
    a, b = rng.normal(size=(2, n, n))
    x, y = scale * rng.normal(size=(n, 1)), rng.normal(size=(1, n))
    match rng.integers(4):
        case 0:  # a cubic polynomial
            return (
                lambda x: height * (a @ (x / scale) ** 3 + b @ (x / scale)).sum(),
                lambda x: height / scale * (3 * a.sum(0)[:, None] * (x / scale) ** 2 + b.sum(0)[:, None]),
                [x],
            )
        case 1:  # a quadratic form
            return (
                lambda x: height * (x.T @ a @ x) / scale**2,
                lambda x: height * (a + a.T) @ x / scale**2,
                [x],
            )
        case 2:  # exp of sin
            return (
                lambda x: height * np.exp(np.sin(a @ x / scale)).sum(),
                lambda x: height / scale * a.T @ (np.exp(np.sin(a @ x / scale)) * np.cos(a @ x / scale)),
                [x],
            )
        case _:  # two arrays and a number
            return (
                lambda x, y, c: height * ((y @ np.sin(x / scale)).sum() + c**2),
                lambda x, y, c: (
                    height / scale * y.T * np.cos(x / scale), height * np.sin(x / scale).T, 2 * height * c,
                ),
                [x, y, float(rng.normal())],
            )  # fmt: skip


def without_complex_step(f):
    return lambda *x: float(f(*x).item()) if not any(map(np.iscomplexobj, x)) else None


@given(seeds, st.booleans())
def test_a_right_gradient_passes(seed, by_differences):
    f, gradient, x = smooth(np.random.default_rng(seed))
    check = bp.gradcheck(without_complex_step(f) if by_differences else f, gradient, *x)
    assert check
    assert check.entries == sum(np.size(a) for a in x) == check.by_complex_step + check.by_differences
    assert check.by_complex_step == 0 or not by_differences


@given(seeds, st.booleans())
def test_one_entry_off_by_1e_4_fails(seed, by_differences):
    rng = np.random.default_rng(seed)
    f, gradient, x = smooth(rng)
    k = int(rng.integers(len(x)))
    largest = int(np.argmax(np.abs(gradient(*x)[k] if len(x) > 1 else gradient(*x))))

    def perturbed(*x):
        gradients = [np.array(g) for g in (gradient(*x) if len(x) > 1 else [gradient(*x)])]
        gradients[k].flat[largest] *= 1 + 1e-4
        return gradients

    e = error(without_complex_step(f) if by_differences else f, perturbed, *x)
    assert e.argument == k
    assert np.ravel_multi_index(e.entry, np.shape(x[k])) == largest
    assert e.claimed == pytest.approx(e.numerical * (1 + 1e-4), rel=1e-5)


@pytest.mark.parametrize(("cause", "gradient", "words"), [
    ("sign", lambda x: -2 * x, "opposite sign"),
    ("factor", lambda x: 4 * x, "twice what it should be: is there a factor 2 too many?"),
    ("factor", lambda x: x, "half of what it should be: is a factor 2 missing?"),
    ("factor", lambda x: 2 * x / 9, "1/9 of what it should be: averaged instead of summed?"),
    ("factor", lambda x: 18 * x, "9 times what it should be: summed instead of averaged?"),
    ("factor", lambda x: 3.4 * x, "1.7 times what it should be."),
    ("transposed", lambda x: 2 * x.T, "transpose"),
    ("zero", lambda x: 0 * x, "zero everywhere"),
    ("one entry", lambda x: 2 * x + 0.1 * (x == 3), "x[1, 0] the gradient claims 6.1, but the numerical derivative is 6. Only this entry is wrong; 8 others agree."),  # noqa: E501
    ("not finite", lambda x: x * np.where(x == 3, np.nan, 1), "x[1, 0] the gradient claims nan"),
    ("float32", lambda x: 2 * x.astype(np.float32), "float32"),
    ("shape", lambda x: 2 * x.sum(axis=1, keepdims=True), "has shape (3, 1), the argument has shape (3, 3): it seems summed over axis 1"),  # noqa: E501
    (None, lambda x: 2 * x + np.sin(np.arange(9.0)).reshape(3, 3), None),
    (None, lambda x: 2 * x * (1 + 1e-9), None),
])  # fmt: skip
def test_the_cause_is_named(cause, gradient, words):
    e = error(squares, gradient, A)
    assert e.cause == cause
    assert words is None or words in str(e)
    assert "\n" not in str(e)
    if words is None:
        assert str(e).endswith(f"the numerical derivative is {e.numerical:g}.")


def test_causes_that_need_shapes_or_several_arguments():
    b, x = np.ones((4, 1)), np.arange(40.0).reshape(4, 10)
    e = error(lambda b: squares(b + x), lambda b: 2 * (b + x), b)
    assert "The gradient has shape (4, 10), the argument has shape (4, 1): sum over axis 1 (the batch)" in str(e)
    assert "keep the shape" in str(error(lambda b: squares(b + x), lambda b: 2 * (b + x).sum(1), b))
    assert error(squares, lambda x: 2 * x.T, x).cause == "transposed"
    e = error(lambda x, y: (x * y**2).sum(), lambda x, y: (2 * x * y, y**2), A, A + 9)
    assert e.cause == "swapped"
    assert "At argument 2 of 2, entry [" in str(e) or "At argument 1 of 2, entry [" in str(e)
    e = error(lambda x, y: (x.T @ y).sum(), lambda x, y: (x, y), np.ones((3, 1)), np.ones((3, 2)))
    assert e.cause == "swapped"
    assert error(lambda x, y: x * y, lambda x, y: (y, -x), 2.0, 3.0).argument == 1


def test_random_and_in_place_functions_are_caught():
    rng = np.random.default_rng(0)
    assert error(lambda x: rng.normal() * x, lambda x: x, 1.0).cause == "not deterministic"

    def in_place(x):
        x *= 2
        return x

    before = A.copy()
    assert "f changes x in place" in str(error(lambda x: in_place(x).sum(), lambda x: 2 + 0 * x, A))
    e = error(lambda x, y: x * y.sum(), lambda x, y: (y.sum(), in_place(y)), 1.0, A)
    assert "gradient changes argument 2 of 2 in place" in str(e)
    assert np.array_equal(A, before)


relu = lambda x: np.maximum(x, 0).sum()  # noqa: E731


@pytest.mark.parametrize("claimed", [0.0, 0.5, 1.0, 7.0])
@pytest.mark.parametrize("offset", [0.0, 1e-13, -1e-13, 1e-11, -1e-11])
def test_a_kink_is_reported_whatever_the_gradient_claims(claimed, offset):
    e = error(lambda x: relu(x - 1), lambda x: claimed + 0 * x, np.array([1 + offset]))
    assert e.cause == "kink"
    assert f"the gradient claims {claimed:g}" in str(e)
    if offset == 0:
        assert "its slope is 0 on the left and 1 on the right" in str(e)


@pytest.mark.parametrize("f", [
    relu, lambda x: np.abs(x).sum() + np.sin(x).sum(), lambda x: np.linalg.norm(x), lambda x: x.max() + squares(x),
    lambda x: 1e-3 * np.abs(x).sum() + np.exp(x).sum(),
])  # fmt: skip
def test_kinks_of_several_functions(f):
    assert error(f, lambda x: 0 * x, np.zeros(3)).cause == "kink"


@given(st.floats(-9, 0), st.sampled_from([-1.0, 1.0]), st.floats(-3, 3))
def test_a_kink_that_is_merely_near_is_no_kink(exponent, side, height):
    kinked = lambda x: np.abs(x - 1).sum() + height * np.sin(x).sum()  # noqa: E731
    gradient = lambda x: np.sign(x - 1) + height * np.cos(x)  # noqa: E731
    x = np.array([1 + side * 10.0**exponent, 0.3])
    assert bp.gradcheck(kinked, gradient, x)
    assert error(kinked, lambda x: -np.sign(x - 1) + height * np.cos(x), x)


@pytest.mark.parametrize(("f", "x", "cause"), [
    (lambda x: np.heaviside(x, 0.0), 0.0, "jump"), (lambda x: np.heaviside(x, 0.5), 0.0, "jump"),
    (np.sign, 0.0, "jump"), (lambda x: x + (x >= 2), 2.0, "jump"), (np.cbrt, 0.0, "steep"),
    (lambda x: abs(x) ** 0.5, 0.0, "steep"), (np.sqrt, 0.0, "edge"), (lambda x: math.sqrt(x), 0.0, "edge"),
])  # fmt: skip
def test_jumps_and_edges(f, x, cause):
    assert error(f, lambda x: 0.0, x).cause == cause


@pytest.mark.parametrize(("f", "gradient", "x"), [
    (lambda x: x**4, lambda x: 4 * x**3, 0.0), (lambda x: abs(x) ** 1.5, lambda x: 0.0, 0.0),
    (lambda x: np.maximum(x, 0) ** 2, lambda x: 0.0, 0.0), (lambda x: 3.0, lambda x: 0, 2.0),
    (math.log, lambda x: 1 / x, 1e-7), (math.sin, math.cos, 1e-300), (lambda x: x**2, lambda x: 2 * x, np.array(3.0)),
    (lambda x: np.sin(1e6 * x), lambda x: 1e6 * np.cos(1e6 * x), 1.0),
    (lambda x: np.sin(x - 1e8), lambda x: np.cos(x - 1e8), 1e8 + 1), (np.log, lambda x: 1 / x, np.float64(1e-3)),
    (lambda x: np.log(x).sum(), lambda x: 1 / x, np.array([1e-7, 100.0])),
    (lambda x: np.abs(np.sin(x) + 2).sum(), np.cos, np.array([1e-15, 0.0, 100.0])),
    (lambda x: 1e8 + abs(math.sin(x)), math.cos, 1.0), (lambda x: 1e10 + abs(math.sin(x)) - 1e10, math.cos, 1.0),
])  # fmt: skip
def test_hard_right_gradients_pass(f, gradient, x):
    assert bp.gradcheck(f, gradient, x)


@pytest.mark.parametrize(("f", "gradient"), [
    (lambda x: np.abs(x).sum(), np.sign), (np.linalg.norm, lambda x: x / np.linalg.norm(x)),
    (np.var, lambda x: 2 * (x - x.mean()) / x.size), (lambda x: squares(x.real), lambda x: 2 * x),
    (lambda x: (x * x.conj()).real.sum(), lambda x: 2 * x), (lambda x: np.vdot(x, x), lambda x: 2 * x),
    (lambda x: float(x.sum()) ** 2, lambda x: 2 * x.sum() + 0 * x),
    (lambda x: squares(np.array(x, dtype=float)), lambda x: 2 * x),
    (lambda x: np.logaddexp(0, x).sum(), lambda x: 1 / (1 + np.exp(-x))),
])  # fmt: skip
def test_where_the_complex_step_is_wrong_differences_decide(f, gradient):
    check = bp.gradcheck(f, gradient, A)
    assert check.by_complex_step == 0
    assert check.largest_error < 1e-8
    error(f, lambda x: gradient(x) * (1 + 1e-4 * (x == 8)), A)


def test_a_term_hidden_from_the_complex_step_is_no_false_alarm():
    hidden = lambda x: np.sin(x).sum() + 1e-9 * np.linalg.norm(x)  # noqa: E731
    assert bp.gradcheck(hidden, lambda x: np.cos(x) + 1e-9 * x / np.linalg.norm(x), A)


def test_the_complex_step_finds_small_errors_under_large_values():
    assert error(lambda x: 1e8 + np.sin(x), lambda x: 1.0001 * np.cos(x), 1.0).numerical == math.cos(1.0)


def test_the_record_prints_as_a_sentence():
    check = bp.gradcheck(lambda x: squares(x) + np.abs(x[0, 0]), lambda x: 2 * x + (x == 1), A)
    assert re.fullmatch(
        r"9 entries agree, largest relative error \S+ \(8 by complex step, 1 by central differences only\)\.",
        str(check),
    )


@pytest.mark.parametrize(("arguments", "words"), [
    ((squares, squares), "gradcheck got no x"),
    ((squares, A, A), "pass the function that computes the gradient, not its result"),
    ((3.0, squares, A), "f is 3.0 (float), but it must be a function"),
    ((lambda x: x[0], squares, A), "f returns an array of shape (3,), but must return one number: sum it?"),
    ((lambda x: None, squares, A), "is a return missing?"),
    ((lambda x: 1j * x, squares, 1.0), "complex128"),
    ((lambda x: np.float32(x), squares, 1.0), "f returns a value of type float32"),
    ((squares, squares, 3), "write 1.0 for 1"),
    ((squares, squares, np.arange(3)), "x is of type int64" if np.dtype(int) == np.int64 else "x is of type"),
    ((squares, squares, A.astype(np.float32)), "gradcheck needs float64: convert"),
    ((squares, squares, 1j * A), "gradcheck needs float64"),
    ((squares, squares, "x"), "x is 'x' (str)"),
    ((squares, squares, [1.0, 2.0]), "write np.array"),
    ((squares, squares, A, None), "argument 2 of 2 is None"),
    ((squares, squares, np.array([1.0, np.nan])), "x holds NaN or infinity"),
    ((squares, squares, np.zeros((0, 3))), "no entry to compare"),
    ((lambda x: math.nan, squares, 1.0), "f returns nan at x"),
    ((squares, lambda x: None, A), "gradient returns None for x"),
    ((squares, lambda x: (x, x), A), "gradient returns 2 gradients, but the number of arguments is 1"),
    ((lambda x, y: x * y, lambda x, y: x, 1.0, 2.0), "gradient returns 1 gradients, but the number of arguments is 2"),
])  # fmt: skip
def test_bad_input_gets_one_sentence(arguments, words):
    with pytest.raises((TypeError, ValueError)) as caught:
        bp.gradcheck(*arguments)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_pieces_on_known_derivatives():
    assert difference(math.sin, 1.0, 2**-10).value == pytest.approx(math.cos(1.0), rel=1e-12)
    assert complex_step(np.exp, 1.0) == pytest.approx(math.e, rel=1e-15)
    assert rounding_noise(lambda t: math.exp(1 + t)) < 1e-14
    assert 1e-9 < rounding_noise(lambda t: math.sin(1 + t) + 1e8) < 1e-7
