"""Problem 1.h: a chain of any depth."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong

ACTIVATIONS: tuple[tuple[Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    (np.sin, np.cos),
    (np.cos, lambda z: -np.sin(z)),
    (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    (np.arctan, lambda z: 1 / (1 + z**2)),
    (lambda z: z**2 / 4, lambda z: z / 2),
)


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    chains = []
    for K in (1, 2, 3, 4, 6, 9):
        drawn = [ACTIVATIONS[i] for i in rng.integers(len(ACTIVATIONS), size=K)]
        chains.append({
            "x": float(rng.normal()), "y": float(rng.normal()),
            "beta": rng.uniform(-1, 1, size=K + 1),
            "omega": rng.uniform(0.5, 1.5, size=K + 1) * rng.choice([-1.0, 1.0], size=K + 1),
            "a": [None, *(one for one, _ in drawn)], "a_prime": [None, *(slope for _, slope in drawn)],
        })  # fmt: skip
    return chains


def gradients(
    x: Any, y: Any, beta: Any, omega: Any, a: Any, a_prime: Any,
    slope_at: Callable[[Any, Any, int], Any] = lambda f, h, k: f[k - 1],
    weight: Callable[[Any, int], Any] = lambda omega, k: omega[k],
    source: Callable[[Any, Any], Any] = lambda f, h: h,
    loss_slope: Callable[[Any], Any] = lambda error: 2 * error,
) -> Entries:  # fmt: skip
    """The chain of any depth; every keyword after a_prime plants a slip."""
    K = len(omega) - 1
    f, h, dl_df = np.zeros(K + 1), np.zeros(K + 1), np.zeros(K + 1)
    for k in range(K + 1):
        h[k] = x if k == 0 else a[k](f[k - 1])
        f[k] = beta[k] + omega[k] * h[k]
    dl_df[K] = loss_slope(f[K] - y)
    for k in range(K, 0, -1):
        dl_df[k - 1] = a_prime[k](slope_at(f, h, k)) * weight(omega, k) * dl_df[k]
    return {"dl_dbeta": dl_df, "dl_domega": source(f, h) * dl_df}


def activations(**arguments: Any) -> Any:
    """h_0 to h_K: by observation 1, what stands between the two gradients."""
    ones = gradients(**arguments, weight=lambda omega, k: 1.0, loss_slope=lambda error: 1.0)
    return ones["dl_domega"] / ones["dl_dbeta"]


PROBLEM = Problem(
    id="1.h",
    title="A chain of any depth",
    points=4,
    minutes=25,
    hints=(
        "One loop forward that fills f and h, one loop backward that fills dl_df, from k = K down to 1.",
        "The body of the backward loop is one line: ∂ℓ/∂f_{k−1} = a′_k[f_{k−1}] · ω_k · ∂ℓ/∂f_k.",
        "Backward pass 2 needs no loop: the gradient for β is dl_df, and for ω it is h times dl_df.",
    ),
    instances=instances,
    truth=gradients,
    follows={"dl_domega": (("dl_dbeta",), lambda given, **arguments: activations(**arguments) * given["dl_dbeta"])},
    slips=(
        planted(gradients, "the slopes are taken at the activations h_k; take them at f_{k−1}.",
                slope_at=lambda f, h, k: h[k]),
        planted(gradients, "the slopes are taken one layer too late: a_k is applied to f_{k−1}.",
                slope_at=lambda f, h, k: f[k]),
        planted(gradients, "the weight on the way from h_k to f_k is ω_k, not ω_{k−1}.",
                weight=lambda omega, k: omega[k - 1]),
        planted(gradients, "the weights are missing on the way back.", weight=lambda omega, k: 1.0),
        planted(gradients, "∂f_k/∂ω_k is h_k, not f_k.", source=lambda f, h: f),
        planted(gradients, "∂f_k/∂ω_k is h_k, not f_{k−1}.", source=lambda f, h: np.append(h[:1], f[:-1])),
        Slip(lambda a_prime, **others: gradients(a_prime=[lambda z: 1.0] * len(a_prime), **others),
             "the slopes of the activations are missing."),
        Slip(lambda a, a_prime, **others: gradients(a=a, a_prime=a, **others),
             "an activation's value stands where its slope should."),
        planted(gradients, "the factor 2 of 7.10 is missing.", loss_slope=lambda error: error),
        planted(gradients, "the sign of 7.10 is wrong: it is f_K − y.", loss_slope=lambda error: -2 * error),
        wrong("the value each ω_k is multiplied with is missing (observation 1).",
              dl_domega=lambda **arguments: gradients(**arguments)["dl_dbeta"]),
    ),
)  # fmt: skip
