"""The toy model as the problems of chapter 01 draw it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.networks import toy
from bpkit.problems.problem import Arguments


def draw_toy(rng: np.random.Generator, count: int = 12) -> list[dict[str, Any]]:
    """Inputs, targets and parameters of the toy model, away from where exp is huge."""
    return [
        {
            "x": float(rng.normal()),
            "y": float(rng.normal()),
            "beta": rng.uniform(-1.5, 1.5, size=4),
            "omega": rng.uniform(0.3, 1.5, size=4) * rng.choice([-1.0, 1.0], size=4),
        }
        for _ in range(count)
    ]


def stored_instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """What the forward pass stored, for problems that start there."""
    instances: list[Arguments] = []
    for drawn in draw_toy(rng):
        stored = toy.forward(**drawn)
        instances.append({"f": stored.f, "h": stored.h, "y": drawn["y"], "omega": drawn["omega"]})
    return instances
