"""Training as a whole: figure 7.8 beside PyTorch, ridge and lasso against what is known of them, and bad data."""

import re

import numpy as np
import pytest

import bpkit as bp

MEAN = bp.LeastSquares("mean")


# ---- figure 7.8 ------------------------------------------------------------------------------------------------------


@pytest.fixture
def torch():
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # where other programs run, a second thread for such small matrices costs minutes
    yield torch
    torch.set_num_threads(threads)


def test_figure_7_8_has_the_losses_of_pytorch_in_all_of_its_1000_steps(torch):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(10, 100)), rng.normal(size=(5, 100))
    net = bp.mlp([10, 40, 40, 5], init=lambda s, r: bp.init.he(s, r, distribution="uniform"), rng=1)
    model = torch.nn.Sequential(
        torch.nn.Linear(10, 40), torch.nn.ReLU(), torch.nn.Linear(40, 40), torch.nn.ReLU(), torch.nn.Linear(40, 5)
    ).double()
    with torch.no_grad():
        for layer, beta, omega in zip(model[::2], net.beta, net.omega, strict=True):
            layer.weight.copy_(torch.tensor(omega))
            layer.bias.copy_(torch.tensor(beta[:, 0]))
    ours = bp.SGD(net.parameters, lr=0.1, momentum=0.9)
    theirs = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    our_schedule = bp.StepLR(ours, step_size=10, gamma=0.5)
    their_schedule = torch.optim.lr_scheduler.StepLR(theirs, step_size=10, gamma=0.5)
    our_losses, their_losses = [], []
    for _ in range(100):
        for x_batch, y_batch in bp.data.minibatches(x, y, 10, rng):
            value, grads = bp.backprop(net, MEAN, x_batch, y_batch)
            ours.step(grads.parameters)
            our_losses.append(value)
            theirs.zero_grad()
            loss = torch.nn.functional.mse_loss(model(torch.tensor(x_batch.T)), torch.tensor(y_batch.T))
            loss.backward()
            theirs.step()
            their_losses.append(loss.item())
        our_schedule.step()
        their_schedule.step()
    assert len(our_losses) == 1000 and our_losses[-1] < our_losses[0] / 5
    np.testing.assert_allclose(our_losses, their_losses, rtol=0, atol=1e-10)


# ---- ridge and lasso -------------------------------------------------------------------------------------------------


