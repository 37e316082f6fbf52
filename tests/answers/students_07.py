"""Answers to the problems of chapter 7, written from the problem sheet alone."""

import collections
import functools
import itertools
import math

import numpy as np


def _actions(text):
    """A schedule from words such as S0 (store), A0-3 (advance), C0-3 (recompute), R3 (reverse), F3 (free)."""
    from bpkit.checkpoint import Advance, Free, Recompute, Reverse, Store

    kinds = {"S": Store, "A": Advance, "C": Recompute, "R": Reverse, "F": Free}
    return [kinds[word[0]](*(int(number) for number in word[1:].split("-"))) for word in text.split()]


# ---- 7.11


def _tenth(machine, n, k):
    """The gradients, with the last stretch kept in the first sweep."""
    stored, a = {}, machine.x
    for j in range(n - k):
        if j % k == 0:
            stored[j] = a
        a = machine.forward(j, a)
    inside = [a]
    del a
    for j in range(n - k, n):
        inside.append(machine.forward(j, inside[-1]))
    g, gradients = machine.loss_gradient(inside.pop()), [None] * n
    for start in range(n - k, -1, -k):
        if start < n - k:
            inside = [stored.pop(start)]
            for j in range(start, start + k - 1):
                inside.append(machine.forward(j, inside[-1]))
        for j in reversed(range(start, start + k)):
            g, gradients[j] = machine.backward(j, inside.pop(), g)
    return gradients


def input_not_counted_7_11(machine, n, k):
    return n // k - 1, (n // k - 1) * (k - 1), n // k + k, _tenth(machine, n, k)


def output_stored_as_well_7_11(machine, n, k):
    return n // k + 1, (n // k - 1) * (k - 1), n // k + k, _tenth(machine, n, k)


def without_the_last_checkpoint_and_peak_7_11(machine, n, k):
    return n // k, (n // k - 1) * (k - 1), n // k + k - 1, _tenth(machine, n, k)


def like_the_chapter_7_11(machine, n, k):
    return n // k, n // k * (k - 1), n // k + k, _tenth(machine, n, k)


def whole_stretches_again_7_11(machine, n, k):
    return n // k, n - k, n // k + k, _tenth(machine, n, k)


def all_but_the_checkpoints_7_11(machine, n, k):
    return n // k, n - n // k, n // k + k, _tenth(machine, n, k)


def runs_for_layers_7_11(machine, n, k):
    return n // k, n + (n // k - 1) * (k - 1), n // k + k, _tenth(machine, n, k)


def memory_for_the_peak_7_11(machine, n, k):
    return n // k, (n // k - 1) * (k - 1), n // k + k + 2, _tenth(machine, n, k)


def peak_of_the_roots_7_11(machine, n, k):
    return n // k, (n // k - 1) * (k - 1), round(2 * math.sqrt(n)), _tenth(machine, n, k)


def input_and_output_in_the_peak_twice_7_11(machine, n, k):
    return n // k, (n // k - 1) * (k - 1), n // k + k + 1, _tenth(machine, n, k)


def numbers_of_the_example_7_11(machine, n, k):
    return 5, 36, 15, _tenth(machine, n, k)


