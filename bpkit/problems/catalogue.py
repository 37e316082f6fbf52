"""The catalogue of all problems: found in the folders of the chapters, in the book's order."""

import functools
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bpkit.problems.problem import Problem
from bpkit.problems.unknown import sentence_about

HERE = Path(__file__).parent


def find(problem: Any) -> Problem:
    """Return the problem with this id; the problems are imported when the first one is looked up.

    Raises ValueError for any other thing, with the ids that may have been meant.
    """
    if is_id(problem):
        return all_problems()[problem]
    raise ValueError(sentence_about(problem, {number: [one.id for one in them] for number, them in chapters().items()}))


def is_id(problem: Any) -> bool:
    """Tell whether this is a problem's id."""
    return isinstance(problem, str) and problem in all_problems()


@functools.cache
def all_problems() -> Mapping[str, Problem]:
    """Return every problem by its id, chapter by chapter; in a chapter the book's problems come before our own."""
    return MappingProxyType({problem.id: problem for problems in chapters().values() for problem in problems})


@functools.cache
def chapters() -> Mapping[int, Sequence[Problem]]:
    """Return the problems of each chapter by its number."""
    names = sorted(name for name in module_names(HERE) if name.startswith("chapter_"))
    return MappingProxyType({int(name.removeprefix("chapter_")): problems_in(name) for name in names})


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
