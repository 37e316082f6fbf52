"""The memory–time timeline: a schedule the reader chooses, action by action, and what it costs beside all others."""

import html
import math
from collections.abc import Callable
from typing import Any

import ipywidgets

from bpkit.checkpoint import Schedule, binomial, every, sqrt, store_all
from bpkit.numerical.arguments import real_number, whole_number
from bpkit.plot._pareto import pareto
from bpkit.plot._timeline import WIDTH, drawn, sentence
from bpkit.plot.memory_bar import memory_bar
from bpkit.plot.schedule_walk import LARGEST, Walk, walk
from bpkit.widgets.explorer import Explorer, show

KINDS = {"store all": "store_all", "every k-th": "every", "√n": "sqrt", "optimal": "binomial"}
_NEEDED = {"every": "k", "binomial": "slots"}  # the slider that a kind asks for
# The number beside a slider can be typed into: in Notebook 7 the arrow keys do not reach the slider.
_LOOK: dict[str, Any] = {"layout": {"width": "auto"}, "style": {"description_width": "144px"}}
CHEAPEST, DEAREST = 0.1, 5.0  # reversing a block, in evaluations


def schedule(kind: str, n: int, k: int, slots: int) -> Schedule:
    """Return the schedule that the controls say; `k` counts for "every" alone, and `slots` for "binomial".

    Raises what the schedule's own function raises.

    >>> schedule("binomial", 64, k=4, slots=8)
    binomial(64, 8)
    """
    return {
        "store_all": lambda: store_all(n),
        "every": lambda: every(n, k),
        "sqrt": lambda: sqrt(n),
        "binomial": lambda: binomial(n, slots),
    }[kind]()


def timeline_page(walked: Walk, step: int) -> str:
    """Return the page above the Pareto front: what the last action did, what is alive, and the timeline, as HTML.

    Raises TypeError or ValueError for a step that there is not.

    >>> "Advance from activation 0 to activation 4." in timeline_page(walk(every(16, 4)), 2)
    True
    """
    picture = drawn(walked, step)  # refuses a step that there is not
    return (
        '<div style="background: white; color: #1a1a1a">'
        '<p style="margin: 4px 8px; line-height: 1.45" aria-live="polite">'
        f"{html.escape(sentence(walked, step))}</p>{memory_bar(walked, step).svg}{picture.svg}</div>"
    )


def memory_timeline(
    n: int = 16, kind: str = "every", k: int | None = None, slots: int | None = None, ratio: float = 2.0
) -> Explorer:
    """Return a widget that steps through a schedule and shows where it is among all schedules.

    The reader chooses the number of blocks n, the kind of schedule ("store_all", "every", "sqrt" or "binomial"), the
    spacing k or the slots, and how many evaluations reversing a block takes (`ratio`); and goes through the actions
    with buttons or a slider. The arguments are where the controls start and where the reset button brings them back to;
    k and slots are ⌈√n⌉ where they are not given.

    Raises TypeError or ValueError for an n that is not a whole number from 1 to 64, a k or slots that are not from 1 to
    n, a ratio that is not from 0.1 to 5, and an unknown kind.

    >>> len(memory_timeline().children)
    5
    """
    start = _start(n, k, slots)
    if kind not in KINDS.values():
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(map(repr, KINDS.values()))}.")
    if not CHEAPEST <= real_number("ratio", ratio) <= DEAREST:
        raise ValueError(f"ratio is {ratio:g}, expected {CHEAPEST:g} to {DEAREST:g}, as on the slider.")
    labels = {"n": "blocks (n)", "k": "spacing (k)", "slots": "slots"}
    sliders = {name: ipywidgets.IntSlider(description=labels[name], value=value, min=1, max=LARGEST, **_LOOK)
               for name, value in start.items()}  # fmt: skip
    which = ipywidgets.ToggleButtons(options=list(KINDS.items()), value=kind, style={"button_width": "96px"})
    price = ipywidgets.FloatSlider(
        description="backward ÷ forward", value=ratio, min=CHEAPEST, max=DEAREST, step=0.1, readout_format=".1f",
        tooltip="what reversing a block takes, in evaluations", **_LOOK,
    )  # fmt: skip
    step = ipywidgets.IntSlider(description="step", min=0, max=1, style=_LOOK["style"],
                                layout={"flex": "1 1 380px", "width": "auto"})  # fmt: skip
    place, beside = ipywidgets.HTML(), ipywidgets.HTML()
    busy: list[bool] = []  # not empty while several controls are being set, which are then drawn together

    def chosen() -> Schedule:
        return schedule(which.value, **{name: slider.value for name, slider in sliders.items()})

    def redraw(_: Any = None) -> None:
        if not busy:
            place.value = timeline_page(walk(chosen(), price.value), step.value)

    def change(_: Any = None) -> None:
        """Another schedule: its step 0, or its end when the last one was at its end."""
        if busy:
            return
        busy.append(True)
        at_end = step.value == step.max
        for name in ("k", "slots"):
            sliders[name].max = sliders["n"].value
            sliders[name].layout.display = None if name == _NEEDED.get(which.value) else "none"
        step.max = len(list(chosen()))
        step.value = step.max if at_end else 0
        busy.clear()
        redraw()
        show(pareto(sliders["n"].value, chosen()), beside)

    def put(_: Any = None) -> None:
        """Everything as in the beginning."""
        busy.append(True)
        step.value, which.value, price.value = 0, kind, ratio
        for name, slider in sliders.items():
            slider.max = LARGEST
            slider.value = start[name]
        busy.clear()
        change()

    put()
    for control in (which, *sliders.values()):
        control.observe(change, names="value")
    for control in (price, step):
        control.observe(redraw, names="value")

    buttons = [
        _button("◀◀", "to the start", lambda _: setattr(step, "value", 0)),
        _button("◀ back", "one action back", lambda _: setattr(step, "value", max(step.value - 1, 0))),
        _button("step ▶", "one action on", lambda _: setattr(step, "value", min(step.value + 1, step.max))),
        _button("▶▶", "to the end", lambda _: setattr(step, "value", step.max)),
        _button("reset", "schedule and steps to the start", put),
    ]
    grid = ipywidgets.GridBox([sliders["n"], price, sliders["k"], sliders["slots"]],
                              layout={"grid_template_columns": "1fr 1fr", "max_width": f"{WIDTH}px"})  # fmt: skip
    row = ipywidgets.HBox([step, *buttons], layout={"max_width": f"{WIDTH}px", "flex_flow": "row wrap"})
    still = drawn(walk(schedule(kind, **start), ratio))
    return Explorer("Memory–time timeline", [which, grid, row, place, beside], still)


def _start(n: int, k: int | None, slots: int | None) -> dict[str, int]:
    """Where the sliders start, after a look at whether they can show it."""
    if whole_number("n", n) > LARGEST:
        raise ValueError(f"n is {n}, expected at most {LARGEST}, as on the slider.")
    root = math.isqrt(n - 1) + 1
    start = {"n": n, "k": root if k is None else k, "slots": root if slots is None else slots}
    for name in ("k", "slots"):
        if whole_number(name, start[name]) > n:
            raise ValueError(f"{name} is {start[name]}, expected at most {n}, the number of blocks.")
    return start


def _button(words: str, tooltip: str, action: Callable[[Any], None]) -> ipywidgets.Button:
    button = ipywidgets.Button(description=words, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(action)
    return button
