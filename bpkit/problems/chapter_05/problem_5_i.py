"""Problem 5.i: underflow and overflow."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong

SMALLEST = {name: float(np.finfo(name).smallest_subnormal) for name in ("float16", "float32", "float64")}
LARGEST = {name: float(np.finfo(name).max) for name in SMALLEST}


def depth(
    D: Any, variance: Any, dtype: Any,
    power: float = 1.0,
    gain: Callable[[Any, Any], float] = lambda D, variance: D * variance / 2,
    smallest: Callable[[str], float] = SMALLEST.__getitem__,
    largest: Callable[[str], float] = LARGEST.__getitem__,
) -> float:  # fmt: skip
    """The depth, not yet rounded up, at which gain^(power·k) leaves the range of the dtype."""
    rate = power * math.log(gain(D, variance))
    return math.log(largest(dtype) if rate > 0 else smallest(dtype)) / rate


def depths(**arguments: Any) -> dict[str, int]:
    """The first layer at which the variance is out of range, and the first at which the values are."""
    return {"of_variance": math.ceil(depth(**arguments)), "of_values": math.ceil(depth(**arguments, power=0.5))}


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Both directions in both types; never so close to a whole number that rounding decides.

    Rounded to the nearest layer both answers are right on the first and wrong on the second.
    """
    found: list[Arguments] = []
    for dtype, up in (("float16", True), ("float16", False), ("float32", True), ("float32", False)):
        one: Arguments = {}
        low, high = ((0.76, 0.98), (0.02, 0.24), (0.02, 0.98), (0.02, 0.98))[len(found)]
        while not one or not low < depth(**one) % 1 < high or abs(depth(**one, power=0.5) % 1 - 0.5) > 0.49:
            D = int(rng.integers(20, 300))
            gain = (
                float(rng.uniform(1.3, 2.5))
                if up
                else float(rng.uniform(0.4, 0.7) if dtype == "float16" else rng.uniform(0.2, 0.7))
            )
            one = {"D": D, "variance": 2 * gain / D, "dtype": dtype}
        found.append(one)
    return found


def rounded(rounding: Callable[[float], int]) -> Callable[..., Entries]:
    return lambda **a: {"of_variance": rounding(depth(**a)), "of_values": rounding(depth(**a, power=0.5))}


PROBLEM = Problem(
    id="5.i",
    title="Where floats end",
    points=3,
    minutes=20,
    hints=(
        "The variance at layer k is (Dσ²/2)^k (7.30). Solve for k with logarithms, and round up to a whole layer.",
        "np.finfo(dtype) knows .max and .smallest_subnormal. Which of the two counts depends on Dσ²/2 > 1.",
        "The values are of the size of the standard deviation, the root of the variance: they last longer.",
    ),
    instances=instances,
    truth=depths,
    slips=(
        wrong("this is the variance; the values have the size of its root.",
              of_values=lambda **a: depths(**a)["of_variance"]),
        wrong("this is the standard deviation; the variance is its square.",
              of_variance=lambda **a: depths(**a)["of_values"]),
        planted(depths, "the ½ of the ReLU is missing.", gain=lambda D, variance: D * variance),
        planted(depths, "`variance` is a variance already; do not square it.",
                gain=lambda D, variance: D * variance**2 / 2),
        planted(depths, "np.finfo(dtype).tiny is the smallest number with all its digits; smaller ones exist.",
                smallest=lambda dtype: float(np.finfo(dtype).tiny)),
        planted(depths, "np.finfo(dtype).eps is the distance from 1 to the next number; much smaller ones exist.",
                smallest=lambda dtype: float(np.finfo(dtype).eps)),
        planted(depths, "these are the limits of float64; look up those of `dtype`.",
                smallest=lambda dtype: SMALLEST["float64"], largest=lambda dtype: LARGEST["float64"]),
        Slip(rounded(round), "rounded to the nearest; asked is the first layer beyond the range."),
        Slip(rounded(math.floor), "this is the last layer within the range; asked is the first beyond it."),
        Slip(rounded(lambda exact: math.ceil(exact) + 1), "one layer too late."),
    ),
)  # fmt: skip
