"""Right and wrong answers to 5.a to 5.i; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

import bpkit as bp
from bpkit.problems.planted_initialization import PLANTED

# ---- 5.a

RIGHT_5_A = [
    lambda D_in, D_out: (math.sqrt(6 / D_in), math.sqrt(6 / (D_in + D_out)), math.sqrt(3 / D_in)),
    lambda D_in, D_out: np.sqrt(3 * np.array([2 / D_in, 2 / (D_in + D_out), 1 / D_in])),
    lambda D_in, D_out: {"lecun": (3 / D_in) ** 0.5, "glorot": (6 / (D_in + D_out)) ** 0.5, "he": (6 / D_in) ** 0.5},
]
WRONG_5_A = [
    (lambda D_in, D_out: (math.sqrt(2 / D_in), math.sqrt(2 / (D_in + D_out)), math.sqrt(1 / D_in)),
     "`he`, `glorot` and `lecun`: this is the standard deviation"),
    (lambda D_in, D_out: (2 / D_in, 2 / (D_in + D_out), 1 / D_in), "this is the variance itself"),
    (lambda D_in, D_out: (6 / D_in, 6 / (D_in + D_out), 3 / D_in), "the root is missing"),
    (lambda D_in, D_out: (math.sqrt(6 / D_out), math.sqrt(6 / (D_in + D_out)), math.sqrt(3 / D_out)),
     "`he` and `lecun`: the wrong size"),
    (lambda D_in, D_out: (math.sqrt(3 / D_in), math.sqrt(3 / (D_in + D_out)), math.sqrt(3 / D_in)),
     "`glorot`: the mean of D_in and D_out is half of their sum"),
    (lambda D_in, D_out: (math.sqrt(3 / D_in), math.sqrt(6 / (D_in + D_out)), math.sqrt(3 / D_in)),
     "`he`: the 2 that makes up for the ReLU"),
    (lambda D_in, D_out: (math.sqrt(6 / D_in), math.sqrt(12 / (D_in + D_out)), math.sqrt(6 / D_in)),
     "`lecun`: LeCun's variance has no 2"),
    (lambda D_in, D_out: (2 * math.sqrt(6 / D_in), 2 * math.sqrt(6 / (D_in + D_out)), 2 * math.sqrt(3 / D_in)),
     "the whole width"),
    (lambda D_in, D_out: (math.sqrt(6 / D_in), math.sqrt(6 / (D_in + D_out))), "has 2 parts, expected 3"),
]  # fmt: skip


# ---- 5.b


def entry_by_entry_5_b(z, alpha):
    D_out, D_in = z.shape
    omega = np.empty((D_out, D_in))
    for i in range(D_out):
        for j in range(D_in):
            omega[i, j] = z[i, j] * (2 / ((1 + alpha * alpha) * D_in)) ** 0.5
    return 0.5 + 0.5 * alpha * alpha, omega


RIGHT_5_B = [
    lambda z, alpha: ((1 + alpha**2) / 2, z * np.sqrt(2 / ((1 + alpha**2) * z.shape[1]))),
    entry_by_entry_5_b,
    lambda z, alpha: {"omega": math.sqrt(2) * z / np.hypot(1, alpha) / math.sqrt(len(z[0])),
                      "factor": np.hypot(1, alpha) ** 2 / 2},
]  # fmt: skip


def with_factor_5_b(factor):
    return lambda z, alpha: (factor(alpha), z / np.sqrt(factor(alpha) * z.shape[1]))


def with_scale_5_b(scale):
    return lambda z, alpha: ((1 + alpha**2) / 2, z * scale((1 + alpha**2) / 2, *z.shape))


WRONG_5_B = [
    (with_factor_5_b(lambda alpha: 0.5), "`factor` and `omega`: this is the plain ReLU"),
    (with_factor_5_b(lambda alpha: (1 + alpha) / 2), "second moments hold squares"),
    (with_factor_5_b(lambda alpha: (1 + alpha) ** 2 / 2), "no mixed term"),
    (with_factor_5_b(lambda alpha: 1 + alpha**2), "each of the two sides has one half"),
    (with_factor_5_b(lambda alpha: (1 + alpha**2) / 2 - (1 - alpha) ** 2 / (2 * np.pi)), "needs the second moment"),
    (with_scale_5_b(lambda q, D_out, D_in: 1 / (q * D_in)), "`omega`: z is multiplied by the variance"),
    (with_scale_5_b(lambda q, D_out, D_in: (q * D_out) ** -0.5), "`omega`: the wrong size"),
    (with_scale_5_b(lambda q, D_out, D_in: (q * (D_in + D_out) / 2) ** -0.5), "`omega`: this is 7.33's average"),
    (with_scale_5_b(lambda q, D_out, D_in: (q / D_in) ** 0.5), "`omega`: the factor is on the wrong side"),
    (lambda z, alpha: ((1 + alpha**2) / 2, z.T / np.sqrt((1 + alpha**2) / 2 * z.shape[1])), "`omega` has shape"),
]  # fmt: skip


# ---- 5.c


def moments_5_c(D, variance, alpha):
    second, fourth = (1 + alpha**2) / 2, 3 * (1 + alpha**4) / 2
    slope = math.log(D * variance * second)
    return (fourth - second**2) / second**2 / D, slope, slope - (fourth - second**2) / second**2 / D / 2


def integrated_5_c(D, variance, alpha):
    """The moments by quadrature."""
    z, weights = np.polynomial.hermite_e.hermegauss(20)
    a = np.where(z >= 0, z, alpha * z)
    second, fourth = np.average(a**2, weights=weights), np.average(a**4, weights=weights)
    spread = (fourth / second**2 - 1) / D
    return {"mean_of_log": np.log(D * variance * second) - spread / 2, "log_of_mean": np.log(D * variance * second),
            "spread": spread}  # fmt: skip


RIGHT_5_C = [
    moments_5_c,
    lambda D, variance, alpha: np.array([(5 - 2 * alpha**2 * 1 + 5 * alpha**4) / (1 + alpha**2) ** 2 / D,
                                         np.log(D) + np.log(variance / 2) + np.log1p(alpha**2),
                                         np.log(D * variance * (1 + alpha**2) / 2)
                                         - (5 - 2 * alpha**2 + 5 * alpha**4) / (1 + alpha**2) ** 2 / (2 * D)]),
    integrated_5_c,
]  # fmt: skip


def slopes_5_c(change):
    return lambda D, variance, alpha: change(D, variance, alpha, *moments_5_c(D, variance, alpha))


def chapter_5_c(D, variance, alpha):
    """What the chapter prints, for the ReLU."""
    return 5 / D, math.log(D * variance / 2), math.log(D * variance / 2) - 5 / (2 * D)


def leaky_of_sizes_5_c(D, variance, alpha):
    spread, _, _ = moments_5_c(D, variance, alpha)
    slope = math.log(D * variance * (1 + abs(alpha)) / 2)
    return spread, slope, slope - spread / 2


WRONG_5_C = [
    (chapter_5_c, "`spread`: this is the plain ReLU"),
    (chapter_5_c, "`log_of_mean`: this is the slope for the plain ReLU"),
    (slopes_5_c(lambda D, v, a, spread, s, t: (5 / D, s, s - 2.5 / D)), "`spread` and `mean_of_log`: this is the"),
    (slopes_5_c(lambda D, v, a, spread, s, t: (2 / D, s, s - 1 / D)), "a layer without an activation"),
    (slopes_5_c(lambda D, v, a, spread, s, t: (spread, s, s)), "`mean_of_log`: the mean of a logarithm is less"),
    (slopes_5_c(lambda D, v, a, spread, s, t: (spread, s, s - spread)), "the mean of log(1 + ε) is minus half"),
    (slopes_5_c(lambda D, v, a, spread, s, t: (spread, s, -spread / 2)), "comes on top"),
    (slopes_5_c(lambda D, v, a, spread, s, t: (D * spread, s, t)), "`spread`: this is the spread of one unit"),
    (slopes_5_c(lambda D, v, a, spread, s, t: (spread * ((1 + a**2) / 2) ** 2, s, t)),
     "`spread`: divide by the square of the mean"),
    (slopes_5_c(lambda D, v, a, spread, s, t: (spread + 1 / D, s, t)), "the square of the mean is not taken away"),
    (leaky_of_sizes_5_c, "`log_of_mean` and `mean_of_log`: α goes into the second moment squared"),
    (slopes_5_c(lambda D, v, a, spread, s, t: (spread, math.exp(s), t)), "`log_of_mean`: this is the factor of one"),
    (lambda D, variance, alpha: moments_5_c(D, variance, alpha)[:2], "has 2 parts, expected 3"),
]  # fmt: skip


# ---- 5.d


def bisected_5_d(D_i, D, K, target):
    low, high = 1e-9, 1e3
    for _ in range(100):
        middle = math.sqrt(low * high)
        log_variance = math.log(D_i * middle) + K * math.log(D * middle / 2)
        low, high = (middle, high) if log_variance < math.log(target) else (low, middle)
    return low


RIGHT_5_D = [
    lambda D_i, D, K, target: (target / D_i * (2 / D) ** K) ** (1 / (K + 1)),
    lambda D_i, D, K, target: np.exp((np.log(target) - np.log(D_i) - K * np.log(D / 2)) / (K + 1)),
    bisected_5_d,
]
WRONG_5_D = [
    (lambda D_i, D, K, target: (target * 2 / D_i * (2 / D) ** K) ** (1 / (K + 1)), "no ReLU stands before Ω_0"),
    (lambda D_i, D, K, target: (target / D_i * (1 / D) ** K) ** (1 / (K + 1)), "the ½ of the ReLU is missing"),
    (lambda D_i, D, K, target: 2 / D * target ** (1 / K), "Ω_0 is left out"),
    (lambda D_i, D, K, target: 2 / D * target ** (1 / (K + 1)), "rows of D_i entries, not of D, and"),
    (lambda D_i, D, K, target: 2 / D, "this is He's variance"),
    (lambda D_i, D, K, target: 2 / D * target, "the layers multiply"),
    (lambda D_i, D, K, target: (target / D_i * (2 / D) ** K) ** (0.5 / (K + 1)), "this is the standard deviation"),
    (lambda D_i, D, K, target: (target / D_i * (2 / D) ** (K - 1)) ** (1 / K), "from f_0 to f_K there are K layers"),
    (lambda D_i, D, K, target: (target / D_i * (2 / D) ** K) ** (1 / K), "there are K + 1 factors"),
    (lambda D_i, D, K, target: (target**2 / D_i * (2 / D) ** K) ** (1 / (K + 1)), "do not square it"),
]


# ---- 5.e


def loop_5_e(x, omega, dl_df):
    h, on = x, []
    for matrix in omega:
        h = np.maximum(matrix @ h, 0)
        on.append(h > 0)
    g, result = dl_df, list(omega)
    for k in reversed(range(1, len(omega))):
        g = on[k - 1] * (omega[k].T @ g)
        size = np.mean(g**2) ** 0.5
        result[k], g = omega[k] / size, g / size
    return result


def iterated_5_e(x, omega, dl_df):
    """Forward and back through the matrices as they are by then, until the size is 1."""
    result = [matrix.copy() for matrix in omega]
    for k in range(len(result) - 1, 0, -1):
        while True:
            f = [result[0] @ x]
            for matrix in result[1:]:
                f.append(matrix @ np.maximum(f[-1], 0))
            g = dl_df
            for j in range(len(result) - 1, k - 1, -1):
                g = (f[j - 1] > 0) * (result[j].T @ g)
            if abs(np.mean(g**2) - 1) < 1e-10:
                break
            result[k] = result[k] / np.sqrt(np.mean(g**2))
    return result


def ratios_5_e(x, omega, dl_df):
    """Sizes with the old weights first: each matrix is divided by the ratio of two of them."""
    h, slopes = x, []
    for matrix in omega:
        h = matrix @ h
        slopes.append(np.heaviside(h, 0))
        h = h * slopes[-1]
    gradients = [dl_df]
    for matrix, slope in zip(omega[:0:-1], slopes[-2::-1], strict=True):
        gradients.insert(0, slope * (matrix.T @ gradients[0]))
    sizes = [np.linalg.norm(g) / g.size**0.5 for g in gradients]
    sizes[-1] = 1.0
    return {"omega": (omega[0], *(omega[k] * sizes[k] / sizes[k - 1] for k in range(1, len(omega))))}


RIGHT_5_E = [loop_5_e, iterated_5_e, ratios_5_e]


def rescaled_5_e(divisor, slope=lambda f, k: f[k - 1] > 0, rescaled_goes_on=True, before_slope=False):
    def answer(x, omega, dl_df):
        f = [omega[0] @ x]
        for matrix in omega[1:]:
            f.append(matrix @ np.maximum(f[-1], 0))
        g, result = dl_df, list(omega)
        for k in range(len(omega) - 1, 0, -1):
            back = omega[k].T @ g
            g = slope(f, k) * back
            size = divisor(back if before_slope else g)
            result[k] = omega[k] / size
            if rescaled_goes_on:
                g = g / size
        return result

    return answer


def root_5_e(g):
    return np.sqrt(np.mean(g**2))


def chapter_5_e(x, omega, dl_df):
    """The chapter's cell, with the plain ReLU and the matrices that are given."""
    h, result = x, []
    for matrix in omega:
        matrix = matrix / np.sqrt((matrix @ h).var())
        result.append(matrix)
        h = np.maximum(matrix @ h, 0)
    return result


