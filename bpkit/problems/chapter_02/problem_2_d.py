"""Problem 2.d: six backward passes, six bugs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.planted import BUGS, PLANTED, backward
from bpkit.problems.problem import Problem
from bpkit.problems.refutations import numbered_versions
from bpkit.problems.slips import wrong_words

Stored = tuple[list[Any], list[Any], Sequence[Any], Any]  # f, h, omega and dl_df, as a backward pass takes them


def stored(rng: np.random.Generator, omega: Sequence[Any], biases: Sequence[float] | None = None) -> Stored:
    """What a forward pass stores that has three layers of width 3; the biases are random or constant by layer."""
    h, f = [rng.uniform(0.5, 1.5, size=(3, 4))], []
    for k in range(3):
        beta = rng.normal(size=(3, 1)) if biases is None else biases[k]
        f.append(beta + omega[k] @ h[k])
        h.append(relu(f[k]))
    return f, h[:3], omega, rng.normal(size=(3, 4))


def networks(rng: np.random.Generator) -> dict[str, Stored]:
    """A random network, and some on which not every bug shows."""
    omega = [rng.normal(size=(3, 3)) for _ in range(3)]
    small = [0.1 * matrix for matrix in omega]  # so that the biases decide which units are on
    return {
        "": stored(rng, omega),
        " when all units are on": stored(rng, small, (5, 5, 5)),
        " when all hidden units are on and all outputs negative": stored(rng, small, (5, 5, -5)),
        " when all units of the last hidden layer are off": stored(rng, small, (5, -5, 5)),
        " when the weight matrices are symmetric": stored(rng, [matrix + matrix.T for matrix in omega]),
        " when all layers have the same weights": stored(rng, [omega[0]] * 3),
    }


def right_under(bug: str) -> dict[tuple[str, str], bool]:
    """What stays right with this bug: single gradients of random networks, and all gradients of special ones."""
    rng = np.random.default_rng(0)
    right: dict[tuple[str, str], bool] = {}
    for when, (f, h, omega, dl_df) in [item for _ in range(5) for item in networks(rng).items()]:
        spoiled, sound = backward(f, h, omega, dl_df, **BUGS[bug]), backward(f, h, omega, dl_df)
        for symbol, given, expected in zip("βΩ", spoiled, sound, strict=True):
            for k in range(3):
                what = ("the result" if when else f"∂ℓ/∂{symbol}_{k}", when)
                right[what] = right.get(what, True) and bool(np.allclose(given[k], expected[k]))
    return right


RIGHT = numbered_versions(PLANTED)
RIGHT_UNDER = {bug: right_under(bug) for bug in BUGS}


def refutation(version: str, claimed: str) -> str:
    """An experiment that speaks against a bug which the version does not have."""
    found, predicted = RIGHT_UNDER[RIGHT[version]], RIGHT_UNDER[claimed]
    telling = [what for what in found if found[what] != predicted[what]]
    # Where a special network hides the bug that is there, it would give that bug away: such a one comes last.
    subject, when = min(telling, key=lambda what: what[1] != "" and found[what])
    would, does = ("right", "wrong") if predicted[subject, when] else ("wrong", "right")
    return f"with the bug you name, {subject} would be {would}{when}; in this version it is {does}."


PROBLEM = Problem(
    id="2.d",
    title="Six backward passes, six bugs",
    points=4,
    minutes=30,
    hints=(
        "Compare each version with your 2.b, or with differences of a loss. Which of the six gradients are wrong?",
        "A bug in 7.21 spoils biases only, one in 7.22 weights only. A bug in 7.24 spoils both, in all layers below.",
        "Choose networks on which a bug cannot show: symmetric weights, a single example, all units on.",
        "Two masks differ only where one layer's units are on and the other's off: choose biases that make it so.",
    ),
    truth=lambda: RIGHT,
    slips=wrong_words(RIGHT, BUGS, refutation),
)
