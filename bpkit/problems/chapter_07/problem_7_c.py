"""Problem 7.c: where the peak is."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Large at the beginning, as images are; nearly equal, the first stretch a little larger; one stretch alone.

    And stretches of a single block; and two stretches behind a smaller one whose peaks are equal.
    """
    falling = np.sort(rng.integers(20, 90, size=13))[::-1]
    falling[:7] *= 40
    flat = np.array([300, *(rng.integers(330, 340, size=4)), *(rng.integers(300, 310, size=8))])
    middle = rng.integers(10, 60, size=11)
    middle[5:8] *= 50
    return [{"sizes": falling, "k": 3}, {"sizes": flat, "k": 4}, {"sizes": middle, "k": 2},
            {"sizes": rng.integers(5, 50, size=7), "k": 6}, {"sizes": rng.integers(5, 50, size=5), "k": 1},
            {"sizes": equal_peaks(rng), "k": 2}]  # fmt: skip


def equal_peaks(rng: np.random.Generator) -> Any:
    """Sizes for three stretches of two blocks: the last two need the same, the first one less."""
    sizes = rng.integers(20, 50, size=7)
    sizes[1], sizes[3] = 10, sizes[5] + sizes[6]
    return sizes


def peak_and_stretch(
    sizes: Any, k: int,
    checkpoints: Callable[[Any, int, int], Any] = lambda sizes, start, k: sizes[: start + 1 : k],
    inside: Callable[[Any, int, int], Any] = lambda sizes, start, k: sizes[start + 1 : start + k + 1],
) -> Entries:  # fmt: skip
    """The most that is held, and the stretch in which; both functions can plant a slip."""
    held = [int(np.sum(checkpoints(sizes, start, k)) + np.sum(inside(sizes, start, k)))
            for start in range(0, len(sizes) - 1, k)]  # fmt: skip
    return {"peak": max(held), "stretch": held.index(max(held))}


def last_of_the_highest(sizes: Any, k: int) -> int:
    """The last stretch in which the peak is reached."""
    stretches = range((len(sizes) - 1) // k)
    held = [int(np.sum(sizes[: s * k + 1 : k]) + np.sum(sizes[s * k + 1 : (s + 1) * k + 1])) for s in stretches]
    return max(stretches, key=lambda s: (held[s], s))


PROBLEM = Problem(
    id="7.c",
    title="Where is the peak?",
    points=3,
    minutes=20,
    hints=(
        "While a stretch is gone back through: which checkpoints are still there, and what of the stretch itself?",
        "Checkpoints behind the stretch are gone by then. Those before it, and its own, are still needed.",
        "For start in range(0, n, k): add sizes[0], sizes[k], … sizes[start], then those from start + 1 to start + k.",
    ),
    instances=instances,
    truth=lambda sizes, k: {"store_all": int(np.sum(sizes)), **peak_and_stretch(sizes, k)},
    slips=(
        wrong("the output counts too.", store_all=lambda sizes, k: int(np.sum(sizes[:-1]))),
        wrong("the input counts too.", store_all=lambda sizes, k: int(np.sum(sizes[1:]))),
        wrong("this is how many there are; add up their sizes.", store_all=lambda sizes, k: len(sizes)),
        wrong("where two stretches need the same, the first of them is asked for.", stretch=last_of_the_highest),
        Slip(lambda sizes, k: peak_and_stretch(sizes, k, checkpoints=lambda some, start, k: some[start : start + 1]),
             "this is the stretch alone; the checkpoints before it are there too.", whole=True),
        planted(peak_and_stretch, "the checkpoint at the beginning of the stretch is missing.",
                checkpoints=lambda sizes, start, k: sizes[:start:k]),
        planted(peak_and_stretch, "the checkpoints behind a stretch are gone when it is its turn.",
                checkpoints=lambda sizes, start, k: [*sizes[: start + 1 : k], *sizes[start + 2 * k : -1 : k]]),
        planted(peak_and_stretch, "the last activation of the stretch is missing: it waits there to be reversed.",
                inside=lambda sizes, start, k: sizes[start + 1 : start + k]),
        planted(peak_and_stretch, "the checkpoint at the beginning of the stretch is counted twice.",
                inside=lambda sizes, start, k: sizes[start : start + k + 1]),
        planted(peak_and_stretch, "the input takes memory too.",
                checkpoints=lambda sizes, start, k: sizes[k : start + 1 : k]),
        wrong("this is the last stretch; with sizes that differ, the peak can be in another one.",
              peak=lambda sizes, k: int(np.sum(sizes[:-1:k]) + np.sum(sizes[-k:])),
              stretch=lambda sizes, k: (len(sizes) - 1) // k - 1),
        wrong("this is a number of activations; add up their sizes.", peak=lambda sizes, k: (len(sizes) - 1) // k + k),
        wrong("the first stretch has the number 0.",
              stretch=lambda sizes, k: peak_and_stretch(sizes, k)["stretch"] + 1),
        wrong("this is the activation at its beginning; asked is the number of the stretch.",
              stretch=lambda sizes, k: peak_and_stretch(sizes, k)["stretch"] * k),
        wrong("it is not always the first.", stretch=0),
    ),
)  # fmt: skip