def input_too_5_e(x, omega, dl_df):
    result = loop_5_e(x, omega, dl_df)
    f = [omega[0] @ x]
    for matrix in omega[1:]:
        f.append(matrix @ np.maximum(f[-1], 0))
    g = dl_df
    for k in range(len(omega) - 1, 0, -1):
        g = (f[k - 1] > 0) * (result[k].T @ g)
    return [omega[0] / root_5_e(omega[0].T @ g), *result[1:]]


def in_place_5_e(x, omega, dl_df):
    for k, matrix in enumerate(loop_5_e(x, omega, dl_df)):
        omega[k][...] = matrix
    return omega


WRONG_5_E = [
    (chapter_5_e, "this is the way forward: each f_k has variance 1"),
    (lambda x, omega, dl_df: [omega[0], *chapter_5_e(omega=omega[1:], x=np.maximum(omega[0] @ x, 0), dl_df=dl_df)],
     "the variances of the f_k are made 1"),
    (rescaled_5_e(lambda g: np.mean(g**2)), "divided by the mean square"),
    (rescaled_5_e(np.std), "this makes the variance 1"),
    (rescaled_5_e(np.linalg.norm), "this is the norm"),
    (rescaled_5_e(root_5_e, rescaled_goes_on=False), "all gradients were measured with the old weights"),
    (rescaled_5_e(root_5_e, slope=lambda f, k: 1), "the slope of the ReLU is missing"),
    (rescaled_5_e(root_5_e, slope=lambda f, k: f[k] > 0), "the slope of the wrong layer"),
    (rescaled_5_e(root_5_e, before_slope=True), "measured before the slope"),
    (input_too_5_e, "Ω_0 is to stay as it is"),
    (lambda x, omega, dl_df: omega, "nothing is rescaled"),
    (lambda x, omega, dl_df: loop_5_e(x, omega, dl_df)[:-1] + omega[-1:], "the last matrix is not rescaled"),
    (in_place_5_e, "changes its argument `omega` in place"),
]  # fmt: skip


