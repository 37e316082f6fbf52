"""What a reader calls: `check(problem, answer)`, `check()`, `check.hint(problem)`, `check.progress()`, `.next()`."""

import dataclasses
from typing import Any

import numpy as np

from bpkit.problems.catalogue import find, is_id
from bpkit.problems.form import Wrong
from bpkit.problems.judge import NotAttempted, compare
from bpkit.problems.progress import (
    SOLVED,
    TRIED,
    Step,
    View,
    bars,
    dashboard,
    description,
    hint_taken,
    next_problem,
    remember,
)
from bpkit.problems.result import Hint, Result


class NotGiven:
    """What an argument is when nothing was given for it: None and `...` are answers, of a problem not attempted yet."""

    def __repr__(self) -> str:
        return "not given"


NOT_GIVEN = NotGiven()
HELP = """Check your answers to the problems, and see how far you are.

check("7.4", answer)    Is this answer right? It is compared with the right one on fresh random numbers.
check("7.4")            What does problem 7.4 ask, and which hints have I taken?
check()                 All problems: those you have solved, those you have tried, and those still open.
check.hint("7.4")       A hint; check.hint("7.4", 2) gives the next.
check.progress()        How far you are in each chapter.
check.next()            What to do next, and why.

An answer is a function, or a value where the problem asks for one. Whatever is wrong with it, an endless loop included,
you get a sentence and no traceback. The result counts as True in an `if` when the answer is right. What you have solved
and tried is noted in my-work/progress.tsv.
"""


class Check:
    """A function with functions of its own: `check(…)`, `check.hint(…)`, `check.progress()` and `check.next()`."""

    def __init__(self) -> None:
        self.__doc__ = HELP  # what help(check) shows a reader, instead of the insides of a class

    def __call__(
        self, problem: Any = NOT_GIVEN, answer: Any = NOT_GIVEN, *, rng: np.random.Generator | int | None = None
    ) -> Result | View:
        """Compare an answer with the right one on fresh random numbers; without an answer, tell about the problem.

        `answer` is a function, or a value where the problem asks for one; `None`, `...` and a function that returns
        `None` count as not attempted. The answer runs under a time limit, on copies of the inputs. The result is truthy
        when the answer is right. `rng` makes the random numbers repeatable.

        Raises ValueError for an unknown problem.

        >>> check("1.e", None)
        ○ Problem 1.e: not attempted yet
        """
        if problem is NOT_GIVEN:
            if answer is not NOT_GIVEN:
                raise ValueError('problem is missing: call check with an id and the answer, check("7.4", answer).')
            return dashboard()
        if not is_id(problem) and is_id(answer):
            name = getattr(problem, "__name__", "answer")
            raise ValueError(f'the id of the problem comes first: check("{answer}", {name}).')
        asked = find(problem)
        if answer is NOT_GIVEN:
            return description(asked)
        try:
            remarks = compare(asked, answer, np.random.default_rng(rng))
        except NotAttempted:
            return Result(asked.id, "not attempted yet")
        except Wrong as wrong:
            return noted(Result(asked.id, "not passed", wrong.sentences))
        return noted(Result(asked.id, "passed", remarks=remarks))

    def hint(self, problem: str, number: int = 1) -> Hint:
        """Give hint `number` of a problem; the first says least.

        Raises ValueError for an unknown problem or a number it has no hint for.

        >>> check.hint("1.e").of
        3
        """
        asked = find(problem)
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(asked.hints):
            raise ValueError(f"number is {number!r}, but problem {asked.id} has hints 1 to {len(asked.hints)}.")
        remember(Step(asked.id, hint_taken(number)))
        return Hint(asked.id, number, len(asked.hints), asked.hints[number - 1])

    def progress(self) -> View:
        """Draw a bar for each chapter: how many of its points you have."""
        return bars()

    def next(self) -> View:
        """Propose a problem: the shortest open one of the chapter you are in."""
        return next_problem()

    def __repr__(self) -> str:
        return 'check(problem, answer), check(), check.hint(problem), check.next(): for example check.hint("7.1")'


def noted(result: Result) -> Result:
    """Remember a result, and say so if that was not possible."""
    failure = remember(Step(result.problem, SOLVED if result else TRIED))
    return dataclasses.replace(result, message=(*result.message, failure)) if failure else result


check = Check()
