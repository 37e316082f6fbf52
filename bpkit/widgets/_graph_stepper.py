"""The graph stepper: a formula's graph, computed forward and then backward one node at a time, and its grad_table."""

import html
from collections.abc import Callable, Sequence
from itertools import chain, count
from typing import Any, NamedTuple

import ipywidgets
import numpy as np

from bpkit.graphs.graph import Graph, Node, record
from bpkit.plot import svg
from bpkit.plot._graph import NOW, READ, WAITING, drawn, formula, node_names, number, raised, text_width
from bpkit.widgets.explorer import Explorer
from bpkit.widgets.expression import MOST_VARIABLES, parse

NUMBERS, SYMBOLS = "numbers", "symbols"
MOST_NODES = 25  # what a picture holds

EXAMPLES = (
    ("(x + y)·z", "(x + y)*z", (-2.0, 5.0, -4.0)),
    ("2(xy + max(z, w))", "2*(x*y + max(z, w))", (3.0, -4.0, 2.0, -1.0)),
    ("problem 7.12", "exp(exp(x) + exp(x)**2) + sin(exp(x) + exp(x)**2)", (0.1,)),
    ("sin(sin(sin(w)))", "sin(sin(sin(w)))", (1.0,)),
    ("x·x", "x*x", (3.0,)),
)


class Contribution(NamedTuple):
    """What a consumer hands to one of its inputs: its own entry times the local derivative."""

    consumer: Node
    to: Node
    entry: float
    local: float
    symbol: str  # the local derivative as a formula


class Step(NamedTuple):
    """One step: a node gets its value, or, on the way back, hands contributions to its inputs."""

    node: Node
    backward: bool
    contributions: tuple[Contribution, ...]


class Walk(NamedTuple):
    """A formula's graph, its nodes' names, and all steps: forward, the output's 1, and backward."""

    graph: Graph
    called: dict[Node, str]
    output: Node
    steps: tuple[Step, ...]


def walk(text: str, values: Sequence[float]) -> Walk:
    """Record a formula and return every step of its computation and of the walk back.

    `values` are those of the variables, in the order in which they appear in the formula. Intermediate results are
    called f1, f2, … and the result y, unless variables are.

    Raises what `expression.parse` raises, and ValueError when there are too few or too many values, when one of them, a
    result or a derivative is not finite, or when the graph has more than 25 nodes.

    >>> [step.node.operation for step in walk("(x + y)*z", (-2.0, 5.0, -4.0)).steps]
    ['add', 'multiply', 'multiply', 'multiply', 'add']
    """
    function, variables = parse(text)
    if len(values) != len(variables):
        raise ValueError(
            f"values has {len(values)} entries, but the formula has {len(variables)} variable(s), namely "
            f"{', '.join(variables)}: give one number for each."
        )
    for name, value in zip(variables, values, strict=True):
        if not np.isfinite(value):
            raise ValueError(f"{name} is {value}, expected a finite number.")
    recorded = record(function, *map(float, values))
    output = recorded.outputs[0]
    if len(recorded.nodes) > MOST_NODES:
        raise ValueError(
            f"the formula has {len(recorded.nodes)} nodes, but the picture holds {MOST_NODES}: shorten it, or bring "
            "equal parts into the same form, which are then computed once."
        )
    called = _called(recorded, variables)
    for node in recorded.nodes:
        if not np.isfinite(node.value):
            raise ValueError(
                f"{called[node]} = {formula(node, called)} is {number(node.value)} at these values: choose others."
            )
    return Walk(recorded, called, output, (*_forward(recorded), *_backward(recorded, called)))


def _called(recorded: Graph, variables: Sequence[str]) -> dict[Node, str]:
    """The names of the nodes, none of them twice."""
    result = next(name for name in chain("yf", (f"out{k}" for k in count(1))) if name not in variables)
    letters = "fuvabcdgh"  # one more than there can be variables
    letter = next(one for one in letters if not any(name.startswith(one) and name[1:].isdigit() for name in variables))
    operations = len(recorded.nodes) - len(variables)
    between = [f"{letter}{k}" for k in range(1, operations)]
    return node_names(recorded, [*variables, *between, *([result] if operations else [])])


def _forward(recorded: Graph) -> list[Step]:
    return [Step(node, False, ()) for node in recorded.nodes if node.rule is not None]


