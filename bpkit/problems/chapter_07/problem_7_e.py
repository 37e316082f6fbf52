"""Problem 7.e: the recursive optimum for blocks of different cost."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem, Slip
from bpkit.problems.slips import wrong

FIXED = (3, 1, 1, 2) * 6  # twenty-four blocks: without a cache nobody gets through them


@functools.lru_cache(maxsize=100_000)
def again(
    costs: tuple[int, ...], slots: int, behind: int = 1, before: int = 0, single: int = 0, halves: bool = False
) -> int:
    """What it costs at least to reverse blocks whose output is there; every keyword after slots plants a slip."""
    n = len(costs)
    if n == 1:
        return single * costs[0]
    if slots <= 1:
        return sum(sum(costs[:k]) for k in range(1, n)) + single * sum(costs)
    places = (n // 2,) if halves else range(1, n)
    return min(sum(costs[:k]) + again(costs[k:], slots - behind, behind, before, single, halves)
               + again(costs[:k], slots - before, behind, before, single, halves) for k in places)  # fmt: skip


def first(costs: Any, slots: int, which: Callable[[list[int]], int] = min) -> int:
    """The places of the first checkpoint behind the input that lead to the optimum, and one of them."""
    costs = tuple(costs)
    found = {k: sum(costs[:k]) + again(costs[k:], slots - 1) + again(costs[:k], slots) for k in range(1, len(costs))}
    return which([k for k, value in found.items() if value == min(found.values())])


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Random costs; a long chain; equal costs with more than one best place; slots for everything; and a dear block."""
    drawn = [rng.integers(1, 6, size=int(rng.integers(8, 11))) for _ in range(2)]
    peak = np.ones(9, int)
    peak[int(rng.integers(2, 6))] = 20
    return [{"costs": [int(cost) for cost in costs], "slots": slots}
            for costs, slots in ((drawn[0], 2), (drawn[1], 3), (FIXED, 4), ((2,) * 9, 3), ((1, 4, 2, 3), 6),
                                 (peak, 3), ((3, 2), 2))]  # fmt: skip


def slip(sentence: str, output: bool = True, more_slots: int = 0, **changes: Any) -> Slip:
    return wrong(sentence, cost=lambda costs, slots: again(tuple(costs), slots + more_slots, **changes)
                 + output * costs[-1])  # fmt: skip


def ones(costs: Any) -> tuple[int, ...]:
    return (1,) * len(costs)


PROBLEM = Problem(
    id="7.e",
    title="The recursive optimum",
    points=4,
    minutes=30,
    hints=(
        "F of a stretch and of slots: what reversing it costs, its input stored, its output there. 0 for one block.",
        "With the next checkpoint at k: the costs before k, then F behind k with one slot less, then F before k.",
        "With one slot every activation is made from the input: c_0, and c_0 + c_1, and so on, without the last block.",
        "In the beginning the output is not there yet. A cache wants arguments that can be hashed: first, last, slots.",
    ),
    instances=instances,
    truth=lambda costs, slots: {"cost": again(tuple(costs), slots) + costs[-1], "first": first(costs, slots)},
    slips=(
        wrong("this is the chapter's count, in which all blocks cost the same; here each has a cost of its own.",
              cost=lambda costs, slots: again(ones(costs), slots) + 1,
              first=lambda costs, slots: first(ones(costs), slots)),
        wrong("this is the best for equal blocks, times their mean cost; dear blocks are to run less often.",
              cost=lambda costs, slots: (again(ones(costs), slots) + 1) * sum(costs) / len(costs)),
        slip("the output is not there in the beginning: the last block runs too.", output=False),
        wrong("the run for the output costs what the last block costs, not 1.",
              cost=lambda costs, slots: again(tuple(costs), slots) + 1),
        slip("this is as much as if everything were stored: the part behind a checkpoint has one slot less.", behind=0),
        slip("when the part behind is done its slot is free again: the part before has all of them.", before=1),
        slip("all blocks once too many: the first sweep is part of the recursion, and no block runs just to be "
             "reversed.", single=1, output=False),
        slip("a block need not run once more just before it is reversed: its output is there.", single=1),
        slip("the middle is not the best place: take the least over all k.", halves=True),
        slip("the input takes one of the slots.", more_slots=1),
        slip("there is one slot more: with one, the input is stored.", more_slots=-1),
        wrong("this is the last of the best places; asked is the first.",
              first=lambda costs, slots: first(costs, slots, max)),
        wrong("the middle is not the best place.", first=lambda costs, slots: len(costs) // 2),
        wrong("this is what is left behind it.", first=lambda costs, slots: len(costs) - first(costs, slots, max)),
        wrong("not always 1: only where there are slots for everything.", first=1),
    ),
)  # fmt: skip
