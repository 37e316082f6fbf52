"""grad and its relatives: JAX's meaning, nesting, ownership, and four independent ways to one derivative."""

import threading
from collections import OrderedDict, namedtuple
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_cases import BETWEEN, PLAIN, log_softmax

import bpkit as bp
from bpkit.graphs.batched import Batch, Batched
from bpkit.graphs.nested import flatten

Point = namedtuple("Point", "x y")
RNG = np.random.default_rng(0)
MATRIX, VECTOR, COLUMN = RNG.normal(size=(3, 2)), RNG.normal(size=3), RNG.normal(size=(2, 1))
NAMES = ["grad", "value_and_grad", "vjp", "jvp", "jacrev", "jacfwd", "hessian"]
OURS = SimpleNamespace(np=np, **{name: getattr(bp, name) for name in NAMES})


@pytest.fixture(scope="module")
def jax():
    jax = pytest.importorskip("jax")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield SimpleNamespace(np=jax.numpy, **{name: getattr(jax, name) for name in NAMES})
    jax.config.update("jax_enable_x64", before)


def same(found, expected, rtol=1e-12, types=True):
    """Assert that two results have the same form, shapes, floating types and numbers."""
    assert type(found) is type(expected) or not isinstance(expected, list | tuple | dict)
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key in expected:
            same(found[key], expected[key], rtol, types)
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            same(one, other, rtol, types)
    elif expected is None:
        assert found is None
    else:
        expected = np.asarray(expected)
        assert np.shape(found) == expected.shape
        assert not types or np.asarray(found).dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol)


# JAX's meaning


def tree():
    return {"w": [MATRIX, COLUMN], "b": Point(VECTOR[:2], (0.5,)), "none": None}


def of_tree(np, p, x, *, scale=1.0):
    h = np.tanh(p["w"][0] @ (x[:2] * p["b"].x)) * scale
    return np.sum(h**2) + np.prod(p["w"][1]) * np.exp(p["b"].y[0]) + np.sum(x)


SCALAR = [  # functions of one number, arguments, argnums
    (of_tree, (tree(), VECTOR), 0),
    (of_tree, (tree(), VECTOR), 1),
    (of_tree, (tree(), VECTOR), -1),
    (of_tree, (tree(), VECTOR), (0, 1)),
    (of_tree, (tree(), VECTOR), (-1, 0)),
    (of_tree, (tree(), VECTOR), (-2,)),
    (lambda np, x, y: np.sum(x @ y), (MATRIX, COLUMN), [1, 0]),
    (lambda np, x, y: np.sum(y), (MATRIX, VECTOR), (0, 1)),  # an argument that is ignored
    (lambda np, x: 3.0, ([VECTOR, 0.5],), 0),  # a constant
    (lambda np, x: x, (0.5,), 0),
    (lambda np, x: 3.0, ((),), 0),  # nothing in it
    (lambda np, x: np.sum(x * np.ones((0, 2))), (np.zeros((0, 2)),), 0),
    (lambda np, x: np.exp(x) * x, (np.array(0.3),), 0),
    (lambda np, x, y: np.sum(np.sin(x) * y), (VECTOR.astype(np.float32), np.float32(0.5)), (0, 1)),
    (lambda np, x: np.sum(np.sin(x) / 2), (VECTOR.astype(np.float16),), 0),
    (lambda np, x, y: np.sum(x * y), (VECTOR.astype(np.float32), VECTOR), (0, 1)),  # each keeps its own type
    (lambda np, x: np.sum(np.stack([x["b"], x["a"]]) * VECTOR[:2]), ({"b": 1.0, "a": 2.0},), 0),
]


@pytest.mark.parametrize(("f", "args", "argnums"), SCALAR)
def test_gradients_are_jaxs(jax, f, args, argnums):
    value, gradient = bp.value_and_grad(lambda *args: f(np, *args), argnums)(*args)
    theirs = jax.value_and_grad(lambda *args: f(jax.np, *args), argnums)(*args)
    rtol = 2e-3 if any(np.asarray(leaf).dtype == np.float16 for leaf in flatten(args)[0]) else 1e-6
    same(value, theirs[0], rtol, types=value != 3.0)  # JAX makes an array of a constant
    same(gradient, theirs[1], rtol)
    same(bp.grad(lambda *args: f(np, *args), argnums)(*args), gradient)


def test_arguments_by_name_are_passed_on_as_in_jax(jax):
    for lib in ("value_and_grad", "jacrev", "jacfwd"):
        found = getattr(bp, lib)(lambda p, x, scale: of_tree(np, p, x, scale=scale), 1)(tree(), VECTOR, scale=0.3)
        theirs = getattr(jax, lib)(lambda p, x, scale: of_tree(jax.np, p, x, scale=scale), 1)
        same(found, theirs(tree(), VECTOR, scale=0.3))


