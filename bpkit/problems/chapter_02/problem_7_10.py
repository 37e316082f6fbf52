"""Problem 7.10: the backward pass for the leaky ReLU."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """First a network of equal widths, where an Ω that is not transposed fits too; then one of many widths.

    Every layer has pre-activations on both sides of 0 and none at it, where there is no derivative.
    """
    drawn = []
    for widths, examples in (((3, 3, 3, 3, 3), 4), ((2, 4, 1, 5, 3), 6)):
        alpha = float(rng.uniform(0.05, 0.4))
        f: list[Any] = []
        while not f or any(one.min() > 0 or one.max() < 0 or np.abs(one).min() < 1e-3 for one in f):
            f, h = [], [rng.normal(size=(widths[0], examples))]
            omega = [rng.normal(size=(above, below)) for below, above in pairwise(widths)]
            for matrix in omega:
                f.append(rng.normal(size=(len(matrix), 1)) + matrix @ h[-1])
                h.append(np.where(f[-1] > 0, f[-1], alpha * f[-1]))
        g = rng.normal(size=(widths[-1], examples))
        drawn.append({"f": f, "h": h[:-1], "omega": omega, "dl_df3": g, "alpha": alpha})
    return drawn


def leaky_slope(f: Any, alpha: Any) -> Any:
    return np.where(f > 0, 1.0, alpha)


def backward(
    f: Any, h: Any, omega: Any, dl_df3: Any, alpha: Any,
    slope: Callable[[Any, Any], Any] = leaky_slope,
    at: Callable[[Any, Any, int], Any] = lambda f, h, k: f[k - 1],
    weight: Callable[[Any], Any] = lambda omega: omega.T,
    source: Callable[[Any, Any, int], Any] = lambda f, h, k: h[k],
    slope_first: bool = False,
    at_output: bool = False,
    averaged: bool = False,
    summed: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """The backward pass; every keyword after alpha plants a slip."""
    g = dl_df3 * slope(f[3], alpha) if at_output else dl_df3
    examples = g.shape[1] if averaged else 1
    dl_dbeta, dl_domega = {}, {}
    for k in (3, 2, 1, 0):
        dl_dbeta[f"beta_{k}"] = g.sum(axis=1, keepdims=True) / examples if summed else g
        dl_domega[f"omega_{k}"] = g @ source(f, h, k).T / examples
        if k > 0:
            factor = slope(at(f, h, k), alpha)
            g = weight(omega[k]) @ (factor * g) if slope_first else factor * (weight(omega[k]) @ g)
    return {name: part[name] for part in (dl_dbeta, dl_domega) for name in sorted(part)}


def transposed(**arguments: Any) -> Entries:
    """∂ℓ/∂Ω_k as h gᵀ."""
    right = backward(**arguments)
    return {f"omega_{k}": right[f"omega_{k}"].T for k in range(4)}


def without_source(**arguments: Any) -> Entries:
    right = backward(**arguments)
    return {f"omega_{k}": right[f"beta_{k}"] * np.ones_like(right[f"omega_{k}"]) for k in range(4)}


PROBLEM = Problem(
    id="7.10",
    title="The backward pass for the leaky ReLU",
    points=4,
    minutes=25,
    hints=(
        "Only one thing in 7.24 knows which activation it is: 𝕀[f_{k−1} > 0], the slope of the ReLU.",
        "The leaky ReLU has slope 1 where f > 0 and slope α where f < 0: np.where(f > 0, 1, alpha).",
        "For k = 3, 2, 1, 0: the gradients of β_k (add up the columns) and Ω_k, then ∂ℓ/∂f_{k−1} if k > 0.",
    ),
    instances=instances,
    truth=backward,
    slips=(
        planted(backward, "this is the plain ReLU: where f < 0 the slope is α, not 0.", slope=lambda f, alpha: f > 0),
        planted(backward, "α is on the wrong side: the slope is α where f < 0.",
                slope=lambda f, alpha: leaky_slope(-f, alpha)),
        planted(backward, "α is everywhere; where f > 0 the slope is 1.", slope=lambda f, alpha: alpha),
        *(planted(backward, "where f < 0 the slope is the argument α, not a number of your own.",
                  slope=lambda f, alpha, fixed=fixed: leaky_slope(f, fixed)) for fixed in (0.01, 0.1, 0.2, 0.3, 0.5)),
        planted(backward, "where f < 0 the slope is α, not −α: the leaky ReLU rises there, too.",
                slope=lambda f, alpha: leaky_slope(f, -alpha)),
        planted(backward, "where f < 0 the slope is α, not α².", slope=lambda f, alpha: leaky_slope(f, alpha**2)),
        planted(backward, "the slope of the activation is missing.", slope=lambda f, alpha: 1.0),
        planted(backward, "the activation's value stands where its slope should.",
                slope=lambda f, alpha: f * leaky_slope(f, alpha)),
        planted(backward, "the slope is taken one layer too late: h_k is a[f_{k−1}].", at=lambda f, h, k: f[k]),
        planted(backward, "no activation follows f_3, so no slope belongs to the first step.", at_output=True),
        planted(backward, "Ω_k must be transposed on the way back.", weight=lambda omega: omega),
        planted(backward, "the slope comes after Ω_kᵀ on the way back: it belongs to layer k − 1.", slope_first=True),
        planted(backward, "∂ℓ/∂Ω_k holds the activations h_k, not the pre-activations f_{k−1}.",
                source=lambda f, h, k: f[k - 1] if k else h[0]),
        planted(backward, "the losses of a batch are added, not averaged: do not divide.", averaged=True),
        planted(backward, "one column for each example is left: add them up, so that β_k's shape comes out.",
                summed=False),
        planted(backward, "∂ℓ/∂Ω_k holds h_k, not the activation of the layer before.",
                source=lambda f, h, k: h[max(k - 1, 0)]),
        planted(backward, "∂ℓ/∂Ω_k holds h_k, not the activation of the next layer.",
                source=lambda f, h, k: h[min(k + 1, 3)]),
        Slip(transposed, "this is the transpose, h_k gᵀ; ∂ℓ/∂Ω_k has the shape of Ω_k."),
        Slip(without_source, "the activations h_k are missing (observation 1)."),
        planted(backward, "where f > 0 the slope is 1, not 1 + α.", slope=lambda f, alpha: (f > 0) + alpha),
        planted(backward, "αf is the value where f < 0; the slope there is α.",
                slope=lambda f, alpha: np.where(f > 0, 1.0, alpha * f)),
        planted(backward, "the kink is at 0: α is a slope, not a threshold.",
                slope=lambda f, alpha: np.where(f > alpha, 1.0, alpha)),
        planted(backward, "∂ℓ/∂Ω_k holds h_k as it is, negative entries too: no plain ReLU comes after it.",
                source=lambda f, h, k: np.maximum(h[k], 0.0) if k else h[0]),
    ),
)  # fmt: skip
