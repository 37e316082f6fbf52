"""Problem 7.17: two classes."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import sigmoid
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong_from


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Logits as they are at the start of training, and some so large that exp overflows; and a single example.

    Two logits are 0 and a little less, and in each batch a y is 0, which belongs to class 0.
    """
    y = rng.normal(size=(1, 6))
    y[0, :4] = 0.5, -0.5, 0.0, 1.0
    f = rng.choice([-800.0, 800.0], size=(1, 6))
    f[0, :4] = 800.0, 800.0, 0.5, -800.0
    small = np.array([[0.0, -0.5, 1.0, *rng.normal(size=4)]])
    return [{"f": small, "y": np.array([[1.5, -0.3, 0.0, *rng.normal(size=4)]])}, {"f": f, "y": y},
            {"f": rng.normal(size=(1, 1)), "y": np.array([[0.0]])}]  # fmt: skip


def cross_entropy(f: Any, t: Any) -> Any:
    return np.logaddexp(0.0, f) - t * f


def clipped(f: Any, t: Any, p: Any, smallest: float) -> float:
    """The loss from probabilities that are kept away from 0 and 1."""
    p = np.clip(p, smallest, 1 - smallest)
    return float(-np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)))


def parts(f: Any, y: Any) -> tuple[Any, Any, Any]:
    """The logits f, the targets t and the probabilities p."""
    return f, (y > 0).astype(float), sigmoid(f)


def answers(f: Any, y: Any, above: Callable[[Any, float], Any] = np.greater) -> Entries:
    """All five; `above` can plant a slip at y = 0."""
    t, p = above(y, 0.0).astype(float), sigmoid(f)
    return {
        "t": t, "p": p, "loss": float(np.mean(cross_entropy(f, t))), "dl_df": (p - t) / f.size,
        "squares": 2 * (p - t) * p * (1 - p) / f.size,
    }  # fmt: skip


def of_class_0(f: Any, y: Any) -> Entries:
    """All that has the probability in it, where that is the one of class 0."""
    return {name: entry for name, entry in answers(-f, y).items() if name != "t"}


PROBLEM = Problem(
    id="7.17",
    title="Two classes",
    points=4,
    minutes=30,
    hints=(
        "The network stays linear at its end: f is a logit, and sig[f] (7.37) turns it into a probability.",
        "The loss of one example is −log p where t = 1 and −log(1 − p) where t = 0 (7.36). Put 7.37 in and simplify.",
        "−log sig[f] = log(1 + exp[−f]) and −log(1 − sig[f]) = log(1 + exp[f]). np.logaddexp(0, f) does not overflow.",
        "The slope of sig is p(1 − p). Multiply it with ∂ℓ/∂p = −t/p + (1 − t)/(1 − p) on paper, before any number.",
    ),
    instances=instances,
    truth=answers,
    follows={
        "dl_df": (("t", "p"), lambda given, f, y: (given["p"] - given["t"]) / f.size),
        "squares": (
            ("t", "p"),
            lambda given, f, y: 2 * (given["p"] - given["t"]) * given["p"] * (1 - given["p"]) / f.size,
        ),
    },
    slips=(
        planted(answers, "t is 1 where y is *above* 0: an example with y = 0 belongs to class 0.",
                above=np.greater_equal),
        wrong_from(parts, "−1 and 1 are two classes as well, but 7.36 needs 0 and 1.", t=lambda f, t, p: 2 * t - 1),
        wrong_from(parts, "the classes are exchanged: t is 1 where y is positive.", t=lambda f, t, p: 1 - t),
        Slip(of_class_0, "p is the probability of class 0 here (7.37 as the text prints it): the sign of f in exp.",
             whole=True),
        wrong_from(parts, "this is the probability of class 0 (7.37 as the text prints it): the sign of f in exp.",
                   p=lambda f, t, p: 1 - p),
        wrong_from(parts, "a softmax over one output is always 1; the sigmoid is the softmax of f and 0.",
                   p=lambda f, t, p: np.ones_like(p)),
        wrong_from(parts, "tanh lies between −1 and 1; a probability lies between 0 and 1.",
                   p=lambda f, t, p: np.tanh(f)),
        wrong_from(parts, "this is the class that is predicted; asked is its probability.",
                   p=lambda f, t, p: (f > 0).astype(float)),
        wrong_from(parts, "this is the sum over the examples; MSELoss averaged, and so does this loss.",
                   loss=lambda f, t, p: np.sum(cross_entropy(f, t))),
        wrong_from(parts, "the classes are exchanged in the loss.",
                   loss=lambda f, t, p: np.mean(cross_entropy(f, 1 - t))),
        wrong_from(parts, "this leaves out the examples with t = 0: they add −log(1 − p).",
                   loss=lambda f, t, p: np.mean(t * cross_entropy(f, t))),
        *(wrong_from(parts, "p is clipped here, so the loss of an example that is wrong by far is too small: simplify "
                     "7.36 with 7.37 before you compute.", loss=functools.partial(clipped, smallest=10.0**-digits))
          for digits in (6, 7, 8, 9, 10, 12, 15)),
        wrong_from(parts, "this is the squared difference of p and t; take 7.36.",
                   loss=lambda f, t, p: np.mean((p - t) ** 2)),
        wrong_from(parts, "this is the gradient of the sum; the mean divides by the number of examples.",
                   dl_df=lambda f, t, p: p - t, squares=lambda f, t, p: 2 * (p - t) * p * (1 - p)),
        wrong_from(parts, "the sign: it is p that grows with f.", dl_df=lambda f, t, p: (t - p) / f.size),
        wrong_from(parts, "the slope of the sigmoid is in it once too often: it cancels.",
                   dl_df=lambda f, t, p: (p - t) * p * (1 - p) / f.size),
        wrong_from(parts, "this is the gradient of least squares; take that of 7.36.",
                   dl_df=lambda f, t, p: 2 * (p - t) * p * (1 - p) / f.size),
        wrong_from(parts, "the logits are compared with the targets here; compare the probabilities.",
                   dl_df=lambda f, t, p: 2 * (f - t) / f.size, squares=lambda f, t, p: 2 * (f - t) / f.size),
        wrong_from(parts, "the slope of the sigmoid is missing: here it does not cancel.",
                   squares=lambda f, t, p: 2 * (p - t) / f.size),
        wrong_from(parts, "this is the gradient of 7.36; least squares keeps the slope of the sigmoid.",
                   squares=lambda f, t, p: (p - t) / f.size),
        wrong_from(parts, "1 − p² is the pattern of tanh; the slope of the sigmoid is p(1 − p).",
                   squares=lambda f, t, p: 2 * (p - t) * (1 - p**2) / f.size),
    ),
)  # fmt: skip
