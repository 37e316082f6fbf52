"""Takes an answer apart into its parts, and brings each part to a form that can be compared with the right one."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Entries
from bpkit.problems.raised import shortened
from bpkit.problems.returned import Unreadable, precision
from bpkit.problems.words import comparable, letters

MOST_LISTED = 20  # names in a sentence


class Wrong(Exception):
    """The answer cannot be right; carries the sentences that say why."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


def by_name(answer: Any, names: Sequence[str]) -> dict[str, Any]:
    """Take an answer (dictionary, sequence in the stated order, or one value) apart into its parts.

    The answer is a plain value. Where a name is written in another way, as "dl/dβ" for dl_dbeta, it is the same name.
    """
    if isinstance(answer, Unreadable):
        wanted = "numbers or arrays" if len(names) == 1 else f"{len(names)} parts: {listed(names)}"
        raise Wrong(f"Your answer {answer.what}, expected {wanted}{answer.why}.")
    if isinstance(answer, Mapping):
        found = {letters(name[:100]): name for name in answer}
        meant = {name: name if name in answer else found.get(letters(name[:100])) for name in names}
        extra = [name for name in answer if name not in meant.values()]
        missing = [name for name, key in meant.items() if key is None]
        if missing:
            also = f"; it has {listed(extra)}, which was not asked for" if extra else ""
            raise Wrong(f"Your answer has no entry {listed(missing)}{also}.")
        return {name: answer[key] for name, key in meant.items() if key is not None}
    if len(names) == 1:
        return {names[0]: answer}
    if is_sequence(answer):
        if len(answer) != len(names):
            raise Wrong(f"Your answer has {len(answer)} parts, expected {len(names)}, in this order: {listed(names)}.")
        return dict(zip(names, entries(answer), strict=True))
    raise Wrong(f"Your answer is a {type(answer).__name__}, expected {len(names)} parts: {listed(names)}.")


def by_order(answer: Any, names: Sequence[str]) -> dict[str, Any] | None:
    """The parts of a dictionary with other names, in its own order; None when there are not as many."""
    if not isinstance(answer, Mapping) or len(answer) != len(names):
        return None
    left = iter([key for key in answer if key not in names])
    return {name: answer[name] if name in answer else answer[next(left)] for name in names}


def entries(value: Any) -> list[Any]:
    """The entries of a list or an array, each of which keeps the array's type."""
    return [value[k, ...] for k in range(len(value))] if isinstance(value, np.ndarray) else list(value)


def is_sequence(value: Any) -> bool:
    """Whether a value is a list, a tuple or an array, and has entries to count."""
    return isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 0)


def in_form(name: str, value: Any, expected: Any) -> Any:
    """Check the type and shape of one part of an answer, and bring it to a form that `agrees` can compare."""
    if isinstance(expected, str):
        if not isinstance(value, str):
            raise Wrong(f"`{name}` {what_is(value)}, expected a word in quotes.")
        return word(value)
    if value is None or value is ...:
        raise Wrong(f"`{name}` is still empty.")
    if isinstance(expected, list):
        return laid_end_to_end(list_in_form(name, value, expected))
    return array_in_form(name, value, np.shape(expected))


def what_is(value: Any) -> str:
    """What a value is, to follow the name of the part."""
    return value.what if isinstance(value, Unreadable) else f"is a {type(value).__name__}"


