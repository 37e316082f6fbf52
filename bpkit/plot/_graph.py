"""A recorded computation drawn from left to right, with its values and, where there are any, its derivatives."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from bpkit.graphs.graph import Graph, Node
from bpkit.graphs.tracked import Tracked
from bpkit.plot import svg
from bpkit.plot.graph_layout import LINE, MARGIN, Place, Wire, layout, middle
from bpkit.plot.svg import Picture, subscript

HIGHLIGHTED, NOW, READ, WAITING = "highlighted", "now", "read", "waiting"  # how a box looks

_SIZE, _SMALL = 14.0, 13.0  # px, of the names and of everything else

_INFIX = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷", "true_divide": "÷", "matmul": "@",
          "share of the larger": ">"}  # fmt: skip
_COMMUTE = {"add", "multiply", "maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp"}
_SHORT = {"maximum": "max", "minimum": "min", "sqrt": "√", "absolute": "abs", "negative": "−", "reciprocal": "1 ÷",
          "square": "□²", "getitem": "[ ]", "broadcast_to": "broadcast"}  # fmt: skip


def graph(
    graph: Graph,
    *,
    names: Sequence[str] = (),
    derivatives: bool = False,
    grad_table: Mapping[Node, Any] | None = None,
    highlighted: Collection[Node] = (),
    values: bool = True,
) -> Picture:
    """Draw a graph that `bp.record` or `Graph.gradient_graph` made: inputs on the left, outputs on the right.

    Each node is a box with its name, its operation (with a constant, if there is one) and its value, or its shape if it
    is an array. `names` are for `graph.nodes`, in their order: inputs come first; the rest are called x, y, … and u₁,
    u₂, …. With `derivatives`, the derivative of the output with respect to each node stands below it; `grad_table` puts
    other numbers there. The boxes of `highlighted` nodes have a thick outline.

    Raises TypeError or ValueError when an argument is not of this kind, or refers to nodes of another graph.

    >>> import bpkit as bp
    >>> graph(bp.record(lambda x, y, z: (x + y) * z, -2.0, 5.0, -4.0), names=("x", "y", "z", "s", "f"))
    A graph of 5 nodes, from left to right: x = −2; y = 5; z = −4; s = x + y = 3; f = s × z = −12, the output.
    """
    _check(graph, names, grad_table or {}, highlighted)
    if derivatives:
        if grad_table is not None:
            raise ValueError("derivatives and grad_table both say what stands below a box: give one of them.")
        grad_table = _derivatives(graph)
    name_of, entries = node_names(graph, names), grad_table or {}
    words = _in_words(graph, name_of, entries, values)
    return graph_picture(
        graph,
        name_of,
        {node: number(node.value) for node in graph.nodes} if values else {},
        None if grad_table is None else {node: number(entry) for node, entry in entries.items()},
        dict.fromkeys(highlighted, HIGHLIGHTED),
        words,
    )


def _derivatives(graph: Graph) -> dict[Node, Any]:
    """The derivative of the output with respect to each node, at the recorded values."""
    gradients = graph.gradient_graph(graph.nodes).outputs
    return {node: g.value if isinstance(g, Node) else g for node, g in zip(graph.nodes, gradients, strict=True)}


def graph_picture(
    graph: Graph, name_of: Mapping[Node, str], values: Mapping[Node, str], below: Mapping[Node, str] | None,
    states: Mapping[Node, str], words: str, *, widest: Mapping[Node, str] | None = None,
    active: Collection[tuple[Node, Node]] = (),
) -> Picture:  # fmt: skip
    """Draw a graph with any texts in and below its boxes; `words` say the same.

    `states` says how a box looks: HIGHLIGHTED, NOW, READ or WAITING (its value is not shown yet); a node that is not in
    it is plain. `widest` is the widest text that will ever stand below a box, so that boxes keep their places from one
    picture to the next. The arrows between the pairs of nodes (from, to) in `active` are thick; if `from` comes after
    `to`, the arrow points back.
    """
    labels = {
        node: _Label(name_of[node], _operation(graph, node, name_of), values.get(node, "")) for node in graph.nodes
    }
    texts = {node: f"◂ {words}" for node, words in (below or {}).items()}
    sizes = {node: _size(label, f"◂ {(widest or below or {}).get(node, '')}") for node, label in labels.items()}
    arranged = layout(graph, sizes, room_below=below is not None)
    outputs = {y for y in graph.outputs if isinstance(y, Node)}
    thick = set(active)
    shapes = []
    for wire in sorted(arranged.wires, key=lambda wire: bool({wire[:2], wire[1::-1]} & thick)):  # thick ones on top
        shapes.append(_wire(wire, forth=wire[:2] in thick, back=wire[1::-1] in thick))
    for node, place in arranged.places.items():
        shapes += _node(labels[node], place, texts.get(node, ""), states.get(node, ""), node.rule is None)
        if node in outputs:
            right = place.x + place.width / 2
            shapes.append(svg.arrow(right, middle(place), right + MARGIN - 2, middle(place), thick=1.4))
    constant = [number(y) for y in graph.outputs if not isinstance(y, Node)]
    height = arranged.height
    if constant:
        words_below = f"constant outputs: {', '.join(constant)}"
        shapes.append(svg.text(MARGIN, height + 4, words_below, size=_SMALL, anchor="start"))
        height += 20
    return svg.picture(round(arranged.width), round(height), shapes, words)


def number(value: Any) -> str:
    """Write a number with four significant digits, or the shape of an array.

    >>> number(-0.00012345678), number(1234567.0), number([[1.0, 2.0]])
    ('−0.0001235', '1.235e6', '(1, 2)')
    """
    while isinstance(value, Tracked):  # a value of an outer differentiation
        value = value.value
    if np.shape(value) != ():
        return str(np.shape(value))
    words = f"{float(value) + 0.0:.4g}"  # adding 0.0 turns −0 into 0
    return re.sub(r"e([+-])0*", lambda found: "e" + found[1].strip("+"), words).replace("-", "−")


def node_names(graph: Graph, names: Sequence[str] = ()) -> dict[Node, str]:
    """Return the name of each node: the given ones, then x, y, z, w (x₁, … if more) for inputs, u₁, … for the rest."""
    given = [re.sub(r"(?<=[^\W\d_])\d+", lambda found: subscript(int(found[0])), name) for name in names]
    few = len(graph.inputs) <= 4
    letters = iter("xyzw") if few else (f"x{subscript(k)}" for k in count(1))
    others = (name for name in (f"u{subscript(k)}" for k in count(1)) if name not in given)
    named: dict[Node, str] = {}
    for i, node in enumerate(graph.nodes):
        letter = next(letters) if node.rule is None else ""
        named[node] = given[i] if i < len(given) else letter or next(others)
    return named


def formula(node: Node, name_of: Mapping[Node, str]) -> str:
    """Write how a node is computed, such as "x + y" or "exp[x]", with the names of the nodes it is computed from."""
    return _written(node.operation, [name_of[x] if _is_in(x, name_of) else number(x) for x in node.inputs])


def _written(operation: str, inputs: list[str]) -> str:
    bracketed = [f"({x})" if x.startswith("−") else x for x in inputs]
    if operation in _INFIX and len(inputs) == 2:
        return f"{inputs[0]} {_INFIX[operation]} {bracketed[1]}"
    if operation == "power":
        return bracketed[0] + raised(inputs[1])
    if operation in ("square", "negative", "reciprocal"):
        x = bracketed[0]
        return {"square": f"{x}²", "negative": f"−{x}", "reciprocal": f"1 ÷ {x}"}[operation]
    return f"{_SHORT.get(operation, operation)}[{', '.join(inputs)}]"


def _operation(graph: Graph, node: Node, name_of: Mapping[Node, str]) -> str:
    """What stands beside a node's name: the operation, with its constants, and with names where their order matters."""
    if node.rule is None:
        return ""
    operation, inputs = node.operation, node.inputs
    constants = [number(x) for x in inputs if not _is_in(x, name_of)]
    if len(inputs) == 2 and len(constants) == 1:
        at_left, (constant,) = not _is_in(inputs[0], name_of), constants
        if operation == "power":
            return f"{constant}^□" if at_left else "□" + raised(constant)
        if operation in _INFIX:
            sign = "·" if operation == "multiply" else _INFIX[operation]
            return f"{constant} {sign}" if at_left or operation == "multiply" else f"{sign} {constant}"
        return _written(operation, [constant, "□"] if at_left else ["□", constant])
    if len(inputs) == 2 and operation not in _COMMUTE and inputs[0] is not inputs[1]:
        return formula(node, name_of)
    if operation == "power":
        return "□^□"
    return _SHORT.get(operation) or _INFIX.get(operation) or operation


