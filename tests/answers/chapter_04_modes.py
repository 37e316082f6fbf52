"""Right and wrong answers to 4.a to 4.f: tangents, Jacobians and counts; a wrong one with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import functools
import math

import numpy as np

import bpkit as bp

# ---- 4.a


class Pair:
    """A dual number that turns every number into one first."""

    def __init__(self, value, tangent=0.0):
        self.value, self.tangent = value, tangent

    def __add__(self, other):
        other = pair(other)
        return type(self)(self.value + other.value, self.tangent + other.tangent)

    def __mul__(self, other):
        other = pair(other)
        return type(self)(self.value * other.value, self.tangent * other.value + self.value * other.tangent)

    def __pow__(self, n):
        return type(self)(self.value**n, n * self.value ** (n - 1) * self.tangent)

    def __sub__(self, other):
        return self + pair(other) * -1

    def __rsub__(self, other):
        return self * -1 + other

    def __truediv__(self, other):
        return self * pair(other) ** -1

    def __rtruediv__(self, other):
        return self**-1 * other

    __radd__, __rmul__ = __add__, __mul__

    def sin(self):
        return type(self)(math.sin(self.value), math.cos(self.value) * self.tangent)

    def exp(self):
        return type(self)(math.exp(self.value), math.exp(self.value) * self.tangent)


def pair(x):
    return x if isinstance(x, Pair) else Pair(x)


def run_4_a(kind=Pair):
    def tangents(programs, x):
        return [program(kind(x, 1.0), lambda u: u.sin(), lambda u: u.exp()).tangent for program in programs]

    return tangents


def changed_4_a(**methods):
    """Pair with methods of a student who slipped."""
    names = {name if name in ("sin", "exp") else f"__{name}__": method for name, method in methods.items()}
    return run_4_a(type("Changed", (Pair,), names))


class Small(Pair):
    """Nothing but + and *, and no way to meet a number from the left."""

    __radd__ = __rmul__ = __rsub__ = __rtruediv__ = None


def nudged_4_a(programs, x):
    def central(program, step):
        return (program(x + step, math.sin, math.exp) - program(x - step, math.sin, math.exp)) / (2 * step)

    return [(4 * central(program, 5e-4) - central(program, 1e-3)) / 3 for program in programs]


def complex_4_a(programs, x):
    return [program(x + 1e-200j, np.sin, np.exp).imag / 1e-200 for program in programs]


def made_of_4_a(value, tangent):
    """A method that computes value and tangent from (u, du, v, dv)."""

    def method(self, other):
        other = pair(other)
        numbers = self.value, self.tangent, other.value, other.tangent
        return type(self)(value(*numbers), tangent(*numbers))

    return method


QUOTIENT = lambda u, du, v, dv: u / v  # noqa: E731


def quotients_4_a(tangent):
    """Both division methods with this tangent, with the operands in the right order."""
    method = made_of_4_a(QUOTIENT, tangent)
    return changed_4_a(truediv=method, rtruediv=lambda self, other: method(type(self)(other), self))


RIGHT_4_A = [
    run_4_a(),
    nudged_4_a,
    complex_4_a,
    lambda programs, x: {
        name: bp.grad(lambda x, program=program: program(x, np.sin, np.exp))(x)
        for name, program in zip(["sums", "products", "quotients", "powers", "functions", "everything"], programs,
                                 strict=True)
    },
]  # fmt: skip
PRODUCT = lambda u, du, v, dv: u * v  # noqa: E731
WRONG_4_A = [
    (changed_4_a(rsub=lambda self, other: self - other), "`sums`: number − Dual is not Dual − number"),
    (changed_4_a(sub=made_of_4_a(lambda u, du, v, dv: u - v, lambda u, du, v, dv: du + dv),
                 rsub=made_of_4_a(lambda u, du, v, dv: v - u, lambda u, du, v, dv: du + dv)),
     "the difference of the tangents"),
    (changed_4_a(mul=made_of_4_a(PRODUCT, lambda u, du, v, dv: du * dv),
                 rmul=made_of_4_a(PRODUCT, lambda u, du, v, dv: du * dv)),
     "the tangents of a product are not multiplied"),
    (changed_4_a(mul=made_of_4_a(PRODUCT, lambda u, du, v, dv: du * v),
                 rmul=made_of_4_a(PRODUCT, lambda u, du, v, dv: dv * u),
                 truediv=made_of_4_a(QUOTIENT, lambda u, du, v, dv: (du * v - u * dv) / v**2)), "one is missing"),
    (changed_4_a(rtruediv=lambda self, other: self / other), "`quotients`: number / Dual"),
    (quotients_4_a(lambda u, du, v, dv: (du * v + u * dv) / v**2), "has a minus"),
    (quotients_4_a(lambda u, du, v, dv: (du * v - u * dv) / v), "denominator of the quotient rule"),
    (quotients_4_a(lambda u, du, v, dv: (u * dv - du * v) / v**2),
     "`quotients` and `everything`: the quotient rule begins with"),
    (changed_4_a(pow=lambda self, n: Pair(self.value**n, n * self.value ** (n - 1)),
                 truediv=made_of_4_a(QUOTIENT, lambda u, du, v, dv: (du * v - u * dv) / v**2)),
     "the tangent of the base is missing"),
    (changed_4_a(sin=lambda self: type(self)(math.sin(self.value), math.cos(self.value))),
     "`functions` and `everything`: in `sin` the tangent"),
    (changed_4_a(exp=lambda self: type(self)(math.exp(self.value), math.exp(self.value))), "in `exp` the tangent"),
    (changed_4_a(sin=lambda self: type(self)(math.sin(self.value), math.cos(self.value)),
                 exp=lambda self: type(self)(math.exp(self.value), math.exp(self.value))),
     "`functions` and `everything`: the tangent of what goes in"),
    (changed_4_a(sin=lambda self: type(self)(math.sin(self.value), -math.cos(self.value) * self.tangent)),
     "with a plus"),
    (changed_4_a(sin=lambda self: type(self)(math.sin(self.value), math.sin(self.value) * self.tangent)),
     "not differentiated"),
    (lambda programs, x: [program(Pair(x, 1.0), Pair.sin, Pair.exp).value for program in programs],
     "this is the value; asked is the tangent"),
    (run_4_a(Small), "raised TypeError in the line"),
    (lambda programs, x: [program(Pair(x), Pair.sin, Pair.exp).tangent for program in programs], "always zero"),
    (lambda programs, x: run_4_a()(programs, x)[0], "expected 6 parts: `sums`"),
]  # fmt: skip


# ---- 4.b


def book_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    f_0 = beta[0] + omega[0] @ x
    f_0_dot = beta_dot[0] + omega_dot[0] @ x + omega[0] @ x_dot
    h_1 = np.maximum(f_0, 0)
    h_1_dot = (f_0 > 0) * f_0_dot
    f_1 = beta[1] + omega[1] @ h_1
    return f_1, beta_dot[1] + omega_dot[1] @ h_1 + omega[1] @ h_1_dot


def example_by_example_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    f_1, f_1_dot = np.zeros((len(omega[1]), x.shape[1])), np.zeros((len(omega[1]), x.shape[1]))
    for i in range(x.shape[1]):
        value, tangent = x[:, i], x_dot[:, i]
        for k in (0, 1):
            tangent = beta_dot[k][:, 0] + omega_dot[k] @ value + omega[k] @ tangent
            value = beta[k][:, 0] + omega[k] @ value
            if k == 0:
                tangent = np.where(value > 0, tangent, 0.0)
                value = np.clip(value, 0, None)
        f_1[:, i], f_1_dot[:, i] = value, tangent
    return {"f_1_dot": f_1_dot, "f_1": f_1}


def by_jvp_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    def network(x, beta, omega):
        f = beta[0] + omega[0] @ x
        return beta[1] + omega[1] @ (f * (f > 0))

    return bp.jvp(network, (x, beta, omega), (x_dot, beta_dot, omega_dot))


def wrong_4_b(relu=lambda f, t: (f > 0) * t, affine=lambda b, w, wt, h, ht: b + wt @ h + w @ ht,
              h=lambda f: np.maximum(f, 0)):  # fmt: skip
    def answer(x, x_dot, beta, beta_dot, omega, omega_dot):
        f_0 = beta[0] + omega[0] @ x
        t_0 = affine(beta_dot[0], omega[0], omega_dot[0], x, x_dot)
        f_1 = beta[1] + omega[1] @ np.maximum(f_0, 0)
        return f_1, affine(beta_dot[1], omega[1], omega_dot[1], h(f_0), relu(f_0, t_0))

    return answer


def step_4_b(x, x_dot, beta, beta_dot, omega, omega_dot):
    def network(x, beta, omega):
        return beta[1] + omega[1] @ np.maximum(beta[0] + omega[0] @ x, 0)

    before = network(x, beta, omega)
    after = network(x + x_dot, [b + t for b, t in zip(beta, beta_dot, strict=True)],
                    [w + t for w, t in zip(omega, omega_dot, strict=True)])  # fmt: skip
    return before, after - before


RIGHT_4_B = [book_4_b, example_by_example_4_b, by_jvp_4_b]
WRONG_4_B = [
    (wrong_4_b(relu=lambda f, t: (f >= 0) * t), "`f_1_dot`: right except where a pre-activation is exactly 0"),
    (wrong_4_b(relu=lambda f, t: t), "slope of the ReLU is missing"),
    (wrong_4_b(relu=lambda f, t: np.maximum(t, 0)), "applied to the tangent"),
    (wrong_4_b(relu=lambda f, t: np.maximum(f, 0) * t), "the ReLU itself"),
    (wrong_4_b(affine=lambda b, w, wt, h, ht: b + w @ ht), "the weights move too"),
    (wrong_4_b(affine=lambda b, w, wt, h, ht: b + wt @ h), "what the weights are multiplied with is missing"),
    (wrong_4_b(affine=lambda b, w, wt, h, ht: wt @ h + w @ ht), "the biases move too"),
    (wrong_4_b(affine=lambda b, w, wt, h, ht: b + wt @ ht), "the product rule has two terms"),
    (wrong_4_b(affine=lambda b, w, wt, h, ht: b + (w + wt) @ (h + ht) - w @ h), "of second order"),
    (wrong_4_b(affine=lambda b, w, wt, h, ht: b + wt @ h + w.T @ ht), "that is for the way back"),
    (wrong_4_b(h=lambda f: f), "a pre-activation stands where"),
    (step_4_b, "for a whole step"),
    (lambda **a: (book_4_b(**a)[0], a["beta_dot"][1] + a["omega_dot"][1] @ np.maximum(
        a["beta_dot"][0] + a["omega_dot"][0] @ a["x_dot"], 0)), "run on the tangents alone"),
    (lambda **a: book_4_b(**a)[::-1], "`f_1` and `f_1_dot`: the two results are exchanged"),
    (lambda **a: (book_4_b(**a)[0], book_4_b(**a)[1].T), "`f_1_dot` has shape (6, 2), expected shape (2, 6)"),
    (lambda **a: book_4_b(**a)[1], "has 5 parts, expected 2"),
]  # fmt: skip


# ---- 4.c


def loops_4_c(push, pull, m, n):
    by_columns, by_rows = np.zeros((m, n)), np.zeros((m, n))
    for j in range(n):
        e = np.zeros(n)
        e[j] = 1
        by_columns[:, j] = push(e)
    for i in range(m):
        e = np.zeros(m)
        e[i] = 1
        by_rows[i] = pull(e)
    return by_columns, by_rows


def wrong_4_c(change):
    return lambda push, pull, m, n: tuple(change(J) for J in loops_4_c(push, pull, m, n))


RIGHT_4_C = [
    loops_4_c,
    lambda push, pull, m, n: (np.array([push(e) for e in np.eye(n)]).T, [list(pull(e)) for e in np.eye(m)]),
    lambda push, pull, m, n: {"by_rows": np.apply_along_axis(pull, 1, np.eye(m)), "by_columns": push(np.eye(n))},
]
WRONG_4_C = [
    (wrong_4_c(lambda J: J.T), "`by_columns` and `by_rows`: transposed"),
    (lambda push, pull, m, n: ([push(e) for e in np.eye(n)], loops_4_c(push, pull, m, n)[1]),
     "`by_columns`: transposed"),
    (lambda push, pull, m, n: (push(np.ones(n)), pull(np.ones(m))), "a single product with a vector of ones"),
    (lambda push, pull, m, n: ([[entry] * n for entry in push(np.ones(n))], [pull(np.ones(m))] * m), "every vector"),
    (lambda push, pull, m, n: (np.eye(m, n) * loops_4_c(push, pull, m, n)[0], np.eye(m, n) * push(np.eye(n))),
     "`by_columns`: only the diagonal"),
    (lambda push, pull, m, n: loops_4_c(push, pull, m, n)[::-1], "from the other one's function"),
    (lambda push, pull, m, n: (loops_4_c(push, pull, m, n)[0],) * 2, "`by_rows`: from the other one's function"),
    (wrong_4_c(np.tril), "above the diagonal"),
    (wrong_4_c(lambda J: J[::-1, ::-1]), "in reverse order"),
    (lambda push, pull, m, n: (np.stack([push(e) for e in np.eye(m)], axis=1), np.stack([pull(e) for e in np.eye(m)])),
     "raised ValueError"),
    (lambda push, pull, m, n: loops_4_c(push, pull, m, n)[0], "has 4 parts, expected 2"),
]  # fmt: skip


# ---- 4.d


def mode(d_is):
    return {"loss": "reverse", "tangent": "forward"}[d_is]


def counted_4_d(a, b, c, e, d_is):
    def cost(left, right):
        return left[0] * left[1] * right[1], (left[0], right[1])

    A, B, C, d = (a, b), (b, c), (c, e), (e, 1)
    (n1, AB), (m1, Cd) = cost(A, B), cost(C, d)
    (n2, ABC), (m2, BCd) = cost(AB, C), cost(B, Cd)
    return n1 + n2 + cost(ABC, d)[0], m1 + m2 + cost(A, BCd)[0], mode(d_is)


def wrong_4_d(left=lambda a, b, c, e: a * b * c + a * c * e + a * e, right=lambda a, b, c, e: c * e + b * c + a * b,
              mode=mode):  # fmt: skip
    return lambda a, b, c, e, d_is: (left(a, b, c, e), right(a, b, c, e), mode(d_is))


RIGHT_4_D = [
    wrong_4_d(),
    counted_4_d,
    lambda a, b, c, e, d_is: {"mode": "Reverse" if d_is == "loss" else "Forward",
                              "left_to_right": a * (b * c + c * e + e), "right_to_left": e * c + c * b + b * a},
]  # fmt: skip
WRONG_4_D = [
    (wrong_4_d(left=lambda a, b, c, e: c * e + b * c + a * b,
               right=lambda a, b, c, e: a * b * c + a * c * e + a * e), "exchanged"),
    (wrong_4_d(left=lambda a, b, c, e: a * b * c + a * c * e), "with the column, is not counted"),
    (wrong_4_d(left=lambda a, b, c, e: a * b * c), "only the first product"),
    (wrong_4_d(left=lambda a, b, c, e: a * b * c + b * c * e + a * e), "as if AB were still (b, c)"),
    (wrong_4_d(right=lambda a, b, c, e: a + b + c), "`right_to_left`: these are the entries"),
    (wrong_4_d(right=lambda a, b, c, e: 2 * (c * e + b * c + a * b) - a - b - c), "the additions are counted"),
    (wrong_4_d(right=lambda a, b, c, e: c * e + b * c * e + a * b * e), "d is a column"),
    (wrong_4_d(right=lambda a, b, c, e: b * c * e + a * b * e + a * e), "begin with Cd"),
    (wrong_4_d(right=lambda a, b, c, e: a * b * c * e), "one after the other"),
    (wrong_4_d(mode=lambda d_is: "reverse"), "`mode`: right to left is not always reverse"),
    (wrong_4_d(mode=lambda d_is: "forward"), "`mode`: right to left is not always forward"),
    (wrong_4_d(mode=lambda d_is: mode("tangent" if d_is == "loss" else "loss")), "the other way round"),
    (wrong_4_d(mode=lambda d_is: d_is), '"loss" is unknown here: the words are forward and reverse.'),
    (lambda a, b, c, e, d_is: (1, 2), "has 2 parts, expected 3"),
]  # fmt: skip


# ---- 4.e


def word(forward, reverse):
    if forward < reverse:
        return "forward"
    return "tie" if forward == reverse else "reverse"


def loops_4_e(sizes):
    forward = reverse = 0
    for k in range(1, len(sizes) - 1):
        forward += sizes[k + 1] * sizes[k] * sizes[0]
    for k in range(len(sizes) - 2, 0, -1):
        reverse += sizes[-1] * sizes[k] * sizes[k - 1]
    return forward, reverse, word(forward, reverse)


def shapes_4_e(sizes):
    """With matrices of shapes only."""

    def product(shapes):
        count, (rows, columns) = 0, shapes[0]
        for more_rows, more_columns in shapes[1:]:
            if columns == more_rows:  # from the left
                count, columns = count + rows * columns * more_columns, more_columns
            else:
                count, rows = count + more_rows * rows * columns, more_rows
        return count

    jacobians = list(zip(sizes[1:], sizes[:-1], strict=True))  # first map first
    forward = product([(columns, rows) for rows, columns in jacobians])  # of the transposes
    return {"reverse": product(jacobians[::-1]), "forward": forward, "cheaper": word(forward, product(jacobians[::-1]))}


def wrong_4_e(forward=None, reverse=None, cheaper=None):
    def answer(sizes):
        f, r, w = loops_4_e(sizes)
        return (forward(sizes) if forward else f, reverse(sizes) if reverse else r,
                cheaper(sizes, f, r) if cheaper else w)  # fmt: skip

    return answer


def entries(sizes):
    return int(np.dot(sizes[1:], sizes[:-1]))


RIGHT_4_E = [
    loops_4_e,
    shapes_4_e,
    lambda sizes: (sizes[0] * entries(sizes[1:]), sizes[-1] * entries(sizes[:-1]),
                   word(sizes[0] * entries(sizes[1:]), sizes[-1] * entries(sizes[:-1]))),
]  # fmt: skip
WRONG_4_E = [
    (
        wrong_4_e(lambda s: loops_4_e(s)[1], lambda s: loops_4_e(s)[0]),
        "`forward` and `reverse`: the two counts are exc",
    ),
    (wrong_4_e(forward=lambda s: s[0] * entries(s)), "`forward`: the first product, with the identity"),
    (wrong_4_e(lambda s: entries(s[1:]), lambda s: entries(s[:-1])), "the cost for one input"),
    (wrong_4_e(lambda s: s[0] * entries(s[:-1])), "the wrong Jacobian is left out"),
    (wrong_4_e(reverse=lambda s: math.prod(s)), "all sizes are multiplied at once"),
    (wrong_4_e(forward=lambda s: s[-1] * entries(s[1:])), "the wrong end of the chain"),
    (wrong_4_e(cheaper=lambda s, f, r: word(s[0], s[-1])), "`cheaper`: the smaller end need not win where"),
    (wrong_4_e(cheaper=lambda s, f, r: "forward" if s[0] < s[-1] else "reverse"), "the smaller end need not win where"),
    (wrong_4_e(cheaper=lambda s, f, r: "forward" if f <= r else "reverse"), "right but for ties"),
    (wrong_4_e(cheaper=lambda s, f, r: "reverse" if f >= r else "forward"), "right but for ties"),
    (wrong_4_e(cheaper=lambda s, f, r: word(r, f)), "the larger count is named"),
    (wrong_4_e(cheaper=lambda s, f, r: "reverse"), "not always cheaper"),
    (wrong_4_e(forward=lambda s: s[0] * s[1] * s[2]), "raised IndexError"),
    (loops_4_e(sizes=[2, 3, 4]), "asks for a function"),
]


# ---- 4.f


def table_4_f(sizes):
    n = len(sizes) - 1
    best = np.zeros((n, n), dtype=int)
    for length in range(1, n):
        for i in range(n - length):
            j = i + length
            best[i, j] = min(best[i, k] + best[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j))
    return best[0, n - 1]


def remembered_4_f(sizes):
    @functools.cache
    def best(i, j):
        if j - i == 1:
            return 0
        return min(best(i, k) + best(k, j) + sizes[i] * sizes[k] * sizes[j] for k in range(i + 1, j))

    return {"fewest": best(0, len(sizes) - 1)}


def every_order_4_f(sizes):
    """All orders, product by product."""
    if len(sizes) == 2:
        return 0
    return min(sizes[k - 1] * sizes[k] * sizes[k + 1] + every_order_4_f(sizes[:k] + sizes[k + 1 :])
               for k in range(1, len(sizes) - 1))  # fmt: skip


def greedy_4_f(key):
    def answer(sizes):
        sizes, count = list(sizes), 0
        while len(sizes) > 2:
            k = min(range(1, len(sizes) - 1), key=lambda k: key(sizes[k - 1], sizes[k], sizes[k + 1]))
            count += sizes[k - 1] * sizes[k] * sizes[k + 1]
            sizes.pop(k)
        return count

    return answer


def narrowest_last_4_f(sizes):
    if len(sizes) == 2:
        return 0
    k = 1 + int(np.argmin(sizes[1:-1]))
    return narrowest_last_4_f(sizes[: k + 1]) + narrowest_last_4_f(sizes[k:]) + sizes[0] * sizes[k] * sizes[-1]


RIGHT_4_F = [table_4_f, remembered_4_f, every_order_4_f]
WRONG_4_F = [
    (greedy_4_f(lambda a, b, c: a * b * c), "always the cheapest product next"),
    (greedy_4_f(lambda a, b, c: -b), "the largest size first"),
    (greedy_4_f(lambda a, b, c: a * c), "the smallest result next"),
    (lambda sizes: min(loops_4_e(sizes)[:2]), "one of the two modes"),
    (lambda sizes: loops_4_e(sizes)[0], "the order of forward mode"),
    (lambda sizes: loops_4_e(sizes)[1], "the order of reverse mode"),
    (narrowest_last_4_f, "the smallest last"),
    (lambda sizes: min([table_4_f(sizes[: k + 1]) + table_4_f(sizes[k:]) for k in range(1, len(sizes) - 1)] + [0] * (
        len(sizes) == 2)), "the last product is not counted"),
    (lambda sizes: 2 * table_4_f(sizes), "a factor of 2 too many"),
    (lambda sizes: table_4_f(sizes[1:]), None),
    (lambda sizes: sizes.sort() or 0, "changes its argument `sizes`"),
]  # fmt: skip

RIGHT = {
    "4.a": RIGHT_4_A,
    "4.b": RIGHT_4_B,
    "4.c": RIGHT_4_C,
    "4.d": RIGHT_4_D,
    "4.e": RIGHT_4_E,
    "4.f": RIGHT_4_F,
}
WRONG = {
    "4.a": WRONG_4_A,
    "4.b": WRONG_4_B,
    "4.c": WRONG_4_C,
    "4.d": WRONG_4_D,
    "4.e": WRONG_4_E,
    "4.f": WRONG_4_F,
}
