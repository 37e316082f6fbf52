"""What the problems of chapter 07 hand out: schedules, a machine and recomputations do what their diagnoses say."""

import numpy as np
import pytest

import bpkit as bp
from bpkit import checkpoint
from bpkit.problems.chapter_07.problem_7_i import EXPERIMENTS
from bpkit.problems.planted_recomputation import BUGS, recomputed, recomputed_with_bug
from bpkit.problems.planted_schedules import PLANTED, WORDS, numbered_schedule
from bpkit.problems.small_machine import Machine

SENTENCES = {
    "let-go": "was freed",
    "no-slot": "2 slots are taken",
    "not-kept": "was passed through and not kept",
    "wrong-order": "the next is block 2",
    "unfinished": "the schedule ends before",
}


@pytest.mark.parametrize("number", range(1, len(PLANTED) + 1))
def test_each_planted_schedule_fails_as_its_word_says(number):
    schedule, word = numbered_schedule(number), PLANTED[number - 1]
    assert word in WORDS
    if word == "works":
        checkpoint.validate(schedule, n=4, slots=2)
    else:
        with pytest.raises(ValueError, match=SENTENCES[word]):
            checkpoint.validate(schedule, n=4, slots=2)


def test_the_machine_counts_what_is_alive_and_says_what_is_too_much():
    machine = Machine(layers=4, memory=3)
    first = machine.forward(0, machine.x)
    second = machine.forward(1, first)
    with pytest.raises(MemoryError, match=r"4 activations are alive, and there is memory for 3: 0–3\."):
        machine.forward(2, second)
    del first
    third = machine.forward(2, second)
    assert machine.peak == 4
    with pytest.raises(RuntimeError, match="layer 2 runs for the third time"):
        machine.forward(2, second)
    with pytest.raises(RuntimeError, match="layer 1 runs for the second time, and for the last 3 layers"):
        once = Machine(layers=4, memory=5, once=3)
        once.forward(1, once.forward(0, once.x))
        once.forward(1, once.forward(0, once.x))
    with pytest.raises(ValueError, match="does not come from the machine"):
        machine.forward(3, third.copy())
    with pytest.raises(ValueError, match="this is activation 3, but activation 2 is needed here"):
        machine.backward(2, third, third)


def network(dropout, batch_norm):
    rng, layers = np.random.default_rng(0), []
    for _ in range(4):
        layers += [bp.Linear(10, 10, rng=rng), bp.ReLU()]
        layers += [bp.Dropout(0.5)] * dropout + [bp.BatchNorm(10) for _ in range(batch_norm)]
    return bp.Network([*layers, bp.Linear(10, 10, rng=rng)])


def test_the_version_without_a_bug_gives_the_gradients_of_backprop():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 10, 20))
    net, same = network(0, 1), network(0, 1)
    loss, gradients = recomputed_with_bug(0)(net, x, y, 3, 0)
    value, expected = bp.backprop(same, bp.LeastSquares(), x, y)
    assert loss == value
    assert all(np.array_equal(a, b) for a, b in zip(gradients, expected.parameters, strict=True))
    assert all(np.array_equal(*pair) for layers in zip(net.layers, same.layers, strict=True)
               for pair in zip(layers[0].state, layers[1].state, strict=True))  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.parametrize("seed", range(3))
def test_each_experiment_shows_what_the_diagnosis_says(bug, seed):
    x, y = np.random.default_rng(seed + 1).normal(size=(2, 10, 20))

    def shows(dropout, batch_norm, last=0):
        nets = network(dropout, batch_norm), network(dropout, batch_norm)
        expected = recomputed(nets[0], x, y, 3, seed)
        loss, gradients = recomputed(nets[1], x, y, 3, seed, **BUGS[bug])
        assert loss == expected[0]
        right = all(np.allclose(a, b, rtol=1e-7) for a, b in zip(gradients[-last:], expected[1][-last:], strict=True))
        moved = [[state for layer in net.layers for state in layer.state] for net in nets]
        return right, all(np.array_equal(a, b) for a, b in zip(*moved, strict=True))

    statistics, plain, dropout, batch_norm, last = (bug not in shown for _, _, shown in EXPERIMENTS)
    assert shows(0, 1) == (batch_norm, statistics)
    assert shows(0, 0)[0] == plain
    assert shows(1, 0)[0] == dropout
    assert shows(0, 0, last=2)[0] == last
