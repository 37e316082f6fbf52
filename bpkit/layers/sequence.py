"""The two loops of 7.23 and 7.24: forward through layers one after another, and back."""

from collections.abc import Iterable, Sequence
from typing import Any

from bpkit.layers.layer import Array, Arrays, Fs, Layer, Out, Rng
from bpkit.layers.linear import Linear


def checked_layers(layers: Any) -> tuple[Layer, ...]:
    """Return the layers as a tuple, or say in a sentence which one is none."""
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
    """Run the layers (7.23); return [x, output of each layer] and what each layer keeps for the way back.

    `outs` are arrays to write the outputs into.
    """
    values, kept = [x], []
    for layer, out in zip(layers, outs or [None] * len(layers), strict=True):
        y, keep = layer.forward(values[-1], training=training, rng=rng, out=out)
        values.append(y)
        kept.append(keep)
    return values, kept


def backward_through(
    layers: Sequence[Layer],
    values: Sequence[Array],
    kept: Sequence[Any],
    dl_dy: Array,
    gradients: Sequence[Arrays],
    *,
    outs: Sequence[Out] | None = None,
    wanted: bool = True,
    dl_df: Fs = None,
) -> Array:
    """Walk back through the layers (7.24, 7.25) from ∂ℓ/∂output, and return ∂ℓ/∂x.

    `values` and `kept` come from `forward_through`. The parameters' derivatives are written into `gradients`, which has
    the arrays for each layer. `outs` are arrays to write each layer's ∂ℓ/∂input into. `dl_df`, if a
    list, receives ∂ℓ/∂f of every linear layer, last one first. When ∂ℓ/∂x is not wanted, the walk ends at the first
    layer with parameters, which saves its last product, and what is returned is of no use.
    """
    first = 0 if wanted else next((j for j, layer in enumerate(layers) if layer.parameters), len(layers))
    g = dl_dy
    for j in range(len(layers) - 1, first - 1, -1):
        layer = layers[j]
        if dl_df is not None and isinstance(layer, Linear):
            dl_df.append(g)
        if j == first and not wanted and isinstance(layer, Linear):
            layer.write_gradients(values[j], g, gradients[j])  # 7.25
        else:
            out = outs[j] if outs else None
            g = layer.backward(values[j], values[j + 1], kept[j], g, gradients[j], out=out, dl_df=dl_df)
    return g


def for_each_layer(counts: Iterable[int], arrays: Sequence[Array]) -> list[Arrays]:
    """Cut a sequence of arrays, one for each parameter, into the arrays of each layer, which has so many parameters."""
    cut, start = [], 0
    for count in counts:
        cut.append(tuple(arrays[start : start + count]) if count else ())
        start += count
    return cut


def linear_layers(layers: Sequence[Layer]) -> list[Linear]:
    """Return the linear layers in order, those inside other layers too: number k is the book's layer k."""
    found: list[Linear] = []
    for layer in layers:
        found += [layer] if isinstance(layer, Linear) else linear_layers(getattr(layer, "layers", ()))
    return found
