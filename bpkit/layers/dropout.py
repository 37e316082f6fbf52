"""Dropout: in training, each unit is switched off with probability p."""

from typing import Any

import numpy as np

from bpkit.layers.layer import Array, Arrays, Layer, Out, Rng
from bpkit.numerical.arguments import real_number


class Dropout(Layer):
    """h′ = m ⊙ h, where each entry of m is 0 with probability p, else 1/(1 − p); outside training, h′ = h.

    The survivors are scaled up ("inverted dropout"), so that the mean of h′ is h and nothing changes after training.
    The mask is drawn from the `rng` given to `net.forward`, anew in every forward pass, and kept in the trace.

    Raises ValueError when p is not between 0 and 1, or when it runs in training without an `rng`.

    Source: Srivastava et al. (2014), "Dropout: a simple way to prevent neural networks from overfitting".

    >>> Dropout(0.5).forward(np.ones((1, 8)), training=True, rng=np.random.default_rng(0))[0]
    array([[2., 0., 0., 0., 2., 2., 2., 2.]])
    """

    settings = ("p",)
    in_place = True

    def __init__(self, p: float = 0.5) -> None:
        self.p = real_number("p", p)
        if not 0 <= self.p <= 1:
            raise ValueError(f"p is {p!r}, expected a probability between 0 and 1: the share of units switched off.")

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        if not training:
            return x, None
        if rng is None:
            raise ValueError(f"{self} draws its mask in training, but rng is None: pass rng=a generator or a seed.")
        survives = self.drawn(rng, x.shape) >= self.p
        mask = survives * x.dtype.type(1 / (1 - self.p) if self.p < 1 else 0)
        return np.multiply(mask, x, out=out), mask

    def drawn(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """Return a random number between 0 and 1 for each unit and example."""
        return rng.random(shape)

    def backward(
        self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None
    ) -> Array:
        return dl_dy if stored is None else np.multiply(stored, dl_dy, out=out)
