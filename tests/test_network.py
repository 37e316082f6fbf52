"""Networks: the equations letter for letter, one call against its parts, and what happens to a reader's mistake."""

import copy
import gc
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp
from bpkit.numerical.arguments import columns

SIZES = st.lists(st.integers(1, 6), min_size=2, max_size=6)
SEEDS = st.integers(0, 2**32 - 1)
LOSSES = st.sampled_from([bp.LeastSquares(), bp.LeastSquares("mean"), bp.CrossEntropy(), bp.CrossEntropy("mean"),
                          bp.BinaryCrossEntropy(), bp.BinaryCrossEntropy("mean")])  # fmt: skip


def batch(net, loss, examples, rng):
    x = rng.normal(size=(net.rows[0], examples)).astype(net.dtype)
    rows = net.rows[-1]
    if isinstance(loss, bp.CrossEntropy):
        return x, rng.integers(rows, size=examples)
    y = (
        rng.normal(size=(rows, examples))
        if isinstance(loss, bp.LeastSquares)
        else rng.integers(2, size=(rows, examples))
    )
    return x, y.astype(net.dtype)


def random_mlp(sizes, rng, **options):
    net = bp.mlp(sizes, rng=rng, **options)
    for beta in net.beta:
        beta[...] = rng.normal(size=beta.shape)
    return net


