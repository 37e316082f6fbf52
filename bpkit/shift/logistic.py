"""Logistic regression as a network with one linear layer, fitted to the minimum by Newton's method."""

import numpy as np

from bpkit.layers.linear import Linear
from bpkit.networks.backprop import backprop
from bpkit.networks.losses import L2, BinaryCrossEntropy
from bpkit.networks.network import Network
from bpkit.numerical.arrays import Array

ITERATIONS = 100
ROUNDING = 1e-12  # relative: at the minimum the loss may rise by as much
TOLERANCE = 1e-9  # of the largest derivative, at which the minimum is found


def logistic_regression(x: Array, z: Array, strength: float, weights: Array | None = None) -> Network:
    """Return the network a = β + ωx with the smallest mean cross-entropy of the labels z plus λ/2 · ‖ω‖².

    x is (D, I), z holds 0 or 1 for each example (I,), λ is `strength`, above 0, and each example's cross-entropy may
    have a weight (I,). The problem is convex, so Newton's method finds the one minimum; a step that is too long is
    halved until the loss falls.

    Raises ArithmeticError if the minimum is not found.

    >>> net = logistic_regression(np.array([[0.0, 1.0, 2.0, 3.0]]), np.array([0, 1, 0, 1]), strength=0.01)
    >>> [f"{logit:.2f}" for logit in net([[0.0, 3.0]])[0]]
    ['-1.30', '1.30']
    """
    net = Network([Linear.of(np.zeros((1, 1)), np.zeros((1, x.shape[0])))])
    beta, omega = net.beta[0], net.omega[0]
    ones = np.vstack([np.ones(x.shape[1]), x])
    loss, counted = BinaryCrossEntropy("mean"), 1.0 if weights is None else weights
    penalised = np.diag([0.0, *np.full(x.shape[0], strength)])  # the bias is not

    def loss_and_gradient() -> tuple[float, Array]:
        value, grads = backprop(net, loss, x, z[None, :], weights=weights, penalty=L2(strength))
        return value, np.concatenate([grads.beta[0].ravel(), grads.omega[0].ravel()])

    value, gradient = loss_and_gradient()
    for _ in range(ITERATIONS):
        if np.abs(gradient).max() <= TOLERANCE:
            return net
        q = np.exp(-np.logaddexp(0, -net(x)[0]))
        hessian = (ones * (counted * q * (1 - q))) @ ones.T / x.shape[1] + penalised
        step = np.linalg.solve(hessian, gradient)
        start, before = np.concatenate([beta.ravel(), omega.ravel()]), value
        for halvings in range(60):
            parameters = start - step / 2**halvings
            beta[...], omega[...] = parameters[0], parameters[1:]
            value, gradient = loss_and_gradient()
            if value <= before + ROUNDING * abs(before):
                break
    raise ArithmeticError(
        "logistic regression did not converge: are the features of very different scale? Standardise them "
        "(bp.data.standardise), or pass a larger strength."
    )
