"""A small ReLU network whose units are gates: which ones pass a gradient, and what one changed parameter does."""

from numpy.typing import ArrayLike

from bpkit.plot import svg
from bpkit.plot.gate_network import BETA, OMEGA, GateNumbers, K, Parameter, gate_change, gate_numbers
from bpkit.plot.gate_words import change_in_words, in_words, rounded, sentences, signed
from bpkit.plot.svg import Picture, subscript

WIDTH = 1000
BOX_WIDTH, BOX_HEIGHT = 128.0, 52.0
_INPUT, _FIRST, _PITCH, _LOSS = 40.0, 194.0, 190.0, 928.0  # where the columns stand
_MIDDLE, _ROW, _RADIUS = 176.0, 98.0, 30.0
_TABLES, _SLOPES, _SENTENCES = 356.0, 442.0, 524.0
_CELL, _WIDE_CELL, _TABLE_ROW = 36.0, 58.0, 18.0

_PICKED = "#d95f02"
_PALE = "#c6c6c6"  # a line along which no gradient gets through
_CLOSED = "#666666"  # still dark enough to read

Spot = tuple[float, float]
Connection = tuple[int, int, int]  # (k, row, column) of its weight


def gates(x: ArrayLike, y: float, changed: Parameter | None = None, by: float = 0.0) -> Picture:
    """Draw the network of `gate_network` for inputs `x` and target `y`, every hidden unit as an open or closed gate.

    Each unit shows its pre-activation f, its activation h and, below, ∂ℓ/∂f; a unit with f > 0 is open (bold, 1), one
    with f ≤ 0 closed (pale, dashed, 0). Dark lines carry a gradient back: the unit at their right end has ∂ℓ/∂f ≠ 0 and
    the gate at their left end is open. Under each column stand the β_k and Ω_k that feed it, and below them ∂ℓ/∂Ω_k
    (7.22); ∂ℓ/∂β_k is the ∂ℓ/∂f_k of the units (7.21).

    With `changed` = (kind, k, row, column), counted from 0, this entry of Ω_k ("omega") or β_k ("beta", column 0) is
    larger by `by`: what changes is light and shows the new value after the old one, gates that flip are marked, and
    below stands the predicted change of the loss, derivative × change, beside the true one.

    Raises TypeError or ValueError when `x` (two) or `y` is not a number between −3 and 3, when there is no such
    parameter, when `by` is not between −1 and 1, and when `by` comes without `changed`.

    >>> gates((1.0, -1.0), 1.0)
    Gates, 1 open and 0 closed: h₁ 1 0 1, h₂ 1 0 1, h₃ 1 1 0. f₃ = 0.228, y = 1, loss 0.596.
    """
    if changed is None:
        if by:
            raise ValueError(f"by is {by!r} but no parameter is named: did you forget changed=(kind, k, row, column)?")
        before = after = gate_numbers(x, y)
        change = None
    else:
        change = gate_change(x, y, changed, by)
        before, after = change.before, change.after

    shapes = _connections(before, after, changed)
    shapes += _inputs(before)
    for k in range(K + 1):
        for unit in range(len(before.f[k])):
            shapes += _unit(k, unit, before, after)
        shapes += _table(k, changed) + _derivatives(k, before, changed)
    shapes += _loss(before, after, y)
    if change is None or changed is None:
        shapes += _legend(_SENTENCES)
        return svg.picture(WIDTH, int(_SENTENCES) + 20, shapes, in_words(before, y))
    shapes += _changed_label(changed, by)
    for i, line in enumerate(sentences(change, changed, by)):
        shapes.append(svg.text(16, _SENTENCES + 25 * i, line, size=_fitting(line, 960, 15), anchor="start"))
    shapes += _legend(_SENTENCES + 108)
    return svg.picture(
        WIDTH, int(_SENTENCES) + 128, shapes, in_words(before, y) + " " + change_in_words(change, changed, by)
    )


