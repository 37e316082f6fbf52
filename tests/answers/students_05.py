"""Answers to the problems of chapter 5, written from the problem sheet alone."""

import collections
import fractions
import functools
import itertools
import math
import operator

import numpy as np

# ---- 7.14

REASONS = ("mean", "cases", "symmetry", "relu")


def _moments(values, probabilities):
    b = np.maximum(np.asarray(values, float), 0)
    p = np.asarray(probabilities, float)
    second = np.sum(p * b**2)
    return second, second - np.sum(p * b) ** 2


def half_the_variance_7_14(values, probabilities):
    second = np.sum(probabilities * values**2) / 2
    return second, second - np.sum(probabilities * np.maximum(values, 0)) ** 2, *REASONS


def variance_is_second_moment_7_14(values, probabilities):
    second, _ = _moments(values, probabilities)
    return second, second, *REASONS


def probabilities_ignored_7_14(values, probabilities):
    b = np.maximum(values, 0)
    return np.mean(b**2), np.var(b), *REASONS


def standard_deviation_7_14(values, probabilities):
    second, variance = _moments(values, probabilities)
    return second, np.sqrt(variance), *REASONS


def mean_not_squared_7_14(values, probabilities):
    b = np.maximum(values, 0)
    second = probabilities @ b**2
    return second, second - probabilities @ b, *REASONS


def square_of_the_mean_7_14(values, probabilities):
    first = np.sum(probabilities * np.maximum(values, 0))
    return first**2, _moments(values, probabilities)[1], *REASONS


def conditional_on_positive_7_14(values, probabilities):
    on = values >= 0
    p = probabilities[on] / probabilities[on].sum()
    second = np.sum(p * values[on] ** 2)
    return second, second - np.sum(p * values[on]) ** 2, *REASONS


def relu_as_absolute_value_7_14(values, probabilities):
    b = np.abs(values)
    second = probabilities @ b**2
    return second, second - (probabilities @ b) ** 2, *REASONS


def relu_at_the_end_7_14(values, probabilities):
    second = max(np.sum(probabilities * values**2), 0)
    return second, second - np.sum(probabilities * values) ** 2, *REASONS


def variance_of_the_normal_7_14(values, probabilities):
    second, _ = _moments(values, probabilities)
    return second, second - np.sum(probabilities * values**2) / (2 * np.pi), *REASONS


def probabilities_squared_too_7_14(values, probabilities):
    b = probabilities * np.maximum(values, 0)
    return np.sum(b**2), np.sum(b**2) - np.sum(b) ** 2, *REASONS


def relu_and_symmetry_exchanged_7_14(values, probabilities):
    return *_moments(values, probabilities), "mean", "cases", "relu", "symmetry"


def normal_for_symmetry_7_14(values, probabilities):
    return *_moments(values, probabilities), "mean", "cases", "normal", "relu"


def independence_7_14(values, probabilities):
    return *_moments(values, probabilities), "mean", "independence", "symmetry", "relu"


def symmetry_at_first_7_14(values, probabilities):
    return *_moments(values, probabilities), "symmetry", "cases", "mean", "relu"


def cases_for_the_relu_7_14(values, probabilities):
    return *_moments(values, probabilities), "mean", "cases", "symmetry", "cases"


def misspelt_7_14(values, probabilities):
    return *_moments(values, probabilities), "mean", "cases", "symetry", "relu"


def reasons_first_7_14(values, probabilities):
    return *REASONS, *_moments(values, probabilities)


def reasons_forgotten_7_14(values, probabilities):
    return _moments(values, probabilities)


def fractions_7_14(v, p):
    b = [max(fractions.Fraction(float(one)), fractions.Fraction(0)) for one in v]
    weights = [fractions.Fraction(float(one)) for one in p]
    first, second = (sum(w * one**power for w, one in zip(weights, b, strict=True)) for power in (1, 2))
    return [float(second), float(second - first**2), "mean", "cases", "symmetry", "relu"]


def torch_7_14(values, probabilities):
    import torch

    a = torch.tensor(np.asarray(values, float), requires_grad=True)
    p = torch.tensor(np.asarray(probabilities, float))
    b = torch.relu(a)
    return (p * b**2).sum(), (p * (b - (p * b).sum()) ** 2).sum(), *REASONS


def generator_7_14(values, probabilities):
    b = np.clip(values, 0, None)
    yield np.average(b * b, weights=probabilities)
    yield np.average((b - np.average(b, weights=probabilities)) ** 2, weights=probabilities)
    yield from REASONS


def pairs_of_cases_7_14(values, probabilities):
    """Var[b] = ½ E[(b − b′)²] for two independent copies."""
    b = (np.abs(values) + values) / 2
    both = np.multiply.outer(probabilities, probabilities)
    return np.dot(probabilities, b**2), np.sum(both * np.subtract.outer(b, b) ** 2) / 2, *REASONS


# ---- 7.15


def _output_from_zero(y, lr, steps):
    y = np.asarray(y, float)
    mean = y.mean(axis=1, keepdims=True)
    return np.tile(mean * (1 - (1 - 2 * lr * y.shape[1]) ** steps), (1, y.shape[1]))


def output_stays_zero_7_15(x, y, lr, steps):
    return np.zeros_like(y), "a", "rows", "all", "columns"


def converged_already_7_15(x, y, lr, steps):
    return np.repeat(y.mean(axis=1, keepdims=True), y.shape[1], axis=1), "b", "rows", "all", "columns"


def mean_loss_7_15(x, y, lr, steps):
    mean = y.mean(axis=1, keepdims=True)
    return mean * (1 - (1 - 2 * lr) ** steps) + np.zeros_like(y), "b", "rows", "all", "columns"


def factor_two_forgotten_7_15(x, y, lr, steps):
    beta = np.zeros((len(y), 1))
    for _ in range(steps):
        beta = beta - lr * np.sum(beta - y, axis=1, keepdims=True)
    return beta + 0 * y, "b", "rows", "all", "columns"


def one_step_times_steps_7_15(x, y, lr, steps):
    return steps * lr * 2 * y.sum(axis=1, keepdims=True) + 0 * y, "b", "rows", "all", "columns"


def only_one_step_7_15(x, y, lr, steps):
    return _output_from_zero(y, lr, 1), "b", "rows", "all", "columns"


def one_step_too_many_7_15(x, y, lr, steps):
    return _output_from_zero(y, lr, steps + 1), "b", "rows", "all", "columns"


def column_only_7_15(x, y, lr, steps):
    return _output_from_zero(y, lr, steps)[:, :1], "b", "rows", "all", "columns"


def every_example_alone_7_15(x, y, lr, steps):
    output = np.zeros_like(y)
    for _ in range(steps):
        output = output - 2 * lr * (output - y)
    return output, "b", "rows", "all", "columns"


