"""Micro-batching: the gradients of the whole from those of the parts."""

import gc
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp

LOSSES = [loss(reduction) for loss in (bp.LeastSquares, bp.CrossEntropy) for reduction in ("sum", "mean")]


@given(
    loss=st.sampled_from(LOSSES), examples=st.integers(1, 9), data=st.data(), seed=st.integers(0, 2**32 - 1),
    penalty=st.sampled_from([None, bp.L2(0.3)]),
)  # fmt: skip
def test_the_parts_add_up_to_the_whole(loss, examples, data, seed, penalty):
    parts = data.draw(st.integers(1, examples))
    rng = np.random.default_rng(seed)
    shared = bp.Linear(3, 3, rng=rng)
    net = bp.Network([shared, bp.Tanh(), shared, bp.Linear(3, 4, rng=rng)])
    x = rng.normal(size=(3, examples))
    y = rng.normal(size=(4, examples)) if isinstance(loss, bp.LeastSquares) else rng.integers(4, size=examples)
    value, grads = bp.backprop(net, loss, x, y, penalty=penalty)
    found, accumulated = bp.accumulate(net, loss, x, y, parts, penalty=penalty)
    assert found == pytest.approx(value, rel=1e-12)
    for one, other in zip(accumulated.parameters, grads.parameters, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(accumulated.omega[0], accumulated.parameters[1])


def test_the_memory_is_that_of_one_part():
    net = bp.mlp([100] * 20, rng=0, dtype=np.float32)
    x, y = np.ones((100, 2000), np.float32), np.zeros((100, 2000), np.float32)
    peaks = []
    for parts in (1, 10):
        net.step_memory.clear()
        gc.collect()
        tracemalloc.start()
        bp.accumulate(net, bp.LeastSquares(), x, y, parts)
        gradients = min(parts, 2) * sum(p.nbytes for p in net.parameters)  # those of the whole, and of one part
        peaks.append(tracemalloc.get_traced_memory()[1] - gradients)
        tracemalloc.stop()
    assert peaks[1] == pytest.approx(peaks[0] / 10, rel=0.1)


def test_batchnorm_sees_each_part_by_itself():
    layer = bp.BatchNorm(1)
    net = bp.Network([layer])
    x = np.array([[0.0, 2.0, 10.0, 30.0]])
    bp.accumulate(net, bp.LeastSquares(), x, np.zeros_like(x), 2)
    np.testing.assert_allclose(layer.running_mean, 0.9 * (0.9 * 0 + 0.1 * 1) + 0.1 * 20)


def test_dropout_draws_for_every_part():
    net = bp.Network([bp.Dropout(0.5)])
    x = np.ones((1, 100))
    found, _ = bp.accumulate(net, bp.LeastSquares(), x, np.zeros_like(x), 100, rng=0)
    assert 100 < found < 300  # 4 for each of those that survive; with the same draw each time, 0 or 400


@pytest.mark.parametrize(("parts", "y", "sentence"), [
    (4, np.ones((1, 3)), "parts is 4, but the batch has 3 examples: a part needs at least one"),
    (0, np.ones((1, 3)), "parts is 0"),
    (2, np.ones((3, 1)), r"y has shape \(3, 1\), but the batch has 3 examples"),
])  # fmt: skip
def test_mistakes_are_named(parts, y, sentence):
    net = bp.mlp([2, 1], rng=0)
    with pytest.raises(ValueError, match=sentence):
        bp.accumulate(net, bp.LeastSquares(), np.ones((2, 3)), y, parts)