SEVERAL = [  # functions with any result
    (lambda np, x: np.outer(x, x), (VECTOR,), 0),
    (lambda np, x, y: {"a": x * y, "b": [np.sum(x), (y,)]}, (VECTOR, 0.5), (0, 1)),
    (lambda np, p: Point(p["w"][0] @ p["w"][1], np.sin(p["b"].x)), ({k: tree()[k] for k in "wb"},), 0),
    (lambda np, x: (x, x), (VECTOR,), 0),
    (lambda np, x, y: x[:0] * y, (VECTOR, 0.5), (0, 1)),
    (lambda np, x: x[:, None] * np.ones(2), (np.zeros(0),), 0),
    (lambda np, x: np.sum(x) * np.ones(2), (np.zeros((0, 2)),), 0),
    (lambda np, x, y: (np.ones(2), x), (0.5, VECTOR), (1, 0)),
    (lambda np, x: np.tanh(x).reshape(2, 3) * 2, (MATRIX,), 0),
    (lambda np, x: [np.float32(2) * x], (VECTOR.astype(np.float32),), 0),
]


@pytest.mark.parametrize(("f", "args", "argnums"), SEVERAL)
def test_jacobians_products_and_hessians_are_jaxs(jax, f, args, argnums):
    def ours(*args):
        return f(np, *args)

    def theirs(*args):
        return f(jax.np, *args)

    rtol = 1e-6
    for mode in ("jacrev", "jacfwd"):
        same(getattr(bp, mode)(ours, argnums)(*args), getattr(jax, mode)(theirs, argnums)(*args), rtol)
    leaves, rebuild = flatten(args)
    tangents = rebuild([np.asarray(np.cos(leaf) + 1, np.asarray(leaf).dtype)[()] for leaf in leaves])
    same(bp.jvp(ours, args, tangents), jax.jvp(theirs, args, tangents), rtol)
    y, pull_back = bp.vjp(ours, *args)
    their_y, their_pull_back = jax.vjp(theirs, *args)
    same(y, their_y, rtol)
    leaves, rebuild = flatten(y)
    cotangent = rebuild([np.asarray(np.sin(leaf) + 2, np.asarray(leaf).dtype)[()] for leaf in leaves])
    for _ in range(2):  # a second time too
        same(pull_back(cotangent), their_pull_back(cotangent), rtol)
    if not 0 < sum(np.size(leaf) for leaf in flatten(args)[0]) < 5:
        return  # JAX compiles slowly

    def one(lib, f):
        return lambda *args: sum(lib.np.sum(lib.np.sin(leaf) ** 2) for leaf in flatten(f(*args))[0])

    same(bp.hessian(one(OURS, ours), argnums)(*args), jax.hessian(one(jax, theirs), argnums)(*args), 1e-5)


def test_hvp_is_the_hessian_times_a_vector(jax):
    p, v = ({"w": MATRIX * k, "b": [VECTOR * k, 0.5 * k]} for k in (1.0, 0.7))

    def f(lib, p):
        return lib.np.sum(lib.np.tanh(p["w"].T @ p["b"][0]) ** 2) * lib.np.exp(p["b"][1])

    expected = jax.jvp(jax.grad(lambda p: f(jax, p)), (p,), (v,))[1]
    found = bp.hvp(lambda p: f(OURS, p), p, v)
    same(found, expected)
    hessian = bp.hessian(lambda p: f(OURS, p))(p)
    by_hand = sum(np.tensordot(hessian["w"]["w"], v["w"]) + hessian["w"]["b"][0] @ v["b"][0] for _ in range(1))
    np.testing.assert_allclose(by_hand + hessian["w"]["b"][1] * v["b"][1], found["w"], rtol=1e-12)


def test_directions_find_their_places_by_key_not_by_order():
    x = {"a": 2.0, "b": 3.0}
    assert bp.jvp(lambda x: x["a"] ** 2 * x["b"], (x,), ({"b": 1.0, "a": 0.0},))[1] == 4
    assert bp.hvp(lambda x: x["a"] ** 2 * x["b"], x, {"b": 1.0, "a": 0.0}) == {"a": 4.0, "b": 0.0}
    assert bp.vjp(lambda x: {"a": x, "b": x * x}, 3.0)[1]({"b": 1.0, "a": 0.0}) == (6.0,)


def test_dicts_keep_their_kind_and_order():
    x = OrderedDict(b=2.0, a=3.0)
    gradient = bp.grad(lambda x: x["a"] * x["b"])(x)
    assert type(gradient) is OrderedDict and list(gradient.items()) == [("b", 3.0), ("a", 2.0)]
    assert x == OrderedDict(b=2.0, a=3.0)


