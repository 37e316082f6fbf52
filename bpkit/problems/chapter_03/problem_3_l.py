"""Problem 3.l: one buffer for each value."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Contributions as they arrive; the first array is handed to two nodes, as an addition does.

    Then arrays of another shape, and a single one; to some nodes nothing comes.
    """
    shared, *others = rng.normal(size=(6, 2, 3))
    nodes = [0, 1, *rng.permutation([0, 1, 2, 0, 1]).tolist()]
    vectors, single = rng.normal(size=(3, 5)), rng.normal(size=1)
    return [
        {"arrivals": list(zip(nodes, [shared, shared, *others], strict=True)), "count": 4},
        {"arrivals": list(zip([2, 0, 2], vectors, strict=True)), "count": 3},
        {"arrivals": [(1, single)], "count": 2},
    ]


def buffers(
    arrivals: Any, count: int, add: Callable[[Any, Any], Any] = lambda before, arrived: before + arrived
) -> Entries:
    totals = [np.zeros_like(arrivals[0][1]) for _ in range(count)]
    for node, arrived in arrivals:
        totals[node] = add(totals[node], arrived)
    return {"totals": totals}


def averaged(arrivals: Any, count: int) -> Entries:
    nodes = [node for node, _ in arrivals]
    totals = buffers(arrivals, count)["totals"]
    return {"totals": [total / max(nodes.count(k), 1) for k, total in enumerate(totals)]}


PROBLEM = Problem(
    id="3.l",
    title="One buffer for each value",
    points=1,
    minutes=8,
    hints=(
        "Start with an array of zeros for each node, and add what arrives: the node's own array can be changed.",
        "If the first array to arrive becomes the buffer itself, the next += writes into somebody else's array.",
    ),
    instances=instances,
    truth=buffers,
    slips=(
        planted(buffers, "what arrives overwrites what was there; add it.", add=lambda before, arrived: arrived),
        planted(buffers, "only the first to arrive is kept; add those that follow.",
                add=lambda before, arrived: before if before.any() else arrived),
        Slip(averaged, "the contributions are added, not averaged."),
        wrong("all contributions are in every total; each node has a buffer of its own.",
              totals=lambda arrivals, count: [sum(arrived for _, arrived in arrivals)] * count),
    ),
)  # fmt: skip
