"""Problem 3.o: XOR, trained by thirty lines."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted

XOR = [(0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0)]
NAMES = ("beta_0", "omega_0", "beta_1", "omega_1")
Parameters = tuple[Any, ...]


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """XOR itself, a single step on inputs of all kinds, a single example and unit, and no step at all."""

    def draw(examples: Sequence[tuple[float, ...]], units: int, steps: int) -> Arguments:
        return {
            "examples": examples, "beta_0": rng.uniform(-1, 1, size=units).tolist(),
            "omega_0": [tuple(weights) for weights in rng.uniform(-2, 2, size=(units, 2)).tolist()],
            "beta_1": float(rng.uniform(-1, 1)), "omega_1": rng.uniform(-1, 1, size=units).tolist(),
            "steps": steps, "learning_rate": float(rng.uniform(0.02, 0.1)),
        }  # fmt: skip

    others = [tuple(example) for example in rng.normal(size=(3, 3)).tolist()]
    return [draw(XOR, 2, 3), draw(others, 3, 1), draw(others[:1], 1, 3), draw(others[:2], 2, 0)]


def slopes(
    parameters: Parameters, x: Any, y: Any,
    activation: Callable[[Any], tuple[Any, Any]] = lambda f: (np.sin(f), np.cos(f)),
    output: Callable[[Any], tuple[Any, Any]] = lambda f: (f, 1.0),
) -> tuple[float, Parameters]:  # fmt: skip
    """The loss and its derivatives by each parameter, layer by layer; x has a column for each example."""
    beta_0, omega_0, beta_1, omega_1 = parameters
    h, slope_h = activation(beta_0[:, None] + omega_0 @ x)
    value, slope = output(beta_1 + omega_1 @ h)
    g_1 = 2 * (value - y) * slope
    g_0 = slope_h * (omega_1[:, None] * g_1)
    return float(((value - y) ** 2).sum()), (g_0.sum(axis=1), g_0 @ x.T, g_1.sum(), h @ g_1)


def training(
    examples: Any, beta_0: Any, omega_0: Any, beta_1: Any, omega_1: Any, steps: int, learning_rate: float,
    of: Callable[..., tuple[float, Parameters]] = slopes,
    seen: Callable[[Any], Any] = lambda examples: examples,
    trained: Sequence[str] = NAMES,
    sign: float = -1.0,
    rate: Callable[[float], float] = lambda rate: rate,
    count: Callable[[int], int] = lambda steps: steps,
    from_table: Callable[[list[Parameters]], Parameters] = lambda tables: tables[-1],
    shown: Callable[[list[float]], list[float]] = lambda losses: losses,
) -> Entries:  # fmt: skip
    """Gradient descent on all examples at once; every keyword after learning_rate plants a slip."""
    columns = np.array(seen(examples)).T
    parameters = tuple(np.asarray(start, dtype=float) for start in (beta_0, omega_0, beta_1, omega_1))
    tables: list[Parameters] = []
    losses = []
    for _ in range(count(steps) + 1):
        loss, table = of(parameters, columns[:2], columns[2])
        losses.append(loss)
        tables.append(table)
        if len(losses) <= count(steps):
            change = from_table(tables)
            parameters = tuple(
                p + sign * rate(learning_rate) * g if name in trained else p
                for name, p, g in zip(NAMES, parameters, change, strict=True)
            )
    return {"losses": np.array(shown(losses)), **dict(zip(NAMES, parameters, strict=True))}


def added_up(tables: list[Parameters]) -> Parameters:
    return tuple(sum(one) for one in zip(*tables, strict=True))


def mean(parameters: Parameters, x: Any, y: Any) -> tuple[float, Parameters]:
    loss, table = slopes(parameters, x, y)
    return loss / len(y), tuple(g / len(y) for g in table)


def halved(parameters: Parameters, x: Any, y: Any) -> tuple[float, Parameters]:
    loss, table = slopes(parameters, x, y)
    return loss / 2, tuple(g / 2 for g in table)


def example_by_example(examples: Any, steps: int, learning_rate: float, **start: Any) -> Entries:
    """A step after each example; the losses are those of all examples, before each round."""
    losses = []
    for turn in range(steps + 1):
        losses.append(training(examples, **start, steps=0, learning_rate=0.0)["losses"][0])
        for example in examples if turn < steps else ():
            moved = training([example], **start, steps=1, learning_rate=learning_rate)
            start = {name: moved[name] for name in NAMES}
    return {"losses": np.array(losses), **start}


def recorded_once(**arguments: Any) -> Entries:
    """The graph of the first step, walked back again and again."""
    moved = dict(training(**arguments, from_table=lambda tables: tables[0]))
    first = training(**arguments)["losses"][0]
    return moved | {"losses": np.full(arguments["steps"] + 1, first)}


PROBLEM = Problem(
    id="3.o",
    title="XOR, trained by thirty lines",
    points=4,
    minutes=30,
    hints=(
        "In each step: make a box of every parameter, compute the loss of all examples with them, walk back once.",
        "Each step needs new boxes: the graph is a record of one computation, and does not change with its numbers.",
        "There is no minus and no square: y comes in as f_1 + (−y), and e * e is a square. A box must stand on the "
        "left of a number.",
        "Note loss.number. Then new = old.number - learning_rate * table[old] for each parameter, all from one table.",
    ),
    instances=instances,
    truth=training,
    slips=(
        planted(training, "nothing is changed: these are the numbers it started with.", *NAMES, rate=lambda rate: 0.0),
        Slip(recorded_once, "a graph is a record of one computation: new numbers need a new one, built in each step."),
        planted(training, "the sign is wrong: this climbs, and the step is against the derivative.", sign=1.0),
        planted(training, "the derivatives of earlier steps are still in the table: each step needs a new one.",
                from_table=added_up),
        Slip(example_by_example, "a step after each example; add up the losses of all examples before you walk back."),
        planted(training, "averaged over the examples; the loss is their sum.", of=mean),
        planted(training, "there is no ½ in front of this loss.", of=halved),
        planted(training, "only the last example counts: add up the losses of all.", seen=lambda given: given[-1:]),
        planted(training, "only the first example counts: add up the losses of all.", seen=lambda given: given[:1]),
        planted(training, "the biases are never changed.", trained=("omega_0", "omega_1")),
        planted(training, "the weights are never changed.", trained=("beta_0", "beta_1")),
        planted(training, "the first layer is never changed.", trained=("beta_1", "omega_1")),
        planted(training, "the last layer is never changed.", trained=("beta_0", "omega_0")),
        planted(training, "the learning rate is missing.", rate=lambda rate: 1.0),
        planted(training, "the sine of the hidden units is missing.",
                of=partial(slopes, activation=lambda f: (f, np.ones_like(f)))),
        planted(training, "the output has been through a sine too; nothing follows it.",
                of=partial(slopes, output=lambda f: (np.sin(f), np.cos(f)))),
        planted(training, "the loss after the last step is missing: with the first, that makes one more than steps.",
                "losses", shown=lambda losses: losses[:-1]),
        planted(training, "the loss before the first step is missing: with the last, that makes one more than steps.",
                "losses", shown=lambda losses: losses[1:]),
        planted(training, "one step too many: note the last loss without a step after it.",
                count=lambda steps: steps + 1),
        planted(training, "one step is missing.", *NAMES, count=lambda steps: max(steps - 1, 0)),
    ),
)  # fmt: skip
