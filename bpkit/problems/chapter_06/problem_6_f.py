"""Problem 6.f: stratified folds."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.form import is_sequence
from bpkit.problems.problem import Arguments, Entries, Problem, Slip, Unfit
from bpkit.problems.returned import plain


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Labels in random order and sorted; a class that no example has; and numbers that k divides.

    In the first three k divides neither the number of examples nor that of any class.
    """
    k = int(rng.integers(4, 7))
    sizes = k * rng.integers(1, 4, size=3) + rng.integers(1, k - 1, size=3)
    sizes[0] = 5 * k + 1  # one class is the largest
    sizes[2] -= sizes[2] % k == 1  # else k would divide them all
    sizes[1] = k - 2  # and one does not go round
    sizes = sizes.astype(np.intp)  # np.repeat takes no wider integers, and in a browser they have 32 bits
    labels = np.repeat([0, 1, 2], sizes)
    mixed = rng.permutation(np.repeat([0, 1, 2], sizes - (0, 2, 0)))
    mixed = np.insert(mixed, [0, k - 1], 1)  # two of the small class, k places apart
    # Wherever a fold is dealt to twice in a row or a class begins at the wrong one, it shows in these numbers.
    gap = rng.permutation(np.repeat([0, 1, 3, 4], [4, 3, 4, 3]))
    return [{"labels": mixed, "k": k}, {"labels": labels, "k": k}, {"labels": gap, "k": 5},
            {"labels": rng.permutation(np.repeat([0, 1], [9, 3])), "k": 3}]  # fmt: skip


def measure(answer: Any, labels: Any, k: int) -> Entries:
    """How many examples of each class, and how many in all, the folds have: numbers in ascending order."""
    given = plain(answer)
    if not is_sequence(given):
        raise Unfit(f"This is a {type(answer).__name__}, expected a list of {k} folds.")
    if len(given) != k:
        raise Unfit(f"There are {len(given)} folds, expected {k}.")
    try:
        folds = [np.asarray(fold) for fold in given]
    except (TypeError, ValueError):
        raise Unfit("A fold is an array of the numbers of its examples.") from None
    for number, fold in enumerate(folds):
        if fold.ndim != 1 or (fold.size and fold.dtype.kind not in "iu"):
            raise Unfit(f"Fold {number} is not a row of whole numbers: a fold holds the numbers of its examples.")
    given = np.concatenate([fold for fold in folds if fold.size] or [np.zeros(0, int)])
    outside = given[(given < 0) | (given >= len(labels))]
    if outside.size:
        raise Unfit(f"There is no example {outside[0]}: they are numbered from 0 to {len(labels) - 1}.")
    if np.array_equal(np.sort(given), np.sort(labels)):
        raise Unfit("The folds hold labels; a fold holds the numbers of its examples, their places in `labels`.")
    times = np.bincount(given, minlength=len(labels))
    if times.max() > 1:
        raise Unfit(f"Example {int(times.argmax())} is in two folds: it would be trained on and validated on.")
    if times.min() == 0:
        raise Unfit(f"Example {int(times.argmin())} is in no fold: every example is validated on once.")
    return counts([labels[fold.astype(int)] for fold in folds], labels)


def counts(folds: Sequence[Any], labels: Any) -> Entries:
    """The entries for folds given as labels."""
    each = np.array([np.bincount(fold, minlength=int(labels.max()) + 1) for fold in folds])
    return {"classes": np.sort(each, axis=0), "sizes": np.sort(each.sum(axis=1))}


def dealt(labels: Any, k: int) -> Entries:
    """Class after class, one example to each fold in turn, going on where the class before ended."""
    return counts([np.sort(labels)[start::k] for start in range(k)], labels)


def slip(sentence: str, folds: Callable[[Any, int], Sequence[Any]]) -> Slip:
    return Slip(lambda labels, k: counts(folds(labels, k), labels), sentence)


def class_by_class(labels: Any, parts: Callable[[Any], Sequence[Any]]) -> list[Any]:
    """Each class cut by itself, and the first parts, the second parts, … put together."""
    pieces = [parts(labels[labels == label]) for label in range(int(labels.max()) + 1)]
    return [np.concatenate(together) for together in zip(*pieces, strict=True)]


def last_takes_the_rest(some: Any, k: int) -> list[Any]:
    size = len(some) // k
    return [*(some[size * number : size * (number + 1)] for number in range(k - 1)), some[size * (k - 1) :]]


def begun_at(labels: Any, k: int, start: Callable[[list[int], int], int]) -> list[Any]:
    """Each class dealt in turn, from a fold that is found from the sizes of all classes and the label."""
    sizes = np.bincount(labels).tolist()
    fold = np.concatenate([(start(sizes, label) + np.arange(size)) % k for label, size in enumerate(sizes)])
    return [np.sort(labels)[fold == number] for number in range(k)]


def to_and_fro(labels: Any, k: int) -> list[Any]:
    """Class after class dealt to the folds 0, 1, …, k − 1, k − 1, …, 1, 0, 0, 1, …"""
    turn = np.arange(len(labels)) % (2 * k)
    return [np.sort(labels)[(turn == number) | (turn == 2 * k - 1 - number)] for number in range(k)]


PROBLEM = Problem(
    id="6.f",
    title="Stratified folds",
    points=3,
    minutes=20,
    hints=(
        "Deal the examples of one class like cards: one to each fold in turn. Then those of the next class.",
        "Where does the next class begin? If always at the first fold, that one gets too many in the end.",
        "np.argsort(labels, kind='stable') lays the classes one after another. Which slices of it are the folds?",
    ),
    instances=instances,
    truth=dealt,
    measure=measure,
    slips=(
        slip("the examples are cut into stretches as they come: the classes are left to chance, or to the order.",
             lambda labels, k: np.array_split(labels, k)),
        slip("every k-th example as they come: the classes are left to chance.",
             lambda labels, k: [labels[start::k] for start in range(k)]),
        slip("each fold is one stretch of the sorted labels: most folds have one class alone.",
             lambda labels, k: np.array_split(np.sort(labels), k)),
        slip("each class begins at the first fold again, so what is left over of each piles up there.",
             lambda labels, k: class_by_class(labels, lambda some: [some[start::k] for start in range(k)])),
        slip("each class begins as many folds further on as the class before it has examples; the starts add up.",
             lambda labels, k: begun_at(labels, k, lambda sizes, label: sizes[label - 1] if label else 0)),
        slip("each class begins one fold after the class before; it begins where that one ended.",
             lambda labels, k: begun_at(labels, k, lambda sizes, label: label)),
        slip("dealt to and fro: at the turn a fold gets two in a row, which can be of one class. Deal round and round.",
             to_and_fro),
        slip("what is left over of each class is all in the last fold.",
             lambda labels, k: class_by_class(labels, lambda some: last_takes_the_rest(some, k))),
        slip("one fold has all of a class here; each fold is to have its part of every class.",
             lambda labels, k: [labels, *[labels[:0]] * (k - 1)]),
    ),
)  # fmt: skip
