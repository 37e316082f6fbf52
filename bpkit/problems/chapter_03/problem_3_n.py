"""Problem 3.n: a program to repair."""

from typing import Any

import numpy as np

from bpkit.problems.problem import Entries, Problem, Slip
from bpkit.problems.slips import wrong_from


def energy(x: Any) -> dict[str, Any]:
    """The energy, and the gradients of its two terms."""
    stretched = np.diff(x)
    length = np.sqrt(np.sum(x**2))
    springs = np.zeros_like(x)
    springs[1:] += np.sin(2 * stretched)
    springs[:-1] -= np.sin(2 * stretched)
    return {"value": np.sum(np.sin(stretched) ** 2) + 2 * length, "springs": springs, "length": 2 * x / length}


def gradients_of_terms(x: Any) -> tuple[Any, Any, Any]:
    parts = energy(x)
    return x, parts["springs"], parts["length"]


def closed(x: Any) -> Entries:
    """The chain with its ends joined."""
    stretched = np.roll(x, -1) - x
    length = np.sqrt(np.sum(x**2))
    springs = np.roll(np.sin(2 * stretched), 1) - np.sin(2 * stretched)
    return {"value": np.sum(np.sin(stretched) ** 2) + 2 * length, "gradient": springs + 2 * x / length}


def sines_of_squares(x: Any) -> Entries:
    stretched = np.diff(x)
    length = np.sqrt(np.sum(x**2))
    slopes = 2 * stretched * np.cos(stretched**2)
    springs = np.append(0.0, slopes) - np.append(slopes, 0.0)
    return {"value": np.sum(np.sin(stretched**2)) + 2 * length, "gradient": springs + 2 * x / length}


PROBLEM = Problem(
    id="3.n",
    title="A program to repair",
    points=2,
    minutes=12,
    hints=(
        "Run bp.value_and_grad on the given function. The message names the line to change; repair, and run again.",
        "Collect the parts in a list and np.stack them; np.sum(x**2) and np.sqrt need no float at all.",
        "bp.stop_gradient would silence the message, and the part it is put around would have no derivative.",
    ),
    instances=lambda rng: [{"x": rng.uniform(0.5, 2.0, size=size)} for size in (4, 3)],
    truth=lambda x: {"value": energy(x)["value"], "gradient": energy(x)["springs"] + energy(x)["length"]},
    slips=(
        wrong_from(gradients_of_terms,
                   "the length is taken for a constant: float and stop_gradient take its derivative away.",
                   gradient=lambda x, springs, length: springs),
        wrong_from(gradients_of_terms, "the differences are taken for constants: their derivative is missing.",
                   gradient=lambda x, springs, length: length),
        wrong_from(gradients_of_terms, "the factor 2 of the length is missing.",
                   gradient=lambda x, springs, length: springs + length / 2),
        wrong_from(gradients_of_terms, "only one of the two ends of each difference is counted.",
                   gradient=lambda x, springs, length: length + np.append(0.0, np.sin(2 * np.diff(x)))),
        wrong_from(gradients_of_terms,
                   "the inner derivative of the second term is missing: the length is a root of a sum of squares.",
                   gradient=lambda x, springs, length: springs + 2 * x),
        wrong_from(gradients_of_terms, "the last difference is missing: there are len(x) − 1 of them.",
                   value=lambda x, springs, length: energy(x)["value"] - np.sin(x[-1] - x[-2]) ** 2),
        wrong_from(gradients_of_terms, "the squares of the sines are missing.",
                   value=lambda x, springs, length: np.sum(np.sin(np.diff(x))) + 2 * np.sqrt(np.sum(x**2))),
        wrong_from(gradients_of_terms, "the signs of the two ends of each difference are exchanged.",
                   gradient=lambda x, springs, length: length - springs),
        wrong_from(gradients_of_terms, "the root of the second term is missing.",
                   value=lambda x, springs, length: energy(x)["value"] + 2 * np.sum(x**2) - 2 * np.sqrt(np.sum(x**2)),
                   gradient=lambda x, springs, length: springs + 4 * x),
        Slip(closed, "the last is joined to the first here; the chain has two ends."),
        Slip(sines_of_squares, "the sine of the difference is squared, not the difference in the sine."),
    ),
)  # fmt: skip
