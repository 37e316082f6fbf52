"""Training on many machines: every scheme has the gradients of one machine, and costs what the formulas say."""

import copy
import dataclasses
import itertools
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bpkit as bp
from bpkit.machines import even_slices, gpipe, naive, one_f_one_b, run, zero_bubble
from bpkit.networks.block import Block

RANKS = st.sampled_from([1, 2, 3, 4, 8])
REDUCTIONS = st.sampled_from(["sum", "mean"])
SEEDS = st.integers(0, 10**6)


def flat(grads):
    return np.concatenate([gradient.ravel() for gradient in grads.parameters])


def batch(net, examples, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(net.rows[0], examples)), rng.normal(size=(net.rows[-1], examples))


def mlp(linear, seed, more=()):
    """A network with this many linear layers of random sizes, and other layers behind each activation."""
    sizes = [int(size) for size in np.random.default_rng(seed).integers(8, 15, size=linear + 1)]
    layers = []
    for j, (rows_in, rows_out) in enumerate(itertools.pairwise(sizes)):
        layers += [bp.Linear(rows_in, rows_out, rng=seed + j), *([] if j == linear - 1 else [bp.Tanh(), *more])]
    net, rng = bp.Network(layers), np.random.default_rng(seed)
    for beta in net.beta:
        beta[...] = rng.normal(size=beta.shape)
    return net


def relative(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


# Data parallel


@settings(max_examples=30)
@given(RANKS, REDUCTIONS, st.integers(0, 20), SEEDS)
def test_data_parallel_is_bit_for_bit_what_one_machine_accumulates(p, reduction, more, seed):
    net, loss = mlp(3, seed), bp.LeastSquares(reduction)
    x, y = batch(net, p + more, seed)
    parts = even_slices(p + more, p)
    value, expected = bp.accumulate(net, loss, x, y, parts=p)

    def step(comm):
        mine = parts[comm.rank]
        return bp.machines.backprop(comm, net, loss, x[:, mine], y[:, mine])

    for found, grads in run(step, p).results:
        assert found == value
        assert np.array_equal(flat(grads), flat(expected))


@settings(max_examples=30)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), REDUCTIONS, SEEDS)
def test_shards_may_be_unequal_and_empty(shards, reduction, seed):
    shards[0] += 1  # somebody has an example
    net, loss = mlp(2, seed), bp.LeastSquares(reduction)
    x, y = batch(net, sum(shards), seed)
    ends = np.cumsum([0, *shards])
    value, expected = bp.backprop(net, loss, x, y)

    def step(comm):
        mine = slice(ends[comm.rank], ends[comm.rank + 1])
        return bp.machines.backprop(comm, net, loss, x[:, mine], y[:, mine])

    for found, grads in run(step, len(shards)).results:
        assert found == pytest.approx(value, rel=1e-12)
        assert relative(flat(grads), flat(expected)) < 1e-12


def test_batch_norm_sees_its_own_examples_alone():
    def make():
        return bp.Network([bp.Linear(20, 30, rng=0), bp.BatchNorm(30), bp.ReLU(), bp.Linear(30, 1, rng=1)])

    rng, loss, nets = np.random.default_rng(0), bp.LeastSquares("mean"), [make() for _ in range(4)]
    x, y = rng.normal(size=(20, 64)), rng.normal(size=(1, 64))
    parts = even_slices(64, 4)

    def step(comm):
        mine = parts[comm.rank]
        return bp.machines.backprop(comm, nets[comm.rank], loss, x[:, mine], y[:, mine])

    found = flat(run(step, 4).results[0][1])
    whole, accumulated = flat(bp.backprop(make(), loss, x, y)[1]), flat(bp.accumulate(make(), loss, x, y, parts=4)[1])
    assert np.array_equal(found, accumulated)
    assert 0.5 < found @ whole / np.linalg.norm(found) / np.linalg.norm(whole) < 0.99
    assert not np.array_equal(nets[0].layers[1].running_mean, nets[1].layers[1].running_mean)


