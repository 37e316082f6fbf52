"""The book's problems of chapter 02: sizes, derivatives and the backward pass of section 7.4."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator


def sigmoid(z: Any) -> Any:
    """Equation 7.37, in a form whose exponential cannot overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * z))


# ---- 7.3: the sizes in 7.19 ------------------------------------------------------------------------------------------


def instances_7_3(rng: Generator) -> Sequence[Arguments]:
    """Widths that are all different, and none of them 1, so that every mix-up shows."""
    names = ("D_1", "D_2", "D_3", "D_f")
    drawn = [rng.choice(np.arange(2, 30), size=4, replace=False) for _ in range(3)]
    return [{name: int(width) for name, width in zip(names, widths, strict=True)} for widths in drawn]


def sizes_7_3(D_1: int, D_2: int, D_3: int, D_f: int) -> Entries:
    return {
        "dh1_df0": (D_1, D_1), "df1_dh1": (D_1, D_2),
        "dh2_df1": (D_2, D_2), "df2_dh2": (D_2, D_3),
        "dh3_df2": (D_3, D_3), "df3_dh3": (D_3, D_f),
        "dl_df3": (D_f, 1),
    }  # fmt: skip


PROBLEM_7_3 = Problem(
    id="7.3",
    title="The sizes in 7.19",
    points=2,
    minutes=8,
    hints=(
        "h_k and f_{k−1} have D_k entries each; f_3 has D_f. The loss is one number.",
        "In this book's layout a derivative has as many rows as what is below the line has entries.",
        "Neighbouring factors must fit, and the product must have the size of ∂ℓ/∂f_0: one column of D_1 entries.",
    ),
    instances=instances_7_3,
    truth=sizes_7_3,
    slips=(
        Slip(lambda D_1, D_2, D_3, D_f: {"df1_dh1": (D_2, D_1), "df2_dh2": (D_3, D_2), "df3_dh3": (D_f, D_3),
                                         "dl_df3": (1, D_f)},
             "transposed: in this book's layout the rows belong to what is below the line."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dh1_df0": (D_1, 1), "dh2_df1": (D_2, 1), "dh3_df2": (D_3, 1)},
             "this is the size of the diagonal alone; the factor in 7.19 is the whole diagonal matrix."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dh1_df0": (D_2, D_2), "df1_dh1": (D_2, D_3), "dh2_df1": (D_3, D_3),
                                         "df2_dh2": (D_3, D_f), "dh3_df2": (D_f, D_f)},
             "one layer too late: f_{k−1} and h_k have D_k entries."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dh2_df1": (D_1, D_1), "df2_dh2": (D_1, D_2), "dh3_df2": (D_2, D_2),
                                         "df3_dh3": (D_2, D_3), "dl_df3": (D_3, 1)},
             "one layer too early: f_{k−1} and h_k have D_k entries, and f_3 has D_f."),
        Slip(lambda D_1, D_2, D_3, D_f: {"df3_dh3": (D_3, 1), "dl_df3": (1, 1)},
             "the network has D_f outputs, not one."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dh1_df0": (D_1, D_2), "dh2_df1": (D_2, D_3), "dh3_df2": (D_3, D_f)},
             "an activation works entry by entry: h_k has as many entries as f_{k−1}."),
        Slip(lambda D_1, D_2, D_3, D_f: {"df1_dh1": (D_1, D_1), "df2_dh2": (D_2, D_2), "df3_dh3": (D_3, D_3)},
             "f_k and h_k differ in size: a weight matrix stands between them."),
        Slip(lambda D_1, D_2, D_3, D_f: {"dl_df3": (D_f, D_f)},
             "the loss is one number, so its derivative is one column."),
    ),
)  # fmt: skip


# ---- 7.4: least squares ----------------------------------------------------------------------------------------------


def instances_7_4(rng: Generator) -> Sequence[Arguments]:
    numbers = [{"f": float(f), "y": float(y)} for f, y in rng.normal(size=(2, 2))]
    columns = [{"f": rng.normal(size=(D, 1)), "y": rng.normal(size=(D, 1))} for D in (1, 2, 5)]
    return [*numbers, *columns]


