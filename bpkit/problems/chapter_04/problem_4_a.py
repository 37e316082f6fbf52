"""Problem 4.a: a dual number."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted

NAMES = ("sums", "products", "quotients", "powers", "functions", "everything")

# The tangent of a result from values u, v and tangents du, dv.
Rule = Callable[..., Any]
RULES: Mapping[str, Rule] = {
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


def programs_with(a: float, b: float) -> list[Callable[..., Any]]:
    """One program for each kind of operation, and one for all together, where the values matter too."""
    return [
        lambda x, sin, exp: (a + x) + (x + x) - (b - x) - a,
        lambda x, sin, exp: (a * x) * (x + b) * b,
        lambda x, sin, exp: (x + a) / (x * x + b) + a / x,
        lambda x, sin, exp: (a * x + b) ** 3 + x**-0.5,
        lambda x, sin, exp: sin(a * x) + exp(b * x),
        lambda x, sin, exp: (b - x) * exp(a * x + 1.0 / x) / (1.0 + sin(x * x - x) ** 2) * x - a * x,
    ]


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [{"programs": programs_with(*map(float, rng.uniform((0.6, 1.2), (0.9, 1.8)))),
             "x": float(rng.uniform(0.4, 1.4))} for _ in range(2)]  # fmt: skip


def tangents(programs: Any, x: float, **changed_rules: Rule) -> Entries:
    start = RuledDual(x, 1.0, {**RULES, **changed_rules})
    results = [program(start, ruled_sin, ruled_exp).tangent for program in programs]
    return dict(zip(NAMES, results, strict=True))


def values(programs: Any, x: float) -> Entries:
    return dict(zip(NAMES, [program(x, math.sin, math.exp) for program in programs], strict=True))


PROBLEM = Problem(
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
    instances=instances,
    truth=tangents,
    slips=(
        planted(tangents, "number − Dual is not Dual − number: what does `__rsub__` return?",
                subtract_from_number=lambda u, v, du, dv: dv - du),
        planted(tangents, "the tangent of a difference is the difference of the tangents.",
                subtract=lambda u, v, du, dv: du + dv, subtract_from_number=lambda u, v, du, dv: du + dv),
        planted(tangents, "the tangents of a product are not multiplied: the product rule has two terms.",
                multiply=lambda u, v, du, dv: du * dv),
        planted(tangents, "the product rule has two terms; one is missing.", multiply=lambda u, v, du, dv: du * v),
        planted(tangents, "the product rule has two terms; one is missing.", multiply=lambda u, v, du, dv: u * dv),
        planted(tangents, "the product rule adds its two terms.", multiply=lambda u, v, du, dv: du * v - u * dv),
        planted(tangents, "number / Dual is not Dual / number: what does `__rtruediv__` return?",
                divide_number=lambda u, v, du, dv: dv / u),
        planted(tangents, "the tangents of a quotient are not divided: it has a rule of its own.",
                divide=lambda u, v, du, dv: du / dv if dv else du / v, divide_number=lambda u, v, du, dv: du / dv),
        planted(tangents,
                "the quotient rule begins with the derivative of the numerator: the minus belongs to the other term.",
                divide=lambda u, v, du, dv: (u * dv - du * v) / v**2,
                divide_number=lambda u, v, du, dv: (u * dv - du * v) / v**2),
        planted(tangents, "the quotient rule has a minus.", divide=lambda u, v, du, dv: (du * v + u * dv) / v**2,
                divide_number=lambda u, v, du, dv: (du * v + u * dv) / v**2),
        planted(tangents, "the denominator of the quotient rule is squared.",
                divide=lambda u, v, du, dv: (du * v - u * dv) / v,
                divide_number=lambda u, v, du, dv: (du * v - u * dv) / v),
        planted(tangents, "the exponent goes down by 1.", power=lambda u, n, du: n * u**n * du),
        planted(tangents, "the factor n of the power rule is missing.", power=lambda u, n, du: u ** (n - 1) * du),
        planted(tangents, "the tangent of the base is missing: the chain rule.",
                power=lambda u, n, du: n * u ** (n - 1)),
        planted(tangents, "the tangent of what goes in is missing: the chain rule.", sin=lambda u, du: math.cos(u),
                exp=lambda u, du: math.exp(u)),
        planted(tangents, "in `sin` the tangent of what goes in is missing: the chain rule.",
                sin=lambda u, du: math.cos(u)),
        planted(tangents, "in `exp` the tangent of what goes in is missing: the chain rule.",
                exp=lambda u, du: math.exp(u)),
        planted(tangents, "the function is applied to the tangent; its derivative at the value is needed.",
                sin=lambda u, du: math.sin(du), exp=lambda u, du: math.exp(du)),
        planted(tangents, "the sine is not differentiated.", sin=lambda u, du: math.sin(u) * du),
        planted(tangents, "the derivative of the sine is the cosine, with a plus.",
                sin=lambda u, du: -math.cos(u) * du),
        Slip(values, "this is the value; asked is the tangent."),
    ),
)  # fmt: skip
