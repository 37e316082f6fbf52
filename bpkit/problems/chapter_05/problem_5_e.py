"""Problem 5.e: LSUV on the way back."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """First equal widths, then others, one hidden layer among them; in no layer an example has all units off."""
    found = []
    for widths in ((6, 6, 6, 6, 6), (3, 8, 5, 4), (4, 7, 2)):
        omega = [rng.uniform(0.2, 3.0) * rng.normal(0.3, 1.0, size=(above, below)) for below, above in pairwise(widths)]
        for matrix in omega:
            matrix[0] = np.abs(matrix[0])  # a unit that is on as soon as any below it is,
        omega[0][1] = -omega[0][0]  # and two of which one is on, whatever the signs in x
        x = rng.normal(size=(widths[0], 20)) + 0.5
        found.append({"x": x, "omega": omega, "dl_df": rng.normal(0.5, 2.0, size=(widths[-1], 20))})
    return found


def root_mean_square(g: Any) -> Any:
    return np.sqrt(np.mean(g**2))


def lsuv_back(
    x: Any, omega: Any, dl_df: Any,
    divisor: Callable[[Any], Any] = root_mean_square,
    slope: Callable[[list[Any], int], Any] = lambda f, k: f[k - 1] > 0,
    measured: Callable[[Any, Any], Any] = lambda back, through: through,
    onward: Callable[[Any, Any], Any] = lambda rescaled, original: rescaled,
    layers: slice = slice(None),
) -> dict[str, Any]:  # fmt: skip
    """The rescaled weights, from the last layer down; every keyword after dl_df plants a slip."""
    f: list[Any] = []
    for matrix in omega:
        f.append(matrix @ (relu(f[-1]) if f else x))
    g, rescaled = dl_df, list(omega)
    chosen = range(1, len(omega))[layers]
    for k in range(len(omega) - 1, 0, -1):
        back = omega[k].T @ g  # 7.24
        if k in chosen:
            rescaled[k] = omega[k] / divisor(measured(back, slope(f, k) * back))
        g = slope(f, k) * (onward(rescaled[k], omega[k]).T @ g)
    return {"omega": rescaled}


def forward(x: Any, omega: Any, dl_df: Any, first: int = 0) -> Entries:
    """LSUV as the chapter has it: every f_k with variance 1."""
    h, rescaled = x, []
    for k, matrix in enumerate(omega):
        rescaled.append(matrix / np.std(matrix @ h) if k >= first else matrix)
        h = relu(rescaled[-1] @ h)
    return {"omega": rescaled}


def the_input_too(x: Any, omega: Any, dl_df: Any) -> Entries:
    """The first matrix rescaled as well, so that ∂ℓ/∂x has mean square 1."""
    rescaled = lsuv_back(x, omega, dl_df)["omega"]
    g, f = dl_df, x
    on: list[Any] = []
    for matrix in omega:
        f = matrix @ (relu(f) if on else f)
        on.append(f > 0)
    for k in range(len(omega) - 1, 0, -1):
        g = on[k - 1] * (rescaled[k].T @ g)
    return {"omega": [omega[0] / root_mean_square(omega[0].T @ g), *rescaled[1:]]}


PROBLEM = Problem(
    id="5.e",
    title="LSUV, from the other end",
    points=3,
    minutes=25,
    hints=(
        "Positive factors change no sign: run forward once with the matrices as they are, and note where f_k > 0.",
        "One loop from the last layer down: ∂ℓ/∂f_{k−1} by 7.24, measure, divide Ω_k, and go on with what results.",
        "If g has the mean square m, which number c makes that of c·g equal to 1? And c·Ωᵀg is (c·Ω)ᵀ g.",
        "g = (f[k-1] > 0) * (omega[k].T @ g), then omega[k] / √(mean of g²), and g by the same number.",
    ),
    instances=instances,
    truth=lsuv_back,
    slips=(
        Slip(forward, "this is the way forward: each f_k has variance 1. Here each ∂ℓ/∂f_k is to have mean square 1."),
        Slip(lambda **a: forward(**a, first=1),
             "the variances of the f_k are made 1; here the mean squares of the ∂ℓ/∂f_k are."),
        planted(lsuv_back, "divided by the mean square: multiplying by c multiplies it by c².",
                divisor=lambda g: np.mean(g**2)),
        planted(lsuv_back, "the weights are multiplied by the gradient's size; divide, so that a large one shrinks.",
                divisor=lambda g: 1 / root_mean_square(g)),
        planted(lsuv_back, "this makes the variance 1; the mean of a gradient is not 0, and counts in its mean square.",
                divisor=np.std),
        planted(lsuv_back, "all gradients were measured with the old weights; a layer's gradient changes when those "
                "above do.", onward=lambda rescaled, original: original),
        planted(lsuv_back, "the slope of the ReLU is missing: a unit that is off passes nothing back.",
                slope=lambda f, k: 1.0),
        planted(lsuv_back, "the slope of the wrong layer: what comes back through Ω_k meets the ReLU of f_{k−1}.",
                slope=lambda f, k: f[k] > 0),
        planted(lsuv_back, "measured before the slope of the ReLU; ∂ℓ/∂f_{k−1} is what is left after it.",
                measured=lambda back, through: back),
        planted(lsuv_back, "this is the norm, the root of the *sum* of squares; take their mean.",
                divisor=np.linalg.norm),
        Slip(the_input_too, "Ω_0 is to stay as it is: it leads from the input, and no ∂ℓ/∂f_k comes back through it."),
        Slip(lambda x, omega, dl_df: {"omega": list(omega)}, "nothing is rescaled."),
        planted(lsuv_back, "only the last matrix is rescaled.", layers=slice(-1, None)),
        planted(lsuv_back, "the last matrix is not rescaled; ∂ℓ/∂f_{K−1} comes back through it.",
                layers=slice(0, -1)),
        Slip(lambda x, omega, dl_df: {"omega": [*lsuv_back(x, omega, dl_df)["omega"][:-1], omega[-1]]},
             "the last matrix is not rescaled; ∂ℓ/∂f_{K−1} comes back through it."),
        planted(lsuv_back, "the mean is taken over the entries that are not 0; all of them count.",
                divisor=lambda g: root_mean_square(g[g != 0])),
    ),
)  # fmt: skip
