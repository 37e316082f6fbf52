"""Problem 4.e: which mode is cheaper."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.chapter_04.chain_of_maps import entries, forward_count, reverse_count
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Random chains, single maps, ties, and chains in which counting inputs against outputs misleads."""
    longer = [[int(D) for D in rng.choice(np.arange(2, 40), size=length, replace=False)] for length in (4, 6, 3, 2)]
    few, many = int(rng.integers(2, 5)), int(rng.integers(30, 60))
    misleading = [few, 1, many, few + 1]
    there = longer[1][:3]
    sizes = [longer[0], longer[1], misleading, misleading[::-1], [*there, *there[::-1]], *longer[2:]]
    return [{"sizes": one} for one in sizes]


def decided(forward: float, reverse: float, tie: str = "tie") -> str:
    if forward == reverse:
        return tie
    return "forward" if forward < reverse else "reverse"


def counts(sizes: Any) -> dict[str, Any]:
    forward, reverse = forward_count(sizes), reverse_count(sizes)
    return {"forward": forward, "reverse": reverse, "cheaper": decided(forward, reverse)}


PROBLEM = Problem(
    id="4.e",
    title="Which mode is cheaper?",
    points=3,
    minutes=20,
    hints=(
        "Forward: what is known after k maps is a matrix with D_k rows and D_0 columns. What does one more map cost?",
        "Reverse: what is known is a matrix with D_K rows. Both begin with a Jacobian that is given, at no cost.",
        "D_0 stands in every term of the forward count and D_K in every term of the reverse count: take it out.",
    ),
    instances=instances,
    truth=counts,
    follows={"cheaper": (("forward", "reverse"), lambda given, sizes: decided(given["forward"], given["reverse"]))},
    slips=(
        wrong("the two counts are exchanged: forward mode starts at the input and carries D_0 columns along.",
              forward=reverse_count, reverse=forward_count),
        wrong("the first product, with the identity, is counted too; the first Jacobian is there already.",
              forward=lambda sizes: sizes[0] * entries(sizes), reverse=lambda sizes: sizes[-1] * entries(sizes)),
        wrong("this is the cost for one input, or one output; the whole Jacobian is asked.",
              forward=lambda sizes: entries(sizes[1:]), reverse=lambda sizes: entries(sizes[:-1])),
        wrong("the wrong Jacobian is left out: the one that is given is the one the mode starts with.",
              forward=lambda sizes: sizes[0] * entries(sizes[:-1]),
              reverse=lambda sizes: sizes[-1] * entries(sizes[1:])),
        wrong("all sizes are multiplied at once; there is one product for each further map.",
              forward=lambda sizes: int(np.prod(sizes)), reverse=lambda sizes: int(np.prod(sizes))),
        wrong("the wrong end of the chain is carried along: forward mode has one column for each input.",
              forward=lambda sizes: sizes[-1] * entries(sizes[1:]),
              reverse=lambda sizes: sizes[0] * entries(sizes[:-1])),
        wrong("the smaller end need not win where the first product is left out: compare the counts.",
              cheaper=lambda sizes: decided(sizes[0], sizes[-1])),
        wrong("the smaller end need not win where the first product is left out: compare the counts.",
              cheaper=lambda sizes: decided(sizes[0], sizes[-1], tie="reverse")),
        wrong("the smaller end need not win where the first product is left out: compare the counts.",
              cheaper=lambda sizes: decided(sizes[0], sizes[-1], tie="forward")),
        wrong("right but for ties: where the counts are equal, say so.",
              cheaper=lambda sizes: decided(forward_count(sizes), reverse_count(sizes), tie="reverse")),
        wrong("right but for ties: where the counts are equal, say so.",
              cheaper=lambda sizes: decided(forward_count(sizes), reverse_count(sizes), tie="forward")),
        wrong("the mode with the larger count is named.",
              cheaper=lambda sizes: decided(reverse_count(sizes), forward_count(sizes))),
        wrong("reverse mode is not always cheaper.", cheaper="reverse"),
    ),
)  # fmt: skip
