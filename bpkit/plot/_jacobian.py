"""A Jacobian with the column that a run of forward mode gives, and the row that a walk back gives."""

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot import svg

_WIDE, _HIGH = 96.0, 46.0  # px of an entry
_LEFT, _TOP = 220.0, 92.0
_BLUE, _BOTH = "#c9d9f2", "#e3c9a8"


def jacobian(J: Array, column: int, row: int) -> svg.Picture:
    """Draw a matrix J with a row for each output y and a column for each input h, one of either marked.

    Column `column`, counted from 0, is what a run from that unit tangent gives; row `row` what a walk back from that
    unit cotangent gives.

    Raises ValueError for anything but a matrix, and for a column or row that it has not.

    >>> jacobian(np.array([[1.0, 2.0]]), column=1, row=0)
    A Jacobian of 1 output and 2 inputs: 1, 2. A run from (0, 1) gives column 2, a walk from (1) row 1.
    """
    if np.ndim(J) != 2:
        raise ValueError(
            f"J has shape {np.shape(J)}, expected a matrix: a row for each output, a column for each input."
        )
    rows, columns = np.shape(J)
    for name, number, size in (("column", column, columns), ("row", row, rows)):
        if not 0 <= number < size:
            raise ValueError(f"{name} is {number!r}, expected one from 0 to {size - 1}.")
    middle = _LEFT + _WIDE * (column + 0.5), _TOP + _HIGH * (row + 0.5)
    right, bottom = _LEFT + _WIDE * columns, _TOP + _HIGH * rows
    shapes = [
        *_headings(rows, columns),
        _area(_LEFT + _WIDE * column, _TOP, _WIDE, _HIGH * rows, svg.LIGHT),
        _area(_LEFT, _TOP + _HIGH * row, _WIDE * columns, _HIGH, _BLUE),
        _area(middle[0] - _WIDE / 2, middle[1] - _HIGH / 2, _WIDE, _HIGH, _BOTH),
        *_entries(J),
        svg.arrow(middle[0], 32, middle[0], _TOP - 30),
        svg.text(middle[0], 18, f"run: tangent v = {_unit(column, columns)}"),
        svg.arrow(middle[0], bottom + 6, middle[0], bottom + 26),
        svg.text(middle[0], bottom + 40, f"Jv, column {column + 1}"),
        svg.arrow(_LEFT - 50, middle[1], _LEFT - 30, middle[1]),
        svg.text(_LEFT - 58, middle[1] - 11, "walk: cotangent", anchor="end"),
        svg.text(_LEFT - 58, middle[1] + 11, f"r = {_unit(row, rows)}", anchor="end"),
        svg.arrow(right + 6, middle[1], right + 26, middle[1]),
        svg.text(right + 34, middle[1], f"rᵀJ, row {row + 1}", anchor="start"),
    ]
    return svg.picture(int(right + 140), int(bottom + 60), shapes, _in_words(J, column, row))


def _headings(rows: int, columns: int) -> list[str]:
    above = (svg.text(_LEFT + _WIDE * (j + 0.5), _TOP - 14, f"h{svg.subscript(j + 1)}", colour=svg.GRAY)
             for j in range(columns))  # fmt: skip
    beside = (svg.text(_LEFT - 14, _TOP + _HIGH * (i + 0.5), f"y{svg.subscript(i + 1)}", colour=svg.GRAY)
              for i in range(rows))  # fmt: skip
    return [*above, *beside]


def _area(x: float, y: float, width: float, height: float, colour: str) -> str:
    return svg.box(x + width / 2, y + height / 2, width, height, fill=colour, line="none", round_=0)


def _entries(J: Array) -> list[str]:
    drawn = []
    for i, j in np.ndindex(*J.shape):
        x, y = _LEFT + _WIDE * (j + 0.5), _TOP + _HIGH * (i + 0.5)
        drawn += [svg.box(x, y, _WIDE, _HIGH, fill="none", round_=0), svg.text(x, y, svg.number(float(J[i, j])))]
    return drawn


def _unit(place: int, size: int) -> str:
    return f"({', '.join(str(int(k == place)) for k in range(size))})"


def _in_words(J: Array, column: int, row: int) -> str:
    rows, columns = J.shape
    entries = "; ".join(", ".join(map(svg.number, one)) for one in J)
    return (
        f"A Jacobian of {svg.counted(rows, 'output')} and {svg.counted(columns, 'input')}: {entries}. A run from "
        f"{_unit(column, columns)} gives column {column + 1}, a walk from {_unit(row, rows)} row {row + 1}."
    )
