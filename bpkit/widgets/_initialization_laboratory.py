"""The initialization laboratory: what becomes of variances under a start of the reader's choice, as in figure 7.7."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import ipywidgets
import numpy as np

from bpkit.init.orthogonal_matrices import orthogonal
from bpkit.init.variance import normal
from bpkit.layers import LeakyReLU, ReLU, Sigmoid, Tanh
from bpkit.layers.layer import Activation
from bpkit.networks.initialization.propagation import Initializer, Propagation, expected, propagate
from bpkit.networks.losses import LeastSquares
from bpkit.networks.mlp import mlp
from bpkit.optim import SGD
from bpkit.plot._variances import WIDTH, training_loss, variances
from bpkit.plot.svg import Picture, number
from bpkit.widgets.explorer import Explorer, show

OWN, ORTHOGONAL = "own σ²", "orthogonal"
SCHEMES = (OWN, "He", "Glorot", "LeCun", ORTHOGONAL)
ACTIVATIONS: dict[str, Activation] = {
    "ReLU": ReLU(), "leaky ReLU": LeakyReLU(0.1), "linear": LeakyReLU(1.0), "tanh": Tanh(), "sigmoid": Sigmoid(),
}  # fmt: skip
SLOPES = {"ReLU": 0.0, "leaky ReLU": 0.1, "linear": 1.0}  # below 0; for these, a[c·f] = c·a[f] for every c > 0
TYPES = ("float64", "float32", "float16")
STEPS, EXAMPLES = 30, 16
LEARNING_RATE = 0.001  # for the mean over the examples; ten times as much is too much for He at 50 × 100
MOST_ORTHOGONAL = 20  # networks: an orthogonal matrix takes ten times as long to draw as a normal one

_DELAY = 0.3  # seconds without a change before an ensemble is drawn
_BETWEEN = 0.25  # seconds between two pictures of an ensemble that is being drawn
_AT_ONCE = 1_500_000  # weights that can be drawn before anyone notices


class Start(NamedTuple):
    """Everything the reader chooses."""

    variance: float = 0.02
    scheme: str = OWN
    depth: int = 50
    width: int = 100
    activation: str = "ReLU"
    dtype: str = "float64"
    networks: int = 60
    seed: int = 0

    @property
    def sizes(self) -> list[int]:
        """As many inputs as units, and one output, as in figure 7.7."""
        return [self.width] * (self.depth + 1) + [1]

    @property
    def words(self) -> str:
        """How the weights are drawn."""
        variance = f"σ² = {weight_variances(self)[0]:.3g}"
        if self.scheme != OWN:
            times = " times √2" if self.scheme == ORTHOGONAL and _gain(self) != 1 else ""
            variance = f"{self.scheme}{times} ({variance})"
        return f"{variance}, {self.activation}, {self.dtype}, seed {self.seed}"


def weight_variances(start: Start) -> list[float]:
    """Return the variance of the entries of each weight matrix.

    >>> weight_variances(Start(scheme="Glorot", depth=2, width=3))
    [0.3333333333333333, 0.3333333333333333, 0.5]
    """
    return [_weight_variance(start, (to, source)) for source, to in pairwise(start.sizes)]


def drift(start: Start) -> float | None:
    """Return how much more the typical logarithm of the variance falls in each layer than that of the mean.

    A layer multiplies the variance by a random factor; its relative variance is (E[a(f)⁴] ÷ E[a(f)²]² − 1) ÷ D, which
    is 5 ÷ D for ReLU, and half of it is what the mean of the logarithm loses. None where this is not so: for weights
    that are not independent, for activations that are curved, and below 20 units, where it is too rough.

    >>> drift(Start(activation="ReLU")), drift(Start(activation="linear")), drift(Start(activation="tanh"))
    (0.025, 0.01, None)
    """
    if start.activation not in SLOPES or start.scheme == ORTHOGONAL or start.width < 20:
        return None
    below = SLOPES[start.activation]
    return (6 * (1 + below**4) / (1 + below**2) ** 2 - 1) / (2 * start.width)


def ensemble_size(start: Start) -> int:
    """Return how many networks are drawn: as many as wanted, but at most 20 with orthogonal matrices."""
    return min(start.networks, MOST_ORTHOGONAL) if start.scheme == ORTHOGONAL else start.networks


def rescaled(drawn: Propagation, ratios: Sequence[float]) -> Propagation:
    """Return what `drawn` would be with the variance of Ω_k `ratios[k]` times as large, without drawing again.

    For activations with a[c·f] = c·a[f] only. Ω_0 … Ω_K times √r_0 … √r_K give h_k times √(r_0 ⋯ r_{k−1}) and the
    output times √(r_0 ⋯ r_K); slopes stay, so ∂ℓ/∂f_k, which is 2·output times Ω_K ⋯ Ω_{k+1} and slopes, changes by
    √(r_0 ⋯ r_K · r_{k+1} ⋯ r_K), and variances by the squares. What float64 cannot hold becomes 0 or inf.

    >>> rescaled(Propagation(np.ones((1, 3)), np.ones((1, 2))), [10.0, 10.0, 10.0]).gradient.round()
    array([[100000.,  10000.]])
    """
    logs = np.cumsum([0.0, *(math.log(ratio) for ratio in ratios)])  # logarithms: powers alone may overflow
    total = logs[-1]
    with np.errstate(all="ignore"):
        h = np.exp(np.log(drawn.h) + logs[:-1])
        return Propagation(h, np.exp(np.log(drawn.gradient) + total + (total - logs[1:-1])))


def can_be_rescaled(start: Start) -> bool:
    """Whether one ensemble serves every σ²; not in a small type, in which rounding depends on the size."""
    return start.activation in SLOPES and start.scheme != ORTHOGONAL and start.dtype == "float64"


def measured(start: Start) -> Propagation:
    """Return the variances of the whole ensemble, `bp.init.propagate` for this start.

    >>> measured(Start(depth=3, width=10, networks=5)).h.shape
    (5, 4)
    """
    return from_drawn(start, _together(list(drawn_in_parts(start))))


def drawn_in_parts(start: Start) -> Iterator[Propagation]:
    """Draw the ensemble, some networks at a time; for what can be rescaled, with weights that keep the variance."""
    rng = np.random.default_rng(start.seed)
    left = ensemble_size(start)
    while left:
        part = min(left, _at_once(start))
        yield _draw(start, part, rng)
        left -= part


def from_drawn(start: Start, drawn: Propagation) -> Propagation:
    """Return the variances for this start, from what `drawn_in_parts` gave for it or for another σ² or scheme."""
    if not can_be_rescaled(start):
        return drawn
    return rescaled(drawn, [variance / _kept(start) for variance in weight_variances(start)])


def picture(start: Start, found: Propagation) -> Picture:
    """Draw variances that were measured for this start."""
    theory = expected(start.sizes, weight_variances(start), activation=ACTIVATIONS[start.activation])
    return variances(start.sizes, found, theory, start=start.words, dtype=start.dtype, drift=drift(start))


def training_steps(start: Start) -> Iterator[float]:
    """Train on a small fixed problem by gradient descent, and give the mean loss before each step and after the last.

    There are 16 examples with standard normal inputs and y = sin 2x_1 + x_2, shifted and scaled to mean 0 and variance
    1: a network that always answers 0 has loss 1. It ends early with a loss that is not finite.
    """
    dtype = np.dtype(start.dtype)
    x = np.random.default_rng(7).standard_normal((start.width, EXAMPLES)).astype(dtype)
    y = np.sin(2 * x[:1]) + x[1:2]
    y = ((y - y.mean()) / y.std()).astype(dtype)
    activation, loss = ACTIVATIONS[start.activation], LeastSquares()
    with np.errstate(all="ignore"):
        net = mlp(start.sizes, activation=lambda: activation, init=_initializer(start), rng=start.seed, dtype=dtype)
    optimizer = SGD(net.parameters, lr=LEARNING_RATE / EXAMPLES)
    for step in range(STEPS + 1):
        with np.errstate(all="ignore"):  # never around a yield: it would hold for whoever reads this
            trace = net.forward(x)
            value = float(np.mean((trace.output.astype(float) - y) ** 2))
        yield value
        if step == STEPS or not math.isfinite(value):
            return
        with np.errstate(all="ignore"):
            optimizer.step(net.backward(trace, loss.gradient(trace.output, y)).parameters)


def training(start: Start) -> list[float]:
    """Return all losses of `training_steps`; after one that is not finite the rest is not either.

    >>> losses = training(Start(scheme="He", depth=3, width=20))
    >>> len(losses), losses[-1] < losses[0]
    (31, True)
    """
    return _filled(list(training_steps(start)))


def initialization_laboratory(
    variance: float = 0.02, depth: int = 50, width: int = 100, networks: int = 60, seed: int = 0
) -> Explorer:
    """Return a widget that shows the variance of activations and gradients by layer for a start of one's choice.

    The start is a variance σ² of the weights or a named scheme, a depth, a width, an activation and a floating type;
    orthogonal weights are times √2 for ReLUs, and at most 20 networks of them are drawn. Moving σ² leaves a named
    scheme. While it moves the ensemble is only rescaled, which is exact for ReLU, leaky ReLU (α = 0.1) and linear
    networks in float64; for others a few networks are drawn, and all of them after a short pause. "train" runs 30 steps
    of gradient descent from the start. Any change of a control ends what is being computed. The arguments are where the
    controls start and where the reset button brings them back to.

    Raises ValueError for a number that the controls cannot show.

    >>> len(initialization_laboratory(depth=5, width=10, networks=3).children)
    4
    """
    first = Start(variance=variance, depth=depth, width=width, networks=networks, seed=seed)
    controls = _controls(first)
    progress, place, loss_place = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
    memory: dict[Any, Propagation] = {}  # the last ensemble that can be rescaled
    last: list[object] = []  # what is being computed; whatever else still runs ends before its next piece
    busy: list[bool] = []  # not empty while several controls are being set, which are then drawn together

    def now() -> Start:
        values = {name: control.value for name, control in controls.items()}
        # What counts is the number that stands beside the slider.
        return Start(**values)._replace(variance=_as_shown(values["variance"]))

    def say(words: str) -> None:
        progress.value = f'<span aria-live="polite">{words or "&nbsp;"}</span>'

    def run(job: Iterator[float]) -> None:
        """Run a job that gives, after each piece, the seconds it can wait; in one go where nothing else happens.

        JupyterLab may run controls in different threads, so another job may begin in the middle of a piece. A job
        therefore yields between computing something and showing it.
        """
        last[:] = [job]

        def go_on() -> None:
            if last == [job] and (delay := next(job, None)) is not None:
                asyncio.get_running_loop().call_later(delay, go_on)

        if _can_wait():
            go_on()
        else:
            for _ in job:
                pass

    def draw(start: Start, afterwards: str) -> Iterator[float]:
        size = ensemble_size(start)
        fewer = f", not {start.networks}: orthogonal ones take long" if size < start.networks else ""
        many = f"{size} network{'s' * (size != 1)}{fewer}"
        say(f"drawing {many} …")
        if _cost(start) <= _AT_ONCE and _can_wait():
            few = start._replace(networks=min(size, _at_once(start)))
            show(picture(few, measured(few)), place)
        yield _DELAY
        parts: list[Propagation] = []
        shown = time.monotonic()
        for part in drawn_in_parts(start):
            parts.append(part)
            yield 0
            say(f"drawing {many} … {sum(len(one.h) for one in parts)} done")
            if time.monotonic() > shown + _BETWEEN:
                show(picture(start, from_drawn(start, _together(parts))), place)
                shown = time.monotonic()
        drawn = _together(parts)
        if can_be_rescaled(start):
            memory.clear()
            memory[_key(start)] = drawn
        show(picture(start, from_drawn(start, drawn)), place)
        say(afterwards or (many if fewer else ""))

    def train(start: Start) -> Iterator[float]:
        loss_place.value = ""
        slow = " (slowly: processors have no fast float16)" if start.dtype == "float16" else ""
        losses: list[float] = []
        say(f"training {STEPS} steps{slow} …")
        yield 0.05  # so that the words are seen
        for loss in training_steps(start):
            losses.append(loss)
            yield 0
            say(f"training: step {len(losses) - 1} of {STEPS}{slow}, loss {number(loss)}")
        show(training_loss(_filled(losses), start=_training_words(start)), loss_place)
        say(f"trained {STEPS} steps: the curve is below the picture")

    def redraw(_: Any = None, afterwards: str = "") -> None:
        if busy:
            return
        last.clear()
        start = now()
        loss_place.value = ""  # it belonged to another start
        if can_be_rescaled(start) and (drawn := memory.get(_key(start))) is not None:
            show(picture(start, from_drawn(start, drawn)), place)
            say("")
        else:
            run(draw(start, afterwards))

    def put(**values: Any) -> None:
        busy.append(True)
        for name, value in values.items():
            controls[name].value = value
        busy.clear()
        redraw()

    def moved(_: Any) -> None:
        if not busy:
            put(scheme=OWN)  # whoever moves σ² wants it used

    def replay(_: Any) -> None:
        memory.clear()
        redraw(afterwards=f"seed {now().seed} once more: the same networks, the same picture")

    # The still picture's ensemble is the widget's first one.
    drawn = _together(list(drawn_in_parts(first)))
    memory[_key(first)] = drawn
    still = picture(first, from_drawn(first, drawn))
    show(still, place)
    say("")
    for name, control in controls.items():
        control.observe(moved if name == "variance" else redraw, names="value")
    buttons = [
        _button("replay the same seed", "draw the same networks again", replay),
        _button("new seed", "other networks: the next seed",
                lambda _: setattr(controls["seed"], "value", (controls["seed"].value + 1) % 1_000_000)),
        _button("reset", "all controls to the start", lambda _: put(**first._asdict())),
        _button("train", f"{STEPS} steps of gradient descent from this start", lambda _: run(train(now()))),
    ]  # fmt: skip
    grid = ipywidgets.GridBox(list(controls.values()), layout={"grid_template_columns": "repeat(2, 1fr)",
                                                               "max_width": f"{WIDTH}px"})  # fmt: skip
    row = ipywidgets.HBox([*buttons, progress], layout={"flex_flow": "row wrap"})
    return Explorer("Initialization laboratory", [grid, row, place, loss_place], still)


def _controls(start: Start) -> dict[str, Any]:
    """The controls, by the names in `Start`."""
    shown: dict[str, Any] = {"layout": {"width": "auto"}, "style": {"description_width": "84px"}}
    ranges = {"depth": (2, 100), "width": (2, 200), "networks": (1, 200), "seed": (0, 999_999)}
    _within("variance", start.variance, 1e-4, 10.0)
    for name, (low, high) in ranges.items():
        _within(name, getattr(start, name), low, high)

    def whole(name: str, kind: Any) -> Any:
        low, high = ranges[name]
        return kind(description=name, value=getattr(start, name), min=low, max=high, **shown)

    def choice(name: str, options: Sequence[str]) -> Any:
        return ipywidgets.Dropdown(description=name, options=options, value=getattr(start, name), **shown)

    # The numbers beside the sliders can be typed into.
    slider = ipywidgets.FloatLogSlider(description="σ²", value=start.variance, base=10, min=-4, max=1, step=0.01,
                                       readout_format=".3g", **shown)  # fmt: skip
    return {
        "variance": slider,
        "scheme": choice("scheme", SCHEMES),
        "depth": whole("depth", ipywidgets.IntSlider),
        "width": whole("width", ipywidgets.IntSlider),
        "activation": choice("activation", tuple(ACTIVATIONS)),
        "dtype": choice("dtype", TYPES),
        "networks": whole("networks", ipywidgets.IntSlider),
        "seed": whole("seed", ipywidgets.BoundedIntText),
    }


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value!r}, expected {low:g} to {high:g}, as on the control.")


def _button(words: str, tooltip: str, action: Callable[[Any], None]) -> ipywidgets.Button:
    button = ipywidgets.Button(description=words, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(action)
    return button


def _can_wait() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _as_shown(variance: float) -> float:
    return float(f"{variance:.3g}")


def _key(start: Start) -> Any:
    """What an ensemble that can be rescaled depends on."""
    return start.depth, start.width, start.activation, start.networks, start.seed


def _cost(start: Start) -> int:
    """How long one network takes, in normal float64 weights."""
    weights = sum(to * source for source, to in pairwise(start.sizes))
    return weights * (10 if start.scheme == ORTHOGONAL else 2 if start.dtype == "float16" else 1)


def _at_once(start: Start) -> int:
    """How many networks can be drawn before anyone notices, and at least one."""
    return max(1, _AT_ONCE // _cost(start))


def _draw(start: Start, networks: int, rng: np.random.Generator) -> Propagation:
    init: float | Initializer = start.variance if start.scheme == OWN else _initializer(start)
    if can_be_rescaled(start):
        init = _kept(start)
    activation = ACTIVATIONS[start.activation]
    return propagate(start.sizes, init, activation=activation, networks=networks, rng=rng, dtype=start.dtype)


def _kept(start: Start) -> float:
    """The variance that keeps a homogeneous activation's variances from layer to layer, so that nothing is lost."""
    below = SLOPES[start.activation]
    return 2 / ((1 + below * below) * start.width)


def _filled(losses: list[float]) -> list[float]:
    return losses + [math.nan] * (STEPS + 1 - len(losses))


def _training_words(start: Start) -> str:
    return f"learning rate {LEARNING_RATE:g}, {EXAMPLES} examples; {start.words}"


def _together(parts: list[Propagation]) -> Propagation:
    return Propagation(np.concatenate([part.h for part in parts]), np.concatenate([part.gradient for part in parts]))


def _weight_variance(start: Start, shape: tuple[int, int]) -> float:
    rows, columns = shape
    return {
        OWN: start.variance,
        "He": 2 / columns,
        "Glorot": 2 / (rows + columns),
        "LeCun": 1 / columns,
        ORTHOGONAL: _gain(start) ** 2 / max(shape),
    }[start.scheme]


def _gain(start: Start) -> float:
    return math.sqrt(2) if start.activation in ("ReLU", "leaky ReLU") else 1.0


def _initializer(start: Start) -> Initializer:
    if start.scheme == ORTHOGONAL:
        return lambda shape, rng: orthogonal(shape, rng, gain=_gain(start))
    return lambda shape, rng: normal(shape, rng, variance=_weight_variance(start, shape))
