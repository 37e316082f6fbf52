"""The initialization laboratory: what becomes of variances under a start the reader chooses, as in figure 7.7."""

import time
from collections.abc import Iterator

import ipywidgets

from bpkit.plot._variances import WIDTH
from bpkit.plot.ensemble import (
    Ensemble,
    can_be_rescaled,
    drawn_in_parts,
    ensemble_picture,
    ensemble_size,
    from_drawn,
    joined,
    measured,
    networks_at_once,
)
from bpkit.plot.random_start import ACTIVATIONS, OWN, SCHEMES, TYPES, Start
from bpkit.plot.short_training import STEPS, training_loss_picture, training_steps
from bpkit.plot.svg import number
from bpkit.widgets.frame import (
    Controls,
    Explorer,
    as_shown,
    below,
    button,
    check_range,
    grid,
    logarithmic_slider,
    look,
    next_seed,
    reset_button,
    row,
    say,
    show,
    slider,
)
from bpkit.widgets.job import Job, can_wait

RANGES = {"variance": (1e-4, 10.0), "depth": (2, 100), "width": (2, 200), "networks": (1, 200), "seed": (0, 999_999)}
_DELAY = 0.3  # seconds without a change before an ensemble is drawn
_BETWEEN = 0.25  # seconds between two pictures of an ensemble that is being drawn
_LABEL = 84  # px


def initialization_laboratory(
    variance: float = 0.02, depth: int = 50, width: int = 100, networks: int = 60, seed: int = 0
) -> Explorer:
    """Return a widget that shows variances by layer, and the angle between two inputs, for a start of one's choice.

    The start is a variance σ² of the weights or a named scheme, a depth, a width, an activation and a floating type;
    orthogonal weights are scaled by √2 for ReLUs, and at most 20 networks of them are drawn. Moving σ² leaves a named
    scheme. While it moves the ensemble is only rescaled, which is exact for ReLU, leaky ReLU (α = 0.1) and linear
    networks in float64; for others a few networks are drawn, and all of them after a short pause. "train" runs 30 steps
    of gradient descent from the start. Any change of a control ends what is being computed. The arguments are where the
    controls start and where the reset button brings them back to.

    Raises ValueError for a number that the controls cannot show.

    >>> len(initialization_laboratory(depth=5, width=10, networks=3).children)
    3
    """
    start = Start(variance=variance, depth=depth, width=width, networks=networks, seed=seed)
    for name, (low, high) in RANGES.items():
        check_range(name, getattr(start, name), low, high)
    shown = _InitializationLaboratory(start)
    controls = shown.controls
    buttons = [
        button("replay the same seed", "draw the same networks again", shown.replay),
        button("new seed", "other networks: the next seed", next_seed(controls["seed"])),
        reset_button("all controls to the start", controls, shown.redraw),
        button("train", f"{STEPS} steps of gradient descent from this start", shown.train),
    ]
    choices = grid([controls[name] for name in Start._fields], 2, WIDTH)
    parts = [choices, row([*buttons, shown.progress]), below([shown.place, shown.loss_place], WIDTH, above=161)]
    return Explorer("Initialization laboratory", parts, shown.still)


