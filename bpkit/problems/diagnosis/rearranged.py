"""Names another arrangement of the right numbers: transposed, reversed, shifted, added up, or one of them alone."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.diagnosis.evidence import Evidence, for_each_array

Change = Callable[..., Any]


def of_sequence(change: Callable[[Any], Any]) -> Change:
    """A change of the order of a list, or of a row of numbers; no claim about anything else."""

    def changed(right: Any, arguments: Any) -> Any:
        if isinstance(right, list):
            return list(change(right))
        array = np.asarray(right, dtype=float)
        return np.asarray(change(array)) if array.ndim == 1 else None

    return changed


def of_array(change: Callable[[Any], Any], dimensions: int = 2) -> Change:
    """A change of an array, or of each array of a list, of as many dimensions; no claim about any other."""

    def changed(right: Any, arguments: Any) -> Any:
        arrays = right if isinstance(right, list) else [right]
        if not all(np.ndim(one) == dimensions for one in arrays):
            return None
        return for_each_array(change)(right)

    return changed


def of_numbers(change: Callable[[Any], Any]) -> Change:
    """One number, or a few, made of all numbers of an array; no claim about a part that is a list or one number."""

    def changed(right: Any, arguments: Any) -> Any:
        return None if isinstance(right, list) or np.ndim(right) == 0 else change(np.asarray(right, dtype=float))

    return changed


def running(add: Callable[[Any, Any], Any]) -> Callable[[Sequence[Any]], Any]:
    """A list in which every entry goes together with those before it."""

    def totals(entries: Sequence[Any]) -> list[Any]:
        found = [entries[0]]
        for entry in entries[1:]:
            found.append(add(found[-1], entry))
        return found

    return totals


def suffix_sums(entries: Sequence[Any]) -> list[Any]:
    return running(np.add)(entries[::-1])[::-1]


def differences(entries: Sequence[Any]) -> list[Any]:
    return [entries[0], *(after - before for before, after in pairwise(entries))]


def shifted(entries: Sequence[Any], by: int) -> list[Any]:
    """Moved on by one place, the last one to the front, or the other way round."""
    return [*entries[-by:], *entries[:-by]]


def filled(entries: Sequence[Any], by: int) -> list[Any]:
    """Moved on by one place, with 0 where nothing is left."""
    blank = [np.zeros_like(entries[0])]
    return [*blank, *entries[:-1]] if by > 0 else [*entries[1:], *blank]


ARRANGEMENTS: tuple[tuple[Change, str], ...] = (
    (of_array(np.transpose), "transposed: rows and columns are exchanged."),
    (of_sequence(lambda z: z[::-1]), "in reverse order: the first is last."),
    (of_array(lambda z: z[::-1]), "the rows are in reverse order."),
    (of_array(lambda z: z[:, ::-1]), "the columns are in reverse order."),
    (of_sequence(lambda z: shifted(z, 1)), "one place too late: the last stands first."),
    (of_sequence(lambda z: shifted(z, -1)), "one place too early: the first stands last."),
    (of_sequence(lambda z: filled(z, 1)), "one place too late, with 0 in front."),
    (of_sequence(lambda z: filled(z, -1)), "one place too early, with 0 at the end."),
    (of_sequence(lambda z: z[1:]), "the first one is missing; the others are right."),
    (of_sequence(lambda z: z[:-1]), "the last one is missing; the others are right."),
    (of_sequence(np.sort), "the right numbers, but sorted."),
    (of_sequence(running(np.add)), "added up from the beginning: each holds all those before it, too."),
    (of_sequence(suffix_sums), "added up from the end: each holds all those after it, too."),
    (of_sequence(running(np.multiply)), "multiplied from the beginning: each holds all those before it, too."),
    (of_sequence(differences), "from the second on, each is the difference from the one before."),
    (of_sequence(lambda z: np.diff(z)), "these are the differences from each to the next."),
    (of_sequence(lambda z: z[0] if isinstance(z, np.ndarray) else z[:1]), "this is the first one alone."),
    (of_sequence(lambda z: z[-1] if isinstance(z, np.ndarray) else z[-1:]), "this is the last one alone."),
    (of_numbers(np.sum), "one number is left: all of them, added up."),
    (of_numbers(np.mean), "one number is left: the mean of all of them."),
    (of_numbers(np.max), "one number is left: the largest of them."),
    (of_numbers(lambda z: z.flat[0]), "one number is left: the first of them."),
    (of_numbers(lambda z: z.flat[-1]), "one number is left: the last of them."),
    (of_array(lambda z: z.sum(axis=0)), "the rows are added up; each of them is asked for."),
    (of_array(lambda z: z.sum(axis=1)), "the columns are added up; each of them is asked for."),
    (of_array(lambda z: z[0]), "this is the first row alone; each of them is asked for."),
    (of_array(lambda z: z[:, 0]), "this is the first column alone; each of them is asked for."),
    (of_array(lambda z: z.mean(axis=0)), "this is the mean of the rows; each of them is asked for."),
    (of_array(lambda z: z.mean(axis=1)), "this is the mean of the columns; each of them is asked for."),
    (of_array(lambda z: z * np.eye(*z.shape)), "right on the diagonal; the other entries are 0 here."),
    (of_array(np.diag), "this is the diagonal alone."),
    (of_array(np.tril), "right up to the diagonal; the entries above it are 0 here."),
    (of_array(np.triu), "right from the diagonal on; the entries below it are 0 here."),
    (of_numbers(lambda z: np.full(z.shape, z.sum())), "every entry is the sum of all of them."),
    (of_numbers(lambda z: np.full(z.shape, z.mean())), "every entry is the mean of all of them."),
)  # fmt: skip


def arrangement(evidence: Evidence) -> str:
    """Name the other arrangement of the right numbers that was given; empty when it is none of these."""
    for change, sentence in ARRANGEMENTS:
        if evidence.is_everywhere(change):
            return sentence
    return one_too_many(evidence)


def one_too_many(evidence: Evidence) -> str:
    """Name a sequence whose first or last entry was not asked for."""
    for kept, place in ((slice(1, None), "in front"), (slice(-1), "at the end")):
        if all(is_longer(*pair) for pair in zip(evidence.given, evidence.right, strict=True)):
            given = [one[kept] for one in evidence.given]
            if replace(evidence, given=given).is_everywhere(of_sequence(lambda z: z)):
                return f"there is one too many, {place}; the others are right."
    return ""


def is_longer(given: Any, right: Any) -> bool:
    """Whether a sequence has exactly one entry more than the right one."""
    is_row = isinstance(given, list | tuple) or (isinstance(given, np.ndarray) and given.ndim == 1)
    return is_row and (isinstance(right, list) or np.ndim(right) == 1) and len(given) == len(right) + 1
