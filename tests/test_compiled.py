"""Compiled functions: the same numbers as without, and never those of yesterday."""

import re
import types
from threading import Thread

import numpy as np
import pytest

import bpkit as bp
from bpkit.graphs import program
from bpkit.graphs.tracked import Tracked

X = np.array([0.3, -1.2, 2.0])


def same(a, b):
    """Whether two nested results have the same bits, types and shapes; 0.0 and -0.0 count as the same."""
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    a_, b_ = np.asarray(a), np.asarray(b)
    if a_.dtype == np.longdouble:  # some of whose bytes are no part of the number
        return type(a) is type(b) and np.array_equal(a_, b_)
    if a_.dtype.kind == "f":
        a_, b_ = a_ + 0, b_ + 0
    return type(a) is type(b) and (a_.shape, a_.dtype, a_.tobytes()) == (b_.shape, b_.dtype, b_.tobytes())


# random programs

UNARY = (
    np.sin, np.cos, np.tanh, np.arctan, np.square, np.abs, lambda x: np.exp(-np.abs(x)), lambda x: np.sqrt(1 + x * x),
    lambda x: np.log1p(x**2), lambda x: x**3, lambda x: 2 * x, lambda x: x / (1 + x**2), lambda x: 1.0 * x,
    lambda x: np.maximum(x, 0), lambda x: np.where(x > 0.1, x, x * x), lambda x: x * (x < 1), lambda x: -x + 0,
    lambda x: np.clip(x, -1, 1), lambda x: np.sort(x, axis=-1), lambda x: x[..., ::-1], lambda x: np.cumsum(x, -1),
    lambda x: x - np.mean(x, axis=-1, keepdims=True), lambda x: np.concatenate([x[..., 1:], x[..., :1]], axis=-1),
    lambda x: x / np.max(np.abs(x)) if np.sum(x) > 0 else x * np.min(x), lambda x: x * np.std(x),
    lambda x: np.linalg.norm(x) * x, lambda x: x * np.take(x, np.arange(x.shape[-1]) // 2, axis=-1),
    lambda x: np.stack([x, x])[1],
    lambda x: np.flip(np.outer(x[..., 0], [1.0, 2.0]))[0, 0] * x, lambda x: x * x[..., np.argmax(x) % 3][..., None],
)  # fmt: skip
BINARY = (
    np.add, np.subtract, np.multiply, np.hypot, np.maximum, lambda a, b: a / (2 + np.cos(b)), lambda a, b: a @ b.T,
)  # fmt: skip


def random_program(rng):
    """A function of two arrays, made of six to twelve operations, some of whose results are not used."""
    steps = [(rng.integers(len(UNARY) + 8), rng.integers(0, 1 << 30, 2)) for _ in range(rng.integers(6, 13))]

    def f(a, b):
        values = [a, b]
        for which, places in steps:
            x, y = (values[place % len(values)] for place in places)
            if which < len(UNARY):
                values.append(UNARY[which](x))
                continue
            made = BINARY[which % len(BINARY)](x, y)
            values.append(made if np.shape(made) == np.shape(x) else x + np.sum(made))
        return np.sum(values[-1] * values[-2]) + np.sum(values[-3])

    return f


@pytest.mark.parametrize("seed", range(70))
def test_compiled_programs_give_the_same_bits(seed, monkeypatch):
    monkeypatch.setattr(program, "OF_ONE_NUMBER", {})  # Python's own functions may differ in the last bit
    rng = np.random.default_rng(seed)
    f = random_program(rng)
    shape = ((3,), (2, 3), (48, 48))[rng.integers(3)] if seed % 10 else (48, 48)  # large ones use arrays again
    functions = (f, bp.value_and_grad(f, (0, 1)), lambda a, b: bp.hvp(lambda a: f(a, b), a, b))
    for which, function in enumerate(functions):
        compiled = bp.compiled(function)
        for _ in range(3):
            a, b = rng.normal(size=(2, *shape))
            before = a.copy(), b.copy()
            with np.errstate(all="ignore"):
                try:
                    expected = function(a, b)
                except bp.DerivativeError as error:  # some lengths have no second derivative
                    with pytest.raises(type(error)):
                        compiled(a, b)
                    continue
                first, second = compiled(a, b), compiled(a, b)
            assert same(first, expected), f"{which}\n{compiled}"
            assert same(second, expected), f"{which}, again\n{compiled}"
            assert same((a, b), before)


def scalar(x):
    f1 = np.exp(x)
    f3 = f1 + f1**2
    return np.exp(f3) + np.sin(f3) / np.sqrt(1 + x * x) - np.log(f1) * np.tanh(x)


@pytest.mark.parametrize("order", range(4))
def test_single_numbers_differ_by_rounding_at_most(order):
    f = scalar
    for _ in range(order):
        f = bp.grad(f)
    compiled = bp.compiled(f)
    for x in np.linspace(-1, 0.8, 19):
        found = compiled(x)
        assert type(found) is np.float64
        np.testing.assert_allclose(found, f(x), rtol=1e-12)


@pytest.mark.parametrize("x", [1000.0, -np.inf, np.inf, np.nan, 0.0, -0.0, 1e308])
@pytest.mark.parametrize(
    "f", [np.exp, np.log, np.sqrt, lambda x: 1 / x, np.sin, lambda x: x**-2, lambda x: x**0.5, lambda x: x * x]
)
def test_infinity_and_nan_come_as_from_numpy_with_its_warning(f, x):
    compiled = bp.compiled(f)
    with np.errstate(all="ignore"):
        compiled(1.0)
        assert same(compiled(x), f(np.float64(x)))
    with np.errstate(all="raise", under="ignore"):
        try:
            f(np.float64(x))
        except FloatingPointError:
            with pytest.raises(FloatingPointError):
                compiled(x)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.longdouble])
