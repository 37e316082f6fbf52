"""Consecutive parts of nearly equal length: the examples of micro-batches and shards, the units of a split layer."""

import itertools


def even_slices(length: int, parts: int) -> list[slice]:
    """Return the slices that cut `length` things into `parts`; the first ones are longer by one where it is not even.

    With more parts than things, the last slices are empty.

    >>> even_slices(10, 4)
    [slice(0, 3, None), slice(3, 6, None), slice(6, 8, None), slice(8, 10, None)]
    """
    bounds = [part * (length // parts) + min(part, length % parts) for part in range(parts + 1)]
    return [slice(start, end) for start, end in itertools.pairwise(bounds)]
