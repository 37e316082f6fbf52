"""Names whole numbers where the right ones are not whole, and the other way round."""

from typing import Any

import numpy as np

from bpkit.problems.diagnosis.evidence import Evidence


def whole_numbers(evidence: Evidence) -> str:
    """Say that an array of integers has cut off digits, or that a whole number is asked for."""
    if not evidence.pairs or not evidence.is_telling:
        return ""
    given, right = (np.concatenate(numbers) for numbers in zip(*evidence.pairs, strict=True))
    if all(map(holds_integers, evidence.given)) and (right % 1 != 0).any():
        return "an array of integers, which cuts off what comes after the point."
    if (right % 1 == 0).all() and any((change(given) == right).all() for change in (np.floor, np.ceil, np.round)):
        return "a whole number is asked for: round it, up or down."
    return ""


def holds_integers(value: Any) -> bool:
    """Whether a value is an array of an integer type, or a list of such arrays; a list of Python's numbers is none."""
    if isinstance(value, list | tuple):
        return bool(value) and all(map(holds_integers, value))
    return isinstance(value, np.ndarray) and value.ndim > 0 and value.dtype.kind in "iu"