def _backward(recorded: Graph, called: dict[Node, str]) -> list[Step]:
    """The output's 1, and then what each node hands to its inputs, from the last node to the first."""
    (output,) = recorded.outputs
    grad_table = {output: 1.0}
    steps = [Step(output, True, ())]
    for node in reversed(recorded.nodes):
        if node.rule is None:
            continue
        handed = []
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node):
                with np.errstate(all="ignore"):
                    local = float(node.rule.reverse[i](1.0, node.value, *node.values, **node.settings))
                handed.append(Contribution(node, x, grad_table[node], local, local_derivative(node, i, called)))
                grad_table[x] = grad_table.get(x, 0.0) + grad_table[node] * local
                if not np.isfinite(grad_table[x]):
                    raise ValueError(
                        f"the derivative of {called[node]} = {formula(node, called)} by {called[x]} makes the entry of "
                        f"{called[x]} {number(grad_table[x])} at these values: choose others."
                    )
        steps.append(Step(node, True, tuple(handed)))
    return steps


def local_derivative(node: Node, i: int, called: dict[Node, str]) -> str:
    """Write the derivative of a node by its i-th input, with the names of the nodes."""
    inputs = [called[x] if isinstance(x, Node) else number(x) for x in node.inputs]
    a, b, y = inputs[0], inputs[-1], called[node]
    first = i == 0
    if node.operation in ("maximum", "minimum"):
        mine, other = (a, b) if first else (b, a)
        if node.values[0] == node.values[1]:
            return "½"  # equal arguments share it
        return f"𝕀[{mine} {'>' if node.operation == 'maximum' else '<'} {other}]"
    if node.operation == "power":
        return _power_derivative(node, first, a, b, y)
    return {
        "add": "1",
        "subtract": "1" if first else "−1",
        "multiply": b if first else a,
        "divide": f"1 ÷ {b}" if first else f"−{y} ÷ {b}",
        "negative": "−1",
        "exp": y,
        "log": f"1 ÷ {a}",
        "sin": f"cos[{a}]",
        "cos": f"−sin[{a}]",
        "tan": f"1 + {y}²",
        "tanh": f"1 − {y}²",
        "sqrt": f"1 ÷ (2 · {y})",
        "absolute": f"sign[{a}]",
        "relu": f"𝕀[{a} > 0]",
        "sigmoid": f"{y} · (1 − {y})",
    }[node.operation]


def _power_derivative(node: Node, first: bool, a: str, b: str, y: str) -> str:
    if not first:
        return f"{y} · log[{a}]"
    exponent = node.inputs[1]
    if isinstance(exponent, Node):
        return f"{b} · {a}^({b} − 1)"
    return b if exponent in (0, 1) else f"{b} · {a}{raised(number(exponent - 1)) if exponent != 2 else ''}"


def stepper_page(text: str, values: Sequence[float], step: int, mode: str = NUMBERS) -> str:
    """Return the page of the graph stepper: what the last step did, the graph, and the table beside it, as HTML.

    `step` counts what is done: first the forward values, one for each operation, then the output's 1, then the nodes in
    reverse order, each of which hands contributions to its inputs. `mode` is "numbers" or "symbols".

    Raises what `walk` raises, and ValueError for a step or a mode that there is not.

    >>> page = stepper_page("(x + y)*z", (-2.0, 5.0, -4.0), 4)
    >>> "multiply (f) hands 1 · (−4) = −4 to f₁, and 1 · 3 = 3 to z." in page
    True
    """
    walked = walk(text, values)
    if mode not in (NUMBERS, SYMBOLS):
        raise ValueError(f"mode is {mode!r}, expected {NUMBERS!r} or {SYMBOLS!r}.")
    if not 0 <= step <= len(walked.steps):
        raise ValueError(f"step is {step!r}, expected 0 to {len(walked.steps)}.")
    picture = stepper_graph(walked, step, mode)
    # The table stands beside the graph, which gives way by up to a third of its width, or else below it.
    beside = f"flex: 1 1 {0.67 * picture.width:.0f}px; max-width: {picture.width}px; min-width: 0"
    return (
        '<div style="background: white; color: #1a1a1a; padding: 4px 8px; line-height: 1.45">'
        '<p style="margin: 4px 0; min-height: 2.9em" aria-live="polite">'
        f"{html.escape(sentence(walked, step, mode))}</p>"
        '<div style="display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: flex-start">'
        f'<div style="{beside}">{picture.svg}</div>{_table(walked, step, mode)}</div>'
        f"{_legend()}</div>"
    )


