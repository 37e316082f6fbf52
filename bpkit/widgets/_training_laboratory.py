"""The training laboratory: a training under settings of the reader's choice, which can be watched step by step."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets
import numpy as np

from bpkit.numerical.arguments import real_number, whole_number
from bpkit.plot._training_run import WIDTH, Sheet, drawn, sheet
from bpkit.plot.recorded import POINTS, PROBLEMS, SCHEDULES, START_SCALES, STEPS, Run, Settings, recorded
from bpkit.widgets.explorer import Explorer, show

LEAST_RATE, MOST_RATE, MOST_MOMENTUM = 0.001, 10.0, 0.99
_EVERY = 60  # milliseconds between two steps while it plays


def training_laboratory(
    problem: str = "two moons",
    init: str = "He",
    lr: float = 0.3,
    momentum: float = 0.0,
    batch_size: int = 20,
    schedule: str = "constant",
    seed: int = 0,
) -> Explorer:
    """Return a widget that trains a small network on points of two classes and shows every one of its 300 steps.

    The reader chooses the problem, the start of the weights, the learning rate and its schedule, momentum, the size of
    the batches and a seed. A change of any of them trains again; the step that is shown stays. "replay the same seed"
    trains once more, says whether every number is the same, and plays from the first step. The arguments are where the
    controls start and where the reset button brings them back to.

    Raises TypeError or ValueError for what the controls cannot show.

    >>> len(training_laboratory().children)
    3
    """
    first = Settings(problem, init, lr, momentum, batch_size, schedule, seed)
    controls = _controls(first)
    said, place = ipywidgets.HTML(), ipywidgets.HTML()
    step = ipywidgets.IntSlider(description="step", min=0, max=STEPS, style={"description_width": "42px"},
                                layout={"flex": "1 1 300px", "width": "auto"})  # fmt: skip
    play = ipywidgets.Play(min=0, max=STEPS, interval=_EVERY, show_repeat=False)
    ipywidgets.jslink((play, "value"), (step, "value"))  # in the browser, so that no step waits for the kernel
    memory: list[Sheet] = []  # the training that is shown
    busy: list[bool] = []  # not empty while several controls are being set, which then train once

    def now() -> Settings:
        # What counts is the number that stands beside the slider.
        return Settings(**{name: _as_shown(control.value) for name, control in controls.items()})

    def say(words: str) -> None:
        said.value = f'<span aria-live="polite">{words or "&nbsp;"}</span>'

    def redraw(_: Any = None) -> None:
        if not busy:
            show(drawn(memory[0], step.value), place)

    def train(_: Any = None) -> None:
        if busy:
            return
        settings = now()
        say(f"training {STEPS} steps …")
        made = sheet(recorded(settings))
        # JupyterLab may move a control in another thread meanwhile; the training that follows is the one to show.
        if settings == now():
            memory[:] = [made]
            redraw()
            say("")

    def put(_: Any = None) -> None:
        """Everything as in the beginning."""
        busy.append(True)
        play.playing = False
        for name, value in first._asdict().items():
            controls[name].value = value
        step.value = 0
        busy.clear()
        train()

    def replay(_: Any) -> None:
        before = memory[0].run
        train()
        if memory[0].run.settings == before.settings:
            same = "the same run, bit for bit" if identical(memory[0].run, before) else "NOT the same run"
            say(f"seed {before.settings.seed} once more: {same}")
        step.value = 0
        play.playing = True

    memory.append(sheet(recorded(now())))
    still = drawn(memory[0], STEPS)
    redraw()
    say("")
    for control in controls.values():
        control.observe(train, names="value")
    step.observe(redraw, names="value")
    buttons = [
        _button("replay the same seed", "train once more with the same weights and batches, and play", replay),
        _button("new seed", "other weights and batches: the next seed",
                lambda _: setattr(controls["seed"], "value", (controls["seed"].value + 1) % 1_000_000)),
        _button("reset", "all controls to the start", put),
    ]  # fmt: skip
    grid = ipywidgets.GridBox(list(controls.values()), layout={"grid_template_columns": "repeat(2, 1fr)",
                                                               "max_width": f"{WIDTH}px"})  # fmt: skip
    row = ipywidgets.HBox([play, step, *buttons, said], layout={"max_width": f"{WIDTH}px", "flex_flow": "row wrap"})
    return Explorer("Training laboratory", [grid, row, place], still)


def identical(one: Run, other: Run) -> bool:
    """Whether two runs are the same to the last bit.

    >>> identical(recorded(Settings("two weights")), recorded(Settings("two weights")))
    True
    """
    names = ("parameters", "gradients", "batch_losses", "rates")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def _controls(start: Settings) -> dict[str, Any]:
    """The controls, by the names in `Settings`."""
    shown: dict[str, Any] = {"layout": {"width": "auto"}, "style": {"description_width": "104px"}}
    choices = {"problem": tuple(PROBLEMS), "init": tuple(START_SCALES), "schedule": tuple(SCHEDULES)}
    ranges = {"lr": (LEAST_RATE, MOST_RATE), "momentum": (0.0, MOST_MOMENTUM), "batch_size": (1, POINTS),
              "seed": (0, 999_999)}  # fmt: skip
    for name, options in choices.items():
        if getattr(start, name) not in options:
            raise ValueError(f"{name} is {getattr(start, name)!r}, expected one of {', '.join(map(repr, options))}.")
    for name, (low, high) in ranges.items():
        value = getattr(start, name)
        number = whole_number(name, value, least=0) if isinstance(low, int) else real_number(name, value)
        if not low <= number <= high:
            raise ValueError(f"{name} is {value!r}, expected {low:g} to {high:g}, as on the control.")

    def choice(name: str, label: str, options: Sequence[str]) -> Any:
        return ipywidgets.Dropdown(description=label, options=options, value=getattr(start, name), **shown)

    # The numbers beside the sliders can be typed into.
    return {
        "problem": choice("problem", "problem", choices["problem"]),
        "init": choice("init", "start", choices["init"]),
        "lr": ipywidgets.FloatLogSlider(description="learning rate", value=start.lr, base=10, min=-3, max=1, step=0.005,
                                        readout_format=".2g", **shown),
        "momentum": ipywidgets.FloatSlider(description="momentum", value=start.momentum, min=0.0, max=MOST_MOMENTUM,
                                           step=0.01, readout_format=".2f", **shown),
        "batch_size": ipywidgets.IntSlider(description="batch size", value=start.batch_size, min=1, max=POINTS,
                                           **shown),
        "schedule": choice("schedule", "schedule", choices["schedule"]),
        "seed": ipywidgets.BoundedIntText(description="seed", value=start.seed, min=0, max=999_999, **shown),
    }  # fmt: skip


def _as_shown(value: Any) -> Any:
    return float(f"{value:.2g}") if isinstance(value, float) else value


def _button(words: str, tooltip: str, action: Callable[[Any], None]) -> ipywidgets.Button:
    button = ipywidgets.Button(description=words, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(action)
    return button