def outputs_averaged_too_7_15(x, y, lr, steps):
    return np.full_like(y, _output_from_zero(y, lr, steps).mean()), "b", "rows", "all", "columns"


def weights_move_too_7_15(x, y, lr, steps):
    return _output_from_zero(y, lr, steps), "c", "rows", "all", "columns"


def everything_moves_7_15(x, y, lr, steps):
    return _output_from_zero(y, lr, steps), "d", "rows", "all", "columns"


def rows_and_columns_exchanged_7_15(x, y, lr, steps):
    return _output_from_zero(y, lr, steps), "b", "columns", "all", "rows"


def all_of_the_first_7_15(x, y, lr, steps):
    return _output_from_zero(y, lr, steps), "b", "all", "all", "columns"


def rows_of_the_middle_7_15(x, y, lr, steps):
    return _output_from_zero(y, lr, steps), "b", "rows", "rows", "columns"


def all_of_the_last_7_15(x, y, lr, steps):
    return _output_from_zero(y, lr, steps), "b", "rows", "all", "all"


def started_from_he_7_15(x, y, lr, steps):
    import bpkit as bp

    net = bp.mlp([len(x), 4, 4, len(y)], rng=0)
    for _ in range(steps):
        _, grads = bp.backprop(net, bp.LeastSquares(), x, y)
        for parameter, gradient in zip(net.parameters, grads.parameters, strict=True):
            parameter -= lr * gradient
    return net(x), "b", "rows", "all", "columns"


def uphill_7_15(x, y, lr, steps):
    return -_output_from_zero(y, lr, steps), "b", "rows", "all", "columns"


def trained_7_15(x, y, lr, steps):
    import bpkit as bp

    net = bp.mlp([len(x), 4, 4, len(y)], init=bp.init.zeros, rng=7)
    for _ in range(steps):
        _, grads = bp.backprop(net, bp.LeastSquares(), x, y)
        for parameter, gradient in zip(net.parameters, grads.parameters, strict=True):
            parameter -= lr * gradient
    return net(x), "b", "rows", "all", "columns"


def torch_7_15(x, y, lr, steps):
    import torch

    x, y = torch.as_tensor(np.asarray(x, float)), torch.as_tensor(np.asarray(y, float))
    layers = [torch.nn.Linear(m, n, dtype=torch.float64) for m, n in itertools.pairwise([len(x), 4, 4, len(y)])]
    net = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1], torch.nn.ReLU(), layers[2])
    for parameter in net.parameters():
        torch.nn.init.zeros_(parameter)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.sum((net(x.T) - y.T) ** 2).backward()
        optimizer.step()
    return [net(x.T).T, "b", "rows", "all", "columns"]


def geometric_series_7_15(inputs, targets, rate, n):
    rows = []
    for row in np.asarray(targets).tolist():
        kept = 1 - 2 * rate * len(row)
        beta = 2 * rate * math.fsum(row) * sum(kept**k for k in range(n))
        rows.append([beta] * len(row))
    return rows, "b", "rows", "all", "columns"


def recursive_7_15(x, y, lr, steps):
    if steps == 0:
        return np.zeros(np.shape(y)), "b", "rows", "all", "columns"
    before, *words = recursive_7_15(x, y, lr, steps - 1)
    return before - 2 * lr * np.sum(before - y, axis=-1, keepdims=True), *words


# ---- 5.a


def twelve_forgotten_5_a(D_in, D_out):
    return np.sqrt(2 / D_in), np.sqrt(2 / (D_in + D_out)), np.sqrt(1 / D_in)


def width_is_limit_5_a(D_in, D_out):
    return np.sqrt(24 / D_in), np.sqrt(24 / (D_in + D_out)), np.sqrt(12 / D_in)


def fan_out_5_a(D_in, D_out):
    return np.sqrt(6 / D_out), np.sqrt(6 / (D_in + D_out)), np.sqrt(3 / D_out)


def root_forgotten_5_a(D_in, D_out):
    return 6 / D_in, 6 / (D_in + D_out), 3 / D_in


def he_of_the_mean_5_a(D_in, D_out):
    return np.sqrt(12 / (D_in + D_out)), np.sqrt(6 / (D_in + D_out)), np.sqrt(3 / D_in)


def glorot_as_he_5_a(D_in, D_out):
    return np.sqrt(6 / D_in), np.sqrt(12 / (D_in + D_out)), np.sqrt(3 / D_in)


def another_order_5_a(D_in, D_out):
    return np.sqrt(6 / D_in), np.sqrt(3 / D_in), np.sqrt(6 / (D_in + D_out))


def three_outside_the_root_5_a(D_in, D_out):
    return 3 * np.sqrt(2 / D_in), 3 * np.sqrt(2 / (D_in + D_out)), 3 * np.sqrt(1 / D_in)


def one_limit_5_a(D_in, D_out):
    return math.sqrt(6 / D_in)


def strings_with_a_root_5_a(D_in, D_out):
    return f"sqrt(6/{D_in})", f"sqrt(6/{D_in + D_out})", f"sqrt(3/{D_in})"


