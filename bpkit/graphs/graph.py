"""The computational graph: nodes that remember how they were computed, and the backward pass that fills the grad_table.

Nodes are numbered in the order in which they were computed, so inputs have smaller numbers: counting down visits every
node after all of its consumers. That is a topological order, without a search or a recursion.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np

from bpkit.graphs.arraylike import ArrayLike
from bpkit.graphs.lengths import Length
from bpkit.graphs.rules import Rule
from bpkit.graphs.rules.rule import Scattered
from bpkit.graphs.tracked import DerivativeError, Recording, apply, leaked, plain
from bpkit.graphs.variables import call, variable
from bpkit.numerical.underflow import ignore_underflow


class Node(ArrayLike):
    """A recorded value: the rule of the operation that gave it, its inputs, and its number in the recording.

    `values` are the values of the inputs. An input of the whole graph has no rule.
    """

    __slots__ = ("__weakref__", "inputs", "number", "rule", "settings", "values")

    def follow(self, rule: Rule, value: Any, inputs: Any, values: Any, settings: dict[str, Any]) -> "Node":
        """Record an operation."""
        return new_node(Node, self.recording, value, rule, inputs, values, settings)

    def length(self, square: Callable[[], Any]) -> "LengthNode":
        """Return this value as one that knows its square."""
        y = new_node(LengthNode, self.recording, self.value, self.rule, self.inputs, self.values, self.settings)
        y.square = square
        return y

    @property
    def operation(self) -> str:
        """The name of the operation, "input" for an input of the graph."""
        return "input" if self.rule is None else self.rule.name

    def __repr__(self) -> str:
        return f"Node({self.value!r}, {self.operation})"


class LengthNode(Length, Node):
    """A length as a node."""

    __slots__ = ("square",)


NodeOfAnyKind = TypeVar("NodeOfAnyKind", bound=Node)


def new_node(
    kind: type[NodeOfAnyKind], recording: Recording, value: Any, rule: Rule | None, inputs: Any, values: Any,
    settings: dict[str, Any],
) -> NodeOfAnyKind:  # fmt: skip
    """Return the next node of a recording.

    A function and not `Node.__init__`: calling a class takes twice as long, and there is a node for every operation.
    """
    node: Any = _blank(kind)
    node.recording, node.value, node.rule = recording, value, rule
    node.inputs, node.values, node.settings = inputs, values, settings
    try:
        node.number = number = recording.size
    except AttributeError:  # asked for here, a closed recording costs open ones nothing
        raise leaked(next(x for x in inputs if isinstance(x, Node) and x.recording is recording)) from None
    recording.size = number + 1
    return node


_blank: Any = object.__new__


def input_nodes(values: Iterable[Any], f: Callable[..., Any]) -> tuple[Recording, list[Node]]:
    """Return a new recording of a function and its inputs."""
    recording = Recording(f)
    return recording, [new_node(Node, recording, value, None, (), (), {}) for value in values]


def backward(seeds: Iterable[tuple[Node, Any]], wanted: Sequence[Node], *, symbolic: bool = False) -> list[Any]:
    """Go back from the outputs and return the gradient of each wanted node, None if no output depends on it.

    `seeds` are pairs of an output and its gradient. Every node contributes to the gradient of each of its inputs, and
    grad_table sums the contributions. With `symbolic`, rules are given nodes instead of values, so that the backward
    pass is recorded too.
    """
    seeds = list(seeds)
    length = max((node.number for node, _ in seeds), default=-1) + 1
    grad_table: list[Any] = [None] * length  # by the node's number
    waiting: list[Node | None] = [None] * length  # the nodes that have a gradient, by number
    own = bytearray(length)  # whether an entry of grad_table was made here, and may be added to in place
    for node, g in seeds:
        _add(node, g, grad_table, waiting, own)
    keep = {node.number for node in wanted}
    for number in range(length - 1, -1, -1):
        node = waiting[number]  # type: ignore[assignment]
        if node is None or node.rule is None:
            continue
        g = grad_table[number]
        waiting[number] = None
        if number not in keep:
            grad_table[number] = None  # frees its memory
        recording, reverse, inputs, settings = node.recording, node.rule.reverse, node.inputs, node.settings
        y, values = (node, inputs) if symbolic else (node.value, node.values)
        for i, x in enumerate(inputs):
            if isinstance(x, Node) and x.recording is recording:
                of_input = reverse[i]
                if of_input is None:
                    continue
                contribution, place = of_input(g, y, *values, **settings), x.number
                if grad_table[place] is None and type(contribution) is not Scattered:  # `_add`, without a call
                    grad_table[place] = contribution
                    waiting[place] = x
                else:
                    _add(x, contribution, grad_table, waiting, own)
    return [grad_table[node.number] if node.number < length else None for node in wanted]


def _add(node: Node, contribution: Any, grad_table: list[Any], waiting: list[Node | None], own: bytearray) -> None:
    """Add a contribution to a node's entry in the table: in place from the third on, which saves memory and time."""
    number = node.number
    before = grad_table[number]
    if type(contribution) is Scattered:
        if own[number]:
            contribution.add_to(before)
            return
        contribution = contribution.dense()
        own[number] = before is None
    if before is None:
        grad_table[number] = contribution
        waiting[number] = node
    elif own[number] and type(contribution) is np.ndarray and contribution.dtype == before.dtype:
        before += contribution
    else:
        grad_table[number] = sum_of_two = before + contribution
        own[number] = type(sum_of_two) is np.ndarray


