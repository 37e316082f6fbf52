"""BatchNorm, ActNorm and the layers of one number: independent witnesses, and running statistics in their place."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp

LAYERS = {
    "BatchNorm": lambda rows: bp.BatchNorm(rows),
    "ActNorm": lambda rows: bp.ActNorm(rows),
    "ScalarMultiplier": lambda rows: bp.ScalarMultiplier(0.7),
    "ScalarBias": lambda rows: bp.ScalarBias(0.7),
}


def filled(layer, rng):
    for array in (*layer.parameters, *layer.state):
        array[...] = rng.uniform(0.5, 1.5, size=array.shape)
    return layer


def backward(layer, x, g, training):
    y, kept = layer.forward(x, training=training)
    gradients = tuple(np.full_like(array, np.nan) for array in layer.parameters)
    return y, layer.backward(x, y, kept, g, gradients), gradients, kept


@pytest.mark.parametrize("name", LAYERS)
@given(rows=st.integers(1, 5), examples=st.integers(2, 6), training=st.booleans(), seed=st.integers(0, 2**32 - 1))
def test_gradients_agree_with_central_differences(name, rows, examples, training, seed):
    rng = np.random.default_rng(seed)
    layer = filled(LAYERS[name](rows), rng)
    x, g = rng.normal(size=(2, rows, examples))
    x[:, 0] += 3  # no row is nearly constant
    _, dl_dx, gradients, _ = backward(layer, x, g, training)
    for array, found in zip((x, *layer.parameters), (dl_dx, *gradients), strict=True):
        for index in np.ndindex(array.shape):
            value, sums = array[index], []
            for step in (-2e-4, -1e-4, 1e-4, 2e-4):
                array[index] = value + step
                sums.append(np.sum(g * layer.forward(x, training=training)[0]))
            array[index] = value
            difference = (sums[0] - 8 * sums[1] + 8 * sums[2] - sums[3]) / 12e-4
            assert abs(difference - found[index]) <= 1e-7 * (1 + abs(difference))


@given(rows=st.integers(1, 4), examples=st.integers(2, 5), seed=st.integers(0, 2**32 - 1))
def test_batch_normalization_agrees_with_its_formula_differentiated(rows, examples, seed):
    rng = np.random.default_rng(seed)
    layer = filled(bp.BatchNorm(rows, epsilon=0.1), rng)
    x, g = rng.normal(size=(2, rows, examples))

    def formula(x, gamma, delta):
        centred = x - np.mean(x, axis=1, keepdims=True)
        return np.sum(g * (gamma * centred / np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + 0.1) + delta))

    _, dl_dx, gradients, _ = backward(layer, x, g, True)
    by_formula = bp.grad(formula, argnums=(0, 1, 2))(x, layer.gamma, layer.delta)
    for ours, theirs in zip((dl_dx, *gradients), by_formula, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)])
def test_batch_normalization_is_pytorchs_in_training_and_after(dtype, tolerance):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    ours = filled(bp.BatchNorm(4, momentum=0.3, epsilon=1e-3, dtype=dtype), rng)
    theirs = torch.nn.BatchNorm1d(4, momentum=0.3, eps=1e-3, dtype=torch.tensor(ours.gamma).dtype)
    for to, array in zip(
        (theirs.weight, theirs.bias, theirs.running_mean, theirs.running_var),
        (*ours.parameters, *ours.state), strict=True,
    ):  # fmt: skip
        to.data[...] = torch.tensor(array[:, 0])
    for examples in (2, 5, 9):
        for training in (True, False):
            theirs.train(training)
            x, g = rng.normal(loc=2, size=(2, 4, examples)).astype(dtype)
            x_theirs = torch.tensor(x.T, requires_grad=True)
            theirs.zero_grad()
            output = theirs(x_theirs)
            (output * torch.tensor(g.T)).sum().backward()
            y, dl_dx, gradients, kept = backward(ours, x, g, training)
            ours.remember(kept)
            by_torch = [output.detach().T, x_theirs.grad.T, theirs.weight.grad[:, None], theirs.bias.grad[:, None],
                        theirs.running_mean[:, None], theirs.running_var[:, None]]  # fmt: skip
            for found, expected in zip((y, dl_dx, *gradients, *ours.state), by_torch, strict=True):
                assert found.dtype == dtype
                np.testing.assert_allclose(found, expected.numpy(), rtol=tolerance, atol=tolerance)


@given(name=st.sampled_from([*LAYERS]), seed=st.integers(0, 2**32 - 1), training=st.booleans())
def test_layers_change_nothing_and_write_where_they_are_told(name, seed, training):
    rng = np.random.default_rng(seed)
    layer = filled(LAYERS[name](3), rng)
    x, g = rng.normal(size=(2, 3, 4))
    arrays = (x, g, *layer.parameters, *layer.state)
    before = [array.copy() for array in arrays]
    y, dl_dx, gradients, kept = backward(layer, x, g, training)
    assert np.array_equal(layer.forward(x, training=training, out=np.full_like(x, np.nan))[0], y)
    assert all(map(np.array_equal, arrays, before))
    again = tuple(np.empty_like(array) for array in gradients)
    assert np.array_equal(layer.backward(x, y, kept, g, again, out=g), dl_dx)
    assert all(map(np.array_equal, again, gradients))


def norms(net):
    return net.layers[1], net.layers[2].layers[1]


def network(dtype=float):
    inside = bp.Residual([bp.Linear(4, 4, rng=1, dtype=dtype), bp.BatchNorm(4, dtype=dtype), bp.Tanh()])
    after = [bp.ActNorm(4, dtype=dtype), bp.ScalarBias(dtype=dtype), bp.ScalarMultiplier(dtype=dtype)]
    return bp.Network([bp.Linear(3, 4, rng=0, dtype=dtype), bp.BatchNorm(4, dtype=dtype), inside, *after])


def test_a_training_step_is_remembered_once_and_nothing_else_is():
    net = network()
    x, y = np.random.default_rng(0).normal(size=(3, 8)), np.zeros((4, 8))
    before = copy.deepcopy([layer.state for layer in norms(net)])

    def unchanged():
        return all(map(np.array_equal, sum((n.state for n in norms(net)), ()), sum(before, ())))

    net(x)
    trace = net.forward(x, training=True)
    parts = net.backward(trace, 2 * trace.output)
    bp.backprop(net, bp.LeastSquares(), x, y, training=False)
    with pytest.raises(ValueError, match="y has shape"):
        bp.backprop(net, bp.LeastSquares(), x, y[:2])
    assert unchanged()

    _, grads = bp.backprop(net, bp.LeastSquares(), x, y)
    assert all(map(np.array_equal, grads.parameters, parts.parameters))
    for layer, f in zip(norms(net), trace.f, strict=True):
        np.testing.assert_allclose(layer.running_mean, 0.1 * f.mean(axis=1, keepdims=True), rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(layer.running_variance, 0.9 + 0.1 * f.var(axis=1, keepdims=True, ddof=1))


def test_networks_without_running_statistics_have_nothing_to_remember():
    def remembering(net):
        return [j for j, layer in enumerate(net.layers) if layer.state]

    assert remembering(bp.mlp([2, 3, 1], rng=0)) == []
    assert remembering(bp.Network([bp.Residual([bp.Linear(2, 2, rng=0)])])) == []
    assert remembering(network()) == [1, 2]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_trained_network_is_saved_with_its_running_statistics(dtype, tmp_path):
    net, path = network(dtype), tmp_path / "net.npz"
    shared = bp.BatchNorm(4, momentum=0.5, epsilon=1e-2, dtype=dtype)
    net = bp.Network([*net.layers, shared, bp.Tanh(), shared])
    x, y = np.random.default_rng(0).normal(size=(3, 8)).astype(dtype), np.zeros((4, 8), dtype)
    optimizer = bp.SGD(net.parameters, lr=0.01)
    values = []
    for _ in range(20):
        value, grads = bp.backprop(net, bp.LeastSquares(), x, y)
        optimizer.step(grads.parameters)
        values.append(value)
    assert values[-1] < 0.9 * values[0] and all(g.dtype == dtype for g in grads.parameters)
    net.save(path)
    back = bp.Network.load(path)
    assert repr(back) == repr(net) and net(x).dtype == dtype
    assert np.array_equal(back(x), net(x))
    for one in (net, back):
        bp.backprop(one, bp.LeastSquares(), x, y)  # the shared layer remembers twice, with its own momentum
    assert np.array_equal(back(x), net(x))
    assert back.layers[-1].running_mean is back.layers[-3].running_mean
    twin = copy.deepcopy(net)
    bp.backprop(twin, bp.LeastSquares(), x, y)
    assert np.array_equal(back(x), net(x)) and not np.array_equal(twin(x), net(x))


@pytest.mark.parametrize(("make", "words"), [
    (lambda: bp.BatchNorm(0), "rows is 0"),
    (lambda: bp.BatchNorm(2, momentum=1.5), r"momentum is 1\.5, expected a share between 0 and 1"),
    (lambda: bp.BatchNorm(2, epsilon=0), "epsilon is 0, expected a positive number"),
    (lambda: bp.BatchNorm.of(*[np.ones((2, 1))] * 3, np.ones(2)), r"running_variance has shape \(2,\)"),
    (lambda: bp.ActNorm.of(np.ones((2, 1)), np.ones((3, 1))), r"delta has shape \(3, 1\)"),
    (lambda: bp.ScalarBias.of(np.ones(1)), r"value has shape \(1,\), expected \(1, 1\)"),
    (lambda: bp.backprop(network(), bp.LeastSquares(), np.ones((3, 1)), np.ones((4, 1))),
     "BatchNorm 4 divides by the deviation over the batch, but the batch has one example"),
    (lambda: bp.Network([bp.Linear(2, 3, rng=0), bp.BatchNorm(2)]), r"layers\[1\] .* BatchNorm 2 takes 2 rows, but 3"),
    (lambda: bp.BatchNorm(1).forward(np.ones((5, 3))), "BatchNorm 1 takes 1 rows, but 5 come in"),
    (lambda: bp.ActNorm(1).forward(np.ones((5, 3))), "ActNorm 1 takes 1 rows, but 5 come in"),
])  # fmt: skip
def test_a_readers_mistake_gets_a_sentence(make, words):
    with pytest.raises(ValueError, match=words):
        make()
