"""What the Jacobian of a chain of layers costs in forward mode, in reverse mode and in the cheapest order."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from bpkit.arguments import whole_number
from bpkit.plot import svg
from bpkit.plot.svg import Picture, subscript

WIDTH, HEIGHT = 1000, 648
LARGEST, DEEPEST = 64, 8  # units in a layer, and layers, that there is room for

_LEFT, _RIGHT = 16.0, 984.0
_CHAIN, _TALLEST, _WIDEST_UNIT, _THINNEST = 150.0, 80.0, 8.0, 2.0  # where the layers begin; px of rectangles
_LAYERS, _FORWARD, _REVERSE = 72.0, 192.0, 316.0  # the middles of the three rows
_BARS, _ROW, _SENTENCES, _RULES = 412.0, 23.0, 530.0, 618.0
_PANEL_WIDTH, _PANEL_HEIGHT, _CURVES_HEIGHT, _POINTS = 360.0, 210.0, 330, 65
_BAND = "#d0d0d0"  # behind the lines, where the cheapest order is


class Order(NamedTuple):
    """An order of multiplying the Jacobians: what it costs, and how it is written with parentheses."""

    multiplications: int
    written: str


class Memory(NamedTuple):
    """How many numbers are held between two layers: values of layers, and derivatives (tangents or gradients)."""

    values: int
    derivatives: int


def layer_sizes(inputs: int, depth: int, width: int, outputs: int) -> tuple[int, ...]:
    """Return the sizes (n_0, …, n_L) of a chain of L = depth layers that all have `width` units but the last.

    Raises TypeError or ValueError for what is not a whole number of at least 1.

    >>> layer_sizes(inputs=48, depth=4, width=24, outputs=4)
    (48, 24, 24, 24, 4)
    """
    n_0, depth = whole_number("inputs", inputs), whole_number("depth", depth)
    hidden = (whole_number("width", width),) * (depth - 1)
    return (n_0, *hidden, whole_number("outputs", outputs))


def forward_multiplications(sizes: Sequence[int]) -> int:
    """Return the multiplications of forward mode for the Jacobian, J_L(…(J_3(J_2 J_1))): n_0·Σ n_k·n_{k−1}, k ≥ 2.

    `sizes` is (n_0, …, n_L): the number of inputs, and of units in each of L layers. J_k is n_k × n_{k−1}, with no
    zeros known in advance, and a p × q matrix times a q × r matrix costs p·q·r multiplications. n_0 tangents, one for
    each input, are carried from layer to layer; the first product, J_1 times the identity, is J_1 and costs nothing.
    What the layers' values and their J_k cost is the same in every order, and not counted.

    Raises TypeError or ValueError when `sizes` is not two or more whole numbers of at least 1.

    >>> forward_multiplications((48, 24, 24, 24, 4))  # 48·(24·24 + 24·24 + 4·24)
    59904
    """
    n = _whole(sizes)
    return n[0] * sum(a * b for a, b in pairwise(n[1:]))


def reverse_multiplications(sizes: Sequence[int]) -> int:
    """Return the multiplications of reverse mode for the Jacobian, ((J_L J_{L−1})…)J_1: n_L·Σ n_k·n_{k−1}, k < L.

    n_L gradients, one for each output, are carried back from layer to layer; counted as `forward_multiplications`.

    >>> reverse_multiplications((48, 24, 24, 24, 4))  # 4·(24·48 + 24·24 + 24·24)
    9216
    """
    n = _whole(sizes)
    return n[-1] * sum(a * b for a, b in pairwise(n[:-1]))


def best_order(sizes: Sequence[int]) -> Order:
    """Return the cheapest of all orders of multiplying the Jacobians, by dynamic programming.

    The cheapest way to J_last…J_first ends with one product, and has the cheapest way to either side of it. Of equally
    cheap orders forward mode is preferred. (On a graph that is not a chain the problem is NP-complete.)

    Source: Griewank and Naumann (2003); for graphs Naumann (2008).

    >>> best_order((48, 24, 24, 24, 4)), best_order((9, 2, 2, 2, 9))
    (Order(multiplications=9216, written='((J₄J₃)J₂)J₁'), Order(multiplications=206, written='J₄((J₃J₂)J₁)'))
    """
    n = _whole(sizes)
    best = {(k, k): Order(0, f"J{subscript(k)}") for k in range(1, len(n))}
    for length in range(1, len(n) - 1):
        for first in range(1, len(n) - length):
            last = first + length
            ways = [
                (best[middle + 1, last][0] + best[first, middle][0] + n[last] * n[middle] * n[first - 1], middle)
                for middle in range(last - 1, first - 1, -1)  # forward mode comes first
            ]
            cost, middle = min(ways, key=lambda way: way[0])
            left, right = best[middle + 1, last].written, best[first, middle].written
            left, right = left if middle + 1 == last else f"({left})", right if first == middle else f"({right})"
            best[first, last] = Order(cost, left + right)
    return best[1, len(n) - 1]


def forward_memory(sizes: Sequence[int], at_once: int = 1) -> Memory:
    """Return what forward mode holds at most: the values of one layer, max n_k, and `at_once` tangents of its size.

    One tangent at a time is 2·max n_k numbers, and the layers are run n_0 times; with n_0 at once they are run once.

    >>> forward_memory((48, 24, 24, 24, 4)), forward_memory((48, 24, 24, 24, 4), at_once=48)
    (Memory(values=48, derivatives=48), Memory(values=48, derivatives=2304))
    """
    largest = max(_whole(sizes))
    return Memory(largest, whole_number("at_once", at_once) * largest)


def reverse_memory(sizes: Sequence[int], at_once: int = 1) -> Memory:
    """Return what reverse mode holds at most: the values of *all* layers, Σ n_k, and `at_once` gradients of one layer.

    The values are kept for the way back, because J_k depends on them; that is the price of reverse mode.

    >>> reverse_memory((48, 24, 24, 24, 4)), reverse_memory((48, 24, 24, 24, 4), at_once=4)
    (Memory(values=124, derivatives=48), Memory(values=124, derivatives=192))
    """
    n = _whole(sizes)
    return Memory(sum(n), whole_number("at_once", at_once) * max(n))


def _whole(sizes: Sequence[int]) -> tuple[int, ...]:
    if not hasattr(sizes, "__len__") or len(sizes) < 2:
        raise ValueError(f"sizes is {sizes!r}, expected the number of inputs and the size of each layer, one or more.")
    return tuple(whole_number(f"sizes[{k}]", size) for k, size in enumerate(sizes))


def mode_cost(sizes: Sequence[int]) -> Picture:
    """Draw a chain of layers to one scale, what forward and reverse mode carry along it, and what each costs.

    `sizes` is (n_0, …, n_L), one to eight layers of 1 to 64 units. Forward mode carries an n_k × n_0 matrix to layer k,
    a column for each input; reverse mode an n_L × n_k matrix, a row for each output. Below each stand the
    multiplications that gave it, and below all the sums, the memory, and which mode wins and why. What is counted is
    said at `forward_multiplications`, `best_order`, `forward_memory` and `reverse_memory`.

    Raises TypeError or ValueError for other sizes.

    >>> mode_cost((48, 24, 24, 24, 4))
    48 inputs and 4 layers of 24, 24, 24, 4 units. Multiplications for the Jacobian: forward mode 59,904, reverse mode 9,216, cheapest order 9,216. Reverse mode wins because it carries 4 rows, and forward mode 48 columns; forward mode costs 6.5 times as much. Memory: reverse mode keeps the values of all layers, 124 numbers, for the way back; forward mode those of one layer, 48.
    """  # noqa: E501
    n = _whole(sizes)
    if len(n) - 1 > DEEPEST:
        raise ValueError(f"sizes has {len(n) - 1} layers after the inputs, expected at most {DEEPEST}.")
    for k, size in enumerate(n):
        if size > LARGEST:
            raise ValueError(f"sizes[{k}] is {size}, expected at most {LARGEST}, as on the sliders.")
    sentences = [*_winner(n), *_best(n), _price(n)]
    drawn = _layers(n) + _carried_forward(n) + _carried_back(n) + _multiplications(n) + _memory(n)
    drawn += [svg.text(_LEFT, _SENTENCES + 22 * i, one, size=15, anchor="start") for i, one in enumerate(sentences)]
    return svg.picture(WIDTH, HEIGHT, drawn + _rules(), _in_words(n, sentences))


def _unit(n: tuple[int, ...]) -> float:
    """How many px a unit of a layer has, the same for everything on the sheet."""
    return min(_WIDEST_UNIT, _TALLEST / max(n))


def _place(n: tuple[int, ...], k: int) -> float:
    """The middle of layer k's column."""
    return _CHAIN + (k + 0.5) * (_RIGHT - _CHAIN) / len(n)


