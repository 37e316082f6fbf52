"""A small fully connected network with one weight picked out and all that it influences: figures 7.1 and 7.2."""

from collections.abc import Sequence

from bpkit.plot import svg
from bpkit.plot.svg import Picture, subscript

_COLUMN, _ROW, _RADIUS = 128, 62, 19
_PICKED = "#d95f02"  # the weight and the unit where it starts


def network(
    units: Sequence[int] = (1, 3, 3, 3, 1),
    *,
    weight: tuple[int, int, int] | None = None,
    downstream: bool = False,
    title: str = "",
) -> Picture:
    """Draw a network of 7.1 and its loss, if you like with a weight `weight` = (k, to, from) drawn thick.

    `units` counts the units of the input, of each hidden layer and of the output. `weight` is the entry [to, from],
    counted from 0, of Ω_k. The unit it starts from has a ring: its activation scales the effect of the weight
    (observation 1). With `downstream`, every connection that a small change of this weight travels along is thick too,
    and every unit it reaches is dark (observation 2).

    Raises ValueError when there is no such weight, or none to go downstream from.

    >>> network(weight=(1, 0, 1))
    A network of 1, 3, 3, 3 and 1 units and its loss. Picked out: the weight from unit 2 of h₁ to unit 1 of h₂.
    """
    if weight is None and downstream:
        raise ValueError("downstream is True, but there is no weight to start from: pass weight=(k, to, from).")
    k, to, source = weight or (-1, -1, -1)
    if weight and not (0 <= k < len(units) - 1 and 0 <= to < units[k + 1] and 0 <= source < units[k]):
        raise ValueError(f"weight is {weight}, expected (k, to, from) of a network with units {tuple(units)}.")
    sizes = [*units, 1]  # the loss is one more column
    height = _ROW * max(units) + 74
    spots = [[(60 + _COLUMN * c, 48 + (height - 74) / 2 + (i - (n - 1) / 2) * _ROW) for i in range(n)]
             for c, n in enumerate(sizes)]  # fmt: skip
    reached = _reached(sizes, k, to) if downstream else set()
    names = ["x", *(f"h{subscript(c)}" for c in range(1, len(units) - 1)), "f", "ℓ"]

    shapes = []
    for c in range(len(sizes) - 1):
        for j in range(sizes[c + 1]):
            for i in range(sizes[c]):
                picked = (c, j, i) == (k, to, source)
                thick = picked or (downstream and (c, i) in reached)
                shapes.append((picked, thick, _connection(spots[c][i], spots[c + 1][j], picked, thick)))
    drawn = [line for _, _, line in sorted(shapes, key=lambda one: (one[0], one[1]))]  # thick ones on top
    for c, column in enumerate(spots):
        for i, (x, y) in enumerate(column):
            dark = (c, i) in reached
            line, width = (_PICKED, 4.0) if (c, i) == (k, source) else (svg.INK, 1.0)
            fill = svg.DARK if dark else "white"
            drawn.append(svg.box(x, y, 2 * _RADIUS, 2 * _RADIUS, fill=fill, line=line, thick=width, round_=_RADIUS))
            if len(column) == 1:
                drawn.append(svg.text(x, y, names[c], size=15, colour="white" if dark else svg.INK))
        if len(column) > 1:
            drawn.append(svg.text(column[0][0], 18, names[c], size=16))
    if title:
        drawn.append(svg.text(16, height - 14, title, size=14, anchor="start"))
    words = f"A network of {', '.join(map(str, units[:-1]))} and {units[-1]} units and its loss."
    if weight:
        which = f"the weight from unit {source + 1} of {names[k]} to unit {to + 1} of {names[k + 1]}"
        reach = f", and all it influences on the way to the loss: {_listed(names[k + 1 :])}" if downstream else ""
        words += f" Picked out: {which}{reach}."
    return svg.picture(60 + _COLUMN * (len(sizes) - 1) + 60, height, drawn, words)


def _reached(sizes: Sequence[int], k: int, to: int) -> set[tuple[int, int]]:
    """The units that a change of a weight into unit `to` of column k + 1 reaches, as (column, unit)."""
    return {(k + 1, to)} | {(c, i) for c in range(k + 2, len(sizes)) for i in range(sizes[c])}


def _connection(start: tuple[float, float], end: tuple[float, float], picked: bool, thick: bool) -> str:
    (x1, y1), (x2, y2) = start, end
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    dx, dy = (x2 - x1) / length * _RADIUS, (y2 - y1) / length * _RADIUS
    colour = _PICKED if picked else svg.DARK if thick else "#b5b5b5"
    return svg.arrow(x1 + dx, y1 + dy, x2 - dx, y2 - dy, colour=colour, thick=4 if picked else 2 if thick else 1)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
