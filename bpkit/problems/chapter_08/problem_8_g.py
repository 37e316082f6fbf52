"""Problem 8.g: write the schedule 1F1B."""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from bpkit.machines import Action, Backward, Forward, Schedule, cost, gpipe, one_f_one_b
from bpkit.problems.problem import Arguments, Entries, Problem, Slip, Unfit

LONGEST = 1_000  # a stage with more actions has no end


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """More micro-batches than stages, fewer, as many; one stage; one micro-batch."""
    p = int(rng.integers(4, 7))
    return [{"p": p, "m": 3 * p}, {"p": p, "m": p - 2}, {"p": 3, "m": 3}, {"p": 1, "m": 3}, {"p": 4, "m": 1}]


def measure(answer: Any, p: int, m: int) -> Entries:
    """Time and peaks of a schedule that can be carried out."""
    stages = stages_of(answer, p)
    try:
        found = cost(Schedule("yours", stages, m))
    except ValueError as error:
        raise Unfit(f"For p = {p} and m = {m}, {error}") from None
    for r, stage in enumerate(stages):
        back = [action.micro_batch for action in stage if isinstance(action, Backward)]
        if back != sorted(back):
            raise Unfit(
                f"For p = {p} and m = {m}, stage {r} goes back with micro-batches {', '.join(map(str, back))}: take "
                "them in their order, or the sums have other last bits than on one machine."
            )
    return {"time": found.time, "peaks": found.peaks}


def stages_of(answer: Any, p: int) -> list[list[Any]]:
    """The reader's lists of actions, one for each stage."""
    if not isinstance(answer, Iterable) or isinstance(answer, str | dict):
        raise Unfit(f"This is a {type(answer).__name__}, expected a list of actions for each of the {p} stages.")
    stages = [list(stage) if isinstance(stage, Sequence) else stage for stage in answer]
    if len(stages) != p:
        raise Unfit(f"There are {len(stages)} lists, expected one for each of the {p} stages.")
    for r, stage in enumerate(stages):
        if not isinstance(stage, list):
            raise Unfit(f"Stage {r} is a {type(stage).__name__}, expected a list of actions.")
        if len(stage) > LONGEST:
            raise Unfit(f"Stage {r} has more than {LONGEST} actions.")
        for action in stage:
            if not isinstance(action, Forward | Backward):
                raise Unfit(f"Stage {r} has {action!r}, which is no action: expected Forward(i) or Backward(i).")
    return stages


def by_turns(p: int, m: int, first: Callable[[int], int]) -> Schedule:
    """Forward and backward by turns, after `first(r)` forward runs on stage r."""
    stages = []
    for r in range(p):
        ahead = min(max(first(r), 0), m)
        stage: list[Action] = [Forward(i) for i in range(ahead)]
        for i in range(m):
            stage += [*([Forward(ahead + i)] if ahead + i < m else []), Backward(i)]
        stages.append(stage)
    return Schedule("by turns", stages, m)


def slip(sentence: str, schedule: Callable[[int, int], Schedule]) -> Slip:
    return Slip(functools.cache(lambda p, m: measure(schedule(p, m).stages, p, m)), sentence, whole=True)


PROBLEM = Problem(
    id="8.g",
    title="Write 1F1B",
    points=4,
    minutes=30,
    hints=(
        "The last stage goes back with micro-batch 0 as soon as it has gone forward with it. And the one before it?",
        "Stage r may be ahead by as many forward runs as there are stages behind it: p − 1 − r.",
        "After these, one forward and one backward by turns, while there are forward runs left; then the rest back.",
        "With fewer micro-batches than that, all of them go forward first: min(p − 1 − r, m).",
    ),
    instances=instances,
    truth=functools.cache(lambda p, m: measure(one_f_one_b(p, m).stages, p, m)),
    measure=measure,
    slips=(
        slip("this is GPipe: the time is right, but all micro-batches are alive at once.", gpipe),
        slip("each stage takes one micro-batch forward and back before the next: the stages wait for each other.",
             lambda p, m: by_turns(p, m, lambda r: 0)),
        slip("the stages are ahead by one forward run more than they need, so one more micro-batch is alive.",
             lambda p, m: by_turns(p, m, lambda r: p - r)),
        slip("the stages are ahead by one forward run too few, so they wait.",
             lambda p, m: by_turns(p, m, lambda r: p - 2 - r)),
        slip("every stage begins with as many forward runs as stage 0; the last one needs none ahead.",
             lambda p, m: by_turns(p, m, lambda r: p - 1)),
        slip("this is the schedule with more in stock, twice as many forward runs ahead: asked is the one with least.",
             lambda p, m: by_turns(p, m, lambda r: 2 * (p - 1 - r))),
    ),
)  # fmt: skip
