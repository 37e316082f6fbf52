"""Graphs as lists of inputs, drawn at random."""

from collections.abc import Sequence

import numpy as np

Inputs = Sequence[Sequence[int]]  # for each node of a graph the nodes it is computed from


def draw_inputs(rng: np.random.Generator, count: int) -> list[list[int]]:
    """A random graph whose nodes stand in topological order: two inputs, then nodes with one to three, some twice."""
    later = [rng.integers(max(0, k - 4), k, size=rng.integers(1, 4)).tolist() for k in range(2, count - 1)]
    return [[], [], *later, [count - 2, count - 3]]
