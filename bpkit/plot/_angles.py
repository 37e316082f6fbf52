"""The cosine between two inputs by layer: an ensemble of networks, and the theory for wide layers."""

import math
from collections.abc import Sequence

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot.svg import Picture

WIDTH, HEIGHT = 1000, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 84.0, 640.0, 40.0, 190.0
_BAND = "#d9d9d9"


def angles(cosines: Array, theory: Sequence[float] | Array, *, start: str) -> Picture:
    """Draw by layer the cosine of the angle between two inputs, from its value by network and layer and its theory.

    Shown are the median of the networks, the band that holds all but the lowest and the highest twentieth, and the
    theory, dashed. Values that are nan, because nothing is left of an input, are left out; a layer without any ends the
    curve. `start` says in words how the weights were drawn.

    Raises ValueError when `theory` has not one value for each layer.

    >>> angles(np.array([[0.0, 0.3, 0.5]]), [0.0, 0.318, 0.494], start="He")
    The cosine between two inputs by layer, He: the median is 0 before the first layer and 0.5 after 2 layers, where \
nine tenths of the networks lie from 0.5 to 0.5, and the theory for wide layers is 0.494.
    """
    if cosines.ndim != 2 or cosines.shape[1] != len(theory):
        raise ValueError(
            f"cosines has shape {cosines.shape} and theory {len(theory)} values, expected as many columns as values."
        )
    known = [int(k) for k in np.flatnonzero(~np.isnan(cosines).all(axis=0))]
    shown = [np.sort(column[~np.isnan(column)]) for column in cosines[:, known].T]
    low, median, high = ([float(one[math.ceil(share * len(one)) - 1]) for one in shown] for share in (0.05, 0.5, 0.95))
    last = len(theory) - 1
    expected = [(k, float(value)) for k, value in enumerate(theory) if math.isfinite(value)]
    drawn = [svg.text((_LEFT + _RIGHT) / 2, 22, "cosine of the angle between two inputs by layer", size=14)]
    if known:
        around = [*zip(known, low, strict=True), *reversed(list(zip(known, high, strict=True)))]
        drawn.append(f'<path d="M{_points(around, last, "L")}Z" fill="{_BAND}"/>')
    middle = list(zip(known, median, strict=True))
    for points, style in (
        (middle, f'stroke="{svg.INK}" stroke-width="5.5"'),
        (middle, f'stroke="{svg.LIGHT}" stroke-width="3.5"'),
        (expected, f'stroke="{svg.INK}" stroke-width="2.2" stroke-dasharray="7 5"'),
    ):
        drawn.append(f'<polyline points="{_points(points, last, " ")}" fill="none" stroke-linejoin="round" {style}/>')
    sentences = _sentences(known, low, median, high, theory)
    drawn += [svg.text(672, 80 + 22 * i, words, size=14, anchor="start") for i, words in enumerate(sentences)]
    words = f"The cosine between two inputs by layer, {start}: {' '.join(sentences)}"
    return svg.picture(WIDTH, HEIGHT, [*drawn, *_axes(last)], words)


def _points(values: Sequence[tuple[int, float]], last: int, between: str) -> str:
    """Layers and cosines as places on the sheet."""
    return between.join(f"{_x(k, last):.1f},{_BOTTOM - (_BOTTOM - _TOP) * (value + 1) / 2:.1f}" for k, value in values)


def _x(layer: int, last: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * layer / max(last, 1)


def _sentences(
    known: list[int], low: list[float], median: list[float], high: list[float], theory: Sequence[float] | Array
) -> list[str]:
    """What the picture says at its two ends, in five short lines."""
    if not known:
        return ["nothing is left of either input."]
    return [
        f"the median is {svg.number(round(median[0], 3))} before the first layer",
        f"and {svg.number(round(median[-1], 3))} after {svg.counted(known[-1], 'layer')},",
        "where nine tenths of the networks lie",
        f"from {svg.number(round(low[-1], 3))} to {svg.number(round(high[-1], 3))},",
        f"and the theory for wide layers is {svg.number(round(float(theory[known[-1]]), 3))}.",
    ]


def _axes(last: int) -> list[str]:
    drawn = [f'<path d="M{_LEFT:g} {_TOP:g}V{_BOTTOM:g}H{_RIGHT:g}" fill="none" stroke="{svg.INK}"/>']
    for value, y in ((1, _TOP), (0, (_TOP + _BOTTOM) / 2), (-1, _BOTTOM)):
        drawn.append(f'<path d="M{_LEFT - 4:g} {y:g}h4" stroke="{svg.INK}"/>')
        drawn.append(svg.text(_LEFT - 8, y, svg.number(value), size=13, anchor="end"))
    for layer in range(0, last + 1, math.ceil(last / 5)):
        x = _x(layer, last)
        drawn.append(f'<path d="M{x:.1f} {_BOTTOM:g}v4" stroke="{svg.INK}"/>')
        drawn.append(svg.text(x, _BOTTOM + 14, str(layer), size=13))
    return [*drawn, svg.text((_LEFT + _RIGHT) / 2, _BOTTOM + 34, "layer k, from the input", size=14)]
