"""Our own problems of chapter 05: which variance, why, and what to do when it is wrong."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from bpkit.problems.planted_initialization import BUGS, PLANTED
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.refutations import Experiment, refutations

Generator = np.random.Generator


def relu(z: Any) -> Any:
    return np.maximum(z, 0.0)


def sigmoid(z: Any) -> Any:
    return 0.5 * (1.0 + np.tanh(0.5 * z))  # no overflow, unlike exp


# ---- 5.a: uniform limits ---------------------------------------------------------------------------------------------


def variances_5_a(D_in: int, D_out: int) -> dict[str, float]:
    return {"he": 2 / D_in, "glorot": 2 / (D_in + D_out), "lecun": 1 / D_in}


def limits_5_a(D_in: int, D_out: int) -> dict[str, float]:
    return {name: math.sqrt(3 * variance) for name, variance in variances_5_a(D_in, D_out).items()}


def changed_5_a(sentence: str, limit: Callable[[float], float]) -> Slip:
    """The same slip in all three limits: another function of the variance."""
    return Slip(
        lambda D_in, D_out: {name: limit(variance) for name, variance in variances_5_a(D_in, D_out).items()}, sentence
    )


def slip_5_a(sentence: str, **variance: Callable[[int, int], float]) -> Slip:
    """A slip in one variance, with the right limit for it."""
    return Slip(lambda D_in, D_out: {name: math.sqrt(3 * one(D_in, D_out)) for name, one in variance.items()}, sentence)


PROBLEM_5_A = Problem(
    id="5.a",
    title="Uniform limits",
    points=1,
    minutes=8,
    hints=(
        "What is the variance of a uniform distribution between −limit and limit? Integrate z²/(2·limit).",
        "It is limit²/3. Set that equal to the variance the scheme asks for.",
    ),
    instances=lambda rng: [{"D_in": int(D[0]), "D_out": int(D[1])}
                           for D in (rng.choice(np.arange(2, 400), size=2, replace=False) for _ in range(3))],
    truth=limits_5_a,
    slips=(
        changed_5_a("this is the standard deviation; the numbers between ±limit have a smaller one than limit.",
                    math.sqrt),
        changed_5_a("this is the variance itself, not a limit.", lambda v: v),
        changed_5_a("this is limit²; the root is missing.", lambda v: 3 * v),
        changed_5_a("this is the whole width of the interval; half of it lies on either side of 0.",
                    lambda v: math.sqrt(12 * v)),
        changed_5_a("the 3 is in the wrong place: the variance is limit²/3.", lambda v: math.sqrt(v / 3)),
        changed_5_a("this takes limit²/2 for the variance; integrate z² between −limit and limit.",
                    lambda v: math.sqrt(2 * v)),
        slip_5_a("the wrong size: an Ω of shape (D_out, D_in) adds up D_in products.",
                 he=lambda D_in, D_out: 2 / D_out, lecun=lambda D_in, D_out: 1 / D_out),
        slip_5_a("the 2 that makes up for the ReLU is missing.", he=lambda D_in, D_out: 1 / D_in),
        slip_5_a("LeCun's variance has no 2 for a ReLU.", lecun=lambda D_in, D_out: 2 / D_in),
        slip_5_a("the mean of D_in and D_out is half of their sum.", glorot=lambda D_in, D_out: 1 / (D_in + D_out)),
        slip_5_a("this is the average of He's two variances, 7.33; Glorot's has no 2 for a ReLU.",
                 glorot=lambda D_in, D_out: 4 / (D_in + D_out)),
        slip_5_a("Glorot's variance has both sizes in it.", glorot=lambda D_in, D_out: 1 / D_in),
    ),
)  # fmt: skip


# ---- 5.b: He for the leaky ReLU --------------------------------------------------------------------------------------


def instances_5_b(rng: Generator) -> Sequence[Arguments]:
    """Two slopes as they are used, and the two ends: the ReLU and no activation at all."""
    return [
        {"z": rng.normal(size=shape), "alpha": alpha}
        for shape, alpha in (((3, 5), float(rng.uniform(0.1, 0.4))), ((4, 2), float(rng.uniform(0.5, 0.8))),
                             ((2, 6), 0.0), ((5, 3), 1.0))
    ]  # fmt: skip


def answers_5_b(z: Any, alpha: Any, factor: Callable[[float], float] = lambda alpha: (1 + alpha**2) / 2) -> Entries:
    """The factor of the second moment, and the weights that make up for it."""
    return {"factor": factor(alpha), "omega": z / np.sqrt(factor(alpha) * z.shape[1])}


def slip_5_b(sentence: str, factor: Callable[[float], float]) -> Slip:
    return Slip(lambda z, alpha: answers_5_b(z, alpha, factor), sentence)


def scaled_5_b(sentence: str, scale: Callable[[float, int, int], float]) -> Slip:
    """A wrong scale of the weights, from the right factor, D_out and D_in."""
    return Slip(lambda z, alpha: {"omega": z * scale((1 + alpha**2) / 2, *z.shape)}, sentence)


PROBLEM_5_B = Problem(
    id="5.b",
    title="He for the leaky ReLU",
    points=3,
    minutes=20,
    hints=(
        "Half of E[f²] comes from f > 0 and half from f < 0 (7.14). What does the leaky ReLU do to each half?",
        "Below 0 the activation is α·f, and its square α²·f². So the two halves count 1 and α².",
        "Put your factor in place of ½ in 7.30 and ask for equal variances. z times c has the variance c².",
    ),
    instances=instances_5_b,
    truth=answers_5_b,
    slips=(
        slip_5_b("this is the plain ReLU; what lies below 0 is not lost here.", lambda alpha: 0.5),
        slip_5_b("second moments hold squares: the slope α below 0 makes α² of it.", lambda alpha: (1 + alpha) / 2),
        slip_5_b("the two halves are squared each on its own and then added: no mixed term.",
                 lambda alpha: (1 + alpha) ** 2 / 2),
        slip_5_b("the square takes the sign away: what lies below 0 adds to the second moment.",
                 lambda alpha: (1 - alpha**2) / 2 if alpha < 1 else 1.0),
        slip_5_b("each of the two sides has one half of the second moment.", lambda alpha: 1 + alpha**2),
        slip_5_b("half of it stays as it is: only the other half is changed by α.", lambda alpha: 0.5 + alpha**2),
        slip_5_b("7.29 needs the second moment E[h²]; this is a variance, from which a mean has been taken away.",
                 lambda alpha: (1 + alpha**2) / 2 - (1 - alpha) ** 2 / (2 * math.pi)),
        scaled_5_b("z is multiplied by the variance; multiply by the standard deviation, its root.",
                   lambda factor, D_out, D_in: 1 / (factor * D_in)),
        scaled_5_b("the wrong size: an Ω of shape (D_out, D_in) adds up D_in products.",
                   lambda factor, D_out, D_in: 1 / math.sqrt(factor * D_out)),
        scaled_5_b("this is 7.33's average of both sizes; here the forward pass alone is asked for.",
                   lambda factor, D_out, D_in: math.sqrt(2 / (factor * (D_in + D_out)))),
        scaled_5_b("the factor is on the wrong side: where the activation takes away, the weights must add.",
                   lambda factor, D_out, D_in: math.sqrt(factor / D_in)),
    ),
)  # fmt: skip


# ---- 5.c: how log variance falls -------------------------------------------------------------------------------------


def instances_5_c(rng: Generator) -> Sequence[Arguments]:
    """He's variance, smaller and larger ones, at several widths."""
    return [{"D": int(D), "variance": float(scale * 2 / D)}
            for D, scale in zip(rng.integers(20, 300, size=4), (1.0, *rng.uniform((0.1, 1.5, 0.5), (0.5, 5.0, 3.0))),
                                strict=True)]  # fmt: skip