def place(k: int, unit: int) -> Spot:
    """Where unit `unit` of f_k stands; f_{-1} are the inputs."""
    units = len(OMEGA[k]) if k >= 0 else len(OMEGA[0][0])
    x = _INPUT if k < 0 else _FIRST + _PITCH * k
    return x, _MIDDLE + (unit - (units - 1) / 2) * _ROW


def _old_and_new(name: str, old: float, new: float) -> str:
    """A value and, if it changes, what it becomes."""
    return f"{name} {rounded(old)}" + (f" → {rounded(new)}" if new != old else "")


def _fitting(words: str, room: float, size: float) -> float:
    """The font size, at most `size`, at which the words are no wider than the room."""
    ems = 0.66 * len(words) - 0.34 * sum(map(words.count, " .,:;()₀₁₂₃")) + 0.2 * sum(map(words.count, "→−+=×mΩ"))
    return float(round(min(size, room / ems), 1))


def _ends(weight: Connection) -> tuple[Spot, Spot]:
    """Where the line of a weight starts and ends."""
    k, row, column = weight
    (x1, y1), (x2, y2) = place(k - 1, column), place(k, row)
    return (x1 + (_RADIUS if k == 0 else BOX_WIDTH / 2), y1), (x2 - BOX_WIDTH / 2, y2)


def _connections(before: GateNumbers, after: GateNumbers, changed: Parameter | None) -> list[str]:
    """All lines: on a light band where a change travels, pale where no gradient gets through, dark where one does."""
    bands, picked, pale, dark = [], [], [], []
    for k in range(K + 1):
        for row in range(len(OMEGA[k])):
            for column, weight in enumerate(OMEGA[k][row]):
                start, end = _ends((k, row, column))
                thick = 0.8 + 2.2 * abs(weight)
                if before.h[k][column, 0] != after.h[k][column, 0]:
                    bands.append(_line(start, end, svg.LIGHT, thick + 8))
                if changed == ("omega", k, row, column):
                    picked.append(_line(start, end, _PICKED, thick + 5))
                is_open = k == 0 or before.f[k - 1][column, 0] > 0
                if is_open and before.dl_df[k][row, 0] != 0:
                    dark.append(_line(start, end, svg.DARK, thick))
                else:
                    pale.append(_line(start, end, _PALE, thick))
    (x1, y1), (x2, _) = place(K, 0), (_LOSS, 0)
    if before.f[K][0, 0] != after.f[K][0, 0]:
        bands.append(_line((x1 + BOX_WIDTH / 2, y1), (x2 - BOX_WIDTH / 2, y1), svg.LIGHT, 11))
    colour = svg.DARK if before.dl_df[K][0, 0] else _PALE
    dark.append(_line((x1 + BOX_WIDTH / 2, y1), (x2 - BOX_WIDTH / 2, y1), colour, 3))
    return bands + picked + pale + dark


def _line(start: Spot, end: Spot, colour: str, thick: float) -> str:
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" stroke-width="{thick:.3g}"/>'


def _inputs(before: GateNumbers) -> list[str]:
    shapes = [svg.text(_INPUT, 16, "x", size=15)]
    for unit in range(2):
        x, y = place(-1, unit)
        shapes.append(svg.box(x, y, 2 * _RADIUS, 2 * _RADIUS, fill=svg.PALE, round_=_RADIUS))
        shapes.append(svg.text(x, y - 9, f"x{subscript(unit + 1)}", size=14))
        shapes.append(svg.text(x, y + 10, rounded(before.h[0][unit, 0]), size=13))
    return shapes


