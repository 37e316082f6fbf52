"""Why a gradient and the numerical derivative differ: the worst entry, the likely cause, and kinks and jumps of f."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpkit.numerical.arrays import Array
from bpkit.numerical.differences import Difference

Index = tuple[int, ...]


class GradcheckError(AssertionError):
    """A gradient that does not match the numerical derivative, or that cannot be compared with one.

    Fields, None where they have no meaning: `argument` (0 for the first of x, where each array of a list counts),
    `entry` (an index into that argument), `claimed` (what gradient returned there), `numerical` (the derivative of f
    there), and `cause`, one of "sign", "factor", "transposed", "swapped", "shape", "zero", "one entry", "not finite",
    "float32", "in place", "not deterministic", "kink", "jump", "steep", "edge".
    """

    def __init__(
        self, message: str, cause: str | None, argument: int | None = None, entry: Index | None = None,
        claimed: float | None = None, numerical: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.cause, self.argument, self.entry = cause, argument, entry
        self.claimed, self.numerical = claimed, numerical


class Comparison(NamedTuple):
    """The gradient of one argument as claimed and as measured, and how far apart the two may be in each entry."""

    claimed: Array
    numerical: Array
    tolerance: Array

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Where they differ by more than the tolerance."""
        return np.abs(self.claimed - self.numerical) > self.tolerance

    @property
    def relative_error(self) -> Array:
        """|claimed − numerical| relative to the largest derivative in this argument; 0 where both are 0."""
        claimed, numerical = np.abs(self.claimed), np.abs(self.numerical)
        largest = float(max(np.max(numerical), np.max(claimed))) or 1.0
        both_zero = np.maximum(claimed, numerical) <= self.tolerance
        return np.where(both_zero, 0.0, np.abs(self.claimed - self.numerical) / largest)


def mismatch(compared: list[Comparison], called: list[str]) -> GradcheckError:
    """The error for the worst of the wrong entries."""
    errors = [np.where(c.wrong, c.relative_error, -1.0) for c in compared]
    k = int(np.argmax([e.max() for e in errors]))
    entry = tuple(int(i) for i in np.unravel_index(np.argmax(errors[k]), errors[k].shape))
    cause, sentence = likely_cause(compared, k, called)
    c, n = float(compared[k].claimed[entry]), float(compared[k].numerical[entry])
    digits = next((d for d in range(6, 17) if f"{c:.{d}g}" != f"{n:.{d}g}"), 17)  # at least 6, enough to see it
    message = (
        f"At {place(called[k], entry)} the gradient claims {c:.{digits}g}, "
        f"but the numerical derivative is {n:.{digits}g}.{sentence}"
    )
    return GradcheckError(message, cause, k, entry, c, n)


def likely_cause(compared: list[Comparison], k: int, called: list[str]) -> tuple[str | None, str]:
    """Cause and sentence if the whole pattern of argument k shows one, else None and nothing."""
    (c, n, tolerance), size = compared[k], compared[k].claimed.size

    def fits(c: Array, n: Array) -> bool:
        return c.shape == n.shape and bool(np.all(np.abs(c - n) <= tolerance.max() + 1e-6 * np.max(np.abs(n))))

    if not c.any():
        return "zero", " The gradient is zero everywhere in this argument." if size > 1 else ""
    if fits(-c, n):
        return "sign", " Every entry has the opposite sign." if size > 1 else " The sign is flipped."
    factor = float(np.vdot(n, c) / np.vdot(n, n)) if n.any() else 0.0
    # With a single number there is always some factor, so only 2 and 1/2 mean anything.
    telling = np.count_nonzero(n) > 1 or nearest_whole(factor) in ("twice", "half of")
    if factor and abs(factor - 1) > 1e-4 and telling and fits(c / factor, n):
        return "factor", factor_sentence(factor, size)
    if c.ndim > 1 and fits(c.T, n):
        return "transposed", " It is the transpose of what it should be."
    for j, other in enumerate(compared):
        if j != k and fits(other.claimed, n) and c.shape == other.numerical.shape and fits(c, other.numerical):
            first, second = (called[i] for i in sorted((j, k)))
            return "swapped", f" The gradients of {first} and {second} are swapped."
    if size > 1 and sum(int(each.wrong.sum()) for each in compared) == 1:
        others = sum(each.claimed.size for each in compared) - 1
        return "one entry", f" Only this entry is wrong; {others} other{'s agree' if others > 1 else ' agrees'}."
    return None, ""


def nearest_whole(factor: float) -> str:
    """The factor in words if it is a whole number or one over a whole number, else nothing."""
    if factor == 0:
        return ""
    for value, many, two in ((factor, "{} times", "twice"), (1 / factor, "1/{} of", "half of")):
        if round(value) > 1 and math.isclose(value, round(value), rel_tol=1e-5):
            return two if round(value) == 2 else many.format(round(value))
    return ""


def factor_sentence(factor: float, size: int) -> str:
    """What a constant factor between the gradient and the derivative suggests."""
    words = nearest_whole(factor)
    guess = {"twice": ": is there a factor 2 too many?", "half of": ": is a factor 2 missing?"}.get(words, "")
    if words and not guess:
        guess = ": averaged instead of summed?" if factor < 1 else ": summed instead of averaged?"
    subject = "Every entry" if size > 1 else "It"
    return f" {subject} is {words or f'{factor:.6g} times'} what it should be{guess or '.'}"


def no_derivative(
    best: Difference, kink: Difference | None, arrays: list[Array], k: int, entry: Index, claimed: float, name: str
) -> GradcheckError:
    """The error for a point where f has a kink or a jump, or is not finite next to it."""
    at = f"{place(name, entry)} = {float(arrays[k][entry]):.6g}"
    if kink is None:
        message = f"f is not finite right beside {at}, so no derivative can be measured there: check at another point."
        return GradcheckError(message, "edge", k, entry, claimed)
    within = f"at {at} (or within {kink.h:.0e} of it)"
    elsewhere = f"the gradient claims {claimed:.6g}, but no derivative exists there: check at another point."
    if kink.steepness_ratio >= 1.7:
        return GradcheckError(f"f jumps {within}; {elsewhere}", "jump", k, entry, claimed)
    if kink.steepness_ratio >= 1.3:
        return GradcheckError(f"f is infinitely steep {within}; {elsewhere}", "steep", k, entry, claimed)
    slopes = f"its slope is {tidy(kink.left, kink)} on the left and {tidy(kink.right, kink)} on the right"
    return GradcheckError(f"f has a kink {within}: {slopes}; {elsewhere}", "kink", k, entry, claimed)


def tidy(slope: float, d: Difference) -> str:
    """A one-sided slope to the digits that rounding leaves of it."""
    digits = -math.floor(math.log10(max(10 * d.rounding, 1e-6 * d.steepest)))
    return f"{round(slope, digits) + 0.0:.6g}"


def place(name: str, entry: Index) -> str:
    """One entry of an array in messages, as Python writes it."""
    return f"{name}[{', '.join(map(str, entry))}]" if entry else name
