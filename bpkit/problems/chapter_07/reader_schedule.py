"""The reader's schedule: whether it reverses the blocks it is for."""

import itertools
from collections.abc import Iterable
from typing import Any

from bpkit import checkpoint
from bpkit.checkpoint import Action
from bpkit.problems.problem import Unfit

LONGEST = 1_000  # a list of actions with more of them has no end, or no purpose


def actions_of(answer: Any) -> list[Action]:
    """The reader's schedule as a list; whatever gives actions one after another will do."""
    if not isinstance(answer, Iterable) or isinstance(answer, str | dict):
        raise Unfit(f"This is a {type(answer).__name__}, expected a list of actions: [Store(0), Advance(0, 1), …].")
    actions = list(itertools.islice(answer, LONGEST + 1))
    if len(actions) > LONGEST:
        raise Unfit(f"The schedule has more than {LONGEST} actions: is there a loop in it that never ends?")
    return actions


def carried_out(answer: Any, n: int, slots: int | None = None, where: str = "") -> list[Action]:
    """The actions of a schedule that reverses n blocks; raises Unfit with a sentence that names the first wrong one."""
    actions = actions_of(answer)
    try:
        checkpoint.validate(actions, n=n, slots=slots)
    except (TypeError, ValueError) as error:
        sentence = f"{where}{error}"
        raise Unfit(sentence[0].upper() + sentence[1:]) from None
    return actions