def whole_division_5_a(D_in, D_out):
    return math.sqrt(6 // D_in), math.sqrt(6 // (D_in + D_out)), math.sqrt(3 // D_in)


def generator_5_a(fan_in, fan_out):
    return ((3 * variance) ** 0.5 for variance in (2 / fan_in, 2 / (fan_in + fan_out), 1 / fan_in))


def sympy_5_a(D_in, D_out):
    import sympy

    limit, n, m = sympy.symbols("limit n m", positive=True)
    w = sympy.symbols("w")
    of_uniform = sympy.integrate(w**2, (w, -limit, limit)) / (2 * limit)
    found = (sympy.solve(of_uniform - variance, limit)[0] for variance in (2 / n, 2 / (n + m), 1 / n))
    return tuple(one.subs({n: int(D_in), m: int(D_out)}) for one in found)


def array_5_a(D_in, D_out):
    return np.sqrt(3 * np.array([2 / D_in, 2 / (D_in + D_out), 1 / D_in]))


class Limits5a:
    """sqrt(3) standard deviations, for any scheme."""

    def __call__(self, D_in, D_out):
        return collections.namedtuple("Limits", "he glorot lecun")(
            *(math.sqrt(3) / math.sqrt(d) for d in (D_in / 2, (D_in + D_out) / 2, D_in))
        )


# ---- 5.b


def _leaky(alpha):
    return (1 + alpha**2) / 2


def _omega_5_b(z, alpha):
    return z * np.sqrt(2 / ((1 + alpha**2) * z.shape[1]))


def alpha_not_squared_5_b(z, alpha):
    return (1 + alpha) / 2, z * np.sqrt(2 / ((1 + alpha) * z.shape[1]))


def fan_out_5_b(z, alpha):
    return _leaky(alpha), z * np.sqrt(2 / ((1 + alpha**2) * z.shape[0]))


def root_forgotten_5_b(z, alpha):
    return _leaky(alpha), z * 2 / ((1 + alpha**2) * z.shape[1])


def half_forgotten_5_b(z, alpha):
    return 1 + alpha**2, z / np.sqrt((1 + alpha**2) * z.shape[1])


def plain_he_5_b(z, alpha):
    return _leaky(alpha), z * np.sqrt(2 / z.shape[1])


def multiplied_by_factor_5_b(z, alpha):
    return _leaky(alpha), z * np.sqrt(_leaky(alpha) / z.shape[1])


def square_of_the_sum_5_b(z, alpha):
    factor = (1 + alpha) ** 2 / 4
    return factor, z * np.sqrt(1 / (factor * z.shape[1]))


def negative_half_subtracted_5_b(z, alpha):
    factor = (1 - alpha**2) / 2
    return factor, z * np.sqrt(1 / (factor * z.shape[1]))


def variance_instead_of_moment_5_b(z, alpha):
    factor = (1 + alpha**2) / 2 - (1 - alpha) ** 2 / (2 * np.pi)
    return factor, z * np.sqrt(1 / (factor * z.shape[1]))


def all_entries_5_b(z, alpha):
    return _leaky(alpha), z * np.sqrt(2 / ((1 + alpha**2) * z.size))


def transposed_5_b(z, alpha):
    return _leaky(alpha), _omega_5_b(z, alpha).T


def exchanged_5_b(z, alpha):
    return _omega_5_b(z, alpha), _leaky(alpha)


def standardised_5_b(z, alpha):
    return _leaky(alpha), _omega_5_b((z - z.mean()) / z.std(), alpha)


def lists_5_b(z, alpha):
    z = np.asarray(z).tolist()
    factor = math.fsum((0.5, 0.5 * alpha * alpha))
    return [factor, [[entry / math.sqrt(factor * len(row)) for entry in row] for row in z]]


def torch_5_b(z, alpha):
    import torch

    z = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    gain = torch.nn.init.calculate_gain("leaky_relu", alpha)
    return gain**-2, z * gain / math.sqrt(z.size(1))


def hypot_5_b(draws, slope):
    length = math.hypot(1, slope)
    return length * length / 2, np.divide(draws, length) * (2 / len(draws.T)) ** 0.5


def measured_on_both_halves_5_b(z, alpha):
    """Any symmetric distribution will do: ±1, each with probability ½."""
    f = np.array([-1.0, 1.0])
    factor = np.mean(np.where(f >= 0, f, alpha * f) ** 2)
    return np.float64(factor), np.einsum("ij,->ij", z, (factor * z.shape[1]) ** -0.5)


# ---- 5.c


def _spread(D, alpha):
    return (6 * (1 + alpha**4) / (1 + alpha**2) ** 2 - 1) / D


def _log(D, variance, alpha):
    return math.log(D * variance * (1 + alpha**2) / 2)


def five_for_every_alpha_5_c(D, variance, alpha):
    log = _log(D, variance, alpha)
    return 5 / D, log, log - 2.5 / D


def minus_one_forgotten_5_c(D, variance, alpha):
    spread = 6 * (1 + alpha**4) / (1 + alpha**2) ** 2 / D
    log = _log(D, variance, alpha)
    return spread, log, log - spread / 2


def half_forgotten_5_c(D, variance, alpha):
    spread, log = _spread(D, alpha), _log(D, variance, alpha)
    return spread, log, log - spread


def plus_5_c(D, variance, alpha):
    spread, log = _spread(D, alpha), _log(D, variance, alpha)
    return spread, log, log + spread / 2


def exchanged_5_c(D, variance, alpha):
    spread, log = _spread(D, alpha), _log(D, variance, alpha)
    return spread, log - spread / 2, log


def not_divided_by_D_5_c(D, variance, alpha):
    spread, log = _spread(1, alpha), _log(D, variance, alpha)
    return spread, log, log - spread / (2 * D)


def slope_one_minus_alpha_to_the_four_5_c(D, variance, alpha):
    spread = (6 * (1 + alpha**2) / (1 + alpha) ** 2 - 1) / D
    log = math.log(D * variance * (1 + alpha) / 2)
    return spread, log, log - spread / 2


def alpha_forgotten_in_the_mean_5_c(D, variance, alpha):
    spread, log = _spread(D, alpha), math.log(D * variance / 2)
    return spread, log, log - spread / 2


def fourth_moment_one_5_c(D, variance, alpha):
    spread = (2 * (1 + alpha**4) / (1 + alpha**2) ** 2 - 1) / D
    log = _log(D, variance, alpha)
    return spread, log, log - spread / 2


def decimal_logarithm_5_c(D, variance, alpha):
    spread = _spread(D, alpha)
    log = math.log10(D * variance * (1 + alpha**2) / 2)
    return spread, log, log - spread / 2


def he_assumed_5_c(D, variance, alpha):
    spread = _spread(D, alpha)
    return spread, 0.0, -spread / 2


def factors_not_logarithms_5_c(D, variance, alpha):
    spread, mean = _spread(D, alpha), D * variance * (1 + alpha**2) / 2
    return spread, mean, mean * math.exp(-spread / 2)


def square_of_the_mean_not_divided_5_c(D, variance, alpha):
    mean = D * variance * (1 + alpha**2) / 2
    spread = _spread(D, alpha) * mean**2
    return spread, math.log(mean), math.log(mean) - spread / 2


def moments_5_c(D, variance, alpha):
    second, fourth = ((m + m * alpha**power) / 2 for m, power in ((1, 2), (3, 4)))
    spread = (fourth - second**2) / (D * second**2)
    slope = np.log(D) + np.log(variance) + np.log(second)
    return [spread, slope, slope - 0.5 * spread]


def numbers_of_alpha_5_c(width, weight_variance, slope):
    a2 = slope * slope
    spread = (5 - 12 * a2 / (1 + a2) ** 2) / width
    yield spread
    yield math.log1p(a2) + math.log(width * weight_variance / 2)
    yield math.log1p(a2) + math.log(width * weight_variance / 2) - spread / 2


def quadrature_5_c(D, variance, alpha):
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)  # an even number: no node at the kink
    h = np.where(nodes > 0, nodes, alpha * nodes)
    second, fourth = (weights @ h**power / weights.sum() for power in (2, 4))
    spread = (fourth / second**2 - 1) / D
    return spread, np.log(D * variance * second), np.log(D * variance * second) - spread / 2


# ---- 5.d


def first_layer_has_a_relu_5_d(D_i, D, K, target):
    return (target / ((D_i / 2) * (D / 2) ** K)) ** (1 / (K + 1))


