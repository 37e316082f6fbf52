"""The cost of a schedule, and whether it can be carried out: found from its actions alone, without a network."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from bpkit.checkpoint.actions import Action, Advance, Free, Recompute, Reverse
from bpkit.checkpoint.memory import Memory


class Cost(NamedTuple):
    """Evaluations, including the first sweep, and the most that is alive at once."""

    evaluations: Any
    peak: Any


def validate(schedule: Iterable[Action], *, n: int | None = None, slots: int | None = None) -> None:
    """Raise ValueError unless the schedule can be carried out and reverses every block once, from the last to the first.

    `n` is the number of blocks (None: read off the schedule), and `slots` how many activations may be stored.

    >>> from bpkit.checkpoint.actions import Store
    >>> validate([Store(0), Advance(0, 2), Reverse(1)])
    Traceback (most recent call last):
        ...
    ValueError: action 2 ("Reverse block 1, from activation 2 to activation 1.") is impossible: it needs activation 1, which was passed through and not kept: it has to be recomputed first.
    """  # noqa: E501
    for _ in _followed(schedule, n, slots):
        pass


def cost(
    schedule: Iterable[Action],
    costs: Sequence[Any] | None = None,
    sizes: Sequence[Any] | None = None,
    insides: Sequence[Any] | None = None,
) -> Cost:
    """Return how many blocks a schedule evaluates, and how many activations are alive at most.

    While a block runs, its input and its output are both alive. With the lists that `measure` returns, these are summed
    instead: `costs` (one for each block), `sizes` (one for each activation, one more than blocks) and `insides` (the
    memory a block takes besides its input and output, while it runs or is reversed).

    Raises ValueError for a schedule that cannot be carried out, or lists of a wrong length.

    >>> from bpkit.checkpoint.schedules import every
    >>> cost(every(64, 8))
    Cost(evaluations=120, peak=16)
    >>> cost(every(2, 1), costs=[10, 20], sizes=[1, 2, 3])
    Cost(evaluations=30, peak=6)
    """
    evaluations: Any = 0
    alive = peak = 1 if sizes is None else sizes[0]
    for action in _followed(schedule, _number_of_blocks(costs, sizes, insides)):
        match action:
            case Advance(start, stop) | Recompute(start, stop):
                evaluations += stop - start if costs is None else sum(costs[start:stop])
                peak = max(peak, alive + _passing(start, stop, sizes, insides))
                alive += 1 if sizes is None else sizes[stop]
            case Reverse(block):
                peak = max(peak, alive + (0 if insides is None else insides[block]))
                alive -= 1 if sizes is None else sizes[block + 1]
            case Free(activation):
                alive -= 1 if sizes is None else sizes[activation]
    return Cost(evaluations, peak)


def _passing(start: int, stop: int, sizes: Sequence[Any] | None, insides: Sequence[Any] | None) -> Any:
    """The most that running these blocks takes, besides activation `start`, which is alive anyway."""
    if sizes is None and insides is None:
        return min(stop - start, 2)
    size = [1] * (stop + 1) if sizes is None else sizes
    inside = [0] * stop if insides is None else insides
    return max((0 if k == start else size[k]) + inside[k] + size[k + 1] for k in range(start, stop))


def _followed(schedule: Iterable[Action], n: int | None, slots: int | None = None) -> Iterator[Action]:
    """Yield the actions of a schedule, and raise ValueError at the first that cannot be carried out."""
    memory = Memory(n)
    for number, action in enumerate(schedule):
        try:
            memory.follow(action)
        except (TypeError, ValueError) as error:
            raise type(error)(f'action {number} ("{action}") is impossible: {error}') from None
        if slots is not None and len(memory.stored) > slots:
            raise ValueError(
                f'action {number} ("{action}") is impossible: {slots} slots are taken by activations '
                f"{', '.join(map(str, sorted(memory.stored - {action.activation})))}."  # type: ignore[union-attr]
            )
        yield action
    if memory.left is None:
        raise ValueError(f"the schedule ends at activation {memory.reached}, and no block is ever reversed.")
    if memory.left > 0:
        which = f"blocks {memory.left - 1} to 0 are" if memory.left > 1 else "block 0 is"
        raise ValueError(f"the schedule ends before {which} reversed.")


def _number_of_blocks(
    costs: Sequence[Any] | None, sizes: Sequence[Any] | None, insides: Sequence[Any] | None
) -> int | None:
    """The number of blocks according to the lists, which must agree."""
    lists = (("costs", costs, 0), ("sizes", sizes, 1), ("insides", insides, 0))
    found = {name: len(values) - extra for name, values, extra in lists if values is not None}
    if len(set(found.values())) > 1:
        said = " and ".join(f"{name} for {blocks}" for name, blocks in found.items())
        raise ValueError(f"there are {said} blocks: costs and insides have one number a block, sizes one more.")
    return next(iter(found.values()), None)
