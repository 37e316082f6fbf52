"""Answers to the problems of chapter 1, written from the problem sheet alone."""

import cmath
import collections
import functools
import math
from fractions import Fraction
from itertools import accumulate

import numpy as np

# ---- 1.a


def sin_and_cos_exchanged_1_a(x, y, beta, omega):
    f0 = beta[0] + omega[0] * x
    h1 = np.cos(f0)
    f1 = beta[1] + omega[1] * h1
    h2 = np.exp(f1)
    f2 = beta[2] + omega[2] * h2
    h3 = np.sin(f2)
    f3 = beta[3] + omega[3] * h3
    return np.array([f0, f1, f2, f3]), np.array([x, h1, h2, h3]), (f3 - y) ** 2


def input_missing_from_h_1_a(x, y, beta, omega):
    f, h = np.zeros(4), np.zeros(4)
    f[0] = beta[0] + omega[0] * x
    for k, a in enumerate((np.sin, np.exp, np.cos)):
        h[k] = a(f[k])
        f[k + 1] = beta[k + 1] + omega[k + 1] * h[k]
    return f, h, (f[3] - y) ** 2


def half_the_square_1_a(x, y, beta, omega):
    h = [x]
    f = []
    for k in range(4):
        f.append(beta[k] + omega[k] * h[k])
        if k < 3:
            h.append([np.sin, np.exp, np.cos][k](f[k]))
    return np.array(f), np.array(h), 0.5 * (f[3] - y) ** 2


def f_and_h_exchanged_1_a(x, y, beta, omega):
    f, h = np.zeros(4), np.zeros(4)
    h[0] = x
    f[0] = beta[0] + omega[0] * h[0]
    h[1] = np.sin(f[0])
    f[1] = beta[1] + omega[1] * h[1]
    h[2] = np.exp(f[1])
    f[2] = beta[2] + omega[2] * h[2]
    h[3] = np.cos(f[2])
    f[3] = beta[3] + omega[3] * h[3]
    return h, f, (f[3] - y) ** 2


def bias_as_slope_1_a(x, y, beta, omega):
    f, h = np.zeros(4), np.zeros(4)
    h[0] = x
    f[0] = omega[0] + beta[0] * h[0]
    h[1] = np.sin(f[0])
    f[1] = omega[1] + beta[1] * h[1]
    h[2] = np.exp(f[1])
    f[2] = omega[2] + beta[2] * h[2]
    h[3] = np.cos(f[2])
    f[3] = omega[3] + beta[3] * h[3]
    return f, h, (f[3] - y) ** 2


def whole_numbers_only_1_a(x, y, beta, omega):
    f, h = np.array([0, 0, 0, 0]), np.array([0, 0, 0, 0])
    h[0] = x
    f[0] = beta[0] + omega[0] * h[0]
    h[1] = np.sin(f[0])
    f[1] = beta[1] + omega[1] * h[1]
    h[2] = np.exp(f[1])
    f[2] = beta[2] + omega[2] * h[2]
    h[3] = np.cos(f[2])
    f[3] = beta[3] + omega[3] * h[3]
    return f, h, (f[3] - y) ** 2


def degrees_1_a(x, y, beta, omega):
    f0 = beta[0] + omega[0] * x
    h1 = np.sin(np.deg2rad(f0))
    f1 = beta[1] + omega[1] * h1
    h2 = np.exp(f1)
    f2 = beta[2] + omega[2] * h2
    h3 = np.cos(np.deg2rad(f2))
    f3 = beta[3] + omega[3] * h3
    return [f0, f1, f2, f3], [x, h1, h2, h3], (f3 - y) ** 2


def loss_of_the_first_f_1_a(x, y, beta, omega):
    f = beta + omega * x
    h = np.array([x, np.sin(f[0]), 0.0, 0.0])
    f[1] = beta[1] + omega[1] * h[1]
    h[2] = np.exp(f[1])
    f[2] = beta[2] + omega[2] * h[2]
    h[3] = np.cos(f[2])
    return f, h, (f[3] - y) ** 2  # f[3] still made from x


Pass = collections.namedtuple("Pass", "f h loss")


def named_tuple_of_lists_1_a(x, y, beta, omega):
    f, h = [], [x]
    for b, w, a in zip(beta, omega, (math.sin, math.exp, math.cos, None), strict=False):
        f.append(b + w * h[-1])
        if a:
            h.append(a(f[-1]))
    return Pass(f, h, (f[-1] - y) ** 2)


def torch_with_grad_1_a(inp, target, b, w):
    import torch

    b = torch.tensor(np.asarray(b, dtype=float), requires_grad=True)
    w = torch.tensor(np.asarray(w, dtype=float), requires_grad=True)
    f, h = [], [torch.tensor(float(inp), dtype=torch.float64)]
    for k in range(4):
        f.append(b[k] + w[k] * h[k])
        if k < 3:
            h.append((torch.sin, torch.exp, torch.cos)[k](f[k]))
    return torch.stack(f), torch.stack(h), (f[3] - target).square()


def recursive_1_a(x, y, beta, omega):
    activation = [lambda _: x, math.sin, math.exp, math.cos]

    def hidden(k):
        return activation[k](pre(k - 1) if k else None)

    def pre(k):
        return beta[k] + omega[k] * hidden(k)

    return tuple(map(pre, range(4))), tuple(map(hidden, range(4))), abs(pre(3) - y) ** 2


class ForwardPass:
    """The forward pass as an object that can be called."""

    def __init__(self, *functions):
        self.functions = functions

    def __call__(self, x, y, beta, omega):
        f, h = np.empty(4), np.empty(4)
        h[0] = x
        for k, a in enumerate(self.functions):
            f[k] = omega[k] * h[k] + beta[k]
            h[k + 1] = a(f[k])
        f[3] = omega[3] * h[3] + beta[3]
        return [f, h, (y - f[3]) ** 2]


# ---- 7.2


def minus_of_cosine_lost_7_2(f, h, omega):
    return np.sin(f[2]), omega[2], np.exp(f[1]), omega[1], np.cos(f[0])


def sine_of_h3_7_2(f, h, omega):
    return -np.sin(h[3]), omega[2], np.exp(f[1]), omega[1], np.cos(f[0])


def exp_twice_7_2(f, h, omega):
    return -np.sin(f[2]), omega[2], np.exp(h[2]), omega[1], np.cos(f[0])


def forward_order_7_2(f, h, omega):
    return np.cos(f[0]), omega[1], np.exp(f[1]), omega[2], -np.sin(f[2])


def weights_one_too_low_7_2(f, h, omega):
    return -np.sin(f[2]), omega[1], np.exp(f[1]), omega[0], np.cos(f[0])


def weights_one_too_high_7_2(f, h, omega):
    return [-np.sin(f[2]), omega[3], np.exp(f[1]), omega[2], np.cos(f[0])]


def activation_for_weight_7_2(f, h, omega):
    return -np.sin(f[2]), h[2], np.exp(f[1]), h[1], np.cos(f[0])