def _unit(k: int, unit: int, before: GateNumbers, after: GateNumbers) -> list[str]:
    """A unit: f, h and the gate for a hidden one, f alone for the output; ∂ℓ/∂f below and the change of f above."""
    x, y = place(k, unit)
    old, new = float(before.f[k][unit, 0]), float(after.f[k][unit, 0])
    name = f"f{subscript(k)}"
    shapes = []
    if unit == 0:
        shapes.append(svg.text(x, 16, name if k == K else f"{name},  h{subscript(k + 1)} = a[{name}]", size=15))
    passes = k == K or old > 0
    ink = svg.INK if passes else _CLOSED
    text_ink = svg.INK if new != old else ink
    fill = svg.LIGHT if new != old else "white" if passes else "#fafafa"
    shapes.append(svg.box(x, y, BOX_WIDTH, BOX_HEIGHT, fill=fill, line=ink, dashed=not passes,
                          thick=3 if k < K and passes else 1.2))  # fmt: skip
    lines = [_old_and_new(name, old, new)]
    if k < K:
        lines.append(_old_and_new(f"h{subscript(k + 1)}", before.h[k + 1][unit, 0], after.h[k + 1][unit, 0]))
        shapes += _gate(x + BOX_WIDTH / 2 - 26, y - BOX_HEIGHT / 2, old > 0, new > 0)
    for line, below in zip(lines, (-6, 14) if k < K else (0,), strict=True):
        size = _fitting(line, BOX_WIDTH - 12, 13)
        shapes.append(svg.text(x - BOX_WIDTH / 2 + 6, y + below, line, size=size, colour=text_ink, anchor="start"))
    if new != old:
        line = f"Δf {signed(new - old)}"
        shapes.append(
            svg.text(x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2 - 10, line, size=_fitting(line, 72, 12), anchor="start")
        )
    gradient = float(before.dl_df[k][unit, 0])
    line = f"∂ℓ/∂{name} = {rounded(gradient)}"
    shapes.append(svg.text(x, y + BOX_HEIGHT / 2 + 12, line, size=_fitting(line, BOX_WIDTH, 13),
                           colour=svg.DARK if gradient else _CLOSED))  # fmt: skip
    return shapes


def _gate(x: float, y: float, was_open: bool, is_open: bool) -> list[str]:
    """The sign on a unit: 1 open, 0 closed, both with an arrow when the gate flips."""
    if was_open != is_open:
        words = f"{was_open:d} → {is_open:d}"
        return [svg.box(x, y, 48, 20, fill="white", line=svg.INK, thick=3, round_=10), svg.text(x, y, words, size=13)]
    fill, ink = (svg.INK, "white") if is_open else ("white", _CLOSED)
    return [svg.box(x + 8, y, 24, 18, fill=fill, line=svg.INK if is_open else _CLOSED, dashed=not is_open, round_=9),
            svg.text(x + 8, y, f"{is_open:d}", size=13, colour=ink)]  # fmt: skip


def _loss(before: GateNumbers, after: GateNumbers, target: float) -> list[str]:
    x, y = _LOSS, _MIDDLE
    line = _old_and_new("ℓ", before.loss, after.loss)
    fill = svg.LIGHT if after.loss != before.loss else "white"
    return [
        svg.text(x, 16, "ℓ = (f₃ − y)²", size=15),
        svg.arrow(x, y + _ROW - _RADIUS, x, y + BOX_HEIGHT / 2 + 2),
        svg.box(x, y, BOX_WIDTH, BOX_HEIGHT, fill=fill, thick=1.2),
        svg.text(x, y, line, size=_fitting(line, BOX_WIDTH - 12, 13)),
        svg.box(x, y + _ROW, 2 * _RADIUS, 2 * _RADIUS, fill=svg.PALE, round_=_RADIUS),
        svg.text(x, y + _ROW - 9, "y", size=14),
        svg.text(x, y + _ROW + 10, rounded(target), size=13),
    ]


