"""A small ReLU network whose units are gates: which ones pass a gradient, and what one changed parameter does."""

from numpy.typing import ArrayLike

from bpkit.plot import svg
from bpkit.plot.gate_network import BETA, OMEGA, GateChange, GateNumbers, K, Parameter, gate_change, gate_numbers
from bpkit.plot.svg import Picture, subscript

WIDTH = 1000
BOX_WIDTH, BOX_HEIGHT = 128.0, 52.0
_INPUT, _FIRST, _PITCH, _LOSS = 40.0, 194.0, 190.0, 928.0  # where the columns stand
_MIDDLE, _ROW, _RADIUS = 176.0, 98.0, 30.0
_TABLES, _SENTENCES = 356.0, 440.0
_CELL = 36.0

_PICKED = "#d95f02"
_PALE = "#c6c6c6"  # a line along which nothing flows back
_CLOSED = "#666666"  # still dark enough to read

Spot = tuple[float, float]
Connection = tuple[int, int, int]  # (k, row, column) of its weight


def gates(x: ArrayLike, y: float, changed: Parameter | None = None, by: float = 0.0) -> Picture:
    """Draw the network of `gate_network` for inputs `x` and target `y`, every hidden unit as an open or closed gate.

    Each unit shows its pre-activation f, its activation h and, below, ∂ℓ/∂f; a unit with f > 0 is open (bold, 1), one
    with f ≤ 0 closed (pale, dashed, 0). Dark lines carry a gradient back: the unit at their right end has ∂ℓ/∂f ≠ 0 and
    the gate at their left end is open. Under each column stand the β_k and Ω_k that feed it.

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
        shapes += _table(k, changed)
    shapes += _loss(before, after, y)
    if change is None or changed is None:
        shapes += _legend(_SENTENCES)
        return svg.picture(WIDTH, int(_SENTENCES) + 20, shapes, _in_words(before, y))
    shapes += _changed_label(changed, by)
    for i, line in enumerate(_sentences(change, changed, by)):
        shapes.append(svg.text(16, _SENTENCES + 25 * i, line, size=_fitting(line, 960, 15), anchor="start"))
    shapes += _legend(_SENTENCES + 108)
    return svg.picture(
        WIDTH, int(_SENTENCES) + 128, shapes, _in_words(before, y) + " " + _change_in_words(change, changed, by)
    )


def place(k: int, unit: int) -> Spot:
    """Where unit `unit` of f_k stands; f_{-1} are the inputs."""
    units = len(OMEGA[k]) if k >= 0 else len(OMEGA[0][0])
    x = _INPUT if k < 0 else _FIRST + _PITCH * k
    return x, _MIDDLE + (unit - (units - 1) / 2) * _ROW


def parameter_name(changed: Parameter) -> str:
    """Write a parameter's name, its row and column counted from 1 as in the book.

    >>> parameter_name(("omega", 1, 2, 0)), parameter_name(("beta", 3, 0, 0))
    ('Ω₁, row 3, column 1', 'β₃, row 1')
    """
    kind, k, row, column = changed
    if kind == "beta":
        return f"β{subscript(k)}, row {row + 1}"
    return f"Ω{subscript(k)}, row {row + 1}, column {column + 1}"


def _number(value: float) -> str:
    """Write three digits, and 0 where only a rounding error is left."""
    return svg.number(round(value, 9))


def _signed(value: float) -> str:
    return ("+" if round(value, 9) > 0 else "") + _number(value)


def _old_and_new(name: str, old: float, new: float) -> str:
    """A value and, if it changes, what it becomes."""
    return f"{name} {_number(old)}" + (f" → {_number(new)}" if new != old else "")


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
    """All lines: on a light band where a change travels, pale where no gradient flows back, dark where one does."""
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
        shapes.append(svg.text(x, y + 10, _number(before.h[0][unit, 0]), size=13))
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
        line = f"Δf {_signed(new - old)}"
        shapes.append(
            svg.text(x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2 - 10, line, size=_fitting(line, 72, 12), anchor="start")
        )
    gradient = float(before.dl_df[k][unit, 0])
    line = f"∂ℓ/∂{name} = {_number(gradient)}"
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
        svg.text(x, y + _ROW + 10, _number(target), size=13),
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
        shapes.append(svg.text(middle, _TABLES - 19, f"{letter}{subscript(k)}", size=14))
        high = 18 * len(values)
        shapes.append(
            svg.box(middle, _TABLES + high / 2 - 9, _CELL * wide, high + 4, fill="white", line=svg.GRAY, round_=4)
        )
        for row, entries in enumerate(values):
            for column, value in enumerate(entries):
                x, y = starts[kind] + _CELL * column, _TABLES + 18 * row
                if (kind, k, row, column) == changed:
                    shapes.append(svg.box(x, y, _CELL, 18, fill=svg.LIGHT, thick=2.5, round_=4))
                shapes.append(svg.text(x, y, svg.number(value), size=12.5))
    return shapes


def _changed_label(changed: Parameter, by: float) -> list[str]:
    """A small sign with the change: on the line of a weight, at the lower left of a unit for its bias."""
    kind, k, row, column = changed
    if kind == "omega":
        (x1, y1), (x2, y2) = _ends((k, row, column))
        x, y = x1 + 0.4 * (x2 - x1), y1 + 0.4 * (y2 - y1)  # not in the middle, where lines cross
    else:
        x, y = place(k, row)[0] - BOX_WIDTH / 2 - 27, place(k, row)[1] + BOX_HEIGHT / 2 + 6
    words = ("β " if kind == "beta" else "") + (_signed(by) if by else "Δ")
    return [
        svg.box(x, y, 46, 20, fill=svg.LIGHT, thick=2.5, round_=4),
        svg.text(x, y, words, size=_fitting(words, 41, 12)),
    ]


def _sentences(change: GateChange, changed: Parameter, by: float) -> list[str]:
    """The predicted and the true change, their difference, and which gates flip."""
    kind, k, row, column = changed
    value = (OMEGA if kind == "omega" else BETA)[k][row][column]
    slope = f"∂ℓ/∂{'Ω' if kind == 'omega' else 'β'}{subscript(k)}"
    product = f"{_factor(change.derivative)} × {_factor(by)} = {_number(change.predicted)}"
    difference = _number(change.predicted - change.true)
    lines = [
        f"{parameter_name(changed)}: {_number(value)} {_plus(by)} = {_number(value + by)}.   "
        f"Predicted Δℓ = {slope} × Δ = {product}.",
        f"True Δℓ = {_number(change.true)}.   Difference, predicted − true = {difference}.",
        _why_zero(change, changed) or _missing(change, by),
    ]
    return [*lines, _flips(change)] if by else lines


def _plus(by: float) -> str:
    return f"{'−' if by < 0 else '+'} {_number(abs(by))}"


def _factor(value: float) -> str:
    return f"({_number(value)})" if round(value, 9) < 0 else _number(value)


def _why_zero(change: GateChange, changed: Parameter) -> str:
    """Why the derivative is exactly 0; empty when it is not."""
    kind, k, _, column = changed
    before = change.before
    if change.derivative:
        return ""
    if kind == "omega" and not before.h[k][column, 0]:
        source = f"unit {column + 1} of h{subscript(k)} is closed" if k else f"x{subscript(column + 1)} is 0"
        return f"This weight multiplies 0, because {source}: derivative 0, and no change of it changes anything."
    if not before.dl_df[K][0, 0]:
        return "f₃ = y: the loss is as small as it can be, so every derivative is 0."
    return f"No open path from this {'weight' if kind == 'omega' else 'bias'} to the loss: derivative 0."


def _missing(change: GateChange, by: float) -> str:
    """What the prediction leaves out."""
    if not by:
        return "Move Δ to change it."
    square = f"{_number(change.from_square)} = (Δf₃)², because the loss is a square"
    if not change.flipped:
        return f"The prediction leaves out {square}."
    return f"The prediction leaves out {square}, and {_number(change.from_flips)} from gates that flip."


def _flips(change: GateChange) -> str:
    """Which gates open or close."""
    units = [
        f"unit {unit + 1} of h{subscript(layer)} {'opens' if opens else 'closes'}"
        for layer, unit, opens in change.flipped
    ]
    if not units:
        return "No gate flips."
    many = "A gate flips" if len(units) == 1 else f"{len(units)} gates flip"
    return f"{many}, which the derivative does not see: {'; '.join(units)}."


def _legend(y: float) -> list[str]:
    shapes = [svg.box(30, y, 24, 18, fill=svg.INK, round_=9), svg.text(30, y, "1", size=13, colour="white"),
              svg.text(50, y, "open: f > 0", size=13, anchor="start"),
              svg.box(162, y, 24, 18, fill="white", line=_CLOSED, dashed=True, round_=9),
              svg.text(162, y, "0", size=13, colour=_CLOSED),
              svg.text(182, y, "closed: f ≤ 0 (0 counts as closed)", size=13, anchor="start")]  # fmt: skip
    shapes += [
        _line((448, y), (482, y), svg.DARK, 3),
        svg.text(490, y, "a gradient flows back", size=13, anchor="start"),
    ]
    shapes += [_line((660, y), (694, y), _PALE, 3), svg.text(702, y, "none does", size=13, anchor="start")]
    shapes += [svg.box(808, y, 30, 14, fill=svg.LIGHT, line=svg.LIGHT, round_=2),
               svg.text(830, y, "changes with Δ", size=13, anchor="start")]  # fmt: skip
    return shapes


def _in_words(numbers: GateNumbers, y: float) -> str:
    layers = (
        f"h{subscript(k + 1)} " + " ".join(f"{is_open:d}" for is_open in numbers.f[k][:, 0] > 0) for k in range(K)
    )
    return (
        f"Gates, 1 open and 0 closed: {', '.join(layers)}. "
        f"f₃ = {_number(numbers.f[K][0, 0])}, y = {_number(y)}, loss {_number(numbers.loss)}."
    )


def _change_in_words(change: GateChange, changed: Parameter, by: float) -> str:
    sentences = [
        f"Changing {parameter_name(changed)}, by {_number(by)} predicts a change of the loss of "
        f"{_number(change.predicted)}; the true change is {_number(change.true)}.",
        _why_zero(change, changed),
        _flips(change),
    ]
    return " ".join(filter(None, sentences))
