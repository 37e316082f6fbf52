"""Random networks of every layer, nested and shared in every way, and the three backward passes compared on them.

`python tests/random_networks.py 5000` tries so many.
"""

import copy
import itertools
import sys

import numpy as np

import bpkit as bp


class Moody(bp.Layer):
    """Its output in training depends on its state, which each step changes: recomputing must find the old one."""

    def __init__(self):
        self.seen = np.ones((1, 1))

    @property
    def state(self):
        return (self.seen,)

    def forward(self, x, *, training=False, rng=None, out=None):
        return np.multiply(x, self.seen, out=out), self.seen.copy()

    def backward(self, x, y, stored, dl_dy, gradients=(), *, out=None):
        return np.multiply(dl_dy, stored, out=out)

    def remember(self, stored):
        self.seen[...] = 2 * self.seen + stored


SIMPLE = [
    lambda rows, rng: bp.Linear(rows, rows, rng=rng), lambda rows, rng: bp.BatchNorm(rows),
    lambda rows, rng: bp.BatchNorm(rows, momentum=0.3), lambda rows, rng: bp.ActNorm(rows),
    lambda rows, rng: bp.PReLU(0.3), lambda rows, rng: bp.ScalarBias(0.1), lambda rows, rng: bp.ScalarMultiplier(0.7),
    lambda rows, rng: bp.Dropout(0.3), lambda rows, rng: Moody(), lambda rows, rng: bp.Tanh(),
    lambda rows, rng: bp.ReLU(), lambda rows, rng: bp.LeakyReLU(0.2), lambda rows, rng: bp.Sigmoid(),
    lambda rows, rng: bp.Softplus(), lambda rows, rng: bp.SELU(), lambda rows, rng: bp.Softmax(),
    lambda rows, rng: bp.LogSoftmax(),
]  # fmt: skip


def some_layers(rows, depth, rng, made):
    """One to three layers for so many rows: simple ones, composites of others, and ones that are used elsewhere too."""
    return [one_layer(rows, depth, rng, made.setdefault(rows, [])) for _ in range(rng.integers(1, 4))]


def one_layer(rows, depth, rng, made):
    kind = rng.random()
    if made and kind < 0.25:
        return made[rng.integers(len(made))]
    if depth and kind < 0.45:
        layer = bp.Residual([one_layer(rows, depth - 1, rng, made) for _ in range(rng.integers(1, 4))])
    elif depth and kind < 0.6 and rows % 2 == 0:
        halves = []  # layers used twice inside
        layer = bp.Reversible([
            [[one_layer(rows // 2, depth - 1, rng, halves) for _ in range(rng.integers(1, 3))] for _ in range(2)]
            for _ in range(rng.integers(1, 3))
        ])  # fmt: skip
    else:
        layer = SIMPLE[rng.integers(len(SIMPLE))](rows, rng)
    made.append(layer)
    return layer


def random_network(rng, depth=3):
    """A network of a few widths, with some layers after each linear one, and parameters that are all different."""
    sizes, made = rng.integers(1, 7, size=rng.integers(2, 5)).tolist(), {}
    layers = some_layers(sizes[0], depth, rng, made) if rng.random() < 0.5 else []
    for rows_in, rows_out in itertools.pairwise(sizes):
        layers += [bp.Linear(rows_in, rows_out, rng=rng), *some_layers(rows_out, depth, rng, made)]
    net = bp.Network(layers)
    for parameter in net.parameters:
        parameter += 0.3 * rng.normal(size=parameter.shape)
    return net


def all_states(layers):
    """Every array that follows the training, those of layers inside others too, a shared one once."""
    found = {id(array): array for layer in layers for array in layer.state}
    for layer in layers:
        found |= {id(array): array for array in all_states(getattr(layer, "layers", ()))}
    return found.values()


def three_ways_agree(seed):
    """Compare gradients, running statistics and draws of net.backward, bp.backprop, and bp.checkpoint.backprop."""
    rng = np.random.default_rng(seed)
    net, training = random_network(rng), bool(rng.random() < 0.8)
    examples, loss = int(rng.integers(2, 6)), bp.LeastSquares("mean")
    x, y = rng.normal(size=(net.rows[0], examples)), rng.normal(size=(net.rows[-1], examples))
    options = {"penalty": [None, bp.L2(0.1)][rng.integers(2)], "training": training}
    plain, draws = copy.deepcopy(net), np.random.default_rng(seed)
    value, grads = bp.backprop(plain, loss, x, y, rng=draws, **options)
    trace = net.forward(x, training=training, rng=seed)
    parts = net.backward(trace, loss.gradient(trace.output, y))
    without = bp.backprop(copy.deepcopy(net), loss, x, y, rng=seed, training=training)[1]
    same(parts.parameters, without.parameters)
    n = len(bp.checkpoint.blocks(net))
    for schedule in (
        bp.checkpoint.store_all(n), bp.checkpoint.every(n, int(rng.integers(1, n + 1))),
        bp.checkpoint.binomial(n, int(rng.integers(1, n + 1))),
    ):  # fmt: skip
        own, again = copy.deepcopy(net), np.random.default_rng(seed)
        found, checkpointed = bp.checkpoint.backprop(own, loss, x, y, schedule, rng=again, **options)
        assert found == value or np.isnan(value)
        same(checkpointed.parameters, grads.parameters)
        same(checkpointed.omega, grads.omega)
        same(all_states(own.layers), all_states(plain.layers))
        assert again.bit_generator.state == draws.bit_generator.state
    return net


def same(one, other):
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    start, stop = (0, int(sys.argv[1])) if len(sys.argv) == 2 else map(int, sys.argv[1:])
    shared = 0
    for seed in range(start, stop):
        try:
            net = three_ways_agree(seed)
        except Exception:
            print("seed", seed, flush=True)
            raise
        shared += len({id(one) for one in net.layers}) < len(net.layers)
    print(stop - start, "networks,", shared, "with a layer used twice at the top")
