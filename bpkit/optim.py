"""Stochastic gradient descent: one step against the gradient (7.3)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit.arguments import real_number
from bpkit.consecutive import block_of, moved_together

Array = NDArray[Any]

PIECE = 1 << 15  # numbers; a piece of parameters, gradients and velocities stays in the processor's own memory


class SGD:
    """v ← momentum·v + (g + weight_decay·ϕ), ϕ ← ϕ − lr·v, in place, for all parameters ϕ.

    Semantics as PyTorch's: the first velocity is the first gradient. `lr` may be changed between steps.

    Raises ValueError for a negative setting or gradients that do not fit the parameters.

    Source: equation 7.3; Sutskever et al. (2013) for momentum.

    >>> phi = np.array([1.0])
    >>> SGD([phi], lr=0.1).step([np.array([2.0])])
    >>> phi
    array([0.8])
    """

    def __init__(
        self, parameters: Sequence[Array], lr: float, *, momentum: float = 0.0, weight_decay: float = 0.0
    ) -> None:
        for name, value in (("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay)):
            if real_number(name, value) < 0:
                raise ValueError(f"{name} is {value!r}, expected a number that is not negative.")
        self.parameters = tuple(parameters)
        self.lr, self.momentum, self.weight_decay = lr, momentum, weight_decay
        self._shapes = [array.shape for array in self.parameters]
        self._block = block_of(self.parameters)
        self._velocities: tuple[Array, ...] = tuple(np.zeros_like(array) for array in self.parameters)
        if self._block is not None:
            self._velocities = moved_together(self._velocities)

    def step(self, gradients: Sequence[Array]) -> None:
        """Change the parameters in place, by their gradients in the same order."""
        if [g.shape for g in gradients] != self._shapes:
            raise ValueError("gradients do not fit the parameters: are they grads.parameters of the same network?")
        together = block_of(gradients)
        velocities = block_of(self._velocities)
        if self._block is None or together is None or velocities is None:
            for parameter, gradient, velocity in zip(self.parameters, gradients, self._velocities, strict=True):
                self._change(parameter, gradient, velocity)
        else:
            for start in range(0, self._block.size, PIECE):
                piece = slice(start, start + PIECE)
                self._change(self._block[piece], together[piece], velocities[piece])

    def _change(self, phi: Array, g: Array, v: Array) -> None:
        if self.weight_decay:
            g = g + self.weight_decay * phi
        if self.momentum:
            v *= self.momentum
            v += g
            g = v
        phi -= self.lr * g  # 7.3
