"""The memory–time timeline: a schedule the reader chooses, action by action, and what it costs beside all others."""

import math

import ipywidgets

from bpkit.checkpoint import Schedule, binomial, every, sqrt, store_all
from bpkit.numerical.arguments import real_number, whole_number
from bpkit.plot._pareto import pareto
from bpkit.plot._timeline import WIDTH, timeline_picture
from bpkit.plot.memory_bar import HEIGHT as MEMORY_BAR
from bpkit.plot.timed_schedule import LARGEST, timed
from bpkit.plot.timeline_page import timeline_page
from bpkit.widgets.frame import Controls, Explorer, below, button, fit, grid, move, row, show, slider

KINDS = {"store all": "store_all", "every d-th": "every", "√n": "sqrt", "optimal": "binomial"}
_NEEDED = {"every": "spacing", "binomial": "slots"}  # the slider that a kind asks for
_LABEL = 144  # px
CHEAPEST, DEAREST = 0.1, 5.0  # reversing a block, in evaluations


def memory_timeline(
    n: int = 16,
    kind: str = "every",
    spacing: int | None = None,
    slots: int | None = None,
    ratio: float = 2.0,
) -> Explorer:
    """Return a widget that steps through a schedule and shows where it is among all schedules.

    The reader chooses the number of blocks n, the kind of schedule ("store_all", "every", "sqrt" or "binomial"), the
    spacing or the slots, and how many evaluations reversing a block takes (`ratio`); and goes through the actions
    with buttons or a slider. The arguments are where the controls start and where the reset button brings them back to;
    spacing and slots are ⌈√n⌉ where they are not given.

    Raises TypeError or ValueError for an n that is not a whole number from 1 to 64, spacing or slots that are not from
    1 to n, a ratio that is not from 0.1 to 5, and an unknown kind.

    >>> len(memory_timeline().children)
    4
    """
    start = _start(n, spacing, slots)
    if kind not in KINDS.values():
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(map(repr, KINDS.values()))}.")
    if not CHEAPEST <= real_number("ratio", ratio) <= DEAREST:
        raise ValueError(f"ratio is {ratio:g}, expected {CHEAPEST:g} to {DEAREST:g}, as on the slider.")
    shown = _Timeline(_controls(start, kind, ratio))
    controls, step = shown.controls, shown.controls["step"]
    buttons = [
        button("◀◀", "to the start", lambda: setattr(step, "value", 0)),
        button("◀ back", "one action back", move(step, -1)),
        button("step ▶", "one action on", move(step, 1)),
        button("▶▶", "to the end", lambda: setattr(step, "value", step.max)),
        button("reset", "schedule and steps to the start", shown.reset),
    ]
    sliders = grid([controls[name] for name in ("n", "ratio", "spacing", "slots")], 2, WIDTH)
    still = timeline_picture(timed(schedule(kind, **start), ratio))
    fit(shown.place, WIDTH, still.height + MEMORY_BAR, above=128 + 45)  # 45: the line over the pictures
    pictures = below([shown.place, shown.beside], WIDTH, above=128)
    return Explorer("Memory–time timeline",
                    [controls["kind"], sliders, row([step, *buttons], WIDTH), pictures],
                    still)  # fmt: skip


def schedule(kind: str, n: int, spacing: int, slots: int) -> Schedule:
    """Return the schedule that the controls describe; `spacing` counts for "every", and `slots` for "binomial".

    Raises what the schedule's own function raises.

    >>> schedule("binomial", 64, spacing=4, slots=8)
    binomial(64, 8)
    """
    return {
        "store_all": lambda: store_all(n),
        "every": lambda: every(n, spacing),
        "sqrt": lambda: sqrt(n),
        "binomial": lambda: binomial(n, slots),
    }[kind]()


class _Timeline:
    """The two pictures of the chosen schedule, and its controls, which depend on each other."""

    def __init__(self, controls: Controls) -> None:
        self.controls = controls
        self.place, self.beside = ipywidgets.HTML(), ipywidgets.HTML()
        self.reset()
        controls.on_change(self.change_schedule, "kind", "n", "spacing", "slots")
        controls.on_change(self.redraw, "ratio", "step")

    def schedule(self) -> Schedule:
        return schedule(**{name: self.controls[name].value for name in ("kind", "n", "spacing", "slots")})

    def redraw(self) -> None:
        self.place.value = timeline_page(timed(self.schedule(), self.controls["ratio"].value),
                                         self.controls["step"].value)  # fmt: skip

    def change_schedule(self) -> None:
        """Show another schedule: its step 0, or its end if the last one was at its end."""
        controls, n, step = self.controls, self.controls["n"].value, self.controls["step"]
        at_end = step.value == step.max
        with controls.together():
            for name in ("spacing", "slots"):
                controls[name].max = n
                controls[name].layout.display = "" if name == _NEEDED.get(controls["kind"].value) else "none"
            step.max = len(list(self.schedule()))
            step.value = step.max if at_end else 0
        self.redraw()
        show(pareto(n, self.schedule()), self.beside)

    def reset(self) -> None:
        with self.controls.together():
            for name in ("spacing", "slots"):
                self.controls[name].max = LARGEST  # room for the values of the start
        self.controls.reset()
        self.change_schedule()


def _start(n: int, spacing: int | None, slots: int | None) -> dict[str, int]:
    """Where the sliders start; raises for a start that they cannot show."""
    if whole_number("n", n) > LARGEST:
        raise ValueError(f"n is {n}, expected at most {LARGEST}, as on the slider.")
    root = math.isqrt(n - 1) + 1
    start = {
        "n": n,
        "spacing": root if spacing is None else spacing,
        "slots": root if slots is None else slots,
    }
    for name in ("spacing", "slots"):
        if whole_number(name, start[name]) > n:
            raise ValueError(f"{name} is {start[name]}, expected at most {n}, the number of blocks.")
    return start


def _controls(start: dict[str, int], kind: str, ratio: float) -> Controls:
    labels = {"n": "blocks (n)", "spacing": "spacing (d)", "slots": "slots"}
    counts = {name: slider(label, start[name], 1, LARGEST, label_width=_LABEL) for name, label in labels.items()}
    price = slider("backward ÷ forward", ratio, CHEAPEST, DEAREST, step=0.1, digits=".1f", label_width=_LABEL)
    price.tooltip = "what reversing a block takes, in evaluations"
    step = slider("step", 0, 0, 1, label_width=_LABEL)
    step.layout.flex = "1 1 380px"
    which = ipywidgets.ToggleButtons(options=list(KINDS.items()), value=kind, tooltip="schedule",
                                     style={"button_width": "96px"})  # fmt: skip
    return Controls(step=step, kind=which, ratio=price, **counts)
