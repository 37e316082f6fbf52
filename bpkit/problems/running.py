"""Runs an answer on every instance, so that nothing it does ends the check or stays behind."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.form import Wrong
from bpkit.problems.printed import prints_shown
from bpkit.problems.problem import Arguments, Problem, Unfit
from bpkit.problems.raised import depth_of_recursion, in_one_line, last_line, line_at, line_of, text_of, type_of
from bpkit.problems.returned import plain
from bpkit.problems.surroundings import surroundings_kept
from bpkit.problems.time_limit import StillRunning, TimeUp, call_with_time_limit

Call = Callable[[Mapping[str, Any]], Any]

DEEP = 3  # a function that is on its own way this often calls itself


def run_answer(call: Call, instances: Sequence[Arguments], problem: Problem, seconds: float) -> tuple[list[Any], str]:
    """Call the reader's function on a copy of every instance, and measure the results, under one time limit.

    Return the results, and the sentence about the exception on a later instance that ended them, empty without one.

    Raises Wrong where there is no result at all, and NotImplementedError when the function does.
    """
    results: list[Any] = []
    failure = ""

    @np.errstate(all="ignore")
    def call_all() -> None:
        nonlocal failure
        for instance in instances:
            arguments = copy.deepcopy(dict(instance))
            try:
                results.append(measured(problem, call(arguments), instance))
                refuse_changes(instance, arguments)
            except (Wrong, NotImplementedError, TimeUp, KeyboardInterrupt):
                raise
            except BaseException as error:
                failure = what_raised(error, instance)
                failure += text_of(error)  # which may never end; then the sentence so far is what is said
                break
            if results[-1] is None or results[-1] is ...:
                break

    with surroundings_kept(), prints_shown():
        try:
            call_with_time_limit(call_all, seconds, is_under_way=lambda: bool(results))
        except TimeUp as stopped:
            if not failure:
                raise Wrong(out_of_time(stopped)) from None
        except StillRunning as running:
            raise Wrong(not_stopped(running)) from None
    if not results:
        raise Wrong(failure)
    return results, failure


def what_raised(error: BaseException, instance: Arguments) -> str:
    """What was raised and in which line, up to the exception's own text."""
    line = line_of(error)
    if isinstance(error, TypeError) and instance and not line:
        return f"Your function cannot be called as this problem calls it, with ({', '.join(instance)}): "
    return f"Your {'function' if instance else 'answer'} raised {type_of(error)}{line}: "


def out_of_time(stopped: TimeUp) -> str:
    """The sentence about an answer that was stopped: an endless loop, or a function that calls itself too often."""
    after = f"Your function was stopped after {stopped.seconds:.0f} seconds"
    if depth_of_recursion(stopped.__traceback__) >= DEEP:
        return (
            f"{after}: it calls itself, and was not done; does it work out the same thing again and again? "
            "Keep what is known, in a dictionary or with functools.cache."
        )
    line = last_line(stopped.__traceback__)
    return f"{after}: is there a loop in it that never ends?{f' It was in {line}.' if line else ''}"


def not_stopped(running: StillRunning) -> str:
    """The sentence about an answer that sits in compiled code, or catches everything."""
    line = line_at(running.frame)
    return (
        f"Your function was still busy after {running.seconds:.0f} seconds and could not be stopped: interrupt or "
        f"restart the kernel, and look for a step that takes very long.{f' It is in {line}.' if line else ''}"
    )


def measured(problem: Problem, result: Any, instance: Arguments) -> Any:
    """What is compared of a result: its plain values, or what the problem measures of it."""
    if problem.measure is None or result is None or result is ...:
        return plain(result)
    try:
        return problem.measure(result, **instance)
    except Unfit as unfit:
        raise Wrong(in_one_line(str(unfit))) from None


def refuse_changes(instance: Arguments, arguments: Mapping[str, Any]) -> None:
    """Raise Wrong when the reader's function has changed one of its arguments."""
    changed = [name for name in instance if not same(instance[name], arguments[name])]
    if changed:
        raise Wrong(
            f"Your function changes its argument `{changed[0]}` in place: work on a copy, or a second call "
            "with the same input gives another answer."
        )


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
