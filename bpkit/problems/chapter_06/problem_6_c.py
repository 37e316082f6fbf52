"""Problem 6.c: Adam."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Gradients of very different sizes, an entry that is 0 now and then, and an eps that is not negligible."""
    found = []
    for steps in (2, 4):
        gradients = [rng.normal(size=3) * (5.0, 0.5, 0.05) for _ in range(steps)]
        gradients[1][0] = 0.0
        found.append({
            "phi": rng.normal(size=3), "gradients": gradients, "lr": float(rng.uniform(0.01, 0.2)),
            "beta_1": float(rng.uniform(0.6, 0.95)), "beta_2": float(rng.uniform(0.96, 0.999)),
            "eps": float(rng.uniform(0.01, 0.1)), "weight_decay": float(rng.uniform(0.1, 0.5)),
        })  # fmt: skip
    return found


def adam_and_adamw(
    phi: Any, gradients: Any, lr: Any, beta_1: Any, beta_2: Any, eps: Any, weight_decay: Any,
    correct_m: bool = True,
    correct_v: bool = True,
    first: int = 1,
    fixed: bool = False,
    decay_last: bool = False,
    root: Callable[[Any, float], Any] = lambda v, eps: np.sqrt(v) + eps,
    square: Callable[[Any], Any] = lambda g: g * g,
    weights: Callable[[float], tuple[float, float]] = lambda beta: (beta, 1 - beta),
    shrink: Callable[[float, float], float] = lambda lr, weight_decay: lr * weight_decay,
) -> Entries:  # fmt: skip
    """Adam and AdamW, which make the same steps; every keyword after weight_decay plants a slip."""
    adam, adamw, m, v = phi, phi, 0.0, 0.0
    (old_1, new_1), (old_2, new_2) = weights(beta_1), weights(beta_2)
    for number, g in enumerate(gradients, start=first):
        t = 1 if fixed else number
        m, v = old_1 * m + new_1 * g, old_2 * v + new_2 * square(g)
        corrected_m = m / (1 - beta_1**t) if correct_m else m
        corrected_v = v / (1 - beta_2**t) if correct_v else v
        step = lr * corrected_m / root(corrected_v, eps)
        kept = 1 - shrink(lr, weight_decay)
        adam, adamw = adam - step, kept * (adamw - step) if decay_last else kept * adamw - step
    return {"adam": adam, "adamw": adamw}


def penalized(phi: Any, gradients: Any, lr: Any, beta_1: Any, beta_2: Any, eps: Any, weight_decay: Any) -> Any:
    """Adam with the L2 penalty's gradient added to each gradient: what AdamW is not."""
    m, v = 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        g = g + weight_decay * phi
        m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g**2
        phi = phi - lr * m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + eps)
    return phi


PROBLEM = Problem(
    id="6.c",
    title="Adam, corrected",
    points=4,
    minutes=25,
    hints=(
        "m and v start at 0 and are averages that forget. After t steps their weights add up to 1 − β^t, not to 1.",
        "t counts from 1. In the first step the corrected m is g itself, and the corrected v is g².",
        "AdamW first shrinks ϕ by the factor 1 − lr·weight_decay; m and v never see the decay.",
        "Without correction the first step is lr·(1 − β_1)·g/√((1 − β_2)·g²). Divide its size by lr.",
    ),
    instances=instances,
    truth=lambda **a: {**adam_and_adamw(**a), "ratio": (1 - a["beta_1"]) / math.sqrt(1 - a["beta_2"])},
    slips=(
        planted(adam_and_adamw, "the bias correction is missing.", correct_m=False, correct_v=False),
        planted(adam_and_adamw, "v is not corrected, only m.", correct_v=False),
        planted(adam_and_adamw, "m is not corrected, only v.", correct_m=False),
        planted(adam_and_adamw, "t counts from 1: here the first step has t = 2.", first=2),
        planted(adam_and_adamw, "the corrections stay those of the first step: t grows.", fixed=True),
        planted(adam_and_adamw, "eps is added outside of the root, after it.", root=lambda v, eps: np.sqrt(v + eps)),
        planted(adam_and_adamw, "the root is missing: divide by √v.", root=lambda v, eps: v + eps),
        planted(adam_and_adamw, "eps is missing.", root=lambda v, eps: np.sqrt(v) + 1e-300),
        planted(adam_and_adamw, "v averages |g| here; it averages g².", square=np.abs),
        planted(adam_and_adamw, "the gradient is added with the weight 1; an average gives it 1 − β.",
                weights=lambda beta: (beta, 1.0)),
        planted(adam_and_adamw, "β and 1 − β are exchanged.", weights=lambda beta: (1 - beta, beta)),
        wrong("the decay goes through m and v here: that is Adam with an L2 penalty.", adamw=penalized),
        wrong("ϕ is shrunk after the step here; AdamW shrinks it before, so that the step itself is not made smaller.",
              adamw=lambda **a: adam_and_adamw(**a, decay_last=True)["adamw"]),
        Slip(lambda beta_1, beta_2, **a: adam_and_adamw(beta_1=beta_2, beta_2=beta_1, **a),
             "β_1 and β_2 are exchanged: m forgets with β_1, v with β_2."),
        wrong("no weight decay.", adamw=lambda **a: adam_and_adamw(**a)["adam"]),
        wrong("ϕ shrinks by lr·weight_decay in each step; lr is missing.",
              adamw=lambda **a: adam_and_adamw(**a, shrink=lambda lr, weight_decay: weight_decay)["adamw"]),
        wrong("the decay makes ϕ larger.",
              adamw=lambda **a: adam_and_adamw(**a, shrink=lambda lr, weight_decay: -lr * weight_decay)["adamw"]),
        wrong("that is the step with the correction.", ratio=1.0),
        wrong("v goes through a root, and its factor too.",
              ratio=lambda beta_1, beta_2, **others: (1 - beta_1) / (1 - beta_2)),
        wrong("upside down.", ratio=lambda beta_1, beta_2, **others: math.sqrt(1 - beta_2) / (1 - beta_1)),
        wrong("m is not corrected either.", ratio=lambda beta_1, beta_2, **others: 1 / math.sqrt(1 - beta_2)),
        wrong("v is not corrected either.", ratio=lambda beta_1, beta_2, **others: 1 - beta_1),
        wrong("m does not go through a root.",
              ratio=lambda beta_1, beta_2, **others: math.sqrt((1 - beta_1) / (1 - beta_2))),
    ),
)  # fmt: skip
