"""Says in numbers what a Matplotlib figure draws, so that a comparison of texts finds a wrong curve."""

from collections.abc import Iterator
from typing import Any

import matplotlib.axes
import matplotlib.collections
import matplotlib.figure
import matplotlib.quiver
import numpy as np

from bpkit.numerical.arrays import Array


def figure_in_numbers(figure: matplotlib.figure.Figure, digits: int = 3) -> str:
    """Return a line for each part of a figure: its axes, and for each curve its label and its most telling values.

    Values are rounded to `digits` significant digits: as many as are the same on every machine.

    >>> import matplotlib.pyplot as plt
    >>> figure, axes = plt.subplots()
    >>> _ = axes.plot([0, 1, 2, 3], [5, 4, 7, 6], label="loss")
    >>> print(figure_in_numbers(figure))
    axes 1: x 0 to 3, y 4 to 7
      loss: line of 4 points, x 0 to 3, y first 5, least 4, greatest 7, last 6
    >>> plt.close(figure)
    """
    lines: list[str] = []
    for number, axes in enumerate(figure.axes, start=1):
        lines += [f"axes {number}: {_frame(axes, digits)}", *(f"  {line}" for line in _parts(axes, digits))]
    return "\n".join(lines)


def _frame(axes: matplotlib.axes.Axes, digits: int) -> str:
    """The title and, unless all is a picture, the two axes: label, scale and the values that are drawn."""
    titles = [" ".join(axes.get_title().split())] if axes.get_title() else []
    box = axes.dataLim
    for name, axis, ends in (("x", axes.xaxis, (box.x0, box.x1)), ("y", axes.yaxis, (box.y0, box.y1))):
        label = f" ({axis.get_label_text()})" if axis.get_label_text() else ""
        scale = ", logarithmic" if axis.get_scale() == "log" else ""
        if label or not axes.images:
            titles.append(f"{name}{label} {_span(np.array(ends), digits)}{scale}")
    return ", ".join(titles)


def _parts(axes: matplotlib.axes.Axes, digits: int) -> Iterator[str]:
    """A line for each curve, group of points, area, picture and row of bars, in the order in which they were drawn."""
    for line in axes.lines:
        x, y = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
        yield f"{_name(line)}line of {_counted(len(y), 'point')}, {_curve(x, y, digits)}"
    for one in axes.collections:
        yield f"{_name(one)}{_collection(one, digits)}"
    for image in axes.images:
        yield f"{_name(image)}picture of {_entries(image.get_array(), digits)}"
    for bars in axes.containers:
        heights = np.array([patch.get_height() for patch in bars.patches]) if hasattr(bars, "patches") else np.empty(0)
        if heights.size:
            yield f"{_name(bars)}{_counted(len(heights), 'bar')}, {_course(heights, 'height', digits)}"


def _collection(one: matplotlib.collections.Collection, digits: int) -> str:
    """What a collection is: points, arrows, level lines, coloured fields or an area between curves."""
    if isinstance(one, matplotlib.collections.PathCollection):
        x, y = np.asarray(one.get_offsets(), float).T
        colours = len(np.unique(np.reshape(one.get_facecolor(), (-1, 4)), axis=0))
        shown = f" in {colours} colours" if colours > 1 else ""
        return f"{_counted(len(y), 'point')}{shown}, {_curve(x, y, digits)}"
    if isinstance(one, matplotlib.quiver.Quiver):
        x, y, across, up = (np.ravel(np.asarray(values, float)) for values in (one.X, one.Y, one.U, one.V))
        ends = f"{_course(across, 'across', digits)}, {_course(up, 'up', digits)}"
        return f"{_counted(len(up), 'arrow')} at x {_span(x, digits)}, y {_span(y, digits)}, {ends}"
    if isinstance(one, matplotlib.collections.QuadMesh):
        return f"coloured fields of {_entries(one.get_array(), digits)}"
    levels = f"levels {_span(np.asarray(one.levels, float), digits)}, " if hasattr(one, "levels") else ""
    vertices = [np.asarray(path.vertices, float) for path in one.get_paths()]
    x, y = np.concatenate([np.empty((0, 2)), *vertices]).T
    kind = "lines" if levels or isinstance(one, matplotlib.collections.LineCollection) else "area"
    # The number of a level line's points, and so their mean, depends on the last digit of what is drawn.
    mean = "" if levels or not y.size else f", mean {_number(y.mean(), y, digits)}"
    return f"{kind}, {levels}x {_span(x, digits)}, y {_span(y, digits)}{mean}"


def _curve(x: Array, y: Array, digits: int) -> str:
    return f"x {_span(x, digits)}, {_course(y, 'y', digits)}"


def _course(values: Array, name: str, digits: int) -> str:
    """How values run: the first, the least, the greatest and the last of them."""
    if not np.isfinite(values).any():
        return f"{name} not finite"
    told = (values[0], np.nanmin(values), np.nanmax(values), values[-1])
    first, least, greatest, last = (_number(value, values, digits) for value in told)
    return f"{name} first {first}, least {least}, greatest {greatest}, last {last}"


def _entries(array: Any, digits: int) -> str:
    values = np.asarray(array, float)
    told = (values.min(), values.mean(), values.max())
    least, mean, greatest = (_number(value, values, digits) for value in told)
    return f"shape {values.shape}, least {least}, mean {mean}, greatest {greatest}"


def _span(values: Array, digits: int) -> str:
    if not len(values) or not np.isfinite(values).any():
        return "nowhere"
    return f"{_number(np.nanmin(values), values, digits)} to {_number(np.nanmax(values), values, digits)}"


def _number(value: float, among: Array, digits: int) -> str:
    """A value in a few digits, a whole number in all of them; the rounding error of a sum that should be 0 is 0."""
    if float(value).is_integer() and abs(value) < 1e6:
        return str(int(value))
    finite = among[np.isfinite(among)]
    both_signs = finite.min(initial=0.0) < 0 < finite.max(initial=0.0)
    return "0" if both_signs and abs(value) < 1e-13 * np.abs(finite).max() else f"{value:.{digits}g}"


def _name(artist: Any) -> str:
    label = str(artist.get_label())
    return "" if label.startswith("_") or not label else f"{label}: "


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
