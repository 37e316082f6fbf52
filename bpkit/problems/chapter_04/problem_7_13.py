"""Problem 7.13: forward order."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong

NAMES = ("df1_dx", "df2_dx", "df3_dx", "df4_dx", "df5_dx", "dy_dx")
WIDTHS = (10, 100, 100, 5)
PASSES = sum((below + 1) * above for below, above in pairwise(WIDTHS))


def values(x: float) -> tuple[float, ...]:
    """f_1 to f_5, equation 7.43."""
    f_1 = math.exp(x)
    f_3 = f_1 + f_1**2
    return f_1, f_1**2, f_3, math.exp(f_3), math.sin(f_3)


def forward(
    x: float,
    line_1: Callable[[Any], Any] = lambda f: f[0],
    line_2: Callable[[Any, Any], Any] = lambda f, d1: 2 * f[0] * d1,
    line_3: Callable[[Any, Any], Any] = lambda d1, d2: d1 + d2,
    line_4: Callable[[Any, Any], Any] = lambda f, d3: f[3] * d3,
    line_5: Callable[[Any, Any], Any] = lambda f, d3: math.cos(f[2]) * d3,
    line_6: Callable[[Any, Any], Any] = lambda d4, d5: d4 + d5,
) -> Entries:
    """The six derivatives of 7.45; every keyword plants a slip in one line, which all later lines inherit."""
    f = values(x)
    d1 = line_1(f)
    d2 = line_2(f, d1)
    d3 = line_3(d1, d2)
    d4, d5 = line_4(f, d3), line_5(f, d3)
    return dict(zip(NAMES, (d1, d2, d3, d4, d5, line_6(d4, d5)), strict=True))


def reverse(x: float) -> tuple[float, ...]:
    """The derivatives of 7.44 that stand before ∂y/∂x: those of y with respect to f_1, …, f_5."""
    f = values(x)
    at_f3 = f[3] + math.cos(f[2])
    return at_f3 * (1 + 2 * f[0]), at_f3, at_f3, 1.0, 1.0


def slip(sentence: str, **changes: Callable[..., Any]) -> Slip:
    return planted(forward, f"{sentence} (Lines that use this one are spoiled with it.)", **changes)


def named(*numbers: Any) -> Entries:
    """Numbers under the names of the first derivatives."""
    return dict(zip(NAMES, numbers, strict=False))


def local(x: float) -> Entries:
    """The derivative of each line with respect to what stands in it."""
    f = values(x)
    return {
        "df2_dx": 2 * f[0], "df3_dx": 1 + 2 * f[0], "df4_dx": f[3], "df5_dx": math.cos(f[2]),
        "dy_dx": f[3] + math.cos(f[2]),
    }  # fmt: skip


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [{"x": float(x)} for x in rng.uniform((-1.0, 0.1), (-0.3, 0.5))]


def answers(x: float) -> Entries:
    return {**forward(x), "reason": "c", "passes": PASSES}


PROBLEM = Problem(
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
    instances=instances,
    truth=answers,
    follows={
        "df2_dx": (("df1_dx",), lambda given, x: 2 * math.exp(x) * given["df1_dx"]),
        "df3_dx": (("df1_dx", "df2_dx"), lambda given, x: given["df1_dx"] + given["df2_dx"]),
        "df4_dx": (("df3_dx",), lambda given, x: values(x)[3] * given["df3_dx"]),
        "df5_dx": (("df3_dx",), lambda given, x: math.cos(values(x)[2]) * given["df3_dx"]),
        "dy_dx": (("df4_dx", "df5_dx"), lambda given, x: given["df4_dx"] + given["df5_dx"]),
    },
    slips=(
        Slip(lambda x: named(*reverse(x)),
             "this is a derivative of y: 7.44, reverse mode. Forward mode asks how each f changes with x."),
        Slip(lambda x: named(*reverse(x)[::-1]),
             "this is a derivative of y, in the order of 7.44. Forward mode asks how each f changes with x."),
        slip("the derivative of exp is missing.", line_1=lambda f: 1.0),
        slip("the factor ∂f_1/∂x is missing: f_2 depends on x through f_1.", line_2=lambda f, d1: 2 * f[0]),
        slip("the derivative of a square, 2·f_1, is missing.", line_2=lambda f, d1: d1),
        slip("the factor 2 of the square's derivative is missing; or is this the value, not the derivative?",
             line_2=lambda f, d1: f[0] * d1),
        slip("the square itself stands where its derivative should.", line_2=lambda f, d1: f[1] * d1),
        slip("a sum: one of its terms, f_1, is not counted.", line_3=lambda d1, d2: d2),
        slip("a sum: one of its terms, f_2, is not counted.", line_3=lambda d1, d2: d1),
        slip("a sum: its derivative is the sum of the two, not their product.", line_3=lambda d1, d2: d1 * d2),
        slip("the factor ∂f_3/∂x is missing.", line_4=lambda f, d3: f[3]),
        slip("the exponential is taken at the wrong place: it is exp[f_3].", line_4=lambda f, d3: math.exp(d3)),
        slip("the factor exp[f_3] is missing.", line_4=lambda f, d3: d3),
        slip("the factor ∂f_3/∂x is missing.", line_5=lambda f, d3: math.cos(f[2])),
        slip("the sine is not differentiated.", line_5=lambda f, d3: f[4] * d3),
        slip("the derivative of the sine is the cosine, with a plus.", line_5=lambda f, d3: -math.cos(f[2]) * d3),
        slip("a sum: its derivative is the sum of the two, not their product.", line_6=lambda d4, d5: d4 * d5),
        Slip(local,
             "the derivative of the line alone; the derivative with respect to x of what stands in it belongs to it "
             "too."),
        Slip(lambda x: {**named(*values(x)), "dy_dx": sum(values(x)[3:])},
             "this is the value, not its derivative with respect to x."),
        wrong("both modes multiply the same factors; they differ by rounding at most.", reason="a"),
        wrong("it is the other way round: reverse mode has to keep the forward pass, forward mode forgets as it goes.",
              reason="b"),
        wrong("f_1 and f_3 are used twice here, and nothing went wrong.", reason="d"),
        wrong("the biases are parameters too.", passes=PASSES - sum(WIDTHS[1:])),
        wrong("these are the biases only (or the units).", passes=sum(WIDTHS[1:])),
        wrong("a layer has many parameters, and each wants a pass.", passes=len(WIDTHS) - 1),
        wrong("that many for the inputs; asked are derivatives for the parameters.", passes=WIDTHS[0]),
        wrong("that is reverse mode.", passes=1),
        wrong("that many units there are; asked is a pass for each parameter.", passes=sum(WIDTHS)),
        wrong("one of the two hidden layers is missing.",
              passes=PASSES - (WIDTHS[1] + 1) * WIDTHS[2]),
        wrong("each unit has a bias of its own, not each layer.",
              passes=PASSES - sum(WIDTHS[1:]) + len(WIDTHS) - 1),
    ),
)  # fmt: skip
