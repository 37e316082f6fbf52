"""Problem 4.m: perturbations kept apart."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted

NAMES = ("one_level", "second", "book", "product", "at_x", "three_levels")
Derivative = Callable[[Callable[[Any], Any], Any], Any]


def programs_with(c: float) -> list[Callable[[Derivative, float], Any]]:
    """Functions that differentiate, some of them inside what they differentiate; the last also a constant."""
    return [
        lambda derivative, x: derivative(lambda x: c * x * x + x, x),
        lambda derivative, x: derivative(lambda x: derivative(lambda y: y * y * y, x), x),
        lambda derivative, x: derivative(lambda x: x * derivative(lambda y: x + y, c), x),
        lambda derivative, x: derivative(lambda x: x * derivative(lambda y: x * y, c), x),
        lambda derivative, x: derivative(lambda x: x * derivative(lambda y: x * y, x), x),
        lambda derivative, x: derivative(
            lambda x: (
                x * derivative(lambda y: y * derivative(lambda z: x * y * z, 1.0), c)
                + x * derivative(lambda y: x * x, c)
            ),
            x,
        ),
    ]


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    # c is kept away from x, so that what was evaluated at the wrong one shows.
    return [{"programs": programs_with(float(rng.uniform(2.5, 3.5))), "x": float(rng.uniform(0.6, 1.9))}
            for _ in range(2)]  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """To which of two levels an operation belongs, and what the tangent of a product is; other rules are slips."""

    level: Callable[[int, int], int] = max
    product: Callable[[Any, Any, Any, Any], Any] = lambda u, du, v, dv: du * v + u * dv


class LevelledDual:
    """A dual number of one level of differentiation; its value and tangent may be those of other levels."""

    def __init__(self, value: Any, tangent: Any, level: int, rules: "Rules") -> None:
        self.value, self.tangent, self.level, self.rules = value, tangent, level, rules

    def _both(self, other: Any) -> tuple[int, Any, Any]:
        level = self.rules.level(self.level, other.level) if isinstance(other, LevelledDual) else self.level
        return level, parts_at(self, level), parts_at(other, level)

    def __add__(self, other: Any) -> "LevelledDual":
        level, (u, du), (v, dv) = self._both(other)
        return LevelledDual(u + v, du + dv, level, self.rules)

    def __mul__(self, other: Any) -> "LevelledDual":
        level, (u, du), (v, dv) = self._both(other)
        return LevelledDual(u * v, self.rules.product(u, du, v, dv), level, self.rules)

    __radd__, __rmul__ = __add__, __mul__


def parts_at(u: Any, level: int) -> tuple[Any, Any]:
    """Value and tangent as seen at a level: whatever belongs to another is a constant."""
    return (u.value, u.tangent) if isinstance(u, LevelledDual) and u.level == level else (u, 0.0)


def whatever_level(u: Any, level: int) -> tuple[Any, Any]:
    """Value and tangent, and nobody asks of which level they are."""
    return (u.value, u.tangent) if isinstance(u, LevelledDual) else (u, 0.0)


def answers(
    programs: Any, x: float,
    rules: Rules = Rules(),
    tag: Callable[[int], int] = lambda number: number,
    handed_out: Callable[[Any], Any] = lambda tangent: tangent,
    read: Callable[[Any, int], tuple[Any, Any]] = parts_at,
) -> Entries:  # fmt: skip
    """What each program gives with a derivative that keeps levels apart; the keywords after x plant slips."""
    numbers = itertools.count(1)

    def derivative(f: Callable[[Any], Any], x: Any) -> Any:
        level = tag(next(numbers))
        return handed_out(read(f(LevelledDual(x, 1.0, level, rules)), level)[1])

    return dict(zip(NAMES, [bare(program(derivative, x)) for program in programs], strict=True))


def half_a_product(u: Any, du: Any, v: Any, dv: Any) -> Any:
    """The product rule with one term, that of the left factor if it moves."""
    return du * v if isinstance(du, LevelledDual) or du != 0.0 else u * dv


def bare(u: Any) -> Any:
    """The plain number inside."""
    return bare(u.value) if isinstance(u, LevelledDual) else u


def instead_of_derivative(programs: Any, x: float, result: Derivative) -> Entries:
    return dict(zip(NAMES, [program(result, x) for program in programs], strict=True))


PROBLEM = Problem(
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
    instances=instances,
    truth=answers,
    slips=(
        planted(answers, "the tangents of two derivatives are added up as if they belonged to one.",
                tag=lambda number: 1),
        planted(answers,
                "a plain number goes into the inner derivative or comes out of it: what it owes to the outer is lost.",
                handed_out=bare),
        planted(answers, "an operation on two levels must belong to the inner derivative, the one that began later.",
                rules=Rules(level=min)),
        planted(answers, "a term of the product rule is missing where both factors move.",
                rules=Rules(product=half_a_product)),
        planted(answers, "what f gives may belong to another derivative, and its tangent too: for this one it is a "
                "constant then.", read=whatever_level),
        Slip(lambda programs, x: instead_of_derivative(programs, x, lambda f, x: f(x)),
             "this is the value of the functions: nothing is differentiated."),
    ),
)  # fmt: skip
