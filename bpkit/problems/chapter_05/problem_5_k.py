"""Problem 5.k: the angle between two inputs."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpkit.problems.problem import Arguments, Entries, Problem
from bpkit.problems.slips import planted, wrong


def instances(rng: np.random.Generator) -> Sequence[Arguments]:
    """Any angle, a right one, none, and the largest; lengths differ."""
    u, v = rng.normal(size=4), rng.normal(size=4)
    v += (rng.uniform(-0.5, 0.3) * np.linalg.norm(u) * np.linalg.norm(v) - u @ v) / (u @ u) * u  # not nearly parallel
    size = float(2.0 ** rng.integers(1, 4))
    x = np.array([3.0, 4.0]) * 2.0 ** rng.integers(-1, 2)  # for angles of 0 and π without rounding
    found = [(u, size * v, 4), (x, size * x[::-1] * (-1, 1), 1), (x, size * x, 2), (x, -size * x, 3)]
    return [{"x": x, "y": y, "layers": layers, "close": between(cosine(x, y), int(rng.integers(3, 25)))}
            for x, y, layers in found]  # fmt: skip


def next_cosine(c: float) -> float:
    """The cosine of the angle after a layer, from that before it."""
    theta = math.acos(c)
    return min(1.0, (math.sin(theta) + (math.pi - theta) * c) / math.pi)


def between(c: float, layers: int) -> float:
    """A cosine half-way between two layers, so that rounding does not decide which of them is the first beyond it."""
    for _ in range(layers):
        c = next_cosine(c)
    return min(0.99, (c + next_cosine(c)) / 2)


def cosine(x: Any, y: Any) -> float:
    """The cosine of the angle between two vectors; rounding does not take it beyond ±1."""
    return max(-1.0, min(1.0, float(x @ y) / math.sqrt(float(x @ x) * float(y @ y))))


def answers(
    x: Any, y: Any, layers: Any, close: Any,
    start: Callable[[Any, Any], float] = cosine,
    step: Callable[[float], float] = next_cosine,
    share: Callable[[float], float] = lambda theta: (math.pi - theta) / (2 * math.pi),
    first: int = 1,
    late: int = 0,
) -> Entries:  # fmt: skip
    """Units on for both, cosines layer by layer, and the layers until they are close; later keywords plant slips."""
    path = [start(x, y)]
    while len(path) <= layers + first or (path[-1] <= close and len(path) < 200):
        path.append(max(-1.0, min(1.0, step(path[-1]))))
    until = next((k for k, c in enumerate(path) if c > close), len(path))
    return {
        "both_on": share(math.acos(path[0])),
        "cosines": np.array(path[first : first + layers]),
        "until": until + late,
    }


def angles(**arguments: Any) -> Any:
    return np.arccos(np.minimum(answers(**arguments)["cosines"], 1.0))


PROBLEM = Problem(
    id="5.k",
    title="Angles through He layers",
    points=4,
    minutes=30,
    hints=(
        "Only the part of a row of Ω in the plane of x and y counts, and its direction there is uniform. Draw it.",
        "x is on for half of all directions, y for half; the halves are turned by θ. How large is their common part?",
        "E[b_x b_y] ∝ ∫ cos φ · cos(φ − θ) dφ over the directions where both are on. For θ = 0 the cosine must be 1.",
        "The integral gives (sin θ + (π − θ) cos θ)/2. Then go on with the new θ.",
    ),
    instances=instances,
    truth=answers,
    tolerance=1e-5,  # for integrals by sums
    slips=(
        wrong("these are the angles; asked are their cosines.", cosines=angles),
        planted(answers, "the layers begin with the input here; the first entry is asked after one layer.", "cosines",
                first=0),
        planted(answers, "this begins after the second layer.", "cosines", first=2),
        wrong("only one layer is computed: go on with the new angle.",
              cosines=lambda **a: np.full(a["layers"], answers(**a)["cosines"][0])),
        wrong("the angle stays as it is only without the ReLU.",
              cosines=lambda x, y, layers, close: np.full(layers, cosine(x, y))),
        planted(answers, "the inputs have different lengths: divide their product by both of them.", "cosines",
                start=lambda x, y: max(-1.0, min(1.0, float(x @ y)))),
        planted(answers, "the inputs have different lengths: divide by that of x and that of y.", "cosines",
                start=lambda x, y: max(-1.0, min(1.0, float(x @ y) / float(x @ x)))),
        planted(answers, "half of this: for an angle of 0 it must give a cosine of 1.", "cosines", "until",
                step=lambda c: next_cosine(c) / 2),
        planted(answers, "the sine is missing.", "cosines", "until", step=lambda c: (1 - math.acos(c) / math.pi) * c),
        planted(answers, "θ stands for π − θ in it.", "cosines", "until",
                step=lambda c: (math.sin(math.acos(c)) + math.acos(c) * c) / math.pi),
        planted(answers, "the sign of the sine is wrong.", "cosines", "until",
                step=lambda c: (-math.sin(math.acos(c)) + (math.pi - math.acos(c)) * c) / math.pi),
        planted(answers, "this is the share of units that are on for y among those on for x: the derivative's.",
                "cosines", "until", step=lambda c: (math.pi - math.acos(c)) / math.pi),
        planted(answers, "the mean activations are taken away here; asked is the angle between the vectors.", "cosines",
                "until", step=lambda c: (math.pi * next_cosine(c) - 1) / (math.pi - 1)),
        planted(answers, "this is the share among the units that are on for x; asked is that of all units.", "both_on",
                share=lambda theta: (math.pi - theta) / math.pi),
        planted(answers, "being on for x and being on for y are not independent.", "both_on",
                share=lambda theta: 0.25),
        planted(answers, "these are the units that are on for one of the two and off for the other.", "both_on",
                share=lambda theta: theta / math.pi),
        planted(answers, "these are the units that are on for x and off for y.", "both_on",
                share=lambda theta: theta / (2 * math.pi)),
        planted(answers, "these are the units that are on for x or for y.", "both_on",
                share=lambda theta: (math.pi + theta) / (2 * math.pi)),
        planted(answers, "one layer too many: the input counts as layer 0.", "until", late=1),
        planted(answers, "one layer too few.", "until", late=-1),
    ),
)  # fmt: skip
