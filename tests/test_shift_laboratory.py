"""The shift laboratory: weights, boundaries, what is drawn, and the controls, to the ends of their ranges."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpkit.plot._shift import shifted
from bpkit.plot.shift_experiment import MODELS, WEIGHTS, Shift, border, boundary, features, measured
from bpkit.widgets import shift_laboratory
from bpkit.widgets._shift_laboratory import RANGES

ANYWHERE = {name: st.floats(*RANGES[name]) for name in ("right", "up", "spread", "odds")}


def test_exact_weights_have_mean_one_and_turn_means_of_the_source_into_means_of_the_target():
    centres, totals = [], []
    for seed in range(200):
        found = measured(Shift(0.8, -0.4, 0.6, seed=seed))
        totals.append(found.weights.mean())
        centres.append((found.source * found.weights).mean(axis=1))
    error = 4 * np.std(totals) / np.sqrt(200)
    assert np.mean(totals) == pytest.approx(1, abs=error)
    np.testing.assert_allclose(np.mean(centres, axis=0), [0.8, -0.4], atol=4 * np.std(centres) / np.sqrt(200))


def test_the_odds_of_class_1_are_multiplied_in_target_and_weights_alike():
    """With exact weights, the source's share of class 1 is that of the target."""
    shares = []
    for seed in range(60):
        found = measured(Shift(0.5, -0.2, 0.7, odds=6.0, seed=seed))
        shares.append(found.weights[found.labels == 1].sum() / found.weights.sum())
    plain = [measured(Shift(0.5, -0.2, 0.7, seed=seed)) for seed in range(60)]
    share = np.mean([one.weights[one.labels == 1].sum() / one.weights.sum() for one in plain])
    assert np.mean(shares) == pytest.approx(6 * share / (6 * share + 1 - share), abs=0.03)


def test_estimated_weights_are_nearly_the_exact_ones():
    exact, estimated = (measured(Shift(weights=how)).weights for how in ("exact", "estimated"))
    assert np.corrcoef(exact, estimated)[0, 1] > 0.95


@pytest.mark.parametrize("model", MODELS)
def test_a_classifier_is_undecided_on_its_boundary(model):
    x_1 = np.linspace(-3, 3, 7)
    for net in measured(Shift(model=model)).classifiers:
        x = np.vstack([x_1, boundary(model, net, x_1)])
        np.testing.assert_allclose(net(features(model, x)), 0, atol=1e-9)


def test_a_small_target_on_the_true_border_has_half_of_each_class():
    """Of odds times 6 as well: with exact weights, half of the source's weight is class 1."""
    shares = []
    for seed in range(60):
        up = float(border(Shift(odds=6.0), np.array(0.5)))
        found = measured(Shift(0.5, up, 0.25, odds=6.0, seed=seed))
        shares.append(found.weights[found.labels == 1].sum() / found.weights.sum())
    assert np.mean(shares) == pytest.approx(0.5, abs=0.03)


def test_the_weights_help_the_line_and_not_the_parabola_in_most_draws():
    gain = {model: [np.subtract(*measured(Shift(model=model, seed=seed)).wrong[:2]) for seed in range(20)]
            for model in MODELS}  # fmt: skip
    assert np.median(gain["line"]) > 0.1
    assert abs(np.median(gain["parabola"])) < 0.02


def test_areas_are_weights_and_the_words_hold_the_numbers():
    shift = Shift()
    found, drawn = measured(shift), shifted(shift)
    radii = np.sort([float(r) for r in re.findall(r'<circle [^>]*r="([\d.]+)"', drawn.svg)])
    expected = np.sort(np.maximum(4 * np.sqrt(found.weights / found.weights.mean()), 0.7))
    np.testing.assert_allclose(radii, expected, atol=0.051)
    assert f"weights leave {found.effective:.0f}. Wrong in the target: " in drawn.words
    for share in found.wrong:
        assert f"{100 * share:.1f} %" in drawn.words
        assert f">{100 * share:.1f} %<" in drawn.svg


@settings(max_examples=25)
@given(model=st.sampled_from(MODELS), weights=st.sampled_from(WEIGHTS), seed=st.integers(0, 999_999), **ANYWHERE)
def test_every_choice_of_the_controls_is_drawn_or_refused_in_a_sentence(**choice):
    try:
        assert not re.search(r"\b(nan|inf)\b", shifted(Shift(**choice)).svg)
    except ValueError as error:
        assert choice["weights"] == "estimated"
        assert "do not overlap" in str(error)


def test_controls_redraw_reset_and_say_why_there_are_no_weights():
    laboratory = shift_laboratory()
    choices, below, box = laboratory.children
    place = box.children[0].children[0]
    named = {control.description: control for control in choices.children}
    first = place.value
    named["weights"].value = "estimated"
    named["spread"].value, named["right"].value, named["up"].value = 0.2, 2.5, 2.5
    before = place.value
    assert before != first
    words = below.children[-1]
    for seed in range(30):  # of some draws no example of the source comes near
        named["seed"].value = seed
        if "do not overlap" in words.value:
            break
    else:
        pytest.fail("no draw in which source and target do not overlap")
    reset = next(one for one in below.children if getattr(one, "description", "") == "reset")
    reset.click()
    assert place.value == first
    assert "overlap" not in words.value


def test_a_click_into_the_plane_puts_the_target_there():
    laboratory = shift_laboratory(spread=0.8)
    choices, _, box = laboratory.children
    place, over = box.children[0].children
    named = {control.description: control for control in choices.children}
    buttons = {one.tooltip: one for one in over.children[0].children}
    assert len(buttons) == 11 * 11
    assert not any(one.tabbable for one in buttons.values())  # the sliders do the same
    buttons["target to (-2, 1.5)"].click()
    assert (named["right"].value, named["up"].value, named["spread"].value) == (-2, 1.5, 0.8)
    assert place.value == shifted(Shift(right=-2, up=1.5, spread=0.8)).svg


def test_a_start_beyond_the_controls_and_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r"spread is 9, expected 0\.2 to 1\.5, as on the control"):
        shift_laboratory(spread=9)
    with pytest.raises(ValueError, match="model is 'cubic', expected 'line' or 'parabola'"):
        measured(Shift(model="cubic"))
    with pytest.raises(ValueError, match="odds is 0, expected a positive number"):
        measured(Shift(odds=0))