class Graph:
    """A recorded computation: nodes in topological order, what each was computed from, and what is computed from it.

    `inputs` are the nodes the function was called with, `outputs` what it returned, and `nodes` all on a path between
    them, each after those it depends on. Constants are not nodes. Nodes can be members of a set and keys of a dict;
    `==`, and so `in` for a tuple, compares their values, as with arrays.

    >>> graph = record(lambda x, y, z: (x + y) * z, -2.0, 5.0, -4.0)
    >>> [graph.operation(node) for node in graph.nodes]
    ['input', 'input', 'input', 'add', 'multiply']
    >>> graph
    Graph of 5 nodes: 3 inputs, 2 operations, 1 output
    """

    def __init__(self, inputs: Sequence[Node], outputs: Sequence[Any], *, looked_at: bool = False) -> None:
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self._looked_at = looked_at  # whether the recorded function compared values, or branched on them
        self.nodes = between(self.inputs, self.outputs)
        self._consumers: dict[Node, list[Node]] = {node: [] for node in self.nodes}
        for node in self.nodes:
            for x in dict.fromkeys(self.inputs_of(node)):
                self._consumers[x].append(node)

    def operation(self, node: Node) -> str:
        """Return the name of the operation that computed a node, "input" for an input (get_operation)."""
        return self._own(node).operation

    def inputs_of(self, node: Node) -> tuple[Node, ...]:
        """Return the nodes a node was computed from, in the order of its arguments, repeated ones too (get_inputs)."""
        return tuple(x for x in self._own(node).inputs if isinstance(x, Node) and x in self._consumers)

    def consumers(self, node: Node) -> tuple[Node, ...]:
        """Return the nodes that are computed from a node directly, each once (get_consumers)."""
        return tuple(self._consumers[self._own(node)])

    def first_nan(self) -> Node | None:
        """Return the node that made the first NaN, an input perhaps; None if no node has one.

        A NaN of the backward pass is found in `gradient_graph()`.

        >>> with np.errstate(invalid="ignore"):  # NumPy warns of ∞ − ∞
        ...     record(lambda x, y: np.exp(x - y) * x, np.inf, np.inf).first_nan().operation
        'subtract'
        """
        return next((node for node in self.nodes if np.any(np.isnan(plain(node.value)))), None)

    def pruned(self, wrt: Node | Sequence[Node]) -> "Graph":
        """Return the part that matters for derivatives with respect to some nodes: the paths from them to the outputs.

        The nodes `wrt` are the inputs of the new graph.
        """
        wrt = self._nodes(wrt)
        depends = _dependents(self.nodes, wrt)
        outputs = [y for y in self.outputs if isinstance(y, Node) and y in depends]
        return Graph(wrt, outputs, looked_at=self._looked_at)

    @ignore_underflow
    def gradient_graph(self, wrt: Node | Sequence[Node] | None = None) -> "Graph":
        """Return the graph that computes the output's derivatives: the backward pass, recorded as further nodes.

        Its outputs are the gradients with respect to the nodes `wrt` (default: all inputs), in their order; a gradient
        that does not depend on the inputs is a plain number. It can be differentiated again, like any graph.

        Raises DerivativeError unless the graph has one output, a single number.
        """
        wrt = self.inputs if wrt is None else self._nodes(wrt)
        if len(self.outputs) != 1 or np.shape(self.outputs[0]) != ():
            raise DerivativeError(
                f"the graph has {len(self.outputs)} output(s) of shape(s) "
                f"{', '.join(str(np.shape(y)) for y in self.outputs)}, but a gradient is that of one number: record a "
                "function that returns one."
            )
        y = self.outputs[0]
        found = backward([(y, y.dtype.type(1))], wrt, symbolic=True) if isinstance(y, Node) else [None] * len(wrt)
        gradients = [np.zeros(x.shape, x.dtype)[()] if g is None else g for x, g in zip(wrt, found, strict=True)]
        return Graph(self.inputs, gradients, looked_at=self._looked_at)

    @ignore_underflow
    def evaluate(self, *inputs: Any) -> Any:
        """Compute the graph again for other inputs: its output, or a tuple of them.

        Raises DerivativeError if the function looked at values (a comparison, an `if`, a sort): the graph then holds
        only for the inputs it was recorded with. Raises ValueError for inputs of other shapes.
        """
        if len(inputs) != len(self.inputs):
            raise ValueError(f"evaluate got {len(inputs)} input(s), but the graph has {len(self.inputs)}.")
        if self._looked_at:
            raise DerivativeError(
                "the recorded function compared values or chose by them, so its graph holds only for the inputs it was "
                "recorded with: call bp.record again with the new ones."
            )
        value: dict[Node, Any] = {}
        for node, given in zip(self.inputs, inputs, strict=True):
            value[node] = variable(given)
            if np.shape(given) != node.shape:
                raise ValueError(
                    f"evaluate got an input of shape {np.shape(given)}, but the graph was recorded with {node.shape}: "
                    "shapes are part of a graph, so call bp.record again."
                )
        for node in self.nodes:
            if node.rule is not None and node not in value:
                arguments = [value.get(x, x.value) if isinstance(x, Node) else x for x in node.inputs]
                value[node] = apply(node.rule, arguments, node.settings)
        results = tuple(value[y] if isinstance(y, Node) else y for y in self.outputs)
        return results[0] if len(results) == 1 else results

    def _own(self, node: Node) -> Node:
        if not isinstance(node, Node) or node not in self._consumers:
            raise ValueError(f"{node!r} is not a node of this graph: take one from graph.nodes.")
        return node

    def _nodes(self, wrt: Node | Sequence[Node]) -> tuple[Node, ...]:
        return tuple(self._own(node) for node in ([wrt] if isinstance(wrt, Node) else wrt))

    def __repr__(self) -> str:
        def counted(number: int, name: str) -> str:
            return f"{number} {name}{'' if number == 1 else 's'}"

        operations = sum(node.rule is not None for node in self.nodes)
        return (
            f"Graph of {counted(len(self.nodes), 'node')}: {counted(len(self.inputs), 'input')}, "
            f"{counted(operations, 'operation')}, {counted(len(self.outputs), 'output')}"
        )


