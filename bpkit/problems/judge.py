"""The judge: compares a reader's answer with the right one on fresh random instances and says what is wrong with it."""

import copy
import difflib
import functools
import importlib
import linecache
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from bpkit.problems.diagnosis import diagnose
from bpkit.problems.form import Wrong, agrees_everywhere, by_name
from bpkit.problems.problem import Arguments, Problem, Unfit
from bpkit.problems.result import Hint, Result
from bpkit.problems.time_limit import StillRunning, TimeUp, call_with_time_limit

SECONDS = 5.0  # the time that the reader's function has
HERE = Path(__file__).parent


class NotAttempted(Exception):
    """The answer is still the starter cell's."""


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
            compare(asked, answer, np.random.default_rng(rng))
        except NotAttempted:
            return Result(asked.id, "not attempted yet")
        except Wrong as wrong:
            return Result(asked.id, "not passed", wrong.sentences)
        return Result(asked.id, "passed")

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


def compare(problem: Problem, answer: Any, rng: np.random.Generator) -> None:
    """Return when the answer is right, else raise NotAttempted or Wrong."""
    if answer is None or answer is ...:
        raise NotAttempted
    if problem.instances is None:
        if callable(answer):
            raise Wrong("This problem asks for a value, and you passed a function: call it, or write the value itself.")
        instances: Sequence[Arguments] = [{}]
        given, failure = [measured(problem, answer, {})], ""
    else:
        if not callable(answer):
            raise Wrong(
                f"This problem asks for a function, and you passed a {type(answer).__name__}: "
                "pass the function's name without calling it."
            )
        instances = problem.instances(rng)
        given, failure = run_answer(answer, instances, problem)
        instances = instances[: len(given)]  # those before the one on which the function raised something
    right = [problem.truth(**instance) for instance in instances]
    parts = [by_name(one, list(expected)) for one, expected in zip(given, right, strict=True)]
    wrong = [name for name in right[0] if not agrees_everywhere(name, parts, right, problem.tolerance)]
    if wrong or failure:
        raise Wrong(*diagnose(wrong, parts, right, instances, problem, failure))


def run_answer(answer: Callable[..., Any], instances: Sequence[Arguments], problem: Problem) -> tuple[list[Any], str]:
    """Call the reader's function on a copy of every instance, and measure the results, under one time limit.

    Return the results, and the sentence about the exception on a later instance that ended them; empty without one.
    """
    results: list[Any] = []

    def call_all() -> None:
        for instance in instances:
            arguments = copy.deepcopy(dict(instance))
            results.append(measured(problem, answer(**arguments), instance))
            changed = [name for name in instance if not same(instance[name], arguments[name])]
            if changed:
                raise Wrong(
                    f"Your function changes its argument `{changed[0]}` in place: work on a copy, or a second call "
                    "with the same input gives another answer."
                )
            if results[-1] is None or results[-1] is ...:
                break

    try:
        call_with_time_limit(call_all, SECONDS)
    except Wrong:
        raise
    except TimeUp:
        raise Wrong(
            f"Your function was stopped after {SECONDS:.0f} seconds: is there a loop in it that never ends?"
        ) from None
    except StillRunning:
        raise Wrong(
            f"Your function was still busy after {SECONDS:.0f} seconds and could not be stopped: interrupt or restart "
            "the kernel, and look for a step that takes very long."
        ) from None
    except NotImplementedError:
        raise NotAttempted from None
    except BaseException as error:
        if not isinstance(error, Exception | SystemExit):
            raise  # the reader interrupted the kernel
        failure = explain_exception(error, answer, instances[0])
        if not results:
            raise Wrong(failure) from None
        return results, failure
    if results[-1] is None or results[-1] is ...:
        if _is_untouched(answer):
            raise NotAttempted
        raise Wrong("Your function returns None: did you forget the `return`?")
    return results, ""


def measured(problem: Problem, result: Any, instance: Arguments) -> Any:
    """What is compared of a result: the result itself, or what the problem measures of it."""
    if problem.measure is None or result is None or result is ...:
        return copied(result)
    try:
        return problem.measure(result, **instance)
    except Unfit as unfit:
        raise Wrong(str(unfit)) from None


def copied(result: Any) -> Any:
    """A copy of what the reader's function returned, which its next call cannot change."""
    try:
        return copy.deepcopy(result)
    except Exception:  # a generator, an open file, …
        raise Wrong(f"Your function returns a {type(result).__name__}: return numbers or arrays.") from None


def _is_untouched(answer: Callable[..., Any]) -> bool:
    """Whether the function's body is `...` or `pass`: then its code loads nothing at all."""
    code = getattr(answer, "__code__", None)
    return code is not None and not code.co_names and code.co_nlocals == code.co_argcount + code.co_kwonlyargcount


def explain_exception(error: BaseException, answer: Callable[..., Any], instance: Arguments) -> str:
    """Say what the reader's function raised and in which of its lines."""
    line = ""
    trace = error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename == getattr(getattr(answer, "__code__", None), "co_filename", None):
            text = linecache.getline(filename, trace.tb_lineno).strip()
            line = f" in the line `{text}`" if text else f" in its line {trace.tb_lineno}"
        trace = trace.tb_next
    if isinstance(error, TypeError) and not line:
        names = ", ".join(instance)
        return f"Your function cannot be called as this problem calls it, with ({names}): {error}."
    return f"Your function raised {type(error).__name__}{line}: {error}"


def same(before: Any, after: Any) -> bool:
    """Whether an argument is what it was, arrays inside lists and dictionaries included."""
    if isinstance(before, Mapping):
        return (
            isinstance(after, Mapping)
            and before.keys() == after.keys()
            and all(same(before[k], after[k]) for k in before)
        )
    if isinstance(before, list | tuple):
        return isinstance(after, list | tuple) and len(before) == len(after) and all(map(same, before, after))
    if isinstance(before, np.ndarray):
        return isinstance(after, np.ndarray) and before.shape == after.shape and bool(np.all(before == after))
    return bool(before == after or before is after)
