"""What layers made of layers have in common."""

from typing import Any, ClassVar

from bpkit.layers.layer import Array, Arrays, Layer, Out, first_rows_in


class Composite(Layer):
    """A layer made of the layers in `layers`, whose parameters and state are all of theirs.

    A subclass passes its layers to `__init__` and defines `forward`, `backward_collecting` and `stored_inside`.
    """

    in_place = True
    made_of: ClassVar[str] = "layers"  # the argument of its own `__init__` that has the layers

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self.layers = layers
        self.parameters = tuple(array for layer in layers for array in layer.parameters)
        self.state = tuple(array for layer in layers for array in layer.state)

    @property
    def rows_in(self) -> int | None:
        return first_rows_in(self.layers)

    def backward(
        self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None
    ) -> Array:
        return self.backward_collecting(x, y, stored, dl_dy, gradients, None, out=out)

    def backward_collecting(
        self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays, dl_df: list[Array] | None, *,
        out: Out = None,
    ) -> Array:  # fmt: skip
        """Do what `backward` does, and append ∂ℓ/∂f of each `Linear` inside, last one first, to the list `dl_df`."""
        raise NotImplementedError(f"{type(self).__name__} has no backward_collecting.")

    def stored_inside(self, x: Array, stored: Any) -> tuple[list[Array], list[Any]]:
        """Return the values inside, from x to the output of the last layer, and what each layer stored."""
        raise AttributeError(f"h and f are not all there: {self} stores nothing of its insides.")
