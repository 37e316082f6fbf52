"""Right and wrong answers to 3.h–3.n; a wrong one has words its diagnosis must contain."""

# Written as students write: long, repetitive, and each on its own.
import functools
import math

import numpy as np

import bpkit as bp

# ---- 3.h


def exp_log_3_h(g, a, b, x):
    power = math.exp(b * math.log(a))
    return {"slope": math.exp(x * math.log(x)) * (math.log(x) + 1), "to_b": g * math.log(a) * power,
            "to_a": g * power * b / a}  # fmt: skip


def rule_twice_3_h(g, a, b, x):
    def rule(g, a, b):
        return g * b * a ** (b - 1), g * np.log(a) * a**b

    return *rule(g, a, b), sum(rule(1.0, x, x))


def engine_3_h(g, a, b, x):
    to_a, to_b = bp.grad(lambda a, b: g * a**b, argnums=(0, 1))(a, b)
    return to_a, to_b, bp.grad(lambda x: x**x)(x)


def wrong_3_h(a_part=lambda a, b: b * a ** (b - 1), b_part=lambda a, b: a**b * np.log(a),
              slope=lambda x: x**x * (1 + np.log(x)), g_used=True):  # fmt: skip
    return lambda g, a, b, x: (
        (g if g_used else 1) * a_part(a, b),
        (g if g_used else 1) * b_part(a, b),
        slope(x),
    )


RIGHT_3_H = [exp_log_3_h, rule_twice_3_h, engine_3_h, wrong_3_h()]
WRONG_3_H = [
    (wrong_3_h(g_used=False), "`to_a` and `to_b`: what arrived from above, g, is missing"),
    (wrong_3_h(a_part=lambda a, b: b * a**b), "the exponent goes down by 1"),
    (wrong_3_h(a_part=lambda a, b: a ** (b - 1)), "comes down as a factor"),
    (wrong_3_h(b_part=lambda a, b: b * a ** (b - 1)), "`to_b`: the power rule is for the base"),
    (wrong_3_h(b_part=lambda a, b: a**b), "the factor log a is missing"),
    (wrong_3_h(b_part=lambda a, b: a**b * np.log(b)), "the logarithm of the base"),
    (wrong_3_h(lambda a, b: a**b * np.log(a), lambda a, b: b * a ** (b - 1)), "the two contributions are exchanged"),
    (wrong_3_h(slope=lambda x: x * x ** (x - 1)), "`slope`: only the base is counted"),
    (wrong_3_h(slope=lambda x: np.log(x) * x**x), "`slope`: only the exponent is counted"),
    (wrong_3_h(slope=lambda x: x * x ** (x - 1) * np.log(x) * x**x), "added, not multiplied"),
    (wrong_3_h(slope=lambda x: x**x * (1 + np.log(x)) / 2), "added, not averaged"),
    (lambda g, a, b, x: (*wrong_3_h()(g, a, b, x)[:2], g * x**x * (1 + np.log(x))), "here g is 1"),
]


# ---- 3.i


def loop_3_i(g, f):
    largest = max(f)
    count = list(f).count(largest)
    return [g / count if entry == largest else 0 for entry in f]


def engine_3_i(g, f):
    return {"contribution": g * bp.grad(np.max)(f)}


def wrong_3_i(share):
    return lambda g, f: g * share(f)


def pairs_3_i(f):
    return bp.grad(lambda f: functools.reduce(np.maximum, [f[k] for k in range(len(f))]))(f)


def first_3_i(f):
    share = np.zeros(len(f))
    share[f.argmax()] = 1
    return share


def rising_3_i(f):
    order = np.argsort(f, kind="stable")
    share = np.zeros(len(f))
    share[order[-1]] = 1
    return share


RIGHT_3_I = [loop_3_i, engine_3_i, wrong_3_i(lambda f: (f == f.max()) / np.count_nonzero(f == f.max()))]
WRONG_3_I = [
    (wrong_3_i(lambda f: f == f.max()), "max(a, a) would have the slope 2"),
    (wrong_3_i(first_3_i), "all goes to the first"),
    (wrong_3_i(rising_3_i), "all goes to the last"),
    (wrong_3_i(lambda f: np.where(f == f.max(), 1.0 if sum(f == f.max()) == 1 else 0.5, 0)), "each tied entry gets ½"),
    (wrong_3_i(pairs_3_i), "taken pair by pair"),
    (wrong_3_i(lambda f: np.ones(len(f)) / len(f)), "shared among all entries"),
    (lambda g, f: (f == max(f)) / sum(f == max(f)), "g, is missing"),
    (wrong_3_i(lambda f: f * (f == f.max()) / sum(f == f.max())), "the largest value is handed down"),
    (wrong_3_i(np.ones_like), "every entry gets g"),
    (lambda g, f: -np.array(loop_3_i(g, f)), "has the wrong sign"),
    (lambda g, f: g, "expected shape (6,)"),
]


