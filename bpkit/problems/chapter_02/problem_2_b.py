"""Problem 2.b: the backward pass of a deep network."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.chapter_02.batches import middle
from bpkit.problems.planted import BUGS, backward
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """First a network where no slip is an error of shape; the last has many widths, the other a single example."""
    return [draw_stored(rng, (6, 6, 6, 6), 9), draw_stored(rng, (2, 2, 2), 1), draw_stored(rng, (2, 5, 3, 4), 6)]


def draw_stored(rng: np.random.Generator, widths: Sequence[int], examples: int) -> Arguments:
    """What a forward pass stores; with several examples each unit is once exactly at 0."""
    omega = [rng.normal(size=(above, below)) for below, above in pairwise(widths)]
    h, f = [rng.normal(size=(widths[0], examples))], []
    for matrix in omega:
        product = matrix @ h[-1]
        beta = -middle(product) if examples > 1 else rng.normal(size=(len(matrix), 1))
        f.append(beta + product)
        h.append(relu(f[-1]))
    return {"f": f, "h": h[:-1], "omega": omega, "dl_df": rng.normal(size=(widths[-1], examples))}


def gradients(f: Any, h: Any, omega: Any, dl_df: Any, **changes: Callable[..., Any]) -> Entries:
    dl_dbeta, dl_domega = backward(f, h, omega, dl_df, **changes)
    return {"dl_dbeta": dl_dbeta, "dl_domega": dl_domega}


def without_first_layer(**arguments: Any) -> Entries:
    """Zeros where the gradients of layer 0 belong."""
    return {name: [np.zeros_like(first), *others] for name, (first, *others) in gradients(**arguments).items()}


def transposed(**arguments: Any) -> Entries:
    return {"dl_domega": [matrix.T for matrix in gradients(**arguments)["dl_domega"]]}


def in_reverse(**arguments: Any) -> Entries:
    return {name: value[::-1] for name, value in gradients(**arguments).items()}


def masked_output(f: Any, h: Any, omega: Any, dl_df: Any) -> Entries:
    """The output treated as if it had been through a ReLU."""
    return gradients(f, h, omega, (f[-1] > 0) * dl_df)


def averaged(f: Any, h: Any, omega: Any, dl_df: Any) -> Entries:
    return gradients(f, h, omega, dl_df / dl_df.shape[1])


PROBLEM = Problem(
    id="2.b",
    title="The backward pass of a deep network",
    points=4,
    minutes=25,
    hints=(
        "Go from k = K down to 0 and keep one matrix up to date: ∂ℓ/∂f_k, which starts as dl_df.",
        "In each turn: ∂ℓ/∂β_k (7.21, summed over the examples), ∂ℓ/∂Ω_k (7.22), then ∂ℓ/∂f_{k−1} (7.24).",
        "7.24 is (f[k - 1] > 0) * (omega[k].T @ at_f): matrix product first, then the mask, entry by entry.",
        "The product ∂ℓ/∂f_k h_kᵀ sums over the examples by itself; for β_k use .sum(axis=1, keepdims=True).",
    ),
    instances=instances,
    truth=gradients,
    slips=(
        planted(gradients, "right except where a pre-activation is exactly 0, where this book's slope is 0: use f > 0.",
                to_layer_before=lambda f, h, omega, k, at_f: (f[k - 1] >= 0) * (omega[k].T @ at_f)),
        planted(gradients, "right except where a pre-activation is exactly 0, where this book's slope is 0, not ½.",
                to_layer_before=lambda f, h, omega, k, at_f: np.heaviside(f[k - 1], 0.5) * (omega[k].T @ at_f)),
        planted(gradients, "the mask 𝕀[f_{k−1} > 0] of 7.24 is missing.", **BUGS["no-mask"]),
        planted(gradients, "the mask is one layer too late: h_k was made from f_{k−1}.", **BUGS["late-mask"]),
        planted(gradients, "the mask is multiplied before Ω_kᵀ; on the way back the weights come first, then the mask.",
                **BUGS["early-mask"]),
        planted(gradients, "the ReLU itself stands where its slope, 0 or 1, should.",
                to_layer_before=lambda f, h, omega, k, at_f: h[k] * (omega[k].T @ at_f)),
        planted(gradients, "Ω_k is not transposed on the way back (7.20).", **BUGS["no-transpose"]),
        planted(gradients, "the weights of the layer before stand in 7.24: from f_k back to h_k it is Ω_kᵀ.",
                **BUGS["wrong-weights"]),
        planted(gradients, "a pre-activation stands in 7.22 where the activation h_k should.",
                **BUGS["pre-activation"]),
        planted(gradients, "7.22 holds f_k here; Ω_k was multiplied with the activation h_k.",
                source=lambda f, h, k: f[k]),
        planted(gradients, "∂ℓ/∂f_k is never carried back: every layer has that of the output here.",
                to_layer_before=lambda f, h, omega, k, at_f: at_f),
        planted(gradients, "7.22 uses the activation of the next layer; Ω_k was multiplied with h_k.",
                source=lambda f, h, k: h[min(k + 1, len(h) - 1)]),
        planted(gradients, "7.22 uses the activation of the layer before; Ω_k was multiplied with h_k.",
                source=lambda f, h, k: h[k - 1]),
        planted(gradients, "layer 0 uses h_1; its weights were multiplied with the input x = h_0 (7.25).",
                **BUGS["not-the-input"]),
        Slip(without_first_layer, "layer 0 is missing: 7.25."),
        Slip(transposed, "this is the transpose, h_k gᵀ; ∂ℓ/∂Ω_k has the shape of Ω_k."),
        Slip(in_reverse, "the list runs from layer K down to 0; entry k must belong to layer k."),
        Slip(masked_output, "a mask is applied to ∂ℓ/∂f_K, but there is no ReLU after the output."),
        Slip(averaged, "averaged over the examples; the loss is their sum, and so is the gradient."),
        planted(gradients, "only the last example counts; sum over all.", over_batch=lambda at_f: at_f[:, -1:]),
        planted(gradients, "added up along the wrong axis: the examples are the columns, axis=1.", "dl_dbeta",
                over_batch=lambda at_f: at_f.sum(axis=0, keepdims=True)),
        planted(gradients, "one column for each example is left: add them up, so that β_k's shape comes out.",
                over_batch=lambda at_f: at_f),
    ),
)  # fmt: skip
