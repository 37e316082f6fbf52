"""A schedule laid out in time, for `plot.timeline` (chapter 7): when each action begins and ends, and what is alive."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from bpkit.checkpoint import Action, Advance, Memory, Recompute, Reverse, Schedule, validate
from bpkit.numerical.arguments import real_number

LARGEST = 64  # blocks: in a picture of more, single blocks could not be seen
_MOST_ACTIONS = 10_000


class TimedAction(NamedTuple):
    """One action: its time, how many activations are alive at most while it lasts, and the counts when it is over."""

    action: Action
    start: float
    end: float
    most: int
    stored: int
    in_hand: int
    evaluations: int  # so far, the first sweep included
    again: int  # of these, how many were recomputations


class Life(NamedTuple):
    """A time in which an activation is alive, in a slot or else in hand."""

    activation: int
    start: float
    end: float
    stored: bool


class Level(NamedTuple):
    """A time in which the number of activations that are alive does not change."""

    start: float
    end: float
    alive: int


class TimedSchedule(NamedTuple):
    """A schedule in time; the time is counted in evaluations of one block, and reversing a block takes `ratio`."""

    name: str
    n: int
    ratio: float
    steps: tuple[TimedAction, ...]
    lives: tuple[Life, ...]
    levels: tuple[Level, ...]

    @property
    def time(self) -> float:
        return self.steps[-1].end

    @property
    def peak(self) -> int:
        return max(level.alive for level in self.levels)


def timed(schedule: Iterable[Action], ratio: float = 2.0) -> TimedSchedule:
    """Lay a schedule out in time: an evaluation of a block takes 1, reversing it `ratio`, storing and freeing 0.

    Raises TypeError or ValueError for a ratio that is not a positive number, for a schedule that cannot be carried out
    (`bpkit.checkpoint.validate` says why), and for one of more than 64 blocks.

    >>> from bpkit.checkpoint import every
    >>> steps = timed(every(4, 2)).steps
    >>> steps[4].action, steps[4].start, steps[4].end, steps[4].most, steps[4].evaluations, steps[4].again
    (Recompute(start=2, stop=3), 4.0, 5.0, 4, 5, 1)
    >>> steps[-1].end
    14.0
    """
    ratio = real_number("ratio", ratio)
    if ratio <= 0:
        raise ValueError(
            f"ratio is {ratio:g}, expected a positive number: what reversing a block costs, in evaluations."
        )
    actions = tuple(islice(schedule, _MOST_ACTIONS + 1))
    if len(actions) > _MOST_ACTIONS:
        raise ValueError(f"the schedule has more than {_MOST_ACTIONS:,} actions, too many for a picture.")
    validate(actions)
    n = sum(isinstance(action, Reverse) for action in actions)
    if n > LARGEST:
        raise ValueError(f"the schedule has {n} blocks, but the picture holds {LARGEST}: choose a smaller n.")
    name = schedule.name if isinstance(schedule, Schedule) else "your schedule"
    memory, steps, levels = Memory(n), list[TimedAction](), list[Level]()
    lives, since = list[Life](), {(0, False): 0.0}
    time, evaluations, again = 0.0, 0, 0
    for action in actions:
        start, before = time, len(memory.stored) + len(memory.in_hand)
        memory.follow(action)
        held = _levels(action, start, before, ratio)
        levels += held
        time = held[-1].end if held else start
        if isinstance(action, Advance | Recompute):
            evaluations += action.stop - action.start
            again += action.stop - action.start if isinstance(action, Recompute) else 0
        most = max((level.alive for level in held), default=before)
        sizes = len(memory.stored), len(memory.in_hand)
        steps.append(TimedAction(action, start, time, most, *sizes, evaluations, again))
        lives += _ended(since, memory, time)
    lives += [Life(activation, begun, time, stored) for (activation, stored), begun in since.items() if begun < time]
    return TimedSchedule(name, n, ratio, tuple(steps), tuple(lives), tuple(levels))


def _levels(action: Action, start: float, before: int, ratio: float) -> list[Level]:
    """How many activations are alive while an action lasts: a block that runs has its input and its output."""
    match action:
        case Advance(first, stop) | Recompute(first, stop):
            passed = [Level(start + 1, start + stop - first, before + 2)] if stop > first + 1 else []
            return [Level(start, start + 1, before + 1), *passed]
        case Reverse():
            return [Level(start, start + ratio, before)]
    return []


def _ended(since: dict[tuple[int, bool], float], memory: Memory, time: float) -> Iterator[Life]:
    """Update `since`, the time since which each activation has been in its place, and yield the lives that ended."""
    now = {*((one, True) for one in memory.stored), *((one, False) for one in memory.in_hand)}
    for place in [place for place in since if place not in now]:
        begun = since.pop(place)
        if begun < time:
            yield Life(place[0], begun, time, place[1])
    for place in now:
        since.setdefault(place, time)
