"""Examples in one dimension, the curve they come from, and what was fitted to them."""

from collections.abc import Mapping

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described

_STYLES = ("-", "--", "-.")  # told apart without colour; the truth is dotted


def fitted(
    x: Array, y: Array, grid: Array, curves: Mapping[str, Array], words: str, *, target: tuple[float, float],
    weights: Array | None = None,
) -> described:  # fmt: skip
    """Draw examples (x, y) as dots and each of `curves` over `grid`, the first, the truth, dotted.

    Most of the target lies between the two numbers of `target`, a grey band. With `weights` a dot's area is larger by
    its example's weight.

    >>> import numpy as np
    >>> x = np.array([0.0, 1.0])
    >>> print(fitted(x, x, x, {"truth": x, "line": x / 2}, "A line.", target=(0.5, 1)).numbers.splitlines()[2])
      line: line of 2 points, x 0 to 1, y first 0, least 0, greatest 0.5, last 0.5
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    figure, axes = plt.subplots(figsize=(6, 3.2))
    size, name = (8.0, "examples") if weights is None else (4 + 8 * weights, "examples, the larger the heavier")
    axes.scatter(x, y, s=size, alpha=0.5, label=name)
    (truth, true), *others = curves.items()
    axes.plot(grid, true, "k:", label=truth)
    for k, (label, values) in enumerate(others):
        axes.plot(grid, values, _STYLES[k % len(_STYLES)], label=label)
    axes.axvspan(*target, color="gray", alpha=0.12, label="most of the target")
    axes.set(ylim=(-1.5, 4), xlabel="x", ylabel="y")
    axes.legend()
    return described(figure, words)
