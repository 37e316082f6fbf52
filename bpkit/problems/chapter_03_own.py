"""Our own problems of chapter 03 about graphs: the order of the walk back, the table, paths and pruning."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator
Inputs = Sequence[Sequence[int]]  # for each node of a graph the nodes it is computed from


def draw_inputs(rng: Generator, count: int) -> list[list[int]]:
    """A random graph whose nodes stand in topological order: two inputs, then nodes with one to three, some twice."""
    later = [rng.integers(max(0, k - 4), k, size=rng.integers(1, 4)).tolist() for k in range(2, count - 1)]
    return [[], [], *later, [count - 2, count - 3]]


# ---- 3.a: four gates in the head -------------------------------------------------------------------------------------


def slip_3_a(sentence: str, **wrong: float) -> Slip:
    return Slip(lambda: wrong, sentence)


PROBLEM_3_A = Problem(
    id="3.a",
    title="Gates in your head",
    points=1,
    minutes=8,
    hints=(
        "Go through the forward pass first: xy = −2, so the maximum is z = 3; x + z = 5; (x + z)w = −20.",
        "Backwards: the factor 3 first. A sum hands on, a product swaps, a maximum hands everything to the larger.",
        "x and z are used twice each. What comes back on the two ways is added.",
    ),
    truth=lambda: {"df_dx": -12.0, "df_dy": 0.0, "df_dz": -9.0, "df_dw": 15.0},
    slips=(
        slip_3_a("the factor 3 in front is missing.", df_dx=-4.0, df_dz=-3.0, df_dw=5.0),
        slip_3_a("a maximum hands nothing to the smaller of its inputs.", df_dx=-15.0, df_dy=6.0),
        slip_3_a("z is used twice: what comes back through the maximum is missing.", df_dz=-12.0),
        slip_3_a("z is used twice: what comes back through the product is missing.", df_dz=3.0),
        slip_3_a("a product hands to each input the value of the other.", df_dx=15.0, df_dz=18.0, df_dw=-12.0),
        slip_3_a("only a tie is shared half and half; here one input of the maximum is larger.",
                 df_dx=-13.5, df_dy=3.0, df_dz=-10.5),
        slip_3_a("this has the sign wrong: w is negative, and it is what x + z is multiplied with.",
                 df_dx=12.0, df_dz=15.0),
        slip_3_a("x + z is used as a whole: its value is 5.", df_dw=6.0),
        slip_3_a("x + z is used as a whole: its value is 5.", df_dw=9.0),
    ),
)  # fmt: skip


# ---- 3.b: compute a graph, inputs first ------------------------------------------------------------------------------


def graph_3_b(rng: Generator, inputs: Inputs) -> Arguments:
    """The last node of a graph as output, with get_inputs and compute; the nodes' numbers are shuffled."""
    permutation = rng.permutation(len(inputs))
    number, position = permutation.tolist(), np.argsort(permutation).tolist()
    values: dict[int, int] = {}

    def get_inputs(node: int) -> tuple[int, ...]:
        return tuple([number[k] for k in inputs[position[node]]])

    def compute(node: int) -> int:
        if node in values:
            raise ValueError(f"compute({node}) is called a second time: each node is to be computed once.")
        try:
            # Any value that depends on every input would do.
            values[node] = (node + 7 * sum([values[number[k]] for k in inputs[position[node]]])) % 10007
        except KeyError as missing:
            raise ValueError(f"compute({node}) needs the value of its input {missing}, not computed yet.") from None
        return values[node]

    return {"output": number[-1], "get_inputs": get_inputs, "compute": compute}


FIGURE_7_9 = ((), (0,), (1,), (1, 2), (3,), (3,), (4, 5))
LADDER = ((), *((k, k) for k in range(40)))
CHAIN = ((), *((k,) for k in range(4999)))


def instances_3_b(rng: Generator) -> Sequence[Arguments]:
    """Figure 7.9, a random graph, a ladder with many paths, and a chain longer than a recursion can be deep."""
    return [graph_3_b(rng, inputs) for inputs in (FIGURE_7_9, draw_inputs(rng, 12), LADDER, CHAIN)]


