"""Problem 4.k: stop_gradient."""

import numpy as np

from bpkit.problems.problem import Problem, Slip
from bpkit.problems.slips import wrong

PROBLEM = Problem(
    id="4.k",
    title="What stop_gradient lets through",
    points=2,
    minutes=10,
    hints=(
        "Write c for every sg[…]: a constant that happens to have this value. Differentiate, and only then put it in.",
        "In the first, c = x²; the derivative of x·c is c. What is left of the second?",
        "In the third the value is 0 for every x, and yet the derivative is not.",
    ),
    instances=lambda rng: [{"x": float(x)} for x in rng.uniform((0.6, -1.9, 2.1), (1.4, -1.1, 2.9))],
    truth=lambda x: {"first": x**2, "second": np.sin(x), "third": 2 * x, "fourth": 1.0},
    slips=(
        Slip(lambda x: dict.fromkeys(("first", "second", "third", "fourth"), 0.0),
             "everything is stopped here; only what stands inside of sg is.", whole=True),
        wrong("this is the derivative without stop_gradient.", first=lambda x: 3 * x**2,
              second=lambda x: np.sin(x) + x * np.cos(x), third=0.0, fourth=0.0),
        wrong("this is the derivative of the part inside; that part is the constant.", first=lambda x: 2 * x**2,
              second=lambda x: x * np.cos(x), third=lambda x: -2 * x, fourth=-1.0),
        wrong("the constant has a value, and that stays as a factor.", first=1.0, second=1.0),
        wrong("only the gradient of what is inside is stopped; the rest still depends on x.", first=0.0, second=0.0),
        wrong("this is the value of the expression.", first=lambda x: x**3, second=lambda x: x * np.sin(x),
              third=0.0, fourth=lambda x: float(np.round(x))),
        wrong("the derivative of sg[u] is 0; what you have is that of u, in both places.", third=lambda x: 4 * x),
        wrong("sg[x²] is a constant here, and has the derivative 0.", third=lambda x: 2 * x - x**2),
    ),
)  # fmt: skip