# ---- 5.f


def differences_5_f(a, D_in, D_out):
    slope = (a(1e-5) - a(-1e-5)) / 2e-5
    p = 1 / slope
    return 2 / (D_in + D_out) / slope**2, p, -p * a(0.0)


def recorded_5_f(a, D_in, D_out):
    slope = bp.grad(a)(0.0)
    return {"q": -a(0.0) / slope, "p": 1 / slope, "variance": 2 / ((D_in + D_out) * slope**2)}


def complex_5_f(a, D_in, D_out):
    slope = np.imag(a(1e-30j)) / 1e-30
    return np.array([2 / ((D_in + D_out) * slope**2), 1 / slope, -np.real(a(0j)) / slope])


RIGHT_5_F = [differences_5_f, recorded_5_f, complex_5_f]


def from_slope_5_f(change):
    return lambda a, D_in, D_out: change(a(0.0), (a(1e-5) - a(-1e-5)) / 2e-5, D_in, D_out)


WRONG_5_F = [
    (from_slope_5_f(lambda c, s, m, n: (2 / (m + n), 1 / s, -c / s)), "`variance`: the slope at 0 is not in it"),
    (from_slope_5_f(lambda c, s, m, n: (2 / ((m + n) * s), 1 / s, -c / s)), "`variance`: the slope multiplies f"),
    (from_slope_5_f(lambda c, s, m, n: (4 / ((m + n) * s**2), 1 / s, -c / s)), "`variance`: this has He's 2"),
    (from_slope_5_f(lambda c, s, m, n: (1 / (m * s**2), 1 / s, -c / s)), "`variance`: this keeps the forward pass"),
    (from_slope_5_f(lambda c, s, m, n: (1 / (n * s**2), 1 / s, -c / s)), "`variance`: this keeps the backward pass"),
    (from_slope_5_f(lambda c, s, m, n: (2 * s**2 / (m + n), 1 / s, -c / s)), "`variance`: the slope is on the wrong"),
    (from_slope_5_f(lambda c, s, m, n: (2 / ((m + n) * s**2), s, -c * s)), "`p`: this is the slope of a"),
    (from_slope_5_f(lambda c, s, m, n: (2 / ((m + n) * s**2), 1 / s, -c)), "`q`: a is multiplied by p before"),
    (from_slope_5_f(lambda c, s, m, n: (2 / ((m + n) * s**2), 1 / s, c / s)), "`q`: the sign of q"),
    (from_slope_5_f(lambda c, s, m, n: (math.sqrt(2 / (m + n)) / s, 1 / s, -c / s)),
     "`variance`: this is the standard deviation"),
    (lambda a, D_in, D_out: (2 / (D_in + D_out), 4, -2), "`variance`: the slope at 0 is not in it"),
]  # fmt: skip


