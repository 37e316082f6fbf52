"""Problem 1.c: one derivative, written out."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpkit.networks import toy
from bpkit.problems.chapter_01.toy_model import draw_toy
from bpkit.problems.problem import Entries, Problem
from bpkit.problems.slips import planted


def factors(x: Any, y: Any, beta: Any, omega: Any) -> dict[str, float]:
    """The factors of ∂ℓ/∂ω_1, by name, so that a slip can leave one out."""
    f, h, _ = toy.forward(x, y, beta, omega)
    return {
        "two": 2.0, "error": f[3] - y, "omega_3": omega[3], "cos": -np.sin(f[2]), "omega_2": omega[2],
        "exp": np.exp(f[1]), "h_1": h[1],
    }  # fmt: skip


def derivative(x: Any, y: Any, beta: Any, omega: Any, without: str = "", **replaced: Callable[..., float]) -> Entries:
    """The product of the factors, one of them left out or replaced."""
    used = factors(x, y, beta, omega)
    used.update({name: formula(x=x, y=y, beta=beta, omega=omega) for name, formula in replaced.items()})
    return {"dl_domega_1": float(np.prod([value for name, value in used.items() if name != without]))}


PROBLEM = Problem(
    id="1.c",
    title="One derivative, written out",
    points=2,
    minutes=10,
    hints=(
        "Start from 7.7 and ask which of its factors belong to the stretch of the chain between ω_0 and ω_1 only.",
        "ω_1, x and cos[β_0 + ω_0·x] drop out, and one factor comes in: the value ω_1 is multiplied with.",
    ),
    instances=draw_toy,
    truth=derivative,
    slips=(
        planted(derivative, "the value that ω_1 is multiplied with is missing (observation 1).", without="h_1"),
        planted(derivative, "ω_1 multiplies what x has become, not x.", h_1=lambda x, y, beta, omega: x),
        planted(derivative, "ω_1 comes after the sine: the sine is a value here, not something to differentiate.",
                h_1=lambda x, y, beta, omega: np.cos(beta[0] + omega[0] * x)),
        planted(derivative, "this is ∂ℓ/∂ω_0, equation 7.7; asked is ∂ℓ/∂ω_1.",
                h_1=lambda x, y, beta, omega: omega[1] * x * np.cos(beta[0] + omega[0] * x)),
        planted(derivative, "the exponential must be differentiated too: one factor exp is missing.", without="exp"),
        planted(derivative, "the factor ω_2 is missing.", without="omega_2"),
        planted(derivative, "the factor ω_3 is missing.", without="omega_3"),
        planted(derivative, "the factor f_3 − y is missing.", without="error"),
        planted(derivative, "the slope of the cosine is missing.", without="cos"),
        planted(derivative, "the exponential is taken at h_2; its slope is taken at its input, f_1.",
                exp=lambda **a: np.exp(toy.forward(**a).h[2])),
        planted(derivative, "the slope of the cosine is taken at h_3; it belongs at its input, f_2.",
                cos=lambda **a: -np.sin(toy.forward(**a).h[3])),
        planted(derivative, "the cosine is not differentiated.", cos=lambda **a: np.cos(toy.forward(**a).f[2])),
        planted(derivative, "x and cos[β_0 + ω_0·x] belong to ω_0 (7.7); what ω_1 is multiplied with is h_1.",
                h_1=lambda x, y, beta, omega: omega[0] * x * np.cos(beta[0] + omega[0] * x)),
        planted(derivative, "ω_1 itself is still a factor: the derivative of ω_1·h_1 with respect to ω_1 is h_1.",
                h_1=lambda x, y, beta, omega: omega[1] * np.sin(beta[0] + omega[0] * x)),
    ),
)  # fmt: skip
