"""Problem 2.j: one pass with paper and pencil."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.form import Wrong, agrees, by_name, in_form
from bpkit.problems.problem import Entries, Problem, Slip

Step = Callable[[Mapping[str, Any]], Any]  # from the numbers before to the next

# Numbers for which no two of the mistakes below give the same, and the second unit is off.
X = np.array([[4.0], [-1.0]])
BETA_0 = np.array([[3.0], [-4.0]])
OMEGA_0 = np.array([[1.0, 4.0], [-1.0, -3.0]])
BETA_1 = 2.0
OMEGA_1 = np.array([[-1.0, -3.0]])
Y = -4.0

STEPS: dict[str, Step] = {
    "f_0": lambda at: BETA_0 + OMEGA_0 @ X,
    "h_1": lambda at: relu(at["f_0"]),
    "f_1": lambda at: BETA_1 + (OMEGA_1 @ at["h_1"]).item(),
    "loss": lambda at: (at["f_1"] - Y) ** 2,
    "dl_df_1": lambda at: 2 * (at["f_1"] - Y),
    "dl_dbeta_1": lambda at: at["dl_df_1"],  # 7.21
    "dl_domega_1": lambda at: at["dl_df_1"] * at["h_1"].T,  # 7.22
    "dl_dh_1": lambda at: OMEGA_1.T * at["dl_df_1"],  # 7.20
    "dl_df_0": lambda at: (at["f_0"] > 0) * at["dl_dh_1"],
    "dl_dbeta_0": lambda at: at["dl_df_0"],
    "dl_domega_0": lambda at: at["dl_df_0"] @ X.T,  # 7.25
    "dl_dx": lambda at: OMEGA_0.T @ at["dl_df_0"],
}

# Errors of hand calculation, each with the numbers it can spoil and what it makes of the numbers before them.
MISTAKES: tuple[tuple[str, Mapping[str, Step]], ...] = (
    ("the bias is missing.",
     {"f_0": lambda at: OMEGA_0 @ X, "f_1": lambda at: STEPS["f_1"](at) - BETA_1}),
    ("the bias is subtracted; it is added.",
     {"f_0": lambda at: OMEGA_0 @ X - BETA_0, "f_1": lambda at: STEPS["f_1"](at) - 2 * BETA_1}),
    ("you went down the columns of Ω_0: row i of Ω_0 belongs to unit i.",
     {"f_0": lambda at: BETA_0 + OMEGA_0.T @ X}),
    ("a minus sign is lost: one entry of x is negative.",
     {"f_0": lambda at: BETA_0 + OMEGA_0 @ abs(X), "dl_domega_0": lambda at: at["dl_df_0"] @ abs(X).T}),
    ("this is what comes out of the ReLU; f_0 is what goes into it.", {"f_0": lambda at: relu(STEPS["f_0"](at))}),
    ("the ReLU is missing.", {"h_1": lambda at: at["f_0"]}),
    ("the ReLU makes a negative number 0; it does not turn it round.", {"h_1": lambda at: abs(at["f_0"])}),
    ("this is the slope of the ReLU; h_1 holds its value.", {"h_1": lambda at: 1.0 * (at["f_0"] > 0)}),
    ("the wrong unit is switched off: the ReLU keeps what is positive.", {"h_1": lambda at: np.minimum(at["f_0"], 0)}),
    ("Ω_1 multiplies h_1, not f_0.", {"f_1": lambda at: BETA_1 + (OMEGA_1 @ at["f_0"]).item()}),
    ("Ω_1 multiplies h_1, not the input.", {"f_1": lambda at: BETA_1 + (OMEGA_1 @ X).item()}),
    ("no ReLU follows the output.", {"f_1": lambda at: relu(STEPS["f_1"](at))}),
    ("the square is missing.", {"loss": lambda at: at["f_1"] - Y}),
    ("the square and a sign are missing.", {"loss": lambda at: Y - at["f_1"]}),
    ("minus a negative number is plus: y is negative.",
     {"loss": lambda at: (at["f_1"] + Y) ** 2, "dl_df_1": lambda at: 2 * (at["f_1"] + Y)}),
    ("the difference is squared, not each number by itself.", {"loss": lambda at: at["f_1"] ** 2 - Y**2}),
    ("there is no ½ in front of this loss.", {"loss": lambda at: (at["f_1"] - Y) ** 2 / 2}),
    ("the 2 of the square is missing.", {"dl_df_1": lambda at: at["f_1"] - Y}),
    ("the sign is wrong: y − f_1 changes by −1 where f_1 changes by 1.", {"dl_df_1": lambda at: 2 * (Y - at["f_1"])}),
    ("this is the loss itself, not its derivative.", {"dl_df_1": lambda at: at["loss"]}),
    ("y is lost: the square belongs to the difference.", {"dl_df_1": lambda at: 2 * at["f_1"]}),
    ("the bias is multiplied by nothing: where it changes by 1, so does f.",
     {"dl_dbeta_1": lambda at: at["dl_df_1"] * at["h_1"].sum(), "dl_dbeta_0": lambda at: at["dl_df_0"] * X}),
    ("this multiplies by the bias; its own value does not matter to the derivative.",
     {"dl_dbeta_0": lambda at: at["dl_df_0"] * BETA_0}),
    ("this is ∂f/∂β alone; multiply by what comes from the loss.",
     {"dl_dbeta_1": lambda at: 1.0, "dl_dbeta_0": lambda at: np.ones((2, 1))}),
    ("f_0 stands where h_1 should: Ω_1 was multiplied by h_1.",
     {"dl_domega_1": lambda at: at["dl_df_1"] * at["f_0"].T}),
    ("the input stands where h_1 should: Ω_1 was multiplied by h_1.",
     {"dl_domega_1": lambda at: at["dl_df_1"] * X.T}),
    ("multiplied by the weights themselves; the derivative by Ω_1 holds what Ω_1 was multiplied by.",
     {"dl_domega_1": lambda at: at["dl_df_1"] * OMEGA_1}),
    ("∂ℓ/∂f_1 is missing: this is only what Ω_1 was multiplied by.", {"dl_domega_1": lambda at: at["h_1"].T}),
    ("h_1 is missing: this is the derivative by the bias.",
     {"dl_domega_1": lambda at: at["dl_df_1"] * np.ones((1, 2))}),
    ("multiplied by h_1; what h_1 was multiplied by are the weights.",
     {"dl_dh_1": lambda at: at["dl_df_1"] * at["h_1"]}),
    ("∂ℓ/∂f_1 is missing: this is only what h_1 was multiplied by.", {"dl_dh_1": lambda at: OMEGA_1.T}),
    ("the ReLU's gate comes one step later: it lies between f_0 and h_1.",
     {"dl_dh_1": lambda at: (at["f_0"] > 0) * STEPS["dl_dh_1"](at)}),
    ("the ReLU's gate is forgotten: a unit that is off passes nothing back.", {"dl_df_0": lambda at: at["dl_dh_1"]}),
    ("the gate asks for the sign of f_0, and here it asks for the sign of the gradient.",
     {"dl_df_0": lambda at: relu(at["dl_dh_1"])}),
    ("the value of the ReLU stands where its slope, 0 or 1, should.",
     {"dl_df_0": lambda at: at["h_1"] * at["dl_dh_1"]}),
    ("f_0 itself stands where the slope of the ReLU, 0 or 1, should.",
     {"dl_df_0": lambda at: at["f_0"] * at["dl_dh_1"]}),
    ("the gate stops the wrong unit: f_0 must be positive to pass.",
     {"dl_df_0": lambda at: (at["f_0"] <= 0) * at["dl_dh_1"]}),
    ("this is the slope of the ReLU alone; multiply by what arrives at h_1.",
     {"dl_df_0": lambda at: 1.0 * (at["f_0"] > 0)}),
    ("made from ∂ℓ/∂h_1, on the wrong side of the gate: go on from ∂ℓ/∂f_0.",
     {"dl_dbeta_0": lambda at: at["dl_dh_1"], "dl_domega_0": lambda at: at["dl_dh_1"] @ X.T,
      "dl_dx": lambda at: OMEGA_0.T @ at["dl_dh_1"]}),
    ("transposed: row i holds the derivatives by the weights into unit i.",
     {"dl_domega_0": lambda at: X @ at["dl_df_0"].T}),
    ("h_1 stands where x should: Ω_0 was multiplied by the input (7.25).",
     {"dl_domega_0": lambda at: at["dl_df_0"] @ at["h_1"].T}),
    ("multiplied by the weights themselves; the derivative by Ω_0 holds what Ω_0 was multiplied by.",
     {"dl_domega_0": lambda at: at["dl_df_0"] * OMEGA_0}),
    ("∂ℓ/∂f_0 is missing: this is only what Ω_0 was multiplied by.",
     {"dl_domega_0": lambda at: (at["f_0"] > 0) @ X.T}),
    ("Ω_0 is not transposed on the way back.", {"dl_dx": lambda at: OMEGA_0 @ at["dl_df_0"]}),
    ("there is no ReLU at the input.", {"dl_dx": lambda at: (X > 0) * STEPS["dl_dx"](at)}),
)  # fmt: skip


def whole_pass() -> Entries:
    at: dict[str, Any] = {}
    for name, step in STEPS.items():
        at[name] = step(at)
    return at


def taken_one_by_one(answer: Any) -> Entries:
    """Each number as it would be if the reader's numbers before it were right, so that an error counts only once."""
    right = whole_pass()
    own: dict[str, Any] = {}
    entries: dict[str, Any] = {}
    for name, value in by_name(answer, list(right)).items():
        try:
            own[name] = in_form(name, value, right[name])
            entries[name] = from_right_numbers(name, own, right)
        except Wrong:  # no number, or too many: the check says so, and what follows must follow from something
            own[name], entries[name] = right[name], value
    return entries


