"""One moment of a training: the decision boundary, the path on a map of the loss, and what the steps were like."""

import html
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpkit.numerical.arguments import whole_number
from bpkit.plot import svg
from bpkit.plot.level_lines import level_lines
from bpkit.plot.loss_plane import LossPlane, loss_plane
from bpkit.plot.raster import raster
from bpkit.plot.recorded import (
    STEPS,
    TWO_WEIGHTS,
    Run,
    Settings,
    gradient_norms,
    network_at,
    update_ratios,
)
from bpkit.plot.svg import Picture

Array = NDArray[Any]

WIDTH, HEIGHT = 1000, 478
_SIDE, _TOP = 300.0, 44.0  # of the two maps
_BOUNDARY, _SURFACE = 44.0, 404.0  # their left edges
_CURVES, _CURVES_WIDE, _HIGH = 766.0, 222.0, 58.0
_ROWS = (62.0, 148.0, 234.0, 320.0)
_CELLS = 45  # along each side of the map of classes
_MOST_DECADES = 6
_SMOOTHED_FROM = 20  # steps
_FIRST, _SECOND = (255, 241, 208), (134, 163, 216)  # where class 0 and class 1 are said; the second is darker
_LOW, _HEIGHTS = (255, 255, 255), (128, 132, 145)  # of the loss


class Sheet(NamedTuple):
    """What the pictures of all moments of a run have in common, drawn once."""

    run: Run
    plane: LossPlane
    norms: Array
    ratios: Array
    boundary: str
    surface: str
    curves: str


def training_run(run: Run, step: int | None = None) -> Picture:
    """Draw what a training was like after so many steps; None is its end.

    On the left the points and the probability that the network gives, with the line where it is ½. In the middle the
    loss on the plane in which most of the parameters' path lies, with the path; darker is higher. On the right, by
    step: the loss of all points and of the batch, the norm of ∂ℓ/∂Ω_k, how large the update of Ω_k is beside Ω_k
    itself, and the learning rate. After a training has diverged, its last moment is shown.

    Raises TypeError or ValueError for a step that is not from 0 to 300.

    >>> from bpkit.plot.recorded import Settings, recorded
    >>> training_run(recorded(Settings(init="zeros"))).words.split(": ")[1].split(". ")[0]
    'in 300 steps the loss does not move by more than 1 %, from 0.69 to 0.69'
    """
    return drawn(sheet(run), STEPS if step is None else step)


def sheet(run: Run) -> Sheet:
    """Return what does not change from step to step, for `drawn`."""
    plane, norms, ratios = loss_plane(run), gradient_norms(run), update_ratios(run)
    return Sheet(run, plane, norms, ratios, "".join(_points(run)), "".join(_map(run, plane)),
                 "".join(_curves(run, norms, ratios)))  # fmt: skip


def drawn(one: Sheet, step: int) -> Picture:
    """Draw a moment, as `training_run` does."""
    if whole_number("step", step, least=0) > STEPS:
        raise ValueError(f"step is {step}, expected at most {STEPS}.")
    t = min(step, one.run.steps)
    title, lines = in_words(one.run.settings), sentences(one, step)
    shapes = [
        svg.text(WIDTH / 2, 14, title, size=14),
        *_classes(one.run, t), one.boundary, *_frame(_BOUNDARY, *_window(one.run), ("x₁", "x₂")),
        one.surface, *_path(one.plane, t), *_frame(_SURFACE, *_corners(one.plane), _axes(one.run)),
        one.curves, _now(one.run, t), *_legend(one.run),
        *(svg.text(20, HEIGHT - 50 + 19 * i, line, size=13.5, anchor="start") for i, line in enumerate(lines)),
    ]  # fmt: skip
    return svg.picture(WIDTH, HEIGHT, shapes, f"Training on {title}: {verdict(one.run)}. {' '.join(lines)}")


def in_words(settings: Settings) -> str:
    """Say what was chosen.

    >>> in_words(Settings(batch_size=1, momentum=0.9))
    'two moons, start He, learning rate 0.3, momentum 0.9, batches of 1, constant, seed 0'
    """
    return (
        f"{settings.problem}, start {settings.init}, learning rate {settings.lr:g}, momentum {settings.momentum:g}, "
        f"batches of {settings.batch_size}, {settings.schedule}, seed {settings.seed}"
    )