# ---- 5.g


def by_hand_5_g(
    x, y, beta_0, omega_0, beta_1, omega_1, masks, lr, both_ways=True, rate=2, first_only=False, ways="ace"
):
    for mask in masks[:1] if first_only else masks:
        f_0 = beta_0 + omega_0 @ x
        h_1 = mask * np.maximum(f_0, 0)
        dl_df1 = rate * (beta_1 + omega_1 @ h_1 - y)
        dl_df0 = (f_0 > 0) * (omega_1.T @ dl_df1)
        if both_ways:
            dl_df0 = mask * dl_df0
        beta_1 = beta_1 - lr * dl_df1.sum(axis=1, keepdims=True)
        omega_1 = omega_1 - lr * dl_df1 @ h_1.T
        beta_0 = beta_0 - lr * dl_df0.sum(axis=1, keepdims=True)
        omega_0 = omega_0 - lr * dl_df0 @ x.T
    units = len(set(map(tuple, np.hstack([beta_0, omega_0]).round(8).tolist())))
    return omega_0, units, ways


def with_grad_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    parameters = [beta_0, omega_0, beta_1, omega_1]
    for mask in masks:

        def loss(b0, w0, b1, w1, mask=mask):
            f_0 = b0 + w0 @ x
            return ((b1 + w1 @ (mask * f_0 * (f_0 > 0)) - y) ** 2).sum()

        gradients = bp.grad(loss, argnums=(0, 1, 2, 3))(*parameters)
        parameters = [p - lr * g for p, g in zip(parameters, gradients, strict=True)]
    return {"omega_0": parameters[1], "units": groups_5_g(parameters[0], parameters[1]), "ways": "ACE"}


