"""Checkpointed functions: the same derivatives, a fraction of the memory, one more run."""

import tracemalloc

import numpy as np
import pytest

import bpkit as bp


def f(x, p, *, scale=2.0):
    h = np.tanh(p["omega"] @ x + p["beta"])
    return {"h": h * scale, "norm": np.sum(h**2)}


def loss(function):
    def of(x, p):
        for _ in range(3):
            y = function(x, p, scale=1.5)
            x = y["h"] * y["norm"]
        return np.sum(np.sin(x))

    return of


RNG = np.random.default_rng(0)
X, P = RNG.normal(size=(4, 3)), {"omega": RNG.normal(size=(4, 4)) / 4, "beta": RNG.normal(size=(4, 1))}
V = RNG.normal(size=(4, 3))


def flat(tree):
    if isinstance(tree, tuple | list):
        return np.concatenate([flat(part) for part in tree])
    if isinstance(tree, dict):
        return np.concatenate([flat(part) for part in tree.values()])
    return np.ravel(tree)


@pytest.mark.parametrize(
    "derivative",
    [
        lambda of: bp.value_and_grad(of, (0, 1))(X, P),
        lambda of: bp.jvp(lambda x: of(x, P), (X,), (V,)),
        lambda of: bp.hvp(lambda x: of(x, P), X, V),
        lambda of: bp.grad(lambda x: np.sum(bp.grad(of)(x, P) ** 2))(X),
        lambda of: bp.grad(lambda p: bp.jvp(lambda x: of(x, p), (X,), (V,))[1])(P),
        lambda of: bp.compiled(bp.grad(of, (0, 1)))(X, P),
        lambda of: of(X, P),
    ],
    ids=["gradient", "jvp", "hvp", "reverse over reverse", "reverse over forward", "compiled", "value"],
)
def test_derivatives_are_those_of_the_function(derivative):
    expected, found = derivative(loss(f)), derivative(loss(bp.remat(f)))
    np.testing.assert_allclose(flat(found), flat(expected), rtol=1e-12)
    nested = derivative(loss(bp.remat(bp.remat(f))))
    np.testing.assert_allclose(flat(nested), flat(expected), rtol=1e-12)


def test_a_segment_runs_twice_and_the_way_back_shares_its_run():
    runs = []

    def segment(x, y):
        runs.append(1)
        return np.sin(x) * np.cos(y)

    bp.grad(lambda x, y: bp.remat(segment)(x, y), (0, 1))(0.3, 0.7)
    assert len(runs) == 2


def test_memory_is_that_of_the_segments():
    def chain(step, segments, length):
        def segment(x):
            for _ in range(length):
                x = np.sin(x)
            return x

        segment = step(segment)

        def whole(x):
            for _ in range(segments):
                x = segment(x)
            return np.sum(x)

        return bp.grad(whole)

    def peak(gradient, x):
        tracemalloc.start()
        gradient(x)
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size / x.nbytes

    x = np.full(20_000, 0.5)
    stored, recomputed = peak(chain(lambda f: f, 16, 16), x), peak(chain(bp.remat, 16, 16), x)
    assert stored > 256
    assert recomputed < 16 + 16 + 8


def test_a_value_in_a_closure_is_refused():
    with pytest.raises(bp.DerivativeError, match="not among its arguments"):
        bp.grad(lambda a: bp.grad(lambda x: bp.remat(lambda y: a * y)(x))(2.0) + bp.remat(lambda y: a * y)(a))(3.0)
    with pytest.raises(bp.DerivativeError, match="not among its arguments"):
        bp.grad(lambda a: bp.remat(lambda y: a * y)(a * 2))(3.0)
