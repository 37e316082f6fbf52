"""What a pipeline's schedule costs, counted without any numbers: when each action runs, and what is alive."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bpkit.machines.schedules import Action, Backward, BackwardInput, BackwardWeights, Forward, Schedule
from bpkit.numerical.arguments import real_number

Key = tuple[str, int, int]  # what is finished: "forward", "input" or "weights", of a micro-batch, on a stage


class Bar(NamedTuple):
    """One action in time: a bar of the picture."""

    stage: int
    action: Action
    start: float
    end: float


class Cost(NamedTuple):
    """The time until the last stage is done, the share of it in which stages wait, and the most that is alive on each.

    Alive is a micro-batch that has gone forward and whose weights' derivatives are not yet there.
    """

    time: float
    bubble: float
    peaks: list[int]
    bars: list[Bar]


def cost(schedule: Schedule, forward: float = 1, backward: float = 2, message: float = 0) -> Cost:
    """Return what a schedule costs, by the time that a micro-batch takes a stage forward and back, and a message.

    Half of `backward` are the derivatives with respect to the input, half those of the weights. Sending takes a stage
    no time: a message arrives `message` after its action has ended. The bubble is the idle share of all stages' time
    until the end, (p − 1)/(m + p − 1) for `gpipe` and `one_f_one_b` with no message time; some texts divide by the time
    of work instead, and get (p − 1)/m.

    Raises ValueError, with the stage and the action, for a schedule that cannot be carried out.

    >>> from bpkit.machines.schedules import one_f_one_b
    >>> cost(one_f_one_b(4, 8))[:3]
    (33.0, 0.2727272727272727, [4, 3, 2, 1])
    """
    times = {name: real_number(name, value) for name, value in
             {"forward": forward, "backward": backward, "message": message}.items()}  # fmt: skip
    for name, value in times.items():
        if value < 0 or (value == 0 and name != "message"):
            raise ValueError(f"{name} is {value:g}, expected a positive time{' or 0' if name == 'message' else ''}.")
    check_actions(schedule)
    bars = list(_bars(schedule, times))
    end = max(bar.end for bar in bars)
    busy = sum(bar.end - bar.start for bar in bars)
    peaks = [peak_of(stage) for stage in schedule.stages]
    return Cost(end, 1 - busy / (len(schedule.stages) * end), peaks, bars)


def peak_of(stage: Iterable[Action]) -> int:
    """Return how many micro-batches are alive at once, at most, on a stage with these actions.

    >>> from bpkit.machines.schedules import gpipe
    >>> peak_of(gpipe(4, 8).stages[0])
    8
    """
    alive = peak = 0
    for action in stage:
        alive += isinstance(action, Forward) - isinstance(action, Backward | BackwardWeights)
        peak = max(peak, alive)
    return peak


def check_actions(schedule: Schedule) -> None:
    """Raise ValueError unless every stage takes every micro-batch forward, then back, once, and in a possible order."""
    for r in range(len(schedule.stages)):
        check_stage(schedule, r)


def check_stage(schedule: Schedule, r: int) -> None:
    """Raise ValueError unless stage r takes every micro-batch forward, then back, once, and in a possible order."""
    finished: set[tuple[str, int]] = set()
    for action in schedule.stages[r]:
        i = action.micro_batch
        needs = _NEEDS[type(action)]
        if not 0 <= i < schedule.micro_batches:
            raise ValueError(
                f"stage {r} has the action “{action}” but there are {schedule.micro_batches} micro-batches."
            )
        if needs and (needs, i) not in finished:
            raise ValueError(f"stage {r} has the action “{action}” before its {_WORDS[needs]}.")
        for done in _FINISHES[type(action)]:
            if (done, i) in finished:
                raise ValueError(f"stage {r} has the action “{action}” twice.")
            finished.add((done, i))
    missing = [(what, i) for i in range(schedule.micro_batches) for what in _WORDS if (what, i) not in finished]
    if missing:
        what, i = missing[0]
        raise ValueError(f"stage {r} never does the {_WORDS[what]} of micro-batch {i}.")


_WORDS = {"forward": "forward run", "input": "derivative of the input", "weights": "derivatives of the weights"}
_NEEDS = {Forward: None, Backward: "forward", BackwardInput: "forward", BackwardWeights: "input"}
_FINISHES: dict[type, tuple[str, ...]] = {
    Forward: ("forward",), Backward: ("input", "weights"), BackwardInput: ("input",), BackwardWeights: ("weights",),
}  # fmt: skip


def _bars(schedule: Schedule, times: dict[str, float]) -> Iterator[Bar]:
    """Each action as soon as its stage is free and what it needs from the next stage has arrived."""
    stages, half = len(schedule.stages), times["backward"] / 2
    takes = {Forward: times["forward"], Backward: times["backward"], BackwardInput: half, BackwardWeights: half}
    finished: dict[Key, float] = {}
    clock, place = [0.0] * stages, [0] * stages
    moved = True
    while moved:
        moved = False
        for r, stage in enumerate(schedule.stages):
            while place[r] < len(stage):
                action = stage[place[r]]
                needed = _from_a_neighbour(action, r, stages)
                if needed and needed not in finished:
                    break
                start = max(clock[r], finished[needed] + times["message"]) if needed else clock[r]
                clock[r] = start + takes[type(action)]
                for what in _FINISHES[type(action)]:
                    finished[what, action.micro_batch, r] = clock[r]
                place[r] += 1
                moved = True
                yield Bar(r, action, start, clock[r])
    waiting = [
        f"stage {r} waits before “{stage[place[r]]}”"
        for r, stage in enumerate(schedule.stages)
        if place[r] < len(stage)
    ]
    if waiting:
        raise ValueError(f"no stage can go on: {'; '.join(waiting)}")


def _from_a_neighbour(action: Action, r: int, stages: int) -> Key | None:
    """What has to arrive before stage r can begin this action; None if nothing."""
    if isinstance(action, Forward):
        return ("forward", action.micro_batch, r - 1) if r > 0 else None
    if isinstance(action, Backward | BackwardInput):
        return ("input", action.micro_batch, r + 1) if r < stages - 1 else None
    return None
