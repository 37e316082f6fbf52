"""Problem 8.c: each experiment that a diagnosis names shows with each bug what the diagnosis says."""

import numpy as np
import pytest

from bpkit.machines import Deadlock, run
from bpkit.problems.chapter_08.problem_8_c import EXPERIMENTS
from bpkit.problems.planted_ranks import BUGS, trained


def weights(bug, ranks, examples, steps, x=None, y=None):
    """The weights of all ranks after so many steps on random examples."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(3, examples)) if x is None else x
    y = rng.normal(size=(1, examples)) if y is None else y
    return run(lambda comm: trained(comm, x, y, steps, **BUGS.get(bug, {})), ranks).results


def finishes(bug):
    try:
        weights(bug, 4, 3, 2)
    except Deadlock:
        return "a deadlock"
    return "finished"


def same(bug, examples, steps):
    found = weights(bug, 4, examples, steps)
    return "the same on all ranks" if all(np.allclose(omega, found[0]) for omega in found) else "different"


def right(bug, ranks, examples, steps):
    found, expected = weights(bug, ranks, examples, steps)[0], weights("none", 1, examples, steps)[0]
    return "those of version 0" if np.allclose(found, expected) else "others"


def changes(bug):
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(3, 10)), rng.normal(size=(1, 10))
    other = y + 5 * (np.arange(10) == 9)
    found, after = weights(bug, 4, 10, 1, x, y), weights(bug, 4, 10, 1, x, other)
    return "nothing" if np.allclose(found, after) else "the weights"


def counted(bug):
    x, y = np.full((3, 1), 1e-6), np.ones((1, 1))
    return f"{weights(bug, 1, 1, 4, x, y)[0][0] / weights(bug, 1, 1, 1, x, y)[0][0]:.0f}"


def shown(bug):
    """What the experiments show, in the words of the diagnoses and in their order."""
    return [
        same(bug, 8, 0),
        finishes(bug),
        right(bug, 1, 8, 2),
        same(bug, 8, 1),
        right(bug, 4, 8, 1),
        right(bug, 4, 10, 1),
        changes(bug),
        right(bug, 1, 8, 1),
        counted(bug),
    ]


@pytest.mark.parametrize("bug", BUGS)
def test_each_experiment_shows_what_the_diagnoses_say(bug):
    assert shown(bug) == [words.get(bug, otherwise) for _, otherwise, words in EXPERIMENTS]
