"""Right and wrong answers to the book's problem of chapter 04; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import cmath
import math
from typing import NamedTuple

import numpy as np

import bpkit as bp

# ---- 7.13


class Answer(NamedTuple):
    df1_dx: float
    df2_dx: float
    df3_dx: float
    df4_dx: float
    df5_dx: float
    dy_dx: float
    reason: str
    passes: int


def lines_7_13(x):
    f1 = math.exp(x)
    f2 = f1**2
    f3 = f1 + f2
    df1 = f1
    df2 = 2 * f1 * df1
    df3 = df1 + df2
    df4 = math.exp(f3) * df3
    df5 = math.cos(f3) * df3
    return df1, df2, df3, df4, df5, df4 + df5, "c", 11705


def complex_step_7_13(x):
    z = x + 1e-100j
    f1 = cmath.exp(z)
    f3 = f1 + f1 * f1
    every = f1, f1 * f1, f3, cmath.exp(f3), cmath.sin(f3), cmath.exp(f3) + cmath.sin(f3)
    return [*(one.imag / 1e-100 for one in every), "C", 10 * 100 + 100 + 100 * 100 + 100 + 100 * 5 + 5]


def by_jvp_7_13(x):
    def program(x):
        f1 = np.exp(x)
        f2 = f1**2
        f3 = f1 + f2
        f4, f5 = np.exp(f3), np.sin(f3)
        return f1, f2, f3, f4, f5, f4 + f5

    tangents = bp.jvp(program, (x,), (1.0,))[1]
    return Answer(*tangents, " c", np.int64(11705))


def wrong_7_13(d1=lambda f: f[0], d2=lambda f, a: 2 * f[0] * a, d3=lambda a, b: a + b, d4=lambda f, c: f[3] * c,
               d5=lambda f, c: math.cos(f[2]) * c, d6=lambda d, e: d + e, reason="c", passes=11705):  # fmt: skip
    def answer(x):
        f = [math.exp(x), math.exp(2 * x), math.exp(x) + math.exp(2 * x)]
        f.append(math.exp(f[2]))
        a = d1(f)
        b = d2(f, a)
        c = d3(a, b)
        return a, b, c, d4(f, c), d5(f, c), d6(d4(f, c), d5(f, c)), reason, passes

    return answer


def reverse_7_13(x, by_number=True):
    f1 = math.exp(x)
    f3 = f1 + f1**2
    dy_df3 = math.exp(f3) + math.cos(f3)
    dy_df1 = dy_df3 * (1 + 2 * f1)
    in_order = [1, 1, dy_df3, dy_df3, dy_df1]
    return [*(in_order[::-1] if by_number else in_order), dy_df1 * f1, "c", 11705]


def values_7_13(x):
    f1 = math.exp(x)
    f3 = f1 + f1**2
    return f1, f1**2, f3, math.exp(f3), math.sin(f3), math.exp(f3) + math.sin(f3), "c", 11705


def locally_7_13(x):
    f1 = math.exp(x)
    f3 = f1 + f1**2
    return f1, 2 * f1, 1 + 2 * f1, math.exp(f3), math.cos(f3), math.exp(f3) + math.cos(f3), "c", 11705


RIGHT_7_13 = [lines_7_13, complex_step_7_13, by_jvp_7_13]
WRONG_7_13 = [
    (reverse_7_13, "`df5_dx`: this is a derivative of y: 7.44, reverse mode"),
    (lambda x: reverse_7_13(x, by_number=False), "in the order of 7.44"),
    (values_7_13, "`df5_dx` and `dy_dx`: this is the value"),
    (locally_7_13, "the derivative of the line alone"),
    (wrong_7_13(d1=lambda f: 1), "`dy_dx`: the derivative of exp is missing"),
    (wrong_7_13(d2=lambda f, a: 2 * f[0]), "the factor ∂f_1/∂x is missing"),
    (wrong_7_13(d2=lambda f, a: a), "2·f_1, is missing"),
    (wrong_7_13(d2=lambda f, a: f[0] * a), "and `dy_dx`: the factor 2 of the square's derivative"),
    (wrong_7_13(d2=lambda f, a: f[0] ** 2 * a), "the square itself"),
    (wrong_7_13(d3=lambda a, b: b), "f_1, is not counted"),
    (wrong_7_13(d3=lambda a, b: a), "f_2, is not counted"),
    (wrong_7_13(d4=lambda f, c: f[3]), "`df4_dx` and `dy_dx`: the factor ∂f_3/∂x is missing"),
    (wrong_7_13(d4=lambda f, c: math.exp(c)), "at the wrong place"),
    (wrong_7_13(d5=lambda f, c: math.cos(f[2])), "`df5_dx` and `dy_dx`: the factor ∂f_3/∂x is missing"),
    (wrong_7_13(d5=lambda f, c: math.sin(f[2]) * c), "not differentiated"),
    (wrong_7_13(d5=lambda f, c: -math.cos(f[2]) * c), "with a plus"),
    (wrong_7_13(d6=lambda d, e: d * e), "`dy_dx`: a sum"),
    (wrong_7_13(reason="a"), "`reason`: both modes multiply the same factors"),
    (wrong_7_13(reason="b"), "the other way round"),
    (wrong_7_13(reason="d"), "are used twice here"),
    (wrong_7_13(passes=11500), "the biases are parameters too"),
    (wrong_7_13(passes=10), "for the inputs"),
    (wrong_7_13(passes=1), "that is reverse mode"),
    (lambda x: lines_7_13(x)[:6], "has 6 parts, expected 8"),
]  # fmt: skip

RIGHT = {"7.13": RIGHT_7_13}
WRONG = {"7.13": WRONG_7_13}
