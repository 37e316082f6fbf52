"""Problem 8.a: the ring all-reduce by hand."""

from collections.abc import Sequence

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """A rank with a smaller number than the round, so that it counts past 0; the first round; the last rank; random."""
    p, q = int(rng.integers(6, 10)), int(rng.integers(5, 9))
    return [
        {"p": p, "r": 1, "step": 3, "n": 30 * p},
        {"p": q, "r": q - 1, "step": 0, "n": q * int(rng.integers(2, 9))},
        {"p": p, "r": p - 1, "step": p - 2, "n": p},
        {"p": q, "r": int(rng.integers(2, q)), "step": 1, "n": 4 * q},
        {"p": 2, "r": 0, "step": 0, "n": 100},
    ]


PROBLEM = Problem(
    id="8.a",
    title="The ring by hand",
    points=2,
    minutes=15,
    hints=(
        "Draw p = 3 ranks and write beside each what it sends in round 0. What does it send in round 1?",
        "What rank r receives in a round is what rank r − 1 has sent: a chunk whose number is one smaller.",
        "In round 0 a rank sends its own share. In each round one more is added before the chunk goes on.",
        "A chunk is n/p numbers. It takes p − 1 rounds to add up, and as many to hand out.",
    ),
    instances=instances,
    truth=lambda p, r, step, n: {
        "sends": (r - step) % p, "shares": step + 1, "complete": (r + 1) % p, "numbers": 2 * (p - 1) * n // p,
    },
    slips=(
        wrong("chunks travel to the right, so what arrives has a smaller number in each round.",
              sends=lambda p, r, step, n: (r + step) % p),
        wrong("the numbers go round: after chunk 0 comes chunk p − 1.", sends=lambda p, r, step, n: r - step),
        wrong("this is what it receives in this round; it sends it in the next.",
              sends=lambda p, r, step, n: (r - step - 1) % p),
        wrong("this is what it sends in the first round; later it passes on what has come.",
              sends=lambda p, r, step, n: r),
        wrong("in round 0 a rank sends its own share: that is one, not none.", shares=lambda p, r, step, n: step),
        wrong("this is the number after it has arrived and the receiver has added its own.",
              shares=lambda p, r, step, n: step + 2),
        wrong("this is right at the end only.", shares=lambda p, r, step, n: p),
        wrong("this is the chunk that the rank sent first; others have added to it since.",
              complete=lambda p, r, step, n: r),
        wrong("this is one too far to the left: follow the last chunk that it receives.",
              complete=lambda p, r, step, n: (r - 1) % p),
        wrong("the numbers go round: after chunk p − 1 comes chunk 0.", complete=lambda p, r, step, n: r + 1),
        wrong("this is for adding up; handing out takes as many.", numbers=lambda p, r, step, n: (p - 1) * n // p),
        wrong("in each round a rank sends one chunk, n/p numbers.", numbers=lambda p, r, step, n: 2 * (p - 1) * n),
        wrong("there are p − 1 rounds each time, not p.", numbers=lambda p, r, step, n: 2 * n),
        wrong("this is the number of messages.", numbers=lambda p, r, step, n: 2 * (p - 1)),
    ),
)  # fmt: skip