def slip_7_4(sentence: str, derivative: Callable[[Any, Any], Any]) -> Slip:
    return Slip(lambda f, y: {"dl_df": derivative(f, y)}, sentence)


PROBLEM_7_4 = Problem(
    id="7.4",
    title="The derivative of least squares",
    points=1,
    minutes=5,
    hints=(
        "Chain rule: the derivative of the square, times the derivative of what is squared.",
        "What is squared is y − f, and its derivative with respect to f is −1.",
        "Each entry of f stands in only one term of the sum, so nothing is left to add up.",
    ),
    instances=instances_7_4,
    truth=lambda f, y: {"dl_df": 2 * (f - y)},
    slips=(
        slip_7_4("the sign is wrong: y − f changes by −1 where f changes by 1.", lambda f, y: 2 * (y - f)),
        slip_7_4("the factor 2 is missing; it would go only if the loss had a ½ in front.", lambda f, y: f - y),
        slip_7_4("the sign is wrong and the factor 2 is missing.", lambda f, y: y - f),
        slip_7_4("this is the loss itself, not its derivative.", lambda f, y: (f - y) ** 2),
        slip_7_4("the loss is a sum over the outputs, not their mean: do not divide.",
                 lambda f, y: 2 * (f - y) / np.size(f)),
        slip_7_4("one number: each output has a derivative of its own, so do not add them up.",
                 lambda f, y: np.asarray(np.sum(2 * (f - y)))),
        slip_7_4("y is lost: the square belongs to the difference.", lambda f, y: 2 * f),
        slip_7_4("the derivative has a sign; this has lost it.", lambda f, y: 2 * np.abs(f - y)),
    ),
)  # fmt: skip


# ---- 7.5: binary cross-entropy on logits -----------------------------------------------------------------------------


def instances_7_5(rng: Generator) -> Sequence[Arguments]:
    """Moderate outputs, outputs where the sigmoid is 1 to rounding, and ones where exp overflows."""
    moderate = [{"f": rng.normal(size=(1, 6)), "y": rng.permuted([[0.0, 1.0] * 3], axis=1)} for _ in range(2)]
    y = np.array([[0.0, 0.0, 1.0, 1.0]])
    return [*moderate, *({"f": np.array([[-size, size, -size, size]]), "y": y} for size in (40.0, 800.0))]


def slip_7_5(sentence: str, derivative: Callable[[Any, Any, Any], Any]) -> Slip:
    return Slip(lambda f, y: {"dl_df": derivative(sigmoid(f), f, y)}, sentence)


PROBLEM_7_5 = Problem(
    id="7.5",
    title="The derivative of binary cross-entropy",
    points=2,
    minutes=12,
    hints=(
        "Let s = sig[f] and differentiate by s first. Then multiply by ds/df.",
        "ds/df = s(1 − s), and each of the two logarithms leaves one of these factors in its denominator: cancel them.",
        "exp[800] is too large for a float, and inf/inf is nan. Cancel on paper, before you write code: no quotient "
        "should be left but the one in 7.37.",
    ),
    instances=instances_7_5,
    truth=lambda f, y: {"dl_df": sigmoid(f) - y},
    slips=(
        slip_7_5("the sign is wrong: the loss must fall when f moves towards the right side.", lambda s, f, y: y - s),
        slip_7_5("mind the sign in the exponent of 7.37: sig[z] grows with z.", lambda s, f, y: 1 - s - y),
        slip_7_5("the loss compares sig[f] with y, not f itself.", lambda s, f, y: f - y),
        slip_7_5("y is lost: the derivative depends on the class.", lambda s, f, y: s),
        slip_7_5("only the term with y is there; the term with 1 − y is missing.", lambda s, f, y: -y * (1 - s)),
        slip_7_5("only the term with 1 − y is there; the term with y is missing.", lambda s, f, y: (1 - y) * s),
        slip_7_5("the slope of the sigmoid cancels against the logarithms' denominators; here it still stands.",
                 lambda s, f, y: (s - y) * s * (1 - s)),
        slip_7_5("this is the derivative for squared error, (y − sig[f])².", lambda s, f, y: 2 * (s - y) * s * (1 - s)),
        slip_7_5("this belongs to least squares, 7.35.", lambda s, f, y: 2 * (f - y)),
    ),
)  # fmt: skip