def test_results_that_are_not_floating_point_have_derivative_zero():
    def f(x):
        return x > 0, np.argmax(x), 3, 2.5, np.arange(2), x[0]

    value, tangent = bp.jvp(f, (VECTOR,), (VECTOR,))
    assert value[2:4] == (3, 2.5)
    same(tangent, (np.zeros(3), 0.0, 0.0, 0.0, np.zeros(2), VECTOR[0]))
    unit = np.array([1.0, 0, 0])
    for jacobian in (bp.jacrev(f)(VECTOR), bp.jacfwd(f)(VECTOR)):
        same(jacobian, (np.zeros((3, 3)), np.zeros(3), np.zeros(3), np.zeros(3), np.zeros((2, 3)), unit))


# who owns a result

C = RNG.normal(size=(3, 2))
PASSING = [
    lambda a, b: np.sum(a + b), lambda a, b: np.sum(a - b.copy()), lambda a, b: np.sum((a + b) * C),
    lambda a, b: np.sum(a.T) + np.sum(b[::-1]), lambda a, b: a.reshape(6) @ C.ravel(), lambda a, b: a[0, 0],
    lambda a, b: np.sum(np.concatenate([a, b]) * 2), lambda a, b: np.sum(np.stack([a, a])), lambda a, b: 1.0,
    lambda a, b: np.sum(np.positive(a) * C) + np.sum(np.positive(b) * C), lambda a, b: np.vdot(a, C),
    lambda a, b: np.sum(np.broadcast_to(a, (2, 3, 2)) + b), lambda a, b: np.einsum("ij,ij->", a, C),
    lambda a, b: np.sum(np.where(C > 0, a, b)), lambda a, b: np.sum(np.atleast_2d(a) + np.maximum(a, b)),
]  # fmt: skip


@pytest.mark.parametrize("f", PASSING)
def test_every_gradient_is_an_array_of_its_own(f):
    a, b = RNG.normal(size=(3, 2)), RNG.normal(size=(3, 2))
    before = [x.copy() for x in (a, b, C)]
    gradient = bp.grad(f, (0, 1))
    first, second = gradient(a, b), gradient(a, b)
    outputs = [*first, *second]
    for i, g in enumerate(outputs):
        assert type(g) is np.ndarray and g.flags.writeable
        for other in (*outputs[:i], a, b, C):
            assert not np.shares_memory(g, other)
    for g in outputs:
        g += 100
    assert all(map(np.array_equal, before, (a, b, C)))
    for one, other in zip(gradient(a, b), first, strict=True):
        np.testing.assert_allclose(one, other - 100, rtol=1e-9, atol=1e-12)


def test_products_are_arrays_of_their_own():
    x, v = RNG.normal(size=(2, 3)), RNG.normal(size=(2, 3))
    for f in (lambda x: x, lambda x: +x, lambda x: (x, x), lambda x: x.T, lambda x: [x[0], x], lambda x: x + C.T):
        y, pull_back = bp.vjp(f, x)
        leaves, rebuild = flatten(y)
        cotangents = [np.ones(np.shape(leaf)) for leaf in leaves]
        results = [*pull_back(rebuild(cotangents)), *pull_back(rebuild(cotangents))]
        tangents = flatten(bp.jvp(f, (x,), (v,))[1])[0]
        everything = [*results, *tangents]
        for i, one in enumerate(everything):
            assert one.flags.writeable
            assert not any(np.shares_memory(one, other) for other in (*everything[:i], x, v, C, *cotangents))


def test_a_tangent_has_the_shape_of_its_value():
    for f in (lambda x: x + C.T, lambda x: C.T - x, lambda x: np.where(C.T > 0, x, C.T), lambda x: -x % (9 + abs(C.T))):
        value, tangent = bp.jvp(f, (VECTOR,), (VECTOR,))
        assert tangent.shape == value.shape == (2, 3)
        np.testing.assert_allclose(tangent, bp.jacrev(f)(VECTOR) @ VECTOR, rtol=1e-12)


def test_inputs_are_never_changed():
    x = RNG.normal(size=(3, 2))
    x.flags.writeable = False
    for call in (bp.grad, bp.jacrev, bp.jacfwd, bp.hessian):
        call(lambda x: np.sum(x * x * C))(x)
    bp.hvp(lambda x: np.sum(x * x * C), x, x)


# nesting

