"""Right and wrong answers to the problems of chapter 01; a wrong one comes with words its diagnosis must contain."""

# Written as students write: long, repetitive, and each on its own.
import cmath
import math
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

NAMES_7_34 = ("phi_0", "phi_1", "phi_2", "psi_01", "psi_11", "psi_21", "psi_02", "psi_12", "psi_22",
              "theta_01", "theta_11", "theta_02", "theta_12")  # fmt: skip


# ---- 7.1


def network_7_34(p):
    def a(z):
        return z if z > 0 else 0.0

    h1, h2 = a(p.theta_01 + p.theta_11 * p.x), a(p.theta_02 + p.theta_12 * p.x)
    u1, u2 = p.psi_01 + p.psi_11 * h1 + p.psi_21 * h2, p.psi_02 + p.psi_12 * h1 + p.psi_22 * h2
    return SimpleNamespace(h1=h1, h2=h2, u1=u1, u2=u2, z1=p.theta_01 + p.theta_11 * p.x,
                           z2=p.theta_02 + p.theta_12 * p.x, a=a)  # fmt: skip


def dictionary_7_1(**p):
    p = SimpleNamespace(**p)
    n = network_7_34(p)
    i1, i2, j1, j2 = n.z1 > 0, n.z2 > 0, n.u1 > 0, n.u2 > 0
    return {
        "theta_12": i2 * (j1 * p.phi_1 * p.psi_21 + j2 * p.phi_2 * p.psi_22) * p.x,
        "theta_02": i2 * (j1 * p.phi_1 * p.psi_21 + j2 * p.phi_2 * p.psi_22),
        "theta_11": i1 * (j1 * p.phi_1 * p.psi_11 + j2 * p.phi_2 * p.psi_12) * p.x,
        "theta_01": i1 * (j1 * p.phi_1 * p.psi_11 + j2 * p.phi_2 * p.psi_12),
        "psi_22": j2 * p.phi_2 * n.h2, "psi_12": j2 * p.phi_2 * n.h1, "psi_02": j2 * p.phi_2,
        "psi_21": j1 * p.phi_1 * n.h2, "psi_11": j1 * p.phi_1 * n.h1, "psi_01": j1 * p.phi_1,
        "phi_2": n.a(n.u2), "phi_1": n.a(n.u1), "phi_0": 1,
    }  # fmt: skip


def matrices_7_1(x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22,
                 theta_01, theta_11, theta_02, theta_12):  # fmt: skip
    phi, psi = np.array([phi_1, phi_2]), np.array([[psi_11, psi_21], [psi_12, psi_22]])
    z = np.array([theta_01, theta_02]) + np.array([theta_11, theta_12]) * x
    u = np.array([psi_01, psi_02]) + psi @ np.maximum(z, 0)
    to_u = phi * (u > 0)
    to_z = (psi.T @ to_u) * (z > 0)
    by_psi = np.column_stack([to_u, np.outer(to_u, np.maximum(z, 0))])
    by_theta = np.column_stack([to_z, to_z * x])
    return np.concatenate([[1.0], np.maximum(u, 0), by_psi.ravel(), by_theta.ravel()])


def list_7_1(**p):
    answer = dictionary_7_1(**p)
    return [answer[name] for name in NAMES_7_34]


def changed_7_1(change):
    """A wrong answer made from the right one by a student's own hand."""

    def answer(**p):
        derivatives = dictionary_7_1(**p)
        derivatives.update(change(SimpleNamespace(**p), network_7_34(SimpleNamespace(**p)), derivatives))
        return derivatives

    return answer


