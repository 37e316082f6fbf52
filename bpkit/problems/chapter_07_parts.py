"""Our own problems of chapter 07 beyond schedules: a batch in parts, layers that can be undone, six recomputations."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.planted_recomputation import BUGS, PLANTED
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.refutations import Experiment, refutations

Generator = np.random.Generator

# ---- 7.g: a batch in parts -------------------------------------------------------------------------------------------


def mean_loss(omega: Any) -> Callable[[Any, Any], tuple[float, Any]]:
    """The mean squared loss of f = Ωx over the examples of a batch, with its gradient."""

    def gradient(x: Any, y: Any) -> tuple[float, Any]:
        difference = omega @ x - y
        return float(np.sum(difference**2)) / x.shape[1], 2 * difference @ x.T / x.shape[1]

    return gradient


def instances_7_g(rng: Generator) -> Sequence[Arguments]:
    """Unequal parts, and equal ones; the examples of the last part are of another kind."""
    found = []
    for sizes in ([4, 2, 5], [3, 3]):
        x, omega = rng.normal(size=(3, sum(sizes))), rng.normal(size=(2, 3))
        x[:, -sizes[-1] :] += rng.uniform(1, 3, size=(3, 1))
        y = omega @ x + rng.normal(size=(2, sum(sizes)))
        y[:, -sizes[-1] :] += 3.0
        found.append({"gradient": mean_loss(omega + 0.5), "x": x, "y": y, "sizes": sizes})
    return found


def parts_7_g(sizes: Any) -> Iterator[slice]:
    return (slice(*ends) for ends in pairwise(np.cumsum([0, *sizes]).tolist()))


def gradients_7_g(gradient: Any, x: Any, y: Any, sizes: Any, weights: Any) -> Entries:
    """The sum of value and gradient over the parts, each with its weight."""
    found = [gradient(x[:, part], y[:, part]) for part in parts_7_g(sizes)]
    return {"value": sum(w * one[0] for w, one in zip(weights, found, strict=True)),
            "dl_domega": sum(w * one[1] for w, one in zip(weights, found, strict=True))}  # fmt: skip


def variances_7_g(x: Any, sizes: Any, weights: Any, less: int = 0) -> Entries:
    """The variance within the parts and that of their means, each with its weight."""
    means = [x[:, part].mean(axis=1) for part in parts_7_g(sizes)]
    within = [x[:, part].var(axis=1, ddof=less) for part in parts_7_g(sizes)]
    middle = sum(w * mean for w, mean in zip(weights, means, strict=True))
    return {"within": sum(w * one for w, one in zip(weights, within, strict=True)),
            "between": sum(w * (mean - middle) ** 2 for w, mean in zip(weights, means, strict=True))}  # fmt: skip


def shares(sizes: Any) -> list[float]:
    return [size / sum(sizes) for size in sizes]


def evenly(sizes: Any) -> list[float]:
    return [1 / len(sizes) for _ in sizes]


def weighted_7_g(sentence: str, weights: Callable[[Any], Any]) -> Slip:
    return Slip(lambda gradient, x, y, sizes: gradients_7_g(gradient, x, y, sizes, weights(sizes)), sentence)


def slip_7_g(sentence: str, **wrong: Callable[[Any, Any], Any]) -> Slip:
    return Slip(lambda gradient, x, y, sizes: {name: one(x, sizes) for name, one in wrong.items()}, sentence)


PROBLEM_7_G = Problem(
    id="7.g",
    title="A batch in unequal parts",
    points=3,
    minutes=20,
    hints=(
        "A mean is a sum divided by a number. Which number was each part's sum divided by, and which should it be?",
        "Multiply the mean of a part by its share of the examples, size / sum(sizes), and add up.",
        "Within: the parts' variances, weighted with their shares. What it lacks of x.var(axis=1) is the other part.",
    ),
    instances=instances_7_g,
    truth=lambda gradient, x, y, sizes: {
        **gradients_7_g(gradient, x, y, sizes, shares(sizes)), **variances_7_g(x, sizes, shares(sizes)),
    },
    slips=(
        weighted_7_g("all parts count the same here, but the examples should: larger parts have more of them.", evenly),
        weighted_7_g("this is the sum of the parts' means; a mean over all examples is asked for.",
                     lambda sizes: [1] * len(sizes)),
        weighted_7_g("this is the sum over the examples; their mean is asked for.", lambda sizes: sizes),
        weighted_7_g("this is the last part alone: each one must be added to what is there.",
                     lambda sizes: [0] * (len(sizes) - 1) + [1]),
        weighted_7_g("this is the first part alone.", lambda sizes: [1] + [0] * (len(sizes) - 1)),
        weighted_7_g("the last part is left out.", lambda sizes: [*shares(sizes)[:-1], 0]),
        weighted_7_g("divided by the number of parts, after they were weighted already.",
                     lambda sizes: [share / len(sizes) for share in shares(sizes)]),
        slip_7_g("all parts count the same here, but the examples should.",
                 within=lambda x, sizes: variances_7_g(x, sizes, evenly(sizes))["within"],
                 between=lambda x, sizes: variances_7_g(x, sizes, evenly(sizes))["between"]),
        slip_7_g("this is the variance of the whole batch, which no part knows.",
                 within=lambda x, sizes: x.var(axis=1)),
        slip_7_g("BatchNorm divides the sum of squares by the number of examples, not by one less (ddof=1).",
                 within=lambda x, sizes: variances_7_g(x, sizes, shares(sizes), less=1)["within"]),
        slip_7_g("this is the variance of the whole batch; take away what is within the parts.",
                 between=lambda x, sizes: x.var(axis=1)),
        slip_7_g("nothing else is missing? The means of the parts differ.",
                 between=lambda x, sizes: np.zeros(len(x))),
        slip_7_g("the sign: the whole batch has the larger variance.",
                 between=lambda x, sizes: -variances_7_g(x, sizes, shares(sizes))["between"]),
        slip_7_g("the two are exchanged.",
                 within=lambda x, sizes: variances_7_g(x, sizes, shares(sizes))["between"],
                 between=lambda x, sizes: variances_7_g(x, sizes, shares(sizes))["within"]),
    ),
)  # fmt: skip


# ---- 7.h: reversible -------------------------------------------------------------------------------------------------


def instances_7_h(rng: Generator) -> Sequence[Arguments]:
    """Two layers, and one: forward from inputs of which the reader gets only what comes out."""
    found: list[Arguments] = []
    for layers, width, examples in ((2, 3, 4), (1, 2, 3)):
        A, B = ([rng.normal(size=(width, width)) for _ in range(layers)] for _ in range(2))
        u, v, g_u, g_v = rng.normal(size=(4, width, examples))
        for a, b in zip(A, B, strict=True):
            u = u + np.tanh(a @ v)
            v = v + np.tanh(b @ u)
        found.append({"u": u, "v": v, "g_u": g_u, "g_v": g_v, "A": A, "B": B})
    return found


def undone_7_h(
    u: Any, v: Any, g_u: Any, g_v: Any, A: Any, B: Any,
    order: int = -1,
    u_first: bool = False,
    sign: float = 1.0,
    slope: Callable[[Any], Any] = lambda t: 1 - t**2,
    straight: float = 1.0,
    crossing: tuple[bool, bool] = (True, True),
    together: bool = False,
) -> Entries:  # fmt: skip
    """Inputs, their gradients and those of the weights; every keyword after B plants a slip."""
    dl_dA, dl_dB = [], []
    for a, b in list(zip(A, B, strict=True))[::order]:
        if u_first:
            before_u = u - np.tanh(a @ v)
            before_v = v - np.tanh(b @ before_u)
            t_b, t_a, at_u = np.tanh(b @ before_u), np.tanh(a @ v), before_u
        else:
            t_b, at_u = np.tanh(b @ u), u
            before_v = v - sign * t_b
            t_a = np.tanh(a @ before_v)
            before_u = u - sign * t_a
        at_b = slope(t_b) * g_v
        new_g_u = straight * g_u + crossing[0] * (b.T @ at_b)
        at_a = slope(t_a) * (g_u if together else new_g_u)
        dl_dB.append(at_b @ at_u.T)
        dl_dA.append(at_a @ before_v.T)
        g_v = straight * g_v + crossing[1] * (a.T @ at_a)
        g_u, u, v = new_g_u, before_u, before_v
    return {"u": u, "v": v, "g_u": g_u, "g_v": g_v, "dl_dA": dl_dA[::order], "dl_dB": dl_dB[::order]}


def slip_7_h(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda **arguments: undone_7_h(**arguments, **planted), sentence)


PROBLEM_7_H = Problem(
    id="7.h",
    title="Backpropagation without a trace",
    points=4,
    minutes=30,
    hints=(
        "From the last layer to the first. The half that changed last is undone first: v − tanh[B u].",
        "v goes into u + tanh[A v], the new u into v + tanh[B u]: so on the way back ∂ℓ/∂u is changed before ∂ℓ/∂v.",
        "t = tanh(b @ u), v = v − t, at_b = (1 − t²) · g_v, g_u = g_u + b.T @ at_b; then a, with u and v exchanged.",
    ),
    instances=instances_7_h,
    truth=undone_7_h,
    slips=(
        slip_7_h("u is undone before v, but u was changed first: v comes first on the way back.", u_first=True),
        slip_7_h("added once more; to undo an addition, subtract.", sign=-1.0),
        slip_7_h("the layers are undone from the first to the last.", order=1),
        slip_7_h("the slope of tanh, 1 − tanh², is missing.", slope=lambda t: 1.0),
        slip_7_h("the slope of tanh is 1 − tanh², and tanh is what you have already.",
                 slope=lambda t: 1 - np.tanh(t) ** 2),
        slip_7_h("each half also goes straight on to the next layer: ∂ℓ/∂u and ∂ℓ/∂v keep what they had.",
                 straight=0.0),
        slip_7_h("nothing comes through A and B: each half is also the input of the other's change.",
                 crossing=(False, False)),
        slip_7_h("u is the input of tanh[B u] too: what comes back through B is to be added to ∂ℓ/∂u.",
                 crossing=(False, True)),
        slip_7_h("v is the input of tanh[A v] too: what comes back through A is to be added to ∂ℓ/∂v.",
                 crossing=(True, False)),
        slip_7_h("∂ℓ/∂u must have what comes through B before it goes on through A.", together=True),
        Slip(lambda u, v, g_u, g_v, A, B: {"u": u, "v": v, "g_u": g_u, "g_v": g_v},
             "this is what was given, at the output; the input is asked for."),
        Slip(lambda **arguments: {
            name: part[::-1] for name, part in undone_7_h(**arguments).items() if isinstance(part, list)},
             "they are in the order of the way back; the first layer comes first."),
    ),
)  # fmt: skip


# ---- 7.i: six recomputations -----------------------------------------------------------------------------------------

EXPERIMENTS: tuple[Experiment, ...] = (
    ("the running statistics of a BatchNorm after one call", "as with version 0", {
        "statistics-twice": "further along than with version 0", "statistics-never": "those of the start"}),
    ("without Dropout and BatchNorm, the gradients", "right", {
        "from-the-input": "wrong", "gradient-restarted": "wrong", "stretch-lost": "partly zero",
        "rounded": "wrong after the third digit"}),
    ("with Dropout and no BatchNorm, the gradients", "right", {
        "other-masks": "wrong", "not-training": "wrong", "from-the-input": "wrong", "gradient-restarted": "wrong",
        "stretch-lost": "wrong", "rounded": "wrong"}),
    ("with BatchNorm and no Dropout, the gradients", "right", {
        "not-training": "wrong", "from-the-input": "wrong", "gradient-restarted": "wrong", "stretch-lost": "wrong",
        "rounded": "wrong"}),
    ("without Dropout and BatchNorm, the gradients of the last stretch", "right", {
        "from-the-input": "wrong", "rounded": "wrong"}),
)  # fmt: skip


PROBLEM_7_I = Problem(
    id="7.i",
    title="Six recomputations, six bugs",
    points=4,
    minutes=30,
    hints=(
        "Compare the gradients with those of version 0, first in a network of Linear and ReLU alone.",
        "Then put in Dropout alone, then BatchNorm alone. Which of the eight bugs can each of them show?",
        "Where gradients are wrong, look which of them: those of the last stretch come first on the way back.",
        "Gradients can be right and something else not: print the running statistics, with a new network each time.",
    ),
    truth=lambda: {f"version_{number}": bug for number, bug in enumerate(PLANTED, start=1)},
    slips=refutations(PLANTED, BUGS, EXPERIMENTS),
)


PROBLEMS = (PROBLEM_7_G, PROBLEM_7_H, PROBLEM_7_I)
