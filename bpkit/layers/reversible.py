"""Reversible residual layers: what went in is computed from what came out, so that nothing in between is stored."""

import copy
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from bpkit.layers.composite import Composite
from bpkit.layers.layer import Array, Arrays, Layer, Out, Rng
from bpkit.layers.sequence import backward_through, checked_layers, forward_through, split_by_layer
from bpkit.numerical.underflow import ignore_underflow

Layers = tuple[Layer, ...]


class Run(NamedTuple):
    """What it takes to run F or G once more as it ran the first time: a few numbers, and no activations."""

    training: bool
    rng: Rng  # as it was before
    statistics: list[Any]  # what layers with running statistics stored; None for all others


class Reversible(Composite):
    """Couplings, one after another; each splits its rows into halves x1 and x2 and changes one by the other:

        y1 = x1 + F(x2)        x2 = y2 − G(y1)
        y2 = x2 + G(y1)        x1 = y1 − F(x2)

    `couplings` is a list of pairs (F, G), each of them a list of layers with as many rows out as in. The right-hand
    column gives back the input (`inverse`), up to rounding. So the way back needs the output alone, at the price of a
    second run of every F and G, and however many couplings there are, the trace holds x and y.

    Raises ValueError for an odd number of rows or an F or G that changes their number, TypeError if an
    element is not a Layer.

    Source: Gomez et al. (2017), "The reversible residual network: backpropagation without storing activations".

    >>> from bpkit.layers import Linear, ReLU
    >>> layer = Reversible([([Linear(2, 2, rng=0), ReLU()], [Linear(2, 2, rng=1), ReLU()])])
    >>> layer
    Reversible (Linear 2 → 2, ReLU() | Linear 2 → 2, ReLU())
    >>> x = np.arange(4.0)[:, None]
    >>> y, _ = layer.forward(x)
    >>> bool(np.allclose(layer.inverse(y), x))
    True
    """

    made_of = "couplings"

    def __init__(self, couplings: Sequence[tuple[Sequence[Layer], Sequence[Layer]]]) -> None:
        self.couplings = tuple(_pair(number, pair) for number, pair in enumerate(couplings))
        if not self.couplings:
            raise ValueError("couplings is empty, expected at least one pair of lists of layers (F, G).")
        # F of the first coupling, its G, F of the second …
        super().__init__(tuple(layer for pair in self.couplings for function in pair for layer in function))
        self.rows_out(self.rows_in)

    @property
    def rows_in(self) -> int | None:
        half = super().rows_in
        return None if half is None else 2 * half

    def rows_out(self, rows_in: int | None) -> int | None:
        if rows_in is not None and rows_in % 2:
            raise ValueError(f"{self} splits its rows into halves, but {rows_in} come in, an odd number.")
        half = None if rows_in is None else rows_in // 2
        for pair in self.couplings:
            for name, function in zip("FG", pair, strict=True):
                rows = half
                for layer in function:
                    rows = layer.rows_out(rows)
                if rows != half:
                    raise ValueError(
                        f"{name} of {self} takes {half} rows and gives {rows}, but its output is added to a half of "
                        "the rows: they need as many."
                    )
        return rows_in

    def forward(self, x: Array, *, training: bool = False, rng: Rng = None, out: Out = None) -> tuple[Array, Any]:
        self.rows_out(x.shape[0])
        first, second = np.split(x, 2)
        runs: list[Run] = []
        for f, g in self.couplings:
            first = first + _first_run(f, second, training, rng, runs)
            second = second + _first_run(g, first, training, rng, runs)
        return np.concatenate([first, second], out=out), runs

    @ignore_underflow
    def inverse(self, y: Array) -> Array:
        """Return the x whose output, outside training, is y.

        In floating point it is off by rounding errors, which grow from coupling to coupling.
        """
        self.rows_out(y.shape[0])
        first, second = np.split(y, 2)
        for f, g in reversed(self.couplings):
            second = second - forward_through(g, first)[0][-1]
            first = first - forward_through(f, second)[0][-1]
        return np.concatenate([first, second])

    def backward_collecting(
        self, x: Array, y: Array, stored: Any, dl_dy: Array, gradients: Arrays, dl_df: list[Array] | None, *,
        out: Out = None,
    ) -> Array:  # fmt: skip
        first, second = np.split(y, 2)
        g_first, g_second = np.split(dl_dy, 2)
        by_layer, runs = split_by_layer(self.layers, gradients), list(stored)
        for f, g in reversed(self.couplings):
            output, back = _reverse_run(g, first, g_second, runs.pop(), by_layer, dl_df)
            second, g_first = second - output, g_first + back
            output, back = _reverse_run(f, second, g_first, runs.pop(), by_layer, dl_df)
            first, g_second = first - output, g_second + back
        return np.concatenate([g_first, g_second], out=out)

    def remember(self, stored: Any) -> None:
        functions = (function for pair in self.couplings for function in pair)
        for function, run in zip(functions, stored, strict=True):
            for layer, statistics in zip(function, run.statistics, strict=True):
                if layer.state:
                    layer.remember(statistics)

    def __repr__(self) -> str:
        if len(self.couplings) > 1:
            return f"Reversible ({len(self.couplings)} couplings)"
        return f"Reversible ({' | '.join(', '.join(map(repr, function)) for function in self.couplings[0])})"


def _first_run(function: Layers, x: Array, training: bool, rng: Rng, runs: list[Run]) -> Array:
    """Return F(x), and note how it ran."""
    before = copy.deepcopy(rng)
    values, stored = forward_through(function, x, training=training, rng=rng)
    statistics = [one if layer.state else None for layer, one in zip(function, stored, strict=True)]
    runs.append(Run(training, before, statistics))
    return values[-1]


def _reverse_run(
    function: Layers, x: Array, dl_doutput: Array, run: Run, by_layer: list[Arrays], dl_df: list[Array] | None
) -> tuple[Array, Array]:
    """Return F(x) and ∂ℓ/∂x through F, and write the gradients of its layers, which are the last in `by_layer`."""
    values, stored = forward_through(function, x, training=run.training, rng=copy.deepcopy(run.rng))
    gradients = [by_layer.pop() for _ in function][::-1]
    return values[-1], backward_through(function, values, stored, dl_doutput, gradients, dl_df=dl_df)


def _pair(number: int, pair: Any) -> tuple[Layers, Layers]:
    """Return one coupling as two tuples of layers, or raise TypeError."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise TypeError(f"couplings[{number}] is {pair!r}, expected a pair (F, G) of lists of layers.")
    return checked_layers(pair[0]), checked_layers(pair[1])
