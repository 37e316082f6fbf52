"""Right and wrong answers to 7.14 and 7.15; a wrong one comes with words of its diagnosis."""

# Written as students write: long, repetitive, and each on its own.
import numpy as np

import bpkit as bp

# ---- 7.14

REASONS = ("mean", "cases", "symmetry", "relu")


def loop_7_14(values, probabilities):
    mean = second = 0.0
    for a, p in zip(values, probabilities, strict=True):
        b = 0.0 if a < 0 else a
        mean += p * b
        second += p * b * b
    return second, second - mean**2, "Mean", "cases", "symmetry", " ReLU "


def centred_7_14(values, probabilities):
    b = np.maximum(values, 0)
    mean = np.average(b, weights=probabilities)
    second, variance = probabilities @ b**2, probabilities @ (b - mean) ** 2
    return {"second_moment": second, "variance": variance, "step_1": "mean", "step_2": "cases", "step_3": "symmetry",
            "step_4": "relu"}  # fmt: skip


RIGHT_7_14 = [
    loop_7_14,
    centred_7_14,
    lambda values, probabilities: [(probabilities * (values * (values > 0)) ** 2).sum(),
                                   np.cov(values * (values > 0), aweights=probabilities, ddof=0), *REASONS],
]  # fmt: skip


def moments_7_14(change, reasons=REASONS):
    """The right answer with a change made to its two numbers."""

    def answer(values, probabilities):
        b = np.maximum(values, 0)
        return (*change(values, probabilities, b, probabilities @ b, probabilities @ b**2), *reasons)

    return answer


def reasons_7_14(*reasons):
    return moments_7_14(lambda a, p, b, m, s: (s, s - m**2), reasons)


WRONG_7_14 = [
    (moments_7_14(lambda a, p, b, m, s: (p @ a**2 / 2, s - m**2)), "`second_moment`: half of E[a²] is what"),
    (moments_7_14(lambda a, p, b, m, s: (m**2, s - m**2)), "`second_moment`: this is the square of the mean"),
    (moments_7_14(lambda a, p, b, m, s: (p @ a**2, p @ a**2)), "the ReLU is missing"),
    (moments_7_14(lambda a, p, b, m, s: (s, s)), "`variance`: this is E[b²]; the mean of b is not 0"),
    (moments_7_14(lambda a, p, b, m, s: (s - m**2, s - m**2)), "`second_moment`: this is the variance of b"),
    (moments_7_14(lambda a, p, b, m, s: (np.mean(b**2), np.var(b))), "weigh each one with its probability"),
    (moments_7_14(lambda a, p, b, m, s: (p[a > 0] @ a[a > 0] ** 2 / p[a > 0].sum(), s - m**2)),
     "`second_moment`: this is the mean over the values above 0 alone"),
    (reasons_7_14("mean", "cases", "mean", "relu"), "`step_3`: a mean of 0 is not enough"),
    (reasons_7_14("mean", "cases", "normal", "relu"), "`step_3`: nothing in the proof asks for a normal"),
    (reasons_7_14("independence", "cases", "symmetry", "relu"), "`step_1`: there is a single random variable"),
    (reasons_7_14("mean", "symmetry", "cases", "relu"), "`step_2`: this step only sorts"),
    (reasons_7_14("mean", "cases", "symmetry", 4), "`step_4` is a int, expected a word in quotes"),
    (lambda values, probabilities: np.sum(probabilities * np.maximum(values, 0) ** 2), "expected 6 parts"),
]  # fmt: skip


# ---- 7.15

EQUAL = ("rows", "all", "columns")


def trained_7_15(x, y, lr, steps, init=bp.init.zeros):
    net = bp.mlp([len(x), 3, 3, len(y)], init=init, rng=0)
    for _ in range(steps):
        _, grads = bp.backprop(net, bp.LeastSquares(), x, y)
        for parameter, gradient in zip(net.parameters, grads.parameters, strict=True):
            parameter -= lr * gradient
    return net(x), "b", *EQUAL


def bias_only_7_15(x, y, lr, steps):
    beta_2 = np.zeros((len(y), 1))
    for _ in range(steps):
        beta_2 = beta_2 - lr * 2 * (beta_2 - y).sum(axis=1, keepdims=True)
    return np.tile(beta_2, y.shape[1]), "B", *EQUAL


def part_of_the_way_7_15(x, y, lr, steps):
    examples = y.shape[1]
    output = (1 - (1 - 2 * lr * examples) ** steps) * y.mean(axis=1, keepdims=True) * np.ones((1, examples))
    return {"output": output, "moved": "b", "omega_0": "rows", "omega_1": "all", "omega_2": "columns"}


RIGHT_7_15 = [trained_7_15, bias_only_7_15, part_of_the_way_7_15]


def other_output_7_15(output):
    return lambda x, y, lr, steps: (output(x, y, lr, steps), "b", *EQUAL)


def other_words_7_15(*words):
    return lambda x, y, lr, steps: (bias_only_7_15(x, y, lr, steps)[0], *words)


WRONG_7_15 = [
    (other_output_7_15(lambda x, y, lr, steps: np.zeros_like(y)), "`output`: nothing has moved"),
    (other_output_7_15(lambda x, y, lr, steps: np.tile(y.mean(axis=1, keepdims=True), y.shape[1])),
     "`output`: this is where training ends"),
    (other_output_7_15(lambda x, y, lr, steps: bias_only_7_15(x, y, lr / 2, steps)[0]), "`output`: the factor 2"),
    (other_output_7_15(lambda x, y, lr, steps: bias_only_7_15(x, y, lr / y.shape[1], steps)[0]),
     "`output`: the gradient is averaged"),
    (other_output_7_15(lambda x, y, lr, steps: bias_only_7_15(x, y, lr, steps + 1)[0]),
     "`output`: this is one step too many"),
    (other_output_7_15(lambda x, y, lr, steps: bias_only_7_15(x, y, lr, steps)[0][:, :1]), "`output` has shape"),
    (other_words_7_15("a", *EQUAL), "`moved`: the loss is not at its minimum"),
    (other_words_7_15("c", *EQUAL), "`moved`: ∂ℓ/∂Ω_2 = ∂ℓ/∂f_2 h_2ᵀ"),
    (other_words_7_15("b", "columns", "all", "rows"), "`omega_0`: the other way round: a row belongs to a unit"),
    (other_words_7_15("b", "all", "all", "all"), "`omega_2`: the targets differ"),
    (other_words_7_15("b", "rows", "rows", "columns"), "`omega_1`: more is equal than that"),
    (other_words_7_15("b", "none", "none", "none"), "`omega_0`: the units of a layer get the same gradient"),
]  # fmt: skip


RIGHT = {"7.14": RIGHT_7_14, "7.15": RIGHT_7_15}
WRONG = {"7.14": WRONG_7_14, "7.15": WRONG_7_15}
