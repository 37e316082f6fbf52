"""Problem 4.f: the best order of a chain of matrices."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.chapter_04.chain_of_maps import forward_count, reverse_count
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23)  # so that no two products are equal, and no choice is a tie


def fewest(sizes: Sequence[int], choose: Callable[[list[int]], int] = min) -> int:
    """The multiplications of the best order: the best last product over the best orders of its two sides."""
    best: dict[tuple[int, int], int] = {(i, i + 1): 0 for i in range(len(sizes) - 1)}
    for length in range(2, len(sizes)):
        for i in range(len(sizes) - length):
            j = i + length
            best[i, j] = choose([best[i, k] + best[k, j] + sizes[i] * sizes[k] * sizes[j] for k in range(i + 1, j)])
    return best[0, len(sizes) - 1]


def greedy(sizes: Sequence[int], prefer: Callable[[Sequence[int], int], int]) -> int:
    """The multiplications when the next product is always the one that looks best; k is the size that goes."""
    left, count = list(sizes), 0
    while len(left) > 2:
        k = min(range(1, len(left) - 1), key=lambda k: prefer(left, k))
        count += left[k - 1] * left[k] * left[k + 1]
        del left[k]
    return count


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Chains whose best order is neither that of a mode nor a greedy one; then random ones and a single matrix."""
    scale = int(rng.integers(1, 6))
    crafted = ([17, 7, 2, 11, 13, 3], [11, 3, 7, 17, 5, 19], [5, 13, 3, 19, 17, 2, 7])
    drawn = [[int(D) for D in rng.choice(PRIMES, size=length, replace=False)] for length in (6, 3, 2)]
    return [{"sizes": one} for one in (*([scale * D for D in sizes] for sizes in crafted), *drawn)]


def without_last(sizes: Any) -> int:
    """The fewest multiplications if the last product were free."""
    return min((fewest(sizes[: k + 1]) + fewest(sizes[k:]) for k in range(1, len(sizes) - 1)), default=0)


GREEDY: tuple[tuple[Callable[[Sequence[int], int], int], str], ...] = (
    (lambda left, k: left[k - 1] * left[k] * left[k + 1],
     "always the cheapest product next: that can make later ones dear."),
    (lambda left, k: -left[k], "always the largest size first, or the smallest last: good, but not always best."),
    (lambda left, k: left[k - 1] * left[k + 1], "always the smallest result next: that can make later products dear."),
)  # fmt: skip


PROBLEM = Problem(
    id="4.f",
    title="The best order of all",
    points=4,
    minutes=25,
    hints=(
        "Ask for the last product: it has a left part, made from the first few matrices, and a right part.",
        "If the parts meet at size D_k, the last product costs D_i·D_k·D_j, whatever order was taken inside the parts.",
        "Make a table of the fewest multiplications for every stretch from D_i to D_j, short stretches first.",
        "best[i, j] is the smallest best[i, k] + best[k, j] + D_i·D_k·D_j over all k between; best[i, i + 1] is 0.",
    ),
    instances=instances,
    truth=lambda sizes: {"fewest": fewest(sizes)},
    slips=(
        *(wrong(sentence, fewest=functools.partial(greedy, prefer=prefer)) for prefer, sentence in GREEDY),
        wrong("one of the two modes is best here only sometimes; other orders are allowed too.",
              fewest=lambda sizes: min(forward_count(sizes), reverse_count(sizes))),
        wrong("this is the order of forward mode; look for the best of all orders.", fewest=forward_count),
        wrong("this is the order of reverse mode; look for the best of all orders.", fewest=reverse_count),
        wrong("this is the worst order.", fewest=lambda sizes: fewest(sizes, max)),
        wrong("the last product is not counted.", fewest=without_last),
    ),
)  # fmt: skip
