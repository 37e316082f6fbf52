"""Under np.errstate(all="raise") nothing raises where the result is right, and what is infinite or NaN still does.

A result that is too small for its type is 0, and an intermediate one may be as large as it likes: what counts is the
last. Right values are given here as numbers, or come from the same call while NumPy is quiet, which the other tests
hold to be right.
"""

from typing import Any

import numpy as np
import pytest
from layer_cases import BETWEEN
from test_rules import CASES, example, names_of

import bpkit as bp
from bpkit import toy


@pytest.fixture(autouse=True)
def every_floating_point_error_raises():
    with np.errstate(all="raise"):
        yield


def arrays_of(found: Any) -> list[Any]:
    """All numbers of a nested result."""
    if isinstance(found, list | tuple):
        return [array for part in found for array in arrays_of(part)]
    return [found]


def same_as_quiet(f: Any) -> None:
    """A call gives what it gives when NumPy is quiet, which is finite."""
    found = f()
    with np.errstate(all="ignore"):
        expected = f()
    for a, b in zip(arrays_of(found), arrays_of(expected), strict=True):
        assert np.all(np.isfinite(a))
        np.testing.assert_array_equal(a, b)


def close(found: Any, expected: Any, **tolerance: float) -> None:
    with np.errstate(all="ignore"):  # the comparison, too, computes with tiny numbers
        np.testing.assert_allclose(found, expected, **tolerance)


# derivatives


@pytest.mark.parametrize("one", CASES, ids=names_of(CASES))
def test_every_rule_lets_small_gradients_and_tangents_vanish(one):
    """Of the smallest numbers, half is 0; a second derivative then has products of two of them."""
    x = example(one, np.random.default_rng(3))
    smallest = np.finfo(float).smallest_subnormal

    def f(*x: Any) -> Any:
        return one.f(np, *x)

    def derivatives() -> Any:
        y, pull_back = bp.vjp(f, *x)
        tangents = [np.full(np.shape(value), 3 * smallest) for value in x]
        directions = bp.jvp(f, x, tangents)[1]
        scaled = bp.jvp(bp.grad(lambda *x: np.sum(f(*x) * 1e-200), tuple(range(len(x)))), x, tangents)[1]
        return pull_back(np.full(np.shape(y), 3 * smallest)), directions, scaled

    same_as_quiet(derivatives)
    assert all(np.max(np.abs(found), initial=0) < 1e-300 for found in arrays_of(derivatives()))


def logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def log_sum_exp(x: Any) -> Any:
    f = np.stack([x, x - 2000])
    return np.max(f) + np.log(np.sum(np.exp(f - np.max(f))))


def softmax(x: Any) -> Any:
    powers = np.exp(np.stack([x, x - 2000]) - x)
    return (powers / np.sum(powers))[0]