def multiplied_up_7_2(f, h, omega):
    factors = [-np.sin(f[2]), omega[2], np.exp(f[1]), omega[1], np.cos(f[0])]
    return np.cumprod(factors)


def cosine_of_h1_7_2(f, h, omega):
    return -np.sin(f[2]), omega[2], np.exp(f[1]), omega[1], np.cos(h[1])


def one_factor_too_many_7_2(f, h, omega):
    return omega[3], -np.sin(f[2]), omega[2], np.exp(f[1]), omega[1], np.cos(f[0])


def exp_as_a_power_7_2(f, h, omega):
    return -np.sin(f[2]), omega[2], f[1] * np.exp(f[1] - 1), omega[1], np.cos(f[0])


def positive_root_7_2(f, h, omega):
    return -np.sqrt(1 - h[3] ** 2), omega[2], h[2], omega[1], np.sqrt(1 - h[1] ** 2)


def f_of_the_same_number_7_2(f, h, omega):
    return -np.sin(f[3]), omega[2], np.exp(f[2]), omega[1], np.cos(f[1])


def activations_not_slopes_7_2(f, h, omega):
    return np.cos(f[2]), omega[2], np.exp(f[1]), omega[1], np.sin(f[0])


def upside_down_7_2(f, h, omega):
    return -np.sin(f[2]), 1 / omega[2], np.exp(f[1]), 1 / omega[1], np.cos(f[0])


def generator_7_2(f, h, omega):
    yield -math.sin(f[2])
    yield omega[2]
    yield h[2]
    yield omega[1]
    yield math.cos(f[0])


def torch_slopes_7_2(pre, act, w):
    import torch

    f = torch.tensor(np.asarray(pre, dtype=float), requires_grad=True)
    total = torch.cos(f[2]) + torch.exp(f[1]) + torch.sin(f[0])
    total.backward()
    return torch.stack([f.grad[2], torch.tensor(w[2]), f.grad[1], torch.tensor(w[1]), f.grad[0]])


def complex_step_7_2(f, h, omega):
    t = 1e-30j
    return {
        "dh3_df2": cmath.cos(f[2] + t).imag / 1e-30,
        "df2_dh2": omega[2],
        "dh2_df1": cmath.exp(f[1] + t).imag / 1e-30,
        "df1_dh1": omega[1],
        "dh1_df0": cmath.sin(f[0] + t).imag / 1e-30,
    }.values()


def shifted_sines_7_2(F, H, W):
    slope = {2: lambda: np.cos(F[2] + np.pi / 2), 1: lambda: H[2], 0: lambda: np.sin(F[0] + np.pi / 2)}
    out = []
    for k in (2, 1):
        out += [slope[k](), W[k]]
    return np.array([*out, slope[0]()], dtype=np.float64).reshape(5)


# ---- 1.b

RIGHT_PREDICTION_1_B = -0.10078135


def worked_out_1_b():
    x, y, omega, beta = 0.1, 2, (3, 0.2, -0.1, 0.5), (0, 0.5, 0.3, 1)
    inner = math.exp(beta[1] + omega[1] * math.sin(beta[0] + omega[0] * x))
    return 2 * (beta[3] + omega[3] * math.cos(beta[2] + omega[2] * inner) - y) * 0.1


def real_change_1_b():
    """The change of the loss itself, after a nudge of beta_3 by 0.1."""
    r = worked_out_1_b() / 0.2
    return (r + 0.1) ** 2 - r**2


# ---- 1.c


def _inside(x, beta, omega):
    f0 = beta[0] + omega[0] * x
    f1 = beta[1] + omega[1] * np.sin(f0)
    f2 = beta[2] + omega[2] * np.exp(f1)
    f3 = beta[3] + omega[3] * np.cos(f2)
    return f0, f1, f2, f3


def sine_of_the_input_layer_lost_1_c(x, y, beta, omega):
    _f0, f1, f2, f3 = _inside(x, beta, omega)
    return -2 * (f3 - y) * omega[2] * omega[3] * np.exp(f1) * np.sin(f2)


def copied_from_7_7_1_c(x, y, beta, omega):
    f0, f1, f2, f3 = _inside(x, beta, omega)
    return -2 * (f3 - y) * omega[0] * omega[2] * omega[3] * x * np.cos(f0) * np.exp(f1) * np.sin(f2)


def weight_itself_left_in_1_c(x, y, beta, omega):
    f0, f1, f2, f3 = _inside(x, beta, omega)
    return -2 * (f3 - y) * omega[1] * omega[2] * omega[3] * np.sin(f0) * np.exp(f1) * np.sin(f2)


def minus_lost_1_c(x, y, beta, omega):
    f0, f1, f2, f3 = _inside(x, beta, omega)
    return 2 * (f3 - y) * omega[2] * omega[3] * np.sin(f0) * np.exp(f1) * np.sin(f2)


def cosine_not_differentiated_1_c(x, y, beta, omega):
    (b0, b1, b2, b3), (w0, w1, w2, w3) = beta, omega
    e = np.exp(b1 + w1 * np.sin(b0 + w0 * x))
    return 2 * (b3 + w3 * np.cos(b2 + w2 * e) - y) * w3 * np.cos(b2 + w2 * e) * w2 * e * np.sin(b0 + w0 * x)


def coarse_forward_difference_1_c(x, y, beta, omega):
    def loss(w1):
        return (_inside(x, beta, [omega[0], w1, omega[2], omega[3]])[3] - y) ** 2

    return (loss(omega[1] + 0.01) - loss(omega[1])) / 0.01


def bias_outside_the_exponential_1_c(x, y, beta, omega):
    (b0, b1, b2, b3), (w0, w1, w2, w3) = beta, omega
    e = np.exp(b1 + w1 * np.sin(b0 + w0 * x))
    return -2 * (b3 + w3 * np.cos(b2 + w2 * e) - y) * w2 * w3 * np.sin(b0 + w0 * x) * e * np.sin(w2 * e)


def sympy_1_c(x, y, beta, omega):
    import sympy

    w = sympy.Symbol("w")
    (b0, b1, b2, b3), (w0, w1, w2, w3) = [tuple(map(float, p)) for p in (beta, omega)]
    model = b3 + w3 * sympy.cos(b2 + w2 * sympy.exp(b1 + w * sympy.sin(b0 + w0 * float(x))))
    return sympy.diff((model - float(y)) ** 2, w).subs(w, w1).evalf(20)


def torch_1_c(x, y, beta, omega):
    import torch

    b, w = (torch.tensor(np.asarray(p, dtype=float), requires_grad=True) for p in (beta, omega))
    loss = (b[3] + w[3] * torch.cos(b[2] + w[2] * torch.exp(b[1] + w[1] * torch.sin(b[0] + w[0] * x))) - y) ** 2
    return torch.autograd.grad(loss, w)[0][1]


