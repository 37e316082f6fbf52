"""A question of a quiz: a problem whose answer is a letter, a number or a few numbers."""

from collections.abc import Mapping
from typing import Any

from bpkit.problems.problem import Problem
from bpkit.problems.slips import wrong

POINTS, MINUTES = 1, 2


def question(name: str, title: str, answer: Any, misconceptions: Mapping[Any, str], hint: str) -> Problem:
    """Return the question as a problem; `misconceptions` has a sentence for each wrong answer.

    >>> question("1.q1", "A sum", 3, {2: "this is the product."}, "Add.").truth()
    {'answer': 3}
    """
    slips = tuple(wrong(sentence, answer=given) for given, sentence in misconceptions.items())
    return Problem(name, title, POINTS, MINUTES, (hint,), truth=lambda: {"answer": answer}, slips=slips)
