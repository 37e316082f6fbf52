"""The multiplications of both modes against the number of outputs and of inputs, and where they cross."""

from bpkit.numerical.arguments import whole_number
from bpkit.plot import svg
from bpkit.plot._mode_cost import WIDTH
from bpkit.plot.jacobian_cost import best_order, forward_multiplications, layer_sizes, reverse_multiplications
from bpkit.plot.svg import Picture, counted

_PANEL_WIDTH, _PANEL_HEIGHT, _CURVES_HEIGHT, _POINTS = 360.0, 210.0, 330, 65
_BAND = "#d0d0d0"  # behind the lines, where the cheapest order is


def crossover(inputs: int = 16, depth: int = 4, width: int = 32, outputs: int = 16) -> Picture:
    """Draw the multiplications of both modes and of the cheapest order against the outputs, and against the inputs.

    On the left the number of inputs stays as given, and on the right that of outputs. In a chain whose layers all have
    `width` units but the last, forward mode costs (L−2)·width²·(n_0 − n_L) more than reverse mode: from three layers on
    the lines cross where there are as many outputs as inputs, whatever the width and the depth.

    Raises TypeError or ValueError for an argument that is not a whole number of at least 1, and for a depth below 3,
    where both modes carry out the same product.

    >>> crossover(inputs=16, depth=4, width=32, outputs=8)
    Multiplications for the Jacobian of 4 layers of 32 units. Left: with 16 inputs both modes cost 40,960 for 16 outputs; with fewer outputs reverse mode is cheaper, with more forward mode. Right: with 8 outputs both cost 18,432 for 8 inputs; with fewer inputs forward mode is cheaper, with more reverse mode.
    """  # noqa: E501
    whole_number("depth", depth, least=3)
    at_inputs, at_outputs = (layer_sizes(fixed, depth, width, fixed) for fixed in (inputs, outputs))
    meet = forward_multiplications(at_inputs), forward_multiplications(at_outputs)
    outputs_run = [layer_sizes(inputs, depth, width, m) for m in _numbers(inputs)]
    inputs_run = [layer_sizes(m, depth, width, outputs) for m in _numbers(outputs)]
    shape = f" ({depth} layers, width {width})"
    drawn = _panel(104, outputs_run, at_inputs, meet[0], "output", counted(inputs, "input") + shape)
    drawn += _panel(604, inputs_run, at_outputs, meet[1], "input", counted(outputs, "output") + shape)
    words = (
        f"Multiplications for the Jacobian of {depth} layers of {counted(width, 'unit')}. "
        f"Left: with {counted(inputs, 'input')} both modes cost {meet[0]:,} for {counted(inputs, 'output')}; with "
        "fewer outputs reverse mode is cheaper, with more forward mode. "
        f"Right: with {counted(outputs, 'output')} both cost {meet[1]:,} for {counted(outputs, 'input')}; with fewer "
        "inputs forward mode is cheaper, with more reverse mode."
    )
    return svg.picture(WIDTH, _CURVES_HEIGHT, drawn + _legend(), words)


def _numbers(crossing: int) -> list[int]:
    """The numbers along an axis, not too many, that has the crossing in its middle."""
    end = max(2 * crossing - 1, 7)
    return sorted({round(1 + (end - 1) * i / (_POINTS - 1)) for i in range(_POINTS)})


def _panel(left: float, run: list[tuple[int, ...]], crossing: tuple[int, ...], meet: int, what: str,
           title: str) -> list[str]:  # fmt: skip
    """One diagram: three lines, and a ring where the modes cost the same."""
    top, bottom = 40.0, 40.0 + _PANEL_HEIGHT
    number = [sizes[-1 if what == "output" else 0] for sizes in run]
    lines = {
        "forward": [forward_multiplications(sizes) for sizes in run],
        "reverse": [reverse_multiplications(sizes) for sizes in run],
        "cheapest": [best_order(sizes).multiplications for sizes in run],
    }
    highest = max(map(max, lines.values()))

    def at(x: float, y: float) -> tuple[float, float]:
        return left + _PANEL_WIDTH * x / number[-1], bottom - _PANEL_HEIGHT * y / highest

    def line(name: str, style: str) -> str:
        points = " ".join("{:.1f},{:.1f}".format(*at(*one)) for one in zip(number, lines[name], strict=True))
        return f'<polyline points="{points}" fill="none" {style}/>'

    x, y = at(crossing[0], meet)
    drawn = [
        svg.text(left + _PANEL_WIDTH / 2, 18, f"Multiplications with {title}", size=14),
        f'<path d="M{left} {top}V{bottom}H{left + _PANEL_WIDTH}" fill="none" stroke="{svg.INK}"/>',
        f'<path d="M{x:.1f} {y:.1f}V{bottom}" stroke="{svg.GRAY}" stroke-dasharray="4 3"/>',
        line("cheapest", f'stroke="{_BAND}" stroke-width="12"'),
        line("forward", f'stroke="{svg.INK}" stroke-width="4.5"'),
        line("forward", f'stroke="{svg.LIGHT}" stroke-width="2.5"'),
        line("reverse", f'stroke="{svg.DARK}" stroke-width="3"'),
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="white" stroke="{svg.INK}" stroke-width="2"/>',
    ]
    for value in (0, meet, highest):
        drawn.append(svg.text(left - 6, at(0, value)[1], f"{value:,}", size=12, anchor="end"))
    for value in sorted({1, crossing[0], number[-1]}):
        drawn.append(svg.text(at(value, 0)[0], bottom + 14, str(value), size=12))
    cheaper = ("reverse", "forward") if what == "output" else ("forward", "reverse")
    for name, start, end in zip(cheaper, (1, crossing[0]), (crossing[0], number[-1]), strict=True):
        (from_x, _), (to_x, _) = at(start, 0), at(end, 0)
        if to_x - from_x > 140:
            drawn.append(svg.text((from_x + to_x) / 2, bottom + 14, f"{name} cheaper", size=12))
    return [*drawn, svg.text(left + _PANEL_WIDTH / 2, bottom + 38, f"number of {what}s", size=14)]


def _legend() -> list[str]:
    drawn, y = [], _CURVES_HEIGHT - 16
    entries = ((150, "forward mode", svg.INK, 4.5), (150, "", svg.LIGHT, 2.5), (330, "reverse mode", svg.DARK, 3),
               (510, "cheapest order", _BAND, 12))  # fmt: skip
    for x, words, colour, thick in entries:
        drawn.append(f'<path d="M{x} {y}h34" stroke="{colour}" stroke-width="{thick}"/>')
        drawn.append(svg.text(x + 42, y, words, size=13, anchor="start"))
    drawn.append(f'<circle cx="704" cy="{y}" r="6" fill="white" stroke="{svg.INK}" stroke-width="2"/>')
    return [*drawn, svg.text(718, y, "both modes cost the same", size=13, anchor="start")]
