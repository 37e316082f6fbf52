"""The optimal schedule for blocks of equal cost: where to store, so that the fewest are recomputed."""

from collections.abc import Iterator
from math import comb

from bpkit.checkpoint.actions import Action, Advance, Recompute, Reverse, Store
from bpkit.checkpoint.schedules import Schedule, blocks_number
from bpkit.numerical.arguments import whole_number


def binomial(n: int, slots: int) -> Schedule:
    """Reverse n blocks with the fewest evaluations possible when at most `slots` activations are stored.

    The input takes one of the slots. With free slots, the remaining blocks are split in two: advance to the activation
    in between, store it, reverse the part after it with one slot less, then the part before it.

    No schedule needs fewer evaluations with as many slots. If memory is counted in bytes, activations in hand count
    too, and their memory can be used better: for a peak of 11 instead of 8 slots, `optimal` finds 127 evaluations
    instead of 138.

    Raises TypeError or ValueError for anything but positive whole numbers.

    Source: Griewank and Walther (2000), "Algorithm 799: revolve".

    >>> from bpkit.checkpoint.counting import cost
    >>> binomial(64, 8), cost(binomial(64, 8))
    (binomial(64, 8), Cost(evaluations=138, peak=11))
    """
    n, slots = blocks_number(n), whole_number("slots", slots)

    def actions() -> Iterator[Action]:
        yield Store(0)
        stored = [0]
        for block in reversed(range(n)):
            start = stored[-1]
            while start < block:
                stop = start + _steps(block + 1 - start, slots + 1 - len(stored))
                yield Advance(start, stop) if block == n - 1 else Recompute(start, stop)
                if stop < block:
                    yield Store(stop)
                    stored.append(stop)
                start = stop
            if block == n - 1:
                yield Advance(block, n)
            yield Reverse(block)
            if block == stored[-1]:
                stored.pop()

    return Schedule(f"binomial({n}, {slots})", n, actions)


def fewest_evaluations(n: int, slots: int) -> int:
    """Return how many evaluations `binomial(n, slots)` makes: r·n − C(slots + r, r − 1) + 1.

    r is the least number with n ≤ C(slots + r, r), the number of blocks that can be reversed if none but the last runs
    more than r times. The 1 is the last block, which runs once, for the output.

    Raises TypeError or ValueError for anything but positive whole numbers.

    Source: Griewank and Walther (2000), "Algorithm 799: revolve", which counts without the last block.

    >>> fewest_evaluations(64, 8)
    138
    """
    n, slots = blocks_number(n), whole_number("slots", slots)
    r = _repetitions(n, slots)
    return r * n - (comb(slots + r, r - 1) if r else 0) + 1


def _repetitions(length: int, slots: int) -> int:
    """The least r with length ≤ C(slots + r, r): how often a block of these may have to run."""
    r, reach = 0, 1
    while reach < length:
        r += 1
        reach = reach * (slots + r) // r
    return r


def _steps(length: int, slots: int) -> int:
    """How many of `length` blocks to advance: those must be reversible with r − 1 repetitions and all slots, the rest
    with r repetitions and one slot less."""
    if slots == 1:
        return length - 1
    r = _repetitions(length, slots)
    return max(1, comb(slots + r - 2, r - 2) if r > 1 else 0, length - comb(slots + r - 1, r))