def from_right_numbers(name: str, own: Mapping[str, Any], right: Entries) -> Any:
    """What the reader's step to this number makes of the right numbers before it."""
    follows = STEPS[name](own)
    if same(own[name], follows) or same(own[name], right[name]):
        return right[name]
    for _, steps in MISTAKES:
        if name in steps and same(own[name], steps[name](own)):
            return steps[name](right)
    if same(follows, right[name]):
        return own[name]
    return right[name] + math.e * (own[name] - follows)  # not the number of another mistake: these are all whole


def same(one: Any, other: Any) -> bool:
    return agrees(np.asarray(one), other, 1e-9)


def slip(sentence: str, steps: Mapping[str, Step]) -> Slip:
    return Slip(lambda: {name: step(whole_pass()) for name, step in steps.items()}, sentence)


PROBLEM = Problem(
    id="2.j",
    title="One pass with paper and pencil",
    points=3,
    minutes=20,
    hints=(
        "Write the numbers into a drawing of the network: values above the arrows, derivatives below them.",
        "Each step back asks: what was this multiplied by on the way forward? A bias by nothing, that is, by 1.",
        "∂ℓ/∂h_1 = Ω_1ᵀ ∂ℓ/∂f_1 has two entries. The one whose unit is off (f_0 below 0) goes no further.",
        "∂ℓ/∂Ω_0: entry i of ∂ℓ/∂f_0 times entry j of x, in row i and column j. ∂ℓ/∂x = Ω_0ᵀ ∂ℓ/∂f_0.",
    ),
    truth=whole_pass,
    measure=taken_one_by_one,
    slips=tuple(slip(sentence, steps) for sentence, steps in MISTAKES),
)
