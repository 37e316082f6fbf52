"""Problem 4.h: a Hessian-vector product by hand."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import sigmoid
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """First as many parameters as examples, so that no mix-up is an error of shape."""
    return [
        {"x": rng.normal(size=(D, examples)), "y": rng.permuted(np.arange(examples) % 2).astype(float),
         "omega": rng.normal(size=D), "lambda_": float(rng.uniform(0.2, 1.5)), "v": rng.normal(size=D)}
        for D, examples in ((4, 4), (3, 7))
    ]  # fmt: skip


def products(
    x: Any, y: Any, omega: Any, lambda_: float, v: Any,
    error: Callable[[Any, Any], Any] = lambda s, y: s - y,
    curvature: Callable[[Any], Any] = lambda s: s * (1 - s),
    penalty: Callable[[float, Any, Any], Any] = lambda c, omega, v: (c * omega, c * v),
    mean: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Gradient and Hv of the regularised logistic loss; the keywords after v plant slips."""
    s = sigmoid(omega @ x)
    of_gradient, of_hv = penalty(lambda_, omega, v)
    examples = x.shape[1] if mean else 1
    return {"gradient": x @ error(s, y) / examples + of_gradient, "hv": x @ (curvature(s) * (v @ x)) / examples + of_hv}


def diagonal(x: Any, y: Any, omega: Any, lambda_: float, v: Any) -> Entries:
    s = sigmoid(omega @ x)
    return {"hv": (x**2 @ (s * (1 - s)) + lambda_) * v}


PROBLEM = Problem(
    id="4.h",
    title="Hessian times vector, by hand",
    points=3,
    minutes=20,
    hints=(
        "Write the gradient first: 7.5 says what the derivative of one example's loss with respect to f_i is.",
        "Now let ω move along v. How fast does f_i = ωᵀx_i move? How fast does sig[f_i] move then?",
        "Differentiate the gradient, line by line, as in 4.b: v takes the place of ω, and the error becomes sig′·ḟ.",
    ),
    instances=instances,
    truth=products,
    slips=(
        planted(products, "the penalty is missing.", penalty=lambda c, omega, v: (0.0, 0.0)),
        planted(products, "the derivative of the penalty (λ/2)·ω² is λω: there is a factor 2 too many.",
                penalty=lambda c, omega, v: (2 * c * omega, 2 * c * v)),
        planted(products, "the derivative of the penalty (λ/2)·ω² is λω: the ½ cancels.",
                penalty=lambda c, omega, v: (c * omega / 2, c * v / 2)),
        planted(products, "the penalty of the gradient still has ω in it; along v it changes by λv.",
                penalty=lambda c, omega, v: (c * omega, c * omega)),
        planted(products, "the penalty adds λ times the identity to H, so λv here; the bare λ is not enough.",
                penalty=lambda c, omega, v: (c, c)),
        planted(products, "the sign of the error is wrong: it is sig[f] − y.", error=lambda s, y: y - s),
        planted(products, "the loss compares sig[f] with y, not f itself.",
                error=lambda s, y: np.log(s / (1 - s)) - y),
        planted(products, "y is lost.", error=lambda s, y: s),
        planted(products, "the slope of the sigmoid is missing.", curvature=lambda s: 1.0),
        planted(products, "the sigmoid stands where its slope should: sig(1 − sig).", curvature=lambda s: s),
        planted(products, "the sigmoid's slope is sig·(1 − sig), with a minus.", curvature=lambda s: s * (1 + s)),
        planted(products, "averaged over the examples; the loss is their sum.", mean=True),
        Slip(diagonal, "only the diagonal of the Hessian is used: every entry of v moves every f_i."),
        wrong("the two results are exchanged.", gradient=lambda **a: products(**a)["hv"],
              hv=lambda **a: products(**a)["gradient"]),
        wrong("the error, sig − y, stands where the slope of the sigmoid should: sig(1 − sig).",
              hv=lambda x, y, omega, lambda_, v: x @ ((sigmoid(omega @ x) - y) * (v @ x)) + lambda_ * v),
    ),
)  # fmt: skip
