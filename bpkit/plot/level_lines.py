"""Level lines of a function that is known on a grid, by marching squares."""

import numpy as np

from bpkit.numerical.arrays import Array


def level_lines(across: Array, up: Array, values: Array, level: float) -> Array:
    """Return the line where the values reach `level`, as short straight pieces: (pieces, 2 ends, 2 coordinates).

    `values[i, j]` stands at (across[j], up[i]). Where the level lies between two neighbours, the line goes between
    them, at the place that linear interpolation gives; squares with a corner that is not finite have no line.

    >>> side = np.array([0.0, 1.0])
    >>> level_lines(side, side, np.array([[0.0, 4.0], [0.0, 4.0]]), 1.0).tolist()
    [[[0.25, 0.0], [0.25, 1.0]]]
    """
    x, y = np.meshgrid(across, up)
    # The corners of each square, once around.
    corners = [np.stack([x, y, values])[:, i, j].reshape(3, -1) for i, j in _AROUND]
    crossings, crossed = [], []
    for here, there in zip(corners, corners[1:] + corners[:1], strict=True):
        with np.errstate(all="ignore"):
            share = (level - here[2]) / (there[2] - here[2])
            crossings.append(here[:2] + share * (there[:2] - here[:2]))
        crossed.append((here[2] < level) != (there[2] < level))
    place, cut = np.stack(crossings).transpose(2, 0, 1), np.stack(crossed, axis=1)
    heights = np.stack([corner[2] for corner in corners], axis=1)
    cut &= np.isfinite(heights).all(axis=1, keepdims=True)
    simple = cut.sum(axis=1) == 2
    pieces = [place[simple][cut[simple]].reshape(-1, 2, 2)]
    # All four sides are cut in a saddle; the mean tells whether the first corner is alone or joined to its opposite.
    saddle = cut.all(axis=1)
    alone = (heights[saddle, 0] < level) != (heights[saddle].mean(axis=1) < level)
    for first, ends in ((alone, ((3, 0), (1, 2))), (~alone, ((0, 1), (2, 3)))):
        pieces += [place[saddle][first][:, list(pair)] for pair in ends]
    return np.concatenate(pieces)


_AROUND = ((slice(None, -1), slice(None, -1)), (slice(None, -1), slice(1, None)),
           (slice(1, None), slice(1, None)), (slice(1, None), slice(None, -1)))  # fmt: skip
