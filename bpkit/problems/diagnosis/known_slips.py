"""Names the problem's own slips: the wrong answers that it knows, each with a sentence."""

from collections.abc import Sequence

from bpkit.problems.form import is_right
from bpkit.problems.problem import Arguments, Entries, Problem, Slip


def named_by_slips(
    wrong: Sequence[str], given: Sequence[Entries], instances: Sequence[Arguments], problem: Problem
) -> dict[str, str]:
    """The sentence of a slip for each wrong part that has one.

    One slip that explains all the wrong parts is believed before several that share them, and one that explains more
    parts before one that explains fewer; of equal ones the first.
    """
    explained_by = [(slip, explained(slip, wrong, given, instances, problem.tolerance)) for slip in problem.slips]
    sentences: dict[str, str] = {}
    for slip, names in sorted(explained_by, key=lambda one: -len(one[1])):
        if len(names) == len(wrong) or not slip.alone:
            sentences = {**dict.fromkeys(names, slip.sentence), **sentences}
    return sentences


def explained(
    slip: Slip, names: Sequence[str], given: Sequence[Entries], instances: Sequence[Arguments], tolerance: float
) -> list[str]:
    """Those of the parts that the slip gives on every instance, shapes included."""
    left = list(names)
    for one, instance in zip(given, instances, strict=True):
        try:
            answer = slip.answer(**instance) if left else {}
        except ValueError:  # the slip does not fit these shapes, and the reader's function did
            return []
        if slip.whole and not all(is_right(name, one, answer, tolerance) for name in answer):
            return []
        left = [name for name in left if is_right(name, one, answer, tolerance)]
    return left
