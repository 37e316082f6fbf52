"""Problem 9.i: a detector that is not fooled."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted

Score = Callable[[Any], Any]
PLACES = 8  # scores are eighths, and halves have 8 and 8, or 4 and 8, examples: so every sum and mean is exact


def mean_difference(x: Any, z: Any) -> Score:
    """Train a classifier on examples (D, I) with labels 0 and 1 (I,): a function that gives each column a score.

    The larger the score, the more an example looks like one with label 1.

    >>> score = mean_difference(np.array([[0.0, 0.0, 2.0, 2.0]]), np.array([0, 0, 1, 1]))
    >>> score(np.array([[0.0, 1.0, 2.0]]))
    array([-2.,  0.,  2.])
    """
    means = [x[:, z == label].mean(axis=1) for label in (0, 1)]
    direction, middle = means[1] - means[0], (means[0] + means[1]) / 2
    return lambda new: np.round(PLACES * (direction @ (new - middle[:, None]))) / PLACES


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """No shift in many features, where the training half shows one; a shift; and a few with ties."""
    found: list[Arguments] = []
    for features, moved, sizes, dealt in ((30, 0.0, (8, 8), 40), (6, 1.0, (4, 8), 30), (2, 0.3, (4, 4), 60)):
        one: Arguments = {}
        while not one or not told_apart(one):
            held_out = rng.permuted(np.repeat([False, True], sum(sizes)))
            z = np.empty(2 * sum(sizes), dtype=int)
            for half in (False, True):
                z[held_out == half] = rng.permuted(np.repeat([0, 1], sizes))
            x = rng.normal(size=(features, z.size)) + moved * z
            deals = np.stack([rng.permutation(sum(sizes)) for _ in range(dealt)])
            deals[[0, dealt // 2, -1]] = np.arange(sum(sizes))  # as it really is
            one = {"x": x, "z": z, "held_out": held_out, "train": mean_difference, "deals": deals}
        found.append(one)
    return found


def told_apart(one: Arguments) -> bool:
    """Whether tempting other ways of testing give other p-values."""
    right = answers(**one)["p_value"]
    others = ({"scored": lambda held_out: ~held_out}, {"trained": np.ones_like}, {"dealt": lambda s, z, d: (s[d], z)})
    return bool(right < 0.9 and all(answers(**one, **other)["p_value"] != right for other in others))


def answers(
    x: Any, z: Any, held_out: Any, train: Any, deals: Any,
    trained: Callable[[Any], Any] = lambda held_out: ~held_out,
    scored: Callable[[Any], Any] = lambda held_out: held_out,
    reached: Callable[[Any, float], Any] = lambda dealt, real: dealt >= real,
    dealt: Callable[[Any, Any, Any], tuple[Any, Any]] = lambda scores, z, deal: (scores, z[deal]),
    real_one: int = 1,
) -> Entries:  # fmt: skip
    """The difference of the mean scores, and the p-value; later keywords plant slips."""
    score = train(x[:, trained(held_out)], z[trained(held_out)])
    mine = scored(held_out)
    scores, labels = score(x[:, mine]), z[mine]
    real = difference(scores, labels)
    chance = np.array([difference(*dealt(scores, labels, deal)) for deal in deals])
    return {
        "difference": real,
        "p_value": float((real_one + reached(chance, real).sum()) / (real_one + len(deals))),
    }


def difference(scores: Any, z: Any) -> float:
    return float(scores[z == 1].mean() - scores[z == 0].mean())


PROBLEM = Problem(
    id="9.i",
    title="A detector that is not fooled",
    points=4,
    minutes=30,
    hints=(
        "score = train(x[:, ~held_out], z[~held_out]): what is held out must have no part in it.",
        "Then only the others: scores = score(x[:, held_out]), with labels z[held_out].",
        "A deal changes the labels, not the scores: z[held_out][deal]. The classifier is not trained again.",
        "The real deal counts as one of them: (1 + how many reach at least as much) / (1 + their number).",
    ),
    instances=instances,
    truth=answers,
    slips=(
        planted(answers, "the detector is tested on its training half, which it has learned partly by heart.",
                scored=lambda held_out: ~held_out),
        planted(answers, "what is held out was trained on as well.", trained=np.ones_like),
        planted(answers, "the halves are exchanged: train on those that are not held out.",
                trained=lambda held_out: held_out, scored=lambda held_out: ~held_out),
        planted(answers, "trained and tested on the held-out half: train on the other.",
                trained=lambda held_out: held_out),
        planted(answers, "the real deal is one of those that chance could have made: add it above and below.",
                "p_value", real_one=0),
        planted(answers, "deals that reach exactly as much count too.", "p_value",
                reached=lambda chance, real: chance > real),
        planted(answers, "the wrong side: how often does chance reach as much, or more?", "p_value",
                reached=lambda chance, real: chance <= real),
        planted(answers, "only a larger score of the target speaks for a shift: leave the sign.", "p_value",
                reached=lambda chance, real: np.abs(chance) >= abs(real)),
        planted(answers, "the scores are dealt out here; example i keeps its score and gets the label number deal[i].",
                "p_value", dealt=lambda scores, z, deal: (scores[deal], z)),
    ),
)  # fmt: skip
