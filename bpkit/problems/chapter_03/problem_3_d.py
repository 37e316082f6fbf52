"""Problem 3.d: the missing accumulation."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.chapter_03.grad_table import last_of_each, walk_back
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


class Value:
    """A recorded number of a small engine for sums and products; `tape` holds the values in the order of computing."""

    def __init__(self, number: float, tape: list["Value"], inputs: Any = (), slopes: Any = ()) -> None:
        self.number, self.tape, self.inputs, self.slopes = number, tape, inputs, slopes
        tape.append(self)

    def __add__(self, other: "Value") -> "Value":
        return Value(self.number + other.number, self.tape, (self, other), (1.0, 1.0))

    def __mul__(self, other: "Value") -> "Value":
        return Value(self.number * other.number, self.tape, (self, other), (other.number, self.number))


def gradient(program: Any, point: Any, **changes: Any) -> Entries:
    """The gradient of a program of sums and products; the slips are those of 3.c."""
    tape: list[Value] = []
    variables = [Value(number, tape) for number in point]
    output = program(*variables)
    position = {value: k for k, value in enumerate(tape)}
    inputs = [[position[x] for x in value.inputs] for value in tape]
    slopes = [value.slopes for value in tape]
    grad_table = walk_back(inputs, slopes, output=position[output], **changes)["grad_table"]
    return {"gradient": grad_table[: len(point)]}


def too_early(program: Any, point: Any) -> Entries:
    """A recursion that hands the total down at every arrival."""
    tape: list[Value] = []
    variables = [Value(number, tape) for number in point]
    total = dict.fromkeys(tape, 0.0)

    def walk_back(value: Value, g: float) -> None:
        total[value] = total.get(value, 0.0) + g
        arrived = total[value]
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            walk_back(x, arrived * slope)

    walk_back(program(*variables), 1.0)
    return {"gradient": np.array([total[x] for x in variables])}


def used_again(x: Any, y: Any) -> Any:
    a = x + y
    b = a * a
    c = b * x + b
    return c * y + c


def more_than_the_output(x: Any, y: Any, z: Any) -> Any:
    output = (x + y) * z + z
    output * y  # recorded last, and nobody's input
    return output


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Values used several times, or not at all, by programs of one, two and three variables; the last are equal."""
    programs: Sequence[tuple[Callable[..., Any], int]] = (
        (used_again, 2), (lambda x, y: x * x * x, 2), (lambda x, y: x * y + x, 2), (lambda x: x * x + x, 1),
    )  # fmt: skip
    drawn = [{"program": program, "point": rng.uniform(0.5, 2.0, size=n).tolist()} for program, n in programs]
    twice, z = rng.uniform(0.5, 2.0, size=2).tolist()
    return [*drawn, {"program": more_than_the_output, "point": [twice, twice, z]}]


PROBLEM = Problem(
    id="3.d",
    title="The missing accumulation",
    points=2,
    minutes=15,
    hints=(
        "Follow f = xy + x by hand. Which values are written into the entry of x, and which one stays?",
        "A value gets one contribution for each of its uses, and the derivative is their sum.",
        "The bug is one character long.",
    ),
    instances=instances,
    truth=gradient,
    slips=(
        planted(gradient, "each contribution still overwrites the one before.",
                accumulate=lambda before, contribution: contribution),
        planted(gradient, "now the first contribution wins; a value used several times needs them all.",
                accumulate=lambda before, contribution: before if before != 0 else contribution),
        planted(gradient, "the product x·x has two inputs, which are the same value: both contribute.",
                edges=last_of_each),
        planted(gradient, "the tape is run from the inputs up; a value may speak only after all of its consumers.",
                order=lambda nodes: nodes),
        planted(gradient, "the slope is handed down without what arrived at the value.",
                contribution=lambda g, slope: slope),
        planted(gradient, "contributions are added, not multiplied.",
                accumulate=lambda before, contribution: contribution if before == 0 else before * contribution),
        planted(gradient, "the mean of the contributions is not what arrives: they are added.",
                accumulate=lambda before, contribution: contribution if before == 0 else (before + contribution) / 2),
        Slip(too_early, "a value hands its total down before all its consumers have spoken: parts count twice."),
    ),
)  # fmt: skip
