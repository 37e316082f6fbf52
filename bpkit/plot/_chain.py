"""The toy example drawn as a chain: figures 7.3, 7.4 and 7.5, and every state of the toy explorer."""

from collections.abc import Sequence
from itertools import pairwise

from bpkit.plot import svg
from bpkit.plot._toy_steps import FORWARD, PASS_1, PASS_2, Step
from bpkit.plot.svg import Picture, subscript

WIDTH = 1000  # px; the drawing shrinks with the page
BOX_WIDTH, BOX_HEIGHT = 84, 44
_COLUMN = 106
_PARAMETERS, _CHAIN, _DERIVATIVES, _GRADIENTS = 34, 116, 208, 296

_FIGURES = {FORWARD: "7.3", PASS_1: "7.4", PASS_2: "7.5"}
_CHAIN_NAMES = ("x", "f0", "h1", "f1", "h2", "f2", "h3", "f3", "loss")
_ACTIVATIONS = {"f0": "sin", "f1": "exp", "f2": "cos"}  # each makes the next h
_LOCAL = ("", "cos f₀", "ω₁", "exp f₁", "ω₂", "(−sin f₂)", "ω₃", "2(f₃ − y)")


def chain(
    steps: Sequence[Step] | None = None,
    done: int = 0,
    inputs: dict[str, float] | None = None,
    *,
    until: str = PASS_2,
    blanks: bool = False,
) -> Picture:
    """Draw the chain of 7.8 and, below it, the derivatives of the two backward passes.

    Without `steps` it is the figure of the book: 7.3 (until the forward pass), 7.4 (until backward pass 1) or 7.5
    (until backward pass 2), with symbols only. With `steps`, from `toy_steps`, the first `done` of them show their
    values; the last of these is dark and the terms it reuses are light with a thick frame. `inputs` gives the values of
    x, y, beta0 … omega3 by name. With `blanks`, the five factors of 7.12 are left for the reader to fill in.

    Raises ValueError when `until` is none of the three passes.

    >>> chain(until="forward pass")
    Figure 7.3. The toy example as a chain: x, f0, h1, f1, h2, f2, h3, f3, loss.
    """
    values = dict(inputs or {})
    values.update({step.name: step.value for step in (steps or ())[:done]})
    current = steps[done - 1] if steps and done else None
    if until not in _FIGURES:
        raise ValueError(f"until is {until!r}, expected one of {', '.join(map(repr, _FIGURES))}.")
    rows = 1 + list(_FIGURES).index(until)
    shapes = _arrows(rows, blanks)
    for name, (x, y) in places(rows).items():
        shapes += _term(name, x, y, values, current, symbols_only=steps is None)
    height = (164, 256, 334)[rows - 1]
    if steps is None:
        name = f"Figure {_FIGURES[until]}" + " with five blanks" * blanks
        shapes.append(svg.text(16, height + 8, f"{name}. {until.capitalize()}.", size=15, anchor="start"))
        return svg.picture(WIDTH, height + 26, shapes, f"{name}. {_in_words(rows)}")
    shapes += _sentence(current, height + 26) + _legend(height + 62)
    return svg.picture(WIDTH, height + 84, shapes, _state_in_words(current, done, len(steps)))


def places(rows: int) -> dict[str, tuple[float, float]]:
    """Where each term stands, by name; `rows` is 1 for the forward pass, 2 and 3 with the backward passes."""
    column = {name: 58 + _COLUMN * i for i, name in enumerate(_CHAIN_NAMES)}
    spots = {name: (float(x), float(_CHAIN)) for name, x in column.items()}
    spots["y"] = (column["loss"] + 44, _PARAMETERS)
    for k in range(4):
        x = column[f"f{k}"]
        spots[f"beta{k}"], spots[f"omega{k}"] = (x - 44, _PARAMETERS), (x + 44, _PARAMETERS)
        if rows > 1:
            spots[f"dl_df{k}"] = (x, _DERIVATIVES)
            if k:
                spots[f"dl_dh{k}"] = (column[f"h{k}"], _DERIVATIVES)
        if rows > 2:
            spots[f"dl_dbeta{k}"], spots[f"dl_domega{k}"] = (x - 44, _GRADIENTS), (x + 44, _GRADIENTS)
    return spots


def symbol(name: str) -> str:
    """Write a term's name as the book does.

    >>> symbol("dl_domega3"), symbol("f0"), symbol("loss")
    ('∂ℓ/∂ω₃', 'f₀', 'ℓ')
    """
    if name.startswith("dl_d"):
        return "∂ℓ/∂" + symbol(name.removeprefix("dl_d"))
    for word, letter in (("beta", "β"), ("omega", "ω"), ("loss", "ℓ")):
        name = name.replace(word, letter)
    return name if name[-1] not in "0123" else name[:-1] + subscript(int(name[-1]))


def _term(
    name: str, x: float, y: float, values: dict[str, float], current: Step | None, symbols_only: bool
) -> list[str]:
    """A term: its symbol, and its value once it has one."""
    narrow = BOX_WIDTH - 2
    known = symbols_only or name in values
    fill, ink, thick = "white" if known else "#fafafa", svg.INK if known else svg.GRAY, 1.0
    if current is not None and name == current.name:
        fill, ink, thick = svg.DARK, "white", 2.0
    elif current is not None and name in current.reuses:
        fill, thick = svg.LIGHT, 3.0
    elif name in ("x", "y") or name.startswith(("beta", "omega")):
        fill = svg.PALE
    shapes = [svg.box(x, y, narrow, BOX_HEIGHT, fill=fill, line=svg.INK if known else svg.GRAY, thick=thick,
                      dashed=not known)]  # fmt: skip
    if symbols_only:
        return [*shapes, svg.text(x, y, symbol(name), size=16, colour=ink)]
    shapes.append(svg.text(x, y - 10, symbol(name), size=14, colour=ink))
    if known:
        shapes.append(svg.text(x, y + 11, svg.number(values[name]), size=13, colour=ink))
    return shapes


