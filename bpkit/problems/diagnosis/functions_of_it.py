"""Names a function of the right numbers that was given in their place: the reciprocal, the square, the logarithm, …"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpkit.problems.diagnosis.evidence import Evidence, for_each_array

FUNCTIONS: tuple[tuple[Callable[[Any], Any], str], ...] = (
    (np.abs, "the signs are lost: this is the absolute value."),
    (lambda z: np.maximum(z, 0.0), "right where it is positive; where it should be negative there is 0."),
    (lambda z: np.minimum(z, 0.0), "right where it is negative; where it should be positive there is 0."),
    (np.sign, "this is its sign, 1 or −1, alone."),
    (lambda z: 1 / z, "upside down: this is 1 divided by it."),
    (lambda z: -1 / z, "upside down, and it has the wrong sign."),
    (np.square, "this is its square."),
    (np.sqrt, "this is its square root."),
    (np.exp, "this is the exponential of it: a logarithm is missing, or there is an exponential too many."),
    (np.log, "this is its logarithm."),
    (np.log10, "this is its logarithm, to the base 10."),
    (lambda z: 1 - z, "this is 1 minus it."),
    (np.round, "rounded to whole numbers: do not round."),
    (np.trunc, "cut off to whole numbers: keep what comes after the point."),
    (np.floor, "rounded down to whole numbers: do not round."),
    (np.ceil, "rounded up to whole numbers: do not round."),
)  # fmt: skip


def function_of_it(evidence: Evidence) -> str:
    """Name the function of the right numbers that was given instead; empty when it is none of these."""
    if not evidence.pairs or not evidence.is_telling:
        return ""
    for function, sentence in FUNCTIONS:
        if evidence.is_everywhere(finite(for_each_array(function))):
            return sentence
    return ""


def finite(change: Callable[[Any], Any]) -> Callable[..., Any]:
    """The change where all of its results are finite numbers, and no claim where one is not."""

    def changed(right: Any, arguments: Any) -> Any:
        found = change(right)
        each = found if isinstance(found, list) else [found]
        return found if all(np.isfinite(one).all() for one in each) else None

    return changed
