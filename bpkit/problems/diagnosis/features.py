"""What an instance looks like, as properties that it has or has not: of one array, of two numbers, of a list."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments


def features(arguments: Arguments) -> dict[str, bool]:
    """Return the properties of an instance, in the words in which a sentence goes on after "where".

    >>> found = features({"n": 6, "k": 3, "x": np.array([1.0, -2.0])})
    >>> found["`k` divides `n`"], found["`x` has negative entries"]
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
    (" has negative entries", " has no negative entries"),
    (" has entries that are 0", " has no entries that are 0"),
    (" has equal entries", " has no equal entries"),
    (" has a single ", " has more than one "),
    (" is square", " is not square"),
    (" divides ", " does not divide "),
    (" is less than ", " is at least "),
    (" equals ", " does not equal "),
    (" holds nan", " holds no nan"),
    (" is negative", " is not negative"),
    (" is 0", " is not 0"),
    (" is 1", " is not 1"),
    (" is odd", " is even"),
    (" is sorted", " is not sorted"),
    (" are all of one shape", " differ in shape"),
    (" holds numbers beyond 100", " holds no number beyond 100"),
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
        yield f"`{name}` is negative", int(value) < 0
    elif isinstance(value, float):
        yield f"`{name}` is 0", value == 0
        yield f"`{name}` is negative", value < 0
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
    yield f"`{name}` has negative entries", bool((value < 0).any())
    yield f"`{name}` has entries that are 0", bool((value == 0).any())
    yield f"`{name}` holds nan", bool(np.isnan(value).any())
    yield f"`{name}` holds numbers beyond 100", bool((np.abs(value) > 100).any())
    yield f"`{name}` has equal entries", len(np.unique(value)) < value.size
    if value.ndim == 1:
        yield f"`{name}` is sorted", bool((np.diff(value) >= 0).all())


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
