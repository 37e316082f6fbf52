"""Problem 7.7: the sigmoid saturates."""

from collections.abc import Sequence

import numpy as np

from bpkit.problems.activations import sigmoid
from bpkit.problems.problem import Arguments, Problem
from bpkit.problems.slips import wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    return [{"f": rng.normal(scale=2.0, size=8)}, {"f": np.array([-30.0, -10.0, -1.0, 0.0, 1.0, 10.0, 30.0])}]


PROBLEM = Problem(
    id="7.7",
    title="The sigmoid saturates",
    points=3,
    minutes=15,
    hints=(
        "Write the sigmoid as (1 + exp[−f]) to the power −1 and use the chain rule.",
        "Take the derivative apart into sig[f] and one more factor, then let f grow to either side in both factors.",
        "A gradient is multiplied by one such slope for each unit it passes. Where is the slope largest?",
    ),
    instances=instances,
    truth=lambda f: {"dh_df": sigmoid(f) * sigmoid(-f), "saturation": "c", "ten_units": 0.25**10},
    tolerance=1e-5,  # so that two digits of the small number pass
    slips=(
        wrong("that is the sigmoid itself, which levels off at 0 and 1; its slope is something else.",
              dh_df=lambda f: sigmoid(f), saturation="a"),
        wrong("that is 1 − sig[f], only one of the two factors of the slope.",
              dh_df=lambda f: sigmoid(-f), saturation="b"),
        wrong("that is the slope at f = 0 only; look at how flat the curve is further out.",
              dh_df=lambda f: np.full(np.shape(f), 0.25), saturation="d"),
        wrong("mind the signs: two minus signs meet here, and sig[f] − 1 is not sig[f] + 1.",
              dh_df=lambda f: sigmoid(f) * (1 + sigmoid(f))),
        wrong("the inner derivative is missing: what is the derivative of 1 + exp[−f]?",
              dh_df=lambda f: sigmoid(f) ** 2),
        wrong("the inner derivative is missing: what is the derivative of 1 + exp[−f]?",
              dh_df=lambda f: -(sigmoid(f) ** 2)),
        wrong("f stands where sig[f] should.", dh_df=lambda f: f * (1 - f)),
        wrong("the slope is taken at h; an activation's slope is taken at its input f.",
              dh_df=lambda f: sigmoid(sigmoid(f)) * sigmoid(-sigmoid(f))),
        wrong("this is the pattern of tanh, 1 − h²; the sigmoid has another.", dh_df=lambda f: 1 - sigmoid(f) ** 2),
        wrong("½ is the value of the sigmoid at 0; the gradient is multiplied by its slope.", ten_units=0.5**10),
        wrong("this is one unit; the gradient passes ten of them.", ten_units=0.25),
        wrong("the slopes of a chain are multiplied, not added.", ten_units=2.5),
        wrong("the values of the sigmoid reach up to 1; its slope does not.", ten_units=1.0),
        wrong("ten units have ten slopes; this is nine of them.", ten_units=0.25**9),
        wrong("this is the slope at f = 1; another f has a larger one.",
              ten_units=float((sigmoid(1.0) * sigmoid(-1.0)) ** 10)),
        wrong("this is the second derivative.",
              dh_df=lambda f: sigmoid(f) * sigmoid(-f) * (sigmoid(-f) - sigmoid(f))),
    ),
)  # fmt: skip
