"""Problem 7.i: six recomputations."""

from bpkit.problems.planted_recomputation import BUGS, PLANTED
from bpkit.problems.problem import Problem
from bpkit.problems.refutations import Experiment, numbered_versions, refutations

EXPERIMENTS: tuple[Experiment, ...] = (
    ("the running statistics of a BatchNorm after one call", "as with version 0", {
        "statistics-twice": "further along than with version 0", "statistics-never": "those of the start"}),
    ("without Dropout and BatchNorm, the gradients", "right", {
        "from-the-input": "wrong", "gradient-restarted": "wrong", "stretch-lost": "partly zero",
        "rounded": "wrong after the third digit"}),
    ("with Dropout and no BatchNorm, the gradients", "right", {
        "other-masks": "wrong", "not-training": "wrong", "from-the-input": "wrong", "gradient-restarted": "wrong",
        "stretch-lost": "wrong", "rounded": "wrong"}),
    ("with BatchNorm and no Dropout, the gradients", "right", {
        "not-training": "wrong", "from-the-input": "wrong", "gradient-restarted": "wrong", "stretch-lost": "wrong",
        "rounded": "wrong"}),
    ("without Dropout and BatchNorm, the gradients of the last stretch", "right", {
        "from-the-input": "wrong", "rounded": "wrong"}),
)  # fmt: skip


PROBLEM = Problem(
    id="7.i",
    title="Six recomputations, six bugs",
    points=4,
    minutes=30,
    hints=(
        "Compare the gradients with those of version 0, first in a network of Linear and ReLU alone.",
        "Then put in Dropout alone, then BatchNorm alone. Which of the eight bugs can each of them show?",
        "Where gradients are wrong, look which of them: those of the last stretch come first on the way back.",
        "Gradients can be right and something else not: print the running statistics, with a new network each time.",
    ),
    truth=lambda: numbered_versions(PLANTED),
    slips=refutations(PLANTED, BUGS, EXPERIMENTS),
)