@functools.lru_cache(maxsize=8)  # the truth and the slips ask for the same graphs
def values_3_b(output: int, get_inputs: Callable[[int], tuple[int, ...]]) -> dict[int, int]:
    """The values of all nodes that the output depends on, found without recursion."""
    inputs: dict[int, tuple[int, ...]] = {}
    for node in (stack := [output]):  # grows while it is run through
        if node not in inputs:
            inputs[node] = get_inputs(node)
            stack += inputs[node]
    values: dict[int, int] = {}
    while stack:
        node = stack.pop()
        try:
            values[node] = (node + 7 * sum([values[x] for x in inputs[node]])) % 10007
        except KeyError:  # an input has no value yet
            stack += [node, *(x for x in inputs[node] if x not in values)]
    return values


def slip_3_b(sentence: str, wrong: Callable[[dict[int, int], int], int]) -> Slip:
    return Slip(lambda output, get_inputs, compute: {"value": wrong(values_3_b(output, get_inputs), output)}, sentence)


PROBLEM_3_B = Problem(
    id="3.b",
    title="A topological sort",
    points=3,
    minutes=25,
    hints=(
        "First find out which nodes there are: begin with the output and go from each node to its inputs, once.",
        "Count for each node how many of its inputs are not computed yet. Those with count 0 can be computed now.",
        "When a node is computed, take 1 from the count of each of its consumers, for every time they use it.",
        "Or depth first: a stack on which a node waits below its inputs, and is computed when it comes up again.",
    ),
    instances=instances_3_b,
    truth=lambda output, get_inputs, compute: {"value": values_3_b(output, get_inputs)[output]},
    slips=(
        slip_3_b("this is the number of nodes; asked is the value that compute gives for the output.",
                 lambda values, output: len(values)),
        slip_3_b("this is the output's number; asked is the value that compute gives for it.",
                 lambda values, output: output),
        slip_3_b("this is the sum of all nodes' values; asked is that of the output alone.",
                 lambda values, output: sum(values.values())),
    ),
)  # fmt: skip


# ---- 3.c: fill the table ---------------------------------------------------------------------------------------------


def instances_3_c(rng: Generator) -> Sequence[Arguments]:
    """Random graphs with repeated inputs; the first has a node that the output does not depend on."""
    instances = []
    for inputs in ([[], [0], [0], [1, 1], [3, 1, 0], [3, 4]], draw_inputs(rng, 10)):
        slopes = [(rng.uniform(0.5, 2, size=len(node)) * rng.choice([-1, 1], size=len(node))).tolist()
                  for node in inputs]  # fmt: skip
        instances.append({"inputs": inputs, "slopes": slopes})
    return instances


def table_3_c(
    inputs: Inputs, slopes: Sequence[Sequence[float]],
    order: Callable[[range], Iterable[int]] = reversed,
    accumulate: Callable[[float, float], float] = lambda before, contribution: before + contribution,
    contribution: Callable[[float, float], float] = lambda g, slope: g * slope,
    edges: Callable[[Sequence[int], Sequence[float]], Iterable[tuple[int, float]]] = zip,
    seed: float = 1.0,
) -> Entries:  # fmt: skip
    """The walk back; every keyword after slopes plants one slip."""
    grad_table = [0.0] * len(inputs)
    grad_table[-1] = seed
    for k in order(range(len(inputs))):
        for x, slope in edges(inputs[k], slopes[k]):
            grad_table[x] = accumulate(grad_table[x], contribution(grad_table[k], slope))
    return {"grad_table": np.array(grad_table)}


def first_of_each(inputs: Sequence[int], slopes: Sequence[float]) -> Iterable[tuple[int, float]]:
    """The edges of one node, of several from the same input only the first."""
    return dict(zip(reversed(inputs), reversed(slopes), strict=True)).items()


def last_of_each(inputs: Sequence[int], slopes: Sequence[float]) -> Iterable[tuple[int, float]]:
    """The edges of one node, of several from the same input only the last."""
    return dict(zip(inputs, slopes, strict=True)).items()


def slip_3_c(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda inputs, slopes: table_3_c(inputs, slopes, **planted), sentence)


