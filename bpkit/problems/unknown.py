"""What is said to a reader who asks for a problem that there is not: the ids that may have been meant."""

import re
from collections.abc import Mapping, Sequence
from numbers import Number
from typing import Any

Chapters = Mapping[int, Sequence[str]]  # the ids of each chapter's problems, in order


def sentence_about(problem: Any, chapters: Chapters) -> str:
    """Return the sentence about something that is no problem's id.

    >>> chapters = {1: ["7.1", "7.2", "1.a"], 2: ["7.10", "2.a", "2.b"]}
    >>> sentence_about("2.z", chapters)
    "there is no problem '2.z': those that begin like it are 2.a and 2.b; check() lists all."
    >>> sentence_about(7.1, chapters)
    'problem is 7.1, expected its id in quotes: did you mean "7.1" or "7.10"?'
    >>> sentence_about("8.a", chapters)
    "there is no problem '8.a': the chapters with problems are 1 to 2; check() lists all."
    """
    ids = [name for names in chapters.values() for name in names]
    if isinstance(problem, Number):
        meant = [f'"{name}"' for name in (str(problem), f"{problem}0") if name in ids]  # 7.10 is the number 7.1
        if meant:
            return f"problem is {problem}, expected its id in quotes: did you mean {' or '.join(meant)}?"
    elif not isinstance(problem, str):
        return f'problem is of type {type(problem).__name__}, expected an id in quotes, such as "{ids[0]}".'
    shown = repr(problem) if len(str(problem)) <= 40 else f"{str(problem)[:40]!r}…"
    return f"there is no problem {shown}: {suggestion(str(problem), chapters)}"


def suggestion(asked: str, chapters: Chapters) -> str:
    """Return which problems may have been meant: one that is written in another way, or those of the same kind."""
    ids = [name for names in chapters.values() for name in names]
    found = re.search(r"(\d+)\W*(\w*)", asked.lower(), re.ASCII)
    if found is None:
        ours = next(name for name in ids if name[-1].isalpha())
        return f'an id looks like "{ids[0]}" or "{ours}".'
    number, rest = found.groups()
    if f"{number}.{rest}" in ids:
        return f'did you mean "{number}.{rest}"?'
    if not rest and int(number) in chapters:
        return f"those of chapter {number} are {listed(chapters[int(number)])}; check() lists all."
    alike = [name for name in ids if name.startswith(f"{number}.")]
    alike = [name for name in alike if name.rpartition(".")[2].isdigit() == rest.isdigit()] or alike
    if alike:
        return f"those that begin like it are {listed(sorted(alike, key=in_order))}; check() lists all."
    return f"the chapters with problems are {min(chapters)} to {max(chapters)}; check() lists all."


def in_order(problem: str) -> tuple[int, str]:
    """Return what ids with the same beginning are sorted by.

    >>> sorted(["7.10", "7.9", "7.a"], key=in_order)
    ['7.a', '7.9', '7.10']
    """
    last = problem.rpartition(".")[2]
    return (int(last), "") if last.isdigit() else (0, last)


def listed(names: Sequence[str]) -> str:
    """Return names with an "and" before the last.

    >>> listed(["1.a", "1.b", "1.c"])
    '1.a, 1.b and 1.c'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
