"""The optimal schedule for blocks of unequal cost and size, by dynamic programming over ranges of blocks and memory."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bpkit.checkpoint.actions import Action, Advance, Free, Recompute, Reverse, Store
from bpkit.checkpoint.schedules import Schedule
from bpkit.numerical.arguments import real_array, whole_number
from bpkit.numerical.arrays import Array

CELLS = 10**8  # of the table; a cell takes 16 bytes


def optimal(
    costs: Sequence[float], sizes: Sequence[int], memory: int, insides: Sequence[int] | None = None
) -> Schedule:
    """Reverse blocks with the least total cost of evaluations for which everything alive fits into `memory`.

    Block k costs `costs[k]` and turns activation k, of size `sizes[k]`, into activation k + 1; it takes `insides[k]`
    more while it runs or is reversed. `cost` with the same lists gives the cost of the schedule. Sizes are whole
    numbers in any unit: the larger the unit, the faster, since the table has a column for each unit of memory.

    Let F(j, r, m) be the least cost of reversing blocks j … r − 1 in memory m, if activation j is stored and their
    output r is alive. It is 0 for one block; otherwise, for the best k in between,

        F(j, r, m) = costs[j] + … + costs[k − 1] + F(k, r, m − sizes[j]) + F(j, k, m)

    and G(j, r, m), if the output is not computed yet, is the same with G(k, r, m − sizes[j]), and costs[j] for one
    block. Where that costs less, the output is freed and recomputed: F ≤ G.

    It is the optimum among all schedules that store an activation until its block is reversed. With activations of
    equal size no other schedule is better; otherwise, rarely, one that frees a stored activation early is.

    Raises TypeError or ValueError for other lists or numbers, for a table that would be too large, and if the input and
    any one block do not fit.

    Source: the recursion is that of Griewank and Walther (2000) with sizes; compare Beaumont et al. (2019), "Optimal
    checkpointing for heterogeneous chains".

    >>> from bpkit.checkpoint.counting import cost
    >>> costs, sizes = [1, 1, 9, 1], [2, 2, 1, 5, 1]
    >>> [cost(optimal(costs, sizes, memory), costs, sizes).evaluations for memory in (9, 10, 11)]
    [13, 13, 12]
    """
    costs, sizes, insides, memory = _checked(costs, sizes, insides, memory)
    table = _Table(costs, sizes, insides, memory)
    n = len(costs)
    return Schedule(f"optimal schedule for {n} blocks in a memory of {memory}", n, lambda: _actions(table, n, memory))


def _actions(table: "_Table", n: int, memory: int) -> Iterator[Action]:
    """Read the schedule out of the table."""
    yield Store(0)
    reached = 0
    ranges = [(0, n, memory, False)]
    while ranges:
        j, r, m, waiting = ranges.pop()
        if waiting and r > j + 1 and table.fresh[j, r][m] < table.split(j, r, m, waiting=True)[0]:
            waiting = False
            yield Free(r)
        k = r if r == j + 1 else table.split(j, r, m, waiting)[1]
        if not (waiting and k == r):
            yield Advance(j, k) if k > reached else Recompute(j, k)
            reached = max(reached, k)
        if k == r:
            yield Reverse(j)
            continue
        if k < r - 1:
            yield Store(k)
        ranges += [(j, k, m, True), (k, r, m - table.sizes[j], waiting)]


class _Table:
    """F, `waiting`, and G, `fresh`, of each range of blocks: an array with a value for each amount of memory."""

    def __init__(self, costs: list[float], sizes: list[int], insides: list[int], memory: int) -> None:
        self.sizes, self.memory = sizes, memory
        self.upto = np.concatenate([[0.0], np.cumsum(costs)])
        self.waiting: dict[tuple[int, int], Array] = {}
        self.fresh: dict[tuple[int, int], Array] = {}
        self.passing = [_running_maximum(j, sizes, insides) for j in range(len(costs))]
        for length in range(1, len(costs) + 1):
            for j in range(len(costs) + 1 - length):
                r = j + length
                if length == 1:
                    fits = np.arange(memory + 1) >= sizes[j] + sizes[r] + insides[j]
                    self.waiting[j, r] = np.where(fits, 0.0, np.inf)
                    self.fresh[j, r] = np.where(fits, costs[j], np.inf)
                else:
                    self.fresh[j, r] = self._best(j, r, waiting=False)
                    self.waiting[j, r] = np.minimum(self._best(j, r, waiting=True), self.fresh[j, r])

    def _best(self, j: int, r: int, waiting: bool) -> Array:
        behind = self.waiting if waiting else self.fresh
        best = np.full(self.memory + 1, np.inf)
        for k in range(j + 1, r):
            least = min(self._least(j, k, r, waiting), self.memory + 1)
            found = self.upto[k] - self.upto[j] + behind[k, r][least - self.sizes[j] : self.memory + 1 - self.sizes[j]]
            np.minimum(best[least:], found + self.waiting[j, k][least:], out=best[least:])
        return best

    def split(self, j: int, r: int, m: int, waiting: bool) -> tuple[float, int]:
        """Return the least cost for memory m, with activation r waiting or not, and the best k."""
        behind = self.waiting if waiting else self.fresh
        found = [
            (self.upto[k] - self.upto[j] + behind[k, r][m - self.sizes[j]] + self.waiting[j, k][m], k)
            for k in range(j + 1, r)
            if m >= self._least(j, k, r, waiting)
        ]
        return min(found, default=(np.inf, r))

    def _least(self, j: int, k: int, r: int, waiting: bool) -> int:
        """The memory it takes to advance from activation j to activation k."""
        return self.sizes[j] + self.passing[j][k - j - 1] + (self.sizes[r] if waiting else 0)


def _running_maximum(j: int, sizes: list[int], insides: list[int]) -> list[int]:
    """The most it takes, besides activation j, to advance from there to activation j + 1, j + 2, …"""
    found: list[int] = []
    for k in range(j, len(insides)):
        need = (0 if k == j else sizes[k]) + insides[k] + sizes[k + 1]
        found.append(max(need, found[-1]) if found else need)
    return found


def _checked(costs: Any, sizes: Any, insides: Any, memory: Any) -> tuple[list[float], list[int], list[int], int]:
    """Return the arguments of `optimal`, or raise an error that says what is wrong with them."""
    costs = real_array("costs", costs).tolist()
    n = len(costs) if isinstance(costs, list) else 0
    if n == 0 or min(costs) < 0:
        raise ValueError(f"costs is {costs}, expected a list with a number for each block, none of them negative.")
    sizes = [whole_number(f"sizes[{k}]", size, least=0) for k, size in enumerate(sizes)]
    insides = [0] * n if insides is None else insides
    insides = [whole_number(f"insides[{k}]", size, least=0) for k, size in enumerate(insides)]
    memory = whole_number("memory", memory, least=0)
    if len(sizes) != n + 1:
        raise ValueError(
            f"sizes has {len(sizes)} numbers, but costs are those of {n} blocks, which have {n + 1} activations: the "
            "input and the output of each block."
        )
    if len(insides) != n:
        raise ValueError(f"insides has {len(insides)} numbers, but costs are those of {n} blocks.")
    needs = [sizes[0] * (k > 0) + sizes[k] + insides[k] + sizes[k + 1] for k in range(n)]
    if max(needs) > memory:
        k = int(np.argmax(needs))
        raise ValueError(
            f"memory is {memory}, but block {k} alone, with its input, its output and the input of the network, takes "
            f"{needs[k]}."
        )
    if n * n // 2 * (memory + 1) > CELLS:
        raise ValueError(
            f"memory is {memory:,}, so the table for {n} blocks would have {n * n // 2 * (memory + 1):,} cells: give "
            "sizes and memory in a larger unit."
        )
    return costs, sizes, insides, memory
