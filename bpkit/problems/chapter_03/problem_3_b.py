"""Problem 3.b: a topological sort."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.chapter_03.random_graphs import Inputs, draw_inputs
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong_from


def graph(rng: np.random.Generator, inputs: Inputs) -> Arguments:
    """The last node of a graph as output, with get_inputs and compute; the nodes' numbers are shuffled."""
    permutation = rng.permutation(len(inputs))
    number, position = permutation.tolist(), np.argsort(permutation).tolist()
    values: dict[int, int] = {}

    def get_inputs(node: int) -> tuple[int, ...]:
        return tuple([number[k] for k in inputs[position[node]]])

    def compute(node: int) -> int:
        if node in values:
            raise ValueError(f"compute({node}) is called a second time: each node is to be computed once.")
        try:
            # Any value that depends on every input would do.
            values[node] = (node + 7 * sum([values[number[k]] for k in inputs[position[node]]])) % 10007
        except KeyError as missing:
            raise ValueError(f"compute({node}) needs the value of its input {missing}, not computed yet.") from None
        return values[node]

    return {"output": number[-1], "get_inputs": get_inputs, "compute": compute}


FIGURE_7_9 = ((), (0,), (1,), (1, 2), (3,), (3,), (4, 5))
LADDER = ((), *((k, k) for k in range(40)))
CHAIN = ((), *((k,) for k in range(4999)))
ALONE = ((),)
TWICE = ((), (0,), (1,), (0, 0, 2))  # an input that is listed twice, beside one that is computed last


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Figure 7.9, a random graph, a ladder with many paths, a chain too long to recurse, a node, an input twice."""
    return [graph(rng, inputs) for inputs in (FIGURE_7_9, draw_inputs(rng, 12), LADDER, CHAIN, ALONE, TWICE)]


@functools.lru_cache(maxsize=8)  # the truth and the slips ask for the same graphs
def all_values(output: int, get_inputs: Callable[[int], tuple[int, ...]]) -> dict[int, int]:
    """The values of all nodes that the output depends on, found without recursion."""
    inputs: dict[int, tuple[int, ...]] = {}
    for node in (stack := [output]):  # grows while it is run through
        if node not in inputs:
            inputs[node] = get_inputs(node)
            stack += inputs[node]
    values: dict[int, int] = {}
    while stack:
        node = stack.pop()
        try:
            values[node] = (node + 7 * sum([values[x] for x in inputs[node]])) % 10007
        except KeyError:  # an input has no value yet
            stack += [node, *(x for x in inputs[node] if x not in values)]
    return values


def computed(output: int, get_inputs: Any, compute: Any) -> tuple[dict[int, int], int]:
    return all_values(output, get_inputs), output


PROBLEM = Problem(
    id="3.b",
    title="A topological sort",
    points=3,
    minutes=25,
    hints=(
        "First find out which nodes there are: begin with the output and go from each node to its inputs, once.",
        "Count for each node how many of its inputs are not computed yet. Those with count 0 can be computed now.",
        "When a node is computed, take 1 from the count of each of its consumers, for every time they use it.",
        "Or depth first: a stack on which a node waits below its inputs, and is computed when it comes up again.",
    ),
    instances=instances,
    truth=lambda output, get_inputs, compute: {"value": all_values(output, get_inputs)[output]},
    slips=(
        wrong_from(computed, "this is the number of nodes; asked is the value that compute gives for the output.",
                   value=lambda values, output: len(values)),
        wrong_from(computed, "this is the output's number; asked is the value that compute gives for it.",
                   value=lambda values, output: output),
        wrong_from(computed, "this is the sum of all nodes' values; asked is that of the output alone.",
                   value=lambda values, output: sum(values.values())),
    ),
)  # fmt: skip
