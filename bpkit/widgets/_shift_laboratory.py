"""The shift laboratory: two classes in the plane, and a target that the reader moves away from the source."""

import itertools
from collections.abc import Callable

import ipywidgets

from bpkit.plot._shift import HEIGHT, LEFT, REACH, SIDE, TOP, WIDTH, shifted
from bpkit.plot.shift_experiment import MODELS, WEIGHTS, Shift
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
    reset_button,
    row,
    say,
    show,
    slider,
)

RANGES = {"right": (-2.5, 2.5), "up": (-2.5, 2.5), "spread": (0.2, 1.5), "odds": (0.05, 20.0), "seed": (0, 999_999)}
_LABEL = 76  # px
_STEPS = [step / 2 for step in range(-5, 6)]  # where a click puts the target: as far as the sliders go


def shift_laboratory(right: float = 1.2, up: float = 0.0, spread: float = 0.5, odds: float = 1.0) -> Explorer:
    """Return a widget in which a target distribution is moved, and the source is weighted to be like it.

    A click into the plane puts the target's centre there, in steps of one half; sliders move it in steps of 0.1, change
    its spread, and multiply the odds of class 1 in it. The
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

    def put(right: float, up: float) -> None:
        controls.set(right=right, up=up)
        redraw()

    return Explorer("Shift laboratory", [choices, row([*buttons, words]), _to_click_into(place, put)], still)


def _to_click_into(place: ipywidgets.HTML, put: Callable[[float, float], None]) -> ipywidgets.VBox:
    """Lay transparent buttons over the plane: a picture in ipywidgets tells the kernel of no click.

    They are no stops for the Tab key, since the sliders beside them do the same. Lengths are shares of the picture's,
    so that the buttons stay in their places where the page is narrow and the picture shrinks.
    """
    step = SIDE / REACH / 4  # one half of the plane's unit, on the sheet
    width = len(_STEPS) * step
    margin = (SIDE - width) / 2
    cells = f"repeat({len(_STEPS)}, {step:.3f}fr)"
    buttons = ipywidgets.GridBox(_transparent_buttons(put), layout={
        "grid_area": "2 / 2", "margin": "0", "grid_template_columns": cells, "grid_template_rows": cells,
    })  # fmt: skip
    over = ipywidgets.GridBox([buttons], layout={
        "grid_area": "1 / 1", "margin": "0", "overflow": "hidden",
        "align_self": "flex-start", "height": "calc(100% - 10px)",  # ipywidgets leaves 10 px below a picture
        "grid_template_columns": _shares(LEFT + margin, width, WIDTH),
        "grid_template_rows": _shares(TOP + margin, width, HEIGHT),
    })  # fmt: skip
    place.layout = {"grid_area": "1 / 1", "margin": "0"}
    plane = legible([ipywidgets.GridBox([place, over], layout={"margin": "0"})], WIDTH)
    fit(plane, WIDTH, HEIGHT, above=165)
    return plane


def _transparent_buttons(put: Callable[[float, float], None]) -> list[ipywidgets.Button]:
    """A button for each place, row by row from the top, which puts the target there."""
    nothing = dict.fromkeys(("height", "min_width", "margin", "padding"), "0")  # so that none holds its row open
    layout = ipywidgets.Layout(width="auto", min_height="100%", **nothing)
    style = ipywidgets.ButtonStyle(button_color="transparent")
    buttons = []
    for up, right in itertools.product(reversed(_STEPS), _STEPS):
        words = f"target to ({right:g}, {up:g})"
        buttons.append(ipywidgets.Button(tooltip=words, tabbable=False, layout=layout, style=style))
        buttons[-1].on_click(lambda _, right=right, up=up: put(right, up))
    return buttons


def _shares(before: float, length: float, whole: float) -> str:
    return f"{before:.3f}fr {length:.3f}fr {whole - before - length:.3f}fr"


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
