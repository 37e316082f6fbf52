"""The page of the graph stepper (chapter 3): what the last step did, the graph, and grad_table beside it."""

import html
from collections.abc import Sequence

from bpkit.graphs.graph import Node
from bpkit.plot import svg
from bpkit.plot._graph import NOW, READ, WAITING, formula, graph_picture, number, text_width
from bpkit.plot.graph_walk import Contribution, GraphWalk, walk

NUMBERS, SYMBOLS = "numbers", "symbols"

_CELL = "padding: 2px 7px; text-align: left; border-bottom: 1px solid #d9d9d9; white-space: nowrap"


def stepper_page(text: str, values: Sequence[float], step: int, mode: str = NUMBERS) -> str:
    """Return the page of the graph stepper: what the last step did, the graph, and the table beside it, as HTML.

    `step` counts the steps that are done: first the forward values, one for each operation, then the output's 1, then
    the nodes in reverse order, each of which hands contributions to its inputs. `mode` is "numbers" or "symbols".

    Raises what `walk` raises, and ValueError for a step or a mode that does not exist.

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


def sentence(walked: GraphWalk, step: int, mode: str) -> str:
    """Say what a step did."""
    name_of, steps = walked.name_of, walked.steps
    if step == 0:
        return "Nothing computed yet: the inputs are there. Press “step”."
    node, backward, contributions = steps[step - 1]
    start = f"Step {step} of {len(steps)}, {'backward' if backward else 'forward'}: "
    name = name_of[node]
    if not backward:
        words = f"{name} = {formula(node, name_of)}"
        if mode == NUMBERS:
            words += f" = {formula(node, {x: number(x.value) for x in name_of})} = {number(node.value)}"
        return f"{start}{words}."
    if not contributions:
        return f"{start}the output gets {_derivative(walked, node)} = 1."
    received = _received(walked, step - 1)
    parts = []
    for one in contributions:
        received.setdefault(one.to, []).append(one)
        words = f"{_product(walked, one, mode)} to {name_of[one.to]}"
        if len(received[one.to]) > 1:
            words += f", which now has {_sum(walked, received[one.to], mode)}"
        parts.append(words)
    return f"{start}{node.operation} ({name}) hands {', and '.join(parts)}."


def stepper_graph(walked: GraphWalk, step: int, mode: str) -> svg.Picture:
    """Draw the graph after a step: what is not computed yet is dashed, what is used or receives something is light."""
    recorded, name_of, steps = walked.graph, walked.name_of, walked.steps
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
    return graph_picture(recorded, name_of, values, below, states, f"Graph of {name_of[walked.output]}. "
                 + sentence(walked, step, mode), widest=_widest(walked, mode), active=active)  # fmt: skip


def _widest(walked: GraphWalk, mode: str) -> dict[Node, str]:
    """The widest entry that each node has after any step."""
    widest = {walked.output: "1"}
    found: dict[Node, list[Contribution]] = {}
    for one in (one for step in walked.steps for one in step.contributions):
        found.setdefault(one.to, []).append(one)
        entries = (widest.get(one.to, ""), _entry(walked, one.to, found[one.to], mode))
        widest[one.to] = max(entries, key=lambda words: text_width(words, 1))
    return widest


def _received(walked: GraphWalk, step: int) -> dict[Node, list[Contribution]]:
    """What has been handed to each node after a step; the output has an empty list once it has its 1."""
    found: dict[Node, list[Contribution]] = {}
    for node, backward, contributions in walked.steps[:step]:
        if backward and not contributions:
            found[node] = []
        for one in contributions:
            found.setdefault(one.to, []).append(one)
    return found


def _derivative(walked: GraphWalk, node: Node) -> str:
    return f"∂{walked.name_of[walked.output]}/∂{walked.name_of[node]}"


def _entry(walked: GraphWalk, node: Node, contributions: list[Contribution], mode: str) -> str:
    """What stands below a node's box: the number, or its name."""
    if mode == SYMBOLS and contributions:
        return _derivative(walked, node)
    return number(sum(one.entry * one.local for one in contributions)) if contributions else "1"


def _product(walked: GraphWalk, one: Contribution, mode: str) -> str:
    """A contribution: the consumer's entry times the local derivative."""
    if mode == NUMBERS:
        return f"{number(one.entry)} · {_bracketed(number(one.local))} = {number(one.entry * one.local)}"
    entry = "1" if one.consumer is walked.output else _derivative(walked, one.consumer)
    return f"{entry} · {_bracketed(one.symbol)}"


def _sum(walked: GraphWalk, contributions: list[Contribution], mode: str) -> str:
    """The contributions that a node has received, added up."""
    if mode == SYMBOLS:
        return " + ".join(_product(walked, one, mode) for one in contributions)
    numbers = [one.entry * one.local for one in contributions]
    terms = [number(value) if i == 0 else _bracketed(number(value)) for i, value in enumerate(numbers)]
    return " + ".join(terms) + (f" = {number(sum(numbers))}" if len(terms) > 1 else "")


def _bracketed(words: str) -> str:
    """Put brackets around words whose sign or sum would be misread in a product."""
    return f"({words})" if words.startswith("−") or any(sign in words for sign in (" + ", " − ", " ÷ ")) else words


def _table(walked: GraphWalk, step: int, mode: str) -> str:
    """A row for each node: how it is computed, its value, and its entry of grad_table."""
    known = {*walked.graph.inputs, *(one.node for one in walked.steps[:step] if not one.backward)}
    received = _received(walked, step)
    final = {one.node for one in walked.steps[:step] if one.backward}
    over = {one.node for one in walked.steps[:step] if one.contributions}
    now = walked.steps[step - 1].node if step else None
    rows = []
    for node in walked.graph.nodes:
        computed = formula(node, walked.name_of) if node.rule is not None else "input"
        # An entry is complete when all consumers have handed over theirs.
        complete = node in final or (node in received and all(x in over for x in walked.graph.consumers(node)))
        entry = ""
        if node in received:
            entry = _sum(walked, received[node], mode) if received[node] else "1"
        cells = [walked.name_of[node], computed, entry]
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
             f"grad_table: ∂{walked.name_of[walked.output]}/∂node"]  # fmt: skip
    head = "".join(
        f'<th style="{_CELL}; font-weight: bold; min-width: {wide:.0f}px">{html.escape(words)}</th>'
        for words, wide in zip(heads, widths, strict=True)
    )
    return (
        '<table style="border-collapse: collapse; font-size: 13px; color: #1a1a1a; margin: 0">'
        f'<thead><tr style="background: {svg.PALE}">{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def _widest_sum(walked: GraphWalk, mode: str) -> float:
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
