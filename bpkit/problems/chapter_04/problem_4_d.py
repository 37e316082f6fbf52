"""Problem 4.d: the product ABCd."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong, wrong_from


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Sizes all different, so that every mix-up shows; both meanings of the column d."""
    drawn = [rng.choice(np.arange(2, 30), size=4, replace=False) for _ in range(4)]
    kinds = ("loss", "tangent", "tangent", "loss")
    return [{"a": int(a), "b": int(b), "c": int(c), "e": int(e), "d_is": kind}
            for (a, b, c, e), kind in zip(drawn, kinds, strict=True)]  # fmt: skip


def counts(a: int, b: int, c: int, e: int, d_is: str) -> dict[str, Any]:
    return {
        "left_to_right": a * b * c + a * c * e + a * e,
        "right_to_left": c * e + b * c + a * b,
        "mode": "reverse" if d_is == "loss" else "forward",
    }


def sizes(a: int, b: int, c: int, e: int, d_is: str) -> tuple[int, int, int, int]:
    """The sizes without the meaning of d."""
    return a, b, c, e


PROBLEM = Problem(
    id="4.d",
    title="Four factors, two orders",
    points=2,
    minutes=12,
    hints=(
        "A product of an (m, n) and an (n, p) matrix has m·p entries, and each of them takes n multiplications.",
        "Left to right: AB is (a, c), then ABC is (a, e), then a column. Right to left, everything stays a column.",
        "The mode: reverse mode starts at the loss and goes towards the input; forward mode starts at the input.",
    ),
    instances=instances,
    truth=counts,
    slips=(
        wrong("the two counts are exchanged.", left_to_right=lambda **sizes: counts(**sizes)["right_to_left"],
              right_to_left=lambda **sizes: counts(**sizes)["left_to_right"]),
        wrong_from(sizes, "the last product, with the column, is not counted.",
                   left_to_right=lambda a, b, c, e: a * b * c + a * c * e),
        wrong_from(sizes, "only the first product is counted.", left_to_right=lambda a, b, c, e: a * b * c,
                   right_to_left=lambda a, b, c, e: c * e),
        wrong_from(sizes, "the product with C is counted as if AB were still (b, c); it is (a, c).",
                   left_to_right=lambda a, b, c, e: a * b * c + b * c * e + a * e),
        wrong_from(sizes, "these are the entries of the results; each takes several multiplications.",
                   left_to_right=lambda a, b, c, e: a * c + a * e + a, right_to_left=lambda a, b, c, e: c + b + a),
        wrong_from(sizes, "the additions are counted too.",
                   left_to_right=lambda a, b, c, e: a * c * (2 * b - 1) + a * e * (2 * c - 1) + a * (2 * e - 1),
                   right_to_left=lambda a, b, c, e: c * (2 * e - 1) + b * (2 * c - 1) + a * (2 * b - 1)),
        wrong_from(sizes, "d is a column: Cd has c entries, not a matrix of them, and no later product grows.",
                   right_to_left=lambda a, b, c, e: c * e + b * c * e + a * b * e),
        wrong_from(sizes, "multiplied from the right, but as matrices: BC first would be another order; begin with Cd.",
                   right_to_left=lambda a, b, c, e: b * c * e + a * b * e + a * e),
        wrong_from(sizes, "all sizes are multiplied at once; there are three products, one after the other.",
                   left_to_right=lambda a, b, c, e: a * b * c * e, right_to_left=lambda a, b, c, e: a * b * c * e),
        wrong("right to left is not always reverse mode: look at what the column d is, end or start.", mode="reverse"),
        wrong("right to left is not always forward mode: look at what the column d is, end or start.", mode="forward"),
        wrong("the other way round: what is multiplied first, d, is where the mode starts.",
              mode=lambda a, b, c, e, d_is: "forward" if d_is == "loss" else "reverse"),
    ),
)  # fmt: skip