def test_other_types_stay_what_they_are(dtype):
    def f(x, a):
        return np.sum(x * a * 2.5 + np.float32(0.1) * np.sin(x)) * a

    x, a = X.astype(dtype), dtype(0.7)
    for function in (f, bp.grad(f, (0, 1))):
        assert same(bp.compiled(function)(x, a), function(x, a))


def test_arguments_and_results_are_nested_as_without():
    def f(parameters, *, power=2, name="loss"):
        return {name: parameters["omega"][0] ** power, "pair": (parameters["beta"], None, 3.0, [X])}

    compiled, p = bp.compiled(f), {"omega": [X, 2.0], "beta": np.float64(1.5)}
    for settings in ({}, {"power": 3}, {"name": "cost"}, {"power": 3}):
        assert same(compiled(p, **settings)["pair"][2:], f(p, **settings)["pair"][2:])
        assert same(next(iter(compiled(p, **settings).values())), next(iter(f(p, **settings).values())))


def test_a_result_is_an_array_of_its_own():
    constant = np.ones(3)
    compiled = bp.compiled(lambda x: (x, x * 1.0, x.T, x[:2], np.broadcast_to(constant, (3,)), 2 * x, (2 * x)[1:]))
    for _ in range(2):
        results = compiled(X)
        for i, a in enumerate(results):
            assert not np.shares_memory(a, X)
            assert not np.shares_memory(a, constant)
            assert not any(np.shares_memory(a, b) for b in results[i + 1 :])
            a[...] = -7  # the next call must not show this


SEVERAL_RESULTS = {
    "eigh": lambda a: np.linalg.eigh(a @ a.T),
    "eigvalsh": lambda a: np.linalg.eigvalsh(a @ a.T),
    "svd": lambda a: np.linalg.svd(a, full_matrices=False),
    "qr": np.linalg.qr,
    "slogdet": lambda a: np.linalg.slogdet(a[:3])[1],
    "lstsq": lambda a: np.linalg.lstsq(a, np.ones(4))[0],
    "norm": lambda a: np.linalg.norm(a, 2) + np.linalg.norm(a, "nuc"),
    "split": lambda a: np.split(a, 2),
    "parts of unequal lengths": lambda a: np.array_split(a, 3),
    "meshgrid": lambda a: np.meshgrid(a[0], a[:, 0]),
    "broadcast_arrays": lambda a: np.broadcast_arrays(a[0], a[:, :1]),
}


