"""What the reader of the initialization laboratory (chapter 5) chooses, and the weights that are drawn for it."""

import math
from itertools import pairwise
from typing import NamedTuple

from bpkit.init import normal, orthogonal
from bpkit.layers import Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from bpkit.networks.initialization.propagation import Initializer

OWN, ORTHOGONAL = "own σ²", "orthogonal"
SCHEMES = (OWN, "He", "Glorot", "LeCun", ORTHOGONAL)
ACTIVATIONS: dict[str, Activation] = {
    "ReLU": ReLU(), "leaky ReLU": LeakyReLU(0.1), "linear": LeakyReLU(1.0), "tanh": Tanh(), "sigmoid": Sigmoid(),
}  # fmt: skip
SLOPES = {"ReLU": 0.0, "leaky ReLU": 0.1, "linear": 1.0}  # below 0; for these, a[c·f] = c·a[f] for every c > 0
TYPES = ("float64", "float32", "float16")


class Start(NamedTuple):
    """Everything the reader chooses."""

    variance: float = 0.02
    scheme: str = OWN
    depth: int = 50
    width: int = 100
    activation: str = "ReLU"
    dtype: str = "float64"
    networks: int = 60
    seed: int = 0

    @property
    def sizes(self) -> list[int]:
        """As many inputs as units, and one output, as in figure 7.7."""
        return [self.width] * (self.depth + 1) + [1]

    @property
    def words(self) -> str:
        """How the weights are drawn."""
        variance = f"σ² = {weight_variances(self)[0]:.3g}"
        if self.scheme != OWN:
            times = " times √2" if self.scheme == ORTHOGONAL and _gain(self) != 1 else ""
            variance = f"{self.scheme}{times} ({variance})"
        return f"{variance}, {self.activation}, {self.dtype}, seed {self.seed}"


def weight_variances(start: Start) -> list[float]:
    """Return the variance of the entries of each weight matrix.

    >>> weight_variances(Start(scheme="Glorot", depth=2, width=3))
    [0.3333333333333333, 0.3333333333333333, 0.5]
    """
    return [_weight_variance(start, (to, source)) for source, to in pairwise(start.sizes)]


def initializer(start: Start) -> Initializer:
    """Return the function that draws a weight matrix, given its shape and a generator."""
    if start.scheme == ORTHOGONAL:
        return lambda shape, rng: orthogonal(shape, rng, gain=_gain(start))
    return lambda shape, rng: normal(shape, rng, variance=_weight_variance(start, shape))


def _weight_variance(start: Start, shape: tuple[int, int]) -> float:
    rows, columns = shape
    return {
        OWN: start.variance,
        "He": 2 / columns,
        "Glorot": 2 / (rows + columns),
        "LeCun": 1 / columns,
        ORTHOGONAL: _gain(start) ** 2 / max(shape),
    }[start.scheme]


def _gain(start: Start) -> float:
    return math.sqrt(2) if start.activation in ("ReLU", "leaky ReLU") else 1.0
