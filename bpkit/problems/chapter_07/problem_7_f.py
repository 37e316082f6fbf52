"""Problem 7.f: one huge block."""

import functools
from collections.abc import Sequence
from typing import Any

from bpkit import checkpoint
from bpkit.checkpoint import Action, Advance, Memory, Recompute
from bpkit.problems.chapter_07.reader_schedule import carried_out
from bpkit.problems.problem import Entries, Problem, Unfit
from bpkit.problems.slips import wrong

COSTS, SIZES, MEMORY = (1, 1, 1, 20, 1, 1), (1, 1, 1, 1, 4, 1, 1), 7


def too_large(actions: Sequence[Action]) -> str:
    """The sentence about the first action for which the memory is too small; empty when there is none."""
    memory = Memory()
    for number, action in enumerate(actions):
        there = sorted({*memory.stored, *memory.in_hand})
        if isinstance(action, Advance | Recompute):
            for k in range(action.start, action.stop):
                alive = sorted({*there, k, k + 1})
                taken = sum(SIZES[j] for j in alive)
                if taken > MEMORY:
                    return (
                        f'Action {number} ("{action}") needs memory for {taken} units, and there are {MEMORY}: '
                        f"while block {k} runs, activations {', '.join(map(str, alive))} are alive."
                    )
        memory.follow(action)
    return ""


def measure(answer: Any) -> Entries:
    actions = carried_out(answer, len(COSTS))
    if sentence := too_large(actions):
        raise Unfit(sentence)
    return {"cost": checkpoint.cost(actions, COSTS, SIZES).evaluations}


@functools.cache
def truth() -> Entries:
    schedule = checkpoint.optimal(COSTS, SIZES, MEMORY)
    return {"cost": int(checkpoint.cost(schedule, COSTS, SIZES).evaluations)}


def sentence_for(cost: int) -> str:
    """What to say of a cost that is too high."""
    if cost >= sum(COSTS) + max(COSTS):
        return "it can be carried out, but block 3 runs more than once, and that alone costs 20 each time."
    return "it can be carried out, but some of the cheap blocks run more often than they must."


PROBLEM = Problem(
    id="7.f",
    title="One huge block",
    points=3,
    minutes=25,
    hints=(
        "What must be kept in the first sweep so that block 3 runs once? Then how much is left for everything else?",
        "Reversing block 3 needs activations 3 and 4, together 5 of the 7 units. The input takes a sixth.",
        "On the second way to activation 3 there is room for one more in a slot. Which one saves most later?",
    ),
    truth=truth,
    measure=measure,
    slips=tuple(wrong(sentence_for(cost), cost=cost) for cost in range(truth()["cost"] + 1, 100)),
)
