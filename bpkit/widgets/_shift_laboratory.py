"""The shift laboratory: two classes in the plane, and a target that the reader moves away from the source."""

import ipywidgets

from bpkit.plot._shift import WIDTH, shifted
from bpkit.plot.shift_experiment import MODELS, WEIGHTS, Shift
from bpkit.widgets.frame import (
    Controls,
    Explorer,
    as_shown,
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

RANGES = {"right": (-2.5, 2.5), "up": (-2.5, 2.5), "spread": (0.2, 1.5), "odds": (0.05, 20.0), "seed": (0, 999_999)}
_LABEL = 76  # px


def shift_laboratory(right: float = 1.2, up: float = 0.0, spread: float = 0.5, odds: float = 1.0) -> Explorer:
    """Return a widget in which a target distribution is moved, and the source is weighted to be like it.

    Sliders move the target's centre to the right and up, change its spread, and multiply the odds of class 1 in it. The
    picture shows the source with areas by weight, the boundaries of three classifiers, how much of the target each gets
    wrong, and how many examples the weights leave. The arguments are where the controls start, and where the reset
    button brings them back to.

    Raises ValueError for a number that the controls cannot show.

    >>> len(shift_laboratory().children)
    3
    """
    start = Shift(right=right, up=up, spread=spread, odds=odds)
    for name, (low, high) in RANGES.items():
        check_range(name, getattr(start, name), low, high)
    still = shifted(start)
    controls = _controls(start)
    place, words = ipywidgets.HTML(), ipywidgets.HTML()

    def redraw() -> None:
        chosen = Shift(**{name: as_shown(controls[name]) for name in Shift._fields})
        try:
            show(shifted(chosen), place)
            say("", words)
        except ValueError as error:  # the picture before stays
            say(str(error), words)

    controls.on_change(redraw)
    redraw()
    buttons = [
        button("new examples", "draw again: the next seed", next_seed(controls["seed"])),
        reset_button("all controls to the start", controls, redraw),
    ]
    choices = grid([controls[name] for name in Shift._fields], 2, WIDTH)
    return Explorer("Shift laboratory", [choices, row([*buttons, words]), place], still)


def _controls(start: Shift) -> Controls:
    moved = {
        name: slider(name, getattr(start, name), *RANGES[name], step=0.1, digits=".1f", label_width=_LABEL)
        for name in ("right", "up", "spread")
    }
    choices = {
        name: ipywidgets.Dropdown(description=name, options=options, value=getattr(start, name), **look(_LABEL))
        for name, options in (("model", MODELS), ("weights", WEIGHTS))
    }
    return Controls(
        odds=logarithmic_slider("odds ×", start.odds, *RANGES["odds"], step=0.05, digits=".2g", label_width=_LABEL),
        seed=ipywidgets.BoundedIntText(description="seed", value=start.seed, min=0, max=999_999, **look(_LABEL)),
        **moved, **choices,
    )  # fmt: skip
