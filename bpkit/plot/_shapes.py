"""The factors of 7.17–7.19 as rectangles to one scale, multiplied in any order, with the multiplications counted."""

from collections.abc import Sequence

from bpkit.numerical.arguments import whole_number
from bpkit.plot import svg
from bpkit.plot.matrix_chain import (
    EQUATIONS,
    SIZES,
    Factor,
    Product,
    Table,
    carry_out,
    cheapest,
    cost_of_order,
    elementwise_cost,
    factors,
    left_to_right,
    right_to_left,
)
from bpkit.plot.svg import Picture

WIDTH, HEIGHT = 1000, 540
LARGEST = 100  # units in a layer, and examples in a batch

_ORDERS = dict(zip(EQUATIONS, (2, 14, 132), strict=True))  # the ways to put parentheses around 3, 5 and 7 factors
_TALLEST, _WIDEST_UNIT, _THINNEST = 160.0, 8.0, 2.0  # px of a rectangle, of one row or column, and of a thin side
_NAMES, _KINDS, _MIDDLE, _SIZES, _NOTES = 20.0, 40.0, 138.0, 236.0, 255.0
_LEGEND, _BELOW, _ROW, _RULE = 288.0, 326.0, 23.0, 522.0
_LEFT, _RIGHT = 16.0, 984.0


def shapes(sizes: Sequence[int], equation: str = "7.19", examples: int = 1, order: Sequence[int] = ()) -> Picture:
    """Draw the factors of 7.17, 7.18 or 7.19 to one scale after the × signs in `order`, and what they cost.

    `sizes` is (D_i, D_1, D_2, D_3, D_f) and `examples` the batch size I, each from 1 to 100. A rectangle is as high as
    the matrix has rows and as wide as it has columns, but never thinner than 2 px; ∂ℓ/∂f and ∂ℓ/∂h stand for the whole
    batch, a column for each example. `order` holds the × signs that are carried out, counted from 0 at the left of the
    equation. Below stand these products with their cost in multiplications, and the cost of all of them from right to
    left, from left to right, by the algorithm of 7.24, and in the cheapest of all orders.

    A p × q matrix times a q × r matrix costs p·q·r multiplications, a diagonal matrix too. A product that differs from
    example to example is counted once for each (`bpkit.plot.matrix_chain.multiply` says which do).

    Raises TypeError or ValueError when a size is not a whole number from 1 to 100, for an unknown equation, and when a
    sign of `order` is not there or comes twice.

    >>> shapes((10, 40, 40, 40, 5), "7.17", order=(1,))
    Equation 7.17 for 1 example. On the table: ∂h₃/∂f₂ 40 × 40, ∂ℓ/∂h₃ 40 × 1. Multiplications so far: 200, in 1 of 2 products. All products cost 1,800 from right to left, 8,200 from left to right, 240 by 7.24, 1,800 in the cheapest order.
    """  # noqa: E501
    everything = factors(sizes, equation)
    for name, value in (("examples", whole_number("examples", examples)), *zip(SIZES, sizes, strict=True)):
        if value > LARGEST:
            raise ValueError(f"{name} is {value}, expected at most {LARGEST}, as on the sliders.")
    table, products = carry_out(everything, order, examples)
    totals = _totals(everything, examples)
    drawn = _equation(everything, table, examples) + _legend(_scale(everything, examples))
    drawn += _ledger(products, len(everything) - 1) + _comparison(totals, equation) + [_rule()]
    return svg.picture(WIDTH, HEIGHT, drawn, _in_words(equation, table, examples, products, len(everything), totals))


def _totals(everything: Table, examples: int) -> tuple[int, int, int, int]:
    """Right to left, left to right, by 7.24, and in the cheapest order."""
    return (cost_of_order(everything, right_to_left(everything), examples),
            cost_of_order(everything, left_to_right(everything), examples),
            elementwise_cost(everything, examples),
            cheapest(everything, examples))  # fmt: skip


def _columns(factor: Factor, examples: int) -> int:
    """How many columns are drawn: of ∂ℓ/∂f or ∂ℓ/∂h, one for each example."""
    return examples if factor.of == "ℓ" else factor.columns


def _scale(everything: Table, examples: int) -> float:
    """How many px a row or a column has, the same for everything on the sheet, before and after multiplying."""
    rows = max(factor.rows for factor in everything)
    columns = max(_columns(factor, examples) for factor in everything)
    room = WIDTH / (len(everything) + 1) - 16
    return min(_WIDEST_UNIT, _TALLEST / rows, room / columns)


def _equation(everything: Table, table: Table, examples: int) -> list[str]:
    """The left side, and what is on the table; each stands in the middle of the places of its factors."""
    place = WIDTH / (len(everything) + 1)
    scale = _scale(everything, examples)
    whole = Factor("ℓ", everything[0].by, everything[0].rows, 1, False, True, 0, 0)
    drawn = [*_factor(whole, place / 2, scale, examples), svg.text(place, _NAMES, "=", size=16)]
    for factor in table:
        drawn += _factor(factor, place * (1.5 + (factor.first + factor.last) / 2), scale, examples)
    return drawn + [svg.text(place * (2 + sign), _NAMES, "×", size=16) for sign in left_to_right(table)]


