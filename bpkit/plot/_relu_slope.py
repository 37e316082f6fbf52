"""The ReLU and its derivative in one frame: figure 7.6."""

from bpkit.plot import svg
from bpkit.plot.svg import Picture

WIDTH, HEIGHT = 560, 430
_LEFT, _BOTTOM, _UNIT = 56.0, 346.0, 80.0  # px; one unit is as long upwards as to the right
_LOW, _HIGH = -0.5, 3.4  # the part of the vertical axis that is drawn
_CURVE = "#e0a030"  # lighter than the step that lies on it, in grayscale too


def relu_slope() -> Picture:
    """Draw a[z] = max(0, z), thick, and its derivative, the step 𝕀[z > 0], from −3 to 3.

    At 0 the ReLU has a kink and no slope; by our convention it is 0 there: a filled dot at 0, an open one at 1.

    >>> relu_slope()
    Figure 7.6. The ReLU: 0 for z ≤ 0, else z. Its derivative: 0 for z ≤ 0, else 1.
    """
    across, along = [_at(z, 0.0)[0] for z in range(-3, 4)], [_at(0.0, value)[1] for value in range(4)]
    (left, bottom), (right, top) = _at(-3, _LOW), _at(3, _HIGH)
    shapes = [svg.box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, fill="white", round_=0)]
    shapes += [_path([(x, top), (x, bottom)], "#e3e3e3", 1) for x in across[1:-1]]
    shapes += [_path([(left, y), (right, y)], "#e3e3e3", 1) for y in along]
    shapes += [svg.text(x, bottom + 16, svg.number(z), size=14) for z, x in zip(range(-3, 4), across, strict=True)]
    shapes += [svg.text(left - 12, y, svg.number(value), size=14, anchor="end") for value, y in enumerate(along)]
    shapes += [
        svg.text((left + right) / 2, bottom + 38, "z", size=16),
        svg.text(left - 40, top - 14, "a[z] and its derivative ∂a/∂z", size=14, anchor="start"),
        _path([_at(-3, 0), _at(0, 0), _at(3, 3)], _CURVE, 7),
        _path([_at(-3, 0), _at(0, 0)], svg.DARK, 2.5),
        _path([_at(0, 1), _at(3, 1)], svg.DARK, 2.5),
        _dot(*_at(0, 1), filled=False),
        _dot(*_at(0, 0), filled=True),
        svg.text(*_at(1.75, 2.35), "ReLU  a[z]", size=16, anchor="end"),
        svg.text(*_at(2.1, 0.78), "derivative", size=14, colour=svg.DARK),
        svg.text(*_at(2.1, 0.55), "1 for z > 0", size=14, colour=svg.DARK),
        svg.text(*_at(-1.5, 0.22), "derivative 0 for z ≤ 0", size=14, colour=svg.DARK),
        svg.text(*_at(-1.5, -0.24), "a[z] = 0", size=14),
        svg.text(16, HEIGHT - 14, "Figure 7.6. The ReLU and its derivative.", size=15, anchor="start"),
    ]
    words = "Figure 7.6. The ReLU: 0 for z ≤ 0, else z. Its derivative: 0 for z ≤ 0, else 1."
    return svg.picture(WIDTH, HEIGHT, shapes, words)


def _at(z: float, value: float) -> tuple[float, float]:
    """Where a point of the plane lies on the sheet."""
    return _LEFT + (z + 3) * _UNIT, _BOTTOM + (_LOW - value) * _UNIT


def _path(points: list[tuple[float, float]], colour: str, thick: float) -> str:
    corners = " ".join(f"{x:g},{y:g}" for x, y in points)
    return f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="{thick:g}"/>'


def _dot(x: float, y: float, *, filled: bool) -> str:
    fill = svg.DARK if filled else "white"
    return f'<circle cx="{x:g}" cy="{y:g}" r="6" fill="{fill}" stroke="{svg.DARK}" stroke-width="2.5"/>'
