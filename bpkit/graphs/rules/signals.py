"""Rules of functions of signals: convolution, correlation, sinc, and windows that slide along an array."""

import math
from functools import partial
from typing import Any

import numpy as np

from bpkit.graphs.rules.rule import as_numpy, composed, multilinear
from bpkit.graphs.rules.shapes import rearranging
from bpkit.graphs.tracked import apply

CONVOLVE = multilinear(  # y[k] = Σ a[i]·v[k − i]: every product of entries, so both contributions are correlations
    lambda a, v: np.convolve(a, v),
    lambda g, a, v: np.correlate(g, v, "valid"),
    lambda g, a, v: np.correlate(g, a, "valid"),
    name="convolve",
)


@composed(np.convolve)
def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    """The modes "same" and "valid" are parts of the full convolution."""
    a, v = np.atleast_1d(a), np.atleast_1d(v)
    whole = apply(CONVOLVE, (a, v), {})
    if mode == "full":
        return whole
    return as_numpy(partial(np.convolve, mode=mode), whole[_part(mode, len(a), len(v))], a, v)


@composed(np.correlate)
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    """A convolution with v reversed. Where v is the longer one, NumPy cuts what it finds from the other end."""
    if len(v) > len(a):
        y = np.flip(np.convolve(v, np.flip(a), mode))
    else:
        y = np.convolve(a, np.flip(v), mode)
    return as_numpy(partial(np.correlate, mode=mode), y, a, v)


def _part(mode: str, n: int, m: int) -> slice:
    """Where the entries of a mode lie among the n + m − 1 of the full convolution."""
    shorter, longer = sorted((n, m))
    if mode not in ("same", "valid"):
        raise ValueError(f"mode is {mode!r}, expected 'full', 'same' or 'valid'.")
    first, size = ((shorter - 1) // 2, longer) if mode == "same" else (shorter - 1, longer - shorter + 1)
    return slice(first, first + size)


@composed(np.sinc)
def sinc(x: Any) -> Any:
    """sin(πx) / (πx); around 0 its power series, from which all derivatives come out right at 0 too."""
    angle = math.pi * x
    near = np.abs(angle) < 1
    square = np.where(near, angle, 0) ** 2
    series: Any = 0.0
    for k in range(10, -1, -1):  # 1 − a²/3! + a⁴/5! − …; what is left out is smaller than 1e-22
        series = series * square + (-1) ** k / math.factorial(2 * k + 1)
    safe = np.where(near, 1, angle)
    return as_numpy(np.sinc, np.where(near, series, np.sin(safe) / safe), x)


composed(np.lib.stride_tricks.sliding_window_view)(rearranging(np.lib.stride_tricks.sliding_window_view))
