"""Schedules: the fewest evaluations against other derivations, and a sentence for each that cannot be carried out."""

import collections
import heapq
import itertools
import math
import random
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit.checkpoint import (
    Advance,
    Free,
    Memory,
    Recompute,
    Reverse,
    Store,
    binomial,
    cost,
    every,
    fewest_evaluations,
    optimal,
    sqrt,
    store_all,
    validate,
)


def replay(schedule, sizes, insides):
    """Carry out a schedule on numbers, without bpkit's counting: evaluations of each block, peak and slots."""
    n = len(insides)
    alive, stored, runs, peak, slots, left = {0}, set(), [0] * n, 0, 0, n
    for action in schedule:
        match action:
            case Store(k):
                assert k in alive
                stored.add(k)
                slots = max(slots, len(stored))
            case Advance(start, stop) | Recompute(start, stop):
                assert start in alive and start < stop <= left
                for k in range(start, stop):
                    assert isinstance(action, Advance) == (runs[k] == 0)
                    runs[k] += 1
                    running = alive | {k, k + 1}
                    peak = max(peak, sum(sizes[a] for a in running) + insides[k])
                alive.add(stop)
                assert len(alive - stored) <= 2
            case Reverse(k):
                left -= 1
                assert k == left and {k, k + 1} <= alive
                peak = max(peak, sum(sizes[a] for a in alive) + insides[k])
                alive.remove(k + 1)
                stored.discard(k)
            case Free(k):
                alive.remove(k)
                stored.discard(k)
    assert left == 0
    return runs, peak, slots


def fewest_by_dynamic_programming(most, slots):
    """t[s, l]: the fewest steps forward to reverse l steps from s checkpoints, each step reversed from its input."""
    t = np.full((slots + 1, most + 1), np.inf)
    t[1:, 1] = 0
    for s in range(1, slots + 1):
        for length in range(2, most + 1):
            k = np.arange(1, length)
            behind = t[s - 1, length - k] if s > 1 else np.where(length - k == 1, 0, np.inf)
            t[s, length] = np.min(k + behind + t[s, k])
    return t


def test_binomial_makes_the_fewest_evaluations_for_all_n_to_300_and_slots_to_20():
    """Against Griewank and Walther's closed form and a dynamic program, both without the last block, for the output."""
    t = fewest_by_dynamic_programming(300, 20)
    for slots, n in itertools.product(range(1, 21), range(1, 301)):
        r = next(r for r in itertools.count() if math.comb(slots + r, slots) >= n)
        closed = r * n - sum(math.comb(slots + i, slots) for i in range(r))  # Σ_i β(slots, i) = β(slots + 1, r − 1)
        assert closed == t[slots, n]
        evaluations, stored = 0, set()
        for action in binomial(n, slots):
            match action:
                case Advance(start, stop) | Recompute(start, stop):
                    evaluations += stop - start
                case Store(k):
                    stored.add(k)
                    assert len(stored) <= slots
                case Reverse(k):
                    stored.discard(k)
        assert evaluations == closed + 1 == fewest_evaluations(n, slots), (n, slots)


@given(n=st.integers(1, 40), slots=st.integers(1, 8), k=st.integers(1, 40), seed=st.integers(0, 2**32))
def test_schedules_can_be_carried_out_and_cost_what_a_replay_counts(n, slots, k, seed):
    draw = random.Random(seed)
    sizes, insides = [draw.randint(0, 9) for _ in range(n + 1)], [draw.randint(0, 9) for _ in range(n)]
    costs = [draw.randint(0, 9) for _ in range(n)]
    k = min(k, n)
    for schedule, most in ((store_all(n), n), (every(n, k), n), (sqrt(n), n), (binomial(n, slots), slots)):
        runs, peak, _ = replay(schedule, [1] * (n + 1), [0] * n)
        assert cost(schedule) == (sum(runs), peak)
        runs, peak, used = replay(schedule, sizes, insides)
        assert cost(schedule, costs, sizes, insides) == (np.dot(runs, costs), peak)
        assert used <= most
        validate(schedule, n=n, slots=used)
        if used > 1:
            with pytest.raises(ValueError, match=f"{used - 1} slots are taken"):
                validate(schedule, slots=used - 1)
    assert cost(binomial(n, slots)).peak <= slots + 3
    assert cost(store_all(n)) == (n, n + 1)
    assert cost(every(n, k)).evaluations == n + sum(len(range(n)[i : i + k]) - 1 for i in range(0, n, k))


