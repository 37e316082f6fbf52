"""Says of a word that the problem does not know that it is unknown, and which words there are."""

from collections.abc import Sequence
from typing import Any

from bpkit.problems.form import word
from bpkit.problems.problem import Arguments, Entries, Problem

MOST = 12  # words that a sentence lists


def unknown_word(
    name: str, given: Sequence[Entries], right: Sequence[Entries], instances: Sequence[Arguments], problem: Problem
) -> str:
    """The sentence about the first word for this part that the problem does not know; empty when it knows them all."""
    known = known_words(name, right, instances, problem)
    for one in given:
        value = one[name]
        if isinstance(value, str) and word(value) not in map(word, known):
            if sorted(word(value)) in [sorted(word(one)) for one in known]:
                return f'"{shortened(value)}" has its letters in another order than is asked for.'
            return f'"{shortened(value)}" is unknown here{expected(known)}.'
    return ""


def known_words(name: str, right: Sequence[Entries], instances: Sequence[Arguments], problem: Problem) -> list[str]:
    """All words that are right for this part, or that one of the problem's slips gives, in order."""
    found: set[Any] = {one[name] for one in right}
    for slip in problem.slips:
        for instance in instances:
            try:
                found.add(slip.answer(**instance).get(name))
            except ValueError:
                break
    return sorted(value for value in found if isinstance(value, str))


def expected(known: Sequence[str]) -> str:
    """The words the problem knows, if they are few."""
    return f": the words are {', '.join(known[:-1])} and {known[-1]}" if 2 <= len(known) <= MOST else ""


def shortened(text: str) -> str:
    """The word on one line, or its beginning if it is far longer than a word."""
    text = " ".join(text.split())
    return text if len(text) <= 30 else f"{text[:27]}…"
