"""Sentences for problems with planted bugs: for every wrong guess, an experiment that speaks against it."""

from collections.abc import Collection, Iterable, Sequence

from bpkit.problems.problem import Slip
from bpkit.problems.slips import wrong_words

# An experiment, what it shows as a rule, and what it shows with some of the bugs.
Experiment = tuple[str, str, dict[str, str]]


def numbered_versions(planted: Iterable[str]) -> dict[str, str]:
    """Return the bug of each version: the right answer to a problem with planted bugs.

    >>> numbered_versions(["short", "slow"])
    {'version_1': 'short', 'version_2': 'slow'}
    """
    return {f"version_{number}": bug for number, bug in enumerate(planted, start=1)}


def refutations(planted: Sequence[str], bugs: Collection[str], experiments: Sequence[Experiment]) -> tuple[Slip, ...]:
    """Return a slip for every version and every bug that it does not have; version 1 has the bug `planted[0]`.

    >>> lengths = ("the length", "right", {"short": "too small"})
    >>> refutations(["short"], ["short", "slow"], [lengths])[0].sentence
    'with the bug you name, the length would be right; in this version: too small.'
    """
    right = numbered_versions(planted)

    def sentence(version: str, claimed: str) -> str:
        subject, would, does = first_difference(claimed, right[version], experiments)
        return f"with the bug you name, {subject} would be {would}; in this version: {does}."

    return wrong_words(right, bugs, sentence)


def first_difference(claimed: str, planted: str, experiments: Sequence[Experiment]) -> tuple[str, str, str]:
    """Return the first experiment that tells two bugs apart: its subject, and what it shows with each."""
    return next(
        (subject, shown.get(claimed, otherwise), shown.get(planted, otherwise))
        for subject, otherwise, shown in experiments
        if shown.get(claimed, otherwise) != shown.get(planted, otherwise)
    )