class _InitializationLaboratory:
    """The pictures, the last ensemble that can be rescaled, and the job that draws or trains."""

    def __init__(self, start: Start) -> None:
        self.controls = _controls(start)
        self.progress, self.place, self.loss_place = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.job = Job()
        drawn = joined(list(drawn_in_parts(start)))
        self.ensembles = {_key(start): drawn}  # one at most
        self.still = ensemble_picture(start, from_drawn(start, drawn))
        show(self.still, self.place)
        say("", self.progress)
        others = [name for name in Start._fields if name != "variance"]
        self.controls.on_change(self.leave_scheme, "variance")
        self.controls.on_change(self.redraw, *others)

    def start(self) -> Start:
        return Start(**{name: as_shown(self.controls[name]) for name in Start._fields})

    def redraw(self, afterwards: str = "") -> None:
        """Show the picture; draw the networks first if they are not in memory, and then say `afterwards`."""
        self.job.stop()
        start = self.start()
        self.loss_place.value = ""  # it belonged to another start
        drawn = self.ensembles.get(_key(start)) if can_be_rescaled(start) else None
        if drawn is None:
            self.job.start(self.drawing(start, afterwards))
        else:
            show(ensemble_picture(start, from_drawn(start, drawn)), self.place)
            say("", self.progress)

    def leave_scheme(self) -> None:
        self.controls.set(scheme=OWN)  # a reader who moves σ² wants it to count
        self.redraw()

    def replay(self) -> None:
        self.ensembles.clear()
        self.redraw(f"seed {self.start().seed} once more: the same networks, the same picture")

    def train(self) -> None:
        self.job.start(self.training(self.start()))

    def drawing(self, start: Start, afterwards: str) -> Iterator[float]:
        """Draw the ensemble: a few networks at once, then, after a pause, all of them."""
        size = ensemble_size(start)
        fewer = f", not {start.networks}: orthogonal ones take long" if size < start.networks else ""
        many = f"{size} network{'s' * (size != 1)}{fewer}"
        say(f"drawing {many} …", self.progress)
        if can_wait() and (few := min(size, networks_at_once(start))):
            show(ensemble_picture(start, measured(start._replace(networks=few))), self.place)
        yield _DELAY
        parts: list[Ensemble] = []
        shown = time.monotonic()
        for part in drawn_in_parts(start):
            parts.append(part)
            yield 0
            say(f"drawing {many} … {sum(len(one.h) for one in parts)} done", self.progress)
            if time.monotonic() > shown + _BETWEEN:
                show(ensemble_picture(start, from_drawn(start, joined(parts))), self.place)
                shown = time.monotonic()
        drawn = joined(parts)
        if can_be_rescaled(start):
            self.ensembles = {_key(start): drawn}
        show(ensemble_picture(start, from_drawn(start, drawn)), self.place)
        say(afterwards or (many if fewer else ""), self.progress)

    def training(self, start: Start) -> Iterator[float]:
        """Train from the start, step by step, and draw the loss."""
        self.loss_place.value = ""
        slow = " (slowly: processors have no fast float16)" if start.dtype == "float16" else ""
        losses: list[float] = []
        say(f"training {STEPS} steps{slow} …", self.progress)
        yield 0.05  # so that the words are seen
        for loss in training_steps(start):
            losses.append(loss)
            yield 0
            say(f"training: step {len(losses) - 1} of {STEPS}{slow}, loss {number(loss)}", self.progress)
        show(training_loss_picture(start, losses), self.loss_place)
        say(f"trained {STEPS} steps: the curve is below the picture", self.progress)


def _key(start: Start) -> tuple[object, ...]:
    """What an ensemble that can be rescaled depends on."""
    return start.depth, start.width, start.activation, start.networks, start.seed


def _controls(start: Start) -> Controls:
    """The controls, by the names in `Start`."""
    counts = {name: slider(name, getattr(start, name), *RANGES[name], label_width=_LABEL)
              for name in ("depth", "width", "networks")}  # fmt: skip
    choices = {
        name: ipywidgets.Dropdown(description=name, options=options, value=getattr(start, name), **look(_LABEL))
        for name, options in (("scheme", SCHEMES), ("activation", tuple(ACTIVATIONS)), ("dtype", TYPES))
    }
    return Controls(
        variance=logarithmic_slider("σ²", start.variance, *RANGES["variance"], step=0.01, digits=".3g",
                                    label_width=_LABEL),
        seed=ipywidgets.BoundedIntText(description="seed", value=start.seed, min=0, max=999_999, **look(_LABEL)),
        **counts, **choices,
    )  # fmt: skip