WRONG_7_1 = [
    (changed_7_1(lambda p, n, d: {"theta_01": (p.phi_1 * p.psi_11 * (n.u1 > 0)) * (n.z1 > 0),
                                  "theta_11": (p.phi_1 * p.psi_11 * (n.u1 > 0)) * (n.z1 > 0) * p.x}),
     "where else does"),
    (changed_7_1(lambda p, n, d: {"theta_02": (p.phi_2 * p.psi_22 * (n.u2 > 0)) * (n.z2 > 0)}), "where else does"),
    (changed_7_1(lambda p, n, d: {"psi_11": p.phi_1 * (n.u1 >= 0) * n.h1, "psi_01": p.phi_1 * (n.u1 >= 0)}),
     "exactly at a kink"),
    (changed_7_1(lambda p, n, d: {"theta_11": d["theta_01"], "theta_12": d["theta_02"]}), "the factor x is missing"),
    (changed_7_1(lambda p, n, d: {"psi_11": d["psi_01"], "psi_22": d["psi_02"]}), "activation of the source unit"),
    (changed_7_1(lambda p, n, d: {"psi_21": d["psi_12"], "psi_12": d["psi_21"]}), "are exchanged"),
    (changed_7_1(lambda p, n, d: {"phi_1": n.u1, "phi_2": n.u2}), "a pre-activation stands where its ReLU should"),
    (changed_7_1(lambda p, n, d: {"psi_12": p.phi_2 * (n.u2 > 0) * n.z1}), "a pre-activation stands where"),
    (changed_7_1(lambda p, n, d: {"theta_01": p.phi_1 * p.psi_11 * (n.u1 > 0) + p.phi_2 * p.psi_12 * (n.u2 > 0)}),
     "slope of the inner ReLU is missing"),
    (changed_7_1(lambda p, n, d: {"psi_01": p.phi_1, "psi_02": p.phi_2}), "slope of the outer ReLU is missing"),
    (changed_7_1(lambda p, n, d: {"phi_0": 0.0}), "always zero"),
    (changed_7_1(lambda p, n, d: {"phi_0": p.phi_0}), "this is φ_0 itself"),
    (changed_7_1(lambda p, n, d: {"theta_01": (p.phi_1 * p.psi_11 * (n.u1 > 0) + p.phi_2 * p.psi_21 * (n.u2 > 0))
                                  * (n.z1 > 0)}), "are exchanged"),
    (changed_7_1(lambda p, n, d: {"psi_01": -d["psi_01"]}), "wrong sign"),
    (lambda **p: list_7_1(**p)[:12], "has 12 parts, expected 13"),
    (lambda **p: {k: v for k, v in dictionary_7_1(**p).items() if k != "phi_0"}, "no entry `phi_0`"),
]  # fmt: skip


# ---- the toy model, written once for all, in plain floats


def chain(x, y, beta, omega, module=math):
    f0 = beta[0] + omega[0] * x
    h1 = module.sin(f0)
    f1 = beta[1] + omega[1] * h1
    h2 = module.exp(f1)
    f2 = beta[2] + omega[2] * h2
    h3 = module.cos(f2)
    f3 = beta[3] + omega[3] * h3
    return [f0, f1, f2, f3], [x, h1, h2, h3], (f3 - y) ** 2


def by_complex_step(loss, numbers, k):
    moved = [complex(number) for number in numbers]
    moved[k] += 1e-100j
    return loss(moved).imag / 1e-100


def by_differences(loss, numbers, k):
    def central(h):
        up, down = list(numbers), list(numbers)
        up[k] += h
        down[k] -= h
        return (loss(up) - loss(down)) / (2 * h)

    return (4 * central(5e-5) - central(1e-4)) / 3


# ---- 7.2


class Factors(NamedTuple):
    dh3_df2: float
    df2_dh2: float
    dh2_df1: float
    df1_dh1: float
    dh1_df0: float


