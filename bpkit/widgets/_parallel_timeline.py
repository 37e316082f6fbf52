"""The parallel timeline: a pipeline's schedule the reader chooses, action by action, and who waits for what."""

import ipywidgets

from bpkit.machines import Schedule, gpipe, naive, one_f_one_b, zero_bubble
from bpkit.plot._gantt import WIDTH, TimedPipeline, gantt_picture, timed_pipeline
from bpkit.plot.gantt_page import gantt_page
from bpkit.widgets.frame import Controls, Explorer, button, check_range, grid, legible, move, row, slider

KINDS = {"naive": "naive", "GPipe": "gpipe", "1F1B": "one_f_one_b", "zero bubble": "zero_bubble"}
_LABEL = 150  # px
STAGES, MICRO_BATCHES = 8, 32  # at most
CHEAPEST, DEAREST, SLOWEST = 0.5, 4.0, 2.0  # backward, and a message, in forward runs


def parallel_timeline(
    kind: str = "one_f_one_b", p: int = 4, m: int = 8, backward: float = 2.0, message: float = 0.0
) -> Explorer:
    """Return a widget that steps through a pipeline's schedule.

    The reader chooses the schedule ("naive", "gpipe", "one_f_one_b" or "zero_bubble"), the number of stages p and of
    micro-batches m, and how long going back and a message take, in forward runs of a stage; and goes through the
    actions with buttons or a slider. The arguments are where the controls start and where the reset button brings them
    back to.

    Raises ValueError for an unknown kind, or for a start that the sliders cannot show.

    >>> len(parallel_timeline().children)
    4
    """
    if kind not in KINDS.values():
        raise ValueError(f"kind is {kind!r}, expected one of {', '.join(map(repr, KINDS.values()))}.")
    check_range("p", p, 1, STAGES)
    check_range("m", m, 1, MICRO_BATCHES)
    check_range("backward", backward, CHEAPEST, DEAREST)
    check_range("message", message, 0, SLOWEST)
    shown = _Timeline(_controls(kind, p, m, backward, message))
    controls, step = shown.controls, shown.controls["step"]
    buttons = [
        button("◀◀", "to the start", lambda: setattr(step, "value", 0)),
        button("◀ back", "one action back", move(step, -1)),
        button("step ▶", "one action on", move(step, 1)),
        button("▶▶", "to the end", lambda: setattr(step, "value", step.max)),
        button("reset", "schedule and steps to the start", shown.reset),
    ]
    sliders = grid([controls[name] for name in ("p", "m", "backward", "message")], 2, WIDTH)
    still = gantt_picture(timed_pipeline(schedule(kind, p, m), backward=backward, message=message))
    return Explorer("Parallel timeline", [controls["kind"], sliders, row([step, *buttons], WIDTH),
                                           legible([shown.place], WIDTH)], still)  # fmt: skip


def schedule(kind: str, p: int, m: int) -> Schedule:
    """Return the schedule that the controls describe; m does not count for "naive".

    Raises what the schedule's own function raises.

    >>> schedule("gpipe", 4, 8)
    Schedule('gpipe(4, 8)', 4 stages, 8 micro-batches)
    """
    if kind == "naive":
        return naive(p)
    return {"gpipe": gpipe, "one_f_one_b": one_f_one_b, "zero_bubble": zero_bubble}[kind](p, m)


class _Timeline:
    """The picture of the chosen schedule, and its controls, which depend on each other."""

    def __init__(self, controls: Controls) -> None:
        self.controls = controls
        self.place = ipywidgets.HTML()
        self.reset()
        controls.on_change(self.change_schedule, "kind", "p", "m")
        controls.on_change(self.redraw, "backward", "message", "step")

    def plan(self) -> TimedPipeline:
        chosen = schedule(*(self.controls[name].value for name in ("kind", "p", "m")))
        return timed_pipeline(chosen, 1.0, self.controls["backward"].value, self.controls["message"].value)

    def redraw(self) -> None:
        self.place.value = gantt_page(self.plan(), self.controls["step"].value)

    def change_schedule(self) -> None:
        """Show another schedule: its step 0, or its end if the last one was at its end."""
        controls, step = self.controls, self.controls["step"]
        at_end = step.value == step.max
        with controls.together():
            controls["m"].layout.display = "none" if controls["kind"].value == "naive" else ""
            step.max = len(self.plan().bars)
            step.value = step.max if at_end else 0
        self.redraw()

    def reset(self) -> None:
        self.controls.reset()
        self.change_schedule()


def _controls(kind: str, p: int, m: int, backward: float, message: float) -> Controls:
    step = slider("step", 0, 0, 1, label_width=_LABEL)
    step.layout.flex = "1 1 380px"
    return Controls(
        step=step,
        kind=ipywidgets.ToggleButtons(
            options=list(KINDS.items()), value=kind, tooltip="schedule", style={"button_width": "112px"}
        ),
        p=slider("stages (p)", p, 1, STAGES, label_width=_LABEL),
        m=slider("micro-batches (m)", m, 1, MICRO_BATCHES, label_width=_LABEL),
        backward=slider("backward ÷ forward", backward, CHEAPEST, DEAREST, step=0.1, digits=".1f", label_width=_LABEL),
        message=slider("message ÷ forward", message, 0, SLOWEST, step=0.1, digits=".1f", label_width=_LABEL),
    )
