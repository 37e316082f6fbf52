"""Values are NumPy's own to the last bit, rules compute as precisely, and a call may have any form that NumPy takes."""

import inspect
import math
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from test_rules import CASES, called, example

import bpkit as bp
from bpkit.graphs.nested import flatten
from bpkit.graphs.rules import CONSTANTS, FUNCTIONS, RULES, describe
from bpkit.graphs.rules.rule import defaults

RNG = np.random.default_rng(0)


# constants of any type

TYPES = [np.bool, np.float16, np.float32, np.longdouble]
TYPES += [np.dtype(f"{kind}int{bits}") for kind in ("u", "") for bits in (8, 16, 32, 64)]
OF_LAST = {"gammainc", "gammaincc", "iv", "ive", "kv", "jv", "yv", "yn"}  # of SciPy; their orders have no derivative
BINARY = [
    f for f in RULES if isinstance(f, np.ufunc) and f.nin == 2 and f.signature is None and f.__name__ not in OF_LAST
]
TWO_PLACES: dict[str, Any] = {
    **{describe(f): f for f in BINARY},
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "**": lambda a, b: a**b, "%": lambda a, b: a % b, "//": lambda a, b: a // b,
    "where": lambda a, b: np.where([True, False, True], a, b), "clip": lambda a, b: np.clip(a, 0.5, b),
    "dot": np.dot, "matmul": np.matmul, "vecdot": np.vecdot, "inner": np.inner, "outer": np.outer, "vdot": np.vdot,
    "tensordot": lambda a, b: np.tensordot(a, b, 1), "einsum": lambda a, b: np.einsum("i,j->ij", a, b),
    "concatenate": lambda a, b: np.concatenate([a, b]), "stack": lambda a, b: np.stack([a, b]),
    "solve": lambda a, b: np.linalg.solve(a[:, None] * b + np.diag([9.0, 8.0, 7.0]), b),
}  # fmt: skip


def derivatives(f: Any, x: Any) -> list[Any]:
    """In reverse, forward, and twice."""

    def scalar(x: Any) -> Any:
        y = f(x)
        return np.sum(y * np.cos(np.arange(np.size(y))).reshape(np.shape(y)))

    direction = np.array([0.3, -0.7, 0.2])
    return [bp.grad(scalar)(x), bp.jvp(f, (x,), (direction,))[1], bp.hvp(scalar, x, direction)]


@pytest.mark.parametrize("function", TWO_PLACES)
@pytest.mark.parametrize("dtype", TYPES, ids=lambda dtype: np.dtype(dtype).name)
@np.errstate(all="ignore")
def test_a_rule_computes_in_the_type_of_its_result(function, dtype):
    """A constant of another type is as good as the same numbers in float64."""
    f, x = TWO_PLACES[function], np.array([2.37, 1.71, 3.13])
    largest = 1 if dtype is np.bool else min(int(np.iinfo(dtype).max if np.dtype(dtype).kind in "iu" else 300), 100_000)
    for numbers in ([1, 1, 1], [3, 2, 5], [largest, largest, largest // 2]):
        constant = np.array(numbers).astype(dtype)
        for one in (constant, constant[0]):
            if one.ndim == 0 and f not in BINARY and len(function) > 2:
                continue  # of arrays alone
            exact = one.astype(float)
            for place, exactly in ((lambda x, c=one: f(x, c), lambda x, c=exact: f(x, c)),
                                   (lambda x, c=one: f(c, x), lambda x, c=exact: f(c, x))):  # fmt: skip
                try:
                    lossy = np.max(np.abs(np.asarray(place(x), float) - exactly(x))) > 0  # NumPy's own value differs
                except TypeError:
                    continue  # NumPy has none: no subtraction of Booleans
                for found, wanted in zip(derivatives(place, x), derivatives(exactly, x), strict=True):
                    np.testing.assert_allclose(found, wanted, rtol=1e-9 if lossy else 1e-13, atol=1e-13)


def test_variables_of_several_types_keep_the_precision_of_the_result():
    x, z = np.float16(300.0), 2.0  # 300² is no float16
    gradient = bp.grad(lambda z: np.arctan2(bp.stop_gradient(x), z))(z)
    both = bp.grad(lambda x, z: np.arctan2(x, z), (0, 1))(x, z)
    assert both[1] == gradient == pytest.approx(-300 / (300**2 + 4))
    assert bp.grad(lambda z, x: z / x, (0, 1))(1.0, np.float16(3))[0] == 1 / 3
    assert bp.jvp(lambda z, x: z**x, (2.0, np.float16(3)), (1.0, np.float16(0)))[1] == 12


# values to the last bit


def same_bits(found: Any, expected: Any) -> bool:
    found, expected = np.asarray(found), np.asarray(expected)
    return found.dtype == expected.dtype and found.shape == expected.shape and found.tobytes() == expected.tobytes()


def values(f: Any, *x: Any) -> list[Any]:
    """The value as reverse mode, forward mode and an inner recording give it."""
    inner = bp.vjp(lambda *x: bp.vjp(f, *x)[0], *x)[0]
    return [bp.vjp(f, *x)[0], bp.jvp(f, x, x)[0], inner]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray, np.flip])
