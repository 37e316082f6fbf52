"""Problem 8.d: a deadlock to explain and to mend."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import wrong

LONG = 1500  # numbers: more bytes than go into a buffer


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Odd and even numbers of ranks, two of them, and long blocks, which wait for their receiver."""
    return [{"blocks": [rng.normal(size=LONG) for _ in range(p)]} for p in (3, 2, 4, 5)]


def truth(blocks: list[Any]) -> Entries:
    p = len(blocks)
    return {"received": [blocks[rank - 1] for rank in range(p)], "waits_for": [(rank + 1) % p for rank in range(p)]}


PROBLEM = Problem(
    id="8.d",
    title="A circle that waits",
    points=3,
    minutes=20,
    hints=(
        "Each rank is in the same line of the program. Which line, and whom does it need to get out of it?",
        "A long message is taken only once its receiver has called Recv. Nobody has: everybody is still sending.",
        "comm.Isend begins to send and returns a request at once. Receive, and then call request.Wait().",
        "Or: comm.Sendrecv(mine, right, recvbuf=received, source=left) does both at once.",
    ),
    instances=instances,
    truth=truth,
    slips=(
        wrong("these came from the right neighbour: rank r gets the block of rank r − 1.",
              received=lambda blocks: [blocks[(rank + 1) % len(blocks)] for rank in range(len(blocks))]),
        wrong("every rank has its own block still.", received=lambda blocks: list(blocks)),
        wrong("nothing was received: these are zeros.", received=lambda blocks: [np.zeros(LONG) for _ in blocks]),
        wrong("in the program as it stands nobody receives yet: a rank waits for the one to which it sends.",
              waits_for=lambda blocks: [(rank - 1) % len(blocks) for rank in range(len(blocks))]),
        wrong("no rank waits for itself.", waits_for=lambda blocks: list(range(len(blocks)))),
        wrong("the right neighbour of the last rank is rank 0.",
              waits_for=lambda blocks: [rank + 1 for rank in range(len(blocks))]),
        wrong("the left neighbour of rank 0 has the number p − 1; and look at which line the ranks are waiting.",
              waits_for=lambda blocks: [rank - 1 for rank in range(len(blocks))]),
        wrong("they do not all wait for rank 0: each waits for one neighbour.",
              waits_for=lambda blocks: [0 for _ in blocks]),
    ),
)  # fmt: skip