def _arrows(rows: int, blanks: bool) -> list[str]:
    """Arrows from each term to the terms that are computed from it."""
    spots, half, high = places(rows), BOX_WIDTH / 2, BOX_HEIGHT / 2
    shapes = []
    for before, after in pairwise(_CHAIN_NAMES):
        start, end = spots[before][0] + half, spots[after][0] - half
        shapes.append(svg.arrow(start, _CHAIN, end, _CHAIN))
        if before in _ACTIVATIONS:
            shapes.append(svg.text((start + end) / 2, _CHAIN - 32, _ACTIVATIONS[before], size=15))
    for name in ("y", *(f"{kind}{k}" for k in range(4) for kind in ("beta", "omega"))):
        target = spots["loss" if name == "y" else f"f{name[-1]}"]
        x = spots[name][0]
        shapes.append(svg.arrow(x, _PARAMETERS + high, target[0] + (x - target[0]) * 0.4, _CHAIN - high))
    if rows > 1:
        shapes += _backward_arrows(spots, half, blanks)
    if rows > 2:
        for k in range(4):
            x = spots[f"dl_df{k}"][0]
            for kind in ("beta", "omega"):
                end = spots[f"dl_d{kind}{k}"][0]
                shapes.append(svg.arrow(x + (end - x) * 0.4, _DERIVATIVES + high, end, _GRADIENTS - high))
            # The factor of 7.14 and 7.15 beside each arrow; for β it is 1.
            factor = f"× h{subscript(k)}" if k else "× x"
            shapes.append(svg.text(x - 56, (_DERIVATIVES + _GRADIENTS) / 2, "× 1", size=15))
            shapes.append(svg.text(x + 60, (_DERIVATIVES + _GRADIENTS) / 2, factor, size=15))
    return shapes


def _backward_arrows(spots: dict[str, tuple[float, float]], half: float, blanks: bool) -> list[str]:
    """Backward pass 1, from right to left, each arrow with the local derivative it multiplies by."""
    last = spots["loss"][0]
    shapes = [svg.arrow(last, _CHAIN + BOX_HEIGHT / 2, spots["dl_df3"][0] + half, _DERIVATIVES),
              svg.text(last - 10, (_CHAIN + _DERIVATIVES) / 2 + 20, _LOCAL[7], size=15, anchor="start")]  # fmt: skip
    order = ("dl_df0", "dl_dh1", "dl_df1", "dl_dh2", "dl_df2", "dl_dh3", "dl_df3")
    for i in range(6, 0, -1):
        start, end = spots[order[i]][0] - half, spots[order[i - 1]][0] + half
        shapes.append(svg.arrow(start, _DERIVATIVES, end, _DERIVATIVES))
        factor = "?" if blanks and i < 6 else _LOCAL[i]  # the reader has seen 7.11, which is ω₃
        shapes.append(svg.text((start + end) / 2, _DERIVATIVES - 36, f"× {factor}", size=15))
    return shapes


def _sentence(current: Step | None, y: float) -> list[str]:
    """The equation of the current term, in symbols and in numbers."""
    if current is None:
        return [svg.text(16, y, "Nothing computed yet: press “next term”.", size=16, anchor="start")]
    words = f"{current.symbols}  =  {current.numbers}  =  {svg.number(current.value)}"
    return [
        svg.text(16, y, words, size=18, anchor="start"),
        svg.text(WIDTH - 16, y, f"{current.phase}, ({current.equation})", size=14, anchor="end"),
    ]


def _legend(y: float) -> list[str]:
    entries = (("computed now", svg.DARK, svg.INK, 2.0, False), ("reused", svg.LIGHT, svg.INK, 3.0, False),
               ("known", "white", svg.INK, 1.0, False), ("not yet", "#fafafa", svg.GRAY, 1.0, True))  # fmt: skip
    shapes = []
    for i, (words, fill, line, thick, dashed) in enumerate(entries):
        x = 28 + 150 * i
        shapes.append(svg.box(x, y, 24, 16, fill=fill, line=line, thick=thick, dashed=dashed, round_=4))
        shapes.append(svg.text(x + 20, y, words, size=13, anchor="start"))
    return shapes


def _in_words(rows: int) -> str:
    words = f"The toy example as a chain: {', '.join(_CHAIN_NAMES)}."
    if rows > 1:
        words += " Below it, from right to left, the loss's derivatives with respect to f3, h3, f2, h2, f1, h1, f0."
    if rows > 2:
        words += " Below those, the derivatives with respect to beta and omega, each from that of f of the same number."
    return words


def _state_in_words(current: Step | None, done: int, of: int) -> str:
    if current is None:
        return "The toy example's chain before the first step."
    return (
        f"Step {done} of {of}, {current.phase}, equation {current.equation}: {current.symbols} = {current.numbers} = "
        f"{svg.number(current.value)}, reusing {', '.join(map(symbol, current.reuses))}."
    )
