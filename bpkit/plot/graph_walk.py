"""The steps of the graph stepper (chapter 3): a formula's graph computed forward, then backward, one node at a time."""

from collections.abc import Sequence
from itertools import chain, count
from typing import NamedTuple

import numpy as np

from bpkit.graphs.graph import Graph, Node, record
from bpkit.plot._graph import formula, node_names, number, raised
from bpkit.plot.expression import parse

MOST_NODES = 25  # as many as a picture holds


class Contribution(NamedTuple):
    """What a consumer hands to one of its inputs: its own entry times the local derivative."""

    consumer: Node
    to: Node
    entry: float
    local: float
    symbol: str  # the local derivative as a formula


class WalkStep(NamedTuple):
    """One step: a node gets its value, or, on the way back, hands contributions to its inputs."""

    node: Node
    backward: bool
    contributions: tuple[Contribution, ...]


class GraphWalk(NamedTuple):
    """A formula's graph, its nodes' names, and all steps: forward, the output's 1, and backward."""

    graph: Graph
    name_of: dict[Node, str]
    output: Node
    steps: tuple[WalkStep, ...]


def walk(text: str, values: Sequence[float]) -> GraphWalk:
    """Record a formula and return every step of its computation and of the backward pass.

    `values` are those of the variables, in the order in which they appear in the formula. Intermediate results are
    called f1, f2, … and the result y, unless variables have these names.

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
    name_of = _names(recorded, variables)
    for node in recorded.nodes:
        if not np.isfinite(node.value):
            raise ValueError(
                f"{name_of[node]} = {formula(node, name_of)} is {number(node.value)} at these values: choose others."
            )
    return GraphWalk(recorded, name_of, output, (*_forward(recorded), *_backward(recorded, name_of)))


def _names(recorded: Graph, variables: Sequence[str]) -> dict[Node, str]:
    """The names of the nodes, none of them twice."""
    result = next(name for name in chain("yf", (f"out{k}" for k in count(1))) if name not in variables)
    letters = "fuvabcdgh"  # one more than there can be variables
    letter = next(one for one in letters if not any(name.startswith(one) and name[1:].isdigit() for name in variables))
    operations = len(recorded.nodes) - len(variables)
    between = [f"{letter}{k}" for k in range(1, operations)]
    return node_names(recorded, [*variables, *between, *([result] if operations else [])])


def _forward(recorded: Graph) -> list[WalkStep]:
    return [WalkStep(node, False, ()) for node in recorded.nodes if node.rule is not None]


def _backward(recorded: Graph, name_of: dict[Node, str]) -> list[WalkStep]:
    """The output's 1, and then what each node hands to its inputs, from the last node to the first."""
    (output,) = recorded.outputs
    grad_table = {output: 1.0}
    steps = [WalkStep(output, True, ())]
    for node in reversed(recorded.nodes):
        if node.rule is None:
            continue
        handed = []
        for i, x in enumerate(node.inputs):
            if isinstance(x, Node):
                with np.errstate(all="ignore"):
                    local = float(node.rule.reverse[i](1.0, node.value, *node.values, **node.settings))
                handed.append(Contribution(node, x, grad_table[node], local, local_derivative(node, i, name_of)))
                grad_table[x] = grad_table.get(x, 0.0) + grad_table[node] * local
                if not np.isfinite(grad_table[x]):
                    raise ValueError(
                        f"the derivative of {name_of[node]} = {formula(node, name_of)} with respect to {name_of[x]} "
                        f"makes the entry of {name_of[x]} {number(grad_table[x])} at these values: choose others."
                    )
        steps.append(WalkStep(node, True, tuple(handed)))
    return steps


def local_derivative(node: Node, i: int, name_of: dict[Node, str]) -> str:
    """Write the derivative of a node with respect to its i-th input, with the names of the nodes."""
    inputs = [name_of[x] if isinstance(x, Node) else number(x) for x in node.inputs]
    a, b, y = inputs[0], inputs[-1], name_of[node]
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
