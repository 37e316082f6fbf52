"""The results of several runs of each variant of an experiment, sorted by their means."""

from collections.abc import Container, Mapping

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described

_TICKS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 90)


def runs(results: Mapping[str, Array], words: str, *, axis: str, marked: Container[str] = ()) -> described:
    """Draw a row of circles for each variant, lowest mean first, with a bar at the mean; `marked` ones are squares.

    `results` are numbers above 0, on a logarithmic axis with the label `axis`. The first variant is the reference: its
    name is bold, and a dotted line goes through its mean.

    >>> import numpy as np
    >>> runs({"a": np.array([4.0, 6.0]), "b": np.array([2.0])}, "b before a.", axis="error, %")
    b before a.
    axes 1: x (error, %) 2 to 6, logarithmic, y 0 to 1
      b: line of 1 point, x 2 to 2, y first 0, least 0, greatest 0, last 0
      mean of b: line of 1 point, x 2 to 2, y first 0, least 0, greatest 0, last 0
      a: line of 2 points, x 4 to 6, y first 1, least 1, greatest 1, last 1
      mean of a: line of 1 point, x 5 to 5, y first 1, least 1, greatest 1, last 1
      line of 2 points, x 5 to 5, y first 0, least 0, greatest 1, last 1
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    ranked = sorted(results, key=lambda name: float(results[name].mean()))
    figure, sheet = plt.subplots(figsize=(7, 0.6 + 0.27 * len(ranked)))
    for place, name in enumerate(ranked):
        values, (mark, shape) = results[name], ("s", ", squares") if name in marked else ("o", "")
        sheet.plot(values, [place] * len(values), mark, color="0.3", markersize=5, markerfacecolor="none",
                   label=name + shape)  # fmt: skip
        sheet.plot(values.mean(), place, "|", color="black", markersize=14, markeredgewidth=2.5,
                   label=f"mean of {name}")  # fmt: skip
    reference = next(iter(results))
    sheet.axvline(results[reference].mean(), color="0.6", linestyle=":")
    sheet.set(xscale="log", ylim=(len(ranked) - 0.5, -0.5), xlabel=axis)
    low, high = sheet.get_xlim()
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    sheet.set_xticks(ticks, [str(tick) for tick in ticks])
    sheet.set_xticks([], minor=True)
    sheet.set_yticks(range(len(ranked)), [f"{name}   {results[name].mean():.1f}" for name in ranked])
    sheet.get_yticklabels()[ranked.index(reference)].set_fontweight("bold")
    return described(figure, words)
