"""Right and wrong answers to 6.i to 6.m; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import itertools
import math
from fractions import Fraction

import numpy as np

# ---- 6.i


def roots_6_i(eigenvalues, factor):
    low, high = min(eigenvalues), max(eigenvalues)
    a, b = np.sqrt(low), np.sqrt(high)
    rate, heavy_rate = (high - low) / (high + low), (b - a) / (b + a)

    def count(rate):
        number, distance = 1, rate
        while distance > factor:
            number, distance = number + 1, distance * rate
        return number

    return (2 / (low + high), rate, count(rate), (2 / (a + b)) ** 2, heavy_rate**2, heavy_rate, count(heavy_rate))


def kappa_6_i(eigenvalues, factor):
    kappa = eigenvalues.max() / eigenvalues.min()
    rate = (kappa - 1) / (kappa + 1)
    heavy_rate = (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)
    heavy_lr = (1 + heavy_rate) ** 2 / eigenvalues.max()  # the far end of the interval
    numbers = [1 if r == 0 else math.ceil(math.log(factor, r)) for r in (rate, heavy_rate)]
    return {"lr": (1 + rate) / eigenvalues.max(), "rate": rate, "steps": numbers[0], "heavy_lr": heavy_lr,
            "momentum": heavy_rate**2, "heavy_rate": heavy_rate, "heavy_steps": numbers[1]}  # fmt: skip


def spectral_6_i(eigenvalues, factor):
    """The rates as the largest root of the recursions, over all eigenvalues."""
    low, high = np.sort(eigenvalues)[[0, -1]]
    lr = 1 / ((low + high) / 2)
    rate = np.max(np.abs(1 - lr * eigenvalues))
    m = ((1 - (low / high) ** 0.5) / (1 + (low / high) ** 0.5)) ** 2
    heavy_lr = (1 - np.sqrt(m)) ** 2 / low
    heavy = max(abs(np.roots([1, -(1 + m - heavy_lr * (low + high) / 2), m]))) if high > low else 0.0
    count = [int(np.argmax(r ** np.arange(1, 4000) <= factor)) + 1 for r in (rate if high > low else 0.0, heavy)]
    return [lr, rate, count[0], heavy_lr, m, heavy, count[1]]


RIGHT_6_I = [roots_6_i, kappa_6_i, spectral_6_i]


def other_6_i(**changes):
    def answer(eigenvalues, factor):
        right = kappa_6_i(eigenvalues, factor)
        low, high = eigenvalues.min(), eigenvalues.max()
        return {**right, **{name: change(low, high, factor, right) for name, change in changes.items()}}

    return answer


WRONG_6_I = [
    (lambda eigenvalues, factor: roots_6_i(eigenvalues[[0, -1]], factor), "the first and the last eigenvalue"),
    (other_6_i(lr=lambda low, high, f, r: 1 / high), "`lr`: this is safe, and not the best"),
    (other_6_i(lr=lambda low, high, f, r: 2 / high), "`lr`: this is where gradient descent begins to diverge"),
    (other_6_i(rate=lambda low, high, f, r: 1 - low / high), "`rate`: this is the rate with the learning rate 1/λ_max"),
    (other_6_i(heavy_lr=lambda low, high, f, r: r["lr"]), "`heavy_lr`: the learning rate of gradient descent"),
    (other_6_i(heavy_lr=lambda low, high, f, r: 4 / (low**0.5 + high**0.5)), "`heavy_lr`: the square is missing"),
    (other_6_i(momentum=lambda low, high, f, r: r["heavy_rate"]), "`momentum`: this is the rate, √m"),
    (other_6_i(heavy_rate=lambda low, high, f, r: r["rate"] ** 0.5),
     "`heavy_rate`: this is the root of the rate of gradient descent"),
    (other_6_i(heavy_rate=lambda low, high, f, r: r["momentum"]), "`heavy_rate`: this is how fast the loss falls"),
    (other_6_i(steps=lambda low, high, f, r: r["steps"] - 1, heavy_steps=lambda low, high, f, r: r["heavy_steps"] - 1),
     "`steps` and `heavy_steps`: one step too few"),
    (other_6_i(heavy_lr=lambda low, high, f, r: 4 / (low + high)), "`heavy_lr`: (√λ_min + √λ_max)² is not"),
    (other_6_i(heavy_lr=lambda low, high, f, r: r["heavy_lr"] / (1 - r["momentum"])), "the form with (1 − m)·g"),
    (other_6_i(steps=lambda low, high, f, r: np.ceil(np.log(f) / np.log(r["rate"])) if high > low else 0),
     "`steps`: where all eigenvalues are equal the rate is 0"),
]  # fmt: skip


# ---- 6.j


def two_sweeps_6_j(omega, beta, x, margin):
    h, dead = x, []
    for k in range(len(omega) - 1):
        f = omega[k] @ h + beta[k]
        dead.append(np.sum(np.all(f <= 0, axis=1)))
        h = np.maximum(f, 0)
    h, revived, new_beta = x, [], [b.copy() for b in beta]
    for k in range(len(omega) - 1):
        f = omega[k] @ h + beta[k]
        off = np.all(f <= 0, axis=1)
        revived.append(np.sum(off))
        new_beta[k][off] += margin - f.max(axis=1, keepdims=True)[off]
        h = np.maximum(omega[k] @ h + new_beta[k], 0)
    return dead, revived, new_beta


def unit_by_unit_6_j(omega, beta, x, margin):
    hidden = len(beta) - 1
    dead, revived = [0] * hidden, [0] * hidden
    new_beta = [b.copy() for b in beta]
    old, new = x, x
    for k in range(hidden):
        old_f, next_new = omega[k] @ old + beta[k], []
        for unit in range(len(beta[k])):
            if not (old_f[unit] > 0).any():
                dead[k] += 1
            without_bias = omega[k][unit] @ new
            if max(without_bias + beta[k][unit, 0]) <= 0:
                revived[k] += 1
                new_beta[k][unit, 0] = margin - max(without_bias)
            next_new.append([max(0.0, one + new_beta[k][unit, 0]) for one in without_bias])
        old, new = np.maximum(old_f, 0), np.array(next_new)
    return {"dead": np.array(dead), "revived": np.array(revived), "beta": new_beta}


def recursive_6_j(omega, beta, x, margin):
    """Always from the input: the network up to layer k, with any biases."""

    def pre_activations(k, biases):
        h = x if k == 0 else np.maximum(pre_activations(k - 1, biases), 0)
        return omega[k] @ h + biases[k]

    new, revived = list(beta), []
    for k in range(len(omega) - 1):
        top = np.max(pre_activations(k, new), axis=1, keepdims=True)
        revived.append(np.count_nonzero(top <= 0))
        new[k] = beta[k] + (top <= 0) * (margin - top)
    dead = [len(beta[k]) - np.count_nonzero(np.any(pre_activations(k, beta) > 0, axis=1)) for k in range(len(revived))]
    return dead, revived, new


RIGHT_6_J = [two_sweeps_6_j, unit_by_unit_6_j, recursive_6_j]


def never_on_6_j(f):
    return np.all(f <= 0, axis=1)


def raised_6_j(f, b, margin):
    return b + margin - f.max(axis=1)[:, None]


def with_6_j(is_dead=never_on_6_j, new_bias=raised_6_j, late=False, output=False):
    def answer(omega, beta, x, margin):
        last = len(omega) if output else len(omega) - 1
        h, g, dead, revived, biases = x, x, [], [], []
        for k in range(last):
            f = omega[k] @ h + beta[k]
            dead.append(is_dead(f).sum())
            h = np.maximum(f, 0)
            f = omega[k] @ g + beta[k]
            off = is_dead(f)
            revived.append(off.sum())
            biases.append(np.where(off[:, None], new_bias(f, beta[k], margin), beta[k]))
            g = np.maximum(omega[k] @ g + (beta[k] if late else biases[-1]), 0)
        return dead, revived, biases + beta[last:]

    return answer


def other_6_j(change):
    return lambda omega, beta, x, margin: change(beta, *two_sweeps_6_j(omega, beta, x, margin))


WRONG_6_J = [
    (with_6_j(is_dead=lambda f: np.all(f < 0, axis=1)), "exactly 0 is off for all examples"),
    (with_6_j(is_dead=lambda f: np.any(f <= 0, axis=1)), "off for *some* example"),
    (with_6_j(is_dead=lambda f: f.mean(axis=1) <= 0), "a unit with a negative mean may be on"),
    (with_6_j(late=True), "`beta`: the second layer was measured with the old activations"),
    (with_6_j(output=True), "the output layer has no ReLU: its units are not dead"),
    (with_6_j(new_bias=lambda f, b, margin: np.full_like(b, margin)), "`beta`: the bias is set to the margin"),
    (with_6_j(new_bias=lambda f, b, margin: b + margin), None),
    (with_6_j(new_bias=lambda f, b, margin: b - f.max(axis=1)[:, None]), None),
    (with_6_j(new_bias=lambda f, b, margin: b + margin - f.min(axis=1)[:, None]), None),
    (other_6_j(lambda beta, dead, revived, new: (dead, revived, beta)), "`beta`: nothing is revived"),
    (other_6_j(lambda beta, dead, revived, new: (revived, revived, new)), "`dead`: these are the units that were"),
    (other_6_j(lambda beta, dead, revived, new: (dead, dead, new)), "`revived`: these are the dead units of"),
    (other_6_j(lambda beta, dead, revived, new: (sum(dead), sum(revived), new)), "`dead` has shape ()"),
    (other_6_j(lambda beta, dead, revived, new: (dead, revived, new[:-1])), "`beta` has 2 entries, expected 3"),
]  # fmt: skip


# ---- 6.k

BUGS_6_K = ("broadcast", "other-scale", "relu-at-the-end", "rate-falls", "first-layer-frozen", "wrong-pairs")

RIGHT_6_K = [BUGS_6_K, [f" {bug.upper()}" for bug in BUGS_6_K],
             {f"version_{number}": bug for number, bug in enumerate(BUGS_6_K, start=1)}]  # fmt: skip


def with_6_k(number, bug):
    return tuple(bug if place == number else right for place, right in enumerate(BUGS_6_K, start=1))


WRONG_6_K = [
    (with_6_k(1, "half-a-batch"), "`version_1`: with the bug you name, the predictions for 8 examples"),
    (with_6_k(1, "rate-falls"), "`version_1`: with the bug you name, the predictions for 8 examples"),
    (with_6_k(2, "first-layer-frozen"), "`version_2`: with the bug you name, with 60 examples"),
    (with_6_k(2, "broadcast"), "`version_2`: with the bug you name, with 8 examples, targets of both signs"),
    (with_6_k(3, "weight-decay"), "`version_3`: with the bug you name, with 8 examples and positive targets alone"),
    (with_6_k(4, "weight-decay"), "what happens to the loss after the first 30 steps would be a change"),
    (with_6_k(5, "other-scale"), "`version_5`: with the bug you name, with 60 examples"),
    (with_6_k(6, "broadcast"), "in this version: far from 0 and jumping"),
    (with_6_k(6, "no-zero-grad"), '`version_6`: "no-zero-grad" is unknown here'),
    (BUGS_6_K[:5], "Your answer has 5 parts, expected 6"),
]


# ---- 6.l


def sum_of_tails_6_l(n, m, p, target):
    def at_most(k):
        return sum(math.comb(m, j) * p**j * (1 - p) ** (m - j) for j in range(k + 1))

    below = [0.0] + [at_most(k) ** n for k in range(m + 1)]  # below[k]: the best has less than k
    return sum(1 - below[k] for k in range(1, m + 1)) / m, p, 1 - below[target]


def distribution_6_l(n, m, p, target):
    one = np.ones(1)
    for _ in range(m):  # one example more: right or wrong
        one = np.append(one * (1 - p), 0) + np.append(0, one * p)
    of_best = np.diff(np.cumsum(one) ** n, prepend=0)
    return {"validation": of_best @ np.arange(m + 1) / m, "test": p, "chance": of_best[target:].sum()}


def model_by_model_6_l(n, m, p, target):
    """The distribution of the best so far, one more model at a time."""
    binomial = np.array([math.comb(m, k) * p**k * (1 - p) ** (m - k) for k in range(m + 1)])
    best = binomial.copy()
    for _ in range(n - 1):
        below_best, below = np.cumsum(best) - best, np.cumsum(binomial) - binomial
        best = best * (below + binomial) + below_best * binomial
    return np.array([np.sum(np.arange(m + 1) / m * best), p, 1 - np.sum(best[:target])])


def exact_6_l(n, m, p, target):
    p = Fraction(p).limit_denominator(10**9)
    at_most, total = [], Fraction(0)
    for k in range(m + 1):
        total += math.comb(m, k) * p**k * (1 - p) ** (m - k)
        at_most.append(float(total) ** n)
    return float(m - sum(at_most[:m])) / m, float(p), 1 - at_most[target - 1] if target else 1.0


RIGHT_6_L = [sum_of_tails_6_l, distribution_6_l, model_by_model_6_l, exact_6_l]


def tail_6_l(m, p, target):
    return sum(math.comb(m, j) * p**j * (1 - p) ** (m - j) for j in range(target, m + 1))


def other_6_l(change):
    return lambda n, m, p, target: change(n, m, p, target, *sum_of_tails_6_l(n, m, p, target))


WRONG_6_L = [
    (other_6_l(lambda n, m, p, target, v, t, c: (p, t, c)), "`validation`: this is what each of them can do"),
    (other_6_l(lambda n, m, p, target, v, t, c: (p + (2 * math.log(n) * p * (1 - p) / m) ** 0.5, t, c)),
     "`validation`: a rule of thumb"),
    (other_6_l(lambda n, m, p, target, v, t, c: (m * v, t, c)), "`validation`: this is the number of right answers"),
    (other_6_l(lambda n, m, p, target, v, t, c: (v - p, t, c)), "`validation`: this is how much too good it is"),
    (other_6_l(lambda n, m, p, target, v, t, c: (v, v, c)), "`test`: that luck does not repeat"),
    (other_6_l(lambda n, m, p, target, v, t, c: (v, 2 * p - v, c)), "`test`: the test set does not punish"),
    (other_6_l(lambda n, m, p, target, v, t, c: (v, t, tail_6_l(m, p, target))), "`chance`: this is the chance of one"),
    (other_6_l(lambda n, m, p, target, v, t, c: (v, t, n * tail_6_l(m, p, target))), "do not add up"),
    (other_6_l(lambda n, m, p, target, v, t, c: (v, t, 1 - (1 - tail_6_l(m, p, target + 1)) ** n)),
     "`chance`: this is the chance of *more* than the target"),
    (other_6_l(lambda n, m, p, target, v, t, c: (v, t, 1 - c)), "`chance`: this is the chance that none"),
    (lambda n, m, p, target: (sum(tail_6_l(m, p, k) ** n for k in range(1, m + 1)) / m, p, tail_6_l(m, p, target) ** n),
     "`validation` and `chance`: this is the worst of the n"),
]  # fmt: skip


# ---- 6.m


def all_runs_6_m(train, changes):
    n = len(changes)
    runs = {}
    for bits in itertools.product([0, 1], repeat=n):
        runs[bits] = train({c for c, bit in zip(changes, bits, strict=True) if bit})
    table = np.array([runs[bits] for bits in itertools.product([0, 1], repeat=n)]).reshape([2] * n)
    none, full = (0,) * n, (1,) * n

    def flipped(bits, *places):
        return tuple(1 - bit if k in places else bit for k, bit in enumerate(bits))

    alone = [runs[flipped(none, k)] - runs[none] for k in range(n)]
    left_out = [runs[full] - runs[flipped(full, k)] for k in range(n)]
    pairs = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                pairs[i, j] = runs[flipped(none, i, j)] - runs[flipped(none, i)] - runs[flipped(none, j)] + runs[none]
    average = [table.take(1, axis=k).mean() - table.take(0, axis=k).mean() for k in range(n)]
    return alone, left_out, pairs, average


def effects_6_m(train, changes):
    def effect(change, others):
        return train([*others, change]) - train(list(others))

    alone, left_out, interactions, average = [], [], [], []
    for change in changes:
        others = [c for c in changes if c != change]
        alone.append(effect(change, []))
        left_out.append(effect(change, others))
        interactions.append([0 if c == change else effect(change, [c]) - effect(change, []) for c in changes])
        every = [effect(change, some) for size in range(len(changes)) for some in itertools.combinations(others, size)]
        average.append(sum(every) / len(every))
    return {"alone": alone, "left_out": left_out, "interactions": interactions, "average": average}


def recursive_6_m(train, changes):
    """The mean effect as a mean of two: with the next of the others off, and with it on."""

    def mean_effect(change, rest, on):
        if not rest:
            return train(on | {change}) - train(on)
        return (mean_effect(change, rest[1:], on) + mean_effect(change, rest[1:], on | {rest[0]})) / 2

    nothing = train(set())
    alone = np.array([train({c}) - nothing for c in changes])
    together = np.array([[train({a, b}) - nothing for b in changes] for a in changes])
    pairs = (together - alone[:, None] - alone[None, :]) * (1 - np.eye(len(changes)))
    left_out = train(set(changes)) - np.array([train(set(changes) - {c}) for c in changes])
    return alone, left_out, pairs, [mean_effect(c, [d for d in changes if d != c], set()) for c in changes]


RIGHT_6_M = [all_runs_6_m, effects_6_m, recursive_6_m]


def other_6_m(change):
    return lambda train, changes: change(train, changes, *map(np.array, all_runs_6_m(train, changes)))


def shapley_6_m(train, changes):
    total = dict.fromkeys(changes, 0.0)
    orders = list(itertools.permutations(changes))
    for order in orders:
        for k, change in enumerate(order):
            total[change] += (train(order[: k + 1]) - train(order[:k])) / len(orders)
    return np.array([total[c] for c in changes])


def with_the_rest_6_m(train, changes):
    full, out = set(changes), np.zeros((len(changes), len(changes)))
    for (i, a), (j, b) in itertools.permutations(enumerate(changes), 2):
        out[i, j] = train(full) - train(full - {a}) - train(full - {b}) + train(full - {a, b})
    return out


WRONG_6_M = [
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (out, alone, pairs, mean)),
     "`alone` and `left_out`: the two are exchanged"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (alone, -out, pairs, mean)), "`left_out`: the sign"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: ([train([c]) for c in changes], out, pairs, mean)),
     "`alone`: these are accuracies"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (alone, out, -pairs, mean)), "`interactions`: the sign"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (alone, out, np.triu(pairs), mean)),
     "half of the matrix is missing"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (alone, out, np.tril(pairs), mean)),
     "half of the matrix is missing"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (alone, out, with_the_rest_6_m(train, changes), mean)),
     "`interactions`: this is with all other changes on"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (alone, out, pairs, (alone + out) / 2)),
     "`average`: this is the mean of the first two"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (alone, out, pairs, shapley_6_m(train, changes))),
     "`average`: here every *size* of set counts the same"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (alone, out, pairs, mean * 2 ** (len(changes) - 1))),
     "`average`: this is the sum over the sets"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (alone, out, pairs - np.diag(alone), mean)),
     "on the diagonal stands 0"),
    (other_6_m(lambda train, changes, alone, out, pairs, mean: (dict(zip(changes, alone, strict=True)), out, pairs,
                                                                mean)), None),
]  # fmt: skip


RIGHT = {"6.i": RIGHT_6_I, "6.j": RIGHT_6_J, "6.k": RIGHT_6_K, "6.l": RIGHT_6_L, "6.m": RIGHT_6_M}
WRONG = {"6.i": WRONG_6_I, "6.j": WRONG_6_J, "6.k": WRONG_6_K, "6.l": WRONG_6_L, "6.m": WRONG_6_M}
