"""The arguments of `gradcheck`, some of which may be lists of arrays: all arrays in one row, their names, and back."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np


def is_list_of_arrays(value: Any) -> bool:
    """Whether an argument stands for several arrays."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, np.ndarray) for one in value)


def in_one_row(x: Sequence[Any]) -> list[Any]:
    """The arguments, with each list of arrays replaced by its arrays."""
    return [one for value in x for one in (value if is_list_of_arrays(value) else [value])]


def as_given(row: Sequence[Any], x: Sequence[Any]) -> list[Any]:
    """The row as arguments again, with lists where x has them."""
    rest: Iterator[Any] = iter(row)
    return [[next(rest) for _ in value] if is_list_of_arrays(value) else next(rest) for value in x]


def names(x: Sequence[Any]) -> list[str]:
    """What messages call each array of the row.

    >>> names([1.0]), names([1.0, [np.zeros(2), np.zeros(3)]])
    (['x'], ['argument 1 of 2', 'argument 2 of 2, array [0]', 'argument 2 of 2, array [1]'])
    """
    result = []
    for k, value in enumerate(x):
        name = "x" if len(x) == 1 else f"argument {k + 1} of {len(x)}"
        several = is_list_of_arrays(value)
        result += [f"{name}, array [{j}]" for j in range(len(value))] if several else [name]
    return result
