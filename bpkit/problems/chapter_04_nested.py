"""Our own problems of chapter 04, second part: second derivatives, constants, and derivatives inside derivatives."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator


def logistic_sigmoid(z: Any) -> Any:
    return 0.5 * (1.0 + np.tanh(0.5 * z))  # no overflow, unlike exp


# ---- 4.g: a Hessian-vector product -----------------------------------------------------------------------------------


def quartic(x: Any) -> Any:
    return 0.25 * (x @ x) ** 2


def waves(x: Any) -> Any:
    return np.sum(np.sin(x)) * np.sum(x)


def log_sum_exp(x: Any) -> Any:
    return np.log(np.sum(np.exp(x)))


def softmax(x: Any) -> Any:
    return np.exp(x) / np.sum(np.exp(x))


# Gradient and Hessian of each function, from calculus.
DERIVATIVES_4_G: Mapping[Callable[[Any], Any], tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    quartic: (lambda x: (x @ x) * x, lambda x: (x @ x) * np.eye(len(x)) + 2 * np.outer(x, x)),
    waves: (
        lambda x: np.cos(x) * np.sum(x) + np.sum(np.sin(x)),
        lambda x: np.add.outer(np.cos(x), np.cos(x)) - np.diag(np.sin(x)) * np.sum(x),
    ),
    log_sum_exp: (softmax, lambda x: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x))),
}


def instances_4_g(rng: Generator) -> Sequence[Arguments]:
    return [{"f": f, "x": rng.normal(size=n), "v": rng.normal(size=n)}
            for f, n in zip(DERIVATIVES_4_G, (4, 3, 5), strict=True)]  # fmt: skip


def slip_4_g(sentence: str, wrong: Callable[..., Any]) -> Slip:
    """`wrong` gets the gradient and the Hessian as functions, the point and the direction."""
    return Slip(lambda f, x, v: {"hv": np.asarray(wrong(*DERIVATIVES_4_G[f], x, v))}, sentence)


PROBLEM_4_G = Problem(
    id="4.g",
    title="Hessian times vector, without the Hessian",
    points=2,
    minutes=10,
    hints=(
        "Hv is the derivative of the gradient along v: of what function is it the jvp, at which point, with which "
        "tangent?",
        "bp.grad(f) is that function. bp.jvp takes a function, and its arguments and their tangents as tuples.",
        "bp.jvp returns a pair: the value (here the gradient) and its tangent. Which of them is asked?",
    ),
    instances=instances_4_g,
    truth=lambda f, x, v: {"hv": DERIVATIVES_4_G[f][1](x) @ v},
    slips=(
        slip_4_g("this is the gradient: bp.jvp returns value and tangent, in this order.", lambda g, H, x, v: g(x)),
        slip_4_g("this is one number, the slope of f along v; differentiate the gradient, not f.",
                 lambda g, H, x, v: g(x) @ v),
        slip_4_g("this is one number, vᵀHv, the curvature along v; Hv has as many entries as x.",
                 lambda g, H, x, v: v @ H(x) @ v),
        slip_4_g("gradient and v are multiplied entry by entry; nothing has been differentiated twice.",
                 lambda g, H, x, v: g(x) * v),
        slip_4_g("this is the Hessian itself.", lambda g, H, x, v: H(x)),
        slip_4_g("only the diagonal of the Hessian is used.", lambda g, H, x, v: np.diag(H(x)) * v),
        slip_4_g("these are the sums of the Hessian's rows: v does not stand in it.",
                 lambda g, H, x, v: H(x).sum(axis=0)),
        slip_4_g("each row of the Hessian is multiplied with v, but not added up.", lambda g, H, x, v: H(x) * v),
        slip_4_g("this is the change of the gradient over a whole step v; asked is its derivative along v.",
                 lambda g, H, x, v: g(x + v) - g(x)),
        slip_4_g("x and v are exchanged: the point is x, the direction v.", lambda g, H, x, v: H(v) @ x),
    ),
)  # fmt: skip


# ---- 4.h: a Hessian-vector product by hand ---------------------------------------------------------------------------


def instances_4_h(rng: Generator) -> Sequence[Arguments]:
    """First as many parameters as examples, so that no mix-up is an error of shape."""
    return [
        {"x": rng.normal(size=(D, examples)), "y": rng.permuted(np.arange(examples) % 2).astype(float),
         "omega": rng.normal(size=D), "lambda_": float(rng.uniform(0.2, 1.5)), "v": rng.normal(size=D)}
        for D, examples in ((4, 4), (3, 7))
    ]  # fmt: skip


def products_4_h(
    x: Any, y: Any, omega: Any, lambda_: float, v: Any,
    error: Callable[[Any, Any], Any] = lambda s, y: s - y,
    curvature: Callable[[Any], Any] = lambda s: s * (1 - s),
    penalty: Callable[[float, Any, Any], Any] = lambda c, omega, v: (c * omega, c * v),
    mean: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Gradient and Hv of the regularised logistic loss; the keywords after v plant slips."""
    s = logistic_sigmoid(omega @ x)
    of_gradient, of_hv = penalty(lambda_, omega, v)
    examples = x.shape[1] if mean else 1
    return {"gradient": x @ error(s, y) / examples + of_gradient, "hv": x @ (curvature(s) * (v @ x)) / examples + of_hv}


