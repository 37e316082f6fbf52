"""Problem 7.15: everything zero."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Learning rates with which the output bias approaches the mean target step by step."""
    return [
        {"x": rng.normal(size=(D_i, examples)), "y": rng.normal(size=(D_o, examples)) + 1.0,
         "lr": float(rng.uniform(0.1, 0.4)) / (2 * examples), "steps": steps}
        for D_i, D_o, examples, steps in ((3, 2, 5, 4), (2, 3, 4, 1), (4, 2, 3, 7))
    ]  # fmt: skip


def output(x: Any, y: Any, lr: Any, steps: Any, rate: float = 2.0, per_example: bool = False) -> Any:
    """The output after the steps, of which each takes the same part of the way to the mean of the targets."""
    part = 1 - (1 - rate * lr * (1 if per_example else y.shape[1])) ** steps
    return part * y.mean(axis=1, keepdims=True) * np.ones_like(y)


MOVED = {
    "a": "the loss is not at its minimum: ∂ℓ/∂f_2 = 2(f_2 − y) is not 0, and it is what β_2 gets.",
    "c": "∂ℓ/∂Ω_2 = ∂ℓ/∂f_2 h_2ᵀ, and what is h_2?",
    "d": "on the way back ∂ℓ/∂f_2 is multiplied by Ω_2ᵀ, and what is that?",
}
EQUAL = {
    ("omega_0", "columns"): "the other way round: a row belongs to a unit, a column to one entry of x.",
    ("omega_0", "all"): "the entries of x differ, and each of them has a column of its own in ∂ℓ/∂Ω_0 = ∂ℓ/∂f_0 xᵀ.",
    ("omega_0", "none"): "the units of a layer get the same gradient, as long as they have the same weights.",
    ("omega_1", "rows"): "more is equal than that: the units below are equal too, so what is in all columns of h_1ᵀ?",
    ("omega_1", "columns"): "more is equal than that: the units that Ω_1 leads to are equal as well.",
    ("omega_1", "none"): "equal units above get equal rows, equal units below equal columns.",
    ("omega_2", "rows"): "the other way round: a row belongs to an output, and each output has a target of its own.",
    ("omega_2", "all"): "the targets differ, and each output has a row of its own in ∂ℓ/∂Ω_2 = ∂ℓ/∂f_2 h_2ᵀ.",
    ("omega_2", "none"): "the units of the last hidden layer are equal, and each has a column in Ω_2.",
}


PROBLEM = Problem(
    id="7.15",
    title="Everything zero",
    points=4,
    minutes=20,
    hints=(
        "Go forward with zeros in every Ω and β: what are h_1, h_2 and f_2? Then go back with 7.21, 7.22 and 7.24.",
        "The one parameter that moves has the gradient Σ_i 2(f_2 − y_i): what is its value after one step, after two?",
        "Equal weights: ∂ℓ/∂Ω_k = ∂ℓ/∂f_k h_kᵀ. Where are the entries of ∂ℓ/∂f_k all equal, and where those of h_k?",
    ),
    instances=instances,
    truth=lambda **arguments: {
        "output": output(**arguments), "moved": "b", "omega_0": "rows", "omega_1": "all", "omega_2": "columns",
    },
    slips=(
        wrong("nothing has moved; one parameter has a gradient that is not 0.", output=lambda x, y, lr, steps: 0 * y),
        wrong("this is where training ends; after these few steps the output is on its way.",
              output=lambda x, y, lr, steps: y.mean(axis=1, keepdims=True) * np.ones_like(y)),
        wrong("the outputs follow their own targets, but all the examples share what moves.",
              output=lambda x, y, lr, steps: (1 - (1 - 2 * lr) ** steps) * y),
        wrong("these are the targets; without weights the network cannot tell the examples apart.",
              output=lambda x, y, lr, steps: y),
        wrong("the factor 2 of the loss's derivative is missing.", output=functools.partial(output, rate=1.0)),
        wrong("the gradient is averaged over the examples here; the loss is their sum.",
              output=functools.partial(output, per_example=True)),
        wrong("the steps go uphill: subtract the gradient.", output=functools.partial(output, rate=-2.0)),
        wrong("this is one step too few.", output=lambda x, y, lr, steps: output(x, y, lr, steps - 1)),
        wrong("this is one step too many.", output=lambda x, y, lr, steps: output(x, y, lr, steps + 1)),
        wrong("the gradient of the first step is taken for every step, but it shrinks as the output moves.",
              output=lambda x, y, lr, steps: 2 * lr * steps * y.sum(axis=1, keepdims=True) * np.ones_like(y)),
        *(wrong(sentence, moved=letter) for letter, sentence in MOVED.items()),
        *(wrong(sentence, **{name: word}) for (name, word), sentence in EQUAL.items()),
    ),
)  # fmt: skip