def k_layers_only_5_d(D_i, D, K, target):
    return (target / (D_i * (D / 2) ** (K - 1))) ** (1 / K)


def wrong_root_5_d(D_i, D, K, target):
    return (target / (D_i * (D / 2) ** K)) ** (1 / K)


def input_forgotten_5_d(D_i, D, K, target):
    return 2 / D * target ** (1 / K)


def all_layers_alike_5_d(D_i, D, K, target):
    return 2 / D * target ** (1 / (K + 1))


def half_forgotten_5_d(D_i, D, K, target):
    return (target / (D_i * D**K)) ** (1 / (K + 1))


def standard_deviation_5_d(D_i, D, K, target):
    return math.sqrt((target / (D_i * (D / 2) ** K)) ** (1 / (K + 1)))


def divided_by_the_number_5_d(D_i, D, K, target):
    return target / (D_i * (D / 2) ** K) / (K + 1)


def upside_down_5_d(D_i, D, K, target):
    return (D_i * (D / 2) ** K / target) ** (1 / (K + 1))


def typical_network_5_d(D_i, D, K, target):
    return (target / (D_i * (D / 2) ** K)) ** (1 / (K + 1)) * math.exp(5 / (2 * D))


def first_layer_of_width_D_5_d(D_i, D, K, target):
    return (target / (D * (D_i / 2) ** K)) ** (1 / (K + 1))


def he_5_d(D_i, D, K, target):
    return 2 / D


def logarithms_5_d(inputs, width, depth, wanted):
    return math.exp((math.log(wanted) - math.log(inputs) - depth * math.log(width / 2)) / (depth + 1))


def bisection_5_d(D_i, D, K, target):
    def too_much(log):
        return log + math.log(D_i) + K * (log + math.log(D / 2)) > math.log(target)

    low, high = -200.0, 200.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if too_much(middle) else (middle, high)
    return np.array([math.exp(low)])[0]


def propagated_5_d(D_i, D, K, target):
    """With the variance 2/D each layer keeps what it gets; only the first one does not."""
    base = 2 / D
    at_the_end = base * D_i
    return base * np.float64(target / at_the_end) ** (1 / (K + 1))


class Target5d:
    """The root of a polynomial with one term."""

    def __call__(self, D_i, D, K, target):
        return np.power(np.prod([target, 1 / D_i, *[2 / D] * K]), 1 / np.add(K, 1))


# ---- 5.e


def _lsuv_back(x, omega, dl_df, size=lambda g: np.sqrt(np.mean(g**2))):
    f, h = [], x
    for one in omega:
        f.append(one @ h)
        h = np.maximum(f[-1], 0)
    result, g = [np.array(one) for one in omega], np.asarray(dl_df)
    for k in reversed(range(1, len(omega))):
        g = (f[k - 1] > 0) * (omega[k].T @ g)
        scale = 1 / size(g)
        result[k], g = scale * result[k], scale * g
    return result


def forward_lsuv_5_e(x, omega, dl_df):
    h, result = x, []
    for one in omega:
        result.append(one / np.sqrt(np.var(one @ h)))
        h = np.maximum(result[-1] @ h, 0)
    return result


def variance_for_mean_square_5_e(x, omega, dl_df):
    return _lsuv_back(x, omega, dl_df, size=np.std)


def not_rooted_5_e(x, omega, dl_df):
    return _lsuv_back(x, omega, dl_df, size=lambda g: np.mean(g**2))


def length_5_e(x, omega, dl_df):
    return _lsuv_back(x, omega, dl_df, size=np.linalg.norm)


def mean_of_active_units_5_e(x, omega, dl_df):
    return _lsuv_back(x, omega, dl_df, size=lambda g: np.sqrt(np.mean(g[g != 0] ** 2)))


def no_masks_5_e(x, omega, dl_df):
    result, g = [one.copy() for one in omega], dl_df
    for k in range(len(omega) - 1, 0, -1):
        g = omega[k].T @ g
        scale = np.sqrt(np.mean(g**2))
        result[k], g = result[k] / scale, g / scale
    return result


def gradient_not_scaled_5_e(x, omega, dl_df):
    f, h = [], x
    for one in omega:
        f.append(one @ h)
        h = np.maximum(f[-1], 0)
    result, g = [one.copy() for one in omega], dl_df
    for k in range(len(omega) - 1, 0, -1):
        g = (f[k - 1] > 0) * (omega[k].T @ g)
        result[k] = omega[k] / np.sqrt(np.mean(g**2))
    return result


def last_gradient_normalised_5_e(x, omega, dl_df):
    return _lsuv_back(x, omega, dl_df / np.sqrt(np.mean(dl_df**2)))


def mask_of_the_next_layer_5_e(x, omega, dl_df):
    f, h = [], x
    for one in omega:
        f.append(one @ h)
        h = np.maximum(f[-1], 0)
    result, g = [one.copy() for one in omega], dl_df
    for k in range(len(omega) - 1, 0, -1):
        g = omega[k].T @ ((f[k] > 0) * g)
        scale = np.sqrt(np.mean(g**2))
        result[k], g = result[k] / scale, g / scale
    return result


def first_matrix_left_out_5_e(x, omega, dl_df):
    return _lsuv_back(x, omega, dl_df)[1:]


def from_last_to_first_5_e(x, omega, dl_df):
    return _lsuv_back(x, omega, dl_df)[::-1]


def first_matrix_scaled_too_5_e(x, omega, dl_df):
    first, *others = _lsuv_back(x, omega, dl_df)
    return [first / np.sqrt(np.mean((first @ x) ** 2)), *others]


def in_place_5_e(x, omega, dl_df):
    for k, one in enumerate(_lsuv_back(x, omega, dl_df)):
        omega[k][...] = one
    return omega


def first_example_only_5_e(x, omega, dl_df):
    return _lsuv_back(x, omega, dl_df, size=lambda g: np.sqrt(np.mean(g[:, 0] ** 2)))


def shifted_by_one_5_e(x, omega, dl_df):
    scaled = _lsuv_back(x, omega, dl_df)
    sizes = [np.linalg.norm(a) / np.linalg.norm(b) for a, b in zip(scaled, omega, strict=True)]
    return [one * size for one, size in zip(omega, [*sizes[1:], 1.0], strict=True)]


def ratios_5_e(x, omega, dl_df):
    """All gradients first, with the matrices as they are; a factor is the ratio of two sizes."""
    h, masks = x, []
    for one in omega[:-1]:
        masks.append(one @ h > 0)
        h = np.where(masks[-1], one @ h, 0)
    sizes, g = [1.0], dl_df
    for one, mask in zip(omega[:0:-1], masks[::-1], strict=True):
        g = np.where(mask, one.T @ g, 0)
        sizes.append(math.sqrt((g * g).mean()))
    factors = [before / after for before, after in itertools.pairwise(sizes)]
    return (one * factor for one, factor in zip(omega, [1.0, *factors[::-1]], strict=True))