def complex_step_1_c(inp, target, b, w):
    w1 = w[1] + 1e-40j
    out = b[3] + w[3] * cmath.cos(b[2] + w[2] * cmath.exp(b[1] + w1 * math.sin(b[0] + w[0] * inp)))
    return ((out - target) ** 2).imag * 1e40


def four_point_difference_1_c(x, y, beta, omega):
    def loss(step):
        return (_inside(x, beta, np.asarray(omega) + step * np.array([0, 1, 0, 0]))[3] - y) ** 2

    t = 1e-3 / (1 + abs(np.exp(_inside(x, beta, omega)[1])))
    return (8 * (loss(t) - loss(-t)) - (loss(2 * t) - loss(-2 * t))) / (12 * t)


# ---- 7.1


def _right_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    z1, z2 = theta_01 + theta_11 * x, theta_02 + theta_12 * x
    h1, h2 = max(z1, 0), max(z2, 0)
    u1, u2 = psi_01 + psi_11 * h1 + psi_21 * h2, psi_02 + psi_12 * h1 + psi_22 * h2
    g1, g2 = phi_1 * (u1 > 0), phi_2 * (u2 > 0)
    t1, t2 = (g1 * psi_11 + g2 * psi_12) * (z1 > 0), (g1 * psi_21 + g2 * psi_22) * (z2 > 0)
    return {
        "phi_0": 1,
        "phi_1": max(u1, 0),
        "phi_2": max(u2, 0),
        "psi_01": g1,
        "psi_11": g1 * h1,
        "psi_21": g1 * h2,
        "psi_02": g2,
        "psi_12": g2 * h1,
        "psi_22": g2 * h2,
        "theta_01": t1,
        "theta_11": t1 * x,
        "theta_02": t2,
        "theta_12": t2 * x,
    }


def constant_differentiated_to_zero_7_1(*args, **kwargs):
    answer = _right_7_1(*args, **kwargs)
    answer["phi_0"] = 0
    return answer


def psi_12_and_psi_21_exchanged_7_1(*args, **kwargs):
    answer = _right_7_1(*args, **kwargs)
    answer["psi_12"], answer["psi_21"] = answer["psi_21"], answer["psi_12"]
    return answer


def one_path_only_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    answer = _right_7_1(
        x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
    )
    answer["theta_01"] = answer["psi_01"] * psi_11 * (theta_01 + theta_11 * x > 0)
    answer["theta_11"] = answer["theta_01"] * x
    answer["theta_02"] = answer["psi_02"] * psi_22 * (theta_02 + theta_12 * x > 0)
    answer["theta_12"] = answer["theta_02"] * x
    return answer


def inner_indicator_missing_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    answer = _right_7_1(
        x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
    )
    g1, g2 = answer["psi_01"], answer["psi_02"]
    answer["theta_01"] = g1 * psi_11 + g2 * psi_12
    answer["theta_11"] = x * (g1 * psi_11 + g2 * psi_12)
    answer["theta_02"] = g1 * psi_21 + g2 * psi_22
    answer["theta_12"] = x * (g1 * psi_21 + g2 * psi_22)
    return answer


def outer_indicator_missing_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    z1, z2 = theta_01 + theta_11 * x, theta_02 + theta_12 * x
    h1, h2 = max(z1, 0), max(z2, 0)
    u1, u2 = psi_01 + psi_11 * h1 + psi_21 * h2, psi_02 + psi_12 * h1 + psi_22 * h2
    t1, t2 = (phi_1 * psi_11 + phi_2 * psi_12) * (z1 > 0), (phi_1 * psi_21 + phi_2 * psi_22) * (z2 > 0)
    return {
        "phi_0": 1,
        "phi_1": max(u1, 0),
        "phi_2": max(u2, 0),
        "psi_01": phi_1,
        "psi_11": phi_1 * h1,
        "psi_21": phi_1 * h2,
        "psi_02": phi_2,
        "psi_12": phi_2 * h1,
        "psi_22": phi_2 * h2,
        "theta_01": t1,
        "theta_11": t1 * x,
        "theta_02": t2,
        "theta_12": t2 * x,
    }


def slope_one_at_zero_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    z1, z2 = theta_01 + theta_11 * x, theta_02 + theta_12 * x
    h1, h2 = max(z1, 0), max(z2, 0)
    u1, u2 = psi_01 + psi_11 * h1 + psi_21 * h2, psi_02 + psi_12 * h1 + psi_22 * h2
    g1, g2 = phi_1 * (u1 >= 0), phi_2 * (u2 >= 0)
    t1, t2 = (g1 * psi_11 + g2 * psi_12) * (z1 >= 0), (g1 * psi_21 + g2 * psi_22) * (z2 >= 0)
    return {
        "phi_0": 1,
        "phi_1": max(u1, 0),
        "phi_2": max(u2, 0),
        "psi_01": g1,
        "psi_11": g1 * h1,
        "psi_21": g1 * h2,
        "psi_02": g2,
        "psi_12": g2 * h1,
        "psi_22": g2 * h2,
        "theta_01": t1,
        "theta_11": t1 * x,
        "theta_02": t2,
        "theta_12": t2 * x,
    }


def outer_relu_left_out_of_phi_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    answer = _right_7_1(
        x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
    )
    h1, h2 = max(theta_01 + theta_11 * x, 0), max(theta_02 + theta_12 * x, 0)
    answer["phi_1"] = psi_01 + psi_11 * h1 + psi_21 * h2
    answer["phi_2"] = psi_02 + psi_12 * h1 + psi_22 * h2
    return answer


def pre_activation_for_activation_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    answer = _right_7_1(
        x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
    )
    for k in "12":
        answer["psi_1" + k] = answer["psi_0" + k] * (theta_01 + theta_11 * x)
        answer["psi_2" + k] = answer["psi_0" + k] * (theta_02 + theta_12 * x)
    return answer


def keys_without_underscore_7_1(*args, **kwargs):
    return {name.replace("_", ""): value for name, value in _right_7_1(*args, **kwargs).items()}


def biases_forgotten_7_1(*args, **kwargs):
    return {name: value for name, value in _right_7_1(*args, **kwargs).items() if "_0" not in name}


def sign_for_indicator_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    z1, z2 = theta_01 + theta_11 * x, theta_02 + theta_12 * x
    h1, h2 = max(z1, 0), max(z2, 0)
    u1, u2 = psi_01 + psi_11 * h1 + psi_21 * h2, psi_02 + psi_12 * h1 + psi_22 * h2
    g1, g2 = phi_1 * np.sign(u1), phi_2 * np.sign(u2)
    t1, t2 = (g1 * psi_11 + g2 * psi_12) * np.sign(z1), (g1 * psi_21 + g2 * psi_22) * np.sign(z2)
    return {
        "phi_0": 1,
        "phi_1": max(u1, 0),
        "phi_2": max(u2, 0),
        "psi_01": g1,
        "psi_11": g1 * h1,
        "psi_21": g1 * h2,
        "psi_02": g2,
        "psi_12": g2 * h1,
        "psi_22": g2 * h2,
        "theta_01": t1,
        "theta_11": t1 * x,
        "theta_02": t2,
        "theta_12": t2 * x,
    }


