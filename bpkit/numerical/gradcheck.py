"""Checks a gradient against numerical derivatives, entry by entry."""

import math
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from bpkit.numerical import gradcheck_inputs as inputs
from bpkit.numerical.arrays import Array
from bpkit.numerical.differences import Difference, complex_step, differentiate, rounding_noise
from bpkit.numerical.gradcheck_arguments import names
from bpkit.numerical.gradcheck_diagnosis import Comparison, GradcheckError, Index, mismatch, no_derivative
from bpkit.numerical.underflow import ignore_underflow

__all__ = ["Gradcheck", "GradcheckError", "gradcheck"]


class Gradcheck(NamedTuple):
    """A passed check; `largest_error` is relative to the largest derivative within the same argument."""

    entries: int
    largest_error: float
    by_complex_step: int
    by_differences: int

    def __repr__(self) -> str:
        agree = "1 entry agrees" if self.entries == 1 else f"{self.entries} entries agree"
        return (
            f"{agree}, largest relative error {self.largest_error:.1e} "
            f"({self.by_complex_step} by complex step, {self.by_differences} by central differences only)."
        )


@ignore_underflow
def gradcheck(f: Callable[..., Any], gradient: Callable[..., Any], *x: float | Array | list[Array]) -> Gradcheck:
    """Compare gradient(*x) with the derivative of f(*x), entry by entry.

    f returns one number. gradient returns the derivative with respect to x: an array of x's shape (a number for a
    number, a list for a list of arrays), or, for several arguments, a tuple or list of them in order. The derivative of
    f is measured by central differences with an error estimate (`bpkit.numerical.differentiate`); where the complex
    step agrees with them within that estimate, it takes their place, and an error of 1e-9 shows.

    Raises GradcheckError where they differ, naming the worst entry, as in omega[2, 0], and, if the whole pattern shows
    it, the cause; and at a kink or jump of f, where no derivative exists. Raises TypeError or ValueError for bad input.

    >>> x = np.array([1.0, 2.0, 3.0])
    >>> check = gradcheck(lambda x: (x**2).sum(), lambda x: 2 * x, x)
    >>> check.entries, check.by_complex_step
    (3, 3)
    >>> gradcheck(lambda x: (x**2).sum(), lambda x: x, x)
    Traceback (most recent call last):
        ...
    bpkit.numerical.gradcheck_diagnosis.GradcheckError: At x[2] the gradient claims 3, but the numerical derivative \
is 6. Every entry is half of what it should be: is a factor 2 missing?
    """
    arrays, called = inputs.checked_arguments(f, gradient, x), names(f, x)
    inputs.check_repeatable(f, arrays, x)
    claimed = inputs.checked_gradients(f, inputs.call_on_copies(gradient, "gradient", arrays, x, called), arrays, x)

    with warnings.catch_warnings(), np.errstate(all="ignore"):  # beside x, f may leave its domain
        warnings.simplefilter("ignore")
        compared, by_complex_step = measured(lambda at: f(*inputs.copies(at, x)), arrays, claimed, called)
    if any(c.wrong.any() for c in compared):
        raise mismatch(compared, called)
    entries = sum(a.size for a in arrays)
    largest_error = max(float(c.relative_error.max()) for c in compared)
    return Gradcheck(entries, largest_error, by_complex_step, entries - by_complex_step)


def measured(
    f: Callable[[list[Any]], Any], arrays: list[Array], claimed: list[Array], called: list[str]
) -> tuple[list[Comparison], int]:
    """The claimed and the numerical derivatives, and how many of the latter the complex step gave."""
    scales = [float(np.max(np.abs(a))) or 1.0 for a in arrays]
    outwards = [np.where(a == 0, scale, a) for a, scale in zip(arrays, scales, strict=True)]
    noise = rounding_noise(lambda t: value_or_nan(f, [a + t * o for a, o in zip(arrays, outwards, strict=True)]))
    compared = [Comparison(c, np.empty_like(c), np.empty_like(c)) for c in claimed]
    by_complex_step = 0
    for k, (_, numerical, tolerance) in enumerate(compared):
        floor = 1e-13 * float(np.max(np.abs(claimed[k]))) + noise / scales[k]  # rounding in the gradient's own sums
        for entry in np.ndindex(numerical.shape):
            at, line = float(arrays[k][entry]), along_entry(f, arrays, k, entry)
            best, kink = differentiate(partial(value_or_nan, line), at, scales[k], noise)
            if kink or best.error == math.inf:
                raise no_derivative(best, kink, arrays, k, entry, float(claimed[k][entry]), called[k])
            exact = complex_step(line, at)
            value, error = reference(best, exact, float(claimed[k][entry]))
            numerical[entry], tolerance[entry] = value, error + 1e-10 * abs(value) + floor
            by_complex_step += error == 0 and value == exact
    return compared, by_complex_step


def reference(best: Difference, exact: float | None, claimed: float) -> tuple[float, float]:
    """The derivative to compare with and its error: the complex step's (error 0) where it can be trusted.

    It must agree with the central difference. Should the claimed gradient agree even better, and rounding not explain
    it, then f may hide a small term that the complex step cannot see, as in loss + 1e-9 * np.linalg.norm(x).
    """
    error = 10 * best.error
    if exact is not None:
        distance = abs(exact - best.value)
        if distance <= error and (distance <= 3 * best.rounding or distance <= abs(claimed - best.value)):
            return exact, 0.0
    return best.value, error


def value_or_nan(f: Callable[[Any], Any], at: Any) -> float:
    """f at a point beside x; NaN where it is not defined, as math.log(-1)."""
    try:
        return inputs.one_number(f(at))
    except (ValueError, ArithmeticError):
        return math.nan


def along_entry(f: Callable[[list[Any]], Any], arrays: list[Array], k: int, entry: Index) -> Callable[[complex], Any]:
    """f as a function of one entry of argument k alone."""

    def line(u: complex) -> Any:
        moved = arrays[k].astype(type(u))
        moved[entry] = u
        return f([*arrays[:k], moved, *arrays[k + 1 :]])

    return line