def diagonal_4_h(x: Any, y: Any, omega: Any, lambda_: float, v: Any) -> Entries:
    s = logistic_sigmoid(omega @ x)
    return {"hv": (x**2 @ (s * (1 - s)) + lambda_) * v}


def slip_4_h(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda **arguments: products_4_h(**arguments, **planted), sentence)


PROBLEM_4_H = Problem(
    id="4.h",
    title="Hessian times vector, by hand",
    points=3,
    minutes=20,
    hints=(
        "Write the gradient first: 7.5 says what the derivative of one example's loss with respect to f_i is.",
        "Now let ω move along v. How fast does f_i = ωᵀx_i move? How fast does sig[f_i] move then?",
        "Differentiate the gradient, line by line, as in 4.b: v takes the place of ω, and the error becomes sig′·ḟ.",
    ),
    instances=instances_4_h,
    truth=products_4_h,
    slips=(
        slip_4_h("the penalty is missing.", penalty=lambda c, omega, v: (0.0, 0.0)),
        slip_4_h("the derivative of the penalty (λ/2)·ω² is λω: there is a factor 2 too many.",
                 penalty=lambda c, omega, v: (2 * c * omega, 2 * c * v)),
        slip_4_h("the derivative of the penalty (λ/2)·ω² is λω: the ½ cancels.",
                 penalty=lambda c, omega, v: (c * omega / 2, c * v / 2)),
        slip_4_h("the penalty of the gradient still has ω in it; along v it changes by λv.",
                 penalty=lambda c, omega, v: (c * omega, c * omega)),
        slip_4_h("the penalty adds λ times the identity to H, so λv here; the bare λ is not enough.",
                 penalty=lambda c, omega, v: (c, c)),
        slip_4_h("the sign of the error is wrong: it is sig[f] − y.", error=lambda s, y: y - s),
        slip_4_h("y is lost.", error=lambda s, y: s),
        slip_4_h("the slope of the sigmoid is missing.", curvature=lambda s: 1.0),
        slip_4_h("the sigmoid stands where its slope should: sig(1 − sig).", curvature=lambda s: s),
        slip_4_h("the sigmoid's slope is sig·(1 − sig), with a minus.", curvature=lambda s: s * (1 + s)),
        slip_4_h("averaged over the examples; the loss is their sum.", mean=True),
        Slip(diagonal_4_h, "only the diagonal of the Hessian is used: every entry of v moves every f_i."),
        Slip(lambda **a: {"gradient": products_4_h(**a)["hv"], "hv": products_4_h(**a)["gradient"]},
             "the two results are exchanged."),
    ),
)  # fmt: skip


# ---- 4.i: conjugate gradients ----------------------------------------------------------------------------------------


def instances_4_i(rng: Generator) -> Sequence[Arguments]:
    """Fewer iterations than dimensions, as many, more than enough, and a gradient that is 0 already."""

    def draw(n: int, iterations: int, scale: float = 1.0) -> Arguments:
        Q = np.linalg.qr(rng.normal(size=(n, n)))[0]
        H = (Q * rng.uniform(1.0, 5.0, size=n)) @ Q.T
        return {"gradient": scale * rng.normal(size=n), "hvp": lambda v: H @ v, "iterations": iterations}

    return [draw(5, 2), draw(6, 3), draw(3, 3), draw(1, 3), draw(3, 2, scale=0.0)]


