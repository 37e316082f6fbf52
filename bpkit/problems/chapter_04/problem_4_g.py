"""Problem 4.g: a Hessian-vector product."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong_from


def quartic(x: Any) -> Any:
    return 0.25 * (x @ x) ** 2


def waves(x: Any) -> Any:
    return np.sum(np.sin(x)) * np.sum(x)


def log_sum_exp(x: Any) -> Any:
    return np.log(np.sum(np.exp(x)))


def softmax(x: Any) -> Any:
    return np.exp(x) / np.sum(np.exp(x))


# Gradient and Hessian of each function, from calculus.
DERIVATIVES: Mapping[Callable[[Any], Any], tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    quartic: (lambda x: (x @ x) * x, lambda x: (x @ x) * np.eye(len(x)) + 2 * np.outer(x, x)),
    waves: (
        lambda x: np.cos(x) * np.sum(x) + np.sum(np.sin(x)),
        lambda x: np.add.outer(np.cos(x), np.cos(x)) - np.diag(np.sin(x)) * np.sum(x),
    ),
    log_sum_exp: (softmax, lambda x: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x))),
}


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [{"f": f, "x": rng.normal(size=n), "v": rng.normal(size=n)}
            for f, n in zip(DERIVATIVES, (4, 3, 5), strict=True)]  # fmt: skip


def derivatives(f: Any, x: Any, v: Any) -> tuple[Any, ...]:
    """Gradient and Hessian as functions, the point and the direction."""
    return (*DERIVATIVES[f], x, v)


PROBLEM = Problem(
    id="4.g",
    title="Hessian times vector, without the Hessian",
    points=2,
    minutes=10,
    hints=(
        "Hv is the derivative of the gradient along v: of what function is it the jvp, at which point, with which "
        "tangent?",
        "bp.grad(f) is that function. bp.jvp takes a function, and its arguments and their tangents as tuples.",
        "bp.jvp returns a pair: the value (here the gradient) and its tangent. Which of them is asked?",
    ),
    instances=instances,
    truth=lambda f, x, v: {"hv": DERIVATIVES[f][1](x) @ v},
    slips=(
        wrong_from(derivatives, "this is the gradient: bp.jvp returns value and tangent, in this order.",
                   hv=lambda g, H, x, v: g(x)),
        # np.asarray: one number can be compared with another slip's vector only as an array
        wrong_from(derivatives, "this is one number, the slope of f along v; differentiate the gradient, not f.",
                   hv=lambda g, H, x, v: np.asarray(g(x) @ v)),
        wrong_from(derivatives, "this is one number, vᵀHv, the curvature along v; Hv has as many entries as x.",
                   hv=lambda g, H, x, v: np.asarray(v @ H(x) @ v)),
        wrong_from(derivatives, "gradient and v are multiplied entry by entry; nothing has been differentiated twice.",
                   hv=lambda g, H, x, v: g(x) * v),
        wrong_from(derivatives, "this is the Hessian itself.", hv=lambda g, H, x, v: H(x)),
        wrong_from(derivatives, "only the diagonal of the Hessian is used.", hv=lambda g, H, x, v: np.diag(H(x)) * v),
        wrong_from(derivatives, "these are the sums of the Hessian's rows: v does not stand in it.",
                   hv=lambda g, H, x, v: H(x).sum(axis=0)),
        wrong_from(derivatives, "each row of the Hessian is multiplied with v, but not added up.",
                   hv=lambda g, H, x, v: H(x) * v),
        wrong_from(derivatives,
                   "this is the change of the gradient over a whole step v; asked is its derivative along v.",
                   hv=lambda g, H, x, v: g(x + v) - g(x)),
        wrong_from(derivatives, "x and v are exchanged: the point is x, the direction v.",
                   hv=lambda g, H, x, v: H(v) @ x),
        wrong_from(derivatives, "this is the gradient of the squared gradient, 2Hg: v is not in it.",
                   hv=lambda g, H, x, v: 2 * H(x) @ g(x)),
    ),
)  # fmt: skip
