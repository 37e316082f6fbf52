"""Gradient clipping: one batch that is far out does not throw the parameters away."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.networks.block import Block
from bpkit.numerical.arrays import Array
from bpkit.numerical.underflow import ignore_underflow
from bpkit.optim.groups import not_negative

MARGIN = 1e-6  # as in PyTorch


@ignore_underflow
def total_norm(gradients: Sequence[Array]) -> float:
    """Return √(Σ g²) over all numbers of all gradients, as if they were one vector.

    Raises TypeError for what is not a sequence of arrays, ValueError for NaN or infinity.

    >>> total_norm([np.array([3.0]), np.array([[4.0]])])
    5.0
    """
    parts = _parts(gradients)
    squares = sum(float(np.vdot(part, part)) for part in parts)
    if max((_least_sum(part) for part in parts), default=0.0) <= squares < math.inf:
        return math.sqrt(squares)
    largest = max((float(np.abs(part).max()) for part in parts), default=0.0)
    if largest == 0:
        return 0.0
    if not math.isfinite(largest):
        raise ValueError(
            "gradients hold NaN or infinity, so they have no norm: did an earlier step go too far? Try a smaller lr."
        )
    # Only the squares were too large or too small, as may happen in float32 when gradients explode or vanish. Parts may
    # differ in type, and `largest` need not fit into that of each.
    relative = [part.astype(np.result_type(part, float)) / largest for part in parts]
    return largest * math.sqrt(sum(float(np.vdot(part, part)) for part in relative))


def _least_sum(part: Array) -> float:
    """From where on a sum of squares is as precise as its type, even if each of a million squares is a tiny number.

    Below the smallest normal number, squares are multiples of a fixed step, and so lose digits.
    """
    limits = np.finfo(part.dtype)
    return float(limits.smallest_normal) / float(limits.eps)


@ignore_underflow
def clip_grad_norm(gradients: Sequence[Array], max_norm: float) -> Sequence[Array]:
    """Return the gradients, multiplied by min(1, max_norm / (norm + 10⁻⁶)), where norm is that of all together.

    Their direction stays the same. Gradients whose norm is small enough are returned as they are; others as new arrays.
    The numbers are those of PyTorch's `clip_grad_norm_`: its 10⁻⁶ makes the division safe, and leaves a clipped norm at
    max_norm·norm/(norm + 10⁻⁶), a trace below max_norm.

    Raises TypeError or ValueError for a negative max_norm, what is not a sequence of arrays, NaN or infinity.

    Source: Pascanu, Mikolov and Bengio (2013), "On the difficulty of training recurrent neural networks", algorithm 1.

    >>> clipped = clip_grad_norm([np.array([3.0]), np.array([4.0])], max_norm=1.0)
    >>> [g.round(4).tolist() for g in clipped]
    [[0.6], [0.8]]
    """
    factor = not_negative("max_norm", max_norm) / (total_norm(gradients) + MARGIN)
    if factor >= 1:
        return gradients
    block = Block.around(gradients)
    if block is None:
        return tuple([g * factor for g in gradients])
    return Block(block.flat * factor, block.places)  # one block again, for a fast step


def _parts(gradients: Any) -> list[Array]:
    """The block of the gradients, or each of them."""
    if not isinstance(gradients, list | tuple) or not all(isinstance(g, np.ndarray) for g in gradients):
        raise TypeError(
            f"gradients is a {type(gradients).__name__}, expected a list or tuple of arrays: grads.parameters."
        )
    block = Block.around(gradients)
    return [g for g in gradients if g.size] if block is None else [block.flat]
