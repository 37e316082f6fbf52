"""Micro-batching: the gradients of a batch from those of its parts, in the memory of one part."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.networks.backprop import backprop, penalise
from bpkit.networks.losses import Loss, Penalty, example_weights
from bpkit.networks.network import Network
from bpkit.networks.trace import Gradients
from bpkit.numerical.arguments import whole_number
from bpkit.numerical.even_slices import even_slices
from bpkit.numerical.underflow import ignore_underflow

Random = np.random.Generator | int


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
    rng: Random | Sequence[Random] | None = None,
    out: Gradients | None = None,
) -> tuple[float, Gradients]:
    """Return the loss of a batch and its derivatives, computed on `parts` parts of it, one after another.

    The derivative of a sum is the sum of the derivatives, so these are those of `bp.backprop` up to rounding; with the
    reduction "mean" each part counts by its share of the examples. Parts differ by one example at most. What looks at
    the batch as a whole is different: `bp.BatchNorm` normalizes each part by itself, and takes it in as a step of its
    own, and dropout draws its masks part by part: from one generator, or, with a list of them as `rng`, each part from
    its own. `weights` and `out` as in `bp.backprop`.

    Raises ValueError for more parts than examples or another number of generators than parts, and what `bp.backprop`
    raises.

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
    generators = _one_for_each(rng, parts)
    value = 0.0
    total: Gradients | None = None
    part: Gradients | None = out  # the first part's gradients become the total
    for columns, generator in zip(even_slices(examples, parts), generators, strict=True):
        own = None if weights is None else weights[columns]
        batch = x[:, columns], y[..., columns]
        one, part = backprop(net, loss, *batch, weights=own, training=training, rng=generator, out=part)
        share = (columns.stop - columns.start) / examples if loss.reduction == "mean" else 1
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


def _one_for_each(rng: Random | Sequence[Random] | None, parts: int) -> list[np.random.Generator | None]:
    """The generator of each part: the same one for all, or its own."""
    if rng is None:
        return [None] * parts
    if isinstance(rng, np.random.Generator | int | np.integer):
        return [np.random.default_rng(rng)] * parts
    if len(rng) != parts:
        raise ValueError(f"rng has {len(rng)} generators, but there are {parts} parts: each part draws from its own.")
    return [np.random.default_rng(one) for one in rng]
