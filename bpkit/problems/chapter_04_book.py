"""The book's problem of chapter 04: forward mode on the graph of figure 7.9, and why networks do not use it."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator


# ---- 7.13: forward order ---------------------------------------------------------------------------------------------

NAMES_7_13 = ("df1_dx", "df2_dx", "df3_dx", "df4_dx", "df5_dx", "dy_dx")
WIDTHS_7_13 = (10, 100, 100, 5)
PASSES_7_13 = sum((below + 1) * above for below, above in pairwise(WIDTHS_7_13))


def values_7_13(x: float) -> tuple[float, ...]:
    """f_1 to f_5, equation 7.43."""
    f_1 = math.exp(x)
    f_3 = f_1 + f_1**2
    return f_1, f_1**2, f_3, math.exp(f_3), math.sin(f_3)


def forward_7_13(
    x: float,
    line_1: Callable[[Any], Any] = lambda f: f[0],
    line_2: Callable[[Any, Any], Any] = lambda f, d1: 2 * f[0] * d1,
    line_3: Callable[[Any, Any], Any] = lambda d1, d2: d1 + d2,
    line_4: Callable[[Any, Any], Any] = lambda f, d3: f[3] * d3,
    line_5: Callable[[Any, Any], Any] = lambda f, d3: math.cos(f[2]) * d3,
    line_6: Callable[[Any, Any], Any] = lambda d4, d5: d4 + d5,
) -> Entries:
    """The six derivatives of 7.45; every keyword plants a slip in one line, which all later lines inherit."""
    f = values_7_13(x)
    d1 = line_1(f)
    d2 = line_2(f, d1)
    d3 = line_3(d1, d2)
    d4, d5 = line_4(f, d3), line_5(f, d3)
    return dict(zip(NAMES_7_13, (d1, d2, d3, d4, d5, line_6(d4, d5)), strict=True))


def reverse_7_13(x: float) -> tuple[float, ...]:
    """The derivatives of 7.44 that stand before ∂y/∂x: those of y with respect to f_1, …, f_5."""
    f = values_7_13(x)
    at_f3 = f[3] + math.cos(f[2])
    return at_f3 * (1 + 2 * f[0]), at_f3, at_f3, 1.0, 1.0


def slip_7_13(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda x: forward_7_13(x, **planted), f"{sentence} (Lines that use this one are spoiled with it.)")


def named_7_13(*numbers: Any) -> Entries:
    """Numbers under the names of the first derivatives."""
    return dict(zip(NAMES_7_13, numbers, strict=False))


def local_7_13(x: float) -> Entries:
    """The derivative of each line with respect to what stands in it."""
    f = values_7_13(x)
    return {
        "df2_dx": 2 * f[0], "df3_dx": 1 + 2 * f[0], "df4_dx": f[3], "df5_dx": math.cos(f[2]),
        "dy_dx": f[3] + math.cos(f[2]),
    }  # fmt: skip


def instances_7_13(rng: Generator) -> Sequence[Arguments]:
    return [{"x": float(x)} for x in rng.uniform((-1.0, 0.1), (-0.3, 0.5))]


def answers_7_13(x: float) -> Entries:
    return {**forward_7_13(x), "reason": "c", "passes": PASSES_7_13}


PROBLEM_7_13 = Problem(
    id="7.13",
    title="Forward mode by hand",
    points=3,
    minutes=20,
    hints=(
        "Compute f_1 to f_5 first. Then go through 7.43 from top to bottom and differentiate each line with respect to "
        "x.",
        "Every line has the pattern (derivative of the line) × (derivative with respect to x of what stands in it).",
        "f_3 and y are sums: the derivatives of both terms are added. For the rest, look at the measured table.",
    ),
    instances=instances_7_13,
    truth=answers_7_13,
    slips=(
        Slip(lambda x: named_7_13(*reverse_7_13(x)),
             "this is a derivative of y: 7.44, reverse mode. Forward mode asks how each f changes with x."),
        Slip(lambda x: named_7_13(*reverse_7_13(x)[::-1]),
             "this is a derivative of y, in the order of 7.44. Forward mode asks how each f changes with x."),
        slip_7_13("the derivative of exp is missing.", line_1=lambda f: 1.0),
        slip_7_13("the factor ∂f_1/∂x is missing: f_2 depends on x through f_1.", line_2=lambda f, d1: 2 * f[0]),
        slip_7_13("the derivative of a square, 2·f_1, is missing.", line_2=lambda f, d1: d1),
        slip_7_13("the factor 2 of the square's derivative is missing; or is this the value, not the derivative?",
                  line_2=lambda f, d1: f[0] * d1),
        slip_7_13("the square itself stands where its derivative should.", line_2=lambda f, d1: f[1] * d1),
        slip_7_13("a sum: one of its terms, f_1, is not counted.", line_3=lambda d1, d2: d2),
        slip_7_13("a sum: one of its terms, f_2, is not counted.", line_3=lambda d1, d2: d1),
        slip_7_13("a sum: its derivative is the sum of the two, not their product.", line_3=lambda d1, d2: d1 * d2),
        slip_7_13("the factor ∂f_3/∂x is missing.", line_4=lambda f, d3: f[3]),
        slip_7_13("the exponential is taken at the wrong place: it is exp[f_3].", line_4=lambda f, d3: math.exp(d3)),
        slip_7_13("the factor exp[f_3] is missing.", line_4=lambda f, d3: d3),
        slip_7_13("the factor ∂f_3/∂x is missing.", line_5=lambda f, d3: math.cos(f[2])),
        slip_7_13("the sine is not differentiated.", line_5=lambda f, d3: f[4] * d3),
        slip_7_13("the derivative of the sine is the cosine, with a plus.", line_5=lambda f, d3: -math.cos(f[2]) * d3),
        slip_7_13("a sum: its derivative is the sum of the two, not their product.", line_6=lambda d4, d5: d4 * d5),
        Slip(local_7_13, "the derivative of the line alone; the derivative with respect to x of what stands in it "
             "belongs to it too."),
        Slip(lambda x: {**named_7_13(*values_7_13(x)), "dy_dx": sum(values_7_13(x)[3:])},
             "this is the value, not its derivative with respect to x."),
        Slip(lambda x: {"reason": "a"}, "both modes multiply the same factors; they differ by rounding at most."),
        Slip(lambda x: {"reason": "b"},
             "it is the other way round: reverse mode has to keep the forward pass, forward mode forgets as it goes."),
        Slip(lambda x: {"reason": "d"}, "f_1 and f_3 are used twice here, and nothing went wrong."),
        Slip(lambda x: {"passes": PASSES_7_13 - sum(WIDTHS_7_13[1:])}, "the biases are parameters too."),
        Slip(lambda x: {"passes": sum(WIDTHS_7_13[1:])}, "these are the biases only (or the units)."),
        Slip(lambda x: {"passes": len(WIDTHS_7_13) - 1}, "a layer has many parameters, and each wants a pass."),
        Slip(lambda x: {"passes": WIDTHS_7_13[0]},
             "that many for the inputs; asked are derivatives for the parameters."),
        Slip(lambda x: {"passes": 1}, "that is reverse mode."),
    ),
)  # fmt: skip


PROBLEMS = (PROBLEM_7_13,)
