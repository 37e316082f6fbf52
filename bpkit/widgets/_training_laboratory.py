"""The training laboratory: a training with settings the reader chooses, which can be watched step by step."""

import ipywidgets

from bpkit.numerical.arguments import real_number, whole_number
from bpkit.plot._training_run import WIDTH, sheet, training_picture
from bpkit.plot.recorded_training import (
    KAPPA,
    POINTS,
    PROBLEMS,
    SCHEDULES,
    START_SCALES,
    STEPS,
    TWO_WEIGHTS,
    Settings,
    identical,
    recorded,
)
from bpkit.widgets.frame import (
    Controls,
    Explorer,
    as_shown,
    button,
    check_range,
    fit,
    grid,
    legible,
    logarithmic_slider,
    look,
    next_seed,
    row,
    say,
    show,
    slider,
)

CHOICES = {"problem": tuple(PROBLEMS), "init": tuple(START_SCALES), "schedule": tuple(SCHEDULES)}
RANGES = {
    "lr": (0.001, 10.0),
    "momentum": (0.0, 0.99),
    "batch_size": (1, POINTS),
    "seed": (0, 999_999),
    "kappa": (1.0, 400.0),
}
_BETWEEN = 60  # milliseconds between two steps while it plays
_LABEL = 104  # px


def training_laboratory(
    problem: str = "two moons",
    init: str = "He",
    lr: float = 0.3,
    momentum: float = 0.0,
    batch_size: int = 20,
    schedule: str = "constant",
    seed: int = 0,
    kappa: float = KAPPA,
) -> Explorer:
    """Return a widget that trains a small network on points of two classes and shows every one of its 300 steps.

    The reader chooses the problem, the start of the weights, the learning rate and its schedule, momentum, the size of
    the batches, a seed and, for "two weights", how narrow the valley is. A change of any of them trains again; the step
    that is shown stays. "replay the same seed" trains once more, says whether every number is the same, and plays from
    the first step. The arguments are where the controls start and where the reset button brings them back to.

    Raises TypeError or ValueError for a start that the controls cannot show.

    >>> len(training_laboratory().children)
    3
    """
    start = Settings(problem, init, lr, momentum, batch_size, schedule, seed, kappa)
    _check(start)
    shown = _TrainingLaboratory(_controls(start))
    controls = shown.controls
    buttons = [
        button("replay the same seed", "train once more with the same weights and batches, and play", shown.replay),
        button("new seed", "other weights and batches: the next seed", next_seed(controls["seed"])),
        button("reset", "all controls to the start", shown.reset),
    ]
    settings = grid([controls[name] for name in Settings._fields], 2, WIDTH)
    steps = row([shown.play, controls["step"], *buttons, shown.said], WIDTH)
    still = training_picture(shown.sheet, STEPS)
    picture = legible([shown.place], still.width)
    fit(picture, still.width, still.height, above=161)
    return Explorer("Training laboratory", [settings, steps, picture], still)


class _TrainingLaboratory:
    """The training that is shown, its picture, and what is said beside the buttons."""

    def __init__(self, controls: Controls) -> None:
        self.controls = controls
        self.said, self.place = ipywidgets.HTML(), ipywidgets.HTML()
        self.play = ipywidgets.Play(min=0, max=STEPS, interval=_BETWEEN, show_repeat=False)
        # In the browser, so that no step waits for the kernel.
        ipywidgets.jslink((self.play, "value"), (controls["step"], "value"))
        self.sheet = sheet(recorded(self.settings()))
        self.redraw()
        say("", self.said)
        controls.on_change(self.train, *Settings._fields)
        controls.on_change(self.redraw, "step")

    def settings(self) -> Settings:
        return Settings(**{name: as_shown(self.controls[name]) for name in Settings._fields})

    def redraw(self) -> None:
        show(training_picture(self.sheet, self.controls["step"].value), self.place)
        self.controls["kappa"].disabled = self.controls["problem"].value != TWO_WEIGHTS

    def train(self) -> None:
        settings = self.settings()
        say(f"training {STEPS} steps …", self.said)
        made = sheet(recorded(settings))
        # JupyterLab may move a control in another thread meanwhile; the training that follows is the one to show.
        if settings == self.settings():
            self.sheet = made
            self.redraw()
            say("", self.said)

    def reset(self) -> None:
        self.play.playing = False
        self.controls.reset()
        self.train()

    def replay(self) -> None:
        before = self.sheet.run
        self.train()
        if self.sheet.run.settings == before.settings:
            same = "the same run, bit for bit" if identical(self.sheet.run, before) else "NOT the same run"
            say(f"seed {before.settings.seed} once more: {same}", self.said)
        self.controls["step"].value = 0
        self.play.playing = True


def _check(start: Settings) -> None:
    """Raise TypeError or ValueError for a start that the controls cannot show."""
    for name, options in CHOICES.items():
        if getattr(start, name) not in options:
            raise ValueError(f"{name} is {getattr(start, name)!r}, expected one of {', '.join(map(repr, options))}.")
    for name, (low, high) in RANGES.items():
        value = getattr(start, name)
        if isinstance(low, int):
            whole_number(name, value, least=0)
        else:
            real_number(name, value)
        check_range(name, value, low, high)


def _controls(start: Settings) -> Controls:
    """The controls by the names in `Settings`, and the step that is shown."""
    choices = {
        name: ipywidgets.Dropdown(description=label, options=CHOICES[name], value=getattr(start, name), **look(_LABEL))
        for name, label in (("problem", "problem"), ("init", "start"), ("schedule", "schedule"))
    }
    step = slider("step", 0, 0, STEPS, label_width=42)
    step.layout.flex = "1 1 300px"
    return Controls(
        step=step,
        lr=logarithmic_slider("learning rate", start.lr, *RANGES["lr"], step=0.005, digits=".2g", label_width=_LABEL),
        momentum=slider("momentum", start.momentum, *RANGES["momentum"], step=0.01, label_width=_LABEL),
        batch_size=slider("batch size", start.batch_size, *RANGES["batch_size"], label_width=_LABEL),
        seed=ipywidgets.BoundedIntText(description="seed", value=start.seed, min=0, max=999_999, **look(_LABEL)),
        kappa=logarithmic_slider(
            "κ, about", start.kappa, *RANGES["kappa"], step=0.005, digits=".3g", label_width=_LABEL
        ),
        **choices,
    )
