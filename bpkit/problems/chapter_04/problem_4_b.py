"""Problem 4.b: the tangent of a network."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """First a square network where no slip is an error of shape; it has units exactly at 0, in whole numbers."""

    def draw(widths: Sequence[int], examples: int, whole: bool) -> Arguments:
        D = tuple(widths)
        x, omega_0 = rng.normal(size=(D[0], examples)), rng.normal(size=(D[1], D[0]))
        beta_0 = rng.normal(size=(D[1], 1))
        if whole:  # so that the 0 is a 0 in whatever order the sum is taken
            x, omega_0 = np.round(2 * x) + 0.5, np.round(2 * omega_0) + 0.5
            beta_0 = -np.median(omega_0 @ x, axis=1, keepdims=True)
        shapes = ((D[1], 1), (D[2], 1)), ((D[1], D[0]), (D[2], D[1]))
        return {
            "x": x, "x_dot": rng.normal(size=x.shape),
            "beta": [beta_0, rng.normal(size=(D[2], 1))], "beta_dot": [rng.normal(size=one) for one in shapes[0]],
            "omega": [omega_0, rng.normal(size=(D[2], D[1]))], "omega_dot": [rng.normal(size=one) for one in shapes[1]],
        }  # fmt: skip

    return [draw((5, 5, 5), 5, True), draw((3, 4, 2), 6, False)]


def tangent(
    x: Any, x_dot: Any, beta: Any, beta_dot: Any, omega: Any, omega_dot: Any,
    activation: Callable[[Any, Any], Any] = lambda f, f_dot: (f > 0) * f_dot,
    affine: Callable[..., Any] = lambda b, w, w_dot, h, h_dot: b + w_dot @ h + w @ h_dot,
    h_1: Callable[[Any], Any] = lambda f: np.maximum(f, 0.0),
) -> Entries:  # fmt: skip
    """A network of one hidden layer and its tangent; the keywords after omega_dot plant slips."""
    f_0 = beta[0] + omega[0] @ x
    f_0_dot = affine(beta_dot[0], omega[0], omega_dot[0], x, x_dot)
    h, h_dot = h_1(f_0), activation(f_0, f_0_dot)
    f_1 = beta[1] + omega[1] @ np.maximum(f_0, 0.0)
    return {"f_1": f_1, "f_1_dot": affine(beta_dot[1], omega[1], omega_dot[1], h, h_dot)}


def whole_step(x: Any, x_dot: Any, beta: Any, beta_dot: Any, omega: Any, omega_dot: Any) -> Entries:
    """What the output changes by when everything moves by its whole tangent."""
    moved = [[u + v for u, v in zip(*pair, strict=True)] for pair in ((beta, beta_dot), (omega, omega_dot))]
    after = tangent(x + x_dot, x_dot, moved[0], beta_dot, moved[1], omega_dot)["f_1"]
    return {"f_1_dot": after - tangent(x, x_dot, beta, beta_dot, omega, omega_dot)["f_1"]}


def tangents_put_in(x: Any, x_dot: Any, beta: Any, beta_dot: Any, omega: Any, omega_dot: Any) -> Entries:
    """The network itself, run on the tangents."""
    return {"f_1_dot": beta_dot[1] + omega_dot[1] @ np.maximum(beta_dot[0] + omega_dot[0] @ x_dot, 0.0)}


def only_the_input(x: Any, x_dot: Any, beta: Any, beta_dot: Any, omega: Any, omega_dot: Any) -> Entries:
    return {"f_1_dot": omega[1] @ ((beta[0] + omega[0] @ x > 0) * (omega[0] @ x_dot))}


PROBLEM = Problem(
    id="4.b",
    title="The tangent of a network",
    points=3,
    minutes=15,
    hints=(
        "Write the forward pass, and below each of its lines the same line differentiated.",
        "Ωh is a product of two things that both move: its tangent has two terms, and β adds its own tangent.",
        "The ReLU hands on the tangent of the units that are on, f > 0, and 0 for the others.",
    ),
    instances=instances,
    truth=tangent,
    slips=(
        planted(tangent, "right except where a pre-activation is exactly 0, where this book's slope is 0: use f > 0.",
                "f_1_dot", activation=lambda f, f_dot: (f >= 0) * f_dot),
        planted(tangent, "right except where a pre-activation is exactly 0, where this book's slope is 0, not ½.",
                "f_1_dot", activation=lambda f, f_dot: np.heaviside(f, 0.5) * f_dot),
        planted(tangent, "the slope of the ReLU is missing.", "f_1_dot", activation=lambda f, f_dot: f_dot),
        planted(tangent, "the ReLU is applied to the tangent; whether a unit is on is decided by its value.", "f_1_dot",
                activation=lambda f, f_dot: np.maximum(f_dot, 0.0)),
        planted(tangent, "the ReLU itself stands where its slope, 0 or 1, should.", "f_1_dot",
                activation=lambda f, f_dot: np.maximum(f, 0.0) * f_dot),
        planted(tangent, "the weights move too: the term with their tangent is missing.", "f_1_dot",
                affine=lambda b, w, w_dot, h, h_dot: b + w @ h_dot),
        planted(tangent, "the term with the tangent of what the weights are multiplied with is missing.", "f_1_dot",
                affine=lambda b, w, w_dot, h, h_dot: b + w_dot @ h),
        planted(tangent, "the biases move too: their tangents are missing.", "f_1_dot",
                affine=lambda b, w, w_dot, h, h_dot: w_dot @ h + w @ h_dot),
        planted(tangent, "the two tangents of a product are multiplied; the product rule has two terms.", "f_1_dot",
                affine=lambda b, w, w_dot, h, h_dot: b + w_dot @ h_dot),
        planted(tangent,
                "the product of the two tangents is in it: that is of second order, and belongs to no derivative.",
                "f_1_dot", affine=lambda b, w, w_dot, h, h_dot: b + w_dot @ h + w @ h_dot + w_dot @ h_dot),
        planted(tangent, "the weights are transposed; that is for the way back.", "f_1_dot",
                affine=lambda b, w, w_dot, h, h_dot: b + w_dot @ h + w.T @ h_dot),
        planted(tangent, "a pre-activation stands where the activation h_1 should.", "f_1_dot", h_1=lambda f: f),
        Slip(whole_step,
             "this is the change for a whole step, kinks and squares included; asked is the derivative along it."),
        Slip(tangents_put_in, "this is the network run on the tangents alone; the slopes need the values too."),
        wrong("the two results are exchanged.", f_1=lambda **arguments: tangent(**arguments)["f_1_dot"],
              f_1_dot=lambda **arguments: tangent(**arguments)["f_1"]),
        Slip(lambda x_dot, **others: {"f_1_dot": tangent(x_dot=0.0 * x_dot, **others)["f_1_dot"]},
             "the input moves too: x_dot is missing."),
        Slip(only_the_input, "the parameters move too: only x_dot has come through."),
    ),
)  # fmt: skip
