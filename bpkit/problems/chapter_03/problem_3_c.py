"""Problem 3.c: fill the grad_table."""

from collections.abc import Sequence

import numpy as np

from bpkit.problems.chapter_03.grad_table import first_of_each, last_of_each, walk_back
from bpkit.problems.chapter_03.random_graphs import Inputs, draw_inputs
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Random graphs with repeated inputs, the first with a node that the output does not need; a single node."""
    unused: Inputs = [[], [0], [0], [1, 1], [3, 1, 0], [3, 4]]
    alone: Inputs = [[]]
    drawn = []
    for inputs in (unused, draw_inputs(rng, 10), alone):
        slopes = [(rng.uniform(0.5, 2, size=len(node)) * rng.choice([-1, 1], size=len(node))).tolist()
                  for node in inputs]  # fmt: skip
        drawn.append({"inputs": inputs, "slopes": slopes})
    return drawn


PROBLEM = Problem(
    id="3.c",
    title="Fill the grad_table",
    points=2,
    minutes=15,
    hints=(
        "The table has one entry for each node: 0 for all but the last, the output, which has ∂y/∂y = 1.",
        "Go through the nodes from the last to the first: then all consumers of a node have had their turn before it.",
        "For each input x = inputs[k][i] of node k: grad_table[x] += grad_table[k] * slopes[k][i].",
    ),
    instances=instances,
    truth=walk_back,
    slips=(
        planted(walk_back, "each contribution overwrites the one before: a node with several consumers gets their sum.",
                accumulate=lambda before, contribution: contribution),
        planted(walk_back,
                "only the first contribution to arrive is kept: a node with several consumers gets their sum.",
                accumulate=lambda before, contribution: before if before != 0 else contribution),
        planted(walk_back, "the contributions are multiplied; a node gets their sum.",
                accumulate=lambda before, contribution: contribution if before == 0 else before * contribution),
        planted(walk_back, "the contributions are averaged; a node gets their sum.",
                accumulate=lambda before, contribution: contribution if before == 0 else (before + contribution) / 2),
        planted(walk_back, "the nodes are visited from the inputs up; on the way back all consumers come first.",
                order=lambda nodes: nodes),
        planted(walk_back, "the output's own entry, ∂y/∂y = 1, is missing, so nothing can come back.", seed=0.0),
        planted(walk_back, "the slopes are handed down as they are: multiply each by what arrived at the node.",
                contribution=lambda g, slope: slope),
        planted(walk_back, "the slopes are missing.", contribution=lambda g, slope: g),
        planted(walk_back, "the slope is added to what arrived at the node; the chain rule multiplies.",
                contribution=lambda g, slope: g + slope),
        planted(walk_back, "an input that a node uses twice is counted once; each place has a slope of its own.",
                edges=last_of_each),
        planted(walk_back, "of an input that a node uses twice only the first place is counted.", edges=first_of_each),
    ),
)  # fmt: skip
