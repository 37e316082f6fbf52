"""The residual connection: a few layers, and their input added to their output."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.layers.composite import Composite
from bpkit.layers.layer import Array, Arrays, Layer, Out, Rng
from bpkit.layers.sequence import backward_through, checked_layers, forward_through, split_by_layer


class Residual(Composite):
    """h′ = h + F(h), where F is one layer after another.

    Backward, ∂ℓ/∂h is ∂ℓ/∂h′ plus what comes back through F: two paths, added.

    Raises ValueError if F does not give as many rows as it takes, TypeError if an element is not a Layer.

    Source: He et al. (2016), "Deep residual learning for image recognition".

    >>> from bpkit.layers import Linear, ReLU
    >>> Residual([Linear(4, 4, rng=0), ReLU()])
    Residual (Linear 4 → 4, ReLU())
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        super().__init__(checked_layers(layers))
        self.rows_out(self.rows_in)

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
        values, stored = forward_through(self.layers, x, training=training, rng=rng)
        return np.add(x, values[-1], out=out), (values[1:], stored)  # x is passed to `backward` anyway

    def backward_collecting(
        self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays, dl_df: list[Array] | None, *,
        out: Out = None,
    ) -> Array:  # fmt: skip
        values, inside = self.stored_inside(x, stored)
        through = backward_through(
            self.layers, values, inside, dl_dy, split_by_layer(self.layers, gradients), dl_df=dl_df
        )
        return np.add(dl_dy, through, out=out)

    def stored_inside(self, x: Array, stored: Any) -> tuple[list[Array], list[Any]]:
        values, inside = stored
        return [x, *values], inside

    def remember(self, stored: Any) -> None:
        _, inside = stored
        for layer, one in zip(self.layers, inside, strict=True):
            layer.remember(one)

    def __repr__(self) -> str:
        return f"Residual ({', '.join(map(repr, self.layers))})"
