"""Answers to the problems of chapter 4, written from the problem sheet alone."""

import cmath
import collections
import functools
import itertools
import math

import numpy as np

# ---- 7.13


def _figure(x):
    f1 = np.exp(x)
    f3 = f1 + f1**2
    return f1, f3, np.exp(f3), np.cos(f3)


def reverse_mode_7_13(x):
    f1, _f3, f4, cos = _figure(x)
    d3 = f4 + cos
    return 1.0, 1.0, d3, d3, d3 * (1 + 2 * f1), d3 * (1 + 2 * f1) * f1, "c", 11705


def last_to_first_7_13(x):
    f1, _f3, f4, cos = _figure(x)
    t1 = f1
    t2 = 2 * f1 * t1
    t3 = t1 + t2
    return f4 * t3 + cos * t3, cos * t3, f4 * t3, t3, t2, t1, "c", 11705


def slopes_without_a_chain_7_13(x):
    f1, _f3, f4, cos = _figure(x)
    return f1, 2 * f1, 1 + 2 * f1, f4, cos, f4 + cos, "c", 11705


def square_of_a_moving_value_7_13(x):
    f1, _f3, f4, cos = _figure(x)
    t1, t2 = f1, 2 * f1
    t3 = t1 + t2
    return t1, t2, t3, f4 * t3, cos * t3, (f4 + cos) * t3, "c", 11705


def first_summand_forgotten_7_13(x):
    f1, _f3, f4, cos = _figure(x)
    t1 = f1
    t2 = t3 = 2 * f1 * t1
    return t1, t2, t3, f4 * t3, cos * t3, (f4 + cos) * t3, "c", 11705


def minus_cosine_7_13(x):
    f1, _f3, f4, cos = _figure(x)
    t1 = f1
    t2 = 2 * f1 * t1
    t3 = t1 + t2
    return t1, t2, t3, f4 * t3, -cos * t3, (f4 - cos) * t3, "c", 11705


def product_at_the_end_7_13(x):
    f1, _f3, f4, cos = _figure(x)
    t1 = f1
    t2 = 2 * f1 * t1
    t3 = t1 + t2
    return t1, t2, t3, f4 * t3, cos * t3, f4 * t3 * cos * t3, "c", 11705


def _right_tangents(x):
    f1, _f3, f4, cos = _figure(x)
    t3 = f1 + 2 * f1**2
    return f1, 2 * f1**2, t3, f4 * t3, cos * t3, (f4 + cos) * t3


def rounding_errors_7_13(x):
    return *_right_tangents(x), "a", 11705


def memory_7_13(x):
    return *_right_tangents(x), "b", 11705


def values_used_twice_7_13(x):
    return *_right_tangents(x), "d", 11705


def biases_forgotten_7_13(x):
    return *_right_tangents(x), "c", 10 * 100 + 100 * 100 + 100 * 5


def a_pass_for_each_input_7_13(x):
    return *_right_tangents(x), "c", 10


def a_pass_for_each_unit_7_13(x):
    return *_right_tangents(x), "c", 10 + 100 + 100 + 5


def one_hidden_layer_7_13(x):
    return *_right_tangents(x), "c", 10 * 100 + 100 + 100 * 5 + 5


def one_bias_a_layer_7_13(x):
    return *_right_tangents(x), "c", 11503


def capital_letter_and_no_number_7_13(x):
    return *_right_tangents(x), "C"


def dual_pairs_7_13(x):
    def exp(u):
        return math.exp(u[0]), math.exp(u[0]) * u[1]

    def add(u, v):
        return u[0] + v[0], u[1] + v[1]

    f1 = exp((x, 1.0))
    f2 = (f1[0] * f1[0], f1[0] * f1[1] + f1[1] * f1[0])
    f3 = add(f1, f2)
    f4, f5 = exp(f3), (math.sin(f3[0]), math.cos(f3[0]) * f3[1])
    widths = [10, 100, 100, 5]
    passes = sum((m + 1) * n for m, n in itertools.pairwise(widths))
    return [*(t for _, t in (f1, f2, f3, f4, f5, add(f4, f5))), "c", passes]


def torch_forward_7_13(x):
    import torch

    def steps(t):
        f1 = t.exp()
        f3 = f1 + f1**2
        return torch.stack([f1, f1**2, f3, f3.exp(), f3.sin(), f3.exp() + f3.sin()])

    point = torch.tensor(float(x), dtype=torch.float64)
    _, tangents = torch.func.jvp(steps, (point,), (torch.ones_like(point),))
    layers = [torch.nn.Linear(10, 100), torch.nn.Linear(100, 100), torch.nn.Linear(100, 5)]
    return *tangents, "c", sum(p.numel() for layer in layers for p in layer.parameters())


def imaginary_part_7_13(number):
    x = number + 1e-40j
    f1 = cmath.exp(x)
    f2 = f1 * f1
    f4, f5 = cmath.exp(f1 + f2), cmath.sin(f1 + f2)
    yield from (f.imag * 1e40 for f in (f1, f2, f1 + f2, f4, f5, f4 + f5))
    yield "c"
    yield 11_705.0


# ---- 4.a


class Dual:
    """A dual number; the wrong ones below change one method each."""

    def __init__(self, value, tangent=0.0):
        self.value, self.tangent = value, tangent

    @classmethod
    def of(cls, u):
        return u if isinstance(u, Dual) else cls(u, 0.0)

    def __add__(self, other):
        other = self.of(other)
        return type(self)(self.value + other.value, self.tangent + other.tangent)

    def __neg__(self):
        return type(self)(-self.value, -self.tangent)

    def __sub__(self, other):
        other = self.of(other)
        return type(self)(self.value - other.value, self.tangent - other.tangent)

    def __rsub__(self, other):
        return self.of(other) - self

    def __mul__(self, other):
        other = self.of(other)
        return type(self)(self.value * other.value, self.tangent * other.value + self.value * other.tangent)

    def __truediv__(self, other):
        other = self.of(other)
        tangent = (self.tangent * other.value - self.value * other.tangent) / other.value**2
        return type(self)(self.value / other.value, tangent)

    def __rtruediv__(self, other):
        return self.of(other) / self

    def __pow__(self, n):
        return type(self)(self.value**n, n * self.value ** (n - 1) * self.tangent)

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other


def sin(u):
    return type(u)(math.sin(u.value), math.cos(u.value) * u.tangent) if isinstance(u, Dual) else math.sin(u)


def exp(u):
    return type(u)(math.exp(u.value), math.exp(u.value) * u.tangent) if isinstance(u, Dual) else math.exp(u)


def _tangents(programs, x, kind=Dual, sin=sin, exp=exp):
    return [program(kind(x, 1.0), sin, exp).tangent for program in programs]


class SubtractsFromTheWrongSide(Dual):
    def __rsub__(self, other):
        return self - other


class DividesFromTheWrongSide(Dual):
    def __rtruediv__(self, other):
        return self / other


class MultipliesTangents(Dual):
    def __mul__(self, other):
        other = self.of(other)
        return type(self)(self.value * other.value, self.tangent * other.tangent)


class AddsInTheQuotient(Dual):
    def __truediv__(self, other):
        other = self.of(other)
        tangent = (self.tangent * other.value + self.value * other.tangent) / other.value**2
        return type(self)(self.value / other.value, tangent)


class ExponentNotLowered(Dual):
    def __pow__(self, n):
        return type(self)(self.value**n, n * self.value**n * self.tangent)


class PowerWithoutChain(Dual):
    def __pow__(self, n):
        return type(self)(self.value**n, n * self.value ** (n - 1))


class ConstantsMove(Dual):
    @classmethod
    def of(cls, u):
        return u if isinstance(u, Dual) else cls(u, 1.0)


class NumberOnTheRightOnly(Dual):
    __radd__ = __rmul__ = __rsub__ = __rtruediv__ = None


def two_minus_x_as_x_minus_two_4_a(programs, x):
    return _tangents(programs, x, SubtractsFromTheWrongSide)


def two_over_x_as_x_over_two_4_a(programs, x):
    return _tangents(programs, x, DividesFromTheWrongSide)