def test_the_numbers_of_the_chapter():
    assert cost(store_all(64)) == (64, 65)
    assert cost(every(64, 8)) == (120, 16)
    assert cost(binomial(64, 8)) == (138, 11)
    evaluations, peak = cost(every(50, 10))  # problem 7.11
    assert (evaluations - 50, peak) == (45, 15)
    first_sweep = itertools.takewhile(lambda action: not isinstance(action, Recompute), every(50, 10))
    assert sum(isinstance(action, Store) for action in first_sweep) == 5
    peaks = {n: min(cost(every(n, k)).peak for k in range(1, n + 1)) for n in range(1, 80)}
    assert all(cost(sqrt(n)).peak <= best + 1 for n, best in peaks.items())
    assert all(cost(sqrt(n * n)).peak == peaks[n * n] for n in range(1, 9))


def test_a_schedule_for_a_million_blocks_is_made_action_by_action():
    schedule = binomial(10**6, 20)
    tracemalloc.start()
    try:
        collections.deque(itertools.islice(schedule, 100_000), maxlen=0)
        assert tracemalloc.get_traced_memory()[1] < 20_000
    finally:
        tracemalloc.stop()
    moves = (action for action in schedule if isinstance(action, Advance | Recompute))
    assert sum(action.stop - action.start for action in moves) == fewest_evaluations(10**6, 20)


def test_a_schedule_is_read_again_and_says_what_it_is():
    schedules = [store_all(5), every(5, 2), sqrt(5), binomial(5, 2), optimal([1] * 5, [1] * 6, 4)]
    for schedule in schedules:
        assert list(schedule) == list(schedule)
        assert not hasattr(schedule, "__len__")
    assert [repr(one) for one in schedules] == ["store_all(5)", "every(5, 2)", "sqrt(5)", "binomial(5, 2)",
                                                "optimal schedule for 5 blocks in a memory of 4"]  # fmt: skip
    assert [str(action) for action in binomial(3, 1)] == [
        "Store activation 0.",
        "Advance from activation 0 to activation 2.", "Advance from activation 2 to activation 3.",
        "Reverse block 2, from activation 3 to activation 2.", "Recompute activation 1 from activation 0.",
        "Reverse block 1, from activation 2 to activation 1.", "Reverse block 0, from activation 1 to activation 0.",
    ]  # fmt: skip


def test_another_program_agrees():
    """checkpoint-schedules runs every step once more before it reverses it; we run just the last block once more."""
    other = pytest.importorskip("checkpoint_schedules")
    for n, slots in itertools.product((1, 2, 5, 10, 33, 64), (1, 2, 3, 8)):
        if slots >= n:
            continue
        steps = 0
        for action in other.Revolve(n, slots):
            if isinstance(action, other.Forward):
                steps += action.n1 - action.n0
            if isinstance(action, other.EndReverse):
                break
        assert steps == cost(binomial(n, slots)).evaluations + n - 1


# ---- unequal blocks --------------------------------------------------------------------------------------------------


def cheapest(start, moves, done):
    """Dijkstra's algorithm: the least cost from `start` to a state that is done, or None."""
    best, queue, number = {start: 0}, [(0, 0, start)], 0
    while queue:
        spent, _, state = heapq.heappop(queue)
        if done(state):
            return spent
        if spent > best[state]:
            continue
        for price, following in moves(*state):
            if spent + price < best.get(following, math.inf):
                best[following], number = spent + price, number + 1
                heapq.heappush(queue, (spent + price, number, following))
    return None


def least_of_all(costs, sizes, insides, memory):
    """The least cost of any schedule whatever: at any time any block may run, and any activation may be freed."""

    def moves(alive, left):
        used = sum(sizes[k] for k in alive)
        for k in alive:
            yield 0, (alive - {k}, left)
            if k < left and k + 1 not in alive and used + sizes[k + 1] + insides[k] <= memory:
                yield costs[k], (alive | {k + 1}, left)
        if {left - 1, left} <= alive and used + insides[left - 1] <= memory:
            yield 0, (alive - {left}, left - 1)

    return cheapest((frozenset([0]), len(costs)), moves, lambda state: state[1] == 0)


