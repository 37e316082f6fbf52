"""Rules of elementwise functions: arithmetic, powers, logarithms, angles, maxima, steps.

A line has a function and, for each of its inputs, the derivative as a function of the result y and the inputs. The
conventions at kinks and singular points: |x| has slope 0 at 0, equal arguments of maximum share ½ and ½, hypot has
slope 0 at the origin, √ has an infinite slope at 0, and steps (floor, sign, …) have slope 0 everywhere.
"""

import math
from typing import Any

import numpy as np

from bpkit.graphs.rules.rule import add_rule, composed, constant, elementwise, flat, length, unbroadcast
from bpkit.graphs.tracked import Tracked, apply, plain

LOG_2, LOG_10 = math.log(2), math.log(10)


def one_for_zero(y: Any) -> Any:
    """y, but 1 where it is 0."""
    return apply(ONE_FOR_ZERO, (y,), {})


def nan_for_zero(y: Any) -> Any:
    """y, but NaN where it is 0."""
    return np.where(y == 0, np.nan, y)


def over(x: Any, y: Any) -> Any:
    """x / y, but 0 where the length y is 0, and x with it. The quotient jumps there, so its own derivative is NaN."""
    return apply(OVER, (x, y), {})


def no_length(y: Any) -> Any:
    """0, for a length y that is 0; its first derivative is 0 and its second NaN."""
    return apply(NO_LENGTH, (y,), {})


def divided_by_squares(x: Any, a: Any, b: Any) -> Any:
    """x / (a² + b²), without squares that overflow or underflow where the quotient does not."""
    r = np.hypot(a, b)
    return x / r / r


def larger(a: Any, b: Any) -> Any:
    """The share of max(a, b) that belongs to a: 1 where a is larger, ½ where they are equal."""
    return apply(LARGER, (a, b), {})


def larger_number(a: Any, b: Any) -> Any:
    """The share of fmax(a, b) that belongs to a, where every number counts as larger than NaN."""
    return apply(LARGER_NUMBER, (a, b), {})


@np.errstate(over="ignore")  # an infinite difference has the right sign
def _larger(a: Any, b: Any) -> Any:
    if isinstance(a, Tracked) or isinstance(b, Tracked):  # of an outer recording
        return larger(a, b)
    return np.heaviside(a - b, 0.5)


def _larger_number(a: Any, b: Any) -> Any:
    share = _larger(a, b)
    return np.where(np.isnan(share), np.isnan(b) & ~np.isnan(a), share).astype(np.result_type(share))


OVER = elementwise(
    lambda x, y: over(x, y) if isinstance(x, Tracked) or isinstance(y, Tracked) else x / (y + (y == 0)),
    lambda q, x, y: 1 / nan_for_zero(y),
    lambda q, x, y: -q / one_for_zero(y),
    name="over",
)
NO_LENGTH = elementwise(lambda y: np.minimum(y, 0), lambda z, y: over(y, y), name="no length")
ONE_FOR_ZERO = elementwise(lambda y: y + (y == 0), 1, name="one for zero")
LARGER = flat(_larger, name="share of the larger", inputs=2)
LARGER_NUMBER = flat(_larger_number, name="share of the larger number", inputs=2)

# arithmetic
elementwise(np.add, 1, 1)
elementwise(np.subtract, 1, -1)
elementwise(np.multiply, lambda y, a, b: b, lambda y, a, b: a)
elementwise(np.divide, lambda y, a, b: 1 / b, lambda y, a, b: -y / b)
elementwise(np.remainder, 1, lambda y, a, b: -(a // b))
elementwise(np.fmod, 1, lambda y, a, b: -np.rint((a - y) / b))
elementwise(np.negative, -1)
elementwise(np.positive, 1)
elementwise(np.conjugate, 1)  # of a real number
elementwise(np.reciprocal, lambda y, x: -y * y)

# powers and roots
elementwise(np.square, lambda y, x: 2 * x)
elementwise(np.sqrt, lambda y, x: 0.5 / y)
elementwise(np.cbrt, lambda y, x: 1 / (3 * y * y))
for power in (np.power, np.float_power):
    elementwise(power, lambda y, a, b: b * a ** one_less(a, b), lambda y, a, b: y * log_of_base(a, y))

# exponentials and logarithms
elementwise(np.exp, lambda y, x: y)
elementwise(np.exp2, lambda y, x: y * LOG_2)
elementwise(np.expm1, lambda y, x: y + 1)
elementwise(np.log, lambda y, x: 1 / x)
elementwise(np.log2, lambda y, x: 1 / (x * LOG_2))
elementwise(np.log10, lambda y, x: 1 / (x * LOG_10))
elementwise(np.log1p, lambda y, x: 1 / (1 + x))
# With a − b instead of a − y, which is rounded when y is large.
elementwise(
    np.logaddexp, lambda y, a, b: np.exp(-np.logaddexp(0, b - a)), lambda y, a, b: np.exp(-np.logaddexp(0, a - b))
)
elementwise(
    np.logaddexp2, lambda y, a, b: np.exp2(-np.logaddexp2(0, b - a)), lambda y, a, b: np.exp2(-np.logaddexp2(0, a - b))
)

# angles
elementwise(np.sin, lambda y, x: np.cos(x))
elementwise(np.cos, lambda y, x: -np.sin(x))
elementwise(np.tan, lambda y, x: 1 + y * y)
elementwise(np.arcsin, lambda y, x: 1 / np.sqrt(1 - x * x))
elementwise(np.arccos, lambda y, x: -1 / np.sqrt(1 - x * x))
elementwise(np.arctan, lambda y, x: np.square(1 / np.hypot(1, x)))  # where 1 + x² would overflow, this does not
elementwise(np.arctan2, lambda y, a, b: divided_by_squares(b, a, b), lambda y, a, b: divided_by_squares(0 - a, a, b))
length(
    elementwise(np.hypot, lambda y, a, b: over(a, y), lambda y, a, b: over(b, y)),
    lambda a, b: np.square(a) + np.square(b),
)
for to_degrees in (np.degrees, np.rad2deg):
    elementwise(to_degrees, lambda y, x: 180 / math.pi)
for to_radians in (np.radians, np.deg2rad):
    elementwise(to_radians, lambda y, x: math.pi / 180)

# hyperbolic functions
elementwise(np.sinh, lambda y, x: np.cosh(x))
elementwise(np.cosh, lambda y, x: np.sinh(x))
elementwise(np.tanh, lambda y, x: 1 - y * y)
elementwise(np.arcsinh, lambda y, x: 1 / np.hypot(1, x))
elementwise(np.arccosh, lambda y, x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)))
elementwise(np.arctanh, lambda y, x: 1 / (1 - x * x))