def newton_4_i(
    gradient: Any, hvp: Any, iterations: int,
    count: Callable[[int], int] = lambda n: n,
    next_direction: Callable[..., Any] = lambda r, d, new, old: r + new / old * d,
    step: Callable[..., Any] = lambda r, d, hd: (r @ r) / (d @ hd),
    after: Callable[..., Any] = lambda r, alpha, d, hd: r - alpha * hd,
) -> Entries:  # fmt: skip
    """Conjugate gradients on H p = −gradient from p = 0; the keywords after iterations plant slips."""
    p, r = np.zeros_like(gradient), -gradient
    d, first = r, r @ r
    for _ in range(count(iterations)):
        if r @ r <= 1e-28 * first:
            break
        hd, old = hvp(d), r @ r
        alpha = step(r, d, hd)
        p, r = p + alpha * d, after(r, alpha, d, hd)
        d = next_direction(r, d, r @ r, old)
    return {"step": p}


def solved_4_i(gradient: Any, hvp: Any, iterations: int) -> Entries:
    H = np.stack([hvp(e) for e in np.eye(len(gradient))])
    return {"step": np.linalg.solve(H, -gradient)}


def slip_4_i(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda **arguments: newton_4_i(**arguments, **planted), sentence)


PROBLEM_4_I = Problem(
    id="4.i",
    title="A Newton step by conjugate gradients",
    points=4,
    minutes=30,
    hints=(
        "The right side is b = −gradient. Keep three vectors: the step p, the rest r = b − Hp, and the direction d.",
        "With p = 0 what is left is b itself, and so is the first direction. Call hvp(d) once in each iteration.",
        "The new r is r − α·Hd: no second call. Keep r·r from before the change, for β.",
        "If r·r is 0, p is the solution: leave the loop before something is divided by 0.",
    ),
    instances=instances_4_i,
    truth=newton_4_i,
    slips=(
        Slip(solved_4_i, "this is the exact solution; after so few iterations conjugate gradients are not there yet."),
        Slip(lambda gradient, hvp, iterations: {"step": -gradient}, "a step of gradient descent: H is not used."),
        slip_4_i("this is steepest descent: each direction must keep a part, β, of the one before.",
                 next_direction=lambda r, d, new, old: r),
        slip_4_i("β is upside down: the new r·r is divided by the old.",
                 next_direction=lambda r, d, new, old: r + (old / new if new > 1e-20 else 0.0) * d),
        slip_4_i("the new direction is r + β·d, with a plus.", next_direction=lambda r, d, new, old: r - new / old * d),
        slip_4_i("β is missing: the old direction is kept whole.", next_direction=lambda r, d, new, old: r + d),
        slip_4_i("H is missing in α: its denominator is d·Hd.", step=lambda r, d, hd: (r @ r) / (d @ d)),
        slip_4_i("α is upside down.", step=lambda r, d, hd: (d @ hd) / (r @ r)),
        slip_4_i("what is left shrinks: r − α·Hd, with a minus.", after=lambda r, alpha, d, hd: r + alpha * hd),
        slip_4_i("what is left changes by α·Hd, not by α·d.", after=lambda r, alpha, d, hd: r - alpha * d),
        slip_4_i("one iteration too many.", count=lambda n: n + 1),
        slip_4_i("one iteration is missing.", count=lambda n: n - 1),
        slip_4_i("only the first iteration is done: is the `return` inside the loop?", count=lambda n: 1),
    ),
)  # fmt: skip


# ---- 4.j: one backward pass ------------------------------------------------------------------------------------------


def instances_4_j(rng: Generator) -> Sequence[Arguments]:
    small, large = (int(n) for n in np.sort(rng.choice(np.arange(3, 50), size=2, replace=False)))
    return [{"m": m, "n": n} for m, n in ((small, large), (large, small), (1, large), (small, 1))]


def slip_4_j(sentence: str, **wrong: Callable[[int, int], Any]) -> Slip:
    return Slip(lambda m, n: {name: one(m, n) for name, one in wrong.items()}, sentence)


