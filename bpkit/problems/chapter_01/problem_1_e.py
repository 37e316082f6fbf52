"""Problem 1.e: another chain."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpkit.networks import toy
from bpkit.problems.activations import sigmoid
from bpkit.problems.chapter_01.toy_model import draw_toy
from bpkit.problems.problem import Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def gradients(
    x: Any,
    y: Any,
    beta: Any,
    omega: Any,
    loss_slope: Callable[[Any], Any] = lambda error: error,
    square_slope: Callable[[Any, Any], Any] = lambda f, h: 2 * f,
    tanh_slope: Callable[[Any, Any], Any] = lambda f, h: 1 - h**2,
    softplus_slope: Callable[[Any, Any], Any] = lambda f, h: sigmoid(f),
    source: Callable[[Any, Any], Any] = lambda f, h: h,
    weight: Callable[[Any, int], Any] = lambda omega, k: omega[k],
) -> Entries:
    """The chain square, tanh, softplus with the loss ½(f_3 − y)²; every function plants a slip."""
    f, h = np.zeros(4), np.zeros(4)
    h[0] = x
    f[0] = beta[0] + omega[0] * h[0]
    h[1] = f[0] ** 2
    f[1] = beta[1] + omega[1] * h[1]
    h[2] = np.tanh(f[1])
    f[2] = beta[2] + omega[2] * h[2]
    h[3] = np.log1p(np.exp(f[2]))
    f[3] = beta[3] + omega[3] * h[3]
    dl_df = np.zeros(4)
    dl_df[3] = loss_slope(f[3] - y)
    dl_df[2] = softplus_slope(f[2], h[3]) * weight(omega, 3) * dl_df[3]
    dl_df[1] = tanh_slope(f[1], h[2]) * weight(omega, 2) * dl_df[2]
    dl_df[0] = square_slope(f[0], h[1]) * weight(omega, 1) * dl_df[1]
    return {"dl_dbeta": dl_df, "dl_domega": source(f, h) * dl_df}


def activations(**arguments: Any) -> Any:
    """h_0 to h_3: by observation 1, what stands between the two gradients."""
    right = gradients(**arguments)
    return right["dl_domega"] / right["dl_dbeta"]


def exchanged(**arguments: Any) -> Entries:
    right = gradients(**arguments)
    return {"dl_dbeta": right["dl_domega"], "dl_domega": right["dl_dbeta"]}


def toy_gradients(x: Any, y: Any, beta: Any, omega: Any) -> Entries:
    """The gradients of the toy example itself, a wrong answer wherever another model is asked for."""
    derivatives = toy.backward(toy.forward(x, y, beta, omega), y, omega)
    return {"dl_dbeta": derivatives.beta, "dl_domega": derivatives.omega}


PROBLEM = Problem(
    id="1.e",
    title="Another chain",
    points=3,
    minutes=15,
    hints=(
        "Only four lines of the toy example's backward pass change: the three activation slopes and the first line.",
        "tanh′ = 1 − tanh², and the derivative of log[1 + exp[z]] is the logistic sigmoid 1/(1 + exp[−z]).",
        "This loss has a ½ in front; what does that do to 7.10?",
    ),
    instances=draw_toy,
    truth=gradients,
    follows={"dl_domega": (("dl_dbeta",), lambda given, **arguments: activations(**arguments) * given["dl_dbeta"])},
    slips=(
        planted(gradients, "this loss has a ½ in front, so its derivative has no factor 2.",
                loss_slope=lambda error: 2 * error),
        planted(gradients, "the derivative of the square is 2·f_0, taken at f_0, not at h_1.",
                square_slope=lambda f, h: 2 * h),
        planted(gradients, "the factor 2 of the square's derivative is missing.", square_slope=lambda f, h: f),
        planted(gradients, "tanh′ is 1 − tanh², with tanh taken once, not twice.",
                tanh_slope=lambda f, h: 1 - np.tanh(h) ** 2),
        planted(gradients, "tanh′ is 1 − tanh[f_1]², not 1 − f_1².", tanh_slope=lambda f, h: 1 - f**2),
        planted(gradients, "the softplus has the slope 1/(1 + exp[−f_2]): mind the sign in the exponent.",
                softplus_slope=lambda f, h: sigmoid(-f)),
        planted(gradients, "the slope of the softplus is taken at f_2, not at h_3.",
                softplus_slope=lambda f, h: sigmoid(h)),
        planted(gradients, "∂f_k/∂ω_k is the activation h_k, not a pre-activation.",
                source=lambda f, h: np.concatenate([h[:1], f[:3]])),
        planted(gradients, "the slope of the softplus is missing.", softplus_slope=lambda f, h: 1.0),
        planted(gradients, "the slope of tanh is missing.", tanh_slope=lambda f, h: 1.0),
        planted(gradients, "the slope of the square is missing.", square_slope=lambda f, h: 1.0),
        planted(gradients, "the weights are missing on the way back.", weight=lambda omega, k: 1.0),
        planted(gradients, "the weight on the way from h_k to f_k is ω_k, not ω_{k−1}.",
                weight=lambda omega, k: omega[k - 1]),
        wrong("the value each ω_k is multiplied with is missing (observation 1).",
              dl_domega=lambda **arguments: gradients(**arguments)["dl_dbeta"]),
        Slip(exchanged, "the two gradients are exchanged."),
        Slip(toy_gradients, "these are the gradients of the toy example's chain, not of this one."),
    ),
)  # fmt: skip
