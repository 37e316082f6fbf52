"""Problem 3.g: pruning."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.chapter_03.random_graphs import Inputs, draw_inputs
from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def reached(starts: Iterable[int], neighbours: Callable[[int], Iterable[int]]) -> set[int]:
    """The starts and all that can be reached from them."""
    found, ends = set(starts), list(starts)
    while ends:
        new = [x for x in neighbours(ends.pop()) if x not in found]
        found.update(new)
        ends += new
    return found


def both_directions(inputs: Inputs, output: int, wrt: int) -> tuple[set[int], set[int]]:
    """What the output depends on, and what depends on wrt."""
    above = reached([output], lambda k: inputs[k])
    below = reached([wrt], lambda x: [k for k, used in enumerate(inputs) if x in used])
    return above, below


def marks(nodes: set[int], count: int) -> Any:
    return np.array([float(k in nodes) for k in range(count)])


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """A graph on which every slip shows, and a random one; both have nodes that lead nowhere.

    Then one whose output is its last node, one whose output is asked for itself, and one with two paths.
    """
    fixed = [[], [], [], [], [0, 1], [2, 3], [4, 5], [6], [2, 5], [8, 7]]
    drawn = [*draw_inputs(rng, 10), [3, 1], [10]]
    wrt = int(rng.choice(sorted(both_directions(drawn, 9, 0)[0] - {9})))
    to_the_end = draw_inputs(rng, 7)
    return [
        {"inputs": fixed, "output": 7, "wrt": 2},
        {"inputs": drawn, "output": 9, "wrt": wrt},
        {"inputs": to_the_end, "output": 6, "wrt": int(rng.integers(4, 6))},
        {"inputs": fixed, "output": 5, "wrt": 5},
        {"inputs": [[], [0], [0], [1, 2], [3]], "output": 4, "wrt": 0},
    ]


def needed(
    inputs: Inputs, output: int, wrt: int,
    keep: Callable[..., set[int]] = lambda above, below, output, wrt: above & below,
) -> Entries:  # fmt: skip
    """The marks of the nodes that matter; another `keep` plants a slip."""
    above, below = both_directions(inputs, output, wrt)
    return {"needed": marks(keep(above, below, output, wrt), len(inputs))}


PROBLEM = Problem(
    id="3.g",
    title="Pruning",
    points=2,
    minutes=15,
    hints=(
        "A node matters if the output depends on it and it depends on wrt. Find these two sets one after the other.",
        "Which nodes depend on wrt: go through the nodes in order; one does if any of its inputs does.",
        "Which nodes the output depends on: go through them backwards, and mark the inputs of every marked node.",
    ),
    instances=instances,
    truth=needed,
    slips=(
        planted(needed, "these are all nodes the output depends on; keep those that depend on wrt.",
                keep=lambda above, below, output, wrt: above),
        planted(needed, "these are all nodes that depend on wrt; keep those the output depends on.",
                keep=lambda above, below, output, wrt: below),
        planted(needed, "a node must satisfy both conditions, not one of them.",
                keep=lambda above, below, output, wrt: above | below),
        planted(needed, "wrt itself belongs to it.", keep=lambda above, below, output, wrt: (above & below) - {wrt}),
        planted(needed, "the output itself belongs to it.",
                keep=lambda above, below, output, wrt: (above & below) - {output}),
        planted(needed, "wrt and the output belong to it too.",
                keep=lambda above, below, output, wrt: (above & below) - {output, wrt}),
        planted(needed, "this marks wrt and the output alone; mark all nodes between them.",
                keep=lambda above, below, output, wrt: {output, wrt}),
        wrong("these are the nodes that can be left out; asked are those that remain.",
              needed=lambda inputs, output, wrt: 1 - needed(inputs, output, wrt)["needed"]),
    ),
)  # fmt: skip
