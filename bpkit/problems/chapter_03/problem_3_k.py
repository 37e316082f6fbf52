"""Problem 3.k: a loop that depends on the data."""

from collections.abc import Callable, Sequence

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Numbers for which the loop makes from one to five turns; none for the next; for the last x² begins below a."""
    several = [{"a": float(a), "tolerance": 0.5} for a in rng.uniform((2.2, 20.0, 100.0), (5.0, 40.0, 200.0))]
    none = {"a": float(rng.uniform(0.9, 1.1)), "tolerance": 0.5}
    return [*several, none, {"a": float(rng.uniform(0.2, 0.5)), "tolerance": 0.05}]


def heron(
    a: float, tolerance: float,
    start: float = 1.0,
    by_x: Callable[[float, float], float] = lambda x, a: (1 - a / x**2) / 2,
    by_a: Callable[[float], float] = lambda x: 1 / (2 * x),
    keep: float = 1.0,
    at_least: int = 0,
) -> Entries:  # fmt: skip
    """The loop and the derivative that goes along with it; every keyword after tolerance plants one slip."""
    x, dx_da, turns = a, start, 0
    while abs(x * x - a) > tolerance or turns < at_least:
        turns += 1
        dx_da = keep * by_x(x, a) * dx_da + by_a(x)
        x = (x + a / x) / 2
    return {"root": x, "slope": dx_da}


PROBLEM = Problem(
    id="3.k",
    title="A loop that depends on the data",
    points=3,
    minutes=20,
    hints=(
        "Store every x of the loop in a list. For the walk back it does not matter what made the loop stop.",
        "One turn, x′ = (x + a/x)/2, has the slope (1 − a/x²)/2 by x and 1/(2x) by a.",
        "Back through the turns: add g/(2x) to the entry of a, then multiply g by (1 − a/x²)/2.",
        "The loop begins with x = a: what is left of g at the end belongs to a, too.",
    ),
    instances=instances,
    truth=heron,
    slips=(
        wrong("this belongs to the exact root; the loop stops before, and its own result and slope are asked.",
              root=lambda a, tolerance: np.sqrt(a), slope=lambda a, tolerance: 0.5 / np.sqrt(a)),
        wrong("1/(2x) would be right at the exact root only; follow the turns of the loop.",
              slope=lambda a, tolerance: 0.5 / heron(a, tolerance)["root"]),
        planted(heron, "the loop begins with x = a, and this first use of a is not counted.", "slope", start=0.0),
        planted(heron, "only the last turn is counted; x comes from the turn before, which depends on a too.",
                "slope", keep=0.0),
        planted(heron, "each turn uses a itself as well, in a/x: these contributions are missing.",
                "slope", by_a=lambda x: 0.0),
        planted(heron, "in a turn's slope either the part of a/x is missing by x, or the ½ is missing by a.",
                "slope", by_x=lambda x, a: 0.5),  # both give x/a in every turn
        planted(heron, "a/x falls when x grows: its slope by x is −a/x².",
                "slope", by_x=lambda x, a: (1 + a / x**2) / 2),
        planted(heron, "the ½ is missing in the slope by x.", "slope", by_x=lambda x, a: 1 - a / x**2),
        planted(heron,
                "the loop looks at x before each turn, the first included; where a is near 1 it makes none.",
                at_least=1),
    ),
)  # fmt: skip