def verdict(run: Run) -> str:
    """Say what became of the loss."""
    first, last = float(run.losses[0]), float(run.losses[-1])
    ends = f"from {_two(first)} to {_two(last)}"
    if run.diverged is not None:
        return f"it diverges: from {_two(first)}, the loss is beyond a million or no number after step {run.diverged}"
    if abs(last - first) <= 0.01 * first:
        return f"in {STEPS} steps the loss does not move by more than 1 %, {ends}"
    return f"in {STEPS} steps the loss {'falls' if last < first else 'rises'} {ends}"


def sentences(one: Sheet, step: int) -> tuple[str, str, str]:
    """Say where the training is after so many steps, what the last one was like, and what the map of the loss shows."""
    run, plane, t = one.run, one.plane, min(step, one.run.steps)
    epochs = t / math.ceil(run.x.shape[1] / run.settings.batch_size)
    now = (
        f"After {t} of {STEPS} steps ({epochs:.3g} epochs): loss {_two(run.losses[t])}, {100 * run.right[t]:.3g} % of "
        "the points on the right side."
    )
    if run.diverged is not None and step >= run.diverged:
        now = f"Diverged: after step {run.diverged} the loss is beyond a million or no number. Shown is step {t}."
    last = "No step was made yet."
    if t:
        norms, ratios = (", ".join(map(_two, found[t - 1])) for found in (one.norms, one.ratios))
        last = f"Last step: learning rate {_two(run.rates[t - 1])}, gradient norms {norms}, updates ÷ weights {ratios}."
        if not one.norms[t - 1].any():
            last = "Last step: all gradients of the weights were 0, so only a bias or momentum can move the network."
    if run.settings.problem == TWO_WEIGHTS:
        return now, last, "The map is the whole loss: there are no other parameters."
    held, on_map = math.floor(100 * plane.share + 1e-6), _two(_at(plane, *plane.path[t]))
    return now, last, (
        f"The map holds {held} % of the path's variance. Where it says loss {on_map} now, the network has "
        f"{_two(run.losses[t])}."
    )  # fmt: skip


def _two(value: float) -> str:
    """Two digits: the third of a trained network may differ between processors."""
    value = float(value)
    return f"{value + 0.0:.2g}".replace("-", "−") if math.isfinite(value) else "none" if math.isnan(value) else "∞"


def _omega(k: int) -> str:
    return "Ω" + svg.subscript(k)


def _axes(run: Run) -> tuple[str, str]:
    if run.settings.problem == TWO_WEIGHTS:
        return "ω₁", "ω₂"
    return "along the path's widest direction", "second widest"


def _at(plane: LossPlane, a: float, b: float) -> float:
    """The loss on the map, between its four nearest grid points."""
    column, row = (np.interp(value, axis, np.arange(len(axis))) for value, axis in ((a, plane.across), (b, plane.up)))
    i, j = (min(int(one), len(plane.up) - 2) for one in (row, column))
    across = plane.losses[i : i + 2, j : j + 2] @ [1 - (column - j), column - j]
    return float(across @ [1 - (row - i), row - i])


class _Window(NamedTuple):
    """What a map shows, and where on the sheet."""

    left: float
    low: tuple[float, float]
    high: tuple[float, float]

    def place(self, points: Array) -> Array:
        """Where points (2, I) are on the sheet."""
        low, high = np.array(self.low)[:, None], np.array(self.high)[:, None]
        share = (points - low) / (high - low)
        return np.stack([self.left + _SIDE * share[0], _TOP + _SIDE * (1 - share[1])])


def _window(run: Run) -> tuple[tuple[float, float], tuple[float, float]]:
    low, high = run.x.min(axis=1), run.x.max(axis=1)
    margin = 0.07 * (high - low)
    (a, b), (c, d) = low - margin, high + margin
    return (float(a), float(b)), (float(c), float(d))


