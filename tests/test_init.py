"""Initialization: variances, limits and distributions as promised, against PyTorch's and JAX's; and through depth."""

import math

import numpy as np
import pytest

import bpkit as bp
from bpkit.init import expected, propagate

SHAPES = [(100, 100), (400, 50), (50, 400), (1000, 10), (7, 2000), (20000, 1), (1, 20000), (300, 200)]
SCHEMES = {
    "he": (bp.init.he, lambda rows, columns: 2 / columns),
    "he, backward": (lambda s, r, **k: bp.init.he(s, r, mode="fan_out", **k), lambda rows, columns: 2 / rows),
    "he, average": (
        lambda s, r, **k: bp.init.he(s, r, mode="fan_avg", **k),
        lambda rows, columns: 4 / (rows + columns),
    ),
    "glorot": (bp.init.glorot, lambda rows, columns: 2 / (rows + columns)),
    "lecun": (bp.init.lecun, lambda rows, columns: 1 / columns),
}
FOURTH = {"normal": 3.0, "uniform": 9 / 5, "truncated_normal": 2.38}  # E[w⁴]/variance²
LAYERS = [100] * 51 + [1]
VARIANCES = (0.001, 0.01, 0.02, 0.1, 1.0)


@pytest.mark.parametrize("distribution", FOURTH)
@pytest.mark.parametrize("name", SCHEMES)
def test_the_sample_variance_is_the_formulas(name, distribution):
    scheme, formula = SCHEMES[name]
    rng = np.random.default_rng(0)
    for shape in SHAPES:
        omega, variance = scheme(shape, rng, distribution=distribution), formula(*shape)
        n = omega.size
        assert omega.shape == shape and n >= 10_000
        error = variance * math.sqrt((FOURTH[distribution] - 1) / n)  # of the mean of squares
        assert abs(np.mean(omega**2) - variance) < 6 * error
        assert abs(omega.mean()) < 6 * math.sqrt(variance / n)


def test_limits_are_exact():
    for shape in SHAPES[:4]:
        uniform = bp.init.glorot(shape, 0, distribution="uniform")
        limit = math.sqrt(6 / sum(shape))
        assert 0.999 * limit < np.abs(uniform).max() <= limit
        cut = bp.init.lecun(shape, 0, distribution="truncated_normal")
        limit = 2 * math.sqrt(1 / shape[1]) / 0.87962566103423978  # as JAX writes it
        assert 0.99 * limit < np.abs(cut).max() <= limit * (1 + 1e-12)


def distance(a, b) -> float:
    """The Kolmogorov–Smirnov distance of two samples, in units of its spread."""
    a, b = np.sort(np.ravel(a)), np.sort(np.ravel(b))
    at = np.concatenate([a, b])
    difference = np.searchsorted(a, at, "right") / a.size - np.searchsorted(b, at, "right") / b.size
    return float(np.abs(difference).max() * math.sqrt(a.size * b.size / (a.size + b.size)))


@pytest.mark.parametrize("shape", [(200, 300), (400, 100)])
def test_the_schemes_agree_with_pytorchs_in_distribution(shape):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (extra: peers)")
    torch.manual_seed(0)
    theirs = {
        "he": lambda w: torch.nn.init.kaiming_normal_(w, nonlinearity="relu"),
        "he, backward": lambda w: torch.nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"),
        "glorot": torch.nn.init.xavier_normal_,
    }
    for name, scheme in theirs.items():
        reference = scheme(torch.empty(shape, dtype=torch.float64)).numpy()
        assert distance(SCHEMES[name][0](shape, 0), reference) < 1.9  # exceeded once in 700 times
        assert distance(1.1 * SCHEMES[name][0](shape, 0), reference) > 1.9


@pytest.mark.parametrize("distribution", ["normal", "truncated_normal", "uniform"])
@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
def test_the_schemes_agree_with_jaxs_in_distribution(mode, distribution):
    jax = pytest.importorskip("jax", reason="JAX is not installed (extra: peers)")
    shape = (250, 400)
    theirs = jax.nn.initializers.variance_scaling(1.5, mode, distribution, in_axis=1, out_axis=0)
    reference = np.asarray(theirs(jax.random.key(0), shape))
    ours = bp.init.variance_scaling(shape, 0, scale=1.5, mode=mode, distribution=distribution)
    assert distance(ours, reference) < 1.9
    assert distance(1.1 * ours, reference) > 1.9


@pytest.mark.parametrize("shape", [(5, 5), (3, 8), (8, 3), (1, 4), (100, 60)])
def test_orthogonal_keeps_lengths(shape):
    omega = bp.init.orthogonal(shape, 1, gain=1.5)
    smaller = omega @ omega.T if shape[0] <= shape[1] else omega.T @ omega
    assert np.allclose(smaller, 2.25 * np.eye(min(shape)), rtol=0, atol=1e-12)


def test_orthogonal_matrices_are_drawn_evenly():
    """The first entry of an evenly drawn 2 × 2 rotation or reflection is the cosine of an even angle."""
    rng = np.random.default_rng(0)
    found = [bp.init.orthogonal((2, 2), rng)[0, 0] for _ in range(4000)]
    assert distance(found, np.cos(np.linspace(0, np.pi, 4001))) < 1.9


