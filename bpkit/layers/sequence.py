"""The two loops of 7.23 and 7.24: forward through layers one after another, and back."""

from collections.abc import Sequence
from typing import Any

from bpkit.layers.composite import Composite
from bpkit.layers.layer import Array, Arrays, Layer, Out, Rng
from bpkit.layers.linear import Linear


def checked_layers(layers: Any) -> tuple[Layer, ...]:
    """Return the layers as a tuple.

    Raises TypeError if an element is not a Layer, ValueError if there is none.
    """
    if isinstance(layers, Layer):
        raise TypeError(f"layers is one layer, {layers!r}, expected a list of layers: write [{layers!r}].")
    found = tuple(layers)
    for number, layer in enumerate(found):
        if isinstance(layer, type) and issubclass(layer, Layer):
            raise TypeError(f"layers[{number}] is the class {layer.__name__}: did you mean {layer.__name__}()?")
        if not isinstance(layer, Layer):
            raise TypeError(f"layers[{number}] is a {type(layer).__name__}, expected a layer such as bp.ReLU().")
    if not found:
        raise ValueError("layers is empty, expected at least one layer.")
    return found


def forward_through(
    layers: Sequence[Layer],
    x: Array,
    *,
    training: bool = False,
    rng: Rng = None,
    outs: Sequence[Out] | None = None,
) -> tuple[list[Array], list[Any]]:
    """Run the layers (7.23); return [x, output of each layer], and what else each layer stored for the way back.

    `outs` are arrays for the outputs, or None for each layer that does not take one.
    """
    values, stored = [x], []
    for j, layer in enumerate(layers):
        if outs and layer.takes_out:
            y, store = layer.forward(values[-1], training=training, rng=rng, out=outs[j])  # type: ignore[call-arg]
        else:
            y, store = layer.forward(values[-1], training=training, rng=rng)
        values.append(y)
        stored.append(store)
    return values, stored


def backward_through(
    layers: Sequence[Layer],
    values: Sequence[Array],
    stored: Sequence[Any],
    dl_dy: Array,
    gradients: Sequence[Arrays],
    *,
    outs: Sequence[Out] | None = None,
    wanted: bool = True,
    dl_df: list[Array] | None = None,
) -> Array:
    """Walk back through the layers (7.24, 7.25) from ∂ℓ/∂output, and return ∂ℓ/∂x.

    `values` and `stored` come from `forward_through`. The derivatives of the parameters are written into `gradients`,
    which has a tuple of arrays for each layer. `outs` are arrays for ∂ℓ/∂input of each layer. If `dl_df` is a list,
    ∂ℓ/∂f of every linear layer is appended, last one first. If ∂ℓ/∂x is not wanted, the walk ends at the first layer
    with parameters, which saves its last product, and what is returned is of no use.
    """
    first = 0
    if not wanted:
        while first < len(layers) and not layers[first].parameters:
            first += 1
    g = dl_dy
    for j in range(len(layers) - 1, first - 1, -1):
        layer = layers[j]
        if dl_df is not None and isinstance(layer, Linear):
            dl_df.append(g)
        if j == first and not wanted and isinstance(layer, Linear):
            layer.write_gradients(values[j], g, gradients[j])  # 7.25
        elif dl_df is not None and isinstance(layer, Composite):
            g = layer.backward_collecting(values[j], values[j + 1], stored[j], g, gradients[j], dl_df)
        elif outs and layer.takes_out:
            g = layer.backward(  # type: ignore[call-arg]
                values[j], values[j + 1], stored[j], g, gradients[j], out=outs[j]
            )
        else:
            g = layer.backward(values[j], values[j + 1], stored[j], g, gradients[j])
    return g


def split_by_layer(layers: Sequence[Layer], arrays: Sequence[Array]) -> list[Arrays]:
    """Split a sequence of arrays, one for each parameter, into a tuple for each layer."""
    found, start = [], 0
    for layer in layers:
        end = start + len(layer.parameters)
        found.append(tuple(arrays[start:end]))
        start = end
    return found


def linear_layers(layers: Sequence[Layer]) -> list[Linear]:
    """Return the linear layers in order, those inside other layers too: number k is the book's layer k."""
    found: list[Linear] = []
    for layer in layers:
        if isinstance(layer, Linear):
            found.append(layer)
        elif isinstance(layer, Composite):
            found += linear_layers(layer.layers)
    return found
