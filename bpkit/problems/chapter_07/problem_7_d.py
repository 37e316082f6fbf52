"""Problem 7.d: ten blocks, three slots."""

from typing import Any

from bpkit import checkpoint
from bpkit.problems.chapter_07.reader_schedule import carried_out
from bpkit.problems.problem import Entries, Problem
from bpkit.problems.slips import wrong

N, SLOTS = 10, 3
FEWEST, WITH_TWO, WITH_ONE = (checkpoint.fewest_evaluations(N, slots) for slots in (SLOTS, 2, 1))


def measure(answer: Any) -> Entries:
    return {"evaluations": checkpoint.cost(carried_out(answer, N, SLOTS)).evaluations}


def sentence_for(number: int) -> str:
    """What to say of a number of evaluations that is too large."""
    if number == FEWEST + 1:
        return "it can be carried out, and it runs one block more than it must: move a checkpoint by one."
    if number < WITH_TWO:
        return "it can be carried out, but fewer runs are possible: is a slot empty while blocks run again?"
    if number < WITH_ONE:
        return "it can be carried out, but two slots are enough for that: use the third, again and again."
    return "it can be carried out, but every activation is made again from the input: store some."


PROBLEM = Problem(
    id="7.d",
    title="Ten blocks, three slots",
    points=4,
    minutes=30,
    hints=(
        "The input has one slot. Where do the other two go in the first sweep? Later stretches should be shorter.",
        "When the blocks behind a checkpoint are reversed, its slot is free: use it inside the stretch before.",
        "Two blocks cost one run again; three cost 3 with one slot and 2 with two. Make a small table and let it grow.",
        "Try stretches of 4, 3 and 3 blocks: the one at the end has a single slot, the one at the beginning all three.",
    ),
    truth=lambda: {"evaluations": FEWEST},
    measure=measure,
    slips=tuple(wrong(sentence_for(number), evaluations=number) for number in range(FEWEST + 1, WITH_ONE + 10)),
)
