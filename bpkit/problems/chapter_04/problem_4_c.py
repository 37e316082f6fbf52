"""Problem 4.c: a Jacobian by columns and by rows."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """First square Jacobians, where only the values show a transpose."""

    def draw(m: int, n: int) -> Arguments:
        J, K = rng.normal(size=(2, m, n))
        return {"push": lambda v: J @ v, "pull": lambda g: g @ K, "m": m, "n": n}

    return [draw(4, 4), draw(2, 5), draw(3, 1)]


def jacobians(push: Any, pull: Any, m: int, n: int) -> dict[str, Any]:
    return {"by_columns": np.stack([push(e) for e in np.eye(n)], axis=1),
            "by_rows": np.stack([pull(e) for e in np.eye(m)])}  # fmt: skip


def changed(change: Callable[[Any], Any]) -> Callable[..., Entries]:
    return lambda **arguments: {name: change(J) for name, J in jacobians(**arguments).items()}


PROBLEM = Problem(
    id="4.c",
    title="A Jacobian, column by column and row by row",
    points=2,
    minutes=12,
    hints=(
        "What is J v when v has a single 1 and otherwise zeros?",
        "The rows of np.eye(n) are these vectors. push takes vectors with n entries, pull vectors with m.",
        "push gives one column at a time, which np.stack(…, axis=1) sets side by side; pull gives rows.",
    ),
    instances=instances,
    truth=jacobians,
    slips=(
        Slip(changed(np.transpose), "transposed: row i belongs to output i, column j to input j."),
        wrong("a single product with a vector of ones: that adds up columns, or rows, and cannot be taken apart.",
              by_columns=lambda push, pull, m, n: push(np.ones(n)), by_rows=lambda push, pull, m, n: pull(np.ones(m))),
        wrong("every vector has a single 1; here it was all ones, so that sums come out.",
              by_columns=lambda push, pull, m, n: np.outer(push(np.ones(n)), np.ones(n)),
              by_rows=lambda push, pull, m, n: np.outer(np.ones(m), pull(np.ones(m)))),
        Slip(changed(lambda J: np.eye(*J.shape) * J), "only the diagonal is filled."),
        Slip(changed(lambda J: np.flip(J, axis=(0, 1))), "in reverse order: start with output 0 and input 0."),
        wrong("from the other one's function: push gives columns, pull gives rows.",
              by_columns=lambda push, pull, m, n: jacobians(push, pull, m, n)["by_rows"],
              by_rows=lambda push, pull, m, n: jacobians(push, pull, m, n)["by_columns"]),
        Slip(changed(np.tril), "the entries above the diagonal are lost."),
    ),
)  # fmt: skip