def groups_5_g(beta_0, omega_0):
    found = []
    for row in np.hstack([beta_0, omega_0]):
        if not any(np.allclose(row, other, rtol=0, atol=1e-8) for other in found):
            found.append(row)
    return len(found)


def batched_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    # One unit after the other.
    beta_0, omega_0, beta_1, omega_1 = (p.copy() for p in (beta_0, omega_0, beta_1, omega_1))
    for mask in masks:
        f_0 = omega_0 @ x + beta_0
        h_1 = np.where(f_0 > 0, f_0, 0) * mask
        g = 2 * (omega_1 @ h_1 + beta_1 - y)
        for d in range(len(omega_0)):
            back = (omega_1[:, d] @ g) * (f_0[d] > 0) * mask[d]
            omega_1[:, d] -= lr * (g @ h_1[d])
            beta_0[d] -= lr * back.sum()
            omega_0[d] -= lr * (x @ back)
        beta_1 -= lr * g.sum(axis=1, keepdims=True)
    return omega_0, np.int64(groups_5_g(beta_0, omega_0)), "ace"


RIGHT_5_G = [by_hand_5_g, with_grad_5_g, batched_5_g]


def planted_5_g(**planted):
    return lambda **arguments: by_hand_5_g(**arguments, **planted)


def units_5_g(count):
    def answer(**arguments):
        omega_0, _, ways = by_hand_5_g(**arguments)
        return omega_0, count(arguments, omega_0), ways

    return answer


