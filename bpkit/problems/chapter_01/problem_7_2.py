"""Problem 7.2: the new factor in each chain."""

from typing import Any

import numpy as np

from bpkit.problems.chapter_01.toy_model import stored_instances
from bpkit.problems.problem import Entries, Problem, Slip
from bpkit.problems.slips import wrong


def factors(f: Any, h: Any, omega: Any) -> Entries:
    return {
        "dh3_df2": -np.sin(f[2]),
        "df2_dh2": omega[2],
        "dh2_df1": np.exp(f[1]),
        "df1_dh1": omega[1],
        "dh1_df0": np.cos(f[0]),
    }


def products(f: Any, h: Any, omega: Any) -> Entries:
    """The factors multiplied up, from the second on."""
    right = factors(f, h, omega)
    return dict(list(zip(right, np.cumprod(list(right.values())), strict=True))[1:])


PROBLEM = Problem(
    id="7.2",
    title="The new factor in each chain",
    points=2,
    minutes=10,
    hints=(
        "In each line of 7.12 the brackets hold what is known already. The factor in front of them is the new one.",
        "Two kinds alternate: the derivative of an activation, and the derivative of β + ω·h with respect to h.",
        "∂h_3/∂f_2 is the derivative of cos at f_2; mind its sign, and where it is evaluated.",
    ),
    instances=lambda rng: [{key: one[key] for key in ("f", "h", "omega")} for one in stored_instances(rng)],
    truth=factors,
    slips=(
        wrong("the derivative of cos has a minus sign.", dh3_df2=lambda f, h, omega: np.sin(f[2])),
        wrong("evaluated at the activation h; an activation's slope is taken at its input f.",
              dh3_df2=lambda f, h, omega: -np.sin(h[3]),
              dh2_df1=lambda f, h, omega: np.exp(h[2]),
              dh1_df0=lambda f, h, omega: np.cos(h[1])),
        wrong("evaluated at the activation h, and the derivative of cos has a minus sign.",
              dh3_df2=lambda f, h, omega: np.sin(h[3])),
        wrong("this is the activation itself, not its derivative.",
              dh3_df2=lambda f, h, omega: h[3], dh1_df0=lambda f, h, omega: h[1]),
        wrong("this is ∂f/∂ω; asked is ∂f/∂h, the factor that stands in front of h.",
              df2_dh2=lambda f, h, omega: h[2], df1_dh1=lambda f, h, omega: h[1]),
        wrong("this is the weight of the next layer.",
              df2_dh2=lambda f, h, omega: omega[3], df1_dh1=lambda f, h, omega: omega[2]),
        wrong("this is the weight of the layer before.",
              df2_dh2=lambda f, h, omega: omega[1], df1_dh1=lambda f, h, omega: omega[0]),
        wrong("exp is not a power of f: the power rule does not apply to it.",
              dh2_df1=lambda f, h, omega: f[1] * np.exp(f[1] - 1)),
        Slip(products, "these are the products of all factors up to here; each new factor is asked for by itself.",
             whole=True),
        wrong("the slope is taken at the f of the same number; h_k is the activation of f_{k−1}.",
              dh3_df2=lambda f, h, omega: -np.sin(f[3]), dh2_df1=lambda f, h, omega: np.exp(f[2]),
              dh1_df0=lambda f, h, omega: np.cos(f[1])),
    ),
)  # fmt: skip
