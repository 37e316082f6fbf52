"""Problem 9.g: joint or conditional."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Three classes, two, four; unequal shares, and confusions that are not symmetric."""
    found: list[Arguments] = []
    for classes in (3, 2, 4):
        of_each = rng.integers(40, 200, size=classes)
        rows = 2 * np.eye(classes) + rng.uniform(0.1, 0.6, size=(classes, classes))
        table = np.stack([rng.multinomial(n, row / row.sum()) for n, row in zip(of_each, rows, strict=True)])
        target = rng.dirichlet(np.full(classes, 3.0))
        predicted = rng.multinomial(500 + int(rng.integers(100)), target @ (table / of_each[:, None]))
        found.append({"table": table + 1, "predicted": predicted + 1})
    return found


def conditional(table: Any) -> Any:
    """P(predicted i | label j) from a table with a row for each label."""
    return (table / table.sum(axis=1, keepdims=True)).T


def answers(
    table: Any, predicted: Any,
    matrix: Callable[[Any], Any] = conditional,
    shares: Callable[[Any], Any] = lambda predicted: predicted / predicted.sum(),
    source: Callable[[Any], Any] = lambda table: table.sum(axis=1) / table.sum(),
) -> Entries:  # fmt: skip
    """C, p_T(y), and the weight of each class; later keywords plant slips."""
    C = matrix(table)
    p = np.linalg.solve(C, shares(predicted))
    return {"C": C, "p": p, "weights": p / source(table)}


def mu(predicted: Any) -> Any:
    return predicted / predicted.sum()


PROBLEM = Problem(
    id="9.g",
    title="Joint or conditional",
    points=4,
    minutes=25,
    hints=(
        "C_ij = P(predicted i | label j). In the table label j is a row: divide the row by its sum, then turn it.",
        "Every column of C sums to 1. If all of C sums to 1, it is the joint distribution.",
        "Cp = μ, with μ the shares of the predictions, not their numbers. If all is right, p sums to 1.",
        "p_S(y) is how often each label is in the table: its row sums, divided by the number of all examples.",
    ),
    instances=instances,
    truth=answers,
    follows={
        "p": (("C",), lambda given, predicted, **_: np.linalg.solve(given["C"], mu(predicted))),
        "weights": (("p",), lambda given, table, **_: given["p"] * table.sum() / table.sum(axis=1)),
    },
    slips=(
        planted(answers, "this is the joint distribution, which sums to 1 as a whole: divide by the number of examples "
                "of each label.", "C", "p", matrix=lambda table: table.T / table.sum()),
        planted(answers, "these are numbers of examples, not shares.", "C", matrix=lambda table: table.T),
        planted(answers, "columns and rows are exchanged: this is the share of each label among the images that are "
                "predicted i.", matrix=lambda table: (table / table.sum(axis=0)).T),
        planted(answers, "columns and rows are exchanged: in the table a row is a label, in C a column is.",
                matrix=lambda table: table / table.sum(axis=1, keepdims=True)),
        planted(answers, "columns and rows are exchanged twice over: divided by the predictions' sums, and not turned.",
                matrix=lambda table: table / table.sum(axis=0)),
        planted(answers, "the predictions are to be shares: divide by their number.", "p", "weights",
                shares=lambda predicted: predicted),
        wrong("this is what was counted; solve with C.", p=lambda table, predicted: mu(predicted)),
        wrong("this multiplies by C; the equation has to be solved.",
              p=lambda table, predicted: conditional(table) @ mu(predicted)),
        wrong("the ratio is upside down: the weight is target over source.",
              weights=lambda **a: 1 / answers(**a)["weights"]),
        planted(answers, "the source's shares are those of its labels; these are of the predictions.", "weights",
                source=lambda table: table.sum(axis=0) / table.sum()),
        planted(answers, "the shares of the source are missing in the quotient: its numbers of examples are in it.",
                "weights", source=lambda table: table.sum(axis=1)),
        planted(answers, "this takes all labels for equally frequent in the source.", "weights",
                source=lambda table: np.full(len(table), 1 / len(table))),
        wrong("this is the quotient of the counted shares; the solved ones belong into it.",
              weights=lambda table, predicted: mu(predicted) * table.sum() / table.sum(axis=1)),
    ),
)  # fmt: skip
