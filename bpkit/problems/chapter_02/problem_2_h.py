"""Problem 2.h: a residual connection."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.chapter_02.batches import over_batch
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Numbers on a grid of quarters, so that a pre-activation can be exactly 0 in any order of adding."""

    def quarters(*shape: int) -> Any:
        return rng.integers(-8, 9, size=shape) / 4

    drawn = []
    for D, examples in ((5, 12), (2, 1)):
        h, omega, beta = quarters(D, examples), quarters(D, D), quarters(D, 1)
        if examples > 1:
            beta = -np.sort(omega @ h, axis=1)[:, examples // 4, None]  # on for most examples, exactly 0 for one
        drawn.append({"h": h, "beta": beta, "omega": omega, "g": rng.normal(size=(D, examples))})
    return drawn


def residual(
    h: Any, beta: Any, omega: Any, g: Any,
    mask: Callable[..., Any] = lambda f, h, beta: f > 0,
    skip: Callable[..., Any] = lambda on, g: g,
    back: Callable[..., Any] = lambda omega, on, g: omega.T @ (on * g),
    at_parameters: Callable[..., Any] = lambda on, g: on * g,
    source: Callable[..., Any] = lambda f, h: h,
) -> Entries:  # fmt: skip
    """The derivatives of a loss behind h + a[β + Ωh]; every keyword after g plants one slip."""
    f = beta + omega @ h
    on = mask(f, h, beta)
    at_f = at_parameters(on, g)
    return {
        "g_h": skip(on, g) + back(omega, on, g),
        "g_beta": over_batch(at_f),
        "g_omega": at_f @ source(f, h).T,
    }


def averaged(h: Any, beta: Any, omega: Any, g: Any) -> Entries:
    return residual(h, beta, omega, g / g.shape[1])


PROBLEM = Problem(
    id="2.h",
    title="A residual connection",
    points=3,
    minutes=15,
    hints=(
        "h reaches the output on two ways: directly, and through f = β + Ωh and the ReLU. The two effects add up.",
        "The direct way passes g on as it is. The other is 7.24 read for one layer: the mask of f, then Ωᵀ.",
        "β and Ω reach the output through f only, so they get what arrives at f: 7.21 and 7.22.",
    ),
    instances=instances,
    truth=residual,
    slips=(
        planted(residual, "right except where f is exactly 0, where this book's slope is 0: use f > 0.",
                mask=lambda f, h, beta: f >= 0),
        planted(residual, "right except where f is exactly 0, where this book's slope is 0, not ½: use f > 0.",
                mask=lambda f, h, beta: np.heaviside(f, 0.5)),
        planted(residual, "the direct way from h to the output is missing.", skip=lambda on, g: 0.0 * g),
        planted(residual, "this is the direct way only; h also goes through Ω and the ReLU.",
                back=lambda omega, on, g: 0.0 * g),
        planted(residual, "the mask is applied to the direct way too, where there is no ReLU.",
                skip=lambda on, g: on * g),
        planted(residual, "on the way back comes the ReLU's mask first, then Ωᵀ.",
                back=lambda omega, on, g: on * (omega.T @ g)),
        planted(residual, "the direct way must pass g on; its Jacobian is the identity, and it multiplies g.",
                skip=lambda on, g: np.ones_like(g)),
        planted(residual, "the mask 𝕀[f > 0] is missing.", mask=lambda f, h, beta: np.ones_like(f)),
        planted(residual, "the mask asks for the sign of h; the ReLU was applied to f = β + Ωh.",
                mask=lambda f, h, beta: h > 0),
        planted(residual, "the mask asks for the sign of the output; the ReLU was applied to f = β + Ωh.",
                mask=lambda f, h, beta: h + relu(f) > 0),
        planted(residual, "the mask is made from Ωh; the ReLU was applied to f = β + Ωh, bias included.",
                mask=lambda f, h, beta: f - beta > 0),
        planted(residual, "Ω is not transposed on the way back.", back=lambda omega, on, g: omega @ (on * g)),
        planted(residual, "the parameters are not on the direct way; they get only what comes back through the ReLU.",
                at_parameters=lambda on, g: g + on * g),
        planted(residual, "Ω was multiplied with h, not with the output.", source=lambda f, h: h + relu(f)),
        planted(residual, "Ω was multiplied with h, not with what the ReLU makes of f.", source=lambda f, h: relu(f)),
        Slip(averaged, "averaged over the examples; the loss is their sum, and so is the gradient."),
    ),
)  # fmt: skip