NESTED = {
    "the classic": lambda d, x: d.grad(lambda x: x * d.grad(lambda y: x + y)(1.0))(x),
    "the classic, forward": lambda d, x: d.jvp(lambda x: x * d.jvp(lambda y: x + y, (1.0,), (1.0,))[1], (x,), (1.0,))[
        1
    ],
    "the classic, mixed": lambda d, x: d.grad(lambda x: x * d.jvp(lambda y: x * y, (x,), (1.0,))[1])(x),
    "the classic, mixed the other way": lambda d, x: d.jvp(lambda x: x * d.grad(lambda y: x * y)(x), (x,), (1.0,))[1],
    "three deep": lambda d, x: d.grad(d.grad(d.grad(lambda x: d.np.exp(x) * d.np.sin(x * x))))(x),
    "forward over forward over forward": lambda d, x: d.jacfwd(d.jacfwd(d.jacfwd(lambda x: d.np.sin(x * x))))(x),
    "forward over reverse": lambda d, x: d.jacfwd(d.grad(lambda x: d.np.tanh(x) ** 3))(x),
    "reverse over forward": lambda d, x: d.grad(d.jacfwd(lambda x: d.np.tanh(x) ** 3))(x),
    "forward, reverse, forward": lambda d, x: d.jacfwd(d.jacrev(d.jacfwd(lambda x: d.np.exp(d.np.sin(x)))))(x),
    "closures of closures": lambda d, x: d.grad(
        lambda x: x * d.grad(lambda y: y * x * d.grad(lambda z: x * y * z * z)(x * y))(x * x)
    )(x),
    "gradient in tangent in gradient": lambda d, x: d.grad(
        lambda x: d.jvp(lambda y: d.grad(lambda z: d.np.sin(x * y * z))(y) * x, (x * x,), (d.np.cos(x),))[1]
    )(x),
    "tangent in gradient in tangent": lambda d, x: d.jvp(
        lambda x: d.grad(lambda y: d.jvp(lambda z: z * z * d.np.exp(x * y), (y * x,), (y,))[1])(x + 1), (x,), (2.0,)
    )[1],
    "a step of learning": lambda d, x: d.grad(
        lambda rate: (lambda w: d.np.sin(w) * w)(x - rate * d.grad(lambda w: d.np.sin(w) * w)(x))
    )(0.3),
    "a pulled-back vector": lambda d, x: d.grad(lambda g: d.vjp(lambda y: d.np.sin(y) * y, x)[1](g * g)[0] ** 2)(1.5),
    "a vjp from outside": lambda d, x: (lambda pull: d.grad(lambda g: pull(g)[0] ** 3)(0.7))(d.vjp(d.np.sin, x)[1]),
    "a vjp of an outer variable": lambda d, x: d.grad(lambda x: d.vjp(lambda y: y**x, x * x)[1](x)[0])(x),
    "the same function inside itself": lambda d, x: (lambda f: d.grad(lambda x: f(d.grad(f)(f(x))))(x))(
        lambda x: d.np.sin(x) * x
    ),
    "a loop of derivatives": lambda d, x: d.grad(lambda x: newton(d, lambda y: y**3 - x, x, 4))(x),
    "a hessian in a gradient": lambda d, x: d.grad(
        lambda s: d.np.sum(d.hessian(lambda v: d.np.prod(v) * d.np.exp(s * v[0]))(d.np.array([0.5, 2.0, -1.0])) ** 2)
    )(x),
    "an outer value out of a vjp": lambda d, x: d.grad(
        lambda x: d.vjp(lambda y: (x * x, y * x), 1.0)[1]((1.0, 1.0))[0] * x
    )(x),
    "what does not depend": lambda d, x: d.grad(lambda x: d.grad(lambda y: x * x)(x) + x)(x),
}


def newton(d, f, y, steps):
    for _ in range(steps):
        y = y - f(y) / d.grad(f)(y)
    return y


@pytest.mark.parametrize("name", NESTED)
def test_nested_derivatives_keep_their_perturbations_apart(jax, name):
    for x in (0.7, 1.3):
        np.testing.assert_allclose(NESTED[name](OURS, x), NESTED[name](jax, x), rtol=1e-11)


def test_the_classic_cases_by_hand():
    assert NESTED["the classic"](OURS, 5.0) == NESTED["the classic, forward"](OURS, 5.0) == 1
    assert NESTED["the classic, mixed"](OURS, 5.0) == NESTED["the classic, mixed the other way"](OURS, 5.0) == 10


def test_nested_derivatives_of_arrays(jax):
    def f(d, w):
        inner = d.grad(lambda x: d.np.sum(d.np.tanh(w @ x) ** 2) + d.np.sum(w[:2] * d.np.outer(x, x)))
        return d.np.sum(d.np.sin(inner(d.np.array([0.3, -0.4]))) * w[0])

    same(bp.grad(lambda w: f(OURS, w))(MATRIX), jax.grad(lambda w: f(jax, w))(MATRIX), 1e-10)


