"""Problem 9.b: from a logit to a weight."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """More examples of the target, fewer, and nearly as many; the losses are of some source examples, not of all."""
    found: list[Arguments] = []
    for n_source, n_target, examples in ((300, 1100, 7), (900, 130, 5), (250, 350, 8)):
        found.append({
            "a": rng.normal(0.5, 1.0, size=examples), "n_source": n_source + int(rng.integers(40)),
            "n_target": n_target + int(rng.integers(40)), "losses": rng.uniform(0.1, 2.0, size=examples),
        })  # fmt: skip
    return found


def answers(
    a: Any, n_source: Any, n_target: Any, losses: Any,
    odds: Callable[[Any], Any] = np.exp,
    prior: Callable[[float, float], float] = lambda n_source, n_target: n_source / n_target,
) -> Entries:  # fmt: skip
    """The weights and two estimates of the target's risk; later keywords plant slips."""
    w = odds(a) * prior(n_source, n_target)
    return {
        "weights": w,
        "risk": float((w * losses).sum() / len(losses)),
        "normalised": float((w * losses).sum() / w.sum()),
    }


def probability(a: Any) -> Any:
    return 1 / (1 + np.exp(-a))


PROBLEM = Problem(
    id="9.b",
    title="From a logit to a weight",
    points=3,
    minutes=20,
    hints=(
        "eᵃ are the odds that an example is one of the target's: n_T·p_T(x) / (n_S·p_S(x)). Solve for p_T/p_S.",
        "The weighted risk divides Σ wℓ by the number of losses. The classifier may have seen more.",
        "A mean with weights divides by the sum of the weights: then a common factor of all of them does not matter.",
    ),
    instances=instances,
    truth=answers,
    follows={
        "risk": (("weights",), lambda given, losses, **_: float((given["weights"] * losses).sum() / len(losses))),
        "normalised": (
            ("weights",), lambda given, losses, **_: float((given["weights"] * losses).sum() / given["weights"].sum()),
        ),
    },
    slips=(
        planted(answers, "upside down: this is source over target, and z = 1 is the target.", odds=lambda a: np.exp(-a),
                prior=lambda n_source, n_target: n_target / n_source),
        planted(answers, "the sign of a is wrong: z = 1 is the target, so a large logit makes a large weight.",
                odds=lambda a: np.exp(-a)),
        planted(answers, "n_source and n_target are forgotten: with more target examples all odds are larger.",
                "weights", "risk", prior=lambda n_source, n_target: 1.0),
        planted(answers, "n_source and n_target are exchanged: many target examples make a too large, so the factor is "
                "to make it smaller.", "weights", "risk", prior=lambda n_source, n_target: n_target / n_source),
        planted(answers, "this takes the probability that z is 1; the ratio is the odds, probability over "
                "counter-probability.", odds=probability),
        planted(answers, "the logit is the logarithm of the ratio: exp is missing.", odds=lambda a: a),
        planted(answers, "the factor is n_source / n_target, not the source's share of all examples.",
                "weights", "risk", prior=lambda n_source, n_target: n_source / (n_source + n_target)),
        wrong("the weights are not normalised: divide by their sum, not by the number of losses.",
              normalised=lambda **given: answers(**given)["risk"]),
        wrong("the weights are normalised here; this estimate divides by the number of losses.",
              risk=lambda **given: answers(**given)["normalised"]),
        wrong("the weights are missing: this is the risk in the source.",
              risk=lambda losses, **_: float(np.mean(losses)), normalised=lambda losses, **_: float(np.mean(losses))),
        wrong("divided by n_source; the mean is over the losses there are.",
              risk=lambda **given: answers(**given)["risk"] * len(given["losses"]) / given["n_source"]),
    ),
)  # fmt: skip
