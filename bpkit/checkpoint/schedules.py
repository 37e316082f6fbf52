"""Schedules, sequences of actions that can be read many times; and the simplest: store all, every k-th, √n."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bpkit.checkpoint.actions import Action, Advance, Recompute, Reverse, Store
from bpkit.numerical.arguments import whole_number


@dataclass(frozen=True, eq=False, repr=False)
class Schedule:
    """Actions generated as they are read: a schedule for a million blocks takes no memory.

    >>> for action in every(4, 2):
    ...     print(action)
    Store activation 0.
    Advance from activation 0 to activation 2.
    Store activation 2.
    Advance from activation 2 to activation 4.
    Recompute activation 3 from activation 2.
    Reverse block 3, from activation 4 to activation 3.
    Reverse block 2, from activation 3 to activation 2.
    Recompute activation 1 from activation 0.
    Reverse block 1, from activation 2 to activation 1.
    Reverse block 0, from activation 1 to activation 0.
    """

    name: str
    n: int
    actions: Callable[[], Iterator[Action]]

    def __iter__(self) -> Iterator[Action]:
        return self.actions()

    def __repr__(self) -> str:
        return self.name


def store_all(n: int) -> Schedule:
    """Store every activation of n blocks, as `bp.backprop` does: nothing is recomputed.

    Raises TypeError or ValueError for an n that is not a positive whole number.

    >>> store_all(64)
    store_all(64)
    """
    n = blocks_number(n)

    def actions() -> Iterator[Action]:
        for k in range(n):
            yield Store(k)
            yield Advance(k, k + 1)
        for k in reversed(range(n)):
            yield Reverse(k)

    return Schedule(f"store_all({n})", n, actions)


def every(n: int, k: int) -> Schedule:
    """Store every k-th activation of n blocks, and recompute those in between when the backward pass reaches them.

    About n/k + k activations are alive at once, and nearly every block runs twice.

    Raises TypeError or ValueError for anything but positive whole numbers, or for k > n.

    Source: section 7.8, problem 7.11; Chen et al. (2016), "Training deep nets with sublinear memory cost".

    >>> from bpkit.checkpoint.counting import cost
    >>> cost(every(50, 10))
    Cost(evaluations=95, peak=15)
    """
    n, k = blocks_number(n), whole_number("k", k)
    if k > n:
        raise ValueError(f"k is {k}, but there are {n} blocks: to store every k-th activation, k can be {n} at most.")

    def actions() -> Iterator[Action]:
        starts = range(0, n, k)
        for start in starts:
            yield Store(start)
            yield Advance(start, min(start + k, n))
        for start in reversed(starts):
            last = min(start + k, n) - 1
            for j in range(start, last):
                if j > start:
                    yield Store(j)
                yield Recompute(j, j + 1)
            for j in range(last, start - 1, -1):
                yield Reverse(j)

    return Schedule(f"every({n}, {k})", n, actions)


def sqrt(n: int) -> Schedule:
    """Store every k-th activation of n blocks with k = ⌈√n⌉, for which n/k + k is least.

    Raises TypeError or ValueError for an n that is not a positive whole number.

    >>> from bpkit.checkpoint.counting import cost
    >>> cost(sqrt(64))
    Cost(evaluations=120, peak=16)
    """
    n = blocks_number(n)
    return Schedule(f"sqrt({n})", n, every(n, math.isqrt(n - 1) + 1).actions)


def blocks_number(n: Any) -> int:
    """Return n; raises TypeError or ValueError if it is not a number of blocks."""
    return whole_number("n (the number of blocks)", n)
