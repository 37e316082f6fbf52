"""Problem 7.11: fifty layers, every tenth stored."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import wrong
from bpkit.problems.small_machine import Machine

ROOM = 2  # for variables that still hold the activation before


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """The book's fifty layers first, stretches of one, and a single stretch; machines are new, since they count."""
    return [
        {"machine": Machine(n, memory=n // k + k + ROOM, once=k, rng=rng), "n": n, "k": k}
        for n, k in ((50, 10), (int(rng.integers(3, 6)) * 3, 3), (int(rng.integers(4, 7)), 1), (4, 4))
    ]


def truth(machine: Any, n: int, k: int) -> Entries:
    return {
        "checkpoints": n // k, "recomputed": (n // k - 1) * (k - 1), "peak": n // k + k, "dl_domega": machine.gradients,
    }  # fmt: skip


PROBLEM = Problem(
    id="7.11",
    title="Fifty layers, every tenth stored",
    points=4,
    minutes=30,
    hints=(
        "Which activations are there when the way back begins? Write them down for n = 50, then those it needs first.",
        "The last activation of a stretch is there already, as the next checkpoint: of each ten layers nine run again.",
        "In the first sweep keep activations 0, 10, …, 40, and from 40 on every one. Then go back through ten layers.",
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
        wrong("the last stretch does not run again here: its inside is kept from the first sweep.",
              recomputed=lambda machine, n, k: n - n // k),
        wrong("the last activation of each stretch need not be made again: it is the next checkpoint.",
              recomputed=lambda machine, n, k: n - k),
        wrong("this counts the first sweep too; asked is how many layers run a second time.",
              recomputed=lambda machine, n, k: n + (n // k - 1) * (k - 1)),
        wrong("this is one stretch alone; all but the last are run again.", recomputed=lambda machine, n, k: k - 1),
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
