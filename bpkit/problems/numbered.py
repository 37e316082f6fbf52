"""The number by which a reader asks for one of several versions."""

from typing import Any


def require_number(number: Any, first: int, last: int, of: str = "version") -> None:
    """Raise ValueError unless `number` is a whole number from `first` to `last`.

    >>> require_number(7, 1, 6)
    Traceback (most recent call last):
    ValueError: number is 7, expected the number of a version, from 1 to 6.
    """
    if isinstance(number, bool) or not isinstance(number, int) or not first <= number <= last:
        raise ValueError(f"number is {number!r}, expected the number of a {of}, from {first} to {last}.")