PROBLEM_3_C = Problem(
    id="3.c",
    title="Fill the grad_table",
    points=2,
    minutes=15,
    hints=(
        "The table has one entry for each node: 0 for all but the last, the output, which has ∂y/∂y = 1.",
        "Go through the nodes from the last to the first: then all consumers of a node have had their turn before it.",
        "For each input x = inputs[k][i] of node k: grad_table[x] += grad_table[k] * slopes[k][i].",
    ),
    instances=instances_3_c,
    truth=table_3_c,
    slips=(
        slip_3_c("each contribution overwrites the one before: a node with several consumers gets their sum.",
                 accumulate=lambda before, contribution: contribution),
        slip_3_c("only the first contribution to arrive is kept: a node with several consumers gets their sum.",
                 accumulate=lambda before, contribution: before if before != 0 else contribution),
        slip_3_c("the nodes are visited from the inputs up; on the way back all consumers come first.",
                 order=lambda nodes: nodes),
        slip_3_c("the output's own entry, ∂y/∂y = 1, is missing, so nothing can come back.", seed=0.0),
        slip_3_c("the slopes are handed down as they are: multiply each by what arrived at the node.",
                 contribution=lambda g, slope: slope),
        slip_3_c("the slopes are missing.", contribution=lambda g, slope: g),
        slip_3_c("the slope is added to what arrived at the node; the chain rule multiplies.",
                 contribution=lambda g, slope: g + slope),
        slip_3_c("an input that a node uses twice is counted once; each place has a slope of its own.",
                 edges=last_of_each),
        slip_3_c("of an input that a node uses twice only the first place is counted.", edges=first_of_each),
    ),
)  # fmt: skip


# ---- 3.d: the missing accumulation -----------------------------------------------------------------------------------


class Value:
    """A recorded number of a small engine for sums and products; `tape` holds the values in the order of computing."""

    def __init__(self, number: float, tape: list["Value"], inputs: Any = (), slopes: Any = ()) -> None:
        self.number, self.tape, self.inputs, self.slopes = number, tape, inputs, slopes
        tape.append(self)

    def __add__(self, other: "Value") -> "Value":
        return Value(self.number + other.number, self.tape, (self, other), (1.0, 1.0))

    def __mul__(self, other: "Value") -> "Value":
        return Value(self.number * other.number, self.tape, (self, other), (other.number, self.number))


def gradient_3_d(program: Any, point: Any, **planted: Any) -> Entries:
    """The gradient of a program of sums and products; the slips are those of 3.c."""
    tape: list[Value] = []
    variables = [Value(number, tape) for number in point]
    program(*variables)
    position = {value: k for k, value in enumerate(tape)}
    inputs = [[position[x] for x in value.inputs] for value in tape]
    grad_table = table_3_c(inputs, [value.slopes for value in tape], **planted)["grad_table"]
    return {"gradient": grad_table[: len(point)]}


def too_early_3_d(program: Any, point: Any) -> Entries:
    """A recursion that hands the total down at every arrival."""
    tape: list[Value] = []
    variables = [Value(number, tape) for number in point]
    total = dict.fromkeys(tape, 0.0)

    def walk_back(value: Value, g: float) -> None:
        total[value] = total.get(value, 0.0) + g
        arrived = total[value]
        for x, slope in zip(value.inputs, value.slopes, strict=True):
            walk_back(x, arrived * slope)

    walk_back(program(*variables), 1.0)
    return {"gradient": np.array([total[x] for x in variables])}


def program_3_d(x: Any, y: Any) -> Any:
    a = x + y
    b = a * a
    c = b * x + b
    return c * y + c


def instances_3_d(rng: Generator) -> Sequence[Arguments]:
    programs: Sequence[Callable[[Any, Any], Any]] = (program_3_d, lambda x, y: x * x * x, lambda x, y: x * y + x)
    return [{"program": program, "point": rng.uniform(0.5, 2.0, size=2).tolist()} for program in programs]


def slip_3_d(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda program, point: gradient_3_d(program, point, **planted), sentence)


