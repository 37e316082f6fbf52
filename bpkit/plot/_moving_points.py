"""A curve whose points move: arrows for the derivatives of some of them, and where the curve has moved to."""

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described
from bpkit.plot.svg import GRAY, ORANGE, PALE, number

_ARROWS = 9


def moving_points(
    points: Array, derivatives: Array, moved: Array, *, step: float, axes: tuple[str, str], names: tuple[str, str]
) -> described:
    """Draw a curve through points (2, n), `step` times the derivatives (2, n) of some, and the curve once moved.

    `moved` (2, n) are the same points when what they depend on has changed by `step`: where the arrows' ends miss
    them, the tangent has missed that a rate changes on the way. `axes` and `names`, of the two curves, are labels.

    Raises ValueError unless all three have one shape (2, n), n at least 2.

    >>> line, up = np.array([[0.0, 1.0, 2.0], [0.0, 0.0, 0.0]]), np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 3.0]])
    >>> print(moving_points(line, up, line + 0.5 * up, step=0.5, axes=("x", "y"), names=("a", "b")).words)
    A curve of 3 points. Arrows, 0.5 times the derivatives: at (1, 0) by (0, 1) and at (2, 0) by (0, 1.5).
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    shapes = [np.shape(one) for one in (points, derivatives, moved)]
    if len(set(shapes)) != 1 or len(shapes[0]) != 2 or shapes[0][0] != 2 or shapes[0][1] < 2:
        found = ", ".join(map(str, shapes))
        raise ValueError(
            f"points, derivatives and moved have the shapes {found}, expected one shape (2, n), n at least 2."
        )
    n = shapes[0][1]
    some = np.unique(np.linspace(0, n - 1, _ARROWS).round().astype(int))
    x, y, across, up = *np.asarray(points)[:, some], *(step * np.asarray(derivatives)[:, some])
    figure, sheet = plt.subplots(figsize=(6.5, 3.4))
    sheet.grid(color=PALE)
    if y.min() <= 0 <= y.max():
        sheet.plot([x.min(), x.max()], [0, 0], color="black", linewidth=0.7)
    sheet.plot(*points, color=GRAY, linewidth=1.8, label=names[0])
    sheet.plot(*moved, "--", color="black", linewidth=1.2, label=names[1])
    sheet.quiver(x, y, across, up, angles="xy", scale_units="xy", scale=1, width=0.005, color=ORANGE, zorder=3,
                 label=f"{step:g} × the derivatives")  # fmt: skip
    sheet.set(xlabel=axes[0], ylabel=axes[1], aspect="equal")
    sheet.legend()
    told = [f"at {_pair(x[i], y[i])} by {_pair(across[i], up[i])}" for i in (len(x) // 2, -1)]
    return described(figure, f"A curve of {n} points. Arrows, {step:g} times the derivatives: {' and '.join(told)}.")


def _pair(across: float, up: float) -> str:
    return f"({number(across)}, {number(up)})"