def input_of_slope_missing_7_1(*args, **kwargs):
    answer = _right_7_1(*args, **kwargs)
    answer["theta_11"] = answer["theta_01"]
    answer["theta_12"] = answer["theta_02"]
    return answer


def psi_read_as_outer_inner_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    return _right_7_1(
        x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_12, psi_02, psi_21, psi_22, theta_01, theta_11, theta_02, theta_12
    )


def paths_multiplied_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    answer = _right_7_1(
        x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
    )
    g = answer["psi_01"] * answer["psi_02"]
    answer["theta_01"] = g * psi_11 * psi_12 * (theta_01 + theta_11 * x > 0)
    answer["theta_02"] = g * psi_21 * psi_22 * (theta_02 + theta_12 * x > 0)
    answer["theta_11"], answer["theta_12"] = answer["theta_01"] * x, answer["theta_02"] * x
    return answer


def wide_forward_difference_7_1(*args):
    def output(x, p0, p1, p2, s01, s11, s21, s02, s12, s22, t01, t11, t02, t12):
        h1, h2 = max(t01 + t11 * x, 0), max(t02 + t12 * x, 0)
        return p0 + p1 * max(s01 + s11 * h1 + s21 * h2, 0) + p2 * max(s02 + s12 * h1 + s22 * h2, 0)

    answer, start = {}, output(*args)
    for i, name in enumerate(_right_7_1(*args), start=1):
        moved = list(args)
        moved[i] += 0.5
        answer[name] = (output(*moved) - start) / 0.5
    return answer


NAMES_7_1 = [
    "phi_0",
    "phi_1",
    "phi_2",
    "psi_01",
    "psi_11",
    "psi_21",
    "psi_02",
    "psi_12",
    "psi_22",
    "theta_01",
    "theta_11",
    "theta_02",
    "theta_12",
]


def torch_autograd_7_1(x, *parameters):
    import torch

    p = [torch.tensor(float(value), dtype=torch.float64, requires_grad=True) for value in parameters]
    p0, p1, p2, s01, s11, s21, s02, s12, s22, t01, t11, t02, t12 = p
    h1, h2 = torch.relu(t01 + t11 * x), torch.relu(t02 + t12 * x)
    y = p0 + p1 * torch.relu(s01 + s11 * h1 + s21 * h2) + p2 * torch.relu(s02 + s12 * h1 + s22 * h2)
    return dict(zip(NAMES_7_1, torch.autograd.grad(y, p), strict=False))


def other_order_of_keys_7_1(x, a0, a1, a2, b01, b11, b21, b02, b12, b22, c01, c11, c02, c12):
    inner = np.array([c01 + c11 * x, c02 + c12 * x])
    h = np.maximum(inner, 0)
    psi = np.array([[b11, b21], [b12, b22]])
    outer = np.array([b01, b02]) + psi @ h
    g = np.array([a1, a2]) * np.heaviside(outer, 0)
    d = psi.T @ g * np.heaviside(inner, 0)
    answer = collections.OrderedDict()
    answer["theta_12"], answer["theta_11"] = (d * x)[::-1]
    answer["theta_02"], answer["theta_01"] = d[::-1]
    for j in (1, 2):
        for k in (2, 1):
            answer[f"psi_{j}{k}"] = (g[:, None] * h)[k - 1, j - 1]
    answer["psi_02"], answer["psi_01"] = g[1], g[0]
    answer.update(phi_2=np.maximum(outer[1], 0), phi_1=np.maximum(outer[0], 0), phi_0=True)
    return answer


def jax_grad_7_1(*numbers):
    import jax

    def output(p, x):
        h1 = jax.nn.relu(p["theta_01"] + p["theta_11"] * x)
        h2 = jax.nn.relu(p["theta_02"] + p["theta_12"] * x)
        one = jax.nn.relu(p["psi_01"] + p["psi_11"] * h1 + p["psi_21"] * h2)
        two = jax.nn.relu(p["psi_02"] + p["psi_12"] * h1 + p["psi_22"] * h2)
        return p["phi_0"] + p["phi_1"] * one + p["phi_2"] * two

    return jax.grad(output)(
        {name: float(v) for name, v in zip(NAMES_7_1, numbers[1:], strict=False)}, float(numbers[0])
    )


def fractions_and_conditions_7_1(
    x, phi_0, phi_1, phi_2, psi_01, psi_11, psi_21, psi_02, psi_12, psi_22, theta_01, theta_11, theta_02, theta_12
):
    q = {name: Fraction(float(value)) for name, value in locals().items()}
    d = dict.fromkeys(NAMES_7_1, Fraction(0))
    d["phi_0"] = Fraction(1)
    z = {j: q[f"theta_0{j}"] + q[f"theta_1{j}"] * q["x"] for j in (1, 2)}
    on = [j for j in (1, 2) if z[j] > 0]
    for k in (1, 2):
        u = q[f"psi_0{k}"] + sum(q[f"psi_{j}{k}"] * z[j] for j in on)
        if u <= 0:
            continue
        d[f"phi_{k}"] = u
        d[f"psi_0{k}"] = q[f"phi_{k}"]
        for j in on:
            d[f"psi_{j}{k}"] = q[f"phi_{k}"] * z[j]
            d[f"theta_0{j}"] += q[f"phi_{k}"] * q[f"psi_{j}{k}"]
            d[f"theta_1{j}"] += q[f"phi_{k}"] * q[f"psi_{j}{k}"] * q["x"]
    return d


# ---- 1.d


def _backward_1_d(f, h, y, omega, sign=1.0, sine=None, w1=None):
    d = np.zeros(4)
    d[3] = sign * 2 * (f[3] - y)
    d[2] = -np.sin(f[2] if sine is None else sine) * omega[3] * d[3]
    d[1] = np.exp(f[1]) * omega[2] * d[2]
    d[0] = np.cos(f[0]) * (omega[1] if w1 is None else w1) * d[1]
    return d


def sign_not_found_1_d(f, h, y, omega):
    d = _backward_1_d(f, h, y, omega, sign=-1.0)
    return d, h * d


def sine_of_h_not_found_1_d(f, h, y, omega):
    d = _backward_1_d(f, h, y, omega, sine=h[3])
    return d, h * d


def missing_weight_not_found_1_d(f, h, y, omega):
    d = _backward_1_d(f, h, y, omega, w1=1.0)
    return d, h * d


def sine_of_f3_1_d(f, h, y, omega):
    d = _backward_1_d(f, h, y, omega, sine=f[3])
    return d, h * d


def weight_0_put_in_1_d(f, h, y, omega):
    d = _backward_1_d(f, h, y, omega, w1=omega[0])
    return d, h * d


