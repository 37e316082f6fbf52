"""The variance of activations and gradients by layer, as in figure 7.7: an ensemble, one network, and the theory."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from bpkit.networks.initialization.propagation import Propagation
from bpkit.numerical.arguments import floating_type, whole_number
from bpkit.numerical.arrays import Array
from bpkit.plot import svg
from bpkit.plot.svg import Picture

WIDTH, HEIGHT = 1000, 474
LOSS_HEIGHT = 250
_TOP, _BOTTOM, _PANEL_WIDTH = 56.0, 306.0, 390.0
_LEFTS = (84.0, 580.0)
_BAND = "#d9d9d9"
_LEAST_DECADES = 4  # an axis that shows less makes small changes look like large ones
_MUCH = 100.0  # a variance that changes by more has vanished or exploded


class Course(NamedTuple):
    """One direction in numbers: the layers in the order in which they are passed, and what becomes of the variance.

    `expected` and `measured` are factors per layer (None where there are not two layers to compare), `measured` that
    of the median, over the layers where the floating type holds it. `verdict` is in words. `error` is the standard
    error of the mean at the last layer, and `last_theory` the theory there.
    """

    layers: tuple[int, ...]
    low: Array
    median: Array
    high: Array
    mean: Array
    expected: float | None
    measured: float | None
    verdict: str
    error: float
    last_theory: float


def course(layers: Sequence[int], networks: Array, theory: Array, dtype: DTypeLike = float) -> Course:
    """Say what becomes of the variance along `layers`, from its value by network and layer and its theory by layer.

    NaN counts as infinite: it comes of ∞ − ∞ and 0 · ∞. The quantiles are values that occur in the ensemble, without
    interpolation.

    >>> course((1, 2, 3), np.array([[1.0, 0.05, 0.0025]]), np.array([1.0, 0.05, 0.0025])).verdict
    'vanishes: 0.0025 of it is left'
    """
    kind = np.finfo(floating_type("dtype", dtype))
    ordered = np.sort(np.where(np.isnan(networks), np.inf, networks).astype(float), axis=0)
    low, median, high = (ordered[math.ceil(share * len(ordered)) - 1] for share in (0.05, 0.5, 0.95))
    holds = (median >= float(kind.smallest_normal)) & np.isfinite(median)
    verdict = _verdict(layers, median, theory, kind)
    factors = _factor(theory, (theory > 0) & np.isfinite(theory)), _factor(median, holds)
    with np.errstate(all="ignore"):
        error = float(ordered[:, -1].std()) / math.sqrt(len(ordered))
    return Course(tuple(layers), low, median, high, ordered.mean(axis=0), *factors, verdict, error, float(theory[-1]))


def variances(
    sizes: Sequence[int],
    measured: Propagation,
    theory: Propagation,
    *,
    start: str,
    dtype: DTypeLike = float,
    drift: float | None = None,
) -> Picture:
    """Draw the variance of h_k on the left and of ∂ℓ/∂f_k on the right, for every hidden layer.

    `measured` is what `bp.init.propagate` returns for `sizes` and `theory` what `bp.init.expected` does; `start` says
    in words how the weights were drawn. Shown are the median and the mean of the networks, the band that holds all but
    the lowest and the highest twentieth, the first network, and the theory, which is about the mean, dashed. What
    `dtype` cannot hold stands at the edge. `drift` is by how much more the median's logarithm should fall in each layer
    than the mean's, 5 ÷ 2D for ReLU.

    Raises ValueError when the variances do not belong to `sizes`.

    >>> from bpkit.init import expected, propagate
    >>> sizes = [100] * 11 + [1]
    >>> picture = variances(sizes, propagate(sizes, 0.02), expected(sizes, 0.02), start="σ² = 0.02")
    >>> picture.words.split(". ")[0]
    'Variances by layer in 60 networks of 10 hidden layers of 100 units, σ² = 0.02'
    """
    hidden = len(sizes) - 2
    for name, found, rows in (("measured", measured, len(measured.h)), ("theory", theory, 1)):
        if found.h.shape != (rows, hidden + 1) or found.gradient.shape != (rows, hidden):
            raise ValueError(
                f"{name} has variances of shapes {found.h.shape} and {found.gradient.shape}, expected "
                f"({rows}, {hidden + 1}) and ({rows}, {hidden}) for {hidden} hidden layers: are they for other sizes?"
            )
    forward = course(range(1, hidden + 1), measured.h[:, 1:], theory.h[0, 1:], dtype)
    backward = course(range(hidden - 1, -1, -1), measured.gradient[:, ::-1], theory.gradient[0, ::-1], dtype)
    drawn = _panel(0, "forward: variance of h by layer", measured.h, theory.h[0], dtype)
    drawn += _panel(1, "backward: variance of ∂ℓ/∂f by layer", measured.gradient, theory.gradient[0], dtype)
    sentences = [_sentences(one, drift) for one in (forward, backward)]
    drawn += [svg.text(left - 60, HEIGHT - 76 + 20 * i, words, size=14, anchor="start")
              for left, lines in zip(_LEFTS, sentences, strict=True) for i, words in enumerate(lines)]  # fmt: skip
    number = len(measured.h)
    many = f"{number} network" + "s" * (number != 1)
    title = f"{many} of {hidden} hidden layers of {sizes[1]} units, {start}"
    words = (
        f"Variances by layer in {title}. Forward, of h: {_points(forward, measured.h[0, 1:], theory.h[0, 1:])} "
        f"{' '.join(sentences[0])} Backward, of the derivatives by f: "
        f"{_points(backward, measured.gradient[0, ::-1], theory.gradient[0, ::-1])} {' '.join(sentences[1])}"
    )
    return svg.picture(WIDTH, HEIGHT, [svg.text(WIDTH / 2, 16, title, size=15), *drawn, *_legend()], words)


def training_loss(losses: Sequence[float], *, start: str) -> Picture:
    """Draw the loss before each step of a training and after the last, on a logarithmic axis.

    Raises ValueError for fewer than two losses.

    >>> training_loss([2.0, 1.0, 0.5], start="σ² = 0.02")
    Training loss over 2 steps, σ² = 0.02: from 2 to 0.5, it falls.
    """
    whole_number("the number of losses", len(losses), least=2)
    values = np.asarray(losses, dtype=float)
    verdict = _training_verdict(values)
    title = f"Training loss over {len(values) - 1} steps, {start}"
    left, top, bottom = _LEFTS[0], 40.0, LOSS_HEIGHT - 48.0
    scale = _Scale([values], left, WIDTH - 2 * left, top, bottom, len(values) - 1, least=1)
    drawn = [svg.text(WIDTH / 2, 16, title, size=15), *scale.axes("step"), *scale.outlined(values)]
    first_bad = next((i for i, value in enumerate(values) if not np.isfinite(value)), None)
    if first_bad is not None:
        x = min(max(scale.x(first_bad), left + 90), left + WIDTH - 2 * left - 90)
        drawn += [svg.text(x, top + 12, f"inf or nan from step {first_bad} on", size=13)]
    return svg.picture(WIDTH, LOSS_HEIGHT, drawn, f"{title}: {verdict}.")


def _training_verdict(values: Array) -> str:
    first, last = values[0], values[-1]
    ends = f"from {_written(first)} to {_written(last)}"
    if not np.isfinite(values).all():
        step = int(np.argmax(~np.isfinite(values)))
        return f"{ends}, it explodes: inf or nan from step {step} on"
    if last < 0.99 * first:
        return f"{ends}, it falls"
    return f"{ends}, it " + ("rises" if last > 1.01 * first else "does not move by more than 1 %")


def _factor(values: Array, holds: Array) -> float | None:
    """The geometric mean of the factors from layer to layer, between the first and the last value that `holds`."""
    (told,) = np.nonzero(holds)
    if len(told) < 2:
        return None
    first, last = told[0], told[-1]
    return math.exp((math.log(float(values[last])) - math.log(float(values[first]))) / int(last - first))


def _verdict(layers: Sequence[int], median: Array, theory: Array, kind: Any) -> str:
    """What becomes of the median from the first to the last layer."""
    bad = ~((median > 0) & np.isfinite(median))
    if bad.any():
        where = int(np.argmax(bad))
        since = f"from layer {layers[where]} on" if layers[0] < layers[-1] else f"from layer {layers[where]} down"
        if median[where] > 0:
            return f"explodes: too large for {kind.dtype} {since}"
        # Before it underflows, a variance is near the smallest number; not so if it is 0 because all units are off.
        before = median[where - 1] if where else theory[0]
        if before < math.sqrt(float(kind.smallest_normal)):
            return f"vanishes: too small for {kind.dtype}, 0 {since}"
        return f"vanishes: all units off, 0 {since}"
    ratio = _ratio(median)
    if ratio > _MUCH:
        return f"explodes: {_written(ratio)} times as large at the end"
    if ratio < 1 / _MUCH:
        return f"vanishes: {_written(ratio)} of it is left"
    return f"is at the end {_written(ratio)} times the first"


def _ratio(median: Array) -> float:
    """The last over the first, even where it overflows."""
    logarithm = math.log(float(median[-1])) - math.log(float(median[0]))
    return math.exp(min(logarithm, 709.0))


def _sentences(one: Course, drift: float | None) -> tuple[str, ...]:
    theory = "none"
    if one.expected is not None:
        median = "" if drift is None else f", median × {_written(one.expected * math.exp(-drift))}"
        theory = f"mean × {_written(one.expected)}{median}"
    found = "nothing left" if one.measured is None else f"median × {_written(one.measured)}"
    told = f"The median {one.verdict}."
    if one.verdict.startswith("is") and drift is not None and one.expected is not None:
        told = f"{told[:-1]}, by theory {_written((one.expected * math.exp(-drift)) ** (len(one.layers) - 1))}."
    return f"Theory, per layer: {theory}.", f"Measured, per layer: {found}.", told, *_of_the_mean(one)


def _of_the_mean(one: Course) -> tuple[str, ...]:
    """The mean at the last layer against its theory, with its standard error; nothing where one of them is lost."""
    if not (one.last_theory > 0 and math.isfinite(one.last_theory) and math.isfinite(one.mean[-1])):
        return ()
    ratio, error = float(one.mean[-1]) / one.last_theory, one.error / one.last_theory
    return (f"The mean ends at {ratio:.2g} ± {error:.1g} times its theory.",)


def _points(one: Course, first: Array, theory: Array) -> str:
    """The numbers of the picture's two ends, for the alternative text."""
    at = [f"{_written(one.median[i])} at layer {one.layers[i]}" for i in (0, -1)]
    return (
        f"the median is {at[0]} and {at[1]}, where nine tenths of the networks lie from {_written(one.low[-1])} to "
        f"{_written(one.high[-1])}, the first network at {_written(first[-1])}, the mean at {_written(one.mean[-1])}, "
        f"and the theory for the mean at {_written(theory[-1])}."
    )


