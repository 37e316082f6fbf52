"""What is said of an answer that is right, and may go wrong later."""

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np

from bpkit.problems.form import listed


def remark_on_shapes(given: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[str, ...]:
    """A remark on the parts whose shapes differ from the book's in axes of length 1, where that matters later.

    >>> remark_on_shapes({"g": np.ones(3)}, {"g": np.ones((3, 1))})[0][:46]
    '`g` has shape (3,) where the book has (3, 1): '
    """
    others = {name: pair for name in right for pair in differing_shapes(given[name], right[name])}
    if not others:
        return ()
    shape, expected = next(iter(others.values()))
    has = "has" if len(others) == 1 else "have not the book's shapes; the first has"
    try:
        becomes = f"gives {np.broadcast_shapes(shape, expected)}, without an error"
    except ValueError:
        becomes = "raises an error"
    return (
        f"{listed(others)} {has} shape {shape} where the book has {expected}: in NumPy the difference of two such "
        f"arrays, as in a step of gradient descent, {becomes}. Use keepdims=True, or reshape.",
    )


def differing_shapes(given: Any, right: Any) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The shape of each array and the book's, where arithmetic of the two gives more entries than either has."""
    if isinstance(right, list):
        for one, expected in zip(given, right, strict=True):
            yield from differing_shapes(one, expected)
    elif not isinstance(right, str):
        shape, expected = np.shape(given), np.shape(right)
        if shape != expected and multiplied(shape, expected):
            yield shape, expected


def multiplied(shape: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    """Whether arithmetic with arrays of these shapes does not give one of the expected size."""
    try:
        return prod(np.broadcast_shapes(shape, expected)) != prod(expected)
    except ValueError:
        return True