def test_the_value_of_every_case_is_numpys_own(dtype, layout):
    different = []
    for i, one in enumerate(CASES):
        x = [v if np.ndim(v) == 0 else layout(v) for v in map(dtype, example(one, np.random.default_rng(i)))]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                expected = one.f(np, *x)
            except TypeError:
                continue  # numpy.linalg has no float16
            if not all(same_bits(found, expected) for found in values(lambda *x, one=one: one.f(np, *x), *x)):
                different.append(f"{called(one.entry)} (case {i})")
    assert different == []


LARGE = [(lambda f: lambda x: f(x)), (lambda f: lambda x: f(x, axis=0)), (lambda f: lambda x: f(x, axis=-1))]


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize(
    "function",
    [np.sum, np.mean, np.var, np.std, np.prod, np.max, np.min, np.cumsum, np.sort, np.diff, np.linalg.norm],
)
def test_the_value_of_many_numbers_is_numpys_own(function, dtype):
    for x in (RNG.normal(size=40_000), RNG.normal(size=(257, 131)), 1 + 0.1 * RNG.normal(size=(131, 257)).T):
        for use in LARGE:
            f, x = use(function), x.astype(dtype)
            if f is np.diff and use is LARGE[0]:
                continue
            with np.errstate(all="ignore"):
                assert all(same_bits(found, f(x)) for found in values(f, x))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_the_value_of_a_product_of_matrices_is_numpys_own(dtype):
    a, b = RNG.normal(size=(57, 33)).astype(dtype), RNG.normal(size=(33, 13)).astype(dtype)
    for left, right in ((a, b), (np.asfortranarray(a), b), (a[::2], np.asfortranarray(b)), (a, b[:, 0])):
        for f in (np.dot, np.matmul, lambda a, b: np.tensordot(a, b, 1), lambda a, b: np.inner(a, b.T)):
            assert all(same_bits(found, f(left, right)) for found in values(f, left, right))


def test_lower_precision():
    value, gradient = bp.value_and_grad(np.mean)(np.full(40_000, 2, np.float16))
    assert value == 2 and gradient.dtype == np.float16 and np.all(gradient == np.float16(1 / 40_000))
    x = np.array([1e-200, 1e200, 1e-200, 1e200])
    value, gradient = bp.value_and_grad(np.prod)(x)
    assert value == np.prod(x) and np.allclose(gradient, np.prod(x) / x)
    for number in (3_000, 70_000):  # counted in float16, 2048 + 1 is 2048, and 70,000 is infinite
        gradient = bp.grad(np.max)(np.ones(number, np.float16))
        assert np.all(gradient == np.float16(1 / number))


# NumPy's own call forms


def spelled(function: Any, by_name: bool) -> Any:
    """The function, called with each argument of NumPy's signature, defaults too; by position where that is allowed."""
    parameters = inspect.signature(function).parameters

    def call(*args: Any, **settings: Any) -> Any:
        bound = inspect.signature(function).bind(*args, **settings)
        bound.apply_defaults()
        if any(one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD) for one in parameters.values()):
            return function(*args, **settings)
        given = list(bound.arguments.items())
        first = next(iter(given))[0]
        places = [
            v for k, v in given if (k == first if by_name else parameters[k].kind is not inspect.Parameter.KEYWORD_ONLY)
        ]
        return function(*places, **dict(given[len(places):]))  # fmt: skip

    return call