def exponential_repaired_too_1_d(f, h, y, omega):
    dl_df, dl_dh = np.zeros(4), np.zeros(4)
    dl_df[3] = 2 * (f[3] - y)
    dl_dh[3] = omega[3] * dl_df[3]
    dl_df[2] = -np.sin(f[2]) * dl_dh[3]
    dl_dh[2] = omega[2] * dl_df[2]
    dl_df[1] = np.exp(f[2]) * dl_dh[2]
    dl_dh[1] = omega[1] * dl_df[1]
    dl_df[0] = np.cos(f[0]) * dl_dh[1]
    return dl_df, h * dl_df


def last_line_repaired_to_death_1_d(f, h, y, omega):
    d = _backward_1_d(f, h, y, omega)
    return d, np.append(1.0, h[1:]) * d  # "the first one has no activation before it"


def omega_first_1_d(f, h, y, omega):
    d = _backward_1_d(f, h, y, omega)
    return h * d, d


def lists_only_1_d(f, h, y, omega):
    g = [2 * (f[3] - y)]
    for slope, w in ((-math.sin(f[2]), omega[3]), (h[2], omega[2]), (math.cos(f[0]), omega[1])):
        g.insert(0, slope * w * g[0])
    return g, [a * b for a, b in zip(h, g, strict=False)]


def through_autograd_1_d(f, h, y, omega):
    import torch

    w = torch.tensor(np.asarray(omega, dtype=float), requires_grad=True)
    b = torch.tensor(np.asarray(f) - np.asarray(omega) * np.asarray(h), requires_grad=True)
    out = b[3] + w[3] * torch.cos(b[2] + w[2] * torch.exp(b[1] + w[1] * torch.sin(b[0] + w[0] * float(h[0]))))
    ((out - y) ** 2).backward()
    return b.grad, w.grad


def accumulated_1_d(f, h, y, omega):
    steps = [2 * (f[3] - y), -np.sin(f[2]) * omega[3], np.exp(f[1]) * omega[2], np.cos(f[0]) * omega[1]]
    d = np.array(list(accumulate(steps, lambda a, b: a * b)))[::-1]
    return {"omega": d * h, "beta": d}["beta"], d * h


# ---- 1.e


def _other_chain(x, beta, omega):
    f0 = beta[0] + omega[0] * x
    h1 = f0**2
    f1 = beta[1] + omega[1] * h1
    h2 = np.tanh(f1)
    f2 = beta[2] + omega[2] * h2
    h3 = np.log(1 + np.exp(f2))
    f3 = beta[3] + omega[3] * h3
    return (f0, f1, f2, f3), np.array([x, h1, h2, h3])


def two_of_the_old_loss_1_e(x, y, beta, omega):
    (f0, f1, f2, f3), h = _other_chain(x, beta, omega)
    d3 = 2 * (f3 - y)
    d2 = omega[3] * d3 / (1 + np.exp(-f2))
    d1 = omega[2] * d2 * (1 - np.tanh(f1) ** 2)
    d = np.array([2 * f0 * omega[1] * d1, d1, d2, d3])
    return d, d * h


def two_of_the_square_missing_1_e(x, y, beta, omega):
    (f0, f1, f2, f3), h = _other_chain(x, beta, omega)
    d3 = f3 - y
    d2 = omega[3] * d3 / (1 + np.exp(-f2))
    d1 = omega[2] * d2 * (1 - np.tanh(f1) ** 2)
    d = np.array([f0 * omega[1] * d1, d1, d2, d3])
    return d, d * h


def tanh_taken_twice_1_e(x, y, beta, omega):
    (f0, _f1, f2, f3), h = _other_chain(x, beta, omega)
    d3 = f3 - y
    d2 = omega[3] * d3 / (1 + np.exp(-f2))
    d1 = omega[2] * d2 * (1 - np.tanh(h[2]) ** 2)
    d = np.array([2 * f0 * omega[1] * d1, d1, d2, d3])
    return d, d * h


def inner_slope_of_log_forgotten_1_e(x, y, beta, omega):
    (f0, f1, f2, f3), h = _other_chain(x, beta, omega)
    d3 = f3 - y
    d2 = omega[3] * d3 / (1 + np.exp(f2))
    d1 = omega[2] * d2 * (1 - np.tanh(f1) ** 2)
    d = np.array([2 * f0 * omega[1] * d1, d1, d2, d3])
    return d, d * h


def still_the_toy_slopes_1_e(x, y, beta, omega):
    (f0, f1, f2, f3), h = _other_chain(x, beta, omega)
    d3 = f3 - y
    d2 = -np.sin(f2) * omega[3] * d3
    d1 = np.exp(f1) * omega[2] * d2
    d = np.array([np.cos(f0) * omega[1] * d1, d1, d2, d3])
    return d, d * h


def weights_get_f_before_1_e(x, y, beta, omega):
    (f0, f1, f2, f3), _h = _other_chain(x, beta, omega)
    d3 = f3 - y
    d2 = omega[3] * d3 / (1 + np.exp(-f2))
    d1 = omega[2] * d2 * (1 - np.tanh(f1) ** 2)
    d = np.array([2 * f0 * omega[1] * d1, d1, d2, d3])
    return d, d * np.array([x, f0, f1, f2])


def sech_not_squared_1_e(x, y, beta, omega):
    (f0, f1, f2, f3), h = _other_chain(x, beta, omega)
    d3 = f3 - y
    d2 = omega[3] * d3 / (1 + np.exp(-f2))
    d1 = omega[2] * d2 / np.cosh(f1)
    d = np.array([2 * f0 * omega[1] * d1, d1, d2, d3])
    return d, d * h


def torch_1_e(x, y, beta, omega):
    import torch

    b, w = (torch.tensor(np.asarray(p, dtype=float), requires_grad=True) for p in (beta, omega))
    f0 = b[0] + w[0] * x
    f2 = b[2] + w[2] * torch.tanh(b[1] + w[1] * f0**2)
    loss = 0.5 * (b[3] + w[3] * torch.nn.functional.softplus(f2) - y) ** 2
    return torch.autograd.grad(loss, (b, w))


def backpropagation_kit_1_e(x, y, beta, omega):
    import bpkit as bp

    def loss(b, w):
        f2 = b[2] + w[2] * np.tanh(b[1] + w[1] * (b[0] + w[0] * x) ** 2)
        return 0.5 * (b[3] + w[3] * np.log(1 + np.exp(f2)) - y) ** 2

    by_beta = bp.grad(lambda b: loss(b, omega))(np.asarray(beta, dtype=float))
    by_omega = bp.grad(lambda w: loss(beta, w))(np.asarray(omega, dtype=float))
    return by_beta, by_omega


def from_the_results_1_e(x, y, beta, omega):
    b, w = list(beta), list(omega)
    h = [x]
    for k, a in enumerate((lambda u: u * u, math.tanh, lambda u: math.log1p(math.exp(u)))):
        h.append(a(b[k] + w[k] * h[k]))
    g = b[3] + w[3] * h[3] - y
    by_beta = {3: g}
    by_beta[2] = g = g * w[3] * -math.expm1(-h[3])
    by_beta[1] = g = g * w[2] * (1 - h[2]) * (1 + h[2])
    by_beta[0] = g * w[1] * 2 * (b[0] + w[0] * x)
    return [by_beta[k] for k in range(4)], [by_beta[k] * h[k] for k in range(4)]


