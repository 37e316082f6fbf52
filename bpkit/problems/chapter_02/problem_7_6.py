"""Problem 7.6: why the transpose."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Square weights, where the transpose shows in the values only, and a single column and a single row."""
    drawn: list[dict[str, Any]] = []
    for D_z, D_h in ((2, 2), (3, 3), (4, 4), (3, 1), (1, 4)):
        i, j = rng.choice(D_z, size=2, replace=False) if D_z == D_h else (0, 0)
        if D_z == 3 == D_h:
            i, j = 2, drawn[0]["i"]  # neither is what it was before
        drawn.append({
            "beta": rng.normal(size=(D_z, 1)), "omega": rng.normal(size=(D_z, D_h)), "h": rng.normal(size=(D_h, 1)),
            "i": int(i), "j": int(j),
        })  # fmt: skip
    return drawn


def transposed_entry(omega: Any, i: int, j: int) -> Any:
    """Ω_ji; a single row or column has no such entry, and there i and j are taken as they are."""
    return omega[j, i] if omega.shape[0] == omega.shape[1] else omega[i, j]


PROBLEM = Problem(
    id="7.6",
    title="Why the transpose",
    points=2,
    minutes=12,
    hints=(
        "Write out z_i as β_i plus a sum over the entries of h. Which of its terms contain h_j?",
        "∂z_i/∂h_j is the weight that h_j is multiplied with in z_i.",
        "In row j and column i of ∂z/∂h stands the weight from row i and column j of Ω.",
    ),
    instances=instances,
    truth=lambda beta, omega, h, i, j: {"dzi_dhj": omega[i, j], "dz_dh": omega.T},
    slips=(
        wrong("this is Ω itself; the book puts ∂z_i/∂h_j in row j, column i.",
              dz_dh=lambda beta, omega, h, i, j: omega),
        wrong("the indices are exchanged: row i of Ω is what makes z_i.",
              dzi_dhj=lambda beta, omega, h, i, j: transposed_entry(omega, i, j)),
        wrong("this is the term of the sum, with h_j still in it; its derivative with respect to h_j is asked.",
              dzi_dhj=lambda beta, omega, h, i, j: omega[i, j] * h[j, 0],
              dz_dh=lambda beta, omega, h, i, j: (omega * h.T).T),
        wrong("h is still in it, and the rows belong to z: the book puts ∂z_i/∂h_j in row j, column i.",
              dz_dh=lambda beta, omega, h, i, j: omega * h.T),
        wrong("this is the derivative with respect to the weight Ω_ij; asked is the one with respect to h_j.",
              dzi_dhj=lambda beta, omega, h, i, j: h[j, 0],
              dz_dh=lambda beta, omega, h, i, j: np.repeat(h, len(omega), axis=1)),
        wrong("this is z_i, not a derivative.", dzi_dhj=lambda beta, omega, h, i, j: (beta + omega @ h)[i, 0]),
        wrong("the weight is missing: where h_j grows by 1, z_i grows by the weight between them.",
              dzi_dhj=1.0, dz_dh=lambda beta, omega, h, i, j: np.ones(omega.T.shape)),
        wrong("the diagonal alone is left; every h_j enters every z_i.",
              dzi_dhj=lambda beta, omega, h, i, j: 0.0 if i != j else omega[i, j],
              dz_dh=lambda beta, omega, h, i, j: (omega * np.eye(*omega.shape)).T),
        wrong("the bias is still there: β_i does not change with h_j.",
              dzi_dhj=lambda beta, omega, h, i, j: beta[i, 0] + omega[i, j],
              dz_dh=lambda beta, omega, h, i, j: (beta + omega).T),
        wrong("i and j count from 0, as NumPy does.", dzi_dhj=lambda beta, omega, h, i, j: omega[i - 1, j - 1]),
    ),
)  # fmt: skip