half, single = np.float16, np.float32
BEND = np.log(2) / (1 + 2**0.25) / (1 + 2**-0.25)
EXTREMES = {  # a function, a point, and its first and second derivative there
    "exp": (np.exp, -800.0, 0, 0),
    "exp, float32": (np.exp, single(-200), 0, 0),
    "exp2": (np.exp2, -2000.0, 0, 0),
    "exp(-x^2)": (lambda x: np.exp(-x * x), 40.0, 0, 0),
    "logistic": (logistic, 700.0, np.exp(-700), -np.exp(-700)),
    "log sum exp": (log_sum_exp, 1e5, 1, 0),
    "softmax": (softmax, 1e5, 0, 0),
    "softplus of a large number": (lambda x: np.logaddexp(0, x), 800.0, 1, 0),
    "softplus of a small number": (lambda x: np.logaddexp(0, x), -800.0, 0, 0),
    "logaddexp of equal numbers": (lambda x: np.logaddexp(x, 3e4), 3e4, 0.5, 0.25),
    "logaddexp, float32": (lambda x: np.logaddexp(x, single(3e4)), single(3e4), 0.5, 0.25),
    "logaddexp2": (lambda x: np.logaddexp2(2e9, x), 2e9, 0.5, np.log(2) / 4),
    "logaddexp2, first": (lambda x: np.logaddexp2(x, 2e9 + 0.25), 2e9, 1 / (1 + 2**0.25), BEND),
    "logaddexp2, second": (lambda x: np.logaddexp2(2e9, x), 2e9 + 0.25, 1 / (1 + 2**-0.25), BEND),
    "tanh": (np.tanh, 800.0, 0, 0),
    "tanh near 0": (np.tanh, 1e-200, 1, -2e-200),
    "square": (np.square, 1e-200, 2e-200, 2),
    "x * x": (lambda x: x * x, -1e-200, -2e-200, 2),
    "x^3": (lambda x: x**3, 1e-150, 3e-300, 6e-150),
    "1 / x": (lambda x: 1 / x, 1e200, 0, 0),
    "reciprocal": (np.reciprocal, 1e200, 0, 0),
    "x / a large number": (lambda x: x / 1e300, 1e-20, 1e-300, 0),
    "sqrt": (np.sqrt, 1e-200, 0.5e100, -0.25e300),
    "arcsin": (np.arcsin, 1e-200, 1, 1e-200),
    "arctan": (np.arctan, 1e200, 0, 0),
    "arctan of a small number": (np.arctan, 1e-200, 1, -2e-200),
    "arctan, float16": (np.arctan, half(300), 1.111e-5, 0),
    "arctan2": (lambda x: np.arctan2(x, 1e200), 1e200, 5e-201, 0),
    "arctan2 of small numbers": (lambda x: np.arctan2(1e-150, x), 1e-150, -5e149, 5e299),
    "arctan2, float16": (lambda x: np.arctan2(x, half(300)), half(300), 1.667e-3, -5.55e-6),
    "arcsinh": (np.arcsinh, 1e200, 1e-200, 0),
    "arcsinh, float16": (np.arcsinh, half(300), 3.3333e-3, -1.11e-5),
    "arccosh": (np.arccosh, 1e200, 1e-200, 0),
    "hypot": (lambda x: np.hypot(x, 1e200), 1e-200, 0, 1e-200),
    "maximum": (lambda x: np.maximum(x, -1.7e308), 1.7e308, 1, 0),
    "minimum": (lambda x: np.minimum(-1.7e308, x), 1.7e308, 0, 0),
    "fmax": (lambda x: np.fmax(x, -1.7e308), 1.7e308, 1, 0),
    "fmin": (lambda x: np.fmin(-1.7e308, x), 1.7e308, 0, 0),
    "maximum, float16": (lambda x: np.maximum(x, half(-6e4)), half(6e4), 1, 0),
    "max": (lambda x: np.max(np.stack([x, -x])), 1.7e308, 1, 0),
    "norm": (lambda x: np.linalg.norm(np.stack([x, 1e-200])), 2.0, 1, 0),
    "a float32 argument with float64 constants": (lambda x: np.sum(x * np.array([1e-200])), single(1), 0, 0),
}


@pytest.mark.parametrize("case", EXTREMES)
def test_extreme_but_right_derivatives(case):
    f, x, slope, bend = EXTREMES[case]
    one = np.asarray(x).dtype.type(1)
    gradient = bp.grad(f)
    relative, absolute = {"float64": (1e-15, 0), "float32": (1e-6, 1e-38), "float16": (2e-2, 1e-6)}[one.dtype.name]
    for found in (gradient(x), bp.jvp(f, (x,), (one,))[1], bp.value_and_grad(f)(x)[1], bp.jacfwd(f)(x)):
        close(found, slope, rtol=relative, atol=absolute)
    for found in (
        bp.grad(gradient)(x), bp.hvp(f, x, one), bp.hessian(f)(x), bp.grad(lambda x: bp.jvp(f, (x,), (one,))[1])(x),
    ):  # fmt: skip
        close(found, bend, rtol=2 * relative, atol=max(absolute, 1e-30))


