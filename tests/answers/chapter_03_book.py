"""Right and wrong answers to problem 7.12; a wrong one has words its diagnosis must contain."""

# Written as students write: long, repetitive, and each on its own.
import math

import numpy as np

import bpkit as bp


def book_7_12(x):
    f1 = np.exp(x)
    f3 = f1 + f1**2
    dy_df5 = dy_df4 = 1
    dy_df3 = dy_df4 * np.exp(f3) + dy_df5 * np.cos(f3)
    dy_df2 = dy_df3
    dy_df1 = dy_df3 + dy_df2 * 2 * f1
    return dy_df5, dy_df4, dy_df3, dy_df2, dy_df1, dy_df1 * f1


def differences_7_12(x):
    """Each box nudged by itself."""

    def rest(f1=None, f2=None, f3=None):
        f1 = math.exp(x) if f1 is None else f1
        f2 = f1**2 if f2 is None else f2
        f3 = f1 + f2 if f3 is None else f3
        return math.exp(f3) + math.sin(f3)

    def slope(name, value, h=1e-3):
        near = (rest(**{name: value + h}) - rest(**{name: value - h})) / (2 * h)
        far = (rest(**{name: value + 2 * h}) - rest(**{name: value - 2 * h})) / (4 * h)
        return (4 * near - far) / 3

    f1 = math.exp(x)
    return {"dy_dx": slope("f1", f1) * f1, "dy_df1": slope("f1", f1), "dy_df2": slope("f2", f1**2),
            "dy_df3": slope("f3", f1 + f1**2), "dy_df4": 1.0, "dy_df5": 1.0}  # fmt: skip


def engine_7_12(x):
    def from_f1(f1):
        return from_f3(f1 + f1**2)

    def from_f3(f3):
        return np.exp(f3) + np.sin(f3)

    f1 = np.exp(x)
    d3 = bp.grad(from_f3)(f1 + f1**2)
    return [1, 1, d3, d3, bp.grad(from_f1)(f1), bp.grad(lambda x: from_f1(np.exp(x)))(x)]


def closed_7_12(x):
    f1, f3 = np.exp(x), np.exp(x) + np.exp(2 * x)
    both = np.exp(f3) + np.cos(f3)
    return np.array([1, 1, both, both, both * (1 + 2 * f1), both * (f1 + 2 * np.exp(2 * x))])


def wrong_7_12(at_f3=lambda f3: np.exp(f3) + np.cos(f3), at_f1=lambda d3, f1: d3 + d3 * 2 * f1, last=lambda x, f1: f1):
    def answer(x):
        f1 = np.exp(x)
        d3 = at_f3(f1 + f1 * f1)
        d1 = at_f1(d3, f1)
        return 1, 1, d3, d3, d1, d1 * last(x, f1)

    return answer


def forward_7_12(x):
    f1 = np.exp(x)
    d2 = 2 * f1 * f1
    f3, d3 = f1 + f1 * f1, f1 + d2
    d4, d5 = np.exp(f3) * d3, np.cos(f3) * d3
    return f1, d2, d3, d4, d5, d4 + d5


def forward_reversed_7_12(x):
    d1, d2, d3, d4, d5, dy = forward_7_12(x)
    return {"dy_df1": d1, "dy_df2": d2, "dy_df3": d3, "dy_df4": d4, "dy_df5": d5, "dy_dx": dy}


def slopes_7_12(x):
    _, _, d3, d2, d1, d0 = book_7_12(x)
    f3 = np.exp(x) + np.exp(2 * x)
    return np.cos(f3), np.exp(f3), d3, d2, d1, d0


def values_7_12(x):
    f1 = np.exp(x)
    f3 = f1 + f1**2
    return np.sin(f3), np.exp(f3), f3, f1**2, f1, np.exp(f3) + np.sin(f3)


RIGHT_7_12 = [book_7_12, differences_7_12, engine_7_12, closed_7_12, wrong_7_12()]
WRONG_7_12 = [
    (wrong_7_12(at_f3=np.exp), "`dy_df3`, `dy_df2`, `dy_df1` and `dy_dx`: only f_4 is counted"),
    (wrong_7_12(at_f3=np.cos), "only f_5 is counted"),
    (wrong_7_12(at_f3=lambda f3: np.exp(f3) * np.cos(f3)), "added, not multiplied"),
    (wrong_7_12(at_f3=lambda f3: np.exp(f3) - np.cos(f3)), "without a minus sign"),
    (wrong_7_12(at_f3=lambda f3: np.exp(f3) + np.sin(f3)), "the value sin[f_3]"),
    (wrong_7_12(at_f1=lambda d3, f1: d3), "`dy_df1` and `dy_dx`: f_1 is also used by f_2"),
    (wrong_7_12(at_f1=lambda d3, f1: d3 * 2 * f1), "f_1 is also used by f_3 directly"),
    (wrong_7_12(at_f1=lambda d3, f1: d3 * d3 * 2 * f1), "the two uses of f_1 are added"),
    (wrong_7_12(at_f1=lambda d3, f1: d3 + d3), "the slope of f_2 = f_1² is missing"),
    (wrong_7_12(at_f1=lambda d3, f1: d3 + d3 * f1), "the 2 is missing"),
    (wrong_7_12(last=lambda x, f1: 1), "`dy_dx`: the last factor ∂f_1/∂x is missing"),
    (wrong_7_12(last=lambda x, f1: x), "`dy_dx`: the last factor is ∂f_1/∂x = exp[x], not x"),
    (forward_7_12, "from f_1 upwards"),
    (forward_reversed_7_12, "asked is that of y by the box"),
    (slopes_7_12, "`dy_df5` and `dy_df4`: this is the slope of the box by f_3"),
    (values_7_12, "this is the value of the box itself"),
    (lambda x: book_7_12(x)[::-1], "the order is that of 7.44"),
    (lambda x: book_7_12(x)[-1], "expected 6 parts"),
    (lambda x: [-d for d in book_7_12(x)], "has the wrong sign"),
]

RIGHT = {"7.12": RIGHT_7_12}
WRONG = {"7.12": WRONG_7_12}