def sentence(walked: Walk, step: int, mode: str) -> str:
    """Say what a step did."""
    called, steps = walked.called, walked.steps
    if step == 0:
        return "Nothing computed yet: the inputs are there. Press “step”."
    node, backward, contributions = steps[step - 1]
    start = f"Step {step} of {len(steps)}, {'backward' if backward else 'forward'}: "
    name = called[node]
    if not backward:
        words = f"{name} = {formula(node, called)}"
        if mode == NUMBERS:
            words += f" = {formula(node, {x: number(x.value) for x in called})} = {number(node.value)}"
        return f"{start}{words}."
    if not contributions:
        return f"{start}the output gets {_derivative(walked, node)} = 1."
    received = _received(walked, step - 1)
    parts = []
    for one in contributions:
        received.setdefault(one.to, []).append(one)
        words = f"{_product(walked, one, mode)} to {called[one.to]}"
        if len(received[one.to]) > 1:
            words += f", which now has {_sum(walked, received[one.to], mode)}"
        parts.append(words)
    return f"{start}{node.operation} ({name}) hands {', and '.join(parts)}."


def stepper_graph(walked: Walk, step: int, mode: str) -> svg.Picture:
    """Draw the graph after a step: what is not computed yet is dashed, what is used or receives something is light."""
    recorded, called, steps = walked.graph, walked.called, walked.steps
    done = steps[:step]
    known = {*recorded.inputs, *(one.node for one in done if not one.backward)}
    states = {node: WAITING for node in recorded.nodes if node not in known}
    active: list[tuple[Node, Node]] = []
    if done:
        node, backward, contributions = done[-1]
        others = [one.to for one in contributions] if backward else recorded.inputs_of(node)
        states.update(dict.fromkeys(others, READ))
        states[node] = NOW
        active = [(node, x) if backward else (x, node) for x in others]
    values = {node: number(node.value) for node in recorded.nodes} if mode == NUMBERS else {}
    below = {node: _entry(walked, node, found, mode) for node, found in _received(walked, step).items()}
    return drawn(recorded, called, values, below, states, f"Graph of {called[walked.output]}. "
                 + sentence(walked, step, mode), widest=_widest(walked, mode), active=active)  # fmt: skip


def _widest(walked: Walk, mode: str) -> dict[Node, str]:
    """The widest entry that each node has after any step."""
    widest = {walked.output: "1"}
    found: dict[Node, list[Contribution]] = {}
    for one in (one for step in walked.steps for one in step.contributions):
        found.setdefault(one.to, []).append(one)
        entries = (widest.get(one.to, ""), _entry(walked, one.to, found[one.to], mode))
        widest[one.to] = max(entries, key=lambda words: text_width(words, 1))
    return widest


def _received(walked: Walk, step: int) -> dict[Node, list[Contribution]]:
    """What has been handed to each node after a step; the output has an empty list once it has its 1."""
    found: dict[Node, list[Contribution]] = {}
    for node, backward, contributions in walked.steps[:step]:
        if backward and not contributions:
            found[node] = []
        for one in contributions:
            found.setdefault(one.to, []).append(one)
    return found


def _derivative(walked: Walk, node: Node) -> str:
    return f"∂{walked.called[walked.output]}/∂{walked.called[node]}"


def _entry(walked: Walk, node: Node, contributions: list[Contribution], mode: str) -> str:
    """What stands below a node's box: the number, or its name."""
    if mode == SYMBOLS and contributions:
        return _derivative(walked, node)
    return number(sum(one.entry * one.local for one in contributions)) if contributions else "1"


def _product(walked: Walk, one: Contribution, mode: str) -> str:
    """A contribution: the consumer's entry times the local derivative."""
    if mode == NUMBERS:
        return f"{number(one.entry)} · {_bracketed(number(one.local))} = {number(one.entry * one.local)}"
    entry = "1" if one.consumer is walked.output else _derivative(walked, one.consumer)
    return f"{entry} · {_bracketed(one.symbol)}"


