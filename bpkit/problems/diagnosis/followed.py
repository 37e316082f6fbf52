"""Finds the parts that are wrong only because an earlier one is."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.form import Wrong, array_in_form, is_right, list_in_form, listed
from bpkit.problems.problem import Arguments, Entries, Problem


def follows_from(
    wrong: Sequence[str],
    given: Sequence[Entries],
    right: Sequence[Entries],
    instances: Sequence[Arguments],
    problem: Problem,
) -> Mapping[str, str]:
    """The sentence for each wrong part that is what follows from earlier wrong ones.

    What follows is computed from the parts that the reader gave, not from the right ones. So this is only said where
    the step between them is right.
    """
    found: dict[str, str] = {}
    for name, (sources, formula) in problem.follows.items():
        spoiled = [source for source in sources if source in wrong]
        if name not in wrong or not spoiled:
            continue
        try:
            expected = [
                {name: formula({source: in_shape(source, g[source], r[source]) for source in sources}, **arguments)}
                for g, r, arguments in zip(given, right, instances, strict=True)
            ]
        except (Wrong, TypeError, ValueError, IndexError, KeyError, ArithmeticError):
            continue  # what the reader gave has another form
        if all(is_right(name, *pair, problem.tolerance) for pair in zip(given, expected, strict=True)):
            found[name] = f"wrong only because {listed(spoiled)} {'is' if len(spoiled) == 1 else 'are'}."
    return found


def in_shape(name: str, value: Any, right: Any) -> Any:
    """A part that the reader gave, with the shape of the right one. Raises Wrong where it has another."""
    if isinstance(right, str):
        return value
    return list_in_form(name, value, right) if isinstance(right, list) else array_in_form(name, value, np.shape(right))
