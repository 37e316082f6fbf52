"""Derivatives measured from values of f alone: central differences, one-sided slopes, and the complex step."""

import math
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

Line = Callable[[float], float]  # f of one entry of x, with the other entries fixed


class Difference(NamedTuple):
    """What the five values f(x − h), f(x − h/2), f(x), f(x + h/2), f(x + h) say about f′(x)."""

    h: float
    value: float  # Richardson's estimate of f′(x)
    truncation: float  # how far the extrapolation moved it
    rounding: float  # the most that rounding in the values of f can change it
    left: float  # the one-sided slopes, extrapolated to h → 0
    right: float
    bend: float  # |2 gap(h/2) − gap(h)|: the gap between the one-sided slopes, extrapolated to h → 0
    gap_ratio: float  # gap(h/2) / gap(h): 1/2 or less for a smooth f, 1 at a kink
    steepness_ratio: float  # steepest slope at h/2 over steepest at h: 1 where f has slopes, 2 at a jump
    clean: bool  # accurate to 1e-8, and no sign of a kink

    @property
    def error(self) -> float:
        """Estimate of |value − f′(x)|; infinite when f was not finite at one of the points."""
        return self.truncation + self.rounding if math.isfinite(self.value) else math.inf

    @property
    def steepest(self) -> float:
        """The larger absolute value of the two one-sided slopes."""
        return max(abs(self.left), abs(self.right))


def difference(line: Line, x: float, h: float, noise: float = 0.0) -> Difference:
    """Central differences at h and h/2, Richardson's extrapolation from both, and the one-sided slopes.

        D(h)   = (f(x + h) − f(x − h)) / 2h           = f′ + h²f‴/6 + O(h⁴)
        R      = (4 D(h/2) − D(h)) / 3                = f′ + O(h⁴)
        gap(h) = (f(x + h) − 2f(x) + f(x − h)) / h    = h f″ + O(h³), but at a kink the difference of the two slopes

    `noise` is the size of the rounding errors in f. Source: L. F. Richardson, Phil. Trans. R. Soc. A 210 (1911).

    >>> round(difference(math.exp, 1.0, 0.01).value, 8)
    2.71828183
    """
    f, plus, minus, plus_half, minus_half = (line(u) for u in (x, x + h, x - h, x + h / 2, x - h / 2))
    central, central_half = (plus - minus) / (2 * h), (plus_half - minus_half) / h
    value = (4 * central_half - central) / 3
    truncation, rounding = abs(value - central_half), 4 * noise / h

    left, left_half = (f - minus) / h, (f - minus_half) / (h / 2)
    right, right_half = (plus - f) / h, (plus_half - f) / (h / 2)
    gap, gap_half = right - left, right_half - left_half
    bend = abs(2 * gap_half - gap)
    steepest, steepest_half = max(abs(left), abs(right)), max(abs(left_half), abs(right_half))
    return Difference(
        h, value, truncation, rounding, 2 * left_half - left, 2 * right_half - right, bend,
        gap_ratio=abs(gap_half / gap) if gap else math.inf,
        steepness_ratio=steepest_half / steepest if steepest else math.inf,
        clean=truncation + rounding <= 1e-8 * abs(value) and bend <= 1e-3 * abs(gap) + 12 * rounding,
    )  # fmt: skip


