"""Takes an answer apart into its parts, and brings each part to a form that can be compared with the right one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Entries
from bpkit.problems.words import comparable


class Wrong(Exception):
    """The answer cannot be right; carries the sentences that say why."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        self.sentences = sentences


def by_name(answer: Any, names: Sequence[str]) -> dict[str, Any]:
    """Take an answer (dictionary, named tuple, sequence in the stated order, or one value) apart into its parts."""
    if hasattr(answer, "_asdict"):
        answer = answer._asdict()
    if isinstance(answer, Mapping):
        missing, extra = [n for n in names if n not in answer], [str(n) for n in answer if n not in names]
        if missing:
            also = f"; it has {listed(extra)}, which was not asked for" if extra else ""
            raise Wrong(f"Your answer has no entry {listed(missing)}{also}.")
        return {name: answer[name] for name in names}
    if len(names) == 1:
        return {names[0]: answer}
    if is_sequence(answer):
        if len(answer) != len(names):
            raise Wrong(f"Your answer has {len(answer)} parts, expected {len(names)}, in this order: {listed(names)}.")
        return dict(zip(names, answer, strict=True))
    raise Wrong(f"Your answer is a {type(answer).__name__}, expected {len(names)} parts: {listed(names)}.")


def is_sequence(value: Any) -> bool:
    """Whether a value is a list, a tuple or an array, and has entries to count."""
    return isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 0)


def in_form(name: str, value: Any, expected: Any) -> Any:
    """Check the type and shape of one part of an answer, and bring it to a form that `agrees` can compare."""
    if isinstance(expected, str):
        if not isinstance(value, str):
            raise Wrong(f"`{name}` is a {type(value).__name__}, expected a word in quotes.")
        return word(value)
    if value is None or value is ...:
        raise Wrong(f"`{name}` is still empty.")
    if isinstance(expected, list):
        return laid_end_to_end(list_in_form(name, value, expected))
    return array_in_form(name, value, np.shape(expected))


def array_in_form(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    """Check a part that is one array or one number."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise Wrong(f"`{name}` is a list whose rows differ in length.") from None
    if array.dtype.kind not in "biuf":
        raise Wrong(f"`{name}` is of type {type(value).__name__} ({array.dtype}), expected real numbers.")
    if array.shape != shape and tuple(n for n in array.shape if n != 1) == tuple(n for n in shape if n != 1):
        array = array.reshape(shape)  # (4, 1) for (4,), or [3.0] for 3.0, is the same answer
    if array.shape != shape:
        what = "one number" if shape == () else f"shape {shape}"
        raise Wrong(f"`{name}` has shape {array.shape}, expected {what}.")
    array = array.astype(float)
    if not np.isfinite(array).all():
        raise Wrong(
            f"`{name}` holds {array[~np.isfinite(array)][0]}, not a finite number: "
            "is something divided by 0, or an exp too large?"
        )
    return array


def list_in_form(name: str, value: Any, expected: list[Any]) -> list[Any]:
    """Check a part that is a list of arrays, one for each layer, whose shapes may differ."""
    if not is_sequence(value):
        raise Wrong(f"`{name}` is a {type(value).__name__}, expected a list of {len(expected)} arrays.")
    if len(value) != len(expected):
        raise Wrong(f"`{name}` has {len(value)} entries, expected {len(expected)}.")
    return [in_form(f"{name}[{k}]", *pair) for k, pair in enumerate(zip(value, expected, strict=True))]


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
    try:
        return name in expected and agrees(in_form(name, given[name], expected[name]), expected[name], tolerance)
    except Wrong:
        return False


def agrees_everywhere(name: str, given: Sequence[Entries], expected: Sequence[Entries], tolerance: float) -> bool:
    """Whether a part is right on every instance."""
    return all(is_right(name, g, e, tolerance) for g, e in zip(given, expected, strict=True))


def listed(names: Iterable[str]) -> str:
    """Write names as a list in a sentence: `a`, `b` and `c`."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]
