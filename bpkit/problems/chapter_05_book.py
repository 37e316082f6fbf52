"""The book's problems of chapter 05: 7.14 and 7.15."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip

Generator = np.random.Generator


# ---- 7.14: half the variance is left ---------------------------------------------------------------------------------


def instances_7_14(rng: Generator) -> Sequence[Arguments]:
    """Distributions of mean 0: two that are symmetric, one with its 0, and two that are not."""
    u, v, low, high = np.sort(rng.uniform(0.5, 3.0, size=4))
    p = float(rng.uniform(0.1, 0.3))
    skewed = np.array([-low, high, 0.0]), np.array([high, low, 0.5]) / (high + low + 0.5)
    mixed = np.array([-v, v, -low, high]), np.array([p / 2, p / 2, (1 - p) * high / (high + low),
                                                     (1 - p) * low / (high + low)])  # fmt: skip
    symmetric = np.array([u, -v, 0.0, -u, v]), np.array([p, 0.3 - p / 2, 0.4 - p, p, 0.3 - p / 2])
    coin = np.array([u, -u]), np.array([0.5, 0.5])
    return [{"values": a, "probabilities": p} for a, p in (symmetric, skewed, mixed, coin)]


def moments(values: Any, probabilities: Any) -> dict[str, float]:
    """What the slips are made of: moments of a and of b = ReLU[a]."""
    b = np.maximum(values, 0.0)
    return {
        "E[a²]": float(np.sum(probabilities * values**2)),
        "E[b]": float(np.sum(probabilities * b)),
        "E[b²]": float(np.sum(probabilities * b**2)),
        "P[a>0]": float(np.sum(probabilities * (values > 0))),
        "P[a>=0]": float(np.sum(probabilities * (values >= 0))),
    }


REASONS_7_14 = {"step_1": "mean", "step_2": "cases", "step_3": "symmetry", "step_4": "relu"}

# What to say of a wrong reason: for the words that fit no step, and otherwise for the step.
UNFIT_7_14 = {
    "normal": "nothing in the proof asks for a normal distribution: a uniform one will do as well.",
    "independence": "there is a single random variable here; what would it be independent of?",
}
ASKED_7_14 = {
    "step_1": "the variance and E[a²] differ by E[a]²: what makes that 0?",
    "step_2": "this step only sorts the values of a, those below 0 and the others; it is right for every a.",
    "step_3": "values below 0 must weigh as much as those above: which property of a says so?",
    "step_4": "here b comes in for the first time: where is said what it is?",
}


def slips_of_reasons_7_14() -> list[Slip]:
    def slip(step: str, reason: str) -> Slip:
        sentence = UNFIT_7_14.get(reason, ASKED_7_14[step])
        if (step, reason) == ("step_3", "mean"):
            sentence = "a mean of 0 is not enough: −1 with probability 3/4 and 3 with probability 1/4 has it too."
        return Slip(lambda values, probabilities: {step: reason}, sentence)

    return [slip(step, reason) for step, right in REASONS_7_14.items()
            for reason in (*REASONS_7_14.values(), *UNFIT_7_14) if reason != right]  # fmt: skip


def slip_7_14(sentence: str, **wrong: Callable[..., Any]) -> Slip:
    return Slip(lambda values, probabilities: {
        name: part(moments(values, probabilities)) for name, part in wrong.items()}, sentence)  # fmt: skip


PROBLEM_7_14 = Problem(
    id="7.14",
    title="The ReLU halves the second moment",
    points=3,
    minutes=20,
    hints=(
        "The expectation of a function of a is the sum of its values, each times its probability: Σ_i p_i g(a_i).",
        "E[b²] and Var[b] = E[b²] − E[b]² are different numbers, since b is never negative and its mean is not 0.",
        "Two of the six reasons are not needed at all. Step 2 is right for any random variable, step 3 is not.",
    ),
    instances=instances_7_14,
    truth=lambda values, probabilities: {
        "second_moment": moments(values, probabilities)["E[b²]"],
        "variance": moments(values, probabilities)["E[b²]"] - moments(values, probabilities)["E[b]"] ** 2,
        **REASONS_7_14,
    },
    slips=(
        slip_7_14("half of E[a²] is what a symmetric a gives, and not every a here is symmetric: compute it.",
                  second_moment=lambda m: m["E[a²]"] / 2),
        slip_7_14("the ReLU is missing: this is E[a²].",
                  second_moment=lambda m: m["E[a²]"], variance=lambda m: m["E[a²]"]),
        slip_7_14("this is the square of the mean, E[b]²; asked is the mean of the square, E[b²].",
                  second_moment=lambda m: m["E[b]"] ** 2),
        slip_7_14("this is the mean of b; its square is to be averaged.", second_moment=lambda m: m["E[b]"]),
        slip_7_14("this is the variance of b, and the mean of b is not 0: E[b²] is larger.",
                  second_moment=lambda m: m["E[b²]"] - m["E[b]"] ** 2),
        slip_7_14("this is the mean over the values above 0 alone; the zeros that the ReLU makes count too.",
                  second_moment=lambda m: m["E[b²]"] / m["P[a>0]"]),
        slip_7_14("this is the mean over the values that are not below 0; the zeros that the ReLU makes count too.",
                  second_moment=lambda m: m["E[b²]"] / m["P[a>=0]"]),
        Slip(lambda values, probabilities: {"second_moment": np.mean(np.maximum(values, 0) ** 2),
                                            "variance": np.var(np.maximum(values, 0))},
             "every value counts the same here; weigh each one with its probability."),
        slip_7_14("this is E[b²]; the mean of b is not 0, so its square is to be subtracted.",
                  variance=lambda m: m["E[b²]"]),
        slip_7_14("half of E[a²] is a second moment; the mean of b is not 0, so the variance is smaller.",
                  variance=lambda m: m["E[a²]"] / 2),
        slip_7_14("the mean of b is subtracted; its square should be.", variance=lambda m: m["E[b²]"] - m["E[b]"]),
        *slips_of_reasons_7_14(),
    ),
)  # fmt: skip


# ---- 7.15: everything zero -------------------------------------------------------------------------------------------


def instances_7_15(rng: Generator) -> Sequence[Arguments]:
    """Learning rates with which the output bias approaches the mean target step by step."""
    return [
        {"x": rng.normal(size=(D_i, examples)), "y": rng.normal(size=(D_o, examples)) + 1.0,
         "lr": float(rng.uniform(0.1, 0.4)) / (2 * examples), "steps": steps}
        for D_i, D_o, examples, steps in ((3, 2, 5, 4), (2, 3, 4, 1), (4, 2, 3, 7))
    ]  # fmt: skip


def output_7_15(x: Any, y: Any, lr: Any, steps: Any, rate: float = 2.0, per_example: bool = False) -> Any:
    """The output after the steps, of which each takes the same part of the way to the mean of the targets."""
    part = 1 - (1 - rate * lr * (1 if per_example else y.shape[1])) ** steps
    return part * y.mean(axis=1, keepdims=True) * np.ones_like(y)


MOVED_7_15 = {
    "a": "the loss is not at its minimum: ∂ℓ/∂f_2 = 2(f_2 − y) is not 0, and it is what β_2 gets.",
    "c": "∂ℓ/∂Ω_2 = ∂ℓ/∂f_2 h_2ᵀ, and what is h_2?",
    "d": "on the way back ∂ℓ/∂f_2 is multiplied by Ω_2ᵀ, and what is that?",
}
EQUAL_7_15 = {
    ("omega_0", "columns"): "the other way round: a row belongs to a unit, a column to one entry of x.",
    ("omega_0", "all"): "the entries of x differ, and each of them has a column of its own in ∂ℓ/∂Ω_0 = ∂ℓ/∂f_0 xᵀ.",
    ("omega_0", "none"): "the units of a layer get the same gradient, as long as they have the same weights.",
    ("omega_1", "rows"): "more is equal than that: the units below are equal too, so what is in all columns of h_1ᵀ?",
    ("omega_1", "columns"): "more is equal than that: the units that Ω_1 leads to are equal as well.",
    ("omega_1", "none"): "equal units above get equal rows, equal units below equal columns.",
    ("omega_2", "rows"): "the other way round: a row belongs to an output, and each output has a target of its own.",
    ("omega_2", "all"): "the targets differ, and each output has a row of its own in ∂ℓ/∂Ω_2 = ∂ℓ/∂f_2 h_2ᵀ.",
    ("omega_2", "none"): "the units of the last hidden layer are equal, and each has a column in Ω_2.",
}


def slip_7_15(sentence: str, **wrong: Any) -> Slip:
    """A slip in words, or in the output where the part is a function."""
    return Slip(lambda **arguments: {
        name: part(**arguments) if callable(part) else part for name, part in wrong.items()}, sentence)  # fmt: skip


def steps_more(count: int) -> Callable[..., Entries]:
    return lambda x, y, lr, steps: output_7_15(x, y, lr, steps + count)


PROBLEM_7_15 = Problem(
    id="7.15",
    title="Everything zero",
    points=4,
    minutes=20,
    hints=(
        "Go forward with zeros in every Ω and β: what are h_1, h_2 and f_2? Then go back with 7.21, 7.22 and 7.24.",
        "The one parameter that moves has the gradient Σ_i 2(f_2 − y_i): what is its value after one step, after two?",
        "Equal weights: ∂ℓ/∂Ω_k = ∂ℓ/∂f_k h_kᵀ. Where are the entries of ∂ℓ/∂f_k all equal, and where those of h_k?",
    ),
    instances=instances_7_15,
    truth=lambda **arguments: {
        "output": output_7_15(**arguments), "moved": "b", "omega_0": "rows", "omega_1": "all", "omega_2": "columns",
    },
    slips=(
        slip_7_15("nothing has moved; one parameter has a gradient that is not 0.",
                  output=lambda x, y, lr, steps: 0 * y),
        slip_7_15("this is where training ends; after these few steps the output is on its way.",
                  output=lambda x, y, lr, steps: y.mean(axis=1, keepdims=True) * np.ones_like(y)),
        slip_7_15("the outputs follow their own targets, but all the examples share what moves.",
                  output=lambda x, y, lr, steps: (1 - (1 - 2 * lr) ** steps) * y),
        slip_7_15("these are the targets; without weights the network cannot tell the examples apart.",
                  output=lambda x, y, lr, steps: y),
        slip_7_15("the factor 2 of the loss's derivative is missing.",
                  output=lambda **arguments: output_7_15(**arguments, rate=1.0)),
        slip_7_15("the gradient is averaged over the examples here; the loss is their sum.",
                  output=lambda **arguments: output_7_15(**arguments, per_example=True)),
        slip_7_15("the steps go uphill: subtract the gradient.",
                  output=lambda **arguments: output_7_15(**arguments, rate=-2.0)),
        slip_7_15("this is one step too few.", output=steps_more(-1)),
        slip_7_15("this is one step too many.", output=steps_more(1)),
        slip_7_15("the gradient of the first step is taken for every step, but it shrinks as the output moves.",
                  output=lambda x, y, lr, steps: 2 * lr * steps * y.sum(axis=1, keepdims=True) * np.ones_like(y)),
        *(slip_7_15(sentence, moved=letter) for letter, sentence in MOVED_7_15.items()),
        *(slip_7_15(sentence, **{name: word}) for (name, word), sentence in EQUAL_7_15.items()),
    ),
)  # fmt: skip


PROBLEMS = (PROBLEM_7_14, PROBLEM_7_15)