def _written(value: float) -> str:
    value = float(value)
    return "inf or nan" if not math.isfinite(value) else svg.number(value)


class _Scale:
    """Where a layer and a value are on the sheet: layers from left to right, decades from bottom to top."""

    def __init__(self, shown: Sequence[Array], left: float, width: float, top: float, bottom: float,
                 last: int, *, least: int = _LEAST_DECADES) -> None:  # fmt: skip
        values = np.concatenate([one[np.isfinite(one) & (one > 0)] for one in shown])
        logs = np.log10(values.astype(float)) if values.size else np.zeros(1)
        low, high = math.floor(logs.min() + 1e-9), math.ceil(logs.max() - 1e-9)
        missing = max(least - (high - low), 0)
        self.low, self.high = low - missing // 2, high + (missing - missing // 2)
        self.left, self.width, self.top, self.bottom, self.last = left, width, top, bottom, last

    def x(self, layer: float) -> float:
        return self.left + self.width * layer / max(self.last, 1)

    def y(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.bottom - (self.bottom - self.top) * min(max(share, 0.0), 1.0)

    def parts(self, values: Array) -> list[list[tuple[float, float]]]:
        """The points of a line, split where a value cannot be drawn."""
        parts: list[list[tuple[float, float]]] = [[]]
        for layer, value in enumerate(map(float, values)):
            if value > 0 and math.isfinite(value):
                parts[-1].append((self.x(layer), self.y(value)))
            elif parts[-1]:
                parts.append([])
        return [part for part in parts if part]

    def line(self, values: Array, style: str) -> list[str]:
        drawn = []
        for part in self.parts(values):
            if len(part) == 1:  # a short stroke: a line of one point would not be seen
                part = [part[0], (part[0][0] + 3, part[0][1])]
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in part)
            drawn.append(f'<polyline points="{points}" fill="none" stroke-linejoin="round" {style}/>')
        return drawn

    def outlined(self, values: Array) -> list[str]:
        wide = self.line(values, f'stroke="{svg.INK}" stroke-width="5.5"')
        return wide + self.line(values, f'stroke="{svg.LIGHT}" stroke-width="3.5"')

    def dots(self, values: Array) -> list[str]:
        """About a dozen of the points, as small rings."""
        layers = range(0, len(values), 1 + self.last // 12)
        return [_ring(self.x(layer), self.y(float(values[layer]))) for layer in layers
                if values[layer] > 0 and math.isfinite(values[layer])]  # fmt: skip

    def band(self, low: Array, high: Array) -> list[str]:
        """The area between two lines; what is 0 is at the lower edge, and what is infinite at the upper one."""
        points = [(self.x(k), self._edge(float(one))) for k, one in enumerate(low)]
        points += [(self.x(k), self._edge(float(one))) for k, one in reversed(list(enumerate(high)))]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        return [f'<path d="M{path}Z" fill="{_BAND}"/>']

    def _edge(self, value: float) -> float:
        return self.bottom if value <= 0 else self.top if not math.isfinite(value) else self.y(value)

    def axes(self, below: str) -> list[str]:
        drawn = [f'<path d="M{self.left:g} {self.top:g}V{self.bottom:g}H{self.left + self.width:g}" fill="none" '
                 f'stroke="{svg.INK}"/>']  # fmt: skip
        for power in range(self.low, self.high + 1, math.ceil((self.high - self.low) / 6)):
            y = self.bottom - (self.bottom - self.top) * (power - self.low) / (self.high - self.low)
            drawn.append(f'<path d="M{self.left - 4:g} {y:.1f}h4" stroke="{svg.INK}"/>')
            drawn.append(svg.text(self.left - 8, y, svg.power_of_ten(power), size=13, anchor="end"))
        for layer in range(0, self.last + 1, math.ceil(self.last / 5)):
            drawn.append(f'<path d="M{self.x(layer):.1f} {self.bottom:g}v4" stroke="{svg.INK}"/>')
            drawn.append(svg.text(self.x(layer), self.bottom + 14, str(layer), size=13))
        return [*drawn, svg.text(self.left + self.width / 2, self.bottom + 34, below, size=14)]


def _panel(side: int, title: str, networks: Array, theory: Array, dtype: DTypeLike) -> list[str]:
    """One diagram: the band, the first network, the median, the theory, and words about values that cannot be drawn."""
    left = _LEFTS[side]
    one = course(range(networks.shape[1]), networks, theory, dtype)
    scale = _Scale([one.low, one.median, one.high, one.mean, networks[0], theory], left, _PANEL_WIDTH, _TOP, _BOTTOM,
                   networks.shape[1] - 1)  # fmt: skip
    drawn = [svg.text(left + _PANEL_WIDTH / 2, 40, title, size=14)]
    drawn += [*scale.band(one.low, one.high), *scale.outlined(one.median)]
    drawn += scale.line(networks[0], f'stroke="{svg.DARK}" stroke-width="1.6"')
    drawn += scale.line(theory, f'stroke="{svg.INK}" stroke-width="2.2" stroke-dasharray="7 5"')
    drawn += scale.dots(one.mean)
    drawn += scale.axes("layer k, from the input" if side == 0 else "layer k, the loss is at the right")
    name = str(np.dtype(dtype))
    for gone, y, words in ((one.median == 0, _BOTTOM - 10, "0"), (np.isinf(one.median), _TOP + 10, "inf or nan")):
        (layers,) = np.nonzero(gone)
        if len(layers):
            between = f"layer {layers[0]}" if len(layers) == 1 else f"layers {layers[0]}–{layers[-1]}"
            why = (
                " (overflow)" if words != "0" else " (underflow)" if _underflow(one.median, theory, name) else " (off)"
            )
            middle = (scale.x(layers[0]) + scale.x(layers[-1])) / 2
            x = min(max(middle, left + 130), left + _PANEL_WIDTH - 126)
            drawn.append(svg.box(x, y, 252, 18, fill="white", round_=3))
            drawn.append(svg.text(x, y, f"{words}{why}: {between}", size=13))
            edge = _BOTTOM if words == "0" else _TOP
            drawn.append(f'<path d="M{scale.x(layers[0]):.1f} {edge:g}H{scale.x(layers[-1]):.1f}" '
                         f'stroke="{svg.INK}" stroke-width="5"/>')  # fmt: skip
    return drawn


def _underflow(median: Array, theory: Array, dtype: str) -> bool:
    """Whether a median is 0 because it became too small, and not because units are off."""
    shown = median[median > 0]
    smallest = float(shown.min()) if shown.size else float(theory.min())
    return smallest < math.sqrt(float(np.finfo(dtype).smallest_normal))


def _ring(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4" fill="white" stroke="{svg.INK}" stroke-width="1.4"/>'


def _legend() -> list[str]:
    y = HEIGHT - 106
    drawn = [f'<rect x="24" y="{y - 7}" width="34" height="14" fill="{_BAND}"/>', _ring(590, y)]
    entries = ((200, svg.INK, 5.5, ""), (200, svg.LIGHT, 3.5, ""), (452, svg.DARK, 1.6, ""), (748, svg.INK, 2.2, "7 5"))
    for x, colour, thick, dashes in entries:
        style = f' stroke-dasharray="{dashes}"' if dashes else ""
        drawn.append(f'<path d="M{x} {y}h34" stroke="{colour}" stroke-width="{thick}"{style}/>')
    labels = ((64, "9 of 10 networks"), (240, "median: the typical network"), (492, "network 1"),
              (602, "mean of networks"), (788, "theory: mean, wide layers"))  # fmt: skip
    return drawn + [svg.text(x, y, words, size=13, anchor="start") for x, words in labels]
