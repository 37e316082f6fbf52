"""Sentences for problems with planted bugs: for every wrong guess, an experiment that speaks against it."""

from collections.abc import Iterable, Sequence

from bpkit.problems.problem import Slip

# An experiment, what it shows as a rule, and what it shows with some of the bugs.
Experiment = tuple[str, str, dict[str, str]]


def refutations(planted: Sequence[str], bugs: Iterable[str], experiments: Sequence[Experiment]) -> tuple[Slip, ...]:
    """Return a slip for every version and every bug that it does not have; version 1 has the bug `planted[0]`.

    >>> lengths = ("the length", "right", {"short": "too small"})
    >>> refutations(["short"], ["short", "slow"], [lengths])[0].sentence
    'with the bug you name, the length would be right; in this version: too small.'
    """

    def slip(number: int, claimed: str) -> Slip:
        subject, would, does = next(
            (what, shown.get(claimed, otherwise), shown.get(planted[number - 1], otherwise))
            for what, otherwise, shown in experiments
            if shown.get(claimed, otherwise) != shown.get(planted[number - 1], otherwise)
        )
        sentence = f"with the bug you name, {subject} would be {would}; in this version: {does}."
        return Slip(lambda: {f"version_{number}": claimed}, sentence)

    return tuple(slip(n, bug) for n, has in enumerate(planted, start=1) for bug in bugs if bug != has)