def test_a_recorded_graph_is_computed_again():
    graph = bp.record(lambda x: np.exp(x) * 2, 0.0)
    assert graph.evaluate(-800.0) == 0
    assert graph.gradient_graph().evaluate(-800.0) == 0


NOT_FINITE = {
    "sqrt": (np.sqrt, 0.0), "1 / x": (lambda x: 1 / x, 0.0), "log": (np.log, 0.0), "exp": (np.exp, 800.0),
    "arctan2": (lambda x: np.arctan2(x, 0.0), 0.0), "power": (lambda x: x**0.5, -1.0),
    "square": (np.square, 1e200), "softmax without a shift": (lambda x: np.exp(x) / (1 + np.exp(x)), 800.0),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_FINITE)
def test_infinity_and_nan_still_raise(case):
    f, x = NOT_FINITE[case]
    with pytest.raises(FloatingPointError):
        bp.grad(f)(x)


# layers and losses


LAYERS = BETWEEN | {
    "BatchNorm": lambda rows, rng: [bp.BatchNorm(rows)],
    "ActNorm": lambda rows, rng: [bp.ActNorm(rows)],
    "ScalarMultiplier": lambda rows, rng: [bp.ScalarMultiplier(1e-200)],
    "ScalarBias": lambda rows, rng: [bp.ScalarBias(1e-200)],
    "Reversible": lambda rows, rng: [bp.Reversible([([bp.Linear(2, 2, rng=rng)], [bp.Tanh()])])],
}
SIZES = {"ordinary": 1.0, "large": 1e3, "small": 1e-160}


def network(layer: str, size: float) -> bp.Network:
    """A network whose weights, like its inputs, are of a size: so are products, and squares of small ones vanish."""
    rng = np.random.default_rng(0)
    net = bp.Network([bp.Linear(4, 4, rng=rng), *LAYERS[layer](4, rng), bp.Linear(4, 4, rng=rng)])
    for omega in net.omega:
        omega *= size
    return net


def test_every_layer_is_here():
    bases = {"Layer", "Activation", "Composite"}
    assert {*LAYERS, "Linear"} - {"nothing"} == set(bp.layers.__all__) - bases


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_forward_and_back(layer, size):
    x = SIZES[size] * np.random.default_rng(1).normal(size=(4, 5))
    y = np.arange(5) % 4

    def run() -> Any:
        net, loss = network(layer, SIZES[size]), bp.CrossEntropy("mean")
        trace = net.forward(x, training=True, rng=0)
        grads = net.backward(trace, loss.gradient(trace.output, y), keep_f=True)
        value, of_batch = bp.backprop(net, loss, x, y, rng=0, penalty=bp.L2(1e-200))
        schedule = bp.checkpoint.sqrt(len(bp.checkpoint.blocks(net)))
        again, less_stored = bp.checkpoint.backprop(net, loss, x, y, schedule, rng=0, penalty=bp.L1(1e-200))
        parts = bp.accumulate(net, bp.LeastSquares(), x, 0 * x, 2, rng=0)
        return [
            net(x), loss(net(x), y), list(grads.parameters), list(grads.f), value, again, parts[0],
            *(list(one.parameters) for one in (of_batch, less_stored, parts[1])),
            list(bp.checkpoint.measure(net, x, rng=0).costs), [array for one in net.layers for array in one.state],
        ]  # fmt: skip

    same_as_quiet(run)


class Scale(bp.layers.Layer):
    """A layer of one's own, which knows nothing of underflow: that is the network's task."""

    def forward(self, x, *, training=False, rng=None):
        return 0.3 * x, None

    def backward(self, x, y, stored, dl_dy, gradients):
        return 0.3 * dl_dy


def own_network() -> bp.Network:
    return bp.Network([bp.Linear(4, 4, rng=0), Scale(), bp.Linear(4, 4, rng=1)])


def quiet_trace(net: bp.Network, x: Any) -> Any:
    with np.errstate(all="ignore"):
        return net.forward(x)


