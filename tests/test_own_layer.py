"""A layer of the reader's: ten lines are enough, whatever stands beside it."""

import copy

import numpy as np
import pytest

import bpkit as bp


class Rotated(bp.Layer):
    """y = Ax with a fixed matrix A and a learned factor: its derivative must not be written over ∂ℓ/∂y."""

    def __init__(self, rows):
        self.factor = np.ones((1, 1))
        self.parameters = (self.factor,)
        self.matrix = np.random.default_rng(0).normal(size=(rows, rows))

    def forward(self, x, *, training=False, rng=None):
        return self.factor * (self.matrix @ x), None

    def backward(self, x, y, stored, dl_dy, gradients):
        gradients[0][...] = np.sum(self.matrix @ x * dl_dy)
        return self.factor * (self.matrix.T @ dl_dy)


class RotatedInto(Rotated):
    """The same, with `out`."""

    def forward(self, x, *, training=False, rng=None, out=None):
        return np.dot(self.factor * self.matrix, x, out=out), None

    def backward(self, x, y, stored, dl_dy, gradients, *, out=None):
        gradients[0][...] = np.sum(self.matrix @ x * dl_dy)
        return np.dot(self.factor * self.matrix.T, dl_dy, out=out)


class Flipped(bp.Layer):
    """Its results are views of what it was given."""

    def forward(self, x, *, training=False, rng=None):
        return x[::-1], None

    def backward(self, x, y, stored, dl_dy, gradients):
        return dl_dy[::-1]


class Square(bp.Activation):
    def activate(self, f):
        return f**2

    def pull_back(self, f, h, dl_dh):
        return 2 * f * dl_dh


@pytest.mark.parametrize("kind", [Rotated, RotatedInto, Flipped, Square])
@pytest.mark.parametrize("after", [bp.Tanh, bp.LogSoftmax, lambda: bp.Linear(4, 4, rng=3), lambda: bp.BatchNorm(4)])
def test_gradients_are_right_whatever_stands_beside_it(kind, after):
    own = kind(4) if issubclass(kind, Rotated) else kind()
    layers = [bp.Linear(3, 4, rng=0), bp.Tanh(), own, after(), bp.Residual([own, bp.Linear(4, 4, rng=1)]), own]
    net = bp.Network([*layers, bp.Linear(4, 2, rng=2)])
    rng = np.random.default_rng(1)
    x, y, loss = rng.normal(size=(3, 5)), rng.normal(size=(2, 5)), bp.LeastSquares()
    grads = None
    for _ in range(2):  # the second time in the memory of the first
        value, grads = bp.backprop(net, loss, x, y, training=False, out=grads)
    assert value == loss(net(x), y)
    for array, gradient in zip(net.parameters, grads.parameters, strict=True):
        for index in np.ndindex(array.shape):
            old, found = array[index], []
            for step in (1e-5, -1e-5):
                array[index] = old + step
                found.append(loss(net(x), y))
            array[index] = old
            assert (found[0] - found[1]) / 2e-5 == pytest.approx(gradient[index], rel=1e-5, abs=1e-5)
    schedule = bp.checkpoint.every(len(bp.checkpoint.blocks(net)), 1)
    _, checkpointed = bp.checkpoint.backprop(net, loss, x, y, schedule, training=False)
    assert all(map(np.array_equal, checkpointed.parameters, grads.parameters))


class Doubled(bp.Layer):
    """Every row twice: it takes any number of rows and changes it."""

    def rows_out(self, rows_in):
        return None if rows_in is None else 2 * rows_in

    def forward(self, x, *, training=False, rng=None):
        return np.concatenate([x, x]), None

    def backward(self, x, y, stored, dl_dy, gradients):
        return dl_dy[: len(x)] + dl_dy[len(x) :]


def test_a_layer_that_changes_the_number_of_rows_may_stand_first():
    net = bp.Network([Doubled(), bp.Linear(4, 1, rng=0)])
    x, y = np.ones((2, 3)), np.zeros((1, 3))
    value, grads = bp.backprop(net, bp.LeastSquares(), x, y)
    assert value == bp.LeastSquares()(net(x), y)
    np.testing.assert_allclose(grads.omega[0], 2 * net(x) @ np.ones((3, 4)))
    with pytest.raises(ValueError, match="takes 4 rows"):
        bp.Network([bp.Linear(2, 3, rng=0), bp.Linear(4, 1, rng=0)])


class Careless(bp.Activation):
    """It writes into `out` before it has read ∂ℓ/∂h for the last time."""

    def activate(self, f, *, out=None):
        return np.square(f, out=out)

    def pull_back(self, f, h, dl_dh, *, out=None):
        result = np.multiply(2, f, out=out)
        result *= dl_dh
        return result


def test_an_activation_of_the_readers_own_does_not_get_the_derivative_itself_as_out():
    net = bp.Network([bp.Linear(3, 4, rng=0), Careless(), bp.Linear(4, 2, rng=1)])
    x, y, loss = np.ones((3, 2)), np.ones((2, 2)), bp.LeastSquares()
    trace = net.forward(x)
    parts = net.backward(trace, loss.gradient(trace.output, y))
    for _ in range(2):
        assert all(map(np.allclose, bp.backprop(net, loss, x, y)[1].parameters, parts.parameters))


def test_which_layers_write_into_out():
    assert not Rotated(2).takes_out and RotatedInto(2).takes_out and not Square().takes_out
    ours = [getattr(bp.layers, name) for name in bp.layers.__all__]
    bases = (bp.Layer, bp.Activation, bp.layers.Composite)
    assert all(kind.takes_out for kind in ours if kind not in bases)
    assert [kind.__name__ for kind in ours if kind not in bases and not kind.in_place] == ["Linear"]


@pytest.mark.parametrize(
    ("layer", "name"),
    [(bp.Linear(2, 2, rng=0), "omega"), (bp.Linear(2, 2, rng=0), "parameters"), (bp.BatchNorm(2), "running_mean"),
     (bp.BatchNorm(2), "momentum"), (bp.PReLU(), "alpha"), (bp.PReLU(), "value"), (bp.LeakyReLU(0.2), "alpha"),
     (bp.Dropout(0.5), "p"), (bp.Residual([bp.Tanh()]), "layers"), (Rotated(2), "factor")],
)  # fmt: skip
def test_what_a_network_may_be_using_cannot_be_replaced(layer, name):
    old = copy.deepcopy(getattr(layer, name))
    with pytest.raises(AttributeError):
        setattr(layer, name, 3.0)
    assert repr(getattr(layer, name)) == repr(old)


def test_changing_an_array_in_place_is_allowed():
    layer = bp.Linear(2, 2, rng=0)
    layer.omega += 1
    layer.omega[...] = 0
    assert layer.parameters[1] is layer.omega and not layer.omega.any()
