"""Starts that look at data, and starts for residual networks: each keeps the promise it makes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp
from bpkit.networks.initialization import learned_scales

SEEDS = st.integers(0, 2**32 - 1)


def arrays(net):
    return [array.copy() for array in net.parameters]


def deep(rng, activation=bp.Tanh):
    linear = lambda: bp.Linear(6, 6, init=bp.init.glorot, rng=rng)  # noqa: E731
    blocks = [bp.Residual([linear(), activation(), linear()]) for _ in range(3)]
    return bp.Network([bp.Linear(4, 6, rng=rng), activation(), *blocks, bp.Linear(6, 2, rng=rng)])


# ---- LSUV and ActNorm


@given(seed=SEEDS, tolerance=st.sampled_from([0.1, 1e-3]), large=st.sampled_from([0.0, 0.5]))
def test_lsuv_leaves_every_variance_within_the_tolerance(seed, tolerance, large):
    rng = np.random.default_rng(seed)
    net, x = deep(rng), 5 * rng.normal(size=(4, 30))
    for beta in net.beta:
        beta[...] = rng.uniform(-large, large, size=beta.shape)
    before = [beta.copy() for beta in net.beta]
    assert bp.init.lsuv(net, x, tolerance=tolerance, max_steps=60, rng=seed) is net
    for f, omega in zip(net.forward(x).f, net.omega, strict=True):
        assert abs(f.var() - 1) <= tolerance
        small = omega @ omega.T if omega.shape[0] <= omega.shape[1] else omega.T @ omega
        np.testing.assert_allclose(small, small[0, 0] * np.eye(len(small)), atol=1e-10 * small[0, 0])
    assert all(map(np.array_equal, net.beta, before))


def test_lsuv_lives_in_depth_where_a_small_start_dies():
    net = bp.mlp([10, *[50] * 40, 1], init=lambda s, r: bp.init.normal(s, r, variance=1e-3), rng=0)
    x = np.random.default_rng(0).normal(size=(10, 100))
    assert net.forward(x).f[-2].var() < 1e-40
    assert abs(bp.init.lsuv(net, x, rng=0).forward(x).f[-2].var() - 1) < 1e-10


@given(seed=SEEDS, shift=st.sampled_from([0.0, 1e4]))
def test_actnorm_gives_mean_0_and_variance_1(seed, shift):
    rng = np.random.default_rng(seed)
    inside = bp.Residual([bp.Linear(4, 4, rng=rng), bp.ActNorm(4), bp.Softplus()])
    net = bp.Network([bp.ActNorm(3), bp.Linear(3, 4, rng=rng), bp.Tanh(), bp.ActNorm(4), inside, bp.ActNorm(4)])
    x = shift + rng.normal(size=(3, 7))
    assert bp.init.actnorm(net, x) is net
    trace = net.forward(x)
    outputs = [trace.values[1], trace.values[4], trace.stored[4][0][1], trace.values[6]]
    for y in outputs:
        np.testing.assert_allclose(y.mean(axis=1), 0, atol=1e-13 * (1 + shift))
        np.testing.assert_allclose(y.var(axis=1), 1, rtol=1e-12 * (1 + shift))


RELU_OFF = bp.Network([bp.Linear.of([[-9.0]], [[1.0]]), bp.ReLU(), bp.Linear.of([[0.0]], [[1.0]])])
TWICE = bp.Linear(2, 2, rng=0)


@pytest.mark.parametrize(("make", "words"), [
    (lambda: bp.init.lsuv(bp.mlp([2, 1], rng=0), np.ones((2, 1)), rng=0), "x is a batch of one, but LSUV needs"),
    (lambda: bp.init.lsuv(bp.mlp([2, 1], rng=0), np.ones((2, 5)), rng=0), "linear layer 0 are the same for all"),
    (lambda: bp.init.lsuv(RELU_OFF, [[0.1, 0.2]], rng=0), "linear layer 1 are the same for all examples"),
    (lambda: bp.init.lsuv(bp.Network([bp.Linear.of([[9.0], [-9.0]], [[1.0], [1.0]])]), [[0.1, 0.2]], rng=0),
     r"linear layer 0 has variance \d\S* after 10 steps, not within 0\.1 of 1: are its biases large"),
    (lambda: bp.init.lsuv(bp.Network([TWICE, TWICE]), np.eye(2), rng=0), "net uses a Linear layer twice"),
    (lambda: bp.init.lsuv(bp.mlp([2, 1], rng=0), np.eye(2), tolerance=0, rng=0), "tolerance is 0"),
    (lambda: bp.init.actnorm(bp.Network([bp.ActNorm(1)]), [[1.0]]), "x is a batch of one, but ActNorm needs"),
    (lambda: bp.init.actnorm(bp.Network([bp.ActNorm(2)]), [[1.0, 2.0], [3.0, 3.0]]), "row 1 of what enters ActNorm 2"),
    (lambda: bp.init.actnorm(bp.mlp([2, 1], rng=0), np.eye(2)), "net has no ActNorm layer"),
    (lambda: gradinit_with(batches=[]), "batches is not a list of pairs"),
    (lambda: gradinit_with(lr=-1), "lr is -1"),
    (lambda: gradinit_with(bound=0), "bound is 0"),
    (lambda: gradinit_with(least=2), "least is 2"),
    (lambda: gradinit_with(bound=1e-9, steps=2), "no scales were found that bring the norm"),
    (lambda: gradinit_with(net=bp.Network([bp.Linear(2, 1, rng=0), bp.Dropout()])), "net has Dropout layers"),
    (lambda: bp.init.fixup(2, 3, 1, blocks=0, rng=0), "blocks is 0"),
    (lambda: bp.init.fixup(2, 3, 1, blocks=2, layers=1, rng=0), "layers is 1, expected a whole number of at least 2"),
    (lambda: bp.init.t_fixup(0), "layers is 0"),
    (lambda: bp.init.dt_fixup(2, 0), "largest_input is 0"),
])  # fmt: skip
def test_a_readers_mistake_gets_a_sentence(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_an_error_leaves_the_network_as_it_was():
    net = bp.mlp([2, 3, 3, 1], rng=0)
    net.beta[1][...] = -99  # off
    before = arrays(net)
    with pytest.raises(ValueError, match=r"linear layer \d"):
        bp.init.lsuv(net, np.eye(2), rng=0)
    with pytest.raises(ValueError, match="no scales"):
        bp.init.gradinit(net, bp.LeastSquares("mean"), [(np.eye(2), np.ones((1, 2)))], lr=0.1, bound=1e-9, steps=3)
    assert all(map(np.array_equal, net.parameters, before))


# ---- GradInit


def gradinit_with(net=None, batches=None, **options):
    net = bp.mlp([2, 3, 1], rng=0) if net is None else net
    batches = [(np.eye(2), np.ones((1, 2)))] if batches is None else batches
    return bp.init.gradinit(net, bp.LeastSquares("mean"), batches, **{"lr": 0.1, **options})


def some_batches(rng, number=3):
    return [(x := rng.normal(size=(4, 16)), np.sin(x[:2]) + x[2:]) for _ in range(number)]


def test_gradinit_takes_the_best_scales_it_met_not_the_last():
    loss, x = bp.LeastSquares("mean"), np.random.default_rng(0).normal(size=(4, 30))
    net, batches = bp.mlp([4, 20, 1], rng=0), [(x, np.sin(x[:1]))]
    before = bp.init.first_step_loss(net, loss, batches, lr=0.05)
    # At such a rate the last scales give nine times the loss there was.
    bp.init.gradinit(net, loss, batches, lr=0.05, rate=5.0, steps=5, bound=100.0)
    assert bp.init.first_step_loss(net, loss, batches, lr=0.05) < before


@pytest.mark.parametrize("variance", [0.02, 0.3, 3.0])
def test_gradinit_lowers_the_first_step_loss_it_promises_to_lower(variance):
    rng, loss, lr = np.random.default_rng(0), bp.LeastSquares("mean"), 0.2
    batches = some_batches(rng)
    net = bp.mlp([4, 16, 16, 16, 2], init=lambda s, r: bp.init.normal(s, r, variance=variance), rng=0)
    before = bp.init.first_step_loss(net, loss, batches, lr=lr)
    start = arrays(net)
    assert bp.init.gradinit(net, loss, batches, lr=lr, bound=2.0) is net
    after = bp.init.first_step_loss(net, loss, batches, lr=lr)
    assert after < 0.95 * before
    by_hand = []  # and so it is when one takes the steps
    for number, (x, y) in enumerate(batches):
        values = arrays(net)
        _, grads = bp.backprop(net, loss, x, y)
        assert np.sqrt(sum(np.sum(g * g) for g in grads.parameters)) <= 2.0
        bp.SGD(net.parameters, lr=lr).step(grads.parameters)
        following, targets = batches[(number + 1) % 3]
        by_hand.append(loss(net(following), targets))
        for array, value in zip(net.parameters, values, strict=True):
            array[...] = value
    assert after == pytest.approx(np.mean(by_hand), rel=1e-12)
    for array, old in zip(net.omega, start[1::2], strict=True):
        ratio = array / old
        assert ratio.min() > 0 and np.ptp(ratio) < 1e-9 * ratio.max()  # one positive scale for each array


@pytest.mark.parametrize("bound", [1e3, 1e-3])
def test_the_slopes_gradinit_goes_down_are_those_of_what_it_says(bound):
    """By differentiating the whole first step, written in plain NumPy."""
    rng, lr = np.random.default_rng(0), 0.2
    net = bp.mlp([4, 5, 2], activation=bp.Tanh, rng=0)
    for beta in net.beta:
        beta[...] = rng.normal(size=beta.shape)
    batches = some_batches(rng, 2)
    start = arrays(net)

    def loss(theta, batch):
        x, y = batch
        f = theta[2] + theta[3] @ np.tanh(theta[0] + theta[1] @ x)
        return np.mean((f - y) ** 2)

    def promise(m):
        theta = [m[i] * start[i] for i in range(4)]
        gradients = [bp.grad(loss)(theta, batch) for batch in batches]
        norms = [np.sqrt(sum(np.sum(g * g) for g in one)) for one in gradients]
        if bound < 1:
            return norms[0] if norms[0] > norms[1] else norms[1]
        after = [
            loss([t - lr * g for t, g in zip(theta, one, strict=True)], batch)
            for one, batch in zip(gradients, reversed(batches), strict=True)
        ]
        return sum(after) / 2

    scales = np.array([0.9, 1.2, 1.1, 0.8])
    for array, m in zip(net.parameters, scales, strict=True):
        array *= m
    value, norm, slope = learned_scales.objective(net, bp.LeastSquares("mean"), batches, lr, bound, start)
    expected = bp.grad(promise)(scales)
    assert (norm if bound < 1 else value) == pytest.approx(float(promise(scales)), rel=1e-12)
    np.testing.assert_allclose(slope / np.linalg.norm(slope), expected / np.linalg.norm(expected), atol=1e-6)


# ---- Fixup


def loss_after_training(net, lr, steps=20):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 32))
    y, loss, optimizer = np.tanh(x[:2]), bp.LeastSquares("mean"), bp.SGD(net.parameters, lr=lr)
    with np.errstate(all="ignore"):
        for _ in range(steps):
            trace = net.forward(x)
            if not np.isfinite(trace.output).all():
                return np.inf, np.inf
            dl_df = loss.gradient(trace.output, y)
            optimizer.step(net.backward(trace, dl_df).parameters)
        return loss(np.zeros_like(y), y), loss(net(x), y)


def test_fixup_trains_a_hundred_blocks_where_he_diverges():
    start, end = loss_after_training(bp.init.fixup(8, 16, 2, blocks=100, rng=0), lr=0.05, steps=60)
    assert end < 0.6 * start
    plain = bp.init.fixup(8, 16, 2, blocks=100, rng=0)  # the same network
    rng = np.random.default_rng(0)
    for omega in plain.omega:
        omega[...] = bp.init.he(omega.shape, rng)
    _, end = loss_after_training(plain, lr=0.05)
    assert not end < 100 * start


@pytest.mark.parametrize(("blocks", "layers"), [(4, 2), (100, 2), (16, 3)])
def test_fixup_starts_as_its_formula_says(blocks, layers):
    net = bp.init.fixup(5, 40, 3, blocks=blocks, layers=layers, rng=0)
    inside = net.omega[1:-1]
    for number, omega in enumerate(inside):
        if number % layers == layers - 1:
            assert not omega.any()
        else:
            expected = 2 / 40 * blocks ** (-2 / (2 * layers - 2))
            assert abs(omega.var() - expected) < 6 * expected * np.sqrt(2 / omega.size)
    assert not net.omega[-1].any() and len(inside) == blocks * layers
    scalars = [layer for layer in net.layers[1].layers if not isinstance(layer, bp.Linear | bp.ReLU)]
    assert [(type(one), one.value.item()) for one in scalars] == [
        *[(bp.ScalarBias, 0.0)] * layers, (bp.ScalarMultiplier, 1.0)
    ]  # fmt: skip


# ---- T-Fixup and DT-Fixup


def change_by_a_step(layers, scale, x, lr=1e-5):
    """How far one small step of SGD moves the output, by unit of learning rate."""
    parameters = bp.init.attention_parameters(layers, x.shape[0], rng=0, scale=scale)
    target = np.random.default_rng(1).normal(size=x.shape)

    def loss(parameters):  # of slope 1 everywhere, so that the size of the output plays no part
        return np.sum(target / np.sqrt(x.size) * bp.init.attention_stack(parameters, x))

    gradients = bp.grad(loss)(parameters)
    moved = [{name: p[name] - lr * g[name] for name in p} for p, g in zip(parameters, gradients, strict=True)]
    with np.errstate(all="ignore"):
        return abs(loss(moved) - loss(parameters)) / lr


@pytest.mark.parametrize("scheme", ["t_fixup", "dt_fixup"])
def test_a_step_moves_the_output_as_far_in_deep_transformers_as_in_shallow_ones(scheme):
    def change(layers, scaled):
        x = np.random.default_rng(0).normal(size=(8, 5)) / np.sqrt(8)  # columns of length about 1
        if scheme == "t_fixup":
            factors = bp.init.t_fixup(layers)
            scale, x = factors.encoder, factors.embeddings * x
        else:
            scale = bp.init.dt_fixup(layers, float(np.linalg.norm(x, axis=0).max()))
        return change_by_a_step(layers, scale if scaled else 1.0, x)

    shallow, deep_one = change(2, True), change(32, True)
    assert 0.2 < deep_one / shallow < 5
    assert change(32, False) > 1e3 * change(2, False)


def test_the_factors_solve_the_equations_they_come_from():
    for n in (1, 6, 24):
        found = bp.init.t_fixup(n)
        assert 3 * n * 3 * found.decoder**4 == pytest.approx(1)
        e, s = found.embeddings, found.encoder
        assert 2 * n * (2 * e**2 * s**2 + s**4) == pytest.approx(1, rel=2e-3)  # 0.67 is rounded
        for mu in (0.3, 7.0):
            s = bp.init.dt_fixup(n, mu)
            assert s == pytest.approx(n**-0.5 / (2 * mu))
            s = bp.init.dt_fixup(n, mu, relational=True)
            assert n * s**2 * (4 * mu**2 + 2 * mu + 2) == pytest.approx(1)


def test_only_values_outputs_and_the_mlp_are_scaled():
    plain, scaled = (bp.init.attention_parameters(1, 4, rng=0, scale=s)[0] for s in (1.0, 0.5))
    for name, omega in plain.items():
        np.testing.assert_allclose(scaled[name], omega if name in ("query", "key") else 0.5 * omega)