def _rectangle(x: float, y: float, width: float, height: float, fill: str, identity: bool = False) -> str:
    """A matrix or a layer; its frame lies inside its size, which is what is to scale."""
    width, height = max(width, _THINNEST), max(height, _THINNEST)
    line = fill if fill in (svg.GRAY, svg.DARK) else svg.INK  # a thin one would be all frame
    dashed = identity and min(width, height) > 12
    return svg.box(x, y, round(width - 1, 2), round(height - 1, 2), fill=fill, line=line, dashed=dashed, round_=0)


def _layers(n: tuple[int, ...]) -> list[str]:
    """The chain itself: a bar for each layer's values, an arrow for each J_k, and the scale."""
    unit, last = _unit(n), len(n) - 1
    ten = 10 * unit
    drawn = [
        svg.text(_LEFT, _LAYERS - 8, "the layers", size=15, anchor="start"),
        f'<path d="M{_LEFT} {_LAYERS + 10}v10m0 -5h{ten:.2f}m0 -5v10" fill="none" stroke="{svg.INK}"/>',
        svg.text(_LEFT + ten + 6, _LAYERS + 15, "10", size=12, anchor="start"),
    ]
    for k, size in enumerate(n):
        x = _place(n, k)
        name = "inputs" if k == 0 else "outputs" if k == last else f"layer {k}"
        drawn.append(svg.text(x, _LAYERS - 54, name, size=13))
        drawn.append(_rectangle(x, _LAYERS, 12, unit * size, svg.GRAY))
        drawn.append(svg.text(x, _LAYERS + 50, f"n{subscript(k)} = {size}", size=13))
        if k > 0:
            before = _place(n, k - 1)
            drawn.append(svg.arrow(before + 14, _LAYERS, x - 10, _LAYERS))
            drawn.append(svg.text((before + x) / 2, _LAYERS - 12, f"J{subscript(k)}", size=14))
    return drawn