def exactly_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    """Units are equal when all their digits are."""
    for mask in masks:
        f_0 = beta_0 + omega_0 @ x
        h_1 = mask * np.maximum(f_0, 0)
        dl_df1 = 2 * (beta_1 + omega_1 @ h_1 - y)
        dl_df0 = mask * (f_0 > 0) * (omega_1.T @ dl_df1)
        beta_1 = beta_1 - lr * dl_df1.sum(axis=1, keepdims=True)
        omega_1 = omega_1 - lr * dl_df1 @ h_1.T
        beta_0 = beta_0 - lr * dl_df0.sum(axis=1, keepdims=True)
        omega_0 = omega_0 - lr * dl_df0 @ x.T
    return omega_0, len(np.unique(np.hstack([beta_0, omega_0]), axis=0)), "ace"


def linear_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    """The ReLU on the way forward alone."""
    units = by_hand_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr)[1]
    for mask in masks:
        h_1 = mask * np.maximum(beta_0 + omega_0 @ x, 0)
        dl_df1 = 2 * (beta_1 + omega_1 @ h_1 - y)
        dl_df0 = mask * (omega_1.T @ dl_df1)
        beta_1 = beta_1 - lr * dl_df1.sum(axis=1, keepdims=True)
        omega_1 = omega_1 - lr * dl_df1 @ h_1.T
        beta_0 = beta_0 - lr * dl_df0.sum(axis=1, keepdims=True)
        omega_0 = omega_0 - lr * dl_df0 @ x.T
    return omega_0, units, "ace"


WRONG_5_G = [
    (planted_5_g(both_ways=False), "the mask is missing on the way back"),
    (planted_5_g(first_only=True), "`omega_0`: only one step is made"),
    (lambda masks, **others: by_hand_5_g(masks=np.ones_like(masks), **others), "the masks are not used"),
    (lambda x, lr, **others: by_hand_5_g(x=x, lr=lr / x.shape[1], **others), "`omega_0`: the gradient is averaged"),
    (units_5_g(lambda arguments, omega_0: len(omega_0)), "`units`: not all units differ"),
    (units_5_g(lambda arguments, omega_0: groups_5_g(arguments["beta_0"], arguments["omega_0"])),
     "`units`: this is the start; train first"),
    (units_5_g(lambda arguments, omega_0: len(np.unique(omega_0.round(8), axis=0))),
     "`units`: this counts the rows of Ω_0 alone"),
    (exactly_5_g, "`units`: units that differ in the last digits alone"),
    (linear_5_g, "`omega_0`: the ReLU's slope is missing"),
    (units_5_g(lambda arguments, omega_0: len(np.unique(omega_0.T.round(8), axis=0))), "`units`: the columns"),
    (planted_5_g(ways="abcdef"), "`ways`: look again at proposal b: small batches"),
    (planted_5_g(ways="acef"), "`ways`: look again at proposal f: all units see"),
    (planted_5_g(ways=3), "`ways` is a int, expected a word in quotes"),
]  # fmt: skip


# ---- 5.h

RIGHT_5_H = [
    PLANTED,
    [f" {bug.upper()} " for bug in PLANTED],
    {f"version_{number}": bug for number, bug in enumerate(PLANTED, start=1)},
]


def other_5_h(number, bug):
    return tuple(bug if n == number else right for n, right in enumerate(PLANTED, start=1))


