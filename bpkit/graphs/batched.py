"""Many gradients or tangents at once: the unit vectors of a Jacobian go through the rules together, along a new axis.

Gradients and tangents enter every rule linearly, and rules are plain NumPy. So for a Jacobian they need not run once
for each row: they run once, on arrays with a further axis, the first, of which they see nothing. What an operation
does with that axis is said here, in a line or two for each of the operations that rules are made of. Any other is done
row by row.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from bpkit.graphs.arraylike import ArrayLike
from bpkit.graphs.rules import FUNCTIONS, RULES, Rule
from bpkit.graphs.rules.elementwise import WHERE
from bpkit.graphs.rules.linear_algebra import SOLVE
from bpkit.graphs.rules.products import DOT, EINSUM, MATMUL
from bpkit.graphs.rules.reductions import CUMSUM, MEAN, SUM
from bpkit.graphs.rules.shapes import (
    AS_TYPE,
    BROADCAST,
    CONCATENATE,
    GETITEM,
    RESHAPE,
    SCATTER,
    TAKE,
    TRANSPOSE,
    TRIL,
    TRIU,
)
from bpkit.graphs.tracked import DerivativeError, Recording
from bpkit.graphs.variables import dtype_of

Function = Callable[..., Any]


class Batch(Recording):
    """What the values of one batch have in common: the number of rows, and of entries in the longest row so far."""

    __slots__ = ("longest", "rows")

    def __init__(self, rows: int) -> None:
        super().__init__(None)
        self.rows, self.longest = rows, 1


class Batched(ArrayLike):
    """As many arrays of one shape as the batch has rows; in `value` they lie along the first axis."""

    __slots__ = ()
    differentiated = False
    recording: Batch

    def __init__(self, recording: Batch, value: Any) -> None:
        self.recording, self.value = recording, value
        recording.longest = max(recording.longest, np.size(value) // recording.rows)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of each row."""
        return np.shape(self.value)[1:]

    @property
    def ndim(self) -> int:
        """The number of axes of each row."""
        return np.ndim(self.value) - 1

    @property
    def size(self) -> int:
        """The number of entries of each row."""
        return math.prod(self.shape)

    def trace(self, rule: Rule, inputs: Any, settings: Any) -> "Batched":
        """Carry out an operation on every row."""
        together = _elementwise if _is_elementwise(rule.function) else _TOGETHER.get(rule.function, _row_by_row)
        return Batched(self.recording, together(self.recording, rule.function, inputs, **settings))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> Any:
        if method == "__call__" and not settings and RULES.get(ufunc) is None and _is_elementwise(ufunc):
            return Batched(self.recording, _elementwise(self.recording, ufunc, inputs))  # a comparison, say
        return super().__array_ufunc__(ufunc, method, *inputs, **settings)

    def __array_function__(self, function: Function, types: Any, args: Any, settings: Any) -> Any:
        if function not in FUNCTIONS:  # np.any, say
            raise _chosen()
        return super().__array_function__(function, types, args, settings)

    def follow(self, rule: Rule, value: Any, inputs: Any, values: Any, settings: dict[str, Any]) -> "Batched":
        """Take the value of a function of one input, which is elementwise."""
        return Batched(self.recording, value)

    def __bool__(self) -> bool:
        raise _chosen()

    def __repr__(self) -> str:
        return f"Batched({self.value!r})"


def _chosen() -> DerivativeError:
    return DerivativeError("a derivative rule chose by the value of a gradient, and is not linear in it.")


# Unit vectors, and what became of them

# At first few rows go together, and from what they need it follows how many more do: so many that Python's time for
# each operation is shared, so few that an array of theirs has 131,072 entries, or a megabyte.
FEW, MOST, ENTRIES = 8, 256, 2**17


