"""The judge: compares a reader's answer with the right one on fresh random instances and says what is wrong with it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.calling import caller
from bpkit.problems.diagnosis import diagnose
from bpkit.problems.form import Wrong, agrees_everywhere, by_name, by_order, listed
from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.raised import type_of
from bpkit.problems.remarks import remark_on_shapes
from bpkit.problems.running import Call, run_answer

SECONDS = 5.0  # the time that the reader's function has


class NotAttempted(Exception):
    """The answer is still the starter cell's."""


def compare(problem: Problem, answer: Any, rng: np.random.Generator) -> tuple[str, ...]:
    """Return remarks when the answer is right, none as a rule, else raise NotAttempted or Wrong."""
    if answer is None or answer is ...:
        raise NotAttempted
    instances, call = how_to_ask(problem, answer, rng)
    try:
        results, failure = run_answer(call, instances, problem, SECONDS)
    except NotImplementedError:
        raise NotAttempted from None
    if results and (results[-1] is None or results[-1] is ...):
        if _is_untouched(answer):
            raise NotAttempted
        raise Wrong("Your function returns None: did you forget the `return`?")
    instances = instances[: len(results)]  # those before the one on which the function raised something
    right = [problem.truth(**instance) for instance in instances]
    parts, renamed = parts_of(results, right, problem.tolerance)
    wrong = [name for name in right[0] if not agrees_everywhere(name, parts, right, problem.tolerance)]
    if wrong or failure:
        raise Wrong(*diagnose(wrong, parts, right, instances, problem, failure))
    return (*renamed, *remark_on_shapes(parts[0], right[0]))


def how_to_ask(problem: Problem, answer: Any, rng: np.random.Generator) -> tuple[Sequence[Arguments], Call]:
    """The instances, and how the reader's answer to one is got."""
    if problem.instances is None:
        if callable(answer):
            raise Wrong("This problem asks for a value, and you passed a function: call it, or write the value itself.")
        return [{}], lambda arguments: answer
    if not callable(answer):
        raise Wrong(
            f"This problem asks for a function, and you passed a {type_of(answer)}: "
            "pass the function's name without calling it."
        )
    instances = [with_counts_of_this_platform(one) for one in problem.instances(rng)]
    return instances, caller(answer, list(instances[0]))


def with_counts_of_this_platform(instance: Arguments) -> Arguments:
    """The arguments with whole numbers of the size NumPy counts with here; random ones have 64 bits everywhere.

    In a browser it counts with 32 bits, and `np.repeat` or `np.bincount` refuse what is longer.
    """
    return {name: value.astype(np.intp) if isinstance(value, np.ndarray) and value.dtype == np.int64 else value
            for name, value in instance.items()}  # fmt: skip


def parts_of(
    results: Sequence[Any], right: Sequence[Entries], tolerance: float
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The results taken apart; other names than the book's pass where everything is right in their order."""
    names = list(right[0])
    try:
        return [by_name(result, names) for result in results], ()
    except Wrong:
        in_order = [by_order(result, names) for result in results]
        parts = [part for part in in_order if part is not None]
        if len(parts) < len(results) or not all(agrees_everywhere(name, parts, right, tolerance) for name in names):
            raise
    return parts, (f"the parts of this problem are called {listed(names)}; yours were taken in this order.",)


def _is_untouched(answer: Callable[..., Any]) -> bool:
    """Whether the function's body is `...` or `pass`: then its code loads nothing at all."""
    code = getattr(answer, "__code__", None)
    return code is not None and not code.co_names and code.co_nlocals == code.co_argcount + code.co_kwonlyargcount
