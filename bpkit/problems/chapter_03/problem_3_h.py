"""Problem 3.h: the same input twice."""

from collections.abc import Sequence

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [dict(zip("gabx", rng.uniform(0.4, 3.0, size=4).tolist(), strict=True)) for _ in range(3)]


PROBLEM = Problem(
    id="3.h",
    title="The same input twice",
    points=2,
    minutes=12,
    hints=(
        "With b constant, aᵇ is a power of a; with a constant, it is exp[b·log a].",
        "The rule knows nothing of x. It treats a and b as different and hands down one contribution to each.",
        "In xˣ both inputs are x, so both contributions arrive at x: take the rule with g = 1, a = b = x, and add.",
    ),
    instances=instances,
    truth=lambda g, a, b, x: {
        "to_a": g * b * a ** (b - 1), "to_b": g * a**b * np.log(a), "slope": x**x * (1 + np.log(x))},
    slips=(
        wrong("what arrived from above, g, is missing.",
              to_a=lambda g, a, b, x: b * a ** (b - 1), to_b=lambda g, a, b, x: a**b * np.log(a)),
        wrong("the exponent goes down by 1 when a power is differentiated by its base.",
              to_a=lambda g, a, b, x: g * b * a**b),
        wrong("the exponent b comes down as a factor; it is missing.", to_a=lambda g, a, b, x: g * a ** (b - 1)),
        wrong("the power rule is for the base; by the exponent, aᵇ is exp[b·log a].",
              to_b=lambda g, a, b, x: g * b * a ** (b - 1)),
        wrong("the factor log a is missing; only for a = e is it 1.", to_b=lambda g, a, b, x: g * a**b),
        wrong("it is the logarithm of the base a.", to_b=lambda g, a, b, x: g * a**b * np.log(b)),
        wrong("this is aᵇ·g, the value and not a slope.", to_a=lambda g, a, b, x: g * a**b),
        wrong("the two contributions are exchanged.",
              to_a=lambda g, a, b, x: g * a**b * np.log(a), to_b=lambda g, a, b, x: g * b * a ** (b - 1)),
        wrong("only the base is counted; the x in the exponent contributes too.", slope=lambda g, a, b, x: x**x),
        wrong("only the exponent is counted; the x in the base contributes too.",
              slope=lambda g, a, b, x: x**x * np.log(x)),
        wrong("the two contributions are added, not multiplied.", slope=lambda g, a, b, x: x ** (2 * x) * np.log(x)),
        wrong("the two contributions are added, not averaged.", slope=lambda g, a, b, x: x**x * (1 + np.log(x)) / 2),
        wrong("here g is 1: asked is the slope of xˣ itself.", slope=lambda g, a, b, x: g * x**x * (1 + np.log(x))),
    ),
)  # fmt: skip