def test_a_jacobian_of_jacobians_has_one_axis_more_each_time(jax):
    def f(d, x):
        return d.np.stack([x[0] * x[1] ** 2, d.np.exp(x[0]) * x[1]])

    x = VECTOR[:2]
    expected = jax.jacfwd(jax.jacrev(lambda x: f(jax, x)))(x)
    for first in (bp.jacrev, bp.jacfwd):
        for second in (bp.jacrev, bp.jacfwd):
            same(first(second(lambda x: f(OURS, x)))(x), expected)


# ordinary Python


def branching(d, x):
    if x > 1:
        return x**3
    if -1 < x <= 0.5 and x != 0:
        return d.np.sin(x) / x
    return -x


def collatz(d, x):
    y = x * 1.0
    while abs(y) < 50:
        y = y * y + 1 if y < 2 else 3 * y - x
    return y


def returning_early(d, x):
    total = 0.0
    for k in range(1, 20):
        total = total + x**k / k
        if total > 1.2:
            return total * k
    return total


def in_a_list(d, x):
    parts = sorted([x, x * x, 1 - x])
    return max(parts) * min(parts) + sum(parts[1:]) * len(parts)


@pytest.mark.parametrize("f", [branching, collatz, returning_early, in_a_list])
def test_programs_that_look_at_values(jax, f):
    for x in (-1.7, 0.3, 0.45, 0.9, 1.4):
        expected = jax.grad(lambda x: f(jax, x))(x)
        np.testing.assert_allclose(bp.grad(lambda x: f(OURS, x))(x), expected, rtol=1e-12)
        np.testing.assert_allclose(bp.jvp(lambda x: f(OURS, x), (x,), (1.0,))[1], expected, rtol=1e-12)
        second = jax.grad(jax.grad(lambda x: f(jax, x)))(x)
        np.testing.assert_allclose(bp.hessian(lambda x: f(OURS, x))(x), second, rtol=1e-11, atol=1e-12)


def test_stop_gradient():
    f = bp.stop_gradient
    assert bp.grad(lambda x: x * f(x))(3.0) == 3
    assert bp.jvp(lambda x: x * f(x * x), (3.0,), (1.0,))[1] == 9
    assert bp.grad(bp.grad(lambda x: x * x * f(x)))(3.0) == 6  # in both levels, as in JAX
    assert bp.grad(lambda x: f({"a": [x * x]})["a"][0] + x)(3.0) == 1
    assert f([1.0, (2, "a")]) == [1.0, (2, "a")]


def test_threads_do_not_disturb_each_other():
    start = threading.Barrier(4)
    found = {}

    def work(k):
        start.wait()
        results = []
        for x in np.linspace(0.5, 1.0, 30):
            x = x + k
            results.append(bp.grad(lambda x: x * bp.jvp(lambda y: y**3 * x, (x,), (1.0,))[1])(x) / (12 * x**3))
        found[k] = results

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_allclose([found[k] for k in range(4)], np.ones((4, 30)), rtol=1e-12)


# bp.backprop, layer by layer, against bp.grad of the same network in plain NumPy


PLAIN_LOSS = {
    bp.LeastSquares: lambda f, y: np.sum((f - y) ** 2),
    bp.BinaryCrossEntropy: lambda f, y: np.sum(np.logaddexp(0, f) - y * f),
    bp.CrossEntropy: lambda f, y: -np.sum(np.take_along_axis(log_softmax(None, f, None, None), y[None], axis=0)),
}


def test_every_layer_has_a_plain_forward_pass():
    from bpkit import layers

    elsewhere = {layers.BatchNorm, layers.ActNorm, layers.ScalarBias, layers.ScalarMultiplier}  # test_normalization.py
    elsewhere |= {layers.Reversible}  # test_reversible.py
    every = {getattr(layers, name) for name in layers.__all__} - {layers.Layer, layers.Activation, layers.Composite}
    assert set(PLAIN) | elsewhere == every
    assert {kind.__name__ for kind in PLAIN} == {"Linear", *BETWEEN} - {"nothing"}


@st.composite
def networks(draw):
    """Layers, their number of inputs and of outputs; the narrowest is one unit wide."""
    rows = draw(st.integers(1, 4))
    seed = iter(range(100))

    def some(rows, depth):
        made = []
        for kind in draw(st.lists(st.sampled_from(list(PLAIN)), min_size=1, max_size=5 if depth == 0 else 2)):
            if kind is bp.Linear:
                out = draw(st.integers(1, 4)) if depth == 0 else rows
                made.append(bp.Linear(rows, out, rng=next(seed)))
                rows = out
            elif kind is bp.Residual:
                made.append(bp.Residual(some(rows, depth + 1)) if depth < 2 else bp.Tanh())
            else:
                made.append(
                    {bp.LeakyReLU: lambda: bp.LeakyReLU(0.3), bp.Dropout: lambda: bp.Dropout(0.4)}.get(kind, kind)()
                )
        return made

    first = bp.Linear(draw(st.integers(1, 4)), rows, rng=99)
    return bp.Network([first, *some(rows, 0)])


