"""A square map on the sheet of `plot.training_run`: its frame, and images and lines that end at its edge."""

import math
from typing import NamedTuple

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot.raster import Colour, raster

SIDE, TOP = 300.0, 44.0  # of every map


class Window(NamedTuple):
    """The rectangle of the plane that a map shows, and the left edge of the map on the sheet."""

    left: float
    low: tuple[float, float]
    high: tuple[float, float]

    def place(self, points: Array) -> Array:
        """Return where points (2, I) are on the sheet."""
        low, high = np.array(self.low)[:, None], np.array(self.high)[:, None]
        share = (points - low) / (high - low)
        return np.stack([self.left + SIDE * share[0], TOP + SIDE * (1 - share[1])])


def frame(window: Window, names: tuple[str, str]) -> list[str]:
    """Draw the edge of a map, its ticks and the names of its axes."""
    left, low, high = window
    bottom = TOP + SIDE
    shapes = [f'<rect x="{left:g}" y="{TOP:g}" width="{SIDE:g}" height="{SIDE:g}" fill="none" stroke="{svg.INK}"/>']
    for value in ticks(low[0], high[0]):
        x = left + SIDE * (value - low[0]) / (high[0] - low[0])
        shapes.append(f'<path d="M{x:.1f} {bottom:g}v4" stroke="{svg.INK}"/>')
        shapes.append(svg.text(round(x, 1), bottom + 13, tick_label(value), size=12))
    for value in ticks(low[1], high[1]):
        y = bottom - SIDE * (value - low[1]) / (high[1] - low[1])
        shapes.append(f'<path d="M{left:g} {y:.1f}h-4" stroke="{svg.INK}"/>')
        shapes.append(svg.text(left - 7, round(y, 1), tick_label(value), size=12, anchor="end"))
    shapes.append(svg.text(left + SIDE / 2, bottom + 30, names[0], size=13))
    x, y = left - 34, TOP + SIDE / 2
    shapes.append(f'<g transform="rotate(-90 {x:g} {y:g})">{svg.text(x, y, names[1], size=13)}</g>')
    return shapes


def image(window: Window, shares: Array, low: Colour, high: Colour) -> str:
    """Draw numbers from 0 to 1 as an image whose outer pixels have their centres on the edges of the map."""
    left, cells = window.left, len(shares)
    pixel = SIDE / (cells - 1)
    address = raster(shares[::-1].clip(0, 1), low, high)
    return clipped(window, f'<image x="{left - pixel / 2:.2f}" y="{TOP - pixel / 2:.2f}" width="{cells * pixel:.2f}" '
                           f'height="{cells * pixel:.2f}" preserveAspectRatio="none" href="{address}"/>')  # fmt: skip


def clipped(window: Window, shapes: str) -> str:
    """Cut off what lies outside of the map."""
    left = window.left
    place = f'x="{left:g}" y="{TOP:g}" width="{SIDE:g}" height="{SIDE:g}"'
    return f'<svg {place} viewBox="{left:g} {TOP:g} {SIDE:g} {SIDE:g}" overflow="hidden">{shapes}</svg>'


def line_path(window: Window, pieces: Array) -> str:
    """Return the path of a line that `level_lines` found."""
    x, y = window.place(pieces.reshape(-1, 2).T).reshape(2, -1, 2)
    return "".join(f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" for (a, c), (b, d) in zip(x, y, strict=True))


def ticks(low: float, high: float) -> list[float]:
    """Return round numbers from low to high, about four of them."""
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    apart = next(step * power for step in (1, 2, 5, 10) if step * power >= 0.8 * rough)
    return [apart * k for k in range(math.ceil(low / apart), math.floor(high / apart) + 1)]


def tick_label(value: float) -> str:
    """Write the number at a tick."""
    return f"{value + 0.0:.4g}".replace("-", "−")
