"""The arguments of `gradcheck`, some of which may be lists of arrays: all arrays in one row, their names, and back."""

import inspect
from collections.abc import Callable, Iterator, Sequence
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


def argument_names(f: Callable[..., Any], x: Sequence[Any]) -> list[str]:
    """What f calls each argument; x[0], x[1], … where it does not tell.

    >>> argument_names(lambda a, *rest: 0, [1.0, 2.0, 3.0]), argument_names(max, [1.0, 2.0])
    (['a', 'rest[0]', 'rest[1]'], ['x[0]', 'x[1]'])
    """
    try:
        bound = inspect.signature(f).bind(*x)
    except (TypeError, ValueError):
        return ["x"] if len(x) == 1 else [f"x[{k}]" for k in range(len(x))]
    result = []
    for name, value in bound.arguments.items():
        one_of_several = bound.signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
        result += [f"{name}[{k}]" for k in range(len(value))] if one_of_several else [name]
    return result


def names(f: Callable[..., Any], x: Sequence[Any]) -> list[str]:
    """What messages call each array of the row.

    >>> names(lambda x, omega: 0, [1.0, [np.zeros(2), np.zeros(3)]])
    ['x', 'omega[0]', 'omega[1]']
    """
    return [
        one
        for name, value in zip(argument_names(f, x), x, strict=True)
        for one in ([f"{name}[{j}]" for j in range(len(value))] if is_list_of_arrays(value) else [name])
    ]
