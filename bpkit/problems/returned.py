"""Brings what a reader's function returned to plain values: numbers, NumPy arrays, words, lists and dictionaries.

Values of PyTorch, JAX and SymPy are recognised by what they can do, not by their types. Nothing of the reader's own
classes is left, so what is compared later runs none of the reader's code.
"""

import dataclasses
import itertools
import numbers
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np

from bpkit.problems.raised import line_of, text_of, type_of
from bpkit.problems.time_limit import TimeUp

MOST = 20_000  # the entries that an answer may have in lists; the longest right one has a few hundred
LARGEST = 10_000_000  # the entries that an array may have
DEEPEST = 30  # the lists that may be inside one another
BFLOAT16 = np.dtype(np.float32, metadata={"eps": 2.0**-7})  # NumPy has no such type: its values as float32


@dataclasses.dataclass(frozen=True)
class Unreadable:
    """Stands for a value that is no answer: what it is, to follow the name of the part, and why it cannot be read."""

    what: str
    why: str = ""


def plain(value: Any) -> Any:
    """Return a copy of an answer that is made of plain values alone, with Unreadable for what is not a value.

    A generator is run to its end: what it raises is raised here.

    >>> from fractions import Fraction
    >>> plain([Fraction(1, 2), range(2), {0: "a", 1: "b"}])
    [0.5, [0, 1], ['a', 'b']]
    """
    return converted(value, iter(range(MOST)), 0)


def converted(value: Any, room: Iterator[int], depth: int) -> Any:
    """One value, inside `depth` others; `room` gives out once for each value, and ends when there are too many."""
    if value is None or value is ...:
        return value
    if next(room, None) is None:
        return Unreadable(f"never ends, or has more than {MOST} entries")
    if depth > DEEPEST:
        return Unreadable("contains itself, or goes too deep")
    try:
        found, inside = opened(value, type(value), depth)
    except (TimeUp, KeyboardInterrupt):
        raise
    except BaseException as error:
        return Unreadable(
            f"is a {type_of(value)}", f"; reading it raised {type_of(error)}{line_of(error)}: {text_of(error)}"
        )
    if not inside:
        return found
    if isinstance(found, dict):
        return by_key({name: converted(one, room, depth + 1) for name, one in found.items()})
    entries = [converted(one, room, depth + 1) for one in itertools.islice(found, MOST + 1)]
    return Unreadable(f"never ends, or has more than {MOST} entries") if len(entries) > MOST else entries


def opened(value: Any, kind: type, depth: int) -> tuple[Any, bool]:
    """A value that has none inside, and False; or what gives the values inside, and True.

    By its type, not by isinstance, which asks the value itself, and that may not say the truth.
    """
    if issubclass(kind, str):
        return str.__str__(value), False
    if issubclass(kind, np.ndarray | np.generic | bool | int | float | complex | numbers.Number | Decimal):
        return from_number(value, kind)
    if issubclass(kind, Mapping):
        return from_mapping(value, kind)
    if issubclass(kind, tuple) and depth == 0 and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=True)), True
    if issubclass(kind, list | tuple):
        return iter(value), True
    if issubclass(kind, bytes | bytearray | set | frozenset):
        return Unreadable(f"is a {type_of(value)}"), False
    for able, make in _PROTOCOLS:
        if any(hasattr(kind, name) for name in able):
            return make(value)
    if depth == 0 and (dataclasses.is_dataclass(kind) or issubclass(kind, SimpleNamespace)):
        return dict(vars(value)), True
    return Unreadable(f"is a {type_of(value)}"), False


def from_number(value: Any, kind: type) -> tuple[Any, bool]:
    """A NumPy array or a number of Python's, whatever its type."""
    if issubclass(kind, bool | int):
        return whole(value, kind), False
    if issubclass(kind, np.ndarray | np.generic):
        return from_array(np.asarray(value))
    if issubclass(kind, numbers.Complex) and not issubclass(kind, numbers.Real):
        return from_array(np.asarray(complex(value)))
    return float(value), False


def whole(value: Any, kind: type) -> Any:
    """A whole number or a truth value; a number too large for NumPy's integers as a float."""
    if kind is bool or abs(value) < 2**63:
        return value if kind is bool else int(value)
    return float(value) if abs(value) < 2**1023 else Unreadable("is a whole number of more than 300 digits")


def from_array(array: Any) -> tuple[Any, bool]:
    """A copy of an array: objects and words in it are opened one by one, complex numbers on the real line are real."""
    if array.size > LARGEST:
        return Unreadable(f"has shape {array.shape}"), False
    if array.dtype.kind in "OU":
        return ([array.item()] if array.ndim == 0 else array.tolist()), True
    if array.dtype.name == "bfloat16":
        return array.astype(BFLOAT16), False
    if array.dtype.kind == "c" and np.all(np.abs(array.imag) <= 1e-12 * np.abs(array.real).max(initial=0.0)):
        return array.real.copy(), False
    return array.copy(), False


def from_tensor(value: Any) -> tuple[Any, bool]:
    """A tensor or another library's array; one that is part of a graph or on another device is brought here."""
    for step in ("detach", "cpu"):
        if hasattr(type(value), step):
            value = getattr(value, step)()
    if str(getattr(value, "dtype", "")).endswith("bfloat16") and hasattr(value, "tolist"):
        return np.array(value.tolist(), dtype=BFLOAT16), False
    return from_array(np.asarray(value))


def from_mapping(value: Any, kind: type) -> tuple[Any, bool]:
    """A dictionary, with the text of its keys."""
    if len(value) > MOST:
        return Unreadable(f"is a {type_of(value)} with {len(value)} entries"), False
    items = list(itertools.islice(value.items(), MOST))
    return {key if isinstance(key, int) else str.__str__(str(key)): one for key, one in items}, True


def by_key(entries: dict[Any, Any]) -> Any:
    """A dictionary whose keys number its entries from 0 is a list."""
    if entries and set(entries) == set(range(len(entries))):
        return [entries[number] for number in range(len(entries))]
    return {str(key): one for key, one in entries.items()}


# What a type must have one of, and how its values are read then, in the order in which they are tried.
_PROTOCOLS: tuple[tuple[tuple[str, ...], Callable[[Any], tuple[Any, bool]]], ...] = (
    (("__array__", "__array_interface__"), from_tensor),
    (("__float__", "__index__"), lambda value: (float(value), False)),
    (("__iter__", "__getitem__"), lambda value: (iter(value), True)),
)


def precision(value: Any) -> float:
    """The distance from 1 to the next number in the coarsest floating type of a plain value; 0 without such a type.

    >>> float(precision([1.0, np.float32(2)])) == float(np.finfo(np.float32).eps)
    True
    """
    if isinstance(value, list):
        return max(map(precision, value), default=0.0)
    dtype = getattr(value, "dtype", None)
    if dtype is None or dtype.kind != "f":
        return 0.0
    return float((dtype.metadata or {}).get("eps") or np.finfo(dtype).eps)
