"""Problem 6.m: an ablation of one's own."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from math import comb
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong

SHORT = "EMA"  # a name with fewer letters than there are changes
NAMES = ("dropout", "warm-up", "weight decay", "augmentation", "normalization", "label smoothing")

Change = frozenset[str]


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Four changes, of which two do the same and two need each other; two changes; three; and a single one."""
    found: list[Arguments] = []
    for number in (4, 2, 3, 1):
        changes = [str(name) for name in rng.permutation([SHORT, *rng.permutation(NAMES)[: number - 1]])]
        found.append({"train": training(changes, rng), "changes": changes})
    return found


def subsets(changes: Iterable[str]) -> list[Change]:
    """All sets of some of the changes, the empty one first."""
    listed = list(changes)
    return [frozenset(one) for size in range(len(listed) + 1) for one in itertools.combinations(listed, size)]


def training(changes: Sequence[str], rng: np.random.Generator) -> Callable[[Iterable[str]], float]:
    """A training that is looked up: its validation accuracy for every set of changes."""
    same, needed = set(changes[:2]), set(changes[2:4])
    accuracy = {
        on: 0.6 + 0.1 * bool(same & on) + 0.08 * (len(needed) > 1 and needed <= on) + float(rng.uniform(0, 0.04))
        for on in subsets(changes)
    }

    def train(settings: Iterable[str]) -> float:
        on = frozenset([settings] if isinstance(settings, str) else settings)
        if not on <= set(changes):
            raise ValueError(f"there is no change {min(on - set(changes))!r}: the changes are {', '.join(changes)}.")
        return accuracy[on]

    return train


def effect(train: Any, change: str, others: Change) -> float:
    """What the change adds to the accuracy when these others are on."""
    return float(train(others | {change}) - train(others))


def uniform(size: int, of: int) -> float:
    """The weight of a set of `size` among the sets of `of` other changes: all of them equal."""
    return 1 / 2**of


def by_size(size: int, of: int) -> float:
    """The weight with which every size counts the same: Shapley's."""
    return 1 / comb(of, size) / (of + 1)


def answers(
    train: Any, changes: Any,
    nothing: Callable[[Change], Change] = lambda others: frozenset(),
    everything: Callable[[Change], Change] = lambda others: others,
    background: Callable[[Change], Change] = lambda others: frozenset(),
    weight: Callable[[int, int], float] = uniform,
    sign: float = 1.0,
) -> Entries:  # fmt: skip
    """Effects alone, left out, in pairs and on average; every keyword after changes plants a slip."""
    rest = {change: frozenset(changes) - {change} for change in changes}
    pairs = np.zeros((len(changes), len(changes)))
    for (i, first), (j, second) in itertools.permutations(enumerate(changes), 2):
        ground = background(rest[first] - {second})
        pairs[i, j] = effect(train, first, ground | {second}) - sign * effect(train, first, ground)
    return {
        "alone": np.array([effect(train, change, nothing(rest[change])) for change in changes]),
        "left_out": np.array([effect(train, change, everything(rest[change])) for change in changes]),
        "interactions": pairs,
        "average": np.array([
            sum(weight(len(on), len(rest[change])) * effect(train, change, on) for on in subsets(rest[change]))
            for change in changes
        ]),
    }  # fmt: skip


def right(name: str, change: Callable[[Any], Any]) -> Callable[..., Any]:
    """One part of the right answer, changed."""
    return lambda **arguments: change(answers(**arguments)[name])


def accuracies(of: Callable[[Change, str], Change]) -> Callable[..., Any]:
    """The accuracies of some trainings, one for each change."""
    return lambda train, changes: np.array([train(of(frozenset(changes), change)) for change in changes])


def gain_of_pairs(train: Any, changes: Any) -> Any:
    """What two changes together add to nothing."""
    return np.array([[train({a, b}) - train(()) if a != b else 0.0 for b in changes] for a in changes])


PROBLEM = Problem(
    id="6.m",
    title="Your own ablation",
    points=4,
    minutes=30,
    hints=(
        "Write a function effect(change, others): the accuracy with the change and the others, minus that without it.",
        "`alone` is the effect when no other is on, `left_out` the effect when all others are.",
        "The interaction of a and b: by how much the effect of a grows when b is switched on.",
        "itertools.combinations(others, size), for all sizes from 0 on, gives every set of the others.",
    ),
    instances=instances,
    truth=answers,
    slips=(
        wrong("the two are exchanged.", alone=right("left_out", lambda part: part),
              left_out=right("alone", lambda part: part)),
        wrong("these are accuracies; an effect is the difference of two.",
              alone=accuracies(lambda on, change: frozenset({change})),
              left_out=accuracies(lambda on, change: on - {change})),
        wrong("this is the distance from everything; compare with nothing switched on.",
              alone=lambda train, changes: np.array([train({c}) - train(changes) for c in changes])),
        wrong("this is how much better the others are than nothing; compare with everything switched on.",
              left_out=lambda train, changes: np.array([train(set(changes) - {c}) - train(()) for c in changes])),
        wrong("the sign: a change that helps has a positive effect.", alone=right("alone", np.negative),
              left_out=right("left_out", np.negative), average=right("average", np.negative)),
        wrong("the sign: two changes that do the same have a negative interaction.",
              interactions=right("interactions", np.negative)),
        planted(answers, "this is with all other changes on; the interaction is asked with all others off.",
                "interactions", background=lambda others: others),
        wrong("this is what the two add together; take away what each adds alone.", interactions=gain_of_pairs),
        planted(answers, "this is the effect of the one when the other is on; take away its effect when it is off.",
                "interactions", sign=0.0),
        wrong("the empty training is missing: nothing is taken away twice, so add it once.",
              interactions=lambda train, changes: np.array(
                  [[train({a, b}) - train({a}) - train({b}) if a != b else 0.0 for b in changes] for a in changes])),
        wrong("half of the matrix is missing: the interaction of a and b is that of b and a.",
              interactions=right("interactions", np.triu)),
        wrong("half of the matrix is missing: the interaction of a and b is that of b and a.",
              interactions=right("interactions", np.tril)),
        wrong("on the diagonal stands 0: a change does not interact with itself.",
              interactions=lambda **a: answers(**a)["interactions"] - np.diag(answers(**a)["alone"])),
        wrong("this is the mean of the first two; the sets between nothing and everything count too.",
              average=lambda **a: (answers(**a)["alone"] + answers(**a)["left_out"]) / 2),
        planted(answers, "here every *size* of set counts the same (the Shapley value); each *set* should.", "average",
                weight=by_size),
        planted(answers, "this is the sum over the sets; their mean is asked for.", "average",
                weight=lambda size, of: 1.0),
        planted(answers, "the empty set of others is missing.", "average",
                weight=lambda size, of: (size > 0) / max(1, 2**of - 1)),
        planted(answers, "the set of all others is missing.", "average",
                weight=lambda size, of: (size < of) / max(1, 2**of - 1)),
        planted(answers, "only sets of at most one other are in it.", "average",
                weight=lambda size, of: (size < 2) / (1 + of)),
    ),
)  # fmt: skip
