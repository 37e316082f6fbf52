"""What a network asks of a layer, and what all activations have in common."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Arrays = tuple[Array, ...]
Rng = np.random.Generator | None
Out = Array | None  # where a result is written, as in NumPy
Fs = list[Array] | None  # where ∂ℓ/∂f of each linear layer is collected


class Layer:
    """A layer is parameters and two functions; it remembers nothing.

    `forward` gives the layer's output y for its input x and, for layers that need it, something to keep for the way
    back: a mask that was drawn, what was stored inside. `backward` is given all of this and ∂ℓ/∂y, and gives ∂ℓ/∂x. It
    writes the derivatives of the layer's parameters, summed over the batch, into `gradients`. Where `out` is an array,
    the result is written there, as in NumPy; in `backward` it may be the array of ∂ℓ/∂y itself.

    A batch is a matrix with a column for each example: x is (rows in, I), y is (rows out, I).
    """

    @property
    def parameters(self) -> Arrays:
        """The arrays a training step changes, in place."""
        return ()

    @property
    def state(self) -> Arrays:
        """The arrays that are not trained but follow the training, in place: see `remember`."""
        return ()

    @property
    def rows_in(self) -> int | None:
        """How many rows go in; None where it may be any number."""
        return first_rows_in(getattr(self, "layers", ()))

    def rows_out(self, rows_in: int | None) -> int | None:
        """How many rows come out when this many go in; None where any number may go in.

        Raises ValueError when this layer does not take `rows_in` rows.
        """
        return rows_in

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        """Return the output for the input `x`, and what to keep for `backward`."""
        raise NotImplementedError(f"{type(self).__name__} has no forward.")

    def backward(
        self, x: Array, y: Array, kept: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None, dl_df: Fs = None
    ) -> Array:
        """Return ∂ℓ/∂x from ∂ℓ/∂y, and write the parameters' derivatives into `gradients`.

        A layer made of layers appends ∂ℓ/∂f of each `Linear` inside it, last one first, to `dl_df` if that is a list.
        """
        raise NotImplementedError(f"{type(self).__name__} has no backward.")

    def remember(self, kept: Any) -> None:
        """Bring `state` up to date with what `forward` kept in training; once in a training step, never elsewhere."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


def first_rows_in(layers: Iterable[Layer]) -> int | None:
    """How many rows go into layers, one after another, where one of them says so."""
    return next((layer.rows_in for layer in layers if layer.rows_in is not None), None)


class Activation(Layer):
    """A function without parameters, applied to every pre-activation f on its own: h = a[f].

    A new one needs two lines: `activate`, and `pull_back`, the product of its slope with ∂ℓ/∂h. ∂h/∂f is a diagonal
    matrix, so nobody builds it; its diagonal is multiplied elementwise.
    """

    def activate(self, f: Array, out: Out = None) -> Array:
        """Return h = a[f]."""
        raise NotImplementedError(f"{type(self).__name__} has no activate.")

    def pull_back(self, f: Array, h: Array, dl_dh: Array, out: Out = None) -> Array:
        """Return ∂ℓ/∂f = a′[f] ⊙ ∂ℓ/∂h; h = a[f] is at hand, because slopes are often shorter to write with it."""
        raise NotImplementedError(f"{type(self).__name__} has no pull_back.")

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        return self.activate(x, out), None

    def backward(
        self, x: Array, y: Array, kept: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None, dl_df: Fs = None
    ) -> Array:
        return self.pull_back(x, y, dl_dy, out)
