"""Checkpointing in which a bug can be planted, for problem 7.i. (Reading on gives the six bugs away.)"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpkit.networks.losses import LeastSquares
from bpkit.networks.network import Network
from bpkit.problems.numbered import require_number

Version = Callable[[Network, Any, Any, int, int], tuple[float, list[Any]]]


def recomputed(
    net: Network, x: Any, y: Any, spacing: int, seed: int,
    other_masks: bool = False,
    training_again: bool = True,
    remembered: tuple[bool, bool] = (True, False),
    from_the_input: bool = False,
    restarted: bool = False,
    lost: bool = False,
    stored_as: str = "float64",
) -> tuple[float, list[Any]]:  # fmt: skip
    """The summed squared loss and the gradients, with every spacing-th layer's input stored and the rest run again.

    Layer j draws from a generator of its own, seeded by `seed` and j. Every keyword after seed plants a bug.
    """
    starts = range(0, len(net.layers), spacing)
    checkpoints, value = {}, x
    for j, layer in enumerate(net.layers):
        if j in starts:
            checkpoints[j] = value.astype(stored_as).astype(float)
        value, stored = layer.forward(value, training=True, rng=np.random.default_rng([seed, j]))
        if remembered[0]:
            layer.remember(stored)
    loss, at_output = LeastSquares().value_and_gradient(value, y)
    g = at_output
    gradients: list[Any] = []
    for start in reversed(starts):
        stretch, after = net.layers[start : start + spacing], checkpoints[0 if from_the_input else start]
        inside = []
        for j, layer in enumerate(stretch, start):
            generator = np.random.default_rng([seed, j, 1] if other_masks else [seed, j])
            before, (after, stored) = after, layer.forward(after, training=training_again, rng=generator)
            if remembered[1]:
                layer.remember(stored)
            inside.append((layer, before, after, stored))
        g = at_output if restarted else g
        for layer, before, after, stored in reversed(inside):
            own = tuple(np.empty_like(parameter) for parameter in layer.parameters)
            g = layer.backward(before, after, stored, g, own)
            gradients = [*(np.zeros_like(one) if lost and start == 0 else one for one in own), *gradients]
    return float(loss), gradients


# The bugs the statement of 7.i lists, as keywords of `recomputed`; two of them are in no version.
BUGS: Mapping[str, Mapping[str, Any]] = {
    "other-masks": {"other_masks": True},
    "not-training": {"training_again": False},
    "statistics-twice": {"remembered": (True, True)},
    "statistics-never": {"remembered": (False, False)},
    "from-the-input": {"from_the_input": True},
    "gradient-restarted": {"restarted": True},
    "stretch-lost": {"lost": True},
    "rounded": {"stored_as": "float16"},
}
PLANTED = ("gradient-restarted", "other-masks", "rounded", "statistics-twice", "not-training", "from-the-input")


def recomputed_with_bug(number: int) -> Version:
    """Return version 1, 2, …, 6 of checkpointing: `version(net, x, y, spacing, seed)` with one bug (problem 7.i).

    It stores the input of every spacing-th layer of the network, and returns the summed squared loss and the gradients
    in the order of `net.parameters`. Masks are drawn from `seed`. Version 0 has no bug.

    Raises ValueError for another number.

    >>> import bpkit as bp
    >>> net = bp.mlp([3, 3, 3], rng=0)
    >>> loss, gradients = recomputed_with_bug(0)(net, np.ones((3, 2)), np.zeros((3, 2)), 2, 0)
    >>> [gradient.shape for gradient in gradients]
    [(3, 1), (3, 3), (3, 1), (3, 3)]
    """
    require_number(number, 0, len(PLANTED))
    bug = BUGS[PLANTED[number - 1]] if number else {}

    def version(net: Network, x: Any, y: Any, spacing: int, seed: int) -> tuple[float, list[Any]]:
        return recomputed(net, x, y, spacing, seed, **bug)

    return version