def torch_5_e(x, omega, dl_df):
    import torch

    result = [torch.tensor(np.array(one)) for one in omega]
    for k in reversed(range(1, len(result))):
        h, f = torch.tensor(np.array(x)), []
        for one in result:
            f.append((one @ h).requires_grad_())
            h = torch.relu(f[-1])
        (g,) = torch.autograd.grad(f[-1], f[k - 1], torch.tensor(np.array(dl_df)))
        result[k] = result[k] / g.square().mean().sqrt()
    return result


def recursive_5_e(x, omega, dl_df):
    def rest(h, matrices):
        """The scaled matrices, and the gradient by the first pre-activation."""
        f = np.matmul(matrices[0], h)
        if len(matrices) == 1:
            return [matrices[0]], dl_df
        scaled, g = rest(f.clip(0), matrices[1:])
        g = (matrices[1].T @ g) * (f > 0)
        size = np.sqrt(np.vdot(g, g) / g.size)
        scaled[0] = scaled[0] / size
        return [matrices[0], *scaled], g / size

    return tuple(rest(x, list(omega))[0])


# ---- 5.f


def _value_and_slope(a):
    return float(a(0.0)), float((a(1e-5) - a(-1e-5)) / 2e-5)


def slope_not_squared_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return 2 / (s * (D_in + D_out)), 1 / s, -c / s


def glorot_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return 2 / (D_in + D_out), 1 / s, -c / s


def he_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return 4 / (s**2 * (D_in + D_out)), 1 / s, -c / s


def shift_before_the_factor_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return 2 / (s**2 * (D_in + D_out)), 1 / s, -c


def shift_with_plus_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return 2 / (s**2 * (D_in + D_out)), 1 / s, c / s


def factor_upside_down_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return 2 * s**2 / (D_in + D_out), s, -c * s


def exchanged_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return 2 / (s**2 * (D_in + D_out)), -c / s, 1 / s


def long_secant_5_f(a, D_in, D_out):
    c, s = a(0.0), a(1.0) - a(0.0)
    return 2 / (s**2 * (D_in + D_out)), 1 / s, -c / s


def step_below_the_rounding_5_f(a, D_in, D_out):
    c, s = a(0.0), (a(1e-15) - a(0.0)) / 1e-15
    return 2 / (s**2 * (D_in + D_out)), 1 / s, -c / s


def sigmoid_hard_coded_5_f(a, D_in, D_out):
    return 32 / (D_in + D_out), 4.0, -2.0


def fan_in_only_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return 1 / (s**2 * D_in), 1 / s, -c / s


def mean_of_the_variances_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return (1 / D_in + 1 / D_out) / (2 * s**2), 1 / s, -c / s


def difference_without_half_5_f(a, D_in, D_out):
    c, s = a(0.0), (a(1e-6) - a(-1e-6)) / 1e-6
    return 2 / (s**2 * (D_in + D_out)), 1 / s, -c / s


def value_counted_5_f(a, D_in, D_out):
    c, s = _value_and_slope(a)
    return 2 / ((s**2 + c**2) * (D_in + D_out)), 1 / s, -c / s


def richardson_5_f(a, D_in, D_out):
    def slope(d):
        return (a(d) - a(-d)) / (2 * d)

    s = (4 * slope(1e-3) - slope(2e-3)) / 3
    return [1 / (s * s * (D_in + D_out) / 2), 1 / s, -a(0.0) / s]


def fitted_5_f(a, D_in, D_out):
    d = np.linspace(-0.01, 0.01, 9)
    _, _, s, c = np.polyfit(d, a(d), 3)
    p = 1 / s
    return p**2 / np.mean([D_in, D_out]), p, -p * c


def generator_5_f(activation, before, after):
    low, c, high = activation(np.array([-1e-4, 0.0, 1e-4]))
    p = np.float64(2e-4) / (high - low)
    yield 2 * p * p / (before + after)
    yield from (p, -c * p)


# ---- 5.g


def _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr, factor=2.0):
    for mask in masks:
        f_0 = beta_0 + omega_0 @ x
        h = mask * np.maximum(f_0, 0)
        g_1 = factor * (beta_1 + omega_1 @ h - y)
        g_0 = mask * (f_0 > 0) * (omega_1.T @ g_1)
        beta_1 = beta_1 - lr * g_1.sum(axis=1, keepdims=True)
        omega_1 = omega_1 - lr * g_1 @ h.T
        beta_0 = beta_0 - lr * g_0.sum(axis=1, keepdims=True)
        omega_0 = omega_0 - lr * g_0 @ x.T
    return beta_0, omega_0


def _count(beta_0, omega_0):
    units = []
    for unit in np.hstack([omega_0, beta_0]):
        if not any(np.max(np.abs(unit - other)) < 1e-8 for other in units):
            units.append(unit)
    return len(units)


def two_letters_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr)
    return omega, _count(beta, omega), "ae"


def noise_counts_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr)
    return omega, _count(beta, omega), "acf"


def batches_count_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr)
    return omega, _count(beta, omega), "abce"


def not_alphabetical_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr)
    return omega, _count(beta, omega), "eca"


def gradient_through_dropped_units_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    for mask in masks:
        f_0 = beta_0 + omega_0 @ x
        h = mask * np.maximum(f_0, 0)
        g_1 = 2 * (beta_1 + omega_1 @ h - y)
        g_0 = (f_0 > 0) * (omega_1.T @ g_1)
        beta_1, omega_1 = beta_1 - lr * g_1.sum(axis=1, keepdims=True), omega_1 - lr * g_1 @ h.T
        beta_0, omega_0 = beta_0 - lr * g_0.sum(axis=1, keepdims=True), omega_0 - lr * g_0 @ x.T
    return omega_0, _count(beta_0, omega_0), "ace"


def new_weights_on_the_way_back_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    for mask in masks:
        f_0 = beta_0 + omega_0 @ x
        h = mask * np.maximum(f_0, 0)
        g_1 = 2 * (beta_1 + omega_1 @ h - y)
        beta_1, omega_1 = beta_1 - lr * g_1.sum(axis=1, keepdims=True), omega_1 - lr * g_1 @ h.T
        g_0 = mask * (f_0 > 0) * (omega_1.T @ g_1)
        beta_0, omega_0 = beta_0 - lr * g_0.sum(axis=1, keepdims=True), omega_0 - lr * g_0 @ x.T
    return omega_0, _count(beta_0, omega_0), "ace"


def two_forgotten_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr, factor=1.0)
    return omega, _count(beta, omega), "ace"


def mean_loss_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr, factor=2 / np.size(y))
    return omega, _count(beta, omega), "ace"


