"""He initialization in which a bug can be planted, for problem 5.h. (Reading on gives the six bugs away.)"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpkit.problems.numbered import require_number

Shape = tuple[int, int]
Draw = Callable[[Shape, np.random.Generator], Any]


def _normal(deviation: Callable[[int, int], float]) -> Draw:
    return lambda shape, rng: rng.normal(0.0, deviation(*shape), shape)


# The bugs the statement of 5.h lists, each for Ω of shape (D_out, D_in); two of them are in no version.
BUGS: Mapping[str, Draw] = {
    "std-is-variance": _normal(lambda D_out, D_in: 2 / D_in),
    "fans-exchanged": _normal(lambda D_out, D_in: math.sqrt(2 / D_out)),
    "fans-averaged": _normal(lambda D_out, D_in: math.sqrt(4 / (D_out + D_in))),
    "limit-is-std": lambda shape, rng: rng.uniform(-math.sqrt(2 / shape[1]), math.sqrt(2 / shape[1]), shape),
    "no-factor-2": _normal(lambda D_out, D_in: math.sqrt(1 / D_in)),
    "two-roots": _normal(lambda D_out, D_in: math.sqrt(math.sqrt(2 / D_in))),
    "one-sided": lambda shape, rng: np.abs(rng.normal(0.0, math.sqrt(2 / shape[1]), shape)),
    "one-row": lambda shape, rng: np.tile(rng.normal(0.0, math.sqrt(2 / shape[1]), shape[1]), (shape[0], 1)),
}
PLANTED = ("fans-exchanged", "one-sided", "std-is-variance", "limit-is-std", "one-row", "no-factor-2")


def he_with_bug(number: int) -> Draw:
    """Return version 1, 2, …, 6 of He initialization: `draw(shape, rng)` with one bug (problem 5.h).

    `shape` is (D_out, D_in) and `rng` a generator.

    Raises ValueError for another number.

    >>> he_with_bug(1)((3, 2), np.random.default_rng(0)).shape
    (3, 2)
    """
    require_number(number, 1, len(PLANTED))
    return BUGS[PLANTED[number - 1]]