# ---- 7.6: why ∂z/∂h is the transpose of Ω ----------------------------------------------------------------------------


def instances_7_6(rng: Generator) -> Sequence[Arguments]:
    """Square weights, where the transpose shows in the values only, and a single column and a single row."""
    instances = []
    for D_z, D_h in ((2, 2), (3, 3), (4, 4), (3, 1), (1, 4)):
        i, j = rng.choice(D_z, size=2, replace=False) if D_z == D_h else (0, 0)
        instances.append({
            "beta": rng.normal(size=(D_z, 1)), "omega": rng.normal(size=(D_z, D_h)), "h": rng.normal(size=(D_h, 1)),
            "i": int(i), "j": int(j),
        })  # fmt: skip
    return instances


def transposed_entry_7_6(omega: Any, i: int, j: int) -> Any:
    """Ω_ji; a single row or column has no such entry, and there i and j are taken as they are."""
    return omega[j, i] if omega.shape[0] == omega.shape[1] else omega[i, j]


PROBLEM_7_6 = Problem(
    id="7.6",
    title="Why the transpose",
    points=2,
    minutes=12,
    hints=(
        "Write out z_i as β_i plus a sum over the entries of h. Which of its terms contain h_j?",
        "∂z_i/∂h_j is the weight that h_j is multiplied with in z_i.",
        "In row j and column i of ∂z/∂h stands the weight from row i and column j of Ω.",
    ),
    instances=instances_7_6,
    truth=lambda beta, omega, h, i, j: {"dzi_dhj": omega[i, j], "dz_dh": omega.T},
    slips=(
        Slip(lambda beta, omega, h, i, j: {"dz_dh": omega},
             "this is Ω itself; the book puts ∂z_i/∂h_j in row j, column i."),
        Slip(lambda beta, omega, h, i, j: {"dzi_dhj": transposed_entry_7_6(omega, i, j)},
             "the indices are exchanged: row i of Ω is what makes z_i."),
        Slip(lambda beta, omega, h, i, j: {"dzi_dhj": omega[i, j] * h[j, 0], "dz_dh": (omega * h.T).T},
             "this is the term of the sum, with h_j still in it; its derivative with respect to h_j is asked."),
        Slip(lambda beta, omega, h, i, j: {"dz_dh": omega * h.T},
             "h is still in it, and the rows belong to z: the book puts ∂z_i/∂h_j in row j, column i."),
        Slip(lambda beta, omega, h, i, j: {"dzi_dhj": h[j, 0], "dz_dh": np.repeat(h, len(omega), axis=1)},
             "this is the derivative with respect to the weight Ω_ij; asked is the one with respect to h_j."),
        Slip(lambda beta, omega, h, i, j: {"dzi_dhj": (beta + omega @ h)[i, 0]}, "this is z_i, not a derivative."),
        Slip(lambda beta, omega, h, i, j: {"dzi_dhj": 1.0, "dz_dh": np.ones(omega.T.shape)},
             "the weight is missing: where h_j grows by 1, z_i grows by the weight between them."),
        Slip(lambda beta, omega, h, i, j: {"dzi_dhj": 0.0 if i != j else omega[i, j], "dz_dh": (omega * np.eye(
             *omega.shape)).T}, "the diagonal alone is left; every h_j enters every z_i."),
    ),
)  # fmt: skip


# ---- 7.7: the sigmoid as activation ----------------------------------------------------------------------------------


def instances_7_7(rng: Generator) -> Sequence[Arguments]:
    return [{"f": rng.normal(scale=2.0, size=8)}, {"f": np.array([-30.0, -10.0, -1.0, 0.0, 1.0, 10.0, 30.0])}]


