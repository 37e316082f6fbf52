"""Right and wrong answers to 7.j and 7.k; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import itertools

import numpy as np

from bpkit import checkpoint
from bpkit.checkpoint import Advance, Reverse, Store

# ---- 7.j


def optimal_7_j(layers, alive):
    return checkpoint.optimal([1] * layers, [1] * (layers + 1), min(alive, layers + 1))


def searched_7_j(memory, layers, width, bytes_per_number, examples, most, state=None, more=1, best=optimal_7_j):
    per_layer = (width * width + width) * (2 * bytes_per_number + 8 if state is None else state(bytes_per_number))
    one = width * bytes_per_number
    deepest = (memory - more * examples * one) // (per_layer + examples * one)
    peak = 3
    while checkpoint.cost(best(layers, peak)).evaluations > most:
        peak += 1
    room = memory - layers * per_layer
    batch = room // (peak * one)
    return deepest, batch, best(layers, room // (batch * one))


def batch_by_batch_7_j(memory, layers, width, bytes_per_number, examples, most):
    """Larger and larger: networks that fit, batches that fit with some schedule."""

    def bytes_of(layers, examples, alive):
        numbers = layers * width * (width + 1)
        return 2 * numbers * bytes_per_number + 8 * numbers + alive * examples * width * bytes_per_number

    deepest = 0
    while bytes_of(deepest + 1, examples, deepest + 2) <= memory:
        deepest += 1
    plans = {}
    for alive in range(3, layers + 2):
        schedule = list(optimal_7_j(layers, alive))
        if checkpoint.cost(schedule).evaluations <= most:
            batch = next(n for n in range(1, 10**6) if bytes_of(layers, n + 1, alive) > memory)
            plans[batch] = schedule  # of those with as many examples, the last one has most memory
    return {"deepest": deepest, "batch": max(plans), "schedule": plans[max(plans)]}


def from_the_other_end_7_j(memory, layers, width, bytes_per_number, examples, most):
    """Begin with everything stored and take away; the schedule is written down as a list of actions."""
    one = width * bytes_per_number
    layer = (width + 1) * width * (bytes_per_number + bytes_per_number + 4 + 4)
    deepest = max(n for n in range(1, 100) if n * layer + (n + 1) * examples * one <= memory)

    def evaluations(alive):
        return checkpoint.cost(optimal_7_j(layers, alive)).evaluations

    alive = layers + 1
    while alive > 3 and evaluations(alive - 1) <= most:
        alive -= 1
    batch = int((memory - layers * layer) / (alive * one))
    fitting = [n for n in range(3, layers + 2) if n * batch * one <= memory - layers * layer]
    if fitting[-1] == layers + 1:
        everything = []
        for k in range(layers):
            everything += [Store(k), Advance(k, k + 1)]
        return [deepest, batch, everything + [Reverse(k) for k in range(layers - 1, -1, -1)]]
    return [deepest, batch, list(optimal_7_j(layers, fitting[-1]))]


RIGHT_7_J = [searched_7_j, batch_by_batch_7_j, from_the_other_end_7_j]


def with_7_j(**changes):
    return lambda **arguments: searched_7_j(**arguments, **changes)


def other_7_j(change):
    return lambda **arguments: change(arguments, *searched_7_j(**arguments))


def room_7_j(a):
    per_layer = (a["width"] ** 2 + a["width"]) * (2 * a["bytes_per_number"] + 8)
    return (a["memory"] - a["layers"] * per_layer) // (a["width"] * a["bytes_per_number"])


def everything_stored_7_j(a, deepest, batch, schedule):
    return deepest, room_7_j(a) // (a["layers"] + 1), checkpoint.store_all(a["layers"])


def at_the_limit_7_j(a, deepest, batch, schedule):
    """The schedule for which the batch was found, though there is room for more."""
    for alive in range(3, a["layers"] + 2):
        if checkpoint.cost(optimal_7_j(a["layers"], alive)).evaluations <= a["most"]:
            return deepest, batch, optimal_7_j(a["layers"], alive)
    return None


def one_more_alive_7_j(a, deepest, batch, schedule):
    alive = next(n for n in range(3, a["layers"] + 2)
                 if checkpoint.cost(optimal_7_j(a["layers"], n)).evaluations <= a["most"])  # fmt: skip
    batch = room_7_j(a) // min(alive + 1, a["layers"] + 1)
    return deepest, batch, optimal_7_j(a["layers"], room_7_j(a) // batch)


def again_from_the_input_7_j(a, deepest, batch, schedule):
    return deepest, batch, checkpoint.binomial(a["layers"], 1)


WRONG_7_J = [
    (with_7_j(more=0), "`deepest`: n layers have n + 1 activations"),
    (with_7_j(more=2), "`deepest`: n layers have n + 1 activations"),
    (other_7_j(lambda a, deepest, batch, schedule: (deepest + 1, batch, schedule)), "`deepest`: too large by 1"),
    (other_7_j(everything_stored_7_j), "`batch`: this is the batch when every activation is stored"),
    (other_7_j(one_more_alive_7_j), "`batch`: with a peak smaller by one, more examples fit"),
    (other_7_j(at_the_limit_7_j), "with your batch fewer evaluations are possible"),
    (other_7_j(lambda a, deepest, batch, schedule: (deepest, batch + 1, schedule)), "It does not fit"),
    (other_7_j(again_from_the_input_7_j), "evaluations, and at most"),
    (other_7_j(lambda a, deepest, batch, schedule: (deepest, batch, list(schedule)[:-1])),
     "before block 0 is reversed"),
    (other_7_j(lambda a, deepest, batch, schedule: (deepest, batch, str(schedule))), "This is a str, expected a list"),
    (other_7_j(lambda a, deepest, batch, schedule: (deepest, batch)), "Your answer has 2 parts, expected 3"),
    (other_7_j(lambda a, deepest, batch, schedule: (deepest, batch - 0.5, schedule)), "expected a whole number"),
    (with_7_j(state=lambda bytes_per_number: 2 * bytes_per_number), "It does not fit"),
    (with_7_j(state=lambda bytes_per_number: bytes_per_number + 8), "It does not fit"),
]  # fmt: skip


# ---- 7.k


def counted_7_k(widths, examples, mixed, biases=1, state=16, above=lambda state, one: state // one + 1):
    number = 2 if mixed else 4
    parameters = 0
    largest = 0
    for i in range(len(widths) - 1):
        parameters += (widths[i] + biases) * widths[i + 1]
        largest = max(largest, widths[i] + widths[i + 1])
    one = sum(widths) * number
    use = parameters * number + largest * examples * number
    return state * parameters, one * examples, use, above(state * parameters, one)


def arrays_7_k(widths, examples, mixed):
    """With arrays that are really made, and a batch that grows."""
    kind = np.float16 if mixed else np.float32
    omega = [np.empty((after, before), kind) for before, after in itertools.pairwise(widths)]
    beta = [np.empty((after, 1), kind) for after in widths[1:]]
    weights = sum(array.nbytes for array in omega + beta)
    both = sum(array.size for array in omega + beta) * 4 * 2
    copy = sum(array.size for array in omega + beta) * 4 if mixed else 0
    state = weights + copy + weights + both
    a = [np.empty((width, examples), kind) for width in widths]
    stored = sum(array.nbytes for array in a)
    running = max(a[k].nbytes + a[k + 1].nbytes for k in range(len(a) - 1))
    batch = 1
    while sum(width * batch * a[0].itemsize for width in widths) <= state:
        batch += 1
    return [state, stored, weights + running, batch]


def by_name_7_k(widths, examples, mixed):
    widths = np.array(widths)
    number_of_bytes = 4 - 2 * mixed
    parameters = int(widths[:-1] @ widths[1:] + widths[1:].sum())
    per_example = int(widths.sum()) * number_of_bytes
    return {
        "more": int(np.floor(16 * parameters / per_example)) + 1,
        "use": (parameters + examples * int((widths[:-1] + widths[1:]).max())) * number_of_bytes,
        "activations": per_example * examples,
        "state": 16 * parameters,
    }


RIGHT_7_K = [counted_7_k, arrays_7_k, by_name_7_k]


def other_7_k(change):
    return lambda widths, examples, mixed: change(widths, examples, mixed, *counted_7_k(widths, examples, mixed))


def float32_7_k(widths, examples, mixed):
    """Right in float32, and all of it in float32."""
    return counted_7_k(widths, examples, False)


WRONG_7_K = [
    (lambda widths, examples, mixed: counted_7_k(widths, examples, mixed, biases=0), "the biases are parameters too"),
    (lambda widths, examples, mixed: counted_7_k(widths, examples, mixed, state=10 if mixed else 12),
     None),
    (lambda widths, examples, mixed: counted_7_k(widths, examples, mixed, state=8), None),
    (lambda widths, examples, mixed: counted_7_k(widths, examples, mixed, state=12 if mixed else 16),
     "in mixed precision 4 bytes are missing"),
    (float32_7_k, "in mixed precision an activation has 2 bytes"),
    (other_7_k(lambda w, n, mixed, state, stored, use, more: (state, stored - w[0] * n * (4 - 2 * mixed), use, more)),
     None),
    (other_7_k(lambda w, n, mixed, state, stored, use, more: (state, stored, state + stored, more)), "`use`"),
    (other_7_k(lambda w, n, mixed, state, stored, use, more: (state, stored, use, more - 1)),
     "`more`: this is the last number of examples"),
    (lambda widths, examples, mixed: counted_7_k(widths, examples, mixed, above=lambda state, one: -(-state // one)),
     "with so many examples they take just as much"),
    (lambda widths, examples, mixed: counted_7_k(widths, examples, mixed)[:3], "has 3 parts, expected 4"),
]  # fmt: skip


RIGHT = {"7.j": RIGHT_7_J, "7.k": RIGHT_7_K}
WRONG = {"7.j": WRONG_7_J, "7.k": WRONG_7_K}
