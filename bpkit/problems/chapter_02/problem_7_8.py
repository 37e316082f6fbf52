"""Problem 7.8: activations that are flat."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import sigmoid
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import planted, wrong


def heaviside(z: Any) -> Any:
    """Equation 7.38."""
    return np.where(z < 0, 0.0, 1.0)


def rect(z: Any) -> Any:
    """Equation 7.39."""
    return np.where((z < 0) | (z > 1), 0.0, 1.0)


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Five hidden units with a pre-activation in each part of both functions, away from their jumps at 0 and 1.

    Where a part of f_0 is missing, or taken from the other network, some unit has another activation.
    """
    drawn: list[dict[str, Any]] = []
    for a in (heaviside, rect):
        f_0 = np.zeros((5, 1))
        spoiled = [f_0]
        while not all((a(one) != a(f_0)).any() for one in spoiled):
            f_0 = rng.uniform([-2.0, -0.8, 0.2, 0.2, 1.2], [-1.2, -0.2, 0.8, 0.8, 2.0]).reshape(5, 1)
            x, omega_0 = rng.normal(size=(3, 1)), rng.normal(size=(5, 3))
            beta_0 = f_0 - omega_0 @ x
            spoiled = [beta_0, omega_0 @ x, beta_0 - omega_0 @ x]
            for other in drawn:
                spoiled += [other["beta_0"] + omega_0 @ x, beta_0 + other["omega_0"] @ x, beta_0 + omega_0 @ other["x"]]
        drawn.append({
            "x": x, "y": rng.normal(size=(1, 1)) + 5.0, "beta_0": beta_0, "omega_0": omega_0,
            "beta_1": rng.normal(size=(1, 1)), "omega_1": rng.normal(size=(1, 5)), "a": a,
        })  # fmt: skip
    return drawn


def gradients(
    x: Any, y: Any, beta_0: Any, omega_0: Any, beta_1: Any, omega_1: Any, a: Any,
    slope: Callable[[Any, Any], Any] = lambda f, a: 0.0,
    source: Callable[[Any, Any], Any] = lambda f, a: a(f),
    learns: str = "c",
) -> dict[str, Any]:  # fmt: skip
    """The gradients of one hidden layer under least squares, and the choice; every keyword after `a` plants a slip."""
    f_0 = beta_0 + omega_0 @ x
    dl_df1 = 2 * (beta_1 + omega_1 @ a(f_0) - y)
    dl_df0 = slope(f_0, a) * (omega_1.T @ dl_df1)
    return {"dl_domega_0": dl_df0 @ x.T, "dl_domega_1": dl_df1 @ source(f_0, a).T, "learns": learns}


PROBLEM = Problem(
    id="7.8",
    title="Activations that are flat",
    points=3,
    minutes=15,
    hints=(
        "Sketch both functions. How steep are they at −0.5, at 0.5 and at 1.5?",
        "On the way to Ω_0 the gradient is multiplied by the slope of the activation; on the way to Ω_1 it is not.",
        "∂ℓ/∂Ω_1 = ∂ℓ/∂f_1 h_1ᵀ as in 7.22, and ∂ℓ/∂f_0 = slope ⊙ (Ω_1ᵀ ∂ℓ/∂f_1).",
    ),
    instances=instances,
    truth=gradients,
    slips=(
        planted(gradients, "there is no small slope here: the functions are exactly flat, so no number of steps helps.",
                "dl_domega_0", "learns", slope=lambda f, a: sigmoid(f) * sigmoid(-f), learns="a"),
        wrong("nothing flat lies between Ω_1 and the loss: its gradient holds h_1, not a slope.",
              dl_domega_1=lambda **arguments: np.zeros_like(arguments["omega_1"]), learns="b"),
        planted(gradients,
                "that is the ReLU, whose slope is 1 for the units that are on; these functions are flat there too.",
                "dl_domega_0", "learns", slope=lambda f, a: f > 0, learns="d"),
        planted(gradients, "the value a[f_0] stands where its slope should.", "dl_domega_0", slope=lambda f, a: a(f)),
        planted(gradients, "the slope of the activation is missing.", "dl_domega_0", slope=lambda f, a: 1.0),
        planted(gradients, "the values of f_0 stand where the slope of a should.", "dl_domega_0", slope=lambda f, a: f),
        planted(gradients, "Ω_1 multiplies the activations h_1, not f_0.", "dl_domega_1", source=lambda f, a: f),
    ),
)  # fmt: skip
