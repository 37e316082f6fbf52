"""Schedules of pipelines: what they cost, by formula and by simulation, and which ones cannot be carried out."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp
from bpkit.machines import (
    Backward,
    BackwardInput,
    BackwardWeights,
    Forward,
    Schedule,
    cost,
    gpipe,
    naive,
    one_f_one_b,
    run,
    zero_bubble,
)  # fmt: skip


@pytest.mark.parametrize("schedule", [gpipe, one_f_one_b])
def test_the_bubble_is_exact(schedule):
    for p in range(1, 33):
        for m in range(1, 33):
            found = cost(schedule(p, m))
            assert found.time == 3 * (m + p - 1)
            assert found.bubble == pytest.approx((p - 1) / (m + p - 1), abs=1e-12)
            peaks = [m] * p if schedule is gpipe else [min(p - r, m) for r in range(p)]
            assert found.peaks == peaks


def test_the_naive_pipeline_keeps_one_stage_busy():
    for p in (1, 2, 5):
        assert cost(naive(p))[:3] == (3 * p, pytest.approx(1 - 1 / p), [1] * p)


def test_zero_bubble_fills_what_one_f_one_b_leaves():
    for p in range(1, 9):
        for m in range(p, 17):
            assert cost(zero_bubble(p, m)).time == 3 * m + p - 1
            assert cost(zero_bubble(p, m)).peaks[0] <= p


def test_messages_cost_one_f_one_b_more_than_gpipe():
    assert cost(one_f_one_b(8, 32), message=0.5).time == 151
    assert cost(gpipe(8, 32), message=0.5).time == 124


@given(
    st.integers(1, 6),
    st.integers(1, 8),
    st.sampled_from([gpipe, one_f_one_b, zero_bubble]),
    st.sampled_from([0.0, 0.5, 2.0]),
)
def test_nothing_is_used_before_it_arrives(p, m, schedule, message):
    plan = schedule(p, m)
    bars = cost(plan, forward=1.5, backward=2.5, message=message).bars
    end = {(type(bar.action), bar.action.micro_batch, bar.stage): bar.end for bar in bars}
    assert len(end) == len(bars) == sum(map(len, plan.stages))
    for bar in bars:
        i, r = bar.action.micro_batch, bar.stage
        if isinstance(bar.action, Forward) and r > 0:
            assert bar.start >= end[Forward, i, r - 1] + message
        if isinstance(bar.action, Backward | BackwardInput):
            assert bar.start >= end[Forward, i, r]
            if r < p - 1:
                assert bar.start >= end[type(bar.action), i, r + 1] + message
        if isinstance(bar.action, BackwardWeights):
            assert bar.start >= end[BackwardInput, i, r]
    for r in range(p):
        own = sorted((bar.start, bar.end) for bar in bars if bar.stage == r)
        assert all(before <= after for (_, before), (after, _) in itertools.pairwise(own))


@pytest.mark.parametrize("schedule", [gpipe, one_f_one_b])
@pytest.mark.parametrize("message", [0.0, 0.5])
def test_the_clock_of_the_world_agrees_with_the_count(schedule, message):
    p, m = 4, 8
    plan = schedule(p, m)

    def work(comm):
        number, requests = np.zeros(1), []
        for action in plan.stages[comm.rank]:
            forward = isinstance(action, Forward)
            source, dest = (comm.rank - 1, comm.rank + 1) if forward else (comm.rank + 1, comm.rank - 1)
            if 0 <= source < p:
                comm.Recv(number, source, tag=action.micro_batch)
            comm.compute(1.0 if forward else 2.0)
            if 0 <= dest < p:
                requests.append(comm.Isend(number, dest, tag=action.micro_batch))

    assert max(run(work, p, alpha=message).clock) == cost(plan, message=message).time


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ([[Backward(0), Forward(0)]], "stage 0 has the action “Run micro-batch 0 backward.” before its forward run"),
        ([[Forward(0), Forward(0), Backward(0)]], "twice"),
        ([[Forward(0)]], "never does the derivative of the input of micro-batch 0"),
        ([[Forward(0), BackwardInput(0)]], "never does the derivatives of the weights of micro-batch 0"),
        ([[Forward(0), BackwardWeights(0)]], "before its derivative of the input"),
        ([[Forward(1), Backward(1)]], "but there are 1 micro-batches"),
        ([[]], "never does the forward run"),
    ],
)
def test_a_schedule_that_cannot_be_carried_out(stages, words):
    with pytest.raises(ValueError, match="stage 0") as caught:
        cost(Schedule("mine", stages, 1))
    assert words in str(caught.value)


def test_stages_that_wait_for_each_other():
    first = [Forward(0), Backward(0), Forward(1), Backward(1)]
    last = [Forward(1), Backward(1), Forward(0), Backward(0)]
    with pytest.raises(ValueError, match="no stage can go on: stage 0 waits before “Run micro-batch 0 backward"):
        cost(Schedule("crossed", [first, last], 2))
    net, x = bp.mlp([2, 3, 1], rng=0), np.ones((2, 4))
    with pytest.raises(bp.machines.Deadlock, match="rank 0 waits for a message from rank 1; rank 1 waits"):
        run(
            lambda comm: bp.machines.pipeline(comm, net, bp.LeastSquares(), x, x[:1], Schedule("", [first, last], 2)), 2
        )


def test_micro_batches_in_another_order_give_other_last_bits():
    plan = gpipe(2, 6)
    turned = dataclasses.replace(plan, stages=[[*stage[:6], *reversed(stage[6:])] for stage in plan.stages])
    net, rng = bp.mlp([10, 40, 5], rng=0), np.random.default_rng(0)
    x, y = rng.normal(size=(10, 60)), rng.normal(size=(5, 60))
    both = [run(lambda comm, one=one: bp.machines.pipeline(comm, net, bp.LeastSquares(), x, y, one), 2).results[1][1]
            for one in (plan, turned)]  # fmt: skip
    assert np.allclose(both[0].omega[0], both[1].omega[0], rtol=1e-12, atol=1e-12)
    assert not np.array_equal(both[0].omega[0], both[1].omega[0])


def test_what_cost_does_not_take():
    for arguments in ({"forward": 0}, {"backward": -1}, {"message": -0.5}):
        with pytest.raises(ValueError, match="expected a positive time"):
            cost(naive(2), **arguments)
    for p, m in ((0, 1), (1, 0)):
        with pytest.raises(ValueError):
            gpipe(p, m)