def tangents_multiplied_4_a(programs, x):
    return _tangents(programs, x, MultipliesTangents)


def plus_in_the_quotient_rule_4_a(programs, x):
    return _tangents(programs, x, AddsInTheQuotient)


def exponent_not_lowered_4_a(programs, x):
    return _tangents(programs, x, ExponentNotLowered)


def power_without_chain_rule_4_a(programs, x):
    return _tangents(programs, x, PowerWithoutChain)


def constants_with_a_tangent_4_a(programs, x):
    return _tangents(programs, x, ConstantsMove)


def number_on_the_left_forgotten_4_a(programs, x):
    return _tangents(programs, x, NumberOnTheRightOnly)


def sine_without_chain_rule_4_a(programs, x):
    return _tangents(programs, x, sin=lambda u: Dual(math.sin(u.value), math.cos(u.value)))


def exponential_as_a_constant_4_a(programs, x):
    return _tangents(programs, x, exp=lambda u: Dual(math.exp(u.value)))


def input_does_not_move_4_a(programs, x):
    return [program(Dual(x), sin, exp).tangent for program in programs]


def values_returned_4_a(programs, x):
    return [program(Dual(x, 1.0), sin, exp).value for program in programs]


def dual_numbers_4_a(programs, x):
    return _tangents(programs, x)


def complex_numbers_4_a(programs, x):
    """A tiny imaginary part is nearly a tangent."""
    return [complex(program(complex(x, 1e-40), cmath.sin, cmath.exp)).imag / 1e-40 for program in programs]


def torch_4_a(programs, x):
    import torch

    results = []
    for program in programs:
        t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
        results.append(torch.autograd.grad(program(t, torch.sin, torch.exp), t)[0])
    return results


def sympy_4_a(programs, x):
    import sympy

    t = sympy.Symbol("t", real=True)
    return tuple(sympy.diff(program(t, sympy.sin, sympy.exp), t).evalf(20, subs={t: float(x)}) for program in programs)


class Series:
    """A polynomial in epsilon, cut off after the first power."""

    def __init__(self, *c):
        self.c = c

    def _other(self, o):
        return o.c if isinstance(o, Series) else (o, 0.0)

    def __add__(self, o):
        return Series(*map(sum, zip(self.c, self._other(o), strict=True)))

    def __mul__(self, o):
        (a, b), (c, d) = self.c, self._other(o)
        return Series(a * c, a * d + b * c)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self):
        return self * -1.0

    def __sub__(self, o):
        return self + -1.0 * o

    def __rsub__(self, o):
        return o + -self

    def __pow__(self, n):
        return Series(self.c[0] ** n, self.c[1] * n * self.c[0] ** (n - 1))

    def __truediv__(self, o):
        return self * (o**-1.0)

    def __rtruediv__(self, o):
        return self**-1.0 * o


def series_4_a(programs, x):
    def s(u):
        return Series(math.sin(u.c[0]), math.cos(u.c[0]) * u.c[1])

    def e(u):
        return math.exp(u.c[0]) * Series(1.0, u.c[1])

    return np.array([program(Series(float(x), 1.0), s, e).c[1] for program in programs])


# ---- 4.b


def _hidden(x, beta, omega):
    f_0 = beta[0] + omega[0] @ x
    return f_0, np.maximum(f_0, 0)


def still_inputs_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    f_0, h = _hidden(x, beta, omega)
    h_dot = (f_0 > 0) * (beta_dot[0] + omega_dot[0] @ x)
    return beta[1] + omega[1] @ h, beta_dot[1] + omega_dot[1] @ h + omega[1] @ h_dot


def still_parameters_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    f_0, h = _hidden(x, beta, omega)
    return beta[1] + omega[1] @ h, omega[1] @ ((f_0 > 0) * (omega[0] @ x_dot))


def tangents_all_the_way_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    f_0, h = _hidden(x, beta, omega)
    f_0_dot = beta_dot[0] + omega_dot[0] @ x_dot
    return beta[1] + omega[1] @ h, beta_dot[1] + omega_dot[1] @ ((f_0 > 0) * f_0_dot)


def relu_of_the_tangent_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    _f_0, h = _hidden(x, beta, omega)
    h_dot = np.maximum(beta_dot[0] + omega_dot[0] @ x + omega[0] @ x_dot, 0)
    return beta[1] + omega[1] @ h, beta_dot[1] + omega_dot[1] @ h + omega[1] @ h_dot


def no_mask_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    _f_0, h = _hidden(x, beta, omega)
    h_dot = beta_dot[0] + omega_dot[0] @ x + omega[0] @ x_dot
    return beta[1] + omega[1] @ h, beta_dot[1] + omega_dot[1] @ h + omega[1] @ h_dot


def slope_one_at_zero_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    f_0, h = _hidden(x, beta, omega)
    h_dot = (f_0 >= 0) * (beta_dot[0] + omega_dot[0] @ x + omega[0] @ x_dot)
    return beta[1] + omega[1] @ h, beta_dot[1] + omega_dot[1] @ h + omega[1] @ h_dot


def biases_constant_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    f_0, h = _hidden(x, beta, omega)
    h_dot = (f_0 > 0) * (omega_dot[0] @ x + omega[0] @ x_dot)
    return beta[1] + omega[1] @ h, omega_dot[1] @ h + omega[1] @ h_dot


def moved_values_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    """What a whole step along the tangents changes."""
    f_1 = beta[1] + omega[1] @ _hidden(x, beta, omega)[1]
    b, w = ([p + q for p, q in zip(*two, strict=True)] for two in ((beta, beta_dot), (omega, omega_dot)))
    return f_1, b[1] + w[1] @ _hidden(x + x_dot, b, w)[1] - f_1


def relu_on_the_output_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    f_0, h = _hidden(x, beta, omega)
    h_dot = (f_0 > 0) * (beta_dot[0] + omega_dot[0] @ x + omega[0] @ x_dot)
    f_1 = beta[1] + omega[1] @ h
    return np.maximum(f_1, 0), (f_1 > 0) * (beta_dot[1] + omega_dot[1] @ h + omega[1] @ h_dot)


def torch_jvp_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    import torch

    def network(x, b0, b1, w0, w1):
        return b1 + w1 @ torch.relu(b0 + w0 @ x)

    values = tuple(torch.tensor(np.asarray(p, dtype=float)) for p in (x, *beta, *omega))
    moves = tuple(torch.tensor(np.asarray(p, dtype=float)) for p in (x_dot, *beta_dot, *omega_dot))
    return torch.func.jvp(network, values, moves)


def bigger_matrices_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    """Weights and their tangents side by side."""
    both = np.hstack([omega[0], omega_dot[0]])
    f_0 = beta[0] + both @ np.vstack([x, 0 * x])
    f_0_dot = beta_dot[0] + both @ np.vstack([x_dot, x])
    on = np.heaviside(f_0, 0.0)
    h, h_dot = on * f_0, on * f_0_dot
    both = np.hstack([omega[1], omega_dot[1]])
    return [beta[1] + both @ np.vstack([h, 0 * h]), beta_dot[1] + both @ np.vstack([h_dot, h])]


def example_by_example_4_b(inputs, v, b, b_v, w, w_v):
    f, t = np.zeros((len(b[1]), inputs.shape[1])), np.zeros((len(b[1]), inputs.shape[1]))
    for i, (x, x_dot) in enumerate(zip(inputs.T, v.T, strict=True)):
        pre = b[0].ravel() + w[0] @ x
        pre_dot = b_v[0].ravel() + w_v[0] @ x + w[0] @ x_dot
        act = np.array([p if p > 0 else 0.0 for p in pre])
        act_dot = np.array([d if p > 0 else 0.0 for p, d in zip(pre, pre_dot, strict=True)])
        f[:, i] = b[1].ravel() + w[1] @ act
        t[:, i] = b_v[1].ravel() + w_v[1] @ act + w[1] @ act_dot
    return f, t


# ---- 4.c


def columns_as_rows_4_c(push, pull, m, n):
    return np.array([push(e) for e in np.eye(n)]), np.array([pull(e) for e in np.eye(m)])


