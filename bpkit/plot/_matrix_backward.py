"""A deep network as a chain of matrices with their shapes, forward and back: the matrix counterpart of figure 7.5."""

from collections.abc import Sequence

from bpkit.plot import svg
from bpkit.plot.svg import Picture, subscript

DEEPEST = 4  # layers of weights that still fit on the sheet
BOX_HEIGHT = 58
_LEFT, _PITCH, _GAP = 66.0, 138.0, 16.0  # of the columns; _GAP is taken from a box's width on either side
_PARAMETERS, _CHAIN, _DERIVATIVES, _GRADIENTS = 40.0, 150.0, 290.0, 410.0


def matrix_backward(sizes: Sequence[int], examples: int = 1) -> Picture:
    """Draw 7.23–7.25 for a network of these sizes: the chain, below it the derivatives, each with its shape.

    `sizes` is (D_i, D_1, …, D_K, D_f), with one to four layers of weights. The chain runs from left to right; below it
    ∂ℓ/∂f and ∂ℓ/∂h run from right to left, each arrow with what it multiplies by: 𝕀[f > 0] ⊙ at an activation, Ωᵀ at a
    layer. In the last row are the gradients of β and Ω. A batch has `examples` columns.

    Raises TypeError or ValueError when a size or `examples` is not a positive whole number, or when there are more
    layers of weights than four.

    >>> matrix_backward((3, 5, 2))
    Forward: x (3, 1), f₀ (5, 1), h₁ (5, 1), f₁ (2, 1), ℓ. Back: ∂ℓ/∂f₁ (2, 1), ∂ℓ/∂h₁ = Ω₁ᵀ (5, 2) times it, ∂ℓ/∂f₀ = 𝕀[f₀ > 0] ⊙ it. Gradients: ∂ℓ/∂β₀ (5, 1), ∂ℓ/∂Ω₀ = ∂ℓ/∂f₀ xᵀ (5, 3), ∂ℓ/∂β₁ (2, 1), ∂ℓ/∂Ω₁ = ∂ℓ/∂f₁ h₁ᵀ (2, 5).
    """  # noqa: E501
    _check(sizes, examples)
    width = int(2 * _LEFT + _PITCH * (2 * len(sizes) - 2))
    drawn = [svg.arrow(*line) for line in _arrows(len(sizes) - 1)]
    for x, y, name, shape, fill in _boxes(sizes, examples):
        drawn.append(svg.box(x, y, _box_width(y), BOX_HEIGHT, fill=fill))
        drawn.append(svg.text(x, y - (11 if shape else 0), name, size=17))
        drawn.append(svg.text(x, y + 14, shape, size=15))
    for x, y, factor, shape in _factors(sizes, examples):
        drawn.append(svg.text(x, y - 26, factor, size=17, colour=svg.DARK))
        drawn.append(svg.text(x, y - 7, shape, size=15, colour=svg.DARK))
    drawn.append(svg.text(16, _GRADIENTS + 56, "All of 7.23–7.25, with shapes.", size=15, anchor="start"))
    for i, (words, fill) in enumerate((("given", svg.PALE), ("forward", "white"), ("backward", svg.LIGHT))):
        drawn.append(svg.box(28 + 110 * i, _GRADIENTS + 84, 24, 16, fill=fill, round_=4))
        drawn.append(svg.text(48 + 110 * i, _GRADIENTS + 84, words, size=15, anchor="start"))
    return svg.picture(width, int(_GRADIENTS) + 104, drawn, _in_words(sizes, examples))


def _check(sizes: Sequence[int], examples: int) -> None:
    """Refuse what cannot be drawn."""
    for name, number in (*((f"sizes[{i}]", size) for i, size in enumerate(sizes)), ("examples", examples)):
        if isinstance(number, bool) or not isinstance(number, int):
            raise TypeError(f"{name} is {number!r}, expected a whole number.")
        if number < 1:
            raise ValueError(f"{name} is {number}, expected at least 1.")
    if not 2 <= len(sizes) <= DEEPEST + 1:
        raise ValueError(f"sizes has {len(sizes)} entries, expected 2 to {DEEPEST + 1}: input, hidden layers, output.")


def _box_width(y: float) -> float:
    """The boxes of parameters and their gradients stand in pairs, so they are narrower than those of the chain."""
    return 82.0 if y in (_CHAIN, _DERIVATIVES) else 104.0


def _column(number: int) -> float:
    """Where column `number` of the chain x, f₀, h₁, f₁, …, ℓ stands."""
    return _LEFT + _PITCH * number


