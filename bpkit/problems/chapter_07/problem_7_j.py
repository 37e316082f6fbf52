"""Problem 7.j: a card of so many bytes."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit import checkpoint
from bpkit.problems.chapter_07.reader_schedule import carried_out
from bpkit.problems.form import Wrong, array_in_form, by_name
from bpkit.problems.problem import Arguments, Entries, Problem, Unfit
from bpkit.problems.slips import planted

MOMENTS = 8  # bytes for Adam's two averages of a parameter, whatever the type of the parameter
SMALLEST = 3  # activations alive at once: the input, and the input and the output of the block that runs


@functools.cache
def fewest(layers: int, alive: int) -> int:
    """The fewest evaluations with which so many layers can be reversed, when so many activations may be alive."""
    alive = min(alive, layers + 1)
    return int(checkpoint.cost(checkpoint.optimal([1] * layers, [1] * (layers + 1), alive)).evaluations)


def parameters(width: int, bytes_per_number: int) -> int:
    """The bytes of a layer's parameters, their gradients and the two moments."""
    return (width**2 + width) * (2 * bytes_per_number + MOMENTS)


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Full to the last byte with these layers, and one byte less; the same with many more layers."""
    found: list[Arguments] = []
    long, deep = int(rng.integers(7, 9)), int(rng.integers(30, 60))
    batch = int(rng.integers(3, 6))  # not more than are alive, so that what is left over is enough for one more
    for layers, all_layers, missing, bytes_per_number, few, held in (
        (long, 0, 0, 4, 5, 6), (long - 1, 0, 1, 2, 3, 5), (long - 1, deep, 1, 8, 9, long),
        (15 - long, deep + 1, 0, 4, 2, SMALLEST),
    ):  # fmt: skip
        width, examples = int(rng.integers(5, 20)), int(rng.integers(few, few + 2))
        activations = (all_layers + 1) * examples if all_layers else held * batch
        memory = (all_layers or layers) * parameters(width, bytes_per_number) + activations * width * bytes_per_number
        found.append({"memory": memory - missing, "layers": layers, "width": width,
                      "bytes_per_number": bytes_per_number, "examples": examples,
                      "most": fewest(layers, held) + (held == SMALLEST)})  # fmt: skip
    return found


def least_alive(layers: int, most: int) -> int:
    """How many activations must be alive at once if at most so many evaluations are allowed."""
    return next(alive for alive in range(SMALLEST, layers + 2) if fewest(layers, alive) <= most)


def answers(
    memory: Any, layers: Any, width: Any, bytes_per_number: Any, examples: Any, most: Any,
    per_layer: Callable[[int, int], int] = parameters,
    alive: Callable[[int, int], int] = least_alive,
    more: int = 1,
    one: Callable[[int, int], int] = lambda width, bytes_per_number: width * bytes_per_number,
) -> Entries:  # fmt: skip
    """The deepest network without recomputation and the largest batch with it; later keywords plant slips."""
    layer, activation = per_layer(width, bytes_per_number), one(width, bytes_per_number)
    return {
        "deepest": (memory - more * examples * activation) // (layer + examples * activation),
        "batch": (memory - layers * layer) // (alive(layers, most) * activation),
    }


def measure(
    answer: Any, memory: int, layers: int, width: int, bytes_per_number: int, examples: int, most: int
) -> Entries:
    """The two numbers, when the schedule does with this batch what it must."""
    try:
        parts = by_name(answer, ["deepest", "batch", "schedule"])
        batch = float(array_in_form("batch", parts["batch"], ()))
    except Wrong as wrong:
        raise Unfit(str(wrong)) from None
    actions = carried_out(parts["schedule"], layers)
    if batch < 1 or batch != int(batch):
        raise Unfit(f"`batch` is {batch:g}, expected a whole number of examples.")
    evaluations, peak = checkpoint.cost(actions)
    room = memory - layers * parameters(width, bytes_per_number)
    taken = peak * int(batch) * width * bytes_per_number
    if taken > room:
        raise Unfit(
            f"It does not fit: with {int(batch)} examples the {peak} activations that your schedule has alive at once "
            f"take {taken:,} bytes, and beside the parameters there is room for {max(room, 0):,}."
        )
    if evaluations > most:
        raise Unfit(f"It fits, but your schedule makes {evaluations} evaluations, and at most {most} are allowed.")
    if evaluations > fewest(layers, room // (int(batch) * width * bytes_per_number)):
        raise Unfit(
            "It fits, but with your batch fewer evaluations are possible: how many activations is there room for?"
        )
    return {"deepest": parts["deepest"], "batch": batch}


PROBLEM = Problem(
    id="7.j",
    title="A card of so many bytes",
    points=5,
    minutes=35,
    hints=(
        "First what does not depend on the batch: each of the D² + D parameters of a layer takes 2·bytes + 8.",
        "Everything stored: n layers have n + 1 activations. Solve the inequality for n, and round down.",
        "Try peaks 3, 4, 5, …: optimal([1] * n, [1] * (n + 1), peak), and its cost. Which is the first within `most`?",
        "With the batch found, more activations than this peak may fit. Make the schedule for as many as do.",
    ),
    instances=instances,
    truth=answers,
    measure=measure,
    slips=(
        planted(answers, "the gradients are missing: each parameter has one, of its own type.",
                per_layer=lambda D, b: (D * D + D) * (b + MOMENTS)),
        planted(answers, "the moments are missing: 4 bytes for each of the two, for each parameter.",
                per_layer=lambda D, b: (D * D + D) * 2 * b),
        planted(answers, "the moments take 4 bytes each, whatever the type of the parameters.",
                per_layer=lambda D, b: (D * D + D) * 4 * b),
        planted(answers, "there are two moments; only one is counted.",
                per_layer=lambda D, b: (D * D + D) * (2 * b + 4)),
        planted(answers, "the biases are parameters too.", per_layer=lambda D, b: D * D * (2 * b + MOMENTS)),
        planted(answers, "n layers have n + 1 activations: the input is one of them.", "deepest", more=0),
        planted(answers, "n layers have n + 1 activations; here it is two more.", "deepest", more=2),
        planted(answers, "an activation has `width` numbers of `bytes_per_number` each.",
                one=lambda width, bytes_per_number: width),
        planted(answers, "this is the batch when every activation is stored; recompute, and more examples fit.",
                "batch", alive=lambda layers, most: layers + 1),
        planted(answers, "with a peak smaller by one, more examples fit, and the evaluations are still within `most`.",
                "batch", alive=lambda layers, most: min(least_alive(layers, most) + 1, layers + 1)),
    ),
)  # fmt: skip