@pytest.mark.parametrize("name", SEVERAL_RESULTS)
def test_functions_with_several_results(name):
    f = SEVERAL_RESULTS[name]

    def parts(a):
        return [1.0 * f(a)] if isinstance(f(a), Tracked | np.ndarray | np.generic) else list(f(a))

    def total(a):
        return sum(np.sum(np.sin(part) * np.sqrt(2 + np.arange(part.size)).reshape(part.shape)) for part in parts(a))

    rng = np.random.default_rng(0)
    for function in (parts, total, bp.grad(total), bp.jacfwd(lambda a: parts(a)[0])):
        compiled = bp.compiled(function)
        for a in rng.normal(size=(3, 4, 3)):
            before = a.copy()
            found = compiled(a)
            assert same(found, function(a)), compiled
            for array in found if isinstance(found, list) else [found]:
                assert not np.shares_memory(array, a)
            assert same(a, before)


def test_it_composes_with_derivatives_on_either_side():
    f = lambda x: np.sum(np.sin(x) ** 2)  # noqa: E731
    compiled = bp.compiled(f)
    assert same(bp.grad(compiled)(X), bp.grad(f)(X))
    assert same(bp.hessian(compiled)(X), bp.compiled(bp.hessian(f))(X))
    assert same(bp.compiled(lambda x: compiled(x) * 2)(X), f(X) * 2)
    inside = bp.grad(lambda a: np.sum(bp.compiled(lambda x: a * x)(X)))  # a closure over what is differentiated
    assert same(inside(2.0), np.sum(X))
    assert same(bp.jvp(compiled, (X,), (X,)), bp.jvp(f, (X,), (X,)))


def test_what_is_shared_pruned_and_folded():
    def f(x):
        np.tan(x)
        return np.sin(x) + np.sin(x) + np.cos(x[0]) ** 0 * x

    compiled = bp.compiled(f)
    compiled(X)
    assert str(compiled).count("np.sin") == 1
    assert "np.cos" not in str(compiled)
    assert "np.tan" not in str(compiled)
    third = bp.compiled(bp.grad(bp.grad(bp.grad(scalar))))
    third(0.3)
    assert str(third).count("math.exp") == 2
    assert str(third).count("math.sin") == 1


def test_large_arrays_are_used_again():
    compiled = bp.compiled(bp.grad(lambda x: np.sum(np.sin(np.cos(np.sin(np.cos(x) * 2) * 3) * 4))))
    x = np.random.default_rng(0).normal(size=10_000)
    compiled(x)
    found = re.findall(r"out=b\d+", str(compiled))
    assert 2 * len(set(found)) < len(found)


