"""The catalogue of all problems: found in the folders of the chapters, in the book's order."""

import difflib
import functools
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bpkit.problems.problem import Problem

HERE = Path(__file__).parent


def find(problem: Any) -> Problem:
    """Return the problem with this id; the problems are imported when the first one is looked up."""
    known = all_problems()
    if isinstance(problem, str) and problem in known:
        return known[problem]
    # Without quotes 7.10 is the number 7.1.
    meant = [f'"{name}"' for name in (str(problem), f"{problem}0") if not isinstance(problem, str) and name in known]
    if meant:
        raise ValueError(f"problem is {problem}, expected its id in quotes: did you mean {' or '.join(meant)}?")
    near = difflib.get_close_matches(str(problem).lower(), known, n=1, cutoff=0.0)
    raise ValueError(f'there is no problem {problem!r}: did you mean "{near[0]}"? The ids are {", ".join(known)}.')


@functools.cache
def all_problems() -> Mapping[str, Problem]:
    """Return every problem by its id, chapter by chapter; in a chapter the book's problems come before our own."""
    chapters = sorted(name for name in module_names(HERE) if name.startswith("chapter_"))
    problems = [problem for chapter in chapters for problem in problems_in(chapter)]
    return MappingProxyType({problem.id: problem for problem in problems})


def problems_in(chapter: str) -> Sequence[Problem]:
    """Return the problems of a chapter: the PROBLEM of each file in its folder that is named after a problem."""
    files = sorted((name for name in module_names(HERE / chapter) if name.startswith("problem_")), key=place_in_chapter)
    return [importlib.import_module(f"bpkit.problems.{chapter}.{name}").PROBLEM for name in files]


def module_names(folder: Path) -> list[str]:
    """Return the names of the modules and packages in a folder."""
    return [module.name for module in pkgutil.iter_modules([str(folder)])]


def place_in_chapter(file: str) -> tuple[bool, int, str]:
    """Return what a chapter's files are sorted by: the book's problems by number, then our own by letter.

    >>> sorted(["problem_2_a", "problem_2_b", "problem_7_10", "problem_7_9"], key=place_in_chapter)
    ['problem_7_9', 'problem_7_10', 'problem_2_a', 'problem_2_b']
    """
    last = file.rpartition("_")[2]
    return (False, int(last), "") if last.isdigit() else (True, 0, last)
