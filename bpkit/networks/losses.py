"""Losses: how far the network's output is from the targets, and the derivative; and penalties on the weights."""

import math
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from bpkit.numerical.arguments import real_array, real_number
from bpkit.numerical.arrays import Array
from bpkit.numerical.underflow import ignore_underflow

Reduction = Literal["sum", "mean"]


@dataclass(frozen=True)
class Loss:
    """The interface of all losses: called with the output f and the targets y, whose columns are examples.

    `reduction` is "sum", as in 7.2, or "mean", which divides as PyTorch does. Each of the three ways to call a loss
    takes `weights` (I,), one number for each example, which its loss and its column of the derivative are multiplied
    by. "mean" still divides by the number of examples, not by the sum of the weights: a weight then means the same in
    every minibatch. To divide by the sum of the weights, pass
    `weights / weights.mean()`.
    """

    reduction: Reduction = "sum"

    def __post_init__(self) -> None:
        if self.reduction not in ("sum", "mean"):
            raise ValueError(f'reduction is {self.reduction!r}, expected "sum" or "mean".')

    def __call__(self, f: Any, y: Any, *, weights: Any = None) -> float:
        """Return the loss of the batch."""
        return self.value_and_gradient(f, y, **if_any(weights))[0]

    def gradient(self, f: Any, y: Any, *, weights: Any = None) -> Array:
        """Return ∂ℓ/∂f, of the shape of f."""
        return self.value_and_gradient(f, y, **if_any(weights))[1]

    def value_and_gradient(
        self, f: Any, y: Any, out: Array | None = None, *, weights: Any = None
    ) -> tuple[float, Array]:
        """Return the loss and ∂ℓ/∂f, which share most of their work; the gradient may be written to `out`.

        Raises TypeError or ValueError when f, y and the weights do not match.
        """
        raise NotImplementedError(f"{type(self).__name__} has no value_and_gradient.")


class LeastSquares(Loss):
    """ℓ = Σ (f − y)² over all outputs and examples; ∂ℓ/∂f = 2(f − y). "mean" divides by I·D_o.

    f and y have the same shape (D_o, I).

    Raises TypeError or ValueError when f and y do not match.

    Source: equation 7.35.

    >>> LeastSquares()([[1.0, 2.0]], [[0.0, 4.0]])
    5.0
    """

    @ignore_underflow
    def value_and_gradient(
        self, f: Any, y: Any, out: Array | None = None, *, weights: Any = None
    ) -> tuple[float, Array]:
        f = _outputs(f)
        y = _targets(y, f)
        share = 1 / f.size if self.reduction == "mean" else 1
        difference = np.subtract(f, y, out=out)
        weights = _weights(weights, f)
        value = share * float(np.vdot(difference, _weighted(difference, weights)))  # 7.35
        difference *= _weighted(2 * share, weights)
        return value, difference


class BinaryCrossEntropy(Loss):
    """ℓ = −Σ (1 − y)·log(1 − sig f) + y·log sig f, for logits f and y in {0, 1}; ∂ℓ/∂f = sig f − y.

    Computed as softplus(f) − y·f, which cannot overflow. f and y have the same shape (D_o, I); "mean" divides by I·D_o.

    Raises TypeError or ValueError when f and y do not match, or y holds anything but 0 and 1.

    Source: equations 7.36 and 7.37.

    >>> round(BinaryCrossEntropy()([[0.0, 800.0]], [[1, 1]]), 4)
    0.6931
    """

    @ignore_underflow
    def value_and_gradient(
        self, f: Any, y: Any, out: Array | None = None, *, weights: Any = None
    ) -> tuple[float, Array]:
        f = _outputs(f)
        y = _targets(y, f)
        wrong = y[(y != 0) & (y != 1)]
        if wrong.size:
            slip = ": did you mean (y + 1) / 2?" if np.all(np.abs(y) == 1) else "."
            raise ValueError(f"y holds {wrong[0]:g}, expected 0 or 1 for each output{slip}")
        share = 1 / f.size if self.reduction == "mean" else 1
        small = np.exp(-np.abs(f))
        softplus = np.maximum(f, 0) + np.log1p(small)
        weights = _weights(weights, f)
        value = share * float(np.sum(_weighted(softplus - y * f, weights)))  # 7.36
        sigmoid = np.where(f >= 0, 1, small) / (1 + small)  # 7.37
        gradient = np.subtract(sigmoid, y, out=out)
        gradient *= _weighted(share, weights)
        return value, gradient


