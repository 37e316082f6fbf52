"""The memory of a training step: gradients are the caller's own, and written over only where `out` says so."""

import copy
import dataclasses
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bpkit as bp

LOSS = bp.LeastSquares()


def step(net, seed):
    """The gradients of a batch that differs for each seed."""
    rng = np.random.default_rng(seed)
    return bp.backprop(net, LOSS, rng.normal(size=(3, 5)), rng.normal(size=(2, 5)))[1]


# What somebody may hold of the gradients, and how the numbers are read from it later.
HOLDS = {
    "all": (lambda grads: grads, lambda held: held.parameters),
    "parameters": (lambda grads: grads.parameters, lambda held: held),
    "the omegas": (lambda grads: grads.omega, lambda held: held),
    "one array": (lambda grads: grads.omega[1], lambda held: [held]),
    "a bias": (lambda grads: grads.beta[0], lambda held: [held]),
    "a view": (lambda grads: grads.omega[0][:, 1:], lambda held: [held]),
    "a view of a view": (lambda grads: grads.omega[1].T[1:].reshape(-1, order="A")[:2], lambda held: [held]),
    "a part of the block": (lambda grads: grads.parameters.flat[3:7], lambda held: [held]),
    "a memoryview": (lambda grads: memoryview(grads.omega[1]), lambda held: [np.asarray(held)]),
    "an iterator": (lambda grads: iter(grads.parameters), lambda held: list(copy.copy(held))),
    "an element's iterator": (lambda grads: grads.omega[0].flat, lambda held: [held[:]]),
    "an array without copy": (lambda grads: np.asarray(grads.omega[1]), lambda held: [held]),
    "a buffer": (lambda grads: np.frombuffer(grads.parameters.flat), lambda held: [held]),
    "a function": (lambda grads: lambda: grads.omega[1], lambda held: [held()]),
    "a cycle": (lambda grads: cycle_around(grads.beta[1]), lambda held: [held["array"]]),
}


def cycle_around(array):
    held = {"array": array}
    held["itself"] = held
    return held


