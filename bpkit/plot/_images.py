"""Columns of numbers shown as small square images, side by side."""

import math

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.figure import described


def images(columns: Array, words: str, *, rows: int = 1, digits: int = 3) -> described:
    """Show each column as a square image, dark where its numbers are large, in `rows` rows of equally many.

    The frame around each is as light as the smallest number.

    Raises ValueError when the columns have no square number of entries or do not fill the rows.

    >>> images(np.arange(8.0).reshape(4, 2), "Two images of four pixels.").numbers.splitlines()[1]
    '  picture of shape (4, 8), least 0, mean 0.875, greatest 7'
    """
    import matplotlib.pyplot as plt  # not at the top: the other pictures need no Matplotlib

    pixels, number = columns.shape
    side = math.isqrt(pixels)
    if side * side != pixels or number % rows:
        raise ValueError(f"columns has shape {columns.shape}, expected square images in {rows} rows.")
    frame = ((0, 0), (0, 0), (1, 1), (1, 1))
    tiles = np.pad(columns.T.reshape(rows, -1, side, side), frame, constant_values=columns.min())
    whole = tiles.transpose(0, 2, 1, 3).reshape(rows * (side + 2), -1)
    figure, sheet = plt.subplots(figsize=(8, 8 * whole.shape[0] / whole.shape[1]))
    sheet.imshow(whole, cmap="gray_r")
    sheet.axis("off")
    return described(figure, words, digits=digits)