def slopes_5_c(D: Any, variance: Any) -> dict[str, float]:
    slope = math.log(D * variance / 2)
    return {"spread": 5 / D, "log_of_mean": slope, "mean_of_log": slope - 5 / (2 * D)}


def slip_5_c(sentence: str, **wrong: Callable[[Any, Any], float]) -> Slip:
    return Slip(lambda D, variance: {name: one(D, variance) for name, one in wrong.items()}, sentence)


def other_slope_5_c(sentence: str, slope: Callable[[Any, Any], float]) -> Slip:
    """Another slope of the first curve, and the right step from there to the second."""
    return slip_5_c(sentence, log_of_mean=slope, mean_of_log=lambda D, variance: slope(D, variance) - 5 / (2 * D))


PROBLEM_5_C = Problem(
    id="5.c",
    title="Two slopes",
    points=3,
    minutes=20,
    hints=(
        "One layer multiplies the mean of the variance by 7.30's factor. A factor is a slope on a logarithmic axis.",
        "For ReLU[z]²: the mean is E[z²]/2 and the mean of its square E[z⁴]/2. For a standard normal z, E[z⁴] = 3.",
        "An average of D independent numbers has their variance divided by D. Divide by the mean's square as well.",
        "log(1 + ε) ≈ ε − ε²/2, where ε has mean 0 and the variance you found.",
    ),
    instances=instances_5_c,
    truth=slopes_5_c,
    slips=(
        other_slope_5_c("the ½ of the ReLU is missing.", lambda D, variance: math.log(D * variance)),
        other_slope_5_c("take the natural logarithm.", lambda D, variance: math.log10(D * variance / 2)),
        other_slope_5_c("this is the factor of one layer; the slope is its logarithm.",
                        lambda D, variance: D * variance / 2),
        other_slope_5_c("this is the slope of the standard deviation; the variance has twice that.",
                        lambda D, variance: math.log(D * variance / 2) / 2),
        other_slope_5_c("`variance` is a variance already; do not square it.",
                        lambda D, variance: math.log(D * variance**2 / 2)),
        slip_5_c("the mean of a logarithm is less than the logarithm of the mean: there is a second term.",
                 mean_of_log=lambda D, variance: math.log(D * variance / 2)),
        slip_5_c("the mean of log(1 + ε) is minus half of the variance of ε.",
                 mean_of_log=lambda D, variance: math.log(D * variance / 2) - 5 / D),
        slip_5_c("the curve of the logarithm bends down: the second term is negative.",
                 mean_of_log=lambda D, variance: math.log(D * variance / 2) + 5 / (2 * D)),
        slip_5_c("this is what is added by the spread; the slope of 7.30 comes on top.",
                 mean_of_log=lambda D, variance: -5 / (2 * D)),
        slip_5_c("this is the spread of one unit; a layer averages over D of them.", spread=lambda D, variance: 5.0),
        slip_5_c("divide by the square of the mean of ReLU[z]², which is not 1.", spread=lambda D, variance: 1.25 / D),
        slip_5_c("the square of the mean is not taken away: a variance is asked for.",
                 spread=lambda D, variance: 6 / D),
        slip_5_c("this is a layer without a ReLU.", spread=lambda D, variance: 2 / D),
        slip_5_c("this is the standard deviation of the factor; its variance is asked for.",
                 spread=lambda D, variance: math.sqrt(5 / D)),
    ),
)  # fmt: skip