def _corners(plane: LossPlane) -> tuple[tuple[float, float], tuple[float, float]]:
    return (float(plane.across[0]), float(plane.up[0])), (float(plane.across[-1]), float(plane.up[-1]))


def _classes(run: Run, t: int) -> list[str]:
    """The probability of class 1, and the line where it is ½."""
    window = _Window(_BOUNDARY, *_window(run))
    across, up = (np.linspace(window.low[i], window.high[i], _CELLS) for i in (0, 1))
    with np.errstate(all="ignore"):
        f = network_at(run, t)(np.stack(np.meshgrid(across, up)).reshape(2, -1)).reshape(_CELLS, _CELLS)
        p = np.nan_to_num(1 / (1 + np.exp(-f)), nan=0.5)
    shapes = [_image(_BOUNDARY, p, _FIRST, _SECOND)]
    line = _pieces(level_lines(across, up, f, 0.0), window)  # f is less curved than p
    return [*shapes, _clipped(_BOUNDARY, f'<path d="{line}" stroke="{svg.INK}" stroke-width="2.4" fill="none"/>')]


def _points(run: Run) -> Iterator[str]:
    x, y = _Window(_BOUNDARY, *_window(run)).place(run.x)
    first = run.y[0] == 0
    circles = "".join(
        f"M{a - 3.4:.1f} {b:.1f}a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0"
        for a, b in zip(x[first], y[first], strict=True)
    )
    squares = "".join(f"M{a - 2.7:.1f} {b - 2.7:.1f}h5.4v5.4h-5.4z" for a, b in zip(x[~first], y[~first], strict=True))
    yield f'<path d="{circles}" fill="{svg.LIGHT}" stroke="{svg.INK}" stroke-width="0.9"/>'
    yield f'<path d="{squares}" fill="{svg.DARK}" stroke="white" stroke-width="0.7"/>'
    yield svg.text(_BOUNDARY + _SIDE / 2, _TOP - 12, "the network's classes", size=13.5)


