"""Points of two classes in the plane, on maps of the probability that different networks give."""

from collections.abc import Mapping

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described


def class_maps(
    axis: Array, probabilities: Mapping[str, Array], points: Array, y: Array, words: str, *, digits: int = 2
) -> described:
    """Draw a map for each network: shades for the probability of class 1, a line where it is ½, and the points.

    `axis` are the coordinates in both directions, and each matrix of probabilities has its value at (axis[j], axis[i])
    in row i and column j. `points` (2, I) have the classes `y`, 0 or 1.

    Raises ValueError for probabilities that do not fit the axis or are not between 0 and 1.

    >>> axis = np.linspace(0, 1, 3)
    >>> p = np.tile([0.1, 0.5, 0.9], (3, 1))
    >>> print(repr(class_maps(axis, {"a": p}, np.array([[0.2], [0.5]]), np.array([1]), "One point.")).splitlines()[4])
      coloured fields of shape (3, 3), least 0.1, mean 0.5, greatest 0.9
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    for name, p in probabilities.items():
        if p.shape != (len(axis), len(axis)) or not ((p >= 0) & (p <= 1)).all():
            raise ValueError(f"{name!r} is no ({len(axis)}, {len(axis)}) matrix of probabilities.")
    figure, panels = plt.subplots(1, len(probabilities), figsize=(4 * len(probabilities), 3.4), sharey=True,
                                  layout="constrained", squeeze=False)  # fmt: skip
    for panel, (title, p) in zip(panels[0], probabilities.items(), strict=True):
        shades = panel.pcolormesh(axis, axis, p, cmap="Greys", vmin=0, vmax=1, alpha=0.6)
        panel.contour(axis, axis, p, levels=[0.5], colors="k")
        for label, mark, colour in ((1, "o", "C1"), (0, "s", "C0")):
            panel.plot(*points[:, np.ravel(y) == label], mark, color=colour, markersize=4, markeredgecolor="white",
                       markeredgewidth=0.5, label=f"y = {label}")  # fmt: skip
        panel.set(title=title, xlabel="$x_1$", aspect="equal")
    panels[0, 0].set_ylabel("$x_2$")
    panels[0, 0].legend(loc="upper left")
    figure.colorbar(shades, ax=panels, label="probability of class 1; line: ½")
    return described(figure, words, digits=digits)
