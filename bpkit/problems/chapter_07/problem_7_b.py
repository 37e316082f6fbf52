"""Problem 7.b: write `every`."""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from bpkit import checkpoint
from bpkit.checkpoint import Action, Advance, Memory, Recompute, Reverse, Store
from bpkit.problems.chapter_07.reader_schedule import carried_out
from bpkit.problems.problem import Arguments, Entries, Problem, Slip


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Stretches of equal length and a shorter last one; then both ends, k = 1 and k = n; and a single block."""
    k = int(rng.integers(3, 6))
    return [{"n": 3 * k, "k": k}, {"n": 3 * k + 2, "k": k}, {"n": 4, "k": 1}, {"n": k, "k": k}, {"n": 1, "k": 1}]


def measure(answer: Any, n: int, k: int) -> Entries:
    actions = carried_out(answer, n, where=f"for n = {n} and k = {k}, ")
    memory = Memory()
    for action in actions:
        memory.follow(action)
        if memory.reached == n:
            break
    evaluations, peak = checkpoint.cost(actions)
    return {"checkpoints": sorted(memory.stored), "evaluations": evaluations, "peak": peak}


def stretches(n: int, k: int, first: int = 0, keep_last: bool = False, each_anew: bool = False) -> Iterator[Action]:
    """Every k-th activation stored, and stretch by stretch back; every keyword plants a slip."""
    starts = [0, *(j for j in range(1, n) if (j - first) % k == 0)]
    ends = [*starts[1:], n]
    for start, end in zip(starts, ends, strict=True):
        yield Store(start)
        if keep_last and end == n:
            for j in range(start, n):
                yield Advance(j, j + 1)
                if j + 1 < n:
                    yield Store(j + 1)
        else:
            yield Advance(start, end)
    for start, end in reversed(list(zip(starts, ends, strict=True))):
        last_kept = keep_last and end == n
        for j in range(start + 1, 0 if each_anew or last_kept else end):
            yield Recompute(j - 1, j)
            yield Store(j)
        for j in reversed(range(start, end)):
            if each_anew and j > start:
                yield Recompute(start, j)
            yield Reverse(j)


def slip(sentence: str, schedule: Callable[[int, int], Iterable[Action]]) -> Slip:
    return Slip(functools.cache(lambda n, k: measure(schedule(n, k), n, k)), sentence, whole=True)


PROBLEM = Problem(
    id="7.b",
    title="Write the schedule: every k-th",
    points=3,
    minutes=20,
    hints=(
        "range(0, n, k) are the activations to store; a stretch goes from one of them to the next, the last one to n.",
        "On the way back: inside a stretch, Recompute(j, j + 1) and Store(j + 1) by turns, then Reverse from its end.",
        "The last activation of a stretch is still there, so the stretch is run again up to the one before it.",
    ),
    instances=instances,
    truth=functools.cache(lambda n, k: measure(checkpoint.every(n, k), n, k)),
    measure=measure,
    slips=(
        slip("the last stretch is kept in the first sweep; here it is treated like the others.",
             lambda n, k: stretches(n, k, keep_last=True)),
        slip("each activation is run again from the checkpoint: store those inside the stretch on the way.",
             lambda n, k: stretches(n, k, each_anew=True)),
        slip("everything is stored, and only every k-th activation was to be.", lambda n, k: checkpoint.store_all(n)),
        slip("only the input is stored.", lambda n, k: stretches(n, n)),
        slip("one too early: activation k enters block k, so it is stored before block k runs.",
             lambda n, k: stretches(n, k, first=k - 1)),
        slip("one too late: activation k enters block k, so it is stored before block k runs.",
             lambda n, k: stretches(n, k, first=1)),
        slip("there are k stretches here; k is their length.", lambda n, k: checkpoint.every(n, -(-n // k))),
    ),
)  # fmt: skip
