"""The losses: values and gradients against PyTorch and differences, large logits, and targets that do not fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp

KINDS = [bp.LeastSquares, bp.BinaryCrossEntropy, bp.CrossEntropy]
SHAPES = {"rows": st.integers(1, 5), "examples": st.integers(1, 5), "seed": st.integers(0, 2**32 - 1)}


def draw(kind, rows, examples, seed, dtype=float):
    rng = np.random.default_rng(seed)
    f = rng.normal(scale=3, size=(rows, examples)).astype(dtype)
    if kind is bp.CrossEntropy:
        return f, rng.integers(rows, size=examples)
    y = rng.normal(size=f.shape) if kind is bp.LeastSquares else rng.integers(2, size=f.shape)
    return f, y.astype(dtype)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("kind", KINDS)
@given(**SHAPES)
def test_gradients_agree_with_central_differences(kind, reduction, rows, examples, seed):
    loss = kind(reduction)
    f, y = draw(kind, rows, examples, seed)
    gradient = loss.gradient(f, y)
    for index in np.ndindex(f.shape):
        moved = [f.copy() for _ in range(4)]
        for one, step in zip(moved, (-2e-4, -1e-4, 1e-4, 2e-4), strict=True):
            one[index] += step
        a, b, c, d = (loss(one, y) for one in moved)
        assert abs((a - 8 * b + 8 * c - d) / 12e-4 - gradient[index]) <= 1e-7 * (1 + abs(gradient[index]))


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-10), (np.float32, 1e-4)])
def test_losses_agree_with_pytorch(kind, reduction, dtype, tolerance):
    torch = pytest.importorskip("torch")
    peer = {bp.LeastSquares: torch.nn.MSELoss, bp.BinaryCrossEntropy: torch.nn.BCEWithLogitsLoss,
            bp.CrossEntropy: torch.nn.CrossEntropyLoss}[kind](reduction=reduction)  # fmt: skip
    for seed in range(10):
        f, y = draw(kind, 1 + seed % 4, 1 + seed // 2, seed, dtype)
        logits = torch.tensor(f.T, requires_grad=True)
        value = peer(logits, torch.tensor(y.T))
        value.backward()
        ours, gradient = kind(reduction).value_and_gradient(f, y)
        assert ours == pytest.approx(value.item(), rel=tolerance)
        assert gradient.dtype == dtype
        np.testing.assert_allclose(gradient, logits.grad.numpy().T, rtol=0, atol=tolerance)


@pytest.mark.parametrize(("dtype", "largest"), [(np.float64, 1e4), (np.float32, 1e3)])
def test_large_logits_do_not_overflow(dtype, largest):
    f = np.array([[largest, -largest, 0], [-largest, largest, 0]], dtype=dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value, gradient = bp.CrossEntropy().value_and_gradient(f, [1, 1, 0])
        assert value == pytest.approx(2 * largest + np.log(2), rel=1e-6)
        np.testing.assert_allclose(gradient, [[1, 0, -0.5], [-1, 0, 0.5]], atol=1e-30)
        value, gradient = bp.BinaryCrossEntropy().value_and_gradient(f, np.zeros((2, 3), dtype))
        assert value == pytest.approx(2 * largest + 2 * np.log(2), rel=1e-6)
        np.testing.assert_allclose(gradient, [[1, 0, 0.5], [0, 1, 0.5]], atol=1e-30)


def test_the_cross_entropy_is_the_negative_of_the_log_softmax_and_its_gradient_q_minus_p():
    f, y = draw(bp.CrossEntropy, 4, 6, 0)
    log_q = bp.LogSoftmax().activate(f)
    assert bp.CrossEntropy()(f, y) == pytest.approx(-log_q[y, np.arange(6)].sum())
    p = np.eye(4)[:, y]
    np.testing.assert_allclose(bp.CrossEntropy().gradient(f, y), bp.Softmax().activate(f) - p, atol=1e-15)


@pytest.mark.parametrize("kind", KINDS)
def test_a_loss_changes_neither_argument_and_writes_where_it_is_told(kind):
    f, y = draw(kind, 3, 4, 0)
    f_before, y_before, out = f.copy(), y.copy(), np.full_like(f, np.nan)
    value, gradient = kind().value_and_gradient(f, y)
    again, written = kind().value_and_gradient(f, y, out=out)
    assert np.array_equal(f, f_before) and np.array_equal(y, y_before)
    assert written is out and np.array_equal(written, gradient) and value == again


@given(rows=st.integers(1, 4), columns=st.integers(1, 4), strength=st.floats(0, 10), seed=st.integers(0, 2**32 - 1))
def test_penalties_pass_gradcheck_and_agree_with_their_sums(rows, columns, strength, seed):
    rng = np.random.default_rng(seed)
    omega = rng.choice([-1, 1], size=(rows, columns)) * rng.uniform(0.1, 2, size=(rows, columns))  # away from the kink
    for penalty, by_hand in (
        (bp.L1(strength), strength * np.abs(omega).sum()),
        (bp.L2(strength), strength / 2 * np.sum(omega**2)),
    ):
        assert penalty([omega, 2 * omega]) - penalty([2 * omega]) == pytest.approx(by_hand, abs=1e-12)
        bp.gradcheck(lambda omega, penalty=penalty: penalty([omega]), penalty.gradient, omega)
    assert bp.L1(strength).gradient(omega.astype(np.float32)).dtype == np.float32


def test_the_subgradient_of_l1_at_0_is_0_and_leaves_a_weight_there():
    penalty, omega = bp.L1(0.5), np.array([[0.0, -0.0, 1e-300, -1e-300]])
    assert np.array_equal(penalty.gradient(omega), [[0, 0, 0.5, -0.5]])
    with pytest.raises(bp.GradcheckError, match="kink") as caught:
        bp.gradcheck(lambda omega: penalty([omega]), penalty.gradient, np.array([[0.0, 1.0]]))
    assert caught.value.cause == "kink" and caught.value.entry == (0, 0)
    with pytest.raises(ValueError, match="strength is -1, expected a λ that is not negative"):
        bp.L1(-1)


def test_l1_in_backprop_moves_the_weights_and_leaves_the_biases_alone():
    net = bp.mlp([2, 3, 1], rng=0)
    x, y = np.ones((2, 1)), np.zeros((1, 1))
    plain, before = bp.backprop(net, bp.LeastSquares(), x, y)
    value, after = bp.backprop(net, bp.LeastSquares(), x, y, penalty=bp.L1(0.1))
    assert value - plain == pytest.approx(0.1 * sum(np.abs(omega).sum() for omega in net.omega))
    for k in range(2):
        np.testing.assert_allclose(after.omega[k] - before.omega[k], 0.1 * np.sign(net.omega[k]))
        assert np.array_equal(after.beta[k], before.beta[k])


@pytest.mark.parametrize(("loss", "f", "y", "error", "words"), [
    (bp.LeastSquares(), np.ones((5, 100)), np.ones((100, 5)), ValueError,
     r"y has shape \(100, 5\), but the output has shape \(5, 100\), a column for each example: did you mean y.T\?"),
    (bp.LeastSquares(), np.ones((1, 3)), np.ones(3), ValueError, r"did you mean y.reshape\(1, 3\)\?"),
    (bp.LeastSquares(), np.ones((2, 3)), np.ones((1, 3)), ValueError, r"y has shape \(1, 3\), but the output"),
    (bp.LeastSquares(), np.ones((1, 3), np.float32), np.ones((1, 3)), TypeError, r"y.astype\(np.float32\)"),
    (bp.LeastSquares(), np.ones((1, 3)), [[0, np.nan, 0]], ValueError, "y holds nan in row 0 of example 1"),
    (bp.LeastSquares(), np.ones(3), np.ones(3), ValueError, r"f has shape \(3,\), expected \(D_o, I\)"),
    (bp.LeastSquares(), [["a"]], [[0]], TypeError, "expected the network's output, real numbers"),
    (bp.BinaryCrossEntropy(), np.ones((1, 2)), [[-1, 1]], ValueError, r"y holds -1, expected 0 or 1 .* \(y \+ 1\) / 2"),
    (bp.BinaryCrossEntropy(), np.ones((1, 2)), [[0.5, 1.0]], ValueError, r"y holds 0\.5, expected 0 or 1"),
    (bp.CrossEntropy(), np.ones((3, 2)), np.eye(3)[:, :2], ValueError, r"did you mean y.argmax\(axis=0\)\?"),
    (bp.CrossEntropy(), np.ones((3, 2)), [0.0, 1.0], TypeError, "y is float64, expected integer labels 0 … 2"),
    (bp.CrossEntropy(), np.ones((3, 2)), [[0, 1]], ValueError, r"did you mean y.ravel\(\)\?"),
    (bp.CrossEntropy(), np.ones((3, 2)), [0, 1, 2], ValueError, r"y has shape \(3,\), expected \(2,\)"),
    (bp.CrossEntropy(), np.ones((3, 2)), [1, 3], ValueError, "label 3 for example 1, expected 0 … 2: do your labels"),
    (bp.CrossEntropy(), np.ones((3, 2)), [-1, 0], ValueError, "label -1 for example 0"),
])  # fmt: skip
def test_targets_that_do_not_fit_are_named(loss, f, y, error, words):
    with pytest.raises(error, match=words):
        loss(f, y)


def test_an_unknown_reduction_is_named():
    with pytest.raises(ValueError, match='reduction is \'average\', expected "sum" or "mean"'):
        bp.LeastSquares("average")


@pytest.mark.parametrize("reduction", ["sum", "mean"])
@pytest.mark.parametrize("kind", KINDS)
@given(**SHAPES)
def test_a_whole_weight_counts_an_example_so_many_times(kind, reduction, rows, examples, seed):
    """And "mean" divides by the number of columns, whatever the weights."""
    f, y = draw(kind, rows, examples, seed)
    weights = np.random.default_rng(seed).integers(4, size=examples)
    value, gradient = kind(reduction).value_and_gradient(f, y, weights=weights)
    divisor = {"sum": 1, "mean": examples if kind is bp.CrossEntropy else f.size}[reduction]
    for column in range(examples):
        one = kind().gradient(f[:, [column]], y[..., [column]])
        np.testing.assert_allclose(gradient[:, [column]], weights[column] * one / divisor, rtol=1e-12, atol=1e-15)
    if weights.any():
        assert value == pytest.approx(kind()(np.repeat(f, weights, axis=1), np.repeat(y, weights, axis=-1)) / divisor)


@pytest.mark.parametrize(("weights", "error", "words"), [
    ([1, 2], ValueError, r"weights has shape \(2,\), expected \(3,\): one weight for each example\."),
    ([[1, 2, 3]], ValueError, r"weights has shape \(1, 3\), expected \(3,\): one weight for each example\."),
    ([1, -2, 3], ValueError, "weights holds -2 for example 1, expected no negative number: a loss that counts less"),
    ([1, np.nan, 3], ValueError, r"weights holds nan at index \[1\], expected finite numbers\."),
    ("abc", TypeError, "weights is str 'abc', expected real numbers."),
])  # fmt: skip
def test_weights_that_do_not_fit_are_named(weights, error, words):
    for call in (bp.LeastSquares(), bp.LeastSquares().gradient):
        with pytest.raises(error, match=words):
            call(np.zeros((2, 3)), np.zeros((2, 3)), weights=weights)


def test_backprop_in_parts_under_a_schedule_and_fit_take_the_same_weights():
    """All agree with a batch in which every example stands as often as its weight says."""
    rng = np.random.default_rng(0)
    x, y, weights = rng.normal(size=(3, 8)), rng.normal(size=(2, 8)), np.array([0, 1, 2, 3, 1, 0, 1, 2])
    loss, net = bp.LeastSquares(), bp.mlp([3, 5, 5, 2], rng=0)
    value, grads = bp.backprop(net, loss, np.repeat(x, weights, axis=1), np.repeat(y, weights, axis=1))
    found = [
        bp.backprop(net, loss, x, y, weights=weights),
        bp.accumulate(net, loss, x, y, 3, weights=weights),
        bp.checkpoint.backprop(net, loss, x, y, bp.checkpoint.binomial(3, 1), weights=weights),
    ]
    for one, derivatives in found:
        assert one == pytest.approx(value)
        for ours, expected in zip(derivatives.parameters, grads.parameters, strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-12)
    optimizer = bp.SGD(net.parameters, lr=0.01)
    before = [array.copy() for array in net.parameters]
    history = bp.fit(net, loss, (x, y), optimizer, epochs=1, batch_size=8, rng=1, weights=weights)
    assert history.steps[0] == pytest.approx(value)
    for array, start, gradient in zip(net.parameters, before, grads.parameters, strict=True):
        np.testing.assert_allclose(array, start - 0.01 * gradient, rtol=1e-10, atol=1e-12)


def test_weights_follow_their_examples_into_the_minibatches():
    """Examples of weight 0 teach nothing, in whatever order they come."""
    rng = np.random.default_rng(1)
    x, weights = rng.normal(size=(2, 40)), np.repeat([1.0, 0.0], 20)
    nets = [bp.mlp([2, 4, 1], rng=0) for _ in range(2)]
    for net, y in zip(nets, (np.ones((1, 40)), np.where(weights, 1.0, 99.0)[None, :]), strict=True):
        optimizer = bp.SGD(net.parameters, lr=0.05)
        bp.fit(net, bp.LeastSquares("mean"), (x, y), optimizer, epochs=3, batch_size=7, rng=2, weights=weights)
    assert all(map(np.array_equal, nets[0].parameters, nets[1].parameters))


def test_a_snapshot_of_a_training_with_other_weights_is_refused(tmp_path):
    x, y = np.ones((1, 4)), np.zeros((1, 4))

    def train(weights):
        net = bp.mlp([1, 1], rng=0)
        optimizer = bp.SGD(net.parameters, lr=0.1)
        return bp.fit(net, bp.LeastSquares(), (x, y), optimizer, epochs=2, batch_size=2, rng=0,
                      snapshot=tmp_path / "training", weights=weights)  # fmt: skip

    train([1, 2, 3, 4])
    train([1, 2, 3, 4])
    for other in ([1, 2, 3, 5], None):
        with pytest.raises(ValueError, match="belongs to another training: weights differ"):
            train(other)


def test_a_loss_of_ones_own_that_knows_no_weights_trains_as_before():
    """It is called in four ways: by itself, for its gradient, in a step, and on validation data."""

    class Own(bp.LeastSquares):
        def value_and_gradient(self, f, y, out=None):
            return super().value_and_gradient(f, y, out)

    net, x, y = bp.mlp([1, 3, 1], rng=0), np.linspace(-1, 1, 8)[None, :], np.ones((1, 8))
    loss, optimizer = Own("mean"), bp.SGD(net.parameters, lr=0.1)
    assert loss(net(x), y) == bp.LeastSquares("mean")(net(x), y)
    assert np.array_equal(loss.gradient(net(x), y), bp.LeastSquares("mean").gradient(net(x), y))
    history = bp.fit(net, loss, (x, y), optimizer, epochs=2, batch_size=4, rng=0, validation=(x, y))
    assert history.epochs[1] < history.epochs[0]