def spelling(by_name: bool) -> Any:
    """NumPy, whose functions with a rule are called with all arguments."""
    space = SimpleNamespace(**vars(np))
    space.linalg = SimpleNamespace(**vars(np.linalg))
    for function in FUNCTIONS:
        if by_name and "newshape" in defaults(function):
            continue  # an older name of np.reshape's
        if defaults(function) and (getattr(function, "__module__", None) or "").startswith("numpy"):
            for place, inside in ((space, np), (space.linalg, np.linalg)):
                if getattr(inside, function.__name__, None) is function:
                    setattr(place, function.__name__, spelled(function, by_name))
    return space


@pytest.mark.parametrize("by_name", [False, True])
def test_every_argument_of_numpys_signatures_may_be_given(by_name):
    xp, tried = spelling(by_name), 0
    for i, one in enumerate(CASES):
        x = example(one, np.random.default_rng(i))
        try:
            expected = one.f(xp, *x)
        except (TypeError, ValueError):
            continue  # NumPy does not take two names of one argument
        tried += 1
        assert same_bits(bp.vjp(lambda *x, one=one, xp=xp: one.f(xp, *x), *x)[0], expected), called(one.entry)
    assert tried > 0.9 * len(CASES)


WORK = {
    "sum": (lambda x: np.sum(x, 1, None, None, True), lambda x: np.sum(x, axis=1, keepdims=True)),
    "x.sum": (lambda x: x.sum(1, None, None, True), lambda x: np.sum(x, axis=1, keepdims=True)),
    "std": (lambda x: np.std(x, 0, None, None, 1), lambda x: np.std(x, axis=0, ddof=1)),
    "x.var": (lambda x: x.var(0, None, None, 1, True), lambda x: np.var(x, axis=0, ddof=1, keepdims=True)),
    "max": (lambda x: np.max(x, 0, None, True), lambda x: np.max(x, axis=0, keepdims=True)),
    "clip": (lambda x: np.clip(x, 0, 1, None), lambda x: np.clip(x, 0, 1)),
    "add.reduce": (lambda x: np.add.reduce(x, 1, None, None, True), lambda x: np.sum(x, axis=1, keepdims=True)),
    "exp": (lambda x: np.exp(x, None, where=True, casting="same_kind", order="K", subok=True), np.exp),
    "astype": (lambda x: x.astype(float, copy=False), lambda x: x),
    "flatten": (lambda x: x.flatten("C").copy("C"), np.ravel),
    "round": (lambda x: x + round(x[0, 0], 1), lambda x: x + np.round(x[0, 0], 1)),
    "atleast_1d": (lambda x: np.atleast_1d(x, x[0, 0])[1], lambda x: x[:1, 0]),
    "range": (lambda x: x * range(2), lambda x: x * np.arange(2)),
}


@pytest.mark.parametrize("name", WORK)
def test_a_call_form_of_numpy_works(name):
    f, g = WORK[name]
    x = np.array([[0.3, 1.2], [-0.4, 0.8]])
    for one, other in zip(bp.jvp(f, (x,), (x,)), bp.jvp(g, (x,), (x,)), strict=True):
        np.testing.assert_array_equal(one, other)


def test_products_with_sparse_matrices_are_those_with_dense_ones():
    scipy = pytest.importorskip("scipy")
    dense = np.array([[2.0, 0.0, -1.0], [0.0, 3.0, 0.5]])
    for kind in (scipy.sparse.csr_array, scipy.sparse.csc_matrix, scipy.sparse.coo_array):
        sparse = kind(dense)
        for f, x in (
            (lambda a, x: np.matmul(a, np.sin(x)), np.array([0.3, -1.0, 2.0])),
            (lambda a, x: np.sin(x) @ a, np.array([[0.3, -1.0], [0.1, 0.9]])),
        ):
            for derivative in (bp.jacrev, bp.jacfwd, bp.hessian):
                found, expected = (derivative(lambda x, f=f, a=a: f(a, x))(x) for a in (sparse, dense))
                np.testing.assert_allclose(found, expected, rtol=1e-14)
    with pytest.raises(TypeError, match="a compiled function cannot notice when a coo_array changes"):
        bp.compiled(bp.grad(lambda x: np.sum(np.matmul(sparse, x))))(np.ones(3))
    with pytest.raises(TypeError, match="a compiled function cannot notice when a coo_array changes"):
        bp.compiled(lambda x: np.matmul(sparse, x))(np.ones(3))