@settings(max_examples=25)
@given(RANKS, REDUCTIONS, SEEDS)
def test_examples_may_have_weights(p, reduction, seed):
    net, loss, m, rng = mlp(p + 1, seed), bp.LeastSquares(reduction), 5, np.random.default_rng(seed)
    x, y = batch(net, p + 7, seed)
    weights = rng.uniform(size=p + 7) * (rng.uniform(size=p + 7) < 0.7)
    parts = even_slices(p + 7, p)
    value, expected = bp.accumulate(net, loss, x, y, parts=p, weights=weights)

    def step(comm):
        mine = parts[comm.rank]
        return bp.machines.backprop(comm, net, loss, x[:, mine], y[:, mine], weights=weights[mine])

    for found, grads in run(step, p).results:
        assert found == value and np.array_equal(flat(grads), flat(expected))
    value, expected = bp.accumulate(net, loss, x, y, parts=m, weights=weights)
    for schedule in (gpipe(p, m), one_f_one_b(p, m), zero_bubble(p, m)):
        results = run(
            lambda comm, one=schedule: bp.machines.pipeline(comm, net, loss, x, y, one, weights=weights), p
        ).results
        assert results[-1][0] == value
        assert np.array_equal(np.concatenate([flat(grads) for _, grads in results]), flat(expected))