@settings(max_examples=150)
@given(
    networks(),
    st.integers(1, 4),
    st.sampled_from(list(PLAIN_LOSS)),
    st.sampled_from(["sum", "mean"]),
    st.integers(0, 99),
)
def test_backprop_and_grad_agree_on_networks_of_every_layer(net, examples, loss, reduction, seed):
    rng = np.random.default_rng(seed)
    for p in net.parameters:
        p[...] += rng.normal(size=p.shape) / 2
    x = rng.normal(size=(net.rows[0], examples))
    rows = net.rows[-1]
    y = rng.integers(rows, size=examples) if loss is bp.CrossEntropy else rng.integers(2, size=(rows, examples)) * 1.0

    def plain(parameters):
        take, draw = iter(parameters).__next__, np.random.default_rng(seed).random
        h = x
        for layer in net.layers:
            h = PLAIN[type(layer)](layer, h, take, draw)
        total = PLAIN_LOSS[loss](h, y)
        return total if reduction == "sum" else total / y.size

    value, grads = bp.backprop(net, loss(reduction), x, y, rng=seed)
    plain_value, by_graph = bp.value_and_grad(plain)(list(net.parameters))
    np.testing.assert_allclose(value, plain_value, rtol=1e-12, atol=1e-12)
    scale = 1 + max(np.abs(g).max() for g in by_graph)
    for one, other in zip(grads.parameters, by_graph, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12 * scale)


# four ways to one derivative

STEPS = (
    lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / (2 + np.cos(b)),
    lambda a, b: np.exp(np.sin(a) - b / 4), lambda a, b: np.sin(a), lambda a, b: np.cos(a + b),
    lambda a, b: np.tanh(a), lambda a, b: np.square(a), lambda a, b: np.sqrt(1 + a * a),
    lambda a, b: np.log(2 + np.sin(a)),
    lambda a, b: np.arctan(a), lambda a, b: 1 / (3 + np.sin(b)), lambda a, b: -a,
    lambda a, b: np.reciprocal(2 + np.cos(a)),
    lambda a, b: (2 + np.sin(a)) ** np.tanh(b), lambda a, b: np.sinh(np.sin(a)), lambda a, b: 0.5 * a + 2,
    lambda a, b: np.tanh(a) ** 3,
    lambda a, b: np.log1p(np.square(np.sin(a))), lambda a, b: np.expm1(np.tanh(a * b)), lambda a, b: a - 1.5 * a,
    lambda a, b: np.arcsinh(a),
)  # fmt: skip


def expression(rng):
    """A random expression of three variables: each step takes any two earlier values, so parts are used repeatedly."""
    steps = [(int(rng.integers(len(STEPS))), *rng.integers(3 + k, size=2)) for k in range(rng.integers(3, 16))]

    def f(*x):
        values = list(x)
        for step, i, j in steps:
            values.append(STEPS[step](values[i], values[j]))
        return values[-1] + 0.1 * values[-2]

    return f


def complex_step(f, x):
    """Im f(x + ih e_k) / h: no difference is taken, so nothing is lost."""
    h = 1e-150
    return np.array([f(*(x + 1j * h * unit)).imag / h for unit in np.eye(len(x))])


def test_graph_dual_symbols_and_complex_step_agree_on_200_expressions():
    rng = np.random.default_rng(7)
    found = 0
    while found < 200:
        f = expression(rng)
        here, there, direction = rng.uniform(-1, 1, size=(3, 3))
        size = max(abs(f(*here)), abs(f(*there)), *np.abs(complex_step(f, here)), *np.abs(complex_step(f, there)))
        if not size < 1e4:
            continue
        found += 1
        close = {"rtol": 1e-11, "atol": 1e-12 * (1 + size)}
        symbols = bp.record(f, *here).gradient_graph()
        for point in (here, there):
            expected = complex_step(f, point)
            np.testing.assert_allclose(bp.grad(f, (0, 1, 2))(*point), expected, **close)
            np.testing.assert_allclose(symbols.evaluate(*point), expected, **close)
            np.testing.assert_allclose(bp.jvp(f, tuple(point), tuple(direction))[1], expected @ direction, **close)
            columns = bp.jacfwd(lambda x, f=f: f(*x))(point)
            np.testing.assert_allclose(columns, expected, **close)
        gradient = bp.jacrev(lambda x, f=f: f(*x))
        hv = bp.hvp(lambda x, f=f: f(*x), here, direction)
        difference = (gradient(here + 1e-6 * direction) - gradient(here - 1e-6 * direction)) / 2e-6
        np.testing.assert_allclose(hv, difference, rtol=1e-5, atol=1e-5 * (1 + size))


