"""Answers that are wrong at random: whatever comes, a check says that it is wrong, in sentences, and never raises."""

import numpy as np
import pytest

from bpkit import check
from bpkit.problems.catalogue import all_problems


def spoiled(part, rng):
    """A right part, changed at random: its numbers, its shape, its type."""
    if isinstance(part, str):
        return [part[::-1] + "x", 3, ["a", part], None][rng.integers(4)]
    if isinstance(part, list) and rng.random() < 0.7:
        which = rng.integers(len(part)) if part else 0
        return [spoiled(one, rng) if k == which else one for k, one in enumerate(part)]
    array = np.concatenate([np.ravel(one) for one in part]) if isinstance(part, list) else np.asarray(part, dtype=float)
    changes = [
        lambda: array * rng.choice([-1.0, 2.0, 0.5, 1e-300, 1e300, 7.0]) + rng.choice([0.0, 1.0, 1e-3]),
        lambda: array.T + 1, lambda: array.ravel()[::-1] + 0.5, lambda: np.cumsum(array) + 1, lambda: array[None] + 1,
        lambda: np.full(array.shape, rng.choice([0.0, np.nan, np.inf, 1e308, 5e-324, 1.5])),
        lambda: np.abs(array) + 1, lambda: [*array.tolist(), 1] if array.ndim else [array.item(), 1], lambda: "word",
        lambda: rng.normal(size=array.shape), lambda: array.astype(np.float32) + np.float32(0.01), dict,
        lambda: np.where(rng.random(array.shape) < 0.5, array, array + 1) + 1e-2, list, lambda: None,
    ]  # fmt: skip
    return changes[rng.integers(len(changes))]()


def answer_of(problem, seed):
    """An answer that is right but for one part, on all calls or on some."""

    def answer(**arguments):
        rng = np.random.default_rng(seed)
        right = dict(problem.truth(**arguments))
        names = list(right)
        for name in rng.permutation(names)[: 1 + rng.integers(2)]:
            if rng.random() < 0.9 or np.random.default_rng(len(str(arguments))).random() < 0.5:
                right[name] = spoiled(right[name], rng)
        return right if len(names) > 1 else right[names[0]]

    return answer


@pytest.mark.parametrize("name", [name for name, problem in all_problems().items() if problem.measure is None])
def test_random_answers_are_judged_in_sentences(name):
    problem = all_problems()[name]
    with np.errstate(all="ignore"):
        for seed in range(10):
            answer = answer_of(problem, seed)
            result = check(name, answer if problem.instances else answer(), rng=seed)
            assert result.outcome in ("passed", "not passed", "not attempted yet")
            assert all(said.strip() and len(said) < 2000 for said in result.message)
