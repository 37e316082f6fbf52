"""The distribution of labels behind a classifier's predictions, by solving with its confusion matrix."""

import warnings
from typing import Any, NamedTuple

import numpy as np

from bpkit.numerical.arguments import real_array
from bpkit.numerical.arrays import Array
from bpkit.shift.confusion_matrix import labels

NEARLY_SINGULAR = 100.0  # condition number from which a warning says so


class LabelDistribution(NamedTuple):
    """An estimate of p(y) in the target.

    `p` (K,) sums to 1, though an entry may be negative (see `bp.shift.project`). `standard_errors` (K,) say how far
    each is off by chance; `condition` is the condition number of C, by which errors of the predictions may be
    multiplied.
    """

    p: Array
    standard_errors: Array
    condition: float


def label_distribution(C: Any, predictions: Any, *, counts: Any = None) -> LabelDistribution:
    """Return p(y) in the target, from the predictions there: the solution of C p = μ.

    C (K, K) is what `bp.shift.confusion` returns: p(ŷ = i | y = j), which under label shift is the same in source and
    target. `predictions` (I,) are the classifier's labels for target examples, and μ their shares. `counts` (K,) says
    how many examples of each class C was counted on; without, the standard errors take C as exact.

    Warns if C is nearly singular: its classes are confused so much that the estimate says little.

    Raises TypeError or ValueError for a C whose columns do not sum to 1, or that cannot be solved with.

    Source: Dive into Deep Learning, section 4.7.3; Lipton, Wang and Smola (2018), "Detecting and
    correcting for label shift with black box predictors".

    >>> found = label_distribution([[0.9, 0.2], [0.1, 0.8]], [0] * 55 + [1] * 45)
    >>> found.p, found.condition.__round__(2)
    (array([0.5, 0.5]), 1.46)
    """
    C = checked_confusion(C)
    classes = C.shape[0]
    predictions = labels("predictions", predictions, classes)
    mu = np.bincount(predictions, minlength=classes) / predictions.size
    condition = float(np.linalg.cond(C))
    if not condition < 1 / np.finfo(float).eps:
        raise ValueError(f"C cannot be solved with: {_singular(C)}")
    if condition > NEARLY_SINGULAR:
        warnings.warn(
            f"C is nearly singular, its condition number is {condition:.0f}: classes that are confused this often "
            "cannot be told apart by counting, so look at the standard errors.",
            stacklevel=2,
        )
    inverse = np.linalg.inv(C)
    p = inverse @ mu
    covariance = _multinomial(mu, predictions.size)
    if counts is not None:
        for column, share, count in zip(C.T, p, _counts(counts, classes), strict=True):
            covariance += share**2 * _multinomial(column, count)
    errors = np.sqrt(np.diag(inverse @ covariance @ inverse.T).clip(0))
    return LabelDistribution(p, errors, condition)


def checked_confusion(value: Any) -> Array:
    """Return C as an array if its columns are distributions, or raise a ValueError that says what it may be instead.

    >>> checked_confusion([[0.9, 0.2], [0.1, 0.8]])
    array([[0.9, 0.2],
           [0.1, 0.8]])
    """
    matrix = real_array("C", value)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] < 2:
        raise ValueError(f"C has shape {matrix.shape}, expected (K, K): a row and a column for each class.")
    if matrix.min() < 0:
        raise ValueError(f"C holds {matrix.min():g}, expected shares, none negative.")
    if np.allclose(matrix.sum(axis=0), 1):
        return matrix
    if np.isclose(matrix.sum(), 1):
        raise ValueError(
            "C sums to 1 as a whole, so it is the joint distribution of prediction and label, which label shift "
            "changes: divide each column by its sum, C / C.sum(axis=0)."
        )
    if np.allclose(matrix.sum(axis=1), 1):
        raise ValueError("the rows of C sum to 1, but its columns are to be the classes: did you mean C.T?")
    slip = ": are these counts? Divide by C.sum(axis=0)." if np.array_equal(matrix, matrix.round()) else "."
    raise ValueError(f"the columns of C sum to {np.round(matrix.sum(axis=0), 3).tolist()}, expected 1 each{slip}")


def _singular(C: Array) -> str:
    """Say why C is singular."""
    never = np.flatnonzero(~C.any(axis=1))
    if never.size:
        return f"class {never[0]} is never predicted, so its share leaves no trace in the predictions."
    return "two classes, or mixtures of classes, are predicted in exactly the same way."


def _multinomial(p: Array, count: float) -> Array:
    """The covariance of the shares of so many draws from p."""
    return (np.diag(p) - np.outer(p, p)) / count


def _counts(counts: Any, classes: int) -> Array:
    counts = real_array("counts", counts, shape=(classes,), slip="the number of examples of each class.")
    if counts.min() < 1:
        raise ValueError(f"counts holds {counts.min():g} for class {counts.argmin()}, expected at least 1.")
    return counts