def float32_jax_1_e(x, y, beta, omega):
    import jax
    import jax.numpy as jnp

    def loss(p):
        b, w = p
        out = b[3] + w[3] * jax.nn.softplus(b[2] + w[2] * jnp.tanh(b[1] + w[1] * (b[0] + w[0] * x) ** 2))
        return (out - y) ** 2 / 2

    return jax.grad(loss)((jnp.asarray(beta, dtype=jnp.float32), jnp.asarray(omega, dtype=jnp.float32)))


# ---- 1.f


def _shared_parts(x, y, beta, omega_0, omega_shared, omega_3):
    h1 = np.sin(beta[0] + omega_0 * x)
    f1 = beta[1] + omega_shared * h1
    h2 = np.exp(f1)
    f2 = beta[2] + omega_shared * h2
    f3 = beta[3] + omega_3 * np.cos(f2)
    d2 = -np.sin(f2) * omega_3 * 2 * (f3 - y)
    return h1, h2, omega_shared * h2 * d2, d2


def second_use_only_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    _h1, h2, _d1, d2 = _shared_parts(x, y, beta, omega_0, omega_shared, omega_3)
    return h2 * d2


def first_use_only_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    h1, _h2, d1, _d2 = _shared_parts(x, y, beta, omega_0, omega_shared, omega_3)
    return h1 * d1


def mean_of_both_uses_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    h1, h2, d1, d2 = _shared_parts(x, y, beta, omega_0, omega_shared, omega_3)
    return (h1 * d1 + h2 * d2) / 2


def one_for_each_use_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    h1, h2, d1, d2 = _shared_parts(x, y, beta, omega_0, omega_shared, omega_3)
    return np.array([h1 * d1, h2 * d2])


def sums_multiplied_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    h1, h2, d1, d2 = _shared_parts(x, y, beta, omega_0, omega_shared, omega_3)
    return (h1 + h2) * (d1 + d2)


def weight_forgotten_on_the_way_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    h1, h2, _d1, d2 = _shared_parts(x, y, beta, omega_0, omega_shared, omega_3)
    return h2 * d2 + h1 * h2 * d2


def h2_taken_as_constant_in_the_slope_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    _h1, h2, _d1, d2 = _shared_parts(x, y, beta, omega_0, omega_shared, omega_3)
    return d2 * (h2 + omega_shared * h2)


def product_rule_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    h1 = math.sin(beta[0] + omega_0 * x)
    h2 = math.exp(beta[1] + omega_shared * h1)
    f2 = beta[2] + omega_shared * h2
    return -2 * (beta[3] + omega_3 * math.cos(f2) - y) * omega_3 * math.sin(f2) * h2 * (1 + omega_shared * h1)


def torch_1_f(x, y, b, w0, w, w3):
    import torch

    w = torch.tensor(float(w), dtype=torch.float64, requires_grad=True)
    out = b[3] + w3 * torch.cos(b[2] + w * torch.exp(b[1] + w * math.sin(b[0] + w0 * x)))
    torch.square(out - y).backward()
    return w.grad


def dual_in_pairs_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    w, dw = omega_shared, 1.0
    h1 = np.sin(beta[0] + omega_0 * x)
    f1, df1 = beta[1] + w * h1, dw * h1
    h2, dh2 = np.exp(f1), np.exp(f1) * df1
    f2, df2 = beta[2] + w * h2, dw * h2 + w * dh2
    h3, dh3 = np.cos(f2), -np.sin(f2) * df2
    f3, df3 = beta[3] + omega_3 * h3, omega_3 * dh3
    return np.array([[2 * (f3 - y) * df3]]).item()


def complex_step_1_f(x, y, beta, omega_0, omega_shared, omega_3):
    w = omega_shared + 1e-25j
    f2 = beta[2] + w * np.exp(beta[1] + w * np.sin(beta[0] + omega_0 * x))
    return np.imag((beta[3] + omega_3 * np.cos(f2) - y) ** 2) / 1e-25


# ---- 1.g


def factors_counted_1_g(K):
    separate = sum(2 * (K - k) + 1 + 2 * (K - k) + 2 for k in range(K + 1))
    return separate, 3 * K + 1


def derivatives_of_weights_only_1_g(K):
    separate = sum(2 * (K - k) + 1 for k in range(K + 1))
    return separate, 3 * K + 1


def last_layer_left_out_1_g(K):
    separate = sum(4 * (K - k) + 1 for k in range(K))
    return separate, 3 * K


def beta_as_a_multiplication_1_g(K):
    return (K + 1) * (2 * K + 1) + (K + 1), 4 * K + 2


def one_factor_a_layer_1_g(K):
    separate = sum((K - k) + (K - k) + 1 for k in range(K + 1))
    return separate, 2 * K + 1


def only_the_toy_example_1_g(K):
    return 28, 10


def shared_first_1_g(K):
    return 3 * K + 1, (K + 1) * (2 * K + 1)


def first_pass_forgets_h_1_g(K):
    return 2 * K * K + 3 * K + 1, K + (K + 1)


def counted_from_zero_factors_1_g(K):
    return 2 * K * (K + 1), 3 * K + 1


def counted_one_by_one_1_g(K):
    separate = shared = 0
    for k in range(K + 1):
        chain = ["dl/df_K"] + ["factor"] * (2 * (K - k))
        separate += len(chain) - 1
        separate += len([*chain, "h_k"]) - 1
        shared += 1 + (2 if k > 0 else 0)
    return separate, shared


def polynomials_1_g(depth):
    return np.array([np.polyval([2, 3, 1], depth), np.polyval([3, 1], depth)])


def sympy_1_g(K):
    import sympy

    k, n = sympy.symbols("k n", integer=True)
    separate = sympy.summation(2 * (n - k), (k, 0, n)) + sympy.summation(2 * (n - k) + 1, (k, 0, n))
    return [separate.subs(n, K), (3 * n + 1).subs(n, K)]


def by_recursion_1_g(K):
    if K == 0:
        return (1, 1)
    separate, shared = by_recursion_1_g(K - 1)
    return separate + 4 * K + 1, shared + 3


def floats_1_g(K):
    return float((2 * K + 1) * (K + 1)), 3.0 * K + 1.0


# ---- 1.h


def _passes(x, beta, omega, a):
    h, f = [x], []
    for k in range(len(beta)):
        if k:
            h.append(a[k](f[k - 1]))
        f.append(beta[k] + omega[k] * h[k])
    return f, h


def slope_of_the_function_before_1_h(x, y, beta, omega, a, a_prime):
    f, h = _passes(x, beta, omega, a)
    K = len(beta) - 1
    d = np.zeros(K + 1)
    d[K] = 2 * (f[K] - y)
    for k in range(K, 0, -1):
        d[k - 1] = a_prime[max(k - 1, 1)](f[k - 1]) * omega[k] * d[k]
    return d, np.array(h) * d


