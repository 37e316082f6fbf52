"""Names what is wrong with an answer: a known slip, one that any gradient can have, or an error of form."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.form import Wrong, agrees_everywhere, in_form, is_right, listed
from bpkit.problems.problem import Arguments, Entries, Problem, Slip


def diagnose(
    wrong: Sequence[str],
    given: Sequence[Entries],
    right: Sequence[Entries],
    instances: Sequence[Arguments],
    problem: Problem,
    failure: str,
) -> list[str]:
    """Name the slip behind each wrong part where it is known; then the first error of form, or what else is wrong."""
    known = named_by_slips(wrong, given, instances, problem)
    by_sentence: dict[str, list[str]] = {}
    for name in wrong:
        sentence = known.get(name) or general_slip(name, given, right, problem.tolerance)
        by_sentence.setdefault(sentence, []).append(name)
    unexplained = by_sentence.pop("", [])
    lines = [f"{listed(names)}: {sentence}" for sentence, names in by_sentence.items()]
    error = error_of_form(unexplained, given, right) or failure
    if error:
        return [*lines, error]
    if unexplained:
        lines.append(f"{listed(unexplained)}: not right.")
    fine = len(right[0]) - len(wrong)
    if fine:
        lines.append("The other part is right." if fine == 1 else f"The other {fine} parts are right.")
    return lines


def named_by_slips(
    wrong: Sequence[str], given: Sequence[Entries], instances: Sequence[Arguments], problem: Problem
) -> dict[str, str]:
    """The sentence of the first slip that gives what the reader gave, for each wrong part that has one."""
    sentences: dict[str, str] = {}
    for slip in problem.slips:
        left = [name for name in wrong if name not in sentences]
        sentences |= dict.fromkeys(explained(slip, left, given, instances, problem.tolerance), slip.sentence)
    return sentences


def explained(
    slip: Slip, names: list[str], given: Sequence[Entries], instances: Sequence[Arguments], tolerance: float
) -> list[str]:
    """Those of the parts that the slip gives on every instance, shapes included."""
    for one, instance in zip(given, instances, strict=True):
        if not names:
            return []
        try:
            answer = slip.answer(**instance)
        except ValueError:  # the slip does not fit these shapes, and the reader's function did
            return []
        names = [name for name in names if is_right(name, one, answer, tolerance)]
    return names


def error_of_form(names: Sequence[str], given: Sequence[Entries], right: Sequence[Entries]) -> str:
    """What is wrong with the type or shape of the first of these parts that has one; empty when there is none."""
    for name in names:
        for one, expected in zip(given, right, strict=True):
            try:
                in_form(name, one[name], expected[name])
            except Wrong as wrong:
                return str(wrong)
    return ""


def general_slip(name: str, given: Sequence[Entries], right: Sequence[Entries], tolerance: float) -> str:
    """Name a slip that any gradient can have; empty when there is none."""
    if isinstance(right[0][name], str):
        return ""

    def is_everywhere(change: Callable[[Any], Any]) -> bool:
        changed = [{name: changed_part(change, r[name])} for r in right]
        return agrees_everywhere(name, given, changed, tolerance)

    if is_everywhere(np.zeros_like):
        return "always zero."
    if is_everywhere(np.negative):
        return "has the wrong sign."
    if is_everywhere(lambda value: value / 2):
        return "a factor of 2 is missing."
    if is_everywhere(lambda value: 2 * value):
        return "there is a factor of 2 too many."
    return ""


def changed_part(change: Callable[[Any], Any], value: Any) -> Any:
    """A right part with the same change made to each of its arrays."""
    if isinstance(value, list):
        return [changed_part(change, one) for one in value]
    return change(np.asarray(value, dtype=float))
