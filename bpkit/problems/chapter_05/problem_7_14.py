"""Problem 7.14: half the variance is left."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong, wrong_from, wrong_words


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
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


REASONS = {"step_1": "mean", "step_2": "cases", "step_3": "symmetry", "step_4": "relu"}

# What to say of a wrong reason: for the words that fit no step, and otherwise for the step.
UNFIT = {
    "normal": "nothing in the proof asks for a normal distribution: a uniform one will do as well.",
    "independence": "there is a single random variable here; what would it be independent of?",
}
ASKED = {
    "step_1": "the variance and E[a²] differ by E[a]²: what makes that 0?",
    "step_2": "this step only sorts the values of a, those below 0 and the others; it is right for every a.",
    "step_3": "values below 0 must weigh as much as those above: which property of a says so?",
    "step_4": "here b comes in for the first time: where is said what it is?",
}


def of_moments(values: Any, probabilities: Any) -> tuple[dict[str, float]]:
    """The moments, for formulas that take them all as one."""
    return (moments(values, probabilities),)


def sentence_for(step: str, reason: str) -> str:
    if (step, reason) == ("step_3", "mean"):
        return "a mean of 0 is not enough: −1 with probability 3/4 and 3 with probability 1/4 has it too."
    return UNFIT.get(reason, ASKED[step])


PROBLEM = Problem(
    id="7.14",
    title="The ReLU halves the second moment",
    points=3,
    minutes=20,
    hints=(
        "The expectation of a function of a is the sum of its values, each times its probability: Σ_i p_i g(a_i).",
        "E[b²] and Var[b] = E[b²] − E[b]² are different numbers, since b is never negative and its mean is not 0.",
        "Two of the six reasons are not needed at all. Step 2 is right for any random variable, step 3 is not.",
    ),
    instances=instances,
    truth=lambda values, probabilities: {
        "second_moment": moments(values, probabilities)["E[b²]"],
        "variance": moments(values, probabilities)["E[b²]"] - moments(values, probabilities)["E[b]"] ** 2,
        **REASONS,
    },
    follows={
        "variance": (("second_moment",), lambda given, **a: given["second_moment"] - moments(**a)["E[b]"] ** 2),
    },
    slips=(
        wrong_from(of_moments,
                   "half of E[a²] is what a symmetric a gives, and not every a here is symmetric: compute it.",
                   second_moment=lambda m: m["E[a²]"] / 2),
        wrong_from(of_moments, "the ReLU is missing: this is E[a²].", second_moment=lambda m: m["E[a²]"],
                   variance=lambda m: m["E[a²]"]),
        wrong_from(of_moments, "this is the square of the mean, E[b]²; asked is the mean of the square, E[b²].",
                   second_moment=lambda m: m["E[b]"] ** 2),
        wrong_from(of_moments, "this is the mean of b; its square is to be averaged.",
                   second_moment=lambda m: m["E[b]"]),
        wrong_from(of_moments, "this is the variance of b, and the mean of b is not 0: E[b²] is larger.",
                   second_moment=lambda m: m["E[b²]"] - m["E[b]"] ** 2),
        wrong_from(of_moments,
                   "this is the mean over the values above 0 alone; the zeros that the ReLU makes count too.",
                   second_moment=lambda m: m["E[b²]"] / m["P[a>0]"]),
        wrong_from(of_moments,
                   "this is the mean over the values that are not below 0; the zeros that the ReLU makes count too.",
                   second_moment=lambda m: m["E[b²]"] / m["P[a>=0]"]),
        wrong("every value counts the same here; weigh each one with its probability.",
              second_moment=lambda values, probabilities: np.mean(np.maximum(values, 0) ** 2),
              variance=lambda values, probabilities: np.var(np.maximum(values, 0))),
        wrong("the probabilities are squared, too: square the values alone.",
              second_moment=lambda values, probabilities: np.sum((probabilities * np.maximum(values, 0)) ** 2)),
        wrong_from(of_moments, "this is E[b²]; the mean of b is not 0, so its square is to be subtracted.",
                   variance=lambda m: m["E[b²]"]),
        wrong_from(of_moments, "half of E[a²] is a second moment; the mean of b is not 0, so the variance is smaller.",
                   variance=lambda m: m["E[a²]"] / 2),
        wrong_from(of_moments, "the mean of b is subtracted; its square should be.",
                   variance=lambda m: m["E[b²]"] - m["E[b]"]),
        *wrong_words(REASONS, (*REASONS.values(), *UNFIT), sentence_for),
    ),
)  # fmt: skip