def _map(run: Run, plane: LossPlane) -> Iterator[str]:
    """The loss as shades of gray and level lines."""
    window = _Window(_SURFACE, *_corners(plane))
    with np.errstate(all="ignore"):
        logs = np.log10(plane.losses)
    known = logs[np.isfinite(logs)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    shares = np.nan_to_num((logs - low) / max(high - low, 0.3), nan=1.0, posinf=1.0, neginf=0.0)
    yield _image(_SURFACE, shares, _LOW, _HEIGHTS)
    paths = labels = ""
    taken: list[tuple[float, float]] = []
    for level in _levels(low, high):
        pieces = level_lines(plane.across, plane.up, logs, math.log10(level))
        if len(pieces):
            paths += _pieces(pieces, window)
            labels += _label(window, pieces, _level_words(level), taken)
    yield _clipped(_SURFACE, f'<path d="{paths}" stroke="{svg.INK}" stroke-width="0.7" fill="none"/>' + labels)
    yield svg.text(_SURFACE + _SIDE / 2, _TOP - 12, "the loss, darker is higher, and the path", size=13.5)


def _levels(low: float, high: float) -> list[float]:
    """Round numbers between two powers of ten, not too many."""
    found: list[float] = []
    for steps in ((1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        found = [step * 10.0**power for power in range(math.floor(low), math.ceil(high) + 1) for step in steps]
        found = [float(f"{level:.2g}") for level in found if low < math.log10(level) < high]
        if len(found) <= 9:
            break
    return found[:: 1 + len(found) // 10]


def _level_words(level: float) -> str:
    return f"{level:g}" if 1e-3 <= level < 1e5 else svg.number(level)


def _label(window: _Window, pieces: Array, words: str, taken: list[tuple[float, float]]) -> str:
    """The level's number on its line, as far up and right as there is room, away from the places that are taken."""
    middles = window.place(pieces.mean(axis=1).T)
    x, y = middles - np.array([[window.left], [_TOP]])
    free = (x > 24) & (x < _SIDE - 24) & (y > 14) & (y < _SIDE - 14)
    for other in taken:
        free &= (np.abs(middles[0] - other[0]) > 46) | (np.abs(middles[1] - other[1]) > 17)
    if not free.any():
        return ""
    best = int(np.where(free, y - x, np.inf).argmin())
    taken.append((float(middles[0, best]), float(middles[1, best])))
    return (
        f'<text x="{middles[0, best]:.1f}" y="{middles[1, best]:.1f}" font-size="11.5" fill="{svg.INK}" '
        'text-anchor="middle" dominant-baseline="central" stroke="white" stroke-width="3" paint-order="stroke" '
        f'stroke-linejoin="round">{html.escape(words)}</text>'
    )


def _path(plane: LossPlane, t: int) -> list[str]:
    """The whole path, thin, and what has been gone of it, with its start and where it is now."""
    x, y = _Window(_SURFACE, *_corners(plane)).place(plane.path.T)
    points = [f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True)]
    gone, style = " ".join(points[: t + 1]), 'fill="none" stroke-linejoin="round"'
    return [
        f'<polyline points="{" ".join(points)}" {style} stroke="{svg.INK}" stroke-width="0.9" stroke-dasharray="2 2"/>',
        f'<polyline points="{gone}" {style} stroke="{svg.INK}" stroke-width="3.6"/>',
        f'<polyline points="{gone}" {style} stroke="{svg.LIGHT}" stroke-width="2"/>',
        f'<path d="M{x[0] - 4:.1f} {y[0] - 4:.1f}h8v8h-8z" fill="white" stroke="{svg.INK}" stroke-width="1.4"/>',
        f'<circle cx="{x[t]:.1f}" cy="{y[t]:.1f}" r="6" fill="{svg.DARK}" stroke="white" stroke-width="2"/>',
    ]


def _image(left: float, shares: Array, low: tuple[int, int, int], high: tuple[int, int, int]) -> str:
    """An image whose outer pixels have their centres on the edges of the map."""
    cells = len(shares)
    pixel = _SIDE / (cells - 1)
    address = raster(shares[::-1].clip(0, 1), low, high)
    return _clipped(left, f'<image x="{left - pixel / 2:.2f}" y="{_TOP - pixel / 2:.2f}" width="{cells * pixel:.2f}" '
                          f'height="{cells * pixel:.2f}" preserveAspectRatio="none" href="{address}"/>')  # fmt: skip


def _clipped(left: float, shapes: str) -> str:
    """What lies outside of the map is cut off."""
    place = f'x="{left:g}" y="{_TOP:g}" width="{_SIDE:g}" height="{_SIDE:g}"'
    return f'<svg {place} viewBox="{left:g} {_TOP:g} {_SIDE:g} {_SIDE:g}" overflow="hidden">{shapes}</svg>'


def _pieces(pieces: Array, window: _Window) -> str:
    x, y = window.place(pieces.reshape(-1, 2).T).reshape(2, -1, 2)
    return "".join(f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" for (a, c), (b, d) in zip(x, y, strict=True))


def _frame(left: float, low: tuple[float, float], high: tuple[float, float], names: tuple[str, str]) -> list[str]:
    """The edge of a map, its ticks and the names of its axes."""
    bottom = _TOP + _SIDE
    shapes = [f'<rect x="{left:g}" y="{_TOP:g}" width="{_SIDE:g}" height="{_SIDE:g}" fill="none" stroke="{svg.INK}"/>']
    for value in _ticks(low[0], high[0]):
        x = left + _SIDE * (value - low[0]) / (high[0] - low[0])
        shapes.append(f'<path d="M{x:.1f} {bottom:g}v4" stroke="{svg.INK}"/>')
        shapes.append(svg.text(round(x, 1), bottom + 13, _tick(value), size=12))
    for value in _ticks(low[1], high[1]):
        y = bottom - _SIDE * (value - low[1]) / (high[1] - low[1])
        shapes.append(f'<path d="M{left:g} {y:.1f}h-4" stroke="{svg.INK}"/>')
        shapes.append(svg.text(left - 7, round(y, 1), _tick(value), size=12, anchor="end"))
    shapes.append(svg.text(left + _SIDE / 2, bottom + 30, names[0], size=13))
    x, y = left - 34, _TOP + _SIDE / 2
    shapes.append(f'<g transform="rotate(-90 {x:g} {y:g})">{svg.text(x, y, names[1], size=13)}</g>')
    return shapes


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from low to high, about four of them."""
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    apart = next(step * power for step in (1, 2, 5, 10) if step * power >= 0.8 * rough)
    return [apart * k for k in range(math.ceil(low / apart), math.floor(high / apart) + 1)]


def _tick(value: float) -> str:
    return f"{value + 0.0:.4g}".replace("-", "−")


def _curves(run: Run, norms: Array, ratios: Array) -> Iterator[str]:
    """Loss, gradient norms, update ÷ weight and learning rate, by step."""
    steps, last, smooth = np.arange(run.steps), _last(run), run.steps > _SMOOTHED_FROM
    batch, whole = (steps, run.batch_losses), (np.arange(run.steps + 1), run.losses)
    thin, thick = f'stroke="{svg.GRAY}" stroke-width="0.9"', f'stroke="{svg.DARK}" stroke-width="2"'
    yield from _rows(0, "loss: all points, the batch (thin)", [(*batch, [thin]), (*whole, [thick])], last)
    for row, name, found in ((1, "‖∂ℓ/∂Ωₖ‖, gradient norm", norms), (2, "‖ΔΩₖ‖ ÷ ‖Ωₖ‖, update ÷ weight", ratios)):
        lines = [(steps, _smooth(found[:, k]) if smooth else found[:, k], _STYLES[k])
                 for k in _ORDER if k < found.shape[1]]  # fmt: skip
        yield from _rows(row, name, lines, last)
    yield from _rows(3, "learning rate", [(steps, run.rates, [thick])], last, logarithmic=False)
    for tick in _ticks(0, last) if last >= 4 else range(last + 1):
        yield svg.text(_step_x(tick, last), _ROWS[3] + _HIGH + 12, _tick(tick), size=12)
    name = "step (layers: smoothed)" if smooth else "step"
    yield svg.text(_CURVES + _CURVES_WIDE / 2, _ROWS[3] + _HIGH + 28, name, size=13)


def _last(run: Run) -> int:
    """The end of the axis of steps."""
    return STEPS if run.diverged is None else max(run.steps, 1)


_STYLES = (
    [f'stroke="{svg.DARK}" stroke-width="1.8"'],
    [f'stroke="{svg.INK}" stroke-width="4"', f'stroke="{svg.LIGHT}" stroke-width="2.6"'],
    [f'stroke="{svg.INK}" stroke-width="1.3" stroke-dasharray="4 3"'],
)
_ORDER = (1, 0, 2)  # the widest line below the others


def _smooth(values: Array) -> Array:
    """The geometric mean of each step and its eight neighbours: batches differ so much that layers cannot be told."""
    with np.errstate(all="ignore"):
        logs = np.log(values)
        means = [logs[max(t - 4, 0) : t + 5].mean() for t in range(len(logs))]
        return np.exp(np.array(means))


def _rows(
    number: int, title: str, lines: Sequence[tuple[Array, Array, list[str]]], last: int, *, logarithmic: bool = True
) -> Iterator[str]:
    """One diagram: a line for each (steps, values, strokes)."""
    top = _ROWS[number]
    bottom = top + _HIGH
    values = np.concatenate([one for _, one, _ in lines])
    values = values[np.isfinite(values) & ((values > 0) | (not logarithmic))]
    low, high, ticks = _decades(values) if logarithmic else _from_zero(values)

    def y(height: float) -> float:
        return bottom - _HIGH * (height - low) / (high - low)

    yield svg.text(_CURVES, top - 12, title, size=13, anchor="start")
    if not values.size:
        yield svg.text(_CURVES + _CURVES_WIDE / 2, top + _HIGH / 2, "0, or none, in all steps", size=13)
    for steps, one, strokes in lines:
        for points in _unbroken(steps, one, low, logarithmic):
            at = " ".join(f"{_step_x(x, last):.1f},{y(height):.1f}" for x, height in points)
            for stroke in strokes:
                yield f'<polyline points="{at}" fill="none" stroke-linejoin="round" {stroke}/>'
    yield (f'<path d="M{_CURVES:g} {top:g}V{bottom:g}H{_CURVES + _CURVES_WIDE:g}" fill="none" '
           f'stroke="{svg.INK}"/>')  # fmt: skip
    for height, words in ticks:
        yield f'<path d="M{_CURVES - 4:g} {y(height):.1f}h4" stroke="{svg.INK}"/>'
        yield svg.text(_CURVES - 7, round(y(height), 1), words, size=12, anchor="end")


def _decades(values: Array) -> tuple[float, float, list[tuple[float, str]]]:
    """The ends of a logarithmic axis, and its ticks."""
    logs = np.log10(values) if values.size else np.zeros(1)
    high = math.ceil(float(logs.max()) - 1e-9)
    low = min(max(math.floor(float(logs.min()) + 1e-9), high - _MOST_DECADES), high - 1)
    return low, high, [(power, _power(power)) for power in range(low, high + 1, math.ceil((high - low) / 3))]


def _from_zero(values: Array) -> tuple[float, float, list[tuple[float, str]]]:
    high = float(values.max()) if values.size and values.max() > 0 else 1.0
    return 0.0, high, [(0.0, "0"), (high, svg.number(high))]


def _unbroken(steps: Array, values: Array, low: float, logarithmic: bool) -> Iterator[list[tuple[float, float]]]:
    """The parts of a line that can be drawn; what is 0, or below the axis, cannot."""
    part: list[tuple[float, float]] = []
    for x, value in zip(steps.tolist(), values.tolist(), strict=True):
        height = value if not logarithmic else math.log10(value) if value > 0 else -math.inf
        if math.isfinite(height) and height >= low:
            part.append((x, height))
        elif part:
            yield part
            part = []
    if part:
        yield part


def _step_x(step: float, last: int) -> float:
    return _CURVES + _CURVES_WIDE * step / last


def _now(run: Run, t: int) -> str:
    """A line through the diagrams where the training is."""
    columns = "".join(f"M{_step_x(t, _last(run)):.1f} {top - 3:g}v{_HIGH + 3:g}" for top in _ROWS)
    return f'<path d="{columns}" stroke="{svg.INK}" stroke-width="1.6"/>'


def _power(exponent: int) -> str:
    return "10" + str(exponent).translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))


def _legend(run: Run) -> list[str]:
    y, shapes = HEIGHT - 82.0, []
    shapes += [
        f'<circle cx="50" cy="{y}" r="4" fill="{svg.LIGHT}" stroke="{svg.INK}"/>',
        svg.text(60, y, "class 0", size=12.5, anchor="start"),
        f'<rect x="124" y="{y - 3.5}" width="7" height="7" fill="{svg.DARK}"/>',
        svg.text(138, y, "class 1", size=12.5, anchor="start"),
        f'<path d="M204 {y}h24" stroke="{svg.INK}" stroke-width="2.4"/>',
        svg.text(234, y, "as likely as not", size=12.5, anchor="start"),
        f'<rect x="404" y="{y - 4}" width="8" height="8" fill="white" stroke="{svg.INK}" stroke-width="1.4"/>',
        svg.text(420, y, "start", size=12.5, anchor="start"),
        f'<circle cx="474" cy="{y}" r="6" fill="{svg.DARK}" stroke="white" stroke-width="2"/>',
        svg.text(486, y, "now", size=12.5, anchor="start"),
        f'<path d="M532 {y}h24" stroke="{svg.INK}" stroke-width="0.9" stroke-dasharray="2 2"/>',
        svg.text(562, y, "still to come", size=12.5, anchor="start"),
    ]
    for k in range(len(run.sizes) - 1):
        x = _CURVES + 62 * k
        shapes += [f'<path d="M{x:g} {HEIGHT - 50}h24" fill="none" {stroke}/>' for stroke in _STYLES[k]]
        shapes.append(svg.text(x + 30, HEIGHT - 50, _omega(k), size=13, anchor="start"))
    return shapes