def test_threads_do_not_disturb_each_other():
    f = bp.grad(lambda x: np.sum(np.sin(x * 2) ** 2 * np.cos(x)))
    compiled, wrong = bp.compiled(f), []

    def work(seed):
        rng = np.random.default_rng(seed)
        for _ in range(50):
            x = rng.normal(size=5000)
            if not same(compiled(x), f(x)):
                wrong.append(seed)

    threads = [Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# programs that a compiler could get wrong silently: each is recorded again, or refused

AGAIN, REFUSED = [], []


def again(make):
    """`make` returns a function and changes to make between two calls; it must be as if it were not compiled."""
    AGAIN.append(make)
    return make


def refused(make):
    """`make` returns a function that cannot be repeated."""
    REFUSED.append(make)
    return make


@again
def a_branch():
    return (lambda x: x * 2 if x > 0 else -x), [1.0, -1.0, 2.0, -3.0, 0.0]


@again
def a_loop_until():
    def f(x):
        while x < 10:
            x = x * 2
        return x

    return f, [1.0, 9.0, 11.0, 0.1, 1.0]


@again
def a_branch_on_an_array():
    return (lambda x: x[0] if np.any(x > 2.5) else np.sum(x)), [X, X + 1, X, 0 * X]


@again
def a_comparison_of_two():
    return (lambda x: max(x[0], x[1]) * min(x[1], x[2])), [X, X[::-1].copy(), -X]


@again
def pythons_sorted():
    return (lambda x: sorted(x)[0] - 2 * sorted(x)[-1]), [X, -X, X[[1, 0, 2]]]


@again
def a_mask():
    return (lambda x: np.sum(x[x > 0] ** 2) / len(x[x > 0])), [X, X - 1, X + 5, X]


@again
def where_alone():
    return (lambda x: x[np.where(x > 0)] * 2), [X, -X, X + 5]


@again
def positions():
    return (lambda x: x * x[np.argmax(x)] + x[int(np.argmin(x))]), [X, -X, X[::-1].copy()]


@again
def a_sorted_order():
    return bp.grad(lambda x: np.sum(np.sort(x) * np.arange(3.0))), [X, -X, X[[1, 0, 2]]]


@again
def unique():
    return (lambda x: np.unique(np.round(x))), [X, X * 0, X + np.array([0, 1.2, 0])]


@again
def counted():
    return (lambda x: np.repeat(x, np.count_nonzero(x > 0))), [X, -X]


@again
def repeats_of_an_argument():
    return (lambda x, n: np.repeat(X, n) * x), [(2.0, np.array([1, 0, 2])), (2.0, np.array([3, 0, 2]))]


@again
def a_whole_number():
    return (lambda x, n: x**n), [(2.0, 2), (2.0, 3), (2.0, 0), (-2.0, 1)]


@again
def a_text():
    return (lambda x, how: np.sum(x) if how == "sum" else np.mean(x)), [(X, "sum"), (X, "mean"), (X, "sum")]


@again
def true_and_one():
    return (lambda x, flag: x * 2 if flag is True else x * 3), [(X, True), (X, 1), (X, True)]


@again
def shapes():
    return (lambda x: np.sum(x) / len(x)), [X, X[:2], X[:1], X]


@again
def axes():
    return (lambda x: x.T @ x if np.ndim(x) == 2 else x * x), [X, X[:, None], X[None, :]]


@again
def types_():
    return (lambda x: np.sum(x) * 0.1), [X, X.astype(np.float32), 3.0, np.float32(3)]


@again
def order_in_memory():
    a = np.random.default_rng(0).normal(size=(40, 30))
    return (lambda x: np.sum(np.sin(x)) + np.sum(x @ x.T)), [a, np.asfortranarray(a), a[::2], a[:, ::-1]]


@again
def lengths_of_lists():
    return (lambda xs: sum(xs)), [[X[0], X[1]], list(X), (X[0],)]


@again
def keys():
    return (lambda p: p["a"] - p["b"]), [{"a": X[0], "b": X[1]}, {"b": X[0], "a": X[1]}]


@again
def a_variable_of_the_closure():
    scale = 2.0

    def f(x):
        return scale * x

    def change():
        nonlocal scale
        scale += 1

    return f, [X, change, X, change, X]


@again
def an_array_of_the_closure_changed_in_place():
    a = np.ones(3)
    return (lambda x: np.sum(np.sin(a) * x)), [X, lambda: a.__setitem__(0, 5), X, lambda: a.fill(2), X]


@again
def a_list_that_grows():
    rates = [1.0]
    return (lambda x: x * sum(rates)), [X, lambda: rates.append(2.0), X, lambda: rates.__setitem__(0, 9.0), X]


@again
def a_dict():
    settings = {"rate": 1.0, "layers": [1.0, np.ones(3)]}
    return (lambda x: x * settings["rate"] * settings["layers"][1]), [
        X, lambda: settings.update(rate=3.0), X, lambda: settings["layers"][1].fill(4.0), X,
    ]  # fmt: skip


@again
def an_attribute():
    model = types.SimpleNamespace(rate=2.0, inner=types.SimpleNamespace(omega=np.ones(3)))

    def change():
        model.rate = 5.0

    return (lambda x: x * model.rate @ model.inner.omega), [X, change, X, lambda: model.inner.omega.fill(3.0), X]


class Model:
    rate = 2.0
    shared = np.ones(3)

    def __init__(self):
        self.omega = np.ones(3)

    def loss(self, x):
        return np.sum(self.omega * x * self.shared) * Model.rate


@again
def a_method():
    model = Model()

    def change():
        Model.rate += 1.0

    return model.loss, [X, lambda: model.omega.fill(2.0), X, change, X, lambda: Model.shared.fill(2.0), X]


GLOBAL = 1.0


def helper(x):
    return x * GLOBAL


@again
def a_global_of_a_function_that_is_called():
    def change():
        global GLOBAL
        GLOBAL += 1.0

    return (lambda x: bp.grad(lambda y: np.sum(helper(y)))(x)), [X, change, X, change, X]


@again
def another_function():
    inner = [np.sin]

    def f(x):
        return inner[0](x)

    return f, [X, lambda: inner.__setitem__(0, np.cos), X]


@again
def a_default():
    def f(x, a=np.ones(3)):  # noqa: B008
        return x * a

    return f, [X, lambda: f.__defaults__[0].fill(3.0), X]


@again
def an_array_of_its_own_changed_between_two_uses():
    def f(x):
        c = np.ones(3)
        y = x * c
        c[0] = 5.0
        return y + x * c

    return f, [X, -X]


@again
def a_generator_with_a_seed_of_its_own():
    return (lambda x: x * np.random.default_rng(0).normal(size=3)), [X, -X]


@again
def a_network_that_is_trained():
    net = bp.mlp([3, 4, 1], rng=0)

    def f(x):
        h = np.maximum(net.omega[0] @ x[:, None] + net.beta[0], 0)
        return np.sum(net.omega[1] @ h + net.beta[1])

    return bp.grad(f), [X, lambda: net.omega[0].__imul__(2.0), X]


@pytest.mark.parametrize("make", AGAIN, ids=lambda make: make.__name__)
def test_never_stale(make, monkeypatch):
    monkeypatch.setattr(program, "OF_ONE_NUMBER", {})
    f, calls = make()
    compiled = bp.compiled(f)
    for call in calls:
        if callable(call):
            call()
            continue
        args = call if isinstance(call, tuple) and not isinstance(f, list) and len(call) > 1 else (call,)
        given = [np.float64(x) if isinstance(x, float) else x for x in args]
        assert same(compiled(*args), f(*given)), f"{call}\n{compiled}"
        assert same(compiled(*args), f(*given)), f"{call}, again\n{compiled}"


@refused
def random_numbers():
    rng = np.random.default_rng(0)
    return lambda x: x * rng.normal()


@refused
def old_random_numbers():
    return lambda x: x * np.random.normal()  # noqa: NPY002


@refused
def fresh_random_numbers():
    return lambda x: x + np.random.default_rng().normal(size=3)


@refused
def a_counter():
    count = 0

    def f(x):
        nonlocal count
        count += 1
        return x * 2

    return f


@refused
def a_list_it_appends_to():
    seen = []

    def f(x):
        seen.append(1)
        return x * 2

    return f


@refused
def a_cache():
    cache = {}
    return lambda x: cache.setdefault(len(cache), 2.0) * x


@refused
def printing():
    return lambda x: (print("here"), x * 2)[1]


@refused
def a_plain_number():
    return lambda x: x * float(np.sum(x))


@refused
def item():
    return lambda x: x * x[0].item()


@refused
def a_plain_array():
    return lambda x: np.array([x[0], x[1]])


@refused
def writing_into_the_argument():
    def f(x):
        x[0] = 1.0
        return x

    return f


@refused
def writing_into_a_plain_array():
    def f(x):
        out = np.zeros(3)
        out[:] = x
        return out

    return f


@refused
def out():
    return lambda x: np.sin(x, out=np.zeros(3))


@refused
def adding_in_place():
    a = np.zeros(3)

    def f(x):
        np.add(a, x, out=a)
        return a

    return f


@refused
def filling():
    return lambda x: (np.copyto(np.zeros(3), x), x)[1]


@refused
def time_of_day():
    import time

    return lambda x: x * time.perf_counter()


@refused
def a_text_as_result():
    return lambda x: "three"


@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_what_cannot_be_repeated_is_refused_in_a_sentence(make):
    compiled = bp.compiled(make())
    for _ in range(2):  # the second time too
        with pytest.raises(TypeError, match=r"^[^\n]{40,}\.$"):
            compiled(X)


def test_a_value_that_leaks_out_of_the_recording_is_named():
    kept = types.SimpleNamespace(x=None)

    def f(x):
        kept.x = x * 2
        return kept.x

    with pytest.raises(TypeError, match=r"changes .*kept\.x"):
        bp.compiled(f)(X)
    with pytest.raises(bp.DerivativeError, match="has ended"):
        kept.x + 1


def test_bad_arguments():
    with pytest.raises(TypeError, match=r"not bp\.compiled"):
        bp.compiled(np.sum(X))
    for wrong in (object(), np.array(["a"]), np.array([1j]), np.sin, {1.0}):
        with pytest.raises(TypeError, match="expected numbers, arrays"):
            bp.compiled(lambda x: x)(wrong)
    with pytest.raises(bp.DerivativeError, match="astype"):
        bp.compiled(bp.grad(lambda x: np.sum(x)))(np.arange(3))
