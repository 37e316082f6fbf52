"""The paths of several optimizers through a quadratic valley, side by side, on its level lines."""

from collections.abc import Mapping

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot.level_lines import level_lines
from bpkit.plot.map_window import SIDE, TOP, Window, clipped, frame, line_path
from bpkit.plot.svg import Picture, counted, number

_LEFT, _PITCH, _GRID = 46.0, 364.0, 161
_LEVELS = 6  # lines, each at a quarter of the loss of the one outside of it


def valley(curvatures: Array, paths: Mapping[str, Array]) -> Picture:
    """Draw paths ϕ (steps + 1, 2) through L = ½ ϕᵀ(curvatures)ϕ, a panel for each, with a dot for every step.

    The level lines begin at the loss of the start, and each further one is at a quarter. All panels show the same
    window, whose axes are stretched to fill it; where a path leaves it, it is cut off.

    Raises ValueError for curvatures that are not a symmetric positive (2, 2) matrix, for no paths, and for paths that
    are not finite or do not start at one place other than (0, 0).

    >>> path = np.array([[4.0, 1.0], [2.0, -1.0], [1.0, 1.0]])
    >>> valley(np.diag([1.0, 10.0]), {"by hand": path})
    The valley of curvatures 1 and 10. by hand: 2 steps from (4, 1) to (1, 1), where the loss is 5.5; it starts at 13.
    """
    one = _checked(curvatures, paths)
    start = next(iter(paths.values()))[0]
    # The valley's own extent along each axis at the loss of the start, or what the start needs.
    reach = 1.12 * np.sqrt(start @ one @ start * np.diag(np.linalg.inv(one)))
    reach = np.minimum(reach, 1.6 * np.abs(start).max() * np.ones(2))
    width, shapes = int(_LEFT + _PITCH * len(paths) - 10), []
    for panel, (name, path) in enumerate(paths.items()):
        low, high = (-float(reach[0]), -float(reach[1])), (float(reach[0]), float(reach[1]))
        shapes += _panel(Window(_LEFT + _PITCH * panel, low, high), one, name, path)
    return svg.picture(width, int(TOP + SIDE + 46), shapes, _in_words(one, paths))


def _checked(curvatures: Array, paths: Mapping[str, Array]) -> Array:
    one = np.asarray(curvatures, dtype=float)
    if one.shape != (2, 2) or not np.allclose(one, one.T) or not (np.linalg.eigvalsh(one) > 0).all():
        raise ValueError(f"curvatures is {one.tolist()}, expected a symmetric (2, 2) matrix that curves upwards.")
    starts = {tuple(np.asarray(path, dtype=float)[0]) for path in paths.values()}
    if len(starts) != 1 or not any(next(iter(starts))):
        raise ValueError("paths must all start at the same place, and not at (0, 0).")
    if not all(np.isfinite(path).all() for path in paths.values()):
        raise ValueError("paths has a place that is not finite: a learning rate may be too large.")
    return one


def _loss(curvatures: Array, phi: Array) -> Array:
    """½ ϕᵀ(curvatures)ϕ for each row of ϕ."""
    return 0.5 * np.einsum("...i,ij,...j", phi, curvatures, phi)


def _panel(window: Window, curvatures: Array, name: str, path: Array) -> list[str]:
    across, up = (np.linspace(window.low[i], window.high[i], _GRID) for i in (0, 1))
    heights = _loss(curvatures, np.stack(np.meshgrid(across, up), axis=-1))
    levels = float(_loss(curvatures, path[0])) * 0.25 ** np.arange(_LEVELS)
    lines = "".join(line_path(window, level_lines(across, up, heights, level)) for level in levels)
    x, y = window.place(path.T)
    places = [(f"{a:.1f}", f"{b:.1f}") for a, b in zip(x, y, strict=True)]
    points = " ".join(f"{a},{b}" for a, b in places)
    dots = "".join(f'<circle cx="{a}" cy="{b}" r="2.6" fill="{svg.DARK}"/>' for a, b in places)
    drawn = [
        f'<path d="{lines}" stroke="{svg.GRAY}" stroke-width="0.9" fill="none"/>',
        f'<polyline points="{points}" stroke="{svg.DARK}" stroke-width="1" fill="none"/>', dots,
        f'<rect x="{x[0] - 4:.1f}" y="{y[0] - 4:.1f}" width="8" height="8" fill="white" stroke="{svg.INK}"/>',
    ]  # fmt: skip
    title = svg.text(window.left + SIDE / 2, TOP - 14, f"{name}, {counted(len(path) - 1, 'step')}", size=14)
    return [clipped(window, "".join(drawn)), *frame(window, ("ϕ₁", "ϕ₂")), title]


def _in_words(curvatures: Array, paths: Mapping[str, Array]) -> str:
    least, greatest = np.linalg.eigvalsh(curvatures)
    told = []
    for name, path in paths.items():
        (a, b), (c, d) = path[0], path[-1]
        told.append(f"{name}: {counted(len(path) - 1, 'step')} from ({number(a)}, {number(b)}) to ({number(c)}, "
                    f"{number(d)}), where the loss is {number(float(_loss(curvatures, path[-1])))}; it starts at "
                    f"{number(float(_loss(curvatures, path[0])))}.")  # fmt: skip
    return f"The valley of curvatures {least:.4g} and {greatest:.4g}. {' '.join(told)}"
