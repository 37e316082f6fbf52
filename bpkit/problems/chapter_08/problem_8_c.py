"""Problem 8.c: six programs for many ranks."""

from bpkit.problems.planted_ranks import BUGS, PLANTED
from bpkit.problems.problem import Problem
from bpkit.problems.refutations import Experiment, numbered_versions, refutations

EXPERIMENTS: tuple[Experiment, ...] = (
    ("the weights of four ranks after no step at all", "the same on all ranks", {"other-start": "different"}),
    ("a run of four ranks with three examples", "finished", {"leaves-early": "a deadlock"}),
    ("the weights of one rank after two steps", "those of version 0", {
        "not-divided": "others", "added-again": "others", "stale-twice": "others"}),
    ("the weights of four ranks with eight examples after one step", "the same on all ranks", {
        "other-start": "different", "no-sum": "different", "not-handed-out": "different"}),
    ("the weights of rank 0 of four with eight examples after one step", "those of version 0", {
        "not-divided": "others", "other-start": "others", "no-sum": "others"}),
    ("the weights of rank 0 of four with ten examples after one step", "those of version 0", {
        "mean-of-means": "others", "not-divided": "others", "other-start": "others", "no-sum": "others",
        "rest-dropped": "others"}),
    ("what changes if the last of ten examples is changed, with four ranks", "the weights", {
        "rest-dropped": "nothing"}),
    ("the weights of one rank after one step", "those of version 0", {"not-divided": "others"}),
    ("the weights of one rank with one tiny example after four steps, divided by those after one step,", "4", {
        "stale-twice": "7", "added-again": "10"}),
)  # fmt: skip


PROBLEM = Problem(
    id="8.c",
    title="Six programs, six bugs",
    points=4,
    minutes=30,
    hints=(
        "Begin with what must be equal: all ranks among themselves, one rank and one machine, after no step, one, two.",
        "Then choose numbers of examples: divisible by the ranks, not divisible, fewer than there are ranks.",
        "A bug that one rank alone shows has nothing to do with sending. One step, two or four? If x is tiny, all "
        "gradients are nearly equal, and the weights say how many have been subtracted.",
        "If some examples are not used, changing them changes nothing.",
    ),
    truth=lambda: numbered_versions(PLANTED),
    slips=refutations(PLANTED, BUGS, EXPERIMENTS),
)
