"""A function replaced by its best linear approximation: recorded once, then pushed along any number of directions."""

from collections.abc import Callable
from typing import Any

from bpkit.graphs.graph import Node, between, input_nodes
from bpkit.graphs.nested import flatten
from bpkit.graphs.tracked import DerivativeError
from bpkit.graphs.variables import call, directions_like, fresh_arrays, inside, real_results, selected
from bpkit.numerical.underflow import ignore_underflow

Function = Callable[..., Any]


@ignore_underflow
def linearize(f: Function, *primals: Any) -> tuple[Any, Function]:
    """Return f(*primals) and a function that multiplies tangents by f's Jacobian there: (ẋ, …) ↦ J·ẋ.

    It gives what `jvp` gives, but f runs only once, for all tangents. They have the form of the primals, one for each.

    Raises what `jvp` raises.

    >>> import bpkit as bp
    >>> import numpy as np
    >>> y, push = bp.linearize(lambda x: x**2, np.array([1.0, 3.0]))
    >>> push(np.array([1.0, 0.0])), push(np.array([0.0, 1.0]))
    (array([2., 0.]), array([0., 6.]))
    """
    values, rebuild = selected(f, primals, tuple(range(len(primals))))
    recording, nodes = input_nodes(values, f)
    outputs, rebuild_outputs = flatten(call(f, rebuild(nodes), {}, recording))
    real_results(outputs, f)
    results = [inside(y, recording) for y in outputs]
    path = between(nodes, [y for y in outputs if isinstance(y, Node) and y.recording is recording])

    @ignore_underflow
    def push(*tangents: Any) -> Any:
        directions = directions_like(tangents, rebuild(values), "tangents", "primals")
        table: dict[Any, Any] = dict(zip(nodes, directions, strict=True))
        for node in path:
            if node.rule is not None:
                table[node] = _tangent(node, [table.get(x) if isinstance(x, Node) else None for x in node.inputs])
        found = [table.get(y) if isinstance(y, Node) else None for y in outputs]
        return rebuild_outputs(fresh_arrays(found, results, directions))

    return rebuild_outputs(results), push


def _tangent(node: Node, tangents: list[Any]) -> Any:
    """The tangent of an operation's result; None if it does not depend on what has a tangent."""
    rule: Any = node.rule
    if all(tangent is None for tangent in tangents):
        return None
    if rule.forward is None:
        raise DerivativeError(f"{rule.name} has a rule for reverse mode alone: add forward=… to bp.defrule.")
    return rule.forward(tangents, node.value, *node.values, **node.settings)
