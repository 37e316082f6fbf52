"""What is known of one wrong part of an answer: what was given and what is right, on every instance."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpkit.problems.form import Wrong, in_form, is_right, numbers
from bpkit.problems.problem import Arguments


@dataclass(frozen=True)
class Evidence:
    """One part of an answer on every instance. `others` are all parts of the right answers, this one among them."""

    name: str
    given: Sequence[Any]
    right: Sequence[Any]
    others: Sequence[Any]
    instances: Sequence[Arguments]
    tolerance: float

    @functools.cached_property
    def is_a_word(self) -> bool:
        return isinstance(self.right[0], str)

    @functools.cached_property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The numbers given and the right ones, as two vectors for each instance; empty for words and other forms."""
        if self.is_a_word:
            return []
        try:
            return [
                (np.ravel(in_form(self.name, given, right)), np.ravel(numbers(right)))
                for given, right in zip(self.given, self.right, strict=True)
            ]
        except Wrong:
            return []

    @functools.cached_property
    def scales(self) -> list[float]:
        """What an entry may be off by, on each instance."""
        return [self.tolerance * (np.abs(right).max(initial=0.0) + 1e-3) for _, right in self.pairs]

    @functools.cached_property
    def wrong_entries(self) -> list[Any]:
        """Which of the numbers are wrong, as a vector for each instance."""
        return [np.abs(g - r) > scale for (g, r), scale in zip(self.pairs, self.scales, strict=True)]

    @functools.cached_property
    def wrong_instances(self) -> list[bool]:
        """On which instances the part is wrong, in its numbers or in its form."""
        return [
            not is_right(self.name, {self.name: given}, {self.name: right}, self.tolerance)
            for given, right in zip(self.given, self.right, strict=True)
        ]

    @functools.cached_property
    def is_telling(self) -> bool:
        """Whether the right numbers vary so much that an answer with a simple relation to them is no coincidence."""
        every = np.concatenate([right for _, right in self.pairs]) if self.pairs else np.zeros(0)
        different = np.unique(np.round(np.abs(every[every != 0]), 9))
        return len(different) >= 3 or (len(different) == 2 and bool((different % 1 != 0).any()))

    def is_everywhere(self, change: Callable[..., Any]) -> bool:
        """Whether what was given equals `change(right, arguments)` on every instance, its form included."""
        return all(
            fits(self.name, given, change, right, arguments, self.tolerance)
            for given, right, arguments in zip(self.given, self.right, self.instances, strict=True)
        )


def fits(name: str, given: Any, change: Callable[..., Any], right: Any, arguments: Arguments, tolerance: float) -> bool:
    """Whether a part equals what `change` makes of the right one; not where the change makes no sense."""
    try:
        expected = change(right, arguments)
        return expected is not None and is_right(name, {name: given}, {name: expected}, tolerance)
    except (ValueError, IndexError, TypeError):
        return False


def for_each_array(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """The same change made to a right array, or to each of the arrays of a list."""

    def changed(value: Any, arguments: Arguments | None = None) -> Any:
        if isinstance(value, list):
            return [changed(one) for one in value]
        return change(np.asarray(value, dtype=float))

    return changed
