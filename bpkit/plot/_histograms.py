"""Histograms side by side on common axes: how numbers are spread in several cases, and where one of them lies."""

from collections.abc import Mapping

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described


def histograms(
    panels: Mapping[str, Mapping[str, Array]], words: str, *, bins: Array, axis: tuple[str, str],
    marks: Mapping[str, float] | None = None, digits: int = 2,
) -> described:  # fmt: skip
    """Draw a panel for each title, with a histogram of its set of numbers, or of two, by name.

    The first is drawn in gray bars, the second as a line. `bins` are the edges of the bars, for all; numbers beyond
    them are left out. `axis` are the labels. `marks` has the place of a dashed line, "real labels", for each title.

    Raises ValueError for more than two sets in a panel: they could not be told apart.

    >>> two = {"a": {"one": np.array([0.5, 1.5, 1.5]), "other": np.array([2.5])}}
    >>> print(histograms(two, "One panel.", bins=np.arange(4.0), axis=("score", "images")).numbers)
    axes 1: a, x (score) 0 to 3, y (images) 0 to 2
      other: line of 4 points, x 0 to 3, y first 0, least 0, greatest 1, last 1
      one: 3 bars, height first 1, least 0, greatest 2, last 0
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    figure, sheets = plt.subplots(1, len(panels), figsize=(3.4 * len(panels), 2.6), sharex=True, sharey=True,
                                  squeeze=False, layout="constrained")  # fmt: skip
    for sheet, (title, sets) in zip(sheets[0], panels.items(), strict=True):
        if len(sets) > 2:
            raise ValueError(f"{title!r} has {len(sets)} sets of numbers, expected at most 2.")
        for k, (name, numbers) in enumerate(sets.items()):
            heights, _ = np.histogram(numbers, bins)
            if k == 0:
                sheet.bar(bins[:-1], heights, np.diff(bins), align="edge", label=name, color="0.8", edgecolor="0.5")
            else:
                sheet.plot(bins, [*heights, heights[-1]], "k", drawstyle="steps-post", label=name)
        if marks:
            sheet.axvline(marks[title], color="k", linestyle="--", label="real labels")
        sheet.set(title=title, xlabel=axis[0])
    sheets[0, 0].set(ylabel=axis[1])
    figure.legend(*sheets[0, 0].get_legend_handles_labels(), fontsize=8, loc="outside right upper")
    return described(figure, words, digits=digits)
