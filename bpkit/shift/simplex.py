"""The nearest distribution to any vector."""

from typing import Any

import numpy as np

from bpkit.numerical.arguments import real_array
from bpkit.numerical.arrays import Array


def project(v: Any) -> Array:
    """Return the p (K,) nearest to v (K,) with p ≥ 0 and Σ p = 1: v less one number, and 0 where that is negative.

    Raises TypeError or ValueError unless v is a list of finite numbers.

    Source: Duchi, Shalev-Shwartz, Singer and Chandra (2008), "Efficient projections onto the ℓ1-ball for learning in
    high dimensions".

    >>> project([0.7, 0.4, -0.1])
    array([0.65, 0.35, 0.  ])
    """
    v = real_array("v", v)
    if v.ndim != 1 or not v.size:
        raise ValueError(f"v has shape {v.shape}, expected (K,): a number for each class.")
    largest_first = np.sort(v)[::-1]
    # If the k largest entries stay positive, this is the number to take from each, for k = 1 … K.
    taken = (np.cumsum(largest_first) - 1) / np.arange(1, v.size + 1)
    stay = np.flatnonzero(largest_first > taken)[-1]
    return np.maximum(v - taken[stay], 0)
