"""Problem 7.e: the recursive optimum."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem, Slip
from bpkit.problems.slips import wrong


@functools.cache
def again(n: int, slots: int, behind: int = 1, before: int = 0, single: int = 0, halves: bool = False) -> int:
    """How many blocks run again at least to reverse n of them; every keyword after slots plants a slip."""
    if n == 1:
        return single
    if slots <= 1:
        return n * (n - 1) // 2 + n * single
    places = (n // 2,) if halves else range(1, n)
    return min(k + again(n - k, slots - behind, behind, before, single, halves)
               + again(k, slots - before, behind, before, single, halves) for k in places)  # fmt: skip


def first(n: int, slots: int, which: Callable[[list[int]], int] = min) -> int:
    """The places of the first checkpoint behind the input that lead to the optimum, and one of them."""
    cost = {k: k + again(n - k, slots - 1) + again(k, slots) for k in range(1, n)}
    return which([k for k, value in cost.items() if value == min(cost.values())])


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """The ten blocks of 7.d, two longer chains, and one with more slots than blocks."""
    return [{"n": 10, "slots": 3}, {"n": int(rng.integers(16, 30)), "slots": 2},
            {"n": int(rng.integers(17, 26)), "slots": 4}, {"n": 5, "slots": 7}]  # fmt: skip


def slip(sentence: str, added: int = 1, more_slots: int = 0, **changes: Any) -> Slip:
    return wrong(sentence, evaluations=lambda n, slots: again(n, slots + more_slots, **changes) + added)


PROBLEM = Problem(
    id="7.e",
    title="The recursive optimum",
    points=4,
    minutes=30,
    hints=(
        "F(n, slots): the runs it takes to reverse n blocks, input stored, output there. F(1, slots) = 0.",
        "With the next checkpoint at k: k runs, then the n − k blocks behind it with one slot less, then the k before.",
        "With one slot, every activation is made from the input: F(n, 1) = (n − 1) + (n − 2) + … + 1.",
        "In the beginning the output is not there yet: one run more. Without functools.cache it takes for ever.",
    ),
    instances=instances,
    truth=lambda n, slots: {"evaluations": again(n, slots) + 1, "first": first(n, slots)},
    slips=(
        slip("the output is not there in the beginning: the last block runs too.", added=0),
        slip("this is as many as if everything were stored: the part behind a checkpoint has one slot less.", behind=0),
        slip("when the part behind is done its slot is free again: the part before has all of them.", before=1),
        slip("n too many: the first sweep is part of the recursion, and no block runs just to be reversed.", single=1,
             added=0),
        slip("a block need not run once more just before it is reversed: its output is there.", single=1),
        slip("the middle is not the best place: take the least over all k.", halves=True),
        slip("the input takes one of the slots.", more_slots=1),
        slip("there is one slot more: with one, the input is stored.", more_slots=-1),
        wrong("this is the last of the best places; asked is the first.", first=lambda n, slots: first(n, slots, max)),
        wrong("the middle is not the best place.", first=lambda n, slots: n // 2),
        wrong("this is what is left behind it.", first=lambda n, slots: n - first(n, slots, max)),
        wrong("not always 1: only where there are slots for everything.", first=1),
    ),
)  # fmt: skip
