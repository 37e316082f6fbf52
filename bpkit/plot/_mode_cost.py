"""What the Jacobian of a chain of layers costs in forward mode, in reverse mode and in the cheapest way."""

from collections.abc import Sequence

from bpkit.plot import svg
from bpkit.plot.jacobian_cost import (
    JacobianMemory,
    best_order,
    entries,
    forward_memory,
    forward_multiplications,
    reverse_memory,
    reverse_multiplications,
    whole_sizes,
)  # fmt: skip
from bpkit.plot.svg import Picture, counted, subscript

WIDTH, HEIGHT = 1000, 628
LARGEST, DEEPEST = 64, 8  # units in a layer, and layers, at most

_LEFT, _RIGHT = 16.0, 984.0
_CHAIN, _TALLEST, _WIDEST_UNIT, _THINNEST = 150.0, 80.0, 8.0, 2.0  # where the layers begin; px of rectangles
_LAYERS, _FORWARD, _REVERSE = 72.0, 192.0, 316.0  # the middles of the three rows
_BARS, _ROW, _SENTENCES, _RULES = 412.0, 23.0, 530.0, 600.0


def mode_cost(sizes: Sequence[int], *, memory: bool = False) -> Picture:
    """Draw a chain of layers to one scale, what forward and reverse mode carry along it, and what each costs.

    `sizes` is (n_0, …, n_L), one to eight layers of 1 to 64 units. Forward mode carries an n_k × n_0 matrix to layer k,
    a column for each input; reverse mode an n_L × n_k matrix, a row for each output. Below each stand the
    multiplications that gave it, and below all the sums and which mode wins and why; the cheapest way, where it is
    neither of the two; and, if `memory` is true, what each mode holds.
    `forward_multiplications`, `best_order`, `forward_memory` and `reverse_memory` say what is counted.

    Raises TypeError or ValueError for other sizes.

    >>> mode_cost((48, 24, 24, 24, 4))
    48 inputs and 4 layers of 24, 24, 24, 4 units. Forward mode carries 48 tangents along, a column for each input: 24 × 48, 24 × 48, 24 × 48, 4 × 48. Reverse mode carries 4 gradients back, a row for each output: 4 × 24, 4 × 24, 4 × 24, 4 × 48. Multiplications for the Jacobian: forward mode 115,200, reverse mode 9,600. Reverse mode wins because it carries 4 rows, and forward mode 48 columns; forward mode costs 12 times as much.
    """  # noqa: E501
    n = whole_sizes(sizes)
    if len(n) - 1 > DEEPEST:
        raise ValueError(f"sizes has {len(n) - 1} layers after the inputs, expected at most {DEEPEST}.")
    for k, size in enumerate(n):
        if size > LARGEST:
            raise ValueError(f"sizes[{k}] is {size}, expected at most {LARGEST}, as on the sliders.")
    sentences = [*_winner(n), *_best(n), *([_price(n)] if memory else [])]
    drawn = _layers(n) + _carried_forward(n) + _carried_back(n) + _multiplications(n) + (_memory(n) if memory else [])
    drawn += [svg.text(_LEFT, _SENTENCES + 22 * i, one, size=15, anchor="start") for i, one in enumerate(sentences)]
    return svg.picture(WIDTH, HEIGHT, drawn + _rules(memory), _in_words(n, sentences, memory))


def _unit(n: tuple[int, ...]) -> float:
    """How many px a unit of a layer has, the same for everything on the sheet."""
    return min(_WIDEST_UNIT, _TALLEST / max(n))


def _place(n: tuple[int, ...], k: int) -> float:
    """The middle of layer k's column."""
    return _CHAIN + (k + 0.5) * (_RIGHT - _CHAIN) / len(n)


def _rectangle(x: float, y: float, width: float, height: float, fill: str, identity: bool = False) -> str:
    """A matrix or a layer; its frame is drawn inside, so that the outer size is to scale."""
    width, height = max(width, _THINNEST), max(height, _THINNEST)
    line = fill if fill in (svg.GRAY, svg.DARK) else svg.INK  # a dark frame would cover a thin one
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
    words = "identity" if cost is None else f"+ {cost:,}"
    return [svg.text(x, y + 49, f"{rows} × {columns}", size=13), svg.text(x, y + 66, words, size=13)]


def _carried_forward(n: tuple[int, ...]) -> list[str]:
    """The n_k × n_0 matrices of forward mode."""
    unit, inputs = _unit(n), n[0]
    drawn = _row_name(_FORWARD, "forward mode →", f"carries {counted(inputs, 'column')},", "one for each input")
    for k, size in enumerate(n):
        x, fill = _place(n, k), svg.LIGHT if k else "white"
        drawn.append(_rectangle(x, _FORWARD, unit * inputs, unit * size, fill, identity=k == 0))
        drawn += _below(x, _FORWARD, size, inputs, None if k == 0 else size * n[k - 1] * inputs)
    return drawn


def _carried_back(n: tuple[int, ...]) -> list[str]:
    """The n_L × n_k matrices of reverse mode."""
    unit, outputs, last = _unit(n), n[-1], len(n) - 1
    drawn = _row_name(_REVERSE, "reverse mode ←", f"carries {counted(outputs, 'row')},", "one for each output")
    for k, size in enumerate(n):
        x, fill = _place(n, k), svg.DARK if k < last else "white"
        drawn.append(_rectangle(x, _REVERSE, unit * size, unit * outputs, fill, identity=k == last))
        cost = None if k == last else outputs * n[k + 1] * size
        drawn += _below(x, _REVERSE, outputs, size, cost)
    return drawn


