"""Item statistics: how each problem did in a class."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from bpkit.command.course.graded import Graded


class Statistics(NamedTuple):
    """One problem in one class. Shares are of those who handed in the chapter, whether they tried it or not."""

    problem: str
    points: float
    handed_in: int
    attempts: int
    solved: int
    discrimination: float | None  # None: everybody did the same, or the rest is all the same
    slips: tuple[tuple[str, int], ...]  # the most frequent first, with how many students made it

    @property
    def share_solved(self) -> float:
        """The share of those who handed in that solved it."""
        return self.solved / self.handed_in


def statistics_of(submissions: Sequence[Graded]) -> list[Statistics]:
    """Return the statistics of each problem of one assignment; submissions that could not be graded are left out."""
    graded = [one for one in submissions if not one.failure]
    problems = list(dict.fromkeys(item.problem for one in graded for item in one.items))
    return [statistics_of_problem(problem, graded) for problem in problems]


def statistics_of_problem(problem: str, graded: Sequence[Graded]) -> Statistics:
    """Return the statistics of one problem, which may have several checks."""
    items = [[item for item in one.items if item.problem == problem] for one in graded]
    points = [sum(item.points for item in own) for own in items]
    rest = [one.points - own for one, own in zip(graded, points, strict=True)]
    slips = Counter(slip for own in items for slip in {slip for item in own for slip in item.slips})
    return Statistics(
        problem,
        max(sum(item.most for item in own) for own in items),
        len(graded),
        sum(any(item.attempted for item in own) for own in items),
        sum(all(item.solved for item in own) for own in items),
        correlation(points, rest),
        tuple(slips.most_common()),
    )


def correlation(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Return Pearson's correlation, None where one of the two does not vary.

    The discrimination of a problem is that of its points with those of all *other* problems: with itself in the sum, a
    problem that has nothing to do with the rest would look useful.

    >>> correlation([0, 1, 2], [1, 2, 3]), correlation([1, 1], [0, 5])
    (1.0, None)
    """
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    square_x, square_y = sum((a - mean_x) ** 2 for a in x), sum((b - mean_y) ** 2 for b in y)
    if square_x == 0 or square_y == 0:
        return None
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sqrt(square_x * square_y)


def by_assignment(results: Iterable[tuple[str, Graded]]) -> Mapping[str, list[Statistics]]:
    """Return the statistics by assignment, from pairs of an assignment's name and a graded submission."""
    groups: dict[str, list[Graded]] = {}
    for assignment, graded in results:
        groups.setdefault(assignment, []).append(graded)
    return {name: statistics_of(group) for name, group in groups.items()}