def test_long_jacobians_are_put_together_from_batches():
    x = np.linspace(-1, 1, 300)

    def f(x):
        return [np.sin(x), x[1:] * x[:-1]]

    wave, product = bp.jacrev(f)(x)
    np.testing.assert_allclose(wave, np.diag(np.cos(x)), rtol=1e-15)
    by_hand, i = np.zeros((299, 300)), np.arange(299)
    by_hand[i, i], by_hand[i, i + 1] = x[1:], x[:-1]
    np.testing.assert_array_equal(product, by_hand)
    for block, forward in zip((wave, product), bp.jacfwd(f)(x), strict=True):
        np.testing.assert_array_equal(block, forward)


def test_jacobians_take_no_more_rows_together_than_memory_allows():
    """A function with a long value inside: its Hessian of 200 × 200 stays far below 256 such values."""
    import tracemalloc

    a = np.ones((10_000, 200))
    tracemalloc.start()
    bp.hessian(lambda x: np.sum(np.log1p(np.exp(a @ x))))(np.zeros(200))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3e8


def test_jacobians_of_nothing():
    assert bp.jacfwd(lambda p: np.ones(1))([]) == []
    assert bp.jacfwd(lambda p, x: x)({}, 3.0) == {}
    assert bp.hessian(lambda p: 1.0)([]) == []
    np.testing.assert_array_equal(
        bp.jacrev(lambda x: np.cumsum(x, axis=np.int64(1))[0, 1])(np.ones((2, 2))), [[1, 1], [0, 0]]
    )


