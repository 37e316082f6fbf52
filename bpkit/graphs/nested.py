"""Nested lists, tuples and dicts of arrays: flattened into a list, and rebuilt."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import Any

Rebuild = Callable[[Iterable[Any]], Any]


def flatten(tree: Any) -> tuple[list[Any], Rebuild]:
    """Return the leaves of nested lists, tuples and dicts, in order, and a function that puts others in their places.

    >>> leaves, rebuild = flatten({"omega": [1.0, 2.0], "beta": (3.0,)})
    >>> leaves
    [1.0, 2.0, 3.0]
    >>> rebuild([10 * leaf for leaf in leaves])
    {'omega': [10.0, 20.0], 'beta': (30.0,)}
    """
    leaves: list[Any] = []
    _collect(tree, leaves)
    return leaves, lambda new: _filled(tree, iter(new))


def leaves_like(tree: Any, form: Any) -> list[Any] | None:
    """Return the leaves of `tree` in the order of those of `form`; None if the two are nested differently.

    >>> leaves_like({"b": 2.0, "a": 1.0}, {"a": 0.0, "b": 0.0})
    [1.0, 2.0]
    """
    if isinstance(form, dict):
        if not isinstance(tree, dict) or tree.keys() != form.keys():
            return None
        parts = [(tree[key], form[key]) for key in form]
    elif isinstance(form, list | tuple):
        if not isinstance(tree, list | tuple) or len(tree) != len(form):
            return None
        parts = list(zip(tree, form, strict=True))
    elif form is None or isinstance(tree, list | tuple | dict):
        return [] if form is tree else None
    else:
        return [tree]
    leaves: list[Any] = []
    for part, of_form in parts:
        found = leaves_like(part, of_form)
        if found is None:
            return None
        leaves += found
    return leaves


def _collect(tree: Any, leaves: list[Any]) -> None:
    if isinstance(tree, (list, tuple)):
        for part in tree:
            _collect(part, leaves)
    elif isinstance(tree, dict):
        for part in tree.values():
            _collect(part, leaves)
    elif tree is not None:  # None is not a leaf, as in JAX
        leaves.append(tree)


def _filled(tree: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(tree, (list, tuple)):
        parts = [_filled(part, leaves) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    if isinstance(tree, dict):
        filled = copy(tree)  # keeps its class: OrderedDict, defaultdict
        filled.update({key: _filled(part, leaves) for key, part in tree.items()})
        return filled
    return None if tree is None else next(leaves)
