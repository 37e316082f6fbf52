"""What `check("7.4")` shows when no answer is given: what the problem asks, and which hints were taken."""

import re

from bpkit.problems.problem import Problem
from bpkit.problems.progress.chapter_states import difficulty, noted
from bpkit.problems.progress.links import link_to
from bpkit.problems.progress.statements import beginning, statement_of
from bpkit.problems.progress.steps import hints_of, state_of
from bpkit.problems.progress.view import MARKS, View, counted


def description(problem: Problem) -> View:
    """Return a problem's statement, its points, the hints that were taken, and how to go on."""
    steps, _ = noted()
    state = state_of(problem.id, steps.done)
    effort = f"{counted(problem.points, 'point')}, about {problem.minutes} minutes, {difficulty(problem)}"
    heading = f"{problem.id} · {problem.title}"
    facts = f"{effort}; {MARKS[state]} {state}"
    stated = statement_of(problem.id)
    statement = beginning(stated.text) if stated else ""
    taken = [number for number in hints_of(problem.id, steps.done) if number <= len(problem.hints)]
    hints = [f"Hint {number}: {problem.hints[number - 1]}" for number in taken]
    following = next((number for number in range(1, len(problem.hints) + 1) if number not in taken), None)
    more = [f'To check an answer: `check("{problem.id}", answer)`.']
    if following:
        asked = f'"{problem.id}", {following}' if following > 1 else f'"{problem.id}"'
        more.append(f"{len(taken)} of {len(problem.hints)} hints taken; for the next: `check.hint({asked})`.")
    text = [f"{heading} ({facts})", statement, *hints, *more]
    address = link_to(problem.id, "exercises")
    place = f"[exercises/{stated.notebook}]({address})" if stated and address else ""
    rich = [f"**{literally(heading)}** ({facts})", statement, *map(literally, hints), *more, place]
    return View("\n\n".join(filter(None, text)), "\n\n".join(filter(None, rich)), kind="text/markdown")


def literally(text: str) -> str:
    r"""Return a sentence as Markdown that shows it as it is; code in backticks stays code.

    >>> literally("`a * b` is a * b")
    '`a * b` is a \\* b'
    """
    pieces = text.split("`")
    return "`".join(re.sub(r"[\\*_$<\[]", r"\\\g<0>", piece) if n % 2 == 0 else piece for n, piece in enumerate(pieces))