def _names(layers: int) -> list[str]:
    """The chain's names, from the input to the loss."""
    names = ["x", "f₀"]
    for k in range(1, layers):
        names += [f"h{subscript(k)}", f"f{subscript(k)}"]
    return [*names, "ℓ"]


def _boxes(sizes: Sequence[int], examples: int) -> list[tuple[float, float, str, str, str]]:
    """Every term: its place, name, shape and fill."""
    layers = len(sizes) - 1
    found = []
    for number, name in enumerate(_names(layers)):
        rows = sizes[(number + 1) // 2] if number < 2 * layers else 0
        shape = f"({rows}, {examples})" if rows else ""
        found.append((_column(number), _CHAIN, name, shape, svg.PALE if number == 0 else "white"))
        if 0 < number < 2 * layers:
            found.append((_column(number), _DERIVATIVES, f"∂ℓ/∂{name}", shape, svg.LIGHT))
    for k in range(layers):
        x = _column(2 * k + 1)
        for symbol, side, columns in (("β", -54, 1), ("Ω", 54, sizes[k])):
            name, shape = f"{symbol}{subscript(k)}", f"({sizes[k + 1]}, {columns})"
            found.append((x + side, _PARAMETERS, name, shape, svg.PALE))
            found.append((x + side, _GRADIENTS, f"∂ℓ/∂{name}", shape, svg.LIGHT))
    return found


def _arrows(layers: int) -> list[tuple[float, float, float, float]]:
    """From each term to those computed from it: start and end."""
    half, high = _box_width(_CHAIN) / 2, BOX_HEIGHT / 2
    lines = [(_column(n) + half, _CHAIN, _column(n + 1) - half, _CHAIN) for n in range(2 * layers)]
    last = _column(2 * layers)
    lines.append((last, _CHAIN + high, last - _PITCH + half, _DERIVATIVES))
    lines += [(_column(n + 1) - half, _DERIVATIVES, _column(n) + half, _DERIVATIVES) for n in range(1, 2 * layers - 1)]
    for k in range(layers):
        x = _column(2 * k + 1)
        for side in (-1, 1):
            lines.append((x + 54 * side, _PARAMETERS + high, x + 20 * side, _CHAIN - high))
            lines.append((x + 20 * side, _DERIVATIVES + high, x + 54 * side, _GRADIENTS - high))
    return lines


def _factors(sizes: Sequence[int], examples: int) -> list[tuple[float, float, str, str]]:
    """What each arrow back multiplies by: the place of the words, the factor and its shape."""
    layers = len(sizes) - 1
    found = [(_column(2 * layers) + 8, (_CHAIN + _DERIVATIVES) / 2 + 34, "slope of", "the loss")]
    for k in range(1, layers):
        middle = _column(2 * k) + _PITCH / 2
        found.append((middle, _DERIVATIVES - 34, f"Ω{subscript(k)}ᵀ ·", f"({sizes[k]}, {sizes[k + 1]})"))
        found.append((middle - _PITCH, _DERIVATIVES - 34, f"𝕀[f{subscript(k - 1)} > 0] ⊙", "entry by entry"))
    for k in range(layers):
        x, y = _column(2 * k + 1), (_DERIVATIVES + _GRADIENTS) / 2 + 18
        found.append((x + 78, y, f"· {_input(k)}ᵀ", ""))
        found.append((x - 66, y, "· 1" if examples == 1 else "sum", ""))
    return found


def _input(k: int) -> str:
    return f"h{subscript(k)}" if k else "x"


def _in_words(sizes: Sequence[int], examples: int) -> str:
    layers = len(sizes) - 1
    chain = [f"{name} ({sizes[(n + 1) // 2]}, {examples})" for n, name in enumerate(_names(layers)[:-1])]
    back = [f"∂ℓ/∂f{subscript(layers - 1)} ({sizes[-1]}, {examples})"]
    for k in range(layers - 1, 0, -1):
        back.append(f"∂ℓ/∂h{subscript(k)} = Ω{subscript(k)}ᵀ ({sizes[k]}, {sizes[k + 1]}) times it")
        back.append(f"∂ℓ/∂f{subscript(k - 1)} = 𝕀[f{subscript(k - 1)} > 0] ⊙ it")
    gradients = []
    for k in range(layers):
        gradients.append(f"∂ℓ/∂β{subscript(k)} ({sizes[k + 1]}, 1)")
        product = f"∂ℓ/∂f{subscript(k)} {_input(k)}ᵀ"
        gradients.append(f"∂ℓ/∂Ω{subscript(k)} = {product} ({sizes[k + 1]}, {sizes[k]})")
    return f"Forward: {', '.join(chain)}, ℓ. Back: {', '.join(back)}. Gradients: {', '.join(gradients)}."
