"""Every layer: two independent witnesses of its gradients, its kinks as stated, and large inputs that do no harm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_cases import BETWEEN

import bpkit as bp
from bpkit.layers import Layer
from bpkit.layers.sequence import forward_through

ACTIVATIONS = [name for name in BETWEEN if name not in ("nothing", "Residual", "Dropout")]


def torch_modules(layer, torch):
    """The same layer in PyTorch, whose batches are rows."""
    match layer:
        case bp.Linear(omega=omega, beta=beta):
            module = torch.nn.Linear(omega.shape[1], omega.shape[0])
            module.weight.data, module.bias.data = torch.tensor(omega), torch.tensor(beta[:, 0])
            return module
        case bp.PReLU(alpha=alpha):
            module = torch.nn.PReLU()
            module.weight.data = torch.tensor(alpha[0])
            return module
        case bp.LeakyReLU(alpha=alpha):
            return torch.nn.LeakyReLU(alpha)
        case bp.Softmax() | bp.LogSoftmax():
            return getattr(torch.nn, type(layer).__name__)(dim=1)
        case bp.Residual(layers=layers):
            inner = torch.nn.Sequential(*(torch_modules(one, torch) for one in layers))

            class Residual(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.inner = inner

                def forward(self, x):
                    return x + self.inner(x)

            return Residual()
        case _:
            return getattr(torch.nn, type(layer).__name__)()


def network(name, sizes, rng, dtype=float):
    before, after, outputs = sizes
    layers = [bp.Linear(before, after, rng=rng), *BETWEEN[name](after, rng), bp.Linear(after, outputs, rng=rng)]
    net = bp.Network([cast(layer, dtype) for layer in layers])
    for array in net.parameters:
        array += rng.normal(scale=0.3, size=array.shape).astype(dtype)
    return net


def cast(layer, dtype):
    match layer:
        case bp.Linear(beta=beta, omega=omega):
            return bp.Linear.of(beta.astype(dtype), omega.astype(dtype))
        case bp.PReLU(alpha=alpha):
            return bp.PReLU.of(alpha.astype(dtype))
        case bp.Residual(layers=layers):
            return bp.Residual([cast(one, dtype) for one in layers])
        case _:
            return layer


SIZES = st.tuples(*[st.integers(1, 5)] * 3)


@pytest.mark.parametrize("name", BETWEEN)
@given(sizes=SIZES, examples=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_gradients_agree_with_central_differences(name, sizes, examples, seed):
    rng = np.random.default_rng(seed)
    net = network(name, sizes, rng)
    x, weights = rng.normal(size=(sizes[0], examples)), rng.normal(size=(sizes[2], examples))

    def output():
        return net.forward(x, training=True, rng=seed).output  # the same mask every time

    trace = net.forward(x, training=True, rng=seed)
    if np.min(np.abs(trace.f[0])) < 1e-2:
        return  # too near a kink for a difference
    grads = net.backward(trace, weights)
    for array, gradient in zip(net.parameters, grads.parameters, strict=True):
        for index in np.ndindex(array.shape):
            value, found = array[index], []
            for step in (-2e-4, -1e-4, 1e-4, 2e-4):
                array[index] = value + step
                found.append(np.sum(weights * output()))
            array[index] = value
            difference = (found[0] - 8 * found[1] + 8 * found[2] - found[3]) / 12e-4
            assert abs(difference - gradient[index]) <= 1e-7 * (1 + abs(difference))


@pytest.mark.parametrize("name", [name for name in BETWEEN if name != "Dropout"])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)])
def test_gradients_agree_with_pytorch(name, dtype, tolerance):
    torch = pytest.importorskip("torch")
    for seed in range(12):
        rng = np.random.default_rng(seed)
        sizes = (1, 1, 1) if seed == 0 else tuple(rng.integers(1, 9, size=3))
        net = network(name, sizes, rng, dtype)
        x = rng.normal(size=(sizes[0], 1 if seed < 2 else seed)).astype(dtype)
        weights = rng.normal(size=(sizes[2], x.shape[1])).astype(dtype)
        module = torch.nn.Sequential(*(torch_modules(layer, torch) for layer in net.layers))
        output = module(torch.tensor(x.T))
        (output * torch.tensor(weights.T)).sum().backward()

        trace = net.forward(x)
        assert trace.output.dtype == dtype
        np.testing.assert_allclose(trace.output, output.detach().numpy().T, rtol=tolerance, atol=tolerance)
        grads = net.backward(trace, weights)
        by_torch = in_our_order(module, torch)
        assert len(by_torch) == len(grads.parameters)
        for ours, theirs in zip(grads.parameters, by_torch, strict=True):
            assert ours.dtype == dtype
            scale = max(1.0, np.abs(theirs).max())
            np.testing.assert_allclose(ours, theirs.reshape(ours.shape), rtol=0, atol=tolerance * scale)


def in_our_order(module, torch):
    """PyTorch's gradients, bias before weight."""
    found = []
    for one in module.modules():
        if isinstance(one, torch.nn.Linear):
            found += [one.bias.grad.numpy(), one.weight.grad.numpy()]
        elif isinstance(one, torch.nn.PReLU):
            found.append(one.weight.grad.numpy())
    return found


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("dtype", "largest"), [(np.float64, 1e4), (np.float32, 1e3)])
def test_large_inputs_neither_overflow_nor_lose_their_meaning(name, dtype, largest):
    (layer,) = BETWEEN[name](2, None)
    layer = cast(layer, dtype)
    f = np.array([[largest, -largest, largest, 0], [-largest, largest, largest, 0]], dtype=dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        h, kept = layer.forward(f)
        slope = layer.backward(f, h, kept, np.ones_like(f), tuple(np.empty_like(p) for p in layer.parameters))
    assert h.dtype == slope.dtype == dtype
    assert np.isfinite(h).all() and np.isfinite(slope).all()
    if name == "LogSoftmax":
        assert h[1, 0] == -2 * largest  # the softmax itself is 0 there
    if name == "Softplus":
        assert h[0, 0] == largest and h[0, 1] == 0


def test_slopes_at_zero_are_the_stated_ones():
    at_zero = {"ReLU": 0.0, "LeakyReLU": 0.2, "PReLU": 0.3, "SELU": 1.0507009873554805 * 1.6732632423543772,
               "Sigmoid": 0.25, "Tanh": 1.0, "Softplus": 0.5}  # fmt: skip
    zero = np.zeros((1, 1))
    for name, slope in at_zero.items():
        (layer,) = BETWEEN[name](1, None)
        h, kept = layer.forward(zero)
        gradients = tuple(np.empty_like(p) for p in layer.parameters)
        assert layer.backward(zero, h, kept, np.ones((1, 1)), gradients)[0, 0] == pytest.approx(slope, rel=1e-15), name


@given(
    name=st.sampled_from(["Linear", *BETWEEN]), rows=st.integers(1, 5), examples=st.integers(1, 5),
    seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_layers_change_nothing_they_are_given_and_write_where_they_are_told(name, rows, examples, seed):
    """`out` may be the array of ∂ℓ/∂y itself, and the result is the same to the last bit."""
    rng = np.random.default_rng(seed)
    layers = [bp.Linear(rows, rows, rng=rng)] if name == "Linear" else BETWEEN[name](rows, rng)
    for layer in layers:
        x, g = rng.normal(size=(2, rows, examples))
        before = [array.copy() for array in (x, g, *layer.parameters)]
        (_, y), (kept,) = forward_through([layer], x, training=True, rng=np.random.default_rng(seed))
        (_, again), _ = forward_through(
            [layer], x, training=True, rng=np.random.default_rng(seed), outs=[np.full_like(y, np.nan)]
        )
        assert np.array_equal(y, again)
        gradients = [tuple(np.full_like(p, np.nan) for p in layer.parameters) for _ in range(2)]
        y_before = y.copy()
        back = layer.backward(x, y, kept, g, gradients[0])
        for array, copy in zip((x, g, *layer.parameters, y), (*before, y_before), strict=True):
            assert np.array_equal(array, copy)
        if name != "Linear":
            assert np.array_equal(layer.backward(x, y, kept, g, gradients[1], out=g), back)
            assert all(map(np.array_equal, *gradients))


def test_dropout_keeps_the_mean_and_its_mask():
    h = np.ones((200, 500))
    layer = bp.Dropout(0.3)
    dropped, mask = layer.forward(h, training=True, rng=np.random.default_rng(0))
    assert set(np.unique(dropped)) == {0.0, 1 / 0.7}
    standard_error = np.sqrt(0.3 / 0.7 / h.size)
    assert abs(dropped.mean() - 1) < 5 * standard_error
    assert np.array_equal(layer.backward(h, dropped, mask, h), mask)
    assert layer.forward(h)[0] is h
    assert not bp.Dropout(1.0).forward(h, training=True, rng=np.random.default_rng(0))[0].any()


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_leaves_the_mean_of_every_unit_unbiased(p):
    h, draws = np.array([[-2.0], [0.5], [3.0]]), 20_000
    dropped, _ = bp.Dropout(p).forward(np.repeat(h, draws, axis=1), training=True, rng=np.random.default_rng(0))
    standard_error = np.abs(h) * np.sqrt(p / (1 - p) / draws)
    assert np.all(np.abs(dropped.mean(axis=1, keepdims=True) - h) < 4 * standard_error)


@given(p=st.sampled_from([0.2, 0.5, 0.9]), seed=st.integers(0, 2**32 - 1))
def test_the_backward_pass_of_dropout_is_its_derivative_while_the_mask_stays(p, seed):
    net = bp.Network([bp.Linear(3, 8, rng=0), bp.Tanh(), bp.Dropout(p), bp.Linear(8, 2, rng=1), bp.Dropout(p)])
    x, y = np.random.default_rng(seed).normal(size=(2, 2, 4))
    x, loss = np.vstack([x, x[:1] * 2]), bp.LeastSquares()

    def value(*parameters):
        for old, new in zip(net.parameters, parameters, strict=True):
            old[:] = new
        return loss(net.forward(x, training=True, rng=seed).output, y)  # the same seed, so the same mask

    def gradient(*parameters):
        value(*parameters)
        return bp.backprop(net, loss, x, y, rng=seed)[1].parameters

    bp.gradcheck(value, gradient, *(parameter.copy() for parameter in net.parameters))


def test_dropout_in_a_network_draws_anew_each_time_but_not_on_the_way_back():
    net = bp.Network([bp.Linear(3, 50, rng=0), bp.Dropout(0.5), bp.Linear(50, 1, rng=1)])
    x = np.ones((3, 2))
    rng = np.random.default_rng(0)
    first, second = (net.forward(x, training=True, rng=rng) for _ in range(2))
    assert not np.array_equal(first.output, second.output)
    assert np.array_equal(net(x), net.forward(x).output)
    once, twice = (net.backward(first, np.ones((1, 2))).omega[0] for _ in range(2))
    assert np.array_equal(once, twice)
    with pytest.raises(ValueError, match=r"Dropout\(p=0.5\) draws its mask in training, but rng is None"):
        net.forward(x, training=True)
    with pytest.raises(ValueError, match=r"p is 1\.2, expected a probability between 0 and 1"):
        bp.Dropout(1.2)


def test_a_new_activation_takes_two_lines():
    class Cube(bp.Activation):
        def activate(self, f, out=None):
            return np.power(f, 3, out=out)

        def pull_back(self, f, h, dl_dh, out=None):
            return np.multiply(3 * f**2, dl_dh, out=out)

    net = bp.Network([bp.Linear(2, 2, rng=0), Cube(), bp.Linear(2, 1, rng=0)])
    x, y = np.ones((2, 3)), np.zeros((1, 3))
    _, grads = bp.backprop(net, bp.LeastSquares(), x, y)
    trace = net.forward(x)
    by_hand = 3 * trace.f[0] ** 2 * (net.omega[1].T @ (2 * trace.output))
    np.testing.assert_allclose(grads.beta[0], by_hand.sum(axis=1, keepdims=True))


def test_what_is_not_finished_says_so():
    with pytest.raises(NotImplementedError, match="Layer has no forward"):
        Layer().forward(np.ones((1, 1)))


@pytest.mark.parametrize(("make", "error", "words"), [
    (lambda: bp.Linear(0, 2, rng=0), ValueError, "rows_in is 0, expected a whole number of at least 1"),
    (lambda: bp.Linear(2.0, 2, rng=0), TypeError, "rows_in is float 2.0, expected a whole number"),
    (lambda: bp.Linear(2, 2, rng=0, dtype=int), TypeError, "dtype is int64, expected a floating type"),
    (lambda: bp.Linear(2, 3, rng=0, init=lambda shape, rng: np.ones(shape[::-1])), ValueError,
     r"init gave weights of shape \(2, 3\), expected \(3, 2\), which is \(D_out, D_in\)"),
    (lambda: bp.Linear.of(np.zeros(2), np.zeros((2, 3))), ValueError, r"did you mean beta\[:, None\]\?"),
    (lambda: bp.Linear.of(np.zeros((1, 1)), np.zeros(3)), ValueError, "expected a matrix"),
    (lambda: bp.Residual([bp.Linear(2, 3, rng=0)]), ValueError, "takes 2 rows and gives 3"),
    (lambda: bp.Residual(bp.ReLU()), TypeError, r"write \[ReLU\(\)\]"),
    (lambda: bp.LeakyReLU("0.1"), TypeError, "alpha is str '0.1', expected real numbers"),
    (lambda: bp.PReLU(np.nan), ValueError, "alpha holds nan"),
])  # fmt: skip
def test_a_readers_mistake_gets_a_sentence(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_parameters_cannot_be_replaced_unnoticed():
    layer = bp.Linear(2, 2, rng=0)
    with pytest.raises(AttributeError):
        layer.omega = np.zeros((2, 2))
