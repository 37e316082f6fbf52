"""Accuracy by the number of labels, for several ways to use them: means over trials with their spread."""

from collections.abc import Mapping, Sequence

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described

_MARKS = ("o-", "s--", "^-.")  # told apart without colour


def learning_curves(
    counts: Sequence[int], panels: Mapping[str, Mapping[str, Array]], words: str, *, level: tuple[str, float]
) -> described:
    """Draw a panel for each title with a curve for each of its ways, whose results are (trials, counts).

    A bar at each point reaches one standard deviation up and down. `level` is the name and height of a dotted line:
    what can be had without any label.

    Raises ValueError for results with another number of columns than `counts`.

    >>> panels = {"slow": {"all layers": np.array([[0.5, 0.75], [0.7, 0.85]])}}
    >>> print(learning_curves((10, 50), panels, "It rises.", level=("none", 0.4)).numbers.splitlines()[1])
      all layers: line of 2 points, x 10 to 50, y first 0.6, least 0.6, greatest 0.8, last 0.8
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    figure, sheets = plt.subplots(1, len(panels), figsize=(4 * len(panels), 3.2), sharey=True, squeeze=False,
                                  layout="constrained")  # fmt: skip
    for sheet, (title, ways) in zip(sheets[0], panels.items(), strict=True):
        for number, (name, results) in enumerate(ways.items()):
            if np.ndim(results) != 2 or np.shape(results)[1] != len(counts):
                raise ValueError(f"{name!r} has shape {np.shape(results)}, expected (trials, {len(counts)}).")
            middle, spread = np.mean(results, axis=0), np.std(results, axis=0)
            (line,) = sheet.plot(counts, middle, _MARKS[number % len(_MARKS)], label=name)
            sheet.vlines(counts, middle - spread, middle + spread, color=line.get_color())
        sheet.axhline(level[1], color="k", linestyle=":", label=level[0])
        sheet.set(title=title, xlabel="labels", xscale="log")
        sheet.set_xticks(counts, [str(count) for count in counts])
        sheet.set_xticks([], minor=True)
    sheets[0, 0].set_ylabel("accuracy")
    sheets[0, -1].legend(fontsize=8, loc="lower right")
    return described(figure, words, digits=2)
