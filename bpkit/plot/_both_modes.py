"""Figure 7.9 with two derivatives at each box: its tangent, how it reacts to x, and how strongly y reacts to it."""

import math
from typing import NamedTuple

from bpkit.numerical.arguments import real_number
from bpkit.plot import svg
from bpkit.plot._graph import number
from bpkit.plot.svg import Picture

_WIDTH, _HEIGHT = 1000, 372
_BOX_WIDTH, _BOX_HEIGHT = 112.0, 46.0
_TOP, _MIDDLE, _BOTTOM = 62.0, 172.0, 278.0
_ABOVE, _BELOW, _PRODUCT = 35.0, 35.0, 55.0  # px from the middle of a box to the texts around it


class _Box(NamedTuple):
    """A value of 7.43: where it stands, how it is computed, and its two derivatives."""

    name: str
    formula: str
    x: float
    y: float
    value: float
    forward: float
    reverse: float

    @property
    def product(self) -> float:
        """What passes through the box: the sum over all paths from x to y that do."""
        return self.forward * self.reverse


def both_modes(x: float = 0.1, products: bool = False) -> Picture:
    """Draw figure 7.9 at x with ∂f_k/∂x above each box and ∂y/∂f_k below it; `products` adds the two multiplied.

    The product at a box is the part of ∂y/∂x that passes through it. Boxes where that is all of it, because every path
    from x to y leads through them, have a thick outline when products are shown.

    Raises TypeError or ValueError when x is not a number from −5 to 1.5; beyond, exp[f₃] has no room on the sheet.

    >>> both_modes().words.split("; ")[-1]
    'y = f₄ + f₅ = 10.97, ▸ 33.91, ◂ 1.'
    """
    if not -5 <= real_number("x", x) <= 1.5:
        raise ValueError(f"x is {x}, expected a number from -5 to 1.5: beyond, exp[f₃] has no room on the sheet.")
    boxes = _boxes(x)
    shapes = [*_arrows({box.name: box for box in boxes}), *_legend(products)]
    for box in boxes:
        shapes += _box(box, products, through_all=box.name in ("x", "f₁", "f₃", "y"))
    return svg.picture(_WIDTH, _HEIGHT, shapes, _in_words(boxes, products))


def _boxes(x: float) -> list[_Box]:
    """The values of 7.43 and both of their derivatives, 7.45 from x on and 7.44 from y back."""
    f_1 = math.exp(x)
    f_3 = f_1 + f_1 * f_1
    f_4, f_5 = math.exp(f_3), math.sin(f_3)
    to_3 = f_1 + 2 * f_1 * f_1
    to_4, to_5 = f_4 * to_3, math.cos(f_3) * to_3
    from_3 = f_4 + math.cos(f_3)
    from_1 = from_3 * (1 + 2 * f_1)
    return [
        _Box("x", "", 72, _MIDDLE, x, 1.0, from_1 * f_1),
        _Box("f₁", "exp[x]", 228, _MIDDLE, f_1, f_1, from_1),
        _Box("f₂", "f₁ · f₁", 384, _TOP, f_1 * f_1, 2 * f_1 * f_1, from_3),
        _Box("f₃", "f₁ + f₂", 550, _MIDDLE, f_3, to_3, from_3),
        _Box("f₄", "exp[f₃]", 718, _TOP, f_4, to_4, 1.0),
        _Box("f₅", "sin[f₃]", 718, _BOTTOM, f_5, to_5, 1.0),
        _Box("y", "f₄ + f₅", 900, _MIDDLE, f_4 + f_5, to_4 + to_5, 1.0),
    ]


def _box(box: _Box, products: bool, through_all: bool) -> list[str]:
    marked = products and through_all
    line, thick = (svg.DARK, 3.4) if marked else (svg.INK, 1.1)
    fill = "white" if box.formula else svg.PALE
    title = f"{box.name} = {box.formula}" if box.formula else box.name
    shapes = [
        svg.box(box.x, box.y, _BOX_WIDTH, _BOX_HEIGHT, fill=fill, line=line, thick=thick),
        svg.text(box.x, box.y - 10, title, size=14),
        svg.text(box.x, box.y + 11, number(box.value), size=13),
        svg.text(box.x, box.y - _ABOVE, f"▸ {number(box.forward)}", size=14, colour=svg.ORANGE),
        svg.text(box.x, box.y + _BELOW, f"◂ {number(box.reverse)}", size=14, colour=svg.DARK),
    ]
    if products:
        shapes.append(svg.text(box.x, box.y + _PRODUCT, f"▸ × ◂ = {number(box.product)}", size=14))
    return shapes


def _arrows(at: dict[str, _Box]) -> list[str]:
    """One arrow for each time a value is used: f₁ twice in its square, and once beside it."""
    uses = [("x", "f₁", 0, 0), ("f₁", "f₂", -14, -6), ("f₁", "f₂", -4, 8), ("f₁", "f₃", 10, 10), ("f₂", "f₃", 0, -8),
            ("f₃", "f₄", -8, 0), ("f₃", "f₅", 8, 0), ("f₄", "y", 0, -8), ("f₅", "y", 0, 8)]  # fmt: skip
    half = _BOX_WIDTH / 2
    return [svg.arrow(at[start].x + half, at[start].y + leave, at[end].x - half, at[end].y + arrive)
            for start, end, leave, arrive in uses]  # fmt: skip


def _legend(products: bool) -> list[str]:
    lines = [
        "▸ above a box: its tangent, ∂f/∂x",
        "◂ below a box: how strongly y reacts to it, ∂y/∂f",
    ]
    if products:
        lines.append("thick outline: every path from x to y leads through it")
    return [svg.text(16, 300 + 22 * i, one, size=14, anchor="start") for i, one in enumerate(lines)]


def _in_words(boxes: list[_Box], products: bool) -> str:
    parts = []
    for box in boxes:
        formula = f" = {box.formula}" if box.formula else ""
        product = f", product {number(box.product)}" if products else ""
        parts.append(f"{box.name}{formula} = {number(box.value)}, ▸ {number(box.forward)}, "
                     f"◂ {number(box.reverse)}{product}")  # fmt: skip
    return (
        "Figure 7.9, with the derivative of each box with respect to x (▸) and that of y with respect to the box (◂): "
        f"{'; '.join(parts)}."
    )
