"""Problem 7.d: ten blocks, three slots, two activations that fit in none."""

from typing import Any

from bpkit import checkpoint
from bpkit.checkpoint import Store
from bpkit.problems.chapter_07.reader_schedule import carried_out
from bpkit.problems.problem import Entries, Problem, Unfit
from bpkit.problems.slips import wrong

N, SLOTS, TOO_LARGE = 10, 3, (4, 5)
FEWEST = 18  # a search through everything that can be done finds no less: tests/test_schedule_problems.py
WITH_TWO, WITH_ONE = (checkpoint.fewest_evaluations(N, slots) for slots in (2, 1))


def measure(answer: Any) -> Entries:
    actions = carried_out(answer, N, SLOTS)
    for number, action in enumerate(actions):
        if isinstance(action, Store) and action.activation in TOO_LARGE:
            raise Unfit(
                f'Action {number} ("{action}") is impossible: activation {action.activation} is too large for a slot; '
                "it can be in hand, and no more."
            )
    return {"evaluations": checkpoint.cost(actions).evaluations}


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
        "To go back through blocks 3, 4 and 5 takes three runs from activation 3, however many slots are empty.",
        "Write down what each place of the first checkpoint costs: 2, 3, 6, 7. Three of them are equally good.",
    ),
    truth=lambda: {"evaluations": FEWEST},
    measure=measure,
    slips=tuple(wrong(sentence_for(number), evaluations=number) for number in range(FEWEST + 1, WITH_ONE + 10)),
)