PROBLEM_7_7 = Problem(
    id="7.7",
    title="The sigmoid saturates",
    points=3,
    minutes=15,
    hints=(
        "Write the sigmoid as (1 + exp[−f]) to the power −1 and use the chain rule.",
        "Take the derivative apart into sig[f] and one more factor, then let f grow to either side in both factors.",
        "A gradient is multiplied by one such slope for each unit it passes. Where is the slope largest?",
    ),
    instances=instances_7_7,
    truth=lambda f: {"dh_df": sigmoid(f) * sigmoid(-f), "saturation": "c", "ten_units": 0.25**10},
    tolerance=1e-5,  # so that two digits of the small number pass
    slips=(
        Slip(lambda f: {"dh_df": sigmoid(f), "saturation": "a"},
             "that is the sigmoid itself, which levels off at 0 and 1; its slope is something else."),
        Slip(lambda f: {"dh_df": sigmoid(-f), "saturation": "b"},
             "that is 1 − sig[f], only one of the two factors of the slope."),
        Slip(lambda f: {"dh_df": np.full(np.shape(f), 0.25), "saturation": "d"},
             "that is the slope at f = 0 only; look at how flat the curve is further out."),
        Slip(lambda f: {"dh_df": sigmoid(f) * (1 + sigmoid(f))},
             "mind the signs: two minus signs meet here, and sig[f] − 1 is not sig[f] + 1."),
        Slip(lambda f: {"dh_df": sigmoid(f) ** 2},
             "the inner derivative is missing: what is the derivative of 1 + exp[−f]?"),
        Slip(lambda f: {"dh_df": -(sigmoid(f) ** 2)},
             "the inner derivative is missing: what is the derivative of 1 + exp[−f]?"),
        Slip(lambda f: {"dh_df": f * (1 - f)}, "f stands where sig[f] should."),
        Slip(lambda f: {"dh_df": sigmoid(sigmoid(f)) * sigmoid(-sigmoid(f))},
             "the slope is taken at h; an activation's slope is taken at its input f."),
        Slip(lambda f: {"dh_df": 1 - sigmoid(f) ** 2}, "this is the pattern of tanh, 1 − h²; the sigmoid has another."),
        Slip(lambda f: {"ten_units": 0.5**10},
             "½ is the value of the sigmoid at 0; the gradient is multiplied by its slope."),
        Slip(lambda f: {"ten_units": 0.25}, "this is one unit; the gradient passes ten of them."),
        Slip(lambda f: {"ten_units": 2.5}, "the slopes of a chain are multiplied, not added."),
        Slip(lambda f: {"ten_units": 1.0}, "the values of the sigmoid reach up to 1; its slope does not."),
        Slip(lambda f: {"ten_units": 0.25**9}, "ten units have ten slopes; this is nine of them."),
        Slip(lambda f: {"ten_units": float((sigmoid(1.0) * sigmoid(-1.0)) ** 10)},
             "this is the slope at f = 1; another f has a larger one."),
    ),
)  # fmt: skip


# ---- 7.8: activations that are flat ----------------------------------------------------------------------------------


def heaviside(z: Any) -> Any:
    """Equation 7.38."""
    return np.where(z < 0, 0.0, 1.0)


def rect(z: Any) -> Any:
    """Equation 7.39."""
    return np.where((z < 0) | (z > 1), 0.0, 1.0)


def instances_7_8(rng: Generator) -> Sequence[Arguments]:
    """Five hidden units with a pre-activation in each part of both functions, away from their jumps at 0 and 1."""
    instances = []
    for a in (heaviside, rect):
        f_0 = rng.uniform([-2.0, -0.8, 0.2, 0.2, 1.2], [-1.2, -0.2, 0.8, 0.8, 2.0]).reshape(5, 1)
        x, omega_0 = rng.normal(size=(3, 1)), rng.normal(size=(5, 3))
        instances.append({
            "x": x, "y": rng.normal(size=(1, 1)) + 5.0, "beta_0": f_0 - omega_0 @ x, "omega_0": omega_0,
            "beta_1": rng.normal(size=(1, 1)), "omega_1": rng.normal(size=(1, 5)), "a": a,
        })  # fmt: skip
    return instances


