"""Problem 9.h: new shares, old network."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Logits for which some predictions change and some do not; as many examples as classes in none."""
    found: list[Arguments] = []
    for classes, examples in ((3, 8), (2, 5), (4, 9)):
        one: Arguments = {}
        while not one or not 0 < int((labels(**one) != one["f"].argmax(axis=0)).sum()) < examples:
            source, target = rng.dirichlet(np.full(classes, 4.0), size=2)
            one = {"f": rng.normal(0, 1.5, size=(classes, examples)), "source": source, "target": target}
        found.append(one)
    return found


def softmax(f: Any, axis: int = 0) -> Any:
    e = np.exp(f - f.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def answers(
    f: Any, source: Any, target: Any,
    ratio: Callable[[Any, Any], Any] = lambda source, target: target / source,
    probabilities: Callable[[Any], Any] = softmax,
    axis: int | None = 0,
) -> Entries:  # fmt: skip
    """The probabilities in the target and the predictions; later keywords plant slips."""
    adjusted = probabilities(f) * ratio(source, target)[:, None]
    q = adjusted if axis is None else adjusted / adjusted.sum(axis=axis, keepdims=True)
    return {"q": q, "labels": q.argmax(axis=0)}


def labels(f: Any, source: Any, target: Any) -> Any:
    return answers(f, source, target)["labels"]


PROBLEM = Problem(
    id="9.h",
    title="New shares, old network",
    points=2,
    minutes=15,
    hints=(
        "First the network's own probabilities, softmax over the classes. A column is an example.",
        "Multiply row k by p_T(k)/p_S(k); `ratio[:, None]` makes a column of it. Then each column must sum to 1 again.",
    ),
    instances=instances,
    truth=answers,
    follows={"labels": (("q",), lambda given, **_: given["q"].argmax(axis=0))},
    slips=(
        planted(answers, "the ratio is upside down: what is more frequent in the target becomes more probable.",
                ratio=lambda source, target: source / target),
        planted(answers, "the source's shares are forgotten: the network's probabilities have them in them.", "q",
                ratio=lambda source, target: target),
        planted(answers, "not normalised: each column is to sum to 1.", "q", axis=None),
        planted(answers, "normalised over the examples; each column is to sum to 1.", "q", axis=1),
        planted(answers, "these are the network's probabilities in the source.", "q",
                ratio=lambda source, target: np.ones_like(source)),
        planted(answers, "the logits themselves are multiplied; probabilities are what the ratio belongs to.",
                probabilities=lambda f: f),
        wrong("the ratio is added to the logits; a factor of the probabilities is its logarithm there.",
              q=lambda f, source, target: softmax(f + (target / source)[:, None])),
        planted(answers, "softmax goes over the classes, not over the examples.",
                probabilities=lambda f: softmax(f, axis=1)),
        planted(answers, "the exponential is not divided by its sum and the ratio not normalised.", "q",
                probabilities=np.exp, axis=None),
        wrong("these are the predictions of before.", labels=lambda f, source, target: f.argmax(axis=0)),
        wrong("classes count from 0.", labels=lambda **a: labels(**a) + 1),
    ),
)  # fmt: skip
