"""Names parts that are right but stand in one another's place."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.form import is_right, listed
from bpkit.problems.problem import Entries


def exchanged(
    wrong: Sequence[str], given: Sequence[Entries], right: Sequence[Entries], tolerance: float
) -> dict[str, str]:
    """The sentence for each wrong part, if they are the right parts in another order; or else for each pair of them."""
    places = {name: in_place_of(name, wrong, given, right, tolerance) for name in wrong}
    if len(wrong) >= 3 and is_an_order(wrong, places):
        names = list(right[0])
        return dict.fromkeys(wrong, f"the right values, in another order: expected is {listed(names)}.")
    sentences: dict[str, str] = {}
    for name in wrong:
        for other in places[name]:
            if name in places[other] and name not in sentences and other not in sentences:
                again = ", too" if sentences else ""  # each pair has a line of its own
                sentences |= dict.fromkeys((name, other), f"these two are exchanged{again}.")
    return sentences


def words_for_numbers(given: Entries, right: Entries) -> str:
    """The sentence about words and numbers that stand in one another's place, which says their order."""
    for_numbers = [name for name in right if isinstance(given[name], str) and not isinstance(right[name], str)]
    for_words = [name for name in right if is_number(given[name]) and isinstance(right[name], str)]
    if not for_numbers or not for_words:
        return ""
    return f"Words stand where numbers are expected, and numbers where words are: the order is {listed(right)}."


def is_number(value: Any) -> bool:
    """Whether a value is a number, or an array of them."""
    return isinstance(value, int | float | np.generic | np.ndarray)


def in_place_of(
    name: str, wrong: Sequence[str], given: Sequence[Entries], right: Sequence[Entries], tolerance: float
) -> list[str]:
    """The other wrong parts whose right value was given for this one; never one word for another."""
    return [
        other
        for other in wrong
        if other != name
        and not (isinstance(right[0][name], str) and isinstance(right[0][other], str))
        and all(is_right(other, {other: g[name]}, r, tolerance) for g, r in zip(given, right, strict=True))
    ]


def is_an_order(wrong: Sequence[str], places: dict[str, list[str]]) -> bool:
    """Whether every part can be given another's place, so that each place is taken once.

    Parts that fit the same places are equal to each other, so the first free place will do.
    """
    free = list(wrong)
    for name in wrong:
        place = next((other for other in places[name] if other in free), None)
        if place is None:
            return False
        free.remove(place)
    return True