PROBLEM_3_D = Problem(
    id="3.d",
    title="The missing accumulation",
    points=2,
    minutes=15,
    hints=(
        "Follow f = xy + x by hand. Which values are written into the entry of x, and which one stays?",
        "A value gets one contribution for each of its uses, and the derivative is their sum.",
        "The bug is one character long.",
    ),
    instances=instances_3_d,
    truth=gradient_3_d,
    slips=(
        slip_3_d("each contribution still overwrites the one before.",
                 accumulate=lambda before, contribution: contribution),
        slip_3_d("now the first contribution wins; a value used several times needs them all.",
                 accumulate=lambda before, contribution: before if before != 0 else contribution),
        slip_3_d("the product x·x has two inputs, which are the same value: both contribute.", edges=last_of_each),
        slip_3_d("the tape is run from the inputs up; a value may speak only after all of its consumers.",
                 order=lambda nodes: nodes),
        slip_3_d("the slope is handed down without what arrived at the value.", contribution=lambda g, slope: slope),
        slip_3_d("contributions are added, not multiplied.",
                 accumulate=lambda before, contribution: contribution if before == 0 else before * contribution),
        slip_3_d("the mean of the contributions is not what arrives: they are added.",
                 accumulate=lambda before, contribution: contribution if before == 0 else (before + contribution) / 2),
        Slip(too_early_3_d, "a value hands its total down before all its consumers have spoken: parts count twice."),
    ),
)  # fmt: skip


# ---- 3.e: how many paths ---------------------------------------------------------------------------------------------


def sequence_3_e(n: int, first: int, second: int, each: int = 0) -> int:
    """Entry n of a sequence in which each entry is the sum of the two before it, and `each` more."""
    for _ in range(n):
        first, second = second, first + second + each
    return first


def slip_3_e(sentence: str, **count: Callable[[int], int]) -> Slip:
    return Slip(lambda n: {name: function(n) for name, function in count.items()}, sentence)


PROBLEM_3_E = Problem(
    id="3.e",
    title="How many paths?",
    points=2,
    minutes=15,
    hints=(
        "Draw the graph for n = 3 and count. Each x_k from x_2 on has two arrows coming in, x_1 has one.",
        "A path from x_n down begins with a step to x_{n−1} or with one to x_{n−2}. How many go on from there?",
        "So paths(n) = paths(n − 1) + paths(n − 2), with paths(0) = paths(1) = 1. Count upwards, in a loop.",
    ),
    instances=lambda rng: [{"n": int(n)} for n in (2, 3, rng.integers(20, 60))],
    truth=lambda n: {"paths": sequence_3_e(n, 1, 1), "arrows": 2 * n - 1},
    slips=(
        slip_3_e("twice as many in each line would need two arrows to the line just before; here one skips a line.",
                 paths=lambda n: 2 ** (n - 1)),
        slip_3_e("twice as many in each line would need two arrows to the line just before; here one skips a line.",
                 paths=lambda n: 2**n),
        slip_3_e("one step short: paths(0) = paths(1) = 1, and paths(2) is already their sum.",
                 paths=lambda n: sequence_3_e(n, 0, 1)),
        slip_3_e("one step too far: paths(0) = paths(1) = 1, and paths(2) is their sum.",
                 paths=lambda n: sequence_3_e(n, 1, 2)),
        slip_3_e("this is how often a box is visited on all paths together; asked are the paths from x_n to x_0.",
                 paths=lambda n: sequence_3_e(n, 1, 2, each=1)),
        slip_3_e("these are the arrows, of which there are few; asked are the ways along them.",
                 paths=lambda n: 2 * n - 1),
        slip_3_e("x_1 has one input only.", arrows=lambda n: 2 * n),
        slip_3_e("this is the number of boxes; count the arrows between them.", arrows=lambda n: n + 1),
        slip_3_e("each x_k from x_2 on has two inputs.", arrows=lambda n: n),
        slip_3_e("the arrow from x_0 to x_1 is missing.", arrows=lambda n: 2 * n - 2),
        slip_3_e("these are the paths; an arrow that lies on many paths counts once.",
                 arrows=lambda n: sequence_3_e(n, 1, 1)),
    ),
)  # fmt: skip


