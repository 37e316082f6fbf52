"""The toy example against independent witnesses: complex step, other libraries, and sums over examples."""

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bpkit import toy


def draw(rng: np.random.Generator) -> tuple[float, float, np.ndarray, np.ndarray]:
    return rng.normal(), rng.normal(), rng.normal(size=4), rng.normal(size=4)


def loss(x: Any, y: Any, beta: Any, omega: Any, np: ModuleType = np) -> Any:
    """7.5 and 7.6 in one line, independent of the library."""
    inner = np.exp(beta[1] + omega[1] * np.sin(beta[0] + omega[0] * x))
    return (beta[3] + omega[3] * np.cos(beta[2] + omega[2] * inner) - y) ** 2


def complex_step(x: float, y: float, beta: np.ndarray, omega: np.ndarray) -> np.ndarray:
    step = 1e-200
    by_beta = [loss(x, y, beta + 1j * step * (np.arange(4) == k), omega).imag / step for k in range(4)]
    by_omega = [loss(x, y, beta, omega + 1j * step * (np.arange(4) == k)).imag / step for k in range(4)]
    return np.array([by_beta, by_omega])


def test_gradients_agree_with_complex_step_to_1e_12_over_1000_draws():
    rng = np.random.default_rng(0)
    for _ in range(1000):
        x, y, beta, omega = draw(rng)
        stored = toy.forward(x, y, beta, omega)
        derivatives = toy.backward(stored, y, omega)
        expected = complex_step(x, y, beta, omega)
        np.testing.assert_allclose([derivatives.beta, derivatives.omega], expected, rtol=1e-12, atol=0)
        np.testing.assert_allclose(stored.loss, loss(x, y, beta, omega), rtol=1e-12, atol=0)
        direct = toy.direct_derivative_of_omega_0(x, y, beta, omega)
        np.testing.assert_allclose(direct, expected[1, 0], rtol=1e-12, atol=0)


def test_intermediate_derivatives_agree_with_complex_step():
    """∂ℓ/∂f_k is what a shift of β_k does, and ∂ℓ/∂h_k what a shift of β_k / ω_k does."""
    rng = np.random.default_rng(1)
    for _ in range(100):
        x, y, beta, omega = draw(rng)
        derivatives = toy.backward(toy.forward(x, y, beta, omega), y, omega)
        by_beta = complex_step(x, y, beta, omega)[0]
        np.testing.assert_allclose(derivatives.f, by_beta, rtol=1e-12, atol=0)
        np.testing.assert_allclose(derivatives.h, omega * by_beta, rtol=1e-12, atol=0)


def test_many_examples_are_each_as_one():
    rng = np.random.default_rng(2)
    _, _, beta, omega = draw(rng)
    x, y = rng.normal(size=(2, 7))
    together = toy.backward(toy.forward(x, y, beta, omega), y, omega)
    for i in range(7):
        alone = toy.backward(toy.forward(x[i], y[i], beta, omega), y[i], omega)
        for name in toy.Backward._fields:
            np.testing.assert_allclose(getattr(together, name)[:, i], getattr(alone, name), rtol=1e-14)


def gradient_by(peer: str, x: float, y: float, beta: np.ndarray, omega: np.ndarray) -> np.ndarray:
    if peer == "torch":
        torch = importlib.import_module("torch")
        parameters = [torch.tensor(parameter, requires_grad=True) for parameter in (beta, omega)]
        loss(x, y, *parameters, np=torch).backward()
        return np.array([parameter.grad.numpy() for parameter in parameters])
    if peer == "jax":
        jax = importlib.import_module("jax")
        jax.config.update("jax_enable_x64", True)
        return np.array(jax.grad(lambda p: loss(x, y, *p, np=jax.numpy))(np.array([beta, omega])))
    autograd = importlib.import_module("autograd")
    peer_numpy = importlib.import_module("autograd.numpy")
    return np.array(autograd.grad(lambda p: loss(x, y, *p, np=peer_numpy))(np.array([beta, omega])))


@pytest.mark.parametrize("peer", ["torch", "jax", "autograd"])
@pytest.mark.filterwarnings("ignore")  # what a peer warns of while it is imported is its own affair
def test_gradients_agree_with_other_libraries(peer):
    pytest.importorskip(peer, reason=f"{peer} is not installed (extra: peers)")
    rng = np.random.default_rng(3)
    for _ in range(20):
        x, y, beta, omega = draw(rng)
        derivatives = toy.backward(toy.forward(x, y, beta, omega), y, omega)
        expected = gradient_by(peer, x, y, beta, omega)
        np.testing.assert_allclose([derivatives.beta, derivatives.omega], expected, rtol=1e-10, atol=1e-300)


GOOD = {"x": 0.5, "y": 1.0, "beta": [0.1, 0.2, 0.3, 0.4], "omega": [0.9, -0.8, 0.7, 0.6]}


@pytest.mark.parametrize(
    ("bad", "error", "sentence"),
    [
        ({"beta": [1, 2, 3]}, ValueError, "beta has shape (3,), expected (4,): one bias for each of f_0 … f_3."),
        ({"omega": np.ones((4, 1))}, ValueError, "omega has shape (4, 1), expected (4,): one weight"),
        ({"x": [1.0, 2.0]}, ValueError, "y has shape (), expected (2,): every x needs its own y."),
        ({"x": "half"}, TypeError, "x is str 'half', expected real numbers."),
        ({"y": None}, TypeError, "y is NoneType None, expected real numbers."),
        ({"y": 1j}, TypeError, "y is complex 1j, expected real numbers."),
        ({"y": [[1.0], [1.0, 2.0]]}, TypeError, "y is a list whose rows differ in length"),
        ({"x": float("nan")}, ValueError, "x holds nan, expected finite numbers."),
        ({"omega": [1, 2, np.inf, 4]}, ValueError, "omega holds inf at index [2], expected finite numbers."),
        ({"beta": [0, 1000, 0, 0]}, ValueError, "f_1 = β_1 + ω_1·sin f_0 is 999.7, expected at most 710"),
    ],
)
def test_bad_input_gets_one_clear_sentence(bad, error, sentence):
    for function in (toy.forward, toy.direct_derivative_of_omega_0):
        with pytest.raises(error) as raised:
            function(**{**GOOD, **bad})
        assert sentence in str(raised.value)
        assert str(raised.value).count("\n") == 0


def test_backward_wants_the_y_of_the_forward_pass():
    stored = toy.forward(**GOOD)
    with pytest.raises(ValueError, match="is it the y that went into the forward pass"):
        toy.backward(stored, [1.0, 2.0], GOOD["omega"])


def test_arguments_are_left_as_they_were():
    beta, omega = np.array(GOOD["beta"]), np.array(GOOD["omega"])
    kept = beta.copy(), omega.copy()
    derivatives = toy.backward(toy.forward(0.5, 1.0, beta, omega), 1.0, omega)
    derivatives.beta[:] = 7.0
    assert np.array_equal(beta, kept[0]) and np.array_equal(omega, kept[1])
    assert not np.any(derivatives.f == 7.0), "the gradients share no memory with each other"


def test_every_example_may_have_parameters_of_its_own():
    rng = np.random.default_rng(4)
    x, y, beta, omega = rng.normal(size=3), rng.normal(size=3), rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    together = toy.backward(toy.forward(x, y, beta, omega), y, omega)
    for i in range(3):
        alone = toy.backward(toy.forward(x[i], y[i], beta[:, i], omega[:, i]), y[i], omega[:, i])
        np.testing.assert_allclose(together.omega[:, i], alone.omega, rtol=1e-14)
