"""The numbers that belong to an instance: how many examples, layers and entries it has, and its scalar arguments."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments

# Matrices of the book whose columns are examples; a list of them is one for each layer.
OF_EXAMPLES = ("x", "y", "f", "h", "g", "g_u", "f_before", "dl_df", "dl_df3", "dl_dout")
PARAMETERS = ("beta", "omega", "A")


def quantities(instances: Sequence[Arguments]) -> dict[str, list[float]]:
    """Return the numbers that every one of the instances has, by what they are called in a sentence.

    >>> quantities([{"x": np.zeros((2, 5)), "lr": 0.1}, {"x": np.zeros((2, 7)), "lr": 0.2}])["the number of examples"]
    [5.0, 7.0]
    """
    of_each = [of_instance(arguments) for arguments in instances]
    shared = [name for name in of_each[0] if all(name in numbers for numbers in of_each)]
    return {name: [numbers[name] for numbers in of_each] for name in shared}


def of_instance(arguments: Arguments) -> dict[str, float]:
    """The numbers of one instance; what is counted in several places comes first under its own name."""
    found: dict[str, float] = {}
    for name, value in arguments.items():
        if isinstance(value, list | tuple) and name in PARAMETERS:
            found.setdefault("the number of layers", float(len(value)))
        first = value[0] if isinstance(value, list | tuple) and value else value
        if name in OF_EXAMPLES and isinstance(first, np.ndarray) and first.ndim == 2:
            found.setdefault("the number of examples", float(first.shape[1]))
    for name, value in arguments.items():
        found |= of_argument(name, value)
    return found


def of_argument(name: str, value: Any) -> Mapping[str, float]:
    """The number an argument is, or the numbers of its entries, rows and columns."""
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return {f"`{name}`": float(value)}
    if isinstance(value, list | tuple):
        return {f"the length of `{name}`": float(len(value))}
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return {f"the number of entries of `{name}`": float(value.size)}
    if isinstance(value, np.ndarray) and value.ndim == 2:
        rows, columns = value.shape
        return {
            f"the number of rows of `{name}`": float(rows), f"the number of columns of `{name}`": float(columns),
            f"the number of entries of `{name}`": float(value.size),
        }  # fmt: skip
    return {}


def named_alike(numbers: Sequence[float], known: Mapping[str, Sequence[float]]) -> str:
    """The names of the quantities that have these values on every instance; empty for none, and for too many to help.

    A quantity that is the same on every instance is no better a name than the number itself, and is not used.
    """
    if np.ptp(numbers) <= 1e-4 * np.abs(numbers).max():
        return ""
    names = [name for name, values in known.items() if np.allclose(values, numbers, rtol=1e-5, atol=0)]
    if names and names[0] in ("the number of examples", "the number of layers"):
        return names[0]
    return " or ".join(names) if len(names) <= 2 else ""
