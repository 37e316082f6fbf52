"""The numbers of the gate viewer (chapter 2): a small ReLU network, its passes (7.23–7.25), and a changed parameter."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bpkit.numerical.arguments import real_array

Array = NDArray[np.float64]
Parameter = tuple[str, int, int, int]  # (kind, k, row, column), counted from 0; the column of a bias is 0

LARGEST = 3.0  # x and y lie between −3 and 3
REACH = 1.0  # and a change of a parameter between −1 and 1
K = 3

# One decimal each, so that the passes can be followed with pencil and paper. No two paths cancel, whatever gates are
# open: a derivative is 0 only because of a closed gate, an input of 0, or a loss of 0 (the tests try all patterns).
OMEGA = (
    ((-0.5, -1.2), (0.5, 0.8), (0.5, -0.6)),
    ((0.5, 0.5, 0.8), (0.5, 1.0, -1.2), (0.8, -0.4, 0.5)),
    ((1.2, -0.5, 0.4), (-0.6, -0.6, -0.4), (-0.4, 0.5, -0.4)),
    ((1.0, 1.2, -0.6),),
)
BETA = (
    ((0.5,), (-0.4,), (-0.4,)),
    ((-0.5,), (-0.2,), (-0.2,)),
    ((-1.0,), (1.0,), (0.2,)),
    ((-0.2,),),
)


class GateNumbers(NamedTuple):
    """All numbers of one forward and backward pass; f[k], h[k] and dl_df[k] are columns, as in the book."""

    f: tuple[Array, ...]
    h: tuple[Array, ...]
    loss: float
    dl_df: tuple[Array, ...]
    dl_domega: tuple[Array, ...]
    dl_dbeta: tuple[Array, ...]


class GateChange(NamedTuple):
    """What changing one parameter does: the numbers before and after, and the change of the loss.

    The true change is predicted + from_square + from_flips. The prediction, derivative × change, is first order; the
    loss is a square, which adds (Δf_3)², and whatever is left is there only when gates flip. `flipped` holds
    (layer, unit, opens) of each of them, layers counted from 1 as in h_1, units from 0.
    """

    before: GateNumbers
    after: GateNumbers
    derivative: float
    predicted: float
    true: float
    from_square: float
    from_flips: float
    flipped: tuple[tuple[int, int, bool], ...]


def gate_numbers(x: ArrayLike, y: float) -> GateNumbers:
    """Run the network with weights OMEGA and biases BETA forward (7.23) and backward (7.24, 7.25) for one example.

    `x` holds the two inputs, shape (2,), and `y` is the target; the loss is (f_3 − y)². The slope of the ReLU at 0 is
    0, so a unit with f = 0 is closed. Sums are rounded to 12 decimals: what is 0 with pencil and paper is 0 here.

    Raises TypeError or ValueError when an argument is not a number between −3 and 3 or `x` has another shape.

    Source: section 7.4.

    >>> [f.ravel().tolist() for f in gate_numbers((1.0, -1.0), 1.0).f[:2]]
    [[1.2, -0.7, 0.7], [0.66, -0.44, 1.11]]
    """
    inputs, target = _in_range("x", x, (2,), LARGEST), _in_range("y", y, (), LARGEST)
    return _passes(inputs.reshape(2, 1), float(target), _arrays(OMEGA), _arrays(BETA))


def gate_change(x: ArrayLike, y: float, changed: Parameter, by: float) -> GateChange:
    """Compare the network with one where the parameter `changed` is larger by `by`.

    `changed` is (kind, k, row, column), counted from 0: entry [row, column] of Ω_k for kind "omega", of β_k for kind
    "beta", where the column is 0. `x` and `y` are those of `gate_numbers`.

    Raises what `gate_numbers` raises, and ValueError when there is no such parameter or `by` is not between −1 and 1.

    >>> change = gate_change((1.0, -1.0), 1.0, ("beta", 3, 0, 0), by=0.5)
    >>> round(change.predicted, 4), round(change.true, 4), round(change.from_square, 4)
    (-0.772, -0.522, 0.25)
    """
    before = gate_numbers(x, y)
    if not (isinstance(changed, tuple) and changed in parameters()):
        raise ValueError(
            f'changed is {changed!r}, expected (kind, k, row, column) such as ("omega", 1, 2, 0), with kind "omega" or '
            '"beta" and an entry that Ω_k or β_k has: row and column count from 0, and the column of a bias is 0.'
        )
    by = float(_in_range("by", by, (), REACH))
    kind, k, row, column = changed
    omega, beta = _arrays(OMEGA), _arrays(BETA)
    (omega if kind == "omega" else beta)[k][row, column] += by
    after = _passes(before.h[0], float(y), omega, beta)
    derivative = float((before.dl_domega if kind == "omega" else before.dl_dbeta)[k][row, column])
    predicted, true = derivative * by, after.loss - before.loss
    from_square = float(after.f[K][0, 0] - before.f[K][0, 0]) ** 2
    flipped = tuple(
        (k + 1, unit, bool(after.f[k][unit, 0] > 0))
        for k in range(K)
        for unit in np.flatnonzero((after.f[k] > 0) != (before.f[k] > 0)).tolist()
    )
    from_flips = true - predicted - from_square
    return GateChange(before, after, derivative, predicted, true, from_square, from_flips, flipped)


def parameters() -> tuple[Parameter, ...]:
    """Return every parameter of the network as (kind, k, row, column), layer by layer, the biases last in each.

    >>> len(parameters()), parameters()[0]
    (37, ('omega', 0, 0, 0))
    """
    return tuple(
        (kind, k, row, column)
        for k in range(K + 1)
        for kind, values in (("omega", OMEGA[k]), ("beta", BETA[k]))
        for row in range(len(values))
        for column in range(len(values[0]))
    )


def _passes(x: Array, y: float, omega: list[Array], beta: list[Array]) -> GateNumbers:
    """Forward and backward for one column x."""
    f, h = [_exact(beta[0] + omega[0] @ x)], [x]  # 7.23
    for k in range(1, K + 1):
        h.append(np.where(f[k - 1] > 0, f[k - 1], 0.0))  # 7.23, a ReLU
        f.append(_exact(beta[k] + omega[k] @ h[k]))  # 7.23
    error = _exact(f[K] - y)
    g = 2 * error
    dl_df, dl_domega, dl_dbeta = [g], [g @ h[K].T], [g]  # 7.22, 7.21
    for k in range(K, 0, -1):
        g = (f[k - 1] > 0) * (omega[k].T @ g)  # 7.24
        dl_df.insert(0, g)
        dl_dbeta.insert(0, g)  # 7.24; for k − 1 = 0, 7.25
        dl_domega.insert(0, g @ h[k - 1].T)  # 7.24; for k − 1 = 0, where h_0 is x, 7.25
    loss = float(error[0, 0]) ** 2
    return GateNumbers(tuple(f), tuple(h), loss, tuple(dl_df), tuple(dl_domega), tuple(dl_dbeta))


def _exact(values: Array) -> Array:
    """Take out the noise of binary fractions, which would open a gate at 0.3 − 3·0.1."""
    return np.asarray(np.round(values, 12) + 0.0)  # adding 0.0 turns −0 into 0


def _arrays(values: Any) -> list[Array]:
    """A copy that may be changed."""
    return [np.array(value) for value in values]


def _in_range(name: str, value: Any, shape: tuple[int, ...], largest: float) -> Array:
    slip = "the network has two inputs, x_1 and x_2." if shape else "one number."
    array = real_array(name, value, shape=shape, slip=slip)
    if np.any(np.abs(array) > largest):
        raise ValueError(f"{name} is {value!r}, expected values between −{largest:g} and {largest:g}.")
    return array