def _sum(walked: Walk, contributions: list[Contribution], mode: str) -> str:
    """The contributions that a node has received, added up."""
    if mode == SYMBOLS:
        return " + ".join(_product(walked, one, mode) for one in contributions)
    numbers = [one.entry * one.local for one in contributions]
    terms = [number(value) if i == 0 else _bracketed(number(value)) for i, value in enumerate(numbers)]
    return " + ".join(terms) + (f" = {number(sum(numbers))}" if len(terms) > 1 else "")


def _bracketed(words: str) -> str:
    """In brackets where a sign or a sum would be misread."""
    return f"({words})" if words.startswith("−") or any(sign in words for sign in (" + ", " − ", " ÷ ")) else words


_CELL = "padding: 2px 7px; text-align: left; border-bottom: 1px solid #d9d9d9; white-space: nowrap"


def _table(walked: Walk, step: int, mode: str) -> str:
    """A row for each node: how it is computed, its value, and its entry of grad_table."""
    known = {*walked.graph.inputs, *(one.node for one in walked.steps[:step] if not one.backward)}
    received = _received(walked, step)
    final = {one.node for one in walked.steps[:step] if one.backward}
    over = {one.node for one in walked.steps[:step] if one.contributions}
    now = walked.steps[step - 1].node if step else None
    rows = []
    for node in walked.graph.nodes:
        computed = formula(node, walked.called) if node.rule is not None else "input"
        # An entry is complete when all consumers have handed over theirs.
        complete = node in final or (node in received and all(x in over for x in walked.graph.consumers(node)))
        entry = ""
        if node in received:
            entry = _sum(walked, received[node], mode) if received[node] else "1"
        cells = [walked.called[node], computed, entry]
        if mode == NUMBERS:
            cells.insert(2, number(node.value) if node in known else "")
        style = f"{_CELL}; color: {'#1a1a1a' if node in known else '#6b6b6b'}"
        row = [f'<td style="{style}">{html.escape(cell)}</td>' for cell in cells[:-1]]
        weight = "font-weight: bold" if complete else "font-style: italic"
        row.append(f'<td style="{_CELL}; white-space: normal; color: {svg.DARK}; {weight}">{html.escape(entry)}</td>')
        mark = "outline: 2px solid #0b3d91; outline-offset: -2px" if node is now else ""
        rows.append(f'<tr style="background: white; {mark}">{"".join(row)}</tr>')
    widths = [0.0, 0.0, 60.0] if mode == NUMBERS else [0.0, 0.0]
    widths.append(min(_widest_sum(walked, mode), 320.0))  # the table is as wide from the first step as at the last
    heads = ["node", "computed as", *(["value"] if mode == NUMBERS else []),
             f"grad_table: ∂{walked.called[walked.output]}/∂node"]  # fmt: skip
    head = "".join(
        f'<th style="{_CELL}; font-weight: bold; min-width: {wide:.0f}px">{html.escape(words)}</th>'
        for words, wide in zip(heads, widths, strict=True)
    )
    return (
        '<table style="border-collapse: collapse; font-size: 13px; color: #1a1a1a; margin: 0">'
        f'<thead><tr style="background: {svg.PALE}">{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def _widest_sum(walked: Walk, mode: str) -> float:
    received = _received(walked, len(walked.steps))
    return max(text_width(_sum(walked, found, mode), 13) if found else 0.0 for found in received.values())


def _legend() -> str:
    entries = (
        ("at work", svg.DARK, f"2px solid {svg.DARK}"),
        ("used, or given something", svg.LIGHT, f"2px solid {svg.INK}"),
        ("known", "white", f"1px solid {svg.INK}"),
        ("not yet", "#fafafa", f"1px dashed {svg.GRAY}"),
    )
    marks = "".join(
        f'<span style="display: inline-block; width: 22px; height: 13px; border-radius: 4px; margin: 0 6px -2px 0; '
        f'background: {fill}; border: {border}"></span><span style="margin-right: 18px">{words}</span>'
        for words, fill, border in entries
    )
    return f'<p style="margin: 6px 0 2px; font-size: 13px">{marks}◂ derivative; bold: complete, italic: so far</p>'


def graph_stepper(text: str = EXAMPLES[0][1], values: Sequence[float] = EXAMPLES[0][2]) -> Explorer:
    """Return a widget that steps through the graph of a formula, forward and then backward.

    Examples are chosen from a list; any other formula can be typed, in the grammar of `expression.parse`, with a number
    for each variable. The arguments are where the widget starts and where the reset button brings it back to.

    Raises what `walk` raises.

    >>> len(graph_stepper().children)
    6
    """
    start = walk(text, values)
    choices = [(label, i) for i, (label, _, _) in enumerate(EXAMPLES)]
    example = ipywidgets.Dropdown(description="example", options=[*choices, ("your own", len(EXAMPLES))],
                                  layout={"width": "320px"}, style={"description_width": "64px"})  # fmt: skip
    typed = ipywidgets.Text(description="formula", continuous_update=False, layout={"width": "600px"},
                            style={"description_width": "64px"})  # fmt: skip
    boxes = [ipywidgets.FloatText(layout={"width": "150px"}, style={"description_width": "64px"})
             for _ in range(MOST_VARIABLES)]  # fmt: skip
    row = ipywidgets.HBox(layout={"flex_flow": "row wrap"})
    step = ipywidgets.BoundedIntText(description="step", min=0, layout={"width": "150px"},
                                     style={"description_width": "64px"})  # fmt: skip
    mode = ipywidgets.ToggleButtons(options=[NUMBERS, SYMBOLS], style={"button_width": "90px"})
    complaint, place = ipywidgets.HTML(), ipywidgets.HTML()
    good: dict[str, Any] = {}  # the last formula that could be drawn, and its values
    busy: list[bool] = []  # not empty while several controls are being set, which are then drawn together

    def redraw(_: Any = None) -> None:
        if not busy:
            place.value = stepper_page(good["text"], good["values"], step.value, mode.value)

    def fill(variables: Sequence[str], values: Sequence[float]) -> None:
        for box, name, value in zip(boxes, variables, values, strict=False):
            box.description, box.value = name, value
        row.children = boxes[: len(variables)]

    def take(_: Any = None) -> None:
        """Go on with what is typed, or say what is wrong with it and leave the picture."""
        if busy:
            return
        busy.append(True)
        try:
            text, before = typed.value, {box.description: box.value for box in row.children}
            variables = parse(text)[1]
            values = tuple(before.get(name, 1.0) for name in variables)
            fill(variables, values)
            steps = len(walk(text, values).steps)
        except ValueError as error:
            complaint.value = f'<p style="margin: 4px 8px; color: #9c1c00">{html.escape(str(error))}</p>'
        else:
            complaint.value = ""
            if text != good.get("text"):
                step.value = 0
            good.update(text=text, values=values)
            step.max = steps
            known = [i for i, (_, *one) in enumerate(EXAMPLES) if one == [text, values]]
            example.value = known[0] if known else len(EXAMPLES)
        finally:
            busy.clear()
        redraw()

    def put(text: str, values: Sequence[float]) -> None:
        """Start with a formula and its values."""
        busy.append(True)
        typed.value, step.value = text, 0
        fill(parse(text)[1], values)
        busy.clear()
        take()

    def choose(_: Any) -> None:
        if not busy and example.value < len(EXAMPLES):
            put(*EXAMPLES[example.value][1:])

    def reset(_: Any) -> None:
        mode.value = NUMBERS
        put(text, values)

    put(text, values)
    example.observe(choose, names="value")
    for control in (typed, *boxes):
        control.observe(take, names="value")
    for control in (step, mode):
        control.observe(redraw, names="value")
    buttons = [
        _button("◀ back", "one step back", lambda _: setattr(step, "value", max(step.value - 1, 0))),
        _button("step ▶", "one step on", lambda _: setattr(step, "value", min(step.value + 1, step.max))),
        _button("to the end ▶▶", "all steps", lambda _: setattr(step, "value", step.max)),
        _button("reset", "formula, values and steps to the start", reset),
    ]
    controls = ipywidgets.HBox([step, *buttons, mode], layout={"flex_flow": "row wrap"})
    still = stepper_graph(start, len(start.steps), NUMBERS)
    return Explorer("Graph stepper", [example, typed, row, controls, complaint, place], still)


def _button(words: str, tooltip: str, action: Callable[[Any], None]) -> ipywidgets.Button:
    button = ipywidgets.Button(description=words, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(action)
    return button
