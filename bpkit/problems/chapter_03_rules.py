"""Our own problems of chapter 03 about operations: what one hands down, loops, rules, and what has no derivative."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator


# ---- 3.h: the same input twice ---------------------------------------------------------------------------------------


def instances_3_h(rng: Generator) -> Sequence[Arguments]:
    return [dict(zip("gabx", rng.uniform(0.4, 3.0, size=4).tolist(), strict=True)) for _ in range(3)]


def slip_3_h(sentence: str, **wrong: Callable[..., float]) -> Slip:
    return Slip(lambda g, a, b, x: {name: function(g, a, b, x) for name, function in wrong.items()}, sentence)


PROBLEM_3_H = Problem(
    id="3.h",
    title="The same input twice",
    points=2,
    minutes=12,
    hints=(
        "With b constant, aᵇ is a power of a; with a constant, it is exp[b·log a].",
        "The rule knows nothing of x. It treats a and b as different and hands down one contribution to each.",
        "In xˣ both inputs are x, so both contributions arrive at x: take the rule with g = 1, a = b = x, and add.",
    ),
    instances=instances_3_h,
    truth=lambda g, a, b, x: {
        "to_a": g * b * a ** (b - 1), "to_b": g * a**b * np.log(a), "slope": x**x * (1 + np.log(x))},
    slips=(
        slip_3_h("what arrived from above, g, is missing.",
                 to_a=lambda g, a, b, x: b * a ** (b - 1), to_b=lambda g, a, b, x: a**b * np.log(a)),
        slip_3_h("the exponent goes down by 1 when a power is differentiated by its base.",
                 to_a=lambda g, a, b, x: g * b * a**b),
        slip_3_h("the exponent b comes down as a factor; it is missing.", to_a=lambda g, a, b, x: g * a ** (b - 1)),
        slip_3_h("the power rule is for the base; by the exponent, aᵇ is exp[b·log a].",
                 to_b=lambda g, a, b, x: g * b * a ** (b - 1)),
        slip_3_h("the factor log a is missing; only for a = e is it 1.", to_b=lambda g, a, b, x: g * a**b),
        slip_3_h("it is the logarithm of the base a.", to_b=lambda g, a, b, x: g * a**b * np.log(b)),
        slip_3_h("this is aᵇ·g, the value and not a slope.", to_a=lambda g, a, b, x: g * a**b),
        slip_3_h("the two contributions are exchanged.",
                 to_a=lambda g, a, b, x: g * a**b * np.log(a), to_b=lambda g, a, b, x: g * b * a ** (b - 1)),
        slip_3_h("only the base is counted; the x in the exponent contributes too.", slope=lambda g, a, b, x: x**x),
        slip_3_h("only the exponent is counted; the x in the base contributes too.",
                 slope=lambda g, a, b, x: x**x * np.log(x)),
        slip_3_h("the two contributions are added, not multiplied.", slope=lambda g, a, b, x: x ** (2 * x) * np.log(x)),
        slip_3_h("the two contributions are added, not averaged.",
                 slope=lambda g, a, b, x: x**x * (1 + np.log(x)) / 2),
        slip_3_h("here g is 1: asked is the slope of xˣ itself.", slope=lambda g, a, b, x: g * x**x * (1 + np.log(x))),
    ),
)  # fmt: skip


# ---- 3.i: the shares of a maximum ------------------------------------------------------------------------------------


def instances_3_i(rng: Generator) -> Sequence[Arguments]:
    """A vector whose largest entry is there three times, one where all are equal, one without a tie."""
    tied = rng.permutation([2.0, 2.0, 2.0, -1.0, 0.5, 1.0])
    g = rng.uniform(0.5, 2.0, size=3).tolist()
    return [{"g": g[0], "f": tied}, {"g": -g[1], "f": np.full(4, -3.0)}, {"g": g[2], "f": rng.normal(size=5)}]


def share_of_ties(f: Any) -> Any:
    largest = f == f.max()
    return largest / largest.sum()


def one_after_the_other(f: Any) -> Any:
    """The shares when np.maximum is taken pair by pair from the left."""
    shares, largest = np.zeros(len(f)), -np.inf
    for k, entry in enumerate(f):
        if entry > largest:
            shares[:k], shares[k], largest = 0.0, 1.0, entry
        elif entry == largest:
            shares[:k] /= 2
            shares[k] = 0.5
    return shares


def slip_3_i(sentence: str, wrong: Callable[[float, Any], Any]) -> Slip:
    return Slip(lambda g, f: {"contribution": wrong(g, f)}, sentence)


PROBLEM_3_I = Problem(
    id="3.i",
    title="The shares of a maximum",
    points=2,
    minutes=12,
    hints=(
        "f == f.max() marks the entries that are the maximum. All others get nothing.",
        "max(a, a, a) is a, so three equal entries must get 1 together. What is each one's share, if all are alike?",
    ),
    instances=instances_3_i,
    truth=lambda g, f: {"contribution": g * share_of_ties(f)},
    slips=(
        slip_3_i("every tied entry gets 1, so max(a, a) would have the slope 2: the shares must add up to 1.",
                 lambda g, f: g * (f == f.max())),
        slip_3_i("all goes to the first of the largest entries; here tied entries get equal shares.",
                 lambda g, f: g * (np.arange(len(f)) == np.argmax(f))),
        slip_3_i("all goes to the last of the largest entries; here tied entries get equal shares.",
                 lambda g, f: g * (np.arange(len(f)) == len(f) - 1 - np.argmax(f[::-1]))),
        slip_3_i("each tied entry gets ½, whatever their number: three of them would get 1½ together.",
                 lambda g, f: g * (f == f.max()) / min(2, np.sum(f == f.max()))),
        slip_3_i("these are the shares of np.maximum taken pair by pair: they add up to 1, but are not equal.",
                 lambda g, f: g * one_after_the_other(f)),
        slip_3_i("g is shared among all entries; those that are smaller than the maximum get nothing.",
                 lambda g, f: np.full(len(f), g / len(f))),
        slip_3_i("what arrived from above, g, is missing.", lambda g, f: share_of_ties(f)),
        slip_3_i("the largest value is handed down; the slope of a maximum by its largest entry is 1.",
                 lambda g, f: g * f * share_of_ties(f)),
        slip_3_i("every entry gets g; those that are smaller than the maximum get nothing.",
                 lambda g, f: np.full(len(f), g)),
    ),
)  # fmt: skip


# ---- 3.j: several inputs, several outputs ----------------------------------------------------------------------------


def instances_3_j(rng: Generator) -> Sequence[Arguments]:
    def draw(n: int) -> Arguments:
        u, v, g_1, g_3 = rng.normal(size=(4, n))
        return {"u": u, "v": v, "g_1": g_1, "g_2": float(rng.normal()), "g_3": g_3}

    return [draw(3), draw(5), draw(1)]


def contributions_3_j(u: Any, v: Any, g_1: Any, g_2: float, g_3: Any) -> Entries:
    return {"to_u": g_1 * v + g_2 + g_3, "to_v": g_1 * u - g_3}


def slip_3_j(sentence: str, **wrong: Callable[..., Any]) -> Slip:
    return Slip(lambda **arguments: {name: function(**arguments) for name, function in wrong.items()}, sentence)


def averaged_3_j(u: Any, v: Any, g_1: Any, g_2: float, g_3: Any) -> Entries:
    right = contributions_3_j(u, v, g_1, g_2, g_3)
    return {"to_u": right["to_u"] / 3, "to_v": right["to_v"] / 3}


PROBLEM_3_J = Problem(
    id="3.j",
    title="Several inputs, several outputs",
    points=2,
    minutes=12,
    hints=(
        "Three outputs are three functions of u and v. Find what each hands down to u, and add up the three.",
        "Each entry of u is in the sum y_2 once, with slope 1: so each gets g_2, the same number.",
        "v is not in y_2, and it is in y_3 with a minus sign.",
    ),
    instances=instances_3_j,
    truth=contributions_3_j,
    slips=(
        slip_3_j("only the first output is counted.",
                 to_u=lambda u, v, g_1, g_2, g_3: g_1 * v, to_v=lambda u, v, g_1, g_2, g_3: g_1 * u),
        slip_3_j("what comes back through y_2 is missing.", to_u=lambda u, v, g_1, g_2, g_3: g_1 * v + g_3),
        slip_3_j("what comes back through y_3 is missing.", to_u=lambda u, v, g_1, g_2, g_3: g_1 * v + g_2),
        slip_3_j("what comes back through y_1 is missing.",
                 to_u=lambda u, v, g_1, g_2, g_3: g_2 + g_3, to_v=lambda u, v, g_1, g_2, g_3: -g_3),
        slip_3_j("v is subtracted in y_3: its slope there is −1.", to_v=lambda u, v, g_1, g_2, g_3: g_1 * u + g_3),
        slip_3_j("v is not in y_2, so y_2 hands it nothing.", to_v=lambda u, v, g_1, g_2, g_3: g_1 * u + g_2 - g_3),
        slip_3_j("a product hands to each input the value of the other.",
                 to_u=lambda u, v, g_1, g_2, g_3: g_1 * u + g_2 + g_3,
                 to_v=lambda u, v, g_1, g_2, g_3: g_1 * v - g_3),
        slip_3_j("the values are missing: the product has the slope v by u and u by v.",
                 to_u=lambda u, v, g_1, g_2, g_3: g_1 + g_2 + g_3, to_v=lambda u, v, g_1, g_2, g_3: g_1 - g_3),
        slip_3_j("a sum has the slope 1 by each of its entries, not u.",
                 to_u=lambda u, v, g_1, g_2, g_3: g_1 * v + g_2 * u + g_3),
        slip_3_j("g_2 is not divided among the entries: each is in the sum with slope 1.",
                 to_u=lambda u, v, g_1, g_2, g_3: g_1 * v + g_2 / len(u) + g_3),
        slip_3_j("the slopes are added up without what arrived at the outputs.",
                 to_u=lambda u, v, g_1, g_2, g_3: v + 2, to_v=lambda u, v, g_1, g_2, g_3: u - 1),
        Slip(averaged_3_j, "the contributions of the outputs are added, not averaged."),
    ),
)  # fmt: skip


# ---- 3.k: a loop that depends on the data ----------------------------------------------------------------------------


def instances_3_k(rng: Generator) -> Sequence[Arguments]:
    """Numbers for which the loop makes from one to five turns; for the last it makes none."""
    several = [{"a": float(a), "tolerance": 0.5} for a in rng.uniform((2.2, 20.0, 100.0), (5.0, 40.0, 200.0))]
    return [*several, {"a": float(rng.uniform(0.9, 1.1)), "tolerance": 0.5}]


def heron_3_k(
    a: float, tolerance: float,
    start: float = 1.0,
    by_x: Callable[[float, float], float] = lambda x, a: (1 - a / x**2) / 2,
    by_a: Callable[[float], float] = lambda x: 1 / (2 * x),
    keep: float = 1.0,
    at_least: int = 0,
) -> Entries:  # fmt: skip
    """The loop and the derivative that goes along with it; every keyword after tolerance plants one slip."""
    x, dx_da, turns = a, start, 0
    while abs(x * x - a) > tolerance or turns < at_least:
        turns += 1
        dx_da = keep * by_x(x, a) * dx_da + by_a(x)
        x = (x + a / x) / 2
    return {"root": x, "slope": dx_da}


def slip_3_k(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda a, tolerance: {"slope": heron_3_k(a, tolerance, **planted)["slope"]}, sentence)


PROBLEM_3_K = Problem(
    id="3.k",
    title="A loop that depends on the data",
    points=3,
    minutes=20,
    hints=(
        "Store every x of the loop in a list. For the walk back it does not matter what made the loop stop.",
        "One turn, x′ = (x + a/x)/2, has the slope (1 − a/x²)/2 by x and 1/(2x) by a.",
        "Back through the turns: add g/(2x) to the entry of a, then multiply g by (1 − a/x²)/2.",
        "The loop begins with x = a: what is left of g at the end belongs to a, too.",
    ),
    instances=instances_3_k,
    truth=heron_3_k,
    slips=(
        Slip(lambda a, tolerance: {"root": np.sqrt(a), "slope": 0.5 / np.sqrt(a)},
             "this belongs to the exact root; the loop stops before, and its own result and slope are asked."),
        Slip(lambda a, tolerance: {"slope": 0.5 / heron_3_k(a, tolerance)["root"]},
             "1/(2x) would be right at the exact root only; follow the turns of the loop."),
        slip_3_k("the loop begins with x = a, and this first use of a is not counted.", start=0.0),
        slip_3_k("only the last turn is counted; x comes from the turn before, which depends on a too.", keep=0.0),
        slip_3_k("each turn uses a itself as well, in a/x: these contributions are missing.", by_a=lambda x: 0.0),
        slip_3_k("in a turn's slope either the part of a/x is missing by x, or the ½ is missing by a.",
                 by_x=lambda x, a: 0.5),  # both give x/a in every turn
        slip_3_k("a/x falls when x grows: its slope by x is −a/x².", by_x=lambda x, a: (1 + a / x**2) / 2),
        slip_3_k("the ½ is missing in the slope by x.", by_x=lambda x, a: 1 - a / x**2),
        Slip(lambda a, tolerance: heron_3_k(a, tolerance, at_least=1),
             "the loop looks at x before each turn, the first included; where a is near 1 it makes none."),
    ),
)  # fmt: skip


# ---- 3.l: one buffer for each value ----------------------------------------------------------------------------------


def instances_3_l(rng: Generator) -> Sequence[Arguments]:
    """Contributions as they arrive; the first array is handed to two nodes, as an addition does."""
    shared, *others = rng.normal(size=(6, 2, 3))
    nodes = [0, 1, *rng.permutation([0, 1, 2, 0, 1]).tolist()]
    return [{"arrivals": list(zip(nodes, [shared, shared, *others], strict=True)), "count": 4}]


def totals_3_l(
    arrivals: Any, count: int, add: Callable[[Any, Any], Any] = lambda before, arrived: before + arrived
) -> list[Any]:
    totals = [np.zeros_like(arrivals[0][1]) for _ in range(count)]
    for node, arrived in arrivals:
        totals[node] = add(totals[node], arrived)
    return totals


def averaged_3_l(arrivals: Any, count: int) -> list[Any]:
    nodes = [node for node, _ in arrivals]
    return [total / max(nodes.count(k), 1) for k, total in enumerate(totals_3_l(arrivals, count))]


def slip_3_l(sentence: str, wrong: Callable[[Any, int], list[Any]]) -> Slip:
    return Slip(lambda arrivals, count: {"totals": wrong(arrivals, count)}, sentence)


PROBLEM_3_L = Problem(
    id="3.l",
    title="One buffer for each value",
    points=1,
    minutes=8,
    hints=(
        "Start with an array of zeros for each node, and add what arrives: the node's own array can be changed.",
        "If the first array to arrive becomes the buffer itself, the next += writes into somebody else's array.",
    ),
    instances=instances_3_l,
    truth=lambda arrivals, count: {"totals": totals_3_l(arrivals, count)},
    slips=(
        slip_3_l("what arrives overwrites what was there; add it.",
                 lambda arrivals, count: totals_3_l(arrivals, count, lambda before, arrived: arrived)),
        slip_3_l("only the first to arrive is kept; add those that follow.",
                 lambda arrivals, count: totals_3_l(arrivals, count,
                                                    lambda before, arrived: before if before.any() else arrived)),
        slip_3_l("the contributions are added, not averaged.", averaged_3_l),
        slip_3_l("all contributions are in every total; each node has a buffer of its own.",
                 lambda arrivals, count: [sum(arrived for _, arrived in arrivals)] * count),
    ),
)  # fmt: skip


# ---- 3.m: a function without a rule ----------------------------------------------------------------------------------


def instances_3_m(rng: Generator) -> Sequence[Arguments]:
    """The huge values have an instance of their own: errors are judged against the largest entry."""
    return [{"x": np.append(rng.normal(scale=2.0, size=4), 0.0)}, {"x": np.array([-800.0, 800.0]) + rng.normal(size=2)}]


def logistic_sigmoid(x: Any) -> Any:
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def softplus_3_m(x: Any) -> Entries:
    q = logistic_sigmoid(x)
    return {"value": np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x))), "slope": q, "second": q * (1 - q)}


def slip_3_m(sentence: str, **wrong: Callable[[Any], Any]) -> Slip:
    return Slip(lambda x: {name: function(x) for name, function in wrong.items()}, sentence)


PROBLEM_3_M = Problem(
    id="3.m",
    title="A function with a rule of its own",
    points=3,
    minutes=20,
    hints=(
        "log[1 + exp[x]] = max(x, 0) + log[1 + exp[−|x|]]: now nothing can be too large. np.log1p is exact near 0.",
        "The slope is the logistic sigmoid; 0.5 * (1 + np.tanh(0.5 * x)) is a form that cannot overflow.",
        "softplus = bp.defrule(stable, lambda y, x: …) once; then bp.grad of np.sum(softplus(x)) gives all slopes.",
        "For the second derivative take bp.grad of the sum of the first ones.",
    ),
    instances=instances_3_m,
    truth=softplus_3_m,
    slips=(
        slip_3_m("right except at 0, where max and |x| have kinks although their sum has none: give it a rule.",
                 second=lambda x: np.where(x == 0, 0.0, softplus_3_m(x)["second"])),
        slip_3_m("this is the ReLU, which the softplus only looks like from afar.",
                 value=lambda x: np.maximum(x, 0.0), slope=lambda x: (x > 0) * 1.0),
        slip_3_m("mind the sign: the slope of the softplus rises from 0 to 1.", slope=lambda x: logistic_sigmoid(-x)),
        slip_3_m("this is the second derivative.", slope=lambda x: softplus_3_m(x)["second"]),
        slip_3_m("this is the first derivative again.", second=logistic_sigmoid),
        slip_3_m("this is the square of the first derivative, not the derivative of it.",
                 second=lambda x: logistic_sigmoid(x) ** 2),
        slip_3_m("this is the value, not its slope.", slope=lambda x: softplus_3_m(x)["value"]),
        slip_3_m("|x| has the wrong sign in the exponent: for x < 0 this is the softplus plus |x|.",
                 value=lambda x: np.abs(x) + np.log1p(np.exp(-np.abs(x)))),
        slip_3_m("the part max(x, 0) is missing.", value=lambda x: np.log1p(np.exp(-np.abs(x)))),
    ),
)  # fmt: skip


# ---- 3.n: a program to repair ----------------------------------------------------------------------------------------


def energy_3_n(x: Any) -> dict[str, Any]:
    """The energy, and the gradients of its two terms."""
    stretched = np.diff(x)
    length = np.sqrt(np.sum(x**2))
    springs = np.zeros_like(x)
    springs[1:] += np.sin(2 * stretched)
    springs[:-1] -= np.sin(2 * stretched)
    return {"value": np.sum(np.sin(stretched) ** 2) + 2 * length, "springs": springs, "length": 2 * x / length}


def slip_3_n(sentence: str, **wrong: Callable[[Any, Any, Any], Any]) -> Slip:
    def answer(x: Any) -> Entries:
        parts = energy_3_n(x)
        return {name: function(x, parts["springs"], parts["length"]) for name, function in wrong.items()}

    return Slip(answer, sentence)


PROBLEM_3_N = Problem(
    id="3.n",
    title="A program to repair",
    points=2,
    minutes=12,
    hints=(
        "Run bp.value_and_grad on the given function. The message names the line to change; repair, and run again.",
        "Collect the parts in a list and np.stack them; np.sum(x**2) and np.sqrt need no float at all.",
        "bp.stop_gradient would silence the message, and the part it is put around would have no derivative.",
    ),
    instances=lambda rng: [{"x": rng.uniform(0.5, 2.0, size=size)} for size in (4, 3)],
    truth=lambda x: {"value": energy_3_n(x)["value"], "gradient": energy_3_n(x)["springs"] + energy_3_n(x)["length"]},
    slips=(
        slip_3_n("the length is taken for a constant: float and stop_gradient take its derivative away.",
                 gradient=lambda x, springs, length: springs),
        slip_3_n("the differences are taken for constants: their derivative is missing.",
                 gradient=lambda x, springs, length: length),
        slip_3_n("the factor 2 of the length is missing.", gradient=lambda x, springs, length: springs + length / 2),
        slip_3_n("only one of the two ends of each difference is counted.",
                 gradient=lambda x, springs, length: length + np.append(0.0, np.sin(2 * np.diff(x)))),
        slip_3_n("the inner derivative of the second term is missing: the length is a root of a sum of squares.",
                 gradient=lambda x, springs, length: springs + 2 * x),
        slip_3_n("the last difference is missing: there are len(x) − 1 of them.",
                 value=lambda x, springs, length: energy_3_n(x)["value"] - np.sin(x[-1] - x[-2]) ** 2),
        slip_3_n("the squares of the sines are missing.",
                 value=lambda x, springs, length: np.sum(np.sin(np.diff(x))) + 2 * np.sqrt(np.sum(x**2))),
    ),
)  # fmt: skip


PROBLEMS = (
    PROBLEM_3_H,
    PROBLEM_3_I,
    PROBLEM_3_J,
    PROBLEM_3_K,
    PROBLEM_3_L,
    PROBLEM_3_M,
    PROBLEM_3_N,
)
