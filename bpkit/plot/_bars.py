"""Groups of bars side by side: means over trials, with their range."""

from collections.abc import Mapping

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described


def bars(results: Mapping[str, Array], words: str, *, axis: tuple[str, str], digits: int = 2) -> described:
    """Draw for each column of the results (trials, columns) the means of all of them side by side, the last black.

    A thin line reaches from the least to the greatest of the trials. `axis` are the labels.

    >>> two = {"found": np.array([[0.2, 0.8], [0.4, 0.6]]), "true": np.array([[0.25, 0.75]])}
    >>> print(bars(two, "Two digits.", axis=("digit", "share")).numbers.splitlines()[-2])
      found: 2 bars, height first 0.3, least 0.3, greatest 0.7, last 0.7
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    figure, sheet = plt.subplots(figsize=(6.5, 2.8))
    width = 0.8 / len(results)
    for k, (name, values) in enumerate(results.items()):
        places = np.arange(values.shape[1]) + width * (k - (len(results) - 1) / 2)
        gray = str(0.85 * (1 - k / max(len(results) - 1, 1)))
        sheet.bar(places, values.mean(axis=0), width, label=name, color=gray, edgecolor="k")
        sheet.vlines(places, values.min(axis=0), values.max(axis=0), color="k", linewidth=0.8)
    sheet.set(xticks=range(values.shape[1]), xlabel=axis[0], ylabel=axis[1])
    sheet.legend()
    return described(figure, words, digits=digits)