def unit_vectors(values: Sequence[Any]) -> Iterator[tuple[int, list[Any]]]:
    """The unit vectors of all entries of the values together, in the form of the values: batches and their sizes."""
    ends = np.cumsum([np.size(value) for value in values])
    total, start, together = sum(map(np.size, values)), 0, FEW
    while start < total:
        rows = min(together, total - start)
        parts = np.split(np.eye(rows, total, start), ends[:-1], axis=1)
        units = [
            part.reshape(rows, *np.shape(value)).astype(dtype_of(value), copy=False)
            for part, value in zip(parts, values, strict=True)
        ]
        batch = Batch(rows)
        yield rows, [unit[0] for unit in units] if total == 1 else [Batched(batch, unit) for unit in units]
        start += rows
        together = min(MOST, max(1, ENTRIES // batch.longest))


def joined(batches: Sequence[tuple[int, Any]], value: Any) -> Any:
    """All rows of the products with unit vectors, given with their number; equal rows may come as one."""
    if not batches:
        return np.zeros((0, *np.shape(value)), dtype_of(value))
    parts = [x.value if isinstance(x, Batched) else np.broadcast_to(x, (n, *np.shape(x))) for n, x in batches]
    return np.concatenate(parts)


def by_rows(function: Function) -> Function:
    """A rule that a reader wrote may do anything with a gradient, so it is given one row at a time.

    The gradient, or a list of tangents with None among them, is the function's first argument.
    """

    def call(given: Any, *arguments: Any, **settings: Any) -> Any:
        batch = next((x.recording for x in (given if isinstance(given, list) else [given]) if _is_batched(x)), None)
        if batch is None:
            return function(given, *arguments, **settings)
        several = isinstance(given, list)
        by_row = [[_row(x, i) for x in given] if several else _row(given, i) for i in range(batch.rows)]
        rows = [function(row, *arguments, **settings) for row in by_row]
        return None if rows[0] is None else Batched(batch, np.stack(rows))

    return call


# What the operations do with the first axis


def _is_batched(x: Any) -> bool:
    return isinstance(x, Batched)


def _row(x: Any, i: int) -> Any:
    return x.value[i] if isinstance(x, Batched) else x


def _row_by_row(batch: Batch, function: Function, inputs: Any, **settings: Any) -> Any:
    return np.stack([function(*[_row(x, i) for x in inputs], **settings) for i in range(batch.rows)])


def _with_axes(x: Any, ndim: int) -> Any:
    """The rows with axes of size 1 in front, so that each has `ndim` axes; a constant as it is."""
    if not isinstance(x, Batched):
        return x
    missing = ndim - x.ndim
    return np.reshape(x.value, (x.recording.rows, *(1,) * missing, *x.shape)) if missing else x.value


def _is_elementwise(function: Function) -> bool:
    return isinstance(function, np.ufunc) and function.signature is None


def _elementwise(batch: Batch, function: Function, inputs: Any, **settings: Any) -> Any:
    """Rows and constants are broadcast from the last axis on, so only axes behind the first can be missing."""
    ndim = max(np.ndim(x) for x in (*inputs, *settings.values()))
    return function(*[_with_axes(x, ndim) for x in inputs], **settings)


def _stacks(batch: Batch, function: Function, inputs: Any) -> Any:
    """A function of matrices that takes stacks of them."""
    if any(np.ndim(x) < 2 for x in inputs):
        return _row_by_row(batch, function, inputs)
    return _elementwise(batch, function, inputs)


def _matmul(batch: Batch, function: Function, inputs: Any) -> Any:
    """All rows of vectors at once are a matrix: one product of two matrices instead of many of matrix and vector."""
    a, b = inputs
    if _is_batched(a) and not _is_batched(b) and a.ndim == 1 and np.ndim(b) <= 2:
        return a.value @ b
    if _is_batched(b) and not _is_batched(a) and b.ndim == 1 and np.ndim(a) <= 2:
        return b.value @ np.transpose(a)
    return _stacks(batch, np.matmul, inputs)


def _reshape(batch: Batch, function: Function, inputs: Any, shape: Any) -> Any:
    return np.reshape(inputs[0].value, (batch.rows, *np.atleast_1d(shape).tolist()))


def _transpose(batch: Batch, function: Function, inputs: Any, axes: Any) -> Any:
    axes = range(inputs[0].ndim)[::-1] if axes is None else axes
    return np.transpose(inputs[0].value, (0, *(axis + 1 for axis in axes)))


def _broadcast_to(batch: Batch, function: Function, inputs: Any, shape: Any) -> Any:
    sizes = np.atleast_1d(shape).tolist()
    return np.broadcast_to(_with_axes(inputs[0], len(sizes)), (batch.rows, *sizes))


def _last_axes(batch: Batch, function: Function, inputs: Any, **settings: Any) -> Any:
    """A function that does not look at the first axis: of every entry, or of the last two axes."""
    return function(inputs[0].value, **settings)


def _along_axis(batch: Batch, function: Function, inputs: Any, axis: Any = None, **settings: Any) -> Any:
    (x,) = inputs
    axes = range(x.ndim) if axis is None else normalize_axis_tuple(axis, x.ndim)
    shifted = tuple(i + 1 for i in axes)
    return function(x.value, axis=shifted if axis is None or isinstance(axis, tuple | list) else shifted[0], **settings)


def _getitem(batch: Batch, function: Function, inputs: Any, index: Any) -> Any:
    behind = _behind_first_axis(index)
    return _row_by_row(batch, function, inputs, index=index) if behind is None else inputs[0].value[behind]


def _scatter(batch: Batch, function: Function, inputs: Any, index: Any, shape: Any) -> Any:
    behind = _behind_first_axis(index)
    if behind is None:
        return _row_by_row(batch, function, inputs, index=index, shape=shape)
    return function(inputs[0].value, index=behind, shape=(batch.rows, *shape))


def _behind_first_axis(index: Any) -> Any:
    """The index of the same entries in each row; None for arrays with something between, whose axes NumPy moves."""
    parts = index if isinstance(index, tuple) else (index,)
    basic = [part is None or part is Ellipsis or isinstance(part, slice) for part in parts]
    places = [i for i, is_basic in enumerate(basic) if not is_basic]
    if any(after != before + 1 for before, after in pairwise(places)) and not all(
        type(parts[i]) is int or isinstance(parts[i], np.integer) for i in places
    ):
        return None
    return (slice(None), *parts)


def _concatenate(batch: Batch, function: Function, inputs: Any, axis: int, starts: Any) -> Any:
    parts = [x.value if _is_batched(x) else np.broadcast_to(x, (batch.rows, *np.shape(x))) for x in inputs]
    return np.concatenate(parts, axis=axis + 1)


def _einsum(batch: Batch, function: Function, inputs: Any, subscripts: str) -> Any:
    """One more letter, for the rows."""
    letter = next(x for x in "zyxwvutsrqponmlkjihgfedcbaZYXWVUTSRQPONMLKJIHGFEDCBA" if x not in subscripts)
    left, _, result = subscripts.partition("->")
    terms = [letter * _is_batched(x) + term for term, x in zip(left.split(","), inputs, strict=True)]
    return np.einsum(",".join(terms) + "->" + letter + result, *[_with_axes(x, np.ndim(x)) for x in inputs])


_TOGETHER: dict[Function, Function] = {
    rule.function: together
    for together, rules in (
        (_elementwise, [WHERE]),
        (_matmul, [MATMUL, DOT]),
        (_stacks, [SOLVE]),
        (_reshape, [RESHAPE]),
        (_transpose, [TRANSPOSE]),
        (_broadcast_to, [BROADCAST]),
        (_last_axes, [AS_TYPE, TRIU, TRIL]),
        (_along_axis, [SUM, MEAN, CUMSUM, TAKE]),
        (_getitem, [GETITEM]),
        (_scatter, [SCATTER]),
        (_concatenate, [CONCATENATE]),
        (_einsum, [EINSUM]),
    )
    for rule in rules
}

_OPERATORS: dict[str, Any] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide, "matmul": np.matmul, "pow": np.power,
    "floordiv": np.floor_divide, "mod": np.remainder,
}  # fmt: skip
_COMPARISONS: dict[str, Any] = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
}  # fmt: skip
for _name, _ufunc in (_OPERATORS | _COMPARISONS).items():
    setattr(Batched, f"__{_name}__", lambda self, other, _ufunc=_ufunc: _ufunc(self, other))
for _name, _ufunc in _OPERATORS.items():
    setattr(Batched, f"__r{_name}__", lambda self, other, _ufunc=_ufunc: _ufunc(other, self))
