"""How many examples a weighted set is worth, and a bound on what one example can weigh."""

from typing import Any

import numpy as np

from bpkit.networks.losses import example_weights
from bpkit.numerical.arguments import real_number
from bpkit.numerical.arrays import Array


def effective_size(weights: Any) -> float:
    """Return (Σ w)² / Σ w²: the number of equally weighted examples whose mean would vary as much.

    It is the number of examples when all weights are equal, and 1 when a single weight is not 0.

    Raises TypeError or ValueError unless the weights (I,) are numbers, not negative and not all 0.

    Source: Kish (1965), Survey Sampling.

    >>> effective_size([2, 2, 2])
    3.0
    >>> effective_size([100, 1, 1]).__round__(2)
    1.04
    """
    weights = _not_all_zero(weights)
    weights = weights / weights.max()  # the size does not depend on the scale, and squares of large weights overflow
    return float(weights.sum() ** 2 / np.vdot(weights, weights))


def clip(weights: Any, largest: float) -> Array:
    """Return the weights, none above `largest`: a little bias for much less variance.

    Raises TypeError or ValueError unless the weights (I,) are numbers, not negative and not all 0, and `largest` is
    positive.

    Source: Ionides (2008), "Truncated importance sampling".

    >>> clip([0.5, 3, 40], largest=10)
    array([ 0.5,  3. , 10. ])
    """
    if real_number("largest", largest) <= 0:
        raise ValueError(f"largest is {largest}, expected a positive number: every weight would become 0.")
    return np.minimum(_not_all_zero(weights), largest)


def _not_all_zero(weights: Any) -> Array:
    weights = example_weights(weights)
    if not weights.any():
        raise ValueError("weights are all 0, so no example counts: do source and target have anything in common?")
    return weights