def _row_name(y: float, name: str, *what: str) -> list[str]:
    lines = [svg.text(_LEFT, y + 2 + 18 * i, line, size=13, anchor="start") for i, line in enumerate(what)]
    return [svg.text(_LEFT, y - 20, name, size=15, anchor="start"), *lines]


def _below(x: float, y: float, rows: int, columns: int, cost: int | None) -> list[str]:
    """A carried matrix's size, and the multiplications that gave it; the identity has none."""
    words = "identity" if cost is None else f"+ {cost:,}" if cost else "no product"
    return [svg.text(x, y + 49, f"{rows} × {columns}", size=13), svg.text(x, y + 66, words, size=13)]


def _carried_forward(n: tuple[int, ...]) -> list[str]:
    """The n_k × n_0 matrices of forward mode."""
    unit, inputs = _unit(n), n[0]
    drawn = _row_name(_FORWARD, "forward mode →", f"carries {_counted(inputs, 'column')},", "one for each input")
    for k, size in enumerate(n):
        x, fill = _place(n, k), svg.LIGHT if k else "white"
        drawn.append(_rectangle(x, _FORWARD, unit * inputs, unit * size, fill, identity=k == 0))
        drawn += _below(x, _FORWARD, size, inputs, None if k == 0 else 0 if k == 1 else size * n[k - 1] * inputs)
    return drawn


def _carried_back(n: tuple[int, ...]) -> list[str]:
    """The n_L × n_k matrices of reverse mode."""
    unit, outputs, last = _unit(n), n[-1], len(n) - 1
    drawn = _row_name(_REVERSE, "reverse mode ←", f"carries {_counted(outputs, 'row')},", "one for each output")
    for k, size in enumerate(n):
        x, fill = _place(n, k), svg.DARK if k < last else "white"
        drawn.append(_rectangle(x, _REVERSE, unit * size, unit * outputs, fill, identity=k == last))
        cost = None if k == last else 0 if k == last - 1 else outputs * n[k + 1] * size
        drawn += _below(x, _REVERSE, outputs, size, cost)
    return drawn