RIGHT_7_2 = [
    lambda f, h, omega: (-math.sin(f[2]), omega[2], math.exp(f[1]), omega[1], math.cos(f[0])),
    lambda f, h, omega: Factors(math.cos(f[2] + math.pi / 2), omega[2], h[2], omega[1], math.sin(f[0] + math.pi / 2)),
    lambda f, h, omega: {"dh1_df0": np.cos(f)[0], "df1_dh1": omega[1], "dh2_df1": h[2], "df2_dh2": omega[2],
                         "dh3_df2": (np.cos(f[2] + 1e-6) - np.cos(f[2] - 1e-6)) / 2e-6},
    lambda f, h, omega: np.array([[-np.sin(f[2])], [omega[2]], [np.exp(f[1])], [omega[1]], [np.cos(f[0])]]),
]  # fmt: skip
WRONG_7_2 = [
    (lambda f, h, omega: (np.sin(f[2]), omega[2], np.exp(f[1]), omega[1], np.cos(f[0])), "minus sign"),
    (lambda f, h, omega: (-np.sin(h[3]), omega[2], np.exp(h[2]), omega[1], np.cos(h[1])), "evaluated at the act"),
    (lambda f, h, omega: (-np.sin(f[2]), h[2], np.exp(f[1]), h[1], np.cos(f[0])), "this is ∂f/∂ω"),
    (lambda f, h, omega: (-np.sin(f[2]), omega[3], np.exp(f[1]), omega[2], np.cos(f[0])), "weight of the next layer"),
    (lambda f, h, omega: (-np.sin(f[2]), omega[1], np.exp(f[1]), omega[0], np.cos(f[0])), "weight of the layer before"),
    (lambda f, h, omega: (np.cos(f[2]), omega[2], np.exp(f[1]), omega[1], np.sin(f[0])), "not its derivative"),
    (lambda f, h, omega: (-np.sin(f[2]), omega[2], f[1] * np.exp(f[1] - 1), omega[1], np.cos(f[0])), "power rule"),
    (lambda f, h, omega: (np.cos(f[0]), omega[1], np.exp(f[1]), omega[2], -np.sin(f[2])), None),  # other way round
    (lambda f, h, omega: (-np.sin(f[2]), np.exp(f[1]), np.cos(f[0])), "has 3 parts, expected 5"),
]  # fmt: skip


# ---- 1.a


def loops_1_a(x, y, beta, omega):
    f, h = [], [x]
    for k, activation in enumerate((np.sin, np.exp, np.cos, None)):
        f.append(beta[k] + omega[k] * h[k])
        if activation:
            h.append(activation(f[k]))
    return {"loss": (f[3] - y) ** 2, "h": h, "f": f}


RIGHT_1_A = [
    chain,
    loops_1_a,
    lambda x, y, beta, omega: tuple(np.array(part).reshape(-1, 1) for part in chain(x, y, beta, omega)),
]
WRONG_1_A = [
    (lambda x, y, beta, omega: (*chain(x, y, beta, omega)[:2], chain(x, y, beta, omega)[0][3] - y), "its square"),
    (lambda x, y, beta, omega: (*chain(x, y, beta, omega)[:2], abs(chain(x, y, beta, omega)[0][3] - y)), "distance"),
    (lambda x, y, beta, omega: (*chain(x, y, beta, omega)[:2], chain(x, y, beta, omega)[2] / 2), "factor of 2"),
    (lambda x, y, beta, omega: chain(x, y, [0] * 4, omega), "biases are missing"),
    (lambda x, y, beta, omega: chain(x, y, omega, beta), "beta and omega are exchanged"),
    (lambda x, y, beta, omega: chain(x, y, beta, omega, SimpleNamespace(sin=math.cos, exp=math.exp, cos=math.sin)),
     "sin and cos are exchanged"),
    (lambda x, y, beta, omega: (chain(x, y, beta, omega)[0], chain(x, y, beta, omega)[1][1:],
                                chain(x, y, beta, omega)[2]), "`h` has shape (3,), expected shape (4,)"),
    (lambda x, y, beta, omega: (*chain(x, y, beta, omega)[:2], (np.cos(chain(x, y, beta, omega)[0][3]) - y) ** 2),
     "nothing follows f_3"),
    (lambda x, y, beta, omega: (*chain(x, y, beta, omega)[:2], chain(x, 0.0, beta, omega)[2]), "y is not used"),
    (lambda x, y, beta, omega: chain(x, y, beta, omega)[2], "expected 3 parts"),
]  # fmt: skip


# ---- 1.b


def loss_1_b(numbers):
    return chain(0.1, 2.0, numbers[:4], numbers[4:], cmath)[2]


NUMBERS_1_B = [0, 0.5, 0.3, 1, 3, 0.2, -0.1, 0.5]
CHANGE_1_B = 0.1 * by_complex_step(loss_1_b, NUMBERS_1_B, 3)
TRUE_CHANGE_1_B = (loss_1_b([0, 0.5, 0.3, 1.1, 3, 0.2, -0.1, 0.5]) - loss_1_b(NUMBERS_1_B)).real
RIGHT_1_B = [("beta_3", CHANGE_1_B), [" Beta_3", np.float64(CHANGE_1_B)], ("β[3].", CHANGE_1_B),
              {"change": CHANGE_1_B, "parameter": "beta_3"},
              ("beta_3", round(CHANGE_1_B, 3))]  # fmt: skip
