"""Problem 5.h: find the bug."""

from bpkit.problems.planted_initialization import BUGS, PLANTED
from bpkit.problems.problem import Problem
from bpkit.problems.refutations import Experiment, numbered_versions, refutations

EXPERIMENTS: tuple[Experiment, ...] = (
    ("the mean of the weights", "0", {"one-sided": "positive"}),
    ("the rows of Ω", "different", {"one-row": "equal"}),
    ("the variance of 200 × 100 weights, compared with that of 100 × 100,", "the same",
     {"fans-exchanged": "half as large", "fans-averaged": "a third smaller"}),
    ("the variance of 100 × 2 weights", "too small", {"std-is-variance": "right", "two-roots": "right"}),
    ("the variance of 100 × 200 weights", "not far from right", {"std-is-variance": "far too small",
                                                                "two-roots": "far too large"}),
    ("the largest of many weights, divided by their deviation,", "above 3", {"limit-is-std": "below 2"}),
)  # fmt: skip


PROBLEM = Problem(
    id="5.h",
    title="Six initializations, six bugs",
    points=3,
    minutes=25,
    hints=(
        "Draw a large Ω from each version. Look at the mean, the variance times D_in, the largest entry, a few rows.",
        "Then change D_in with D_out fixed, and D_out with D_in fixed. How should the variance follow, how does it?",
        "A standard deviation taken for a variance hides at one value of D_in. Which number is its own square?",
        "The variance of numbers spread evenly between ±limit is limit²/3.",
    ),
    truth=lambda: numbered_versions(PLANTED),
    slips=refutations(PLANTED, BUGS, EXPERIMENTS),
)