def rescaled_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    masks = [mask / max(mask.mean(), 1e-9) for mask in masks]
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr)
    return omega, _count(beta, omega), "ace"


def last_mask_forgotten_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks[:-1], lr)
    return omega, _count(beta, omega), "ace"


def first_mask_again_and_again_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, [masks[0]] * len(masks), lr)
    return omega, _count(beta, omega), "ace"


def pairs_counted_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr)
    different = [np.abs(a - b).max() >= 1e-8 for a, b in itertools.combinations(np.hstack([omega, beta]), 2)]
    return omega, sum(different), "ace"


def columns_counted_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    _, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr)
    return omega, len(np.unique(omega.round(8), axis=1).T), "ace"


def units_with_a_copy_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    beta, omega = _trained_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr)
    return omega, len(omega) - _count(beta, omega), "ace"


def biases_fixed_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    for mask in masks:
        f_0 = beta_0 + omega_0 @ x
        h = mask * np.maximum(f_0, 0)
        g_1 = 2 * (beta_1 + omega_1 @ h - y)
        g_0 = mask * (f_0 > 0) * (omega_1.T @ g_1)
        omega_1, omega_0 = omega_1 - lr * g_1 @ h.T, omega_0 - lr * g_0 @ x.T
    return omega_0, _count(beta_0, omega_0), "ace"


def torch_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    import torch

    phi = [torch.tensor(np.array(one, dtype=float), requires_grad=True) for one in (beta_0, omega_0, beta_1, omega_1)]
    x, y = torch.tensor(np.array(x)), torch.tensor(np.array(y))
    for mask in masks:
        h = torch.tensor(np.array(mask, dtype=float)) * torch.relu(phi[0] + phi[1] @ x)
        slopes = torch.autograd.grad(torch.sum((phi[2] + phi[3] @ h - y) ** 2), phi)
        phi = [(one - lr * slope).detach().requires_grad_() for one, slope in zip(phi, slopes, strict=True)]
    units = torch.cat(phi[:2], dim=1)
    first_of_its_kind = [all((u - v).abs().max() > 1e-8 for v in units[:i]) for i, u in enumerate(units)]
    return phi[1], sum(first_of_its_kind), "ace"


def rounded_set_5_g(x, y, beta_0, omega_0, beta_1, omega_1, masks, lr):
    x = np.vstack([np.ones(np.shape(x)[1]), x])  # the biases become a column of the weights
    inner, outer = np.hstack([beta_0, omega_0]), np.hstack([beta_1, omega_1])
    for mask in masks:
        on = mask * (inner @ x > 0)
        h = np.vstack([x[:1], on * (inner @ x)])
        g = 2 * lr * (outer @ h - y)
        inner, outer = inner - on * (outer[:, 1:].T @ g) @ x.T, outer - g @ h.T
    return [inner[:, 1:].tolist(), len({tuple(unit) for unit in (inner + 0.0).round(7).tolist()}), "ace"]


def folded_5_g(x, y, b0, w0, b1, w1, dropout, rate):
    def step(phi, mask):
        b0, w0, b1, w1 = phi
        h = mask * np.clip(b0 + w0 @ x, 0, None)
        g1 = b1 + w1 @ h - y
        g0 = np.where(h > 0, np.einsum("oi,oe->ie", w1, g1), 0)
        slopes = (g0 @ np.ones((x.shape[1], 1)), g0 @ x.T, g1.sum(1)[:, None], np.einsum("oe,ie->oi", g1, h))
        return [p - 2 * rate * s for p, s in zip(phi, slopes, strict=True)]

    b0, w0, *_ = functools.reduce(step, dropout, [b0, w0, b1, w1])
    distance = np.abs(np.subtract(*(np.hstack([w0, b0])[i] for i in np.ix_(range(len(w0)), range(len(w0))))))
    equal = (distance.max(axis=-1) < 1e-8).astype(float)
    return w0, round((1 / equal.sum(axis=1)).sum()), "ace"


# ---- 5.h

BUGS = ("fans-exchanged", "one-sided", "std-is-variance", "limit-is-std", "one-row", "no-factor-2")


def _exchanged(words, i, j):
    words = list(words)
    words[i], words[j] = words[j], words[i]
    return words


bugs_averaged_5_h = ["fans-averaged", *BUGS[1:]]
bugs_two_roots_5_h = [*BUGS[:2], "two-roots", *BUGS[3:]]
bugs_capitals_5_h = [word.upper() for word in BUGS]
bugs_underscores_5_h = [word.replace("-", "_") for word in BUGS]
bugs_numbers_5_h = (3, 7, 1, 6, 8, 5)
bugs_first_guess_5_h = ("one-row",) * 6
bugs_in_one_string_5_h = " ".join(BUGS)


# ---- 5.i


def _first_layers(D, variance, dtype):
    info, ratio = np.finfo(dtype), D * variance / 2
    low, high = float(info.smallest_subnormal), float(info.max)

    def first(r):
        k, value = 0, 1.0
        while low <= value <= high:
            k += 1
            value = r**k
        return k

    return first(ratio), first(math.sqrt(ratio))


def one_early_5_i(D, variance, dtype):
    of_variance, of_values = _first_layers(D, variance, dtype)
    return of_variance - 1, of_values - 1


def one_late_5_i(D, variance, dtype):
    of_variance, of_values = _first_layers(D, variance, dtype)
    return of_variance + 1, of_values + 1


def exchanged_5_i(D, variance, dtype):
    return _first_layers(D, variance, dtype)[::-1]


def twice_the_depth_5_i(D, variance, dtype):
    of_variance, _ = _first_layers(D, variance, dtype)
    return of_variance, 2 * of_variance


def half_forgotten_5_i(D, variance, dtype):
    return _first_layers(D, 2 * variance, dtype)


def smallest_normal_5_i(D, variance, dtype):
    info, ratio = np.finfo(dtype), D * variance / 2
    limit = float(info.max) if ratio > 1 else float(info.tiny)
    layers = math.floor(math.log(limit) / math.log(ratio)) + 1
    return layers, math.floor(2 * math.log(limit) / math.log(ratio)) + 1


def in_the_type_itself_5_i(D, variance, dtype):
    answers = []
    for ratio in (D * variance / 2, math.sqrt(D * variance / 2)):
        k = 0
        with np.errstate(all="ignore"):
            while 0 < np.dtype(dtype).type(ratio**k) < np.inf:
                k += 1
        answers.append(k)
    return tuple(answers)


def step_by_step_in_the_type_5_i(D, variance, dtype):
    answers = []
    for ratio in (D * variance / 2, math.sqrt(D * variance / 2)):
        kind = np.dtype(dtype).type
        value, k = kind(1), 0
        with np.errstate(all="ignore"):
            while np.isfinite(value) and value > 0 and k < 10_000:
                value, k = kind(value * kind(ratio)), k + 1
        answers.append(k)
    return tuple(answers)


