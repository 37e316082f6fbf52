"""Problem 8.h: how to cut, for a machine with given memory and links."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Memory for everything and for little, so that each forgotten place changes a cut; links of all kinds.

    And small ones: all ranks to one of the three; three ranks that share units; memory that is just enough.
    """
    scale = float(rng.uniform(0.8, 1.25))
    return [
        {"ranks": 16, "parameters": 8_000_000, "memory": 9_000_000, "work": 40.0 * scale, "micro_batches": 8,
         "activations": 2_000_000, "slow": 2e-8, "fast": 1e-6, "together": 4},
        {"ranks": 8, "parameters": 1_000_000, "memory": 3_500_000, "work": 10.0 * scale, "micro_batches": 4,
         "activations": 5_000_000, "slow": 1e-7, "fast": 1e-6, "together": 8},
        {"ranks": 16, "parameters": 30_000_000, "memory": 9_000_000, "work": 90.0 * scale, "micro_batches": 16,
         "activations": 3_000_000, "slow": 4e-6, "fast": 2e-7, "together": 4},
        {"ranks": 32, "parameters": 20_000_000, "memory": 21_000_000, "work": 200.0 * scale, "micro_batches": 32,
         "activations": 8_000_000, "slow": 5e-7, "fast": 1e-7, "together": 2},
        {"ranks": 8, "parameters": 4_000_000, "memory": 2_500_000, "work": 20.0 * scale, "micro_batches": 2,
         "activations": 500_000, "slow": 1e-6, "fast": 1e-7, "together": 8},
        {"ranks": 4, "parameters": 1_003, "memory": 9_000, "work": 8.0 * scale, "micro_batches": 2,
         "activations": 503, "slow": 1e-4, "fast": 1e-2, "together": 2},
        {"ranks": 4, "parameters": 1_003, "memory": 1_500, "work": 4.0 * scale, "micro_batches": 8,
         "activations": 503, "slow": 1e-3, "fast": 1e-3, "together": 1},
        {"ranks": 6, "parameters": 1_003, "memory": 1_500, "work": 60.0 * scale, "micro_batches": 2,
         "activations": 503, "slow": 1e-3, "fast": 1e-3, "together": 3},
        {"ranks": 4, "parameters": 1_000, "memory": 2_000, "work": 40.0 * scale, "micro_batches": 4,
         "activations": 503, "slow": 1e-4, "fast": 1e-3, "together": 1},
    ]  # fmt: skip


def cuts(ranks: int) -> Iterator[tuple[int, int, int]]:
    """All ways to write the number of ranks as a product of three."""
    for data, pipe in itertools.product(range(1, ranks + 1), repeat=2):
        if ranks % (data * pipe) == 0:
            yield data, pipe, ranks // (data * pipe)


def best(
    ranks: int, parameters: int, memory: int, work: float, micro_batches: int, activations: int, slow: float,
    fast: float, together: int,
    held: int = 4, bubble: bool = True, twice: int = 2, divided: bool = True, sums: int = 2, limited: bool = True,
) -> Entries:  # fmt: skip
    """The fastest cut that fits, and its time; the keywords plant slips."""
    found = []
    for data, pipe, tensor in cuts(ranks):
        mine = parameters / (pipe * tensor)
        if held * mine > memory or (limited and tensor > together):
            continue
        time = work / ranks * (1 + bubble * (pipe - 1) / micro_batches)
        time += twice * (data - 1) / data * (mine if divided else parameters) * slow
        time += sums * 2 * (tensor - 1) / tensor * activations / (data * pipe) * fast
        found.append((time, (data, pipe, tensor)))
    time, cut = min(found)
    return {"cut": list(cut), "time": time}


PROBLEM = Problem(
    id="8.h",
    title="How to cut",
    points=4,
    minutes=35,
    hints=(
        "There are few ways to write 16 as a product of three numbers: go through all of them with two loops.",
        "First leave out what does not fit and what has units on different machines; then take the least time.",
        "The time has three parts: work with its bubble, gradients over slow links, sums over fast links.",
        "Check one by hand: with data = ranks, pipe = tensor = 1, only the work and the gradients are left.",
    ),
    instances=instances,
    truth=best,
    slips=(
        planted(best, "a parameter takes four places: itself, its gradient and two moments.", held=1),
        planted(best, "the two moments of each parameter take memory as well.", held=2),
        planted(best, "a pipeline waits: the work takes 1 + (pipe − 1)/micro_batches times as long.", bubble=False),
        planted(best, "an all-reduce of n numbers sends 2(d − 1)/d of them: adding up and handing out.", twice=1),
        planted(best, "a rank adds up the gradients of its own parameters only, not of all.", divided=False),
        planted(best, "there are two all-reduces among the ranks that share the units, one forward and one backward.",
                sums=1),
        planted(best, "units can be shared only within one machine, among `together` ranks.", limited=False),
    ),
)  # fmt: skip
