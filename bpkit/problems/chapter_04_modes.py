"""Our own problems of chapter 04, first part: tangents, Jacobians, and what the two modes cost."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator


# ---- 4.a: a dual number ----------------------------------------------------------------------------------------------

# The tangent of a result from values u, v and tangents du, dv.
Rule = Callable[..., Any]
RULES_4_A: Mapping[str, Rule] = {
    "add": lambda u, v, du, dv: du + dv,
    "subtract": lambda u, v, du, dv: du - dv,
    "subtract_from_number": lambda u, v, du, dv: du - dv,
    "multiply": lambda u, v, du, dv: du * v + u * dv,
    "divide": lambda u, v, du, dv: (du * v - u * dv) / v**2,
    "divide_number": lambda u, v, du, dv: (du * v - u * dv) / v**2,
    "power": lambda u, n, du: n * u ** (n - 1) * du,
    "sin": lambda u, du: math.cos(u) * du,
    "exp": lambda u, du: math.exp(u) * du,
}


class RuledDual:
    """A dual number whose rules are given, so that a slip can replace one. Values are always right."""

    def __init__(self, value: Any, tangent: Any, rules: Mapping[str, Rule]) -> None:
        self.value, self.tangent, self.rules = value, tangent, rules

    def combined(self, name: str, value: Any, *numbers: Any) -> "RuledDual":
        return RuledDual(value, self.rules[name](*numbers), self.rules)

    def parts(self, other: Any) -> tuple[Any, Any]:
        return (other.value, other.tangent) if isinstance(other, RuledDual) else (other, 0.0)

    def __add__(self, other: Any) -> "RuledDual":
        v, dv = self.parts(other)
        return self.combined("add", self.value + v, self.value, v, self.tangent, dv)

    __radd__ = __add__

    def __mul__(self, other: Any) -> "RuledDual":
        v, dv = self.parts(other)
        return self.combined("multiply", self.value * v, self.value, v, self.tangent, dv)

    def __rmul__(self, other: float) -> "RuledDual":
        return self.combined("multiply", other * self.value, other, self.value, 0.0, self.tangent)

    def __sub__(self, other: Any) -> "RuledDual":
        v, dv = self.parts(other)
        return self.combined("subtract", self.value - v, self.value, v, self.tangent, dv)

    def __rsub__(self, other: float) -> "RuledDual":
        return self.combined("subtract_from_number", other - self.value, other, self.value, 0.0, self.tangent)

    def __truediv__(self, other: Any) -> "RuledDual":
        v, dv = self.parts(other)
        return self.combined("divide", self.value / v, self.value, v, self.tangent, dv)

    def __rtruediv__(self, other: float) -> "RuledDual":
        return self.combined("divide_number", other / self.value, other, self.value, 0.0, self.tangent)

    def __pow__(self, n: float) -> "RuledDual":
        return self.combined("power", self.value**n, self.value, n, self.tangent)


def ruled_sin(x: RuledDual) -> RuledDual:
    return x.combined("sin", math.sin(x.value), x.value, x.tangent)


def ruled_exp(x: RuledDual) -> RuledDual:
    return x.combined("exp", math.exp(x.value), x.value, x.tangent)


NAMES_4_A = ("sums", "products", "quotients", "powers", "functions", "everything")


def programs_4_a(a: float, b: float) -> list[Callable[..., Any]]:
    """One program for each kind of operation, and one for all together."""
    return [
        lambda x, sin, exp: (a + x) + (x + x) - (b - x) - a,
        lambda x, sin, exp: (a * x) * (x + b) * b,
        lambda x, sin, exp: (x + a) / (x * x + b) + a / x,
        lambda x, sin, exp: (a * x + b) ** 3 + x**-0.5,
        lambda x, sin, exp: sin(a * x) + exp(b * x),
        lambda x, sin, exp: x * exp(a * x) / (1.0 + sin(x * x) ** 2) - a * x,
    ]


def instances_4_a(rng: Generator) -> Sequence[Arguments]:
    return [{"programs": programs_4_a(*map(float, rng.uniform((0.6, 1.2), (0.9, 1.8)))),
             "x": float(rng.uniform(0.4, 1.4))} for _ in range(2)]  # fmt: skip


def tangents_4_a(programs: Any, x: float, **planted: Rule) -> Entries:
    start = RuledDual(x, 1.0, {**RULES_4_A, **planted})
    results = [program(start, ruled_sin, ruled_exp).tangent for program in programs]
    return dict(zip(NAMES_4_A, results, strict=True))


def values_4_a(programs: Any, x: float) -> Entries:
    return dict(zip(NAMES_4_A, [program(x, math.sin, math.exp) for program in programs], strict=True))


def slip_4_a(sentence: str, **planted: Rule) -> Slip:
    return Slip(lambda programs, x: tangents_4_a(programs, x, **planted), sentence)


PROBLEM_4_A = Problem(
    id="4.a",
    title="A dual number",
    points=4,
    minutes=25,
    hints=(
        "Every operation makes a new Dual: first the value as always, then the tangent by the rule you know from "
        "calculus.",
        "A plain number is a Dual with tangent 0. Turn it into one first, and each rule has to be written only once.",
        "Python calls x.__rsub__(2.0) for 2.0 - x and x.__rtruediv__(1.0) for 1.0 / x. There, the number comes first.",
        "In sin, exp and ** the tangent of what goes in is a factor too: that is the chain rule.",
    ),
    instances=instances_4_a,
    truth=tangents_4_a,
    slips=(
        slip_4_a("number − Dual is not Dual − number: what does `__rsub__` return?",
                 subtract_from_number=lambda u, v, du, dv: dv - du),
        slip_4_a("the tangent of a difference is the difference of the tangents.",
                 subtract=lambda u, v, du, dv: du + dv, subtract_from_number=lambda u, v, du, dv: du + dv),
        slip_4_a("the tangents of a product are not multiplied: the product rule has two terms.",
                 multiply=lambda u, v, du, dv: du * dv),
        slip_4_a("the product rule has two terms; one is missing.", multiply=lambda u, v, du, dv: du * v),
        slip_4_a("the product rule has two terms; one is missing.", multiply=lambda u, v, du, dv: u * dv),
        slip_4_a("the product rule adds its two terms.", multiply=lambda u, v, du, dv: du * v - u * dv),
        slip_4_a("number / Dual is not Dual / number: what does `__rtruediv__` return?",
                 divide_number=lambda u, v, du, dv: dv / u),
        slip_4_a("the tangents of a quotient are not divided: it has a rule of its own.",
                 divide=lambda u, v, du, dv: du / dv if dv else du / v, divide_number=lambda u, v, du, dv: du / dv),
        slip_4_a("the quotient rule begins with the derivative of the numerator: the minus belongs to the other term.",
                 divide=lambda u, v, du, dv: (u * dv - du * v) / v**2,
                 divide_number=lambda u, v, du, dv: (u * dv - du * v) / v**2),
        slip_4_a("the quotient rule has a minus.", divide=lambda u, v, du, dv: (du * v + u * dv) / v**2,
                 divide_number=lambda u, v, du, dv: (du * v + u * dv) / v**2),
        slip_4_a("the denominator of the quotient rule is squared.", divide=lambda u, v, du, dv: (du * v - u * dv) / v,
                 divide_number=lambda u, v, du, dv: (du * v - u * dv) / v),
        slip_4_a("the exponent goes down by 1.", power=lambda u, n, du: n * u**n * du),
        slip_4_a("the factor n of the power rule is missing.", power=lambda u, n, du: u ** (n - 1) * du),
        slip_4_a("the tangent of the base is missing: the chain rule.", power=lambda u, n, du: n * u ** (n - 1)),
        slip_4_a("the tangent of what goes in is missing: the chain rule.", sin=lambda u, du: math.cos(u),
                 exp=lambda u, du: math.exp(u)),
        slip_4_a("in `sin` the tangent of what goes in is missing: the chain rule.", sin=lambda u, du: math.cos(u)),
        slip_4_a("in `exp` the tangent of what goes in is missing: the chain rule.", exp=lambda u, du: math.exp(u)),
        slip_4_a("the function is applied to the tangent; its derivative at the value is needed.",
                 sin=lambda u, du: math.sin(du), exp=lambda u, du: math.exp(du)),
        slip_4_a("the sine is not differentiated.", sin=lambda u, du: math.sin(u) * du),
        slip_4_a("the derivative of the sine is the cosine, with a plus.", sin=lambda u, du: -math.cos(u) * du),
        Slip(values_4_a, "this is the value; asked is the tangent."),
    ),
)  # fmt: skip


# ---- 4.b: the tangent of a network -----------------------------------------------------------------------------------


def instances_4_b(rng: Generator) -> Sequence[Arguments]:
    """First a square network where no slip is an error of shape; it has units exactly at 0, in whole numbers."""

    def draw(widths: Sequence[int], examples: int, whole: bool) -> Arguments:
        D = tuple(widths)
        x, omega_0 = rng.normal(size=(D[0], examples)), rng.normal(size=(D[1], D[0]))
        beta_0 = rng.normal(size=(D[1], 1))
        if whole:  # so that the 0 is a 0 in whatever order the sum is taken
            x, omega_0 = np.round(2 * x) + 0.5, np.round(2 * omega_0) + 0.5
            beta_0 = -np.median(omega_0 @ x, axis=1, keepdims=True)
        shapes = ((D[1], 1), (D[2], 1)), ((D[1], D[0]), (D[2], D[1]))
        return {
            "x": x, "x_dot": rng.normal(size=x.shape),
            "beta": [beta_0, rng.normal(size=(D[2], 1))], "beta_dot": [rng.normal(size=one) for one in shapes[0]],
            "omega": [omega_0, rng.normal(size=(D[2], D[1]))], "omega_dot": [rng.normal(size=one) for one in shapes[1]],
        }  # fmt: skip

    return [draw((5, 5, 5), 5, True), draw((3, 4, 2), 6, False)]


def tangent_4_b(
    x: Any, x_dot: Any, beta: Any, beta_dot: Any, omega: Any, omega_dot: Any,
    activation: Callable[[Any, Any], Any] = lambda f, f_dot: (f > 0) * f_dot,
    affine: Callable[..., Any] = lambda b, w, w_dot, h, h_dot: b + w_dot @ h + w @ h_dot,
    h_1: Callable[[Any], Any] = lambda f: np.maximum(f, 0.0),
) -> Entries:  # fmt: skip
    """A network of one hidden layer and its tangent; the keywords after omega_dot plant slips."""
    f_0 = beta[0] + omega[0] @ x
    f_0_dot = affine(beta_dot[0], omega[0], omega_dot[0], x, x_dot)
    h, h_dot = h_1(f_0), activation(f_0, f_0_dot)
    f_1 = beta[1] + omega[1] @ np.maximum(f_0, 0.0)
    return {"f_1": f_1, "f_1_dot": affine(beta_dot[1], omega[1], omega_dot[1], h, h_dot)}


def whole_step_4_b(x: Any, x_dot: Any, beta: Any, beta_dot: Any, omega: Any, omega_dot: Any) -> Entries:
    """What the output changes by when everything moves by its whole tangent."""
    moved = [[u + v for u, v in zip(*pair, strict=True)] for pair in ((beta, beta_dot), (omega, omega_dot))]
    after = tangent_4_b(x + x_dot, x_dot, moved[0], beta_dot, moved[1], omega_dot)["f_1"]
    return {"f_1_dot": after - tangent_4_b(x, x_dot, beta, beta_dot, omega, omega_dot)["f_1"]}


def tangents_put_in_4_b(x: Any, x_dot: Any, beta: Any, beta_dot: Any, omega: Any, omega_dot: Any) -> Entries:
    """The network itself, run on the tangents."""
    return {"f_1_dot": beta_dot[1] + omega_dot[1] @ np.maximum(beta_dot[0] + omega_dot[0] @ x_dot, 0.0)}


def slip_4_b(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda **arguments: {"f_1_dot": tangent_4_b(**arguments, **planted)["f_1_dot"]}, sentence)


PROBLEM_4_B = Problem(
    id="4.b",
    title="The tangent of a network",
    points=3,
    minutes=15,
    hints=(
        "Write the forward pass, and below each of its lines the same line differentiated.",
        "Ωh is a product of two things that both move: its tangent has two terms, and β adds its own tangent.",
        "The ReLU hands on the tangent of the units that are on, f > 0, and 0 for the others.",
    ),
    instances=instances_4_b,
    truth=tangent_4_b,
    slips=(
        slip_4_b("right except where a pre-activation is exactly 0, where this book's slope is 0: use f > 0.",
                 activation=lambda f, f_dot: (f >= 0) * f_dot),
        slip_4_b("the slope of the ReLU is missing.", activation=lambda f, f_dot: f_dot),
        slip_4_b("the ReLU is applied to the tangent; whether a unit is on is decided by its value.",
                 activation=lambda f, f_dot: np.maximum(f_dot, 0.0)),
        slip_4_b("the ReLU itself stands where its slope, 0 or 1, should.",
                 activation=lambda f, f_dot: np.maximum(f, 0.0) * f_dot),
        slip_4_b("the weights move too: the term with their tangent is missing.",
                 affine=lambda b, w, w_dot, h, h_dot: b + w @ h_dot),
        slip_4_b("the term with the tangent of what the weights are multiplied with is missing.",
                 affine=lambda b, w, w_dot, h, h_dot: b + w_dot @ h),
        slip_4_b("the biases move too: their tangents are missing.",
                 affine=lambda b, w, w_dot, h, h_dot: w_dot @ h + w @ h_dot),
        slip_4_b("the two tangents of a product are multiplied; the product rule has two terms.",
                 affine=lambda b, w, w_dot, h, h_dot: b + w_dot @ h_dot),
        slip_4_b("the product of the two tangents is in it: that is of second order, and belongs to no derivative.",
                 affine=lambda b, w, w_dot, h, h_dot: b + w_dot @ h + w @ h_dot + w_dot @ h_dot),
        slip_4_b("the weights are transposed; that is for the way back.",
                 affine=lambda b, w, w_dot, h, h_dot: b + w_dot @ h + w.T @ h_dot),
        slip_4_b("a pre-activation stands where the activation h_1 should.", h_1=lambda f: f),
        Slip(whole_step_4_b, "this is the change for a whole step, kinks and squares included; asked is the derivative "
             "along it."),
        Slip(tangents_put_in_4_b, "this is the network run on the tangents alone; the slopes need the values too."),
        Slip(lambda **arguments: {"f_1": tangent_4_b(**arguments)["f_1_dot"],
                                  "f_1_dot": tangent_4_b(**arguments)["f_1"]}, "the two results are exchanged."),
    ),
)  # fmt: skip


# ---- 4.c: a Jacobian by columns and by rows --------------------------------------------------------------------------


def instances_4_c(rng: Generator) -> Sequence[Arguments]:
    """First square Jacobians, where only the values show a transpose."""

    def draw(m: int, n: int) -> Arguments:
        J, K = rng.normal(size=(2, m, n))
        return {"push": lambda v: J @ v, "pull": lambda g: g @ K, "m": m, "n": n}

    return [draw(4, 4), draw(2, 5), draw(3, 1)]


def jacobians_4_c(push: Any, pull: Any, m: int, n: int) -> dict[str, Any]:
    return {"by_columns": np.stack([push(e) for e in np.eye(n)], axis=1),
            "by_rows": np.stack([pull(e) for e in np.eye(m)])}  # fmt: skip


def changed_4_c(change: Callable[[Any], Any]) -> Callable[..., Entries]:
    return lambda **arguments: {name: change(J) for name, J in jacobians_4_c(**arguments).items()}


PROBLEM_4_C = Problem(
    id="4.c",
    title="A Jacobian, column by column and row by row",
    points=2,
    minutes=12,
    hints=(
        "What is J v when v has a single 1 and otherwise zeros?",
        "The rows of np.eye(n) are these vectors. push takes vectors with n entries, pull vectors with m.",
        "push gives one column at a time, which np.stack(…, axis=1) sets side by side; pull gives rows.",
    ),
    instances=instances_4_c,
    truth=jacobians_4_c,
    slips=(
        Slip(changed_4_c(np.transpose), "transposed: row i belongs to output i, column j to input j."),
        Slip(lambda push, pull, m, n: {"by_columns": push(np.ones(n)), "by_rows": pull(np.ones(m))},
             "a single product with a vector of ones: that adds up columns, or rows, and cannot be taken apart."),
        Slip(lambda push, pull, m, n: {"by_columns": np.outer(push(np.ones(n)), np.ones(n)),
                                       "by_rows": np.outer(np.ones(m), pull(np.ones(m)))},
             "every vector has a single 1; here it was all ones, so that sums come out."),
        Slip(changed_4_c(lambda J: np.eye(*J.shape) * J), "only the diagonal is filled."),
        Slip(changed_4_c(lambda J: np.flip(J, axis=(0, 1))), "in reverse order: start with output 0 and input 0."),
        Slip(lambda push, pull, m, n: {"by_columns": jacobians_4_c(push, pull, m, n)["by_rows"],
                                       "by_rows": jacobians_4_c(push, pull, m, n)["by_columns"]},
             "from the other one's function: push gives columns, pull gives rows."),
        Slip(changed_4_c(np.tril), "the entries above the diagonal are lost."),
    ),
)  # fmt: skip


# ---- 4.d: the product ABCd -------------------------------------------------------------------------------------------


def instances_4_d(rng: Generator) -> Sequence[Arguments]:
    """Sizes all different, so that every mix-up shows; both meanings of the column d."""
    drawn = [rng.choice(np.arange(2, 30), size=4, replace=False) for _ in range(4)]
    kinds = ("loss", "tangent", "tangent", "loss")
    return [{"a": int(a), "b": int(b), "c": int(c), "e": int(e), "d_is": kind}
            for (a, b, c, e), kind in zip(drawn, kinds, strict=True)]  # fmt: skip


def counts_4_d(a: int, b: int, c: int, e: int, d_is: str) -> dict[str, Any]:
    return {
        "left_to_right": a * b * c + a * c * e + a * e,
        "right_to_left": c * e + b * c + a * b,
        "mode": "reverse" if d_is == "loss" else "forward",
    }


def slip_4_d(sentence: str, **wrong: Callable[..., Any]) -> Slip:
    return Slip(lambda a, b, c, e, d_is: {name: one(a, b, c, e) for name, one in wrong.items()}, sentence)


PROBLEM_4_D = Problem(
    id="4.d",
    title="Four factors, two orders",
    points=2,
    minutes=12,
    hints=(
        "A product of an (m, n) and an (n, p) matrix has m·p entries, and each of them takes n multiplications.",
        "Left to right: AB is (a, c), then ABC is (a, e), then a column. Right to left, everything stays a column.",
        "The mode: reverse mode starts at the loss and goes towards the input; forward mode starts at the input.",
    ),
    instances=instances_4_d,
    truth=counts_4_d,
    slips=(
        Slip(lambda **sizes: {"left_to_right": counts_4_d(**sizes)["right_to_left"],
                              "right_to_left": counts_4_d(**sizes)["left_to_right"]}, "the two counts are exchanged."),
        slip_4_d("the last product, with the column, is not counted.",
                 left_to_right=lambda a, b, c, e: a * b * c + a * c * e),
        slip_4_d("only the first product is counted.", left_to_right=lambda a, b, c, e: a * b * c,
                 right_to_left=lambda a, b, c, e: c * e),
        slip_4_d("the product with C is counted as if AB were still (b, c); it is (a, c).",
                 left_to_right=lambda a, b, c, e: a * b * c + b * c * e + a * e),
        slip_4_d("these are the entries of the results; each takes several multiplications.",
                 left_to_right=lambda a, b, c, e: a * c + a * e + a, right_to_left=lambda a, b, c, e: c + b + a),
        slip_4_d("the additions are counted too.",
                 left_to_right=lambda a, b, c, e: a * c * (2 * b - 1) + a * e * (2 * c - 1) + a * (2 * e - 1),
                 right_to_left=lambda a, b, c, e: c * (2 * e - 1) + b * (2 * c - 1) + a * (2 * b - 1)),
        slip_4_d("d is a column: Cd has c entries, not a matrix of them, and no later product grows.",
                 right_to_left=lambda a, b, c, e: c * e + b * c * e + a * b * e),
        slip_4_d("multiplied from the right, but as matrices: BC first would be another order; begin with Cd.",
                 right_to_left=lambda a, b, c, e: b * c * e + a * b * e + a * e),
        slip_4_d("all sizes are multiplied at once; there are three products, one after the other.",
                 left_to_right=lambda a, b, c, e: a * b * c * e, right_to_left=lambda a, b, c, e: a * b * c * e),
        Slip(lambda a, b, c, e, d_is: {"mode": "reverse"},
             "right to left is not always reverse mode: look at what the column d is, end or start."),
        Slip(lambda a, b, c, e, d_is: {"mode": "forward"},
             "right to left is not always forward mode: look at what the column d is, end or start."),
        Slip(lambda a, b, c, e, d_is: {"mode": "forward" if d_is == "loss" else "reverse"},
             "the other way round: what is multiplied first, d, is where the mode starts."),
    ),
)  # fmt: skip


# ---- 4.e: which mode is cheaper --------------------------------------------------------------------------------------


def instances_4_e(rng: Generator) -> Sequence[Arguments]:
    """Random chains, single maps, ties, and chains in which counting inputs against outputs misleads."""
    longer = [[int(D) for D in rng.choice(np.arange(2, 40), size=length, replace=False)] for length in (4, 6, 3, 2)]
    few, many = int(rng.integers(2, 5)), int(rng.integers(30, 60))
    misleading = [few, 1, many, few + 1]
    there = longer[1][:3]
    sizes = [longer[0], longer[1], misleading, misleading[::-1], [*there, *there[::-1]], *longer[2:]]
    return [{"sizes": one} for one in sizes]


def decided(forward: float, reverse: float, tie: str = "tie") -> str:
    if forward == reverse:
        return tie
    return "forward" if forward < reverse else "reverse"


def counts_4_e(sizes: Any) -> dict[str, Any]:
    forward = sizes[0] * sum(below * above for below, above in pairwise(sizes[1:]))
    reverse = sizes[-1] * sum(below * above for below, above in pairwise(sizes[:-1]))
    return {"forward": forward, "reverse": reverse, "cheaper": decided(forward, reverse)}


def decision_4_e(tie: str) -> Callable[..., Entries]:
    return lambda sizes: {"cheaper": decided(counts_4_e(sizes)["forward"], counts_4_e(sizes)["reverse"], tie)}


def total(sizes: Any) -> int:
    """The entries of all Jacobians of a chain together."""
    return int(sum(below * above for below, above in pairwise(sizes)))


PROBLEM_4_E = Problem(
    id="4.e",
    title="Which mode is cheaper?",
    points=3,
    minutes=20,
    hints=(
        "Forward: what is known after k maps is a matrix with D_k rows and D_0 columns. What does one more map cost?",
        "Reverse: what is known is a matrix with D_K rows. Both begin with a Jacobian that is given, at no cost.",
        "D_0 stands in every term of the forward count and D_K in every term of the reverse count: take it out.",
    ),
    instances=instances_4_e,
    truth=counts_4_e,
    slips=(
        Slip(lambda sizes: {"forward": counts_4_e(sizes)["reverse"], "reverse": counts_4_e(sizes)["forward"]},
             "the two counts are exchanged: forward mode starts at the input and carries D_0 columns along."),
        Slip(lambda sizes: {"forward": sizes[0] * total(sizes), "reverse": sizes[-1] * total(sizes)},
             "the first product, with the identity, is counted too; the first Jacobian is there already."),
        Slip(lambda sizes: {"forward": total(sizes[1:]), "reverse": total(sizes[:-1])},
             "this is the cost for one input, or one output; the whole Jacobian is asked."),
        Slip(lambda sizes: {"forward": sizes[0] * total(sizes[:-1]), "reverse": sizes[-1] * total(sizes[1:])},
             "the wrong Jacobian is left out: the one that is given is the one the mode starts with."),
        Slip(lambda sizes: {"forward": int(np.prod(sizes)), "reverse": int(np.prod(sizes))},
             "all sizes are multiplied at once; there is one product for each further map."),
        Slip(lambda sizes: {"forward": sizes[-1] * total(sizes[1:]), "reverse": sizes[0] * total(sizes[:-1])},
             "the wrong end of the chain is carried along: forward mode has one column for each input."),
        Slip(lambda sizes: {"cheaper": decided(sizes[0], sizes[-1])},
             "fewer inputs than outputs is a rule of thumb; sizes in between can turn it round: compare counts."),
        Slip(lambda sizes: {"cheaper": decided(sizes[0], sizes[-1], tie="reverse")},
             "fewer inputs than outputs is a rule of thumb; sizes in between can turn it round: compare counts."),
        Slip(lambda sizes: {"cheaper": decided(sizes[0], sizes[-1], tie="forward")},
             "fewer inputs than outputs is a rule of thumb; sizes in between can turn it round: compare counts."),
        Slip(decision_4_e("reverse"), "right but for ties: where the counts are equal, say so."),
        Slip(decision_4_e("forward"), "right but for ties: where the counts are equal, say so."),
        Slip(lambda sizes: {"cheaper": {"forward": "reverse", "reverse": "forward", "tie": "tie"}[
             counts_4_e(sizes)["cheaper"]]}, "the mode with the larger count is named."),
        Slip(lambda sizes: {"cheaper": "reverse"}, "reverse mode is not always cheaper."),
    ),
)  # fmt: skip


# ---- 4.f: the best order of a chain of matrices ----------------------------------------------------------------------


def fewest(sizes: Sequence[int], choose: Callable[[list[int]], int] = min) -> int:
    """The multiplications of the best order: the best last product over the best orders of its two sides."""
    best: dict[tuple[int, int], int] = {(i, i + 1): 0 for i in range(len(sizes) - 1)}
    for length in range(2, len(sizes)):
        for i in range(len(sizes) - length):
            j = i + length
            best[i, j] = choose([best[i, k] + best[k, j] + sizes[i] * sizes[k] * sizes[j] for k in range(i + 1, j)])
    return best[0, len(sizes) - 1]


def greedy(sizes: Sequence[int], prefer: Callable[[Sequence[int], int], int]) -> int:
    """The multiplications when the next product is always the one that looks best; k is the size that goes."""
    left, count = list(sizes), 0
    while len(left) > 2:
        k = min(range(1, len(left) - 1), key=lambda k: prefer(left, k))
        count += left[k - 1] * left[k] * left[k + 1]
        del left[k]
    return count


GREEDY_4_F: tuple[tuple[Callable[[Sequence[int], int], int], str], ...] = (
    (lambda left, k: left[k - 1] * left[k] * left[k + 1], "always the cheapest product next: that can make later ones "
     "dear."),
    (lambda left, k: -left[k], "always the largest size first, or the smallest last: good, but not always best."),
    (lambda left, k: left[k - 1] * left[k + 1], "always the smallest result next: that can make later products dear."),
)  # fmt: skip


PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23)  # so that no two products are equal, and no choice is a tie


def instances_4_f(rng: Generator) -> Sequence[Arguments]:
    """Chains whose best order is neither that of a mode nor a greedy one; then random ones and a single matrix."""
    scale = int(rng.integers(1, 6))
    crafted = ([17, 7, 2, 11, 13, 3], [11, 3, 7, 17, 5, 19], [5, 13, 3, 19, 17, 2, 7])
    drawn = [[int(D) for D in rng.choice(PRIMES, size=length, replace=False)] for length in (6, 3, 2)]
    return [{"sizes": one} for one in (*([scale * D for D in sizes] for sizes in crafted), *drawn)]


def slip_4_f(sentence: str, count: Callable[[Any], Any]) -> Slip:
    return Slip(lambda sizes: {"fewest": count(sizes)}, sentence)


def forward_count(sizes: Any) -> int:
    return int(sizes[0] * total(sizes[1:]))


def reverse_count(sizes: Any) -> int:
    return int(sizes[-1] * total(sizes[:-1]))


def without_last(sizes: Any) -> int:
    """The fewest multiplications if the last product were free."""
    return min((fewest(sizes[: k + 1]) + fewest(sizes[k:]) for k in range(1, len(sizes) - 1)), default=0)


PROBLEM_4_F = Problem(
    id="4.f",
    title="The best order of all",
    points=4,
    minutes=25,
    hints=(
        "Ask for the last product: it has a left part, made from the first few matrices, and a right part.",
        "If the parts meet at size D_k, the last product costs D_i·D_k·D_j, whatever order was taken inside the parts.",
        "Make a table of the fewest multiplications for every stretch from D_i to D_j, short stretches first.",
        "best[i, j] is the smallest best[i, k] + best[k, j] + D_i·D_k·D_j over all k between; best[i, i + 1] is 0.",
    ),
    instances=instances_4_f,
    truth=lambda sizes: {"fewest": fewest(sizes)},
    slips=(
        *(slip_4_f(sentence, lambda sizes, prefer=prefer: greedy(sizes, prefer))  # type: ignore[misc]
          for prefer, sentence in GREEDY_4_F),
        slip_4_f("one of the two modes is best here only sometimes; other orders are allowed too.",
                 lambda sizes: min(forward_count(sizes), reverse_count(sizes))),
        slip_4_f("this is the order of forward mode; look for the best of all orders.", forward_count),
        slip_4_f("this is the order of reverse mode; look for the best of all orders.", reverse_count),
        slip_4_f("this is the worst order.", lambda sizes: fewest(sizes, max)),
        slip_4_f("the last product is not counted.", without_last),
    ),
)  # fmt: skip


PROBLEMS = (PROBLEM_4_A, PROBLEM_4_B, PROBLEM_4_C, PROBLEM_4_D, PROBLEM_4_E, PROBLEM_4_F)
