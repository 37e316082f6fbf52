"""The base of recorded and forward-mode values, and how an operation picks the innermost recording."""

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np


class DerivativeError(TypeError):
    """Raised where there is no derivative, or where it would be lost or wrong."""


class Recording:
    """One differentiation; of two nested ones, the inner has the larger number, which tells their values apart.

    Take d/dx (x · d/dy (x·y)) at x = 3, y = 2. The inner derivative is x, so this is d/dx x² = 6:

    >>> import bpkit as bp
    >>> along_one = lambda f, at: bp.jvp(f, (at,), (1.0,))[1]  # forward mode; bp.grad gives the same
    >>> float(along_one(lambda x: x * along_one(lambda y: x * y, 2.0), 3.0))
    6.0

    The product x·y has an input from each differentiation. If they were not told apart, the inner one would follow the
    tangent of x too and find x + y = 5 instead of x = 3 ("perturbation confusion"). If x were a plain number there, the
    outer one would lose x in the result and find 3 instead of 6. So an operation belongs to the innermost recording
    among its inputs, for which all other inputs are constants; and it computes with these constants as they are, values
    of the outer recordings, which record it in their turn.
    """

    __slots__ = ("looked_at", "number", "size")
    numbers = itertools.count()  # shared by all threads, so that no two recordings have the same number

    def __init__(self) -> None:
        self.number = next(Recording.numbers)
        self.size = 0  # operations so far
        self.looked_at = False  # whether the program compared values, or branched on them


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
    """Carry out an operation on values of any recordings, and record it in the innermost."""
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
    """Return the plain array inside, and note in its recordings that the program looked at it."""
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
    """Return the error for an index that is being differentiated."""
    return DerivativeError(
        "an index is a value that is being differentiated, but which entry is taken has no derivative: use "
        "int(bp.stop_gradient(i)), or a comparison such as x[x > 0]."
    )
