"""A network of layers one after another: the forward pass 7.23 and the backward pass 7.24–7.25."""

import itertools
import os
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from bpkit.layers.layer import Layer, first_rows_in
from bpkit.layers.sequence import backward_through, checked_layers, forward_through, linear_layers
from bpkit.networks.parameter_layout import ParameterLayout
from bpkit.networks.shared_memory import check_apart
from bpkit.networks.step_memory import StepMemoryPool
from bpkit.networks.trace import Gradients, Trace
from bpkit.numerical.arguments import columns, whole_number
from bpkit.numerical.arrays import Array
from bpkit.numerical.even_slices import even_slices
from bpkit.numerical.underflow import ignore_underflow


class Network:
    """Layers, the output of each being the input of the next.

    `omega[k]` and `beta[k]` are the parameters of the k-th linear layer; those inside residual connections count too.
    `parameters` are all arrays of parameters in the order of the layers, β_0, Ω_0, β_1, Ω_1, … and those of other
    layers; a shared array is there once. To change them, write into them: `net.omega[0][...] = 0`.

    Raises TypeError if an element is not a Layer or the parameters differ in type, ValueError where the rows that
    come out of a layer do not fit the next, or where different arrays share memory.

    Source: section 7.4.

    >>> from bpkit.layers import Linear, ReLU
    >>> net = Network([Linear(2, 3, rng=0), ReLU(), Linear(3, 1, rng=1)])
    >>> net
    Network of 13 parameters, float64
     k  layer   rows in → out  parameters
     0  Linear          2 → 3           9
        ReLU            3 → 3           0
     1  Linear          3 → 1           4
    >>> net([[1.0], [0.5]]).shape
    (1, 1)
    """

    progress = ("beta", "omega", "layout", "parameters", "rows", "step_memory")  # all of this follows from the layers

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = checked_layers(layers)
        check_apart(self.layers)
        linear = linear_layers(self.layers)
        self.beta = tuple(layer.beta for layer in linear)
        self.omega = tuple(layer.omega for layer in linear)
        self.layout = ParameterLayout(self.layers)
        self.parameters, self.dtype = self.layout.parameters, self.layout.dtype
        self.rows = _heights(self.layers)
        self.step_memory = StepMemoryPool()

    @ignore_underflow
    def forward(self, x: Any, *, training: bool = False, rng: np.random.Generator | int | None = None) -> Trace:
        """Run the network on a batch and keep every intermediate value (7.23).

        `x` has shape (D_i, I), a column for each example. With `training`, random layers draw from `rng`.

        Raises TypeError or ValueError for an x of another floating type, a wrong shape, no examples, NaN or infinity.
        """
        x = self.checked(x)
        rng = None if rng is None else np.random.default_rng(rng)
        values, stored = forward_through(self.layers, x, training=training, rng=rng)
        return Trace(self.layers, values, stored)

    @ignore_underflow
    def __call__(self, x: Any) -> Array:
        """Return the output for a batch, and store nothing."""
        y = self.checked(x)
        for layer in self.layers:
            y, _ = layer.forward(y)
        return y

    @ignore_underflow
    def backward(self, trace: Trace, dl_doutput: Any, *, keep_f: bool = False, keep_x: bool = False) -> Gradients:
        """Return the derivatives of the loss with respect to all parameters, summed over the batch (7.24, 7.25).

        `trace` is what `forward` stored and `dl_doutput` the derivative of the loss with respect to `trace.output`, of
        the same shape. With `keep_f`, the result has ∂ℓ/∂f_k too, as `f[k]`; with `keep_x`, it has ∂ℓ/∂x, as `x`, which
        a network that follows another one hands back to it.

        Raises TypeError or ValueError when these do not fit each other.
        """
        if trace.layers is not self.layers:
            raise ValueError("trace comes from another network: pass what this network's forward returned.")
        dl_doutput = columns(
            "dl_doutput", dl_doutput, self.dtype, rows=trace.output.shape[0], of="this network's output"
        )
        if dl_doutput.shape != trace.output.shape:
            raise ValueError(
                f"dl_doutput has shape {dl_doutput.shape}, but the output in the trace {trace.output.shape}: is it "
                "loss.gradient(trace.output, y) for the same batch?"
            )
        gradients = self.layout.gradients(None)
        by_layer = self.layout.by_layer(gradients)
        dl_df: list[Array] | None = [] if keep_f else None
        dl_dx = backward_through(
            self.layers, trace.values, trace.stored, dl_doutput, by_layer, wanted=keep_x, dl_df=dl_df
        )
        f = None if dl_df is None else tuple(reversed(dl_df))
        return self.layout.named(gradients, by_layer, f=f, x=dl_dx if keep_x else None)

    def stages(self, number: int) -> tuple[Self, ...]:
        """Return the network cut into this many networks, each the input of the next; they share its parameters.

        A cut is made before a linear layer, or a layer that contains one, so that every stage has nearly the same
        number of them and what goes from stage to stage is an h_k.

        Raises TypeError or ValueError for a number that is not one of stages, or for a parameter in two of them.

        >>> import bpkit as bp
        >>> bp.mlp([2, 3, 4, 1], rng=0).stages(2)[1]
        Network of 5 parameters, float64
         k  layer   rows in → out  parameters
         0  Linear          4 → 1           5
        """
        starts = [j for j, layer in enumerate(self.layers) if linear_layers([layer])]
        number = whole_number("number", number)
        if number > len(starts):
            raise ValueError(
                f"number is {number}, but only {len(starts)} layers of this network are or contain a Linear."
            )
        cuts = [starts[part.start] for part in even_slices(len(starts), number)][1:]
        stages = tuple(type(self)(self.layers[a:b]) for a, b in itertools.pairwise([0, *cuts, len(self.layers)]))
        held = [id(array) for stage in stages for array in stage.parameters]
        if len(set(held)) < len(held):
            raise ValueError("a parameter is used in two stages, but each stage holds parameters of its own.")
        return stages

    def checked(self, x: Any) -> Array:
        """Return `x` as a batch for this network, or say what is wrong with it."""
        return columns("x", x, self.dtype, rows=self.rows[0], of="this network")

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the layers and their parameters to a `.npz` file, which `Network.load` reads.

        Raises FileExistsError if there is such a file and `overwrite` is not True, ValueError for another ending,
        TypeError for a layer that is not one of bpkit's.
        """
        from bpkit.networks.saving import save  # only now: it needs zipfile, which is slow to import

        save(self.layers, self.parameters, path, overwrite=overwrite)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a network from a file that `save` wrote. Nothing in the file is run.

        Raises ValueError for any other file.
        """
        from bpkit.networks.saving import load

        return load(path, cls)

    def __repr__(self) -> str:
        count = sum(array.size for array in self.parameters)
        rows = [("k", "layer", "rows in → out", "parameters")]
        k = 0
        for layer, rows_in, rows_out in zip(self.layers, self.rows[:-1], self.rows[1:], strict=True):
            inside = len(linear_layers([layer]))
            label = "" if not inside else str(k) if inside == 1 else f"{k}–{k + inside - 1}"
            k += inside
            name = type(layer).__name__ if inside else repr(layer).removesuffix("()")
            sizes = f"{'any' if rows_in is None else rows_in} → {'any' if rows_out is None else rows_out}"
            rows.append((label, name, sizes, f"{sum(array.size for array in layer.parameters):,}"))
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        table = [
            f" {a:>{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}".rstrip() for a, b, c, d in rows
        ]
        return "\n".join([f"Network of {count:,} parameters, {self.dtype}", *table])


def _heights(layers: Sequence[Layer]) -> list[int | None]:
    """How many rows go into the first layer and come out of each; None where it may be any number."""
    heights: list[int | None] = [first_rows_in(layers)]
    for number, layer in enumerate(layers):
        try:
            heights.append(layer.rows_out(heights[-1]))
        except ValueError as error:
            raise ValueError(f"layers[{number}] does not fit the layers before it: {error}") from None
    return heights
