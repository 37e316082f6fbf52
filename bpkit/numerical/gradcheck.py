"""Checks a gradient against numerical derivatives, and says what is probably wrong when they differ."""

import math
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpkit.numerical.differences import Difference, complex_step, differentiate, rounding_noise

Array = NDArray[np.float64]
Function = Callable[..., Any]
Index = tuple[int, ...]


class GradcheckError(AssertionError):
    """A gradient that does not match the numerical derivative, or that cannot be compared with one.

    Fields, None where they have no meaning: `argument` (0 for the first of x), `entry` (an index into that argument),
    `claimed` (what gradient returned there), `numerical` (the derivative of f there), and `cause`, one of "sign",
    "factor", "transposed", "swapped", "shape", "zero", "one entry", "not finite", "float32", "in place",
    "not deterministic", "kink", "jump", "steep", "edge".
    """

    def __init__(
        self, message: str, cause: str | None, argument: int | None = None, entry: Index | None = None,
        claimed: float | None = None, numerical: float | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.cause, self.argument, self.entry = cause, argument, entry
        self.claimed, self.numerical = claimed, numerical


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


def gradcheck(f: Function, gradient: Function, *x: float | Array) -> Gradcheck:
    """Compares gradient(*x) with the derivative of f(*x), entry by entry.

    f returns one number. gradient returns the derivative with respect to x: an array of x's shape (a number for a
    number), or, for several arguments, a tuple or list of them in order. The derivative of f is measured by central
    differences with an error estimate (`bpkit.numerical.differentiate`); where the complex step agrees with them within
    that estimate, it takes their place, and an error of 1e-9 shows.

    Raises GradcheckError where they differ, naming the worst entry and, if the whole pattern shows it, the cause; and
    at a kink or jump of f, where no derivative exists. Raises TypeError or ValueError for bad input.

    >>> x = np.array([1.0, 2.0, 3.0])
    >>> check = gradcheck(lambda x: (x**2).sum(), lambda x: 2 * x, x)
    >>> check.entries, check.by_complex_step
    (3, 3)
    >>> gradcheck(lambda x: (x**2).sum(), lambda x: x, x)
    Traceback (most recent call last):
        ...
    bpkit.numerical.gradcheck.GradcheckError: At x[2] the gradient claims 3, but the numerical derivative is 6. \
Every entry is half of what it should be: is a factor 2 missing?
    """
    if not callable(f):
        raise TypeError(f"f is {described(f)}, but it must be a function: pass the function, not its result.")
    if not callable(gradient):
        raise TypeError(
            f"gradient is {described(gradient)}, but it must be a function: "
            "pass the function that computes the gradient, not its result."
        )
    if not x:
        raise ValueError("gradcheck got no x: call gradcheck(f, gradient, x) with the point at which to compare.")
    arrays = [checked_argument(value, name(k, len(x))) for k, value in enumerate(x)]
    check_repeatable(f, arrays, x)
    claimed = checked_gradients(call(gradient, "gradient", arrays, x), arrays)

    with warnings.catch_warnings(), np.errstate(all="ignore"):  # beside x, f may leave its domain
        warnings.simplefilter("ignore")
        numerical, tolerance, by_complex_step = measured(f, arrays, x, claimed)
    triples = list(zip(claimed, numerical, tolerance, strict=True))
    errors = [relative_errors(c, n, t) for c, n, t in triples]
    wrong = [np.abs(c - n) > t for c, n, t in triples]
    if any(w.any() for w in wrong):
        raise mismatch(claimed, numerical, tolerance, wrong, errors)
    entries = sum(a.size for a in arrays)
    return Gradcheck(entries, max(float(e.max()) for e in errors), by_complex_step, entries - by_complex_step)


def measured(
    f: Function, arrays: list[Array], x: tuple[Any, ...], claimed: list[Array]
) -> tuple[list[Array], list[Array], int]:
    """The numerical derivatives, their tolerances, and how many of them the complex step gave."""
    scales = [float(np.max(np.abs(a))) or 1.0 for a in arrays]
    noise = rounding_noise(lambda t: beside(f, [nudged(a, t, s) for a, s in zip(arrays, scales, strict=True)], x))
    numerical, tolerance = [np.empty_like(a) for a in arrays], [np.empty_like(a) for a in arrays]
    by_complex_step = 0
    for k, a in enumerate(arrays):
        floor = 1e-13 * float(np.max(np.abs(claimed[k]))) + noise / scales[k]  # rounding in the gradient's own sums
        for entry in np.ndindex(a.shape):
            at = float(a[entry])
            # Both are called before the loop moves on, so k and entry are still these.
            best, kink = differentiate(lambda u: beside(f, replaced(arrays, k, entry, u), x), at, scales[k], noise)  # noqa: B023
            if kink or best.error == math.inf:
                raise no_derivative(best, kink, arrays, k, entry, claimed)
            exact = complex_step(lambda u: f(*handed_out(replaced(arrays, k, entry, u), x)), at)  # noqa: B023
            value, error = reference(best, exact, float(claimed[k][entry]))
            numerical[k][entry], tolerance[k][entry] = value, error + 1e-10 * abs(value) + floor
            by_complex_step += error == 0 and value == exact
    return numerical, tolerance, by_complex_step


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


def relative_errors(claimed: Array, numerical: Array, tolerance: Array) -> Array:
    """|claimed − numerical| relative to the largest derivative in this argument; 0 where both are 0."""
    largest = float(max(np.max(np.abs(numerical)), np.max(np.abs(claimed)))) or 1.0
    both_zero = np.maximum(np.abs(claimed), np.abs(numerical)) <= tolerance
    return np.where(both_zero, 0.0, np.abs(claimed - numerical) / largest)


# Why they differ


def mismatch(
    claimed: list[Array], numerical: list[Array], tolerance: list[Array], wrong: list[NDArray[np.bool_]],
    errors: list[Array],
) -> GradcheckError:  # fmt: skip
    """The error for the worst of the wrong entries."""
    worst = [float(np.max(np.where(w, e, 0.0))) for w, e in zip(wrong, errors, strict=True)]
    k = int(np.argmax(worst))
    entry = tuple(int(i) for i in np.unravel_index(np.argmax(np.where(wrong[k], errors[k], -1.0)), wrong[k].shape))
    cause, sentence = likely_cause(claimed, numerical, tolerance, wrong, k)
    c, n = float(claimed[k][entry]), float(numerical[k][entry])
    digits = next((d for d in range(6, 17) if f"{c:.{d}g}" != f"{n:.{d}g}"), 17)  # at least 6, enough to see it
    message = (
        f"At {place(k, entry, len(claimed))} the gradient claims {c:.{digits}g}, "
        f"but the numerical derivative is {n:.{digits}g}.{sentence}"
    )
    return GradcheckError(message, cause, k, entry, c, n)


def likely_cause(
    claimed: list[Array], numerical: list[Array], tolerance: list[Array], wrong: list[NDArray[np.bool_]], k: int
) -> tuple[str | None, str]:
    """Cause and sentence if the whole pattern of argument k shows one, else None and nothing."""
    c, n, size = claimed[k], numerical[k], claimed[k].size

    def fits(c: Array, n: Array) -> bool:
        return c.shape == n.shape and bool(np.all(np.abs(c - n) <= tolerance[k].max() + 1e-6 * np.max(np.abs(n))))

    if not c.any():
        return "zero", " The gradient is zero everywhere in this argument." if size > 1 else ""
    if fits(-c, n):
        return "sign", " Every entry has the opposite sign." if size > 1 else " The sign is flipped."
    factor = float(np.vdot(n, c) / np.vdot(n, n)) if n.any() else 0.0
    # One number is always some factor times another, so there only a factor 2 or 1/2 means anything.
    told_apart = np.count_nonzero(n) > 1 or nearest_whole(factor) in ("twice", "half of")
    if factor and abs(factor - 1) > 1e-4 and told_apart and fits(c / factor, n):
        return "factor", factor_sentence(factor, size)
    if c.ndim > 1 and fits(c.T, n):
        return "transposed", " It is the transpose of what it should be."
    for j in range(len(claimed)):
        if j != k and fits(claimed[j], n) and c.shape == numerical[j].shape and fits(c, numerical[j]):
            return "swapped", f" The gradients of arguments {min(j, k) + 1} and {max(j, k) + 1} are swapped."
    if size > 1 and sum(int(w.sum()) for w in wrong) == 1:
        others = sum(w.size for w in wrong) - 1
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
    best: Difference, kink: Difference | None, arrays: list[Array], k: int, entry: Index, claimed: list[Array]
) -> GradcheckError:
    """The error for a point where f has a kink or a jump, or is not finite next to it."""
    c, at = float(claimed[k][entry]), f"{place(k, entry, len(arrays))} = {float(arrays[k][entry]):.6g}"
    if kink is None:
        message = f"f is not finite right beside {at}, so no derivative can be measured there: check at another point."
        return GradcheckError(message, "edge", k, entry, c)
    within = f"at {at} (or within {kink.h:.0e} of it)"
    elsewhere = f"the gradient claims {c:.6g}, but no derivative exists there: check at another point."
    if kink.steepness_ratio >= 1.7:
        return GradcheckError(f"f jumps {within}; {elsewhere}", "jump", k, entry, c)
    if kink.steepness_ratio >= 1.3:
        return GradcheckError(f"f is infinitely steep {within}; {elsewhere}", "steep", k, entry, c)
    slopes = f"its slope is {tidy(kink.left, kink)} on the left and {tidy(kink.right, kink)} on the right"
    return GradcheckError(f"f has a kink {within}: {slopes}; {elsewhere}", "kink", k, entry, c)


