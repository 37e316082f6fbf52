"""The judge: compares a reader's answer with the right one on fresh random instances and says what is wrong with it."""

import copy
import linecache
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.diagnosis import diagnose
from bpkit.problems.form import Wrong, agrees_everywhere, by_name
from bpkit.problems.problem import Arguments, Problem, Unfit
from bpkit.problems.time_limit import StillRunning, TimeUp, call_with_time_limit

SECONDS = 5.0  # the time that the reader's function has


class NotAttempted(Exception):
    """The answer is still the starter cell's."""


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