def between(inputs: Sequence[Node], outputs: Sequence[Any]) -> tuple[Node, ...]:
    """Return the inputs and all nodes on a path from one of them to an output, in order of their numbers."""
    starts, reached = set(inputs), set()
    open_ends = [y for y in outputs if isinstance(y, Node)]
    while open_ends:  # everything the outputs depend on, without recursion
        node = open_ends.pop()
        if node not in reached:
            reached.add(node)
            if node not in starts:
                open_ends += [x for x in node.inputs if isinstance(x, Node)]
    by_number = attrgetter("number")
    return tuple(sorted(_dependents(sorted(reached, key=by_number), inputs), key=by_number))


def _dependents(nodes: Iterable[Node], starts: Iterable[Node]) -> set[Node]:
    """Return the starts, and those of the nodes, given in order of their numbers, that depend on one of them."""
    depends = set(starts)
    for node in nodes:
        if any(isinstance(x, Node) and x in depends for x in node.inputs):
            depends.add(node)
    return depends


@ignore_underflow
def record(f: Callable[..., Any], *inputs: Any) -> Graph:
    """Run f on the inputs and return the graph of its operations. f may return one result or a tuple or list of them.

    Raises DerivativeError for inputs that are not floating-point numbers or arrays.

    >>> graph = record(lambda x: np.exp(x) * np.exp(x), 0.0)
    >>> [(graph.operation(node), len(graph.consumers(node))) for node in graph.nodes]
    [('input', 2), ('exp', 1), ('exp', 1), ('multiply', 0)]
    """
    recording, nodes = input_nodes((variable(x, f, inputs, (i,)) for i, x in enumerate(inputs)), f)
    y = call(f, nodes, {})  # the recording stays open: gradient_graph adds to it
    return Graph(nodes, y if isinstance(y, list | tuple) else [y], looked_at=recording.looked_at)