class CrossEntropy(Loss):
    """ℓ = −Σ log q_y, where q = softmax(f) column by column; ∂ℓ/∂f = q − p, with p the one-hot column of y.

    f are logits of shape (D_o, I) and y integer labels 0 … D_o − 1 of shape (I,); "mean" divides by I. Computed as
    log Σ exp(f − max f) − (f_y − max f), which cannot overflow.

    Raises TypeError or ValueError when f and y do not match.

    >>> CrossEntropy()([[0.0, 1e4], [0.0, 0.0]], [1, 0]).__round__(4)
    0.6931
    """

    @ignore_underflow
    def value_and_gradient(
        self, f: Any, y: Any, out: Array | None = None, *, weights: Any = None
    ) -> tuple[float, Array]:
        f = _outputs(f)
        y = _labels(y, f)
        each = np.arange(f.shape[1])
        weights = _weights(weights, f)
        share = 1 / f.shape[1] if self.reduction == "mean" else 1
        shifted = np.subtract(f, f.max(axis=0), out=out)
        picked = shifted[y, each]
        powers = np.exp(shifted, out=shifted)
        total = powers.sum(axis=0)
        value = share * float(np.sum(_weighted(np.log(total) - picked, weights)))
        gradient = powers
        gradient *= _weighted(share, weights) / total  # q
        gradient[y, each] -= _weighted(share, weights)  # q − p
        return value, gradient


class Penalty(Protocol):
    """A term added to the loss that depends on the weights alone."""

    def __call__(self, omega: Any) -> float:
        """Return the penalty."""

    def gradient(self, omega: Array) -> Array:
        """Return its derivative with respect to one weight matrix."""


@dataclass(frozen=True)
class _WeightPenalty:
    """A penalty that is multiplied by a strength λ."""

    strength: float

    def __post_init__(self) -> None:
        if real_number("strength", self.strength) < 0:
            raise ValueError(f"strength is {self.strength!r}, expected a λ that is not negative.")


class L2(_WeightPenalty):
    """s = λ/2 · Σ_k ‖Ω_k‖², the penalty on the weights (not the biases); ∂s/∂Ω_k = λΩ_k.

    Called with a list of weight matrices such as `net.omega`.

    Raises ValueError when λ is negative.

    >>> import numpy as np
    >>> L2(0.1)([np.array([[3.0, 4.0]])])
    1.25
    """

    def __call__(self, omega: Any) -> float:
        return self.strength / 2 * math.fsum(float(np.vdot(weights, weights)) for weights in omega)

    @ignore_underflow
    def gradient(self, omega: Array) -> Array:
        """Return ∂s/∂Ω for one weight matrix Ω."""
        return omega.dtype.type(self.strength) * omega


class L1(_WeightPenalty):
    """s = λ · Σ_k Σ |Ω_k|, the penalty on the weights (not the biases); ∂s/∂Ω_k = λ sign Ω_k.

    At the kink 0 the subgradient 0 is taken, so the penalty leaves a zero weight at zero. Called with a list of weight
    matrices such as `net.omega`.

    Raises ValueError when λ is negative.

    >>> import numpy as np
    >>> L1(0.5)([np.array([[3.0, -4.0, 0.0]])])
    3.5
    >>> L1(0.5).gradient(np.array([[3.0, -4.0, 0.0]]))
    array([[ 0.5, -0.5,  0. ]])
    """

    def __call__(self, omega: Any) -> float:
        return self.strength * math.fsum(float(np.abs(weights).sum()) for weights in omega)

    def gradient(self, omega: Array) -> Array:
        """Return ∂s/∂Ω for one weight matrix Ω; 0 where Ω is 0."""
        return omega.dtype.type(self.strength) * np.sign(omega)


