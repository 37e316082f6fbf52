"""Problem 5.b: He for the leaky ReLU."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Two slopes as they are used, and the two ends: the ReLU and no activation at all."""
    return [
        {"z": rng.normal(size=shape), "alpha": alpha}
        for shape, alpha in (((3, 5), float(rng.uniform(0.1, 0.4))), ((4, 2), float(rng.uniform(0.5, 0.8))),
                             ((2, 6), 0.0), ((5, 3), 1.0))
    ]  # fmt: skip


def answers(z: Any, alpha: Any, factor: Callable[[float], float] = lambda alpha: (1 + alpha**2) / 2) -> Entries:
    """The factor of the second moment, and the weights that make up for it."""
    return {"factor": factor(alpha), "omega": z / np.sqrt(factor(alpha) * z.shape[1])}


def scaled(sentence: str, scale: Callable[[float, int, int], float]) -> Slip:
    """A wrong scale of the weights, from the right factor, D_out and D_in."""
    return Slip(lambda z, alpha: {"omega": z * scale((1 + alpha**2) / 2, *z.shape)}, sentence)


PROBLEM = Problem(
    id="5.b",
    title="He for the leaky ReLU",
    points=3,
    minutes=20,
    hints=(
        "Half of E[f²] comes from f > 0 and half from f < 0 (7.14). What does the leaky ReLU do to each half?",
        "Below 0 the activation is α·f, and its square α²·f². So the two halves count 1 and α².",
        "Put your factor in place of ½ in 7.30 and ask for equal variances. z times c has the variance c².",
    ),
    instances=instances,
    truth=answers,
    follows={"omega": (("factor",), lambda given, z, alpha: z / np.sqrt(given["factor"] * z.shape[1]))},
    slips=(
        planted(answers, "this is the plain ReLU; what lies below 0 is not lost here.", factor=lambda alpha: 0.5),
        *(planted(answers, "the slope below 0 is the argument α, not a number of your own.",
                  factor=lambda alpha, fixed=fixed: (1 + fixed**2) / 2) for fixed in (0.01, 0.1, 0.2)),
        planted(answers, "second moments hold squares: the slope α below 0 makes α² of it.",
                factor=lambda alpha: (1 + alpha) / 2),
        planted(answers, "the two halves are squared each on its own and then added: no mixed term.",
                factor=lambda alpha: (1 + alpha) ** 2 / 2),
        planted(answers, "the square takes the sign away: what lies below 0 adds to the second moment.",
                factor=lambda alpha: (1 - alpha**2) / 2 if alpha < 1 else 1.0),
        planted(answers, "each of the two sides has one half of the second moment.", factor=lambda alpha: 1 + alpha**2),
        planted(answers, "half of it stays as it is: only the other half is changed by α.",
                factor=lambda alpha: 0.5 + alpha**2),
        planted(answers,
                "7.29 needs the second moment E[h²]; this is a variance, from which a mean has been taken away.",
                factor=lambda alpha: (1 + alpha**2) / 2 - (1 - alpha) ** 2 / (2 * math.pi)),
        scaled("z is multiplied by the variance; multiply by the standard deviation, its root.",
               lambda factor, D_out, D_in: 1 / (factor * D_in)),
        scaled("the wrong size: an Ω of shape (D_out, D_in) adds up D_in products.",
               lambda factor, D_out, D_in: 1 / math.sqrt(factor * D_out)),
        scaled("this is 7.33's average of both sizes; here the forward pass alone is asked for.",
               lambda factor, D_out, D_in: math.sqrt(2 / (factor * (D_in + D_out)))),
        scaled("the factor is on the wrong side: where the activation takes away, the weights must add.",
               lambda factor, D_out, D_in: math.sqrt(factor / D_in)),
    ),
)  # fmt: skip