# ---- 3.f: build_grad -------------------------------------------------------------------------------------------------


def graph_3_f(rng: Generator, inputs: Inputs, V: int) -> Arguments:
    """The derivative of a graph's last node by V, asked through the three questions of build_grad."""
    slopes = [rng.uniform(0.5, 1.2, size=len(node)).tolist() for node in inputs]
    asked = set()

    def get_consumers(node: int) -> list[int]:
        if node in asked:
            raise ValueError(f"get_consumers is asked about node {node} a second time: look into grad_table first.")
        asked.add(node)
        return [k for k, used in enumerate(inputs) if node in used]

    def get_inputs(node: int) -> tuple[int, ...]:
        return tuple(inputs[node])

    def get_operation(node: int) -> Callable[[Sequence[int], int, float], float]:
        def bprop(inputs_of_node: Sequence[int], X: int, D: float) -> float:
            return D * sum(d for x, d in zip(inputs_of_node, slopes[node], strict=False) if x == X)

        return bprop

    return {"V": V, "output": len(inputs) - 1, "get_consumers": get_consumers, "get_operation": get_operation,
            "get_inputs": get_inputs}  # fmt: skip


def instances_3_f(rng: Generator) -> Sequence[Arguments]:
    """Figure 7.9 with a value that is computed and never used, a random graph, a ladder with 2³⁰ paths."""
    figure_7_9 = [[], [0], [1, 1], [1, 2], [3], [1], [3], [4, 6]]
    ladder = [[], *([k, k] for k in range(30))]
    return [graph_3_f(rng, inputs, 0) for inputs in (figure_7_9, draw_inputs(rng, 9), ladder)]


def gradient_3_f(
    V: int, output: int, get_inputs: Any, get_operation: Any, get_consumers: Any = None,
    rule_of: Callable[[int, int], int] = lambda x, consumer: consumer,
    table: Callable[..., Any] = table_3_c,
    **planted: Any,
) -> Entries:  # fmt: skip
    """The derivative by V, from the nodes in order; `get_consumers` may be asked once, by the reader, and is not."""
    inputs = [list(dict.fromkeys(get_inputs(k))) for k in range(output + 1)]
    slopes = [[get_operation(rule_of(x, k))(get_inputs(rule_of(x, k)), x, 1.0) for x in inputs[k]]
              for k in range(output + 1)]  # fmt: skip
    return {"gradient": float(table(inputs, slopes, **planted)["grad_table"][V])}


def slip_3_f(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda **arguments: gradient_3_f(**arguments, **planted), sentence)


PROBLEM_3_F = Problem(
    id="3.f",
    title="The recursion build_grad",
    points=3,
    minutes=20,
    hints=(
        "Keep the table in a dict outside the recursion; it begins with {output: 1.0}.",
        "Look into the table first: a node that has an entry is not asked about again.",
        "For each consumer C: D = build_grad(C), then bprop = get_operation(C), the consumer's and not V's.",
        "Add up bprop(get_inputs(C), V, D) over the consumers, write the sum into the table, and return it.",
    ),
    instances=instances_3_f,
    truth=gradient_3_f,
    slips=(
        slip_3_f("the rule of V's own operation is used; how C depends on V is known to the operation of C.",
                 rule_of=lambda x, consumer: x),
        slip_3_f("only the last consumer counts: add up over all of them.",
                 table=lambda inputs, slopes: one_consumer_3_f(inputs, slopes, -1)),
        slip_3_f("only the first consumer counts: add up over all of them.",
                 table=lambda inputs, slopes: one_consumer_3_f(inputs, slopes, 0)),
        slip_3_f("the consumers' own derivatives D are not used: bprop multiplies the slope by D.",
                 contribution=lambda g, slope: slope),
        slip_3_f("the consumers' derivatives are added up without their slopes: let bprop multiply.",
                 contribution=lambda g, slope: g),
    ),
)  # fmt: skip


