"""Problem 6.j: dead units."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong

# What becomes of a unit in one of the networks below.
KINDS = ("alive", "dead", "one example", "all but one", "at zero", "woken from below", "killed from below")


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """All kinds of units; a layer that is dead as a whole; units that small activations keep off; nothing to do."""
    found: list[Arguments] = []
    for examples, scale, kinds in (
        (6, 1.0, [KINDS[:5] * 2, [*KINDS, "woken from below"]]),
        (4, 1.0, [["at zero", "dead", "at zero"], ["dead", "alive", "dead"], ["alive"] * 3]),
        (5, 0.1, [["alive", "one example", "alive"], ["too little", "too much", "too little"]]),
        (4, 1.0, [["alive", "one example", "alive"]]),
    ):
        margin = float(rng.uniform(0.1, 1.0))
        found.append({**network(rng, kinds, scale * rng.normal(size=(3, examples)), margin), "margin": margin})
    return found


def network(rng: np.random.Generator, kinds: Sequence[Sequence[str]], x: Any, margin: float) -> Arguments:
    """A network whose units are of these kinds, in random order, layer by layer; the output layer has two units."""
    omega, beta = [], []
    before, after = x, x  # the activations of the network as it is, and once its dead units have been revived
    for layer in kinds:
        rows = [unit(kind, before, after, margin, rng) for kind in rng.permutation(np.array(layer))]
        omega.append(np.stack([row for row, _ in rows]))
        beta.append(np.array([[bias] for _, bias in rows]))
        f = omega[-1] @ after + beta[-1]
        before, after = relu(omega[-1] @ before + beta[-1]), relu(revived(f, margin) + f)
    omega.append(rng.normal(size=(2, len(before))))
    beta.append(np.full((2, 1), -100.0))  # negative for all examples, and not dead: no ReLU follows
    return {"omega": omega, "beta": beta, "x": x}


def unit(kind: str, before: Any, after: Any, margin: float, rng: np.random.Generator) -> tuple[Any, float]:
    """The weights and the bias of a unit of this kind."""
    row = rng.normal(size=len(before))
    if kind == "at zero":
        return 0 * row, 0.0
    if kind in ("one example", "all but one"):  # the same one in both
        row = np.abs(row) * (before == after).all(axis=1)
        last, last_but_one, *_, second, first = np.sort(row @ before)
        return row, -float(first + second if kind == "one example" else last + last_but_one) / 2
    if kind.startswith("too"):  # dead because the activations below are small, or not negative
        row = np.full(len(before), 10.0 if kind == "too little" else -10.0)
        return row, -float(np.max(row @ before)) - 0.5
    if kind.endswith("below"):  # by the unit below that has the same activation for all examples, once revived
        below = int(np.argmax((before.max(axis=1) <= 0) & (np.ptp(after, axis=1) == 0)))
        row *= before.max(axis=1) > 0  # the other dead units below have no say
        row[below] = (1 if kind == "woken from below" else -1) / margin
        return row, (-0.5 if kind == "woken from below" else 0.5) - float(np.max(row @ before))
    largest = float(np.max(row @ before)), float(np.max(row @ after))
    return row, -max(largest) - 0.5 if kind == "dead" else 0.3 - min(largest)


def revived(f: Any, margin: float) -> Any:
    """How much is added to each bias: as much as brings the largest pre-activation of a dead unit to the margin."""
    largest = f.max(axis=1, keepdims=True)
    return np.where(largest <= 0, margin - largest, 0.0)


def answers(
    omega: Any, beta: Any, x: Any, margin: Any,
    is_dead: Callable[[Any], Any] = lambda f: f.max(axis=1, keepdims=True) <= 0,
    raised: Callable[[Any, Any, float], Any] = lambda f, bias, margin: bias + margin - f.max(axis=1, keepdims=True),
    onward: Callable[[Any, Any], Any] = lambda new, old: new,
    output_too: bool = False,
    activation: Callable[[Any], Any] = relu,
) -> Entries:  # fmt: skip
    """Dead units as the network is, those revived, and the biases; later keywords plant slips."""
    hidden = len(omega) - (not output_too)
    h, new_h, dead, woken, biases = x, x, [], [], []
    for matrix, bias in zip(omega[:hidden], beta[:hidden], strict=True):
        f, new_f = matrix @ h + bias, matrix @ new_h + bias
        mask = is_dead(new_f)
        dead.append(int(is_dead(f).sum()))
        woken.append(int(mask.sum()))
        biases.append(np.where(mask, raised(new_f, bias, margin), bias))
        h, new_h = activation(f), activation(onward(matrix @ new_h + biases[-1], new_f))
    return {"dead": np.array(dead), "revived": np.array(woken), "beta": [*biases, *beta[hidden:]]}


def count(name: str) -> Callable[..., Any]:
    """One of the right answer's counts."""
    return lambda **arguments: answers(**arguments)[name]


