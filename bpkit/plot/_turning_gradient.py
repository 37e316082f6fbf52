"""A loss's gradient along a direction, at its places and drawn from one point, where its tip sets out along Hv."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described
from bpkit.plot.svg import DARK, GRAY, ORANGE, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_TIMES = np.linspace(0, 1, 5)
_GRID = 81


def turning_gradient(
    loss: Callable[[Array], float], gradient: Callable[[Array], Array], w: Array, v: Array, tangent: Array
) -> described:
    """Draw the gradient at w + tv for five t from 0 to 1: on the loss's level lines, and all from one point.

    `tangent` is Hv (2,), which the second panel shows at the tip of the first gradient. All arrays have two entries.

    Raises ValueError for w, v or a tangent that has not two entries.

    >>> loss, gradient = lambda w: w[0] * w[1], lambda w: np.array([w[1], w[0]])
    >>> print(turning_gradient(loss, gradient, np.array([2.0, 1.0]), np.array([1.0, 0.0]), np.array([0.0, 1.0])).words)
    The gradient from w = (2, 1) to w + v = (3, 1): it turns from (1, 2) to (1, 3). Hv = (0, 1).
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    for name, array in (("w", w), ("v", v), ("tangent", tangent)):
        if np.shape(array) != (2,):
            raise ValueError(f"{name} has shape {np.shape(array)}, expected (2,): the pictures are of a plane.")
    places = w + _TIMES[:, None] * v
    gradients = np.array([gradient(place) for place in places])
    figure, (plane, tips) = plt.subplots(1, 2, figsize=(9, 4.0))
    _on_level_lines(plane, loss, places, gradients)
    _from_one_point(tips, w, v, gradient, gradients, tangent)
    figure.tight_layout()
    first, last, begin, end, product = map(_pair, (places[0], places[-1], gradients[0], gradients[-1], tangent))
    words = f"The gradient from w = {first} to w + v = {last}: it turns from {begin} to {end}. Hv = {product}."
    return described(figure, words)


def _on_level_lines(sheet: "Axes", loss: Callable[[Array], float], places: Array, gradients: Array) -> None:
    """The places, and at each the gradient, all made shorter by the same factor so that they do not hide each other."""
    longest = np.sqrt((gradients**2).sum(axis=1).max())
    scale = longest / np.sqrt(((places[-1] - places[0]) ** 2).sum())  # the longest arrow is as long as the way
    tips = places + gradients / scale
    low, high = np.vstack([places, tips]).min(axis=0) - 0.3, np.vstack([places, tips]).max(axis=0) + 0.3
    across, up = (np.linspace(low[i], high[i], _GRID) for i in (0, 1))
    heights = np.array([[loss(np.array([a, b])) for a in across] for b in up])
    sheet.contour(across, up, heights, levels=12, colors=GRAY, linewidths=0.7)
    sheet.plot(*places.T, "o-", color="black", markersize=4)
    sheet.quiver(*places.T, *gradients.T / scale, angles="xy", scale_units="xy", scale=1, width=0.007, color=DARK)
    sheet.set(title="level lines of L, and gradients", xlabel="w₁", ylabel="w₂", aspect="equal", xlim=(low[0], high[0]))


def _from_one_point(
    sheet: "Axes", w: Array, v: Array, gradient: Callable[[Array], Array], gradients: Array, tangent: Array
) -> None:
    """The gradients as arrows from (0, 0), the curve of their tips, and Hv where that curve begins."""
    smooth = np.array([gradient(w + t * v) for t in np.linspace(0, 1, 51)])
    start = np.zeros(len(gradients))
    sheet.quiver(start, start, *gradients.T, angles="xy", scale_units="xy", scale=1, width=0.005, color=DARK,
                 label="gradient")  # fmt: skip
    sheet.plot(*smooth.T, color="black", linewidth=1.8, label="its tip")
    sheet.quiver(*gradients[0], *tangent, angles="xy", scale_units="xy", scale=1, width=0.009, color=ORANGE, zorder=3,
                 label="Hv")  # fmt: skip
    shown = np.vstack([gradients, gradients[0] + tangent, np.zeros(2)])
    room = 0.12 * (shown.max() - shown.min())
    sheet.set(title="the same gradients, from one point", xlabel="∂L/∂w₁", ylabel="∂L/∂w₂", aspect="equal",
              xlim=(shown[:, 0].min() - room, shown[:, 0].max() + room),
              ylim=(shown[:, 1].min() - room, shown[:, 1].max() + room))  # fmt: skip
    for t, tip in ((0, gradients[0]), (1, gradients[-1])):
        sheet.annotate(f"t = {t}", tip, textcoords="offset points", xytext=(6, -3))
    sheet.legend(loc="upper left")


def _pair(values: Array) -> str:
    return f"({number(values[0])}, {number(values[1])})"
