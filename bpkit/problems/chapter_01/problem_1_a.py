"""Problem 1.a: the forward pass."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.networks import toy
from bpkit.problems.chapter_01.toy_model import draw_toy
from bpkit.problems.problem import Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def forward(x: Any, y: Any, beta: Any, omega: Any) -> Entries:
    stored = toy.forward(x, y, beta, omega)
    return {"f": stored.f, "h": stored.h, "loss": stored.loss}


def wrong_chain(x: Any, y: Any, beta: Any, omega: Any, functions: Sequence[Callable[[Any], Any]]) -> Entries:
    """A forward pass with other functions in the chain, or with the last one applied to f_3 too."""
    f, h = np.zeros(4), np.zeros(4)
    value = x
    for k in range(4):
        h[k] = value
        f[k] = beta[k] + omega[k] * h[k]
        value = functions[k](f[k]) if k < len(functions) else f[k]
    return {"f": f, "h": h, "loss": (value - y) ** 2}


PROBLEM = Problem(
    id="1.a",
    title="The forward pass",
    points=2,
    minutes=8,
    hints=(
        "Eight lines, one for each row of 7.8.",
        "h[0] is x. Then f[k] = beta[k] + omega[k] * h[k], and h[k + 1] is sin, exp, cos of f[k] for k = 0, 1, 2.",
    ),
    instances=draw_toy,
    truth=forward,
    follows={
        "h": (("f",), lambda given, x, **_: [x, np.sin(given["f"][0]), np.exp(given["f"][1]), np.cos(given["f"][2])]),
        "loss": (("f",), lambda given, y, **_: (given["f"][3] - y) ** 2),
    },
    slips=(
        planted(wrong_chain, "sin and cos are exchanged.", functions=(np.cos, np.exp, np.sin)),
        planted(wrong_chain, "exp and cos are exchanged.", functions=(np.sin, np.cos, np.exp)),
        planted(wrong_chain, "sin and exp are exchanged.", functions=(np.exp, np.sin, np.cos)),
        planted(wrong_chain, "nothing follows f_3: the loss compares f_3 itself with y.",
                functions=(np.sin, np.exp, np.cos, np.cos)),
        wrong("this is the difference f_3 − y; the loss is its square.",
              loss=lambda x, y, beta, omega: toy.forward(x, y, beta, omega).f[3] - y),
        wrong("this is the distance |f_3 − y|; the loss is its square.",
              loss=lambda x, y, beta, omega: abs(toy.forward(x, y, beta, omega).f[3] - y)),
        wrong("y is not used.", loss=lambda x, y, beta, omega: toy.forward(x, 0.0, beta, omega).loss),
        Slip(lambda x, y, beta, omega: forward(x, y, np.zeros(4), omega), "the biases are missing."),
        Slip(lambda x, y, beta, omega: forward(x, y, omega, beta), "beta and omega are exchanged."),
    ),
)  # fmt: skip
