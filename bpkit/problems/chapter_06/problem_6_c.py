"""Problem 6.c: Adam."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Sizes that differ, an entry that is 0, one that grows, a small β_2, an eps that is felt; and a single step."""
    found = []
    for steps in (3, 5, 1):
        signs = rng.choice([-1.0, 1.0], size=(steps, 3))
        gradients = [row * sizes for row, sizes in zip(signs, rng.uniform(0.5, 2.0, size=(steps, 3)), strict=True)]
        for t, gradient in enumerate(gradients):
            gradient *= (5.0 * (t != 1), 0.5 * 3**t, 0.05 / 3**t)
        found.append({
            "phi": rng.normal(size=3), "gradients": gradients, "lr": float(rng.uniform(0.01, 0.2)),
            "beta_1": float(rng.uniform(0.6, 0.95)),
            "beta_2": float(rng.uniform(*((0.5, 0.9) if steps == 5 else (0.96, 0.999)))),
            "eps": float(rng.uniform(0.01, 0.1)), "weight_decay": float(rng.uniform(0.1, 0.5)),
        })  # fmt: skip
    return found


def adam(
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
    """AdamW; every keyword after weight_decay plants a slip."""
    m, v = 0.0, 0.0
    (old_1, new_1), (old_2, new_2) = weights(beta_1), weights(beta_2)
    for number, g in enumerate(gradients, start=first):
        t = 1 if fixed else number
        m, v = old_1 * m + new_1 * g, old_2 * v + new_2 * square(g)
        corrected_m = m / (1 - beta_1**t) if correct_m else m
        corrected_v = v / (1 - beta_2**t) if correct_v else v
        step = lr * corrected_m / root(corrected_v, eps)
        kept = 1 - shrink(lr, weight_decay)
        phi = kept * (phi - step) if decay_last else kept * phi - step
    return {"adamw": phi}


def adamax(
    phi: Any, gradients: Any, lr: Any, beta_1: Any, beta_2: Any, eps: Any, weight_decay: Any,
    correct_m: bool = True,
    correct_u: bool = False,
    decays: bool = False,
    first: int = 1,
    added: float = 0.0,
    kept: Callable[[Any, Any, float], Any] = lambda u, size, beta: np.maximum(beta * u, size),
    size: Callable[[Any], Any] = np.abs,
    below: Callable[[Any], Any] = lambda u: u,
    weights: Callable[[float], tuple[float, float]] = lambda beta: (beta, 1 - beta),
) -> Entries:  # fmt: skip
    """AdaMax; every keyword after weight_decay plants a slip."""
    m, u = 0.0, 0.0
    old, new = weights(beta_1)
    for t, g in enumerate(gradients, start=first):
        m, u = old * m + new * g, kept(u, size(g), beta_2)
        corrected_m = m / (1 - beta_1**t) if correct_m else m
        corrected_u = u / (1 - beta_2**t) if correct_u else u
        phi = (1 - lr * weight_decay if decays else 1.0) * phi - lr * corrected_m / (below(corrected_u) + added * eps)
    return {"adamax": phi}


def both(**arguments: Any) -> Entries:
    """AdamW and AdaMax; the keywords that both of them have plant slips in both."""
    return {**adam(**arguments), **adamax(**arguments)}


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
        "After t = 1, 2, … steps the weights in m and v add up to 1 − β^t, not to 1. A largest value has no weights.",
        "AdamW first shrinks ϕ by the factor 1 − lr·weight_decay; m and v never see the decay.",
        "AdaMax has Adam's m with its correction, and np.maximum(beta_2 * u, np.abs(g)) for u, with none.",
        "Without correction the first step is lr·(1 − β_1)·g/√((1 − β_2)·g²). Divide its size by lr.",
    ),
    instances=instances,
    truth=lambda **a: {**both(**a), "ratio": (1 - a["beta_1"]) / math.sqrt(1 - a["beta_2"])},
    slips=(
        planted(adam, "the bias correction is missing.", correct_m=False, correct_v=False),
        planted(adam, "v is not corrected, only m.", correct_v=False),
        planted(both, "m is not corrected.", correct_m=False),
        planted(both, "t counts from 1: here the first step has t = 2.", first=2),
        planted(adam, "the corrections stay those of the first step: t grows.", fixed=True),
        planted(adam, "eps is added outside of the root, after it.", root=lambda v, eps: np.sqrt(v + eps)),
        planted(adam, "the root is missing: divide by √v.", root=lambda v, eps: v + eps),
        planted(adam, "eps is missing.", root=lambda v, eps: np.sqrt(v) + 1e-300),
        planted(adam, "v averages |g| here; it averages g².", square=np.abs),
        planted(both, "the gradient is added with the weight 1; an average gives it 1 − β.",
                weights=lambda beta: (beta, 1.0)),
        planted(both, "β and 1 − β are exchanged.", weights=lambda beta: (1 - beta, beta)),
        wrong("the decay goes through m and v here: that is Adam with an L2 penalty.", adamw=penalized),
        planted(adam, "this is Adam: the weight decay is missing.", shrink=lambda lr, weight_decay: 0.0),
        planted(adam, "ϕ is shrunk after the step here; AdamW shrinks it before, so that the step itself is not made "
                "smaller.", decay_last=True),
        Slip(lambda beta_1, beta_2, **a: both(beta_1=beta_2, beta_2=beta_1, **a),
             "β_1 and β_2 are exchanged: m forgets with β_1, v and u with β_2."),
        planted(adam, "ϕ shrinks by lr·weight_decay in each step; lr is missing.",
                shrink=lambda lr, weight_decay: weight_decay),
        planted(adam, "the decay makes ϕ larger.", shrink=lambda lr, weight_decay: -lr * weight_decay),
        wrong("this is AdamW; AdaMax divides by the largest |g|, and has no decay.",
              adamax=lambda **a: adam(**a)["adamw"]),
        wrong("this is Adam: what m is divided by is to be the largest |g|, not the root of an average.",
              adamax=lambda **a: adam(**a, shrink=lambda lr, weight_decay: 0.0)["adamw"]),
        planted(adamax, "AdaMax has no weight decay here.", decays=True),
        planted(adamax, "u needs no correction: a largest value is not too small at the start.", correct_u=True),
        planted(adamax, "the larger of β_2·u and |g| is taken, not their average.",
                kept=lambda u, size, beta: beta * u + (1 - beta) * size),
        planted(adamax, "the old u has to fade: multiply it by β_2 before the comparison.",
                kept=lambda u, size, beta: np.maximum(u, size)),
        planted(adamax, "|g| is compared as it is; only the old u is multiplied.",
                kept=lambda u, size, beta: np.maximum(beta * u, (1 - beta) * size)),
        planted(adamax, "there is a root too many: u holds |g|, not g².", below=np.sqrt),
        planted(adamax, "u holds g² here; divide by the largest |g|.", size=np.square),
        planted(adamax, "only the newest |g| is divided by; the larger ones before it still count.",
                kept=lambda u, size, beta: np.where(size > 0, size, beta * u)),
        planted(adamax, "there is no eps in AdaMax: u is not 0.", added=1.0),
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