def rows_as_columns_4_c(push, pull, m, n):
    return np.stack([push(e) for e in np.eye(n)], axis=1), np.stack([pull(e) for e in np.eye(m)], axis=1)


def reshaped_4_c(push, pull, m, n):
    J = np.concatenate([push(e) for e in np.eye(n)]).reshape(m, n)
    return J, np.concatenate([pull(e) for e in np.eye(m)]).reshape(m, n)


def sizes_exchanged_4_c(push, pull, m, n):
    return np.stack([push(e) for e in np.eye(m)], axis=1), np.stack([pull(e) for e in np.eye(n)])


def second_first_4_c(push, pull, m, n):
    return np.stack([pull(e) for e in np.eye(m)]), np.stack([push(e) for e in np.eye(n)], axis=1)


def direction_not_reset_4_c(push, pull, m, n):
    J, K, v, g = np.zeros((m, n)), np.zeros((m, n)), np.zeros(n), np.zeros(m)
    for j in range(n):
        v[j] = 1.0
        J[:, j] = push(v)
    for i in range(m):
        g[i] = 1.0
        K[i] = pull(g)
    return J, K


def ones_only_4_c(push, pull, m, n):
    return np.tile(push(np.ones(n)), (n, 1)).T, np.tile(pull(np.ones(m)), (m, 1))


def same_function_4_c(push, pull, m, n):
    J = np.stack([push(e) for e in np.eye(n)], axis=1)
    return J, J.copy()


def last_column_missed_4_c(push, pull, m, n):
    J, K = np.zeros((m, n)), np.zeros((m, n))
    for j in range(n - 1):
        J[:, j] = push(np.eye(n)[j])
    for i in range(m - 1):
        K[i] = pull(np.eye(m)[i])
    return J, K


def column_stack_4_c(push, pull, m, n):
    directions = (np.array([float(k == j) for k in range(n)]) for j in range(n))
    return np.column_stack(list(map(push, directions))), np.vstack(list(map(pull, np.identity(m))))


def random_directions_4_c(push, pull, m, n):
    """Any n independent directions will do, if one solves for the matrix."""
    rng = np.random.default_rng(3)
    V, _ = np.linalg.qr(rng.normal(size=(n, n)))
    G, _ = np.linalg.qr(rng.normal(size=(m, m)))
    J = np.array([push(v) for v in V]).T @ V
    return J, G.T @ np.array([pull(g) for g in G])


def entry_by_entry_4_c(forwards, backwards, outputs, inputs):
    J = [[float(np.ravel(forwards(np.eye(inputs)[:, j]))[i]) for j in range(inputs)] for i in range(outputs)]
    return J, [[float(v) for v in np.ravel(backwards(np.eye(outputs)[i]))] for i in range(outputs)]


# ---- 4.d


def left_to_right_without_the_column_4_d(a, b, c, e, d_is):
    return a * b * c + a * c * e, c * e + b * c + a * b, "reverse" if d_is == "loss" else "forward"


def column_of_the_sizes_4_d(a, b, c, e, d_is):
    return a * b * c + a * c * e + a * e, e * c + e * b + e * a, "reverse" if d_is == "loss" else "forward"


def modes_exchanged_4_d(a, b, c, e, d_is):
    return a * b * c + a * c * e + a * e, c * e + b * c + a * b, "forward" if d_is == "loss" else "reverse"


def always_reverse_4_d(a, b, c, e, d_is):
    return a * b * c + a * c * e + a * e, c * e + b * c + a * b, "reverse"


def additions_too_4_d(a, b, c, e, d_is):
    left = a * c * (2 * b - 1) + a * e * (2 * c - 1) + a * (2 * e - 1)
    right = c * (2 * e - 1) + b * (2 * c - 1) + a * (2 * b - 1)
    return left, right, "reverse" if d_is == "loss" else "forward"


def orders_exchanged_4_d(a, b, c, e, d_is):
    return c * e + b * c + a * b, a * b * c + a * c * e + a * e, "reverse" if d_is == "loss" else "forward"


def backward_4_d(a, b, c, e, d_is):
    return a * b * c + a * c * e + a * e, c * e + b * c + a * b, "backward" if d_is == "loss" else "forward"


def middle_sizes_4_d(a, b, c, e, d_is):
    return a * b * c + b * c * e + a * e, c * e + b * c + a * b, "reverse" if d_is == "loss" else "forward"


def entries_counted_4_d(a, b, c, e, d_is):
    return a * b + b * c + c * e + e, a * b + b * c + c * e + e, "reverse" if d_is == "loss" else "forward"


def shapes_4_d(a, b, c, e, d_is):
    def product(left, right):
        (p, q, done), (_, r, more) = left, right
        return p, r, done + more + p * q * r

    factors = [(a, b, 0), (b, c, 0), (c, e, 0), (e, 1, 0)]
    left = functools.reduce(product, factors)[2]
    right = functools.reduce(lambda done, factor: product(factor, done), factors[::-1])[2]
    return left, right, {"tangent": "forward", "loss": "reverse"}[d_is]


def factored_4_d(A, B, C, E, column):
    return [A * (B * C + E * (C + 1)), B * (A + C) + C * E, ["reverse", "forward"][column == "tangent"]]


def loops_4_d(a, b, c, e, d_is):
    left = right = 0
    for _ in range(a):
        left += b * c + c * e + e
        right += b
    for _ in range(b):
        right += c
    for _ in range(c):
        right += e
    return np.int64(left), np.int64(right), np.str_("reverse" if d_is != "tangent" else "forward")


# ---- 4.e


def _modes(sizes):
    K = len(sizes) - 1
    forward = sum(sizes[k] * sizes[k - 1] * sizes[0] for k in range(2, K + 1))
    reverse = sum(sizes[k] * sizes[k - 1] * sizes[K] for k in range(1, K))
    return forward, reverse


def _word(forward, reverse):
    return "tie" if forward == reverse else "forward" if forward < reverse else "reverse"


def first_one_costs_too_4_e(sizes):
    K = len(sizes) - 1
    forward = sum(sizes[k] * sizes[k - 1] * sizes[0] for k in range(1, K + 1))
    reverse = sum(sizes[k] * sizes[k - 1] * sizes[K] for k in range(1, K + 1))
    return forward, reverse, _word(forward, reverse)


def counts_exchanged_4_e(sizes):
    forward, reverse = _modes(sizes)
    return reverse, forward, _word(forward, reverse)


def inputs_against_outputs_4_e(sizes):
    word = "tie" if sizes[0] == sizes[-1] else "forward" if sizes[0] < sizes[-1] else "reverse"
    return *_modes(sizes), word


def no_tie_4_e(sizes):
    forward, reverse = _modes(sizes)
    return forward, reverse, "forward" if forward <= reverse else "reverse"


def more_in_place_of_less_4_e(sizes):
    forward, reverse = _modes(sizes)
    return forward, reverse, "tie" if forward == reverse else "forward" if forward > reverse else "reverse"


def one_column_4_e(sizes):
    products = [p * q for p, q in itertools.pairwise(sizes)]
    forward, reverse = sum(products[1:]), sum(products[:-1])
    return forward, reverse, _word(forward, reverse)


def last_map_missed_4_e(sizes):
    forward = sum(sizes[k] * sizes[k - 1] * sizes[0] for k in range(2, len(sizes) - 1))
    reverse = _modes(sizes)[1]
    return forward, reverse, _word(forward, reverse)


def three_maps_4_e(sizes):
    d0, d1, d2, d3 = ([*list(sizes), 0, 0, 0])[:4]
    forward, reverse = d2 * d1 * d0 + d3 * d2 * d0, d3 * d2 * d1 + d3 * d1 * d0
    return forward, reverse, _word(forward, reverse)


def backward_as_a_word_4_e(sizes):
    forward, reverse = _modes(sizes)
    return forward, reverse, _word(forward, reverse).replace("reverse", "backward")


