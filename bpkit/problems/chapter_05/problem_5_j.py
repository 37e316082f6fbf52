"""Problem 5.j: skewed weights."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.activations import relu
from bpkit.problems.problem import Arguments, Entries, Problem, Slip
from bpkit.problems.slips import planted, wrong


def centred(values: Any, probabilities: Any) -> dict[str, Any]:
    """Values with the mean 0, and their probabilities."""
    return {"values": values - np.dot(probabilities, values), "probabilities": probabilities}


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Skewed to either side, with unequal units of which one is 0; symmetric, with equal units; and a single unit."""
    often, seldom = float(rng.uniform(0.6, 0.8)), float(rng.uniform(0.05, 0.15))
    skewed = np.array([-1.0, 0.5, 3.0]) + rng.uniform(-0.2, 0.2, size=3)
    symmetric = rng.uniform(0.5, 2.0) * np.array([-1.0, 0.0, 1.0])
    h = rng.uniform(0.5, 2.0, size=3)
    return [
        {**centred(skewed, np.array([often, 1 - often - seldom, seldom])), "h": np.append(h, 0.0), "depth": 3},
        {**centred(-skewed[[0, 2]], np.array([1 - seldom, seldom])), "h": h * (1.0, 0.2, 3.0), "depth": 7},
        {**centred(symmetric, np.array([0.2, 0.6, 0.2])), "h": np.full(2, h[0]), "depth": 2},
        {**centred(skewed[[0, 2]], np.array([often, 1 - often])), "h": h[:1], "depth": 1},
    ]


def after_relu(weights: Any, probabilities: Any, h: Any) -> tuple[float, float]:
    """E[b] and E[b²] of b = ReLU[Σ ω_j h_j], over everything that the weights can be."""
    f, p = np.zeros(1), np.ones(1)
    for unit in h:
        f, p = np.add.outer(f, weights * unit).ravel(), np.multiply.outer(p, probabilities).ravel()
    b = relu(f)
    return float(np.dot(p, b)), float(np.dot(p, b**2))


def answers(
    values: Any, probabilities: Any, h: Any, depth: Any,
    he: Callable[[int], float] = lambda D: 2 / D,
    second_moment: Callable[[float, float], float] = lambda mean, square: square,
    mean_of_h: Callable[[Any], float] = lambda h: float(np.mean(h**2)),
    widest: bool = False,
    layers: Callable[[float, int], float] = lambda gain, depth: gain**depth,
) -> Entries:  # fmt: skip
    """Scale, the gain of a layer, that of its mirror image, and of a chain; every keyword after depth plants a slip."""
    variance = float(np.dot(probabilities, values**2))
    scale = math.sqrt(he(len(h)) / variance)

    def gain(weights: Any, h: Any) -> float:
        return second_moment(*after_relu(weights, probabilities, h)) / mean_of_h(h)

    one_unit = gain(scale * values, h) if widest else gain(math.sqrt(he(1) / variance) * values, np.ones(1))
    return {
        "scale": scale,
        "gain": gain(scale * values, h),
        "mirrored": gain(-scale * values, h),
        "chain": layers(one_unit, depth),
    }


def for_equal_units(values: Any, probabilities: Any, h: Any, depth: Any) -> float:
    return float(answers(values, probabilities, np.ones(len(h)), depth)["gain"])


def one_weight_for_all(values: Any, probabilities: Any, h: Any, depth: Any) -> float:
    """All units with the same weight: what is computed when the sum of h is multiplied by one of them."""
    scale = answers(values, probabilities, h, depth)["scale"]
    return float(np.sum(h) ** 2 * np.dot(probabilities, relu(scale * values) ** 2) / np.mean(h**2))


def equally_often(values: Any, probabilities: Any, h: Any, depth: Any) -> Entries:
    """All values with the same probability."""
    return answers(values, np.full(len(values), 1 / len(values)), h, depth)


def square_of(values: Any, probabilities: Any, **others: Any) -> float:
    """E[v²] of the weights as they are given."""
    return float(np.dot(probabilities, values**2))


