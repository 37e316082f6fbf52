"""Problem 9.f: two classes by hand."""

import math
from collections.abc import Callable

from bpkit.problems.problem import Entries, Problem
from bpkit.problems.slips import planted, wrong

HITS, ALARMS, EIGHTS = 0.8, 0.1, 0.1  # of the 8s, of the others, and the share of 8s in the source
COUNTED, RARE, IMAGES = 0.24, 0.092, 1000  # share called 8 in two targets, and the images of each


def solved(counted: float) -> float:
    """The share of 8s in a target in which so many are called 8."""
    return (counted - ALARMS) / (HITS - ALARMS)


def adjusted(before: float, after: float) -> float:
    """The probability of an 8 that was ½ in the source, for another share of 8s."""
    odds = after / before / ((1 - after) / (1 - before))
    return odds / (1 + odds)


def answers(
    solve: Callable[[float], float] = solved,
    turned: Callable[[float, float], float] = adjusted,
    slope: float = HITS - ALARMS,
    images: float = IMAGES,
    variance: Callable[[float], float] = lambda counted: counted * (1 - counted),
) -> Entries:
    """Shares of 8s in two targets, the standard error of one, and an adjusted probability; keywords plant slips."""
    return {
        "first": solve(COUNTED),
        "second": solve(RARE),
        "nearest": max(solve(RARE), 0.0),
        "standard_error": math.sqrt(variance(RARE) / images) / slope,
        "adjusted": turned(EIGHTS, solve(COUNTED)),
    }


PROBLEM = Problem(
    id="9.f",
    title="Two classes by hand",
    points=3,
    minutes=20,
    hints=(
        "With p the share of 8s: what is called 8 are hits among the p and false alarms among the 1 − p.",
        "counted = 0.8·p + 0.1·(1 − p). One equation, one unknown; nothing in it keeps p positive.",
        "A counted share has the standard error √(share·(1 − share)/I). By which factor does solving stretch it?",
        "Odds of 1 in the source. They get the factor p_T/p_S of the 8s, divided by that of the others.",
    ),
    truth=answers,
    tolerance=5e-3,  # numbers typed in
    slips=(
        wrong("this is what was counted: it has false alarms in it, and lacks the 8s that were missed.",
              first=COUNTED, second=RARE, nearest=RARE),
        planted(answers, "the false alarms come from the other images: subtract them first.", "first", "second",
                solve=lambda counted: counted / HITS),
        planted(answers, "after the false alarms are subtracted, divide: not every image more is one more called 8.",
                "first", "second", solve=lambda counted: counted - ALARMS),
        planted(answers, "the false alarms are already in the equation once: the divisor is hits minus false alarms.",
                "first", "second", solve=lambda counted: (counted - ALARMS) / HITS),
        planted(answers, "rows and columns are exchanged: this is the share of 8s among those called 8 in validation.",
                "first", "second", "nearest",
                solve=lambda counted: counted * 8 / 17 + (1 - counted) * 2 / 83),
        wrong("this is the nearest distribution already; the solution itself is asked for.", second=0.0),
        wrong("this solution is no share; which share is nearest to it?", nearest=solved(RARE)),
        wrong("the nearest share is not found by leaving the sign out.", nearest=-solved(RARE)),
        planted(answers, "this is the standard error of the counted share; solving stretches it.", "standard_error",
                slope=1.0),
        planted(answers, "solving divides by hits minus false alarms, so the standard error grows.", "standard_error",
                slope=1 / (HITS - ALARMS)),
        planted(answers, "one image's spread: the mean of so many images has a smaller one.", "standard_error",
                images=1.0),
        planted(answers, "the root is missing.", "standard_error",
                variance=lambda counted: (counted * (1 - counted)) ** 2 / IMAGES),
        planted(answers, "only the factor of the 8s is in it; the others' share has changed too.", "adjusted",
                turned=lambda before, after: after / before / (1 + after / before)),
        planted(answers, "the ratio is upside down: there are more 8s now, so an 8 is more probable.", "adjusted",
                turned=lambda before, after: adjusted(after, before)),
        planted(answers, "this is the new share of 8s itself; it was half for this image where 8s were rare.",
                "adjusted", turned=lambda before, after: after),
        planted(answers, "these are the odds; asked is the probability.", "adjusted",
                turned=lambda before, after: after / before / ((1 - after) / (1 - before))),
        wrong("this takes the counted share for the new one.", adjusted=adjusted(EIGHTS, COUNTED)),
    ),
)  # fmt: skip