def tidy(slope: float, d: Difference) -> str:
    """A one-sided slope to the digits that rounding leaves of it."""
    digits = -math.floor(math.log10(max(10 * d.rounding, 1e-6 * d.steepest)))
    return f"{round(slope, digits) + 0.0:.6g}"


# Calling f and gradient


def name(k: int, count: int) -> str:
    """How messages call argument k."""
    return "x" if count == 1 else f"argument {k + 1} of {count}"


def place(k: int, entry: Index, count: int) -> str:
    """How messages call one entry of argument k."""
    index = ", ".join(map(str, entry))
    if count == 1:
        return f"x[{index}]" if entry else "x"
    return name(k, count) + (f", entry [{index}]," if entry else "")


def handed_out(arrays: list[Any], x: tuple[Any, ...]) -> list[Any]:
    """Fresh copies of the arrays, as numbers where the caller gave numbers."""
    return [
        a.copy() if isinstance(value, np.ndarray) else a[()] if isinstance(value, np.floating) else a.item()
        for a, value in zip(arrays, x, strict=True)
    ]


def call(function: Function, role: str, arrays: list[Array], x: tuple[Any, ...]) -> Any:
    """function(*x) on copies, which it must leave as they are."""
    copies = handed_out(arrays, x)
    result = function(*copies)
    for k, (copy, a) in enumerate(zip(copies, arrays, strict=True)):
        if np.shape(copy) != a.shape or not np.array_equal(copy, a):
            message = f"{role} changes {name(k, len(arrays))} in place: compute on a copy, as in x = x + 1, not x += 1."
            raise GradcheckError(message, "in place", k)
    return result


