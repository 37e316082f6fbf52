"""What a reader calls: `check(problem, answer)`, and `check.hint(problem)`."""

from typing import Any

import numpy as np

from bpkit.problems.catalogue import find
from bpkit.problems.form import Wrong
from bpkit.problems.judge import NotAttempted, compare
from bpkit.problems.result import Hint, Result


class Check:
    """Call it with a problem's id and an answer; `hint` gives one hint at a time.

    A class only so that `check` can be called and also carry `check.hint`.
    """

    def __call__(self, problem: str, answer: Any, *, rng: np.random.Generator | int | None = None) -> Result:
        """Compare an answer with the right one on fresh random instances.

        `answer` is a function, or a value where the problem asks for one; `None`, `...` and a function that returns
        `None` count as not attempted. The answer runs under a time limit, on copies of the inputs. The result is truthy
        when the answer is right. `rng` makes the instances repeatable.

        Raises ValueError for an unknown problem.

        >>> check("1.e", None)
        ○ Problem 1.e: not attempted yet
        """
        asked = find(problem)
        try:
            remarks = compare(asked, answer, np.random.default_rng(rng))
        except NotAttempted:
            return Result(asked.id, "not attempted yet")
        except Wrong as wrong:
            return Result(asked.id, "not passed", wrong.sentences)
        return Result(asked.id, "passed", remarks=remarks)

    def hint(self, problem: str, number: int = 1) -> Hint:
        """Give hint `number` of a problem; the first says least.

        Raises ValueError for an unknown problem or a number it has no hint for.

        >>> check.hint("1.e").of
        3
        """
        asked = find(problem)
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(asked.hints):
            raise ValueError(f"number is {number!r}, but problem {asked.id} has hints 1 to {len(asked.hints)}.")
        return Hint(asked.id, number, len(asked.hints), asked.hints[number - 1])

    def __repr__(self) -> str:
        return 'check(problem, answer), check.hint(problem): for example check.hint("7.1")'


check = Check()
