"""Curves over a common axis, as a described figure: what a training did, by epoch, rate or input."""

from collections.abc import Mapping
from itertools import cycle

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described

_STYLES = ("-", "--", ":", "-.")  # told apart without colour
_FEW = 12  # points that get a mark each


def curves(
    x: Array, lines: Mapping[str, Array], words: str, *, axes: tuple[str, str], log: str = "", digits: int = 3,
    points: tuple[Array, Array] | None = None, joined: bool = False,
    marks: Mapping[str, tuple[float, float]] | None = None,
) -> described:  # fmt: skip
    """Draw each of `lines` over x, with its name in a legend; `axes` are the labels, `log` is "", "x", "y" or "xy".

    `points` are drawn as dots in addition, `joined` in their order by a thin line if they are a path, and `marks` are
    single places with a name in the legend. Curves of at most twelve values get a mark for each.

    Raises ValueError for a line that has not as many values as x, and for another `log`.

    >>> curves(np.arange(3), {"loss": np.array([4.0, 2.0, 1.0])}, "It falls.", axes=("epoch", "loss"))
    It falls.
    axes 1: x (epoch) 0 to 2, y (loss) 1 to 4
      loss: line of 3 points, x 0 to 2, y first 4, least 1, greatest 4, last 1
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    if log not in ("", "x", "y", "xy"):
        raise ValueError(f'log is {log!r}, expected "", "x", "y" or "xy".')
    for name, values in lines.items():
        if np.shape(values) != np.shape(x):
            raise ValueError(f"{name!r} has shape {np.shape(values)}, but x has {np.shape(x)}.")
    figure, sheet = plt.subplots(figsize=(6.5, 3.2))
    if points is not None:
        sheet.plot(*points, "k.-" if joined else "k.", markersize=5, linewidth=0.6, zorder=3)  # over the curves
    for number, (name, values) in enumerate(lines.items()):
        style = _STYLES[number % len(_STYLES)]
        width = 0.7 if len(x) > 500 and number == 0 else 1.8
        sheet.plot(x, values, style, linewidth=width, label=name, marker="o" if len(x) <= _FEW else "")
    for (name, (across, up)), shape in zip((marks or {}).items(), cycle("os*D^v"), strict=False):
        sheet.plot(across, up, shape, markersize=9, label=name, zorder=4)
    sheet.set(xlabel=axes[0], ylabel=axes[1])
    sheet.set_xscale("log" if "x" in log else "linear")
    sheet.set_yscale("log" if "y" in log else "linear")
    if joined:  # above the frame, since inside it would cover a part of the path
        sheet.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    elif len(lines) > 1 or marks:
        sheet.legend()
    return described(figure, words, digits=digits)
