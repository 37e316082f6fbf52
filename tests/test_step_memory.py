"""The memory of a training step: it is used again, and never while somebody holds a part of what is in it."""

import copy
import threading
import warnings

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


def address(grads):
    return grads.parameters.block.ctypes.data


# What somebody may hold of the gradients, and how the numbers are read from it later.
HOLDS = {
    "all": (lambda grads: grads, lambda held: held.parameters),
    "parameters": (lambda grads: grads.parameters, lambda held: held),
    "the omegas": (lambda grads: grads.omega, lambda held: held),
    "one array": (lambda grads: grads.omega[1], lambda held: [held]),
    "a bias": (lambda grads: grads.beta[0], lambda held: [held]),
    "a view": (lambda grads: grads.omega[0][:, 1:], lambda held: [held]),
    "a view of a view": (lambda grads: grads.omega[1].T[1:].reshape(-1, order="A")[:2], lambda held: [held]),
    "a part of the block": (lambda grads: grads.parameters.block[3:7], lambda held: [held]),
    "a memoryview": (lambda grads: memoryview(grads.omega[1]), lambda held: [np.asarray(held)]),
    "an iterator": (lambda grads: iter(grads.parameters), lambda held: list(copy.copy(held))),
    "an element's iterator": (lambda grads: grads.omega[0].flat, lambda held: [held[:]]),
    "an array without copy": (lambda grads: np.asarray(grads.omega[1]), lambda held: [held]),
    "a buffer": (lambda grads: np.frombuffer(grads.parameters.block), lambda held: [held]),
    "a function": (lambda grads: lambda: grads.omega[1], lambda held: [held()]),
    "a cycle": (lambda grads: cycle_around(grads.beta[1]), lambda held: [held["array"]]),
}


def cycle_around(array):
    held = {"array": array}
    held["itself"] = held
    return held


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


def test_what_nobody_holds_is_used_again():
    net = bp.mlp([3, 4, 2], rng=0)
    grads = step(net, 0)
    first = address(grads)
    grads = step(net, 1)  # the first were still held
    second = address(grads)
    assert first != second
    found = set()
    for seed in range(10):
        grads = step(net, seed)
        found.add(address(grads))
    assert found == {first, second}, "a loop needs two blocks"
    del grads
    assert {address(step(net, seed)) for seed in range(5)} <= {first, second}


@pytest.mark.parametrize("spoil", ["shape", "flags"])
def test_an_array_that_was_changed_before_it_was_let_go_is_not_used_again(spoil):
    net = bp.mlp([3, 4, 2], rng=0)
    expected = [array.copy() for array in step(net, 1).parameters]
    array = step(net, 0).omega[1]
    if spoil == "flags":
        array.setflags(write=False)
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # newer versions of NumPy would rather see a reshape
            array.shape = (8,)
    del array
    assert all(map(np.array_equal, step(net, 1).parameters, expected))


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
