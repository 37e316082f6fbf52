"""The optima that the problems of chapter 7 ask for, found by a search through everything that can be done."""

import heapq

import pytest

from bpkit import checkpoint
from bpkit.problems.chapter_07.problem_7_d import FEWEST, SLOTS, TOO_LARGE, N
from bpkit.problems.chapter_07.problem_7_e import again


def least_cost(costs, slots, too_large=()):
    """Dijkstra's search. A state: the activations stored, the one in hand, and the block whose turn comes next.

    That block is the last one plus 1 while the output is not there. A stored activation may be let go at any time, and
    every run makes the next activation of any that is there.
    """
    n = len(costs)
    queue, done = [(0, (0,), 0, n)], set()
    while queue:
        cost, stored, hand, turn = heapq.heappop(queue)
        if turn == 0:
            return cost
        if (stored, hand, turn) in done:
            continue
        done.add((stored, hand, turn))
        kept = tuple(a for a in stored if a < turn - 1)
        if turn - 1 in (*stored, hand):  # for the last block: the run that makes the output
            heapq.heappush(queue, (cost + (turn == n) * costs[-1], kept, -1, turn - 1))
        for start in {*stored, hand} - {-1}:
            if start < turn - 1:
                heapq.heappush(queue, (cost + costs[start], stored, start + 1, turn))
        if hand not in (-1, *stored, *too_large):
            for lost in (None, *stored[1:]):
                rest = tuple(a for a in stored if a != lost)
                if len(rest) < slots:
                    heapq.heappush(queue, (cost, tuple(sorted((*rest, hand))), hand, turn))
    raise AssertionError("no state reverses all blocks")


def test_the_search_finds_what_is_known_of_equal_blocks():
    for n, slots in ((2, 1), (5, 1), (6, 2), (10, 2), (10, 3), (11, 3)):
        assert least_cost((1,) * n, slots) == checkpoint.fewest_evaluations(n, slots)


def test_fewest_evaluations_with_two_activations_too_large_for_a_slot():
    assert least_cost((1,) * N, SLOTS, TOO_LARGE) == FEWEST
    assert least_cost((1,) * N, SLOTS) < FEWEST


@pytest.mark.parametrize("slots", [2, 3, 4])
@pytest.mark.parametrize(
    "costs", [(3, 1, 1, 2, 3, 1, 1, 2), (1, 1, 20, 1, 1, 1, 1), (5, 4, 3, 2, 1, 1), (2, 7), (4,) * 7]
)
def test_the_recursion_for_unequal_blocks_is_an_optimum(costs, slots):
    assert again(costs, slots) + costs[-1] == least_cost(costs, slots)