# ---- 5.d: hit a target -----------------------------------------------------------------------------------------------


def instances_5_d(rng: Generator) -> Sequence[Arguments]:
    return [
        {"D_i": int(rng.integers(5, 40)), "D": int(rng.integers(50, 300)), "K": K,
         "target": float(math.exp(rng.uniform(0.5, 4.0) * sign))}
        for K, sign in ((30, 1), (30, -1), (1, 1), (int(rng.integers(5, 25)), -1))
    ]  # fmt: skip


def variance_5_d(D_i: Any, D: Any, K: Any, target: Any, first: float = 1.0, later: float = 0.5) -> float:
    """σ² from target = (first·D_i·σ²)·(later·D·σ²)^K."""
    return float((target / (first * D_i * (later * D) ** K)) ** (1 / (K + 1)))


def slip_5_d(sentence: str, wrong: Callable[..., float]) -> Slip:
    return Slip(lambda **arguments: {"variance": wrong(**arguments)}, sentence)


PROBLEM_5_D = Problem(
    id="5.d",
    title="Hit a target",
    points=2,
    minutes=12,
    hints=(
        "Which factor does the variance get on the way from x to f_0, and which from f_{k−1} to f_k?",
        "No ReLU stands before Ω_0, so the first factor is D_i·σ². How many factors follow it?",
        "target = D_i·σ²·(D·σ²/2)^K: collect the powers of σ² and take a root.",
    ),
    instances=instances_5_d,
    truth=lambda **arguments: {"variance": variance_5_d(**arguments)},
    slips=(
        slip_5_d("no ReLU stands before Ω_0: its factor has no ½.", lambda **a: variance_5_d(**a, first=0.5)),
        slip_5_d("the ½ of the ReLU is missing.", lambda **a: variance_5_d(**a, later=1.0)),
        slip_5_d("Ω_0 has rows of D_i entries, not of D.",
                 lambda D_i, D, K, target: variance_5_d(D, D, K, target)),
        slip_5_d("Ω_0 has rows of D_i entries, not of D, and no ReLU stands before it.",
                 lambda D_i, D, K, target: variance_5_d(D, D, K, target, first=0.5)),
        slip_5_d("Ω_0 is left out: it has the same σ².", lambda D_i, D, K, target: 2 / D * target ** (1 / K)),
        slip_5_d("from f_0 to f_K there are K layers, and Ω_0 comes before them.",
                 lambda D_i, D, K, target: (target / (D_i * (D / 2) ** (K - 1))) ** (1 / K)),
        slip_5_d("there are K + 1 factors σ², one for each Ω: another root.",
                 lambda D_i, D, K, target: (target / (D_i * (D / 2) ** K)) ** (1 / K)),
        slip_5_d("this is the standard deviation; asked is the variance.",
                 lambda **a: math.sqrt(variance_5_d(**a))),
        slip_5_d("this is He's variance, which keeps what f_0 has; the target is another number.",
                 lambda D_i, D, K, target: 2 / D),
        slip_5_d("the layers multiply, each by the same factor: take a root of the target.",
                 lambda D_i, D, K, target: 2 / D * target),
        slip_5_d("the target is a variance already; do not square it.",
                 lambda D_i, D, K, target: variance_5_d(D_i, D, K, target**2)),
    ),
)  # fmt: skip


