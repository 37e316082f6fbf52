"""Problem 7.11: fifty layers, every tenth stored."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import wrong
from bpkit.problems.small_machine import Machine

ROOM = 2  # for variables that still hold the activation before


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """The book's fifty layers first; every machine is new, since it counts."""
    return [
        {"machine": Machine(n, memory=n // k + k + ROOM, rng=rng), "n": n, "k": k}
        for n, k in ((50, 10), (int(rng.integers(2, 5)) * 3, 3))
    ]


def truth(machine: Any, n: int, k: int) -> Entries:
    return {
        "checkpoints": n // k, "recomputed": n - n // k, "peak": n // k + k, "dl_domega": machine.gradients,
    }  # fmt: skip


PROBLEM = Problem(
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
    instances=instances,
    truth=truth,
    slips=(
        wrong("the output is no checkpoint: it is used at once.", checkpoints=lambda machine, n, k: n // k + 1),
        wrong("the input counts too: without it the first stretch cannot run again.",
              checkpoints=lambda machine, n, k: n // k - 1),
        wrong("this is the length of a stretch.", checkpoints=lambda machine, n, k: k),
        wrong("this is a second pass through everything; the last activation of each stretch is still there.",
              recomputed=lambda machine, n, k: n),
        wrong("the last stretch was not stored either: its activations are made again like all others.",
              recomputed=lambda machine, n, k: n - n // k - (k - 1)),
        wrong("this counts the first sweep too; asked is how many layers run a second time.",
              recomputed=lambda machine, n, k: 2 * n - n // k),
        wrong("this is one stretch alone; every stretch is run again.", recomputed=lambda machine, n, k: k - 1),
        wrong("the checkpoints are there while the last stretch is held.", peak=lambda machine, n, k: k),
        wrong("while a stretch is gone back through, all of it is there, not the checkpoints alone.",
              peak=lambda machine, n, k: n // k),
        wrong("one is missing: the checkpoints are the inputs of the stretches, and the last stretch has k more.",
              peak=lambda machine, n, k: n // k + k - 1),
        wrong("one is counted twice: the first activation of the last stretch is its checkpoint.",
              peak=lambda machine, n, k: n // k + k + 1),
        wrong("this is what storing everything takes.", peak=lambda machine, n, k: n + 1),
        wrong("they are in the order of the way back; Ω_0 comes first.",
              dl_domega=lambda machine, n, k: machine.gradients[::-1]),
        wrong("the last stretch alone is gone back through; each ∂ℓ/∂f_k has to be passed on.",
              dl_domega=lambda machine, n, k: machine.gradients[-k:]),
    ),
)  # fmt: skip
