"""What a network asks of a layer, and what all activations have in common."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

import numpy as np

from bpkit.numerical.arrays import Array

__all__ = ["Activation", "Array", "Arrays", "Layer", "Out", "Rng", "first_rows_in"]

Arrays = tuple[Array, ...]
Rng = np.random.Generator | None
Out = Array | None  # where a result is written, as in NumPy


def _have_out(*functions: Callable[..., Any]) -> bool:
    return all("out" in inspect.signature(function).parameters for function in functions)


class Layer:
    """A layer is parameters and two functions, which never change it; only `remember` updates its `state`.

    `forward` computes the output y for the input x. `backward` computes ∂ℓ/∂x from ∂ℓ/∂y, and writes the derivatives of
    the layer's parameters, summed over the batch, into `gradients`. A batch is a matrix with a column for each example:
    x has shape (rows in, I) and y (rows out, I).

    A layer of your own sets `parameters` and defines the two functions. If it takes a fixed number of rows, it defines
    `rows_in`, too, and if it changes their number, `rows_out`. If both functions have the keyword `out`, as NumPy's
    functions do, the network passes arrays to write the results into, which saves time on large batches.

    >>> class Scale(Layer):
    ...     def __init__(self, factor):
    ...         self.factor = np.array([[factor]])
    ...         self.parameters = (self.factor,)
    ...
    ...     def forward(self, x, *, training=False, rng=None):
    ...         return self.factor * x, None
    ...
    ...     def backward(self, x, y, stored, dl_dy, gradients):
    ...         gradients[0][...] = np.sum(x * dl_dy)
    ...         return self.factor * dl_dy
    >>> Scale(2.0).forward(np.array([[3.0]]))[0]
    array([[6.]])
    """

    parameters: Arrays = ()  # the arrays that a training step changes, in place
    state: Arrays = ()  # the arrays that are not trained but follow the training, in place: see `remember`
    settings: ClassVar[tuple[str, ...]] = ()  # names of the arguments, besides arrays, to save and to show
    progress: ClassVar[tuple[str, ...]] = ()  # names of attributes that may change in a training, such as a count
    takes_out: ClassVar[bool] = False  # whether both functions have the keyword `out`
    in_place: ClassVar[bool] = False  # whether `backward` is right even if `out` is the array of ∂ℓ/∂y itself

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.takes_out = _have_out(cls.forward, cls.backward)

    @property
    def rows_in(self) -> int | None:
        """How many rows go in; None if any number may."""
        return None

    def rows_out(self, rows_in: int | None) -> int | None:
        """Return how many rows come out when this many go in; None if that is not known.

        Raises ValueError when this layer does not take `rows_in` rows.
        """
        return rows_in

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None) -> tuple[Array, Any]:
        """Return the output for the input `x`, and what else to store for `backward`: a mask, say, or None."""
        raise NotImplementedError(f"{type(self).__name__} has no forward.")

    def backward(self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays) -> Array:
        """Return ∂ℓ/∂x from ∂ℓ/∂y, and write the derivatives of the parameters into `gradients`."""
        raise NotImplementedError(f"{type(self).__name__} has no backward.")

    def remember(self, stored: Any) -> None:
        """Update `state` from what `forward` stored in training; called once in a training step, and nowhere else."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Refuse to replace arrays and settings: networks and optimizers hold the arrays and would not see new ones."""
        old = self.__dict__.get(name)
        if old is not None and value is not old and (isinstance(old, np.ndarray | tuple) or name in self.settings):
            way = f"write into the array, {name}[...] = …" if isinstance(old, np.ndarray) else "make a new layer"
            raise AttributeError(f"{name} of {self} cannot be replaced, because a network may be using it: {way}.")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.settings)})"


class Activation(Layer):
    """A function without parameters, applied to every pre-activation f on its own: h = a[f].

    A new one needs two functions: `activate`, and `pull_back`, the product of its slope with ∂ℓ/∂h. ∂h/∂f is a diagonal
    matrix, so nobody builds it; its diagonal is multiplied elementwise. If both have the keyword `out`, they write the
    result there.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.takes_out = _have_out(cls.activate, cls.pull_back)

    def activate(self, f: Array) -> Array:
        """Return h = a[f]."""
        raise NotImplementedError(f"{type(self).__name__} has no activate.")

    def pull_back(self, f: Array, h: Array, dl_dh: Array) -> Array:
        """Return ∂ℓ/∂f = a′[f] ⊙ ∂ℓ/∂h; h = a[f] is passed because many slopes are simpler in terms of it."""
        raise NotImplementedError(f"{type(self).__name__} has no pull_back.")

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        return (self.activate(x, out=out) if self.takes_out else self.activate(x)), None  # type: ignore[call-arg]

    def backward(
        self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays = (), *, out: Out = None
    ) -> Array:
        if self.takes_out:
            return self.pull_back(x, y, dl_dy, out=out)  # type: ignore[call-arg]
        return self.pull_back(x, y, dl_dy)


def first_rows_in(layers: Iterable[Layer]) -> int | None:
    """Return how many rows go into layers one after another; None if that is not known.

    It is the number that the first layer with a fixed one takes, if those before it leave the number as it is.
    """
    before: list[Layer] = []
    for layer in layers:
        rows = layer.rows_in
        if rows is not None:
            return rows if all(one.rows_out(rows) == rows for one in before) else None
        before.append(layer)
    return None