WRONG_1_B = [
    (("beta_3", round(CHANGE_1_B, 2)), "rounded to two digits; three are asked for"),
    (("omega_0", 0.1 * by_complex_step(loss_1_b, NUMBERS_1_B, 4)), "the largest parameter is not the one"),
    (("omega_3", 0.1 * by_complex_step(loss_1_b, NUMBERS_1_B, 7)), "close: one parameter is slightly ahead"),
    (("beta_3", TRUE_CHANGE_1_B), "the true change"),
    (("beta_3", 10 * CHANGE_1_B), "multiply it by the nudge"),
    (("beta_3", -CHANGE_1_B), "mind the sign"),
    (("beta_0", CHANGE_1_B), "muffled"),
    (("omega_2", 0.1 * by_complex_step(loss_1_b, NUMBERS_1_B, 6)), "muffled"),
    ("beta_3", "expected 2 parts"),
    ((CHANGE_1_B, "beta_3"), "these two are exchanged"),
    ((3, CHANGE_1_B), "expected a word in quotes"),
    (("gamma_3", CHANGE_1_B), '"gamma_3" is unknown here: the words are beta_0, beta_1, beta_2, beta_3, omega_0, '),
]


# ---- 1.c


def written_1_c(x, y, beta, omega):
    f, h, _ = chain(x, y, beta, omega)
    return 2 * (f[3] - y) * omega[3] * -math.sin(f[2]) * omega[2] * h[2] * h[1]


def product_1_c(x, y, beta, omega, without=(), also=1.0):
    f, h, _ = chain(x, y, beta, omega)
    factors = {
        "2": 2,
        "error": f[3] - y,
        "w3": omega[3],
        "sin": -math.sin(f[2]),
        "w2": omega[2],
        "exp": h[2],
        "h1": h[1],
    }
    return math.prod(factor for name, factor in factors.items() if name not in without) * also


RIGHT_1_C = [
    written_1_c,
    lambda x, y, beta, omega: by_complex_step(lambda w: chain(x, y, beta, w, cmath)[2], omega, 1),
    lambda x, y, beta, omega: by_differences(lambda w: chain(x, y, beta, w)[2], omega, 1),
    lambda x, y, beta, omega: np.array([written_1_c(x, y, beta, omega)]),
]
WRONG_1_C = [
    (lambda x, y, beta, omega: product_1_c(x, y, beta, omega, ["h1"]), "(observation 1)"),
    (lambda x, y, beta, omega: product_1_c(x, y, beta, omega, ["h1"], x), "what x has become"),
    (lambda x, y, beta, omega: product_1_c(x, y, beta, omega, ["h1"], math.cos(beta[0] + omega[0] * x)), "is a value"),
    (lambda x, y, beta, omega: product_1_c(x, y, beta, omega, ["h1"],
                                           omega[1] * x * math.cos(beta[0] + omega[0] * x)), "equation 7.7"),
    (lambda x, y, beta, omega: product_1_c(x, y, beta, omega, ["exp"]), "one factor exp is missing"),
    (lambda x, y, beta, omega: product_1_c(x, y, beta, omega, ["w2"]), "ω_2 is missing"),
    (lambda x, y, beta, omega: product_1_c(x, y, beta, omega, ["w3"]), "ω_3 is missing"),
    (lambda x, y, beta, omega: product_1_c(x, y, beta, omega, ["2"]), "a factor of 2 is missing"),
    (lambda x, y, beta, omega: -product_1_c(x, y, beta, omega), "wrong sign"),
    (lambda x, y, beta, omega: product_1_c(x, y, beta, omega, ["sin"], math.cos(chain(x, y, beta, omega)[0][2])),
     "not differentiated"),
]  # fmt: skip


# ---- 1.d