def test_delta_orthogonal_keeps_the_length_of_every_image():
    kernel = bp.init.delta_orthogonal((6, 4, 3, 3), 0)
    image = np.random.default_rng(1).normal(size=(4, 7, 7))
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    convolved = np.einsum("oihw,iyxhw->oyx", kernel, windows)
    assert convolved.shape == (6, 7, 7)
    np.testing.assert_allclose(np.linalg.norm(convolved, axis=0), np.linalg.norm(image, axis=0), rtol=1e-12)


def slopes(variances):
    """The slope of log variance against depth for each network."""
    depth = np.arange(variances.shape[1]) - (variances.shape[1] - 1) / 2
    return np.log(variances) @ depth / (depth @ depth)


@pytest.mark.parametrize("variance", VARIANCES)
def test_log_variance_drifts_as_theory_says(variance):
    measured = propagate(LAYERS, variance, networks=200, rng=1)
    theory = math.log(100 * variance / 2) - 5 / 200
    for found in (slopes(measured.h[:, 1:]), slopes(measured.gradient[:, ::-1])):
        error = found.std(ddof=1) / math.sqrt(found.size)
        assert abs(found.mean() - theory) < 4 * error
        assert abs(found.mean() - math.log(100 * variance / 2)) > 4 * error  # the drift is there


@pytest.mark.parametrize("activation", [bp.ReLU(), bp.LeakyReLU(0.2), bp.Tanh(), bp.Sigmoid(), bp.Softplus()], ids=repr)
def test_expected_variances_are_those_of_wide_layers(activation):
    sizes, variance = [400] * 6 + [1], 1.3 / 400
    measured = propagate(sizes, variance, activation=activation, networks=60)
    theory = expected(sizes, variance, activation=activation)
    assert theory.h.shape == (1, 6) and theory.gradient.shape == (1, 5)
    np.testing.assert_allclose(measured.h.mean(axis=0), theory.h[0], rtol=0.06)
    ratios = np.exp(np.diff(np.log(measured.gradient), axis=1).mean(axis=0))
    np.testing.assert_allclose(ratios, theory.gradient[0, 1:] / theory.gradient[0, :-1], rtol=0.08)


def test_propagation_is_that_of_the_library():
    measured = propagate([4, 6, 5, 3], bp.init.he, activation=bp.Tanh(), networks=1, rng=5)
    rng = np.random.default_rng(5)
    omega = [bp.init.he(shape, rng) for shape in ((6, 4), (5, 6), (3, 5))]
    x = rng.standard_normal((4, 1))
    net = bp.mlp([4, 6, 5, 3], activation=bp.Tanh, rng=0)
    for k in range(3):
        net.omega[k][...] = omega[k]
        net.beta[k][...] = 0
    trace = net.forward(x)
    grads = net.backward(trace, bp.LeastSquares().gradient(trace.output, np.zeros((3, 1))), keep_f=True)
    np.testing.assert_allclose(measured.h[0], [h.var() for h in trace.h], rtol=1e-12)
    np.testing.assert_allclose(measured.gradient[0], [g.var() for g in grads.f[:-1]], rtol=1e-12)


def test_small_floats_run_over_and_under():
    def small(variance):
        assert np.isfinite(propagate(LAYERS, variance, networks=5).gradient).all()  # float64 has room
        return propagate(LAYERS, variance, networks=5, dtype=np.float32)

    shrinking = small(0.001)  # numbers of size 1e-33 at the end, whose squares float32 could not hold
    assert (shrinking.h[:, -1] > 0).all() and (shrinking.gradient[:, 0] == 0).all()
    assert np.isfinite(small(0.1).gradient).all()
    assert np.isnan(small(1.0).gradient).any()


@pytest.mark.parametrize(("call", "message"), [
    (lambda: bp.init.he((2, 3), 0, mode="fanin"), r"mode is 'fanin', expected \"fan_in\""),
    (lambda: bp.init.he((2, 3), 0, distribution="gauss"), r"distribution is 'gauss', expected \"normal\""),
    (lambda: bp.init.lecun((0, 3), 0), r"shape\[0\] is 0"),
    (lambda: bp.init.glorot(3, 0), r"shape is 3, expected \(D_out, D_in\)"),
    (lambda: bp.init.variance_scaling((2, 3), 0, scale=0), "scale is 0, expected a positive"),
    (lambda: bp.init.normal((2, 2), 0, variance=-1), "variance is -1"),
    (lambda: bp.init.orthogonal((2, 2, 2), 0), "expected"),
    (lambda: bp.init.delta_orthogonal((2, 3, 3, 3), 0), "at least as many output as input channels"),
    (lambda: bp.init.delta_orthogonal((3, 3, 2, 3), 0), "odd height and width"),
    (lambda: propagate([10, 1], 0.1), "at least three"),
    (lambda: propagate([10, 10, 1], -0.1), "variance is -0.1"),
    (lambda: propagate([10, 10, 1], 0.1, networks=0), "networks is 0"),
    (lambda: expected([10, 10, 1], [0.1]), "one for each of 2 weight matrices"),
])  # fmt: skip
def test_mistakes_get_a_sentence(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
