"""Our own problems of chapter 07 on schedules: read one, write some, count, and find the best."""

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from bpkit import checkpoint
from bpkit.checkpoint import Action, Advance, Memory, Recompute, Reverse, Store
from bpkit.problems.planted_schedules import PLANTED, WORDS
from bpkit.problems.problem import Arguments, Entries, Problem, Slip, Unfit

Generator = np.random.Generator

LONGEST = 1_000  # a list of actions with more of them has no end, or no purpose


def actions_of(answer: Any) -> list[Action]:
    """The reader's schedule as a list; whatever gives actions one after another will do."""
    if not isinstance(answer, Iterable) or isinstance(answer, str | dict):
        raise Unfit(f"This is a {type(answer).__name__}, expected a list of actions: [Store(0), Advance(0, 1), …].")
    actions = list(itertools.islice(answer, LONGEST + 1))
    if len(actions) > LONGEST:
        raise Unfit(f"The schedule has more than {LONGEST} actions: is there a loop in it that never ends?")
    return actions


def carried_out(answer: Any, n: int, slots: int | None = None, where: str = "") -> list[Action]:
    """The actions of a schedule that reverses n blocks; raises Unfit with a sentence that names the first wrong one."""
    actions = actions_of(answer)
    try:
        checkpoint.validate(actions, n=n, slots=slots)
    except (TypeError, ValueError) as error:
        sentence = f"{where}{error}"
        raise Unfit(sentence[0].upper() + sentence[1:]) from None
    return actions


# ---- 7.a: six schedules ----------------------------------------------------------------------------------------------

# What to say of a word that is not right: for a pair of words, the right one first, and otherwise for the word.
PAIRS_7_A = {
    ("let-go", "not-kept"): "the activation that is missing was in a slot: look for what became of it.",
    ("not-kept", "let-go"): "nothing here is freed before its time: look at what an Advance keeps.",
    ("unfinished", "works"): "every one of its actions can be carried out, but what about the four blocks?",
}
CLAIMED_7_A = {
    "works": "write down what is stored and in hand after each action: one of them is not possible.",
    "not-kept": "every activation that is needed here was kept when it was passed.",
    "let-go": "no activation is let go here as long as it is needed.",
    "no-slot": "count again: there are never more than two in a slot.",
    "wrong-order": "as far as it goes, each block is reversed in its turn.",
    "still-there": "what is run again here is always gone before.",
    "unfinished": "all four blocks are in it; the trouble is not at the end.",
}


def slips_7_a() -> list[Slip]:
    def slip(number: int, planted: str, claimed: str) -> Slip:
        sentence = PAIRS_7_A.get((planted, claimed), CLAIMED_7_A[claimed])
        if (planted, claimed) == ("works", "unfinished"):
            sentence = "blocks 3, 2, 1 and 0 are all reversed in it."
        return Slip(lambda: {f"schedule_{number}": claimed}, sentence)

    return [slip(number, planted, word) for number, planted in enumerate(PLANTED, start=1)
            for word in WORDS if word != planted]  # fmt: skip


PROBLEM_7_A = Problem(
    id="7.a",
    title="Which one can be carried out?",
    points=2,
    minutes=15,
    hints=(
        "Keep two lists on paper: what is in the slots, and what is in hand (the one made last, the waiting output).",
        "After Advance(0, 2), activation 2 is in hand and 1 is nowhere. Reverse(3) needs activations 3 and 4.",
        "A block's input leaves its slot when the block is reversed. Two slots: so how many activations may be stored?",
    ),
    truth=lambda: {f"schedule_{number}": word for number, word in enumerate(PLANTED, start=1)},
    slips=tuple(slips_7_a()),
)


# ---- 7.b: write `every` ----------------------------------------------------------------------------------------------


def instances_7_b(rng: Generator) -> Sequence[Arguments]:
    """Stretches of equal length and a shorter last one; then both ends, k = 1 and k = n."""
    k = int(rng.integers(3, 6))
    return [{"n": 3 * k, "k": k}, {"n": 3 * k + 2, "k": k}, {"n": 4, "k": 1}, {"n": k, "k": k}]