WITH_A_LAYER_OF_ONES_OWN = {
    "call": lambda net, x: net(x),
    "forward": lambda net, x: net.forward(x).output,
    "backward": lambda net, x: list(net.backward(quiet_trace(net, x), x).parameters),
    "backprop": lambda net, x: list(bp.backprop(net, bp.LeastSquares(), x, 0 * x)[1].parameters),
    "checkpoint": lambda net, x: list(
        bp.checkpoint.backprop(
            net, bp.LeastSquares(), x, 0 * x, bp.checkpoint.store_all(len(bp.checkpoint.blocks(net)))
        )[1].parameters
    ),
    "measure": lambda net, x: list(bp.checkpoint.measure(net, x).costs),
}


@pytest.mark.parametrize("entry", WITH_A_LAYER_OF_ONES_OWN)
def test_a_network_with_a_layer_of_ones_own(entry):
    same_as_quiet(lambda: WITH_A_LAYER_OF_ONES_OWN[entry](own_network(), np.full((4, 3), 1e-310)))


def column(*numbers: float) -> Any:
    return np.array(numbers)[:, None]


ACTIVATIONS = {  # h and the slope at −800, 0 and 800
    bp.Sigmoid(): ([0, 0.5, 1], [0, 0.25, 0]),
    bp.Tanh(): ([-1, 0, 1], [0, 1, 0]),
    bp.Softplus(): ([0, np.log(2), 800], [0, 0.5, 1]),
    bp.SELU(): ([-bp.SELU.scale * bp.SELU.alpha, 0, bp.SELU.scale * 800], [0, 1.7580993408, bp.SELU.scale]),
    bp.ReLU(): ([0, 0, 800], [0, 0, 1]),
    bp.LeakyReLU(0.1): ([-80, 0, 800], [0.1, 0.1, 1]),
}


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda one: type(one).__name__)
def test_saturated_activations(activation):
    f = column(-800.0, 0.0, 800.0)
    h, slope = (column(*numbers) for numbers in ACTIVATIONS[activation])
    close(activation.activate(f), h, rtol=1e-10)
    close(activation.pull_back(f, h, np.ones((3, 1))), slope, rtol=1e-10, atol=1e-300)
    assert np.all(np.abs(activation.pull_back(f, h, np.full((3, 1), 5e-324))) <= 1e-323)
    exponents = column(-1e-200, 5e-324, -7e-324, 1e-310, -720.0)  # and squares, slopes times these, exp(-720)
    same_as_quiet(lambda: [h := activation.activate(exponents), activation.pull_back(exponents, h, exponents)])


def test_saturated_softmax():
    f, g = column(-800.0, 800.0), column(1e-200, 1.0)
    q = bp.Softmax().activate(f)
    np.testing.assert_array_equal(q, column(0, 1))
    np.testing.assert_array_equal(bp.Softmax().pull_back(f, q, g), column(0, 0))
    log_q = bp.LogSoftmax().activate(f)
    np.testing.assert_array_equal(log_q, column(-1600, 0))
    np.testing.assert_array_equal(bp.LogSoftmax().pull_back(f, log_q, g), column(1e-200, 0))


def test_inverse_of_a_reversible_layer():
    (layer,) = LAYERS["Reversible"](4, np.random.default_rng(0))
    assert np.max(np.abs(layer.inverse(np.full((4, 1), 5e-324)))) <= 1e-323


