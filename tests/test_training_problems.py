"""Chapter 6's problems: the planted loops show what the diagnoses say, and the steps are those of other code."""

import numpy as np
import pytest

import bpkit as bp
from bpkit import check
from bpkit.problems.chapter_06.problem_6_b import walked
from bpkit.problems.chapter_06.problem_6_c import adam, adamax
from bpkit.problems.chapter_06.problem_6_e import EXPERIMENTS
from bpkit.problems.planted_training import BUGS, PLANTED, train, train_with_bug

LR, MOMENTUM, BATCHES, STEP_SIZE, GAMMA = 0.1, 0.5, 30, 3, 0.25


def steps(bug, momentum, gamma):
    path = train(0.0, lambda phi: 1.0, BATCHES, 3 * STEP_SIZE, LR, momentum, STEP_SIZE, gamma, **BUGS.get(bug, {}))
    return -np.diff(path)


def lengths_of_equal_runs(rates):
    ends = np.flatnonzero(np.diff(rates.round(12), append=np.nan)) + 1
    return np.diff(ends, prepend=0)


@pytest.mark.parametrize("bug", [*BUGS, "none"])
def test_each_experiment_shows_what_the_diagnosis_says(bug):
    equal, first_step, first_rate, second_rate, after_the_change = (
        shown.get(bug, otherwise) for _, otherwise, shown in EXPERIMENTS
    )
    assert np.allclose(np.diff(steps(bug, 0.0, 1.0)), LR if equal == "growing" else 0.0)
    first = steps(bug, MOMENTUM, 1.0)[0] / LR
    assert np.isclose(first, 1.0 if first_step == "1" else 1 - MOMENTUM)
    if bug == "no-zero-grad":
        return  # the first experiment has told it from all others
    runs = lengths_of_equal_runs(steps(bug, 0.0, GAMMA))
    epochs = STEP_SIZE * BATCHES
    wanted = {"step_size epochs": epochs, "step_size alone": STEP_SIZE, "an epoch less": epochs - BATCHES,
              "all of them": 3 * epochs}  # fmt: skip
    assert runs[0] == wanted[first_rate]
    if first_rate == "step_size epochs":
        assert runs[1] == (BATCHES if second_rate == "that of one epoch" else epochs)
        moving = steps(bug, MOMENTUM, GAMMA)
        shrinks = moving[epochs] / moving[epochs - 1]
        low, high = {"smaller than before by about gamma": (0.9 * GAMMA, 1.1 * GAMMA),
                     "nearly as long as before": (0.6, 1.0),
                     "as short as a first step": (0.0, 0.6 * GAMMA)}[after_the_change]  # fmt: skip
        assert low < shrinks < high


def test_the_loop_without_a_bug_is_sgd_with_a_schedule():
    phi, bottom = np.array([2.0]), 0.7
    path = train_with_bug(0)(2.0, lambda phi: 3 * (phi - bottom), 4, 6, LR, MOMENTUM, 2, GAMMA)
    optimizer = bp.SGD([phi], lr=LR, momentum=MOMENTUM)
    for epoch in range(6):
        optimizer.lr = LR * GAMMA ** (epoch // 2)
        for _ in range(4):
            optimizer.step([3 * (phi - bottom)])
    assert np.isclose(path[-1], phi[0], rtol=1e-12)
    assert len(path) == 25


def test_every_version_has_a_bug_of_its_own():
    paths = [train_with_bug(number)(0.0, lambda phi: 1.0, 4, 6, LR, MOMENTUM, 2, GAMMA) for number in range(7)]
    assert len({tuple(path) for path in paths}) == 7
    assert len(set(PLANTED)) == 6


@pytest.mark.parametrize("number", [-1, 7, True, 1.0])
def test_another_number_is_refused(number):
    with pytest.raises(ValueError, match="expected the number of a version"):
        train_with_bug(number)


def test_momentum_is_the_library_s():
    phi, target, decay = np.array([1.0, -2.0]), np.array([0.5, 0.25]), 0.3
    optimizer = bp.SGD([moved := phi.copy()], lr=LR, momentum=MOMENTUM)
    for _ in range(5):
        optimizer.step([moved - target + decay * moved])
    assert np.allclose(walked(phi, lambda at: at - target, LR, MOMENTUM, decay, 5), moved, rtol=1e-13)


def test_adam_s_first_step_is_as_long_as_the_learning_rate():
    start = {"phi": np.zeros(2), "gradients": [np.array([1e3, -1e-3])], "beta_1": 0.9, "beta_2": 0.999, "eps": 1e-12}
    assert np.allclose(adam(**start, lr=0.01, weight_decay=0.0)["adamw"], [-0.01, 0.01])
    assert np.allclose(adamax(**start, lr=0.01, weight_decay=0.0)["adamax"], [-0.01, 0.01])


@pytest.mark.parametrize(
    ("folds", "sentence"),
    [
        (lambda labels, k: 3, "This is a int, expected a list"),
        (lambda labels, k: [np.argsort(labels)[start::k] for start in range(k - 1)], "folds, expected"),
        (lambda labels, k: [np.argsort(labels)[start::k] + 1 for start in range(k)], "There is no example"),
        (lambda labels, k: [np.argsort(labels)[start::k] - 1 for start in range(k)], "There is no example -1"),
        (lambda labels, k: [[[1, 2], [3]]] * k, "A fold is an array"),
        (lambda labels, k: [["a"]] * k, "is not a row of whole numbers"),
        (lambda labels, k: [[]] * k, "is in no fold"),
    ],
)
def test_folds_that_are_none_get_a_sentence(folds, sentence):
    assert sentence in repr(check("6.f", folds, rng=0))