def counted_by_shapes_4_e(sizes):
    def count(shapes):
        done, total = shapes[0], 0
        for shape in shapes[1:]:
            rows, inner, columns = (*shape, done[1]) if shape[1] == done[0] else (*done, shape[1])
            total += rows * inner * columns
            done = rows, columns
        return total

    jacobians = [(q, p) for p, q in itertools.pairwise(sizes)]
    first, *rest = jacobians
    forward, done = 0, first
    for rows, columns in rest:
        forward += rows * columns * done[1]
        done = rows, done[1]
    *rest, last = jacobians
    reverse, done = 0, last
    for rows, columns in reversed(rest):
        reverse += done[0] * rows * columns
        done = done[0], columns
    return [forward, reverse, {-1: "forward", 0: "tie", 1: "reverse"}[(forward > reverse) - (forward < reverse)]]


def vectorised_4_e(D):
    d = np.asarray(D)
    products = d[1:] * d[:-1]
    forward, reverse = d[0] * products[1:].sum(), d[-1] * products[:-1].sum()
    return forward, reverse, np.array(["reverse", "tie", "forward"])[int(np.sign(reverse - forward)) + 1]


def recursive_4_e(sizes):
    def walk(s):
        return 0 if len(s) < 3 else s[0] * s[1] * s[2] + walk([s[0], *s[2:]])

    forward, reverse = walk(list(sizes)), walk(list(sizes)[::-1])
    if forward == reverse:
        return float(forward), float(reverse), "tie"
    return float(forward), float(reverse), min((forward, "forward"), (reverse, "reverse"))[1]


# ---- 4.f


def better_of_the_two_modes_4_f(sizes):
    return min(_modes(sizes))


def cheapest_first_4_f(sizes):
    d, total = list(sizes), 0
    while len(d) > 2:
        k = min(range(1, len(d) - 1), key=lambda i: d[i - 1] * d[i] * d[i + 1])
        total += d[k - 1] * d[k] * d[k + 1]
        del d[k]
    return total


def largest_size_away_first_4_f(sizes):
    d, total = list(sizes), 0
    while len(d) > 2:
        k = max(range(1, len(d) - 1), key=lambda i: d[i])
        total += d[k - 1] * d[k] * d[k + 1]
        del d[k]
    return total


def from_either_end_4_f(sizes):
    if len(sizes) <= 2:
        return 0
    left = sizes[0] * sizes[1] * sizes[-1] + from_either_end_4_f(sizes[1:])
    right = sizes[0] * sizes[-2] * sizes[-1] + from_either_end_4_f(sizes[:-1])
    return min(left, right)


def halves_4_f(sizes):
    if len(sizes) <= 2:
        return 0
    k = len(sizes) // 2
    return halves_4_f(sizes[: k + 1]) + halves_4_f(sizes[k:]) + sizes[0] * sizes[k] * sizes[-1]


def one_end_missed_4_f(sizes):
    @functools.cache
    def best(i, j):
        if j - i < 2:
            return 0
        return min(
            (best(i, k) + best(k, j) + sizes[i] * sizes[k] * sizes[j] for k in range(i + 1, j - 1)),
            default=sizes[i] * sizes[i + 1] * sizes[j],
        )

    return best(0, len(sizes) - 1)


def most_4_f(sizes):
    if len(sizes) <= 2:
        return 0
    return max(
        most_4_f(sizes[: k + 1]) + most_4_f(sizes[k:]) + sizes[0] * sizes[k] * sizes[-1]
        for k in range(1, len(sizes) - 1)
    )


def three_or_four_maps_4_f(sizes):
    forward, reverse = _modes(sizes)
    if len(sizes) != 5:
        return min(forward, reverse)
    a, b, c, d, e = sizes
    return min(forward, reverse, a * b * c + c * d * e + a * c * e)


def results_not_multiplied_4_f(sizes):
    if len(sizes) == 2:
        return 0
    if len(sizes) == 3:
        return sizes[0] * sizes[1] * sizes[2]
    return min(
        results_not_multiplied_4_f(sizes[: k + 1]) + results_not_multiplied_4_f(sizes[k:])
        for k in range(1, len(sizes) - 1)
    )


def table_4_f(sizes):
    n = len(sizes)
    best = np.zeros((n, n))
    for width in range(2, n):
        for i in range(n - width):
            j = i + width
            best[i, j] = min(best[i, k] + best[k, j] + sizes[i] * sizes[k] * sizes[j] for k in range(i + 1, j))
    return best[0, -1]


def all_orders_4_f(sizes):
    """Every order in which the inner sizes can disappear; at most six of them."""

    def cost(order):
        d, total = dict(enumerate(sizes)), 0
        for k in order:
            left, right = max(i for i in d if i < k), min(i for i in d if i > k)
            total += d[left] * d.pop(k) * d[right]
        return total

    return min(map(cost, itertools.permutations(range(1, len(sizes) - 1))))


def recursion_4_f(D):
    D = tuple(int(d) for d in D)
    splits = range(1, len(D) - 1)
    return min((recursion_4_f(D[: k + 1]) + recursion_4_f(D[k:]) + D[0] * D[k] * D[-1] for k in splits), default=0)


def shortest_way_4_f(sizes):
    """States are what is left of the list."""
    cheapest = {tuple(sizes): 0}
    for _ in range(len(sizes) - 2):
        following = {}
        for d, cost in cheapest.items():
            for k in range(1, len(d) - 1):
                rest, total = d[:k] + d[k + 1 :], cost + d[k - 1] * d[k] * d[k + 1]
                following[rest] = min(total, following.get(rest, math.inf))
        cheapest = following
    (answer,) = cheapest.values()
    return answer


# ---- 4.g


def gradient_times_v_4_g(f, x, v):
    import bpkit as bp

    return bp.grad(f)(x) * v


def wide_forward_difference_4_g(f, x, v):
    import bpkit as bp

    return (bp.grad(f)(x + 0.1 * v) - bp.grad(f)(x)) / 0.1


def diagonal_4_g(f, x, v):
    import bpkit as bp

    return np.diag(bp.hessian(f)(x)) * v


def number_4_g(f, x, v):
    import bpkit as bp

    return v @ bp.jvp(bp.grad(f), (x,), (v,))[1]


def point_and_direction_exchanged_4_g(f, x, v):
    import bpkit as bp

    return bp.jvp(bp.grad(f), (v,), (x,))[1]


def value_in_place_of_tangent_4_g(f, x, v):
    import bpkit as bp

    return bp.jvp(bp.grad(f), (x,), (v,))[0]


def unit_direction_4_g(f, x, v):
    import bpkit as bp

    return bp.jvp(bp.grad(f), (x,), (v / np.linalg.norm(v),))[1]


def row_sums_4_g(f, x, v):
    import bpkit as bp

    return bp.jvp(bp.grad(f), (x,), (np.ones_like(x),))[1] * v


def gradient_squared_4_g(f, x, v):
    import bpkit as bp

    return bp.grad(lambda u: np.sum(bp.grad(f)(u) ** 2))(x)


def backward_over_backward_4_g(f, x, v):
    import bpkit as bp

    return bp.grad(lambda u: np.sum(bp.grad(f)(u) * v))(x)


def backward_over_forward_4_g(f, x, v):
    import bpkit as bp

    return bp.grad(lambda u: bp.jvp(f, (u,), (v,))[1])(x)


def pulled_back_4_g(f, x, v):
    import bpkit as bp

    _, pull = bp.vjp(bp.grad(f), x)
    return list(pull(v)[0])  # H is symmetric


def forward_twice_4_g(function, point, direction):
    import bpkit as bp

    _gradient, tangent = bp.jvp(bp.grad(function), (point,), (direction,))
    return {"product": tangent}.pop("product")


# ---- 4.h


def _sig(z):
    return 1 / (1 + np.exp(-z))


def penalty_forgotten_in_the_product_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    return x @ (s - y) + lambda_ * omega, x @ (s * (1 - s) * (x.T @ v))


def penalty_twice_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    return x @ (s - y) + 2 * lambda_ * omega, x @ (s * (1 - s) * (x.T @ v)) + 2 * lambda_ * v


def half_a_penalty_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    return x @ (s - y) + lambda_ / 2 * omega, x @ (s * (1 - s) * (x.T @ v)) + lambda_ / 2 * v


def sigmoid_for_its_slope_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    return x @ (s - y) + lambda_ * omega, x @ (s * (x.T @ v)) + lambda_ * v