def _multiplications(n: tuple[int, ...]) -> list[str]:
    """Three bars: forward mode, reverse mode, and the cheapest order."""
    forward, reverse, (best, written) = forward_multiplications(n), reverse_multiplications(n), best_order(n)
    last = len(n) - 1
    rows = (
        ("forward mode", forward, svg.LIGHT, f"{forward:,}" + f" = {n[0]} · {forward // n[0]:,}" * (last > 1)),
        ("reverse mode", reverse, svg.DARK, f"{reverse:,}" + f" = {n[-1]} · {reverse // n[-1]:,}" * (last > 1)),
        ("cheapest order", best, "white", f"{best:,}"),
    )
    longest = 150 / max(forward, reverse, 1)
    drawn = [svg.text(_LEFT, _BARS, "Multiplications for the Jacobian", size=15, anchor="start")]
    for i, (name, count, fill, words) in enumerate(rows, start=1):
        drawn += _bar(_LEFT, 120, _BARS + _ROW * i, name, [(longest * count, fill)], words)
    if best < min(forward, reverse):
        drawn.append(svg.text(_LEFT + 110, _BARS + _ROW * 4 - 3, written, size=13, anchor="start"))
    return drawn


def _memory(n: tuple[int, ...]) -> list[str]:
    """Four bars, of values and of derivatives: each mode with one tangent or gradient at a time, and with all."""
    rows = (
        ("forward, one column at a time", svg.LIGHT, forward_memory(n)),
        (f"forward, all {n[0]} at once", svg.LIGHT, forward_memory(n, n[0])),
        ("reverse, one row at a time", svg.DARK, reverse_memory(n)),
        (f"reverse, all {n[-1]} at once", svg.DARK, reverse_memory(n, n[-1])),
    )
    longest = 120 / max(sum(held) for _, _, held in rows)
    drawn = [svg.text(500, _BARS, "Memory, in numbers:", size=15, anchor="start"),
             _rectangle(672, _BARS, 14, 14, svg.GRAY), svg.text(684, _BARS, "values", size=13, anchor="start"),
             _rectangle(750, _BARS, 14, 14, svg.LIGHT), _rectangle(768, _BARS, 14, 14, svg.DARK),
             svg.text(780, _BARS, "derivatives", size=13, anchor="start")]  # fmt: skip
    for i, (name, fill, (values, derivatives)) in enumerate(rows, start=1):
        parts = [(longest * values, svg.GRAY), (longest * derivatives, fill)]
        words = f"{values:,} + {derivatives:,} = {values + derivatives:,}"
        drawn += _bar(500, 220, _BARS + _ROW * i, name, parts, words)
    return drawn


def _bar(x: float, indent: float, y: float, name: str, parts: list[tuple[float, str]], words: str) -> list[str]:
    """A name, the parts of a bar side by side, and what they count."""
    drawn = [svg.text(x, y, name, size=13, anchor="start")]
    end = x + indent - 10
    for length, fill in parts:
        if length:
            length = max(length, _THINNEST)
            drawn.append(_rectangle(end + length / 2, y, length, 15, fill))
            end += length
    return [*drawn, svg.text(end + 7, y, words, size=13, anchor="start")]


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _winner(n: tuple[int, ...]) -> list[str]:
    """Which mode needs fewer multiplications, and why."""
    forward, reverse, last = forward_multiplications(n), reverse_multiplications(n), len(n) - 1
    if last == 1:
        return ["With one layer there is nothing to multiply: J₁ is the Jacobian."]
    if last == 2:
        return ["With two layers J₂J₁ is the only product: both modes carry it out, and cost the same."]
    columns, rows = _counted(n[0], "column"), _counted(n[-1], "row")
    if forward == reverse:
        return [f"Both modes cost the same: forward mode carries {columns}, reverse mode {rows}."]
    first, end = "J₁", f"J{subscript(last)}"
    winner, loser, its, theirs, begin, smaller, fewer = (
        ("Forward", "reverse", columns, rows, first, end, n[0] < n[-1])
        if forward < reverse
        else ("Reverse", "forward", rows, columns, end, first, n[-1] < n[0])
    )
    low, high = sorted((forward, reverse))
    by = f"{svg.number(high / low)} times as much" if high >= 1.1 * low else f"{high - low:,} more"
    wins = (
        f"{winner} mode wins {'because' if fewer else 'although'} it carries {its}, and {loser} mode {theirs}; "
        f"{loser} mode costs {by}."
    )
    # A mode that carries no fewer can win only by what it need not multiply.
    reason = f"It begins with {begin}, which is larger than {smaller}, and need not multiply it by anything."
    return [wins] if fewer else [wins, reason]


