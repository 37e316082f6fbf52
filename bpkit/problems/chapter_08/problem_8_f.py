"""Problem 8.f: a linear layer split by its inputs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.numerical.even_slices import even_slices
from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Three ranks, two, a single one, and as many ranks as inputs."""
    return [layer(rng, rows, inputs, p) for rows, inputs, p in ((4, 6, 3), (3, 8, 2), (2, 3, 1), (5, 4, 4))]


def layer(rng: np.random.Generator, rows: int, inputs: int, p: int) -> Arguments:
    examples = int(rng.integers(2, 5))
    return {"beta": rng.normal(size=(rows, 1)), "omega": rng.normal(size=(rows, inputs)),
            "h": rng.normal(size=(inputs, examples)), "g": rng.normal(size=(rows, examples)), "p": p}  # fmt: skip


def forward(beta: Any, omega: Any, h: Any, p: int, biases: int) -> list[Any]:
    """The output on every rank, with the bias added so many times."""
    return [omega @ h + biases * beta for _ in range(p)]


def parts(beta: Any, omega: Any, h: Any, p: int) -> list[Any]:
    """What each rank's columns contribute."""
    return [omega[:, mine] @ h[mine] for mine in even_slices(h.shape[0], p)]


def truth(beta: Any, omega: Any, h: Any, g: Any, p: int) -> Entries:
    cut = even_slices(h.shape[0], p)
    return {
        "f": forward(beta, omega, h, p, 1),
        "g_omega": [g @ h[mine].T for mine in cut],
        "dl_dh": [omega[:, mine].T @ g for mine in cut],
    }


PROBLEM = Problem(
    id="8.f",
    title="Split the inputs",
    points=3,
    minutes=25,
    hints=(
        "Ωh is a sum over the columns of Ω, each times a row of h. A rank has some columns and the same rows.",
        "One all-reduce is enough for all three. Which of the three is a sum over the ranks?",
        "The bias belongs to the sum, not to its parts.",
        "Backward every rank has the whole g; its columns of ∂ℓ/∂Ω and its rows of ∂ℓ/∂h need nobody else.",
    ),
    instances=instances,
    truth=truth,
    slips=(
        wrong("the bias is in there p times: it is added on every rank before the sum.",
              f=lambda beta, omega, h, g, p: forward(beta, omega, h, p, p)),
        wrong("the bias is missing.", f=lambda beta, omega, h, g, p: forward(beta, omega, h, p, 0)),
        wrong("these are the parts of the ranks; the all-reduce is missing.",
              f=lambda beta, omega, h, g, p: [part + beta for part in parts(beta, omega, h, p)]),
        wrong("these are the parts of the ranks; the all-reduce and the bias are missing.",
              f=lambda beta, omega, h, g, p: parts(beta, omega, h, p)),
        wrong("each rank has all columns here; it should have those of its own inputs.",
              g_omega=lambda beta, omega, h, g, p: [g @ h.T for _ in range(p)]),
        wrong("these are transposed: a rank's part has the rows of Ω and some of its columns.",
              g_omega=lambda beta, omega, h, g, p: [h[mine] @ g.T for mine in even_slices(h.shape[0], p)]),
        wrong("each rank has all of ∂ℓ/∂h here; it needs the rows of its own inputs.",
              dl_dh=lambda beta, omega, h, g, p: [omega.T @ g for _ in range(p)]),
        wrong("these are transposed.",
              dl_dh=lambda beta, omega, h, g, p: [g.T @ omega[:, mine] for mine in even_slices(h.shape[0], p)]),
    ),
)  # fmt: skip