def beside(f: Function, arrays: list[Array], x: tuple[Any, ...]) -> float:
    """f at a point beside x; NaN where it is not defined, as math.log(-1)."""
    try:
        return number(f(*handed_out(arrays, x)))
    except (ValueError, ArithmeticError):
        return math.nan


def replaced(arrays: list[Array], k: int, entry: Index, u: complex) -> list[Any]:
    """The arrays, with u in the place of one entry of argument k."""
    moved = arrays[k].astype(type(u))
    moved[entry] = u
    return [*arrays[:k], moved, *arrays[k + 1 :]]


def nudged(a: Array, t: float, scale: float) -> Array:
    """All entries moved outwards by the relative amount t (zeros by t times the scale)."""
    return a + t * np.where(a == 0, scale, a)


# What comes in


def described(value: object) -> str:
    """A value as messages speak of it."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return "None" if value is None else f"{value!r}"[:40] + f" ({type(value).__name__})"


def checked_argument(value: Any, called: str) -> Array:
    """A float64 copy of an argument, or an error that says what is wrong with it."""
    if not isinstance(value, (np.ndarray, float, int, np.generic)):
        slip = ": write np.array(…)" if isinstance(value, (list, tuple)) else ""
        raise TypeError(f"{called} is {described(value)}, but must be a float or an array of float64{slip}.")
    array = np.array(value, order="K")
    if array.dtype.kind in "iub":
        raise TypeError(f"{called} is of type {array.dtype}, which cannot move by small steps: write 1.0 for 1.")
    if array.dtype != np.float64:
        raise TypeError(f"{called} is of type {array.dtype}, but gradcheck needs float64: convert with .astype(float).")
    if array.size == 0:
        raise ValueError(f"{called} has shape {array.shape}, so it has no entry to compare.")
    if not np.isfinite(array).all():
        raise ValueError(f"{called} holds NaN or infinity, where no derivative can be compared.")
    return array


def number(value: Any) -> float:
    """The one real number that f must return."""
    if value is None:
        raise TypeError("f returns None, but must return one number: is a return missing?")
    array = np.asarray(value)
    if array.dtype.kind not in "fiub" or array.dtype in (np.float32, np.float16):
        slip = ": convert with .astype(float)" if array.dtype.kind == "f" else ""
        raise TypeError(f"f returns a value of type {array.dtype}, but must return one float64{slip}.")
    if array.size != 1:
        raise TypeError(f"f returns an array of shape {array.shape}, but must return one number: sum it?")
    return float(array.reshape(()))


def check_repeatable(f: Function, arrays: list[Array], x: tuple[Any, ...]) -> None:
    """f must return a finite number, and the same one twice."""
    first, second = (number(call(f, "f", arrays, x)) for _ in range(2))
    if not math.isfinite(first):
        raise ValueError(f"f returns {first} at x: check at a point where f is finite.")
    if not math.isclose(first, second, rel_tol=1e-12):
        message = (
            f"f is not deterministic: two calls with the same x return {first:.6g} and {second:.6g}; "
            "if it draws random numbers, start it from a fixed rng in each call."
        )
        raise GradcheckError(message, "not deterministic")


def checked_gradients(result: Any, arrays: list[Array]) -> list[Array]:
    """One finite float64 array of the right shape for each argument."""
    count = len(arrays)
    gradients = list(result) if isinstance(result, (tuple, list)) else [result]
    if len(gradients) != count:
        arguments = "1 argument" if count == 1 else f"{count} arguments"
        slip = "an array for an array" if count == 1 else "a tuple with one for each, in order"
        raise ValueError(f"gradient returns {len(gradients)} of the gradients of {arguments}: return {slip}.")
    claimed = [np.asarray(g) for g in gradients]
    for k, (g, c) in enumerate(zip(gradients, claimed, strict=True)):
        if c.dtype.kind not in "fiub":
            raise TypeError(f"gradient returns {described(g)} for {name(k, count)}, but must return real numbers.")
    for k, c in enumerate(claimed):
        if c.shape != arrays[k].shape:
            raise wrong_shape(claimed, arrays, k)
        if not np.isfinite(c).all():
            entry = tuple(int(i) for i in np.argwhere(~np.isfinite(c))[0])
            value = float(c[entry])
            message = f"At {place(k, entry, count)} the gradient claims {value}, which is not a finite number."
            raise GradcheckError(message, "not finite", k, entry, value)
        if c.dtype in (np.float32, np.float16):
            message = f"The gradient of {name(k, count)} is {c.dtype}, but must be float64: compute in .astype(float)."
            raise GradcheckError(message, "float32", k)
    return [c.astype(float) for c in claimed]


def wrong_shape(claimed: list[Array], arrays: list[Array], k: int) -> GradcheckError:
    """The error for a gradient whose shape is not its argument's."""
    got, expected = claimed[k].shape, arrays[k].shape
    called = "the argument" if len(arrays) == 1 else name(k, len(arrays))
    others = [j for j in range(len(arrays)) if j != k and claimed[j].shape == expected and got == arrays[j].shape]
    summed = [i for i, (g, e) in enumerate(zip(got, expected, strict=False)) if g != e]
    axes = ", ".join(map(str, summed)) if len(summed) == 1 else str(tuple(summed))
    cause, slip = "shape", "."
    if got == expected[::-1]:
        cause, slip = "transposed", ": transpose it."
    elif others:
        cause, slip = "swapped", f": swapped with the gradient of argument {others[0] + 1}?"
    elif len(got) == len(expected) and all(expected[i] == 1 for i in summed):
        batch = " (the batch)" if summed == [1] and len(got) == 2 else ""
        slip = f": sum over axis {axes}{batch}, with keepdims=True."
    elif len(got) == len(expected) and all(got[i] == 1 for i in summed):
        slip = f": it seems summed over axis {axes}, which must stay."
    elif math.prod(got) == math.prod(expected):
        slip = ": keep the shape (keepdims=True, or .reshape)."
    message = f"The gradient has shape {got}, {called} has shape {expected}{slip}"
    return GradcheckError(message, cause, k)
