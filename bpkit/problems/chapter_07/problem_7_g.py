"""Problem 7.g: a batch in parts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong

Weights = Callable[[Any], list[float]]  # of the parts, from their sizes


def shares(sizes: Any) -> list[float]:
    return [size / sum(sizes) for size in sizes]


def evenly(sizes: Any) -> list[float]:
    return [1 / len(sizes) for _ in sizes]


def mean_loss(omega: Any) -> Callable[[Any, Any], tuple[float, Any]]:
    """The mean squared loss of f = Ωx over the examples of a batch, with its gradient."""

    def gradient(x: Any, y: Any) -> tuple[float, Any]:
        difference = omega @ x - y
        return float(np.sum(difference**2)) / x.shape[1], 2 * difference @ x.T / x.shape[1]

    return gradient


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Unequal parts, and equal ones; the examples of the last part are of another kind."""
    found = []
    for sizes in ([4, 2, 5], [3, 3]):
        x, omega = rng.normal(size=(3, sum(sizes))), rng.normal(size=(2, 3))
        x[:, -sizes[-1] :] += rng.uniform(1, 3, size=(3, 1))
        y = omega @ x + rng.normal(size=(2, sum(sizes)))
        y[:, -sizes[-1] :] += 3.0
        found.append({"gradient": mean_loss(omega + 0.5), "x": x, "y": y, "sizes": sizes})
    return found


def parts(sizes: Any) -> Iterator[slice]:
    return (slice(*ends) for ends in pairwise(np.cumsum([0, *sizes]).tolist()))


def weighted_sum(weights: list[float], values: Iterable[Any]) -> Any:
    return sum(w * value for w, value in zip(weights, values, strict=True))


def gradients(gradient: Any, x: Any, y: Any, sizes: Any, weights: Weights = shares) -> Entries:
    """The sum of value and gradient over the parts, each with its weight."""
    values, slopes = zip(*(gradient(x[:, part], y[:, part]) for part in parts(sizes)), strict=True)
    return {"value": weighted_sum(weights(sizes), values), "dl_domega": weighted_sum(weights(sizes), slopes)}


def variances(x: Any, sizes: Any, weights: Weights = shares, less: int = 0) -> Entries:
    """The variance within the parts and that of their means, each with its weight."""
    means = [x[:, part].mean(axis=1) for part in parts(sizes)]
    within = [x[:, part].var(axis=1, ddof=less) for part in parts(sizes)]
    middle = weighted_sum(weights(sizes), means)
    between = [(mean - middle) ** 2 for mean in means]
    return {"within": weighted_sum(weights(sizes), within), "between": weighted_sum(weights(sizes), between)}


def answers(gradient: Any, x: Any, y: Any, sizes: Any, weights: Weights = shares, less: int = 0) -> Entries:
    """Both together; the keywords after sizes plant slips."""
    return {**gradients(gradient, x, y, sizes, weights), **variances(x, sizes, weights, less)}


PROBLEM = Problem(
    id="7.g",
    title="A batch in unequal parts",
    points=3,
    minutes=20,
    hints=(
        "A mean is a sum divided by a number. Which number was each part's sum divided by, and which should it be?",
        "Multiply the mean of a part by its share of the examples, size / sum(sizes), and add up.",
        "Within: the parts' variances, weighted with their shares. What it lacks of x.var(axis=1) is the other part.",
    ),
    instances=instances,
    truth=answers,
    follows={"between": (("within",), lambda given, x, **_: x.var(axis=1) - given["within"])},
    slips=(
        planted(answers, "all parts count the same here, but the examples should: larger parts have more of them.",
                "value", "dl_domega", weights=evenly),
        planted(answers, "this is the sum of the parts' means; a mean over all examples is asked for.", "value",
                "dl_domega", weights=lambda sizes: [1] * len(sizes)),
        planted(answers, "this is the sum over the examples; their mean is asked for.", "value", "dl_domega",
                weights=lambda sizes: sizes),
        planted(answers, "this is the last part alone: each one must be added to what is there.", "value", "dl_domega",
                weights=lambda sizes: [0] * (len(sizes) - 1) + [1]),
        planted(answers, "this is the first part alone.", "value", "dl_domega",
                weights=lambda sizes: [1] + [0] * (len(sizes) - 1)),
        planted(answers, "the last part is left out.", "value", "dl_domega",
                weights=lambda sizes: [*shares(sizes)[:-1], 0]),
        planted(answers, "divided by the number of parts, after they were weighted already.", "value", "dl_domega",
                weights=lambda sizes: [share / len(sizes) for share in shares(sizes)]),
        planted(answers, "all parts count the same here, but the examples should.", "within", "between",
                weights=evenly),
        wrong("this is the variance of the whole batch, which no part knows.",
              within=lambda x, **others: x.var(axis=1)),
        planted(answers, "BatchNorm divides the sum of squares by the number of examples, not by one less (ddof=1).",
                "within", less=1),
        wrong("this is the variance of the whole batch; take away what is within the parts.",
              between=lambda x, **others: x.var(axis=1)),
        wrong("nothing else is missing? The means of the parts differ.", between=lambda x, **others: np.zeros(len(x))),
        wrong("the sign: the whole batch has the larger variance.",
              between=lambda x, sizes, **others: -variances(x, sizes)["between"]),
        wrong("the two are exchanged.", within=lambda x, sizes, **others: variances(x, sizes)["between"],
              between=lambda x, sizes, **others: variances(x, sizes)["within"]),
        planted(answers, "the last part is left out.", "value", "dl_domega",
                weights=lambda sizes: [*shares(sizes[:-1]), 0]),
        wrong("this is the share of the whole variance; the variance of the means itself is asked for.",
              between=lambda x, sizes, **others: variances(x, sizes)["between"] / x.var(axis=1)),
    ),
)  # fmt: skip