def least_with_promises(costs, sizes, insides, memory):
    """The least cost of any schedule that keeps what it stored until its block is reversed.

    A state is what is stored, the activation in hand, whether the output that waits is there, and blocks left.
    """

    def moves(stored, hand, waiting, left):
        here = stored | ({hand} - {None})
        used = sum(sizes[k] for k in here) + (sizes[left] if waiting else 0)
        if waiting:
            yield 0, (stored, hand, False, left)
        if hand is not None:
            yield 0, (stored, None, waiting, left)
            yield 0, (stored | {hand}, None, waiting, left)
        for k in here:
            if used + insides[k] + sizes[k + 1] > memory or k + 1 in stored:
                continue
            if k + 1 < left and hand in (None, k):
                yield costs[k], (stored, k + 1, waiting, left)
            if k + 1 == left and not waiting:
                yield costs[k], (stored, hand, True, left)
        if waiting and left - 1 in here and used + insides[left - 1] <= memory:
            yield 0, (stored - {left - 1}, None if hand == left - 1 else hand, True, left - 1)

    return cheapest((frozenset([0]), None, False, len(costs)), moves, lambda state: state[3] == 0)


def least_by_optimal(costs, sizes, insides, memory):
    try:
        schedule = optimal(costs, sizes, memory, insides)
    except ValueError as error:
        assert "alone" in str(error)
        return None
    validate(schedule, n=len(costs))
    evaluations, peak = cost(schedule, costs, sizes, insides)
    assert peak <= memory
    return evaluations


def test_the_optimum_for_unequal_blocks_is_the_best_of_all_schedules_of_three_blocks():
    for costs in itertools.product((1, 4), repeat=3):
        for sizes in itertools.product((1, 2, 4), repeat=4):
            for memory in range(3, sum(sizes) + 1, 2):
                found = least_by_optimal(costs, sizes, (0, 0, 0), memory)
                assert found == least_of_all(costs, sizes, (0, 0, 0), memory), (costs, sizes, memory)


def blocks(draw, n, sizes=None):
    costs, insides = [draw.randint(0, 5) for _ in range(n)], [draw.choice((0, 0, 1, 2)) for _ in range(n)]
    sizes = sizes or [draw.randint(0, 4) for _ in range(n + 1)]
    return costs, sizes, insides, draw.randint(3, sum(sizes) + 3)


def test_the_optimum_for_unequal_blocks_is_that_of_brute_force():
    draw, differ = random.Random(0), 0
    for _ in range(400):
        case = blocks(draw, draw.randint(1, 6))
        found = least_by_optimal(*case)
        assert found == least_with_promises(*case), case
        best = least_of_all(*case)
        assert (found is None) == (best is None) and (best is None or best <= found)
        differ += best != found
    assert differ <= 4  # a stored activation is rarely worth freeing early


def test_for_activations_of_one_size_no_schedule_at_all_is_better():
    draw = random.Random(1)
    for _ in range(400):
        n = draw.randint(1, 7)
        costs, sizes, _, _ = blocks(draw, n, [1] * (n + 1))
        case = costs, sizes, [0] * n, draw.randint(2, n + 1)
        assert least_by_optimal(*case) == least_of_all(*case), case


# ---- what is impossible ----------------------------------------------------------------------------------------------

SWEEP = [Store(0), Advance(0, 3), Store(3), Advance(3, 4)]
IMPOSSIBLE = [
    ([Store(0), Advance(0, 2), Reverse(2)], "block 2 was never reached: the first sweep ends at activation 2"),
    ([Store(0), Advance(0, 2), Recompute(0, 3)], "only reached activation 2: did you mean Advance"),
    ([*SWEEP, Advance(0, 2)], "has reached activation 4, so it goes on from there: did you mean Recompute"),
    ([*SWEEP, Reverse(2)], "from the last to the first, and the next is block 3"),
    ([*SWEEP, Reverse(3), Reverse(3)], "block 3 is reversed already"),
    ([*SWEEP, Reverse(3), Reverse(2)], "needs activation 2, which was passed through and not kept"),
    ([*SWEEP, Reverse(3), Free(0), Recompute(0, 2)], "needs activation 0, which was freed"),
    ([*SWEEP, Reverse(3), Recompute(0, 4)], "block 3 is reversed already, so nobody needs activation 4"),
    ([*SWEEP, Reverse(3), Store(4)], "needs activation 4, which was let go when it had been reversed"),
    ([*SWEEP, Reverse(3), Advance(3, 4)], "the first sweep ended when the first block was reversed"),
    ([*SWEEP, Reverse(3), Recompute(0, 3)], "activation 3 is still there"),
    ([*SWEEP, Reverse(3), Recompute(0, 2), Reverse(2)], "ends before blocks 1 to 0 are reversed"),
    ([*SWEEP, Free(4), Reverse(3)], "needs activation 4, which was freed"),
    ([*SWEEP, Store(3)], "activation 3 is stored already"),
    ([*SWEEP, Store(5)], "needs activation 5, which was never reached"),
    ([Store(0), Advance(0, 1), Advance(1, 2), Recompute(1, 3)], "only reached activation 2"),
    ([Store(0), Advance(0, 2), Recompute(0, 1), Advance(2, 3)], "activation 2 was not stored, and it is not the"),
    (
        [Advance(0, 1), Advance(1, 2)],
        r"activations 0 and 1 are already held outside slots \(at most two\): store or free one",
    ),
    ([Store(0), Advance(0, 0)], "from activation 0 to activation 0, which is not forward"),
    ([Store(-1)], "activation is -1"),
    (SWEEP, "ends at activation 4, and no block is ever reversed"),
    ([], "ends at activation 0, and no block is ever reversed"),
]  # fmt: skip