def _multiplications(n: tuple[int, ...]) -> list[str]:
    """A bar for forward mode, one for reverse mode, and one for the cheapest way, if it is neither."""
    forward, reverse = forward_multiplications(n), reverse_multiplications(n)
    best = best_order(n).multiplications
    rows = [
        ("forward mode", forward, svg.LIGHT, f"{forward:,} = {n[0]} · {entries(n):,}"),
        ("reverse mode", reverse, svg.DARK, f"{reverse:,} = {n[-1]} · {entries(n):,}"),
    ]
    if best < min(forward, reverse):
        rows.append(("cheapest way", best, "white", f"{best:,}"))
    longest = 150 / max(forward, reverse)
    drawn = [svg.text(_LEFT, _BARS, "Multiplications for the Jacobian", size=15, anchor="start")]
    for i, (name, count, fill, words) in enumerate(rows, start=1):
        drawn += _bar(_LEFT, 120, _BARS + _ROW * i, name, [(longest * count, fill)], words)
    return drawn


def _held(n: tuple[int, ...]) -> list[tuple[str, str, JacobianMemory]]:
    """What each mode holds, and the colour of its derivatives: with one tangent or gradient at a time, and with all."""
    return [
        ("forward, one column at a time", svg.LIGHT, forward_memory(n)),
        (f"forward, all {n[0]} at once", svg.LIGHT, forward_memory(n, n[0])),
        ("reverse, one row at a time", svg.DARK, reverse_memory(n)),
        (f"reverse, all {n[-1]} at once", svg.DARK, reverse_memory(n, n[-1])),
    ]


def _memory(n: tuple[int, ...]) -> list[str]:
    """Four bars, of values and of derivatives."""
    longest = 120 / max(sum(held) for _, _, held in _held(n))
    drawn = [svg.text(500, _BARS, "Memory, in numbers:", size=15, anchor="start"),
             _rectangle(684, _BARS, 14, 14, svg.GRAY), svg.text(696, _BARS, "values", size=13, anchor="start"),
             _rectangle(762, _BARS, 14, 14, svg.LIGHT), _rectangle(780, _BARS, 14, 14, svg.DARK),
             svg.text(792, _BARS, "derivatives", size=13, anchor="start")]  # fmt: skip
    for i, (name, fill, (values, derivatives)) in enumerate(_held(n), start=1):
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


def _winner(n: tuple[int, ...]) -> list[str]:
    """Which mode needs fewer multiplications, and why."""
    forward, reverse = forward_multiplications(n), reverse_multiplications(n)
    columns, rows = counted(n[0], "column"), counted(n[-1], "row")
    if forward == reverse:
        return [f"Both modes cost the same: forward mode carries {columns}, reverse mode {rows}."]
    winner, loser, its, theirs = (
        ("Forward", "reverse", columns, rows) if forward < reverse else ("Reverse", "forward", rows, columns)
    )
    low, high = sorted((forward, reverse))
    by = f"{svg.number(high / low)} times as much" if high >= 1.1 * low else f"{high - low:,} more"
    return [f"{winner} mode wins because it carries {its}, and {loser} mode {theirs}; {loser} mode costs {by}."]


def _best(n: tuple[int, ...]) -> list[str]:
    """The cheapest way, if it is neither forward nor reverse mode."""
    best, least = best_order(n), min(forward_multiplications(n), reverse_multiplications(n))
    if best.multiplications == least:
        return []
    return [f"Cheaper still is {best.written}: {best.multiplications:,} multiplications."]


def _price(n: tuple[int, ...]) -> str:
    """The memory that reverse mode needs, beside that of forward mode."""
    return (
        f"Memory: reverse mode keeps the values of all layers, {reverse_memory(n).values:,} numbers, for the way back; "
        f"forward mode those of one layer, {forward_memory(n).values:,}."
    )


def _rules(memory: bool) -> list[str]:
    held = " Memory is what is held when one layer is done and the next has not begun." if memory else ""
    lines = (
        "A carried column or row costs a multiplication for every entry of each Jacobian J that it meets. What the "
        "layers' values and slopes",
        f"cost is not counted.{held}",
    )
    return [svg.text(_LEFT, _RULES + 18 * i, line, size=13, anchor="start") for i, line in enumerate(lines)]


def _in_words(n: tuple[int, ...], sentences: list[str], memory: bool) -> str:
    tangents = ", ".join(f"{size} × {n[0]}" for size in n[1:])
    gradients = ", ".join(f"{n[-1]} × {size}" for size in n[-2::-1])
    held = "; ".join(f"{name} {values:,} + {derivatives:,}" for name, _, (values, derivatives) in _held(n))
    return (
        f"{counted(n[0], 'input')} and {counted(len(n) - 1, 'layer')} of {', '.join(map(str, n[1:]))} units. "
        f"Forward mode carries {counted(n[0], 'tangent')} along, a column for each input: {tangents}. "
        f"Reverse mode carries {counted(n[-1], 'gradient')} back, a row for each output: {gradients}. "
        f"Multiplications for the Jacobian: forward mode {forward_multiplications(n):,}, reverse mode "
        f"{reverse_multiplications(n):,}. {' '.join(sentences)}"
    ) + (f" Values and derivatives held: {held}." if memory else "")
