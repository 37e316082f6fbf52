"""Right and wrong answers to 7.a to 7.f; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import functools
import math

import numpy as np

from bpkit import checkpoint
from bpkit.checkpoint import Advance, Free, Recompute, Reverse, Store
from bpkit.problems.planted_schedules import PLANTED

# ---- 7.a

RIGHT_7_A = [
    PLANTED,
    [f" {word.upper()} " for word in PLANTED],
    {f"schedule_{number}": word for number, word in enumerate(PLANTED, start=1)},
]


def other_7_a(number, word):
    return tuple(word if n == number else right for n, right in enumerate(PLANTED, start=1))


WRONG_7_A = [
    (other_7_a(1, "not-kept"), "`schedule_1`: the activation that is missing was in a slot"),
    (other_7_a(1, "works"), "`schedule_1`: write down what is stored"),
    (other_7_a(2, "unfinished"), "`schedule_2`: all four blocks are in it"),
    (other_7_a(3, "let-go"), "`schedule_3`: nothing here is freed"),
    (other_7_a(4, "no-slot"), "`schedule_4`: count again"),
    (other_7_a(4, "unfinished"), "`schedule_4`: blocks 3, 2, 1 and 0 are all reversed"),
    (other_7_a(5, "still-there"), "`schedule_5`: what is run again here"),
    (other_7_a(6, "works"), "`schedule_6`: every one of its actions"),
    (other_7_a(6, "wrong-order"), "`schedule_6`: as far as it goes"),
    (other_7_a(6, 1), "`schedule_6` is a int, expected a word"),
    (PLANTED[:5], "has 5 parts, expected 6"),
]


# ---- 7.b


def list_7_b(n, k):
    actions = []
    for start in range(0, n, k):
        actions += [Store(start), Advance(start, min(start + k, n))]
    for start in range(((n - 1) // k) * k, -1, -k):
        end = min(start + k, n)
        for j in range(start, end - 1):
            actions += [Recompute(j, j + 1), Store(j + 1)]
        actions += [Reverse(j) for j in range(end - 1, start - 1, -1)]
    return actions


def generator_7_b(n, k):
    # Block by block, and what is not to be kept is freed.
    for j in range(n):
        if j % k == 0:
            yield Store(j)
        yield Advance(j, j + 1)
        if j % k != 0:
            yield Free(j)
    stored = set(range(0, n, k))
    for block in reversed(range(n)):
        if block not in stored:
            for j in range(block - block % k, block):
                yield Recompute(j, j + 1)
                yield Store(j + 1)
                stored.add(j + 1)
        yield Reverse(block)


RIGHT_7_B = [list_7_b, generator_7_b, lambda n, k: list(checkpoint.every(n, k)), checkpoint.every]


def keeps_last_7_b(n, k):
    starts, actions = list(range(0, n, k)), []
    for start in starts[:-1]:
        actions += [Store(start), Advance(start, start + k)]
    for j in range(starts[-1], n):
        actions += [Store(j), Advance(j, j + 1)]
    actions += [Reverse(j) for j in range(n - 1, starts[-1] - 1, -1)]
    for start in reversed(starts[:-1]):
        for j in range(start, start + k - 1):
            actions += [Recompute(j, j + 1), Store(j + 1)]
        actions += [Reverse(j) for j in range(start + k - 1, start - 1, -1)]
    return actions


def each_anew_7_b(n, k):
    actions = []
    for start in range(0, n, k):
        actions += [Store(start), Advance(start, min(start + k, n))]
    for block in reversed(range(n)):
        if block % k:
            actions.append(Recompute(block - block % k, block))
        actions.append(Reverse(block))
    return actions


def shifted_7_b(by):
    def answer(n, k):
        starts = [0, *(j for j in range(1, n) if (j - by) % k == 0)]
        ends, actions = [*starts[1:], n], []
        for start, end in zip(starts, ends, strict=True):
            actions += [Store(start), Advance(start, end)]
        for start, end in list(zip(starts, ends, strict=True))[::-1]:
            for j in range(start, end - 1):
                actions += [Recompute(j, j + 1), Store(j + 1)]
            actions += [Reverse(j) for j in range(start, end)[::-1]]
        return actions

    return answer


def endless_7_b(n, k):
    while True:
        yield Store(0)


WRONG_7_B = [
    (keeps_last_7_b, "`checkpoints` and `evaluations`: the last stretch is kept in the first sweep"),
    (each_anew_7_b, "each activation is run again from the checkpoint"),
    (lambda n, k: checkpoint.store_all(n), "everything is stored, and only every k-th"),
    (lambda n, k: list_7_b(n, n), "only the input is stored"),
    (shifted_7_b(-1), "one too early"),
    (lambda n, k: list_7_b(n, math.ceil(n / k)), "there are k stretches here; k is their length"),
    (lambda n, k: list_7_b(n, k)[1:], "is impossible: activations 0 and"),
    (lambda n, k: [a if not isinstance(a, Recompute) else Advance(a.start, a.stop) for a in list_7_b(n, k)],
     "did you mean Recompute?"),
    (lambda n, k: [("store", 0)], "('store', 0) is no action, expected one such as Store(0)"),
    (endless_7_b, "has more than 1000 actions"),
    (lambda n, k: n, "This is a int, expected a list of actions"),
]  # fmt: skip


# ---- 7.c


def loop_7_c(sizes, k):
    most, where = 0, None
    for number in range((len(sizes) - 1) // k):
        alive = 0
        for j in range(0, number * k, k):
            alive += sizes[j]
        for j in range(number * k, number * k + k + 1):
            alive += sizes[j]
        if alive > most:
            most, where = alive, number
    return sum(sizes), most, where


def followed_7_c(sizes, k):
    # Every action in turn, and the sizes of what is alive.
    n, memory, block, most, where = len(sizes) - 1, checkpoint.Memory(), len(sizes) - 1, 0, 0
    for action in checkpoint.every(n, k):
        if isinstance(action, Reverse):
            block = action.block
        memory.follow(action)
        alive = sum(sizes[j] for j in {*memory.stored, *memory.in_hand})
        if alive >= most:
            most, where = alive, (block - 1) // k
    return {"peak": most, "stretch": where, "store_all": np.sum(sizes)}


def arrays_7_c(sizes, k):
    checkpoints = np.cumsum(sizes[:-1:k])
    inside = sizes[1:].reshape(-1, k).sum(axis=1)
    return sizes.sum(), (checkpoints + inside).max(), (checkpoints + inside).argmax()


RIGHT_7_C = [loop_7_c, followed_7_c, arrays_7_c]


def other_7_c(peak=None, stretch=None, store_all=None):
    def answer(sizes, k):
        right = arrays_7_c(sizes, k)
        return tuple(one if change is None else change(sizes, k, *right)
                     for one, change in zip(right, (store_all, peak, stretch), strict=True))  # fmt: skip

    return answer


def stretches_alone_7_c(sizes, k):
    held = [sum(sizes[start : start + k + 1]) for start in range(0, len(sizes) - 1, k)]
    return sum(sizes), max(held), held.index(max(held))


def without_output_7_c(sizes, k):
    held = [sum(sizes[: start + 1 : k]) + sum(sizes[start + 1 : start + k]) for start in range(0, len(sizes) - 1, k)]
    return sum(sizes), max(held), held.index(max(held))


def last_of_two_7_c(sizes, k):
    most, where = 0, None
    for start in range(0, len(sizes) - 1, k):
        alive = sum(sizes[:start:k]) + sum(sizes[start : start + k + 1])
        if alive >= most:
            most, where = alive, start // k
    return sum(sizes), most, where


WRONG_7_C = [
    (stretches_alone_7_c, "`peak` and `stretch`: this is the stretch alone"),
    (without_output_7_c, "the last activation of the stretch is missing"),
    (last_of_two_7_c, "`stretch`: where two stretches need the same, the first of them is asked for"),
    (other_7_c(store_all=lambda sizes, k, *right: sizes[1:].sum()), "`store_all`: the input counts too"),
    (other_7_c(peak=lambda sizes, k, *right: sizes[:-1:k].sum() + sizes[-k:].sum(),
               stretch=lambda sizes, k, *right: (len(sizes) - 1) // k - 1), "`peak` and `stretch`: this is the last"),
    (other_7_c(peak=lambda sizes, k, *right: (len(sizes) - 1) // k + k), "`peak`: this is a number of activations"),
    (other_7_c(stretch=lambda sizes, k, everything, peak, stretch: stretch + 1), "the first stretch has the number 0"),
    (other_7_c(stretch=lambda sizes, k, everything, peak, stretch: stretch * k), "the activation at its beginning"),
    (other_7_c(peak=lambda sizes, k, everything, peak, stretch: peak + sizes[stretch * k]), None),
    (lambda sizes, k: (sizes.sum(), arrays_7_c(sizes, k)[1]), "has 2 parts, expected 3"),
]  # fmt: skip


# ---- 7.d

BY_HAND_7_D = [
    Store(0), Advance(0, 3), Store(3), Advance(3, 6), Store(6), Advance(6, 9), Advance(9, 10), Reverse(9),
    Recompute(6, 8), Reverse(8), Recompute(6, 7), Reverse(7), Reverse(6),
    Recompute(3, 5), Reverse(5), Recompute(3, 4), Reverse(4), Reverse(3),
    Recompute(0, 1), Store(1), Recompute(1, 2), Reverse(2), Reverse(1), Reverse(0),
]  # fmt: skip

# The first checkpoint at activation 6.
FROM_SIX_7_D = [
    Store(0), Advance(0, 6), Store(6), Advance(6, 8), Store(8), Advance(8, 9), Advance(9, 10), Reverse(9), Reverse(8),
    Recompute(6, 7), Reverse(7), Reverse(6), Recompute(0, 2), Store(2), Recompute(2, 3), Store(3),
    Recompute(3, 5), Reverse(5), Recompute(3, 4), Reverse(4), Reverse(3), Reverse(2),
    Recompute(0, 1), Reverse(1), Reverse(0),
]  # fmt: skip

# Block by block forward, and what is in the way is freed.
STEP_BY_STEP_7_D = [
    Store(0), Advance(0, 1), Advance(1, 2), Free(1), Advance(2, 3), Free(2), Store(3), Advance(3, 4), Advance(4, 5),
    Free(4), Advance(5, 6), Free(5), Store(6), Advance(6, 7), Advance(7, 9), Free(7), Advance(9, 10), *BY_HAND_7_D[7:],
]  # fmt: skip

RIGHT_7_D = [BY_HAND_7_D, tuple(STEP_BY_STEP_7_D), FROM_SIX_7_D]


def with_checkpoints_7_d(*starts):
    """Two checkpoints for good, and one slot inside of each stretch where it is free."""
    starts, actions = [0, *starts], []
    for start, end in zip(starts, [*starts[1:], 10], strict=True):
        actions += [Store(start), *([Advance(start, 9), Advance(9, 10)] if end == 10 else [Advance(start, end)])]
    for start, end in list(zip(starts, [*starts[1:], 10], strict=True))[::-1]:
        for block in range(start, end)[::-1]:
            if block > start and block != 9:
                actions.append(Recompute(start, block))
            actions.append(Reverse(block))
    return actions


WRONG_7_D = [
    (with_checkpoints_7_d(), "every activation is made again from the input"),
    (checkpoint.binomial(10, 3), 'Action 2 ("Store activation 4.") is impossible: activation 4 is too large'),
    (with_checkpoints_7_d(3, 6), "it runs one block more than it must"),
    (with_checkpoints_7_d(3, 7), "fewer runs are possible"),
    (with_checkpoints_7_d(6), "two slots are enough for that"),
    (with_checkpoints_7_d(5), "activation 5 is too large for a slot"),
    ([Store(0), Advance(0, 3), Store(3), Advance(3, 6), Store(6), Advance(6, 8), Advance(8, 9), Store(9)],
     "Action 7 (\"Store activation 9.\") is impossible: 3 slots are taken by activations 0, 3, 6"),
    (checkpoint.store_all(10), "3 slots are taken"),
    (BY_HAND_7_D[:-1], "The schedule ends before block"),
    ([Store(0), Advance(0, 9), Advance(9, 10), Reverse(9), Reverse(8)],
     "Action 4 (\"Reverse block 8, from activation 9 to activation 8.\") is impossible: it needs activation 8"),
    ([Store(0), Advance(0, 9), Reverse(8)], "has only reached activation 9"),
    ([*BY_HAND_7_D[:7], Reverse(8)], "the next is block 9"),
    (3, "This is a int, expected a list of actions"),
    ("Store(0)", "This is a str, expected a list of actions"),
]  # fmt: skip


# ---- 7.e


@functools.cache
def runs_7_e(costs, slots):
    if len(costs) == 1:
        return 0
    if slots == 1:
        return sum(sum(costs[:k]) for k in range(len(costs)))
    return min(through_7_e(costs, slots, k) for k in range(1, len(costs)))


def through_7_e(costs, slots, k):
    return sum(costs[:k]) + runs_7_e(costs[k:], slots - 1) + runs_7_e(costs[:k], slots)


def recursive_7_e(costs, slots):
    costs = tuple(costs)
    best = runs_7_e(costs, slots)
    return best + costs[-1], next(k for k in range(1, len(costs)) if through_7_e(costs, slots, k) == best)


def table_7_e(costs, slots):
    n, way = len(costs), np.concatenate([[0], np.cumsum(costs)])
    table = np.zeros((slots + 1, n + 1, n + 1), int)  # for s slots, from i to j
    for s in range(1, slots + 1):
        for length in range(2, n + 1):
            for i in range(n - length + 1):
                j = i + length
                table[s, i, j] = (
                    np.sum(way[i + 1 : j] - way[i]) if s == 1
                    else np.min(way[i + 1 : j] - way[i] + table[s - 1, i + 1 : j, j] + table[s, i, i + 1 : j])
                )  # fmt: skip
    last = way[1:n] + table[slots - 1, 1:n, n] + table[slots, 0, 1:n]
    return {"first": int(np.argmin(last)) + 1, "cost": table[slots, 0, n] + costs[-1]}


def forward_7_e(costs, slots):
    """From the way back: the last block first, with `functools.cache` on the ends of a stretch."""

    @functools.cache
    def best(i, j, s):
        """Cost and first checkpoint of the blocks from i to j − 1, the run of the last one included."""
        if j - i == 1:
            return costs[i], i
        if s == 1:
            return sum((j - 1 - k) * costs[k] for k in range(i, j)) + costs[j - 1], i
        return min((sum(costs[i:k]) + best(k, j, s - 1)[0] + best(i, k, s)[0] - costs[k - 1], k)
                   for k in range(i + 1, j))  # fmt: skip

    return best(0, len(costs), slots)


RIGHT_7_E = [recursive_7_e, table_7_e, forward_7_e]


@functools.cache
def planted_runs_7_e(costs, slots, behind=1, before=0, single=0, middle=False):
    n = len(costs)
    if n == 1:
        return single * costs[0]
    if slots <= 1:
        return sum(sum(costs[:k]) for k in range(n)) + single * sum(costs)
    where = [n // 2] if middle else range(1, n)
    return min(sum(costs[:k]) + planted_runs_7_e(costs[k:], slots - behind, behind, before, single, middle)
               + planted_runs_7_e(costs[:k], slots - before, behind, before, single, middle)
               for k in where)  # fmt: skip


def planted_7_e(output=1, more=0, **planted):
    return lambda costs, slots: (planted_runs_7_e(tuple(costs), slots + more, **planted) + output * costs[-1],
                                 recursive_7_e(costs, slots)[1])  # fmt: skip


def first_7_e(first):
    return lambda costs, slots: (recursive_7_e(costs, slots)[0], first(costs, slots))


@functools.cache
def evaluations_needed_7_e(n, s):
    """The chapter's six lines."""
    if n == 1:
        return 0
    if s == 1:
        return n * (n - 1) // 2
    return min(m + evaluations_needed_7_e(n - m, s - 1) + evaluations_needed_7_e(m, s) for m in range(1, n))