def repaired_1_d(f, h, y, omega):
    back = [2 * (f[3] - y)]
    for slope, weight in ((-np.sin(f[2]), omega[3]), (np.exp(f[1]), omega[2]), (np.cos(f[0]), omega[1])):
        back.insert(0, back[0] * weight * slope)
    return back, [h[k] * back[k] for k in range(4)]


def one_line_each_1_d(f, h, y, omega):
    d3 = 2 * f[3] - 2 * y
    d2 = -d3 * omega[3] * np.sin(f[2])
    d1 = d2 * omega[2] * h[2]
    d0 = d1 * omega[1] * np.cos(f[0])
    return {"dl_domega": [h[0] * d0, h[1] * d1, h[2] * d2, h[3] * d3], "dl_dbeta": [d0, d1, d2, d3]}


def cumulative_1_d(f, h, y, omega):
    factors = np.array([2 * (f[3] - y), -np.sin(f[2]) * omega[3], np.exp(f[1]) * omega[2], np.cos(f[0]) * omega[1]])
    by_beta = np.cumprod(factors)[::-1]
    return by_beta, h * by_beta


def bugs_1_d(sign, place, weight):
    def answer(f, h, y, omega):
        d3 = 2 * (y - f[3]) if sign else 2 * (f[3] - y)
        d2 = -np.sin(h[3] if place else f[2]) * omega[3] * d3
        d1 = np.exp(f[1]) * omega[2] * d2
        d0 = np.cos(f[0]) * d1 * (1 if weight else omega[1])
        by_beta = np.array([d0, d1, d2, d3])
        return by_beta, h * by_beta

    return answer


RIGHT_1_D = [repaired_1_d, one_line_each_1_d, cumulative_1_d]
WRONG_1_D = [
    (bugs_1_d(True, True, True), "all three bugs are still in"),
    (bugs_1_d(False, True, True), "two of the three bugs"),
    (bugs_1_d(True, False, True), "two of the three bugs"),
    (bugs_1_d(True, True, False), "two of the three bugs"),
    (bugs_1_d(True, False, False), "one of the three bugs"),
    (bugs_1_d(False, True, False), "one of the three bugs"),
    (bugs_1_d(False, False, True), "one of the three bugs"),
    (lambda f, h, y, omega: repaired_1_d(f, h, y, omega)[0], "has 4 parts, expected 2"),
    (lambda f, h, y, omega: repaired_1_d(f, h, y, omega)[::-1], "exchanged"),
]


# ---- 1.e


def chain_1_e(x, y, beta, omega, module=math):
    h1 = (beta[0] + omega[0] * x) ** 2
    h2 = module.tanh(beta[1] + omega[1] * h1)
    h3 = module.log(1 + module.exp(beta[2] + omega[2] * h2))
    return 0.5 * (beta[3] + omega[3] * h3 - y) ** 2


def numerically_1_e(derivative, module):
    def answer(x, y, beta, omega):
        def loss(numbers):
            return chain_1_e(x, y, numbers[:4], numbers[4:], module)

        numbers = [*beta, *omega]
        derivatives = [derivative(loss, numbers, k) for k in range(8)]
        return derivatives[:4], derivatives[4:]

    return answer


def by_hand_1_e(x, y, beta, omega, factor=1.0, square=None, tanh=None, softplus=None, transposed=False):
    f0 = beta[0] + omega[0] * x
    h1 = f0 * f0
    f1 = beta[1] + omega[1] * h1
    h2 = np.tanh(f1)
    f2 = beta[2] + omega[2] * h2
    h3 = np.log(1 + np.exp(f2))
    f3 = beta[3] + omega[3] * h3
    d3 = factor * (f3 - y)
    d2 = d3 * omega[3] * (softplus(f2, h3) if softplus else np.exp(f2) / (1 + np.exp(f2)))
    d1 = d2 * omega[2] * (tanh(f1, h2) if tanh else 1 / np.cosh(f1) ** 2)
    d0 = d1 * omega[1] * (square(f0, h1) if square else 2 * f0)
    by_beta, by_omega = np.array([d0, d1, d2, d3]), np.array([x * d0, h1 * d1, h2 * d2, h3 * d3])
    return (by_omega, by_beta) if transposed else (by_beta, by_omega)