def number_and_spacing_exchanged_7_11(machine, n, k):
    return k, (k - 1) * (n // k - 1), n // k + k, _tenth(machine, n, k)


def from_last_to_first_7_11(machine, n, k):
    return n // k, (n // k - 1) * (k - 1), n // k + k, _tenth(machine, n, k)[::-1]


def last_stretch_only_7_11(machine, n, k):
    return n // k, (n // k - 1) * (k - 1), n // k + k, _tenth(machine, n, k)[n - k :]


def second_results_exchanged_7_11(machine, n, k):
    return (n // k - 1) * (k - 1), n // k, n // k + k, _tenth(machine, n, k)


def gradient_starts_again_7_11(machine, n, k):
    stored, a = {}, machine.x
    for j in range(n - k):
        if j % k == 0:
            stored[j] = a
        a = machine.forward(j, a)
    inside = [a]
    del a
    for j in range(n - k, n):
        inside.append(machine.forward(j, inside[-1]))
    at_the_output, gradients = machine.loss_gradient(inside.pop()), [None] * n
    for start in range(n - k, -1, -k):
        g = at_the_output
        if start < n - k:
            inside = [stored.pop(start)]
            for j in range(start, start + k - 1):
                inside.append(machine.forward(j, inside[-1]))
        for j in reversed(range(start, start + k)):
            g, gradients[j] = machine.backward(j, inside.pop(), g)
    return n // k, (n // k - 1) * (k - 1), n // k + k, gradients


def the_output_for_the_input_7_11(machine, n, k):
    """Goes back through layer j with activation j + 1."""
    stored, a = {}, machine.x
    for j in range(n - k):
        if j % k == 0:
            stored[j] = a
        a = machine.forward(j, a)
    inside = [a]
    del a
    for j in range(n - k, n):
        inside.append(machine.forward(j, inside[-1]))
    g, gradients = machine.loss_gradient(inside[-1]), [None] * n
    for start in range(n - k, -1, -k):
        if start < n - k:
            inside = [stored.pop(start)]
            for j in range(start, start + k):
                inside.append(machine.forward(j, inside[-1]))
        for j in reversed(range(start, start + k)):
            g, gradients[j] = machine.backward(j, inside.pop(), g)
    return n // k, (n // k - 1) * (k - 1), n // k + k, gradients


def last_stretch_again_7_11(machine, n, k):
    """The chapter's program: the last stretch runs again too."""
    stored, a = {}, machine.x
    for j in range(n):
        if j % k == 0:
            stored[j] = a
        a = machine.forward(j, a)
    g, gradients = machine.loss_gradient(a), [None] * n
    for start in reversed(range(0, n, k)):
        inside = [stored.pop(start)]
        for j in range(start, start + k - 1):
            inside.append(machine.forward(j, inside[-1]))
        for j in reversed(range(start, start + k)):
            g, gradients[j] = machine.backward(j, inside.pop(), g)
    return n // k, n // k * (k - 1), n // k + k, gradients


def everything_stored_7_11(machine, n, k):
    activations = [machine.x]
    for j in range(n):
        activations.append(machine.forward(j, activations[-1]))
    g, gradients = machine.loss_gradient(activations.pop()), [None] * n
    for j in reversed(range(n)):
        g, gradients[j] = machine.backward(j, activations.pop(), g)
    return n // k, (n // k - 1) * (k - 1), n // k + k, gradients


def always_from_the_input_7_11(machine, n, k):
    gradients, g = [None] * n, None
    for j in reversed(range(n)):
        a = machine.x
        for i in range(j):
            a = machine.forward(i, a)
        if g is None:
            g = machine.loss_gradient(machine.forward(j, a))
        g, gradients[j] = machine.backward(j, a, g)
    return n // k, (n // k - 1) * (k - 1), n // k + k, gradients


def stretches_in_order_7_11(machine, n, k):
    stored, a = [], machine.x
    for j in range(n - k):
        if j % k == 0:
            stored.append(a)
        a = machine.forward(j, a)
    inside = [a]
    del a
    for j in range(n - k, n):
        inside.append(machine.forward(j, inside[-1]))
    g, gradients = machine.loss_gradient(inside.pop()), [None] * n
    for j in reversed(range(n - k, n)):
        g, gradients[j] = machine.backward(j, inside.pop(), g)
    for start in range(0, n - k, k):
        inside = [stored.pop(0)]
        for j in range(start, start + k - 1):
            inside.append(machine.forward(j, inside[-1]))
        for j in reversed(range(start, start + k)):
            g, gradients[j] = machine.backward(j, inside.pop(), g)
    return n // k, (n // k - 1) * (k - 1), n // k + k, gradients


def deque_7_11(machine, n, k):
    checkpoints, again = collections.deque(), 0
    activation = machine.x
    for layer in range(n - k):
        if not layer % k:
            checkpoints.append(activation)
        activation = machine.forward(layer, activation)
    stretch = collections.deque([activation])
    del activation
    number = len(checkpoints) + 1
    for layer in range(n - k, n):
        stretch.append(machine.forward(layer, stretch[-1]))
    peak = len(checkpoints) + len(stretch)
    slope = machine.loss_gradient(stretch.pop())
    found = collections.deque()
    for layer in range(n - 1, -1, -1):
        if not stretch:
            start = layer - k + 1
            stretch.append(checkpoints.pop())
            for one in range(start, layer):
                stretch.append(machine.forward(one, stretch[-1]))
                again += 1
        slope, of_weights = machine.backward(layer, stretch.pop(), slope)
        found.appendleft(of_weights)
    return [number, again, peak, list(found)]


def recursive_7_11(machine, n, k):
    def back(layer, end, activation, g):
        """From the input of `layer` to `end` and back; g makes the gradient at the end."""
        if layer == end:
            return g(activation), []
        following = machine.forward(layer, activation) if layer + 1 < end or end == n else None
        slope, rest = back(layer + 1, end, following, g)
        del following
        slope, mine = machine.backward(layer, activation, slope)
        return slope, [mine, *rest]

    def stretch(start, activation):
        if start == n - k:
            return back(start, n, activation, machine.loss_gradient)
        end = activation
        for layer in range(start, start + k):
            end = machine.forward(layer, end)
        slope, rest = stretch(start + k, end)
        del end
        slope, mine = back(start, start + k, activation, lambda _: slope)
        return slope, mine + rest

    _, gradients = stretch(0, machine.x)
    return n // k, n - k - n // k + 1, n // k + k, gradients


def dictionary_7_11(machine, layers, spacing):
    alive, gradients = {0: machine.x}, {}
    for layer in range(layers):
        alive[layer + 1] = machine.forward(layer, alive[layer])
        if layer % spacing and layer < layers - spacing:
            del alive[layer]
    peak = len(alive)
    g = machine.loss_gradient(alive.pop(layers))
    twice = set()
    for layer in reversed(range(layers)):
        for one in range(layer // spacing * spacing, layer):
            if one + 1 not in alive:
                alive[one + 1] = machine.forward(one, alive[one])
                twice.add(one)
        g, gradients[layer] = machine.backward(layer, alive.pop(layer), g)
    yield layers // spacing
    yield len(twice)
    yield np.int64(peak)
    yield [gradients[layer] for layer in range(layers)]


# ---- 7.a

WORDS = ("let-go", "no-slot", "not-kept", "works", "wrong-order", "unfinished")


def _exchanged(words, i, j):
    words = list(words)
    words[i], words[j] = words[j], words[i]
    return words


words_1_and_3_7_a = _exchanged(WORDS, 0, 2)
words_4_and_6_7_a = _exchanged(WORDS, 3, 5)
words_still_there_7_a = [*WORDS[:3], "still-there", *WORDS[4:]]
words_free_7_a = ["freed", *WORDS[1:]]
words_spaces_7_a = [word.replace("-", " ") for word in WORDS]
words_true_and_false_7_a = [False, False, False, True, False, False]
words_number_only_7_a = 4
words_all_work_7_a = ["works"] * 6

# ---- 7.b


def _every(n, k):
    from bpkit.checkpoint import Advance, Recompute, Reverse, Store

    schedule = []
    for start in range(0, n, k):
        schedule += [Store(start), Advance(start, min(start + k, n))]
    for start in reversed(range(0, n, k)):
        end = min(start + k, n)
        for j in range(start + 1, end):
            schedule.append(Recompute(j - 1, j))
            if j < end - 1:
                schedule.append(Store(j))
        schedule += [Reverse(j) for j in reversed(range(start, end))]
    return schedule


def last_stretch_too_long_7_b(n, k):
    from bpkit.checkpoint import Advance, Recompute, Reverse, Store

    for start in range(0, n, k):
        yield from (Store(start), Advance(start, start + k))
    for start in reversed(range(0, n, k)):
        for j in range(start + 1, start + k):
            yield Recompute(j - 1, j)
            if j < start + k - 1:
                yield Store(j)
        yield from (Reverse(j) for j in reversed(range(start, start + k)))


def rest_left_out_7_b(n, k):
    return _every(n // k * k, k)


def inside_not_stored_7_b(n, k):
    return [action for action in _every(n, k) if type(action).__name__ != "Store" or action.activation % k == 0]


def input_not_stored_7_b(n, k):
    return _every(n, k)[1:]


def stretches_from_the_first_7_b(n, k):
    from bpkit.checkpoint import Advance, Recompute, Reverse, Store

    schedule = []
    for start in range(0, n, k):
        schedule += [Store(start), Advance(start, min(start + k, n))]
    for start in range(0, n, k):
        end = min(start + k, n)
        for j in range(start + 1, end):
            schedule += [Recompute(j - 1, j), Store(j)]
        schedule += [Reverse(j) for j in reversed(range(start, end))]
    return schedule


def blocks_in_order_7_b(n, k):
    from bpkit.checkpoint import Advance, Recompute, Reverse, Store

    schedule = []
    for start in range(0, n, k):
        schedule += [Store(start), Advance(start, min(start + k, n))]
    for start in reversed(range(0, n, k)):
        end = min(start + k, n)
        for j in range(start + 1, end):
            schedule += [Recompute(j - 1, j), Store(j)]
        schedule += [Reverse(j) for j in range(start, end)]
    return schedule


def whole_stretch_again_7_b(n, k):
    from bpkit.checkpoint import Advance, Recompute, Reverse, Store

    schedule = []
    for start in range(0, n, k):
        schedule += [Store(start), Advance(start, min(start + k, n))]
    for start in reversed(range(0, n, k)):
        end = min(start + k, n)
        for j in range(start + 1, end + 1):
            schedule += [Recompute(j - 1, j), Store(j)]
        schedule += [Reverse(j) for j in reversed(range(start, end))]
    return schedule


def last_stretch_kept_7_b(n, k):
    from bpkit.checkpoint import Advance, Recompute, Reverse, Store

    schedule, last = [], (n - 1) // k * k
    for start in range(0, last, k):
        schedule += [Store(start), Advance(start, start + k)]
    for j in range(last, n):
        schedule += [Store(j), Advance(j, j + 1)]
    schedule += [Reverse(j) for j in reversed(range(last, n))]
    for start in reversed(range(0, last, k)):
        for j in range(start + 1, start + k):
            schedule += [Recompute(j - 1, j), Store(j)]
        schedule += [Reverse(j) for j in reversed(range(start, start + k))]
    return schedule


def everything_stored_7_b(n, k):
    from bpkit.checkpoint import Advance, Reverse, Store

    schedule = [action for j in range(n) for action in (Store(j), Advance(j, j + 1))]
    return [*schedule, *(Reverse(j) for j in reversed(range(n)))]


def each_block_from_the_checkpoint_7_b(n, k):
    from bpkit.checkpoint import Advance, Recompute, Reverse, Store

    for start in range(0, n, k):
        yield Store(start)
        yield Advance(start, min(start + k, n))
    for j in reversed(range(n)):
        start = j // k * k
        if j > start:
            yield Recompute(start, j)
        yield Reverse(j)


def advance_on_the_way_back_7_b(n, k):
    from bpkit.checkpoint import Advance

    def changed(action):
        again = type(action).__name__ == "Recompute"
        return Advance(*(getattr(action, name) for name in action.__slots__)) if again else action

    return [changed(action) for action in _every(n, k)]


def k_stretches_7_b(n, k):
    return _every(n, -(-n // k))


def checkpoints_freed_7_b(n, k):
    from bpkit.checkpoint import Free

    schedule = []
    for action in _every(n, k):
        if type(action).__name__ == "Reverse" and action.block % k == 0:
            schedule.append(Free(action.block))
        schedule.append(action)
    return schedule


def texts_7_b(n, k):
    return [str(action) for action in _every(n, k)]


def generator_7_b(n, k):
    from bpkit.checkpoint import Advance, Recompute, Reverse, Store

    edges = [*range(0, n, k), n]
    for start, end in itertools.pairwise(edges):
        yield Store(start)
        yield Advance(start, end)
    for end, start in itertools.pairwise(edges[::-1]):
        for j in range(start, end - 1):
            yield Recompute(j, j + 1)
            yield Store(j + 1)
        yield from map(Reverse, range(end - 1, start - 1, -1))


def recursive_7_b(n, k):
    from bpkit.checkpoint import Advance, Recompute, Reverse, Store

    def stretch(start, end):
        """Activation `start` is there, with everything behind it reversed."""
        if start == end - 1:
            return [Reverse(start)]
        keep = [Store(start + 1)] if start + 2 < end else []
        return [Recompute(start, start + 1), *keep, *stretch(start + 1, end), Reverse(start)]

    def go(start):
        if start >= n:
            return []
        end = min(start + k, n)
        return [Store(start), Advance(start, end), *go(end), *stretch(start, end)]

    return tuple(go(0))


class Every7b:
    """From a list of triples, with the names of the actions' arguments left out."""

    def __call__(self, n, k):
        from bpkit import checkpoint

        plan = [(s, min(s + k, n)) for s in range(0, n, k)]
        sweep = [[checkpoint.Store(s), *map(checkpoint.Advance, [s], [e])] for s, e in plan]
        back = [
            [one for j in range(s + 1, e) for one in (checkpoint.Recompute(j - 1, j), checkpoint.Store(j))][: 2 * k]
            + [checkpoint.Reverse(j) for j in range(s, e)][::-1]
            for s, e in reversed(plan)
        ]
        return collections.deque(itertools.chain(*sweep, *back))


# ---- 7.c


def _alive(sizes, k):
    sizes = [int(one) for one in sizes]
    return [sum(sizes[: s + 1 : k]) + sum(sizes[s + 1 : s + k + 1]) for s in range(0, len(sizes) - 1, k)]


def output_forgotten_7_c(sizes, k):
    alive = [sum(sizes[: s + 1 : k]) + sum(sizes[s + 1 : s + k]) for s in range(0, len(sizes) - 1, k)]
    return sum(sizes[:-1]), max(alive), int(np.argmax(alive))


def all_checkpoints_alive_7_c(sizes, k):
    stored = sum(sizes[:-1:k])
    alive = [stored + sum(sizes[s + 1 : s + k + 1]) for s in range(0, len(sizes) - 1, k)]
    return sum(sizes), max(alive), int(np.argmax(alive))


def earlier_checkpoints_forgotten_7_c(sizes, k):
    alive = [sum(sizes[s : s + k + 1]) for s in range(0, len(sizes) - 1, k)]
    return sum(sizes), max(alive), int(np.argmax(alive))


def checkpoint_counted_twice_7_c(sizes, k):
    alive = [sum(sizes[: s + 1 : k]) + sum(sizes[s : s + k + 1]) for s in range(0, len(sizes) - 1, k)]
    return sum(sizes), max(alive), int(np.argmax(alive))


def counted_from_the_output_7_c(sizes, k):
    alive = _alive(sizes, k)
    return sum(sizes), max(alive), int(np.argmax(alive[::-1]))


def counted_from_one_7_c(sizes, k):
    alive = _alive(sizes, k)
    return sum(sizes), max(alive), int(np.argmax(alive)) + 1


def last_of_two_7_c(sizes, k):
    alive = _alive(sizes, k)
    return sum(sizes), max(alive), max(j for j, one in enumerate(alive) if one == max(alive))


def always_the_last_7_c(sizes, k):
    alive = _alive(sizes, k)
    return sum(sizes), alive[-1], len(alive) - 1


def number_of_activations_7_c(sizes, k):
    n = len(sizes) - 1
    return n + 1, n // k + k, n // k - 1


def equal_sizes_7_c(sizes, k):
    n, mean = len(sizes) - 1, sum(sizes) / len(sizes)
    return sum(sizes), (n // k + k) * mean, n // k - 1


def widest_activation_7_c(sizes, k):
    alive = _alive(sizes, k)
    return sum(sizes), max(alive), min(int(np.argmax(sizes)) // k, len(alive) - 1)


def first_activation_of_the_stretch_7_c(sizes, k):
    alive = _alive(sizes, k)
    return sum(sizes), max(alive), k * int(np.argmax(alive))


def largest_sum_of_parts_7_c(sizes, k):
    inside = [sum(sizes[s + 1 : s + k + 1]) for s in range(0, len(sizes) - 1, k)]
    return sum(sizes), sum(sizes[:-1:k]) + max(inside), int(np.argmax(inside))


def cumulated_7_c(sizes, k):
    sizes = np.asarray(sizes)
    stored = np.cumsum(sizes[:-1:k])
    inside = sizes[1:].reshape(-1, k).sum(axis=1)
    return np.array([sizes.sum(), (stored + inside).max(), np.argmax(stored + inside)])


def played_7_c(sizes, k):
    n, peaks = len(sizes) - 1, []
    for start in range(n - k, -1, -k):
        alive = {*range(0, start + 1, k), *range(start, start + k + 1)}
        peaks.insert(0, sum(sizes[one] for one in alive))
    return [sum(sizes), max(peaks), peaks.index(max(peaks))]


def generator_7_c(sizes, k):
    yield functools.reduce(lambda a, b: a + b, sizes)

    def alive(end):
        return sum(size for i, size in enumerate(sizes[: end + 1]) if i > end - k or i % k == 0)

    best = max((alive(end), -end) for end in range(k, len(sizes), k))
    yield best[0]
    yield -best[1] // k - 1


# ---- 7.d

TEN_BLOCKS = "S0 A0-3 S3 A3-6 S6 A6-9 A9-10 R9 C6-8 R8 C6-7 R7 R6 C3-5 R5 C3-4 R4 R3 C0-1 S1 C1-2 R2 R1 R0"
SECOND_AT_TWO = "S0 A0-2 S2 A2-6 S6 A6-9 A9-10 R9 C6-8 R8 C6-7 R7 R6 C2-3 S3 C3-5 R5 C3-4 R4 R3 R2 C0-1 R1 R0"
SIX_AT_ONCE = "S0 A0-6 S6 A6-8 S8 A8-9 A9-10 R9 R8 C6-7 R7 R6 C0-2 S2 C2-3 S3 C3-5 R5 C3-4 R4 R3 R2 C0-1 R1 R0"

DEAR = "S0 A0-3 S3 A3-6 S6 A6-9 A9-10 R9 C6-8 R8 C6-7 R7 R6 C3-5 R5 C3-4 R4 R3 C0-2 R2 C0-1 R1 R0"
WIDE = "S0 A0-4 S4 A4-7 S7 A7-9 A9-10 R9 C7-8 R8 R7 C4-6 R6 C4-5 R5 R4 C0-2 S2 C2-3 R3 R2 C0-1 R1 R0"
ONE_SLOT = "S0 A0-9 A9-10 R9 " + " ".join(f"C0-{j} R{j}" for j in range(8, 0, -1)) + " R0"
EVERY_THIRD = "S0 A0-3 S3 A3-6 S6 A6-9 S9 A9-10 R9 C6-7 S7 C7-8 R8 R7 R6 C3-4 C4-5 R5 R4 R3 C0-1 C1-2 R2 R1 R0"
ADVANCED_BACK = TEN_BLOCKS.replace("C", "A")
UNFINISHED = TEN_BLOCKS.removesuffix(" R0")
ENDS_AT_NINE = TEN_BLOCKS.replace(" A9-10", "")
NOT_SPLIT = TEN_BLOCKS.replace("A6-9 A9-10", "A6-10")
INPUT_LET_GO = TEN_BLOCKS.replace("S6", "F0 S6")
ELEVEN_BLOCKS = TEN_BLOCKS.replace("A6-9 A9-10", "A6-10 A10-11 R10 C6-9")


# ---- 7.e


def _optimum(costs, slots, *, last_once=True, slot_stays=False, all_slots=False, largest=False, at_once=True):
    n, before = len(costs), [0, *itertools.accumulate(costs)]

    @functools.cache
    def walks(i, j, s):
        return 0 if j - i == 1 else min(choices(i, j, s))[0]

    def choices(i, j, s):
        ks = range(i + 1, j) if s > 1 else [j - 1]
        if not at_once and s > 1 and j - i > 2:
            ks = range(i + 1, j - 1)
        behind = s if all_slots else s - 1
        for k in ks:
            front = s - 1 if slot_stays and s > 1 and k < j - 1 else s
            yield before[k] - before[i] + walks(k, j, max(behind, 1)) + walks(i, k, front), k

    cost = walks(0, n, slots)
    found = [k for value, k in choices(0, n, slots) if value == cost]
    return cost + (costs[-1] if last_once else 0), (max if largest else min)(found)


def walks_only_7_e(costs, slots):
    return _optimum(costs, slots, last_once=False)


def last_of_the_best_7_e(costs, slots):
    return _optimum(costs, slots, largest=True)


def slot_not_free_again_7_e(costs, slots):
    return _optimum(costs, slots, slot_stays=True)


def slots_for_ever_7_e(costs, slots):
    return _optimum(costs, slots, all_slots=True)


def input_needs_no_slot_7_e(costs, slots):
    return _optimum(costs, slots + 1)


def one_slot_lost_7_e(costs, slots):
    return _optimum(costs, slots - 1)


def blocks_all_alike_7_e(costs, slots):
    cost, first = _optimum([1] * len(costs), slots)
    return cost, first


def mean_cost_7_e(costs, slots):
    cost, first = _optimum([1] * len(costs), slots)
    return round(cost * sum(costs) / len(costs)), first


def last_before_the_end_left_out_7_e(costs, slots):
    return _optimum(costs, slots, at_once=False)


def counted_from_zero_7_e(costs, slots):
    cost, first = _optimum(costs, slots)
    return cost, first - 1


def sweep_added_7_e(costs, slots):
    cost, first = _optimum(costs, slots, last_once=False)
    return cost + sum(costs), first


def halves_7_e(costs, slots):
    before = [0, *itertools.accumulate(costs)]

    def walks(i, j, s):
        if j - i == 1:
            return 0
        k = (i + j) // 2 if s > 1 else j - 1
        return before[k] - before[i] + walks(k, j, s - 1) + walks(i, k, s)

    return walks(0, len(costs), slots) + costs[-1], len(costs) // 2


def block_k_counted_too_7_e(costs, slots):
    before = [0, *itertools.accumulate(costs)]

    @functools.cache
    def walks(i, j, s):
        if j - i == 1:
            return 0, i
        ks = range(i + 1, j) if s > 1 else [j - 1]
        return min((before[k + 1] - before[i] + walks(k, j, s - 1)[0] + walks(i, k, s)[0], k) for k in ks)

    cost, first = walks(0, len(costs), slots)
    return cost + costs[-1], first


def from_last_to_first_7_e(costs, slots):
    return _optimum(costs[::-1], slots)


def exchanged_7_e(costs, slots):
    return _optimum(costs, slots)[::-1]


def greedy_7_e(costs, slots):
    """The first checkpoint where half of the cost is behind it, and so on."""
    before = [0, *itertools.accumulate(costs)]

    def cut(i, j):
        return min(range(i + 1, j), key=lambda k: abs(2 * before[k] - before[i] - before[j]))

    def walks(i, j, s):
        if j - i == 1:
            return 0
        k = cut(i, j) if s > 1 else j - 1
        return before[k] - before[i] + walks(k, j, s - 1) + walks(i, k, s)

    return walks(0, len(costs), slots) + costs[-1], cut(0, len(costs))


def memo_7_e(costs, slots):
    costs = tuple(int(one) for one in costs)

    @functools.lru_cache(None)
    def best(blocks, s):
        """(walks, first) for a tuple of costs."""
        if len(blocks) == 1:
            return 0, 0
        places = range(1, len(blocks)) if s > 1 else (len(blocks) - 1,)
        return min((sum(blocks[:k]) + best(blocks[k:], s - 1)[0] + best(blocks[:k], s)[0], k) for k in places)

    walks, first = best(costs, slots)
    return [walks + costs[-1], first]


def table_7_e(costs, slots):
    n = len(costs)
    table = np.zeros((slots + 1, n + 1, n + 1))
    total = np.concatenate([[0], np.cumsum(costs)])
    firsts = {}
    for s in range(1, slots + 1):
        for length in range(2, n + 1):
            for i in range(n - length + 1):
                j = i + length
                ks = np.arange(i + 1, j) if s > 1 else np.array([j - 1])
                values = total[ks] - total[i] + table[s - 1, ks, j] + table[s, i, ks]
                table[s, i, j] = values.min()
                firsts[s, i, j] = ks[np.argmin(values)]
    return int(table[slots, 0, n] + costs[-1]), firsts[slots, 0, n]


class Optimum7e:
    """The last block belongs to the walks; it is walked over for the output."""

    def __call__(self, costs, slots):
        costs, memory = list(costs), {}

        def least(i, j, s):
            if j == i + 1:
                return costs[i] if j == len(costs) else 0
            if s == 1:
                end = costs[-1] if j == len(costs) else 0
                return end + sum(sum(costs[i:e]) for e in range(i + 1, j))
            if (i, j, s) not in memory:
                memory[i, j, s] = min(self.way(costs, least, i, k, j, s) for k in range(i + 1, j))
            return memory[i, j, s]

        n = len(costs)
        cost = least(0, n, slots)
        yield cost
        yield next(k for k in range(1, n) if self.way(costs, least, 0, k, n, slots) == cost)

    @staticmethod
    def way(costs, least, i, k, j, s):
        return sum(costs[i:k]) + least(k, j, s - 1) + least(i, k, s)


# ---- 7.f

HUGE = "S0 A0-4 S4 A4-5 A5-6 R5 R4 C0-2 S2 C2-3 R3 R2 C0-1 R1 R0"
HUGE_AND_FIVE = "S0 A0-4 S4 A4-5 S5 A5-6 R5 R4 C0-2 S2 C2-3 R3 R2 C0-1 R1 R0"
HUGE_AND_FREE = "S0 A0-4 S4 A4-5 A5-6 R5 F4 R4 C0-2 S2 C2-3 R3 F2 R2 C0-1 R1 R0"

BINOMIAL_TWO = "S0 A0-3 S3 A3-5 A5-6 R5 C3-4 R4 R3 C0-1 S1 C1-2 R2 R1 R0"
BINOMIAL_THREE = "S0 A0-1 S1 A1-3 S3 A3-5 A5-6 R5 C3-4 R4 R3 C1-2 R2 R1 R0"
ALL_STORED = "S0 A0-1 S1 A1-2 S2 A2-3 S3 A3-4 S4 A4-5 S5 A5-6 R5 R4 R3 R2 R1 R0"
ONE_TOO_MANY_ALIVE = "S0 A0-2 S2 A2-4 S4 A4-5 A5-6 R5 R4 C2-3 R3 R2 C0-1 R1 R0"
TOO_MANY_ON_THE_WAY_BACK = "S0 A0-4 S4 A4-5 A5-6 R5 R4 C0-1 S1 C1-2 S2 C2-3 R3 R2 R1 R0"
NOTHING_STORED_BEFORE = "S0 A0-4 S4 A4-5 A5-6 R5 R4 C0-3 R3 C0-2 R2 C0-1 R1 R0"
HUGE_NOT_STORED = "S0 A0-5 A5-6 R5 C0-4 R4 C0-3 R3 C0-2 R2 C0-1 R1 R0"
HUGE_IN_PLACE_OF_THREE = "S0 A0-4 S4 A4-5 A5-6 R5 R4 C0-2 S2 R3 R2 C0-1 R1 R0"
HUGE_UNFINISHED = "S0 A0-4 S4 A4-5 A5-6 R5 R4 C0-2 S2 C2-3 R3 R2"


# ---- 7.g


def _parts(x, y, sizes):
    edges = [0, *itertools.accumulate(int(size) for size in sizes)]
    return [(x[:, i:j], y[:, i:j]) for i, j in itertools.pairwise(edges)]


def _in_parts(gradient, x, y, sizes):
    n, value, dl_domega, within = x.shape[1], 0.0, 0.0, 0.0
    for a, b in _parts(x, y, sizes):
        share = a.shape[1] / n
        v, g = gradient(a, b)
        value, dl_domega, within = value + share * v, dl_domega + share * g, within + share * a.var(axis=1)
    return value, dl_domega, within, x.var(axis=1) - within


def added_up_7_g(gradient, x, y, sizes):
    _, _, within, between = _in_parts(gradient, x, y, sizes)
    values, gradients = zip(*(gradient(*part) for part in _parts(x, y, sizes)), strict=True)
    return sum(values), sum(gradients), within, between


def parts_count_the_same_7_g(gradient, x, y, sizes):
    _, _, within, between = _in_parts(gradient, x, y, sizes)
    values, gradients = zip(*(gradient(*part) for part in _parts(x, y, sizes)), strict=True)
    return sum(values) / len(sizes), sum(gradients) / len(sizes), within, between


def sizes_not_divided_7_g(gradient, x, y, sizes):
    value, dl_domega, within, between = _in_parts(gradient, x, y, sizes)
    return value * x.shape[1], dl_domega * x.shape[1], within, between


def value_of_the_last_part_7_g(gradient, x, y, sizes):
    _, dl_domega, within, between = _in_parts(gradient, x, y, sizes)
    return gradient(*_parts(x, y, sizes)[-1])[0], dl_domega, within, between


def equal_parts_7_g(gradient, x, y, sizes):
    edges = [round(j * x.shape[1] / len(sizes)) for j in range(len(sizes) + 1)]
    value, dl_domega, *_ = _in_parts(gradient, x, y, sizes)
    return value, dl_domega, *_in_parts(gradient, x, y, np.diff(edges))[2:]


def variances_of_parts_count_the_same_7_g(gradient, x, y, sizes):
    value, dl_domega, *_ = _in_parts(gradient, x, y, sizes)
    within = np.mean([a.var(axis=1) for a, _ in _parts(x, y, sizes)], axis=0)
    return value, dl_domega, within, x.var(axis=1) - within


def sample_variance_7_g(gradient, x, y, sizes):
    value, dl_domega, *_ = _in_parts(gradient, x, y, sizes)
    parts = [a for a, _ in _parts(x, y, sizes)]
    within = sum(a.shape[1] * a.var(axis=1, ddof=min(1, a.shape[1] - 1)) for a in parts) / x.shape[1]
    return value, dl_domega, within, x.var(axis=1, ddof=1) - within


def standard_deviations_7_g(gradient, x, y, sizes):
    value, dl_domega, *_ = _in_parts(gradient, x, y, sizes)
    within = sum(a.shape[1] * a.std(axis=1) for a, _ in _parts(x, y, sizes)) / x.shape[1]
    return value, dl_domega, within, x.std(axis=1) - within


def variance_of_the_means_7_g(gradient, x, y, sizes):
    value, dl_domega, within, _ = _in_parts(gradient, x, y, sizes)
    return value, dl_domega, within, np.var([a.mean(axis=1) for a, _ in _parts(x, y, sizes)], axis=0)


def sign_of_between_7_g(gradient, x, y, sizes):
    value, dl_domega, within, between = _in_parts(gradient, x, y, sizes)
    return value, dl_domega, within, -between


def whole_variance_7_g(gradient, x, y, sizes):
    value, dl_domega, within, between = _in_parts(gradient, x, y, sizes)
    return value, dl_domega, within, within + between


def one_number_for_all_rows_7_g(gradient, x, y, sizes):
    value, dl_domega, *_ = _in_parts(gradient, x, y, sizes)
    within = sum(a.shape[1] * a.var() for a, _ in _parts(x, y, sizes)) / x.shape[1]
    return value, dl_domega, within, x.var() - within


def mean_of_the_whole_batch_7_g(gradient, x, y, sizes):
    value, dl_domega, *_ = _in_parts(gradient, x, y, sizes)
    return value, dl_domega, x.var(axis=1), 0 * x.var(axis=1)


def share_lacking_7_g(gradient, x, y, sizes):
    value, dl_domega, within, between = _in_parts(gradient, x, y, sizes)
    return value, dl_domega, within, between / (within + between)


def last_part_left_out_7_g(gradient, x, y, sizes):
    n = sum(sizes[:-1])
    value, dl_domega, *_ = _in_parts(gradient, x[:, :n], y[:, :n], sizes[:-1])
    return value, dl_domega, *_in_parts(gradient, x, y, sizes)[2:]


def split_7_g(gradient, x, y, sizes):
    cuts = np.cumsum(sizes)[:-1]
    xs, ys = np.split(x, cuts, axis=1), np.split(y, cuts, axis=1)
    values, gradients = zip(*map(gradient, xs, ys), strict=True)
    within = np.average([one.var(axis=1) for one in xs], axis=0, weights=sizes)
    means = np.array([one.mean(axis=1) for one in xs])
    middle = np.average(means, axis=0, weights=sizes)
    between = np.average((means - middle) ** 2, axis=0, weights=sizes)
    return [np.average(values, weights=sizes), np.average(gradients, axis=0, weights=sizes), within, between]


def running_mean_7_g(gradient, x, y, sizes):
    """Never more than one part: moments are brought up to date."""
    seen, value, slope, first, second, within = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    for size in sizes:
        a, b = x[:, seen : seen + size], y[:, seen : seen + size]
        seen += size
        v, g = gradient(a, b)
        part = size / seen
        mean, square = a.mean(axis=1), (a * a).mean(axis=1)
        value, slope = value + part * (v - value), slope + part * (g - slope)
        first, second = first + part * (mean - first), second + part * (square - second)
        within = within + part * (square - mean * mean - within)
    yield from (value, slope, within, second - first * first - within)


def consumed_7_g(gradient, x, y, sizes):
    columns = iter(zip(np.transpose(x), np.transpose(y), strict=True))
    parts = [list(itertools.islice(columns, int(size))) for size in sizes]
    n = sum(map(len, parts))
    totals = []
    for part in parts:
        a, b = (np.stack(one, axis=1) for one in zip(*part, strict=True))
        v, g = gradient(a, b)
        totals.append((len(part) * v, len(part) * np.asarray(g), ((a.T - a.mean(axis=1)) ** 2).sum(axis=0)))
    value, slope, squares = (sum(one) for one in zip(*totals, strict=True))
    within = squares / n
    Batch = collections.namedtuple("Batch", "value dl_domega within between")
    return Batch(value / n, slope / n, within, ((x.T - x.mean(axis=1)) ** 2).mean(axis=0) - within)


# ---- 7.h


def _go_back(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        t = np.tanh(b @ u)
        v = v - t
        d = g_v * (1 - t**2)
        dl_dB.insert(0, d @ u.T)
        g_u = g_u + b.T @ d
        t = np.tanh(a @ v)
        u = u - t
        d = g_u * (1 - t**2)
        dl_dA.insert(0, d @ v.T)
        g_v = g_v + a.T @ d
    return u, v, g_u, g_v, dl_dA, dl_dB


def u_first_7_h(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        u = u - np.tanh(a @ v)
        v = v - np.tanh(b @ u)
        d_v = g_v * (1 - np.tanh(b @ u) ** 2)
        g_u = g_u + b.T @ d_v
        d_u = g_u * (1 - np.tanh(a @ v) ** 2)
        g_v = g_v + a.T @ d_u
        dl_dA.insert(0, d_u @ v.T)
        dl_dB.insert(0, d_v @ u.T)
    return u, v, g_u, g_v, dl_dA, dl_dB


def first_layer_first_7_h(u, v, g_u, g_v, A, B):
    *rest, dl_dA, dl_dB = _go_back(u, v, g_u, g_v, A[::-1], B[::-1])
    return *rest, dl_dA[::-1], dl_dB[::-1]


def lists_from_the_last_7_h(u, v, g_u, g_v, A, B):
    *rest, dl_dA, dl_dB = _go_back(u, v, g_u, g_v, A, B)
    return *rest, dl_dA[::-1], dl_dB[::-1]


def old_u_in_the_gradient_7_h(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        v = v - np.tanh(b @ u)
        u = u - np.tanh(a @ v)
        d_v = g_v * (1 - np.tanh(b @ u) ** 2)
        g_u = g_u + b.T @ d_v
        d_u = g_u * (1 - np.tanh(a @ v) ** 2)
        g_v = g_v + a.T @ d_u
        dl_dA.insert(0, d_u @ v.T)
        dl_dB.insert(0, d_v @ u.T)
    return u, v, g_u, g_v, dl_dA, dl_dB


def skip_forgotten_7_h(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        t = np.tanh(b @ u)
        v, d = v - t, g_v * (1 - t**2)
        dl_dB.insert(0, d @ u.T)
        g_u = b.T @ d
        t = np.tanh(a @ v)
        u, d = u - t, g_u * (1 - t**2)
        dl_dA.insert(0, d @ v.T)
        g_v = a.T @ d
    return u, v, g_u, g_v, dl_dA, dl_dB


def old_gradient_of_u_7_h(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        t = np.tanh(b @ u)
        v, d_v = v - t, g_v * (1 - t**2)
        dl_dB.insert(0, d_v @ u.T)
        t = np.tanh(a @ v)
        u, d_u = u - t, g_u * (1 - t**2)
        dl_dA.insert(0, d_u @ v.T)
        g_u, g_v = g_u + b.T @ d_v, g_v + a.T @ d_u
    return u, v, g_u, g_v, dl_dA, dl_dB


def slope_forgotten_7_h(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        v = v - np.tanh(b @ u)
        dl_dB.insert(0, g_v @ u.T)
        g_u = g_u + b.T @ g_v
        u = u - np.tanh(a @ v)
        dl_dA.insert(0, g_u @ v.T)
        g_v = g_v + a.T @ g_u
    return u, v, g_u, g_v, dl_dA, dl_dB


def slope_without_the_square_7_h(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        t = np.tanh(b @ u)
        v, d = v - t, g_v * (1 - t)
        dl_dB.insert(0, d @ u.T)
        g_u = g_u + b.T @ d
        t = np.tanh(a @ v)
        u, d = u - t, g_u * (1 - t)
        dl_dA.insert(0, d @ v.T)
        g_v = g_v + a.T @ d
    return u, v, g_u, g_v, dl_dA, dl_dB


def not_transposed_7_h(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        t = np.tanh(b @ u)
        v, d = v - t, g_v * (1 - t**2)
        dl_dB.insert(0, d @ u.T)
        g_u = g_u + b @ d
        t = np.tanh(a @ v)
        u, d = u - t, g_u * (1 - t**2)
        dl_dA.insert(0, d @ v.T)
        g_v = g_v + a @ d
    return u, v, g_u, g_v, dl_dA, dl_dB


def gradients_transposed_7_h(u, v, g_u, g_v, A, B):
    *rest, dl_dA, dl_dB = _go_back(u, v, g_u, g_v, A, B)
    return *rest, [one.T for one in dl_dA], [one.T for one in dl_dB]


def gradients_subtracted_7_h(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        t = np.tanh(b @ u)
        v, d = v - t, g_v * (1 - t**2)
        dl_dB.insert(0, d @ u.T)
        g_u = g_u - b.T @ d
        t = np.tanh(a @ v)
        u, d = u - t, g_u * (1 - t**2)
        dl_dA.insert(0, d @ v.T)
        g_v = g_v - a.T @ d
    return u, v, g_u, g_v, dl_dA, dl_dB


def forward_again_7_h(u, v, g_u, g_v, A, B):
    *_, dl_dA, dl_dB = _go_back(u, v, g_u, g_v, A, B)
    for a, b in zip(A, B, strict=True):
        u = u + np.tanh(a @ v)
        v = v + np.tanh(b @ u)
    return u, v, g_u, g_v, dl_dA, dl_dB


def halves_exchanged_7_h(u, v, g_u, g_v, A, B):
    u, v, g_u, g_v, dl_dA, dl_dB = _go_back(u, v, g_u, g_v, A, B)
    return v, u, g_v, g_u, dl_dA, dl_dB


def matrices_exchanged_7_h(u, v, g_u, g_v, A, B):
    return _go_back(u, v, g_u, g_v, B, A)


def one_layer_7_h(u, v, g_u, g_v, A, B):
    return _go_back(u, v, g_u, g_v, A[-1:], B[-1:])


def summed_over_the_layers_7_h(u, v, g_u, g_v, A, B):
    *rest, dl_dA, dl_dB = _go_back(u, v, g_u, g_v, A, B)
    return *rest, sum(dl_dA), sum(dl_dB)


def in_place_7_h(u, v, g_u, g_v, A, B):
    dl_dA, dl_dB = [], []
    for a, b in zip(A[::-1], B[::-1], strict=True):
        t = np.tanh(b @ u)
        v -= t
        dl_dB.insert(0, (g_v * (1 - t**2)) @ u.T)
        g_u += b.T @ (g_v * (1 - t**2))
        t = np.tanh(a @ v)
        dl_dA.insert(0, (g_u * (1 - t**2)) @ v.T)
        g_v += a.T @ (g_u * t**2)
        u -= t
    return u, v, g_u, g_v, dl_dA, dl_dB


def torch_7_h(u, v, g_u, g_v, A, B):
    import torch

    u, v, g_u, g_v = (torch.tensor(np.array(one)) for one in (u, v, g_u, g_v))
    A, B = ([torch.tensor(np.array(one), requires_grad=True) for one in matrices] for matrices in (A, B))
    with torch.no_grad():
        for a, b in zip(reversed(A), reversed(B), strict=True):
            v = v - torch.tanh(b @ u)
            u = u - torch.tanh(a @ v)
    start = u.clone().requires_grad_(), v.clone().requires_grad_()
    p, q = start
    for a, b in zip(A, B, strict=True):
        p = p + torch.tanh(a @ q)
        q = q + torch.tanh(b @ p)
    found = torch.autograd.grad((p * g_u).sum() + (q * g_v).sum(), [*start, *A, *B])
    return u, v, found[0], found[1], found[2 : 2 + len(A)], found[2 + len(A) :]


def recursive_7_h(u, v, g_u, g_v, A, B):
    if not len(A):
        return u, v, g_u, g_v, [], []
    a, b, cosh = A[-1], B[-1], np.cosh
    v_before = v - np.tanh(np.dot(b, u))
    inner = g_v / cosh(np.dot(b, u)) ** 2
    g_u = g_u + np.dot(inner.T, b).T
    outer = g_u / cosh(np.dot(a, v_before)) ** 2
    u_before, g_v = u - np.tanh(np.dot(a, v_before)), g_v + np.dot(outer.T, a).T
    *before, in_A, in_B = recursive_7_h(u_before, v_before, g_u, g_v, A[:-1], B[:-1])
    return *before, [*in_A, np.dot(outer, v_before.T)], [*in_B, np.dot(inner, u.T)]


def blocks_7_h(u, v, g_u, g_v, A, B):
    """Both halves in one array; each half step is a layer [[I, A], [0, I]] of its own kind."""
    d = len(u)
    state, slope, found = np.vstack([u, v]), np.vstack([g_u, g_v]), []
    halves = [np.s_[:d], np.s_[d:]]
    for layer in range(len(A) - 1, -1, -1):
        for matrix, (changed, other) in ((B[layer], halves[::-1]), (A[layer], halves)):
            t = np.tanh(matrix @ state[other])
            state[changed] -= t
            d_t = slope[changed] * (1 - t) * (1 + t)
            slope[other] += np.einsum("ij,ie->je", matrix, d_t)
            found.append(np.einsum("ie,je->ij", d_t, state[other]))
    yield from (*np.vsplit(state, [d]), *np.vsplit(slope, [d]))
    yield found[1::2][::-1]
    yield found[::2][::-1]


# ---- 7.i

BUGS = ("gradient-restarted", "other-masks", "rounded", "statistics-twice", "not-training", "from-the-input")

bugs_2_and_5_7_i = _exchanged(BUGS, 1, 4)
bugs_1_and_6_7_i = _exchanged(BUGS, 0, 5)
bugs_never_7_i = [*BUGS[:3], "statistics-never", *BUGS[4:]]
bugs_stretch_lost_7_i = ["stretch-lost", *BUGS[1:]]
bugs_backwards_7_i = BUGS[::-1]
bugs_rounded_7_i = ["rounded"] * 6
bugs_statistics_7_i = [*BUGS[:3], "statistics", *BUGS[4:]]
bugs_five_7_i = BUGS[:5]


WRONG = {
    "7.11": [
        (input_not_counted_7_11, "checkpoints without the input"),
        (output_stored_as_well_7_11, "output counted as a checkpoint"),
        (without_the_last_checkpoint_and_peak_7_11, "peak without the output"),
        (like_the_chapter_7_11, "the chapter's 45"),
        (whole_stretches_again_7_11, "each layer of a stretch"),
        (all_but_the_checkpoints_7_11, "all but the layers whose input is stored"),
        (runs_for_layers_7_11, "all runs"),
        (memory_for_the_peak_7_11, "memory for peak"),
        (peak_of_the_roots_7_11, "peak 2√n"),
        (input_and_output_in_the_peak_twice_7_11, "peak one too large"),
        (numbers_of_the_example_7_11, "numbers of the example"),
        (number_and_spacing_exchanged_7_11, "n/k and k exchanged"),
        (from_last_to_first_7_11, "list from last to first"),
        (last_stretch_only_7_11, "last stretch only"),
        (second_results_exchanged_7_11, "1 and 2 exchanged"),
        (gradient_starts_again_7_11, "each stretch starts with the gradient at the output"),
        (the_output_for_the_input_7_11, "activation k + 1 for k"),
        (last_stretch_again_7_11, "the chapter's program"),
        (everything_stored_7_11, "everything stored"),
        (always_from_the_input_7_11, "always from the input"),
        (stretches_in_order_7_11, "stretches from first to last"),
    ],
    "7.a": [
        (words_1_and_3_7_a, "1 and 3 exchanged"),
        (words_4_and_6_7_a, "4 and 6 exchanged"),
        (words_still_there_7_a, "still-there for works"),
        (words_free_7_a, "another word"),
        (words_true_and_false_7_a, "yes or no"),
        (words_number_only_7_a, "the number of the one that works"),
        (words_all_work_7_a, "placeholder"),
    ],
    "7.b": [
        (last_stretch_too_long_7_b, "last stretch too long"),
        (rest_left_out_7_b, "blocks behind the last whole stretch left out"),
        (inside_not_stored_7_b, "inside of a stretch not kept"),
        (input_not_stored_7_b, "input not stored"),
        (stretches_from_the_first_7_b, "stretches from the first"),
        (blocks_in_order_7_b, "blocks from the first"),
        (whole_stretch_again_7_b, "last block of a stretch run again"),
        (last_stretch_kept_7_b, "last stretch kept, as in 7.11"),
        (everything_stored_7_b, "everything stored"),
        (each_block_from_the_checkpoint_7_b, "each block from its checkpoint"),
        (advance_on_the_way_back_7_b, "Advance for Recompute"),
        (k_stretches_7_b, "k stretches"),
        (checkpoints_freed_7_b, "checkpoints freed before they are used"),
        (texts_7_b, "texts"),
    ],
    "7.c": [
        (output_forgotten_7_c, "output forgotten"),
        (all_checkpoints_alive_7_c, "all checkpoints alive to the end"),
        (earlier_checkpoints_forgotten_7_c, "earlier checkpoints forgotten"),
        (checkpoint_counted_twice_7_c, "a checkpoint twice"),
        (counted_from_the_output_7_c, "stretches counted from the output"),
        (counted_from_one_7_c, "stretches counted from 1"),
        (last_of_two_7_c, "the last of two"),
        (always_the_last_7_c, "always the last stretch"),
        (number_of_activations_7_c, "number of activations"),
        (equal_sizes_7_c, "mean size"),
        (widest_activation_7_c, "where the largest activation is"),
        (first_activation_of_the_stretch_7_c, "the stretch's first activation"),
        (largest_sum_of_parts_7_c, "all checkpoints and the largest stretch"),
    ],
    "7.d": [
        (_actions(DEAR), "19 evaluations"),
        (_actions(WIDE), "activation 4 stored"),
        (_actions(ONE_SLOT), "one slot only"),
        (_actions(EVERY_THIRD), "four stored"),
        (_actions(ADVANCED_BACK), "Advance on the way back"),
        (_actions(UNFINISHED), "block 0 not reversed"),
        (_actions(ENDS_AT_NINE), "output not made"),
        (_actions(NOT_SPLIT), "activation 9 passed through"),
        (_actions(INPUT_LET_GO), "input let go"),
        (_actions(ELEVEN_BLOCKS), "eleven blocks"),
    ],
    "7.e": [
        (walks_only_7_e, "last block not counted"),
        (last_of_the_best_7_e, "largest k"),
        (slot_not_free_again_7_e, "slot not free again"),
        (slots_for_ever_7_e, "slots not used up"),
        (input_needs_no_slot_7_e, "a slot more"),
        (one_slot_lost_7_e, "a slot less"),
        (blocks_all_alike_7_e, "costs ignored"),
        (mean_cost_7_e, "mean cost"),
        (counted_from_zero_7_e, "block for activation"),
        (sweep_added_7_e, "first sweep counted twice"),
        (halves_7_e, "always in the middle"),
        (block_k_counted_too_7_e, "block k run as well"),
        (from_last_to_first_7_e, "costs from last to first"),
        (exchanged_7_e, "exchanged"),
        (greedy_7_e, "in the middle of the cost"),
    ],
    "7.f": [
        (_actions(BINOMIAL_TWO), "binomial, two slots"),
        (_actions(BINOMIAL_THREE), "binomial, three slots"),
        (_actions(ALL_STORED), "everything stored"),
        (_actions(ONE_TOO_MANY_ALIVE), "8 units"),
        (_actions(TOO_MANY_ON_THE_WAY_BACK), "8 units on the way back"),
        (_actions(NOTHING_STORED_BEFORE), "nothing stored before the huge block"),
        (_actions(HUGE_NOT_STORED), "one slot"),
        (_actions(HUGE_IN_PLACE_OF_THREE), "activation 3 not made"),
        (_actions(HUGE_UNFINISHED), "unfinished"),
    ],
    "7.g": [
        (added_up_7_g, "added up"),
        (parts_count_the_same_7_g, "each part the same"),
        (sizes_not_divided_7_g, "not divided by the examples"),
        (value_of_the_last_part_7_g, "value of the last part"),
        (equal_parts_7_g, "parts of equal size for the variance"),
        (variances_of_parts_count_the_same_7_g, "variance of each part the same"),
        (sample_variance_7_g, "n − 1"),
        (standard_deviations_7_g, "standard deviations"),
        (variance_of_the_means_7_g, "means not weighted"),
        (sign_of_between_7_g, "sign"),
        (whole_variance_7_g, "variance of the whole"),
        (one_number_for_all_rows_7_g, "one number for all rows"),
        (mean_of_the_whole_batch_7_g, "nothing lacks"),
        (share_lacking_7_g, "share"),
        (last_part_left_out_7_g, "last part left out"),
    ],
    "7.h": [
        (u_first_7_h, "u undone first"),
        (first_layer_first_7_h, "first layer undone first"),
        (lists_from_the_last_7_h, "lists from the last layer"),
        (old_u_in_the_gradient_7_h, "u of before in B's gradient"),
        (skip_forgotten_7_h, "identity forgotten"),
        (old_gradient_of_u_7_h, "gradient of u not brought up to date"),
        (slope_forgotten_7_h, "slope of tanh forgotten"),
        (slope_without_the_square_7_h, "1 − t"),
        (not_transposed_7_h, "not transposed"),
        (gradients_transposed_7_h, "gradients transposed"),
        (gradients_subtracted_7_h, "subtracted like the activations"),
        (forward_again_7_h, "forward once more"),
        (halves_exchanged_7_h, "halves exchanged"),
        (matrices_exchanged_7_h, "A and B exchanged"),
        (one_layer_7_h, "last layer only"),
        (summed_over_the_layers_7_h, "sum over the layers"),
        (in_place_7_h, "in place, and t² for the slope"),
    ],
    "7.i": [
        (bugs_2_and_5_7_i, "2 and 5 exchanged"),
        (bugs_1_and_6_7_i, "1 and 6 exchanged"),
        (bugs_never_7_i, "never for twice"),
        (bugs_stretch_lost_7_i, "stretch-lost for version 1"),
        (bugs_backwards_7_i, "from last to first"),
        (bugs_rounded_7_i, "placeholder"),
        (bugs_statistics_7_i, "half of a word"),
        (bugs_five_7_i, "five words"),
        (["", *BUGS[1:]], "one left empty"),
    ],
}

RIGHT = {
    "7.11": [deque_7_11, recursive_7_11, dictionary_7_11],
    "7.a": [words_spaces_7_a, list(WORDS), np.array(WORDS), collections.deque(WORDS)],
    "7.b": [generator_7_b, recursive_7_b, Every7b()],
    "7.c": [cumulated_7_c, played_7_c, generator_7_c],
    "7.d": [_actions(TEN_BLOCKS), tuple(_actions(SECOND_AT_TWO)), collections.deque(_actions(SIX_AT_ONCE))],
    "7.e": [last_before_the_end_left_out_7_e, memo_7_e, table_7_e, Optimum7e()],
    "7.f": [_actions(HUGE), tuple(_actions(HUGE_AND_FIVE)), collections.deque(_actions(HUGE))],
    "7.g": [split_7_g, running_mean_7_g, consumed_7_g],
    "7.h": [torch_7_h, recursive_7_h, blocks_7_h],
    "7.i": [list(BUGS), np.array(BUGS), collections.deque(BUGS)],
}
