"""Our own problems of chapter 06 on the data: folds, the order of the examples, and when to stop."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from bpkit.problems.form import is_sequence
from bpkit.problems.problem import Arguments, Entries, Problem, Slip, Unfit

Generator = np.random.Generator

# ---- 6.f: stratified folds -------------------------------------------------------------------------------------------


def instances_6_f(rng: Generator) -> Sequence[Arguments]:
    """Labels in random order and sorted; every class has some examples more than k divides."""
    k = int(rng.integers(4, 7))
    sizes = k * rng.integers(1, 4, size=3) + rng.integers(1, k - 1, size=3)
    sizes[0] = 5 * k + 1  # one class is the largest
    sizes[1] = k - 2  # and one does not go round
    labels = np.repeat([0, 1, 2], sizes)
    mixed = rng.permutation(np.repeat([0, 1, 2], sizes - (0, 2, 0)))
    mixed = np.insert(mixed, [0, k - 1], 1)  # two of the small class, k places apart
    return [{"labels": mixed, "k": k}, {"labels": labels, "k": k},
            {"labels": rng.permutation(np.repeat([0, 1], [9, 3])), "k": 3}]  # fmt: skip


def measure_6_f(answer: Any, labels: Any, k: int) -> Entries:
    """How many examples of each class, and how many in all, the folds have: numbers in ascending order."""
    if not is_sequence(answer):
        raise Unfit(f"This is a {type(answer).__name__}, expected a list of {k} folds.")
    if len(answer) != k:
        raise Unfit(f"There are {len(answer)} folds, expected {k}.")
    try:
        folds = [np.asarray(fold) for fold in answer]
    except (TypeError, ValueError):
        raise Unfit("A fold is an array of the numbers of its examples.") from None
    for number, fold in enumerate(folds):
        if fold.ndim != 1 or (fold.size and fold.dtype.kind not in "iu"):
            raise Unfit(f"Fold {number} is not a row of whole numbers: a fold holds the numbers of its examples.")
    given = np.concatenate([fold for fold in folds if fold.size] or [np.zeros(0, int)])
    outside = given[(given < 0) | (given >= len(labels))]
    if outside.size:
        raise Unfit(f"There is no example {outside[0]}: they are numbered from 0 to {len(labels) - 1}.")
    times = np.bincount(given, minlength=len(labels))
    if times.max() > 1:
        raise Unfit(f"Example {int(times.argmax())} is in two folds: it would be trained on and validated on.")
    if times.min() == 0:
        raise Unfit(f"Example {int(times.argmin())} is in no fold: every example is validated on once.")
    return counts_6_f([labels[fold.astype(int)] for fold in folds], labels)


def counts_6_f(folds: Sequence[Any], labels: Any) -> Entries:
    """The entries for folds given as labels."""
    each = np.array([np.bincount(fold, minlength=int(labels.max()) + 1) for fold in folds])
    return {"classes": np.sort(each, axis=0), "sizes": np.sort(each.sum(axis=1))}


def dealt_6_f(labels: Any, k: int) -> Entries:
    """Class after class, one example to each fold in turn, going on where the class before ended."""
    return counts_6_f([np.sort(labels)[start::k] for start in range(k)], labels)


def slip_6_f(sentence: str, folds: Callable[[Any, int], Sequence[Any]]) -> Slip:
    return Slip(lambda labels, k: counts_6_f(folds(labels, k), labels), sentence)


def class_by_class(labels: Any, parts: Callable[[Any], Sequence[Any]]) -> list[Any]:
    """Each class cut by itself, and the first parts, the second parts, … put together."""
    pieces = [parts(labels[labels == label]) for label in range(int(labels.max()) + 1)]
    return [np.concatenate(together) for together in zip(*pieces, strict=True)]


def last_takes_the_rest(some: Any, k: int) -> list[Any]:
    size = len(some) // k
    return [*(some[size * number : size * (number + 1)] for number in range(k - 1)), some[size * (k - 1) :]]


PROBLEM_6_F = Problem(
    id="6.f",
    title="Stratified folds",
    points=3,
    minutes=20,
    hints=(
        "Deal the examples of one class like cards: one to each fold in turn. Then those of the next class.",
        "Where does the next class begin? If always at the first fold, that one gets too many in the end.",
        "np.argsort(labels, kind='stable') lays the classes one after another. Which slices of it are the folds?",
    ),
    instances=instances_6_f,
    truth=dealt_6_f,
    measure=measure_6_f,
    slips=(
        slip_6_f("the examples are cut into stretches as they come: the classes are left to chance, or to the order.",
                 lambda labels, k: np.array_split(labels, k)),
        slip_6_f("every k-th example as they come: the classes are left to chance.",
                 lambda labels, k: [labels[start::k] for start in range(k)]),
        slip_6_f("each fold is one stretch of the sorted labels: most folds have one class alone.",
                 lambda labels, k: np.array_split(np.sort(labels), k)),
        slip_6_f("each class begins at the first fold again, so what is left over of each piles up there.",
                 lambda labels, k: class_by_class(labels, lambda some: [some[start::k] for start in range(k)])),
        slip_6_f("what is left over of each class is all in the last fold.",
                 lambda labels, k: class_by_class(labels, lambda some: last_takes_the_rest(some, k))),
        slip_6_f("everything is in the first fold.", lambda labels, k: [labels, *[labels[:0]] * (k - 1)]),
    ),
)  # fmt: skip


# ---- 6.g: the order of the examples ----------------------------------------------------------------------------------


def instances_6_g(rng: Generator) -> Sequence[Arguments]:
    """Sorted targets, as a file often has them, and others; the rates let a hundred epochs settle."""
    return [{"y": np.sort(rng.normal(1.0, 2.0, size=8)), "lr": float(rng.uniform(0.05, 0.3))},
            {"y": rng.normal(-1.0, 1.0, size=5), "lr": float(rng.uniform(0.08, 0.15))}]  # fmt: skip


def variance(y: Any) -> float:
    """np.var, in a fifth of the time."""
    mean = float(y.sum()) / len(y)
    return float(np.dot(y - mean, y - mean)) / len(y)


def answers_6_g(
    y: Any, lr: Any,
    factor: float = 2.0,
    backward: bool = False,
    spread: Callable[[Any, float, float], float] = lambda y, rate, q: rate**2 * variance(y) / (1 - q**2),
) -> Entries:  # fmt: skip
    """The fixed point of an epoch, and mean and variance with random draws; later keywords plant slips."""
    rate = factor * lr
    q = 1 - rate
    weights = rate * q ** np.arange(len(y))[::-1]  # the last example has the largest
    return {
        "in_order": float(np.dot(weights, y[::-1] if backward else y) / (1 - q ** len(y))),
        "shuffled": float(y.sum()) / len(y),
        "variance": float(spread(y, rate, q)),
    }


def slip_6_g(sentence: str, **wrong: Callable[[Any, float], Any]) -> Slip:
    return Slip(lambda y, lr: {name: one(y, lr) for name, one in wrong.items()}, sentence)


def planted_6_g(sentence: str, *names: str, **planted: Any) -> Slip:
    def answer(y: Any, lr: Any) -> Entries:
        found = answers_6_g(y, lr, **planted)
        return {name: found[name] for name in names}

    return Slip(answer, sentence)


def epochs_6_g(y: Any, lr: Any, epochs: int) -> float:
    phi = 0.0
    for _ in range(epochs):
        for one in y:
            phi -= 2 * lr * (phi - one)
    return phi


PROBLEM_6_G = Problem(
    id="6.g",
    title="Why shuffling matters",
    points=3,
    minutes=25,
    hints=(
        "A step is ϕ ← qϕ + 2ηy with q = 1 − 2η. After an epoch: ϕ ← q^I·ϕ + Σ 2η·q^(I−i)·y_i. Where does it rest?",
        "The expectation of a fresh random order: each place of the epoch has the mean of all y.",
        "Drawn anew for each step, y is independent of ϕ: variances add, V = q²·V + (2η)²·Var[y].",
    ),
    instances=instances_6_g,
    truth=answers_6_g,
    tolerance=1e-5,  # for epochs repeated until nothing changes any more
    slips=(
        planted_6_g("the derivative of (ϕ − y)² has a factor of 2.", "in_order", "variance", factor=1.0),
        planted_6_g("the weights are the wrong way round: the last example of an epoch counts most.", "in_order",
                    backward=True),
        slip_6_g("the order matters: this is where the loss of all examples has its minimum.",
                 in_order=lambda y, lr: np.mean(y)),
        slip_6_g("this is one epoch from 0; after many the start is forgotten.",
                 in_order=lambda y, lr: epochs_6_g(y, lr, 1)),
        slip_6_g("these are two epochs; go on until nothing changes.", in_order=lambda y, lr: epochs_6_g(y, lr, 2)),
        slip_6_g("this is the last example; those before it count too.", in_order=lambda y, lr: y[-1]),
        slip_6_g("shuffled, every example has the same chance to be the last: this is still the given order.",
                 shuffled=lambda y, lr: answers_6_g(y, lr)["in_order"]),
        slip_6_g("least squares leads to the mean, not to the median.", shuffled=lambda y, lr: np.median(y)),
        slip_6_g("this is the variance of the examples; a small learning rate averages over many.",
                 variance=lambda y, lr: np.var(y)),
        slip_6_g("this is what one step adds; what earlier steps have added is still there in part.",
                 variance=lambda y, lr: 4 * lr**2 * variance(y)),
        planted_6_g("a factor multiplies a variance by its square: q², not q.", "variance",
                    spread=lambda y, rate, q: rate**2 * variance(y) / (1 - q)),
        planted_6_g("2η multiplies y, so its square multiplies the variance.", "variance",
                    spread=lambda y, rate, q: rate * variance(y) / (1 - q**2)),
        planted_6_g("draws from these examples have the variance np.var(y), which divides by their number.", "variance",
                    spread=lambda y, rate, q: rate**2 * np.var(y, ddof=1) / (1 - q**2)),
        planted_6_g("this is the standard deviation; asked is the variance.", "variance",
                    spread=lambda y, rate, q: math.sqrt(rate**2 * variance(y) / (1 - q**2))),
    ),
)  # fmt: skip


# ---- 6.h: early stopping ---------------------------------------------------------------------------------------------


def curve_6_h(rng: Generator, patience: int, min_delta: float) -> list[float]:
    """A loss that falls, rests for less than the patience, falls again, creeps, and rises."""
    losses = [3.0, 2.0, *(2.2 + 0.1 * rng.uniform(size=patience - 1)), 1.5]
    losses += [1.8, 1.6, 1.7][: patience - 1]
    losses += [1.0, *(1.0 - 0.2 * min_delta * np.arange(1, patience))]
    losses += [0.5, 0.5, *(0.9 - 0.1 * np.arange(patience)), 0.3, 0.2, 0.6]
    return [float(loss) for loss in losses]


def instances_6_h(rng: Generator) -> Sequence[Arguments]:
    """A curve with everything; one that creeps down; one with NaNs, also the first; and one that never gets worse."""
    found: list[Arguments] = []
    for kind in ("all", "creeping", "nan", "falling"):
        patience, min_delta = int(rng.integers(3, 6)), float(rng.uniform(0.05, 0.09))
        losses = curve_6_h(rng, patience, min_delta)
        if kind == "nan":
            late = losses.index(0.5) + 2
            losses = [math.nan, *losses[:late], math.nan, *losses[late:]]
            patience += 1
        if kind == "creeping":
            losses = [2.0, 1.0, *(1.0 - min_delta / 8 * np.arange(1, 8)).tolist(), 0.1]
        if kind == "falling":
            losses = [5.0 * 0.8**epoch for epoch in range(6)]
        found.append({"losses": losses, "patience": patience, "min_delta": min_delta})
    return found


def stopped_6_h(
    losses: Any, patience: Any, min_delta: Any,
    better: Callable[[float, float, float], bool] = lambda loss, best, delta: loss < best - delta,
    reset: bool = True,
    late: int = 0,
    previous: bool = False,
    follows: bool = False,
) -> Entries:  # fmt: skip
    """The best epoch, the number of epochs that are run and the loss that is kept; later keywords plant slips."""
    best, best_epoch, waited = math.inf, 0, 0
    epoch = 0
    for epoch, loss in enumerate(losses):
        if better(loss, best, min_delta):
            best, best_epoch, waited = loss, epoch, waited * (not reset)
        else:
            waited += 1
            if previous:
                best = loss
            if follows and loss < best:
                best, best_epoch = loss, epoch
        if waited >= patience + late:
            break
    return {"best_epoch": best_epoch, "epochs": epoch + 1, "best_loss": float(losses[best_epoch])}


def slip_6_h(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda **a: stopped_6_h(**a, **planted), sentence)


def other_6_h(sentence: str, **wrong: Callable[[Arguments, Entries], Any]) -> Slip:
    return Slip(lambda **a: {name: one(a, stopped_6_h(**a)) for name, one in wrong.items()}, sentence)


def finite(losses: Any) -> Iterator[tuple[float, int]]:
    return ((loss, epoch) for epoch, loss in enumerate(losses) if not math.isnan(loss))


PROBLEM_6_H = Problem(
    id="6.h",
    title="Early stopping",
    points=2,
    minutes=15,
    hints=(
        "Three things go along the loop: the best loss so far, its epoch, and how long nothing has been better.",
        "Better means loss < best − min_delta. Then the counter is set back to 0; otherwise it grows by 1.",
        "Stop as soon as the counter reaches the patience. A NaN is never smaller than anything.",
    ),
    instances=instances_6_h,
    truth=stopped_6_h,
    slips=(
        other_6_h("this looks at losses after the stop, which nobody would have seen.",
                  best_epoch=lambda a, n: min(finite(a["losses"]))[1],
                  best_loss=lambda a, n: min(finite(a["losses"]))[0]),
        slip_6_h("the counter is not set back to 0 when the loss gets better.", reset=False),
        slip_6_h("one epoch too late: stop when the counter reaches the patience.", late=1),
        slip_6_h("one epoch too early.", late=-1),
        slip_6_h("min_delta is not used: an improvement by less than that does not count.",
                 better=lambda loss, best, delta: loss < best),
        slip_6_h("min_delta is on the wrong side: here a loss that is a little worse counts as better.",
                 better=lambda loss, best, delta: loss < best + delta),
        slip_6_h("the loss is compared with the epoch before; compare it with the best so far.", previous=True),
        slip_6_h("the best loss moves down by small steps here: only what counts as better may become the best.",
                 follows=True),
        slip_6_h("a NaN is taken for an improvement.", better=lambda loss, best, delta: not loss >= best - delta),
        other_6_h("this is the epoch at which it stops; kept is what was best.",
                  best_epoch=lambda a, n: n["epochs"] - 1),
        other_6_h("the epochs count from 0 here.", best_epoch=lambda a, n: n["best_epoch"] + 1),
        other_6_h("this is the index of the last epoch; asked is how many are run.",
                  epochs=lambda a, n: n["epochs"] - 1),
        other_6_h("this is how many there could be; it stops before.", epochs=lambda a, n: len(a["losses"])),
    ),
)  # fmt: skip


PROBLEMS = (PROBLEM_6_F, PROBLEM_6_G, PROBLEM_6_H)
