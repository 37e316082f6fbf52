"""How many multiplications the Jacobian of a chain of maps takes, from either end."""

from itertools import pairwise
from typing import Any


def entries(sizes: Any) -> int:
    """The entries of all Jacobians of a chain together."""
    return int(sum(below * above for below, above in pairwise(sizes)))


def forward_count(sizes: Any) -> int:
    """Forward mode: from the input, each Jacobian after the first one is multiplied by a matrix of D_0 columns."""
    return int(sizes[0] * entries(sizes[1:]))


def reverse_count(sizes: Any) -> int:
    """Reverse mode: from the output, each Jacobian before the last one is multiplied by a matrix of D_K rows."""
    return int(sizes[-1] * entries(sizes[:-1]))