# ---- 5.e: LSUV by hand -----------------------------------------------------------------------------------------------


def instances_5_e(rng: Generator) -> Sequence[Arguments]:
    """First equal widths, then others; the weights are not centred, so that means are not 0."""
    return [
        {"x": rng.normal(size=(widths[0], 20)) + 0.5,
         "omega": [rng.uniform(0.2, 3.0) * rng.normal(1.0, 1.5, size=(above, below))
                   for below, above in pairwise(widths)]}
        for widths in ((6, 6, 6, 6), (3, 8, 5, 4))
    ]  # fmt: skip


def lsuv_5_e(
    x: Any, omega: Any,
    divisor: Callable[[Any], Any] = np.std,
    activation: Callable[[Any], Any] = relu,
    measured: Callable[[Any, Any], Any] = lambda f, h: f,
    onward: Callable[[Any, Any], Any] = lambda rescaled, original: rescaled,
) -> dict[str, Any]:  # fmt: skip
    """The rescaled weights, layer by layer; every keyword after omega plants a slip."""
    h, rescaled = x, []
    for matrix in omega:
        f = matrix @ h
        rescaled.append(matrix / divisor(measured(f, activation(f))))
        h = activation(onward(rescaled[-1], matrix) @ h)
    return {"omega": rescaled}


def slip_5_e(sentence: str, **planted: Callable[..., Any]) -> Slip:
    return Slip(lambda x, omega: lsuv_5_e(x, omega, **planted), sentence)


def some_layers_5_e(which: slice) -> Callable[..., Entries]:
    """Only some layers rescaled, the others as they came."""

    def answer(x: Any, omega: Any) -> Entries:
        h, result = x, []
        chosen = range(len(omega))[which]
        for k, matrix in enumerate(omega):
            result.append(matrix / np.std(matrix @ h) if k in chosen else matrix)
            h = relu(result[-1] @ h)
        return {"omega": result}

    return answer


PROBLEM_5_E = Problem(
    id="5.e",
    title="LSUV by hand",
    points=3,
    minutes=20,
    hints=(
        "One loop from the first layer to the last: measure, rescale, and go on with what the rescaled layer gives.",
        "If f has the variance v, which number c makes the variance of c·f equal to 1? And c·f is (c·Ω) h.",
        "f = omega[k] @ h, then omega[k] / f.std(), then the new f, then h = ReLU of it.",
    ),
    instances=instances_5_e,
    truth=lsuv_5_e,
    slips=(
        slip_5_e("divided by the variance: multiplying by c multiplies the variance by c².", divisor=np.var),
        slip_5_e("the weights are multiplied by the deviation; divide, so that a large one shrinks.",
                 divisor=lambda f: 1 / np.std(f)),
        slip_5_e("this makes the mean square 1; the variance has the square of the mean taken away.",
                 divisor=lambda f: np.sqrt(np.mean(f**2))),
        slip_5_e("all variances were measured with the old weights; a layer's input changes when those below do.",
                 onward=lambda rescaled, original: original),
        slip_5_e("the ReLU is missing between the layers.", activation=lambda f: f),
        slip_5_e("the variance is measured after the ReLU; take that of f.", measured=lambda f, h: h),
        slip_5_e("each unit has a variance of its own here; take one number for the layer.",
                 divisor=lambda f: np.std(f, axis=1, keepdims=True)),
        slip_5_e("the estimate divides by one entry less (ddof=1); here all entries of f are averaged.",
                 divisor=lambda f: np.std(f, ddof=1)),
        Slip(lambda x, omega: {"omega": [matrix / np.std(matrix) for matrix in omega]},
             "the weights have variance 1 now; asked is that what comes out has."),
        Slip(lambda x, omega: {"omega": list(omega)}, "nothing is rescaled."),
        Slip(some_layers_5_e(slice(1)), "only the first layer is rescaled."),
        Slip(some_layers_5_e(slice(0, -1)), "the last layer is not rescaled; the output is to have variance 1 too."),
        Slip(some_layers_5_e(slice(1, None)), "the first layer is not rescaled."),
    ),
)  # fmt: skip