def overflow_only_5_i(D, variance, dtype):
    limit, ratio = float(np.finfo(dtype).max), D * variance / 2
    layers = math.log(limit) / abs(math.log(ratio))
    return math.floor(layers) + 1, math.floor(2 * layers) + 1


def rounded_5_i(D, variance, dtype):
    info, ratio = np.finfo(dtype), D * variance / 2
    layers = math.log(float(info.max if ratio > 1 else info.smallest_subnormal)) / math.log(ratio)
    return round(layers), round(2 * layers)


def floats_5_i(D, variance, dtype):
    info, ratio = np.finfo(dtype), D * variance / 2
    layers = math.log(float(info.max if ratio > 1 else info.smallest_subnormal)) / math.log(ratio)
    return layers, 2 * layers


def float32_always_5_i(D, variance, dtype):
    return _first_layers(D, variance, "float32")


def root_of_the_weights_only_5_i(D, variance, dtype):
    return _first_layers(D, variance, dtype)[0], _first_layers(D, math.sqrt(variance), dtype)[0]


def weight_variance_at_layer_0_5_i(D, variance, dtype):
    info, ratio = np.finfo(dtype), D * variance / 2
    low, high = float(info.smallest_subnormal), float(info.max)

    def first(power):
        return next(k for k in itertools.count() if not low <= (variance * ratio**k) ** power <= high)

    return first(1), first(0.5)


def logarithms_5_i(D, variance, dtype):
    info = np.finfo(dtype)
    log = math.log2(D * variance / 2)
    end = math.log2(float(info.max)) if log > 0 else math.log2(float(info.smallest_subnormal))
    return np.array([math.floor(end / log) + 1, math.floor(2 * end / log) + 1])


def searched_5_i(units, weight_variance, kind):
    ends = np.finfo(kind)
    inside = [ends.smallest_subnormal.item(), ends.max.item()]
    for power in (1, 0.5):
        yield next(
            k
            for k in itertools.count()
            if not inside[0] <= math.exp(power * k * math.log(units * weight_variance / 2)) <= inside[1]
        )


def accumulated_5_i(D, variance, dtype):
    low, high = {"float16": (2.0**-24, 65504.0), "float32": (2.0**-149, (2 - 2.0**-23) * 2.0**127)}[str(dtype)]
    Layers = collections.namedtuple("Layers", "of_variance of_values")
    found = []
    for factor in (D * variance / 2, (D * variance / 2) ** 0.5):
        products = itertools.accumulate(itertools.repeat(factor), operator.mul, initial=1.0)
        found.append(sum(1 for _ in itertools.takewhile(lambda value: low <= value <= high, products)))
    return Layers(*found)