def _outputs(f: Any) -> Array:
    f = np.asarray(f)
    if f.dtype.kind != "f":
        if f.dtype.kind not in "iub":
            raise TypeError(f"f is {f.dtype}, expected the network's output, real numbers.")
        f = f.astype(float)
    if f.ndim != 2 or 0 in f.shape:
        raise ValueError(f"f has shape {f.shape}, expected (D_o, I): a column for each example, and at least one.")
    return f


def _targets(y: Any, f: Array) -> Array:
    """Targets of the same shape as the outputs: broadcasting would silently give a wrong loss."""
    y = np.asarray(y)
    if y.dtype.kind in "iub":
        y = y.astype(f.dtype)
    if y.dtype != f.dtype:
        fix = f": convert it with y.astype(np.{f.dtype})" if y.dtype.kind == "f" else ""
        raise TypeError(f"y is {y.dtype}, but the output is {f.dtype}{fix}.")
    if y.shape != f.shape:
        slip = "."
        if y.ndim == 2 and y.T.shape == f.shape:
            slip = ": did you mean y.T?"
        elif y.size == f.size:
            slip = f": did you mean y.reshape({f.shape[0]}, {f.shape[1]})?"
        raise ValueError(f"y has shape {y.shape}, but the output has shape {f.shape}, a column for each example{slip}")
    if not math.isfinite(np.vdot(y, y)) and not np.isfinite(y).all():
        row, column = map(int, np.argwhere(~np.isfinite(y))[0])
        raise ValueError(f"y holds {y[row, column]} in row {row} of example {column}, expected finite numbers.")
    return y


def if_any(weights: Any) -> dict[str, Any]:
    """Return the weights as a keyword argument, or no argument: a loss of the reader's own may take none.

    >>> if_any(None), if_any([1, 2])
    ({}, {'weights': [1, 2]})
    """
    return {} if weights is None else {"weights": weights}


def _weights(weights: Any, f: Array) -> Array | None:
    """The weights of the examples, in the type of the outputs; None where every example counts once."""
    return None if weights is None else example_weights(weights, f.shape[1]).astype(f.dtype)


def example_weights(weights: Any, examples: int | None = None) -> NDArray[np.float64]:
    """Return one weight, not negative, for each of so many examples (None: any number, but at least one).

    Raises TypeError or ValueError for anything else.

    >>> example_weights([1, 2], 2)
    array([1., 2.])
    """
    shape = None if examples is None else (examples,)
    weights = real_array("weights", weights, shape=shape, slip="one weight for each example.")
    if weights.ndim != 1 or not weights.size:
        raise ValueError(f"weights has shape {weights.shape}, expected (I,): one weight for each example.")
    if weights.min() < 0:
        raise ValueError(
            f"weights holds {weights.min():g} for example {weights.argmin()}, expected no negative number: a loss that "
            "counts less than nothing would be made as large as possible."
        )
    return weights


def _weighted(number: Any, weights: Array | None) -> Any:
    """`number`, or a column for each example, multiplied by the weights of the examples."""
    return number if weights is None else number * weights


def _labels(y: Any, f: Array) -> NDArray[np.intp]:
    rows, examples = f.shape
    y = np.asarray(y)
    if y.shape == f.shape and y.ndim == 2 and rows > 1:
        raise ValueError(
            f"y has shape {y.shape}, expected ({examples},), the number of the right row for each example: "
            "did you mean y.argmax(axis=0)?"
        )
    if y.dtype.kind not in "iu":
        raise TypeError(f"y is {y.dtype}, expected integer labels 0 … {rows - 1}, one for each example.")
    if y.shape != (examples,):
        slip = ": did you mean y.ravel()?" if y.size == examples else "."
        raise ValueError(f"y has shape {y.shape}, expected ({examples},), one label for each example{slip}")
    if y.min() < 0 or y.max() >= rows:
        number = int(np.argmax((y < 0) | (y >= rows)))
        slip = ": do your labels count from 1?" if y.min() == 1 and y.max() == rows else "."
        raise ValueError(f"y holds the label {y[number]} for example {number}, expected 0 … {rows - 1}{slip}")
    return y