PROBLEM_4_J = Problem(
    id="4.j",
    title="Why one backward pass is not enough",
    points=2,
    minutes=12,
    hints=(
        "A backward pass hands back one number for each input, whatever it is started with. How many has the Jacobian?",
        "A pass started with g gives gᵀJ, a sum of J's rows with the weights g. What is that when g is all ones?",
        "A forward pass gives one column. You may choose the kind of pass; the matrix has m rows and n columns.",
    ),
    instances=instances_4_j,
    truth=lambda m, n: {"numbers": n, "backward_passes": m, "fewest": min(m, n), "with_ones": "b", "entrywise": "d"},
    slips=(
        slip_4_j("a backward pass ends at the inputs: what has one entry for each output is what it starts with.",
                 numbers=lambda m, n: m),
        slip_4_j("this is the whole Jacobian; one pass gives one number for each input.", numbers=lambda m, n: m * n),
        slip_4_j("this is the number of forward passes: a backward pass gives a row.", backward_passes=lambda m, n: n),
        slip_4_j("one pass for each row is enough; a row comes whole.", backward_passes=lambda m, n: m * n),
        slip_4_j("one pass gives n numbers; the Jacobian has more.", backward_passes=lambda m, n: 1),
        slip_4_j("backward passes are not always the better choice.", fewest=lambda m, n: m),
        slip_4_j("forward passes are not always the better choice.", fewest=lambda m, n: n),
        slip_4_j("the larger one is named.", fewest=lambda m, n: max(m, n)),
        slip_4_j("neither kind of pass needs the other: it is one or the other.", fewest=lambda m, n: m + n),
        slip_4_j("see what the first line printed: it is not one of the rows.", with_ones=lambda m, n: "a"),
        slip_4_j("sums along the rows would have an entry for each output; there is one for each input.",
                 with_ones=lambda m, n: "c"),
        slip_4_j("only where the other entries are 0; compare with the Jacobian below it.",
                 with_ones=lambda m, n: "d"),
        slip_4_j("compare the second pair of lines: what do the sums have in them when all other entries are 0?",
                 entrywise=lambda m, n: "b"),
        slip_4_j("every output has a slope of its own there; which entries of J hold them?",
                 entrywise=lambda m, n: "a"),
        slip_4_j("no: all other entries of this Jacobian are known to be 0, which leaves as many unknowns as a pass "
                 "gives numbers.", entrywise=lambda m, n: "c"),
    ),
)  # fmt: skip


# ---- 4.k: stop_gradient ----------------------------------------------------------------------------------------------


def slip_4_k(sentence: str, **wrong: Callable[[float], float]) -> Slip:
    return Slip(lambda x: {name: one(x) for name, one in wrong.items()}, sentence)


PROBLEM_4_K = Problem(
    id="4.k",
    title="What stop_gradient lets through",
    points=2,
    minutes=10,
    hints=(
        "Write c for every sg[…]: a constant that happens to have this value. Differentiate, and only then put it in.",
        "In the first, c = x²; the derivative of x·c is c. What is left of the second?",
        "In the third the value is 0 for every x, and yet the derivative is not.",
    ),
    instances=lambda rng: [{"x": float(x)} for x in rng.uniform((0.6, -1.9, 2.1), (1.4, -1.1, 2.9))],
    truth=lambda x: {"first": x**2, "second": np.sin(x), "third": 2 * x, "fourth": 1.0},
    slips=(
        slip_4_k("this is the derivative without stop_gradient.", first=lambda x: 3 * x**2,
                 second=lambda x: np.sin(x) + x * np.cos(x), third=lambda x: 0.0, fourth=lambda x: 0.0),
        slip_4_k("this is the derivative of the part inside; that part is the constant.",
                 first=lambda x: 2 * x**2, second=lambda x: x * np.cos(x), third=lambda x: -2 * x,
                 fourth=lambda x: -1.0),
        slip_4_k("the constant has a value, and that stays as a factor.", first=lambda x: 1.0, second=lambda x: 1.0),
        slip_4_k("only the gradient of what is inside is stopped; the rest still depends on x.",
                 first=lambda x: 0.0, second=lambda x: 0.0),
        slip_4_k("this is the value of the expression.", first=lambda x: x**3, second=lambda x: x * np.sin(x),
                 fourth=lambda x: float(np.round(x))),
        slip_4_k("the derivative of sg[u] is 0; what you have is that of u, in both places.", third=lambda x: 4 * x),
        slip_4_k("sg[x²] is a constant here, and has the derivative 0.", third=lambda x: 2 * x - x**2),
    ),
)  # fmt: skip