# absolute values, maxima and minima
for magnitude in (np.absolute, np.fabs):
    length(elementwise(magnitude, lambda y, x: np.sign(x)), np.square)
elementwise(np.copysign, lambda y, a, b: np.sign(a) * np.sign(y), 0)
elementwise(np.maximum, lambda y, a, b: larger(a, b), lambda y, a, b: larger(b, a))
elementwise(np.minimum, lambda y, a, b: larger(b, a), lambda y, a, b: larger(a, b))
elementwise(np.fmax, lambda y, a, b: larger_number(a, b), lambda y, a, b: larger_number(b, a))
elementwise(np.fmin, lambda y, a, b: larger_number(0 - a, 0 - b), lambda y, a, b: larger_number(0 - b, 0 - a))

# steps
for step in (np.sign, np.floor, np.ceil, np.trunc, np.rint):
    flat(step)
flat(np.floor_divide, inputs=2)
elementwise(np.heaviside, 0, lambda y, a, b: 1 - np.abs(np.sign(0 + a)))  # at a = 0 the result is b

constant(
    np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal, np.logical_and, np.logical_or,
    np.logical_xor, np.logical_not, np.isfinite, np.isinf, np.isnan, np.signbit, np.spacing, np.nextafter,
)  # fmt: skip

WHERE = add_rule(
    lambda a, b, condition: np.where(condition, a, b),
    [
        lambda g, y, a, b, condition: unbroadcast(np.where(condition, g, 0), a),
        lambda g, y, a, b, condition: unbroadcast(np.where(condition, 0, g), b),
    ],
    lambda tangents, y, a, b, condition: np.broadcast_to(
        np.where(condition, *(0 if tangent is None else tangent for tangent in tangents)), np.shape(y)
    ),
    name="where",
)


@composed(np.where)
def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """Entries of x where the condition holds, of y elsewhere; the entry not taken gets a gradient of exactly 0."""
    if x is None and y is None:
        return np.nonzero(plain(condition))
    if x is None or y is None:
        raise ValueError("np.where got a condition and one of x and y: give both or neither.")
    return apply(WHERE, (x, y), {"condition": plain(condition)})


@composed(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """Entries limited to two bounds; an entry equal to a bound shares the gradient with it half and half."""
    lower, upper = a_min if min is None else min, a_max if max is None else max
    a = a if lower is None else np.maximum(a, lower)
    return a if upper is None else np.minimum(a, upper)


@composed(np.round, np.around)
def round(a: Any, decimals: int = 0) -> Any:
    """Rounding is a step function too."""
    return apply(ROUND, (a,), {"decimals": decimals})


ROUND = flat(np.round, name="round")


def log_of_base(a: Any, y: Any) -> Any:
    """log a, but 0 where a is 0; a constant a is converted to y's type."""
    return np.log(one_for_zero(a if isinstance(a, Tracked) else np.asarray(a, y.dtype)))


def one_less(a: Any, b: Any) -> Any:
    """b − 1, but 1 where a and b are 0, so that 0 times a power of 0 stays 0."""
    if isinstance(b, float | int):
        return b - 1 if b != 0 else 1
    if isinstance(b, Tracked):
        return apply(ONE_LESS, (a, b), {})
    return np.where(b == 0, 1, b - 1)


ONE_LESS = elementwise(lambda a, b: np.where((a == 0) & (b == 0), 1, b - 1), 0, 1, name="one less")
