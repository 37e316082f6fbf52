"""Problem 7.k: what a step holds."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted

MOMENTS = 8  # bytes for Adam's two averages of a parameter
COPY = 4  # bytes for the float32 copy of a parameter in mixed precision


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Widths that differ, in both precisions; and two equal ones, where activations can take exactly as much.

    The widest activation has narrow neighbours, so that the block that needs most is another one. In one instance that
    is the first block, in another the last.
    """
    wide = int(rng.integers(60, 70))
    middle = [int(width) for width in rng.integers(40, 50, size=2)]
    narrow = [int(width) for width in rng.integers(3, 9, size=4)]
    widths = [*narrow[:2], wide, narrow[2], *middle, narrow[3]]
    equal = int(rng.integers(5, 20))
    few, many = int(rng.integers(2, 9)), int(rng.integers(20, 90))
    return [
        {"widths": widths, "examples": many, "mixed": False},
        {"widths": [*middle, *narrow[:2], wide, narrow[2]], "examples": few, "mixed": True},
        {"widths": [narrow[0], wide, *narrow[1:3], *middle], "examples": few, "mixed": True},
        {"widths": [equal, equal], "examples": many, "mixed": False},
    ]


def parameters(widths: Sequence[int]) -> int:
    """The number of weights and biases."""
    return sum((width + 1) * after for width, after in pairwise(widths))


def largest_pair(widths: Sequence[int]) -> int:
    """The numbers that go into a block and come out of it, for one example, where they are most."""
    return max(before + after for before, after in pairwise(widths))


def answers(
    widths: Any, examples: Any, mixed: Any,
    count: Callable[[Any], int] = parameters,
    number: Callable[[bool], int] = lambda mixed: 2 if mixed else 4,
    each: Callable[[int, int], int] = lambda number, copy: 2 * number + copy + MOMENTS,
    copy: Callable[[bool], int] = lambda mixed: COPY if mixed else 0,
    stored: Callable[[Any], int] = sum,
    kept: Callable[[Any], int] = largest_pair,
    in_use: Callable[[int, int], int] = lambda number, copy: number,
    above: Callable[[int, int], int] = lambda state, one: state // one + 1,
) -> Entries:  # fmt: skip
    """All four numbers; the functions plant slips."""
    b = number(mixed)
    state = count(widths) * each(b, copy(mixed))
    return {
        "state": state,
        "activations": stored(widths) * examples * b,
        "use": count(widths) * in_use(b, copy(mixed)) + kept(widths) * examples * b,
        "more": above(state, stored(widths) * b),
    }


PROBLEM = Problem(
    id="7.k",
    title="What a step holds",
    points=3,
    minutes=20,
    hints=(
        "A layer from D to E units has D·E weights and E biases.",
        "Each of them takes 16 bytes in a training step, in both precisions: the chapter has a table.",
        "To use the network, the weights as the layers use them, and the input and the output of the block that runs.",
        "Activations and state are both in bytes: divide, and look at what happens when nothing is left over.",
    ),
    instances=instances,
    truth=answers,
    slips=(
        planted(answers, "the biases are parameters too.",
                count=lambda widths: sum(a * b for a, b in pairwise(widths))),
        planted(answers, "each parameter has a gradient as well.", each=lambda number, copy: number + copy + MOMENTS),
        planted(answers, "Adam keeps two moments for each parameter; none is counted.",
                each=lambda number, copy: 2 * number + copy),
        planted(answers, "Adam keeps two moments for each parameter; only one is counted.",
                each=lambda number, copy: 2 * number + copy + MOMENTS // 2),
        planted(answers, "in mixed precision 4 bytes are missing: the copy takes 4, and so does each moment.",
                "state", "more", copy=lambda mixed: 0),
        planted(answers, "in mixed precision an activation has 2 bytes for each unit and example.",
                "activations", "use", "more", number=lambda mixed: 4, copy=lambda mixed: 0),
        planted(answers, "the input is an activation too.", "activations", "more",
                stored=lambda widths: sum(widths[1:])),
        planted(answers, "the output is an activation too.", "activations", "more",
                stored=lambda widths: sum(widths[:-1])),
        planted(answers, "to use a network, an activation can be freed once the next one is there.", "use", kept=sum),
        planted(answers, "while a block runs, its input and its output are both there.", "use", kept=max),
        planted(answers, "which block needs most? The widest activation need not belong to it.", "use",
                kept=lambda widths: sum(sorted(widths)[-2:])),
        planted(answers, "to use a network needs no float32 copy of its parameters.", "use",
                in_use=lambda number, copy: number + copy),
        planted(answers, "to use a network needs parameters and activations, but no gradients and no moments.", "use",
                in_use=lambda number, copy: 2 * number + copy + MOMENTS),
        planted(answers, "the parameters take memory too.", "use", in_use=lambda number, copy: 0),
        planted(answers, "with so many examples they take just as much; asked is from where on they take more.",
                "more", above=lambda state, one: -(-state // one)),
        planted(answers, "this is the last number of examples with which they do not take more.", "more",
                above=lambda state, one: state // one),
    ),
)  # fmt: skip
