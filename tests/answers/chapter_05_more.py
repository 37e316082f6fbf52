"""Right and wrong answers to 5.j and 5.k; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import itertools
import math

import numpy as np

# ---- 5.j


def enumerated_5_j(values, probabilities, h, depth):
    D = len(h)
    scale = np.sqrt(2 / D / np.sum(probabilities * values**2))

    def gain(weights, h):
        total = 0.0
        for choice in itertools.product(range(len(weights)), repeat=len(h)):
            choice = list(choice)
            b = max(0.0, np.sum(weights[choice] * h))
            total += np.prod(probabilities[choice]) * b**2
        return total / np.mean(h**2)

    single = values * np.sqrt(2 / np.sum(probabilities * values**2))
    return scale, gain(scale * values, h), gain(-scale * values, h), gain(single, np.ones(1)) ** depth


def by_meshgrid_5_j(values, probabilities, h, depth):
    D = len(h)
    scale = math.sqrt(2 / (D * (probabilities @ values**2)))
    f = sum(grid * unit for grid, unit in zip(np.meshgrid(*[scale * values] * D), h, strict=True))
    p = math.prod(np.meshgrid(*[probabilities] * D))
    gain = (p * f**2 * (f > 0)).sum() / (h @ h / D)
    positive = probabilities[values > 0] @ values[values > 0] ** 2 / (probabilities @ values**2)
    return {"scale": scale, "gain": gain, "mirrored": 2 - gain, "chain": (2 * positive) ** depth}


def by_dictionary_5_j(values, probabilities, h, depth):
    """The distribution of the sum, unit by unit, as a dictionary; then the chain, layer by layer."""
    variance = sum(p * v * v for p, v in zip(probabilities, values, strict=True))
    scale = (2 / len(h) / variance) ** 0.5
    sums = {0.0: 1.0}
    for unit in h:
        longer = {}
        for f, q in sums.items():
            for p, v in zip(probabilities, values, strict=True):
                longer[f + scale * v * unit] = longer.get(f + scale * v * unit, 0.0) + p * q
        sums = longer
    size = sum(unit**2 for unit in h) / len(h)
    up = sum(q * f * f for f, q in sums.items() if f > 0) / size
    down = sum(q * f * f for f, q in sums.items() if f < 0) / size
    chain = 1.0
    for _ in range(depth):
        chain *= 2 / variance * sum(p * max(v, 0) ** 2 for p, v in zip(probabilities, values, strict=True))
    return [scale, up, down, chain]


RIGHT_5_J = [enumerated_5_j, by_meshgrid_5_j, by_dictionary_5_j]


def other_5_j(change):
    return lambda values, probabilities, h, depth: change(
        values, probabilities, h, depth, *enumerated_5_j(values, probabilities, h, depth)
    )


def variance_5_j(values, probabilities, h, depth):
    scale, *_ = enumerated_5_j(values, probabilities, h, depth)

    def gain(weights):
        mean = square = 0.0
        for choice in itertools.product(range(len(weights)), repeat=len(h)):
            p = np.prod(probabilities[list(choice)])
            b = max(0.0, weights[list(choice)] @ h)
            mean, square = mean + p * b, square + p * b * b
        return (square - mean**2) / np.mean(h**2)

    return scale, gain(scale * values), gain(-scale * values), enumerated_5_j(values, probabilities, h, depth)[3]


WRONG_5_J = [
    (other_5_j(lambda v, p, h, k, scale, gain, mirrored, chain: (scale**2, gain, mirrored, chain)),
     "`scale`: this is the square of what is asked"),
    (other_5_j(lambda v, p, h, k, scale, gain, mirrored, chain: (np.sqrt(2 / len(h)), gain, mirrored, chain)),
     "`values` have one of their own"),
    (other_5_j(lambda v, p, h, k, scale, gain, mirrored, chain: (np.sqrt(2 / len(h)) / v.std(), gain, mirrored, chain)),
     "`scale`: the probabilities are missing"),
    (other_5_j(lambda v, p, h, k, scale, *others: (scale, 1.0, 1.0, 1.0)),
     "`gain`: this takes for granted that the weights are symmetric"),
    (variance_5_j, "`gain` and `mirrored`: this is the variance of the activation"),
    (other_5_j(lambda v, p, h, k, scale, gain, mirrored, chain: (scale, gain, 1 / gain, chain)),
     "`mirrored`: the mirror image is not the inverse"),
    (other_5_j(lambda v, p, h, k, scale, gain, mirrored, chain: (scale, mirrored, gain, chain)),
     "`gain` and `mirrored`: the two are exchanged"),
    (other_5_j(lambda v, p, h, k, scale, gain, mirrored, chain: (scale, gain, mirrored, gain**k)),
     "`chain`: this is the gain of the layer with D units"),
    (other_5_j(lambda v, p, h, k, scale, gain, mirrored, chain: (scale, gain / len(h), mirrored / len(h), chain)),
     "divided by the sum of h²"),
    (other_5_j(lambda v, p, h, k, scale, gain, mirrored, chain: (scale, gain, mirrored, chain ** (1 / k))),
     "`chain`: this is one layer"),
    (other_5_j(lambda v, p, h, k, *right: (right[0], right[1], right[2], k * right[3] ** (1 / k))),
     "the factors of the layers multiply"),
    (lambda values, probabilities, h, depth: enumerated_5_j(values, np.ones(len(values)) / len(values), h, depth),
     "`scale`, `gain`, `mirrored` and `chain`: the probabilities are missing"),
]  # fmt: skip


# ---- 5.k


def formula_5_k(x, y, layers, close):
    theta = np.arccos(x @ y / (np.linalg.norm(x) * np.linalg.norm(y)))
    both_on = (np.pi - theta) / (2 * np.pi)
    cosines, c, k = [], np.cos(theta), 0
    until = 0 if c > close else None
    while len(cosines) < layers or until is None:
        theta = np.arccos(np.clip(c, -1, 1))
        c = (np.sin(theta) + (np.pi - theta) * np.cos(theta)) / np.pi
        k += 1
        cosines.append(c)
        if until is None and c > close:
            until = k
    return both_on, cosines[:layers], until


def without_angles_5_k(x, y, layers, close):
    """In the cosine alone: the sine is a root."""

    def after(rho, k):
        return rho if k == 0 else after(
            (math.sqrt(max(0.0, 1 - rho * rho)) + rho * (math.pi / 2 + math.asin(min(1.0, max(-1.0, rho))))) / math.pi,
            k - 1,
        )  # fmt: skip

    rho = float(x @ y) / math.hypot(*x) / math.hypot(*y)
    until = 0
    while after(rho, until) <= close:
        until += 1
    return {"both_on": 0.25 + math.asin(max(-1.0, min(1.0, rho))) / (2 * math.pi),
            "cosines": np.array([after(rho, k + 1) for k in range(layers)]), "until": until}  # fmt: skip


GRID = (np.arange(2000) + 0.5) / 2000 * 2 * np.pi


def by_integral_5_k(x, y, layers, close):
    """The mean over many directions in the plane, a sum in place of the integral."""
    theta = np.arctan2(np.sqrt(max(0.0, (x @ x) * (y @ y) - (x @ y) ** 2)), x @ y)
    both_on = (np.pi - theta) / (2 * np.pi)
    cosines, until = [], 0 if np.cos(theta) > close else None
    while until is None or len(cosines) < layers:
        b_x, b_y = np.maximum(np.cos(GRID), 0), np.maximum(np.cos(GRID - theta), 0)
        c = np.mean(b_x * b_y) / np.mean(b_x**2)
        cosines.append(c)
        theta = np.arccos(np.clip(c, -1, 1))
        if until is None and c > close:
            until = len(cosines)
    return [both_on, cosines[:layers], until]


RIGHT_5_K = [formula_5_k, without_angles_5_k, by_integral_5_k]


def other_5_k(change):
    return lambda x, y, layers, close: change(x, y, layers, close, *formula_5_k(x, y, layers, close))


def with_step_5_k(step, until_too=True):
    def answer(x, y, layers, close):
        both_on, _, until = formula_5_k(x, y, layers, close)
        c = x @ y / (np.linalg.norm(x) * np.linalg.norm(y))
        cosines = []
        for _ in range(layers):
            c = step(np.arccos(np.clip(c, -1, 1)))
            cosines.append(c)
        return both_on, cosines, until

    return answer


WRONG_5_K = [
    (other_5_k(lambda x, y, layers, close, on, cosines, until: (2 * on, cosines, until)),
     "`both_on`: this is the share among the units that are on for x"),
    (other_5_k(lambda x, y, layers, close, on, cosines, until: (0.25, cosines, until)),
     "being on for x and being on for y are not independent"),
    (other_5_k(lambda x, y, layers, close, on, cosines, until: (on, np.arccos(np.clip(cosines, -1, 1)), until)),
     "`cosines`: these are the angles"),
    (with_step_5_k(lambda t: (np.sin(t) + (np.pi - t) * np.cos(t)) / (2 * np.pi)), "`cosines`: half of this"),
    (with_step_5_k(lambda t: (np.pi - t) * np.cos(t) / np.pi), "`cosines`: the sine is missing"),
    (with_step_5_k(lambda t: (np.sin(t) + t * np.cos(t)) / np.pi), "θ stands for π − θ"),
    (with_step_5_k(lambda t: 1 - t / np.pi), "`cosines`: this is the share of units that are on for y"),
    (other_5_k(lambda x, y, layers, close, on, cosines, until: (on, [cosines[0]] * layers, until)),
     "`cosines`: only one layer is computed"),
    (other_5_k(lambda x, y, layers, close, on, cosines, until: (on, cosines, until + 1)),
     "`until`: one layer too many"),
    (other_5_k(lambda x, y, layers, close, on, cosines, until: (on, cosines, until - 1)),
     "`until`: one layer too few"),
    (other_5_k(lambda x, y, layers, close, on, cosines, until: (0.5 - on, cosines, until)),
     "`both_on`: these are the units that are on for x and off for y"),
]  # fmt: skip


RIGHT = {"5.j": RIGHT_5_J, "5.k": RIGHT_5_K}
WRONG = {"5.j": WRONG_5_J, "5.k": WRONG_5_K}