def test_weights_in_all_three_at_once_and_what_they_must_be():
    net, loss, rng = mlp(4, 0), bp.LeastSquares("mean"), np.random.default_rng(0)
    x, y = batch(net, 21, 0)
    weights, parts = rng.uniform(size=21), even_slices(21, 2)
    value, expected = bp.backprop(net, loss, x, y, weights=weights)

    def step(comm, weights=weights):
        mine = parts[comm.rank // 4]
        return bp.machines.combined(
            comm, net, loss, x[:, mine], y[:, mine], gpipe(2, 3), data=2, tensor=2, weights=weights[mine]
        )

    results = run(step, 8).results
    assert results[-1][0] == pytest.approx(value, rel=1e-12)
    found = np.concatenate([assembled([results[2 * s + t][1] for t in range(2)]) for s in range(2)])
    assert relative(found, flat(expected)) < 1e-12
    for wrong, word in ((weights[:5], "one weight for each example"), (-weights, "no negative number")):
        with pytest.raises(bp.machines.RankError, match=word):
            run(lambda comm, one=wrong: bp.machines.pipeline(comm, net, loss, x, y, gpipe(2, 3), weights=one), 2)


# All-reduce


@settings(max_examples=40)
@given(RANKS, st.integers(0, 30), st.sampled_from(["ranks", "ring"]), SEEDS)
def test_all_reduce_is_the_sum_on_every_rank(p, size, order, seed):
    blocks = np.random.default_rng(seed).normal(size=(p, size))

    def add(comm):
        block = blocks[comm.rank].copy()
        bp.machines.all_reduce(comm, block, order)
        return block

    found = run(add, p).results
    in_order = blocks[0].copy()
    for block in blocks[1:]:
        in_order += block
    assert all(np.array_equal(one, found[0]) for one in found)
    if order == "ranks":
        assert np.array_equal(found[0], in_order)
    assert np.allclose(found[0], in_order, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("p", [2, 3, 4, 8])
def test_what_an_all_reduce_costs(p):
    size, alpha, beta = 24 * 5, 2.0, 0.25
    for order in ("ranks", "ring"):
        counted = run(
            lambda comm, order=order: bp.machines.all_reduce(comm, np.ones(size), order), p, alpha=alpha, beta=beta
        )
        assert counted.bytes == [2 * (p - 1) * 8 * size // p] * p
        assert counted.messages == [2 * (p - 1)] * p
        steps = 2 * (p - 1) if order == "ring" else 2
        assert counted.clock == [steps * alpha + 2 * (p - 1) * beta * 8 * size / p] * p


def test_all_reduce_refuses_what_it_could_not_change():
    for block, error, word in ((np.ones((2, 2)), ValueError, "reshape"), ([1.0], TypeError, "list")):
        with pytest.raises(bp.machines.RankError, match=word) as caught:
            run(lambda comm, block=block: bp.machines.all_reduce(comm, block), 2)
        assert isinstance(caught.value.__cause__, error)
    with pytest.raises(bp.machines.RankError, match="'tree'"):
        run(lambda comm: bp.machines.all_reduce(comm, np.ones(2), "tree"), 2)


# Pipelines


@settings(max_examples=40)
@given(
    st.sampled_from([1, 2, 3, 4, 8]), st.integers(1, 9), st.sampled_from([gpipe, one_f_one_b, zero_bubble]), REDUCTIONS,
    st.integers(0, 12), SEEDS,
)  # fmt: skip
def test_a_pipeline_is_bit_for_bit_what_one_machine_accumulates(p, m, schedule, reduction, more, seed):
    net, loss = mlp(p + seed % 3, seed), bp.LeastSquares(reduction)
    x, y = batch(net, m + more, seed)
    value, expected = bp.accumulate(net, loss, x, y, parts=m)
    results = run(lambda comm: bp.machines.pipeline(comm, net, loss, x, y, schedule(p, m)), p).results
    assert [one for one, _ in results] == [None] * (p - 1) + [value]
    assert np.array_equal(np.concatenate([flat(grads) for _, grads in results]), flat(expected))


def test_the_naive_pipeline_is_bit_for_bit_backprop():
    net, loss = mlp(4, 0), bp.CrossEntropy()
    x = np.random.default_rng(0).normal(size=(net.rows[0], 20))
    y = np.arange(20) % net.rows[-1]
    value, expected = bp.backprop(net, loss, x, y)
    results = run(lambda comm: bp.machines.pipeline(comm, net, loss, x, y, naive(4)), 4).results
    assert results[-1][0] == value
    assert np.array_equal(np.concatenate([flat(grads) for _, grads in results]), flat(expected))


@settings(max_examples=15)
@given(RANKS, st.sampled_from([gpipe, one_f_one_b, zero_bubble]), SEEDS)
def test_dropout_draws_the_masks_of_one_machine(p, schedule, seed):
    net, loss, m = mlp(p + 1, seed, more=[bp.Dropout(0.3)]), bp.LeastSquares("mean"), 4
    x, y = batch(net, 11, seed)
    seeds = [seed + part for part in range(m)]
    value, expected = bp.accumulate(net, loss, x, y, parts=m, rng=seeds)
    results = run(lambda comm: bp.machines.pipeline(comm, net, loss, x, y, schedule(p, m), rng=seeds), p).results
    assert results[-1][0] == value
    assert np.array_equal(np.concatenate([flat(grads) for _, grads in results]), flat(expected))
    parts = even_slices(11, m)

    def step(comm):
        mine = parts[comm.rank]
        return bp.machines.backprop(comm, net, loss, x[:, mine], y[:, mine], rng=seeds[comm.rank])

    assert np.array_equal(flat(run(step, m).results[0][1]), flat(expected))
    generators = [np.random.default_rng(one) for one in seeds]
    again = run(lambda comm: bp.machines.pipeline(comm, net, loss, x, y, schedule(p, m), rng=generators), p).results
    assert np.array_equal(np.concatenate([flat(grads) for _, grads in again]), flat(expected))
    other = bp.accumulate(net, loss, x, y, parts=m, rng=[one + 1 for one in seeds])[1]
    assert not np.array_equal(flat(other), flat(expected))


def test_a_pipeline_with_other_layers_and_batch_norm():
    def make():
        return bp.Network([
            bp.Linear(6, 8, rng=0), bp.BatchNorm(8), bp.PReLU(), bp.Residual([bp.Linear(8, 8, rng=1), bp.Tanh()]),
            bp.Linear(8, 3, rng=2), bp.Sigmoid(),
        ])  # fmt: skip

    one, other, loss = make(), make(), bp.LeastSquares("mean")
    x, y = batch(one, 12, 0)
    _, expected = bp.accumulate(one, loss, x, y, parts=3)
    results = run(lambda comm: bp.machines.pipeline(comm, other, loss, x, y, zero_bubble(2, 3)), 2).results
    assert np.array_equal(np.concatenate([flat(grads) for _, grads in results]), flat(expected))
    assert np.array_equal(one.layers[1].running_mean, other.layers[1].running_mean)


CHECKPOINTS = st.sampled_from([
    bp.checkpoint.store_all, bp.checkpoint.sqrt, lambda n: bp.checkpoint.every(n, n),
    lambda n: bp.checkpoint.binomial(n, 2),
])  # fmt: skip


@settings(max_examples=40)
@given(RANKS, st.sampled_from([naive, gpipe, one_f_one_b, zero_bubble]), CHECKPOINTS, REDUCTIONS, SEEDS)
def test_checkpoints_in_stages_do_not_change_a_bit(p, schedule, checkpoints, reduction, seed):
    net, loss = mlp(2 * p + 1 + seed % 3, seed, more=[bp.Dropout(0.3)]), bp.LeastSquares(reduction)
    x, y = batch(net, 11, seed)
    m = 1 if schedule is naive else 4
    seeds, weights = list(range(seed, seed + m)), np.random.default_rng(seed).uniform(size=11)
    one = naive(p) if schedule is naive else schedule(p, m)
    value, expected = bp.accumulate(net, loss, x, y, parts=m, rng=seeds, weights=weights)

    def step(comm):
        return bp.machines.pipeline(
            comm, net, loss, x, y, one, rng=seeds, weights=weights, checkpoints=checkpoints
        )  # fmt: skip

    results = run(step, p).results
    assert results[-1][0] == value
    assert np.array_equal(np.concatenate([flat(grads) for _, grads in results]), flat(expected))


def test_checkpoints_with_other_layers_and_batch_norm():
    def make():
        inner = [bp.Linear(8, 8, rng=1), bp.Tanh()]
        return bp.Network([
            bp.Linear(6, 8, rng=0), bp.BatchNorm(8), bp.PReLU(), bp.Linear(8, 8, rng=3), bp.ReLU(), bp.Residual(inner),
            bp.Linear(8, 8, rng=2), bp.BatchNorm(8), bp.Sigmoid(), bp.Linear(8, 3, rng=4), bp.Tanh(),
        ])  # fmt: skip

    one, other, loss = make(), make(), bp.LeastSquares("mean")
    x, y = batch(one, 12, 0)
    _, expected = bp.accumulate(one, loss, x, y, parts=3)
    for schedule in (one_f_one_b(2, 3), zero_bubble(2, 3)):
        other = make()
        step = lambda comm, net=other, plan=schedule: bp.machines.pipeline(  # noqa: E731
            comm, net, loss, x, y, plan, checkpoints=lambda n: bp.checkpoint.every(n, n)
        )
        results = run(step, 2).results
        assert np.array_equal(np.concatenate([flat(grads) for _, grads in results]), flat(expected))
        for j in (1, 7):
            assert np.array_equal(one.layers[j].running_mean, other.layers[j].running_mean)


@pytest.mark.parametrize("schedule", [gpipe, one_f_one_b])
def test_the_peak_of_a_stage_is_what_its_micro_batches_keep_and_one_that_is_run_again(schedule):
    p, m, blocks, rows, columns = 3, 6, 4, 10, 5
    net, loss = bp.Network([bp.Linear(rows, rows, rng=k) for k in range(p * blocks)]), bp.LeastSquares()
    x, y = batch(net, m * columns, 0)

    def peaks(checkpoints):
        meters = [bp.checkpoint.Meter() for _ in range(p)]
        run(lambda comm: bp.machines.pipeline(
            comm, net, loss, x, y, schedule(p, m), checkpoints=checkpoints, meter=meters[comm.rank]), p)  # fmt: skip
        return [meter.peak // (8 * rows * columns) for meter in meters]  # in activations

    alive = bp.machines.cost(schedule(p, m)).peaks
    assert peaks(None) == [one * (blocks + 1) for one in alive]
    # Of a micro-batch that waits: the stage's input and its output. Of the one that goes back, everything.
    assert peaks(lambda n: bp.checkpoint.every(n, n)) == [2 * (one - 1) + blocks + 1 for one in alive]
    # Of one that waits: input, middle, output; half of the blocks are run again at a time.
    assert peaks(lambda n: bp.checkpoint.every(n, 2)) == [3 * (one - 1) + 4 for one in alive]


def test_derivatives_that_are_put_off_keep_their_micro_batch():
    net, loss = bp.Network([bp.Linear(6, 6, rng=k) for k in range(4)]), bp.LeastSquares()
    x, y = batch(net, 12, 0)

    def peak(schedule, checkpoints):
        meter = bp.checkpoint.Meter()

        def step(comm):
            own = meter if comm.rank == 3 else None
            return bp.machines.pipeline(comm, net, loss, x, y, schedule, checkpoints=checkpoints, meter=own)

        run(step, 4)
        return meter.peak // (8 * 6 * 2)

    for checkpoints in (None, bp.checkpoint.sqrt):
        assert peak(one_f_one_b(4, 6), checkpoints) == 2
        assert peak(zero_bubble(4, 6), checkpoints) == 2 + 2 * 3  # of three that wait: the layer's input, and ∂ℓ/∂f


def test_checkpoints_that_do_not_fit_a_stage():
    net, loss = mlp(5, 0), bp.LeastSquares()
    x, y = batch(net, 4, 0)
    with pytest.raises(bp.machines.RankError, match="the first sweep has only reached"):
        run(lambda comm: bp.machines.pipeline(
            comm, net, loss, x, y, gpipe(2, 2), checkpoints=lambda n: bp.checkpoint.store_all(2)), 2)  # fmt: skip


def test_what_a_pipeline_sends():
    net, loss = bp.mlp([10, 40, 30, 5], rng=0), bp.LeastSquares()
    x, y = batch(net, 12, 0)
    counted = run(lambda comm: bp.machines.pipeline(comm, net, loss, x, y, gpipe(3, 4)), 3)
    assert counted.bytes == [8 * 12 * 40, 8 * 12 * (40 + 30), 8 * 12 * 30]
    assert counted.messages == [4, 8, 4]


def test_a_pipeline_says_what_does_not_fit():
    net, loss = mlp(3, 0), bp.LeastSquares()
    x, y = batch(net, 4, 0)
    for schedule, ranks, word in ((gpipe(2, 2), 3, "2 stages"), (gpipe(3, 5), 3, "5 micro-batches")):
        with pytest.raises(bp.machines.RankError, match=word):
            run(lambda comm, schedule=schedule: bp.machines.pipeline(comm, net, loss, x, y, schedule), ranks)


# Tensor parallel, and all three


def assembled(parts):
    """The whole gradients from those of the ranks that share the units of a network."""
    found = []
    for k in range(0, len(parts[0].omega), 2):
        found += [np.concatenate([part.beta[k] for part in parts]), np.concatenate([part.omega[k] for part in parts])]
        assert all(np.array_equal(part.beta[k + 1], parts[0].beta[k + 1]) for part in parts)
        found += [parts[0].beta[k + 1], np.concatenate([part.omega[k + 1] for part in parts], axis=1)]
    return np.concatenate([array.ravel() for array in found])


@settings(max_examples=25)
@given(RANKS, REDUCTIONS, st.integers(1, 9), SEEDS)
def test_tensor_parallel_equals_one_machine(p, reduction, examples, seed):
    net, loss = mlp(4, seed), bp.LeastSquares(reduction)
    x, y = batch(net, examples, seed)
    value, expected = bp.backprop(net, loss, x, y)
    results = run(lambda comm: bp.backprop(bp.machines.tensor_parallel(comm, net), loss, x, y), p).results
    assert all(found == pytest.approx(value, rel=1e-12) for found, _ in results)
    assert relative(assembled([grads for _, grads in results]), flat(expected)) < 1e-12


@settings(max_examples=15)
@given(RANKS, REDUCTIONS, SEEDS)
def test_tensor_parallel_dropout_has_the_masks_of_one_machine(p, reduction, seed):
    net, loss = mlp(4, seed, more=[bp.Dropout(0.4)]), bp.LeastSquares(reduction)
    x, y = batch(net, 6, seed)
    value, expected = bp.backprop(net, loss, x, y, rng=seed)
    results = run(lambda comm: bp.backprop(bp.machines.tensor_parallel(comm, net), loss, x, y, rng=seed), p).results
    assert all(found == pytest.approx(value, rel=1e-12) for found, _ in results)
    assert relative(assembled([grads for _, grads in results]), flat(expected)) < 1e-12


def test_what_tensor_parallel_sends():
    net, loss = bp.mlp([10, 40, 24, 40, 5], rng=0), bp.LeastSquares()
    x, y = batch(net, 4, 0)
    counted = run(lambda comm: bp.backprop(bp.machines.tensor_parallel(comm, net), loss, x, y), 2)
    # Forward the outputs of the second and the last layer, back the input of the third; of each, a half twice.
    assert counted.bytes == [8 * 4 * (24 + 5 + 24)] * 2


def test_tensor_parallel_says_what_cannot_be_split():
    odd, mixed = bp.mlp([3, 4, 5, 2], rng=0), bp.Network([bp.Linear(3, 4, rng=0), bp.PReLU(), bp.Linear(4, 2, rng=1)])
    for net, ranks, word in ((odd, 2, "odd"), (mixed, 2, "PReLU"), (bp.mlp([3, 4, 2], rng=0), 5, "fewer units")):
        with pytest.raises(bp.machines.RankError, match=word):
            run(lambda comm, net=net: bp.machines.tensor_parallel(comm, net), ranks)


@settings(max_examples=10)
@given(
    st.sampled_from([gpipe, one_f_one_b, zero_bubble]),
    REDUCTIONS,
    st.sampled_from([(2, 2, 2), (1, 2, 3), (3, 1, 2)]),
    SEEDS,
)
def test_all_three_at_once_equal_one_machine(schedule, reduction, sizes, seed):
    data, pipe, tensor = sizes
    net, loss = mlp(4, seed), bp.LeastSquares(reduction)
    x, y = batch(net, 25, seed)
    value, expected = bp.backprop(net, loss, x, y)
    parts = even_slices(25, data)

    def step(comm):
        mine = parts[comm.rank // (pipe * tensor)]
        return bp.machines.combined(
            comm, net, loss, x[:, mine], y[:, mine], schedule(pipe, 4), data=data, tensor=tensor
        )

    results = run(step, data * pipe * tensor).results
    assert results[-1][0] == pytest.approx(value, rel=1e-12)
    for d in range(data):
        ranks = [[(d * pipe + s) * tensor + t for t in range(tensor)] for s in range(pipe)]
        found = np.concatenate([assembled([results[rank][1] for rank in stage]) for stage in ranks])
        assert relative(found, flat(expected)) < 1e-12


@pytest.mark.parametrize("shards", [(9, 12), (21, 0), (0, 4, 17)])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_all_three_at_once_with_dropout_and_unequal_and_empty_shards(shards, reduction):
    net, loss, m = mlp(4, 0, more=[bp.Dropout(0.3)]), bp.LeastSquares(reduction), 3
    x, y = batch(net, 21, 0)
    ends = np.cumsum([0, *shards])

    def seeds(d):
        return [100 * d + part for part in range(m)]

    value = expected = 0
    for d, size in enumerate(shards):
        if size:
            mine = slice(ends[d], ends[d + 1])
            one, grads = bp.accumulate(net, loss, x[:, mine], y[:, mine], parts=m, rng=seeds(d))
            share = size / 21 if reduction == "mean" else 1
            value, expected = value + share * one, expected + share * flat(grads)

    def step(comm):
        d = comm.rank // 4
        mine = slice(ends[d], ends[d + 1])
        return bp.machines.combined(
            comm, net, loss, x[:, mine], y[:, mine], one_f_one_b(2, m), data=len(shards), tensor=2, rng=seeds(d)
        )

    results = run(step, 4 * len(shards)).results
    assert [one is None for one, _ in results] == [True, True, False, False] * len(shards)
    assert results[-1][0] == pytest.approx(value, rel=1e-12)
    for d in range(len(shards)):
        ranks = [results[4 * d + 2 * s : 4 * d + 2 * s + 2] for s in range(2)]
        found = np.concatenate([assembled([grads for _, grads in stage]) for stage in ranks])
        assert relative(found, expected) < 1e-12


@pytest.mark.parametrize("r", range(3))
def test_each_rank_refuses_its_own_part_of_a_schedule_if_it_is_impossible(r):
    net, x, schedule = bp.mlp([2] * 4, rng=0), np.ones((2, 4)), one_f_one_b(3, 2)
    stages = [stage[:-1] if at == r else stage for at, stage in enumerate(schedule.stages)]
    cut = dataclasses.replace(schedule, stages=stages)
    with pytest.raises(bp.machines.RankError, match=f"rank {r} raised ValueError: stage {r} never does the derivative"):
        run(lambda comm: bp.machines.pipeline(comm, net, bp.LeastSquares(), x, x, cut), 3)


def test_the_work_of_a_pipeline_grows_with_its_actions_alone():
    """64 ranks and micro-batches have four times the actions of 32; a queue searched for each would take 16 times."""

    def lines(count):
        """How many lines of `bpkit.machines` the ranks run, which no load of the machine changes."""
        net, x, schedule = bp.mlp([8] * (count + 1), rng=0), np.ones((8, count)), one_f_one_b(count, count)
        found = 0

        def trace(frame, event, _):
            nonlocal found
            found += event == "line"
            return trace if "machines" in frame.f_code.co_filename else None

        before = threading.gettrace()
        threading.settrace(trace)
        try:
            run(lambda comm: bp.machines.pipeline(comm, net, bp.LeastSquares(), x, x, schedule), count)
        finally:
            threading.settrace(before)
        return found

    few, many = lines(32), lines(64)
    assert 3.9 < many / few < 4.5


# Old gradients


@settings(max_examples=20)
@given(st.integers(2, 6), st.integers(0, 12), SEEDS)
def test_asynchronous_steps_are_those_of_old_gradients_on_one_machine(p, steps, seed):
    net, loss, lr = mlp(2, seed), bp.LeastSquares("mean"), 0.05
    batches = [batch(net, 4, seed + k) for k in range(steps)]
    before = flat_parameters(net)
    found = run(bp.machines.asynchronous, p, net, loss, batches, lr).results
    assert np.array_equal(before, flat_parameters(net))
    one, history = copy.deepcopy(net), [before]
    for k, (x, y) in enumerate(batches):
        write(one, history[max(0, k - (p - 2))])
        history.append(history[-1] - lr * flat(bp.backprop(one, loss, x, y)[1]))
    assert np.array_equal(found[0].flat, history[-1])
    assert found[1:] == [None] * (p - 1)


def flat_parameters(net):
    return np.concatenate([array.ravel() for array in net.parameters])


def write(net, values):
    for array, part in zip(net.parameters, Block(values, Block.of_copies(net.parameters).places), strict=True):
        array[...] = part


def test_hogwild_repeats_on_one_machine_what_the_ranks_did_by_turns():
    seconds, lr, updates = [1.0, 1.53, 0.77], 0.1, 61
    matrix = np.diag(np.random.default_rng(0).uniform(0.5, 1.0, size=4))

    def work(comm):
        def gradient(k, w):
            comm.compute(seconds[comm.rank])
            return (comm.rank + 1) * matrix @ w

        return bp.machines.hogwild(comm, np.ones(4), gradient, lr, updates)

    results = run(work, 3).results
    # Rank r writes at seconds[r], 2·seconds[r], …; what it used was there when it wrote the time before.
    w, read, seen, staleness, writes = np.ones(4), [np.ones(4)] * 3, [0, 0, 0], [[], [], []], dict(enumerate(seconds))
    for made in range(updates):
        r = min(writes, key=writes.get)
        w = w - lr * (r + 1) * matrix @ read[r]
        staleness[r].append(made - seen[r])
        read[r], seen[r] = w, made + 1
        writes[r] += seconds[r] if made + 3 < updates else np.inf
    for r, (found, old) in enumerate(results):
        assert old == staleness[r]
        assert np.allclose(found, w, rtol=1e-12, atol=0)
    assert np.mean(np.concatenate(staleness)) == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("p", [1, 2, 3, 4, 8])
def test_hogwild_loses_no_update_and_is_as_old_as_there_are_others(p):
    net, loss = mlp(2, 1), bp.LeastSquares("mean")
    x, y = batch(net, 24, 0)

    def work(comm):
        own = copy.deepcopy(net)

        def gradient(k, parameters):
            write(own, parameters)
            return flat(bp.backprop(own, loss, x[:, k % 24 : k % 24 + 1], y[:, k % 24 : k % 24 + 1])[1])

        return bp.machines.hogwild(comm, flat_parameters(net), gradient, 0.01, 50)

    results = run(work, p).results
    assert all(np.array_equal(found, results[0][0]) for found, _ in results)
    old = [one for _, staleness in results for one in staleness]
    assert len(old) == 50 and max(old) == p - 1 and sum(one < p - 1 for one in old) == p - 1
    history = [flat_parameters(net)]
    one = copy.deepcopy(net)
    for k in range(50):
        write(one, history[max(0, k - (p - 1))])
        at = slice(k % 24, k % 24 + 1)
        history.append(history[-1] - 0.01 * flat(bp.backprop(one, loss, x[:, at], y[:, at])[1]))
    assert np.allclose(results[0][0], history[-1], rtol=1e-12, atol=1e-12)


def test_a_window_costs_messages_and_says_what_it_does_not_take():
    def work(comm):
        window = bp.machines.Window(comm, np.zeros(3))
        window.add(np.full(3, comm.rank + 1.0))
        comm.Barrier()
        return window.read().tolist(), comm.clock

    counted = run(work, 3, alpha=2.0, beta=0.25)
    assert counted.results == [([6.0] * 3, 0.0), ([6.0] * 3, 8.0), ([6.0] * 3, 8.0)]
    assert counted.bytes == [0, 48, 48] and counted.messages == [0, 2, 2]
    for array, word in (([1.0], "list"), (np.ones((2, 2)), "one dimension"), (np.ones(2, np.float32), "float64")):
        with pytest.raises(bp.machines.RankError, match=word):
            run(lambda comm, array=array: bp.machines.Window(comm, array), 2)
    with pytest.raises(bp.machines.RankError, match="another size"):
        run(lambda comm: bp.machines.Window(comm, np.ones(2 + comm.rank)), 2)


@pytest.mark.parametrize("p", [1, 2, 3, 4, 8, 16])
def test_neighbours_average(p):
    blocks = np.random.default_rng(p).normal(size=(p, 5))

    def mix(comm, times):
        block = blocks[comm.rank].copy()
        for _ in range(times):
            bp.machines.average_with_neighbours(comm, block)
        return block

    matrix = sum(np.roll(np.eye(p), shift, axis=0) for shift in (-1, 0, 1)) / 3
    assert np.allclose(run(mix, p, 1).results, matrix @ blocks)
    apart = [np.linalg.norm(np.array(run(mix, p, times).results) - blocks.mean(axis=0)) for times in (4 * p, 4 * p + 1)]
    if p > 3:  # three agree after one round
        assert apart[1] / apart[0] == pytest.approx((1 + 2 * np.cos(2 * np.pi / p)) / 3, rel=0.01)


# What the core gives


def test_stages_share_the_parameters_and_hand_the_derivative_of_their_input_back():
    net, loss = mlp(5, 3), bp.LeastSquares()
    x, y = batch(net, 7, 0)
    value, expected = bp.backprop(net, loss, x, y)
    first, second = net.stages(2)
    assert first.parameters + second.parameters == net.parameters
    trace = first.forward(x)
    after = second.forward(trace.output)
    back = second.backward(after, loss.gradient(after.output, y), keep_x=True)
    grads = first.backward(trace, back.x)
    assert loss(after.output, y) == value
    assert np.array_equal(np.concatenate([flat(grads), flat(back)]), flat(expected))
    with pytest.raises(AttributeError, match="keep_x"):
        _ = grads.x
    with pytest.raises(ValueError, match="only 5"):
        net.stages(6)


def test_one_generator_for_each_part():
    net = bp.Network([bp.Linear(3, 4, rng=0), bp.Dropout(0.5), bp.Linear(4, 2, rng=1)])
    x, y = batch(net, 9, 0)
    with pytest.raises(ValueError, match="2 generators"):
        bp.accumulate(net, bp.LeastSquares(), x, y, parts=3, rng=[1, 2])
    total = 0
    for part, seed in zip(even_slices(9, 3), (5, 6, 7), strict=True):
        total = total + flat(bp.backprop(net, bp.LeastSquares(), x[:, part], y[:, part], rng=seed)[1])
    found = bp.accumulate(net, bp.LeastSquares(), x, y, parts=3, rng=[5, 6, 7])[1]
    assert np.array_equal(flat(found), total)


def test_the_command_tries_every_scheme_and_notices_one_that_is_wrong(monkeypatch, capsys):
    from bpkit.machines import __main__ as command

    monkeypatch.setattr("sys.argv", ["bpkit.machines", "4"])
    command.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "The gradients of one machine, on 4 simulated ranks:"
    assert [line[0] for line in lines[1:]] == ["✓"] * 9
    assert "✓ combined, 2 × 1 × 2: up to rounding" in lines
    monkeypatch.setattr(command.machines, "zero_bubble", lambda p, m: gpipe(p, m + 1))
    with pytest.raises(SystemExit):
        command.main()
    assert "✗ pipeline gpipe(4, 5): not to the last bit" in capsys.readouterr().out