# ---- 4.l: a target that must stay constant ---------------------------------------------------------------------------


def instances_4_l(rng: Generator) -> Sequence[Arguments]:
    """Errors of both signs."""
    instances = []
    for n, sign in ((3, -1.0), (1, 1.0), (5, 1.0)):
        w, a, b = rng.normal(size=(3, n))
        gamma, error = float(rng.uniform(0.5, 0.99)), sign * float(rng.uniform(0.3, 1.5))
        r = float(np.tanh(w @ a) - gamma * np.tanh(w @ b)) - error
        instances.append({"w": w, "a": a, "b": b, "r": r, "gamma": gamma})
    return instances


def parts_4_l(w: Any, a: Any, b: Any, r: float, gamma: float) -> tuple[float, Any, Any]:
    """The error, and the gradients of the prediction and of the target."""
    now, later = np.tanh(w @ a), np.tanh(w @ b)
    return now - r - gamma * later, (1 - now**2) * a, gamma * (1 - later**2) * b


def slip_4_l(sentence: str, gradient: Callable[..., Any]) -> Slip:
    return Slip(lambda **arguments: {"gradient": gradient(*parts_4_l(**arguments))}, sentence)


def without_later_4_l(w: Any, a: Any, b: Any, r: float, gamma: float) -> Entries:
    error, now, _ = parts_4_l(w, a, b, r, 0.0)
    return {"value": error**2, "gradient": 2 * error * now}


PROBLEM_4_L = Problem(
    id="4.l",
    title="A target that must hold still",
    points=2,
    minutes=12,
    hints=(
        "The value of the loss is right as it is. Only the derivative must not go through the target.",
        "Which part of the loss is the target? Wrap this part, and all of it, in bp.stop_gradient.",
        "bp.value_and_grad(loss)(w) gives both; a loss defined inside your function may use a, b, r and gamma.",
    ),
    instances=instances_4_l,
    truth=lambda **arguments: {
        "value": parts_4_l(**arguments)[0] ** 2, "gradient": 2 * parts_4_l(**arguments)[0] * parts_4_l(**arguments)[1]
    },
    slips=(
        slip_4_l("the derivative still goes through the target: it is not constant.",
                 lambda error, now, later: 2 * error * (now - later)),
        slip_4_l("the prediction is stopped and the target moves; it should be the other way round.",
                 lambda error, now, later: -2 * error * later),
        slip_4_l("as if the target were added to the prediction, not subtracted.",
                 lambda error, now, later: 2 * error * (now + later)),
        slip_4_l("this is the gradient of the error; the loss is its square.", lambda error, now, later: now),
        slip_4_l("the slope of the square has a sign; it was lost.",
                 lambda error, now, later: 2 * abs(error) * now),
        Slip(without_later_4_l, "the later state is dropped from the target; stopping a gradient changes no value."),
        Slip(lambda **arguments: {"value": parts_4_l(**arguments)[0]}, "this is the error; the loss is its square."),
        Slip(lambda **arguments: {"value": 0.0, "gradient": np.zeros_like(arguments["w"])},
             "everything is stopped: prediction and target."),
    ),
)  # fmt: skip


# ---- 4.m: perturbations kept apart -----------------------------------------------------------------------------------

NAMES_4_M = ("one_level", "second", "book", "product", "at_x", "three_levels")
Derivative = Callable[[Callable[[Any], Any], Any], Any]


def programs_4_m(c: float) -> list[Callable[[Derivative, float], Any]]:
    """Functions that differentiate, some of them inside what they differentiate."""
    return [
        lambda derivative, x: derivative(lambda x: c * x * x + x, x),
        lambda derivative, x: derivative(lambda x: derivative(lambda y: y * y * y, x), x),
        lambda derivative, x: derivative(lambda x: x * derivative(lambda y: x + y, c), x),
        lambda derivative, x: derivative(lambda x: x * derivative(lambda y: x * y, c), x),
        lambda derivative, x: derivative(lambda x: x * derivative(lambda y: x * y, x), x),
        lambda derivative, x: derivative(
            lambda x: x * derivative(lambda y: y * derivative(lambda z: x * y * z, 1.0), c), x
        ),
    ]


