"""Batches of examples: sums over them, and biases that turn units on for some and off for others."""

from typing import Any

import numpy as np


def over_batch(z: Any) -> Any:
    return z.sum(axis=1, keepdims=True)


def middle(rows: Any) -> Any:
    """The middle entry of each row: subtracted, it leaves every unit on for some examples, off for others, once 0."""
    return np.sort(rows, axis=1)[:, (rows.shape[1] - 1) // 2, None]
