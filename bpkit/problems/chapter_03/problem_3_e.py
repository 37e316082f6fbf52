"""Problem 3.e: how many paths?"""

from bpkit.problems.problem import Problem
from bpkit.problems.slips import wrong


def sequence(n: int, first: int, second: int, each: int = 0) -> int:
    """Entry n of a sequence in which each entry is the sum of the two before it, and `each` more."""
    for _ in range(n):
        first, second = second, first + second + each
    return first


PROBLEM = Problem(
    id="3.e",
    title="How many paths?",
    points=2,
    minutes=15,
    hints=(
        "Draw the graph for n = 3 and count. Each x_k from x_2 on has two arrows coming in, x_1 has one.",
        "A path from x_n down begins with a step to x_{n−1} or with one to x_{n−2}. How many go on from there?",
        "So paths(n) = paths(n − 1) + paths(n − 2), with paths(0) = paths(1) = 1. Count upwards, in a loop.",
    ),
    instances=lambda rng: [{"n": int(n)} for n in (2, 3, rng.integers(20, 46), rng.integers(46, 61))],
    truth=lambda n: {"paths": sequence(n, 1, 1), "arrows": 2 * n - 1},
    slips=(
        wrong("twice as many in each line would need two arrows to the line just before; here one skips a line.",
              paths=lambda n: 2 ** (n - 1)),
        wrong("twice as many in each line would need two arrows to the line just before; here one skips a line.",
              paths=lambda n: 2**n),
        wrong("one step short: paths(0) = paths(1) = 1, and paths(2) is already their sum.",
              paths=lambda n: sequence(n, 0, 1)),
        wrong("one step too far: paths(0) = paths(1) = 1, and paths(2) is their sum.",
              paths=lambda n: sequence(n, 1, 2)),
        wrong("this is how often a box is visited on all paths together; asked are the paths from x_n to x_0.",
              paths=lambda n: sequence(n, 1, 2, each=1)),
        wrong("these are the arrows, of which there are few; asked are the ways along them.",
              paths=lambda n: 2 * n - 1),
        wrong("x_1 has one input only.", arrows=lambda n: 2 * n),
        wrong("this is the number of boxes; count the arrows between them.", arrows=lambda n: n + 1),
        wrong("each x_k from x_2 on has two inputs.", arrows=lambda n: n),
        wrong("the arrow from x_0 to x_1 is missing.", arrows=lambda n: 2 * n - 2),
        wrong("these are the paths; an arrow that lies on many paths counts once.",
              arrows=lambda n: sequence(n, 1, 1)),
    ),
)  # fmt: skip