# ---- 5.f: tanh wants Glorot ------------------------------------------------------------------------------------------

# Smooth activations with their value and slope at 0; the shifted ones are centred nowhere.
SMOOTH: tuple[tuple[Callable[[Any], Any], float, float], ...] = (
    (sigmoid, 0.5, 0.25),
    (np.tanh, 0.0, 1.0),
    (lambda z: 1.7159 * np.tanh(2 * z / 3), 0.0, 1.7159 * 2 / 3),
    (lambda z: np.log1p(np.exp(z)), math.log(2), 0.5),
    (lambda z: np.exp(z) / 3, 1 / 3, 1 / 3),
)


def at_zero(a: Any) -> tuple[float, float]:
    """Value and slope of one of these activations at 0."""
    return next((value, slope) for known, value, slope in SMOOTH if known is a)


def instances_5_f(rng: Generator) -> Sequence[Arguments]:
    sizes = [rng.choice(np.arange(5, 300), size=2, replace=False) for _ in SMOOTH]
    return [{"a": a, "D_in": int(D[0]), "D_out": int(D[1])} for (a, _, _), D in zip(SMOOTH, sizes, strict=True)]


def slip_5_f(sentence: str, **wrong: Callable[..., float]) -> Slip:
    """Slips as functions of the value and the slope at 0 and of the sizes."""
    return Slip(
        lambda a, D_in, D_out: {name: one(*at_zero(a), D_in, D_out) for name, one in wrong.items()}, sentence
    )  # fmt: skip


def answers_5_f(a: Any, D_in: Any, D_out: Any) -> dict[str, float]:
    value, slope = at_zero(a)
    return {"variance": 2 / ((D_in + D_out) * slope**2), "p": 1 / slope, "q": -value / slope}


PROBLEM_5_F = Problem(
    id="5.f",
    title="What tanh wants, and what the sigmoid wants",
    points=3,
    minutes=20,
    hints=(
        "Near 0, a[f] ≈ c + s·f, where c is the value and s the slope at 0. What happens to a variance on the way?",
        "Forward the variance is multiplied by s²·D_in·σ², backward by s²·D_out·σ²; average the sizes as in 7.33.",
        "p·a + q has the slope p·s and the value p·c + q at 0. A central difference gives s well enough.",
    ),
    instances=instances_5_f,
    truth=answers_5_f,
    tolerance=1e-5,  # for slopes by differences
    slips=(
        slip_5_f("the slope at 0 is not in it; for tanh it is 1, for others not.",
                 variance=lambda c, s, D_in, D_out: 2 / (D_in + D_out)),
        slip_5_f("the slope multiplies f, so its square multiplies the variance.",
                 variance=lambda c, s, D_in, D_out: 2 / ((D_in + D_out) * s)),
        slip_5_f("the slope is on the wrong side: where the activation takes away, the weights must add.",
                 variance=lambda c, s, D_in, D_out: 2 * s**2 / (D_in + D_out)),
        slip_5_f("this has He's 2 for a ReLU; a smooth activation does not cut half of f off.",
                 variance=lambda c, s, D_in, D_out: 4 / ((D_in + D_out) * s**2)),
        slip_5_f("this keeps the forward pass alone; average D_in and D_out as in 7.33.",
                 variance=lambda c, s, D_in, D_out: 1 / (D_in * s**2)),
        slip_5_f("this keeps the backward pass alone; average D_in and D_out as in 7.33.",
                 variance=lambda c, s, D_in, D_out: 1 / (D_out * s**2)),
        slip_5_f("the mean of D_in and D_out is half of their sum.",
                 variance=lambda c, s, D_in, D_out: 1 / ((D_in + D_out) * s**2)),
        slip_5_f("this is the standard deviation; asked is the variance.",
                 variance=lambda c, s, D_in, D_out: math.sqrt(2 / (D_in + D_out)) / s),
        slip_5_f("this is the slope of a; p must bring it to 1.", p=lambda c, s, D_in, D_out: s),
        slip_5_f("not the value but the slope at 0 is to be brought to 1 by p.",
                 p=lambda c, s, D_in, D_out: 1 / c if c else 1.0),
        slip_5_f("a is multiplied by p before q comes on top: p·a[0] + q = 0.", q=lambda c, s, D_in, D_out: -c),
        slip_5_f("the sign of q: p·a[0] + q = 0.", q=lambda c, s, D_in, D_out: c / s),
        slip_5_f("a is multiplied by p, not by its slope, before q comes on top.", q=lambda c, s, D_in, D_out: -c * s),
    ),
)  # fmt: skip


