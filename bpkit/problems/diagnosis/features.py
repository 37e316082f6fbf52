"""What an instance looks like, as properties that it has or has not: of one array, of two numbers, of a list.

The signs of its numbers, their size and their order are left out: where they are what the wrong instances have in
common, that is most often a coincidence.
"""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments


def features(arguments: Arguments) -> dict[str, bool]:
    """Return the properties of an instance, in the words in which a sentence goes on after "where".

    >>> found = features({"n": 6, "k": 3, "x": np.eye(2)})
    >>> found["`k` divides `n`"], found["`x` is square"]
    (True, True)
    """
    found: dict[str, bool] = {}
    for name, value in arguments.items():
        found.update(of_argument(name, value))
    whole = {name: int(value) for name, value in arguments.items() if is_whole(value)}
    for (first, a), (second, b) in itertools.permutations(whole.items(), 2):
        if b > 1 and a > 0:
            found[f"`{second}` divides `{first}`"] = a % b == 0
    for (first, a), (second, b) in itertools.combinations(whole.items(), 2):
        found[f"`{first}` is less than `{second}`"] = a < b
        found[f"`{first}` equals `{second}`"] = a == b
    return found


def opposites(found: dict[str, bool]) -> dict[str, bool]:
    """The properties, and each with a "not" in it that reads well."""
    negated = {}
    for name, value in found.items():
        for verb, opposite in NEGATIONS:
            if verb in name:
                negated[name.replace(verb, opposite, 1)] = not value
                break
    return {**found, **negated}


NEGATIONS = (
    (" has a single ", " has more than one "),
    (" is square", " is not square"),
    (" divides ", " does not divide "),
    (" is less than ", " is at least "),
    (" equals ", " does not equal "),
    (" holds nan", " holds no nan"),
    (" is 0", " is not 0"),
    (" is 1", " is not 1"),
    (" is odd", " is even"),
    (" are all of one shape", " differ in shape"),
)


def of_argument(name: str, value: Any) -> Iterator[tuple[str, bool]]:
    """The properties of one argument."""
    if isinstance(value, bool | np.bool_):
        yield f"`{name}` is {value}", True
        yield f"`{name}` is {not value}", False
    elif isinstance(value, str):
        yield f'`{name}` is "{value}"', True
    elif is_whole(value):
        yield f"`{name}` is odd", int(value) % 2 == 1
        yield f"`{name}` is 0", int(value) == 0
        yield f"`{name}` is 1", int(value) == 1
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        yield from of_array(name, value)
    elif isinstance(value, list | tuple):
        yield from of_list(name, value)


def of_array(name: str, value: Any) -> Iterator[tuple[str, bool]]:
    """The properties of an array: its shape first, which is never a coincidence."""
    if value.ndim == 2:
        rows, columns = value.shape
        yield f"`{name}` is square", rows == columns
        yield f"`{name}` has a single column", columns == 1
        yield f"`{name}` has a single row", rows == 1
        yield f"`{name}` has more rows than columns", rows > columns
    else:
        yield f"`{name}` has a single entry", value.size == 1
    yield f"`{name}` holds nan", bool(np.isnan(value).any())


def of_list(name: str, value: Any) -> Iterator[tuple[str, bool]]:
    """The properties of a list of numbers, which are those of an array, or of a list of arrays."""
    yield f"`{name}` has a single entry", len(value) == 1
    if value and all(isinstance(one, int | float) for one in value):
        yield from of_array(name, np.asarray(value))
    elif value and all(isinstance(one, np.ndarray) for one in value):
        yield f"the entries of `{name}` are all of one shape", len({one.shape for one in value}) == 1
        if value[0].ndim == 2:
            yield f"`{name}[0]` has a single column", value[0].shape[1] == 1


def is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