@given(sizes=SIZES, examples=st.integers(1, 5), seed=SEEDS)
def test_an_mlp_is_the_equations_of_the_book(sizes, examples, seed):
    rng = np.random.default_rng(seed)
    net = random_mlp(sizes, rng)
    x, y = batch(net, bp.LeastSquares(), examples, rng)
    K = len(sizes) - 2
    omega, beta = net.omega, net.beta
    f, h = [beta[0] + omega[0] @ x], [x]  # 7.23
    for k in range(1, K + 1):
        h.append(np.maximum(f[k - 1], 0))
        f.append(beta[k] + omega[k] @ h[k])
    dl_df = [2 * (f[K] - y)]
    for k in range(K, 0, -1):
        dl_df.insert(0, (f[k - 1] > 0) * (omega[k].T @ dl_df[0]))  # 7.24
    trace = net.forward(x)
    grads = net.backward(trace, bp.LeastSquares().gradient(trace.output, y), keep_f=True)
    for k in range(K + 1):
        np.testing.assert_allclose(trace.f[k], f[k], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(trace.h[k], h[k], rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(grads.f[k], dl_df[k], rtol=1e-12, atol=1e-10)
        np.testing.assert_allclose(grads.beta[k], dl_df[k].sum(axis=1, keepdims=True), rtol=1e-12, atol=1e-10)
        np.testing.assert_allclose(grads.omega[k], dl_df[k] @ h[k].T, rtol=1e-12, atol=1e-10)  # 7.22, 7.25


@given(
    sizes=SIZES, examples=st.integers(1, 5), seed=SEEDS, loss=LOSSES, dtype=st.sampled_from([np.float32, np.float64])
)
def test_backprop_is_its_three_parts_to_the_last_bit_and_the_sum_over_examples(sizes, examples, seed, loss, dtype):
    rng = np.random.default_rng(seed)
    net = random_mlp(sizes, rng, activation=bp.Tanh, dtype=dtype)
    x, y = batch(net, loss, examples, rng)
    for _ in range(2):  # the second time in used memory
        value, grads = bp.backprop(net, loss, x, y)
        trace = net.forward(x)
        parts = net.backward(trace, loss.gradient(trace.output, y))
        assert value == loss(trace.output, y)
        assert all(map(np.array_equal, grads.parameters, parts.parameters))
        assert all(g.dtype == dtype for g in grads.parameters)
    if loss.reduction == "sum":
        singles = [bp.backprop(net, loss, x[:, [i]], y[..., [i]]) for i in range(examples)]
        assert value == pytest.approx(sum(single for single, _ in singles), rel=1e-4 if dtype == np.float32 else 1e-12)
        for total, *each in zip(grads.parameters, *(g.parameters for _, g in singles), strict=True):
            np.testing.assert_allclose(total, sum(each), rtol=0, atol=(1e-4 if dtype == np.float32 else 1e-12) * 100)


def test_gradients_a_reader_holds_stay_as_they_are():
    net = bp.mlp([3, 4, 2], rng=0)
    x, y = np.ones((3, 5)), np.zeros((2, 5))
    _, first = bp.backprop(net, bp.LeastSquares(), x, y)
    held = first.omega[0][1]  # a view of a view
    copied = held.copy()
    del first
    for _ in range(4):
        _, later = bp.backprop(net, bp.LeastSquares(), 2 * x, y)
        assert np.array_equal(held, copied)
        assert not any(np.shares_memory(held, g) for g in later.parameters)


def test_a_further_step_asks_for_no_memory_worth_mentioning():
    net = bp.mlp([50, 200, 200, 2], rng=0)
    x, y = np.ones((50, 100)), np.zeros((2, 100))
    grads = None
    for _ in range(3):
        value, grads = bp.backprop(net, bp.LeastSquares(), x, y, out=grads)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    value, grads = bp.backprop(net, bp.LeastSquares(), x, y, out=grads)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    # NumPy itself takes 85 kB, for a mask of 200 × 100 truth values and to turn them into numbers.
    assert peak < 100_000 < sum(p.nbytes for p in net.parameters) / 4
    assert value > 0 and len(grads.parameters) == 6


def test_a_step_within_a_step_has_memory_of_its_own():
    """As two threads would have."""
    net = bp.mlp([3, 4, 2], rng=0)
    x, y = np.ones((3, 5)), np.zeros((2, 5))

    class Nested(bp.LeastSquares):
        def value_and_gradient(self, f, y, out=None):
            found.append(bp.backprop(net, bp.LeastSquares(), 2 * x, y)[1])
            return super().value_and_gradient(f, y, out)

    _, expected = bp.backprop(net, bp.LeastSquares(), x, y)
    for _ in range(3):
        found = []
        _, outer = bp.backprop(net, Nested(), x, y)
        assert all(map(np.array_equal, outer.parameters, expected.parameters))
        assert not any(map(np.shares_memory, outer.parameters, found[0].parameters))


def test_batches_of_another_size_get_memory_of_their_size():
    net = bp.Network([bp.Tanh()])  # takes any number of rows
    for rows, examples in ((3, 5), (4, 5), (4, 2), (3, 5)):
        value, _ = bp.backprop(net, bp.LeastSquares(), np.ones((rows, examples)), np.zeros((rows, examples)))
        assert value == pytest.approx(rows * examples * np.tanh(1) ** 2)


def test_a_shared_layer_adds_up_its_gradients():
    shared = bp.Linear(3, 3, rng=0)
    net = bp.Network([shared, bp.Tanh(), bp.Residual([shared, bp.Tanh()]), shared])
    assert len(net.parameters) == 2 and len(net.omega) == 3
    apart = copy.deepcopy(shared), copy.deepcopy(shared), copy.deepcopy(shared)
    other = bp.Network([apart[0], bp.Tanh(), bp.Residual([apart[1], bp.Tanh()]), apart[2]])
    x, y = np.random.default_rng(0).normal(size=(2, 3, 4))
    for penalty in (None, bp.L2(0.5)):
        value, grads = bp.backprop(net, bp.LeastSquares(), x, y, penalty=penalty)
        _, separate = bp.backprop(other, bp.LeastSquares(), x, y)
        extra = 0 if penalty is None else 0.5 * shared.omega
        np.testing.assert_allclose(grads.omega[0], sum(separate.omega) + extra)
        np.testing.assert_allclose(grads.beta[2], sum(separate.beta))
    assert value == pytest.approx(bp.LeastSquares()(net(x), y) + 0.25 * np.sum(shared.omega**2))
    trace = net.forward(x)
    kept = net.backward(trace, np.ones((3, 4)), keep_f=True)
    assert len(trace.f) == len(trace.h) == len(kept.f) == 3
    np.testing.assert_allclose(kept.beta[0], sum(g.sum(axis=1, keepdims=True) for g in kept.f))


def test_the_penalty_of_the_weights_leaves_the_biases_alone():
    net = random_mlp([2, 3, 1], np.random.default_rng(0))
    x, y = np.ones((2, 1)), np.zeros((1, 1))
    plain, before = bp.backprop(net, bp.LeastSquares(), x, y)
    value, after = bp.backprop(net, bp.LeastSquares(), x, y, penalty=bp.L2(0.1))
    assert value - plain == pytest.approx(0.05 * sum(np.sum(omega**2) for omega in net.omega))
    for k in range(2):
        np.testing.assert_allclose(after.omega[k] - before.omega[k], 0.1 * net.omega[k])
        assert np.array_equal(after.beta[k], before.beta[k])
    with pytest.raises(ValueError, match="strength is -1, expected a λ that is not negative"):
        bp.L2(-1)


def test_peak_memory_is_trace_gradients_and_one_temporary_of_the_widest_layer():
    sizes, examples = [64, *[128] * 8, 10], 512
    net = bp.mlp(sizes, rng=0)
    x, y = np.ones((64, examples)), np.zeros((10, examples))
    bp.backprop(net, bp.LeastSquares(), x[:, :1], y[:, :1])
    trace = net.forward(x)
    stored = sum(value.nbytes for value in trace.values[1:])  # the input is the caller's
    expected = stored + sum(p.nbytes for p in net.parameters) + 128 * examples * 8
    del trace
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    bp.backprop(net, bp.LeastSquares(), x, y)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert abs(peak - expected) < 0.1 * expected, f"{peak / expected:.3f} of what is expected"


def test_a_copy_is_a_network_of_its_own_and_learns():
    net = bp.mlp([2, 4, 1], rng=0)
    x, y = np.random.default_rng(0).normal(size=(2, 20)), np.ones((1, 20))
    start, grads = bp.backprop(net, bp.LeastSquares(), x, y)
    twin = copy.deepcopy(net)
    before = [p.copy() for p in net.parameters]
    optimizer = bp.SGD(twin.parameters, lr=0.001)
    for _ in range(50):
        value, grads = bp.backprop(twin, bp.LeastSquares(), x, y)
        optimizer.step(copy.deepcopy(grads).parameters)
    assert value < 0.5 * start
    assert all(map(np.array_equal, before, net.parameters))
    assert bp.LeastSquares()(twin(x), y) < value


def test_a_copy_of_gradients_is_what_it_shows():
    net = bp.mlp([2, 4, 1], rng=0)
    _, grads = bp.backprop(net, bp.LeastSquares(), np.ones((2, 3)), np.ones((1, 3)))
    copied = copy.deepcopy(grads).parameters
    for gradient in copied:
        gradient[...] = 0
    before = [p.copy() for p in net.parameters]
    bp.SGD(net.parameters, lr=1.0).step(copied)
    assert all(map(np.array_equal, before, net.parameters))


def test_integers_are_converted_and_other_types_refused():
    net = bp.mlp([2, 1], rng=0)
    assert net([[1], [2]]).dtype == float
    with pytest.raises(
        TypeError, match=r"x is float32, but this network computes in float64: convert it with x.astype"
    ):
        net(np.ones((2, 1), dtype=np.float32))
    with pytest.raises(TypeError, match=r"x is list .*, but this network computes in float64"):
        net([["a"], ["b"]])


@pytest.mark.parametrize(("x", "words"), [
    (np.ones((100, 10)), r"x has shape \(100, 10\); examples are columns, .* is \(10, I\): did you mean x.T\?"),
    (np.ones(10), r"one example is x\[:, None\]"),
    (np.ones(9), r"x has shape \(9,\); .* is \(10, I\)\."),
    (np.ones((10, 0)), "the batch is empty, expected at least one example"),
    (np.ones((9, 4)), r"x has shape \(9, 4\); examples are columns, so a batch for this network is \(10, I\)\."),
    (np.ones((10, 2, 2)), r"is \(10, I\)\."),
    (np.where(np.arange(30).reshape(10, 3) == 7, np.nan, 1.0), "x holds nan in row 2 of example 1"),
    (np.where(np.arange(30).reshape(10, 3) == 8, -np.inf, 1.0), "x holds -inf in row 2 of example 2"),
])  # fmt: skip
def test_a_wrong_batch_is_named(x, words):
    net = bp.mlp([10, 5, 2], rng=0)
    for call in (net, net.forward, lambda x: bp.backprop(net, bp.LeastSquares(), x, np.zeros((2, 3)))):
        with pytest.raises(ValueError, match=words):
            call(x)


def test_a_large_finite_batch_is_not_taken_for_a_wrong_one():
    with np.errstate(all="raise"):
        columns("x", np.full((2, 2), 1e200), np.dtype(float), rows=2, of="this network")


@pytest.mark.parametrize(("make", "error", "words"), [
    (lambda: bp.Network([]), ValueError, "layers is empty"),
    (lambda: bp.Network([bp.ReLU]), TypeError, r"layers\[0\] is the class ReLU: did you mean ReLU\(\)\?"),
    (lambda: bp.Network([np.tanh]), TypeError, r"layers\[0\] is a ufunc, expected a layer"),
    (lambda: bp.Network([bp.Linear(2, 3, rng=0), bp.Linear(4, 1, rng=0)]), ValueError,
     r"layers\[1\] does not fit the layers before it: Linear 4 → 1 takes 4 rows, but 3 come in"),
    (lambda: bp.Network([bp.Linear(2, 2, rng=0), bp.Linear(2, 2, rng=0, dtype=np.float32)]), TypeError,
     "different types, float32, float64"),
    (lambda: bp.mlp([10], rng=0), ValueError, "expected at least two sizes"),
    (lambda: bp.mlp([10, 0, 2], rng=0), ValueError, r"sizes\[1\] is 0"),
    (lambda: bp.mlp([10, 2], rng=0, activation=bp.ReLU()), TypeError, "without brackets"),
    (lambda: bp.init.he(10, 0), ValueError, r"shape is 10, expected \(D_out, D_in\)"),
    (lambda: bp.init.normal((2, 2), 0, variance=-1), ValueError, "variance is -1"),
])  # fmt: skip
def test_a_network_that_cannot_be_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_backward_wants_what_belongs_together():
    net, other = bp.mlp([2, 3, 1], rng=0), bp.mlp([2, 3, 1], rng=0)
    trace = net.forward(np.ones((2, 4)))
    with pytest.raises(ValueError, match="trace comes from another network"):
        other.backward(trace, np.ones((1, 4)))
    with pytest.raises(ValueError, match=r"dl_doutput has shape \(1, 3\), but the output in the trace \(1, 4\)"):
        net.backward(trace, np.ones((1, 3)))
    with pytest.raises(AttributeError, match="keep_f=True"):
        print(net.backward(trace, np.ones((1, 4))).f)


def test_a_network_reads_as_a_table():
    net = bp.Network([
        bp.Linear(1000, 20, rng=0), bp.PReLU(), bp.Dropout(0.5),
        bp.Residual([bp.Linear(20, 20, rng=0), bp.Tanh(), bp.Linear(20, 20, rng=0)]), bp.Linear(20, 5, rng=0),
    ])  # fmt: skip
    assert repr(net) == (
        "Network of 20,966 parameters, float64\n"
        "   k  layer           rows in → out  parameters\n"
        "   0  Linear              1000 → 20      20,020\n"
        "      PReLU α = 0.25        20 → 20           1\n"
        "      Dropout(p=0.5)        20 → 20           0\n"
        " 1–2  Residual              20 → 20         840\n"
        "   3  Linear                 20 → 5         105"
    )
    assert repr(net.forward(np.ones((1000, 2)))) == "Trace of 2 examples through 5 layers, 2,170 numbers"


def test_the_moments_of_the_starting_weights():
    rng = np.random.default_rng(0)
    for init, variance in ((bp.init.he, 2 / 50), (bp.init.glorot, 2 / 250)):
        omega = init((200, 50), rng)
        assert abs(omega.mean()) < 5 * np.sqrt(variance / omega.size)
        assert abs(omega.var() - variance) < 5 * variance * np.sqrt(2 / omega.size)
    assert not bp.init.zeros((3, 2)).any()
    assert np.array_equal(bp.mlp([3, 2], rng=1).omega[0], bp.init.he((2, 3), 1))


# ---- Saving


EVERY_LAYER = [
    bp.Linear(3, 4, rng=0), bp.ReLU(), bp.LeakyReLU(0.3), bp.PReLU(0.1), bp.Sigmoid(), bp.Tanh(), bp.Softplus(),
    bp.SELU(), bp.Dropout(0.25), bp.Residual([bp.Linear(4, 4, rng=1), bp.Residual([bp.Tanh()])]), bp.Softmax(),
    bp.LogSoftmax(),
]  # fmt: skip


def test_a_network_saved_by_an_earlier_version_still_loads():
    """It holds every layer there was in 0.1.0, a shared one, settings that are no defaults, and running statistics."""
    net = bp.Network.load(Path(__file__).parent / "files" / "network_0_1_0.npz")
    found = net(np.arange(6.0).reshape(3, 2))
    stored = [[0.8738601582399392, 0.8755864206594616], [0.1261398417600607, 0.12441357934053845]]
    np.testing.assert_allclose(found, stored, rtol=1e-12)
    settings = [(layer.momentum, layer.epsilon) for layer in net.layers if isinstance(layer, bp.BatchNorm)]
    assert settings == [(0.2, 1e-4)] and net.layers[6].p == 0.25 and net.layers[2].alpha == 0.2
    assert net.layers[3] is not net.layers[5] and net.layers[3].omega is net.layers[5].omega


def test_a_saved_network_comes_back_bit_for_bit(tmp_path):
    shared = EVERY_LAYER[0]
    net = bp.Network([*EVERY_LAYER, bp.Linear(4, 3, rng=2), shared])
    net.save(tmp_path / "net.npz")
    back = bp.Network.load(tmp_path / "net.npz")
    x = np.random.default_rng(0).normal(size=(3, 5))
    assert repr(back) == repr(net) and len(back.parameters) == len(net.parameters)
    assert np.array_equal(back(x), net(x))
    single = bp.mlp([3, 2], rng=0, dtype=np.float32)
    single.save(tmp_path / "single.npz")
    assert bp.Network.load(tmp_path / "single.npz").dtype == np.float32
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.npz", "single.npz"]


def test_saving_loses_nothing(tmp_path):
    net, path = bp.mlp([3, 2], rng=0), tmp_path / "net.npz"
    net.save(path)
    with pytest.raises(FileExistsError, match="choose another name, or pass overwrite=True"):
        bp.mlp([1, 1], rng=0).save(path)
    assert len(bp.Network.load(path).parameters[0]) == 2
    bp.mlp([1, 1], rng=0).save(path, overwrite=True)
    assert len(bp.Network.load(path).parameters[0]) == 1
    with pytest.raises(ValueError, match=r"expected a name that ends in \.npz"):
        net.save(tmp_path / "net")

    class Own(bp.ReLU):
        pass

    with pytest.raises(TypeError, match="which is not one of bpkit's"):
        bp.Network([Own()]).save(path, overwrite=True)
    assert len(bp.Network.load(path).parameters[0]) == 1


@pytest.mark.parametrize("content", ["text", "arrays", "pickle", "format", "layer", "torn"])
def test_a_foreign_file_is_refused_and_nothing_in_it_is_run(tmp_path, content):
    path = tmp_path / "net.npz"
    bp.mlp([3, 2], rng=0).save(path)
    with np.load(path) as file:
        stored = dict(file)
    description = str(stored["description"])
    match content:
        case "text":
            path.write_text("hello")
        case "arrays":
            np.savez(path, a=np.ones(3))
        case "pickle":
            np.savez(path, **(stored | {"description": np.array([print], dtype=object)}))
        case "format":
            np.savez(path, **(stored | {"description": np.array(description.replace("network 1", "network 2"))}))
        case "layer":
            np.savez(path, **(stored | {"description": np.array(description.replace("Linear", "Quadratic"))}))
        case "torn":
            path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(ValueError, match=r"net\.npz' is not a network saved by this version of bpkit"):
        bp.Network.load(path)