# ---- 3.j


def engine_3_j(u, v, g_1, g_2, g_3):
    _, walk_back = bp.vjp(lambda u, v: (u * v, np.sum(u), u - v), u, v)
    return walk_back((g_1, g_2, g_3))


def loop_3_j(u, v, g_1, g_2, g_3):
    to_u, to_v = np.zeros(len(u)), np.zeros(len(v))
    for i in range(len(u)):
        to_u[i] += g_1[i] * v[i]
        to_v[i] += g_1[i] * u[i]
    to_u += g_2
    to_u += g_3
    to_v -= g_3
    return {"to_v": to_v, "to_u": to_u}


def jacobian_3_j(u, v, g_1, g_2, g_3):
    n = len(u)
    by_u = np.vstack([np.diag(v), np.ones((1, n)), np.eye(n)])
    by_v = np.vstack([np.diag(u), np.zeros((1, n)), -np.eye(n)])
    g = np.concatenate([g_1, [g_2], g_3])
    return by_u.T @ g, g @ by_v


def wrong_3_j(to_u=lambda u, v, g1, g2, g3: g1 * v + g2 + g3, to_v=lambda u, v, g1, g2, g3: g1 * u - g3):
    return lambda u, v, g_1, g_2, g_3: (to_u(u, v, g_1, g_2, g_3), to_v(u, v, g_1, g_2, g_3))


RIGHT_3_J = [engine_3_j, loop_3_j, jacobian_3_j]
WRONG_3_J = [
    (lambda u, v, g_1, g_2, g_3: (g_1 * v, g_1 * u), "`to_u` and `to_v`: only the first output"),
    (wrong_3_j(to_u=lambda u, v, g1, g2, g3: g1 * v + g3), "through y_2 is missing"),
    (wrong_3_j(to_u=lambda u, v, g1, g2, g3: g1 * v + g2), "through y_3 is missing"),
    (wrong_3_j(to_v=lambda u, v, g1, g2, g3: g1 * u + g3), "its slope there is −1"),
    (wrong_3_j(to_v=lambda u, v, g1, g2, g3: g1 * u + g2 - g3), "v is not in y_2"),
    (wrong_3_j(to_u=lambda u, v, g1, g2, g3: g1 * u + g2 + g3), "the value of the other"),
    (lambda u, v, g_1, g_2, g_3: (g_1 + g_2 + g_3, g_1 - g_3), "the values are missing"),
    (wrong_3_j(to_u=lambda u, v, g1, g2, g3: g1 * v + g2 * u + g3), "1 by each of its entries"),
    (wrong_3_j(to_u=lambda u, v, g1, g2, g3: g1 * v + g2 / len(u) + g3), "not divided among"),
    (lambda u, v, g_1, g_2, g_3: [part / 3 for part in loop_3_j(u, v, g_1, g_2, g_3).values()][::-1], "not averaged"),
    (lambda u, v, g_1, g_2, g_3: (v + 2, u - 1), "without what arrived"),
    (wrong_3_j(to_u=lambda u, v, g1, g2, g3: np.sum(g1 * v + g2 + g3)), "`to_u` has shape (), expected shape (3,)"),
]


# ---- 3.k


def heron(a, tolerance):
    x = a
    while abs(x * x - a) > tolerance:
        x = (x + a / x) / 2
    return x


def by_hand_3_k(a, tolerance):
    values = [a]
    while abs(values[-1] ** 2 - a) > tolerance:
        values.append((values[-1] + a / values[-1]) / 2)
    g, to_a = 1.0, 0.0
    for x in reversed(values[:-1]):
        to_a += g / (2 * x)
        g *= (1 - a / x**2) / 2
    return values[-1], to_a + g


def pair_3_k(a, tolerance):
    x, slope = a, 1.0
    while abs(x * x - a) > tolerance:
        x, slope = (x + a / x) / 2, (slope + 1 / x - a / x**2 * slope) / 2
    return {"slope": slope, "root": x}


def wrong_3_k(by_x=lambda x, a: (1 - a / x**2) / 2, by_a=lambda x: 1 / (2 * x), start=1, reset=False):
    def answer(a, tolerance):
        x, turns = a, []
        while abs(x * x - a) > tolerance:
            turns.append(x)
            x = (x + a / x) / 2
        slope = start
        for one in turns:
            slope = by_a(one) + (0 if reset else by_x(one, a) * slope)
        return x, slope

    return answer


def at_least_once_3_k(a, tolerance):
    x, slope = a, 1.0
    while True:
        x, slope = (x + a / x) / 2, (1 - a / x**2) / 2 * slope + 1 / (2 * x)
        if abs(x * x - a) <= tolerance:
            return x, slope