PROBLEM = Problem(
    id="5.j",
    title="Skewed weights against He",
    points=4,
    minutes=30,
    hints=(
        "Multiplying by c multiplies the variance by c². The mean is 0, so the variance of `values` is E[v²].",
        "itertools.product(range(n), repeat=D) runs over everything that D weights can be; probabilities multiply.",
        "For each combination: its probability times ReLU[Σ ω_j h_j]². Add up, and divide by the mean of h².",
        "With one unit, h ≥ 0 and ReLU[ω h] = h·ReLU[ω]: the layers are independent factors. What is E[ReLU[ω]²]?",
    ),
    instances=instances,
    truth=answers,
    slips=(
        wrong("this is the square of what is asked: multiplying by c multiplies the variance by c².",
              scale=lambda **a: 2 / len(a["h"]) / square_of(**a)),
        wrong("this is He's standard deviation; `values` have one of their own, which is to be divided out.",
              scale=lambda h, **others: math.sqrt(2 / len(h))),
        wrong("this is He's variance for weights of variance 1; asked is the factor, which has a root in it.",
              scale=lambda h, **others: 2 / len(h)),
        wrong("the probabilities are missing: some values come more often than others.",
              scale=lambda values, h, **others: math.sqrt(2 / len(h)) / float(np.std(values))),
        Slip(equally_often, "the probabilities are missing: some values come more often than others."),
        wrong("this brings the variance to 1; He wants 2/D.", scale=lambda **a: 1 / math.sqrt(square_of(**a))),
        planted(answers, "the 2 is missing: He's variance is 2/D.", he=lambda D: 1 / D),
        wrong("this takes for granted that the weights are symmetric; compute it for those given.", gain=1.0),
        wrong("this takes for granted that the weights are symmetric.", mirrored=1.0),
        wrong("this takes for granted that the weights are symmetric.", chain=1.0),
        planted(answers, "this is the variance of the activation; asked is its second moment, E[b²].",
                "gain", "mirrored", "chain", second_moment=lambda mean, square: square - mean**2),
        planted(answers, "this is the square of the mean; asked is the mean of the square.",
                "gain", "mirrored", "chain", second_moment=lambda mean, square: mean**2),
        planted(answers, "divided by the sum of h²; asked is the mean of h².", "gain", "mirrored",
                mean_of_h=lambda h: float(np.sum(h**2))),
        planted(answers, "not divided by the mean of h².", "gain", "mirrored", mean_of_h=lambda h: 1.0),
        planted(answers, "divided by the square of the mean of h; asked is the mean of the squares.", "gain",
                "mirrored", mean_of_h=lambda h: float(np.mean(h)) ** 2),
        wrong("this is for units that are all equal; take those of `h`.", gain=for_equal_units,
              mirrored=lambda **a: 2 - for_equal_units(**a)),
        wrong("each unit has a weight of its own, drawn independently: one weight for all is another sum.",
              gain=one_weight_for_all),
        wrong("this is before the ReLU.", gain=2.0, mirrored=2.0, chain=lambda depth, **others: 2.0**depth),
        wrong("the two are exchanged.", gain=lambda **a: answers(**a)["mirrored"],
              mirrored=lambda **a: answers(**a)["gain"]),
        wrong("the mirror image is not the inverse: think of the sum of the two.",
              mirrored=lambda **a: 1 / float(answers(**a)["gain"])),
        planted(answers, "this is the gain of the layer with D units, `depth` times; the chain has one unit a layer.",
                "chain", widest=True),
        planted(answers, "this is one layer; the chain has `depth` of them.", "chain",
                layers=lambda gain, depth: gain),
        planted(answers, "the factors of the layers multiply; here they are added.", "chain",
                layers=lambda gain, depth: gain * depth),
        planted(answers, "one layer too many.", "chain", layers=lambda gain, depth: gain ** (depth + 1)),
        planted(answers, "one layer too few.", "chain", layers=lambda gain, depth: gain ** (depth - 1)),
        wrong("this is the mirror image of the chain.",
              chain=lambda **a: (2 - answers(**{**a, "depth": 1})["chain"]) ** a["depth"]),
    ),
)  # fmt: skip
