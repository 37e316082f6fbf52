"""Says of a word that the problem does not know that it is unknown, and which words there are."""

from collections.abc import Sequence
from typing import Any

from bpkit.problems.diagnosis.evidence import Evidence
from bpkit.problems.form import word
from bpkit.problems.problem import Slip

MOST = 12  # words that a sentence lists


def unknown_word(evidence: Evidence, slips: Sequence[Slip]) -> str:
    """The sentence about the first word for this part that the problem does not know; empty when it knows them all."""
    known = known_words(evidence, slips)
    for value in evidence.given:
        if isinstance(value, str) and word(value) not in map(word, known):
            if sorted(word(value)) in [sorted(word(one)) for one in known]:
                return f'"{shortened(value)}" has its letters in another order than is asked for.'
            return f'"{shortened(value)}" is unknown here{expected(known)}.'
    return ""


def known_words(evidence: Evidence, slips: Sequence[Slip]) -> list[str]:
    """All words that are right for this part, or that one of the problem's slips gives, in order."""
    found: set[Any] = set(evidence.right)
    for slip in slips:
        for instance in evidence.instances:
            try:
                found.add(slip.answer(**instance).get(evidence.name))
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