def chapter_7_e(costs, slots):
    n, needed = len(costs), evaluations_needed_7_e
    found = [m + needed(n - m, slots - 1) + needed(m, slots) for m in range(1, n)]
    return needed(n, slots) + 1, 1 + found.index(min(found))


WRONG_7_E = [
    (chapter_7_e, "this is the chapter's count, in which all blocks cost the same"),
    (planted_7_e(output=0), "`cost`: the output is not there in the beginning"),
    (lambda costs, slots: (recursive_7_e(costs, slots)[0] - costs[-1] + 1, recursive_7_e(costs, slots)[1]),
     "`cost`: the run for the output costs what the last block costs"),
    (planted_7_e(behind=0), "`cost`: this is as much as if"),
    (planted_7_e(before=1), "`cost`: when the part behind is done its slot is free"),
    (planted_7_e(single=1), "`cost`: a block need not run once more"),
    (planted_7_e(single=1, output=0), "`cost`: all blocks once too many: the first sweep"),
    (planted_7_e(middle=True), "`cost`: the middle is not the best"),
    (planted_7_e(more=1), "`cost`: the input takes one of the slots"),
    (first_7_e(lambda costs, slots: len(costs) // 2), "`first`: the middle"),
    (first_7_e(lambda costs, slots: 1), "`first`: not always 1"),
    (lambda costs, slots: (sum(costs), recursive_7_e(costs, slots)[1]), "`cost`: this is as much as if"),
    (lambda costs, slots: recursive_7_e(costs, slots)[0], "expected 2 parts"),
]  # fmt: skip


# ---- 7.f

BY_HAND_7_F = [
    Store(0), Advance(0, 4), Store(4), Advance(4, 5), Advance(5, 6), Reverse(5), Reverse(4),
    Recompute(0, 2), Store(2), Recompute(2, 3), Reverse(3), Reverse(2), Recompute(0, 1), Reverse(1), Reverse(0),
]  # fmt: skip
OTHER_SLOT_7_F = [
    *BY_HAND_7_F[:7], Recompute(0, 1), Store(1), Recompute(1, 3), Reverse(3), Recompute(1, 2), Reverse(2), Reverse(1),
    Reverse(0),
]  # fmt: skip

STOPS_IN_BETWEEN_7_F = [Store(0), Advance(0, 2), Advance(2, 4), Free(2), *BY_HAND_7_F[2:]]

RIGHT_7_F = [BY_HAND_7_F, tuple(STOPS_IN_BETWEEN_7_F),
             checkpoint.optimal([1, 1, 1, 20, 1, 1], [1, 1, 1, 1, 4, 1, 1], 7)]  # fmt: skip

NOTHING_INSIDE_7_F = [*BY_HAND_7_F[:7], Recompute(0, 3), Reverse(3), Recompute(0, 2), Reverse(2), *BY_HAND_7_F[12:]]
WRONG_7_F = [
    (checkpoint.binomial(6, 2), "block 3 runs more than once"),
    (checkpoint.binomial(6, 1), "block 3 runs more than once"),
    (NOTHING_INSIDE_7_F, "some of the cheap blocks run more often"),
    (OTHER_SLOT_7_F, "while block 2 runs, activations 0, 1, 2, 3, 4 are alive"),
    (checkpoint.store_all(6), "Action 7 (\"Advance from activation 3 to activation 4.\") needs memory for 8 units"),
    (checkpoint.every(6, 2), "while block 5 runs, activations 0, 2, 4, 5, 6 are alive"),
    (BY_HAND_7_F[:-2], "The schedule ends before"),
    (BY_HAND_7_F[:9] + BY_HAND_7_F[10:], "it needs activation 3, which was passed through"),
    ({"cost": 1}, "This is a dict, expected a list of actions"),
]  # fmt: skip


RIGHT = {
    "7.a": RIGHT_7_A,
    "7.b": RIGHT_7_B,
    "7.c": RIGHT_7_C,
    "7.d": RIGHT_7_D,
    "7.e": RIGHT_7_E,
    "7.f": RIGHT_7_F,
}
WRONG = {
    "7.a": WRONG_7_A,
    "7.b": WRONG_7_B,
    "7.c": WRONG_7_C,
    "7.d": WRONG_7_D,
    "7.e": WRONG_7_E,
    "7.f": WRONG_7_F,
}
