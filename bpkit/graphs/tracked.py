"""The base of recorded and forward-mode values, and how an operation picks the innermost recording."""

import itertools
from collections.abc import Callable
from functools import partial
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
    outer one would find 3 instead of 6. So an operation belongs to the innermost recording among its inputs, which
    treats all others as constants; but they stay values of the outer recordings, which record the operation in turn.
    """

    __slots__ = ("closed", "f", "looked_at", "number", "size")
    numbers = itertools.count()  # shared by all threads, so that no two recordings have the same number

    def __init__(self, f: Any) -> None:
        self.number = next(Recording.numbers)
        self.f = f  # the function that is being differentiated
        self.size = 0  # operations so far
        self.looked_at = False  # whether the program compared values, or branched on them
        self.closed = False

    def close(self) -> None:
        """End the recording. Without its size, using a value that leaked fails."""
        self.closed = True
        del self.size


class Tracked:
    """A value of one recording; `value` is the plain array inside, or a value of an outer recording."""

    __slots__ = ("recording", "value")
    recording: Recording
    value: Any
    operation: Any = "forward mode"  # a node of reverse mode says which
    differentiated = True  # unlike a value whose operations are only written down

    def follow(self, rule: Any, value: Any, inputs: Any, values: Any, settings: dict[str, Any]) -> Any:
        """Return the result of an operation as a value of this one's kind and recording."""
        raise NotImplementedError

    def trace(self, rule: Any, inputs: Any, settings: Any) -> Any:
        """Write down an operation of a value that is not differentiated."""
        raise NotImplementedError

    def length(self, square: Callable[[], Any]) -> Any:
        """Return this value as a `lengths.Length`."""
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
        elif isinstance(x, (float, int)) or (type(x) is np.ndarray and x.dtype.kind in "fiub"):
            continue
        elif isinstance(x, (list, tuple, range)):
            return apply(rule, [np.asarray(x) if isinstance(x, (list, tuple, range)) else x for x in inputs], settings)
        elif rule.sparse is not None and hasattr(x, "tocsr"):
            return rule.sparse(*inputs)
        else:
            _refuse_foreign(rule, x)
    if top is None:
        return rule.function(*inputs, **settings)
    if not top.differentiated:
        return top.trace(rule, inputs, settings)
    recording = top.recording
    values = [x.value if isinstance(x, Tracked) and x.recording is recording else x for x in inputs]
    value = rule.function(*values, **settings)
    if rule.one_input:
        return top.follow(rule, value, inputs, values, settings)
    if not rule.own:
        inputs, values = _in_one_type(value.dtype, inputs, values)
    y = top.follow(rule, value, inputs, values, settings)
    if rule.square is None or y is value or not is_differentiated(value) or np.all(plain(value)):
        return y
    return y.length(partial(rule.square, *inputs, **settings))


def _in_one_type(dtype: Any, inputs: Any, values: Any) -> tuple[Any, Any]:
    """Return the inputs and their values in the type of the result, in which the rule is to compute.

    In its own type, a uint8 would overflow and a float16 be rounded. Values of recordings stay as they are among the
    inputs, as parts of the graph.
    """
    if len(values) == 1:
        return inputs, values
    for x in values:
        if not isinstance(x, (float, int)) and x.dtype is not dtype:
            values = [x if isinstance(x, (float, int)) else converted(x, dtype) for x in values]
            return [x if isinstance(x, Tracked) else v for x, v in zip(inputs, values, strict=True)], values
    return inputs, values


def converted(x: Any, dtype: Any) -> Any:
    """Return a value or an array in another type."""
    return x if x.dtype == dtype else x.astype(dtype)


def is_differentiated(x: Any) -> bool:
    """Whether the derivative of x is being followed."""
    return isinstance(x, Tracked) and x.differentiated


def plain(x: Any) -> Any:
    """Return what is inside without a derivative, and note in its recordings that the program looked at it."""
    while is_differentiated(x):
        x.recording.looked_at = True
        x = x.value
    return x


def _refuse_foreign(rule: Any, x: Any) -> None:
    """Raise DerivativeError for constants that are not real numbers or arrays of them."""
    if not isinstance(x, np.ndarray | np.generic | complex):
        if rule.own:
            return
        fix = "x.toarray()" if hasattr(x, "toarray") else "np.asarray(x)"
        raise DerivativeError(
            f"{rule.name} meets a {type(x).__name__}, which is neither a number nor an array of NumPy: use {fix}."
        )
    if isinstance(x, np.matrix | np.ma.MaskedArray):
        raise DerivativeError(
            f"{rule.name} meets a {type(x).__name__}, whose arithmetic is not that of arrays: use np.asarray on it."
        )
    kind = "c" if isinstance(x, complex) else x.dtype.kind
    if kind == "c":
        raise DerivativeError(
            f"{rule.name} meets a complex number, but derivatives here are of real functions of real numbers: "
            "compute with the real and the imaginary part."
        )
    if kind == "O":
        raise DerivativeError(
            f"{rule.name} meets an array of Python objects, whose derivatives cannot be followed: if it is a list of "
            "values that are being differentiated, use np.stack."
        )


def leaked(x: Any) -> DerivativeError:
    """Return the error for a value whose recording is closed."""
    return DerivativeError(
        f"a value of shape {x.shape} ({x.operation}) comes from a call of {name_of(x.recording.f)} that has ended, and "
        "its derivative with it: compute it anew in each call, or keep bp.stop_gradient(x) instead of x."
    )


def not_leaked(x: Any) -> Any:
    """Return x; raise DerivativeError if it belongs to a closed recording."""
    if isinstance(x, Tracked) and x.recording.closed:
        raise leaked(x)
    return x


def name_of(f: Any) -> str:
    """The name of a function in messages."""
    name = getattr(f, "__name__", "f")
    return "the function" if name == "<lambda>" else name


def no_index() -> DerivativeError:
    """Return the error for an index that is being differentiated."""
    return DerivativeError(
        "an index is a value that is being differentiated, but which entry is taken has no derivative: use "
        "int(bp.stop_gradient(i)), or a comparison such as x[x > 0]."
    )
