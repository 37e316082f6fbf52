"""However two uses of one weight matrix share memory, they are one parameter or are refused."""

import copy
import pickle

import numpy as np
import pytest

import bpkit as bp

OMEGA, LONG = np.arange(9.0).reshape(3, 3) / 9, np.arange(20.0) / 20


def linear(omega):
    return bp.Linear.of(np.zeros((len(omega), 1)), omega)


def buffer():
    memory = bytearray(72)
    return [np.frombuffer(memory).reshape(3, 3) for _ in range(2)]


SHARING = {
    "a view": (OMEGA, OMEGA[:]),
    "another view": (OMEGA[:], OMEGA[:]),
    "transposed": (OMEGA, OMEGA.T),
    "reshaped": (LONG[:9].reshape(3, 3), LONG[:9].reshape(3, 3)),
    "overlapping slices": (LONG[:9].reshape(3, 3), LONG[8:17].reshape(3, 3)),
    "a part": (OMEGA, OMEGA[:, :1]),
    "backwards": (OMEGA, OMEGA[::-1]),
    "strides": (LONG[:18].reshape(3, 6)[:, ::2], LONG[:9].reshape(3, 3)),
    "another type": (OMEGA, OMEGA.view(np.float64)),
    "a buffer": buffer(),
}  # fmt: skip
APART = {
    "neighbours": (LONG[:9].reshape(3, 3), LONG[9:18].reshape(3, 3)),
    "columns in turn": (LONG[:18].reshape(3, 6)[:, ::2], LONG[:18].reshape(3, 6)[:, 1::2]),
    "blocks": (LONG[:18].reshape(3, 6)[:, :3], LONG[:18].reshape(3, 6)[:, 3:]),
    "copies": (OMEGA, OMEGA.copy()),
}


def networks(one, other):
    """One and the other in two layers at the top, inside others, and beside each other."""
    yield lambda: bp.Network([linear(one), bp.Tanh(), linear(other)])
    if one.shape == other.shape:
        yield lambda: bp.Network([linear(one), bp.Residual([bp.Tanh(), linear(other)])])
        yield lambda: bp.Network([bp.Residual([linear(one), bp.Tanh(), linear(other)])])


@pytest.mark.parametrize("name", SHARING)
def test_different_arrays_in_the_same_memory_are_refused(name):
    one, other = SHARING[name]
    if other.shape[1] == 3:
        for make in networks(one, other):
            with pytest.raises(ValueError, match=r"layers\[0\].* in the same memory, .* one parameter, or a copy"):
                make()
    with pytest.raises(ValueError, match=r"parameters\[1\] and parameters\[2\] share memory"):
        bp.SGD([np.zeros(2), one, other], 0.1)


@pytest.mark.parametrize("name", APART)
def test_arrays_beside_each_other_are_two_parameters(name):
    one, other = (array.copy() if name == "copies" else array for array in APART[name])
    for make in networks(one, other):
        assert len(make().parameters) == 4
    bp.SGD([one, other], 0.1)


def test_the_same_array_is_one_parameter_in_copies_and_files_too(tmp_path):
    omega = OMEGA.copy()
    net = bp.Network([linear(omega), bp.Tanh(), linear(omega), bp.Residual([bp.Tanh(), linear(omega)])])
    net.save(tmp_path / "net.npz")
    x, y = np.random.default_rng(0).normal(size=(2, 3, 4))
    steps = []
    for one in (net, copy.deepcopy(net), pickle.loads(pickle.dumps(net)), bp.Network.load(tmp_path / "net.npz")):
        assert len(one.parameters) == 4 and len(one.omega) == 3
        optimizer = bp.SGD(one.parameters, 0.1)
        for _ in range(2):
            value, grads = bp.backprop(one, bp.LeastSquares(), x, y, penalty=bp.L2(0.1))
            optimizer.step(grads.parameters)
        steps.append(value)
    assert len(set(steps)) == 1


def test_scales_and_running_statistics_share_no_memory_either():
    ones = np.ones((2, 3, 1))
    with pytest.raises(ValueError, match=r"layers\[0\] holds two different arrays"):
        bp.Network([bp.BatchNorm.of(*ones, ones[0][:], ones[1].copy())])
    with pytest.raises(ValueError, match=r"layers\[0\] and layers\[1\] hold different arrays"):
        bp.Network([bp.BatchNorm.of(*np.ones((3, 3, 1)), ones[0]), bp.BatchNorm.of(*np.ones((3, 3, 1)), ones[0][:])])