def instances_4_m(rng: Generator) -> Sequence[Arguments]:
    # c is kept away from x, so that what was evaluated at the wrong one shows.
    return [{"programs": programs_4_m(float(rng.uniform(2.5, 3.5))), "x": float(rng.uniform(0.6, 1.9))}
            for _ in range(2)]  # fmt: skip


class LevelledDual:
    """A dual number of one level of differentiation; its value and tangent may be those of other levels."""

    def __init__(self, value: Any, tangent: Any, level: int, rule: Callable[[int, int], int]) -> None:
        self.value, self.tangent, self.level, self.rule = value, tangent, level, rule

    def _both(self, other: Any) -> tuple[int, Any, Any]:
        level = self.rule(self.level, other.level) if isinstance(other, LevelledDual) else self.level
        return level, parts_at(self, level), parts_at(other, level)

    def __add__(self, other: Any) -> "LevelledDual":
        level, (u, du), (v, dv) = self._both(other)
        return LevelledDual(u + v, du + dv, level, self.rule)

    def __mul__(self, other: Any) -> "LevelledDual":
        level, (u, du), (v, dv) = self._both(other)
        return LevelledDual(u * v, du * v + u * dv, level, self.rule)

    __radd__, __rmul__ = __add__, __mul__


def parts_at(u: Any, level: int) -> tuple[Any, Any]:
    """Value and tangent as seen at a level: whatever belongs to another is a constant."""
    return (u.value, u.tangent) if isinstance(u, LevelledDual) and u.level == level else (u, 0.0)


def answers_4_m(
    programs: Any, x: float,
    rule: Callable[[int, int], int] = max,
    tag: Callable[[int], int] = lambda number: number,
    handed_out: Callable[[Any], Any] = lambda tangent: tangent,
) -> Entries:  # fmt: skip
    """What each program gives with a derivative that keeps levels apart; the keywords after x plant slips."""
    numbers = itertools.count(1)

    def derivative(f: Callable[[Any], Any], x: Any) -> Any:
        level = tag(next(numbers))
        return handed_out(parts_at(f(LevelledDual(x, 1.0, level, rule)), level)[1])

    return dict(zip(NAMES_4_M, [bare(program(derivative, x)) for program in programs], strict=True))


def bare(u: Any) -> Any:
    """The plain number inside."""
    return bare(u.value) if isinstance(u, LevelledDual) else u


def instead_of_derivative_4_m(programs: Any, x: float, result: Derivative) -> Entries:
    return dict(zip(NAMES_4_M, [program(result, x) for program in programs], strict=True))


def slip_4_m(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda **arguments: answers_4_m(**arguments, **planted), sentence)


PROBLEM_4_M = Problem(
    id="4.m",
    title="Two derivatives that must not be confused",
    points=4,
    minutes=25,
    hints=(
        "In x + y both tangents are 1, but they are tangents along different things. Only y's belongs to the inner "
        "derivative.",
        "Give every Dual the number of the derivative it belongs to: 1 for the first call, 2 for the next, and so on.",
        "An operation belongs to the larger of the two numbers; a Dual with a smaller one is a constant there, as "
        "it is, with its own tangent still inside.",
        "derivative(f, x) returns the tangent only if what f gives carries its number; otherwise f was constant: 0.",
    ),
    instances=instances_4_m,
    truth=answers_4_m,
    slips=(
        slip_4_m("the tangents of two derivatives are added up as if they belonged to one.", tag=lambda number: 1),
        slip_4_m("a plain number goes into the inner derivative or comes out of it: what it owes to the outer is lost.",
                 handed_out=bare),
        slip_4_m("an operation on two levels must belong to the inner derivative, the one that began later.", rule=min),
        Slip(lambda programs, x: instead_of_derivative_4_m(programs, x, lambda f, x: f(x)),
             "this is the value of the functions: nothing is differentiated."),
    ),
)  # fmt: skip


PROBLEMS = (PROBLEM_4_G, PROBLEM_4_H, PROBLEM_4_I, PROBLEM_4_J, PROBLEM_4_K, PROBLEM_4_L, PROBLEM_4_M)
