"""Data parallel training in which a bug can be planted, for problem 8.c. (Reading on gives the six bugs away.)"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpkit.machines import all_reduce
from bpkit.numerical.even_slices import even_slices
from bpkit.problems.numbered import require_number

Version = Callable[[Any, Any, Any, int], Any]
RATE = 0.1


def trained(
    comm: Any, x: Any, y: Any, steps: int,
    mean_of_means: bool = False,
    divided: bool = True,
    leaves: bool = False,
    added_again: bool = False,
    stale_twice: bool = False,
    start: Callable[[int], float] = lambda rank: 0.0,
    summed: bool = True,
    handed_out: bool = True,
    whole_parts: bool = False,
) -> Any:  # fmt: skip
    """Fit y ≈ Ωx by so many steps on the mean squared error, and return Ω; every keyword after `steps` plants a bug.

    x is (D, I) and y is (1, I). Each rank has the columns that `even_slices` gives it.
    """
    rows, examples = x.shape
    omega, gradient, before = np.full(rows, start(comm.rank)), np.zeros(rows), np.zeros(rows)
    mine = even_slices(examples, comm.size)[comm.rank]
    if whole_parts:
        mine = slice(comm.rank * (examples // comm.size), (comm.rank + 1) * (examples // comm.size))
    h, target = x[:, mine], y[0, mine]
    if leaves and h.shape[1] == 0:
        return omega
    for _ in range(steps):
        own = 2 * h @ (omega @ h - target)
        if mean_of_means:
            own /= max(h.shape[1], 1) * comm.size
        elif divided:
            own /= examples if summed else max(h.shape[1], 1)
        gradient = gradient + own if added_again else own
        total = gradient.copy()
        if summed:
            all_reduce(comm, total)
        if not handed_out and comm.rank > 0:
            total = gradient
        omega = omega - RATE * (total + before if stale_twice else total)
        before = total
    return omega


# The bugs the statement of 8.c lists, as keywords of `trained`; three of them are in no version.
BUGS: Mapping[str, Mapping[str, Any]] = {
    "mean-of-means": {"mean_of_means": True},
    "not-divided": {"divided": False},
    "leaves-early": {"leaves": True},
    "added-again": {"added_again": True},
    "stale-twice": {"stale_twice": True},
    "other-start": {"start": lambda rank: 0.5 * rank},
    "no-sum": {"summed": False},
    "not-handed-out": {"handed_out": False},
    "rest-dropped": {"whole_parts": True},
}
PLANTED = ("stale-twice", "mean-of-means", "not-handed-out", "leaves-early", "rest-dropped", "other-start")


def training_with_bug(number: int) -> Version:
    """Return version 1, 2, …, 6 of data parallel training, `version(comm, x, y, steps)`, with one bug (problem 8.c).

    It returns the weights Ω, of shape (D,), on every rank. Version 0 has no bug.

    Raises ValueError for another number.

    >>> from bpkit.machines import run
    >>> x, y = np.ones((1, 4)), np.full((1, 4), 3.0)
    >>> [round(float(omega[0]), 2) for omega in run(training_with_bug(0), 2, x, y, 40).results]
    [3.0, 3.0]
    """
    require_number(number, 0, len(PLANTED))
    bug = BUGS[PLANTED[number - 1]] if number else {}

    def version(comm: Any, x: Any, y: Any, steps: int) -> Any:
        return trained(comm, x, y, steps, **bug)

    return version
