"""Problem 3.q: which record still holds?"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong

OPERATIONS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b, "multiply": lambda a, b: a * b, "sin": math.sin, "greater": lambda a, b: float(a > b),
}  # fmt: skip
Lines = Sequence[tuple[str, Sequence[float]]]


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Records of a function with two branches, some overlapping, with inputs on either side and one on the border."""

    def program(bound: float, above: float, factor: float, second: float | None = None, below: float = 0.0) -> Lines:
        lines: list[tuple[str, Sequence[float]]] = [
            ("number", [bound]), ("input", []), ("greater", [1, 0]), ("guard", [2, above]),
            ("number", [factor]), ("multiply", [1, 4]), ("add", [5, 0]),
        ]  # fmt: skip
        if second is not None:
            lines += [("number", [second + bound]), ("greater", [6, 7]), ("guard", [8, below]), ("sin", [6])]
        return lines

    def draw() -> Arguments:
        bound, factor, other = rng.uniform(-1, 1), rng.uniform(1, 2), rng.uniform(-2, -1)
        programs = [
            program(bound, 1.0, factor, bound * factor + 1, 0.0), program(bound, 0.0, other),
            program(bound - 3, 1.0, 0.5 * factor, 2.0, 1.0), program(bound + 4, 0.0, 3 * factor),
        ]  # fmt: skip
        xs = [bound + 0.3, bound - 0.4, bound + 2.5, bound + 8.0, bound, bound + 3.9]
        return {"programs": programs, "xs": [float(x) for x in xs]}

    only = draw()
    return [draw(), draw(), {"programs": only["programs"][1:2], "xs": only["xs"][:3]}]


def values_of(lines: Lines, x: float, guarded: bool, holds: Callable[[float, float], bool], strict: bool) -> Any:
    """The value of the last line, None where a guard does not hold."""
    values: list[float] = []
    for operation, inputs in lines:
        if operation == "input":
            values.append(x)
        elif operation == "number":
            values.append(inputs[0])
        elif operation == "guard":
            if guarded and not holds(values[int(inputs[0])], inputs[1]):
                return None
            values.append(math.nan)
        elif operation == "greater" and not strict:
            values.append(float(values[int(inputs[0])] >= values[int(inputs[1])]))
        else:
            values.append(OPERATIONS[operation](*(values[int(k)] for k in inputs)))
    return values[-1]


def replayed(
    programs: Sequence[Lines], xs: Sequence[float],
    guarded: bool = True, strict: bool = True, last: bool = False, from_one: bool = False, only_first: bool = False,
    holds: Callable[[float, float], bool] = lambda value, expected: value == expected,
) -> Entries:  # fmt: skip
    """For each x the value by the first record that holds, and its place; later keywords plant slips."""
    values, which = [], []
    for x in xs:
        found = [values_of(lines, x, guarded, holds, strict) for lines in programs[: 1 if only_first else None]]
        good = [k for k, value in enumerate(found) if value is not None]
        k = (good[-1] if last else good[0]) if good else -1
        values.append(found[k] if good else 0.0)
        which.append(k + from_one if good else -1)
    return {"values": np.array(values), "which": np.array(which, dtype=float)}


PROBLEM = Problem(
    id="3.q",
    title="Which record still holds?",
    points=3,
    minutes=20,
    hints=(
        "Write one function that replays a single record for one x, and returns None at the first guard that fails.",
        "Keep a list with one value for each line; a guard has a place in it too, or the numbers of the lines are off.",
        "For each x try the records in order, and stop at the first that does not give None.",
    ),
    instances=instances,
    truth=replayed,
    slips=(
        planted(replayed, "the guards are passed over: a record whose guard fails is no longer true.", guarded=False),
        planted(replayed, "the guards are upside down: a record holds where the value *is* what the guard expects.",
                holds=lambda value, expected: value != expected),
        planted(replayed, "several records hold for some x: take the first of them.", last=True),
        planted(replayed, "count the records from 0.", "which", from_one=True),
        planted(replayed, "only the first record was tried: where it does not hold, try the next.", only_first=True),
        planted(replayed, "`greater` is a > b, which is false where both are equal.", strict=False),
        planted(replayed, "a guard that expects 0 is one too: it holds where the comparison came out false.",
                holds=lambda value, expected: value == 1.0),
        wrong("where no record holds, `which` is -1 and the value 0.",
              which=lambda programs, xs: np.maximum(replayed(programs, xs)["which"], 0)),
    ),
)  # fmt: skip
