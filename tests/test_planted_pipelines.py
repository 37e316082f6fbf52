"""Problem 6.k: each experiment that a diagnosis names shows with each bug what the diagnosis says."""

import numpy as np
import pytest

from bpkit.problems.chapter_06.problem_6_k import EXPERIMENTS
from bpkit.problems.planted_pipelines import BUGS, fit, pipeline_with_bug


def batch(examples: int, seed: int, positive: bool = False):
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 256, size=(10, examples)).astype(float), rng.normal(size=(1, examples))
    y[0, :2] = -1.5, 1.5
    return x, np.abs(y) + 0.5 if positive else y


def last_losses(losses: list[float]) -> str:
    if losses[-1] < 1e-6:
        return "nearly 0"
    return "far from 0 and jumping" if np.std(losses[-20:]) > 1e-3 else "far from 0 and the same in every step"


def last_loss(losses: list[float]) -> str:
    return "nearly 0" if losses[-1] < 1e-6 else "far from 0"


def shown(bug: str, seed: int) -> list[str]:
    """What the five experiments show, in the words of the diagnoses."""
    losses, predict = fit(*batch(8, seed), steps=500, **BUGS[bug])
    same = np.ptp(predict(batch(8, seed)[0])) < 1e-6
    still = abs(losses[30] - losses[-1]) < 1e-6
    return [
        last_losses(losses),
        last_loss(fit(*batch(60, seed), steps=1500, **BUGS[bug])[0]),
        last_loss(fit(*batch(8, seed, positive=True), steps=500, **BUGS[bug])[0]),
        "all the same" if same else "different",
        "nothing any more" if still else "a change that can be seen",
    ]


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("seed", range(3))
def test_each_experiment_shows_what_the_diagnoses_say(bug, seed):
    assert shown(bug, seed) == [words.get(bug, otherwise) for _, otherwise, words in EXPERIMENTS]


def test_without_a_bug_one_batch_is_overfitted():
    x, y = batch(60, seed=0)
    losses, predict = pipeline_with_bug(0)(x, y, 1500)
    assert losses[-1] < 1e-6
    assert np.allclose(predict(x), y, atol=1e-3)
