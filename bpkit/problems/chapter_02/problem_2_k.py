"""Problem 2.k: sizes from error messages."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpkit.problems.form import by_name, in_form
from bpkit.problems.problem import Entries, Problem, Unfit
from bpkit.problems.slips import wrong_words

SIZES = {"D_0": 4.0, "D_1": 4.0, "D_2": 6.0, "D_3": 1.0, "I": 4.0}
LINES = {"P": "right shape", "Q": "raises", "R": "wrong shape", "S": "wrong shape", "T": "raises", "U": "right shape"}
WORDS = ("right shape", "wrong shape", "raises")
LARGEST = 100  # the largest size a reader may try: arrays of zeros are made of it

# What the stranger typed, and whether it ran.
CLUES: dict[str, tuple[Callable[[Mapping[str, Any]], Any], bool]] = {
    "A": (lambda net: net["omega"][1] @ net["h"][0], True),
    "B": (lambda net: net["h"][1] + net["h"][2], False),
    "C": (lambda net: net["beta"][1] + net["f"][2], True),
    "D": (lambda net: net["omega"][2].T @ net["f"][1], False),
    "E": (lambda net: net["omega"][0] * net["h"][0], True),
}

# For each line of the second part: what to look at, and what to say when it was taken for something that runs or not.
ADVICE = {
    "P": "with @ the inner sizes must meet and the outer ones are left: compare these with Ω_1.",
    "Q": "@ never stretches a size of 1 as + and * do: its inner sizes must be equal.",
    "R": "axis 0 runs over the units, axis 1 over the examples: which of them is left, and which does β_2 have?",
    "S": "write the shapes of f_2 and of y below each other: a size of 1 is stretched, on either side.",
    "T": "* goes entry by entry: write the two shapes below each other, sizes that differ must have a 1.",
    "U": "* goes entry by entry: write the two shapes below each other, and Ω_0 below them.",
}


def network(sizes: Mapping[str, int]) -> dict[str, list[Any]]:
    """Arrays of these sizes, as 7.23 makes them."""
    D, I = [sizes[f"D_{k}"] for k in range(4)], sizes["I"]  # noqa: E741
    return {
        "omega": [np.zeros((D[k + 1], D[k])) for k in range(3)], "beta": [np.zeros((D[k + 1], 1)) for k in range(3)],
        "h": [np.zeros((D[k], I)) for k in range(3)], "f": [np.zeros((D[k + 1], I)) for k in range(3)],
    }  # fmt: skip


def contradicted(sizes: Mapping[str, int]) -> str:
    """The first line that would have done something else with these sizes; empty when there is none."""
    for clue, (line, ran) in CLUES.items():
        try:
            shape = line(network(sizes)).shape
        except ValueError:
            if ran:
                return f"With these sizes line {clue} would raise an error, and it ran."
            continue
        if not ran:
            return f"With these sizes line {clue} would run, and it raised an error."
        if clue == "C" and shape != (SIZES["D_2"], SIZES["I"]):
            return "With these sizes line C would run, and give another shape."
    return ""


def measure(answer: Any) -> Entries:
    """The answer itself, once its sizes agree with all that the stranger saw."""
    given = by_name(answer, [*SIZES, *LINES])
    sizes = {}
    for name in SIZES:
        size = float(in_form(name, given[name], 1.0))
        if size != int(size) or not 1 <= size <= LARGEST:
            raise Unfit(f"`{name}` must be a whole number from 1 to {LARGEST}.")
        sizes[name] = int(size)
    sentence = contradicted(sizes)
    if sentence:
        raise Unfit(sentence)
    return given


PROBLEM = Problem(
    id="2.k",
    title="Sizes from error messages",
    points=3,
    minutes=20,
    hints=(
        "Write the shape of each array with the letters, omega[k]: (D_{k+1}, D_k), h[k]: (D_k, I), and each line "
        "as a statement about letters.",
        "@ needs equal inner sizes. + and * need, for each axis, equal sizes or a 1: then the 1 is stretched.",
        "Begin with B: for two different sizes to fail, none of them may be 1. Then read C again.",
        "E would raise an error unless D_0 is I or 1, and D_1 is D_0 or one of them is 1.",
    ),
    truth=lambda: SIZES | LINES,
    measure=measure,
    slips=wrong_words(LINES, WORDS, lambda line, word: ADVICE[line]),
)
