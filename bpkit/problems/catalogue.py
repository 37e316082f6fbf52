"""The catalogue of all problems and questions: found in the folders of the chapters, in the book's order."""

import functools
import importlib
import pkgutil
import re
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
        return all_problems().get(problem) or questions()[problem]
    meant = quizzes() if re.match(r"\s*\d+\W*q\d", str(problem), re.IGNORECASE | re.ASCII) else chapters()
    raise ValueError(sentence_about(problem, {number: [one.id for one in them] for number, them in meant.items()}))


def is_id(problem: Any) -> bool:
    """Tell whether this is the id of a problem or of a quiz's question."""
    return isinstance(problem, str) and (problem in all_problems() or problem in questions())


@functools.cache
def all_problems() -> Mapping[str, Problem]:
    """Return every problem by its id, chapter by chapter; in a chapter the book's problems come before our own."""
    return MappingProxyType({problem.id: problem for problems in chapters().values() for problem in problems})


@functools.cache
def questions() -> Mapping[str, Problem]:
    """Return every question of the quizzes by its id, which begins with the chapter: 1.q1."""
    return MappingProxyType({problem.id: problem for problems in quizzes().values() for problem in problems})


@functools.cache
def quizzes() -> Mapping[int, Sequence[Problem]]:
    """Return the questions of each chapter's quiz by its number."""
    names = sorted(name for name in module_names(HERE / "quiz") if name.startswith("chapter_"))
    modules = {name: importlib.import_module(f"bpkit.problems.quiz.{name}") for name in names}
    return MappingProxyType({int(name.removeprefix("chapter_")): module.QUIZ for name, module in modules.items()})


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
