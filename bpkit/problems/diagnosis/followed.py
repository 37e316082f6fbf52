"""Finds the parts that are wrong only because an earlier one is."""

from collections.abc import Mapping, Sequence

from bpkit.problems.form import is_right
from bpkit.problems.problem import Arguments, Entries, Problem


def follows_from(
    wrong: Sequence[str], given: Sequence[Entries], instances: Sequence[Arguments], problem: Problem
) -> Mapping[str, str]:
    """For each wrong part that is what follows from an earlier wrong one, the name of that one.

    What follows is computed from the part that the reader gave, not from the right one. So the claim is only made
    where the step between the two is right.
    """
    found: dict[str, str] = {}
    for name, (source, formula) in problem.follows.items():
        if name in wrong and source in wrong:
            try:
                expected = [{name: formula(one, **arguments)} for one, arguments in zip(given, instances, strict=True)]
            except (TypeError, ValueError, IndexError, KeyError, ArithmeticError):
                continue  # what the reader gave has another form
            if all(is_right(name, *pair, problem.tolerance) for pair in zip(given, expected, strict=True)):
                found[name] = source
    return found
