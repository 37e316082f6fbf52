"""Problem 7.9: the gradient of the weights."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Square weights, where a transpose shows in the values only, a single column, a single row, and a rectangle."""
    return [
        {"g": rng.normal(size=(D_f, 1)), "h": rng.normal(size=(D_h, 1))}
        for D_f, D_h in ((2, 2), (3, 3), (4, 1), (1, 3), (4, 3))
    ]


def tensor(g: Any, h: Any) -> Any:
    """∂f_i/∂Ω_lm = δ_il h_m, in this order of the indices."""
    return np.eye(len(g))[:, :, None] * h[:, 0]


PROBLEM = Problem(
    id="7.9",
    title="The gradient of the weights",
    points=3,
    minutes=20,
    hints=(
        "f_i = β_i + Σ_m Ω_im h_m. Which entries of Ω does f_i contain at all?",
        "∂f_i/∂Ω_lm is zero unless l = i. If l = i, it is what Ω_im is multiplied with.",
        "∂ℓ/∂Ω_lm = Σ_i ∂ℓ/∂f_i ∂f_i/∂Ω_lm: of this sum one term is left. Its l is a row, its m a column.",
    ),
    instances=instances,
    truth=lambda g, h: {"df_domega": tensor(g, h), "dl_domega": g @ h.T},
    slips=(
        wrong("this is the transpose, h gᵀ; ∂ℓ/∂Ω has the shape of Ω.", dl_domega=lambda g, h: h @ g.T),
        wrong("∂ℓ/∂f is missing: this is the sum of ∂f_i/∂Ω over i.", dl_domega=lambda g, h: np.ones_like(g) @ h.T),
        wrong("the factor h is missing: ∂f_i/∂Ω_im is h_m.", dl_domega=lambda g, h: g @ np.ones_like(h).T),
        wrong("here g and h add up; the chain rule multiplies.", dl_domega=lambda g, h: g + h.T),
        wrong("the δ is missing: f_i contains only row i of Ω, so most entries are 0.",
              df_domega=lambda g, h: np.ones((len(g), len(g), 1)) * h[:, 0]),
        wrong("the factor h_m is missing where l = i.",
              df_domega=lambda g, h: np.eye(len(g))[:, :, None] * np.ones(len(h))),
        wrong("the last two axes are exchanged: after i come l, the row of Ω, and m, its column.",
              df_domega=lambda g, h: tensor(g, h).transpose(0, 2, 1)),
        wrong("the axes are in another order: first i, then l, the row of Ω, then m, its column.",
              df_domega=lambda g, h: tensor(g, h).transpose(2, 0, 1)),
        wrong("∂ℓ/∂f is in it already: ∂f_i/∂Ω_lm knows nothing of the loss.",
              df_domega=lambda g, h: tensor(g, h) * g[:, :, None]),
    ),
)  # fmt: skip
