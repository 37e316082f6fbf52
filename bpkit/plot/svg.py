"""The few shapes our drawings are made of, written as SVG text with coordinates that are the same on every machine."""

import html
import re
from dataclasses import dataclass
from urllib.parse import quote

# Told apart by lightness as well as by hue, so that they survive grayscale and colour blindness.
INK = "#1a1a1a"
DARK = "#0b3d91"
LIGHT = "#ffd58a"
PALE = "#f1f1f1"
GRAY = "#8a8a8a"
ORANGE = "#a85400"  # what goes forward, where DARK is what comes back; dark enough for letters

_FONT = "DejaVu Serif, STIX Two Text, Cambria, Georgia, serif"


@dataclass(frozen=True)
class Picture:
    """A finished drawing: its SVG text and, for readers who cannot see it, the same in words.

    In a notebook it shows as an image that carries `words` as its alternative text; printed, it is `words`.
    """

    svg: str
    words: str
    width: int
    height: int

    def __repr__(self) -> str:
        return self.words

    def _repr_html_(self) -> str:
        # An <img> with the drawing inside shows in a notebook that is not trusted yet, too; bare SVG does not.
        source = quote(self.svg, safe=" =:/,;()'#").replace("#", "%23")
        return (
            f'<img alt="{html.escape(self.words)}" width="{self.width}" height="{self.height}" '
            f'style="max-width: 100%; height: auto" src="data:image/svg+xml;utf8,{source}">'
        )


def picture(width: int, height: int, shapes: list[str], words: str) -> Picture:
    """Put shapes, later ones on top, on a white sheet."""
    sheet = f'<rect width="{width}" height="{height}" fill="white"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'style="max-width: 100%; height: auto" '
        f'role="img" aria-label="{html.escape(words)}" font-family="{_FONT}">{sheet}{"".join(shapes)}</svg>'
    )
    return Picture(svg, words, width, height)


def stacked(pictures: list[Picture]) -> Picture:
    """Put pictures of the same width below each other, on one sheet.

    >>> stacked([picture(10, 4, [], "Above."), picture(10, 5, [], "Below.")]).height
    9
    """
    shapes, height = [], 0
    for one in pictures:
        inner = re.sub(r"^<svg [^>]*>|</svg>$", "", one.svg)
        shapes.append(f'<g transform="translate(0 {height})">{inner}</g>')
        height += one.height
    return picture(pictures[0].width, height, shapes, " ".join(one.words for one in pictures))


def text(x: float, y: float, words: str, *, size: float = 15, colour: str = INK, anchor: str = "middle") -> str:
    """Write one line of text; `y` is the middle of its height."""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}" '
        f'dominant-baseline="central">{html.escape(words)}</text>'
    )


def box(x: float, y: float, width: float, height: float, *, fill: str, line: str = INK, thick: float = 1.0,
        dashed: bool = False, round_: float = 8) -> str:  # fmt: skip
    """Draw a rectangle with rounded corners around the point (x, y)."""
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" height="{height:g}" rx="{round_:g}" '
        f'fill="{fill}" stroke="{line}" stroke-width="{thick:g}"{dashes}/>'
    )


def arrow(x1: float, y1: float, x2: float, y2: float, *, colour: str = INK, thick: float = 1.2) -> str:
    """Draw a line from (x1, y1) with its head at (x2, y2)."""
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    along_x, along_y = (x2 - x1) / length, (y2 - y1) / length
    head = 4 + 2 * thick
    base_x, base_y = x2 - head * along_x, y2 - head * along_y
    side_x, side_y = -along_y * head / 2.2, along_x * head / 2.2
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{base_x:.1f}" y2="{base_y:.1f}" stroke="{colour}" '
        f'stroke-width="{thick:g}"/><path d="M{x2:.1f} {y2:.1f}L{base_x + side_x:.1f} {base_y + side_y:.1f}'
        f'L{base_x - side_x:.1f} {base_y - side_y:.1f}Z" fill="{colour}"/>'
    )


def number(value: float) -> str:
    """Write a number with three significant digits and a real minus sign.

    >>> number(-0.000123456), number(-0.0), number(1234567.0)
    ('−0.000123', '0', '1.23e+06')
    """
    return f"{value + 0.0:.3g}".replace("-", "−")  # adding 0.0 turns −0 into 0


def subscript(k: int) -> str:
    """Write an index below the line.

    >>> "f" + subscript(3)
    'f₃'
    """
    return str(k).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def power_of_ten(exponent: int) -> str:
    """Write a power of ten, as on a logarithmic axis.

    >>> power_of_ten(-3)
    '10⁻³'
    """
    return "10" + str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))


def counted(count: int, name: str) -> str:
    """Write a count with its noun in the singular or the plural.

    >>> counted(1, "block"), counted(3, "block")
    ('1 block', '3 blocks')
    """
    return f"{count} {name}{'' if count == 1 else 's'}"