def call(net, seed=0, how="backprop", out=None):
    """One of the three functions that compute a network's gradients."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(net.rows[0], 5)), rng.normal(size=(net.rows[-1], 5))
    if how == "checkpoint":
        schedule = bp.checkpoint.every(len(bp.checkpoint.blocks(net)), 1)
        return bp.checkpoint.backprop(net, LOSS, x, y, schedule, out=out)
    if how == "accumulate":
        return bp.accumulate(net, LOSS, x, y, parts=3, out=out)
    return bp.backprop(net, LOSS, x, y, out=out)


def networks():
    """An ordinary network, one that uses a layer twice, and one whose arrays do not lie in one block."""
    shared = bp.Linear(3, 3, rng=0)
    return {
        "mlp": bp.mlp([3, 4, 2], rng=0),
        "shared": bp.Network([shared, bp.Tanh(), shared, bp.Residual([bp.Linear(3, 3, rng=1), shared])]),
        "loose": bp.Network([bp.Linear(3, 4, rng=0), bp.PReLU(), bp.Linear(4, 2, rng=1)]),
    }


HOW = ["backprop", "checkpoint", "accumulate"]


@pytest.mark.parametrize("name", networks())
@pytest.mark.parametrize("how", HOW)
def test_gradients_are_written_into_out_and_are_those_of_new_arrays(name, how):
    net = networks()[name]
    grads = None
    for seed in range(4):
        expected, fresh = call(net, seed, how)
        value, found = call(net, seed, how, out=grads)
        assert value == expected
        assert all(map(np.array_equal, found.parameters, fresh.parameters))
        if grads is not None:
            assert found is grads
            assert [id(one) for one in found.omega] == [id(found.parameters[n]) for n in places_of(net, net.omega)]
        grads = found


def places_of(net, arrays):
    return [next(n for n, one in enumerate(net.parameters) if one is array) for array in arrays]


def test_a_loop_with_out_asks_for_no_further_memory():
    net = bp.mlp([50, 200, 200, 2], rng=0)
    x, y = np.ones((50, 100)), np.zeros((2, 100))
    optimizer = bp.SGD(net.parameters, lr=1e-6, momentum=0.9)
    grads = None
    for step in range(4):
        if step == 3:
            tracemalloc.start()
        _, grads = bp.backprop(net, LOSS, x, y, out=grads)
        optimizer.step(grads.parameters)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # A mask of 200 × 100 truth values, turned into numbers a buffer at a time, or a piece of SGD's step.
    assert peak < 300_000 < sum(p.nbytes for p in net.parameters)


def test_gradients_with_f_are_not_taken_for_those_of_the_new_batch():
    net = bp.mlp([3, 4, 2], rng=0)
    trace = net.forward(np.ones((3, 5)))
    old = net.backward(trace, np.ones((2, 5)), keep_f=True)
    _, grads = call(net, out=old)
    assert grads.parameters is old.parameters
    with pytest.raises(AttributeError, match="was not kept"):
        _ = grads.f


def test_arrays_of_the_readers_own_can_be_out():
    net = bp.mlp([3, 4, 2], rng=0)
    mine = tuple(np.full_like(array, np.nan) for array in net.parameters)
    _, grads = call(net, out=bp.Gradients(mine, (), ()))
    assert all(one is own for one, own in zip(grads.parameters, mine, strict=True))
    assert all(map(np.array_equal, mine, call(net)[1].parameters))
    assert [id(one) for one in grads.omega] == [id(mine[1]), id(mine[3])]


def spoilt(net, change):
    """Gradients of a network, as a list of arrays that was changed."""
    arrays = [array.copy() for array in call(net)[1].parameters]
    return bp.Gradients(tuple(change(arrays)), (), ())


def read_only(net):
    grads = call(net)[1]
    grads.omega[1].setflags(write=False)
    return grads


REFUSED = {
    "another network of the same shape": (lambda net: call(bp.mlp([3, 4, 2], rng=1))[1], ValueError, "another network"),
    "another network": (lambda net: call(bp.mlp([3, 5, 2], rng=1))[1], ValueError, "another network"),
    "too few arrays": (lambda net: spoilt(net, lambda arrays: arrays[1:]), ValueError, "another network"),
    "a copied network": (lambda net: call(copy.deepcopy(net))[1], ValueError, "another network"),
    "twice": (
        lambda net: spoilt(bp.mlp([3, 3, 3], rng=0), lambda a: [a[0], a[1], a[0], a[3]]),
        ValueError, r"out.parameters\[0\] shares memory with out.parameters\[2\]",
    ),
    "overlapping": (
        lambda net: spoilt(net, lambda a: [np.zeros(19)[:4, None], np.zeros(12).reshape(4, 3), *overlapping()]),
        ValueError, r"out.parameters\[2\] shares memory with out.parameters\[3\]",
    ),
    "the network's own": (
        lambda net: bp.Gradients((*net.parameters[:3], np.zeros((2, 4))), (), ()),
        ValueError, r"shares memory with net.parameters\[0\]",
    ),
    "read-only": (read_only, ValueError, r"out.parameters\[3\] is read-only"),
    "float32": (lambda net: spoilt(net, lambda a: [x.astype(np.float32) for x in a]), TypeError, "computes in float64"),
    "transposed": (lambda net: spoilt(net, lambda a: [*a[:3], np.zeros((4, 2)).T]), ValueError, "not contiguous"),
    "lists": (lambda net: spoilt(net, lambda a: [x.tolist() for x in a]), TypeError, r"out.parameters\[0\] is list"),
    "the arrays alone": (lambda net: call(net)[1].parameters, TypeError, "out is a Block"),
    "the pair": (lambda net: call(net), TypeError, "out is a tuple"),
}  # fmt: skip


def overlapping():
    memory = np.zeros(9)
    return memory[:2, None], memory[1:].reshape(2, 4)


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("how", HOW)
def test_out_that_does_not_fit_is_refused_in_a_sentence_and_left_alone(name, how):
    make, error, words = REFUSED[name]
    net = bp.mlp([3, 3, 3] if name == "twice" else [3, 4, 2], rng=0)
    out = make(net)
    arrays = getattr(out, "parameters", ())
    before, own = copy.deepcopy(list(arrays)), copy.deepcopy(list(net.parameters))
    with pytest.raises(error, match=words) as caught:
        call(net, how=how, out=out)
    assert str(caught.value).count("\n") == 0 and str(caught.value).endswith((".", "`."))
    assert all(map(np.array_equal, arrays, before)) and all(map(np.array_equal, net.parameters, own))
    assert call(net, how=how)[0] == call(net, how=how, out=None)[0]


def test_out_whose_arrays_were_exchanged_is_refused():
    net = bp.mlp([3, 3, 3], rng=0)
    grads = call(net)[1]
    exchanged = dataclasses.replace(grads, parameters=(grads.parameters[2], *grads.parameters[1:]))
    with pytest.raises(ValueError, match="shares memory"):
        call(net, out=exchanged)


@given(st.lists(st.sampled_from([*HOLDS, None]), min_size=1, max_size=8), st.integers(0, 100))
def test_what_is_held_stays_as_it_is(names, seed):
    net = bp.mlp([3, 4, 2], rng=0)
    kept = []
    for number, name in enumerate(names):
        grads = step(net, seed + number)
        if name is not None:
            hold, read = HOLDS[name]
            held = hold(grads)
            kept.append((held, read, [np.array(array) for array in read(held)]))
            del held
        del grads
        if kept and (seed + number) % 3 == 0:
            kept.pop(0)  # let go of one
    step(net, seed + 1000)
    for held, read, numbers in kept:
        assert all(map(np.array_equal, read(held), numbers))


def test_two_threads_get_gradients_of_their_own():
    net = bp.mlp([3, 4, 2], rng=0)
    expected = [[array.copy() for array in step(net, seed).parameters] for seed in range(2)]
    wrong = []

    def work(seed):
        for _ in range(200):
            if not all(map(np.array_equal, step(net, seed).parameters, expected[seed])):
                wrong.append(seed)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
