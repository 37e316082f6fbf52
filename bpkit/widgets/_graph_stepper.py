"""The graph stepper: a formula's graph, computed forward and then backward one node at a time, and its grad_table."""

import html
from collections.abc import Sequence

import ipywidgets

from bpkit.plot.expression import MOST_VARIABLES, parse
from bpkit.plot.graph_walk import walk
from bpkit.plot.stepper_page import NUMBERS, SYMBOLS, stepper_graph, stepper_page
from bpkit.widgets.frame import Controls, Explorer, button, check_range, look, move, row

EXAMPLES = (
    ("(x + y)·z", "(x + y)*z", (-2.0, 5.0, -4.0)),
    ("2(xy + max(z, w))", "2*(x*y + max(z, w))", (3.0, -4.0, 2.0, -1.0)),
    ("problem 7.12", "exp(exp(x) + exp(x)*exp(x)) + sin(exp(x) + exp(x)*exp(x))", (0.1,)),
    ("sin(sin(sin(w)))", "sin(sin(sin(w)))", (1.0,)),
    ("x·x", "x*x", (3.0,)),
)
_LABEL = 64  # px


def graph_stepper(text: str = EXAMPLES[0][1], values: Sequence[float] = EXAMPLES[0][2], step: int = 0) -> Explorer:
    """Return a widget that steps through the graph of a formula, forward and then backward.

    Examples are chosen from a list; any other formula can be typed, in the grammar of `expression.parse`, with a number
    for each variable. The arguments are where the widget starts and where the reset button brings it back to. The still
    picture shows that step, or all of them if it is 0.

    Raises what `bpkit.plot.graph_walk.walk` raises, and ValueError for a step that does not exist.

    >>> len(graph_stepper().children)
    5
    """
    start = walk(text, values)
    check_range("step", step, 0, len(start.steps))
    shown = _Stepper(text, values, step)
    at, mode = shown.controls["step"], shown.controls["mode"]
    buttons = [
        button("◀ back", "one step back", move(at, -1)),
        button("step ▶", "one step on", move(at, 1)),
        button("to the end ▶▶", "all steps", lambda: setattr(at, "value", at.max)),
        button("reset", "formula, values and steps to the start", shown.reset),
    ]
    parts = [row([shown.controls["example"], shown.controls["formula"]]), shown.variables, row([at, *buttons, mode])]
    still = stepper_graph(start, step or len(start.steps), NUMBERS)
    return Explorer("Graph stepper", [*parts, shown.complaint, shown.place], still)


class _Stepper:
    """The last formula that could be drawn, and the controls, some of which set others."""

    def __init__(self, text: str, values: Sequence[float], step: int) -> None:
        self.start = text, tuple(values), step
        self.boxes = [ipywidgets.FloatText(**look(_LABEL, "150px")) for _ in range(MOST_VARIABLES)]
        self.variables = row([])  # the boxes that the formula needs
        self.controls = _controls(self.boxes)
        self.complaint, self.place = ipywidgets.HTML(), ipywidgets.HTML()
        self.drawn: tuple[str, tuple[float, ...]] = ("", ())
        self.begin(*self.start)
        self.controls.on_change(self.choose_example, "example")
        self.controls.on_change(self.take, "formula", *map(_box, range(MOST_VARIABLES)))
        self.controls.on_change(self.redraw, "step", "mode")

    def redraw(self) -> None:
        self.place.value = stepper_page(*self.drawn, self.controls["step"].value, self.controls["mode"].value)

    def begin(self, text: str, values: Sequence[float], step: int = 0) -> None:
        """Start with a formula and its values, at a step."""
        with self.controls.together():
            self.controls["formula"].value, self.controls["step"].value = text, 0
            self.fill(parse(text)[1], values)
        self.take()
        if step:
            self.controls.set(step=step)
            self.redraw()

    def fill(self, variables: Sequence[str], values: Sequence[float]) -> None:
        """Give each variable a box with its value."""
        for box, name, value in zip(self.boxes, variables, values, strict=False):
            box.description, box.value = name, value
        self.variables.children = self.boxes[: len(variables)]

    def take(self) -> None:
        """Go on with what is typed, or say what is wrong with it and leave the picture."""
        with self.controls.together():
            try:
                self.read()
            except ValueError as error:
                self.complaint.value = f'<p style="margin: 4px 8px; color: #9c1c00">{html.escape(str(error))}</p>'
        self.redraw()

    def read(self) -> None:
        """Read formula and values, and fit the other controls to them."""
        text = self.controls["formula"].value
        before = {box.description: box.value for box in self.variables.children}
        names = parse(text)[1]
        values = tuple(before.get(name, 1.0) for name in names)
        self.fill(names, values)
        steps = len(walk(text, values).steps)
        self.complaint.value = ""
        if text != self.drawn[0]:
            self.controls["step"].value = 0
        self.drawn = text, values
        self.controls["step"].max = steps
        known = [i for i, (_, *one) in enumerate(EXAMPLES) if one == [text, values]]
        self.controls["example"].value = known[0] if known else len(EXAMPLES)

    def choose_example(self) -> None:
        if (i := self.controls["example"].value) < len(EXAMPLES):
            self.begin(*EXAMPLES[i][1:])

    def reset(self) -> None:
        self.controls.set(mode=NUMBERS)
        self.begin(*self.start)


def _controls(boxes: Sequence[ipywidgets.FloatText]) -> Controls:
    examples = [*((label, i) for i, (label, _, _) in enumerate(EXAMPLES)), ("your own", len(EXAMPLES))]
    return Controls(
        example=ipywidgets.Dropdown(description="example", options=examples, **look(_LABEL, "320px")),
        formula=ipywidgets.Text(description="formula", continuous_update=False, **look(_LABEL, "480px")),
        step=ipywidgets.BoundedIntText(description="step", min=0, **look(_LABEL, "150px")),
        mode=ipywidgets.ToggleButtons(options=[NUMBERS, SYMBOLS], tooltip="entries", style={"button_width": "90px"}),
        **{_box(i): box for i, box in enumerate(boxes)},
    )


def _box(i: int) -> str:
    """The name of the i-th variable's box among the controls."""
    return f"variable {i}"