def measure_7_b(answer: Any, n: int, k: int) -> Entries:
    actions = carried_out(answer, n, where=f"for n = {n} and k = {k}, ")
    memory = Memory()
    for action in actions:
        memory.follow(action)
        if memory.reached == n:
            break
    evaluations, peak = checkpoint.cost(actions)
    return {"checkpoints": sorted(memory.stored), "evaluations": evaluations, "peak": peak}


def stretches_7_b(n: int, k: int, first: int = 0, keep_last: bool = False, each_anew: bool = False) -> Iterator[Action]:
    """Every k-th activation stored, and stretch by stretch back; every keyword plants a slip."""
    starts = [0, *(j for j in range(1, n) if (j - first) % k == 0)]
    ends = [*starts[1:], n]
    for start, end in zip(starts, ends, strict=True):
        yield Store(start)
        if keep_last and end == n:
            for j in range(start, n):
                yield Advance(j, j + 1)
                if j + 1 < n:
                    yield Store(j + 1)
        else:
            yield Advance(start, end)
    for start, end in reversed(list(zip(starts, ends, strict=True))):
        last_kept = keep_last and end == n
        for j in range(start + 1, 0 if each_anew or last_kept else end):
            yield Recompute(j - 1, j)
            yield Store(j)
        for j in reversed(range(start, end)):
            if each_anew and j > start:
                yield Recompute(start, j)
            yield Reverse(j)


def slip_7_b(sentence: str, wrong: Callable[[int, int], Iterable[Action]]) -> Slip:
    return Slip(functools.cache(lambda n, k: measure_7_b(wrong(n, k), n, k)), sentence)


