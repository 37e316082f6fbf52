"""Right and wrong answers to 6.f to 6.h; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

# ---- 6.f


def dealt_6_f(labels, k):
    """Like cards, class after class."""
    folds, turn = [[] for _ in range(k)], 0
    for label in np.unique(labels):
        for example in np.flatnonzero(labels == label):
            folds[turn % k].append(int(example))
            turn += 1
    return folds


def shuffled_6_f(labels, k):
    rng = np.random.default_rng(1)
    mixed = rng.permutation(len(labels))
    order = mixed[np.argsort(labels[mixed], kind="stable")]
    return tuple(rng.permutation(order[start::k]) for start in range(k))


def smallest_first_6_f(labels, k):
    """The whole part of each class to every fold, the rest to the smallest folds."""
    folds = [[] for _ in range(k)]
    for label in np.unique(labels):
        examples = list(np.flatnonzero(labels == label))
        each = len(examples) // k
        for fold in folds:
            fold.extend(examples[:each])
            examples = examples[each:]
        for fold, example in zip(sorted(folds, key=len), examples, strict=False):
            fold.append(example)
    return [np.array(fold) for fold in folds]


RIGHT_6_F = [lambda labels, k: [np.argsort(labels, kind="stable")[start::k] for start in range(k)],
             dealt_6_f, shuffled_6_f, smallest_first_6_f]  # fmt: skip


def restarted_6_f(labels, k):
    folds = [[] for _ in range(k)]
    for label in np.unique(labels):
        for number, example in enumerate(np.flatnonzero(labels == label)):
            folds[number % k].append(example)
    return folds


def rest_in_the_last_6_f(labels, k):
    folds = [[] for _ in range(k)]
    for label in np.unique(labels):
        examples = np.flatnonzero(labels == label)
        size = len(examples) // k
        for number in range(k):
            end = size * (number + 1) if number < k - 1 else len(examples)
            folds[number].extend(examples[size * number : end])
    return folds


def begun_at_6_f(start):
    """Each class dealt round and round from a fold of its own, a function of all sizes and the label."""

    def answer(labels, k):
        sizes = np.bincount(labels)
        folds = [[] for _ in range(k)]
        for label in np.unique(labels):
            for number, example in enumerate(np.flatnonzero(labels == label)):
                folds[(start(sizes, label) + number) % k].append(example)
        return folds

    return answer


def to_and_fro_6_f(labels, k):
    folds, turn, step = [[] for _ in range(k)], 0, 1
    for example in np.argsort(labels, kind="stable"):
        folds[turn].append(example)
        turn += step
        if turn in (-1, k):
            step = -step
            turn += step
    return folds


def equal_folds_6_f(labels, k):
    """What does not fit into folds of equal size is dropped."""
    order = np.argsort(labels, kind="stable")
    return [order[start : len(order) // k * k : k] for start in range(k)]


def equal_classes_6_f(labels, k):
    """What does not fit into equal parts of a class is dropped."""
    folds = [[] for _ in range(k)]
    for label in np.unique(labels):
        examples = np.flatnonzero(labels == label)
        for number in range(len(examples) // k * k):
            folds[number % k].append(examples[number])
    return folds


WRONG_6_F = [
    (lambda labels, k: np.array_split(np.arange(len(labels)), k), "`classes`: the examples are cut into stretches"),
    (lambda labels, k: [np.arange(start, len(labels), k) for start in range(k)],
     "`classes`: every k-th example as they come"),
    (lambda labels, k: np.array_split(np.argsort(labels, kind="stable"), k), "one stretch of the sorted labels"),
    (restarted_6_f, "each class begins at the first fold again"),
    (begun_at_6_f(lambda sizes, label: sizes[label - 1] if label else 0), "the starts add up"),
    (begun_at_6_f(lambda sizes, label: label), "each class begins one fold after the class before"),
    (to_and_fro_6_f, "dealt to and fro"),
    (equal_folds_6_f, "is in no fold"),
    (equal_classes_6_f, "is in no fold"),
    (rest_in_the_last_6_f, "is all in the last fold"),
    (lambda labels, k: [np.arange(len(labels))] + [[]] * (k - 1), "one fold has all of a class here"),
    (lambda labels, k: [np.argsort(labels)[start::k][:-1] for start in range(k)], "is in no fold"),
    (lambda labels, k: [np.argsort(labels)] * k, "is in two folds"),
    (lambda labels, k: [labels[start::k] == 0 for start in range(k)], "is not a row of whole numbers"),
]  # fmt: skip


# ---- 6.g


def repeated_6_g(y, lr):
    """Epoch after epoch until nothing changes."""
    phi = 0.0
    for _ in range(60):
        for one in y:
            phi -= 2 * lr * (phi - one)
    variance = 0.0
    for _ in range(100):
        variance = (1 - 2 * lr) ** 2 * variance + 4 * lr**2 * np.var(y)
    return phi, np.mean(y), variance


def formula_6_g(y, lr):
    q = 1 - 2 * lr
    rest = sum(2 * lr * q ** (len(y) - 1 - i) * y[i] for i in range(len(y))) / (1 - q ** len(y))
    return {"in_order": rest, "shuffled": sum(y) / len(y), "variance": lr / (1 - lr) * np.var(y)}


def two_starts_6_g(y, lr):
    """An epoch is a straight line in ϕ: two points of it are enough."""

    def epoch(phi):
        for one in y:
            phi = phi - lr * 2 * (phi - one)
        return phi

    constant, slope = epoch(0.0), epoch(1.0) - epoch(0.0)
    q = 1 - 2 * lr
    return np.array([constant / (1 - slope), y.mean(), (2 * lr) ** 2 * y.var() / (1 - q * q)])


RIGHT_6_G = [repeated_6_g, formula_6_g, two_starts_6_g]


def other_6_g(change):
    return lambda y, lr: change(y, lr, *two_starts_6_g(y, lr))


WRONG_6_G = [
    (other_6_g(lambda y, lr, rest, mean, v: (*two_starts_6_g(y, lr / 2)[:2], two_starts_6_g(y, lr / 2)[2])),
     "`in_order` and `variance`: the derivative of"),
    (other_6_g(lambda y, lr, rest, mean, v: (two_starts_6_g(y[::-1], lr)[0], mean, v)), "the wrong way round"),
    (other_6_g(lambda y, lr, rest, mean, v: (mean, mean, v)), "`in_order`: the order matters"),
    (other_6_g(lambda y, lr, rest, mean, v: (rest, rest, v)), "`shuffled`: shuffled, every example has"),
    (other_6_g(lambda y, lr, rest, mean, v: (rest, mean, y.var())), "`variance`: this is the variance of the examples"),
    (other_6_g(lambda y, lr, rest, mean, v: (rest, mean, 4 * lr**2 * y.var())), "this is what one step adds"),
    (other_6_g(lambda y, lr, rest, mean, v: (rest, mean, v * y.var(ddof=1) / y.var())), "divides by their number"),
    (other_6_g(lambda y, lr, rest, mean, v: (y[-1], np.median(y), math.sqrt(v))),
     "`in_order`: this is the last example"),
]  # fmt: skip


# ---- 6.h


def loop_6_h(losses, patience, min_delta):
    best_epoch, best, waited, epochs = 0, math.inf, 0, 0
    for epoch, loss in enumerate(losses):
        epochs = epoch + 1
        if loss < best - min_delta:
            best_epoch, best, waited = epoch, loss, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best_epoch, epochs, best


def since_the_best_6_h(losses, patience, min_delta):
    """No counter: an epoch is too late when it lies `patience` epochs behind the best one."""
    best_epoch, best = -1, float("inf")
    for epoch in range(len(losses)):
        if not math.isnan(losses[epoch]) and best - losses[epoch] > min_delta:
            best_epoch, best = epoch, losses[epoch]
        if epoch - best_epoch >= patience:
            return {"best_loss": best, "best_epoch": best_epoch, "epochs": epoch + 1}
    return {"best_loss": best, "best_epoch": best_epoch, "epochs": len(losses)}


def history_6_h(losses, patience, min_delta):
    improvements = []
    for epoch, loss in enumerate(losses):
        if loss < (losses[improvements[-1]] if improvements else math.inf) - min_delta:
            improvements.append(epoch)
        if epoch - (improvements[-1] if improvements else -1) == patience:
            break
    return [improvements[-1], epoch + 1, losses[improvements[-1]]]


RIGHT_6_H = [loop_6_h, since_the_best_6_h, history_6_h]


def never_reset_6_h(losses, patience, min_delta):
    best_epoch, best, waited = 0, math.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best - min_delta:
            best_epoch, best = epoch, loss
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch + 1, best
    return best_epoch, len(losses), best


def previous_6_h(losses, patience, min_delta):
    best_epoch, before, waited = 0, math.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < before - min_delta:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
        before = loss
        if waited == patience:
            return best_epoch, epoch + 1, losses[best_epoch]
    return best_epoch, len(losses), losses[best_epoch]


def whole_curve_6_h(losses, patience, min_delta):
    return int(np.nanargmin(losses)), loop_6_h(losses, patience, min_delta)[1], np.nanmin(losses)


def with_better_6_h(better):
    def answer(losses, patience, min_delta):
        best_epoch, best, waited = 0, math.inf, 0
        for epoch, loss in enumerate(losses):
            if better(loss, best, min_delta):
                best_epoch, best, waited = epoch, loss, 0
            else:
                waited += 1
            if waited == patience:
                break
        return best_epoch, epoch + 1, best

    return answer


def last_epoch_6_h(losses, patience, min_delta):
    """Right where something stops it; where nothing does, the last epoch is kept."""
    best_epoch, epochs, best = loop_6_h(losses, patience, min_delta)
    stopped = epochs - 1 - best_epoch == patience
    return (best_epoch, epochs, best) if stopped else (epochs - 1, epochs, losses[-1])


WRONG_6_H = [
    (last_epoch_6_h, None),
    (with_better_6_h(lambda loss, best, delta: loss <= best - delta), "an improvement by just min_delta is none"),
    (with_better_6_h(lambda loss, best, delta: best - loss >= delta), "an improvement by just min_delta is none"),
    (with_better_6_h(lambda loss, best, delta: loss < best * (1 - delta)), "min_delta is a part of the best loss here"),
    (with_better_6_h(lambda loss, best, delta: not loss >= best - delta), "a NaN is taken for an improvement"),
    (never_reset_6_h, "the counter is not set back"),
    (previous_6_h, "the loss is compared with the epoch before"),
    (whole_curve_6_h, "`best_epoch` and `best_loss`: this looks at losses after the stop"),
    (lambda losses, patience, min_delta: loop_6_h(losses, patience + 1, min_delta), "one epoch too late"),
    (lambda losses, patience, min_delta: loop_6_h(losses, patience - 1, min_delta), "one epoch too early"),
    (lambda losses, patience, min_delta: loop_6_h(losses, patience, 0.0), "min_delta is not used"),
    (lambda losses, patience, min_delta: loop_6_h(losses, patience, -min_delta), "on the wrong side"),
    (lambda losses, patience, min_delta: (loop_6_h(losses, patience, min_delta)[1] - 1,
                                          *loop_6_h(losses, patience, min_delta)[1:]), "the epoch at which it stops"),
    (lambda losses, patience, min_delta: (int(np.argmin(losses)), len(losses), float(np.min(losses))), None),
]  # fmt: skip


RIGHT = {"6.f": RIGHT_6_F, "6.g": RIGHT_6_G, "6.h": RIGHT_6_H}
WRONG = {"6.f": WRONG_6_F, "6.g": WRONG_6_G, "6.h": WRONG_6_H}