PROBLEM = Problem(
    id="6.j",
    title="Count the dead, and revive them",
    points=4,
    minutes=30,
    hints=(
        "f has a row for each unit and a column for each example: f.max(axis=1, keepdims=True) decides.",
        "Count in a first sweep, as the network is. Revive in a second one, from the first layer to the last.",
        "If the largest pre-activation is −3 and should be 0.5, by how much must the bias grow?",
        "With the new bias a layer gives other activations; they are what the next layer gets in the second sweep.",
    ),
    instances=instances,
    truth=answers,
    slips=(
        planted(answers, "a unit whose largest pre-activation is exactly 0 is off for all examples: it is dead too.",
                is_dead=lambda f: f.max(axis=1, keepdims=True) < 0),
        planted(answers, "these are the units that are off for *some* example; dead is off for all.",
                is_dead=lambda f: f.min(axis=1, keepdims=True) <= 0),
        planted(answers, "a unit with a negative mean may be on for an example, and learns from it.",
                is_dead=lambda f: f.mean(axis=1, keepdims=True) <= 0),
        planted(answers, "these are the units that are on for some example.",
                is_dead=lambda f: f.max(axis=1, keepdims=True) > 0),
        planted(answers, "the examples for which all units are off are counted here: mind the axis.", "dead", "revived",
                is_dead=lambda f: f.max(axis=0, keepdims=True) <= 0),
        planted(answers, "this is the number of zeros in the activations, not of units.", "dead", "revived",
                is_dead=lambda f: f <= 0),
        planted(answers, "the output layer has no ReLU: its units are not dead.", output_too=True),
        planted(answers, "the second layer was measured with the old activations; revived units below change them.",
                "beta", onward=lambda new, old: old),
        planted(answers, "the bias is set to the margin; it is the largest pre-activation that should be there.",
                "beta", raised=lambda f, bias, margin: bias * 0 + margin),
        planted(answers, "the margin is added to the bias, and the unit may still be dead.", "beta",
                raised=lambda f, bias, margin: bias + margin),
        planted(answers, "the largest pre-activation becomes 0 here: the margin is missing.", "beta",
                raised=lambda f, bias, margin: bias - f.max(axis=1, keepdims=True)),
        planted(answers, "with this the unit is on for all examples: the smallest pre-activation is at the margin.",
                "beta", raised=lambda f, bias, margin: bias + margin - f.min(axis=1, keepdims=True)),
        planted(answers, "the sign: to raise the largest pre-activation from −3 to 0.5, add 3.5.", "beta",
                raised=lambda f, bias, margin: bias + margin + f.max(axis=1, keepdims=True)),
        planted(answers, "the old bias is lost; add to it.", "beta",
                raised=lambda f, bias, margin: margin - f.max(axis=1, keepdims=True)),
        wrong("nothing is revived.", beta=lambda omega, beta, x, margin: list(beta)),
        wrong("these are the units that were revived; count the dead ones as the network is.",
              dead=count("revived")),
        wrong("these are the dead units of the network as it was; revived units below wake some and silence others.",
              revived=count("dead")),
        wrong("these are the units that are alive.",
              dead=lambda **a: np.array([len(b) for b in a["beta"][:-1]]) - answers(**a)["dead"]),
        planted(answers, "without the ReLU between the layers these are other pre-activations.", "dead", "beta",
                activation=lambda f: f),
    ),
)  # fmt: skip
