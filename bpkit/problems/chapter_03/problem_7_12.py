"""Problem 7.12: reverse mode on figure 7.9."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted

NAMES_7_44 = ("dy_df5", "dy_df4", "dy_df3", "dy_df2", "dy_df1", "dy_dx")  # in the order of 7.44


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [{"x": float(x)} for x in rng.uniform(-1.5, 0.3, size=2)]


def values_7_43(x: float) -> tuple[float, float, float, float, float]:
    """f_1 to f_5 of 7.43."""
    f1 = np.exp(x)
    f3 = f1 + f1**2
    return f1, f1**2, f3, np.exp(f3), np.sin(f3)


def reverse_7_44(
    x: float,
    to_f3: Callable[[Any, Any], Any] = lambda at_f4, at_f5: at_f4 + at_f5,
    slope_of_sin: Callable[[Any], Any] = np.cos,
    slope_of_square: Callable[[Any], Any] = lambda f1: 2 * f1,
    to_f1: Callable[[Any, Any], Any] = lambda direct, through_f2: direct + through_f2,
    slope_of_exp: Callable[[float, Any], Any] = lambda x, f1: f1,
) -> dict[str, Any]:
    """The derivatives 7.44; every keyword other than `x` plants one slip, which all later lines inherit."""
    f1, _, f3, f4, _ = values_7_43(x)
    dy_df3 = to_f3(f4, slope_of_sin(f3))
    dy_df2 = dy_df3
    dy_df1 = to_f1(dy_df3, dy_df2 * slope_of_square(f1))
    return dict(zip(NAMES_7_44, (1.0, 1.0, dy_df3, dy_df2, dy_df1, dy_df1 * slope_of_exp(x, f1)), strict=True))


def forward_7_45(x: float) -> tuple[Any, ...]:
    """The derivatives of f_1 to f_5 by x, which problem 7.13 asks for."""
    f1, _, f3, f4, _ = values_7_43(x)
    df3_dx = f1 + 2 * f1 * f1
    return f1, 2 * f1 * f1, df3_dx, f4 * df3_dx, np.cos(f3) * df3_dx


def forward_by_name(x: float) -> Entries:
    return dict(zip(("dy_df1", "dy_df2", "dy_df3", "dy_df4", "dy_df5"), forward_7_45(x), strict=True))


def forward_in_order(x: float) -> Entries:
    return dict(zip(NAMES_7_44, forward_7_45(x), strict=False))


def slopes_by_f3(x: float) -> Entries:
    _, _, f3, f4, _ = values_7_43(x)
    return {"dy_df5": np.cos(f3), "dy_df4": f4}


def values_by_name(x: float) -> Entries:
    return dict(zip(("dy_dx", "dy_df1", "dy_df2", "dy_df3", "dy_df4", "dy_df5"), (x, *values_7_43(x)), strict=True))


def from_f4_and_f5(given: Entries, x: float) -> Any:
    _, _, f3, f4, _ = values_7_43(x)
    return f4 * given["dy_df4"] + np.cos(f3) * given["dy_df5"]


PROBLEM = Problem(
    id="7.12",
    title="Reverse mode on figure 7.9",
    points=3,
    minutes=20,
    hints=(
        "y is a sum, so two of the six are 1. The others follow from those before them in 7.44, one line each.",
        "For each value ask first who uses it: f_3 is used by f_4 and f_5, f_2 by f_3 alone.",
        "∂y/∂f_3 = ∂f_4/∂f_3 · ∂y/∂f_4 + ∂f_5/∂f_3 · ∂y/∂f_5, with ∂f_4/∂f_3 = exp[f_3] and ∂f_5/∂f_3 = cos[f_3].",
        "f_1 is used by f_3 and by f_2 = f_1². At the end ∂f_1/∂x = exp[x] = f_1.",
    ),
    instances=instances,
    truth=reverse_7_44,
    follows={
        "dy_df3": (("dy_df5", "dy_df4"), from_f4_and_f5),
        "dy_df2": (("dy_df3",), lambda given, x: given["dy_df3"]),
        "dy_df1": (("dy_df3", "dy_df2"), lambda given, x: given["dy_df3"] + 2 * np.exp(x) * given["dy_df2"]),
        "dy_dx": (("dy_df1",), lambda given, x: np.exp(x) * given["dy_df1"]),
    },
    slips=(
        planted(reverse_7_44, "only f_4 is counted: f_3 is used by f_5 too, and the two contributions are added.",
                to_f3=lambda at_f4, at_f5: at_f4),
        planted(reverse_7_44, "only f_5 is counted: f_3 is used by f_4 too, and the two contributions are added.",
                to_f3=lambda at_f4, at_f5: at_f5),
        planted(reverse_7_44, "the slope of f_4 by f_3 is missing: exp[f_3].", to_f3=lambda at_f4, at_f5: 1 + at_f5),
        planted(reverse_7_44, "the slope of f_5 by f_3 is missing: cos[f_3].", to_f3=lambda at_f4, at_f5: at_f4 + 1),
        planted(reverse_7_44, "the contributions of f_4 and f_5 are added, not multiplied.",
                to_f3=lambda at_f4, at_f5: at_f4 * at_f5),
        planted(reverse_7_44, "the contributions of f_4 and f_5 are added, not averaged.",
                to_f3=lambda at_f4, at_f5: (at_f4 + at_f5) / 2),
        planted(reverse_7_44, "the derivative of sin is cos, without a minus sign.",
                slope_of_sin=lambda f3: -np.cos(f3)),
        planted(reverse_7_44, "the value sin[f_3] stands where its slope cos[f_3] should.", slope_of_sin=np.sin),
        planted(reverse_7_44, "f_1 is also used by f_2: its contribution is missing.",
                to_f1=lambda direct, through_f2: direct),
        planted(reverse_7_44, "f_1 is also used by f_3 directly: that contribution is missing.",
                to_f1=lambda direct, through_f2: through_f2),
        planted(reverse_7_44, "the contributions of the two uses of f_1 are added, not multiplied.",
                to_f1=lambda direct, through_f2: direct * through_f2),
        planted(reverse_7_44, "the slope of f_2 = f_1² is missing in what comes back through f_2.",
                slope_of_square=lambda f1: 1.0),
        planted(reverse_7_44, "f_2 = f_1² has the slope 2·f_1, and the 2 is missing.", slope_of_square=lambda f1: f1),
        planted(reverse_7_44, "f_2 = f_1² has the slope 2·f_1, and f_1 is missing.", slope_of_square=lambda f1: 2.0),
        planted(reverse_7_44, "f_2 = f_1² has the slope 2·f_1; here its value f_1² stands in place of f_1.",
                slope_of_square=lambda f1: 2 * f1**2),
        planted(reverse_7_44, "the last factor ∂f_1/∂x is missing: exp is its own slope.",
                slope_of_exp=lambda x, f1: 1.0),
        planted(reverse_7_44, "the last factor is ∂f_1/∂x = exp[x], not x.", slope_of_exp=lambda x, f1: x),
        planted(reverse_7_44, "the last factor is ∂f_1/∂x, taken at x: exp[x], not exp[f_1].",
                slope_of_exp=lambda x, f1: np.exp(f1)),
        planted(reverse_7_44, "the last factor is ∂f_1/∂x = exp[x]: the rule for powers, x·exp[x − 1], is another one.",
                slope_of_exp=lambda x, f1: x * np.exp(x - 1)),
        Slip(forward_by_name,
             "this is the derivative of the box by x (7.45, problem 7.13); asked is that of y by the box."),
        Slip(forward_in_order, "these are the derivatives of the boxes by x (7.45, problem 7.13), from f_1 upwards."),
        Slip(slopes_by_f3, "this is the slope of the box by f_3; asked is that of y by the box, and y = f_4 + f_5."),
        Slip(values_by_name, "this is the value of the box itself, not the derivative of y by it."),
        Slip(lambda x: dict(zip(reversed(NAMES_7_44), reverse_7_44(x).values(), strict=True)),
             "the order is that of 7.44: from f_5 down to x."),
    ),
)  # fmt: skip
