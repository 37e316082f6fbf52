"""The four diagrams of `plot.training_run`, by step: loss, gradient norms, size of the updates, and learning rate."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot.map_window import tick_label, ticks
from bpkit.plot.recorded_training import STEPS, RecordedTraining

LEFT, _WIDE, _HIGH = 766.0, 222.0, 58.0  # of each diagram
_ROWS = (62.0, 148.0, 234.0, 320.0)  # the tops of the diagrams
_MOST_DECADES = 6
_SMOOTHED_FROM = 20  # steps

STROKES = (  # of the lines of Ω_0, Ω_1 and Ω_2
    [f'stroke="{svg.DARK}" stroke-width="1.8"'],
    [f'stroke="{svg.INK}" stroke-width="4"', f'stroke="{svg.LIGHT}" stroke-width="2.6"'],
    [f'stroke="{svg.INK}" stroke-width="1.3" stroke-dasharray="4 3"'],
)
_ORDER = (1, 0, 2)  # the widest line below the others


def curves(run: RecordedTraining, norms: Array, ratios: Array) -> Iterator[str]:
    """Draw loss, gradient norms, update ÷ weight and learning rate, by step."""
    steps, last, smooth = np.arange(run.steps), _last(run), run.steps > _SMOOTHED_FROM
    batch, whole = (steps, run.batch_losses), (np.arange(run.steps + 1), run.losses)
    thin, thick = f'stroke="{svg.GRAY}" stroke-width="0.9"', f'stroke="{svg.DARK}" stroke-width="2"'
    yield from _rows(0, "loss: all points, the batch (thin)", [(*batch, [thin]), (*whole, [thick])], last)
    for row, name, found in ((1, "‖∂ℓ/∂Ωₖ‖, gradient norm", norms), (2, "‖ΔΩₖ‖ ÷ ‖Ωₖ‖, update ÷ weight", ratios)):
        lines = [(steps, _smooth(found[:, k]) if smooth else found[:, k], STROKES[k])
                 for k in _ORDER if k < found.shape[1]]  # fmt: skip
        yield from _rows(row, name, lines, last)
    yield from _rows(3, "learning rate", [(steps, run.rates, [thick])], last, logarithmic=False)
    for tick in ticks(0, last) if last >= 4 else range(last + 1):
        yield svg.text(_step_x(tick, last), _ROWS[3] + _HIGH + 12, tick_label(tick), size=12)
    name = "step (layers: smoothed)" if smooth else "step"
    yield svg.text(LEFT + _WIDE / 2, _ROWS[3] + _HIGH + 28, name, size=13)


def now_line(run: RecordedTraining, t: int) -> str:
    """Draw a line through the diagrams at the step where the training is."""
    columns = "".join(f"M{_step_x(t, _last(run)):.1f} {top - 3:g}v{_HIGH + 3:g}" for top in _ROWS)
    return f'<path d="{columns}" stroke="{svg.INK}" stroke-width="1.6"/>'


def _last(run: RecordedTraining) -> int:
    """The end of the axis of steps."""
    return STEPS if run.diverged is None else max(run.steps, 1)


def _smooth(values: Array) -> Array:
    """The geometric mean of each step and its eight neighbours; unsmoothed, the layers could not be told apart."""
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

    yield svg.text(LEFT, top - 12, title, size=13, anchor="start")
    if not values.size:
        yield svg.text(LEFT + _WIDE / 2, top + _HIGH / 2, "0, or none, in all steps", size=13)
    for steps, one, strokes in lines:
        for points in _unbroken(steps, one, low, logarithmic):
            at = " ".join(f"{_step_x(x, last):.1f},{y(height):.1f}" for x, height in points)
            for stroke in strokes:
                yield f'<polyline points="{at}" fill="none" stroke-linejoin="round" {stroke}/>'
    yield (f'<path d="M{LEFT:g} {top:g}V{bottom:g}H{LEFT + _WIDE:g}" fill="none" '
           f'stroke="{svg.INK}"/>')  # fmt: skip
    for height, words in ticks:
        yield f'<path d="M{LEFT - 4:g} {y(height):.1f}h4" stroke="{svg.INK}"/>'
        yield svg.text(LEFT - 7, round(y(height), 1), words, size=12, anchor="end")


def _decades(values: Array) -> tuple[float, float, list[tuple[float, str]]]:
    """The ends of a logarithmic axis, and its ticks."""
    logs = np.log10(values) if values.size else np.zeros(1)
    high = math.ceil(float(logs.max()) - 1e-9)
    low = min(max(math.floor(float(logs.min()) + 1e-9), high - _MOST_DECADES), high - 1)
    return low, high, [(power, svg.power_of_ten(power)) for power in range(low, high + 1, math.ceil((high - low) / 3))]


def _from_zero(values: Array) -> tuple[float, float, list[tuple[float, str]]]:
    high = float(values.max()) if values.size and values.max() > 0 else 1.0
    return 0.0, high, [(0.0, "0"), (high, svg.number(high))]


def _unbroken(steps: Array, values: Array, low: float, logarithmic: bool) -> Iterator[list[tuple[float, float]]]:
    """The parts of a line that can be drawn: values that are 0, or below the axis, cannot."""
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
    return LEFT + _WIDE * step / last