RIGHT_3_K = [by_hand_3_k, pair_3_k, lambda a, tolerance: bp.value_and_grad(heron)(a, tolerance), wrong_3_k()]
WRONG_3_K = [
    (lambda a, tolerance: (np.sqrt(a), 1 / (2 * np.sqrt(a))), "`root` and `slope`: this belongs to the exact root"),
    (lambda a, tolerance: (heron(a, tolerance), 1 / (2 * np.sqrt(a))), "`slope`: this belongs to the exact root"),
    (lambda a, tolerance: (heron(a, tolerance), 1 / (2 * heron(a, tolerance))), "right at the exact root only"),
    (wrong_3_k(start=0), "this first use of a is not counted"),
    (wrong_3_k(reset=True), "only the last turn"),
    (wrong_3_k(by_a=lambda x: 0), "these contributions are missing"),
    (wrong_3_k(by_x=lambda x, a: 1 / 2), "either the part of a/x is missing by x"),
    (wrong_3_k(by_x=lambda x, a: (1 + a / x**2) / 2), "is −a/x²"),
    (wrong_3_k(by_a=lambda x: 1 / x), "or the ½ is missing by a"),
    (wrong_3_k(by_x=lambda x, a: 1 - a / x**2), "the ½ is missing in the slope by x"),
    (at_least_once_3_k, "looks at x before each turn"),
    (lambda a, tolerance: (heron(a, tolerance), bp.grad(lambda a: heron(float(a), tolerance))(a)), "float(x) would lo"),
    (heron, "expected 2 parts"),
]


# ---- 3.l


def zeros_3_l(arrivals, count):
    totals = [np.zeros(arrivals[0][1].shape) for _ in range(count)]
    for node, array in arrivals:
        totals[node] += array
    return totals


def collected_3_l(arrivals, count):
    return [sum((array for node, array in arrivals if node == k), 0 * arrivals[0][1]) for k in range(count)]


def copied_3_l(arrivals, count):
    totals = {}
    for node, array in arrivals:
        if node in totals:
            totals[node] += array
        else:
            totals[node] = array.copy()
    return {"totals": np.array([totals.get(k, 0 * arrivals[0][1]) for k in range(count)])}


def wrong_3_l(add):
    def answer(arrivals, count):
        totals = [None] * count
        for node, array in arrivals:
            totals[node] = array if totals[node] is None else add(totals[node], array)
        return [np.zeros(arrivals[0][1].shape) if total is None else total for total in totals]

    return answer


def in_place_3_l(arrivals, count):
    totals = [None] * count
    for node, array in arrivals:
        if totals[node] is None:
            totals[node] = array
        else:
            totals[node] += array
    return [np.zeros((2, 3)) if total is None else total for total in totals]


def averaged_3_l(arrivals, count):
    uses = [max(1, [node for node, _ in arrivals].count(k)) for k in range(count)]
    return [total / n for total, n in zip(zeros_3_l(arrivals, count), uses, strict=True)]


def one_buffer_3_l(arrivals, count):
    totals = [np.zeros((2, 3))] * count
    for node, array in arrivals:
        totals[node] += array
    return totals


RIGHT_3_L = [zeros_3_l, collected_3_l, copied_3_l, wrong_3_l(lambda total, array: total + array)]
WRONG_3_L = [
    (in_place_3_l, "changes its argument `arrivals` in place"),
    (wrong_3_l(lambda total, array: array), "overwrites what was there"),
    (wrong_3_l(lambda total, array: total), "only the first to arrive"),
    (averaged_3_l, "not averaged"),
    (one_buffer_3_l, "a buffer of its own"),
    (lambda arrivals, count: zeros_3_l(arrivals, count)[:3], "has 3 entries, expected 4"),
    (lambda arrivals, count: [total.sum() for total in zeros_3_l(arrivals, count)], "expected shape (2, 3)"),
]


# ---- 3.m


def stable(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@functools.cache
def with_rule():
    """The function with its rule; made when it is first asked for, not when the tests are collected."""
    return bp.defrule(stable, lambda y, x: 0.5 * (1 + np.tanh(0.5 * x)))


def three(softplus):
    def first(x):
        return bp.grad(lambda x: np.sum(softplus(x)))(x)

    return lambda x: (softplus(x), first(x), bp.grad(lambda x: np.sum(first(x)))(x))


def by_hand_3_m(x):
    s = np.where(x > 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))
    return {"second": s * (1 - s), "slope": s, "value": np.logaddexp(0, x)}


def wrong_3_m(value=stable, slope=lambda q: q, second=lambda q: q * (1 - q)):
    def answer(x):
        q = 0.5 * (1 + np.tanh(x / 2))
        return value(x), slope(q), second(q)

    return answer