def one_consumer_3_f(inputs: Inputs, slopes: Sequence[Sequence[float]], which: int) -> Mapping[str, Sequence[float]]:
    """A table for which every node has asked its first or its last consumer only."""
    table = [0.0] * len(inputs)
    table[-1] = 1.0
    for x in reversed(range(len(inputs) - 1)):
        arrived = [table[k] * slopes[k][inputs[k].index(x)] for k in range(len(inputs)) if x in inputs[k]]
        table[x] = arrived[which] if arrived else 0.0
    return {"grad_table": table}


# ---- 3.g: pruning ----------------------------------------------------------------------------------------------------


def reached(starts: Iterable[int], neighbours: Callable[[int], Iterable[int]]) -> set[int]:
    """The starts and all that can be reached from them."""
    found, ends = set(starts), list(starts)
    while ends:
        new = [x for x in neighbours(ends.pop()) if x not in found]
        found.update(new)
        ends += new
    return found


def both_directions_3_g(inputs: Inputs, output: int, wrt: int) -> tuple[set[int], set[int]]:
    """What the output depends on, and what depends on wrt."""
    above = reached([output], lambda k: inputs[k])
    below = reached([wrt], lambda x: [k for k, used in enumerate(inputs) if x in used])
    return above, below


def marks(nodes: set[int], count: int) -> Any:
    return np.array([float(k in nodes) for k in range(count)])


def instances_3_g(rng: Generator) -> Sequence[Arguments]:
    """A graph on which every slip shows, and a random one; both have nodes that lead nowhere."""
    fixed = [[], [], [], [], [0, 1], [2, 3], [4, 5], [6], [2, 5], [8, 7]]
    drawn = [*draw_inputs(rng, 10), [3, 1], [10]]
    wrt = int(rng.choice(sorted(both_directions_3_g(drawn, 9, 0)[0] - {9})))
    return [{"inputs": fixed, "output": 7, "wrt": 2}, {"inputs": drawn, "output": 9, "wrt": wrt}]


def slip_3_g(sentence: str, wrong: Callable[[set[int], set[int], int, int], set[int]]) -> Slip:
    return Slip(
        lambda inputs, output, wrt: {
            "needed": marks(wrong(*both_directions_3_g(inputs, output, wrt), output, wrt), len(inputs))
        },
        sentence,
    )


PROBLEM_3_G = Problem(
    id="3.g",
    title="Pruning",
    points=2,
    minutes=15,
    hints=(
        "A node matters if the output depends on it and it depends on wrt. Find these two sets one after the other.",
        "Which nodes depend on wrt: go through the nodes in order; one does if any of its inputs does.",
        "Which nodes the output depends on: go through them backwards, and mark the inputs of every marked node.",
    ),
    instances=instances_3_g,
    truth=lambda inputs, output, wrt: {
        "needed": marks(set.intersection(*both_directions_3_g(inputs, output, wrt)), len(inputs))},
    slips=(
        slip_3_g("these are all nodes the output depends on; keep those that depend on wrt.",
                 lambda above, below, output, wrt: above),
        slip_3_g("these are all nodes that depend on wrt; keep those the output depends on.",
                 lambda above, below, output, wrt: below),
        slip_3_g("a node must satisfy both conditions, not one of them.",
                 lambda above, below, output, wrt: above | below),
        slip_3_g("wrt itself belongs to it.", lambda above, below, output, wrt: (above & below) - {wrt}),
        slip_3_g("the output itself belongs to it.", lambda above, below, output, wrt: (above & below) - {output}),
        slip_3_g("wrt and the output belong to it too.",
                 lambda above, below, output, wrt: (above & below) - {output, wrt}),
        slip_3_g("this marks wrt and the output alone; mark all nodes between them.",
                 lambda above, below, output, wrt: {output, wrt}),
        Slip(lambda inputs, output, wrt: {
                "needed": 1 - marks(set.intersection(*both_directions_3_g(inputs, output, wrt)), len(inputs))},
             "these are the nodes that can be left out; asked are those that remain."),
    ),
)  # fmt: skip


PROBLEMS = (
    PROBLEM_3_A,
    PROBLEM_3_B,
    PROBLEM_3_C,
    PROBLEM_3_D,
    PROBLEM_3_E,
    PROBLEM_3_F,
    PROBLEM_3_G,
)