def slope_at_the_activation_1_h(x, y, beta, omega, a, a_prime):
    f, h = _passes(x, beta, omega, a)
    K = len(beta) - 1
    d = np.zeros(K + 1)
    d[K] = 2 * (f[K] - y)
    for k in range(K, 0, -1):
        d[k - 1] = a_prime[k](h[k]) * omega[k] * d[k]
    return d, np.array(h) * d


def three_layers_only_1_h(x, y, beta, omega, a, a_prime):
    f, h = _passes(x, beta, omega, a)
    d = np.zeros(len(beta))
    d[-1] = 2 * (f[-1] - y)
    for k in (3, 2, 1):
        if k < len(d):
            d[k - 1] = a_prime[k](f[k - 1]) * omega[k] * d[k]
    return d, np.array(h) * d


def from_the_end_1_h(x, y, beta, omega, a, a_prime):
    f, h = _passes(x, beta, omega, a)
    d = [2 * (f[-1] - y)]
    for k in range(len(beta) - 1, 0, -1):
        d.append(a_prime[k](f[k - 1]) * omega[k] * d[-1])
    return np.array(d), np.array(d) * np.array(h)[::-1]


def weight_one_too_low_1_h(x, y, beta, omega, a, a_prime):
    f, h = _passes(x, beta, omega, a)
    K = len(beta) - 1
    d = np.zeros(K + 1)
    d[K] = 2 * (f[K] - y)
    for k in range(K, 0, -1):
        d[k - 1] = a_prime[k](f[k - 1]) * omega[k - 1] * d[k]
    return d, np.array(h) * d


def loop_ends_too_early_1_h(x, y, beta, omega, a, a_prime):
    f, h = _passes(x, beta, omega, a)
    K = len(beta) - 1
    d = np.zeros(K + 1)
    d[K] = 2 * (f[K] - y)
    for k in range(K, 1, -1):
        d[k - 1] = a_prime[k](f[k - 1]) * omega[k] * d[k]
    return d, np.array(h) * d


def first_weight_without_the_input_1_h(x, y, beta, omega, a, a_prime):
    f, h = _passes(x, beta, omega, a)
    K = len(beta) - 1
    d = np.zeros(K + 1)
    d[K] = 2 * (f[K] - y)
    for k in range(K, 0, -1):
        d[k - 1] = a_prime[k](f[k - 1]) * omega[k] * d[k]
    by_omega = d.copy()
    for k in range(1, K + 1):
        by_omega[k] = d[k] * h[k]
    return d, by_omega


def activation_after_the_last_too_1_h(x, y, beta, omega, a, a_prime):
    f, h = _passes(x, beta, omega, a)
    d = np.zeros(len(beta))
    d[-1] = 2 * (f[-1] - y) * a_prime[-1](f[-1])
    for k in range(len(beta) - 1, 0, -1):
        d[k - 1] = a_prime[k](f[k - 1]) * omega[k] * d[k]
    return d, np.array(h) * d


def recursion_1_h(x, y, beta, omega, a, a_prime):
    def back(k, h):
        f = beta[k] + omega[k] * h
        if k == len(beta) - 1:
            g = 2 * (f - y)
            return [g], [g * h]
        later, weights = back(k + 1, a[k + 1](f))
        g = a_prime[k + 1](f) * omega[k + 1] * later[0]
        return [g, *later], [g * h, *weights]

    return back(0, x)


def one_parameter_after_the_other_1_h(x, y, beta, omega, a, a_prime):
    """Forward mode: one pass for each parameter."""
    n = len(beta)

    def tangent(which, kind):
        h, h_dot = x, 0.0
        for k in range(n):
            f = beta[k] + omega[k] * h
            f_dot = omega[k] * h_dot + (k == which) * (h if kind == "omega" else 1.0)
            if k < n - 1:
                h, h_dot = a[k + 1](f), a_prime[k + 1](f) * f_dot
        return 2 * (f - y) * f_dot

    return (np.array([tangent(k, "beta") for k in range(n)]), np.array([tangent(k, "omega") for k in range(n)]))


def linear_system_1_h(x, y, beta, omega, a, a_prime):
    f, h = _passes(x, beta, omega, a)
    n = len(beta)
    matrix = np.eye(n)
    for k in range(1, n):
        matrix[k - 1, k] = -a_prime[k](f[k - 1]) * omega[k]
    end = np.zeros(n)
    end[-1] = 2 * (f[-1] - y)
    d = np.linalg.solve(matrix, end)
    return d.tolist(), (d * np.array(h, dtype=float)).tolist()


def deque_1_h(x, y, b, w, act, slope):
    f, h = _passes(x, b, w, act)
    d = collections.deque([2 * (f[-1] - y)])
    for s, weight, before in zip(slope[:0:-1], w[:0:-1], f[-2::-1], strict=False):
        d.appendleft(d[0] * weight * s(before))
    return iter((list(d), [p * q for p, q in zip(d, h, strict=False)]))