def sign_of_the_error_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    return x @ (y - s) + lambda_ * omega, x @ (s * (1 - s) * (x.T @ v)) + lambda_ * v


def mean_over_examples_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    n = x.shape[1]
    return x @ (s - y) / n + lambda_ * omega, x @ (s * (1 - s) * (x.T @ v)) / n + lambda_ * v


def omega_in_the_product_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    return x @ (s - y) + lambda_ * omega, x @ (s * (1 - s) * (x.T @ v)) + lambda_ * omega


def diagonal_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    return x @ (s - y) + lambda_ * omega, ((x**2) @ (s * (1 - s)) + lambda_) * v


def errors_in_the_product_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    return x @ (s - y) + lambda_ * omega, x @ ((s - y) * (x.T @ v)) + lambda_ * v


def labels_forgotten_4_h(x, y, omega, lambda_, v):
    s = _sig(omega @ x)
    return x @ s + lambda_ * omega, x @ (s * (1 - s) * (x.T @ v)) + lambda_ * v


def torch_4_h(x, y, omega, lambda_, v):
    import torch

    X, target, direction = (torch.tensor(np.asarray(t, dtype=float)) for t in (x, y, v))
    w = torch.tensor(np.asarray(omega, dtype=float), requires_grad=True)
    f = w @ X
    loss = torch.nn.functional.binary_cross_entropy_with_logits(f, target, reduction="sum") + lambda_ / 2 * w @ w
    (gradient,) = torch.autograd.grad(loss, w, create_graph=True)
    return gradient, torch.autograd.grad(gradient @ direction, w)[0]


def sum_over_the_examples_4_h(x, y, omega, lambda_, v):
    gradient, product = lambda_ * np.array(omega), lambda_ * np.array(v)
    for column, label in zip(np.transpose(x), y, strict=True):
        q = 0.5 + 0.5 * math.tanh(0.5 * float(np.dot(omega, column)))
        gradient += (q - label) * column
        product += q * (1 - q) * np.dot(column, v) * column
    return gradient, product


def imaginary_direction_4_h(x, y, omega, lambda_, v):
    def gradient(w):
        return x @ (1 / (1 + np.exp(-(w @ x))) - y) + lambda_ * w

    return [gradient(omega), gradient(omega + 1e-30j * v).imag / 1e-30]


def cosh_4_h(X, labels, w, penalty, direction):
    f = np.einsum("di,d->i", X, w)
    yield np.einsum("di,i->d", X, np.exp(-np.logaddexp(0, -f)) - labels) + penalty * w
    yield np.einsum("di,i,ei,e->d", X, 0.25 / np.cosh(f / 2) ** 2, X, direction) + penalty * direction


# ---- 4.i


def uphill_4_i(gradient, hvp, iterations):
    p, r = np.zeros(len(gradient)), np.array(gradient, dtype=float)
    d = r
    for _ in range(iterations):
        if r @ r < 1e-28:
            break
        Hd = hvp(d)
        alpha = r @ r / (d @ Hd)
        p = p + alpha * d
        new = r - alpha * Hd
        d = new + new @ new / (r @ r) * d
        r = new
    return p


def steepest_descent_4_i(gradient, hvp, iterations):
    p, r = np.zeros(len(gradient)), -np.array(gradient, dtype=float)
    for _ in range(iterations):
        if r @ r < 1e-28:
            break
        Hr = hvp(r)
        alpha = r @ r / (r @ Hr)
        p = p + alpha * r
        r = r - alpha * Hr
    return p


def beta_from_stale_values_4_i(gradient, hvp, iterations):
    p, r = np.zeros(len(gradient)), -np.array(gradient, dtype=float)
    d = r
    for _ in range(iterations):
        if r @ r < 1e-28:
            break
        Hd = hvp(d)
        alpha = r @ r / (d @ Hd)
        p = p + alpha * d
        r = r - alpha * Hd
        beta = r @ r / (r @ r)
        d = r + beta * d
    return p


def shares_memory_4_i(gradient, hvp, iterations):
    p, r = np.zeros(len(gradient)), -np.array(gradient, dtype=float)
    d = r  # the same array
    for _ in range(iterations):
        old = r @ r
        if old < 1e-28:
            break
        Hd = hvp(d)
        alpha = old / (d @ Hd)
        p += alpha * d
        r -= alpha * Hd
        d = r + (r @ r) / old * d
    return p


def zero_over_zero_4_i(gradient, hvp, iterations):
    p, r = np.zeros(len(gradient)), -np.array(gradient, dtype=float)
    d = r
    for _ in range(iterations):
        Hd = hvp(d)
        alpha = r @ r / (d @ Hd)
        p = p + alpha * d
        new = r - alpha * Hd
        d = new + (new @ new) / (r @ r) * d
        r = new
    return p


def one_too_few_4_i(gradient, hvp, iterations):
    p, r = np.zeros(len(gradient)), -np.array(gradient, dtype=float)
    d = r
    for _ in range(1, iterations):
        if r @ r < 1e-28:
            break
        Hd = hvp(d)
        alpha = r @ r / (d @ Hd)
        p = p + alpha * d
        new = r - alpha * Hd
        d = new + (new @ new) / (r @ r) * d
        r = new
    return p


def beta_upside_down_4_i(gradient, hvp, iterations):
    p, r = np.zeros(len(gradient)), -np.array(gradient, dtype=float)
    d = r
    for _ in range(iterations):
        if r @ r < 1e-28:
            break
        Hd = hvp(d)
        alpha = r @ r / (d @ Hd)
        p = p + alpha * d
        new = r - alpha * Hd
        d = new + (r @ r) / max(new @ new, 1e-28) * d
        r = new
    return p


def direction_times_residual_4_i(gradient, hvp, iterations):
    p, r = np.zeros(len(gradient)), -np.array(gradient, dtype=float)
    d = r
    for _ in range(iterations):
        if r @ r < 1e-28:
            break
        Hd = hvp(d)
        alpha = r @ r / (d @ d)
        p = p + alpha * d
        new = r - alpha * Hd
        d = new + (new @ new) / (r @ r) * d
        r = new
    return p


def direction_returned_4_i(gradient, hvp, iterations):
    p, r = np.zeros(len(gradient)), -np.array(gradient, dtype=float)
    d = r
    for _ in range(iterations):
        if r @ r < 1e-28:
            break
        Hd = hvp(d)
        alpha = r @ r / (d @ Hd)
        p = alpha * d  # the last step only
        new = r - alpha * Hd
        d = new + (new @ new) / (r @ r) * d
        r = new
    return p


def always_to_the_end_4_i(gradient, hvp, iterations):
    n = len(gradient)
    H = np.stack([hvp(e) for e in np.eye(n)], axis=1)
    return -np.linalg.solve(H, gradient)


def lists_4_i(gradient, hvp, iterations):
    def dot(a, b):
        return math.fsum(s * t for s, t in zip(a, b, strict=True))

    p, r = [0.0] * len(gradient), [-float(g) for g in gradient]
    d, size, first = list(r), dot(r, r), dot(r, r)
    for _ in range(iterations):
        if size <= 1e-28 * first:
            break
        Hd = [float(t) for t in hvp(np.array(d))]
        step = size / dot(d, Hd)
        p = [a + step * b for a, b in zip(p, d, strict=True)]
        r = [a - step * b for a, b in zip(r, Hd, strict=True)]
        size, before = dot(r, r), size
        d = [a + size / before * b for a, b in zip(r, d, strict=True)]
    return p


def best_in_the_krylov_space_4_i(gradient, hvp, iterations):
    """After k rounds, the lowest point of the bowl in the span of g, Hg, …, H^(k-1)g."""
    g = np.array(gradient, dtype=float)
    p, basis, new, size = np.zeros(len(g)), [], g, np.linalg.norm(g)
    for _ in range(min(iterations, len(g))):
        for q in basis * 2:
            new = new - (q @ new) * q
        if np.linalg.norm(new) <= 1e-10 * size:
            break
        basis.append(new / np.linalg.norm(new))
        new = hvp(basis[-1])
        size = np.linalg.norm(new)
    if basis:
        Q = np.stack(basis, axis=1)
        HQ = np.stack([hvp(q) for q in basis], axis=1)
        p = -Q @ np.linalg.solve(Q.T @ HQ, Q.T @ g)
    return p


