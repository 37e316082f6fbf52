"""Problem 6.e: learning-rate bugs."""

from bpkit.problems.planted_training import BUGS, PLANTED
from bpkit.problems.problem import Problem
from bpkit.problems.refutations import Experiment, numbered_versions, refutations

# Each experiment with the gradient 1, and what it shows with one bug or another; the others show `otherwise`.
EXPERIMENTS: tuple[Experiment, ...] = (
    ("without momentum and with gamma 1, the steps", "all equal", {"no-zero-grad": "growing"}),
    ("with momentum and gamma 1, the first step divided by lr", "1", {"averaged": "1 − momentum"}),
    ("without momentum, the number of steps with the first learning rate",
     "step_size epochs", {"each-batch": "step_size alone", "one-early": "an epoch less", "never": "all of them"}),
    ("without momentum, the number of steps with the second learning rate",
     "as large as the scheme says", {"again-and-again": "that of one epoch"}),
    ("with momentum, the first step after a change of the learning rate",
     "smaller than before by about gamma", {"rate-in-velocity": "nearly as long as before",
                                            "new-optimizer": "as short as a first step"}),
)  # fmt: skip


PROBLEM = Problem(
    id="6.e",
    title="Six loops, six learning-rate bugs",
    points=4,
    minutes=30,
    hints=(
        "Give it a gradient that is always 1: without momentum each step of the path is then the learning rate.",
        "Three runs find all: gamma = 1 without momentum; gamma < 1 without momentum; both gamma < 1 and momentum.",
        "Take long epochs, so that the velocity has settled before the learning rate changes, and look at that step.",
    ),
    truth=lambda: numbered_versions(PLANTED),
    slips=refutations(PLANTED, BUGS, EXPERIMENTS),
)