WRONG = {
    "1.a": [
        (sin_and_cos_exchanged_1_a, "sine and cosine exchanged"),
        (input_missing_from_h_1_a, "h begins with h_1, and the last place stays 0"),
        (half_the_square_1_a, "half of the squared difference"),
        (f_and_h_exchanged_1_a, "h returned first, f second"),
        (bias_as_slope_1_a, "beta multiplies, omega is added"),
        (whole_numbers_only_1_a, "arrays of integers cut everything off"),
        (degrees_1_a, "angles taken for degrees"),
        (loss_of_the_first_f_1_a, "f_3 computed from the input, never replaced"),
    ],
    "7.2": [
        (minus_of_cosine_lost_7_2, "the derivative of the cosine without its minus"),
        (sine_of_h3_7_2, "sine of h_3 in place of f_2"),
        (exp_twice_7_2, "exp of h_2, which is an exponential already"),
        (forward_order_7_2, "in the order of the forward pass"),
        (weights_one_too_low_7_2, "weights with an index one too low"),
        (weights_one_too_high_7_2, "weights with an index one too high"),
        (activation_for_weight_7_2, "derivative by the weight in place of that by the activation"),
        (multiplied_up_7_2, "products of all factors so far"),
        (cosine_of_h1_7_2, "cosine of h_1 in place of f_0"),
        (one_factor_too_many_7_2, "omega_3 as well: six factors"),
        (exp_as_a_power_7_2, "the exponential differentiated like a power"),
        (positive_root_7_2, "slopes as square roots, wrong where they have the other sign"),
        (f_of_the_same_number_7_2, "slopes at f_3, f_2, f_1"),
        (activations_not_slopes_7_2, "the functions themselves in place of their slopes"),
        (upside_down_7_2, "derivatives of h by f where f by h was asked"),
    ],
    "1.b": [
        (("omega_0", 0.0017), "the largest weight must matter most"),
        (("omega_3", -0.09998), "the second largest"),
        (("beta_3", 0.10078), "sign lost"),
        (("beta_3", -1.00777), "the derivative, not multiplied by the nudge"),
        (("beta_3", -0.05039), "factor 2 of the square lost"),
        (("beta_3", real_change_1_b()), "the real change, not that to first order"),
        (("beta_2", 0.00629), "misread an index"),
        (("omega_2", 0.0110), "h_2 is the largest activation"),
        (("beta_0", -0.10078), "the right number with the wrong name"),
        (("y", 0.10078), "nudged the target"),
    ],
    "1.c": [
        (sine_of_the_input_layer_lost_1_c, "the factor sin[f_0] is missing: this is the derivative by beta_1"),
        (copied_from_7_7_1_c, "7.7 with omega_0 and omega_1 exchanged"),
        (weight_itself_left_in_1_c, "omega_1 is still a factor"),
        (minus_lost_1_c, "minus of the cosine's derivative lost"),
        (cosine_not_differentiated_1_c, "the cosine is left as it is"),
        (coarse_forward_difference_1_c, "a forward difference with a step of 0.01"),
        (bias_outside_the_exponential_1_c, "beta_2 forgotten inside the sine"),
    ],
    "7.1": [
        (constant_differentiated_to_zero_7_1, "phi_0 is a constant, so 0"),
        (psi_12_and_psi_21_exchanged_7_1, "psi_12 and psi_21 exchanged in the answer"),
        (one_path_only_7_1, "inner unit j acts through outer unit j only"),
        (inner_indicator_missing_7_1, "indicator of the inner units missing"),
        (outer_indicator_missing_7_1, "indicator of the outer units missing"),
        (slope_one_at_zero_7_1, "slope 1 at exactly 0"),
        (outer_relu_left_out_of_phi_7_1, "derivative by phi_k without its ReLU"),
        (pre_activation_for_activation_7_1, "derivative by psi_jk with the inner pre-activation"),
        (biases_forgotten_7_1, "only the weights, no biases"),
        (sign_for_indicator_7_1, "sign of z in place of the indicator"),
        (input_of_slope_missing_7_1, "theta_1j without the factor x"),
        (psi_read_as_outer_inner_7_1, "psi_jk read as leading from k to j"),
        (paths_multiplied_7_1, "product over the two paths, not their sum"),
        (wide_forward_difference_7_1, "forward difference with a step of 0.5"),
    ],
    "1.d": [
        (sign_not_found_1_d, "y - f[3] not found"),
        (sine_of_h_not_found_1_d, "the sine of h[3] not found"),
        (missing_weight_not_found_1_d, "the missing omega[1] not found"),
        (sine_of_f3_1_d, "sin(h[3]) repaired to sin(f[3])"),
        (weight_0_put_in_1_d, "omega[0] put in where omega[1] was missing"),
        (exponential_repaired_too_1_d, "also changed exp(f[1]) to exp(f[2])"),
        (last_line_repaired_to_death_1_d, "1 in place of the input for omega_0"),
        (omega_first_1_d, "results exchanged"),
    ],
    "1.e": [
        (two_of_the_old_loss_1_e, "factor 2 of the old loss kept"),
        (two_of_the_square_missing_1_e, "the slope of f_0 squared is f_0"),
        (tanh_taken_twice_1_e, "1 - tanh[h_2]²"),
        (inner_slope_of_log_forgotten_1_e, "1/(1+exp[f_2]) as slope of the softplus"),
        (still_the_toy_slopes_1_e, "new forward pass, old slopes"),
        (weights_get_f_before_1_e, "weights' derivatives with f_{k-1} in place of h_k"),
        (sech_not_squared_1_e, "1/cosh in place of 1/cosh²"),
    ],
    "1.f": [
        (second_use_only_1_f, "second use only"),
        (first_use_only_1_f, "first use only"),
        (mean_of_both_uses_1_f, "mean of the two in place of the sum"),
        (one_for_each_use_1_f, "two derivatives, not added up"),
        (sums_multiplied_1_f, "sum of the activations times sum of the derivatives"),
        (weight_forgotten_on_the_way_1_f, "factor omega missing on the way from f_2 to f_1"),
        (h2_taken_as_constant_in_the_slope_1_f, "h_1 missing in the derivative of h_2"),
    ],
    "1.g": [
        (factors_counted_1_g, "factors counted, not multiplications"),
        (derivatives_of_weights_only_1_g, "separate: the weights only"),
        (last_layer_left_out_1_g, "layer K left out in both"),
        (beta_as_a_multiplication_1_g, "multiplications by 1 counted"),
        (one_factor_a_layer_1_g, "one factor for each layer, not two"),
        (only_the_toy_example_1_g, "K = 3 only"),
        (shared_first_1_g, "results exchanged"),
        (first_pass_forgets_h_1_g, "shared: one multiplication for each layer in pass 1"),
        (counted_from_zero_factors_1_g, "separate: the factor h_k forgotten"),
    ],
    "1.h": [
        (slope_of_the_function_before_1_h, "a_prime with an index one too low"),
        (slope_at_the_activation_1_h, "slopes taken at h_k, not f_{k-1}"),
        (three_layers_only_1_h, "K = 3 built in"),
        (from_the_end_1_h, "lists from the last layer to the first"),
        (weight_one_too_low_1_h, "omega[k-1] in place of omega[k]"),
        (loop_ends_too_early_1_h, "the loop ends one step too early"),
        (first_weight_without_the_input_1_h, "omega_0 without the factor x"),
        (activation_after_the_last_too_1_h, "a slope after the last layer, where there is no activation"),
    ],
}

RIGHT = {
    "1.a": [named_tuple_of_lists_1_a, torch_with_grad_1_a, recursive_1_a, ForwardPass(np.sin, np.exp, np.cos)],
    "7.2": [generator_7_2, torch_slopes_7_2, complex_step_7_2, shifted_sines_7_2],
    "1.b": [
        ("beta_3", worked_out_1_b()),
        ["beta_3", np.float64(RIGHT_PREDICTION_1_B)],
        {"name": "beta_3", "change": Fraction(-10078135, 10**8)}.values(),
    ],
    "1.c": [sympy_1_c, torch_1_c, complex_step_1_c, four_point_difference_1_c],
    "7.1": [
        keys_without_underscore_7_1,
        torch_autograd_7_1,
        other_order_of_keys_7_1,
        jax_grad_7_1,
        fractions_and_conditions_7_1,
        functools.partial(_right_7_1),
    ],
    "1.d": [lists_only_1_d, through_autograd_1_d, accumulated_1_d],
    "1.e": [torch_1_e, backpropagation_kit_1_e, from_the_results_1_e, float32_jax_1_e],
    "1.f": [product_rule_1_f, torch_1_f, dual_in_pairs_1_f, complex_step_1_f],
    "1.g": [counted_one_by_one_1_g, polynomials_1_g, sympy_1_g, by_recursion_1_g, floats_1_g],
    "1.h": [recursion_1_h, one_parameter_after_the_other_1_h, linear_system_1_h, deque_1_h],
}
