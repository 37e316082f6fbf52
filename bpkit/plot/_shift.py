"""The picture of a shift: the source, its points as large as their weights, the target, and three boundaries."""

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot.shift_experiment import SOURCE, Found, Shift, border, boundary, measured
from bpkit.plot.svg import DARK, GRAY, INK, LIGHT, Picture, number

WIDTH, HEIGHT = 880, 470
LEFT, TOP, SIDE, REACH = 20.0, 36.0, 410.0, 3.5  # the square, and the largest coordinate in it
_SHOWN = 250  # points of the target
_TICKS = (-2, 0, 2)
_NAMES = ("without weights", "weighted", "trained on the target")
_LINES = ((INK, "7 4", 2.0), (DARK, "", 3.0), (GRAY, "2 3", 2.5))


def shifted(shift: Shift | None = None) -> Picture:
    """Draw what `bpkit.plot.shift_experiment.measured` finds: on the left the plane, on the right the numbers.

    Points of the source are round, of class 1 dark and of class 0 light, and their areas are their weights; crosses are
    the target. The boundaries are those of a classifier trained without weights, with them, and on the target; the
    thin line is the target's true border.

    Raises what `measured` raises.

    >>> shifted().words.split(": ")[0]
    'A shift in the plane'
    """
    shift = shift or Shift()
    found = measured(shift)
    drawn = [_frame(), _clip(_points(found) + _boundaries(shift, found)), *_numbers(found)]
    return svg.picture(WIDTH, HEIGHT, drawn, _words(shift, found))


def _words(shift: Shift, found: Found) -> str:
    label = "" if shift.odds == 1 else f", the odds of class 1 times {number(shift.odds)}"
    wrong = ", ".join(f"{name} {100 * share:.1f} %" for name, share in zip(_NAMES, found.wrong, strict=True))
    return (
        f"A shift in the plane: source around (0, 0), target around ({number(shift.right)}, {number(shift.up)}) with "
        f"spread {number(shift.spread)}{label}; model {shift.model}, weights {shift.weights}. Of {SOURCE} examples the "
        f"weights leave {found.effective:.0f}. Wrong in the target: {wrong}."
    )


def _place(x: Array) -> Array:
    """From the plane to the sheet."""
    scaled = (np.asarray(x, dtype=float) / REACH + 1) * SIDE / 2
    return np.stack([LEFT + scaled[0], TOP + SIDE - scaled[1]])


def _frame() -> str:
    rectangle = f'x="{LEFT:g}" y="{TOP:g}" width="{SIDE:g}" height="{SIDE:g}"'
    ticks = ""
    for tick in _TICKS:
        x, y = _place(np.array([tick, tick]))
        ticks += svg.text(x, TOP + SIDE + 12, number(tick), size=12) + svg.text(LEFT - 10, y, number(tick), size=12)
    return f'<rect {rectangle} fill="none" stroke="{INK}"/><clipPath id="plane"><rect {rectangle}/></clipPath>{ticks}'


def _clip(shapes: list[str]) -> str:
    return f'<g clip-path="url(#plane)">{"".join(shapes)}</g>'


def _points(found: Found) -> list[str]:
    crosses = [
        f'<path d="M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6" stroke="#b5b5b5" fill="none"/>'
        for x, y in _place(found.target[:, :_SHOWN]).T
    ]
    radii = 4 * np.sqrt(found.weights / found.weights.mean())
    order = np.argsort(-radii)  # small ones on top
    circles = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{max(radius, 0.7):.1f}" fill="{DARK if label else LIGHT}" '
        f'fill-opacity="0.75" stroke="{INK}" stroke-width="0.6"/>'
        for (x, y), radius, label in zip(
            _place(found.source[:, order]).T, radii[order], found.labels[order], strict=True
        )
    ]
    return crosses + circles


def _boundaries(shift: Shift, found: Found) -> list[str]:
    x_1 = np.linspace(-REACH, REACH, 57)
    true = " ".join(f"{x:.1f},{y:.1f}" for x, y in _place(np.stack([x_1, border(shift, x_1)])).T)
    lines = [f'<polyline points="{true}" fill="none" stroke="{INK}" stroke-width="0.8"/>']
    for net, (colour, dashes, thick) in zip(found.classifiers, _LINES, strict=True):
        x_2 = np.clip(boundary(shift.model, net, x_1), -100, 100)
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in _place(np.stack([x_1, x_2])).T)
        lines.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{thick:g}" '
            f'stroke-dasharray="{dashes}"/>'
        )
    return lines


def _numbers(found: Found) -> list[str]:
    left = LEFT + SIDE + 40
    drawn = [
        svg.text(LEFT + SIDE / 2, 16, "source: circles, area by weight · target: crosses", size=14),
        svg.text(left, 70, "wrong in the target", size=17, anchor="start"),
        svg.text(left + 340, 70, "(a full bar is 50 %)", size=12, anchor="end"),
    ]
    for i, (name, share, (colour, dashes, thick)) in enumerate(zip(_NAMES, found.wrong, _LINES, strict=True)):
        y, bar = 108 + 40 * i, min(2 * share, 1.0)
        drawn += [
            f'<line x1="{left:g}" y1="{y}" x2="{left + 44:g}" y2="{y}" stroke="{colour}" stroke-width="{thick:g}" '
            f'stroke-dasharray="{dashes}"/>',
            svg.text(left + 56, y, name, anchor="start"),
            svg.text(left + 340, y, f"{100 * share:.1f} %", anchor="end"),
            svg.box(left + 170, y + 18, 340, 5, fill="#eeeeee", line="none", round_=0),
            svg.box(left + 170 * bar, y + 18, max(340 * bar, 0.1), 5, fill=colour, line="none", round_=0),
        ]
    drawn += [
        svg.text(left, 262, "effective sample size", size=17, anchor="start"),
        svg.text(left, 292, f"{found.effective:.0f} of {SOURCE}", anchor="start"),
        svg.box(left + 170, 316, 340, 9, fill="#eeeeee", line="none", round_=0),
        svg.box(left + 170 * found.effective / SOURCE, 316, 340 * found.effective / SOURCE, 9, fill=DARK, line="none",
                round_=0),
        svg.text(left, 352, "class 1 dark, class 0 light · thin line: the true border", size=14, anchor="start"),
        svg.text(left, 376, f"the largest weight is {number(found.weights.max() / found.weights.mean())} "
                 "times the mean", size=14, anchor="start"),
    ]  # fmt: skip
    return drawn
