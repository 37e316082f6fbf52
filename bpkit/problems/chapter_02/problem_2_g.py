"""Problem 2.g: a penalty on the weights."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [
        {"dl_dbeta": rng.normal(size=(rows, 1)), "dl_domega": rng.normal(size=(rows, columns)),
         "beta": rng.normal(size=(rows, 1)), "omega": rng.normal(size=(rows, columns)),
         "lambda_": float(rng.uniform(0.2, 3.0))}
        for rows, columns in ((3, 2), (2, 4), (1, 1))
    ]  # fmt: skip


def gradients(
    dl_dbeta: Any, dl_domega: Any, beta: Any, omega: Any, lambda_: float,
    of_beta: Callable[[Any, float], Any] = lambda beta, lambda_: 0 * beta,
    of_omega: Callable[[Any, float], Any] = lambda omega, lambda_: lambda_ * omega,
) -> Entries:  # fmt: skip
    """The gradients of J; `of_beta` and `of_omega` are those of the penalty, and another one plants a slip."""
    return {"dJ_dbeta": dl_dbeta + of_beta(beta, lambda_), "dJ_domega": dl_domega + of_omega(omega, lambda_)}


PROBLEM = Problem(
    id="2.g",
    title="A penalty on the weights",
    points=1,
    minutes=5,
    hints=(
        "J is a sum, so its gradient is one too: that of the loss, which is given, and that of the penalty.",
        "‖Ω‖² is the sum of the squares of all entries. Differentiate it for a single entry; mind the ½.",
    ),
    instances=instances,
    truth=gradients,
    slips=(
        planted(gradients, "the ½ of the penalty cancels the 2 of the square, and here the 2 is still there.",
                "dJ_domega", of_omega=lambda omega, lambda_: 2 * lambda_ * omega),
        planted(gradients, "the derivative of a square has a factor 2, which cancels the ½.",
                "dJ_domega", of_omega=lambda omega, lambda_: lambda_ / 2 * omega),
        planted(gradients, "the biases are not in the penalty.",
                "dJ_dbeta", of_beta=lambda beta, lambda_: lambda_ * beta),
        planted(gradients, "the biases are not in the penalty.",
                "dJ_dbeta", of_beta=lambda beta, lambda_: 2 * lambda_ * beta),
        planted(gradients, "λ is missing.", "dJ_domega", of_omega=lambda omega, lambda_: omega),
        planted(gradients, "the penalty is missing.", "dJ_domega", of_omega=lambda omega, lambda_: 0 * omega),
        planted(gradients, "the penalty is added to the loss, so its gradient is not subtracted.",
                "dJ_domega", of_omega=lambda omega, lambda_: -lambda_ * omega),
        planted(gradients, "the weights' sign is lost: a negative weight has a negative derivative here.",
                "dJ_domega", of_omega=lambda omega, lambda_: lambda_ * abs(omega)),
        planted(gradients, "this is the derivative of a penalty on the weights' absolute values, not on their squares.",
                "dJ_domega", of_omega=lambda omega, lambda_: lambda_ * np.sign(omega)),
        planted(gradients, "this adds the penalty itself, not its derivative.",
                "dJ_domega", of_omega=lambda omega, lambda_: lambda_ / 2 * (omega**2).sum()),
        planted(gradients, "this adds the penalty of each entry, not its derivative.",
                "dJ_domega", of_omega=lambda omega, lambda_: lambda_ / 2 * omega**2),
        planted(gradients, "the penalty has a sum of squares, not a mean.",
                "dJ_domega", of_omega=lambda omega, lambda_: lambda_ * omega / omega.size),
        wrong("this is the gradient of the penalty alone; that of the loss is missing.",
              dJ_domega=lambda dl_dbeta, dl_domega, beta, omega, lambda_: lambda_ * omega),
        planted(gradients, "this is the derivative of λ‖Ω‖; the norm in the penalty is squared.",
                "dJ_domega", of_omega=lambda omega, lambda_: lambda_ * omega / np.linalg.norm(omega)),
    ),
)  # fmt: skip
