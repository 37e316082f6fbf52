"""Names an answer that is something else as it stands: an argument, another part, the same result again and again."""

from typing import Any

import numpy as np

from bpkit.problems.diagnosis.evidence import Evidence, for_each_array
from bpkit.problems.form import is_right


def always_zero(evidence: Evidence) -> str:
    """Say that nothing but 0 was given: not of one small answer to a question asked once, where nothing is always."""
    if len(evidence.pairs) == 1 and len(evidence.others[0]) == 1 and not varies(evidence):
        return ""
    return "always zero." if evidence.is_everywhere(for_each_array(np.zeros_like)) else ""


def copy_of_something(evidence: Evidence) -> str:
    """Name what was given in place of the part; empty when it is nothing that is known."""
    return an_argument(evidence) or another_part(evidence)


def an_argument(evidence: Evidence) -> str:
    """Name the argument that was handed back."""
    for name, first in evidence.instances[0].items():
        if is_numeric(first) and evidence.is_everywhere(lambda right, arguments, name=name: arguments[name]):
            return f"this is the argument `{name}` itself." if varies(evidence) else ""
    return ""


def another_part(evidence: Evidence) -> str:
    """Name the other part whose right value was given."""
    for name, value in evidence.others[0].items():
        if name == evidence.name or not is_numeric(value) or not varies(evidence):
            continue
        if all(equals(evidence, i, parts[name]) for i, parts in enumerate(evidence.others)):
            return f"this is what `{name}` should be."
    return ""


def equals(evidence: Evidence, i: int, expected: Any) -> bool:
    return is_right(evidence.name, {evidence.name: evidence.given[i]}, {evidence.name: expected}, evidence.tolerance)


def varies(evidence: Evidence) -> bool:
    """Whether what was given is more than one small number, which could be anything."""
    return evidence.is_telling or any(np.size(right) >= 3 for _, right in evidence.pairs)


def is_numeric(value: Any) -> bool:
    """Whether a value is made of numbers, so that it could stand in place of a part."""
    if isinstance(value, list | tuple):
        return bool(value) and all(is_numeric(one) for one in value)
    kind = value.dtype.kind if isinstance(value, np.ndarray) else ""
    return kind in "iuf" if kind else isinstance(value, int | float) and not isinstance(value, bool)


def always_the_same(evidence: Evidence) -> str:
    """Say that one result was given on every instance, where the right ones differ."""
    if len(evidence.given) < 2 or not evidence.pairs:
        return ""
    (first, right), *others = evidence.pairs
    same_shape = [(g, r) for g, r in others if g.shape == first.shape]
    if len(same_shape) < len(others) or all(np.array_equal(r, right) for _, r in others):
        return ""
    if first.size == 0 or not all(np.array_equal(g, first) for g, _ in others):
        return ""
    if not evidence.wrong_instances[0]:
        return "right for the first call, and the same again in every later one, whatever the arguments are."
    return "the same on every input, whatever the arguments are."
