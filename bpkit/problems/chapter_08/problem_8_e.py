"""Problem 8.e: the bubble in numbers."""

import math
from collections.abc import Sequence

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Few and many micro-batches, fewer than stages too; bounds that no number of micro-batches meets exactly."""
    return [pipeline(rng, 8, 12), pipeline(rng, 5, 2), pipeline(rng, 3, int(rng.integers(20, 40))), pipeline(rng, 2, 3)]


def pipeline(rng: np.random.Generator, p: int, m: int) -> Arguments:
    forward = float(rng.uniform(0.5, 2.0))
    enough = int(rng.integers(9, 60)) + 0.5
    return {"p": p, "m": m, "forward": forward, "backward": forward * float(rng.uniform(1.5, 2.5)),
            "largest": (p - 1) / (enough + p - 1)}  # fmt: skip


def truth(p: int, m: int, forward: float, backward: float, largest: float) -> Entries:
    return {
        "time": (m + p - 1) * (forward + backward),
        "bubble": (p - 1) / (m + p - 1),
        "enough": math.ceil((p - 1) * (1 - largest) / largest),
        "one_piece": p * m * (forward + backward),
    }


PROBLEM = Problem(
    id="8.e",
    title="The bubble in numbers",
    points=3,
    minutes=20,
    hints=(
        "When does the last stage begin its first forward run? When is stage 0 done with its last backward run?",
        "The last stage begins at (p − 1)F, works for m(F + B), and the last micro-batch needs (p − 1)B to get back.",
        "A stage works for m(F + B) of that time. Solve (p − 1)/(m + p − 1) ≤ largest for m, and round up.",
        "In one piece, the batch takes a stage m times as long as a micro-batch does, and one stage works at a time.",
    ),
    instances=instances,
    truth=truth,
    slips=(
        wrong("this is the time in which a stage works; it also waits.",
              time=lambda p, m, forward, backward, largest: m * (forward + backward)),
        wrong("one too many: the first stage has no one to wait for.",
              time=lambda p, m, forward, backward, largest: (m + p) * (forward + backward)),
        wrong("the last micro-batch has to come back, too: (p − 1)B is missing.",
              time=lambda p, m, forward, backward, largest: (m + p - 1) * forward + m * backward),
        wrong("the last stage does not begin at 0: (p − 1)F is missing.",
              time=lambda p, m, forward, backward, largest: (m + p - 1) * backward + m * forward),
        wrong("this divides by the time of work; asked is the share of the whole time.",
              bubble=lambda p, m, forward, backward, largest: (p - 1) / m),
        wrong("this is the share in which a stage works.",
              bubble=lambda p, m, forward, backward, largest: m / (m + p - 1)),
        wrong("one too many: p − 1 stages are before the last one.",
              bubble=lambda p, m, forward, backward, largest: p / (m + p)),
        wrong("this is the bubble of one piece, without micro-batches.",
              bubble=lambda p, m, forward, backward, largest: (p - 1) / p),
        wrong("this many do not reach it: round up.",
              enough=lambda p, m, forward, backward, largest: math.floor((p - 1) * (1 - largest) / largest)),
        wrong("this is m + p − 1; asked is m.",
              enough=lambda p, m, forward, backward, largest: math.ceil((p - 1) / largest)),
        wrong("a piece of the size of the batch takes m times as long as a micro-batch.",
              one_piece=lambda p, m, forward, backward, largest: p * (forward + backward)),
        wrong("this is the time of one stage; the stages work one after another.",
              one_piece=lambda p, m, forward, backward, largest: m * (forward + backward)),
    ),
)  # fmt: skip
