"""The two maps of `plot.training_run`: the network's classes, and the loss on a plane with the path of the training."""

import html
import math
from collections.abc import Iterator

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot.level_lines import level_lines
from bpkit.plot.loss_plane import LossPlane
from bpkit.plot.map_window import SIDE, TOP, Window, clipped, image, line_path
from bpkit.plot.recorded_training import RecordedTraining, network_at

_LEFT_OF_CLASSES, _LEFT_OF_LOSS = 44.0, 404.0  # edges of the two maps
_CELLS = 45  # along each side of the map of classes
_FIRST, _SECOND = (255, 241, 208), (134, 163, 216)  # the colours of class 0 and class 1; the second is darker
_LOW, _HIGH = (255, 255, 255), (128, 132, 145)  # the colours of a low and of a high loss


def class_window(run: RecordedTraining) -> Window:
    """Return the window of the map of classes: all points, with a margin."""
    low, high = run.x.min(axis=1), run.x.max(axis=1)
    margin = 0.07 * (high - low)
    (a, b), (c, d) = low - margin, high + margin
    return Window(_LEFT_OF_CLASSES, (float(a), float(b)), (float(c), float(d)))


def loss_window(plane: LossPlane) -> Window:
    """Return the window of the map of the loss: the whole plane."""
    low, high = (float(plane.across[0]), float(plane.up[0])), (float(plane.across[-1]), float(plane.up[-1]))
    return Window(_LEFT_OF_LOSS, low, high)


def classes(run: RecordedTraining, t: int) -> list[str]:
    """Draw the probability of class 1 after t steps, and the line where it is ½."""
    window = class_window(run)
    across, up = (np.linspace(window.low[i], window.high[i], _CELLS) for i in (0, 1))
    with np.errstate(all="ignore"):
        f = network_at(run, t)(np.stack(np.meshgrid(across, up)).reshape(2, -1)).reshape(_CELLS, _CELLS)
        p = np.nan_to_num(1 / (1 + np.exp(-f)), nan=0.5)
    shapes = [image(window, p, _FIRST, _SECOND)]
    line = line_path(window, level_lines(across, up, f, 0.0))  # f is less curved than p
    return [*shapes, clipped(window, f'<path d="{line}" stroke="{svg.INK}" stroke-width="2.4" fill="none"/>')]


def points_of_classes(run: RecordedTraining) -> Iterator[str]:
    """Draw the points of both classes, and the title of their map."""
    x, y = class_window(run).place(run.x)
    first = run.y[0] == 0
    circles = "".join(
        f"M{a - 3.4:.1f} {b:.1f}a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0"
        for a, b in zip(x[first], y[first], strict=True)
    )
    squares = "".join(f"M{a - 2.7:.1f} {b - 2.7:.1f}h5.4v5.4h-5.4z" for a, b in zip(x[~first], y[~first], strict=True))
    yield f'<path d="{circles}" fill="{svg.LIGHT}" stroke="{svg.INK}" stroke-width="0.9"/>'
    yield f'<path d="{squares}" fill="{svg.DARK}" stroke="white" stroke-width="0.7"/>'
    yield svg.text(_LEFT_OF_CLASSES + SIDE / 2, TOP - 12, "the network's classes", size=13.5)


def loss_surface(plane: LossPlane) -> Iterator[str]:
    """Draw the loss as shades of gray with level lines, and the title of its map."""
    window = loss_window(plane)
    with np.errstate(all="ignore"):
        logs = np.log10(plane.losses)
    known = logs[np.isfinite(logs)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    shares = np.nan_to_num((logs - low) / max(high - low, 0.3), nan=1.0, posinf=1.0, neginf=0.0)
    yield image(window, shares, _LOW, _HIGH)
    paths = labels = ""
    taken: list[tuple[float, float]] = []
    for level in _levels(low, high):
        pieces = level_lines(plane.across, plane.up, logs, math.log10(level))
        if len(pieces):
            paths += line_path(window, pieces)
            labels += _label(window, pieces, _level_words(level), taken)
    yield clipped(window, f'<path d="{paths}" stroke="{svg.INK}" stroke-width="0.7" fill="none"/>' + labels)
    yield svg.text(_LEFT_OF_LOSS + SIDE / 2, TOP - 12, "the loss, darker is higher, and the path", size=13.5)


def path(plane: LossPlane, t: int) -> list[str]:
    """Draw the whole path, thin, the part up to step t, thick, its start and where it is after t steps."""
    x, y = loss_window(plane).place(plane.path.T)
    points = [f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True)]
    gone, style = " ".join(points[: t + 1]), 'fill="none" stroke-linejoin="round"'
    return [
        f'<polyline points="{" ".join(points)}" {style} stroke="{svg.INK}" stroke-width="0.9" stroke-dasharray="2 2"/>',
        f'<polyline points="{gone}" {style} stroke="{svg.INK}" stroke-width="3.6"/>',
        f'<polyline points="{gone}" {style} stroke="{svg.LIGHT}" stroke-width="2"/>',
        f'<path d="M{x[0] - 4:.1f} {y[0] - 4:.1f}h8v8h-8z" fill="white" stroke="{svg.INK}" stroke-width="1.4"/>',
        f'<circle cx="{x[t]:.1f}" cy="{y[t]:.1f}" r="6" fill="{svg.DARK}" stroke="white" stroke-width="2"/>',
    ]


def _levels(low: float, high: float) -> list[float]:
    """Round numbers between two powers of ten, not too many."""
    found: list[float] = []
    for steps in ((1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        found = [step * 10.0**power for power in range(math.floor(low), math.ceil(high) + 1) for step in steps]
        found = [float(f"{level:.2g}") for level in found if low < math.log10(level) < high]
        if len(found) <= 9:
            break
    return found[:: 1 + len(found) // 10]


def _level_words(level: float) -> str:
    return f"{level:g}" if 1e-3 <= level < 1e5 else svg.number(level)


def _label(window: Window, pieces: Array, words: str, taken: list[tuple[float, float]]) -> str:
    """The level's number on its line, as far up and right as there is room, away from the places that are taken."""
    middles = window.place(pieces.mean(axis=1).T)
    x, y = middles - np.array([[window.left], [TOP]])
    free = (x > 24) & (x < SIDE - 24) & (y > 14) & (y < SIDE - 14)
    for other in taken:
        free &= (np.abs(middles[0] - other[0]) > 46) | (np.abs(middles[1] - other[1]) > 17)
    if not free.any():
        return ""
    best = int(np.where(free, y - x, np.inf).argmin())
    taken.append((float(middles[0, best]), float(middles[1, best])))
    return (
        f'<text x="{middles[0, best]:.1f}" y="{middles[1, best]:.1f}" font-size="11.5" fill="{svg.INK}" '
        'text-anchor="middle" dominant-baseline="central" stroke="white" stroke-width="3" paint-order="stroke" '
        f'stroke-linejoin="round">{html.escape(words)}</text>'
    )