def test_a_call_form_that_does_not_work_says_why():
    scipy = pytest.importorskip("scipy")
    torch = pytest.importorskip("torch")
    sparse, tensor = scipy.sparse.csr_matrix(np.eye(2)), torch.ones(2)
    x = np.ones((2, 2))
    for f, sentence in (
        (lambda x: np.ravel(x, "A"), "np.reshape has no derivative rule for order='A'"),
        (lambda x: np.std(x, 0, mean=x), "np.std has no derivative rule for mean=…"),
        (lambda x: np.std(x, 0, None, np.zeros(2)), r"np.std\(…, out=…\)"),
        (lambda x: sparse @ x, r"scipy.sparse.__matmul__ .* lost: write np.matmul\(A, x\) for A @ x"),
        (lambda x: scipy.special.logsumexp(x), r"logsumexp computes .* lost: write np.logaddexp.reduce\(x, axis=…\)"),
        (lambda x: np.dot(x, sparse), r"meets a csr_matrix, .* use x.toarray\(\)"),
        (
            lambda x: x[None] @ sparse,
            r"matmul meets a csr_matrix and an array of shape .*: use the csr_matrix's toarray\(\)",
        ),
        (lambda x: x + sparse, r"add meets a csr_matrix, .* use x.toarray\(\)"),
        (lambda x: x * tensor, r"multiply meets a Tensor, which is neither .* use np.asarray\(x\)"),
        (lambda x: tensor * x, "multiply meets a Tensor"),
        (lambda x: np.maximum(tensor, x), "maximum meets a Tensor"),
        (lambda x: scipy.special.boxcox(x, x), r"scipy.special.boxcox has no .* bp.defrule\(scipy.special.boxcox, …\)"),
        (lambda x: np.unique(x), "np.unique has no derivative rule"),
        (lambda x: round(x[0, 0]), r"round\(x\) is a whole number, .* use np.round\(x\)"),
        *(
            (lambda x, f=f: f(x[0, 0]), rf"math.{f.__name__}\(x\) is a whole number, .* use np.{f.__name__}\(x\)")
            for f in (math.trunc, math.floor, math.ceil)
        ),
    ):
        for run in (lambda f: bp.grad(lambda x: np.sum(f(x)))(x), lambda f: bp.jvp(f, (x,), (x,))):
            with pytest.raises(bp.DerivativeError, match=sentence):
                run(f)


# what is constant


def test_what_cannot_have_a_derivative_is_constant():
    """Of all NumPy functions, those that give only truth values, whole numbers and text for floating-point numbers."""
    from test_derivative_errors import CALLS, INPUTS, NO_ARRAYS

    other = {"diag_indices", "einsum_path", "piecewise", "base_repr", "bincount", "tril_indices", "triu_indices"}
    other |= {"in1d", "format_float_positional", "format_float_scientific", "is_busday"}
    refused = []
    for name in sorted(set(dir(np)) - NO_ARRAYS - other):
        f = getattr(np, name)
        if (
            name.startswith("_")
            or not callable(f)
            or isinstance(f, type)
            or f in CONSTANTS | set(FUNCTIONS) | set(RULES)
        ):
            continue
        kinds = set()
        for call in CALLS.values():
            for a, b in ((np.array(a), np.array(b)) for a, b in INPUTS):
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    try:
                        result = call(f, a, b, b)
                        bp.vjp(lambda x, f=f, call=call, b=b: call(f, x, x, b), a)
                    except bp.DerivativeError:
                        kinds |= {np.asarray(x).dtype.kind for x in flatten(result)[0]}
                    except Exception:  # NumPy's own
                        continue
        if kinds and kinds <= set("biuU"):
            refused.append(name)
    assert refused == []