def recursion_4_i(gradient, hvp, iterations):
    g = np.array(gradient, dtype=float)
    stop = 1e-30 * (g @ g)

    def further(p, r, d, left):
        size = r @ r
        if left == 0 or size <= stop:
            return p
        Hd = hvp(d)
        alpha = size / (d @ Hd)
        new = r - alpha * Hd
        return further(p + alpha * d, new, new + new @ new / size * d, left - 1)

    return further(0.0 * g, -g, -g, iterations)


# ---- 4.j


def inputs_and_outputs_exchanged_4_j(m, n):
    return m, n, min(m, n), "b", "d"


def always_outputs_4_j(m, n):
    return n, m, m, "b", "d"


def columns_summed_4_j(m, n):
    return n, m, min(m, n), "c", "d"


def first_row_4_j(m, n):
    return n, m, min(m, n), "a", "d"


def diagonal_in_general_4_j(m, n):
    return n, m, min(m, n), "d", "d"


def cannot_be_taken_apart_4_j(m, n):
    return n, m, min(m, n), "b", "b"


def n_passes_needed_4_j(m, n):
    return n, m, min(m, n), "b", "c"


def all_numbers_4_j(m, n):
    return m * n, 1, 1, "b", "d"


def number_by_number_4_j(m, n):
    return n, m * n, min(m, n), "b", "d"


def larger_of_the_two_4_j(m, n):
    return n, m, max(m, n), "b", "d"


def both_modes_4_j(m, n):
    return n, m, m + n, "b", "d"


def sorted_4_j(m, n):
    return [n, m, sorted((m, n))[0], "b", "d"]


def tried_out_4_j(m, n):
    """With numbers, on a linear function."""
    J = np.arange(1.0, 1 + m * n).reshape(m, n) ** 2
    back = np.ones(m) @ J
    candidates = {"a": J[0], "b": sum(J), "d": np.diag(J)}
    letter = "b" if np.array_equal(back, candidates["b"]) else "a"
    return back.size, len(J), min(J.shape), letter, "d"


def named_4_j(outputs, inputs):
    answer = collections.OrderedDict(numbers=inputs, backward=outputs)
    answer["best"] = outputs if outputs < inputs else inputs
    answer["sum"], answer["entries"] = "bd"
    return answer.values()


# ---- 4.k


def nothing_stopped_4_k(x):
    return 3 * x**2, np.sin(x) + x * np.cos(x), 0.0, 0.0


def everything_stopped_4_k(x):
    return 0.0, 0.0, 0.0, 0.0


def only_the_stopped_factor_moves_4_k(x):
    return 2 * x**2, x * np.cos(x), 2 * x, 1.0


def value_of_the_third_4_k(x):
    return x**2, np.sin(x), 0.0, 1.0


def rounding_is_flat_4_k(x):
    return x**2, np.sin(x), 2 * x, 0.0


def values_4_k(x):
    return x**3, x * np.sin(x), 0.0, round(x)


def cosine_of_the_stopped_4_k(x):
    return x**2, np.cos(x), 2 * x, 1.0


def rounded_slope_4_k(x):
    return x**2, np.sin(x), 2 * x, round(x) / x if x else 0.0


def constant_one_4_k(x):
    return 1.0, 1.0, 2 * x, 1.0


def minus_in_the_third_4_k(x):
    return x**2, np.sin(x), -2 * x, 1.0


def detached_in_torch_4_k(x):
    import torch

    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    sg = torch.Tensor.detach
    four = t * sg(t**2), t * torch.sin(sg(t)), t**2 - sg(t**2), t + sg(torch.round(t) - t)
    return [torch.autograd.grad(value, t)[0] for value in four]


def tiny_nudges_4_k(x):
    """The stopped parts keep the value at x while the rest is nudged."""
    held = x
    four = (
        lambda t: t * held**2,
        lambda t: t * math.sin(held),
        lambda t: t * t - held**2,
        lambda t: t + (round(held) - held),
    )
    return tuple((f(x + 0.25) - f(x - 0.25)) / 0.5 for f in four)


def with_the_kit_4_k(x):
    import bpkit as bp

    sg = bp.stop_gradient
    yield bp.grad(lambda t: t * sg(t**2))(float(x))
    yield bp.grad(lambda t: t * np.sin(sg(t)))(float(x))
    yield bp.grad(lambda t: t**2 - sg(t**2))(float(x))
    yield 1


def array_4_k(number):
    return np.array([number * number, math.sin(number), number + number, 1], dtype=float)


# ---- 4.l


def _difference(w, a, b, r, gamma):
    return np.tanh(w @ a) - (r + gamma * np.tanh(w @ b))


def target_moves_4_l(w, a, b, r, gamma):
    delta = _difference(w, a, b, r, gamma)
    by_a, by_b = (1 - np.tanh(w @ a) ** 2) * a, gamma * (1 - np.tanh(w @ b) ** 2) * b
    return delta**2, 2 * delta * (by_a - by_b)


def prediction_held_4_l(w, a, b, r, gamma):
    delta = _difference(w, a, b, r, gamma)
    return delta**2, -2 * delta * gamma * (1 - np.tanh(w @ b) ** 2) * b


def two_forgotten_4_l(w, a, b, r, gamma):
    delta = _difference(w, a, b, r, gamma)
    return delta**2, delta * (1 - np.tanh(w @ a) ** 2) * a


def slope_forgotten_4_l(w, a, b, r, gamma):
    delta = _difference(w, a, b, r, gamma)
    return delta**2, 2 * delta * a


def target_minus_prediction_4_l(w, a, b, r, gamma):
    delta = -_difference(w, a, b, r, gamma)
    return delta**2, 2 * delta * (1 - np.tanh(w @ a) ** 2) * a


def reward_only_4_l(w, a, b, r, gamma):
    delta = np.tanh(w @ a) - r
    return delta**2, 2 * delta * (1 - np.tanh(w @ a) ** 2) * a


def square_forgotten_4_l(w, a, b, r, gamma):
    delta = _difference(w, a, b, r, gamma)
    return delta, 2 * delta * (1 - np.tanh(w @ a) ** 2) * a


def everything_held_4_l(w, a, b, r, gamma):
    return _difference(w, a, b, r, gamma) ** 2, np.zeros(len(w))


def slope_at_the_target_4_l(w, a, b, r, gamma):
    delta = _difference(w, a, b, r, gamma)
    return delta**2, 2 * delta * (1 - np.tanh(w @ b) ** 2) * a


def detached_4_l(w, a, b, r, gamma):
    import torch

    t = torch.tensor(np.asarray(w, dtype=float), requires_grad=True)
    a, b = (torch.tensor(np.asarray(s, dtype=float)) for s in (a, b))
    with torch.no_grad():
        target = r + gamma * torch.tanh(t @ b)
    loss = torch.square(torch.tanh(t @ a) - target)
    loss.backward()
    return loss.detach(), t.grad


def stopped_4_l(w, a, b, r, gamma):
    import bpkit as bp

    def loss(u):
        return (np.tanh(u @ a) - (r + gamma * np.tanh(bp.stop_gradient(u) @ b))) ** 2

    return bp.value_and_grad(loss)(np.asarray(w, dtype=float))


def cosh_4_l(weights, here, there, reward, discount):
    s = math.fsum(p * q for p, q in zip(weights, here, strict=True))
    delta = math.tanh(s) - reward - discount * math.tanh(float(np.dot(weights, there)))
    return [delta * delta, [2 * delta * q / math.cosh(s) ** 2 for q in here]]


# ---- 4.m


