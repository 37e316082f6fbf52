"""Checkpointed gradients: to the last bit those of `bp.backprop`, in the memory that was counted."""

import copy
import gc
import tracemalloc
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_networks import Moody, all_states, three_ways_agree

import bpkit as bp
from bpkit.checkpoint import binomial, cost, every, held_bytes, measure, optimal, sqrt, store_all

BETWEEN = {
    "nothing": lambda rows: [],
    "ReLU": lambda rows: [bp.ReLU()],
    "Tanh, Dropout": lambda rows: [bp.Tanh(), bp.Dropout(0.3)],
    "BatchNorm, PReLU": lambda rows: [bp.BatchNorm(rows), bp.PReLU()],
    "Dropout, ActNorm, SELU": lambda rows: [bp.Dropout(0.2), bp.ActNorm(rows), bp.SELU()],
    "Residual": lambda rows: [
        bp.Tanh(), bp.Residual([bp.Dropout(0.2), bp.Linear(rows, rows, rng=rows), bp.BatchNorm(rows), bp.Tanh()]),
    ],
    "Softmax": lambda rows: [bp.Softmax()],
}  # fmt: skip


def random_network(sizes, between, rng, shared):
    """Linear layers with something before, between and after them, and perhaps one layer that occurs twice more."""
    layers = []
    for k, name in enumerate(between):
        layers += BETWEEN[name](sizes[k])
        if k < len(sizes) - 1:
            layers.append(bp.Linear(sizes[k], sizes[k + 1], rng=rng))
    if shared:
        again = [bp.Linear(sizes[-1], sizes[-1], rng=rng), bp.BatchNorm(sizes[-1]), bp.Tanh()]
        layers += again * 2
    net = bp.Network(layers)
    for parameter in net.parameters:
        parameter += 0.3 * rng.normal(size=parameter.shape)
    return net


def state(net):
    return [array for layer in net.layers for array in layer.state]


@settings(max_examples=150)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=6), data=st.data(), examples=st.integers(2, 6),
    seed=st.integers(0, 2**32 - 1), shared=st.booleans(), training=st.booleans(),
    order=st.sampled_from("CF"), penalty=st.sampled_from([None, bp.L2(0.1)]),
)  # fmt: skip
def test_gradients_are_those_of_backprop_to_the_last_bit(sizes, data, examples, seed, shared, training, order, penalty):
    between = data.draw(st.lists(st.sampled_from(list(BETWEEN)), min_size=len(sizes), max_size=len(sizes)))
    rng = np.random.default_rng(seed)
    net = random_network(sizes, between, rng, shared)
    x = np.asarray(rng.normal(size=(sizes[0], examples)), order=order)
    y = np.asarray(rng.normal(size=(sizes[-1], examples)), order=order)
    n = len(bp.checkpoint.blocks(net))
    loss, other = bp.LeastSquares("mean"), copy.deepcopy(net)
    options = {"penalty": penalty, "training": training}
    draws = np.random.default_rng(seed)
    value, grads = bp.backprop(other, loss, x, y, rng=draws, **options)
    steps = data.draw(st.integers(1, n))
    costs, weights, insides = measure(net, x, training=training, rng=seed)
    room = max(weights[0] * (k > 0) + weights[k] + insides[k] + weights[k + 1] for k in range(n))
    for schedule in (
        store_all(n), every(n, steps), sqrt(n), binomial(n, steps),
        optimal([1] * n, [1] * (n + 1), min(n + 1, 3)), optimal(costs, weights, room, insides),
    ):  # fmt: skip
        own, again = copy.deepcopy(net), np.random.default_rng(seed)
        found, checkpointed = bp.checkpoint.backprop(own, loss, x, y, schedule, rng=again, **options)
        assert found == value
        assert all(map(np.array_equal, checkpointed.parameters, grads.parameters))
        assert all(map(np.array_equal, checkpointed.omega, grads.omega))
        assert all(map(np.array_equal, state(own), state(other)))  # running statistics: once, and in the same order
        assert again.bit_generator.state == draws.bit_generator.state


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_three_backward_passes_agree_on_networks_nested_and_shared_in_every_way(first):
    for seed in range(first, first + 50):
        three_ways_agree(seed)