def regression():
    """60 examples of 8 features, half of which have nothing to do with y."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8, 60)) + 1
    return x, np.array([[3, -2, 1, 0.5, 0, 0, 0, 0]]) @ x + 4 + rng.normal(size=(1, 60))


@pytest.mark.parametrize("decay", ["penalty", "weight_decay"])
def test_ridge_by_gradient_descent_is_its_closed_form(decay):
    # 1/I Σ (β + ωx − y)² + λ/2 ‖ω‖², β without a penalty: ω = (X Xᵀ + Iλ/2)⁻¹ X yᵀ for centred X and y.
    x, y = regression()
    strength = 0.7
    net = bp.mlp([8, 1], rng=0)
    options = {"weight_decay": strength, "groups": [(net.beta, {"weight_decay": 0})]} if decay == "weight_decay" else {}
    optimizer = bp.SGD(net.parameters, lr=0.05, momentum=0.9, **options)
    for _ in range(600):
        _, grads = bp.backprop(net, MEAN, x, y, penalty=bp.L2(strength) if decay == "penalty" else None)
        optimizer.step(grads.parameters)
    x_mean, y_mean = x.mean(axis=1, keepdims=True), y.mean()
    x_centred, y_centred = x - x_mean, y - y_mean
    omega = np.linalg.solve(x_centred @ x_centred.T + 60 * strength / 2 * np.eye(8), x_centred @ y_centred.T).T
    np.testing.assert_allclose(net.omega[0], omega, rtol=0, atol=1e-6)
    np.testing.assert_allclose(net.beta[0], y_mean - omega @ x_mean, rtol=0, atol=1e-6)


@pytest.mark.parametrize("strength", [0.1, 1.0, 3.0])
def test_lasso_by_soft_thresholds_is_that_of_scikit_learn(strength):
    # 1/I Σ (β + ωx − y)² + λ |ω|₁ is twice what scikit-learn makes small, with alpha = λ/2.
    linear_model = pytest.importorskip("sklearn.linear_model")
    x, y = regression()
    net, lr = bp.mlp([8, 1], rng=0), 0.05
    beta, omega = net.beta[0], net.omega[0]
    for _ in range(1500):
        _, grads = bp.backprop(net, MEAN, x, y)
        beta -= lr * grads.beta[0]
        moved = omega - lr * grads.omega[0]
        omega[...] = np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0)
    peer = linear_model.Lasso(alpha=strength / 2, tol=1e-12, max_iter=100_000).fit(x.T, y[0])
    np.testing.assert_allclose(omega[0], peer.coef_, rtol=0, atol=1e-4)
    assert abs(beta.item() - peer.intercept_) < 1e-4
    assert np.array_equal(omega[0] == 0, peer.coef_ == 0) and 0 < np.sum(omega == 0) < 8


# ---- bad data --------------------------------------------------------------------------------------------------------

X, Y, LABELS = np.ones((3, 10)), np.ones((2, 10)), np.arange(10) % 2
AT_13 = np.arange(30).reshape(3, 10) == 13
CLASSES = bp.CrossEntropy()


def fit(net, loss, x, y, batch_size=5):
    bp.fit(net, loss, (x, y), bp.SGD(net.parameters, 0.1), 1, batch_size=batch_size, rng=0)


def batches(net, loss, x, y, batch_size=5):
    bp.data.minibatches(x, y, batch_size, rng=0)


def step(net, loss, x, y, batch_size=5):
    bp.backprop(net, loss, x, y)


@pytest.mark.parametrize(("loss", "x", "y", "words"), [
    (MEAN, np.where(AT_13, np.nan, X), Y, "x holds nan in row 1 of example 3, expected finite numbers"),
    (MEAN, np.where(AT_13, -np.inf, X), Y, "x holds -inf in row 1 of example 3, expected finite numbers"),
    (MEAN, X, np.where(AT_13[:2], np.nan, Y), "y holds nan in row 1 of example 3, expected finite numbers"),
    (MEAN, X, np.where(AT_13[:2], np.inf, Y), "y holds inf in row 1 of example 3, expected finite numbers"),
    (CLASSES, X, LABELS - 1, "y holds the label -1 for example 0, expected"),
    (MEAN, X.T, Y, "did you mean x.T?"),
    (MEAN, X, Y.T, "did you mean y.T?"),
    (CLASSES, X.T, LABELS, "did you mean x.T?"),
    (MEAN, X[:, :0], Y[:, :0], "x has shape (3, 0): the batch is empty, expected at least one example."),
])  # fmt: skip
@pytest.mark.parametrize("call", [fit, batches, step])
def test_bad_data_get_one_sentence_and_change_nothing(call, loss, x, y, words):
    refused_in_one_sentence(call, loss, x, y, words)


@pytest.mark.parametrize("call", [fit, step])
@pytest.mark.parametrize(("y", "words"), [
    (LABELS + 1, "y holds the label 2 for example 1, expected 0 … 1: do your labels count from 1?"),
    (np.where(LABELS == 1, 9, 0), "y holds the label 9 for example 1, expected 0 … 1."),
])  # fmt: skip
def test_labels_that_the_network_has_no_output_for(call, y, words):
    refused_in_one_sentence(call, CLASSES, X, y, words)


@pytest.mark.parametrize("call", [fit, batches])
def test_a_batch_larger_than_the_set(call):
    refused_in_one_sentence(lambda *args: call(*args, batch_size=11), MEAN, X, Y, "batch_size is 11, but ")


def refused_in_one_sentence(call, loss, x, y, words):
    net = bp.mlp([3, 2], rng=0)
    before = [array.copy() for array in net.parameters]
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        call(net, loss, x, y)
    assert re.fullmatch(r"[^\n]*\S[.?]", str(caught.value)) and not re.search(r"[.?] [A-Z]", str(caught.value))
    assert all(map(np.array_equal, before, net.parameters))