def gradients_7_8(
    x: Any, y: Any, beta_0: Any, omega_0: Any, beta_1: Any, omega_1: Any, a: Any,
    slope: Callable[[Any, Any], Any] = lambda f, a: 0.0,
    source: Callable[[Any, Any], Any] = lambda f, a: a(f),
) -> dict[str, Any]:  # fmt: skip
    """The gradients of one hidden layer under least squares; every keyword after `a` plants a slip."""
    f_0 = beta_0 + omega_0 @ x
    dl_df1 = 2 * (beta_1 + omega_1 @ a(f_0) - y)
    dl_df0 = slope(f_0, a) * (omega_1.T @ dl_df1)
    return {"dl_domega_0": dl_df0 @ x.T, "dl_domega_1": dl_df1 @ source(f_0, a).T}


def slip_7_8(sentence: str, slope: Callable[[Any, Any], Any], learns: str = "") -> Slip:
    """A wrong slope, with the choice that goes with it."""

    def answer(**arguments: Any) -> Entries:
        planted = {"dl_domega_0": gradients_7_8(**arguments, slope=slope)["dl_domega_0"]}
        return {**planted, "learns": learns} if learns else planted

    return Slip(answer, sentence)


def nothing_learns_7_8(**arguments: Any) -> Entries:
    return {"dl_domega_1": np.zeros_like(arguments["omega_1"]), "learns": "b"}


def pre_activation_7_8(**arguments: Any) -> Entries:
    return {"dl_domega_1": gradients_7_8(**arguments, source=lambda f, a: f)["dl_domega_1"]}


PROBLEM_7_8 = Problem(
    id="7.8",
    title="Activations that are flat",
    points=3,
    minutes=15,
    hints=(
        "Sketch both functions. How steep are they at −0.5, at 0.5 and at 1.5?",
        "On the way to Ω_0 the gradient is multiplied by the slope of the activation; on the way to Ω_1 it is not.",
        "∂ℓ/∂Ω_1 = ∂ℓ/∂f_1 h_1ᵀ as in 7.22, and ∂ℓ/∂f_0 = slope ⊙ (Ω_1ᵀ ∂ℓ/∂f_1).",
    ),
    instances=instances_7_8,
    truth=lambda **arguments: {**gradients_7_8(**arguments), "learns": "c"},
    slips=(
        slip_7_8("there is no small slope here: the functions are exactly flat, so no number of steps helps.",
                 lambda f, a: sigmoid(f) * sigmoid(-f), learns="a"),
        Slip(nothing_learns_7_8, "nothing flat lies between Ω_1 and the loss: its gradient holds h_1, not a slope."),
        slip_7_8("that is the ReLU, whose slope is 1 for the units that are on; these functions are flat there too.",
                 lambda f, a: f > 0, learns="d"),
        slip_7_8("the value a[f_0] stands where its slope should.", lambda f, a: a(f)),
        slip_7_8("the slope of the activation is missing.", lambda f, a: 1.0),
        slip_7_8("the values of f_0 stand where the slope of a should.", lambda f, a: f),
        Slip(pre_activation_7_8, "Ω_1 multiplies the activations h_1, not f_0."),
    ),
)  # fmt: skip


# ---- 7.9: the gradient of the weights --------------------------------------------------------------------------------


def instances_7_9(rng: Generator) -> Sequence[Arguments]:
    """Square weights, where a transpose shows in the values only, and a single column and a single row."""
    return [
        {"g": rng.normal(size=(D_f, 1)), "h": rng.normal(size=(D_h, 1))}
        for D_f, D_h in ((2, 2), (3, 3), (4, 1), (1, 3))
    ]


def tensor_7_9(g: Any, h: Any) -> Any:
    """∂f_i/∂Ω_lm = δ_il h_m, in this order of the indices."""
    return np.eye(len(g))[:, :, None] * h[:, 0]


def slip_7_9(sentence: str, name: str, part: Callable[[Any, Any], Any]) -> Slip:
    return Slip(lambda g, h: {name: part(g, h)}, sentence)