def test_layers_of_low_precision():
    """Some of many weights are too small for float16."""
    for layer in (bp.Linear(200, 200, rng=0, dtype=half), bp.ScalarMultiplier(1e-10, dtype=half)):
        assert all(np.all(np.isfinite(array)) for array in layer.parameters)
    assert bp.mlp([200, 200, 1], rng=0, dtype=half).dtype == half


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_losses(reduction):
    share = 1 if reduction == "sum" else 0.5
    far = bp.BinaryCrossEntropy(reduction).value_and_gradient([[800.0, -800.0]], [[0, 1]])
    assert far[0] == share * 1600
    np.testing.assert_array_equal(far[1], share * np.array([[1.0, -1.0]]))
    assert bp.BinaryCrossEntropy(reduction)([[800.0, -800.0]], [[1, 0]]) == 0
    value, gradient = bp.CrossEntropy(reduction).value_and_gradient([[0.0, 800.0], [-1e5, 0.0]], [1, 0])
    assert value == share * 1e5
    np.testing.assert_array_equal(gradient, share * np.array([[1.0, 0.0], [-1.0, 0.0]]))
    value, gradient = bp.LeastSquares(reduction).value_and_gradient([[1e-200, 5e-324]], [[0.0, 0.0]])
    assert value == 0
    close(gradient, share * np.array([[2e-200, 1e-323]]))
    same_as_quiet(lambda: bp.LeastSquares(reduction).value_and_gradient([[5e-324, 1.0, 1e-310]], [[0.0, 0.0, 0.0]]))
    for penalty in (bp.L1(0.3), bp.L2(0.3)):
        assert penalty([np.array([[5e-324]])]) < 1e-300
        assert abs(penalty.gradient(np.array([[5e-324]]))) <= 0.3


# training


@pytest.mark.parametrize("size", [1e-3, 1e-160, 5e-324])
@pytest.mark.parametrize(
    "optimizer",
    [
        lambda p: bp.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
        lambda p: bp.Adam(p, lr=0.1, weight_decay=1e-200),
        lambda p: bp.AdamW(p, lr=0.1),
    ],
    ids=["SGD", "Adam", "AdamW"],
)
def test_steps_with_small_gradients(optimizer, size):
    def run() -> Any:
        phi = np.array([1.0, 1e-200, 0.0])
        made = optimizer([phi])
        for _ in range(30):
            made.step([np.array([size, -size, 0.0])])
        return [phi, *(value for value in made.state().values() if isinstance(value, np.ndarray))]

    same_as_quiet(run)


@pytest.mark.parametrize("size", [1e-200, 5e-324, 1.0, 1e200, single(1e-30), single(1e30), half(1e-4), half(1e4)])
def test_the_norm_of_gradients_of_any_size(size):
    gradients = [np.array([3 * size]), np.array([[-4 * size, 0 * size]])]
    norm = bp.total_norm(gradients)
    close(norm, 5 * float(size), rtol=2e-3 if isinstance(size, half) else 1e-6)
    clipped = bp.clip_grad_norm(gradients, max_norm=norm / 2 if norm > 1e-3 else 1e-200)
    assert all(np.all(np.isfinite(g)) for g in clipped)
    assert bp.total_norm([np.zeros(3)]) == 0
    close(bp.total_norm([np.array([3e200, 1e-200]), np.array([4e200])]), 5e200, rtol=1e-15)


def test_training():
    x = np.random.default_rng(0).normal(size=(4, 30)) * np.array([[1e3], [1.0], [1e-160], [0.0]])

    def run() -> Any:
        net = bp.mlp([4, 8, 3], activation=bp.Sigmoid, rng=0)
        optimizer = bp.Adam(net.parameters, lr=0.01)
        data = (x, np.arange(30) % 3)
        history = bp.fit(
            net, bp.CrossEntropy(), data, optimizer, 3, batch_size=7, rng=0, validation=data, penalty=bp.L2(1e-200)
        )
        return list(net.parameters), history.steps, history.epochs

    same_as_quiet(run)


def test_the_parts_of_a_batch():
    """Two of five examples count as two fifths, of gradients that are among the smallest numbers."""

    def run() -> Any:
        net, x = bp.mlp([1, 1], rng=0), np.full((1, 5), 1e-310)
        value, grads = bp.accumulate(net, bp.LeastSquares("mean"), x, 0 * x, 2, penalty=bp.L1(5e-324))
        return value, list(grads.parameters)

    same_as_quiet(run)


def test_toy_example():
    def run() -> Any:
        beta, omega = [0.0, -800.0, 0.0, 0.0], [1e-200, 1.0, 1e-200, 1e-200]
        stored = toy.forward(1e-200, 0.0, beta, omega)
        return [*stored, *toy.backward(stored, 0.0, omega), toy.direct_derivative_of_omega_0(1e-200, 0.0, beta, omega)]

    same_as_quiet(run)


