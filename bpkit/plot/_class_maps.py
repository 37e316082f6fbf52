"""Points of two classes in the plane, on maps of what different networks give there."""

from collections.abc import Mapping

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described


def class_maps(
    axis: Array, outputs: Mapping[str, Array], points: Array, y: Array, words: str, *,
    classes: tuple[int, int] = (0, 1), label: str = "y",
    shown: str = "probability of class 1", axes: tuple[str, str] = ("$x_1$", "$x_2$"), digits: int = 2,
) -> described:  # fmt: skip
    """Draw a map for each network: shades for its output, a line halfway between the classes, and the points.

    `axis` are the coordinates in both directions, and each matrix of outputs has its value at (axis[j], axis[i]) in row
    i and column j. `points` (2, I) have the classes `y`, which are the two numbers of `classes`. `shown` says what the
    outputs are, `axes` names the coordinates, and `label` what the points have.

    Raises ValueError for outputs that do not fit the axis or are not between the classes.

    >>> axis = np.linspace(0, 1, 3)
    >>> p = np.tile([0.1, 0.5, 0.9], (3, 1))
    >>> print(repr(class_maps(axis, {"a": p}, np.array([[0.2], [0.5]]), np.array([1]), "One point.")).splitlines()[4])
      coloured fields of shape (3, 3), least 0.1, mean 0.5, greatest 0.9
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    low, high = classes
    size = 4 if points.shape[1] > 20 else 8
    middle = (low + high) / 2
    for name, p in outputs.items():
        if p.shape != (len(axis), len(axis)) or not ((p >= low) & (p <= high)).all():
            raise ValueError(f"{name!r} is no ({len(axis)}, {len(axis)}) matrix of values from {low} to {high}.")
    figure, panels = plt.subplots(1, len(outputs), figsize=(4 * len(outputs), 3.4), sharey=True,
                                  layout="constrained", squeeze=False)  # fmt: skip
    for panel, (title, p) in zip(panels[0], outputs.items(), strict=True):
        shades = panel.pcolormesh(axis, axis, p, cmap="Greys", vmin=low, vmax=high, alpha=0.6)
        panel.contour(axis, axis, p, levels=[middle], colors="k")
        for one, mark, colour in ((high, "o", "C1"), (low, "s", "C0")):
            panel.plot(*points[:, np.ravel(y) == one], mark, color=colour, markersize=size, markeredgecolor="white",
                       markeredgewidth=0.5, label=f"{label} = {one}".replace("-", "−"))  # fmt: skip
        panel.set(title=title, xlabel=axes[0], aspect="equal")
    panels[0, 0].set_ylabel(axes[1])
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2)
    figure.colorbar(shades, ax=panels, label=f"{shown}; line: {'½' if middle == 0.5 else f'{middle:g}'}")
    return described(figure, words, digits=digits)