@pytest.mark.parametrize("make", [
    lambda norm: [bp.Residual([norm, bp.Tanh(), norm])],
    lambda norm: [bp.Residual([norm, bp.Residual([bp.Tanh(), norm])]), norm],
    lambda norm: [bp.Reversible([([bp.BatchNorm(2), bp.Residual([bp.Tanh()])], [bp.Tanh()])]), norm, norm],
])  # fmt: skip
def test_a_normalization_used_twice_is_brought_up_to_date_by_each_use(make):
    net = bp.Network([bp.Linear(4, 4, rng=0), *make(bp.BatchNorm(4))])
    other, x, y = copy.deepcopy(net), *np.random.default_rng(0).normal(size=(2, 4, 5))
    bp.backprop(other, bp.LeastSquares(), x, y)
    before = copy.deepcopy(list(all_states(net.layers)))
    bp.checkpoint.backprop(net, bp.LeastSquares(), x, y, store_all(len(bp.checkpoint.blocks(net))))
    for old, own, expected in zip(before, all_states(net.layers), all_states(other.layers), strict=True):
        assert np.array_equal(own, expected) and not np.array_equal(own, old)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_networks_and_classes(dtype):
    net = bp.mlp([20] * 12 + [5], rng=0, dtype=dtype)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 64)).astype(dtype), rng.integers(5, size=64)
    value, grads = bp.backprop(net, bp.CrossEntropy(), x, y)
    for slots in (1, 3, 20):
        found, own = bp.checkpoint.backprop(net, bp.CrossEntropy(), x, y, binomial(12, slots))
        assert found == value and all(map(np.array_equal, own.parameters, grads.parameters))


def test_recomputing_finds_the_state_of_the_first_time():
    moody = Moody()
    layers = [layer for k in range(5) for layer in (bp.Linear(3, 3, rng=k), moody)]
    net, other = bp.Network(layers), copy.deepcopy(bp.Network(layers))
    x, y = np.random.default_rng(0).normal(size=(2, 3, 4))
    for _ in range(3):
        value, grads = bp.backprop(other, bp.LeastSquares(), x, y)
        found, own = bp.checkpoint.backprop(net, bp.LeastSquares(), x, y, binomial(5, 1))
        assert found == value and all(map(np.array_equal, own.parameters, grads.parameters))
        assert all(map(np.array_equal, state(net), state(other)))


def test_a_step_that_fails_changes_nothing():
    net = bp.Network([bp.Linear(2, 2, rng=0), bp.BatchNorm(2), bp.Linear(2, 1, rng=1)])
    before = [array.copy() for array in state(net)]
    with pytest.raises(ValueError, match="y has shape"):
        bp.checkpoint.backprop(net, bp.LeastSquares(), np.ones((2, 3)), np.ones((1, 4)), store_all(2))
    assert all(map(np.array_equal, state(net), before))


def test_every_evaluation_that_is_counted_is_made(monkeypatch):
    runs, forward = [], bp.Linear.forward

    def counted(self, x, **options):
        runs.append(self)
        return forward(self, x, **options)

    net, ones = bp.mlp([3] * 17, rng=0), np.ones((3, 2))
    monkeypatch.setattr(bp.Linear, "forward", counted)
    for schedule in (store_all(16), every(16, 4), binomial(16, 2), optimal([1] * 16, [1] * 17, 4)):
        runs.clear()
        bp.checkpoint.backprop(net, bp.LeastSquares(), ones, ones, schedule)
        assert len(runs) == cost(schedule).evaluations


# ---- memory ----------------------------------------------------------------------------------------------------------


def wide(layers=64, rows=64, examples=32, dtype=np.float32):
    net = bp.mlp([rows] * (layers + 1), rng=0, dtype=dtype)
    return net, np.ones((rows, examples), dtype), np.zeros((rows, examples), dtype)


def test_the_peak_that_is_measured_is_the_peak_that_is_counted():
    net, x, y = wide()
    peaks = {}
    for schedule in (store_all(64), every(64, 8), binomial(64, 8), binomial(64, 1), optimal([1] * 64, [1] * 65, 8)):
        meter = bp.checkpoint.Meter()
        bp.checkpoint.backprop(net, bp.LeastSquares(), x, y, schedule, meter=meter)
        assert meter.peak == cost(schedule, *measure(net, x)).peak
        assert meter.peak == (cost(schedule).peak + 1) * x.nbytes  # and the activations inside the block that runs
        assert meter.history[-1].bytes == x.nbytes
        peaks[repr(schedule)] = meter.peak
    assert peaks["binomial(64, 8)"] * 4 < peaks["store_all(64)"] < held_bytes(net.forward(x).values)