def raised(words: str) -> str:
    """An exponent, raised if it is a whole number."""
    if re.fullmatch(r"−?\d+", words):
        return words.translate(str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"^{words}" if re.fullmatch(r"[\w.]+", words) else f"^({words})"


def _is_in(x: Any, nodes: Mapping[Node, Any]) -> bool:
    return isinstance(x, Node) and x in nodes


class _Label(NamedTuple):
    """What is written in a node's box."""

    name: str
    operation: str
    value: str


_NARROW = dict.fromkeys(" .,:;|()[]ijlftrI'", 0.41) | dict.fromkeys("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻", 0.46)
_WIDE = dict.fromkeys("mMwWNOQ@→", 0.96) | dict.fromkeys("+−×÷=<>±□◂²³", 0.84) | {"²": 0.46, "³": 0.46, "¹": 0.46}


def text_width(words: str, size: float) -> float:
    """Estimate how wide a text is in DejaVu Serif, the widest of our fonts; rather too wide than too narrow."""
    return size * sum(_NARROW.get(letter) or _WIDE.get(letter) or 0.66 for letter in words)


def _size(label: _Label, below: str) -> tuple[float, float]:
    """The width and height of a node's box."""
    first = text_width(label.name, _SIZE)
    if label.operation:
        first += text_width(label.operation, _SMALL) + 16
    wide = max(first, text_width(label.value, _SMALL), text_width(below, _SMALL)) + 14
    return max(wide, 46.0), (2 if label.value else 1) * LINE + 8


_LOOKS = {  # fill, outline, its thickness, ink, the ground of the operation
    "": ("white", svg.INK, 1.1, svg.INK, svg.PALE),
    HIGHLIGHTED: ("white", svg.DARK, 3.4, svg.INK, svg.PALE),
    NOW: (svg.DARK, svg.DARK, 2.0, "white", "#35609f"),
    READ: (svg.LIGHT, svg.INK, 2.6, svg.INK, "#ffe9bf"),
    WAITING: ("#fafafa", svg.GRAY, 1.0, "#6b6b6b", svg.PALE),
}


def _node(label: _Label, place: Place, below: str, state: str, is_input: bool) -> list[str]:
    x, y, left = place.x, middle(place), place.x - place.width / 2
    fill, outline, thick, ink, ground = _LOOKS[state]
    if is_input and fill == "white":
        fill = svg.PALE
    shapes = [svg.box(x, y, place.width, place.box, fill=fill, line=outline, thick=thick, dashed=state == WAITING)]
    line = y - LINE / 2 if label.value else y
    if label.operation:
        wide = text_width(label.operation, _SMALL) + 8
        centre = left + place.width - 4 - wide / 2
        shapes += [
            svg.box(centre, line, wide, LINE - 2, fill=ground, line="none", round_=6),
            svg.text(centre, line, label.operation, size=_SMALL, colour=ink),
            svg.text((left + 4 + centre - wide / 2) / 2, line, label.name, size=_SIZE, colour=ink),
        ]
    else:
        shapes.append(svg.text(x, line, label.name, size=_SIZE, colour=ink))
    if label.value and state != WAITING:
        shapes.append(svg.text(x, y + LINE / 2, label.value, size=_SMALL, colour=ink))
    if below:
        shapes.append(svg.text(x, y + place.box / 2 + LINE / 2 + 1, below, size=_SMALL, colour=svg.DARK))
    return shapes


def _wire(wire: Wire, *, forth: bool = False, back: bool = False) -> str:
    """An arrow; a thick one that points back ends at the node it starts from."""
    colour, thick = (svg.DARK, 2.6) if back or forth else (svg.INK, 1.1)
    (x, y), (x_0, y_0) = wire.tip, wire.tail
    head = f"M{x_0:.1f} {y_0:.1f}l9 -4.4v8.8Z" if back else f"M{x:.1f} {y:.1f}l-7 -3.2v6.4Z"
    path = wire.path + (f"H{x:.1f}" if back else "")
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{thick}"/><path d="{head}" fill="{colour}"/>'


def _check(graph: Any, names: Any, grad_table: Any, highlighted: Any) -> None:
    if not isinstance(graph, Graph):
        raise TypeError(f"graph is {type(graph).__name__}, expected a Graph: call bp.record(f, *inputs) first.")
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise TypeError(f'names is {names!r}, expected a list of texts such as ["x", "f1", "y"].')
    if len(names) > len(graph.nodes):
        raise ValueError(f"names has {len(names)} entries, but the graph has {len(graph.nodes)} nodes: constants are "
                         "no nodes, and what leads to no output is none of its nodes either.")  # fmt: skip
    nodes = set(graph.nodes)
    for argument, found in (("grad_table", grad_table), ("highlighted", highlighted)):
        for node in found:
            if not isinstance(node, Node) or node not in nodes:
                raise ValueError(f"{argument} holds {node!r}, which is no node of this graph: take nodes from "
                                 "graph.nodes.")  # fmt: skip


def _in_words(graph: Graph, name_of: Mapping[Node, str], grad_table: Mapping[Node, Any], values: bool) -> str:
    outputs = {y for y in graph.outputs if isinstance(y, Node)}
    several = "an output" if len(outputs) > 1 else "the output"
    parts = []
    for node in graph.nodes:
        words = name_of[node]
        if node.rule is not None:
            words += f" = {formula(node, name_of)}"
        if values:
            words += f" {'of shape' if np.shape(node.value) else '='} {number(node.value)}"
        parts.append(words + (f", {several}" if node in outputs else ""))
    words = f"A graph of {len(graph.nodes)} nodes, from left to right: {'; '.join(parts)}."
    if grad_table:
        words += f" Derivatives of the output: {_entries(grad_table, name_of)}."
    return words


def _entries(grad_table: Mapping[Node, Any], name_of: Mapping[Node, str]) -> str:
    entries = (f"{number(entry)} with respect to {name_of[node]}" for node, entry in grad_table.items())
    return ", ".join(entries)
