"""What a recorded and a forward-mode value have in common, and how an operation finds out whom it concerns."""

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np


class DerivativeError(TypeError):
    """Something that has no derivative, or whose derivative would be lost or wrong."""


class Recording:
    """What the values of one differentiation share. Of two that are nested, the inner one has the larger number.

    That is what keeps them apart: an operation on values of several recordings belongs to the innermost, and takes the
    others for constants.
    """

    __slots__ = ("looked_at", "number", "size")
    numbers = itertools.count()  # only ever counts up, in all threads, so that no two recordings have the same number

    def __init__(self) -> None:
        self.number = next(Recording.numbers)
        self.size = 0  # operations so far
        self.looked_at = False  # has the program compared values, or branched on them?


class Tracked:
    """A value of one recording; `value` is the plain array inside, or a value of an outer recording."""

    __slots__ = ("recording", "value")
    recording: Recording
    value: Any

    def follow(self, rule: Any, value: Any, inputs: Any, values: Any, settings: dict[str, Any]) -> Any:
        """Return the result of an operation as a value of this one's kind and recording."""
        raise NotImplementedError

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """`arraylike.ArrayLike` has shape, dtype and the rest."""


def apply(rule: Any, inputs: Any, settings: dict[str, Any]) -> Any:
    """Carry out an operation on values of any recordings, and note it in the innermost."""
    top = None
    for x in inputs:
        if isinstance(x, Tracked):
            if top is None or x.recording.number > top.recording.number:
                top = x
        elif isinstance(x, np.ndarray):
            if x.dtype.kind in "Oc" or isinstance(x, np.matrix | np.ma.MaskedArray):
                raise _foreign(rule, x)
        elif isinstance(x, complex | np.complexfloating):
            raise _foreign(rule, np.asarray(x))
        elif isinstance(x, list | tuple):
            return apply(rule, [np.asarray(x) if isinstance(x, list | tuple) else x for x in inputs], settings)
    if top is None:
        return rule.function(*inputs, **settings)
    recording = top.recording
    values = [x.value if isinstance(x, Tracked) and x.recording is recording else x for x in inputs]
    return top.follow(rule, rule.function(*values, **settings), inputs, values, settings)


def plain(x: Any) -> Any:
    """Return the plain array inside, and remember that the program looked at it."""
    while isinstance(x, Tracked):
        x.recording.looked_at = True
        x = x.value
    return x


def _foreign(rule: Any, x: Any) -> DerivativeError:
    if isinstance(x, np.matrix | np.ma.MaskedArray):
        return DerivativeError(
            f"{rule.name} meets a {type(x).__name__}, whose arithmetic is not that of arrays: use np.asarray on it."
        )
    if x.dtype.kind == "c":
        return DerivativeError(
            f"{rule.name} meets a complex number, but derivatives here are of real functions of real numbers: "
            "compute with the real and the imaginary part."
        )
    return DerivativeError(
        f"{rule.name} meets an array of Python objects, whose derivatives cannot be followed: if it is a list of "
        "values that are being differentiated, use np.stack."
    )


def no_index() -> DerivativeError:
    """Return what to raise for an index that is being differentiated."""
    return DerivativeError(
        "an index is a value that is being differentiated, but which entry is taken has no derivative: use "
        "int(bp.stop_gradient(i)), or a comparison such as x[x > 0]."
    )
