"""What a reader has done with the problems, as steps; and the lines of text in which steps are kept."""

import datetime
import re
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

State = Literal["solved", "tried", "open"]

TRIED, SOLVED = "tried", "solved"
LINE = re.compile(r"\d{4}-\d\d-\d\d\s+(?P<problem>\S+)\s+(?P<what>tried|solved|hint [1-9]\d{0,2})\s*")
HEADING = (
    "# What you have done with the problems, noted by check(): day, problem, step. Lines are added, never changed.\n"
)


class Step(NamedTuple):
    """One thing a reader has done with a problem: "tried", "solved", or "hint 2"."""

    problem: str
    what: str


class Steps(NamedTuple):
    """All steps in the order in which they were done, and the numbers of the lines that could not be read."""

    done: Sequence[Step] = ()
    damaged: Sequence[int] = ()


def hint_taken(number: int) -> str:
    """Return the word for a hint that was shown.

    >>> hint_taken(2)
    'hint 2'
    """
    return f"hint {number}"


def line_of(step: Step) -> str:
    """Return the line in which a step is kept, with today's date.

    >>> line_of(Step("7.4", "tried"))[10:]
    '\\t7.4\\ttried\\n'
    """
    return f"{datetime.date.today().isoformat()}\t{step.problem}\t{step.what}\n"


def read_steps(content: bytes) -> Steps:
    r"""Return the steps in a file's content; lines that are no steps are counted, and nothing else is made of them.

    Empty lines and comments are no damage, whatever the ends of the lines.

    >>> read_steps(b"# comment\r\n2026-11-28\t7.4\ttried\r\n\xff\n")
    Steps(done=[Step(problem='7.4', what='tried')], damaged=[3])
    """
    done, damaged = [], []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        text = line.decode("utf-8", errors="replace").strip()
        if not text or text.startswith("#"):
            continue
        found = LINE.fullmatch(text)
        if found:
            done.append(Step(found["problem"], found["what"]))
        else:
            damaged.append(number)
    return Steps(done, damaged)


def state_of(problem: str, done: Iterable[Step]) -> State:
    """Return how far a problem is: once solved it stays solved.

    >>> state_of("7.4", [Step("7.4", "solved"), Step("7.4", "tried")])
    'solved'
    """
    what = {step.what for step in done if step.problem == problem}
    return "solved" if SOLVED in what else "tried" if TRIED in what else "open"


def hints_of(problem: str, done: Iterable[Step]) -> list[int]:
    """Return the numbers of the hints that were taken for a problem.

    >>> hints_of("7.4", [Step("7.4", "hint 2"), Step("7.4", "tried"), Step("7.4", "hint 2")])
    [2]
    """
    hints = {step.what for step in done if step.problem == problem and step.what.startswith("hint ")}
    return sorted(int(what.removeprefix("hint ")) for what in hints)