# ---- 5.g: break symmetry ---------------------------------------------------------------------------------------------

PROPOSALS = {
    "a": "random β_0 gives every unit a kink of its own, and another set of examples it is on for.",
    "b": "small batches and their order are the same for all units.",
    "c": "with dropout each unit misses steps of its own.",
    "d": "momentum turns equal gradients into equal steps.",
    "e": "random Ω_1 sends another ∂ℓ/∂h_1 to each unit, so Ω_0 moves apart in the first step.",
    "f": "all units see the same noisy input.",
}
BREAKING = "ace"


def slips_of_ways_5_g() -> list[Slip]:
    """For every other choice of proposals, a sentence about the first that is wrong in it."""

    def slip(number: int) -> Slip:
        chosen = "".join(letter for i, letter in enumerate(PROPOSALS) if number >> i & 1)
        first = next(letter for letter in PROPOSALS if (letter in chosen) != (letter in BREAKING))
        return Slip(lambda **arguments: {"ways": chosen}, f"look again at proposal {first}: {PROPOSALS[first]}")

    right = sum(1 << i for i, letter in enumerate(PROPOSALS) if letter in BREAKING)
    return [slip(number) for number in range(1 << len(PROPOSALS)) if number != right]


def instances_5_g(rng: Generator) -> Sequence[Arguments]:
    """Equal units; then random Ω_1, two groups in β_0, and dropout masks; every unit is on for all the examples."""

    def draw(D: int, **changed: Any) -> Arguments:
        return {
            "x": rng.uniform(0.5, 2.0, size=(2, 4)), "y": rng.normal(size=(2, 4)) + 3.0,
            "beta_0": np.full((D, 1), 0.5), "omega_0": np.full((D, 2), 0.5), "beta_1": np.zeros((2, 1)),
            "omega_1": np.full((2, D), 0.5), "masks": np.ones((2, D, 1)), "lr": float(rng.uniform(2e-3, 4e-3)),
            **changed,
        }  # fmt: skip

    groups = np.array([[0.3], [0.6], [0.3], [0.6]]) + rng.uniform(0, 0.2)
    # Five units, three histories.
    masks = rng.permutation([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [1.0, 0.0]])
    return [draw(5), draw(4, omega_1=rng.uniform(0.2, 1.0, size=(2, 4))), draw(4, beta_0=groups),
            draw(5, masks=masks.T[:, :, None])]  # fmt: skip


