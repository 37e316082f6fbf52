"""Problem 3.p: a record with fewer lines."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.chapter_03.random_graphs import draw_inputs
from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong

Line = tuple[str, tuple[int, ...]]


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """A record on which every slip shows, two random ones with many repeats, and one whose output is a repeat."""
    operations = [
        "input", "input", "exp", "exp", "multiply", "multiply", "multiply", "add", "sin", "input", "sin", "cos", "add",
        "multiply", "add", "add",
    ]  # fmt: skip
    inputs = [[], [], [0], [0], [2, 1], [3, 1], [1, 2], [4, 5], [6], [], [4], [6], [7, 8], [2, 0], [12, 11], [14, 13]]
    drawn = []
    for count in (9, 14):
        of_lines = draw_inputs(rng, count)
        names = ["input" if not x else str(rng.choice(["f", "g"])) + str(len(x)) for x in of_lines]
        repeats = [[*x] for x in of_lines[2:-1]]
        drawn.append(
            {"operations": [*names[:-1], *names[2:-1], "h2"], "inputs": [*of_lines[:-1], *repeats,
             [count - 2, 2 * count - 5]], "output": 2 * count - 4}
        )  # fmt: skip
    return [
        {"operations": operations, "inputs": inputs, "output": 15},
        *drawn,
        {"operations": ["input", "sin", "input", "sin", "cos"], "inputs": [[], [0], [], [0], [1]], "output": 3},
    ]


def remaining(
    operations: Sequence[str], inputs: Sequence[Sequence[int]], output: int,
    line: Callable[[str, tuple[int, ...]], Any] = lambda operation, used: (operation, used),
    own: Callable[[str], bool] = lambda operation: operation == "input",
    share: bool = True, follow: bool = True, prune: bool = True, newest: bool = False,
) -> Entries:  # fmt: skip
    """Share, then prune; every keyword after output plants a slip."""
    count = len(operations)
    same = list(range(count))
    first: dict[Any, int] = {}
    order = reversed(range(count)) if newest else range(count)
    for k in order:
        used = tuple(same[x] if follow else x for x in inputs[k])
        if share and not own(operations[k]):
            same[k] = first.setdefault(line(operations[k], used), k)
    needed = {same[output]}
    for k in reversed(range(count)):
        if k in needed:
            needed |= {same[x] for x in inputs[k]}
    if not prune:
        needed = set(same)
    return {"remaining": np.array([float(k in needed) for k in range(count)])}


PROBLEM = Problem(
    id="3.p",
    title="A record with fewer lines",
    points=3,
    minutes=20,
    hints=(
        "Go down the lines and note for each which line stands for it: itself, or an earlier equal one.",
        "Compare lines with their inputs replaced by what stands for them; a dictionary from (operation, inputs) to "
        "the first such line finds it at once.",
        "Then go upwards from what stands for the output, and mark what stands for the inputs of every marked line.",
    ),
    instances=instances,
    truth=remaining,
    slips=(
        planted(remaining, "repeated lines are still there: leave out those that repeat an earlier one.", share=False),
        planted(remaining, "two lines are equal too if their inputs are: replace inputs by what stands for them, and "
                "then compare.", follow=False),
        planted(remaining, "lines that the output does not need are still there.", prune=False),
        planted(remaining, "of equal lines the first is to stay, not the last.", newest=True),
        planted(remaining, "the order of the inputs counts: an operation of two inputs may treat them differently.",
                line=lambda operation, used: (operation, tuple(sorted(used)))),
        planted(remaining, "lines with the same inputs are equal only if their operation is the same.",
                line=lambda operation, used: used),
        planted(remaining, "two inputs of the function are two values, although their lines look alike.",
                own=lambda operation: False),
        wrong("these are the lines that can go; asked are those that remain.",
              remaining=lambda operations, inputs, output: 1 - remaining(operations, inputs, output)["remaining"]),
        wrong("inputs that the output needs remain too.", remaining=lambda operations, inputs, output: np.array(
            [kept * (name != "input")
             for kept, name in zip(remaining(operations, inputs, output)["remaining"], operations, strict=True)])),
    ),
)  # fmt: skip
