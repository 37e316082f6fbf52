"""Reversible layers: the input from the output, the gradients of an ordinary network, and nothing stored."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp
from bpkit.checkpoint import held_bytes


def functions(rows, count, rng, random=False):
    """Pairs (F, G) of a linear layer and a tanh, perhaps with layers that draw and that have running statistics."""

    def one():
        extra = [bp.BatchNorm(rows), bp.Dropout(0.3)] if random else []
        return [bp.Linear(rows, rows, rng=rng), *extra, bp.Tanh()]

    return [(one(), one()) for _ in range(count)]


def forward_by_hand(couplings, x, training, rng):
    """The two equations, without the layer; returns y and the running of F and G to differentiate it."""
    half = len(x) // 2
    first, second = x[:half], x[half:]
    for f, g in couplings:
        h = second
        for layer in f:
            h, _ = layer.forward(h, training=training, rng=rng)
        first = first + h
        h = first
        for layer in g:
            h, _ = layer.forward(h, training=training, rng=rng)
        second = second + h
    return np.vstack([first, second])


@given(rows=st.integers(1, 4), count=st.integers(1, 5), examples=st.integers(2, 5), seed=st.integers(0, 2**32 - 1),
       random=st.booleans())  # fmt: skip
def test_forward_is_the_equations_and_inverse_undoes_them(rows, count, examples, seed, random):
    rng = np.random.default_rng(seed)
    couplings = functions(rows, count, rng, random)
    layer, x = bp.Reversible(couplings), rng.normal(size=(2 * rows, examples))
    for training in (False, True):
        y, _ = layer.forward(x, training=training, rng=np.random.default_rng(seed))
        assert np.array_equal(y, forward_by_hand(couplings, x, training, np.random.default_rng(seed)))
    y, _ = layer.forward(x)
    np.testing.assert_allclose(layer.inverse(y), x, rtol=1e-9, atol=1e-9)


@given(rows=st.integers(1, 3), count=st.integers(1, 4), seed=st.integers(0, 2**32 - 1), random=st.booleans())
def test_gradients_are_those_of_finite_differences(rows, count, seed, random):
    """With dropout too: the way back has to draw the masks of the way forward, and only them."""
    rng = np.random.default_rng(seed)
    net = bp.Network([bp.Linear(2, 2 * rows, rng=rng), bp.Reversible(functions(rows, count, rng, random)),
                      bp.Linear(2 * rows, 1, rng=rng)])  # fmt: skip
    x, y = rng.normal(size=(2, 5)), rng.normal(size=(1, 5))
    loss, epsilon = bp.LeastSquares(), 1e-6
    _, grads = bp.backprop(copy.deepcopy(net), loss, x, y, rng=seed)
    for parameter, gradient in zip(net.parameters, grads.parameters, strict=True):
        direction = rng.normal(size=parameter.shape)
        sides = []
        for sign in (1, -1):
            parameter += sign * epsilon * direction
            sides.append(loss(net.forward(x, training=True, rng=seed).output, y))
            parameter -= sign * epsilon * direction
        slope = (sides[0] - sides[1]) / (2 * epsilon)
        np.testing.assert_allclose(np.vdot(gradient, direction), slope, rtol=1e-4, atol=1e-5)


def test_nothing_is_stored_however_many_couplings_there_are():
    for count in (1, 50):
        net = bp.Network([bp.Reversible(functions(10, count, np.random.default_rng(0), random=True))])
        trace = net.forward(np.ones((20, 100)), training=True, rng=0)
        statistics = count * 2 * 3 * 10  # mean, variance and deviation in each F and G
        assert held_bytes(trace.values, trace.stored) == 8 * (2 * 20 * 100 + statistics)


def test_the_derivative_may_be_written_over():
    layer = bp.Reversible(functions(2, 3, np.random.default_rng(0)))
    x, g = np.random.default_rng(1).normal(size=(2, 4, 5))
    y, kept = layer.forward(x)
    gradients = [[np.empty_like(p) for p in layer.parameters] for _ in range(2)]
    back = layer.backward(x, y, kept, g, gradients[0])
    assert np.array_equal(layer.backward(x, y, kept, g, gradients[1], out=g), back) and np.array_equal(g, back)
    assert all(map(np.array_equal, *gradients))


def test_running_statistics_are_brought_up_to_date_once():
    net = bp.Network([bp.Reversible([([bp.BatchNorm(1)], [bp.BatchNorm(1)])])])
    x = np.array([[0.0, 2.0], [10.0, 30.0]])
    bp.backprop(net, bp.LeastSquares(), x, x)
    f, g = net.layers[0].layers
    np.testing.assert_allclose(f.running_mean, 0.1 * 20)
    np.testing.assert_allclose(g.running_mean, 0.1 * 1)  # y1 = x1 + F(x2), and F has mean 0


def test_it_is_a_block_of_its_own_in_a_schedule():
    net = bp.Network([bp.Linear(2, 4, rng=0), bp.Reversible(functions(2, 3, 1, True)), bp.Linear(4, 2, rng=0)])
    x, y = np.random.default_rng(0).normal(size=(2, 2, 5))
    other = copy.deepcopy(net)
    value, grads = bp.backprop(net, bp.LeastSquares(), x, y, rng=0)
    found, own = bp.checkpoint.backprop(other, bp.LeastSquares(), x, y, bp.checkpoint.binomial(3, 1), rng=0)
    assert found == value and all(map(np.array_equal, own.parameters, grads.parameters))
    assert all(map(np.array_equal, other.layers[1].state, net.layers[1].state))


def test_keep_f_finds_the_derivatives_inside():
    net = bp.Network([bp.Reversible(functions(2, 2, 0))])
    trace = net.forward(np.ones((4, 3)))
    grads = net.backward(trace, np.ones((4, 3)), keep_f=True)
    assert len(grads.f) == len(net.omega) == 4
    for f, beta in zip(grads.f, grads.beta, strict=True):
        np.testing.assert_allclose(f.sum(axis=1, keepdims=True), beta)
    with pytest.raises(AttributeError, match="stores nothing of its insides"):
        _ = trace.f


def test_a_saved_network_is_read_back(tmp_path):
    net = bp.Network([bp.Reversible(functions(2, 2, 0, random=True))])
    net.save(tmp_path / "net.npz")
    x = np.random.default_rng(0).normal(size=(4, 3))
    assert np.array_equal(bp.Network.load(tmp_path / "net.npz")(x), net(x))


@pytest.mark.parametrize(("couplings", "kind", "sentence"), [
    ([], ValueError, "couplings is empty"),
    ([bp.Tanh(), bp.Tanh()], TypeError, r"couplings\[0\] is Tanh\(\), expected a pair \(F, G\)"),
    ([([bp.Tanh()], bp.Tanh())], TypeError, r"write \[Tanh\(\)\]"),
    ([([bp.Linear(2, 3, rng=0)], [bp.Tanh()])], ValueError, "F of .* takes 2 rows and gives 3"),
    ([([bp.Tanh()], [bp.Linear(2, 2, rng=0), bp.Linear(2, 1, rng=0)])], ValueError, "G of .* takes 2 rows and gives 1"),
])  # fmt: skip
def test_mistakes_are_named(couplings, kind, sentence):
    with pytest.raises(kind, match=sentence):
        bp.Reversible(couplings)


def test_an_odd_number_of_rows_is_refused():
    with pytest.raises(ValueError, match="splits its rows into halves, but 3 come in, an odd number"):
        bp.Network([bp.Linear(2, 3, rng=0), bp.Reversible([([bp.Tanh()], [bp.Tanh()])])])
    with pytest.raises(ValueError, match="3 come in, an odd number"):
        bp.Network([bp.Reversible([([bp.Tanh()], [bp.Tanh()])])])(np.ones((3, 1)))