def trained_5_g(
    x: Any, y: Any, beta_0: Any, omega_0: Any, beta_1: Any, omega_1: Any, masks: Any, lr: Any,
    back_mask: bool = True,
    rate: float = 2.0,
    simultaneous: bool = True,
    averaged: bool = False,
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """Gradient descent on a network with one hidden layer; every keyword after lr plants a slip."""
    rate = rate / x.shape[1] if averaged else rate
    for mask in masks:
        f_0 = beta_0 + omega_0 @ x
        h = mask * relu(f_0)
        g = rate * (beta_1 + omega_1 @ h - y)
        new_beta_1, new_omega_1 = beta_1 - lr * g.sum(axis=1, keepdims=True), omega_1 - lr * g @ h.T
        at_f0 = (mask if back_mask else 1.0) * (f_0 > 0) * ((omega_1 if simultaneous else new_omega_1).T @ g)
        beta_0, omega_0 = beta_0 - lr * at_f0.sum(axis=1, keepdims=True), omega_0 - lr * at_f0 @ x.T
        beta_1, omega_1 = new_beta_1, new_omega_1
    return beta_0, omega_0, beta_1, omega_1


def different(rows: Any) -> int:
    """The number of rows that differ by more than rounding."""
    return len({tuple(row) for row in np.round(rows, 9).tolist()})


def answers_5_g(**arguments: Any) -> dict[str, Any]:
    beta_0, omega_0, _, _ = trained_5_g(**arguments)
    return {"omega_0": omega_0, "units": different(np.hstack([beta_0, omega_0]))}


def slip_5_g(sentence: str, **planted: Any) -> Slip:
    """A slip in the training; it says nothing of the number of units, which other slips can give too."""
    return Slip(lambda **arguments: {"omega_0": trained_5_g(**arguments, **planted)[1]}, sentence)


def other_masks_5_g(sentence: str, change: Callable[[Any], Any]) -> Slip:
    return Slip(lambda masks, **others: {"omega_0": trained_5_g(masks=change(masks), **others)[1]}, sentence)


PROBLEM_5_G = Problem(
    id="5.g",
    title="Break the symmetry",
    points=4,
    minutes=25,
    hints=(
        "Each step: h_1 = mask ⊙ ReLU[f_0], the gradients 7.21, 7.22, 7.24, then all four parameters at once.",
        "The mask is a factor of h_1, so it is a factor on the way back too: mask * (f_0 > 0) * (Ω_1ᵀ ∂ℓ/∂f_1).",
        "Put β_0 and Ω_0 side by side, round, and count different rows: np.unique(…, axis=0).",
        "A proposal breaks the symmetry only if it treats two units of one layer differently.",
    ),
    instances=instances_5_g,
    truth=lambda **arguments: {**answers_5_g(**arguments), "ways": BREAKING},
    slips=(
        slip_5_g("the mask is missing on the way back: a unit that is dropped gets no gradient.", back_mask=False),
        other_masks_5_g("the masks are not used.", np.ones_like),
        other_masks_5_g("only one step is made; make one for each mask.", lambda masks: masks[:1]),
        slip_5_g("the factor 2 of the loss's derivative is missing.", rate=1.0),
        slip_5_g("the steps go uphill: subtract the gradient.", rate=-2.0),
        slip_5_g("the gradient is averaged over the examples here; the loss is their sum.", averaged=True),
        slip_5_g("Ω_1 has moved before the gradient of Ω_0 was computed; all gradients come first.",
                 simultaneous=False),
        Slip(lambda **a: {"omega_0": a["omega_0"], "units": different(np.hstack([a["beta_0"], a["omega_0"]]))},
             "this is the start; train first."),
        Slip(lambda **a: {"units": len(a["omega_0"])}, "not all units differ: equal ones count once."),
        Slip(lambda **a: {"units": different(trained_5_g(**a)[1].T)},
             "the columns are counted; a unit is a row of Ω_0, with its entry of β_0."),
        Slip(lambda **a: {"units": 1}, "not always 1: some of these networks have something that breaks the symmetry."),
        *slips_of_ways_5_g(),
    ),
)  # fmt: skip


# ---- 5.h: find the bug -----------------------------------------------------------------------------------------------

EXPERIMENTS: tuple[Experiment, ...] = (
    ("the mean of the weights", "0", {"one-sided": "positive"}),
    ("the rows of Ω", "different", {"one-row": "equal"}),
    ("the variance of 200 × 100 weights, compared with that of 100 × 100,", "the same",
     {"fans-exchanged": "half as large", "fans-averaged": "a third smaller"}),
    ("the variance of 100 × 2 weights", "too small", {"std-is-variance": "right", "two-roots": "right"}),
    ("the variance of 100 × 200 weights", "not far from right", {"std-is-variance": "far too small",
                                                                "two-roots": "far too large"}),
    ("the largest of many weights, divided by their deviation,", "above 3", {"limit-is-std": "below 2"}),
)  # fmt: skip


PROBLEM_5_H = Problem(
    id="5.h",
    title="Six initializations, six bugs",
    points=3,
    minutes=25,
    hints=(
        "Draw a large Ω from each version. Look at the mean, the variance times D_in, the largest entry, a few rows.",
        "Then change D_in with D_out fixed, and D_out with D_in fixed. How should the variance follow, how does it?",
        "A standard deviation taken for a variance hides at one value of D_in. Which number is its own square?",
        "The variance of numbers spread evenly between ±limit is limit²/3.",
    ),
    truth=lambda: {f"version_{number}": bug for number, bug in enumerate(PLANTED, start=1)},
    slips=refutations(PLANTED, BUGS, EXPERIMENTS),
)


# ---- 5.i: underflow and overflow -------------------------------------------------------------------------------------

SMALLEST = {name: float(np.finfo(name).smallest_subnormal) for name in ("float16", "float32", "float64")}
LARGEST = {name: float(np.finfo(name).max) for name in SMALLEST}


def depth_5_i(
    D: Any, variance: Any, dtype: Any,
    power: float = 1.0,
    gain: Callable[[Any, Any], float] = lambda D, variance: D * variance / 2,
    smallest: Callable[[str], float] = SMALLEST.__getitem__,
    largest: Callable[[str], float] = LARGEST.__getitem__,
) -> float:  # fmt: skip
    """The depth, not yet rounded up, at which gain^(power·k) leaves the range of the dtype."""
    rate = power * math.log(gain(D, variance))
    return math.log(largest(dtype) if rate > 0 else smallest(dtype)) / rate


def depths_5_i(**arguments: Any) -> dict[str, int]:
    """The first layer at which the variance is out of range, and the first at which the values are."""
    return {"of_variance": math.ceil(depth_5_i(**arguments)), "of_values": math.ceil(depth_5_i(**arguments, power=0.5))}


def instances_5_i(rng: Generator) -> Sequence[Arguments]:
    """Both directions in both types; never so close to a whole number that rounding decides."""
    instances = []
    for dtype, up in (("float16", True), ("float16", False), ("float32", True), ("float32", False)):
        one: Arguments = {}
        while not one or any(abs(depth % 1 - 0.5) > 0.49 for depth in (depth_5_i(**one), depth_5_i(**one, power=0.5))):
            D = int(rng.integers(20, 300))
            gain = float(rng.uniform(1.3, 3.0)) if up else float(rng.uniform(0.2, 0.7))
            one = {"D": D, "variance": 2 * gain / D, "dtype": dtype}
        instances.append(one)
    return instances


def slip_5_i(sentence: str, **planted: Any) -> Slip:
    return Slip(lambda **arguments: depths_5_i(**arguments, **planted), sentence)


def rounded_5_i(rounding: Callable[[float], int]) -> Callable[..., Entries]:
    return lambda **a: {"of_variance": rounding(depth_5_i(**a)), "of_values": rounding(depth_5_i(**a, power=0.5))}


PROBLEM_5_I = Problem(
    id="5.i",
    title="Where floats end",
    points=3,
    minutes=20,
    hints=(
        "The variance at layer k is (Dσ²/2)^k (7.30). Solve for k with logarithms, and round up to a whole layer.",
        "np.finfo(dtype) knows .max and .smallest_subnormal. Which of the two counts depends on Dσ²/2 > 1.",
        "The values are of the size of the standard deviation, the root of the variance: they last longer.",
    ),
    instances=instances_5_i,
    truth=depths_5_i,
    slips=(
        Slip(lambda **a: {"of_values": depths_5_i(**a)["of_variance"]},
             "this is the variance; the values have the size of its root."),
        Slip(lambda **a: {"of_variance": depths_5_i(**a)["of_values"]},
             "this is the standard deviation; the variance is its square."),
        slip_5_i("the ½ of the ReLU is missing.", gain=lambda D, variance: D * variance),
        slip_5_i("`variance` is a variance already; do not square it.", gain=lambda D, variance: D * variance**2 / 2),
        slip_5_i("np.finfo(dtype).tiny is the smallest number with all its digits; smaller ones exist.",
                 smallest=lambda dtype: float(np.finfo(dtype).tiny)),
        slip_5_i("np.finfo(dtype).eps is the distance from 1 to the next number; much smaller ones exist.",
                 smallest=lambda dtype: float(np.finfo(dtype).eps)),
        slip_5_i("these are the limits of float64; look up those of `dtype`.",
                 smallest=lambda dtype: SMALLEST["float64"], largest=lambda dtype: LARGEST["float64"]),
        Slip(rounded_5_i(math.floor), "this is the last layer within the range; asked is the first beyond it."),
        Slip(rounded_5_i(lambda depth: math.ceil(depth) + 1), "one layer too late."),
    ),
)  # fmt: skip


PROBLEMS = (
    PROBLEM_5_A,
    PROBLEM_5_B,
    PROBLEM_5_C,
    PROBLEM_5_D,
    PROBLEM_5_E,
    PROBLEM_5_F,
    PROBLEM_5_G,
    PROBLEM_5_H,
    PROBLEM_5_I,
)