PROBLEM_7_B = Problem(
    id="7.b",
    title="Write the schedule: every k-th",
    points=3,
    minutes=20,
    hints=(
        "range(0, n, k) are the activations to store; a stretch goes from one of them to the next, the last one to n.",
        "On the way back: inside a stretch, Recompute(j, j + 1) and Store(j + 1) by turns, then Reverse from its end.",
        "The last activation of a stretch is still there, so the stretch is run again up to the one before it.",
    ),
    instances=instances_7_b,
    truth=functools.cache(lambda n, k: measure_7_b(checkpoint.every(n, k), n, k)),
    measure=measure_7_b,
    slips=(
        slip_7_b("the last stretch is kept in the first sweep; here it is treated like the others.",
                 lambda n, k: stretches_7_b(n, k, keep_last=True)),
        slip_7_b("each activation is run again from the checkpoint: store those inside the stretch on the way.",
                 lambda n, k: stretches_7_b(n, k, each_anew=True)),
        slip_7_b("everything is stored, and only every k-th activation was to be.",
                 lambda n, k: checkpoint.store_all(n)),
        slip_7_b("only the input is stored.", lambda n, k: stretches_7_b(n, n)),
        slip_7_b("one too early: activation k enters block k, so it is stored before block k runs.",
                 lambda n, k: stretches_7_b(n, k, first=k - 1)),
        slip_7_b("one too late: activation k enters block k, so it is stored before block k runs.",
                 lambda n, k: stretches_7_b(n, k, first=1)),
        slip_7_b("there are k stretches here; k is their length.",
                 lambda n, k: checkpoint.every(n, -(-n // k))),
    ),
)  # fmt: skip


# ---- 7.c: where the peak is ------------------------------------------------------------------------------------------


def instances_7_c(rng: Generator) -> Sequence[Arguments]:
    """Large at the beginning, as images are; nearly equal, the first stretch a little larger; and one stretch alone."""
    falling = np.sort(rng.integers(20, 90, size=13))[::-1]
    falling[:7] *= 40
    flat = np.array([300, *(rng.integers(330, 340, size=4)), *(rng.integers(300, 310, size=8))])
    middle = rng.integers(10, 60, size=11)
    middle[5:8] *= 50
    return [{"sizes": falling, "k": 3}, {"sizes": flat, "k": 4}, {"sizes": middle, "k": 2},
            {"sizes": rng.integers(5, 50, size=7), "k": 6}]  # fmt: skip


def held_7_c(
    sizes: Any, k: int,
    checkpoints: Callable[[Any, int, int], Any] = lambda sizes, start, k: sizes[: start + 1 : k],
    inside: Callable[[Any, int, int], Any] = lambda sizes, start, k: sizes[start + 1 : start + k + 1],
) -> Entries:  # fmt: skip
    """The most that is held, and the stretch in which; both functions can plant a slip."""
    held = [int(np.sum(checkpoints(sizes, start, k)) + np.sum(inside(sizes, start, k)))
            for start in range(0, len(sizes) - 1, k)]  # fmt: skip
    return {"peak": max(held), "stretch": held.index(max(held))}


def slip_7_c(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda sizes, k: held_7_c(sizes, k, **planted), sentence)


PROBLEM_7_C = Problem(
    id="7.c",
    title="Where is the peak?",
    points=3,
    minutes=20,
    hints=(
        "While a stretch is gone back through: which checkpoints are still there, and what of the stretch itself?",
        "Checkpoints behind the stretch are gone by then. Those before it, and its own, are still needed.",
        "For start in range(0, n, k): add sizes[0], sizes[k], … sizes[start], then those from start + 1 to start + k.",
    ),
    instances=instances_7_c,
    truth=lambda sizes, k: {"store_all": int(np.sum(sizes)), **held_7_c(sizes, k)},
    slips=(
        Slip(lambda sizes, k: {"store_all": int(np.sum(sizes[:-1]))}, "the output counts too."),
        Slip(lambda sizes, k: {"store_all": int(np.sum(sizes[1:]))}, "the input counts too."),
        Slip(lambda sizes, k: {"store_all": len(sizes)}, "this is how many there are; add up their sizes."),
        slip_7_c("this is the stretch alone; the checkpoints before it are there too.",
                 checkpoints=lambda sizes, start, k: sizes[start : start + 1]),
        slip_7_c("the checkpoint at the beginning of the stretch is missing.",
                 checkpoints=lambda sizes, start, k: sizes[:start:k]),
        slip_7_c("the checkpoints behind a stretch are gone when it is its turn.",
                 checkpoints=lambda sizes, start, k: [*sizes[: start + 1 : k], *sizes[start + 2 * k : -1 : k]]),
        slip_7_c("the last activation of the stretch is missing: it waits there to be reversed.",
                 inside=lambda sizes, start, k: sizes[start + 1 : start + k]),
        slip_7_c("the checkpoint at the beginning of the stretch is counted twice.",
                 inside=lambda sizes, start, k: sizes[start : start + k + 1]),
        slip_7_c("the input takes memory too.", checkpoints=lambda sizes, start, k: sizes[k : start + 1 : k]),
        Slip(lambda sizes, k: {"peak": int(np.sum(sizes[:-1:k]) + np.sum(sizes[-k:])),
                               "stretch": (len(sizes) - 1) // k - 1},
             "this is the last stretch; with sizes that differ, the peak can be in another one."),
        Slip(lambda sizes, k: {"peak": (len(sizes) - 1) // k + k},
             "this is a number of activations; add up their sizes."),
        Slip(lambda sizes, k: {"stretch": held_7_c(sizes, k)["stretch"] + 1}, "the first stretch has the number 0."),
        Slip(lambda sizes, k: {"stretch": held_7_c(sizes, k)["stretch"] * k},
             "this is the activation at its beginning; asked is the number of the stretch."),
        Slip(lambda sizes, k: {"stretch": 0}, "it is not always the first."),
    ),
)  # fmt: skip


# ---- 7.d: ten blocks, three slots ------------------------------------------------------------------------------------

N_7_D, SLOTS_7_D = 10, 3


def measure_7_d(answer: Any) -> Entries:
    return {"evaluations": checkpoint.cost(carried_out(answer, N_7_D, SLOTS_7_D)).evaluations}


def slips_7_d() -> list[Slip]:
    """A sentence for every number of evaluations that is too large, up to that with the input alone."""
    fewest, two, one = (checkpoint.fewest_evaluations(N_7_D, slots) for slots in (SLOTS_7_D, 2, 1))

    def slip(number: int) -> Slip:
        if number == fewest + 1:
            sentence = "it can be carried out, and it runs one block more than it must: move a checkpoint by one."
        elif number < two:
            sentence = "it can be carried out, but fewer runs are possible: is a slot empty while blocks run again?"
        elif number < one:
            sentence = "it can be carried out, but two slots are enough for that: use the third, again and again."
        else:
            sentence = "it can be carried out, but every activation is made again from the input: store some."
        return Slip(lambda: {"evaluations": number}, sentence)

    return [slip(number) for number in range(fewest + 1, one + 10)]


PROBLEM_7_D = Problem(
    id="7.d",
    title="Ten blocks, three slots",
    points=4,
    minutes=30,
    hints=(
        "The input has one slot. Where do the other two go in the first sweep? Later stretches should be shorter.",
        "When the blocks behind a checkpoint are reversed, its slot is free: use it inside the stretch before.",
        "Two blocks cost one run again; three cost 3 with one slot and 2 with two. Make a small table and let it grow.",
        "Try stretches of 4, 3 and 3 blocks: the one at the end has a single slot, the one at the beginning all three.",
    ),
    truth=lambda: {"evaluations": checkpoint.fewest_evaluations(N_7_D, SLOTS_7_D)},
    measure=measure_7_d,
    slips=tuple(slips_7_d()),
)


# ---- 7.e: the recursive optimum --------------------------------------------------------------------------------------


@functools.cache
def again_7_e(n: int, slots: int, behind: int = 1, before: int = 0, single: int = 0, halves: bool = False) -> int:
    """How many blocks run again at least to reverse n of them; every keyword after slots plants a slip."""
    if n == 1:
        return single
    if slots <= 1:
        return n * (n - 1) // 2 + n * single
    places = (n // 2,) if halves else range(1, n)
    return min(k + again_7_e(n - k, slots - behind, behind, before, single, halves)
               + again_7_e(k, slots - before, behind, before, single, halves) for k in places)  # fmt: skip


def first_7_e(n: int, slots: int, which: Callable[[list[int]], int] = min) -> int:
    """The places of the first checkpoint behind the input that lead to the optimum, and one of them."""
    cost = {k: k + again_7_e(n - k, slots - 1) + again_7_e(k, slots) for k in range(1, n)}
    return which([k for k, value in cost.items() if value == min(cost.values())])


def instances_7_e(rng: Generator) -> Sequence[Arguments]:
    """The ten blocks of 7.d, two longer chains, and one with more slots than blocks."""
    return [{"n": 10, "slots": 3}, {"n": int(rng.integers(16, 30)), "slots": 2},
            {"n": int(rng.integers(17, 26)), "slots": 4}, {"n": 5, "slots": 7}]  # fmt: skip


def slip_7_e(sentence: str, added: int = 1, more_slots: int = 0, **planted: Any) -> Slip:
    return Slip(
        lambda n, slots: {"evaluations": again_7_e(n, slots + more_slots, **planted) + added}, sentence
    )  # fmt: skip


PROBLEM_7_E = Problem(
    id="7.e",
    title="The recursive optimum",
    points=4,
    minutes=30,
    hints=(
        "F(n, slots): the runs it takes to reverse n blocks, input stored, output there. F(1, slots) = 0.",
        "With the next checkpoint at k: k runs, then the n − k blocks behind it with one slot less, then the k before.",
        "With one slot, every activation is made from the input: F(n, 1) = (n − 1) + (n − 2) + … + 1.",
        "In the beginning the output is not there yet: one run more. Without functools.cache it takes for ever.",
    ),
    instances=instances_7_e,
    truth=lambda n, slots: {"evaluations": again_7_e(n, slots) + 1, "first": first_7_e(n, slots)},
    slips=(
        slip_7_e("the output is not there in the beginning: the last block runs too.", added=0),
        slip_7_e("this is as many as if everything were stored: the part behind a checkpoint has one slot less.",
                 behind=0),
        slip_7_e("when the part behind is done its slot is free again: the part before has all of them.", before=1),
        slip_7_e("n too many: the first sweep is part of the recursion, and no block runs just to be reversed.",
                 single=1, added=0),
        slip_7_e("a block need not run once more just before it is reversed: its output is there.", single=1),
        slip_7_e("the middle is not the best place: take the least over all k.", halves=True),
        slip_7_e("the input takes one of the slots.", more_slots=1),
        slip_7_e("there is one slot more: with one, the input is stored.", more_slots=-1),
        Slip(lambda n, slots: {"first": first_7_e(n, slots, max)},
             "this is the last of the best places; asked is the first."),
        Slip(lambda n, slots: {"first": n // 2}, "the middle is not the best place."),
        Slip(lambda n, slots: {"first": n - first_7_e(n, slots, max)}, "this is what is left behind it."),
        Slip(lambda n, slots: {"first": 1}, "not always 1: only where there are slots for everything."),
    ),
)  # fmt: skip


# ---- 7.f: one huge block ---------------------------------------------------------------------------------------------

COSTS_7_F, SIZES_7_F, MEMORY_7_F = (1, 1, 1, 20, 1, 1), (1, 1, 1, 1, 4, 1, 1), 7


def too_large_7_f(actions: Sequence[Action]) -> str:
    """The sentence about the first action for which the memory is too small; empty when there is none."""
    memory = Memory()
    for number, action in enumerate(actions):
        there = sorted({*memory.stored, *memory.in_hand})
        if isinstance(action, Advance | Recompute):
            for k in range(action.start, action.stop):
                alive = sorted({*there, k, k + 1})
                taken = sum(SIZES_7_F[j] for j in alive)
                if taken > MEMORY_7_F:
                    return (
                        f'Action {number} ("{action}") needs memory for {taken} units, and there are {MEMORY_7_F}: '
                        f"while block {k} runs, activations {', '.join(map(str, alive))} are alive."
                    )
        memory.follow(action)
    return ""


def measure_7_f(answer: Any) -> Entries:
    actions = carried_out(answer, len(COSTS_7_F))
    if sentence := too_large_7_f(actions):
        raise Unfit(sentence)
    return {"cost": checkpoint.cost(actions, COSTS_7_F, SIZES_7_F).evaluations}


def slips_7_f() -> list[Slip]:
    """A sentence for every cost that is too high."""
    least, huge = truth_7_f()["cost"], max(COSTS_7_F)

    def slip(cost: int) -> Slip:
        if cost >= sum(COSTS_7_F) + huge:
            sentence = "it can be carried out, but block 3 runs more than once, and that alone costs 20 each time."
        else:
            sentence = "it can be carried out, but some of the cheap blocks run more often than they must."
        return Slip(lambda: {"cost": cost}, sentence)

    return [slip(cost) for cost in range(least + 1, 100)]


@functools.cache
def truth_7_f() -> Entries:
    schedule = checkpoint.optimal(COSTS_7_F, SIZES_7_F, MEMORY_7_F)
    return {"cost": int(checkpoint.cost(schedule, COSTS_7_F, SIZES_7_F).evaluations)}


PROBLEM_7_F = Problem(
    id="7.f",
    title="One huge block",
    points=3,
    minutes=25,
    hints=(
        "What must be kept in the first sweep so that block 3 runs once? Then how much is left for everything else?",
        "Reversing block 3 needs activations 3 and 4, together 5 of the 7 units. The input takes a sixth.",
        "On the second way to activation 3 there is room for one more in a slot. Which one saves most later?",
    ),
    truth=truth_7_f,
    measure=measure_7_f,
    slips=tuple(slips_7_f()),
)


PROBLEMS = (PROBLEM_7_A, PROBLEM_7_B, PROBLEM_7_C, PROBLEM_7_D, PROBLEM_7_E, PROBLEM_7_F)