@pytest.mark.parametrize(("actions", "sentence"), IMPOSSIBLE)
def test_a_schedule_that_cannot_be_carried_out_is_refused_in_a_sentence(actions, sentence):
    for look in (validate, cost):
        with pytest.raises(ValueError, match=sentence) as caught:
            look(actions)
        assert str(caught.value).count("\n") == 0 and str(caught.value).endswith((".", "?"))


def test_a_schedule_for_another_number_of_blocks_is_refused():
    for n, sentence in (
        (5, "only reached activation 4, not the output, 5"),
        (3, "there are 3 blocks, so activation 3"),
    ):
        with pytest.raises(ValueError, match=sentence):
            validate(every(4, 1), n=n)
    with pytest.raises(ValueError, match="costs for 4 and sizes for 3 blocks"):
        cost(every(4, 2), costs=[1] * 4, sizes=[1] * 4)
    with pytest.raises(ValueError, match="not the output, 5"):
        cost(every(4, 2), costs=[1] * 5)


@pytest.mark.parametrize(("actions", "sentence"), [
    ([Store("0")], 'action 0 .* activation is str \'0\', expected a whole number'),
    ([Store(0), "Advance"], "'Advance' is no action, expected one such as Store"),
])  # fmt: skip
def test_what_is_no_action_is_refused(actions, sentence):
    with pytest.raises(TypeError, match=sentence):
        validate(actions)


@pytest.mark.parametrize(("make", "kind", "sentence"), [
    (lambda: binomial(10, 0), ValueError, "slots is 0, expected a whole number of at least 1"),
    (lambda: binomial(-3, 2), ValueError, r"n \(the number of blocks\) is -3"),
    (lambda: fewest_evaluations(0, 1), ValueError, "is 0"),
    (lambda: store_all(0), ValueError, "is 0, expected a whole number of at least 1"),
    (lambda: sqrt(2.5), TypeError, "is float 2.5, expected a whole number"),
    (lambda: every(10, 11), ValueError, "k is 11, but there are 10 blocks"),
    (lambda: every(10, 0), ValueError, "k is 0"),
    (lambda: every(10, True), TypeError, "k is bool True"),
    (lambda: optimal([], [1], 5), ValueError, r"costs is \[\], expected a list with a number for each block"),
    (lambda: optimal([1, -1], [1] * 3, 5), ValueError, "none of them negative"),
    (lambda: optimal([1, 1], [1, 1], 5), ValueError, "sizes has 2 numbers, but costs are those of 2 blocks"),
    (lambda: optimal([1, 1], [1, 1, 0.5], 5), TypeError, r"sizes\[2\] is float 0.5"),
    (lambda: optimal([1, 1], [1] * 3, 5, insides=[1]), ValueError, "insides has 1 numbers"),
    (lambda: optimal([1, 1], [1, 2, 4], 6), ValueError, "memory is 6, but block 1 alone, .* takes 7"),
    (lambda: optimal([1] * 100, [1] * 101, 10**6), ValueError, "cells: give sizes and memory in a larger unit"),
])  # fmt: skip
def test_an_impossible_request_is_refused_in_a_sentence(make, kind, sentence):
    with pytest.raises(kind, match=sentence) as caught:
        make()
    assert str(caught.value).count("\n") == 0 and str(caught.value).endswith((".", "?"))


def test_the_memory_can_be_watched():
    memory, seen = Memory(), []
    for action in binomial(4, 2):
        memory.follow(action)
        seen.append((sorted(memory.stored), list(memory.in_hand), memory.left))
    assert seen[:5] == [
        ([0], [], None),
        ([0], [1], None),
        ([0, 1], [], None),
        ([0, 1], [3], None),
        ([0, 1], [3, 4], None),
    ]
    assert seen[-1] == ([], [0], 0)
