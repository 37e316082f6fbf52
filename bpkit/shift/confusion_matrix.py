"""The confusion matrix of a classifier: how often each class is predicted, for examples of each class."""

from typing import Any

import numpy as np

from bpkit.numerical.arguments import whole_number
from bpkit.numerical.arrays import Array


def confusion(predictions: Any, y: Any, classes: int) -> Array:
    """Return C (K, K), whose entry C_ij is the share of predictions i among the examples of class j.

    It estimates p(ŷ = i | y = j), so each column sums to 1. `predictions` and `y` are labels 0 … K − 1 of shape (I,),
    of examples the classifier was not trained on; K is `classes`. For the outputs of a network pass
    `net(x).argmax(axis=0)`.

    Raises TypeError or ValueError for labels that do not fit, and for a class of which y has no example: its column
    would be unknown.

    >>> confusion([0, 1, 1, 1], [0, 0, 1, 1], classes=2)
    array([[0.5, 0. ],
           [0.5, 1. ]])
    """
    classes = whole_number("classes", classes, least=2)
    predictions, y = labels("predictions", predictions, classes), labels("y", y, classes)
    if predictions.shape != y.shape:
        raise ValueError(f"predictions has {predictions.size} examples, but y {y.size}; expected one prediction each.")
    counts = np.bincount(y, minlength=classes)
    if not counts.all():
        raise ValueError(f"y has no example of class {counts.argmin()}, so nothing is known about how it is predicted.")
    pairs = np.bincount(predictions * classes + y, minlength=classes * classes)
    return pairs.reshape(classes, classes) / counts


def labels(name: str, value: Any, classes: int) -> Array:
    """Return labels 0 … K − 1 (I,) as an array, or raise an error that names them.

    >>> labels("y", [0, 2], 3)
    array([0, 2])
    """
    array = np.asarray(value)
    if array.ndim == 2:
        raise ValueError(
            f"{name} has shape {array.shape}, expected labels of shape (I,): did you mean {name}.argmax(axis=0)?"
        )
    if array.ndim != 1 or not array.size:
        raise ValueError(f"{name} has shape {array.shape}, expected labels of shape (I,), and at least one.")
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} is {array.dtype}, expected whole numbers 0 … {classes - 1}, one for each example.")
    if array.min() < 0 or array.max() >= classes:
        number = int(np.argmax((array < 0) | (array >= classes)))
        slip = ": do they count from 1?" if array.min() == 1 and array.max() == classes else "."
        raise ValueError(f"{name} holds {array[number]} for example {number}, expected 0 … {classes - 1}{slip}")
    return array.astype(np.intp)  # what counts and indices are on this platform: 32 bits in a browser
