"""The multiplications of both modes against the number of outputs, and where they cross."""

from bpkit.plot import svg
from bpkit.plot.jacobian_cost import forward_multiplications, layer_sizes, reverse_multiplications
from bpkit.plot.svg import Picture, counted

_WIDTH, _HEIGHT, _POINTS = 620, 330, 65
_LEFT, _RIGHT, _TOP, _BOTTOM = 104.0, 580.0, 40.0, 250.0


def crossover(inputs: int = 16, depth: int = 4, width: int = 32) -> Picture:
    """Draw the multiplications of both modes against the number of outputs.

    In a chain whose layers all have `width` units but the last, forward mode costs n_0/n_L times as much as reverse
    mode: the lines cross where there are as many outputs as inputs, whatever the width and the depth.

    Raises TypeError or ValueError for an argument that is not a whole number of at least 1.

    >>> crossover(inputs=16, depth=4, width=32)
    Multiplications for the Jacobian of 4 layers of 32 units. With 16 inputs both modes cost 49,152 for 16 outputs; with fewer outputs reverse mode is cheaper, with more forward mode.
    """  # noqa: E501
    meet = forward_multiplications(layer_sizes(inputs, depth, width, inputs))
    words = (
        f"Multiplications for the Jacobian of {depth} layers of {counted(width, 'unit')}. "
        f"With {counted(inputs, 'input')} both modes cost {meet:,} for {counted(inputs, 'output')}; with fewer outputs "
        "reverse mode is cheaper, with more forward mode."
    )
    numbers = _numbers(inputs)
    drawn = _curves([layer_sizes(inputs, depth, width, outputs) for outputs in numbers], inputs, meet)
    title = f"Multiplications with {counted(inputs, 'input')} ({depth} layers, width {width})"
    drawn.append(svg.text((_LEFT + _RIGHT) / 2, 18, title, size=14))
    return svg.picture(_WIDTH, _HEIGHT, drawn + _legend(), words)


def _numbers(crossing: int) -> list[int]:
    """The numbers along the axis, not too many, that has the crossing in its middle."""
    end = max(2 * crossing - 1, 7)
    return sorted({round(1 + (end - 1) * i / (_POINTS - 1)) for i in range(_POINTS)})


def _curves(run: list[tuple[int, ...]], crossing: int, meet: int) -> list[str]:
    """Axes, a line for each mode, and a ring where they cost the same."""
    number = [sizes[-1] for sizes in run]
    forward = [forward_multiplications(sizes) for sizes in run]
    reverse = [reverse_multiplications(sizes) for sizes in run]
    highest = max(*forward, *reverse)

    def at(x: float, y: float) -> tuple[float, float]:
        return _LEFT + (_RIGHT - _LEFT) * x / number[-1], _BOTTOM - (_BOTTOM - _TOP) * y / highest

    def line(counts: list[int], style: str) -> str:
        points = " ".join("{:.1f},{:.1f}".format(*at(*one)) for one in zip(number, counts, strict=True))
        return f'<polyline points="{points}" fill="none" {style}/>'

    x, y = at(crossing, meet)
    drawn = [
        f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" fill="none" stroke="{svg.INK}"/>',
        f'<path d="M{x:.1f} {y:.1f}V{_BOTTOM}" stroke="{svg.GRAY}" stroke-dasharray="4 3"/>',
        line(forward, f'stroke="{svg.INK}" stroke-width="4.5"'),
        line(forward, f'stroke="{svg.LIGHT}" stroke-width="2.5"'),
        line(reverse, f'stroke="{svg.DARK}" stroke-width="3"'),
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="white" stroke="{svg.INK}" stroke-width="2"/>',
        svg.text((_LEFT + _RIGHT) / 2, _BOTTOM + 38, "number of outputs", size=14),
    ]
    drawn += [svg.text(_LEFT - 6, at(0, count)[1], f"{count:,}", size=12, anchor="end") for count in (0, meet, highest)]
    ticks = sorted({1, crossing, number[-1]})
    drawn += [svg.text(at(one, 0)[0], _BOTTOM + 14, str(one), size=12) for one in ticks]
    for name, start, end in (("reverse", 1, crossing), ("forward", crossing, number[-1])):
        (from_x, _), (to_x, _) = at(start, 0), at(end, 0)
        if to_x - from_x > 140:
            drawn.append(svg.text((from_x + to_x) / 2, _BOTTOM + 14, f"{name} cheaper", size=12))
    return drawn


def _legend() -> list[str]:
    y = _HEIGHT - 16
    drawn = [
        f'<path d="M{x} {y}h34" stroke="{colour}" stroke-width="{thick}"/>'
        for x, colour, thick in ((60, svg.INK, 4.5), (60, svg.LIGHT, 2.5), (230, svg.DARK, 3))
    ]
    drawn.append(f'<circle cx="400" cy="{y}" r="6" fill="white" stroke="{svg.INK}" stroke-width="2"/>')
    words = ((102, "forward mode"), (272, "reverse mode"), (414, "both modes cost the same"))
    return drawn + [svg.text(x, y, one, size=13, anchor="start") for x, one in words]