def wrong_1_e(**slips):
    return lambda x, y, beta, omega: by_hand_1_e(x, y, beta, omega, **slips)


RIGHT_1_E = [by_hand_1_e, numerically_1_e(by_complex_step, cmath), numerically_1_e(by_differences, math)]
WRONG_1_E = [
    (wrong_1_e(factor=2), "½ in front"),
    (wrong_1_e(square=lambda f, h: f), "factor 2 of the square"),
    (wrong_1_e(square=lambda f, h: 2 * h), "taken at f_0"),
    (wrong_1_e(tanh=lambda f, h: 1 - np.tanh(h) ** 2), "taken once"),
    (wrong_1_e(tanh=lambda f, h: 1 - f**2), "not 1 − f_1²"),
    (wrong_1_e(softplus=lambda f, h: 1 / (1 + np.exp(f))), "mind the sign in the exponent"),
    (wrong_1_e(softplus=lambda f, h: 1 / (1 + np.exp(-h))), "taken at f_2"),
    (wrong_1_e(transposed=True), "exchanged"),
    (wrong_1_e(factor=-1), "wrong sign"),
    (lambda x, y, beta, omega: 1 / 0, "ZeroDivisionError"),
]


# ---- 1.f


def uses_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    omega = [omega_0, omega_shared, omega_shared, omega_3]

    def loss(w):
        return chain(x, y, beta, w, cmath)[2]

    return by_complex_step(loss, omega, 1), by_complex_step(loss, omega, 2)


def by_hand_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    f, h, _ = chain(x, y, beta, [omega_0, omega_shared, omega_shared, omega_3])
    at_f2 = 2 * (f[3] - y) * omega_3 * -np.sin(f[2])
    return at_f2 * (h[2] + omega_shared * np.exp(f[1]) * h[1])


RIGHT_1_F = [
    by_hand_1_f,
    lambda **a: sum(uses_1_f(**a)),
    lambda x, y, beta, omega_0, omega_shared, omega_3: by_differences(
        lambda w: chain(x, y, beta, [omega_0, w[0], w[0], omega_3])[2], [omega_shared], 0),
]  # fmt: skip
WRONG_1_F = [
    (lambda **a: uses_1_f(**a)[0], "only the use in f_1"),
    (lambda **a: uses_1_f(**a)[1], "only the use in f_2"),
    (lambda **a: sum(uses_1_f(**a)) / 2, "not averaged"),
    (lambda **a: uses_1_f(**a)[0] * uses_1_f(**a)[1], "not multiplied"),
    (lambda **a: uses_1_f(**a)[0] - uses_1_f(**a)[1], "difference"),
    (lambda **a: -sum(uses_1_f(**a)), "wrong sign"),
    (lambda **a: uses_1_f(**a), "has shape (2,), expected one number"),
]


# ---- 1.g

RIGHT_1_G = [
    lambda K: ((2 * K + 1) * (K + 1), 3 * K + 1),
    lambda K: {"separate": 2 * K**2 + 3 * K + 1, "shared": 2 * K + (K + 1)},
    lambda K: np.array([sum(4 * j + 1 for j in range(K + 1)), len(range(K)) * 3 + 1]),
]
WRONG_1_G = [
    (lambda K: (sum(4 * j + 3 for j in range(K + 1)), 3 * K + 1), "a product of n factors takes n − 1"),
    (lambda K: (sum(4 * j for j in range(K + 1)), 3 * K + 1), "for each ω_k is missing"),
    (lambda K: (sum(2 * j + 1 for j in range(K + 1)), 3 * K + 1), "this counts one of the two"),
    (lambda K: (sum(2 * j for j in range(K + 1)), 3 * K + 1), "counts the biases only"),
    (lambda K: (sum(4 * j + 2 for j in range(K + 1)), 3 * K + 1), "costs nothing in this count"),
    (lambda K: ((2 * K + 1) * (K + 1), 2 * K), "is missing"),
    (lambda K: (sum(4 * j + 1 for j in range(K)), 3 * K + 1), "layers are counted from 0 to K"),
    (lambda K: (28, 10), None),
]


# ---- 1.h


