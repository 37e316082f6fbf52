"""Problem 4.j: one backward pass."""

from collections.abc import Sequence

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    small, large = (int(n) for n in np.sort(rng.choice(np.arange(3, 50), size=2, replace=False)))
    return [{"m": m, "n": n} for m, n in ((small, large), (large, small), (1, large), (small, 1))]


PROBLEM = Problem(
    id="4.j",
    title="Why one backward pass is not enough",
    points=2,
    minutes=12,
    hints=(
        "A backward pass hands back one number for each input, whatever it is started with. How many has the Jacobian?",
        "A pass started with g gives gᵀJ, a sum of J's rows with the weights g. What is that when g is all ones?",
        "A forward pass gives one column. You may choose the kind of pass; the matrix has m rows and n columns.",
    ),
    instances=instances,
    truth=lambda m, n: {"numbers": n, "backward_passes": m, "fewest": min(m, n), "with_ones": "b", "entrywise": "d"},
    slips=(
        wrong("a backward pass ends at the inputs: what has one entry for each output is what it starts with.",
              numbers=lambda m, n: m),
        wrong("this is the whole Jacobian; one pass gives one number for each input.", numbers=lambda m, n: m * n),
        wrong("this is the number of forward passes: a backward pass gives a row.", backward_passes=lambda m, n: n),
        wrong("one pass for each row is enough; a row comes whole.", backward_passes=lambda m, n: m * n),
        wrong("one pass gives n numbers; the Jacobian has more.", backward_passes=1),
        wrong("backward passes are not always the better choice.", fewest=lambda m, n: m),
        wrong("forward passes are not always the better choice.", fewest=lambda m, n: n),
        wrong("the larger one is named.", fewest=lambda m, n: max(m, n)),
        wrong("neither kind of pass needs the other: it is one or the other.", fewest=lambda m, n: m + n),
        wrong("see what the first line printed: it is not one of the rows.", with_ones="a"),
        wrong("sums along the rows would have an entry for each output; there is one for each input.", with_ones="c"),
        wrong("only where the other entries are 0; compare with the Jacobian below it.", with_ones="d"),
        wrong("compare the second pair of lines: what do the sums have in them when all other entries are 0?",
              entrywise="b"),
        wrong("every output has a slope of its own there; which entries of J hold them?", entrywise="a"),
        wrong("no: all other entries of this Jacobian are known to be 0, which leaves as many unknowns as a pass "
              "gives numbers.", entrywise="c"),
    ),
)  # fmt: skip
