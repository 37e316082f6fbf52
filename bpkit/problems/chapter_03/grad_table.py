"""The walk back through a graph that fills a table with the derivatives of its last node."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from bpkit.problems.chapter_03.random_graphs import Inputs
from bpkit.problems.problem import Entries


def walk_back(
    inputs: Inputs, slopes: Sequence[Sequence[float]],
    order: Callable[[range], Iterable[int]] = reversed,
    accumulate: Callable[[float, float], float] = lambda before, contribution: before + contribution,
    contribution: Callable[[float, float], float] = lambda g, slope: g * slope,
    edges: Callable[[Sequence[int], Sequence[float]], Iterable[tuple[int, float]]] = zip,
    seed: float = 1.0,
    output: int = -1,
) -> Entries:  # fmt: skip
    """The walk back; every keyword after slopes plants one slip, but for `output`, the node to begin with."""
    grad_table = [0.0] * len(inputs)
    grad_table[output] = seed
    for k in order(range(len(inputs))):
        for x, slope in edges(inputs[k], slopes[k]):
            grad_table[x] = accumulate(grad_table[x], contribution(grad_table[k], slope))
    return {"grad_table": np.array(grad_table)}


def first_of_each(inputs: Sequence[int], slopes: Sequence[float]) -> Iterable[tuple[int, float]]:
    """The edges of one node, of several from the same input only the first."""
    return dict(zip(reversed(inputs), reversed(slopes), strict=True)).items()


def last_of_each(inputs: Sequence[int], slopes: Sequence[float]) -> Iterable[tuple[int, float]]:
    """The edges of one node, of several from the same input only the last."""
    return dict(zip(inputs, slopes, strict=True)).items()
