"""Nested lists, tuples and dicts of arrays, taken apart into a flat list and put together again."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Rebuild = Callable[[Iterable[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """Return what is in the lists, tuples and dicts, in order, and a function that puts other things in their places.

    >>> leaves, rebuild = flatten({"omega": [1.0, 2.0], "beta": (3.0,)})
    >>> leaves
    [1.0, 2.0, 3.0]
    >>> rebuild([10 * leaf for leaf in leaves])
    {'omega': [10.0, 20.0], 'beta': (30.0,)}
    """
    leaves: list[Any] = []
    _collect(tree, leaves)
    return leaves, lambda new: _filled(tree, iter(new))


def _collect(tree: Any, leaves: list[Any]) -> None:
    if isinstance(tree, list | tuple):
        for part in tree:
            _collect(part, leaves)
    elif isinstance(tree, dict):
        for part in tree.values():
            _collect(part, leaves)
    elif tree is not None:  # which is nothing at all, as in JAX
        leaves.append(tree)


def _filled(tree: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(tree, list | tuple):
        parts = [_filled(part, leaves) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    if isinstance(tree, dict):
        return {key: _filled(part, leaves) for key, part in tree.items()}
    return None if tree is None else next(leaves)
