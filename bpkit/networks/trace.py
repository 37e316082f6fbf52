"""The records of the two passes: what a forward pass stored, and the gradients a backward pass gives."""

from dataclasses import dataclass
from typing import Any

from bpkit.layers.composite import Composite
from bpkit.layers.layer import Layer
from bpkit.layers.linear import Linear
from bpkit.numerical.arrays import Array


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """What `net.forward` stored: the input, the output of every layer, and what random layers drew.

    f[k] is the output of the k-th linear layer and h[k] its input, in the book's names: h[0] is x, and in a network of
    7.23 f[k] are the pre-activations and h[k] the activations. Linear layers inside a residual connection count too.
    """

    layers: tuple[Layer, ...]
    values: list[Array]  # x, then the output of each layer
    stored: list[Any]  # what else each layer needs on the way back

    @property
    def output(self) -> Array:
        """What came out of the last layer, a column for each example."""
        return self.values[-1]

    @property
    def x(self) -> Array:
        """The input."""
        return self.values[0]

    @property
    def f(self) -> list[Array]:
        """f[k] = β_k + Ω_k h_k (7.23)."""
        return [f for _, f in _around_linear(self.layers, self.values, self.stored)]

    @property
    def h(self) -> list[Array]:
        """h[k], which enters the k-th linear layer (7.23); h[0] is x."""
        return [h for h, _ in _around_linear(self.layers, self.values, self.stored)]

    def __repr__(self) -> str:
        stored = sum(f.size for f in self.values)
        return f"Trace of {self.x.shape[1]} examples through {len(self.layers)} layers, {stored:,} numbers"


def _around_linear(layers: Any, values: Any, stored: Any) -> list[tuple[Array, Array]]:
    """Input and output of each linear layer, those inside other layers too."""
    found: list[tuple[Array, Array]] = []
    for j, layer in enumerate(layers):
        if isinstance(layer, Linear):
            found.append((values[j], values[j + 1]))
        elif isinstance(layer, Composite):
            found += _around_linear(layer.layers, *layer.stored_inside(values[j], stored[j]))
    return found


@dataclass(frozen=True, eq=False, repr=False)
class Gradients:
    """What a backward pass gives: the derivatives of the loss, each of the shape of its parameter.

    `omega[k]` and `beta[k]` are those of the k-th linear layer, `parameters` are all of them in the order of
    `net.parameters`. `f[k]` is ∂ℓ/∂f_k and `x` is ∂ℓ/∂x, with a column for each example, where the backward pass was
    asked to keep them.
    """

    parameters: tuple[Array, ...]
    beta: tuple[Array, ...]
    omega: tuple[Array, ...]
    _f: tuple[Array, ...] | None = None
    _x: Array | None = None

    @property
    def f(self) -> tuple[Array, ...]:
        """∂ℓ/∂f_k (7.17–7.19); raises AttributeError unless the backward pass was asked to keep it."""
        if self._f is None:
            raise AttributeError("∂ℓ/∂f was not kept, to save memory: call net.backward(trace, dl_df, keep_f=True).")
        return self._f

    @property
    def x(self) -> Array:
        """∂ℓ/∂x, the derivative with respect to the input; raises AttributeError unless it was kept."""
        if self._x is None:
            raise AttributeError("∂ℓ/∂x was not kept, to save time: call net.backward(trace, dl_df, keep_x=True).")
        return self._x

    @property
    def has_f(self) -> bool:
        """Whether ∂ℓ/∂f was kept."""
        return self._f is not None

    @property
    def has_x(self) -> bool:
        """Whether ∂ℓ/∂x was kept."""
        return self._x is not None

    def __repr__(self) -> str:
        return f"Gradients of {sum(g.size for g in self.parameters):,} parameters in {len(self.parameters)} arrays"
