"""Six schedules for four blocks and two slots, for problem 7.a. (Reading on gives away what is wrong with them.)"""

from bpkit.checkpoint import Action, Advance, Free, Recompute, Reverse, Store
from bpkit.problems.numbered import require_number

# The words that the statement of 7.a lists; one of them fits no schedule.
WORDS = ("works", "not-kept", "let-go", "no-slot", "wrong-order", "still-there", "unfinished")

_PLANTED: tuple[tuple[str, list[Action]], ...] = (
    ("let-go", [
        Store(0), Advance(0, 2), Store(2), Advance(2, 3), Advance(3, 4), Reverse(3), Free(0), Reverse(2),
        Recompute(0, 1), Reverse(1), Reverse(0),
    ]),
    ("no-slot", [
        Store(0), Advance(0, 1), Store(1), Advance(1, 2), Store(2), Advance(2, 3), Advance(3, 4), Reverse(3),
        Reverse(2), Reverse(1), Reverse(0),
    ]),
    ("not-kept", [
        Store(0), Advance(0, 2), Store(2), Advance(2, 4), Reverse(3), Reverse(2), Recompute(0, 1), Reverse(1),
        Reverse(0),
    ]),
    ("works", [
        Store(0), Advance(0, 3), Advance(3, 4), Reverse(3), Recompute(0, 1), Store(1), Recompute(1, 2), Reverse(2),
        Reverse(1), Reverse(0),
    ]),
    ("wrong-order", [
        Store(0), Advance(0, 2), Store(2), Advance(2, 3), Advance(3, 4), Reverse(3), Recompute(0, 1), Reverse(1),
        Reverse(2), Reverse(0),
    ]),
    ("unfinished", [
        Store(0), Advance(0, 1), Store(1), Advance(1, 3), Advance(3, 4), Reverse(3), Recompute(1, 2), Reverse(2),
        Reverse(1),
    ]),
)  # fmt: skip
PLANTED = tuple(word for word, _ in _PLANTED)


def numbered_schedule(number: int) -> list[Action]:
    """Return schedule 1, 2, …, 6 of problem 7.a: one can be carried out with two slots, and five cannot.

    Raises ValueError for another number.

    >>> print(*numbered_schedule(1)[:2], sep=" ")
    Store activation 0. Advance from activation 0 to activation 2.
    """
    require_number(number, 1, len(_PLANTED), of="schedule")
    return list(_PLANTED[number - 1][1])
