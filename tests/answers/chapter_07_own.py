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


WRONG_7_C = [
    (stretches_alone_7_c, "`peak` and `stretch`: this is the stretch alone"),
    (without_output_7_c, "the last activation of the stretch is missing"),
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
    Store(0), Advance(0, 4), Store(4), Advance(4, 7), Store(7), Advance(7, 9), Advance(9, 10), Reverse(9),
    Recompute(7, 8), Reverse(8), Reverse(7),
    Recompute(4, 5), Store(5), Recompute(5, 6), Reverse(6), Reverse(5), Reverse(4),
    Recompute(0, 1), Store(1), Recompute(1, 2), Store(2), Recompute(2, 3), Reverse(3), Reverse(2), Reverse(1),
    Reverse(0),
]  # fmt: skip

# Block by block forward, and what is in the way is freed.
STEP_BY_STEP_7_D = [
    Store(0), Advance(0, 1), Advance(1, 2), Free(1), Advance(2, 3), Free(2), Advance(3, 4), Free(3), Store(4),
    Advance(4, 6), Advance(6, 7), Free(6), Store(7), Advance(7, 9), Advance(9, 10), *BY_HAND_7_D[7:],
]  # fmt: skip

RIGHT_7_D = [BY_HAND_7_D, tuple(STEP_BY_STEP_7_D), checkpoint.binomial(10, 3)]


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
    (with_checkpoints_7_d(3, 6), "fewer runs are possible"),
    (with_checkpoints_7_d(4, 7), "fewer runs are possible"),
    (with_checkpoints_7_d(5), "two slots are enough for that"),
    (checkpoint.binomial(10, 2), "two slots are enough for that"),
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
def runs_7_e(n, slots):
    if n == 1:
        return 0
    if slots == 1:
        return n * (n - 1) // 2
    return min(k + runs_7_e(n - k, slots - 1) + runs_7_e(k, slots) for k in range(1, n))


def recursive_7_e(n, slots):
    best = runs_7_e(n, slots)
    first = next(k for k in range(1, n) if k + runs_7_e(n - k, slots - 1) + runs_7_e(k, slots) == best)
    return best + 1, first


@functools.cache
def table_of_7_e(n, slots):
    table = np.zeros((n + 1, slots + 1))
    table[:, 1] = [i * (i - 1) / 2 for i in range(n + 1)]
    for s in range(2, slots + 1):
        for m in range(2, n + 1):
            table[m, s] = min(k + table[m - k, s - 1] + table[k, s] for k in range(1, m))
    found = [k + table[n - k, slots - 1] + table[k, slots] for k in range(1, n)]
    return {"first": int(np.argmin(found)) + 1, "evaluations": min(found) + 1}


def closed_7_e(n, slots):
    r = 0
    while math.comb(slots + r, r) < n:
        r += 1
    first = max(1, math.comb(slots + r - 2, r - 2) if r > 1 else 0, n - math.comb(slots + r - 1, r))
    return r * n - math.comb(slots + r, r - 1) + 1, first


RIGHT_7_E = [recursive_7_e, lambda n, slots: table_of_7_e(n, slots), closed_7_e]


@functools.cache
def planted_runs_7_e(n, slots, behind=1, before=0, single=0, middle=False):
    if n == 1:
        return single
    if slots == 1:
        return n * (n - 1) // 2 + n * single
    where = [n // 2] if middle else range(1, n)
    return min(k + planted_runs_7_e(n - k, slots - behind, behind, before, single, middle)
               + planted_runs_7_e(k, slots - before, behind, before, single, middle) for k in where)  # fmt: skip


def planted_7_e(added=1, more=0, **planted):
    return lambda n, slots: (planted_runs_7_e(n, slots + more, **planted) + added, closed_7_e(n, slots)[1])


def first_7_e(first):
    return lambda n, slots: (closed_7_e(n, slots)[0], first(n, slots))


WRONG_7_E = [
    (planted_7_e(added=0), "`evaluations`: the output is not there in the beginning"),
    (planted_7_e(behind=0), "`evaluations`: this is as many as if"),
    (planted_7_e(before=1), "`evaluations`: when the part behind is done its slot is free"),
    (planted_7_e(single=1), "`evaluations`: a block need not run once more"),
    (planted_7_e(single=1, added=0), "`evaluations`: n too many: the first sweep"),
    (planted_7_e(middle=True), "`evaluations`: the middle is not the best"),
    (planted_7_e(more=1), "`evaluations`: the input takes one of the slots"),
    (first_7_e(lambda n, slots: n // 2), "`first`: the middle"),
    (first_7_e(lambda n, slots: 1), "`first`: not always 1"),
    (lambda n, slots: (n, closed_7_e(n, slots)[1]), "`evaluations`: this is as many as if"),
    (lambda n, slots: closed_7_e(n, slots)[0], "expected 2 parts"),
]


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
