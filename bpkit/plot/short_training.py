"""Thirty steps of gradient descent from a random start, for the button "train" of the initialization laboratory."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from bpkit.networks.losses import LeastSquares
from bpkit.networks.mlp import mlp
from bpkit.optim import SGD
from bpkit.plot._variances import training_loss
from bpkit.plot.random_start import ACTIVATIONS, Start, initializer
from bpkit.plot.svg import Picture

STEPS, EXAMPLES = 30, 16
LEARNING_RATE = 0.001  # for the mean over the examples; ten times as much is too much for He at 50 × 100


def training_steps(start: Start) -> Iterator[float]:
    """Train on a small fixed problem by gradient descent, and give the mean loss before each step and after the last.

    There are 16 examples with standard normal inputs and y = sin 2x_1 + x_2, shifted and scaled to mean 0 and variance
    1: a network that always answers 0 has loss 1. It ends early with a loss that is not finite.
    """
    dtype = np.dtype(start.dtype)
    x = np.random.default_rng(7).standard_normal((start.width, EXAMPLES)).astype(dtype)
    y = np.sin(2 * x[:1]) + x[1:2]
    y = ((y - y.mean()) / y.std()).astype(dtype)
    activation, loss = ACTIVATIONS[start.activation], LeastSquares()
    with np.errstate(all="ignore"):
        net = mlp(start.sizes, activation=lambda: activation, init=initializer(start), rng=start.seed, dtype=dtype)
    optimizer = SGD(net.parameters, lr=LEARNING_RATE / EXAMPLES)
    for step in range(STEPS + 1):
        with np.errstate(all="ignore"):  # never around a yield: it would hold in the code that runs meanwhile
            trace = net.forward(x)
            value = float(np.mean((trace.output.astype(float) - y) ** 2))
        yield value
        if step == STEPS or not math.isfinite(value):
            return
        with np.errstate(all="ignore"):
            optimizer.step(net.backward(trace, loss.gradient(trace.output, y)).parameters)


def training(start: Start) -> list[float]:
    """Return all losses of `training_steps`; after one that is not finite the rest is nan.

    >>> losses = training(Start(scheme="He", depth=3, width=20))
    >>> len(losses), losses[-1] < losses[0]
    (31, True)
    """
    return _filled(list(training_steps(start)))


def training_loss_picture(start: Start, losses: Sequence[float]) -> Picture:
    """Draw the losses that `training_steps` gave."""
    words = f"learning rate {LEARNING_RATE:g}, {EXAMPLES} examples; {start.words}"
    return training_loss(_filled(losses), start=words)


def _filled(losses: Sequence[float]) -> list[float]:
    return [*losses, *[math.nan] * (STEPS + 1 - len(losses))]