@given(between=st.lists(st.sampled_from(list(BETWEEN)), min_size=2, max_size=8), seed=st.integers(0, 2**32 - 1))
def test_the_peak_is_right_for_layers_of_all_kinds(between, seed):
    rng = np.random.default_rng(seed)
    net = random_network(rng.integers(1, 9, size=len(between)).tolist(), between, rng, shared=False)
    x, n = rng.normal(size=(net.rows[0] or 3, 50)), len(bp.checkpoint.blocks(net))
    y = np.zeros_like(net(x))
    sizes = measure(net, x, rng=seed)
    for schedule in (store_all(n), every(n, (n + 1) // 2), binomial(n, 2)):
        meter = bp.checkpoint.Meter()
        bp.checkpoint.backprop(net, bp.LeastSquares(), x, y, schedule, rng=seed, meter=meter)
        assert meter.peak == pytest.approx(cost(schedule, *sizes).peak, rel=0.02)


def test_the_memory_meter_agrees_with_tracemalloc():
    net, x, y = wide(layers=12, rows=256, examples=512)
    for schedule in (store_all(12), every(12, 4), binomial(12, 2)):
        meter = bp.checkpoint.Meter()
        _, grads = bp.checkpoint.backprop(net, bp.LeastSquares(), x, y, schedule, meter=meter)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        bp.checkpoint.backprop(net, bp.LeastSquares(), x, y, schedule, out=grads)
        traced = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        derivatives, mask = 2 * x.nbytes, x.size  # ∂ℓ/∂h on either side of a layer, and where ReLU looks f > 0
        assert traced + x.nbytes == pytest.approx(meter.peak + derivatives + mask, rel=0.02)


def test_what_backprop_keeps_for_its_next_call_is_let_go():
    net, x, y = wide(layers=3, rows=4, examples=5)
    bp.backprop(net, bp.LeastSquares(), x, y)
    taken = net.step_memory.take(net.layers, x)
    net.step_memory.put_back(taken)
    memory = weakref.ref(taken)
    del taken

    class Looking(bp.LeastSquares):
        def value_and_gradient(self, f, y, out=None):
            assert memory() is None
            return super().value_and_gradient(f, y, out)

    bp.checkpoint.backprop(net, Looking(), x, y, binomial(3, 2))


def test_the_meter_counts_shared_memory_once():
    x = np.zeros((10, 10))
    assert held_bytes(x, [x, {"part": x[:5]}], x.T) == 800
    assert held_bytes(x[:, :3]) == 240
    assert held_bytes(x[:5], x[5:]) == 800
    assert held_bytes(None, 3, "text") == 0


# ---- the reader's mistakes -------------------------------------------------------------------------------------------


def test_a_schedule_that_does_not_fit_the_network_is_refused():
    net, x, y = wide(layers=4, rows=2, examples=3)
    for n, sentence in ((5, "there are 4 blocks, so activation 4 is the last"), (3, "not the output, 4")):
        with pytest.raises(ValueError, match=sentence):
            bp.checkpoint.backprop(net, bp.LeastSquares(), x, y, binomial(n, 2))
    with pytest.raises(TypeError, match="can be read only once"):
        bp.checkpoint.backprop(net, bp.LeastSquares(), x, y, iter(binomial(4, 2)))
    with pytest.raises(ValueError, match=r"did you mean x\.T"):
        bp.checkpoint.backprop(net, bp.LeastSquares(), x.T, y, binomial(4, 2))
    with pytest.raises(ValueError, match="rng is None"):
        bp.checkpoint.backprop(bp.Network([bp.Dropout()]), bp.LeastSquares(), np.ones((2, 3)), y, store_all(1))


def test_blocks_are_cut_behind_what_holds_linear_layers():
    net = bp.Network([
        bp.Tanh(), bp.Linear(3, 2, rng=0), bp.ReLU(), bp.Dropout(), bp.Residual([bp.Linear(2, 2, rng=0)]),
        bp.Residual([bp.Tanh()]), bp.Linear(2, 1, rng=0), bp.Sigmoid(),
    ])  # fmt: skip
    found = bp.checkpoint.blocks(net)
    assert [layer for block in found for layer in block.layers] == list(net.layers)
    assert [(block.first, len(block.before), len(block.rest)) for block in found] == [(0, 1, 1), (2, 2, 1), (5, 1, 2)]
    assert len(bp.checkpoint.blocks(bp.Network([bp.Tanh(), bp.ReLU()]))) == 1