def _table(k: int, changed: Parameter | None) -> list[str]:
    """β_k and Ω_k under the column they feed; the changed entry is light."""
    columns = len(OMEGA[k][0])
    left = place(k, 0)[0] - (_CELL * (columns + 1) + 10) / 2 + _CELL / 2
    starts = {"beta": left, "omega": left + _CELL + 10}
    shapes = []
    for kind, values, letter in (("beta", BETA[k], "β"), ("omega", OMEGA[k], "Ω")):
        wide = len(values[0])
        middle = starts[kind] + _CELL * (wide - 1) / 2
        shapes.append(svg.text(middle, _TABLES - 22, f"{letter}{subscript(k)}", size=14))
        high = _TABLE_ROW * len(values)
        shapes.append(
            svg.box(middle, _TABLES + high / 2 - 9, _CELL * wide, high + 4, fill="white", line=svg.GRAY, round_=4)
        )
        for row, entries in enumerate(values):
            for column, value in enumerate(entries):
                x, y = starts[kind] + _CELL * column, _TABLES + _TABLE_ROW * row
                if (kind, k, row, column) == changed:
                    shapes.append(svg.box(x, y, _CELL, _TABLE_ROW, fill=svg.LIGHT, thick=2.5, round_=4))
                shapes.append(svg.text(x, y, svg.number(value), size=12.5))
    return shapes


def _derivatives(k: int, before: GateNumbers, changed: Parameter | None) -> list[str]:
    """∂ℓ/∂Ω_k below Ω_k, entry by entry; that of the changed weight is light."""
    slopes = before.dl_domega[k]
    rows, columns = slopes.shape
    middle, high = place(k, 0)[0], _TABLE_ROW * rows
    shapes = [
        svg.text(middle, _SLOPES - 22, f"∂ℓ/∂Ω{subscript(k)}", size=14, colour=svg.DARK),
        svg.box(middle, _SLOPES + high / 2 - 9, _WIDE_CELL * columns, high + 4, fill="white", line=svg.GRAY, round_=4),
    ]
    for row in range(rows):
        for column in range(columns):
            x, y = middle + _WIDE_CELL * (column - (columns - 1) / 2), _SLOPES + _TABLE_ROW * row
            if changed == ("omega", k, row, column):
                shapes.append(svg.box(x, y, _WIDE_CELL, _TABLE_ROW, fill=svg.LIGHT, thick=2.5, round_=4))
            slope = float(slopes[row, column])
            words = rounded(slope)
            shapes.append(svg.text(x, y, words, size=_fitting(words, _WIDE_CELL - 8, 12.5),
                                   colour=svg.DARK if slope else _CLOSED))  # fmt: skip
    return shapes


def _changed_label(changed: Parameter, by: float) -> list[str]:
    """A small sign with the change: on the line of a weight, at the lower left of a unit for its bias."""
    kind, k, row, column = changed
    if kind == "omega":
        (x1, y1), (x2, y2) = _ends((k, row, column))
        x, y = x1 + 0.4 * (x2 - x1), y1 + 0.4 * (y2 - y1)  # not in the middle, where lines cross
    else:
        x, y = place(k, row)[0] - BOX_WIDTH / 2 - 27, place(k, row)[1] + BOX_HEIGHT / 2 + 6
    words = ("β " if kind == "beta" else "") + (signed(by) if by else "Δ")
    return [
        svg.box(x, y, 46, 20, fill=svg.LIGHT, thick=2.5, round_=4),
        svg.text(x, y, words, size=_fitting(words, 41, 12)),
    ]


def _legend(y: float) -> list[str]:
    shapes = [svg.box(30, y, 24, 18, fill=svg.INK, round_=9), svg.text(30, y, "1", size=13, colour="white"),
              svg.text(50, y, "open: f > 0", size=13, anchor="start"),
              svg.box(162, y, 24, 18, fill="white", line=_CLOSED, dashed=True, round_=9),
              svg.text(162, y, "0", size=13, colour=_CLOSED),
              svg.text(182, y, "closed: f ≤ 0 (0 counts as closed)", size=13, anchor="start")]  # fmt: skip
    shapes += [
        _line((448, y), (482, y), svg.DARK, 3),
        svg.text(490, y, "a gradient gets through", size=13, anchor="start"),
    ]
    shapes += [_line((660, y), (694, y), _PALE, 3), svg.text(702, y, "none does", size=13, anchor="start")]
    shapes += [svg.box(808, y, 30, 14, fill=svg.LIGHT, line=svg.LIGHT, round_=2),
               svg.text(830, y, "changes with Δ", size=13, anchor="start")]  # fmt: skip
    return shapes