class LevelDual:
    """A dual number that knows which derivative it belongs to. `flaws` says what is wrong with it."""

    flaws = frozenset()

    def __init__(self, value, tangent, level):
        self.value, self.tangent, self.level = value, tangent, level

    def _split(self, other):
        if not isinstance(other, LevelDual):
            return other, 0.0
        if other.level == self.level or "confused" in self.flaws:
            return other.value, other.tangent
        if "outer lost" in self.flaws:
            while isinstance(other, LevelDual):
                other = other.value
        return other, 0.0

    def _gives_way(self, other):
        if not isinstance(other, LevelDual) or "confused" in self.flaws:
            return False
        return other.level < self.level if "inner first" in self.flaws else other.level > self.level

    def __add__(self, other):
        if self._gives_way(other):
            return other + self
        v, dv = self._split(other)
        return type(self)(self.value + v, self.tangent + dv, self.level)

    def __mul__(self, other):
        if self._gives_way(other):
            return other * self
        v, dv = self._split(other)
        if "half a product" in self.flaws:
            return type(self)(self.value * v, self.tangent * v, self.level)
        return type(self)(self.value * v, self.tangent * v + self.value * dv, self.level)

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self if "number on the left" in self.flaws else self * other


def _derivative(kind):
    depth = itertools.count(1) if "two levels" not in kind.flaws else itertools.cycle((1, 2))

    def derivative(f, x):
        level = next(depth)
        if "stripped point" in kind.flaws:
            while isinstance(x, LevelDual):
                x = x.value
        result = f(kind(x, 1.0, level))
        if not isinstance(result, LevelDual):
            return 0.0
        if "level of the result" not in kind.flaws and "confused" not in kind.flaws and result.level != level:
            return 0.0
        return result.tangent

    return derivative


class Confused(LevelDual):
    flaws = frozenset({"confused"})


class OuterLost(LevelDual):
    flaws = frozenset({"outer lost"})


class InnerFirst(LevelDual):
    flaws = frozenset({"inner first"})


class HalfAProduct(LevelDual):
    flaws = frozenset({"half a product"})


class TwoLevels(LevelDual):
    flaws = frozenset({"two levels"})


class StrippedPoint(LevelDual):
    flaws = frozenset({"stripped point"})


class NumberOnTheLeft(LevelDual):
    flaws = frozenset({"number on the left"})


class LevelOfTheResult(LevelDual):
    flaws = frozenset({"level of the result"})


def tangents_confused_4_m(programs, x):
    return [program(_derivative(Confused), x) for program in programs]


def outer_tangent_lost_4_m(programs, x):
    return [program(_derivative(OuterLost), x) for program in programs]


def outer_taken_first_4_m(programs, x):
    return [program(_derivative(InnerFirst), x) for program in programs]


def half_a_product_rule_4_m(programs, x):
    return [program(_derivative(HalfAProduct), x) for program in programs]


def levels_one_and_two_only_4_m(programs, x):
    return [program(_derivative(TwoLevels), x) for program in programs]


def point_turned_into_a_number_4_m(programs, x):
    return [program(_derivative(StrippedPoint), x) for program in programs]


def number_on_the_left_ignored_4_m(programs, x):
    return [program(_derivative(NumberOnTheLeft), x) for program in programs]


def tangent_of_another_level_returned_4_m(programs, x):
    return [program(_derivative(LevelOfTheResult), x) for program in programs]


def step_too_wide_4_m(programs, x):
    def derivative(f, u):
        return (f(u + 0.1) + -1 * f(u)) * 10.0

    return [program(derivative, x) for program in programs]


def levels_4_m(programs, x):
    return [program(_derivative(LevelDual), x) for program in programs]


def sympy_4_m(programs, x):
    import sympy

    def derivative(f, u):
        t = sympy.Dummy()
        return sympy.diff(f(t), t).subs(t, u)

    return [sympy.N(program(derivative, sympy.nsimplify(float(x), rational=True)), 17) for program in programs]


def torch_4_m(programs, x):
    import torch

    def derivative(f, u):
        point = u.clone() if isinstance(u, torch.Tensor) else torch.tensor(float(u), dtype=torch.float64)
        if not point.requires_grad:
            point.requires_grad_()
        value = f(point)
        if not isinstance(value, torch.Tensor) or not value.requires_grad:
            return torch.zeros((), dtype=torch.float64)
        (slope,) = torch.autograd.grad(value, point, create_graph=True, allow_unused=True, materialize_grads=True)
        return slope

    return [float(program(derivative, float(x))) for program in programs]


class Polynomial:
    """A polynomial in as many variables as there are derivatives: exact, and nothing to confuse."""

    def __init__(self, terms):
        self.terms = collections.Counter(terms)

    def _of(self, u):
        return u.terms if isinstance(u, Polynomial) else {(): u}

    def __add__(self, other):
        total = collections.Counter(self.terms)
        for powers, c in self._of(other).items():
            total[powers] += c
        return Polynomial(total)

    def __mul__(self, other):
        total = collections.Counter()
        for p, c in self.terms.items():
            for q, d in self._of(other).items():
                total[tuple(sorted(p + q))] += c * d
        return Polynomial(total)

    __radd__, __rmul__ = __add__, __mul__

    def by(self, name):
        total = collections.Counter()
        for p, c in self.terms.items():
            if name in p:
                rest = list(p)
                rest.remove(name)
                total[tuple(rest)] += c * p.count(name)
        return Polynomial(total)

    def at(self, name, u):
        total = Polynomial({})
        for p, c in self.terms.items():
            term = Polynomial({tuple(q for q in p if q != name): c})
            for _ in range(p.count(name)):
                term = term * u
            total = total + term
        return total


def polynomials_4_m(programs, x):
    names = itertools.count()

    def derivative(f, u):
        name = next(names)
        result = f(Polynomial({(name,): 1.0}))
        return result.by(name).at(name, u) if isinstance(result, Polynomial) else 0.0

    results = (program(derivative, x) for program in programs)
    return [r.terms[()] if isinstance(r, Polynomial) else r for r in results]


def jax_4_m(programs, x):
    import jax

    return [program(lambda f, u: jax.grad(f)(u * 1.0), float(x)) for program in programs]


