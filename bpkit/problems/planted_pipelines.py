"""A training pipeline in which a bug can be planted, for problem 6.k. (Reading on gives the six bugs away.)"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpkit.optim import Adam
from bpkit.problems.activations import relu
from bpkit.problems.numbered import require_number

Predict = Callable[[Any], Any]
Pipeline = Callable[[Any, Any, int], tuple[list[float], Predict]]
UNITS = 32


def scaled(pixels: Any) -> Any:
    """Pixels from 0 to 255 as numbers from −1 to 1."""
    return pixels / 127.5 - 1


def fit(
    x: Any, y: Any, steps: int,
    shuffled: bool = False,
    difference: Callable[[Any, Any], Any] = lambda f, y: f - y,
    output: Callable[[Any], Any] = lambda f: f,
    used: Callable[[int], int] = lambda examples: examples,
    rate: Callable[[int], float] = lambda step: 0.01,
    frozen: int = 0,
    weight_decay: float = 0.0,
    before_prediction: Callable[[Any], Any] = scaled,
) -> tuple[list[float], Predict]:  # fmt: skip
    """Train a network with one hidden layer on a batch; later keywords plant bugs.

    `x` is (D, I), pixels from 0 to 255, and `y` is (1, I). Returns the loss before each step, as the pipeline reports
    it, and the function that predicts with the trained network.

    >>> losses, predict = fit(np.array([[0.0], [255.0]]), np.array([[3.0]]), steps=300)
    >>> losses[-1] < 1e-4, predict(np.array([[0.0], [255.0]])).round(2)
    (True, array([[3.]]))
    """
    rng = np.random.default_rng(0)
    parameters = [
        rng.normal(0, np.sqrt(2 / len(x)), (UNITS, len(x))), np.zeros((UNITS, 1)),
        rng.normal(0, np.sqrt(1 / UNITS), (1, UNITS)), np.ones((1, 1)),
    ]  # fmt: skip
    optimizer = Adam(parameters[frozen:])
    losses, examples = [], x.shape[1]
    for step in range(steps):
        now = scaled(x)[:, rng.permutation(examples)] if shuffled else scaled(x)
        h, f = forward(parameters, now)
        gap = difference(output(f), y)
        losses.append(float(np.mean(gap**2)))
        slope = (output(f) == f) * (np.arange(examples) < used(examples))
        at_f = 2 / examples * gap.mean(axis=0, keepdims=True) * slope
        at_h = (parameters[2].T @ at_f) * (h > 0)
        gradients = [at_h @ now.T, at_h.sum(axis=1, keepdims=True), at_f @ h.T, at_f.sum(axis=1, keepdims=True)]
        gradients = [g + weight_decay * p for g, p in zip(gradients, parameters, strict=True)]
        optimizer.lr = rate(step)
        optimizer.step(gradients[frozen:])
    return losses, lambda new: output(forward(parameters, before_prediction(new))[1])


def forward(parameters: list[Any], x: Any) -> tuple[Any, Any]:
    """The hidden layer and the output."""
    h = relu(parameters[0] @ x + parameters[1])
    return h, parameters[2] @ h + parameters[3]


# The bugs the statement of 6.k lists, as keywords of `fit`; two of them are in no version.
BUGS: Mapping[str, Mapping[str, Any]] = {
    "wrong-pairs": {"shuffled": True},
    "broadcast": {"difference": lambda f, y: f - y.T},
    "relu-at-the-end": {"output": relu},
    "first-layer-frozen": {"frozen": 2},
    "half-a-batch": {"used": lambda examples: -(-examples // 2)},
    "rate-falls": {"rate": lambda step: 0.01 * 0.5**step},
    "weight-decay": {"weight_decay": 0.3},
    "other-scale": {"before_prediction": lambda pixels: pixels},
}
PLANTED = ("broadcast", "other-scale", "relu-at-the-end", "rate-falls", "first-layer-frozen", "wrong-pairs")


def pipeline_with_bug(number: int) -> Pipeline:
    """Return version 1, 2, …, 6 of a training pipeline with one bug (problem 6.k); version 0 has none.

    It is called with a batch x, its targets y and the number of steps, and returns the losses it reports and the
    function that predicts.

    Raises ValueError for another number.

    >>> losses, predict = pipeline_with_bug(0)(np.array([[0.0], [255.0]]), np.array([[3.0]]), 10)
    >>> len(losses)
    10
    """
    require_number(number, 0, len(PLANTED))
    bug = BUGS[PLANTED[number - 1]] if number else {}

    def version(x: Any, y: Any, steps: int) -> tuple[list[float], Predict]:
        return fit(x, y, steps, **bug)

    return version