WRONG = {
    "7.14": [
        (half_the_variance_7_14, "σ²/2, though not every distribution is symmetric"),
        (variance_is_second_moment_7_14, "variance: the mean of b is not 0"),
        (probabilities_ignored_7_14, "all values equally probable"),
        (standard_deviation_7_14, "standard deviation for variance"),
        (mean_not_squared_7_14, "E[b²] − E[b]"),
        (square_of_the_mean_7_14, "E[b]² for E[b²]"),
        (conditional_on_positive_7_14, "only among a ≥ 0"),
        (relu_as_absolute_value_7_14, "|a| for the ReLU"),
        (relu_at_the_end_7_14, "ReLU of the moment"),
        (variance_of_the_normal_7_14, "mean of a normal distribution"),
        (probabilities_squared_too_7_14, "probabilities squared as well"),
        (relu_and_symmetry_exchanged_7_14, "reasons 3 and 4 exchanged"),
        (normal_for_symmetry_7_14, "normal for symmetry"),
        (independence_7_14, "independence for cases"),
        (symmetry_at_first_7_14, "reasons 1 and 3 exchanged"),
        (cases_for_the_relu_7_14, "cases for relu"),
        (misspelt_7_14, "a word misspelt"),
        (reasons_first_7_14, "words before numbers"),
        (reasons_forgotten_7_14, "no reasons"),
    ],
    "7.15": [
        (output_stays_zero_7_15, "nothing moves"),
        (converged_already_7_15, "the mean of y at once"),
        (mean_loss_7_15, "mean for sum over the examples"),
        (factor_two_forgotten_7_15, "factor 2"),
        (one_step_times_steps_7_15, "all steps as long as the first"),
        (only_one_step_7_15, "one step"),
        (one_step_too_many_7_15, "one step too many"),
        (column_only_7_15, "shape (D_o, 1)"),
        (every_example_alone_7_15, "each example with a bias of its own"),
        (outputs_averaged_too_7_15, "one bias for all outputs"),
        (weights_move_too_7_15, "letter c"),
        (everything_moves_7_15, "letter d"),
        (rows_and_columns_exchanged_7_15, "rows and columns exchanged"),
        (all_of_the_first_7_15, "Ω0: all"),
        (rows_of_the_middle_7_15, "Ω1: rows"),
        (all_of_the_last_7_15, "Ω2: all"),
        (started_from_he_7_15, "He's weights at the start"),
        (uphill_7_15, "sign of the step"),
    ],
    "5.a": [
        (twelve_forgotten_5_a, "limit = standard deviation"),
        (width_is_limit_5_a, "limit = whole width"),
        (fan_out_5_a, "fan-out"),
        (root_forgotten_5_a, "no root"),
        (he_of_the_mean_5_a, "He with the mean of the sizes"),
        (glorot_as_he_5_a, "Glorot with He's 4"),
        (another_order_5_a, "Glorot and LeCun exchanged"),
        (three_outside_the_root_5_a, "3 outside of the root"),
        (one_limit_5_a, "He's only"),
        (strings_with_a_root_5_a, "texts"),
        (whole_division_5_a, "whole-number division"),
    ],
    "5.b": [
        (alpha_not_squared_5_b, "α not squared"),
        (fan_out_5_b, "fan-out"),
        (root_forgotten_5_b, "variance for standard deviation"),
        (half_forgotten_5_b, "1 + α² without the half"),
        (plain_he_5_b, "He without α"),
        (multiplied_by_factor_5_b, "multiplied by the factor"),
        (square_of_the_sum_5_b, "square of the mean slope"),
        (negative_half_subtracted_5_b, "negative half subtracted"),
        (variance_instead_of_moment_5_b, "variance of h for a normal f"),
        (all_entries_5_b, "number of all entries"),
        (transposed_5_b, "transposed"),
        (exchanged_5_b, "results exchanged"),
        (standardised_5_b, "z standardised first"),
    ],
    "5.c": [
        (five_for_every_alpha_5_c, "the chapter's 5/D"),
        (minus_one_forgotten_5_c, "mean not subtracted"),
        (half_forgotten_5_c, "no ½ before the spread"),
        (plus_5_c, "sign of the drift"),
        (exchanged_5_c, "slopes exchanged"),
        (not_divided_by_D_5_c, "spread of one unit"),
        (slope_one_minus_alpha_to_the_four_5_c, "powers of α halved"),
        (alpha_forgotten_in_the_mean_5_c, "mean of the ReLU"),
        (fourth_moment_one_5_c, "E[z⁴] = 1"),
        (decimal_logarithm_5_c, "logarithm to base 10"),
        (he_assumed_5_c, "variance ignored"),
        (factors_not_logarithms_5_c, "factors for slopes"),
        (square_of_the_mean_not_divided_5_c, "spread not relative"),
    ],
    "5.d": [
        (first_layer_has_a_relu_5_d, "a half for the first layer too"),
        (k_layers_only_5_d, "a layer missing"),
        (wrong_root_5_d, "K-th root"),
        (input_forgotten_5_d, "first layer forgotten"),
        (all_layers_alike_5_d, "first layer like the others"),
        (half_forgotten_5_d, "no half for the ReLU"),
        (standard_deviation_5_d, "standard deviation"),
        (divided_by_the_number_5_d, "divided by K + 1, no root"),
        (upside_down_5_d, "upside down"),
        (typical_network_5_d, "corrected for the typical network"),
        (first_layer_of_width_D_5_d, "widths exchanged"),
        (he_5_d, "He's variance"),
    ],
    "5.e": [
        (forward_lsuv_5_e, "the forward LSUV"),
        (variance_for_mean_square_5_e, "standard deviation for the root of the mean square"),
        (not_rooted_5_e, "no root"),
        (length_5_e, "length for mean square"),
        (mean_of_active_units_5_e, "only entries that are not 0"),
        (no_masks_5_e, "masks forgotten"),
        (gradient_not_scaled_5_e, "factors that do not know of each other"),
        (last_gradient_normalised_5_e, "gradient at the output scaled as well"),
        (mask_of_the_next_layer_5_e, "mask of the wrong layer"),
        (first_matrix_left_out_5_e, "Ω0 left out"),
        (from_last_to_first_5_e, "list from last to first"),
        (first_matrix_scaled_too_5_e, "Ω0 scaled"),
        (in_place_5_e, "omega changed in place"),
        (first_example_only_5_e, "first example only"),
        (shifted_by_one_5_e, "factors shifted by one layer"),
    ],
    "5.f": [
        (slope_not_squared_5_f, "slope not squared"),
        (glorot_5_f, "Glorot for every slope"),
        (he_5_f, "4 of the ReLU"),
        (shift_before_the_factor_5_f, "q = −c"),
        (shift_with_plus_5_f, "sign of q"),
        (factor_upside_down_5_f, "p = s"),
        (exchanged_5_f, "p and q exchanged"),
        (long_secant_5_f, "secant of length 1"),
        (step_below_the_rounding_5_f, "step of 1e-15"),
        (sigmoid_hard_coded_5_f, "the sigmoid's numbers"),
        (fan_in_only_5_f, "fan-in only"),
        (mean_of_the_variances_5_f, "mean of the two variances"),
        (difference_without_half_5_f, "central difference without its ½"),
        (value_counted_5_f, "value added to the slope"),
    ],
    "5.g": [
        (two_letters_5_g, "dropout forgotten"),
        (noise_counts_5_g, "f for e"),
        (batches_count_5_g, "b as well"),
        (not_alphabetical_5_g, "letters in another order"),
        (gradient_through_dropped_units_5_g, "no mask on the way back"),
        (new_weights_on_the_way_back_5_g, "Ω1 changed before it is used"),
        (two_forgotten_5_g, "factor 2"),
        (mean_loss_5_g, "mean for sum"),
        (rescaled_5_g, "rescaled"),
        (last_mask_forgotten_5_g, "last step left out"),
        (first_mask_again_and_again_5_g, "the same mask in each step"),
        (pairs_counted_5_g, "different pairs"),
        (columns_counted_5_g, "columns counted"),
        (units_with_a_copy_5_g, "copies counted"),
        (biases_fixed_5_g, "biases not trained"),
    ],
    "5.h": [
        (bugs_averaged_5_h, "averaged for exchanged"),
        (bugs_two_roots_5_h, "two roots for the variance"),
        (bugs_numbers_5_h, "numbers"),
        (bugs_first_guess_5_h, "placeholder"),
        (bugs_in_one_string_5_h, "one text"),
        (_exchanged(BUGS, 0, 5), "versions 1 and 6 exchanged"),
        (_exchanged(BUGS, 1, 4), "versions 2 and 5 exchanged"),
        (BUGS[::-1], "from last to first"),
        (BUGS[:5], "five words"),
        (["limit-is-std" if word == "std-is-variance" else word for word in BUGS], "a word twice"),
    ],
    "5.i": [
        (one_early_5_i, "last layer inside"),
        (one_late_5_i, "layers counted from 1"),
        (exchanged_5_i, "exchanged"),
        (twice_the_depth_5_i, "twice the first answer"),
        (half_forgotten_5_i, "no half for the ReLU"),
        (smallest_normal_5_i, "smallest normal number"),
        (in_the_type_itself_5_i, "rounded into the type"),
        (step_by_step_in_the_type_5_i, "computed in the type"),
        (overflow_only_5_i, "smallest number taken as 1/max"),
        (rounded_5_i, "rounded to the nearest"),
        (floats_5_i, "not whole"),
        (float32_always_5_i, "always float32"),
        (root_of_the_weights_only_5_i, "root of σ² only"),
        (weight_variance_at_layer_0_5_i, "starts at the weights' variance"),
    ],
}

RIGHT = {
    "7.14": [fractions_7_14, torch_7_14, generator_7_14, pairs_of_cases_7_14],
    "7.15": [trained_7_15, torch_7_15, geometric_series_7_15, recursive_7_15],
    "5.a": [generator_5_a, sympy_5_a, array_5_a, Limits5a()],
    "5.b": [lists_5_b, torch_5_b, hypot_5_b, measured_on_both_halves_5_b],
    "5.c": [moments_5_c, numbers_of_alpha_5_c, quadrature_5_c],
    "5.d": [logarithms_5_d, bisection_5_d, propagated_5_d, Target5d()],
    "5.e": [ratios_5_e, torch_5_e, recursive_5_e],
    "5.f": [richardson_5_f, fitted_5_f, generator_5_f],
    "5.g": [torch_5_g, rounded_set_5_g, folded_5_g],
    "5.h": [bugs_capitals_5_h, bugs_underscores_5_h, list(BUGS), np.array(BUGS), collections.deque(BUGS)],
    "5.i": [logarithms_5_i, searched_5_i, accumulated_5_i],
}
