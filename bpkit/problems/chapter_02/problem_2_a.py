"""Problem 2.a: the forward pass of a deep network."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """First a network where no slip is an error of shape, with as many examples as units; last one of many widths."""

    def draw(widths: Sequence[int], examples: int) -> Arguments:
        x = h = rng.normal(size=(widths[0], examples))
        omega = [rng.normal(size=(above, below)) for below, above in pairwise(widths)]
        beta = []
        for matrix in omega:
            product = matrix @ h
            # Every unit is on for some examples and off for others: in a dead network no slip would show.
            beta.append(-product.mean(axis=1, keepdims=True) if examples > 1 else rng.normal(size=(len(matrix), 1)))
            h = relu(beta[-1] + product)
        return {"x": x, "beta": beta, "omega": omega}

    return [draw((5, 5, 5, 5, 5), 5), draw((1, 1, 1), 1), draw((2, 5, 3, 4), 6)]


def forward(
    x: Any, beta: Any, omega: Any,
    activation: Callable[[Any], Any] = relu,
    input_activation: Callable[[Any], Any] = lambda x: x,
    output_activation: Callable[[Any], Any] = lambda f: f,
    affine: Callable[[Any, Any, Any], Any] = lambda beta, omega, h: beta + omega @ h,
) -> Entries:  # fmt: skip
    """The forward pass 7.23; every keyword after omega plants one slip."""
    f: list[Any] = []
    h = [input_activation(x)]
    for k in range(len(omega)):
        if k > 0:
            h.append(activation(f[k - 1]))
        f.append(affine(beta[k], omega[k], h[k]))
    f[-1] = output_activation(f[-1])
    return {"f": f, "h": h}


def overwritten(**arguments: Any) -> Entries:
    """Every f but the last replaced by its ReLU."""
    *hidden, output = forward(**arguments)["f"]
    return {"f": [*map(relu, hidden), output]}


def exchanged(**arguments: Any) -> Entries:
    right = forward(**arguments)
    return {"f": right["h"], "h": right["f"]}


PROBLEM = Problem(
    id="2.a",
    title="The forward pass of a deep network",
    points=2,
    minutes=10,
    hints=(
        "One loop over k, with two lines in it: one fills h[k], the other f[k].",
        "h[0] is x. For every other k, h[k] is the ReLU of f[k − 1]; np.maximum(f[k - 1], 0) is one.",
        "f[k] = beta[k] + omega[k] @ h[k]: beta[k] is one column, so NumPy adds it to every column.",
    ),
    instances=instances,
    truth=forward,
    slips=(
        planted(forward, "the output f_K has been through a ReLU too; nothing follows it.", output_activation=relu),
        planted(forward, "the input has been through a ReLU; h_0 is x itself.", input_activation=relu),
        Slip(overwritten, "holds activations; f_k is the value before the ReLU, and the backward pass needs it."),
        planted(forward, "the biases are missing.", affine=lambda beta, omega, h: omega @ h),
        planted(forward, "the ReLU is missing: without it all layers together are a single linear one.",
                activation=lambda z: z),
        planted(forward, "the weight matrices are transposed: f_k = β_k + Ω_k h_k.",
                affine=lambda beta, omega, h: beta + omega.T @ h),
        planted(forward,
                "the bias is added along the wrong axis: each row (unit) has one bias, the same for all columns.",
                affine=lambda beta, omega, h: beta.T + omega @ h),
        planted(forward, "the factors are in the wrong order: with examples as columns it is Ω_k h_k.",
                affine=lambda beta, omega, h: beta + h @ omega),
        planted(forward, "* multiplies entry by entry; the matrix product is @.",
                affine=lambda beta, omega, h: beta + omega * h),
        Slip(exchanged, "the two results are exchanged."),
    ),
)  # fmt: skip
