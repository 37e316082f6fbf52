"""Problem 8.b: gradients of unequal shards, added up."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Unequal shards; some of them empty; a single rank; and equal ones."""
    return [shards(rng, counts) for counts in ([9, 4, 2], [7, 0, 0, 5, 1], [6], [3, 3, 3, 3])]


def shards(rng: np.random.Generator, counts: list[int]) -> Arguments:
    """Random gradients of the mean loss of each shard; those of an empty one are zero."""
    return {"gradients": [rng.normal(size=5) * (count > 0) for count in counts], "counts": counts}


def on_every_rank(weights: Any, gradients: list[Any]) -> Entries:
    """The weighted sum, as often as there are ranks."""
    total = sum(weight * gradient for weight, gradient in zip(weights, gradients, strict=True))
    return {"results": [total for _ in gradients]}


def truth(gradients: list[Any], counts: list[int]) -> Entries:
    return on_every_rank([count / sum(counts) for count in counts], gradients)


def ones(gradients: list[Any], by: float = 1.0) -> list[float]:
    return [1 / by for _ in gradients]


PROBLEM = Problem(
    id="8.b",
    title="Unequal shards",
    points=3,
    minutes=20,
    hints=(
        "What is the loss of the whole batch, as a sum over all examples? By what has a rank's own mean been divided?",
        "Multiply the rank's gradient by the number of its examples before anything is sent.",
        "A rank knows its own number of examples. The number of all is a sum over the ranks, too.",
        "all_reduce needs an array of one dimension: np.array([float(counts[comm.rank])]).",
    ),
    instances=instances,
    truth=truth,
    slips=(
        wrong("this is a mean of means: an example in a small shard counts for more than one in a large shard.",
              results=lambda gradients, counts: on_every_rank(ones(gradients, len(gradients)), gradients)["results"]),
        wrong("this is the sum of the means; each of them has been divided by the examples of one rank only.",
              results=lambda gradients, counts: on_every_rank(ones(gradients), gradients)["results"]),
        wrong("this is the mean over the ranks that have examples; each should count by how many it has.",
              results=lambda gradients, counts: on_every_rank(
                  ones(gradients, sum(count > 0 for count in counts)), gradients)["results"]),
        wrong("this is the gradient of the summed loss: divide by the number of all examples.",
              results=lambda gradients, counts: on_every_rank(counts, gradients)["results"]),
        wrong("divide by the number of all examples, not by that of the ranks.",
              results=lambda gradients, counts: on_every_rank(
                  [count / len(counts) for count in counts], gradients)["results"]),
        wrong("each rank has its own gradient still: is the sum missing?",
              results=lambda gradients, counts: list(gradients)),
        wrong("this is each rank's share, before the sum.", results=lambda gradients, counts: [
            count / sum(counts) * gradient for count, gradient in zip(counts, gradients, strict=True)]),
        wrong("the division by the number of all examples is made twice.",
              results=lambda gradients, counts: on_every_rank(
                  [count / sum(counts) ** 2 for count in counts], gradients)["results"]),
    ),
)  # fmt: skip
