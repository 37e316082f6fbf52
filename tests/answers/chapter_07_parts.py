"""Right and wrong answers to 7.g to 7.i; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import numpy as np

from bpkit.problems.planted_recomputation import PLANTED

# ---- 7.g


def loop_7_g(gradient, x, y, sizes):
    value, dl_domega, within, start, examples = 0.0, 0.0, 0.0, 0, x.shape[1]
    for size in sizes:
        part_x, part_y = x[:, start : start + size], y[:, start : start + size]
        part_value, part_gradient = gradient(part_x, part_y)
        value += part_value * size / examples
        dl_domega = dl_domega + part_gradient * size / examples
        within = within + part_x.var(axis=1) * size / examples
        start += size
    return value, dl_domega, within, x.var(axis=1) - within


def whole_7_g(gradient, x, y, sizes):
    ends = np.cumsum(sizes)[:-1]
    parts = np.split(x, ends, axis=1)
    squares = sum(((part - part.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) for part in parts)
    value, dl_domega = gradient(x, y)
    return [value, dl_domega, squares / x.shape[1], x.var(axis=1) - squares / x.shape[1]]


def averaged_7_g(gradient, x, y, sizes):
    ends = np.cumsum(sizes)[:-1]
    found = [gradient(*part) for part in zip(np.split(x, ends, axis=1), np.split(y, ends, axis=1), strict=True)]
    means = np.stack([part.mean(axis=1) for part in np.split(x, ends, axis=1)])
    variances = np.stack([part.var(axis=1) for part in np.split(x, ends, axis=1)])
    middle = np.average(means, axis=0, weights=sizes)
    return {"between": np.average((means - middle) ** 2, axis=0, weights=sizes)[:, None],
            "within": np.average(variances, axis=0, weights=sizes)[:, None],
            "value": np.average([one[0] for one in found], weights=sizes),
            "dl_domega": np.average([one[1] for one in found], axis=0, weights=sizes)}  # fmt: skip


RIGHT_7_G = [loop_7_g, whole_7_g, averaged_7_g]


def weighted_7_g(weights):
    def answer(gradient, x, y, sizes):
        value, dl_domega, start = 0.0, np.zeros((len(y), len(x))), 0
        for size, weight in zip(sizes, weights(sizes), strict=True):
            one = gradient(x[:, start : start + size], y[:, start : start + size])
            value, dl_domega, start = value + weight * one[0], dl_domega + weight * one[1], start + size
        return value, dl_domega, *whole_7_g(gradient, x, y, sizes)[2:]

    return answer


def other_variances_7_g(change):
    def answer(gradient, x, y, sizes):
        parts = np.split(x, np.cumsum(sizes)[:-1], axis=1)
        return (*gradient(x, y), *change(x, parts, *whole_7_g(gradient, x, y, sizes)[2:]))

    return answer


WRONG_7_G = [
    (weighted_7_g(lambda sizes: [1 / len(sizes)] * len(sizes)), "`value` and `dl_domega`: all parts count the same"),
    (weighted_7_g(lambda sizes: [1] * len(sizes)), "`value` and `dl_domega`: this is the sum of the parts' means"),
    (weighted_7_g(lambda sizes: [size / sum(sizes) for size in sizes[:-1]] + [0]), "the last part is left out"),
    (other_variances_7_g(lambda x, parts, within, between: (x.var(axis=1), between)),
     "`within`: this is the variance of the whole batch, which no part"),
    (other_variances_7_g(lambda x, parts, within, between: (sum(p.var(axis=1) for p in parts) / len(parts), between)),
     "`within`: all parts count the same"),
    (other_variances_7_g(lambda x, parts, within, between: (
        sum(p.var(axis=1, ddof=1) * p.shape[1] for p in parts) / x.shape[1], between)), "`within`: BatchNorm divides"),
    (other_variances_7_g(lambda x, parts, within, between: (within, 0 * between)), "`between`: nothing else is"),
    (other_variances_7_g(lambda x, parts, within, between: (between, within)), "the two are exchanged"),
]  # fmt: skip


# ---- 7.h


def loop_7_h(
    u, v, g_u, g_v, A, B, u_first=False, sign=1, slope=True, straight=True, through_b=True, through_a=True, late=True
):
    dl_dA, dl_dB = [], []
    for k in range(len(A))[::-1]:
        if u_first:
            old_u = u - np.tanh(A[k] @ v)
            old_v = v - np.tanh(B[k] @ old_u)
        else:
            old_v = v - sign * np.tanh(B[k] @ u)
            old_u = u - sign * np.tanh(A[k] @ old_v)
        tanh_b, tanh_a = np.tanh(B[k] @ u), np.tanh(A[k] @ old_v)
        at_b = g_v * (1 - tanh_b**2) if slope else g_v
        dl_dB.insert(0, at_b @ u.T)
        before = g_u
        g_u = (g_u if straight else 0) + (B[k].T @ at_b if through_b else 0)
        at_a = g_u if late else before
        at_a = at_a * (1 - tanh_a**2) if slope else at_a
        dl_dA.insert(0, at_a @ old_v.T)
        g_v = (g_v if straight else 0) + (A[k].T @ at_a if through_a else 0)
        u, v = old_u, old_v
    return u, v, g_u, g_v, dl_dA, dl_dB


def forward_again_7_h(u, v, g_u, g_v, A, B):
    # The inputs first, then an ordinary backward pass with everything stored.
    for a, b in zip(A[::-1], B[::-1], strict=True):
        v = v - np.tanh(b @ u)
        u = u - np.tanh(a @ v)
    x, trace = (u, v), []
    for a, b in zip(A, B, strict=True):
        t_a = np.tanh(a @ v)
        trace.append((u + t_a, v, t_a, np.tanh(b @ (u + t_a))))
        u, v = u + t_a, v + trace[-1][3]
    found_a, found_b = {}, {}
    for k in reversed(range(len(A))):
        middle, v, t_a, t_b = trace[k]
        found_b[k] = (g_v - g_v * t_b * t_b) @ middle.T
        g_u = g_u + B[k].T @ (g_v - g_v * t_b * t_b)
        found_a[k] = (g_u - g_u * t_a * t_a) @ v.T
        g_v = g_v + A[k].T @ (g_u - g_u * t_a * t_a)
    return {"u": x[0], "v": x[1], "g_u": g_u, "g_v": g_v, "dl_dA": [found_a[k] for k in range(len(A))],
            "dl_dB": [found_b[k] for k in range(len(A))]}  # fmt: skip


def recursive_7_h(u, v, g_u, g_v, A, B):
    if not A:
        return u, v, g_u, g_v, [], []
    z = B[-1] @ u
    v = v - np.tanh(z)
    b = g_v / np.cosh(z) ** 2
    g_B, g_u = b @ u.T, g_u + B[-1].T @ b
    z = A[-1] @ v
    u = u - np.tanh(z)
    a = g_u / np.cosh(z) ** 2
    below = recursive_7_h(u, v, g_u, g_v + A[-1].T @ a, A[:-1], B[:-1])
    return (*below[:4], [*below[4], a @ v.T], [*below[5], g_B])


RIGHT_7_H = [loop_7_h, forward_again_7_h, recursive_7_h]


def planted_7_h(**planted):
    return lambda **arguments: loop_7_h(**arguments, **planted)


def first_to_last_7_h(u, v, g_u, g_v, A, B):
    found = loop_7_h(u, v, g_u, g_v, A[::-1], B[::-1])
    return (*found[:4], found[4][::-1], found[5][::-1])


def changed_7_h(change):
    return lambda **arguments: change(arguments, *loop_7_h(**arguments))


WRONG_7_H = [
    (planted_7_h(u_first=True), "u is undone before v"),
    (planted_7_h(slope=False), "the slope of tanh, 1 − tanh², is missing"),
    (planted_7_h(straight=False), "each half also goes straight on"),
    (planted_7_h(through_b=False), "what comes back through B is to be added to ∂ℓ/∂u"),
    (planted_7_h(late=False), "∂ℓ/∂u must have what comes through B"),
    (first_to_last_7_h, "the layers are undone from the first to the last"),
    (changed_7_h(lambda given, u, v, g_u, g_v, a, b: (u, v, g_u, g_v, a[::-1], b[::-1])),
     "`dl_dA` and `dl_dB`: they are in the order of the way back"),
    (changed_7_h(lambda given, u, v, *others: (given["u"], given["v"], *others)),
     "`u` and `v`: this is what was given"),
]  # fmt: skip


# ---- 7.i

RIGHT_7_I = [
    PLANTED,
    [f" {bug.upper()} " for bug in PLANTED],
    {f"version_{number}": bug for number, bug in enumerate(PLANTED, start=1)},
]


def other_7_i(number, bug):
    return tuple(bug if n == number else right for n, right in enumerate(PLANTED, start=1))


WRONG_7_I = [
    (other_7_i(1, "stretch-lost"), "`version_1`: with the bug you name, without Dropout and BatchNorm, the gradients"),
    (other_7_i(1, "from-the-input"), "the gradients of the last stretch would be wrong; in this version: right"),
    (other_7_i(2, "not-training"), "`version_2`: with the bug you name, with BatchNorm and no Dropout"),
    (other_7_i(3, "other-masks"), "in this version: wrong after the third digit"),
    (other_7_i(4, "statistics-never"), "`version_4`: with the bug you name, the running statistics"),
    (other_7_i(5, "other-masks"), "`version_5`: with the bug you name, with BatchNorm and no Dropout"),
    (other_7_i(6, "gradient-restarted"), "`version_6`: with the bug you name, without Dropout and BatchNorm, the grad"),
    (other_7_i(6, "no such word"), '"no such word" is unknown here: the words are from-the-input, '),
    (PLANTED[:5], "has 5 parts, expected 6"),
]


RIGHT = {"7.g": RIGHT_7_G, "7.h": RIGHT_7_H, "7.i": RIGHT_7_I}
WRONG = {"7.g": WRONG_7_G, "7.h": WRONG_7_H, "7.i": WRONG_7_I}
