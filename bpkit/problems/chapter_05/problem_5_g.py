"""Problem 5.g: break symmetry."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.problem import Arguments, Problem, Slip
from bpkit.problems.slips import planted, wrong

PROPOSALS = {
    "a": "random β_0 gives every unit a kink of its own, and another set of examples it is on for.",
    "b": "small batches and their order are the same for all units.",
    "c": "with dropout each unit misses steps of its own.",
    "d": "momentum turns equal gradients into equal steps.",
    "e": "random Ω_1 sends another ∂ℓ/∂h_1 to each unit, so Ω_0 moves apart in the first step.",
    "f": "all units see the same noisy input.",
}
BREAKING = "ace"


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Equal units; then random Ω_1, two groups in β_0, and dropout masks; every unit is on for all the examples.

    Then units that differ after one step in β_0 alone, some of them by rounding only; in Ω_0 alone; and all different,
    off for some of the examples.
    """

    def draw(D: int, **changed: Any) -> Arguments:
        return {
            "x": rng.uniform(0.5, 2.0, size=(2, 4)), "y": rng.normal(size=(2, 4)) + 3.0,
            "beta_0": np.full((D, 1), 0.5), "omega_0": np.full((D, 2), 0.5), "beta_1": rng.normal(size=(2, 1)),
            "omega_1": np.full((2, D), 0.5), "masks": np.ones((2, D, 1)), "lr": float(rng.uniform(2e-3, 4e-3)),
            **changed,
        }  # fmt: skip

    groups = np.array([[0.3], [0.6], [0.3], [0.6]]) + rng.uniform(0, 0.2)
    # Five units, three histories.
    masks = rng.permutation([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [1.0, 0.0]])
    alone = {"masks": np.ones((1, 5, 1))}
    steps = np.array([[0.0], [0.2], [1e-14], [0.2], [0.4]])
    rows = np.array([[0.5, 0.5], [0.5, 0.8], [0.8, 0.5], [0.5, 0.5], [0.5, 0.8]])
    here = rng.uniform((0.1, 0.5), (0.4, 2.0), size=(2, 2))  # pre-activations below and above 1
    signs = rng.choice([-1.0, 1.0]) * np.array([[1], [-1], [-1], [1], [-1]])
    off = {"x": np.hstack([here, -here]), "omega_0": signs * rows,
           "beta_0": rng.uniform(-0.05, 0.05, size=(5, 1)), "omega_1": rng.normal(size=(2, 5))}  # fmt: skip
    return [draw(5), draw(4, omega_1=rng.uniform(0.2, 1.0, size=(2, 4))), draw(4, beta_0=groups),
            draw(5, masks=masks.T[:, :, None]), draw(5, beta_0=0.5 + steps, **alone), draw(5, omega_0=rows, **alone),
            draw(5, **off)]  # fmt: skip


