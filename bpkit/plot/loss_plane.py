"""The loss on a plane through the path of a training in the space of its parameters, for `plot.training_run`."""

from typing import NamedTuple

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot.recorded_training import TWO_WEIGHTS, RecordedTraining, losses_at, weight_places

GRID = 29  # points along each side of the plane
_LOOKED_AT = 50  # moments from which the plane's directions are found
_LEAST = 0.5  # half the plane's side, at least: a path that hardly moves should look short


class LossPlane(NamedTuple):
    """A square piece of the plane `origin` + a·directions[0] + b·directions[1], and the loss on it.

    `directions` (2, P) have length 1 and a right angle between them. `path` (n + 1, 2) are the coordinates a, b of the
    parameters, projected at a right angle onto the plane, and `share` says how much of the path's variance they hold.
    `losses[i, j]` is the mean loss of all points at a = across[j], b = up[i].
    """

    origin: Array
    directions: Array
    share: float
    path: Array
    across: Array
    up: Array
    losses: Array


def loss_plane(run: RecordedTraining, grid: int = GRID) -> LossPlane:
    """Return the plane in which most of a run's path lies, and the loss on a grid over it.

    The directions are the first two principal components of the path, the one along which it varies most and the
    second; where the path is straight, the second is arbitrary. For the problem of two weights they are the weights
    themselves, the origin is 0, and nothing is left out.

    Source: Li et al. (2018), "Visualizing the loss landscape of neural nets", section 7.

    >>> from bpkit.plot.recorded_training import Settings, recorded
    >>> plane = loss_plane(recorded(Settings("two weights")), grid=5)
    >>> plane.losses.shape, round(plane.share, 12)
    ((5, 5), 1.0)
    """
    if run.settings.problem == TWO_WEIGHTS:
        (place,) = weight_places(run)
        origin, directions = np.zeros(run.parameters.shape[1]), np.eye(run.parameters.shape[1])[place]
    else:
        origin = run.parameters.mean(axis=0)
        directions = _principal(run.parameters - origin)
    path = (run.parameters - origin) @ directions.T
    centred = run.parameters - run.parameters.mean(axis=0)
    whole = float(np.sum(centred**2))
    share = float(np.sum((centred @ directions.T) ** 2)) / whole if whole else 1.0
    low, high = path.min(axis=0), path.max(axis=0)
    half = max(0.65 * float((high - low).max()), _LEAST)
    across, up = ((low[i] + high[i]) / 2 + half * np.linspace(-1, 1, grid) for i in (0, 1))
    rows = (origin + a * directions[0] + b * directions[1] for b in up for a in across)
    return LossPlane(origin, directions, share, path, across, up, losses_at(run, rows).reshape(grid, grid))


def _principal(centred: Array) -> Array:
    """The two directions in which the rows vary most, with signs that do not depend on how they were computed."""
    some = centred[:: 1 + len(centred) // _LOOKED_AT]
    # Few rows of many numbers: the small matrix of their products gives the principal components.
    sizes, mixtures = np.linalg.eigh(some @ some.T)
    rows = [mixtures[:, i] @ some for i in range(len(sizes))[:-3:-1] if sizes[i] > 1e-12 * sizes[-1]]
    # Where the path is a line or a point, the missing directions are arbitrary.
    rows += list(np.random.default_rng(0).normal(size=(2, centred.shape[1])))
    first = rows[0] / np.linalg.norm(rows[0])
    second = rows[1] - (rows[1] @ first) * first
    second /= np.linalg.norm(second)
    first = first * np.copysign(1.0, (centred[-1] - centred[0]) @ first)
    along = centred @ second
    return np.stack([first, second * np.copysign(1.0, along[np.abs(along).argmax()])])
