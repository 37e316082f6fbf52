"""Micro-batching: the gradients of a batch from those of its parts, in the memory of one part."""

import itertools
from typing import Any

import numpy as np

from bpkit.networks.backprop import backprop, penalise
from bpkit.networks.losses import Loss, Penalty, example_weights
from bpkit.networks.network import Network
from bpkit.networks.trace import Gradients
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.underflow import ignore_underflow


@ignore_underflow
def accumulate(
    net: Network,
    loss: Loss,
    x: Any,
    y: Any,
    parts: int,
    *,
    weights: Any = None,
    penalty: Penalty | None = None,
    training: bool = True,
    rng: np.random.Generator | int | None = None,
    out: Gradients | None = None,
) -> tuple[float, Gradients]:
    """Return the loss of a batch and its derivatives, computed on `parts` parts of it, one after another.

    The derivative of a sum is the sum of the derivatives, so these are those of `bp.backprop` up to rounding; with the
    reduction "mean" each part counts by its share of the examples. Parts differ by one example at most. What looks at
    the batch as a whole is different: `bp.BatchNorm` normalizes each part by itself, and takes it in as a step of its
    own, and dropout draws its masks part by part. `weights` and `out` as in `bp.backprop`.

    Raises ValueError for more parts than examples, and what `bp.backprop` raises.

    Source: section 7.8; Huang et al. (2019), "GPipe: efficient training of giant neural networks".

    >>> import bpkit as bp
    >>> net = bp.mlp([2, 3, 1], rng=0)
    >>> x, y = np.ones((2, 10)), np.zeros((1, 10))
    >>> value, grads = accumulate(net, bp.LeastSquares("mean"), x, y, parts=3)
    >>> bool(np.isclose(value, bp.backprop(net, bp.LeastSquares("mean"), x, y)[0]))
    True
    """
    x, y, parts = net.checked(x), np.asarray(y), whole_number("parts", parts)
    examples = x.shape[1]
    if parts > examples:
        raise ValueError(f"parts is {parts}, but the batch has {examples} examples: a part needs at least one.")
    if y.shape[-1:] != (examples,):
        raise ValueError(f"y has shape {y.shape}, but the batch has {examples} examples, one for each column of y.")
    weights = None if weights is None else example_weights(weights, examples)
    rng = None if rng is None else np.random.default_rng(rng)
    bounds = [part * (examples // parts) + min(part, examples % parts) for part in range(parts + 1)]
    value = 0.0
    total: Gradients | None = None
    part: Gradients | None = out  # the first part's gradients become the total
    for start, end in itertools.pairwise(bounds):
        own = None if weights is None else weights[start:end]
        one, part = backprop(
            net, loss, x[:, start:end], y[..., start:end], weights=own, training=training, rng=rng, out=part
        )
        share = (end - start) / examples if loss.reduction == "mean" else 1
        value += share * one
        for gradient in part.parameters:
            gradient *= share
        if total is None:
            total, part = part, None
            continue
        for added, gradient in zip(total.parameters, part.parameters, strict=True):
            added += gradient
    assert total is not None  # there is at least one part
    return (value, total) if penalty is None else (value + penalise(net, total.omega, penalty), total)