def array_in_form(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    """Check a part that is one array or one number."""
    if unreadable := first_unreadable(value):
        where = f"`{name}` has an entry that" if isinstance(value, list) else f"`{name}`"
        raise Wrong(f"{where} {unreadable.what}, expected real numbers{unreadable.why}.")
    try:
        array = np.asarray(value)
    except ValueError:
        raise Wrong(f"`{name}` is a list whose rows differ in length.") from None
    if array.dtype.kind not in "biuf":
        raise Wrong(f"`{name}` is of type {type(value).__name__} ({array.dtype}), expected real numbers.")
    if array.shape != shape and same_but_for_ones(array.shape, shape):
        array = array.reshape(shape)  # (4, 1) for (4,), or [3.0] for 3.0, is the same answer
    if array.shape != shape:
        what = "one number" if shape == () else f"shape {shape}"
        raise Wrong(f"`{name}` has shape {array.shape}, expected {what}.")
    array = array.astype(float)
    if not np.isfinite(array).all():
        limited = precision(value) == np.finfo(np.float16).eps
        raise Wrong(f"`{name}` holds {not_finite(array[~np.isfinite(array)][0], limited)}")
    return array


def not_finite(number: float, is_float16: bool) -> str:
    """What to say of an entry that is not finite: where it may come from, and that it may have been in the input."""
    if is_float16:
        return f"{number}, not a finite number: float16 holds none above 65504; use float64."
    if np.isnan(number):
        return (
            "nan, not a finite number: was it in what you were given, or is there a 0 / 0, a log, or an exp too large?"
        )
    return f"{number}, not a finite number: is something divided by 0, a log of 0, or an exp too large?"


def first_unreadable(value: Any) -> Unreadable | None:
    """The first value in a part, however deep, that is no number."""
    if isinstance(value, list):
        return next(filter(None, map(first_unreadable, value)), None)
    if isinstance(value, Mapping):
        return Unreadable("is a dict")
    return value if isinstance(value, Unreadable) else None


def same_but_for_ones(shape: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two shapes differ only in axes of length 1."""
    return tuple(n for n in shape if n != 1) == tuple(n for n in other if n != 1)


def list_in_form(name: str, value: Any, expected: list[Any]) -> list[Any]:
    """Check a part that is a list of arrays, one for each layer, whose shapes may differ."""
    if not is_sequence(value):
        raise Wrong(f"`{name}` {what_is(value)}, expected a list of {len(expected)} arrays.")
    if len(value) != len(expected):
        raise Wrong(f"`{name}` has {len(value)} entries, expected {len(expected)}.")
    return [in_form(f"{name}[{k}]", *pair) for k, pair in enumerate(zip(entries(value), expected, strict=True))]


def laid_end_to_end(arrays: Sequence[Any]) -> Any:
    """The entries of all arrays as one vector, so that a list is compared as one array is."""
    return np.concatenate([np.ravel(array) for array in arrays])


def word(text: str) -> str:
    """A word as it is compared: however its symbols, indices and hyphens are written."""
    return comparable(text)


def numbers(expected: Any) -> Any:
    """A right part, or a slip's, as one array."""
    return np.asarray(laid_end_to_end(expected) if isinstance(expected, list) else expected, dtype=float)


def agrees(value: Any, expected: Any, tolerance: float) -> bool:
    """Whether one part of an answer, in form, is right up to the tolerance."""
    if isinstance(expected, str):
        return bool(value == word(expected))
    expected = numbers(expected)
    scale = np.abs(expected).max(initial=0.0)
    return bool((np.abs(value - expected) <= tolerance * (scale + 1e-3)).all())


def is_right(name: str, given: Entries, expected: Entries, tolerance: float) -> bool:
    """Whether a part is known, has the form of the expected one, and agrees with it."""
    if name not in expected:
        return False
    try:
        value = in_form(name, given[name], expected[name])
    except Wrong:
        return False
    if agrees(value, expected[name], tolerance):
        return True
    possible = rounding(given[name], expected[name])
    return possible > tolerance and agrees(value, expected[name], possible)


def rounding(given: Any, expected: Any) -> float:
    """The relative error that comes with the floating type of an answer.

    A count is rounded once, where it is given as a float; of a calculation about half of the digits are good.
    """
    if isinstance(expected, str):
        return 0.0
    parts = expected if isinstance(expected, list) else [expected]
    is_count = all(np.issubdtype(np.asarray(part).dtype, np.integer) for part in parts)
    return precision(given) if is_count else min(2 * math.sqrt(precision(given)), 0.05)


def agrees_everywhere(name: str, given: Sequence[Entries], expected: Sequence[Entries], tolerance: float) -> bool:
    """Whether a part is right on every instance."""
    return all(is_right(name, g, e, tolerance) for g, e in zip(given, expected, strict=True))


def listed(names: Iterable[str]) -> str:
    """Write names as a list in a sentence: `a`, `b` and `c`."""
    first = list(itertools.islice(names, MOST_LISTED + 1))
    if len(first) > MOST_LISTED:
        return ", ".join(f"`{shortened(name)}`" for name in first[:-1]) + " and more"
    quoted = [f"`{shortened(name)}`" for name in first]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]