PROBLEM_7_9 = Problem(
    id="7.9",
    title="The gradient of the weights",
    points=3,
    minutes=20,
    hints=(
        "f_i = β_i + Σ_m Ω_im h_m. Which entries of Ω does f_i contain at all?",
        "∂f_i/∂Ω_lm is zero unless l = i. If l = i, it is what Ω_im is multiplied with.",
        "∂ℓ/∂Ω_lm = Σ_i ∂ℓ/∂f_i ∂f_i/∂Ω_lm: of this sum one term is left. Its l is a row, its m a column.",
    ),
    instances=instances_7_9,
    truth=lambda g, h: {"df_domega": tensor_7_9(g, h), "dl_domega": g @ h.T},
    slips=(
        slip_7_9("this is the transpose, h gᵀ; ∂ℓ/∂Ω has the shape of Ω.", "dl_domega", lambda g, h: h @ g.T),
        slip_7_9("∂ℓ/∂f is missing: this is the sum of ∂f_i/∂Ω over i.", "dl_domega",
                 lambda g, h: np.ones_like(g) @ h.T),
        slip_7_9("the factor h is missing: ∂f_i/∂Ω_im is h_m.", "dl_domega", lambda g, h: g @ np.ones_like(h).T),
        slip_7_9("here g and h add up; the chain rule multiplies.", "dl_domega", lambda g, h: g + h.T),
        slip_7_9("the δ is missing: f_i contains only row i of Ω, so most entries are 0.", "df_domega",
                 lambda g, h: np.ones((len(g), len(g), 1)) * h[:, 0]),
        slip_7_9("the factor h_m is missing where l = i.", "df_domega",
                 lambda g, h: np.eye(len(g))[:, :, None] * np.ones(len(h))),
        slip_7_9("the last two axes are exchanged: after i come l, the row of Ω, and m, its column.", "df_domega",
                 lambda g, h: tensor_7_9(g, h).transpose(0, 2, 1)),
        slip_7_9("the axes are in another order: first i, then l, the row of Ω, then m, its column.", "df_domega",
                 lambda g, h: tensor_7_9(g, h).transpose(2, 0, 1)),
        slip_7_9("∂ℓ/∂f is in it already: ∂f_i/∂Ω_lm knows nothing of the loss.", "df_domega",
                 lambda g, h: tensor_7_9(g, h) * g[:, :, None]),
    ),
)  # fmt: skip


# ---- 7.10: the backward pass for the leaky ReLU ----------------------------------------------------------------------


def instances_7_10(rng: Generator) -> Sequence[Arguments]:
    """First a network of equal widths, where an Ω that is not transposed fits too; then one of many widths.

    Every layer has pre-activations on both sides of 0 and none at it, where there is no derivative.
    """
    instances = []
    for widths, examples in (((3, 3, 3, 3, 3), 4), ((1, 4, 2, 5, 3), 6)):
        alpha = float(rng.uniform(0.05, 0.4))
        f: list[Any] = []
        while not f or any(one.min() > 0 or one.max() < 0 or np.abs(one).min() < 1e-3 for one in f):
            f, h = [], [rng.normal(size=(widths[0], examples))]
            omega = [rng.normal(size=(above, below)) for below, above in pairwise(widths)]
            for matrix in omega:
                f.append(rng.normal(size=(len(matrix), 1)) + matrix @ h[-1])
                h.append(np.where(f[-1] > 0, f[-1], alpha * f[-1]))
        g = rng.normal(size=(widths[-1], examples))
        instances.append({"f": f, "h": h[:-1], "omega": omega, "dl_df3": g, "alpha": alpha})
    return instances


def leaky_slope(f: Any, alpha: Any) -> Any:
    return np.where(f > 0, 1.0, alpha)