def lists_1_h(x, y, beta, omega, a, a_prime):
    values = [x]
    pre = []
    for k, (b, w) in enumerate(zip(beta, omega, strict=True)):
        pre.append(b + w * values[-1])
        if k + 1 < len(omega):
            values.append(a[k + 1](pre[-1]))
    back = [2 * (pre[-1] - y)]
    for k in reversed(range(1, len(omega))):
        back.append(back[-1] * omega[k] * a_prime[k](pre[k - 1]))
    back.reverse()
    return back, [h * d for h, d in zip(values, back, strict=True)]


def recursive_1_h(x, y, beta, omega, a, a_prime):
    by_beta, by_omega = [], []

    def layer(k, h):
        f = beta[k] + omega[k] * h
        if k == len(omega) - 1:
            d = 2 * (f - y)
        else:
            d = layer(k + 1, a[k + 1](f)) * a_prime[k + 1](f)
        by_beta.insert(0, d)
        by_omega.insert(0, h * d)
        return omega[k] * d

    layer(0, x)
    return by_beta, by_omega


def differences_1_h(x, y, beta, omega, a, a_prime):
    K = len(omega) - 1

    def loss(numbers):
        h = x
        for k in range(K + 1):
            f = numbers[k] + numbers[K + 1 + k] * h
            h = a[k + 1](f) if k < K else f
        return (h - y) ** 2

    numbers = [*beta, *omega]
    derivatives = [by_differences(loss, numbers, k) for k in range(2 * K + 2)]
    return derivatives[: K + 1], derivatives[K + 1 :]


def wrong_1_h(slope_at="before", weight=0, source="h", factor=2.0):
    def answer(x, y, beta, omega, a, a_prime):
        n = len(omega)
        f, h = np.zeros(n), np.zeros(n)
        h[0] = x
        for k in range(n):
            if k:
                h[k] = a[k](f[k - 1])
            f[k] = beta[k] + omega[k] * h[k]
        d = np.zeros(n)
        d[-1] = factor * (f[-1] - y)
        for k in range(n - 1, 0, -1):
            at = {"before": f[k - 1], "activation": h[k], "after": f[k]}[slope_at]
            d[k - 1] = a_prime[k](at) * (1.0 if weight is None else omega[k + weight]) * d[k]
        return d, {"h": h, "f": f, "1": 1.0}[source] * d

    return answer


def three_layers_only(x, y, beta, omega, a, a_prime):
    f0 = beta[0] + omega[0] * x
    f1 = beta[1] + omega[1] * a[1](f0)
    f2 = beta[2] + omega[2] * a[2](f1)
    return [f0, f1, f2], [f0, f1, f2]


RIGHT_1_H = [lists_1_h, recursive_1_h, differences_1_h]
WRONG_1_H = [
    (wrong_1_h(slope_at="activation"), "taken at the activations h_k"),
    (wrong_1_h(slope_at="after"), "one layer too late"),
    (wrong_1_h(weight=-1), "ω_k, not ω_{k−1}"),
    (wrong_1_h(weight=None), "weights are missing on the way back"),
    (wrong_1_h(source="f"), "h_k, not f_k"),
    (wrong_1_h(source="1"), "(observation 1)"),
    (wrong_1_h(factor=1.0), "factor 2 of 7.10 is missing"),
    (wrong_1_h(factor=-2.0), "f_K − y"),
    (three_layers_only, "IndexError"),
]

RIGHT = {
    "7.1": [dictionary_7_1, matrices_7_1, list_7_1],
    "7.2": RIGHT_7_2,
    "1.a": RIGHT_1_A,
    "1.b": RIGHT_1_B,
    "1.c": RIGHT_1_C,
    "1.d": RIGHT_1_D,
    "1.e": RIGHT_1_E,
    "1.f": RIGHT_1_F,
    "1.g": RIGHT_1_G,
    "1.h": RIGHT_1_H,
}
WRONG = {
    "7.1": WRONG_7_1,
    "7.2": WRONG_7_2,
    "1.a": WRONG_1_A,
    "1.b": WRONG_1_B,
    "1.c": WRONG_1_C,
    "1.d": WRONG_1_D,
    "1.e": WRONG_1_E,
    "1.f": WRONG_1_F,
    "1.g": WRONG_1_G,
    "1.h": WRONG_1_H,
}