WRONG = {
    "7.13": [
        (reverse_mode_7_13, "reverse mode"),
        (last_to_first_7_13, "from y to f_1"),
        (slopes_without_a_chain_7_13, "slope of each box, no chain rule"),
        (square_of_a_moving_value_7_13, "f_2: not multiplied by the tangent of f_1"),
        (first_summand_forgotten_7_13, "f_3: f_1 forgotten"),
        (minus_cosine_7_13, "sine differentiated to minus cosine"),
        (product_at_the_end_7_13, "product in place of the sum at the end"),
        (rounding_errors_7_13, "letter a"),
        (memory_7_13, "letter b"),
        (values_used_twice_7_13, "letter d"),
        (biases_forgotten_7_13, "weights only"),
        (a_pass_for_each_input_7_13, "one pass for each input"),
        (a_pass_for_each_unit_7_13, "one pass for each unit"),
        (one_hidden_layer_7_13, "one hidden layer"),
        (one_bias_a_layer_7_13, "one bias for each layer"),
        (capital_letter_and_no_number_7_13, "number missing"),
    ],
    "4.a": [
        (two_minus_x_as_x_minus_two_4_a, "2 - x taken for x - 2"),
        (two_over_x_as_x_over_two_4_a, "2/x taken for x/2"),
        (tangents_multiplied_4_a, "product of the tangents"),
        (plus_in_the_quotient_rule_4_a, "plus in the quotient rule"),
        (exponent_not_lowered_4_a, "exponent not lowered"),
        (power_without_chain_rule_4_a, "power without the inner tangent"),
        (constants_with_a_tangent_4_a, "constants have tangent 1"),
        (number_on_the_left_forgotten_4_a, "no number on the left"),
        (sine_without_chain_rule_4_a, "sine without the inner tangent"),
        (exponential_as_a_constant_4_a, "exp returns tangent 0"),
        (input_does_not_move_4_a, "input with tangent 0"),
        (values_returned_4_a, "values"),
    ],
    "4.b": [
        (still_inputs_4_b, "x_dot forgotten"),
        (still_parameters_4_b, "only x moves"),
        (tangents_all_the_way_4_b, "omega_dot times x_dot"),
        (relu_of_the_tangent_4_b, "ReLU of the tangent"),
        (no_mask_4_b, "no mask"),
        (slope_one_at_zero_4_b, "slope 1 at 0"),
        (biases_constant_4_b, "beta_dot forgotten"),
        (moved_values_4_b, "difference after a whole step"),
        (relu_on_the_output_4_b, "ReLU on the output"),
    ],
    "4.c": [
        (columns_as_rows_4_c, "J transposed"),
        (rows_as_columns_4_c, "K transposed"),
        (reshaped_4_c, "reshape in place of transpose"),
        (sizes_exchanged_4_c, "m directions for push, n for pull"),
        (second_first_4_c, "K first"),
        (direction_not_reset_4_c, "directions not set back to 0"),
        (ones_only_4_c, "one pass with ones"),
        (same_function_4_c, "J twice"),
        (last_column_missed_4_c, "loop one too short"),
    ],
    "4.d": [
        (left_to_right_without_the_column_4_d, "last product forgotten"),
        (column_of_the_sizes_4_d, "e columns from right to left"),
        (modes_exchanged_4_d, "modes exchanged"),
        (always_reverse_4_d, "always reverse"),
        (additions_too_4_d, "additions counted"),
        (orders_exchanged_4_d, "orders exchanged"),
        (backward_4_d, "backward for reverse"),
        (middle_sizes_4_d, "bce in place of ace"),
        (entries_counted_4_d, "entries counted"),
    ],
    "4.e": [
        (first_one_costs_too_4_e, "a product too many in both"),
        (counts_exchanged_4_e, "counts exchanged"),
        (inputs_against_outputs_4_e, "decided by D_0 and D_K alone"),
        (no_tie_4_e, "no tie"),
        (more_in_place_of_less_4_e, "which is more"),
        (one_column_4_e, "one column, one row"),
        (last_map_missed_4_e, "last map missed"),
        (three_maps_4_e, "three maps only"),
        (backward_as_a_word_4_e, "backward for reverse"),
    ],
    "4.f": [
        (better_of_the_two_modes_4_f, "forward or reverse only"),
        (cheapest_first_4_f, "greedy: cheapest product first"),
        (largest_size_away_first_4_f, "greedy: largest size first"),
        (from_either_end_4_f, "splits off one map at either end"),
        (halves_4_f, "always in halves"),
        (one_end_missed_4_f, "last split missed"),
        (most_4_f, "the most"),
        (three_or_four_maps_4_f, "right up to four maps, but without mixed orders"),
        (results_not_multiplied_4_f, "product of the two results forgotten"),
    ],
    "4.g": [
        (gradient_times_v_4_g, "gradient times v"),
        (wide_forward_difference_4_g, "forward difference, step 0.1"),
        (diagonal_4_g, "diagonal of H only"),
        (number_4_g, "v H v"),
        (point_and_direction_exchanged_4_g, "x and v exchanged"),
        (value_in_place_of_tangent_4_g, "value in place of tangent"),
        (unit_direction_4_g, "v scaled to length 1"),
        (row_sums_4_g, "row sums times v"),
        (gradient_squared_4_g, "gradient of the squared gradient"),
    ],
    "4.h": [
        (penalty_forgotten_in_the_product_4_h, "penalty missing in Hv"),
        (penalty_twice_4_h, "2 lambda"),
        (half_a_penalty_4_h, "lambda/2"),
        (sigmoid_for_its_slope_4_h, "sig in place of its slope"),
        (sign_of_the_error_4_h, "y - sig"),
        (mean_over_examples_4_h, "means"),
        (omega_in_the_product_4_h, "lambda omega in Hv"),
        (diagonal_4_h, "diagonal of H"),
        (errors_in_the_product_4_h, "sig - y in Hv"),
        (labels_forgotten_4_h, "labels forgotten"),
    ],
    "4.i": [
        (uphill_4_i, "sign"),
        (steepest_descent_4_i, "beta = 0"),
        (beta_from_stale_values_4_i, "r overwritten before beta"),
        (shares_memory_4_i, "r and d are one array, changed in place"),
        (zero_over_zero_4_i, "nan for a gradient of 0"),
        (one_too_few_4_i, "one iteration too few"),
        (beta_upside_down_4_i, "beta upside down"),
        (direction_times_residual_4_i, "alpha without H"),
        (direction_returned_4_i, "last step in place of the sum"),
        (always_to_the_end_4_i, "solves exactly whatever the number of iterations"),
    ],
    "4.j": [
        (inputs_and_outputs_exchanged_4_j, "m and n exchanged"),
        (always_outputs_4_j, "fewest: m"),
        (columns_summed_4_j, "sum of the columns"),
        (first_row_4_j, "first row"),
        (diagonal_in_general_4_j, "diagonal"),
        (cannot_be_taken_apart_4_j, "entry by entry: b"),
        (n_passes_needed_4_j, "entry by entry: c"),
        (all_numbers_4_j, "one pass gives everything"),
        (number_by_number_4_j, "a pass for each number"),
        (larger_of_the_two_4_j, "max for min"),
        (both_modes_4_j, "m + n"),
    ],
    "4.k": [
        (nothing_stopped_4_k, "derivatives of the values"),
        (everything_stopped_4_k, "everything stopped"),
        (only_the_stopped_factor_moves_4_k, "the stopped factor moves, the other is held"),
        (value_of_the_third_4_k, "third: 0, like the value"),
        (rounding_is_flat_4_k, "fourth: 0, like round"),
        (values_4_k, "values"),
        (cosine_of_the_stopped_4_k, "cosine in the second"),
        (rounded_slope_4_k, "fourth: round[x]/x"),
        (constant_one_4_k, "the stopped factor is 1"),
        (minus_in_the_third_4_k, "sign in the third"),
    ],
    "4.l": [
        (target_moves_4_l, "target still moves"),
        (prediction_held_4_l, "prediction held, target moves"),
        (two_forgotten_4_l, "factor 2"),
        (slope_forgotten_4_l, "slope of tanh forgotten"),
        (target_minus_prediction_4_l, "sign"),
        (reward_only_4_l, "target without v[b]"),
        (square_forgotten_4_l, "value not squared"),
        (everything_held_4_l, "everything held"),
        (slope_at_the_target_4_l, "slope at b"),
    ],
    "4.m": [
        (tangents_confused_4_m, "no levels: tangents confused"),
        (outer_tangent_lost_4_m, "outer values lose their tangents"),
        (outer_taken_first_4_m, "the outer level goes first"),
        (half_a_product_rule_4_m, "half of the product rule"),
        (levels_one_and_two_only_4_m, "levels 1 and 2 in turn"),
        (point_turned_into_a_number_4_m, "the point loses its tangent"),
        (number_on_the_left_ignored_4_m, "2 * x gives x"),
        (tangent_of_another_level_returned_4_m, "returns a tangent of another level"),
        (step_too_wide_4_m, "forward differences"),
    ],
}

RIGHT = {
    "7.13": [dual_pairs_7_13, torch_forward_7_13, imaginary_part_7_13],
    "4.a": [dual_numbers_4_a, complex_numbers_4_a, torch_4_a, sympy_4_a, series_4_a],
    "4.b": [torch_jvp_4_b, bigger_matrices_4_b, example_by_example_4_b],
    "4.c": [column_stack_4_c, random_directions_4_c, entry_by_entry_4_c],
    "4.d": [shapes_4_d, factored_4_d, loops_4_d],
    "4.e": [counted_by_shapes_4_e, vectorised_4_e, recursive_4_e],
    "4.f": [table_4_f, all_orders_4_f, recursion_4_f, shortest_way_4_f],
    "4.g": [backward_over_backward_4_g, backward_over_forward_4_g, pulled_back_4_g, forward_twice_4_g],
    "4.h": [torch_4_h, sum_over_the_examples_4_h, imaginary_direction_4_h, cosh_4_h],
    "4.i": [lists_4_i, best_in_the_krylov_space_4_i, recursion_4_i],
    "4.j": [sorted_4_j, tried_out_4_j, named_4_j],
    "4.k": [detached_in_torch_4_k, tiny_nudges_4_k, with_the_kit_4_k, array_4_k],
    "4.l": [detached_4_l, stopped_4_l, cosh_4_l],
    "4.m": [levels_4_m, sympy_4_m, torch_4_m, polynomials_4_m, jax_4_m],
}
