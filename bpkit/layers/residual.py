"""The residual connection: a few layers, and their input added to their output."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpkit.layers.layer import Array, Arrays, Fs, Layer, Out, Rng
from bpkit.layers.sequence import backward_through, checked_layers, for_each_layer, forward_through


@dataclass(frozen=True, init=False, eq=False, repr=False)
class Residual(Layer):
    """h′ = h + F(h), where F is one layer after another.

    Backward, ∂ℓ/∂h is ∂ℓ/∂h′ plus what comes back through F: two paths, added.

    Raises ValueError when F does not give as many rows as it takes, TypeError for what is not a layer.

    Source: He et al. (2016), "Deep residual learning for image recognition".

    >>> from bpkit.layers import Linear, ReLU
    >>> Residual([Linear(4, 4, rng=0), ReLU()])
    Residual (Linear 4 → 4, ReLU())
    """

    layers: tuple[Layer, ...]

    def __init__(self, layers: Sequence[Layer]) -> None:
        object.__setattr__(self, "layers", checked_layers(layers))
        self.rows_out(self.rows_in)

    @property
    def parameters(self) -> Arrays:
        return tuple(array for layer in self.layers for array in layer.parameters)

    @property
    def state(self) -> Arrays:
        return tuple(array for layer in self.layers for array in layer.state)

    def rows_out(self, rows_in: int | None) -> int | None:
        rows = rows_in
        for layer in self.layers:
            rows = layer.rows_out(rows)
        if rows != rows_in:
            raise ValueError(
                f"{self} takes {rows_in} rows and gives {rows}, but its output is added to its input: "
                "they need as many rows."
            )
        return rows

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        values, kept = forward_through(self.layers, x, training=training, rng=rng)
        return np.add(x, values[-1], out=out), (values[1:], kept)  # x is at hand on the way back, too

    def backward(
        self, x: Array, y: Array, kept: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None, dl_df: Fs = None
    ) -> Array:
        values, inner = kept
        cut = for_each_layer((len(layer.parameters) for layer in self.layers), gradients)
        through = backward_through(self.layers, [x, *values], inner, dl_dy, cut, dl_df=dl_df)
        return np.add(dl_dy, through, out=out)

    def remember(self, kept: Any) -> None:
        _, inner = kept
        for layer, keep in zip(self.layers, inner, strict=True):
            layer.remember(keep)

    def __repr__(self) -> str:
        return f"Residual ({', '.join(map(repr, self.layers))})"
