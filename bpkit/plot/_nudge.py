"""The loss along one parameter of the toy example, its tangent, and where a nudge leads on both."""

import numpy as np
from numpy.typing import ArrayLike

from bpkit.networks import toy
from bpkit.plot import svg
from bpkit.plot._chain import symbol
from bpkit.plot.svg import Picture

WIDTH, HEIGHT = 1000, 230
REACH = 0.5  # how far from the parameter's value the curve is drawn, and the largest nudge
_LEFT, _RIGHT, _TOP, _BOTTOM = 70.0, 470.0, 16.0, 186.0


def nudge(x: float, y: float, beta: ArrayLike, omega: ArrayLike, *, parameter: str, size: float) -> Picture:
    """Draw ℓ against one parameter, the tangent with the slope of backward pass 2, and a nudge of the given size.

    `parameter` is "beta0" … "omega3" and `size` lies between −0.5 and 0.5. Beside the curve stand the predicted change
    of the loss, derivative × nudge, and the true one.

    Raises ValueError for an unknown parameter or a size out of range, and what `toy.forward` raises.

    >>> nudge(0.5, 1.0, [0.1, 0.2, 0.3, 0.4], [0.9, 0.8, 0.7, 0.6], parameter="omega2", size=0.1)
    A nudge of 0.1 on ω₂ predicts a change of the loss of 0.137; the true change is 0.148.
    """
    names = [f"{kind}{k}" for kind in ("beta", "omega") for k in range(4)]
    if parameter not in names:
        raise ValueError(f"parameter is {parameter!r}, expected one of {', '.join(names)}.")
    if not abs(size) <= REACH:
        raise ValueError(f"size is {size!r}, expected a nudge between −{REACH} and {REACH}.")
    kind, k = parameter[:-1], int(parameter[-1])
    stored = toy.forward(x, y, beta, omega)
    here, slope = float(stored.loss), float(getattr(toy.backward(stored, y, omega), kind)[k])

    # One model for each change of the parameter, all in one forward pass; the last is the nudge itself.
    changes = np.append(np.linspace(-REACH, REACH, 121), size)
    moved = {name: np.repeat(np.reshape(value, (4, 1)), changes.size, axis=1).astype(float)
             for name, value in (("beta", beta), ("omega", omega))}  # fmt: skip
    value = float(moved[kind][k, 0])
    moved[kind][k] += changes
    *curve, there = toy.forward(np.full(changes.size, x), np.full(changes.size, y), **moved).loss
    predicted, true = slope * size, float(there) - here
    words = (
        f"A nudge of {svg.number(size)} on {symbol(parameter)} predicts a change of the loss of "
        f"{svg.number(predicted)}; the true change is {svg.number(true)}."
    )
    shapes = _axes(np.array(curve), value, parameter)
    shapes += _lines(changes[:-1], np.array(curve), here, slope, size, here + true)
    shapes += _numbers(parameter, size, slope, predicted, true)
    return svg.picture(WIDTH, HEIGHT, shapes, words)


def _scale(curve: np.ndarray) -> tuple[float, float]:
    """The lowest and highest loss shown, with a little air, even where the loss does not depend on the parameter."""
    low, high = float(curve.min()), float(curve.max())
    air = 0.12 * (high - low) or 0.5
    return low - air, high + air


def _across(change: float) -> float:
    return _LEFT + (change + REACH) / (2 * REACH) * (_RIGHT - _LEFT)


def _up(loss: float, curve: np.ndarray) -> float:
    low, high = _scale(curve)
    return float(np.clip(_BOTTOM - (loss - low) / (high - low) * (_BOTTOM - _TOP), _TOP - 10, _BOTTOM + 10))


def _axes(curve: np.ndarray, value: float, parameter: str) -> list[str]:
    low, high = _scale(curve)
    frame = svg.box((_LEFT + _RIGHT) / 2, (_TOP + _BOTTOM) / 2, _RIGHT - _LEFT, _BOTTOM - _TOP, fill="white", round_=0)
    ticks = [svg.text(_LEFT - 6, _up(loss, curve), svg.number(loss), size=12, anchor="end") for loss in (low, high)]
    ticks += [svg.text(_across(c), _BOTTOM + 14, svg.number(value + c), size=12) for c in (-REACH, 0.0, REACH)]
    return [frame, *ticks, svg.text((_LEFT + _RIGHT) / 2, _BOTTOM + 34, symbol(parameter), size=14),
            svg.text(_LEFT - 30, (_TOP + _BOTTOM) / 2, "ℓ", size=16)]  # fmt: skip


def _lines(changes: np.ndarray, curve: np.ndarray, here: float, slope: float, size: float, there: float) -> list[str]:
    """The curve (thick), the tangent (dashed), and the two end points of the nudge: ring predicted, disc true."""
    points = " ".join(f"{_across(c):.1f},{_up(loss, curve):.1f}" for c, loss in zip(changes, curve, strict=True))
    low, high = _scale(curve)
    # The tangent is cut where it leaves the frame, not bent along its edge.
    ends = [-REACH, REACH]
    if slope:
        at_edges = sorted(((low - here) / slope, (high - here) / slope))
        ends = [max(ends[0], at_edges[0]), min(ends[1], at_edges[1])]
    (x1, x2), (y1, y2) = map(_across, ends), (_up(here + slope * end, curve) for end in ends)
    x, predicted, true = _across(size), _up(here + slope * size, curve), _up(there, curve)
    return [
        f'<polyline points="{points}" fill="none" stroke="{svg.INK}" stroke-width="2.5"/>',
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{svg.DARK}" stroke-width="1.6" '
        'stroke-dasharray="7 4"/>',
        f'<circle cx="{_across(0):.1f}" cy="{_up(here, curve):.1f}" r="4" fill="{svg.INK}"/>',
        f'<line x1="{x:.1f}" y1="{predicted:.1f}" x2="{x:.1f}" y2="{true:.1f}" stroke="#d95f02" stroke-width="2"/>',
        f'<circle cx="{x:.1f}" cy="{true:.1f}" r="5" fill="{svg.LIGHT}" stroke="{svg.INK}" stroke-width="1.5"/>',
        f'<circle cx="{x:.1f}" cy="{predicted:.1f}" r="5" fill="none" stroke="{svg.DARK}" stroke-width="2.2"/>',
    ]


def _numbers(parameter: str, size: float, slope: float, predicted: float, true: float) -> list[str]:
    name = symbol(parameter)
    lines = [
        f"∂ℓ/∂{name} = {svg.number(slope)},  nudge = {svg.number(size)}",
        f"○  predicted Δℓ = ∂ℓ/∂{name} × nudge = {svg.number(predicted)}",
        f"●  true Δℓ = {svg.number(true)}",
        f"difference = {svg.number(predicted - true)}",
    ]
    return [svg.text(530, 40 + 38 * i, line, size=17, anchor="start") for i, line in enumerate(lines)]