def trained(
    x: Any, y: Any, beta_0: Any, omega_0: Any, beta_1: Any, omega_1: Any, masks: Any, lr: Any,
    back_mask: bool = True,
    rate: float = 2.0,
    simultaneous: bool = True,
    averaged: bool = False,
    slope: bool = True,
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """Gradient descent on a network with one hidden layer; every keyword after lr plants a slip."""
    rate = rate / x.shape[1] if averaged else rate
    for mask in masks:
        f_0 = beta_0 + omega_0 @ x
        h = mask * relu(f_0)
        g = rate * (beta_1 + omega_1 @ h - y)
        new_beta_1, new_omega_1 = beta_1 - lr * g.sum(axis=1, keepdims=True), omega_1 - lr * g @ h.T
        at_f0 = (
            (mask if back_mask else 1.0)
            * (f_0 > 0 if slope else 1.0)
            * ((omega_1 if simultaneous else new_omega_1).T @ g)
        )
        beta_0, omega_0 = beta_0 - lr * at_f0.sum(axis=1, keepdims=True), omega_0 - lr * at_f0 @ x.T
        beta_1, omega_1 = new_beta_1, new_omega_1
    return beta_0, omega_0, beta_1, omega_1


def different(rows: Any) -> int:
    """The number of rows that differ by more than rounding."""
    found: list[Any] = []
    for row in rows:
        if all(np.max(np.abs(row - other)) >= 1e-8 for other in found):
            found.append(row)
    return len(found)


def answers(**arguments: Any) -> dict[str, Any]:
    beta_0, omega_0, _, _ = trained(**arguments)
    return {"omega_0": omega_0, "units": different(np.hstack([beta_0, omega_0]))}


def other_masks(sentence: str, change: Callable[[Any], Any]) -> Slip:
    return Slip(lambda masks, **others: {"omega_0": trained(masks=change(masks), **others)[1]}, sentence)


def sentence_for(chosen: str) -> str:
    """What to say of a choice of proposals: a sentence about the first that is wrong in it."""
    first = next(letter for letter in PROPOSALS if (letter in chosen) != (letter in BREAKING))
    return f"look again at proposal {first}: {PROPOSALS[first]}"


def other_choices() -> list[str]:
    """Every choice of proposals but the right one."""
    numbers = range(1 << len(PROPOSALS))
    choices = ["".join(letter for i, letter in enumerate(PROPOSALS) if number >> i & 1) for number in numbers]
    return [chosen for chosen in choices if chosen != BREAKING]


PROBLEM = Problem(
    id="5.g",
    title="Break the symmetry",
    points=4,
    minutes=25,
    hints=(
        "Each step: h_1 = mask ⊙ ReLU[f_0], the gradients 7.21, 7.22, 7.24, then all four parameters at once.",
        "The mask is a factor of h_1, so it is a factor on the way back too: mask * (f_0 > 0) * (Ω_1ᵀ ∂ℓ/∂f_1).",
        "Put β_0 and Ω_0 side by side, round, and count different rows: np.unique(…, axis=0).",
        "A proposal breaks the symmetry only if it treats two units of one layer differently.",
    ),
    instances=instances,
    truth=lambda **arguments: {**answers(**arguments), "ways": BREAKING},
    slips=(
        planted(answers, "the mask is missing on the way back: a unit that is dropped gets no gradient.", "omega_0",
                back_mask=False),
        other_masks("the masks are not used.", np.ones_like),
        other_masks("only one step is made; make one for each mask.", lambda masks: masks[:1]),
        planted(answers, "the factor 2 of the loss's derivative is missing.", "omega_0", rate=1.0),
        planted(answers, "the steps go uphill: subtract the gradient.", "omega_0", rate=-2.0),
        planted(answers, "the gradient is averaged over the examples here; the loss is their sum.", "omega_0",
                averaged=True),
        planted(answers, "Ω_1 has moved before the gradient of Ω_0 was computed; all gradients come first.", "omega_0",
                simultaneous=False),
        wrong("this is the start; train first.", omega_0=lambda omega_0, **others: omega_0,
              units=lambda beta_0, omega_0, **others: different(np.hstack([beta_0, omega_0]))),
        wrong("not all units differ: equal ones count once.", units=lambda omega_0, **others: len(omega_0)),
        wrong("this counts the rows of Ω_0 alone; units with different entries of β_0 are different.",
              units=lambda **a: different(trained(**a)[1])),
        wrong("this counts the entries of β_0 alone; units with different rows of Ω_0 are different.",
              units=lambda **a: different(trained(**a)[0])),
        wrong("units that differ in the last digits alone, by rounding, count as one.",
              units=lambda **a: len(np.unique(np.hstack(trained(**a)[:2]), axis=0))),
        planted(answers, "the ReLU's slope is missing on the way back.", "omega_0", slope=False),
        wrong("the columns are counted; a unit is a row of Ω_0, with its entry of β_0.",
              units=lambda **a: different(trained(**a)[1].T)),
        wrong("not always 1: some of these networks have something that breaks the symmetry.", units=1),
        *(wrong(sentence_for(chosen), ways=chosen) for chosen in other_choices()),
    ),
)  # fmt: skip
