"""Problem 6.k: overfit one batch."""

from bpkit.problems.planted_pipelines import BUGS, PLANTED
from bpkit.problems.problem import Problem
from bpkit.problems.refutations import Experiment, numbered_versions, refutations

# Each experiment, and what it shows with one bug or another; the others show what stands before them.
EXPERIMENTS: tuple[Experiment, ...] = (
    ("with 8 examples, targets of both signs and 500 steps, the last losses", "far from 0 and the same in every step",
     {"first-layer-frozen": "nearly 0", "other-scale": "nearly 0", "wrong-pairs": "far from 0 and jumping"}),
    ("with 60 examples and 1500 steps, the last loss", "far from 0", {"other-scale": "nearly 0"}),
    ("with 8 examples and positive targets alone, the last loss", "far from 0", {
        "relu-at-the-end": "nearly 0", "first-layer-frozen": "nearly 0", "other-scale": "nearly 0"}),
    ("the predictions for 8 examples with different targets, after 500 steps,", "different", {
        "broadcast": "all the same"}),
    ("with 8 examples, what happens to the loss after the first 30 steps", "a change that can be seen", {
        "rate-falls": "nothing any more"}),
)  # fmt: skip


PROBLEM = Problem(
    id="6.k",
    title="Overfit one batch",
    points=4,
    minutes=30,
    hints=(
        "First 8 examples with targets of both signs: which versions bring the loss to 0? Those that do not are ill.",
        "Look at predict(x) beside y: all the same, never negative, right for some, or on quite another scale?",
        "Then change the batch: one example, positive targets alone, and more examples than the 32 hidden units.",
        "A loss that stands still at once, one that jumps in every step and one that levels off are three illnesses.",
    ),
    truth=lambda: numbered_versions(PLANTED),
    slips=refutations(PLANTED, BUGS, EXPERIMENTS),
)