def _factor(factor: Factor, x: float, scale: float, examples: int) -> list[str]:
    """One rectangle: name above, size below."""
    columns = _columns(factor, examples)
    kind, note, fill = "", "one per example", svg.GRAY
    if factor.of == "ℓ":
        note, fill = f"{examples} examples", svg.DARK
    elif factor.diagonal:
        kind, fill = "diagonal", svg.PALE
    elif not factor.per_example:
        kind, note, fill = f"= Ω{factor.of[1:]}ᵀ", "", svg.LIGHT
    drawn = [
        svg.text(x, _NAMES, factor.name, size=15),
        svg.text(x, _KINDS, kind, size=13),
        *_rectangle(x, scale * columns, scale * factor.rows, fill, factor.diagonal),
        svg.text(x, _SIZES, f"{factor.rows} × {columns}", size=14),
    ]
    return [*drawn, svg.text(x, _NOTES, note, size=12)] if examples > 1 and note else drawn


def _rectangle(x: float, width: float, height: float, fill: str, diagonal: bool) -> list[str]:
    """A matrix; its frame is drawn inside, so that the outer size is to scale."""
    width, height = max(width, _THINNEST), max(height, _THINNEST)
    drawn = [svg.box(x, _MIDDLE, round(width - 1, 2), round(height - 1, 2), fill=fill, round_=0)]
    if diagonal:
        drawn.append(
            f'<line x1="{x - width / 2:.2f}" y1="{_MIDDLE - height / 2:.2f}" x2="{x + width / 2:.2f}" '
            f'y2="{_MIDDLE + height / 2:.2f}" stroke="{svg.DARK}" stroke-width="2"/>'
        )
    return drawn


def _legend(scale: float) -> list[str]:
    entries = (("diagonal matrix", svg.PALE, True), ("the same for every example", svg.LIGHT, False),
               ("product of matrices", svg.GRAY, False), ("columns are examples", svg.DARK, False))  # fmt: skip
    drawn, x = [], _LEFT
    for (words, fill, diagonal), length in zip(entries, (156, 228, 182, 0), strict=True):
        drawn.append(svg.box(x + 9, _LEGEND, 17, 17, fill=fill, round_=0))
        if diagonal:
            drawn.append(f'<line x1="{x}" y1="{_LEGEND - 9}" x2="{x + 18}" y2="{_LEGEND + 9}" stroke="{svg.DARK}" '
                         'stroke-width="2"/>')  # fmt: skip
        drawn.append(svg.text(x + 25, _LEGEND, words, size=13, anchor="start"))
        x += length
    start = _RIGHT - 10 * scale
    drawn.append(f'<path d="M{start:.2f} {_LEGEND - 5}v10m0 -5H{_RIGHT}m0 -5v10" fill="none" stroke="{svg.INK}"/>')
    return [*drawn, svg.text(start - 8, _LEGEND, "10 rows or columns", size=13, anchor="end")]


def _ledger(products: tuple[Product, ...], of: int) -> list[str]:
    """Each product with its cost, and the running total."""
    drawn = [svg.text(_LEFT, _BELOW, "Products, in multiplications", size=15, anchor="start")]
    if not products:
        drawn.append(svg.text(_LEFT, _BELOW + _ROW, "none yet: choose a × sign", size=14, anchor="start"))
    for i, (left, right, result, times, cost) in enumerate(products, start=1):
        y = _BELOW + _ROW * i
        count = f"{left.rows}·{left.columns}·{right.columns}" + (f" · {times} examples" if times > 1 else "")
        drawn += [svg.text(_LEFT, y, f"{left.name} × {right.name} = {result.name}", size=14, anchor="start"),
                  svg.text(256, y, count, size=14, anchor="start"),
                  svg.text(580, y, f"{cost:,}", size=14, anchor="end")]  # fmt: skip
    y = _BELOW + _ROW * 7 + 4
    total = sum(product.multiplications for product in products)
    return [
        *drawn,
        f'<path d="M{_LEFT} {y - 12}H580" stroke="{svg.INK}"/>',
        svg.text(_LEFT, y, f"{len(products)} of {of} products, together", size=15, anchor="start"),
        svg.text(580, y, f"{total:,}", size=15, anchor="end"),
    ]


def _comparison(totals: tuple[int, int, int, int], equation: str) -> list[str]:
    right, left, elementwise, least = totals
    rows = (("right to left", f"{right:,}"), ("left to right", f"{left:,}"),
            ("left to right ÷ right to left", svg.number(left / right)),
            (f"cheapest of the {_ORDERS[equation]} orders", f"{least:,}"),
            ("7.24: each diagonal elementwise (⊙)", f"{elementwise:,}"))  # fmt: skip
    drawn = [svg.text(630, _BELOW, "All products, in multiplications", size=15, anchor="start")]
    for i, (words, value) in enumerate(rows, start=1):
        drawn.append(svg.text(630, _BELOW + _ROW * i, words, size=14, anchor="start"))
        drawn.append(svg.text(_RIGHT, _BELOW + _ROW * i, value, size=14, anchor="end"))
    return drawn


def _rule() -> str:
    words = "A p × q matrix times a q × r matrix costs p·q·r multiplications, a diagonal matrix too."
    return svg.text(_LEFT, _RULE, words, size=14, anchor="start")


def _in_words(equation: str, table: Table, examples: int, products: tuple[Product, ...], of: int,
              totals: tuple[int, int, int, int]) -> str:  # fmt: skip
    on_table = ", ".join(f"{factor.name} {factor.rows} × {_columns(factor, examples)}" for factor in table)
    total = sum(product.multiplications for product in products)
    right, left, elementwise, least = totals
    return (
        f"Equation {equation} for {examples} example{'s' if examples > 1 else ''}. On the table: {on_table}. "
        f"Multiplications so far: {total:,}, in {len(products)} of {of - 1} products. All products cost {right:,} from "
        f"right to left, {left:,} from left to right, {elementwise:,} by 7.24, {least:,} in the cheapest order."
    )