# initialization, data, and checks


def test_starting_values():
    x = np.random.default_rng(0).normal(size=(4, 20)) * np.array([[1e3], [1.0], [1e-5], [1e-160]])

    def made(kind: Any) -> bp.Network:
        return bp.Network([bp.Linear(4, 4, rng=0), kind, bp.Linear(4, 3, rng=1)])

    def run() -> Any:
        batches = [(x, np.arange(20) % 3)] * 2
        learned = bp.init.gradinit(made(bp.Tanh()), bp.CrossEntropy("mean"), batches, lr=0.1, steps=3)
        return [
            bp.init.variance_scaling((3, 4), 0, distribution="truncated_normal"), bp.init.orthogonal((3, 4), 0),
            bp.init.delta_orthogonal((3, 3, 3, 3), 0), bp.init.normal((3, 4), 0, variance=1e-300),
            list(bp.init.lsuv(made(bp.Sigmoid()), x, rng=0).parameters),
            list(bp.init.actnorm(made(bp.ActNorm(4)), x).parameters), list(learned.parameters),
            bp.init.first_step_loss(learned, bp.CrossEntropy(), batches, lr=1e-200),
            *bp.init.expected([4, 4, 4, 1], 2.0, activation=bp.Sigmoid()),
            *bp.init.propagate([4, 4, 4, 1], 1e-5, networks=2, activation=bp.Softplus()),
            bp.init.attention_stack(bp.init.attention_parameters(2, 4, rng=0), 1e3 * x),
        ]  # fmt: skip

    same_as_quiet(run)


def test_starting_values_from_squares_that_vanish():
    x = np.array([[1.0, -1.0, 1e-170]])  # the mean is about 1e-170, and the square of the third distance 0
    net = bp.init.lsuv(bp.Network([bp.Linear(1, 1, rng=0)]), x, rng=0)
    close(np.abs(net.omega[0]), [[np.sqrt(1.5)]], rtol=1e-12)
    gamma = bp.init.actnorm(bp.Network([bp.ActNorm(1)]), x).parameters[0]
    close(gamma, [[np.sqrt(1.5)]], rtol=1e-12)
    moments = bp.init.expected([4, 4, 4, 1], 1e5, activation=bp.Sigmoid())  # squares of exp(-700)
    assert np.all(np.isfinite(moments.h)) and np.all(np.isfinite(moments.gradient))


def test_scales_are_learned_where_gradients_are_the_smallest_numbers():
    def run() -> Any:
        net = bp.Network([bp.Linear(2, 2, rng=0), bp.Tanh(), bp.Linear(2, 1, rng=1)])
        batches = [(np.array([[1.0, -0.5], [1e-310, 3e-310]]), np.array([[0.1, 0.2]]))]
        return list(bp.init.gradinit(net, bp.LeastSquares("mean"), batches, lr=0.1, steps=3).parameters)

    same_as_quiet(run)


def test_standardise():
    x = np.array([[1e-200, 3e-200], [1e-310, -1e-310], [7.0, 7.0], [1e200, -1e200]])
    close(bp.data.standardise(x)(x), [[-1, 1], [1, -1], [0, 0], [1, -1]], atol=1e-9)
    scaled = bp.data.standardise(np.array([[0.0, 1e-300, 1.0, 1.0]]))
    assert np.all(np.isfinite(scaled([[5e-324, 1.0]])))
    thirds = bp.data.Standardisation(mean=np.array([[0.0]]), scale=np.array([[3.0]]))
    assert thirds([[5e-324]]) == 0
    assert thirds(np.array([[1e-45]], single)) == 0


def test_gradcheck():
    f = lambda x: np.sum(logistic(x) + x * x)  # noqa: E731
    assert bp.gradcheck(f, bp.grad(f), np.array([-700.0, 1e-200, 0.0, 3.0])).entries == 4
