"""The book's problem of chapter 07: 7.11."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.small_machine import Machine

Generator = np.random.Generator

ROOM = 2  # for variables that still hold the activation before


def instances_7_11(rng: Generator) -> Sequence[Arguments]:
    """The book's fifty layers first; every machine is new, since it counts."""
    return [
        {"machine": Machine(n, memory=n // k + k + ROOM, rng=rng), "n": n, "k": k}
        for n, k in ((50, 10), (int(rng.integers(2, 5)) * 3, 3))
    ]


def slip_7_11(sentence: str, **wrong: Callable[[int, int], int]) -> Slip:
    return Slip(lambda machine, n, k: {name: count(n, k) for name, count in wrong.items()}, sentence)


def other_gradients_7_11(sentence: str, change: Callable[[list[Any], int], list[Any]]) -> Slip:
    return Slip(lambda machine, n, k: {"dl_domega": change(machine.gradients, k)}, sentence)


def truth_7_11(machine: Any, n: int, k: int) -> Entries:
    return {
        "checkpoints": n // k, "recomputed": n - n // k, "peak": n // k + k, "dl_domega": machine.gradients,
    }  # fmt: skip


PROBLEM_7_11 = Problem(
    id="7.11",
    title="Fifty layers, every tenth stored",
    points=4,
    minutes=30,
    hints=(
        "Which activations are there when the way back begins? Write them down for n = 50, then those it needs first.",
        "The last activation of a stretch is there already, as the next checkpoint or the output: 9 of 10 run again.",
        "For start in 40, 30, …, 0: take the checkpoint, run on to start + 9 with all kept in a list, then go back.",
        "A variable keeps an activation alive: take it out of the list with pop, and use `del` for what is not needed.",
    ),
    instances=instances_7_11,
    truth=truth_7_11,
    slips=(
        slip_7_11("the output is no checkpoint: it is used at once.", checkpoints=lambda n, k: n // k + 1),
        slip_7_11("the input counts too: without it the first stretch cannot run again.",
                  checkpoints=lambda n, k: n // k - 1),
        slip_7_11("this is the length of a stretch.", checkpoints=lambda n, k: k),
        slip_7_11("this is a second pass through everything; the last activation of each stretch is still there.",
                  recomputed=lambda n, k: n),
        slip_7_11("the last stretch was not stored either: its activations are made again like all others.",
                  recomputed=lambda n, k: n - n // k - (k - 1)),
        slip_7_11("this counts the first sweep too; asked is how many layers run a second time.",
                  recomputed=lambda n, k: 2 * n - n // k),
        slip_7_11("this is one stretch alone; every stretch is run again.", recomputed=lambda n, k: k - 1),
        slip_7_11("the checkpoints are there while the last stretch is held.", peak=lambda n, k: k),
        slip_7_11("while a stretch is gone back through, all of it is there, not the checkpoints alone.",
                  peak=lambda n, k: n // k),
        slip_7_11("one is missing: the checkpoints are the inputs of the stretches, and the last stretch has k more.",
                  peak=lambda n, k: n // k + k - 1),
        slip_7_11("one is counted twice: the first activation of the last stretch is its checkpoint.",
                  peak=lambda n, k: n // k + k + 1),
        slip_7_11("this is what storing everything takes.", peak=lambda n, k: n + 1),
        other_gradients_7_11("they are in the order of the way back; Ω_0 comes first.", lambda found, k: found[::-1]),
        other_gradients_7_11("the last stretch alone is gone back through; each ∂ℓ/∂f_k has to be passed on.",
                             lambda found, k: found[-k:]),
    ),
)  # fmt: skip


PROBLEMS = (PROBLEM_7_11,)
