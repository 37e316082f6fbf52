"""Problem 3.f: the recursion build_grad."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.chapter_03.grad_table import walk_back
from bpkit.problems.chapter_03.random_graphs import Inputs, draw_inputs
from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted


def graph(rng: np.random.Generator, inputs: Inputs, V: int) -> Arguments:
    """The derivative of a graph's last node by V, asked through the three questions of build_grad."""
    slopes = [rng.uniform(0.5, 1.2, size=len(node)).tolist() for node in inputs]
    asked = set()

    def get_consumers(node: int) -> list[int]:
        if node in asked:
            raise ValueError(f"get_consumers is asked about node {node} a second time: look into grad_table first.")
        asked.add(node)
        return [k for k, used in enumerate(inputs) if node in used]

    def get_inputs(node: int) -> tuple[int, ...]:
        return tuple(inputs[node])

    def get_operation(node: int) -> Callable[[Sequence[int], int, float], float]:
        def bprop(inputs_of_node: Sequence[int], X: int, D: float) -> float:
            return D * sum(d for x, d in zip(inputs_of_node, slopes[node], strict=False) if x == X)

        return bprop

    return {"V": V, "output": len(inputs) - 1, "get_consumers": get_consumers, "get_operation": get_operation,
            "get_inputs": get_inputs}  # fmt: skip


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Figure 7.9 with a value that is computed and never used, a random graph, a ladder with 2³⁰ paths.

    In the random graph V is another node; at last it is the output itself, and the value that is never used.
    """
    figure_7_9 = [[], [0], [1, 1], [1, 2], [3], [1], [3], [4, 6]]
    ladder = [[], *([k, k] for k in range(30))]
    drawn, V = draw_inputs(rng, 9), int(rng.integers(6, 8))
    asked = ((figure_7_9, 0), (drawn, V), (ladder, 0), (figure_7_9, 7), (figure_7_9, 5))
    return [graph(rng, inputs, V) for inputs, V in asked]


def gradient(
    V: int, output: int, get_inputs: Any, get_operation: Any, get_consumers: Any = None,
    rule_of: Callable[[int, int], int] = lambda x, consumer: consumer,
    table: Callable[..., Any] = walk_back,
    **changes: Any,
) -> Entries:  # fmt: skip
    """The derivative by V, from the nodes in order; `get_consumers` may be asked once, by the reader, and is not."""
    inputs = [list(dict.fromkeys(get_inputs(k))) for k in range(output + 1)]
    slopes = [[get_operation(rule_of(x, k))(get_inputs(rule_of(x, k)), x, 1.0) for x in inputs[k]]
              for k in range(output + 1)]  # fmt: skip
    return {"gradient": float(table(inputs, slopes, **changes)["grad_table"][V])}


def one_consumer(inputs: Inputs, slopes: Sequence[Sequence[float]], which: int) -> Mapping[str, Sequence[float]]:
    """A table for which every node has asked its first or its last consumer only."""
    table = [0.0] * len(inputs)
    table[-1] = 1.0
    for x in reversed(range(len(inputs) - 1)):
        arrived = [table[k] * slopes[k][inputs[k].index(x)] for k in range(len(inputs)) if x in inputs[k]]
        table[x] = arrived[which] if arrived else 0.0
    return {"grad_table": table}


PROBLEM = Problem(
    id="3.f",
    title="The recursion build_grad",
    points=3,
    minutes=20,
    hints=(
        "Keep the table in a dict outside the recursion; it begins with {output: 1.0}.",
        "Look into the table first: a node that has an entry is not asked about again.",
        "For each consumer C: D = build_grad(C), then bprop = get_operation(C), the consumer's and not V's.",
        "Add up bprop(get_inputs(C), V, D) over the consumers, write the sum into the table, and return it.",
    ),
    instances=instances,
    truth=gradient,
    slips=(
        planted(gradient, "the rule of V's own operation is used; how C depends on V is known to the operation of C.",
                rule_of=lambda x, consumer: x),
        planted(gradient, "only the last consumer counts: add up over all of them.",
                table=lambda inputs, slopes: one_consumer(inputs, slopes, -1)),
        planted(gradient, "only the first consumer counts: add up over all of them.",
                table=lambda inputs, slopes: one_consumer(inputs, slopes, 0)),
        planted(gradient, "the consumers' own derivatives D are not used: bprop multiplies the slope by D.",
                contribution=lambda g, slope: slope),
        planted(gradient, "the consumers' derivatives are added up without their slopes: let bprop multiply.",
                contribution=lambda g, slope: g),
    ),
)  # fmt: skip
