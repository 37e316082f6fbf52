"""Distribution shift: the estimates against closed forms, scikit-learn and their own stated errors; and bad input."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import bpkit as bp

C = np.array([[0.80, 0.10, 0.05], [0.15, 0.70, 0.15], [0.05, 0.20, 0.80]])


def draw_predictions(rng, p, count, confusion=C):
    """Labels drawn from p, and for each a prediction from its column of the confusion matrix."""
    y = rng.choice(len(p), count, p=p)
    steps = confusion.cumsum(axis=0)[:, y]
    return y, (rng.random(count) > steps[:-1]).sum(axis=0)


@pytest.mark.parametrize("counts", [(4000, 4000), (6000, 1500)])
def test_density_ratios_of_two_gaussians_are_the_closed_form(counts):
    """log β is linear for two Gaussians of one covariance: its slope and height within 4 standard errors, 20 draws."""
    mean, errors = np.array([[0.6], [-0.3]]), []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        source, target = rng.normal(size=(2, counts[0])), mean + rng.normal(size=(2, counts[1]))
        ratio = bp.shift.density_ratio(source, target, strength=1e-8)
        points = np.array([[0.0, 1.0, -1.0, 0.6], [0.0, 1.0, 1.0, -0.3]])
        exact = (mean * points).sum(axis=0) - (mean**2).sum() / 2
        errors.append(np.log(ratio(points)) - exact)
    assert np.abs(np.mean(errors, axis=0)).max() < 4 * np.std(errors, axis=0).max() / np.sqrt(20)
    assert np.abs(errors).max() < 0.25


def test_the_features_x_and_x_squared_fit_gaussians_of_different_spread():
    rng = np.random.default_rng(0)
    source, target = rng.normal(0, 1, (1, 20_000)), rng.normal(0, 0.5, (1, 20_000))

    def features(x):
        return np.vstack([x, x**2])

    x = np.linspace(-1, 1, 9)[None, :]
    exact = 2 * np.exp(-(x[0] ** 2) * (4 - 1) / 2)
    np.testing.assert_allclose(bp.shift.density_ratio(features(source), features(target))(features(x)), exact, rtol=0.1)


@pytest.mark.parametrize("strength", [1e-3, 0.1])
def test_the_logit_agrees_with_scikit_learn(strength):
    linear_model = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(1)
    source, target = rng.normal(size=(5, 300)), 0.4 + 1.3 * rng.normal(size=(5, 130))
    ratio = bp.shift.density_ratio(source, target, strength=strength)
    x, z = np.hstack([source, target]).T, np.repeat([0, 1], [300, 130])
    peer = linear_model.LogisticRegression(C=1 / (strength * 430), tol=1e-10, max_iter=10_000).fit(x, z)
    np.testing.assert_allclose(ratio.net(x.T)[0], peer.decision_function(x), rtol=0, atol=1e-4)
    np.testing.assert_allclose(ratio(source), np.exp(peer.decision_function(source.T)) * 300 / 130, rtol=1e-4)


@given(arrays(float, st.integers(1, 30), elements=st.just(0.0) | st.floats(1e-150, 1e200)), st.floats(0.01, 100))
def test_the_effective_size_lies_between_one_and_the_number_whatever_the_scale(weights, scale):
    if weights.any():
        size = bp.shift.effective_size(weights)
        assert 1 - 1e-9 <= size <= weights.size + 1e-9
        assert bp.shift.effective_size(weights * scale) == pytest.approx(size)
        assert bp.shift.effective_size(bp.shift.clip(weights, weights.max())) == size


def test_a_mean_with_weights_varies_as_one_of_so_many_examples():
    rng = np.random.default_rng(0)
    weights = rng.exponential(size=50) ** 2
    means = (rng.normal(size=(20_000, 50)) * weights).sum(axis=1) / weights.sum()
    assert 1 / means.var() == pytest.approx(bp.shift.effective_size(weights), rel=0.05)


def test_false_alarms_are_as_often_as_the_p_value_says():
    """500 pairs of samples of one distribution: at 5 %, between 11 and 39 alarms, which binomial chance allows."""
    alarms, draws = 0, 500
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        found = bp.shift.two_sample_test(rng.normal(size=(3, 40)), rng.normal(size=(3, 30)), rng=rng, permutations=199)
        alarms += found.p_value <= 0.05
    assert 11 <= alarms <= 39  # 25 ± 2.9 standard deviations


def test_a_moved_mean_is_found_and_grown_noise_only_with_squares_as_features():
    rng = np.random.default_rng(0)
    calm, moved, noisy = rng.normal(size=(4, 300)), 0.5 + rng.normal(size=(4, 300)), 2 * rng.normal(size=(4, 300))
    found = bp.shift.two_sample_test(calm, moved, rng=0)
    assert found.p_value == 0.001
    assert found.accuracy > 0.6
    assert bp.shift.two_sample_test(calm, noisy, rng=0).p_value > 0.05
    assert bp.shift.two_sample_test(calm**2, noisy**2, rng=0).p_value == 0.001


def test_the_confusion_matrix_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    y, predictions = draw_predictions(np.random.default_rng(0), [0.2, 0.5, 0.3], 500)
    expected = metrics.confusion_matrix(y, predictions, normalize="true").T  # its rows are the labels
    np.testing.assert_allclose(bp.shift.confusion(predictions, y, 3), expected, rtol=1e-15)


def test_label_shift_is_solved_within_its_standard_errors():
    """200 draws of both sets: mean and entries within 4 standard errors; 95 % intervals hold in 90 to 99 %."""
    source, target = np.array([0.4, 0.3, 0.3]), np.array([0.1, 0.2, 0.7])
    distances = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        y, predictions = draw_predictions(rng, source, 900)
        estimated = bp.shift.confusion(predictions, y, 3)
        found = bp.shift.label_distribution(
            estimated, draw_predictions(rng, target, 600)[1], counts=np.bincount(y, minlength=3)
        )
        assert found.p.sum() == pytest.approx(1)
        distances.append((found.p - target) / found.standard_errors)
    assert np.abs(distances).max() < 4
    assert np.abs(np.mean(distances, axis=0)).max() < 4 / np.sqrt(200)
    covered = (np.abs(distances) < 1.96).mean(axis=0)
    assert covered.min() >= 0.90
    assert covered.max() <= 0.99


def test_with_two_classes_estimate_and_error_are_those_of_rogan_and_gladen():
    """Rogan and Gladen (1978): p = (μ − b)/(a − b), with a detector that is right in a and cries wolf in b."""
    a, b, positives, negatives, seen = 0.75, 0.125, 64, 160, 400
    mu = 0.25
    found = bp.shift.label_distribution([[a, b], [1 - a, 1 - b]], [0] * 100 + [1] * 300, counts=[positives, negatives])
    p = (mu - b) / (a - b)
    variance = mu * (1 - mu) / seen + p**2 * a * (1 - a) / positives + (1 - p) ** 2 * b * (1 - b) / negatives
    np.testing.assert_allclose(found.p, [p, 1 - p])
    np.testing.assert_allclose(found.standard_errors, np.sqrt(variance) / (a - b))


def test_an_exact_confusion_matrix_gives_the_exact_answer():
    p = np.array([0.125, 0.25, 0.625])
    predictions = np.repeat([0, 1, 2], np.round(C @ p * 80_000).astype(int))
    found = bp.shift.label_distribution(C, predictions)
    np.testing.assert_allclose(found.p, p, atol=1e-12)
    assert found.condition == pytest.approx(np.linalg.cond(C))


@given(arrays(float, st.integers(1, 8), elements=st.floats(-3, 3)), st.integers(0, 1000))
def test_no_distribution_is_nearer_than_the_projection(v, seed):
    """p is the nearest point of a convex set: every other point q of it makes no acute angle, (v − p)·(q − p) ≤ 0."""
    p = bp.shift.project(v)
    assert p.min() >= 0
    assert p.sum() == pytest.approx(1)
    q = np.random.default_rng(seed).dirichlet(np.full(v.size, 0.3), size=20)
    assert ((q - p) @ (v - p)).max() <= 1e-9
    np.testing.assert_allclose(bp.shift.project(p), p, atol=1e-12)


@given(st.integers(2, 5), st.integers(0, 1000))
def test_adjusted_probabilities_are_bayes_rule(classes, seed):
    rng = np.random.default_rng(seed)
    source, target = rng.dirichlet(np.ones(classes), size=2)
    likelihood = rng.random((classes, 7)) + 0.01  # p(x | y), the same in both
    q = likelihood * source[:, None]
    expected = likelihood * target[:, None]
    np.testing.assert_allclose(
        bp.shift.adjust(q / q.sum(axis=0), source, target), expected / expected.sum(axis=0), rtol=1e-9
    )


def test_saerens_finds_the_maximum_of_the_likelihood():
    rng = np.random.default_rng(0)
    source, target = np.array([0.5, 0.3, 0.2]), np.array([0.15, 0.25, 0.6])
    means, y = np.array([-1.5, 0.0, 1.5]), rng.choice(3, 4000, p=target)
    density = np.exp(-((means[:, None] + 0 * y - (means[y] + rng.normal(size=y.size))) ** 2) / 2)
    q = density * source[:, None]
    found = bp.shift.saerens(q / q.sum(axis=0), source)
    assert np.abs(found - target).max() < 0.04

    def likelihood(p):
        return np.log(p @ density).sum()

    assert likelihood(found) >= likelihood(target)
    for other in rng.dirichlet(100 * found + 1e-6, size=200):
        assert likelihood(found) >= likelihood(other) - 1e-6


def test_a_nearly_singular_confusion_matrix_is_warned_of():
    nearly = [[0.505, 0.5], [0.495, 0.5]]
    with pytest.warns(UserWarning, match=r"C is nearly singular, its condition number is 200: classes"):
        found = bp.shift.label_distribution(nearly, [0, 1] * 500)
    assert found.standard_errors.min() > 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bp.shift.label_distribution(C, [0, 1, 2])


ROW = np.arange(6.0)[None, :]
REFUSED = {
    "no overlap": (
        lambda: bp.shift.density_ratio(ROW, ROW + 10),
        "source and target do not overlap: a plane separates them",
    ),
    "fewer examples than features": (
        lambda: bp.shift.density_ratio(np.ones((9, 4)), np.ones((9, 5))),
        "source and target have 9 examples together, but 9 features: a plane separates any so few",
    ),
    "other features": (
        lambda: bp.shift.density_ratio(np.ones((2, 5)), np.ones((3, 5))),
        r"source has 2 features and target 3, expected the same: did you mean \.T of one of them\?",
    ),
    "NaN in the target": (
        lambda: bp.shift.density_ratio(ROW, [[1.0, np.nan, 2.0]]),
        "target holds nan in row 0 of example 1, expected finite numbers",
    ),
    "strength": (lambda: bp.shift.density_ratio(ROW, ROW, strength=0), "strength is 0, expected a positive λ"),
    "three examples": (
        lambda: bp.shift.two_sample_test(ROW, ROW[:, :3], rng=0),
        "second has 3 examples, expected at least 4: half of them train",
    ),
    "negative weight": (lambda: bp.shift.effective_size([1, -1]), "weights holds -1 for example 1, expected no negat"),
    "no weight": (lambda: bp.shift.effective_size([0, 0]), "weights are all 0, so no example counts"),
    "matrix of weights": (lambda: bp.shift.clip([[1]], 2), r"weights has shape \(1, 1\), expected \(I,\)"),
    "largest": (lambda: bp.shift.clip([1], 0), "largest is 0, expected a positive number"),
    "a class without an example": (
        lambda: bp.shift.confusion([0, 1], [0, 0], 2),
        "y has no example of class 1, so nothing is known about how it is predicted",
    ),
    "labels from 1": (
        lambda: bp.shift.confusion([1, 2], [1, 2], 2),
        r"predictions holds 2 for .*: do they count from 1",
    ),
    "one-hot": (
        lambda: bp.shift.confusion(np.eye(2), [0, 1], 2),
        r"predictions has shape \(2, 2\), .*: did you mean predictions.argmax\(axis=0\)\?",
    ),
    "one prediction too few": (
        lambda: bp.shift.confusion([0], [0, 1], 2),
        "predictions has 1 examples, but y 2; expected one prediction each",
    ),
    "the joint matrix": (
        lambda: bp.shift.label_distribution(C / 3, [0, 1, 2]),
        r"C sums to 1 as a whole, so it is the joint distribution .* C / C.sum\(axis=0\)",
    ),
    "rows and columns": (
        lambda: bp.shift.label_distribution(C.T, [0, 1, 2]),
        r"the rows of C sum to 1, but its columns are to be the classes: did you mean C\.T\?",
    ),
    "counts for shares": (
        lambda: bp.shift.label_distribution([[8, 2], [1, 9]], [0, 1]),
        r"the columns of C sum to \[9.0, 11.0\], expected 1 each: are these counts\? Divide by C\.sum\(axis=0\)\.",
    ),
    "a class that is never predicted": (
        lambda: bp.shift.label_distribution([[0.5, 0.2, 0], [0.5, 0.8, 1], [0, 0, 0]], [0, 1]),
        "C cannot be solved with: class 2 is never predicted, so its share leaves no trace",
    ),
    "two classes alike": (
        lambda: bp.shift.label_distribution([[0.5, 0.5], [0.5, 0.5]], [0, 1]),
        "C cannot be solved with: two classes, or mixtures of classes, are predicted in exactly the same way",
    ),
    "NaN in a sample": (
        lambda: bp.shift.two_sample_test(np.where(ROW == 3, np.nan, ROW), ROW, rng=0),
        "first holds nan in row 0 of example 3, expected finite numbers",
    ),
    "NaN in the weights": (lambda: bp.shift.effective_size([1, np.nan]), r"weights holds nan at index \[1\]"),
    "NaN in q": (lambda: bp.shift.saerens([[np.nan], [0.5]], [0.5, 0.5]), r"q holds nan at index \[0, 0\]"),
    "no weights": (lambda: bp.shift.effective_size([]), r"weights has shape \(0,\), expected \(I,\)"),
    "NaN in C": (lambda: bp.shift.label_distribution([[np.nan, 0], [0, 1]], [0]), "C holds nan at index"),
    "counts": (
        lambda: bp.shift.label_distribution(C, [0], counts=[1, 0, 2]),
        "counts holds 0 for class 1, expected at least 1",
    ),
    "a matrix to project": (lambda: bp.shift.project(C), r"v has shape \(3, 3\), expected \(K,\)"),
    "logits": (
        lambda: bp.shift.adjust([[2.0], [-1.0]], [0.5, 0.5], [0.5, 0.5]),
        r"column 0 of q sums to 1, and the least entry of q is -1; expected probabilities: are these logits\?",
    ),
    "q.T": (
        lambda: bp.shift.saerens([[0.2, 0.8], [0.6, 0.4]], [0.5, 0.5]),
        r"column \d of q sums to .*; expected probabilities: did you mean q\.T\?",
    ),
    "an estimate with a negative share": (
        lambda: bp.shift.adjust([[0.5], [0.5]], [0.5, 0.5], [1.1, -0.1]),
        r"target sums to 1 and its least entry is -0.1, expected shares: did you mean bp\.shift\.project\(target\)\?",
    ),
    "counts as a distribution": (
        lambda: bp.shift.adjust([[0.5], [0.5]], [5, 5], [0.5, 0.5]),
        r"source sums to 10 and its least entry is 5, expected shares: did you mean source / source\.sum\(\)\?",
    ),
    "a class the network has never seen": (
        lambda: bp.shift.adjust([[0.5], [0.5]], [1, 0], [0.5, 0.5]),
        "source has no class 1, but target does: the network has never seen an example",
    ),
    "no chance in the target": (
        lambda: bp.shift.adjust([[1.0], [0.0]], [0.5, 0.5], [0, 1]),
        "q gives example 0 no chance in any class that target has",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_in_one_sentence(case):
    call, words = REFUSED[case]
    with pytest.raises((TypeError, ValueError), match=words) as refused:
        call()
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", "?"))
