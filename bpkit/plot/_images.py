"""Columns of numbers shown as small square images, side by side."""

import math
from collections.abc import Sequence

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described


def images(
    columns: Array, words: str, *, titles: Sequence[str] = (), rows: int = 1, digits: int = 3
) -> described:  # fmt: skip
    """Show each column as a square image, dark where its numbers are large, in `rows` rows of equally many.

    The frame around each is as light as the smallest number. `titles` stand above the images of the first row, and
    behind the words that describe the figure.

    Raises ValueError when the columns have no square number of entries or do not fill the rows, and
    for titles that are not as many as the images in a row.

    >>> images(np.arange(8.0).reshape(4, 2), "Two images of four pixels.").numbers.splitlines()[1]
    '  picture of shape (4, 8), least 0, mean 0.875, greatest 7'
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    pixels, number = columns.shape
    side = math.isqrt(pixels)
    if side * side != pixels or number % rows:
        raise ValueError(f"columns has shape {columns.shape}, expected square images in {rows} rows.")
    if titles and len(titles) != number // rows:
        raise ValueError(f"titles has {len(titles)} entries, expected {number // rows}, one for each image in a row.")
    frame = ((0, 0), (0, 0), (1, 1), (1, 1))
    tiles = np.pad(columns.T.reshape(rows, -1, side, side), frame, constant_values=columns.min())
    whole = tiles.transpose(0, 2, 1, 3).reshape(rows * (side + 2), -1)
    figure, sheet = plt.subplots(figsize=(8, 8 * whole.shape[0] / whole.shape[1]))
    sheet.imshow(whole, cmap="gray_r")
    sheet.axis("off")
    for place, title in enumerate(titles):
        sheet.text((place + 0.5) * (side + 2) - 0.5, -1, title, ha="center")
    words = f"{words} {', '.join(titles)}." if titles else words
    return described(figure, words, digits=digits)