RIGHT_3_M = [
    lambda x: three(with_rule())(x),
    three(lambda x: np.logaddexp(0.0, x)),
    by_hand_3_m,
    wrong_3_m(),
]
WRONG_3_M = [
    (three(stable), "`second`: right except at 0"),
    (three(lambda x: np.log(1 + np.exp(x))), "not a finite number"),
    (lambda x: (np.maximum(x, 0), (x > 0) * 1.0, x * 0), "`value` and `slope`: this is the ReLU"),
    (wrong_3_m(slope=lambda q: 1 - q), "`slope`: mind the sign"),
    (wrong_3_m(slope=lambda q: q * (1 - q)), "`slope`: this is the second derivative"),
    (wrong_3_m(second=lambda q: q), "`second`: this is the first derivative again"),
    (wrong_3_m(second=lambda q: q * q), "the square of the first derivative"),
    (wrong_3_m(value=lambda x: np.log1p(np.exp(-np.abs(x)))), "`value`: the part max(x, 0) is missing"),
    (wrong_3_m(value=lambda x: np.abs(x) + np.log1p(np.exp(-np.abs(x)))), "the softplus plus |x|"),
    (lambda x: stable(x), "expected 3"),
]


# ---- 3.n


def energy(x):
    differences = [np.sin(x[k + 1] - x[k]) for k in range(len(x) - 1)]
    length = np.sqrt(np.sum(x**2))
    return np.sum(np.stack(differences) ** 2) + 2 * length


def by_hand_3_n(x):
    gradient = 2 * x / np.linalg.norm(x)
    for k in range(len(x) - 1):
        gradient[k] -= 2 * np.sin(x[k + 1] - x[k]) * np.cos(x[k + 1] - x[k])
        gradient[k + 1] += 2 * np.sin(x[k + 1] - x[k]) * np.cos(x[k + 1] - x[k])
    return {"gradient": gradient, "value": energy(x)}


def vectors_3_n(x):
    return bp.value_and_grad(lambda x: np.sum(np.sin(np.diff(x)) ** 2) + 2 * np.linalg.norm(x))(x)


def wrong_3_n(springs=lambda x: np.sum(np.sin(np.diff(x)) ** 2), length=lambda x: 2 * np.sqrt(np.sum(x**2))):
    return lambda x: (energy(x), bp.grad(lambda x: springs(x) + length(x))(x))


def unrepaired_3_n(x):
    def energy(x):
        differences = np.zeros(len(x) - 1)
        for k in range(len(x) - 1):
            differences[k] = np.sin(x[k + 1] - x[k])
        length = math.sqrt(float(np.sum(x**2)))
        return np.sum(np.array([np.sum(differences**2), 2 * length]))

    return bp.value_and_grad(energy)(x)


def half_repaired_3_n(x):
    def energy(x):
        differences = np.stack([np.sin(x[k + 1] - x[k]) for k in range(len(x) - 1)])
        length = math.sqrt(float(bp.stop_gradient(np.sum(x**2))))
        return np.sum(np.stack([np.sum(differences**2), 2 * length]))

    return bp.value_and_grad(energy)(x)


RIGHT_3_N = [by_hand_3_n, vectors_3_n, lambda x: bp.value_and_grad(energy)(x), wrong_3_n()]
WRONG_3_N = [
    (unrepaired_3_n, "raised DerivativeError"),
    (half_repaired_3_n, "`gradient`: the length is taken for a constant"),
    (wrong_3_n(springs=lambda x: np.sum(bp.stop_gradient(np.sin(np.diff(x))) ** 2)), "the differences are taken for"),
    (wrong_3_n(length=lambda x: np.sqrt(np.sum(x**2))), "the factor 2 of the length"),
    (wrong_3_n(springs=lambda x: np.sum(np.sin(x[1:] - bp.stop_gradient(x[:-1])) ** 2)), "one of the two ends"),
    (wrong_3_n(length=lambda x: np.sum(x**2)), "a root of a sum of squares"),
    (lambda x: (energy(x) - np.sin(x[-1] - x[-2]) ** 2, vectors_3_n(x)[1]), "`value`: the last difference"),
    (lambda x: (np.sum(np.sin(np.diff(x))) + 2 * np.linalg.norm(x), vectors_3_n(x)[1]), "the squares of the sines"),
    (energy, "expected 2 parts"),
]


RIGHT = {
    "3.h": RIGHT_3_H,
    "3.i": RIGHT_3_I,
    "3.j": RIGHT_3_J,
    "3.k": RIGHT_3_K,
    "3.l": RIGHT_3_L,
    "3.m": RIGHT_3_M,
    "3.n": RIGHT_3_N,
}
WRONG = {
    "3.h": WRONG_3_H,
    "3.i": WRONG_3_I,
    "3.j": WRONG_3_J,
    "3.k": WRONG_3_K,
    "3.l": WRONG_3_L,
    "3.m": WRONG_3_M,
    "3.n": WRONG_3_N,
}