def _best(n: tuple[int, ...]) -> list[str]:
    """The cheapest order, where it is neither mode."""
    best, least = best_order(n), min(forward_multiplications(n), reverse_multiplications(n))
    if best.multiplications == least:
        return []
    return [f"A mixed order, {best.written}, is cheaper still: {best.multiplications:,} multiplications."]


def _price(n: tuple[int, ...]) -> str:
    """What reverse mode pays."""
    return (
        f"Memory: reverse mode keeps the values of all layers, {reverse_memory(n).values:,} numbers, for the way back; "
        f"forward mode those of one layer, {forward_memory(n).values:,}."
    )


def _rules() -> list[str]:
    lines = (
        "A p × q matrix times a q × r matrix costs p·q·r multiplications. What the layers' values and their Jacobians "
        "J cost is not counted:",
        "it is the same in every order. Memory is what is held between two layers.",
    )
    return [svg.text(_LEFT, _RULES + 18 * i, line, size=13, anchor="start") for i, line in enumerate(lines)]


def _in_words(n: tuple[int, ...], sentences: list[str]) -> str:
    return (
        f"{_counted(n[0], 'input')} and {_counted(len(n) - 1, 'layer')} of {', '.join(map(str, n[1:]))} units. "
        f"Multiplications for the Jacobian: forward mode {forward_multiplications(n):,}, reverse mode "
        f"{reverse_multiplications(n):,}, cheapest order {best_order(n).multiplications:,}. {' '.join(sentences)}"
    )


def crossover(inputs: int = 16, depth: int = 4, width: int = 32, outputs: int = 16) -> Picture:
    """Draw the multiplications of both modes and of the cheapest order against the outputs, and against the inputs.

    On the left the number of inputs stays as given, and on the right that of outputs. In a chain whose layers all have
    `width` units but the last, forward mode costs (L−2)·width²·(n_0 − n_L) more than reverse mode: from three layers on
    the lines cross where there are as many outputs as inputs, whatever the width and the depth.

    Raises TypeError or ValueError for what is not a whole number of at least 1, and for a depth below 3, where both
    modes carry out the same product.

    >>> crossover(inputs=16, depth=4, width=32, outputs=8)
    Multiplications for the Jacobian of 4 layers of 32 units. Left: with 16 inputs both modes cost 40,960 for 16 outputs; with fewer outputs reverse mode is cheaper, with more forward mode. Right: with 8 outputs both cost 18,432 for 8 inputs; with fewer inputs forward mode is cheaper, with more reverse mode.
    """  # noqa: E501
    whole_number("depth", depth, least=3)
    at_inputs, at_outputs = (layer_sizes(fixed, depth, width, fixed) for fixed in (inputs, outputs))
    meet = forward_multiplications(at_inputs), forward_multiplications(at_outputs)
    outputs_run = [layer_sizes(inputs, depth, width, m) for m in _numbers(inputs)]
    inputs_run = [layer_sizes(m, depth, width, outputs) for m in _numbers(outputs)]
    shape = f" ({depth} layers, width {width})"
    drawn = _panel(104, outputs_run, at_inputs, meet[0], "output", _counted(inputs, "input") + shape)
    drawn += _panel(604, inputs_run, at_outputs, meet[1], "input", _counted(outputs, "output") + shape)
    words = (
        f"Multiplications for the Jacobian of {depth} layers of {_counted(width, 'unit')}. "
        f"Left: with {_counted(inputs, 'input')} both modes cost {meet[0]:,} for {_counted(inputs, 'output')}; with "
        "fewer outputs reverse mode is cheaper, with more forward mode. "
        f"Right: with {_counted(outputs, 'output')} both cost {meet[1]:,} for {_counted(outputs, 'input')}; with fewer "
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