WRONG_5_H = [
    (other_5_h(1, "fans-averaged"), "`version_1`: with the bug you name, the variance of 200 × 100"),
    (other_5_h(2, "no-factor-2"), "`version_2`: with the bug you name, the mean of the weights would be 0"),
    (other_5_h(3, "two-roots"), "`version_3`: with the bug you name, the variance of 100 × 200 weights"),
    (other_5_h(3, "no-factor-2"), "`version_3`: with the bug you name, the variance of 100 × 2 weights"),
    (other_5_h(4, "no-factor-2"), "`version_4`: with the bug you name, the largest of many weights"),
    (other_5_h(5, "std-is-variance"), "`version_5`: with the bug you name, the rows of Ω would be"),
    (other_5_h(6, "limit-is-std"), "`version_6`: with the bug you name, the largest of many weights"),
    (other_5_h(6, "fans-exchanged"), "`version_6`: with the bug you name, the variance of 200 × 100"),
    (other_5_h(6, "no such word"), '"no such word" is unknown here: the words are fans-averaged, '),
    (PLANTED[:5], "has 5 parts, expected 6"),
]


# ---- 5.i


def limits_5_i(D, variance, dtype):
    up = D * variance / 2 > 1
    info = np.finfo(dtype)
    return float(info.max if up else info.smallest_subnormal)


def logarithms_5_i(D, variance, dtype):
    depth = math.log(limits_5_i(D, variance, dtype)) / math.log(D * variance / 2)
    return math.ceil(depth), math.ceil(2 * depth)


def counted_5_i(D, variance, dtype):
    limit, rate, answer = math.log(limits_5_i(D, variance, dtype)), math.log(D * variance / 2), []
    for size in (rate, rate / 2):
        k = 0
        while abs(size * k) < abs(limit):
            k += 1
        answer.append(k)
    return answer


def multiplied_5_i(D, variance, dtype):
    limit, gain, answer = limits_5_i(D, variance, dtype), D * variance / 2, {}
    for name, factor in (("of_values", math.sqrt(gain)), ("of_variance", gain)):
        value, k = 1.0, 0
        while value <= limit if gain > 1 else value >= limit:
            value, k = value * factor, k + 1
        answer[name] = float(k)
    return answer


RIGHT_5_I = [logarithms_5_i, counted_5_i, multiplied_5_i]


def depths_5_i(gain=lambda D, variance: D * variance / 2, smallest="smallest_subnormal", final=math.ceil, kind=None):
    def answer(D, variance, dtype):
        info, rate = np.finfo(kind or dtype), math.log(gain(D, variance))
        limit = math.log(float(info.max if rate > 0 else getattr(info, smallest)))
        return final(limit / rate), final(2 * limit / rate)

    return answer


WRONG_5_I = [
    (lambda D, variance, dtype: logarithms_5_i(D, variance, dtype)[::-1], "`of_variance`: this is the standard"),
    (lambda D, variance, dtype: logarithms_5_i(D, variance, dtype)[:1] * 2, "`of_values`: this is the variance"),
    (lambda D, variance, dtype: logarithms_5_i(D, variance, dtype)[1:] * 2, "`of_variance`: this is the standard"),
    (depths_5_i(gain=lambda D, variance: D * variance), "the ½ of the ReLU is missing"),
    (depths_5_i(smallest="tiny"), "smaller ones exist"),
    (depths_5_i(smallest="eps"), "eps is the distance"),
    (depths_5_i(kind="float64"), "these are the limits of float64"),
    (depths_5_i(final=math.floor), "this is the last layer within the range"),
    (depths_5_i(final=lambda depth: math.ceil(depth) + 1), "one layer too late"),
    (depths_5_i(final=lambda depth: depth), None),
]


RIGHT = {
    "5.a": RIGHT_5_A,
    "5.b": RIGHT_5_B,
    "5.c": RIGHT_5_C,
    "5.d": RIGHT_5_D,
    "5.e": RIGHT_5_E,
    "5.f": RIGHT_5_F,
    "5.g": RIGHT_5_G,
    "5.h": RIGHT_5_H,
    "5.i": RIGHT_5_I,
}
WRONG = {
    "5.a": WRONG_5_A,
    "5.b": WRONG_5_B,
    "5.c": WRONG_5_C,
    "5.d": WRONG_5_D,
    "5.e": WRONG_5_E,
    "5.f": WRONG_5_F,
    "5.g": WRONG_5_G,
    "5.h": WRONG_5_H,
    "5.i": WRONG_5_I,
}
