"""Right and wrong answers to 4.g to 4.m: second derivatives, constants, nesting; a wrong one with its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

import bpkit as bp

# ---- 4.g


def nudged_4_g(f, x, v):
    """Differences of the gradient along v, of fourth order."""
    gradient = bp.grad(f)

    def central(step):
        return (gradient(x + step * v) - gradient(x - step * v)) / (2 * step)

    return (4 * central(5e-4) - central(1e-3)) / 3


RIGHT_4_G = [
    lambda f, x, v: bp.jvp(bp.grad(f), (x,), (v,))[1],
    lambda f, x, v: bp.grad(lambda x: bp.grad(f)(x) @ v)(x),
    lambda f, x, v: {"hv": bp.hvp(f, x, v)},
    nudged_4_g,
]
WRONG_4_G = [
    (lambda f, x, v: bp.jvp(bp.grad(f), (x,), (v,))[0], "this is the gradient: bp.jvp returns value and tangent"),
    (lambda f, x, v: bp.jvp(bp.grad(f), (x,), (v,)), "expected shape (4,)"),
    (lambda f, x, v: bp.jvp(f, (x,), (v,))[1], "the slope of f along v"),
    (lambda f, x, v: v @ bp.hvp(f, x, v), "the curvature along v"),
    (lambda f, x, v: bp.grad(f)(x) * v, "entry by entry"),
    (lambda f, x, v: bp.hessian(f)(x), "this is the Hessian itself"),
    (lambda f, x, v: bp.hvp(f, x, np.ones(len(x))), "v does not stand in it"),
    (lambda f, x, v: bp.grad(f)(x + v) - bp.grad(f)(x), "over a whole step v"),
    (lambda f, x, v: bp.jvp(bp.grad(f), (v,), (x,))[1], "x and v are exchanged"),
    (lambda f, x, v: bp.hessian(f)(x) * v, "but not added up"),
    (lambda f, x, v: -bp.hvp(f, x, v), "wrong sign"),
    (lambda f, x, v: bp.jvp(bp.grad(f), x, v), "raised TypeError in the line"),
]


# ---- 4.h


def sig(z):
    return 1 / (1 + np.exp(-z))


def hessian_4_h(x, y, omega, lambda_, v):
    s = sig(x.T @ omega)
    H = lambda_ * np.eye(len(omega))
    gradient = lambda_ * omega
    for i in range(x.shape[1]):
        gradient = gradient + (s[i] - y[i]) * x[:, i]
        H += s[i] * (1 - s[i]) * np.outer(x[:, i], x[:, i])
    return {"hv": H @ v, "gradient": gradient}


def by_library_4_h(x, y, omega, lambda_, v):
    def loss(omega):
        f = omega @ x
        return np.sum(np.log(1 + np.exp(f)) - y * f) + lambda_ / 2 * omega @ omega

    return bp.grad(loss)(omega), bp.hvp(loss, omega, v)


def wrong_4_h(error=lambda s, y: s - y, slope=lambda s: s * (1 - s), of_g=lambda c, w, v: c * w,
              of_h=lambda c, w, v: c * v):  # fmt: skip
    def answer(x, y, omega, lambda_, v):
        s = sig(omega @ x)
        gradient = x @ error(s, y) + of_g(lambda_, omega, v)
        return gradient, x @ (slope(s) * (x.T @ v)) + of_h(lambda_, omega, v)

    return answer


RIGHT_4_H = [wrong_4_h(), hessian_4_h, by_library_4_h]
WRONG_4_H = [
    (wrong_4_h(of_h=lambda c, w, v: 0), "`hv`: the penalty is missing"),
    (wrong_4_h(of_g=lambda c, w, v: 0), "`gradient`: the penalty is missing"),
    (wrong_4_h(of_g=lambda c, w, v: 2 * c * w), "a factor 2 too many"),
    (wrong_4_h(of_h=lambda c, w, v: c / 2 * v), "the ½ cancels"),
    (wrong_4_h(of_h=lambda c, w, v: c * w), "along v it changes by λv"),
    (wrong_4_h(of_h=lambda c, w, v: c), "the bare λ is not enough"),
    (wrong_4_h(error=lambda s, y: y - s), "the sign of the error"),
    (wrong_4_h(error=lambda s, y: s), "y is lost"),
    (wrong_4_h(slope=lambda s: 1), "`hv`: the slope of the sigmoid is missing"),
    (wrong_4_h(slope=lambda s: s), "where its slope should"),
    (wrong_4_h(slope=lambda s: s + s**2), "with a minus"),
    (lambda **a: hessian_4_h(**a)["gradient"], "expected 2"),
    (lambda **a: by_library_4_h(**a)[::-1], "exchanged"),
    (lambda x, y, omega, lambda_, v: (by_library_4_h(x, y, omega, lambda_, v)[0],
                                      (x**2 @ (sig(omega @ x) * (1 - sig(omega @ x)))) * v + lambda_ * v),
     "only the diagonal"),
    (lambda x, y, omega, lambda_, v: (x @ (sig(omega @ x) - y) / len(y) + lambda_ * omega,
                                      hessian_4_h(x, y, omega, lambda_, v)["hv"]), "`gradient`: averaged"),
    (lambda x, y, omega, lambda_, v: wrong_4_h()(x, y, np.add(omega, v, out=omega), lambda_, v),
     "changes its argument `omega`"),
]  # fmt: skip


# ---- 4.i


def textbook_4_i(gradient, hvp, iterations):
    p = np.zeros(len(gradient))
    r = -gradient
    d = r.copy()
    for _ in range(iterations):
        if r @ r < 1e-30:
            break
        hd = hvp(d)
        alpha = (r @ r) / (d @ hd)
        p = p + alpha * d
        new = r - alpha * hd
        beta = (new @ new) / (r @ r)
        d = new + beta * d
        r = new
    return p


def krylov_4_i(gradient, hvp, iterations):
    """The minimiser of gᵀp + ½pᵀHp over the span of g, Hg, HHg, …"""
    basis = []
    vector = gradient
    for _ in range(iterations):
        for _ in range(2):
            for b in basis:
                vector = vector - (b @ vector) * b
        if np.linalg.norm(vector) < 1e-9:
            break
        basis.append(vector / np.linalg.norm(vector))
        vector = hvp(basis[-1])
    if not basis:
        return {"step": 0 * gradient}
    B = np.array(basis)
    HB = np.array([hvp(b) for b in basis])
    return {"step": np.linalg.solve(B @ HB.T, -B @ gradient) @ B}


def with_residual_anew_4_i(gradient, hvp, iterations):
    """r computed anew each time, and directions made conjugate by hand."""
    p, d = np.zeros_like(gradient), None
    for _ in range(iterations):
        r = -gradient - hvp(p)
        if np.sqrt(r @ r) <= 1e-13 * (1 + np.linalg.norm(gradient)):
            return p
        d = r if d is None else r - (r @ hvp(d)) / (d @ hvp(d)) * d
        p = p + (d @ r) / (d @ hvp(d)) * d
    return p


def wrong_4_i(iterations_=lambda n: n, beta=lambda new, old: new / old, sign=-1.0, plus=1.0,
              alpha=lambda r, d, hd: (r @ r) / (d @ hd), left=lambda r, a, d, hd: r - a * hd):  # fmt: skip
    def answer(gradient, hvp, iterations):
        p, r = np.zeros_like(gradient), sign * gradient
        d, old = r, r @ r
        for _ in range(iterations_(iterations)):
            if old <= 1e-28 * (gradient @ gradient):
                break
            hd = hvp(d)
            a = alpha(r, d, hd)
            p, r = p + a * d, left(r, a, d, hd)
            d = r + plus * (beta(r @ r, old) if r @ r > 1e-20 else 0) * d
            old = r @ r
        return p

    return answer


def unguarded_4_i(gradient, hvp, iterations):
    p, r = np.zeros_like(gradient), -gradient
    d = r
    for _ in range(iterations):
        hd = hvp(d)
        a = (r @ r) / (d @ hd)
        p, new = p + a * d, r - a * hd
        d, r = new + (new @ new) / (r @ r) * d, new
    return p


def overwriting_4_i(gradient, hvp, iterations):
    gradient *= -1
    return textbook_4_i(-gradient, hvp, iterations)


RIGHT_4_I = [textbook_4_i, krylov_4_i, with_residual_anew_4_i]
WRONG_4_I = [
    (lambda gradient, hvp, iterations: np.linalg.solve([hvp(e) for e in np.eye(len(gradient))], -gradient),
     "this is the exact solution"),
    (lambda gradient, hvp, iterations: -gradient, "a step of gradient descent"),
    (wrong_4_i(beta=lambda new, old: 0), "steepest descent"),
    (wrong_4_i(beta=lambda new, old: old / new), "upside down"),
    (wrong_4_i(beta=lambda new, old: 1), None),
    (wrong_4_i(plus=-1.0), "with a plus"),
    (wrong_4_i(sign=1.0), "wrong sign"),
    (wrong_4_i(alpha=lambda r, d, hd: (r @ r) / (d @ d)), "H is missing in α"),
    (wrong_4_i(left=lambda r, a, d, hd: r + a * hd), "with a minus"),
    (wrong_4_i(left=lambda r, a, d, hd: r - a * d), "not by α·d"),
    (wrong_4_i(iterations_=lambda n: n + 1), "one iteration too many"),
    (wrong_4_i(iterations_=lambda n: n - 1), "one iteration is missing"),
    (wrong_4_i(iterations_=lambda n: 1), "is the `return` inside the loop?"),
    (unguarded_4_i, "`step` holds nan, not a finite number"),
    (overwriting_4_i, "changes its argument `gradient`"),
]  # fmt: skip


# ---- 4.j


def answered_4_j(numbers=lambda m, n: n, backward=lambda m, n: m, fewest=min, ones="b", entrywise="d"):
    return lambda m, n: (numbers(m, n), backward(m, n), fewest(m, n), ones, entrywise)


RIGHT_4_J = [
    answered_4_j(),
    lambda m, n: {"with_ones": "B", "entrywise": " d", "numbers": np.ones((m, n)).shape[1],
                  "backward_passes": len(np.eye(m)), "fewest": m if m < n else n},
    lambda m, n: [n, m, (m + n - abs(m - n)) // 2, "b", "D "],
]  # fmt: skip
WRONG_4_J = [
    (answered_4_j(numbers=lambda m, n: m), "`numbers`: a backward pass ends at the inputs"),
    (answered_4_j(numbers=lambda m, n: m * n), "`numbers`: this is the whole Jacobian"),
    (answered_4_j(backward=lambda m, n: n), "the number of forward passes"),
    (answered_4_j(backward=lambda m, n: 1), "the Jacobian has more"),
    (answered_4_j(fewest=lambda m, n: m), "backward passes are not always"),
    (answered_4_j(fewest=lambda m, n: n), "forward passes are not always"),
    (answered_4_j(ones="a"), "`with_ones`: see what the first line printed"),
    (answered_4_j(ones="c"), "an entry for each output"),
    (answered_4_j(ones="d"), "`with_ones`: only where the other entries are 0"),
    (answered_4_j(entrywise="b"), "`entrywise`: compare the second pair of lines"),
    (answered_4_j(entrywise="a"), "a slope of its own"),
    (answered_4_j(entrywise="c"), "as many unknowns"),
    (lambda m, n: (n, m, min(m, n)), "has 3 parts, expected 5"),
]


# ---- 4.k


def by_library_4_k(x):
    sg = bp.stop_gradient
    return [
        float(bp.grad(program)(x))
        for program in (lambda x: x * sg(x**2), lambda x: x * np.sin(sg(x)), lambda x: x**2 - sg(x**2),
                        lambda x: x + sg(np.round(x) - x))
    ]  # fmt: skip


def answered_4_k(first=lambda x: x**2, second=math.sin, third=lambda x: 2 * x, fourth=lambda x: 1):
    return lambda x: (first(x), second(x), third(x), fourth(x))


RIGHT_4_K = [
    answered_4_k(),
    by_library_4_k,
    lambda x: {"fourth": 1.0, "third": 2 * x, "second": np.sin(x), "first": x * x},
]
WRONG_4_K = [
    (answered_4_k(lambda x: 3 * x**2, lambda x: math.sin(x) + x * math.cos(x), lambda x: 0, lambda x: 0),
     "`first`, `second`, `third` and `fourth`: this is the derivative without stop_gradient"),
    (answered_4_k(third=lambda x: 0), "`third`: this is the derivative without stop_gradient"),
    (answered_4_k(first=lambda x: 2 * x**2, second=lambda x: x * math.cos(x)), "the derivative of the part inside"),
    (answered_4_k(third=lambda x: -2 * x), "the derivative of the part inside"),
    (answered_4_k(first=lambda x: 1), "stays as a factor"),
    (answered_4_k(first=lambda x: 0, second=lambda x: 0), "`first` and `second`: only the gradient of what is inside"),
    (answered_4_k(first=lambda x: x**3), "`first`: this is the value"),
    (answered_4_k(fourth=round), "`fourth`: this is the value"),
    (answered_4_k(third=lambda x: 2 * x - x**2), "has the derivative 0"),
    (answered_4_k(second=lambda x: -math.sin(x)), "wrong sign"),
]  # fmt: skip


# ---- 4.l


def library_4_l(w, a, b, r, gamma):
    def loss(w):
        target = bp.stop_gradient(r + gamma * np.tanh(w @ b))
        return (np.tanh(w @ a) - target) ** 2

    return bp.value_and_grad(loss)(w)


def target_outside_4_l(w, a, b, r, gamma):
    target = r + gamma * np.tanh(w @ b)
    return {"gradient": bp.grad(lambda w: (np.tanh(w @ a) - target) ** 2)(w),
            "value": (np.tanh(w @ a) - target) ** 2}  # fmt: skip


def by_hand_4_l(w, a, b, r, gamma):
    v = math.tanh(w @ a)
    error = v - (r + gamma * math.tanh(w @ b))
    return error**2, [2 * error * (1 - v * v) * entry for entry in a]


def with_loss_4_l(loss):
    def answer(w, a, b, r, gamma):
        return bp.value_and_grad(lambda w: loss(w, a, b, r, gamma))(w)

    return answer


SG = bp.stop_gradient
RIGHT_4_L = [library_4_l, target_outside_4_l, by_hand_4_l]
WRONG_4_L = [
    (with_loss_4_l(lambda w, a, b, r, gamma: (np.tanh(w @ a) - (r + gamma * np.tanh(w @ b))) ** 2),
     "`gradient`: the derivative still goes through the target"),
    (with_loss_4_l(lambda w, a, b, r, gamma: (np.tanh(w @ a) - (SG(r) + gamma * np.tanh(w @ b))) ** 2),
     "still goes through the target"),
    (with_loss_4_l(lambda w, a, b, r, gamma: (SG(np.tanh(w @ a)) - (r + gamma * np.tanh(w @ b))) ** 2),
     "the prediction is stopped"),
    (with_loss_4_l(lambda w, a, b, r, gamma: SG(np.tanh(w @ a) - (r + gamma * np.tanh(w @ b))) ** 2),
     "everything is stopped"),
    (with_loss_4_l(lambda w, a, b, r, gamma: (np.tanh(w @ a) - r) ** 2),
     "`value` and `gradient`: the later state is dropped"),
    (with_loss_4_l(lambda w, a, b, r, gamma: np.tanh(w @ a) - SG(r + gamma * np.tanh(w @ b))), "its square"),
    (lambda **p: (library_4_l(**p)[0], library_4_l(**p)[1] / 2), "a factor of 2 is missing"),
    (lambda **p: (library_4_l(**p)[0], -library_4_l(**p)[1]), "wrong sign"),
    (lambda **p: library_4_l(**p)[0], "expected 2 parts"),
    (lambda w, a, b, r, gamma: bp.value_and_grad(lambda w: (np.tanh(a * w) - SG(b * w)) ** 2)(w),
     "raised DerivativeError in the line"),
]  # fmt: skip


# ---- 4.m


class Dual:
    """Levels by a counter; the larger level is the inner one."""

    count = 0

    def __init__(self, value, tangent, level):
        self.value, self.tangent, self.level = value, tangent, level

    def __add__(self, other):
        if isinstance(other, Dual) and other.level > self.level:
            return Dual(self + other.value, other.tangent, other.level)
        if isinstance(other, Dual) and other.level == self.level:
            return Dual(self.value + other.value, self.tangent + other.tangent, self.level)
        return Dual(self.value + other, self.tangent, self.level)

    def __mul__(self, other):
        if isinstance(other, Dual) and other.level > self.level:
            return Dual(other.value * self, other.tangent * self, other.level)
        if isinstance(other, Dual) and other.level == self.level:
            return Dual(self.value * other.value, self.tangent * other.value + self.value * other.tangent, self.level)
        return Dual(self.value * other, self.tangent * other, self.level)

    __radd__, __rmul__ = __add__, __mul__


def counted_4_m(programs, x):
    def derivative(f, x):
        Dual.count += 1
        level = Dual.count
        y = f(Dual(x, 1.0, level))
        return y.tangent if isinstance(y, Dual) and y.level == level else 0.0

    return [program(derivative, x) for program in programs]


class Sparse:
    """A polynomial in as many infinitesimals as there are derivatives, each of square 0: {set of tags: coefficient}."""

    def __init__(self, terms):
        self.terms = terms

    def __add__(self, other):
        terms = dict(self.terms)
        for tags, coefficient in sparse(other).terms.items():
            terms[tags] = terms.get(tags, 0.0) + coefficient
        return Sparse(terms)

    def __mul__(self, other):
        terms = {}
        for a, u in self.terms.items():
            for b, v in sparse(other).terms.items():
                if not a & b:
                    terms[a | b] = terms.get(a | b, 0.0) + u * v
        return Sparse(terms)

    __radd__, __rmul__ = __add__, __mul__


def sparse(x):
    return x if isinstance(x, Sparse) else Sparse({frozenset(): x})


def infinitesimals_4_m(programs, x):
    tags = iter(range(1000))

    def derivative(f, x):
        tag = next(tags)
        y = sparse(f(sparse(x) + Sparse({frozenset([tag]): 1.0})))
        return Sparse({one - {tag}: number for one, number in y.terms.items() if tag in one})

    return [program(derivative, x).terms[frozenset()] for program in programs]


RIGHT_4_M = [
    counted_4_m,
    infinitesimals_4_m,
    lambda programs, x: dict(zip(
        ("one_level", "second", "book", "product", "at_x", "three_levels"),
        [program(lambda f, x: bp.jvp(f, (x,), (1.0,))[1], x) for program in programs], strict=True)),
]  # fmt: skip


class Naive:
    def __init__(self, value, tangent):
        self.value, self.tangent = value, tangent

    def __add__(self, other):
        other = other if isinstance(other, Naive) else Naive(other, 0.0)
        return Naive(self.value + other.value, self.tangent + other.tangent)

    def __mul__(self, other):
        other = other if isinstance(other, Naive) else Naive(other, 0.0)
        return Naive(self.value * other.value, self.tangent * other.value + self.value * other.tangent)

    __radd__, __rmul__ = __add__, __mul__


def number(u):
    return number(u.value) if isinstance(u, Naive | Dual) else u


def naive_4_m(programs, x):
    return [number(program(lambda f, x: f(Naive(x, 1.0)).tangent, x)) for program in programs]


def plain_tangents_4_m(programs, x):
    def derivative(f, x):
        Dual.count += 1
        level = Dual.count
        y = f(Dual(x, 1.0, level))
        return number(y.tangent) if isinstance(y, Dual) and y.level == level else 0.0

    return [program(derivative, x) for program in programs]


def plain_points_4_m(programs, x):
    def derivative(f, x):
        Dual.count += 1
        level = Dual.count
        y = f(Dual(number(x), 1.0, level))
        return y.tangent if isinstance(y, Dual) and y.level == level else 0.0

    return [program(derivative, x) for program in programs]


def outer_first_4_m(programs, x):
    """Numbers that count down, so that the outer derivative takes the operations."""

    def derivative(f, x):
        Dual.count -= 1
        level = Dual.count
        y = f(Dual(x, 1.0, level))
        return y.tangent if isinstance(y, Dual) and y.level == level else 0.0

    return [number(program(derivative, x)) for program in programs]


def outer_tangents_4_m(programs, x):
    """Takes the tangent of whatever the function gives, also where that does not depend on its variable."""

    def derivative(f, x):
        Dual.count += 1
        y = f(Dual(x, 1.0, Dual.count))
        return y.tangent if isinstance(y, Dual) else 0.0

    return [program(derivative, x) for program in programs]


WRONG_4_M = [
    (outer_tangents_4_m, "`three_levels`: what f gives may belong to another derivative"),
    (naive_4_m, "the tangents of two derivatives are added up"),
    (plain_tangents_4_m, "a plain number goes into the inner derivative"),
    (plain_points_4_m, "`second`: a plain number goes into"),
    (outer_first_4_m, "the one that began later"),
    (lambda programs, x: [program(lambda f, x: f(x), x) for program in programs], "nothing is differentiated"),
    (lambda programs, x: [0.0] * 6, "always zero"),
    (lambda programs, x: counted_4_m(programs, x)[2], "expected 6 parts"),
    (lambda programs, x: [program(lambda f, x: Naive(x, 1.0), x) for program in programs], "expected real numbers"),
]

RIGHT = {
    "4.g": RIGHT_4_G,
    "4.h": RIGHT_4_H,
    "4.i": RIGHT_4_I,
    "4.j": RIGHT_4_J,
    "4.k": RIGHT_4_K,
    "4.l": RIGHT_4_L,
    "4.m": RIGHT_4_M,
}
WRONG = {
    "4.g": WRONG_4_G,
    "4.h": WRONG_4_H,
    "4.i": WRONG_4_I,
    "4.j": WRONG_4_J,
    "4.k": WRONG_4_K,
    "4.l": WRONG_4_L,
    "4.m": WRONG_4_M,
}