def backward_7_10(
    f: Any, h: Any, omega: Any, dl_df3: Any, alpha: Any,
    slope: Callable[[Any, Any], Any] = leaky_slope,
    at: Callable[[Any, Any, int], Any] = lambda f, h, k: f[k - 1],
    weight: Callable[[Any], Any] = lambda omega: omega.T,
    source: Callable[[Any, Any, int], Any] = lambda f, h, k: h[k],
    slope_first: bool = False,
    at_output: bool = False,
    averaged: bool = False,
    summed: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """The backward pass; every keyword after alpha plants a slip."""
    g = dl_df3 * slope(f[3], alpha) if at_output else dl_df3
    examples = g.shape[1] if averaged else 1
    dl_dbeta, dl_domega = {}, {}
    for k in (3, 2, 1, 0):
        dl_dbeta[f"beta_{k}"] = g.sum(axis=1, keepdims=True) / examples if summed else g
        dl_domega[f"omega_{k}"] = g @ source(f, h, k).T / examples
        if k > 0:
            factor = slope(at(f, h, k), alpha)
            g = weight(omega[k]) @ (factor * g) if slope_first else factor * (weight(omega[k]) @ g)
    return {name: part[name] for part in (dl_dbeta, dl_domega) for name in sorted(part)}


def transposed_7_10(**arguments: Any) -> Entries:
    """∂ℓ/∂Ω_k as h gᵀ."""
    right = backward_7_10(**arguments)
    return {f"omega_{k}": right[f"omega_{k}"].T for k in range(4)}


def without_source_7_10(**arguments: Any) -> Entries:
    right = backward_7_10(**arguments)
    return {f"omega_{k}": right[f"beta_{k}"] * np.ones_like(right[f"omega_{k}"]) for k in range(4)}


def slip_7_10(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda **arguments: backward_7_10(**arguments, **planted), sentence)


PROBLEM_7_10 = Problem(
    id="7.10",
    title="The backward pass for the leaky ReLU",
    points=4,
    minutes=25,
    hints=(
        "Only one thing in 7.24 knows which activation it is: 𝕀[f_{k−1} > 0], the slope of the ReLU.",
        "The leaky ReLU has slope 1 where f > 0 and slope α where f < 0: np.where(f > 0, 1, alpha).",
        "For k = 3, 2, 1, 0: the gradients of β_k (add up the columns) and Ω_k, then ∂ℓ/∂f_{k−1} if k > 0.",
    ),
    instances=instances_7_10,
    truth=backward_7_10,
    slips=(
        slip_7_10("this is the plain ReLU: where f < 0 the slope is α, not 0.", slope=lambda f, alpha: f > 0),
        slip_7_10("α is on the wrong side: the slope is α where f < 0.", slope=lambda f, alpha: leaky_slope(-f, alpha)),
        slip_7_10("α is everywhere; where f > 0 the slope is 1.", slope=lambda f, alpha: alpha),
        slip_7_10("the slope of the activation is missing.", slope=lambda f, alpha: 1.0),
        slip_7_10("the activation's value stands where its slope should.",
                  slope=lambda f, alpha: f * leaky_slope(f, alpha)),
        slip_7_10("the slope is taken one layer too late: h_k is a[f_{k−1}].", at=lambda f, h, k: f[k]),
        slip_7_10("no activation follows f_3, so no slope belongs to the first step.", at_output=True),
        slip_7_10("Ω_k must be transposed on the way back.", weight=lambda omega: omega),
        slip_7_10("the slope comes after Ω_kᵀ on the way back: it belongs to layer k − 1.", slope_first=True),
        slip_7_10("∂ℓ/∂Ω_k holds the activations h_k, not the pre-activations f_{k−1}.",
                  source=lambda f, h, k: f[k - 1] if k else h[0]),
        slip_7_10("the losses of a batch are added, not averaged: do not divide.", averaged=True),
        slip_7_10("one column for each example is left: add them up, so that β_k's shape comes out.", summed=False),
        Slip(transposed_7_10, "this is the transpose, h_k gᵀ; ∂ℓ/∂Ω_k has the shape of Ω_k."),
        Slip(without_source_7_10, "the activations h_k are missing (observation 1)."),
    ),
)  # fmt: skip


PROBLEMS = (
    PROBLEM_7_3,
    PROBLEM_7_4,
    PROBLEM_7_5,
    PROBLEM_7_6,
    PROBLEM_7_7,
    PROBLEM_7_8,
    PROBLEM_7_9,
    PROBLEM_7_10,
)