def test_a_rule_that_looks_at_all_its_gradients_is_refused():
    for look in (lambda g: bool(g[0] > 0), lambda g: np.any(g)):
        batch = Batched(Batch(2), np.eye(2))
        with pytest.raises(bp.DerivativeError, match="a derivative rule chose by the value of a gradient"):
            look(batch)
    batch = Batched(Batch(2), np.arange(6.0).reshape(2, 3))
    constant = np.arange(1.0, 7.0).reshape(2, 1, 3)
    for together in (batch % constant, batch // constant, batch == constant):
        assert together.shape == (2, 1, 3)


def test_a_rule_of_ones_own_may_look_at_its_gradient():
    """It is given each row of a Jacobian by itself."""

    def reverse(g, y, x):
        if not np.any(g):
            return np.zeros(3)
        parts = np.zeros(3)
        parts[:] = 2 * g
        return parts

    def forward(tangents, y, x):
        return 2 * np.array(tangents[0])

    twice = bp.defrule(lambda x: 2 * x, reverse=[reverse], forward=forward)
    for jacobian in bp.jacrev, bp.jacfwd:
        np.testing.assert_array_equal(jacobian(lambda x: twice(x)[::-1])(np.ones(3)), 2 * np.eye(3)[::-1])


def test_a_loop_over_entries_makes_no_array_of_zeros_for_each():
    """The gradient of n entries taken one by one holds a few arrays of n numbers, and makes no more of them."""
    x, made = np.arange(1.0, 301.0), []
    count = np.zeros
    np.zeros = lambda *args, **settings: (made.append(args), count(*args, **settings))[1]
    try:
        gradient = bp.grad(lambda x: sum(x[i] ** 2 * x[-i - 1] for i in range(len(x))))(x)
    finally:
        np.zeros = count
    np.testing.assert_allclose(gradient, 2 * x * x[::-1] + x[::-1] ** 2, rtol=1e-13)
    assert len(made) <= 2


# auxiliary results, further arguments, linearization


def test_auxiliary_results_are_jaxs(jax):
    def f(np, x, y):
        h = np.tanh(x) * y
        return np.sum(h), {"h": h, "y": [y, None], "constant": 3.0}

    for name, forms in (("value_and_grad", ((0,), ((0, 1),))), ("grad", ((0,), (1,)))):
        for argnums in forms:
            found = getattr(bp, name)(lambda *x: f(np, *x), *argnums, has_aux=True)(VECTOR, 0.5)
            expected = getattr(jax, name)(lambda *x: f(jax.np, *x), *argnums, has_aux=True)(VECTOR, 0.5)
            same(found, expected, types=False)
    value, text = bp.value_and_grad(lambda x: (x * x, "anything"), has_aux=True)(3.0)[0]
    assert (value, text) == (9.0, "anything")


def test_an_auxiliary_result_belongs_to_the_outer_differentiation_alone():
    def outer(x):
        gradient, (y,) = bp.grad(lambda y: (y * y * x, [y * x]), has_aux=True)(x)
        return gradient + y  # 2 x² + x²

    assert bp.grad(outer)(3.0) == 18
    assert bp.jvp(outer, (3.0,), (1.0,)) == (27.0, 18.0)
    kept = []
    bp.value_and_grad(lambda x: (x, kept.append(x) or x), has_aux=True)(1.0)
    for wrong in (lambda x: x, lambda x: (x, x, x)):
        with pytest.raises(
            bp.DerivativeError, match="with has_aux=True it returns a pair: the number to differentiate"
        ):
            bp.grad(wrong, has_aux=True)(1.0)


def test_hessians_of_several_results_are_jaxs(jax):
    def f(d, p):
        return {"a": d.np.outer(p["x"], d.np.sin(p["x"])), "b": p["x"][0] * p["y"]}

    p = {"x": np.array([0.3, -0.7]), "y": np.array([1.3])}
    same(bp.hessian(lambda p: f(OURS, p))(p), jax.hessian(lambda p: f(jax, p))(p))


def test_hvp_takes_further_arguments_in_the_order_of_scipys_hessp():
    def loss(x, a, b=0.0, *, scale=1.0):
        return scale * np.sum(np.exp(a * x) + b * x**2)

    x, v = VECTOR, np.array([1.0, -2.0, 0.5])
    expected = 3 * (0.25 * np.exp(0.5 * x) + 4.0) * v
    np.testing.assert_allclose(bp.hvp(loss, x, v, 0.5, 2.0, scale=3.0), expected, rtol=1e-14)
    slope = bp.grad(lambda a: np.sum(bp.hvp(loss, x, v, a)))(0.5)
    np.testing.assert_allclose(slope, np.sum((1 + 0.25 * x) * np.exp(0.5 * x) * v), rtol=1e-13)
    optimize = pytest.importorskip("scipy.optimize")
    found = optimize.minimize(
        loss, x, args=(0.5, 2.0), jac=bp.grad(loss), hessp=lambda *args: bp.hvp(loss, *args), method="trust-ncg"
    )
    np.testing.assert_allclose(bp.grad(loss)(found.x, 0.5, 2.0), 0, atol=1e-4)


@pytest.mark.parametrize(("f", "args", "argnums"), SEVERAL)
def test_a_linearization_gives_what_jvp_gives(f, args, argnums):
    calls = []

    def ours(*args):
        calls.append(args)
        return f(np, *args)

    y, push = bp.linearize(ours, *args)
    leaves, rebuild = flatten(args)
    for k in range(3):
        tangents = rebuild([np.asarray(np.cos(leaf + k) + 1, np.asarray(leaf).dtype)[()] for leaf in leaves])
        same((y, push(*tangents)), bp.jvp(lambda *args: f(np, *args), args, tangents), 1e-14)
    assert len(calls) == 1


def test_linearizations_are_nested_and_refuse_what_jvp_refuses(jax):
    def f(d, x):
        y, push = d.linearize(lambda y: d.np.sin(y * x) * y, x * x)
        return y * push(d.np.cos(x))

    d, theirs = SimpleNamespace(np=np, linearize=bp.linearize), SimpleNamespace(np=jax.np)
    theirs.linearize = pytest.importorskip("jax").linearize
    for derivative in (bp.grad, bp.jacfwd, lambda g: lambda x: bp.linearize(g, x)[1](1.0)):
        np.testing.assert_allclose(
            derivative(lambda x: f(d, x))(0.7), jax.grad(lambda x: f(theirs, x))(0.7), rtol=1e-13
        )
    second = bp.hessian(lambda x: f(d, x))(0.7)
    np.testing.assert_allclose(second, jax.hessian(lambda x: f(theirs, x))(0.7), rtol=1e-12)
    push = bp.linearize(lambda x: np.sum(x) * x, VECTOR)[1]
    with pytest.raises(ValueError, match=r"tangents has shape \(2,\), but primals \(3,\)"):
        push(np.ones(2))
    with pytest.raises(ValueError, match="tangents must be built like primals"):
        push(VECTOR, VECTOR)
    twice = bp.defrule(lambda x: x + x, reverse=[lambda g, y, x: 2 * g])
    with pytest.raises(bp.DerivativeError, match="has a rule for reverse mode alone"):
        bp.linearize(twice, 1.0)[1](1.0)
    assert bp.linearize(lambda x: 3.0, 1.0)[1](1.0) == 0


def test_entries_that_are_taken_twice_get_both_gradients_whatever_came_before():
    first, second = np.array([0, 0, 1]), np.array([1, 1, 2])
    gradient = bp.grad(lambda x: np.sum(x[first] * [1.0, 10.0, 100.0]) + np.sum(x[second] * [2.0, 20.0, 200.0]))(VECTOR)
    np.testing.assert_array_equal(gradient, [11, 122, 200])