def differentiate(line: Line, x: float, scale: float, noise: float) -> tuple[Difference, Difference | None]:
    """f′(x): the best `difference` over several steps h; and, if x is at a kink or jump, the one that shows it.

    The first h is about 1e-4 |x| (`scale` for x = 0), and if that is accurate, no other is tried. Finer ones follow
    until rounding drowns the slope: they step past a kink that is merely near x. A kink still there at the end is at x,
    or too near to tell. Then come coarser ones up to `scale`, for an f with large rounding errors.
    All are powers of two, so that x ± h and x ± h/2 are exact.

    >>> best, kink = differentiate(abs, 0.0, 1.0, 1e-16)
    >>> kink.left, kink.right
    (-1.0, 1.0)
    """
    first = 2.0 ** (math.frexp(x or scale)[1] - 14)
    tried: list[Difference] = []
    for h in (first / 8**k for k in range(8)):
        tried.append(difference(line, x, h, noise))
        if is_settled(tried[-1], scale):
            return tried[-1], None
        if tried[-1].rounding >= 1e-3 * tried[-1].steepest:
            break
    kink = next((d for d in reversed(tried[-2:]) if shows_kink(d)), None)
    if kink is not None and (shows_kink(tried[-1]) or tried[-1].bend > 12 * tried[-1].rounding):
        return kink, kink
    h = 8 * first
    while h < scale and not is_settled(tried[-1], scale):
        tried.append(difference(line, x, h, noise))
        h *= 8

    finest_first = sorted(tried, key=lambda d: d.h)
    best = finest_first[0]
    for d in finest_first:
        # A coarser step may sharpen what a finer one says, but not contradict it: it may have stepped over a kink.
        if d.error < best.error and not abs(d.value - best.value) > 10 * best.error:
            best = d
    return best, None


def is_settled(d: Difference, scale: float) -> bool:
    """Whether no other step can do better: d is clean, or f is constant over a step that is not tiny."""
    return d.clean or (d.value == d.truncation == d.steepest == 0 and d.h >= scale / 2**15)


def shows_kink(d: Difference) -> bool:
    """Whether, beyond rounding, the gap of the one-sided slopes does not shrink with h, or the slopes grow instead."""
    gap_stays = d.gap_ratio >= 0.85 and d.bend > 12 * d.rounding
    return gap_stays or (d.steepness_ratio >= 1.3 and d.steepest > 12 * d.rounding)


def complex_step(line: Callable[[complex], object], x: float) -> float | None:
    """f′(x) = Im f(x + iε) / ε with ε = 1e-200: no subtraction, so no rounding error; None if f fails.

    It holds only for an f made of analytic operations. With abs, a norm, a conjugate or a real part the number is
    *wrong*, without warning: compare it with `differentiate`.
    Source: W. Squire and G. Trapp, SIAM Review 40 (1998).

    >>> complex_step(lambda x: x**3, 2.0)
    12.0
    >>> complex_step(abs, 2.0) is None
    True
    """
    step = 1e-200
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = line(complex(x, step))
    except Exception:  # f was not written for complex numbers, and may fail in any way
        return None
    if not np.iscomplexobj(value) or np.size(value) != 1:  # type: ignore[arg-type]
        return None
    derivative = float(np.imag(np.asarray(value)).reshape(())) / step
    return derivative if math.isfinite(derivative) else None


def rounding_noise(along: Line) -> float:
    """Size of the rounding errors in f, from its values along(t) at 13 equally spaced t of relative size 1e-6, or 1e-9.

        noise = median |Δ⁸f| / √12870

    Eighth differences of a smooth f vanish at such spacings, except for rounding, which they multiply by
    √(Σ binomial(8, j)²) = √12870. All points lie on one side of x, so that a kink at x does no harm.
    Source: R. W. Hamming, Introduction to Applied Numerical Analysis (1971); J. J. Moré and S. M. Wild (2011).

    >>> 1e-9 < rounding_noise(lambda t: 1e8 + math.sin(1 + t)) < 1e-7
    True
    """
    measured = []
    for spacing in (1e-6, 1e-9):
        values = np.array([along(j * spacing) for j in range(13)])
        eighth = float(np.median(np.abs(np.diff(values, n=8)))) / math.sqrt(12870)
        if math.isfinite(eighth) and np.ptp(values) > 0:
            measured.append(eighth)
    least = float(np.finfo(float).eps) * abs(along(0.0))
    return max(least, min(measured, default=0.0))
