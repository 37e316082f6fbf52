"""The initialization laboratory: rescaled ensembles against drawn ones, the numbers in its words, its controls."""

import asyncio
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import numpy as np
import pytest

import bpkit as bp
from bpkit.init import Propagation, expected, propagate
from bpkit.networks.initialization.angles import expected_cosines, propagate_with_cosines
from bpkit.plot import ensemble
from bpkit.plot._angles import angles
from bpkit.plot._variances import course, training_loss, variances
from bpkit.plot.ensemble import MOST_ORTHOGONAL, drift, ensemble_picture, measured
from bpkit.plot.random_start import ACTIVATIONS, SCHEMES, SLOPES, TYPES, Start
from bpkit.plot.short_training import STEPS, training
from bpkit.plot.svg import number as svg_number
from bpkit.widgets import _initialization_laboratory as laboratory
from bpkit.widgets import initialization_laboratory

SMALL = Start(depth=6, width=12, networks=5)
BOOK = Start(networks=5)


@pytest.mark.parametrize("activation", SLOPES)
@pytest.mark.parametrize("variance", [0.001, 0.02, 1.0])
def test_a_rescaled_ensemble_is_the_one_that_would_be_drawn(activation, variance):
    found = measured(BOOK._replace(variance=variance, activation=activation, seed=3))
    drawn = propagate(BOOK.sizes, variance, activation=ACTIVATIONS[activation], networks=5, rng=3)
    np.testing.assert_allclose(found.h, drawn.h, rtol=1e-9, atol=0)
    np.testing.assert_allclose(found.gradient, drawn.gradient, rtol=1e-9, atol=0)


@pytest.mark.parametrize("scheme", ["He", "Glorot", "LeCun"])
@pytest.mark.parametrize("activation", ["ReLU", "leaky ReLU", "tanh"])
def test_named_schemes_are_those_of_the_library(scheme, activation):
    found = measured(SMALL._replace(scheme=scheme, activation=activation))
    init = getattr(bp.init, scheme.lower())
    drawn = propagate(SMALL.sizes, init, activation=ACTIVATIONS[activation], networks=5, rng=0)
    np.testing.assert_allclose(found.h, drawn.h, rtol=1e-9)
    np.testing.assert_allclose(found.gradient, drawn.gradient, rtol=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
@pytest.mark.parametrize("variance", [0.001, 0.02, 0.1])
def test_a_small_type_is_drawn_in_that_type(variance, dtype):
    start = BOOK._replace(variance=variance, dtype=dtype)
    found, drawn = measured(start), propagate(BOOK.sizes, variance, networks=5, dtype=dtype)
    np.testing.assert_array_equal(found.h, drawn.h)
    np.testing.assert_array_equal(found.gradient, drawn.gradient)


def test_what_a_small_type_cannot_hold_is_named():
    deep = Start(networks=3, depth=100, dtype="float32")
    small = deep._replace(variance=0.001)
    drawn = ensemble_picture(small, measured(small))
    assert "vanishes: too small for float32, 0 from layer" in drawn.words and "0 (underflow): layers 0–99" in drawn.svg
    large = deep._replace(variance=1.0)
    drawn = ensemble_picture(large, measured(large))
    assert "explodes: too large for float32 from layer" in drawn.words and "inf or nan (overflow)" in drawn.svg


@pytest.mark.parametrize("activation", SLOPES)
@pytest.mark.parametrize("width", [20, 100])
def test_the_typical_network_drifts_as_said(activation, width):
    start = Start(depth=20, width=width, activation=activation, networks=300)
    found, theory = measured(start), expected(start.sizes, 0.02, activation=ACTIVATIONS[activation])
    for variances_, wide, ends in ((found.h, theory.h, (1, 20)), (found.gradient, theory.gradient, (19, 0))):
        logs, straight = (np.log(one[:, ends[1]] / one[:, ends[0]]) / 19 for one in (variances_, wide))
        error = logs.std() / np.sqrt(300)
        # the formula's next term is of order 1 ÷ D²
        assert abs(logs.mean() - straight + drift(start)) < 4 * error + 8 / width**2


def test_no_drift_is_claimed_where_none_is_known():
    assert drift(Start()) == pytest.approx(5 / 200)
    for other in ({"scheme": "orthogonal"}, {"activation": "tanh"}, {"width": 19}):
        assert drift(Start(**other)) is None
    few = Start(networks=3, depth=5)
    assert "Theory, per layer: mean × 1, median × 0.975." in ensemble_picture(few, measured(few)).svg
    few = few._replace(scheme="orthogonal")
    assert "Theory, per layer: mean × 1." in ensemble_picture(few, measured(few)).svg


def test_parts_of_an_ensemble_are_the_ensemble(monkeypatch):
    for start in (SMALL, SMALL._replace(activation="sigmoid"), SMALL._replace(scheme="orthogonal")):
        monkeypatch.setattr(ensemble, "_WEIGHTS_AT_ONCE", 10**9)
        whole = measured(start)
        monkeypatch.setattr(ensemble, "_WEIGHTS_AT_ONCE", 2000)  # two networks at a time
        assert len(list(ensemble.drawn_in_parts(start))) > 1
        np.testing.assert_array_equal(measured(start).gradient, whole.gradient)


def geometric(depth, forward, backward, networks):
    """Variances that change by given factors, the same up to a factor of 2^i in the i-th network."""
    spread = 2.0 ** np.arange(networks).reshape(-1, 1)
    h = spread * forward ** np.arange(depth + 1.0)
    return Propagation(h, spread * backward ** np.arange(depth - 1.0, -1, -1))


def test_the_words_tell_the_numbers():
    spread = 2.0 ** np.arange(20)
    sizes = [7] * 5 + [1]
    drawn = variances(sizes, geometric(4, 0.5, 3.0, 20), geometric(4, 0.25, 8.0, 1), start="σ² = 1").words
    # 20 networks: the first, the tenth and the nineteenth are the quantiles.
    assert "20 networks of 4 hidden layers of 7 units, σ² = 1." in drawn
    assert f"the median is 256 at layer 1 and 32 at layer 4, where nine tenths of the networks lie from 0.0625 to "\
           f"{2.0**18 / 16:.3g}, the first network at 0.0625, " in drawn  # fmt: skip
    assert "the median is 512 at layer 3 and 1.38e+04 at layer 0" in drawn
    assert f"the mean at {svg_number((2**20 - 1) / 20 / 16)}, and the theory for the mean at 0.00391." in drawn
    assert "Theory, per layer: mean × 0.25. Measured, per layer: median × 0.5. The median is at the end 0.125 " \
           f"times the first. The mean ends at {16 * spread.mean():.2g} ± " \
           f"{16 * spread.std() / np.sqrt(20):.1g} times its theory. Backward" in drawn  # fmt: skip
    assert "mean × 8. Measured, per layer: median × 3. The median is at the end 27 times" in drawn
    lowered = variances(sizes, geometric(4, 0.5, 3.0, 20), geometric(4, 0.25, 8.0, 1), start="", drift=np.log(2))
    assert "mean × 0.25, median × 0.125." in lowered.words and "mean × 8, median × 4." in lowered.words
    assert "0.125 times the first, by theory 0.00195." in lowered.words  # (¼ · ½)³


@pytest.mark.parametrize(
    ("medians", "verdict", "factor"),
    [
        ([1, 0.1, 0.01, 0.001], "vanishes: 0.001 of it is left", 0.1),
        ([1, 10, 100, 1000], "explodes: 1e+03 times as large at the end", 10),
        ([1, 1e-20, 1e-40, 0], "vanishes: too small for float32, 0 from layer 4 on", 1e-20),
        ([1, 0.5, 0, 0], "vanishes: all units off, 0 from layer 3 on", 0.5),
        ([1, 1e20, np.nan, np.nan], "explodes: too large for float32 from layer 3 on", 1e20),
        ([1, 1, 1, 0.02], "is at the end 0.02 times the first", 0.02 ** (1 / 3)),
    ],
)
def test_verdicts(medians, verdict, factor):
    one = course((1, 2, 3, 4), np.array([medians]), np.ones(4), np.float32)
    assert one.verdict == verdict and one.expected == 1
    assert one.measured == pytest.approx(factor, rel=1e-6) or verdict.startswith("vanishes: too small")


def points(drawn, stroke, dashed):
    lines = ElementTree.fromstring(drawn.svg).iter("{http://www.w3.org/2000/svg}polyline")
    return [[tuple(map(float, point.split(","))) for point in line.get("points").split()] for line in lines
            if line.get("stroke") == stroke and bool(line.get("stroke-dasharray")) == dashed]  # fmt: skip


def test_lines_are_straight_where_factors_are_constant_and_theory_is_where_it_belongs():
    sizes = [7] * 11 + [1]
    drawn = variances(sizes, geometric(10, 0.1, 10.0, 1), geometric(10, 0.1, 10.0, 1), start="")
    (forward, backward), (theory, _) = points(drawn, "#ffd58a", False), points(drawn, "#1a1a1a", True)
    assert forward == theory and len(forward) == 11 and len(backward) == 10
    np.testing.assert_allclose(np.diff([y for _, y in forward]), 25, atol=0.11)  # ten decades, 250 units
    assert backward[0][1] < backward[-1][1], "gradients grow towards the input"


def test_wrong_sizes_are_named():
    with pytest.raises(ValueError, match="measured has variances of shapes"):
        variances([7] * 4 + [1], geometric(4, 1, 1, 2), geometric(4, 1, 1, 1), start="")
    for bad in ({"variance": 100.0}, {"depth": 1}, {"width": 1}, {"networks": 0}, {"seed": -1}):
        with pytest.raises(ValueError, match=f"{next(iter(bad))} is .* as on the control"):
            initialization_laboratory(**bad)


def rings(drawn):
    circles = ElementTree.fromstring(drawn.svg).iter("{http://www.w3.org/2000/svg}circle")
    return [(float(one.get("cx")), float(one.get("cy"))) for one in circles]


def test_rings_stand_at_the_mean_which_is_the_theory_and_not_at_the_median():
    # Two networks: mean 1.5 times the first, median the first, in each layer.
    sizes, both = [7] * 11 + [1], geometric(10, 0.1, 10.0, 2)
    theory = Propagation(*(one.mean(axis=0, keepdims=True) for one in both))
    drawn = variances(sizes, both, theory, start="")
    dashed = [place for line in points(drawn, "#1a1a1a", True) for place in line]
    drawn_rings = rings(drawn)[:-1]  # the last one explains them
    assert len(drawn_rings) == 11 + 10
    np.testing.assert_allclose(drawn_rings, dashed, atol=0.11)


def test_training_tells_good_starts_from_bad_ones():
    for seed in range(3):
        he = training(BOOK._replace(scheme="He", seed=seed))
        assert he[-1] < 0.8 * he[0]
    still = training(BOOK._replace(variance=0.001))
    assert still[0] == pytest.approx(1) and abs(still[-1] - 1) < 0.01
    assert "does not move" in training_loss(still, start="").words
    assert training_loss([2.0, 1.0, 0.5], start="").words.endswith("from 2 to 0.5, it falls.")
    wild = training(BOOK._replace(variance=0.1))
    assert len(wild) == 31 and "explodes: inf or nan from step" in training_loss(wild, start="").words


def parts(explorer):
    grid, row, pictures = explorer.children
    place, loss = pictures.children
    named = dict(zip(Start._fields, grid.children, strict=True))
    *buttons, progress = row.children
    return named, {button.description: button for button in buttons}, progress, place, loss


def test_every_control_draws_by_the_pure_function_and_nothing_raises():
    start = SMALL
    explorer = initialization_laboratory(depth=6, width=12, networks=5)
    named, buttons, progress, place, loss = parts(explorer)
    assert place.value == ensemble_picture(start, measured(start)).svg == explorer._still.svg
    changes = [("variance", v) for v in (1e-4, 10.0, 0.3)] + [("scheme", one) for one in SCHEMES]
    changes += [("activation", one) for one in ACTIVATIONS] + [("scheme", "own σ²")]
    changes += [("activation", one) for one in ACTIVATIONS] + [("dtype", one) for one in TYPES]
    changes += [("depth", 2), ("width", 2), ("networks", 1), ("seed", 9)]
    for name, value in changes:
        named[name].value = value
        start = start._replace(**{name: value})
        assert place.value == ensemble_picture(start, measured(start)).svg, (name, value)
        assert "drawing" not in progress.value
    buttons["train"].click()
    assert "Training loss" in loss.value and "trained" in progress.value
    buttons["new seed"].click()
    assert named["seed"].value == 10 and loss.value == ""
    before = place.value
    place.value = ""
    buttons["replay the same seed"].click()
    assert place.value == before and "seed 10 once more: the same networks" in progress.value
    buttons["reset"].click()
    assert {name: control.value for name, control in named.items()} == SMALL._asdict()
    assert place.value == ensemble_picture(SMALL, measured(SMALL)).svg


def test_where_it_can_wait_it_draws_once_after_the_last_change(monkeypatch):
    monkeypatch.setattr(laboratory, "_DELAY", 0.05)
    monkeypatch.setattr(ensemble, "_WEIGHTS_AT_ONCE", 4000)

    async def drag():
        named, _, progress, place, _ = parts(initialization_laboratory(depth=6, width=12, networks=20))
        named["activation"].value = "tanh"
        seen = []
        draw_all, said = laboratory.drawn_in_parts, []
        monkeypatch.setattr(laboratory, "drawn_in_parts", lambda start: seen.append(start) or draw_all(start))
        progress.observe(lambda change: said.append(change.new), names="value")
        for value in (0.1, 0.2, 0.3):
            named["variance"].value = value
            assert "4 networks of" in place.value and "drawing 20 networks …" in progress.value
        for _ in range(200):
            await asyncio.sleep(0.01)
            if "drawing" not in progress.value:
                break
        full = [start for start in seen if start.networks == 20]
        assert [start.variance for start in full] == [0.3], "only the last one"
        assert place.value == ensemble_picture(full[0], measured(full[0])).svg
        assert any(re.search(r"drawing 20 networks … \d+ done", words) for words in said)

    asyncio.run(drag())


def test_moving_the_variance_draws_nothing(monkeypatch):
    named, _, _, place, _ = parts(initialization_laboratory(networks=5))
    named["depth"].value = 49  # a new ensemble, which is kept
    monkeypatch.setattr(ensemble, "propagate_with_cosines", None)
    for variance in (1e-4, 0.01, 10.0):
        named["variance"].value = variance
        assert f"σ² = {variance:.3g}" in place.value
    assert expected(BOOK.sizes, 0.02).h[0, -1] == pytest.approx(0.6817, abs=1e-4)


def test_moving_the_variance_leaves_a_named_scheme_and_counts_as_it_is_shown():
    named, _, _, place, _ = parts(initialization_laboratory(depth=6, width=12, networks=5))
    named["scheme"].value = "He"
    assert named["variance"].value == 0.02 and "He (σ² = 0.167), ReLU" in place.value
    named["variance"].value = 10**-1.7  # where the slider stands: 0.0199526
    assert named["scheme"].value == "own σ²"
    assert place.value == ensemble_picture(SMALL, measured(SMALL)).svg


def test_orthogonal_ensembles_are_smaller_and_say_so():
    start = Start(depth=3, width=5, networks=60, scheme="orthogonal")
    assert len(measured(start).h) == MOST_ORTHOGONAL and len(measured(start._replace(networks=4)).h) == 4
    named, _, progress, place, _ = parts(initialization_laboratory(depth=3, width=5))
    named["scheme"].value = "orthogonal"
    assert "20 networks, not 60: orthogonal" in progress.value and ">20 networks of 3 hidden" in place.value
    named["scheme"].value = "He"
    assert progress.value.endswith(">&nbsp;</span>") and ">60 networks of" in place.value


def test_training_gives_way_to_others_and_ends_when_a_control_is_moved():
    async def train():
        named, buttons, progress, _, loss = parts(initialization_laboratory(depth=6, width=12, networks=5))
        said = []
        progress.observe(lambda change: said.append(change.new), names="value")
        buttons["train"].click()
        assert "training 30 steps" in said[-1] and loss.value == ""
        while "step 3 of 30" not in said[-1]:
            await asyncio.sleep(0)
        named["variance"].value = 0.03
        await asyncio.sleep(0.2)
        assert "trained" not in "".join(said) and loss.value == ""
        buttons["train"].click()
        buttons["train"].click()  # begins again, and does not run twice
        said.clear()
        while "trained" not in progress.value:
            await asyncio.sleep(0.001)
        assert sum("training: step" in words for words in said) == STEPS + 1
        assert "σ² = 0.03" in loss.value

    asyncio.run(asyncio.wait_for(train(), 20))


def test_an_ensemble_is_shown_while_it_grows(monkeypatch):
    monkeypatch.setattr(laboratory, "_DELAY", 0.0)
    monkeypatch.setattr(laboratory, "_BETWEEN", -1.0)
    monkeypatch.setattr(ensemble, "_WEIGHTS_AT_ONCE", 4000)

    async def draw():
        named, _, progress, place, _ = parts(initialization_laboratory(depth=6, width=12, networks=20))
        titles = []
        place.observe(lambda change: titles.append(re.search(r">(\d+) networks? of", change.new)[1]), names="value")
        named["activation"].value = "tanh"
        while "&nbsp;" not in progress.value:
            await asyncio.sleep(0.001)
        assert titles == ["4", "8", "12", "16", "20"]

    asyncio.run(asyncio.wait_for(draw(), 20))


def test_a_control_that_moves_in_the_middle_of_a_computation_ends_it(monkeypatch):
    # In JupyterLab it does so from another thread.
    async def train():
        named, buttons, progress, place, loss = parts(initialization_laboratory(depth=6, width=12, networks=5))
        reached = []

        def steps(start):
            yield 1.0
            named["variance"].value = 0.03
            reached.append(start)
            yield 0.5
            reached.append(start)

        monkeypatch.setattr(laboratory, "training_steps", steps)
        buttons["train"].click()
        await asyncio.sleep(0.2)
        assert len(reached) == 1 and loss.value == "" and "training" not in progress.value
        assert "σ² = 0.03" in place.value

    asyncio.run(asyncio.wait_for(train(), 20))


def test_replay_draws_again_also_what_is_in_memory(monkeypatch):
    _, buttons, progress, place, _ = parts(initialization_laboratory(depth=6, width=12, networks=5))
    before, drawn, draw = place.value, [], laboratory.drawn_in_parts
    monkeypatch.setattr(laboratory, "drawn_in_parts", lambda start: drawn.append(start) or draw(start))
    buttons["replay the same seed"].click()
    assert drawn == [SMALL] and place.value == before and "seed 0 once more" in progress.value


def test_the_angle_is_that_of_the_same_networks():
    """By hand: the network of `propagate`, its input and the second one, one after the other."""
    sizes = [30] * 6 + [1]
    found, cosines = propagate_with_cosines(sizes, 2 / 30, networks=2, rng=5)
    np.testing.assert_array_equal(found.gradient, propagate(sizes, 2 / 30, networks=2, rng=5).gradient)
    rng, second = np.random.default_rng(5), np.random.default_rng(1).standard_normal(30)
    for row in cosines:
        omega = [rng.normal(0, np.sqrt(2 / 30), (to, source)) for source, to in pairwise(sizes)]
        h = rng.standard_normal(30), second
        for weights, cosine in zip(omega, row, strict=True):
            lengths = [np.linalg.norm(one) for one in h]
            assert cosine == pytest.approx(h[0] @ h[1] / lengths[0] / lengths[1])
            h = tuple(np.maximum(weights @ one, 0) for one in h)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_wide_networks_follow_the_expected_cosines(activation):
    sizes = [800] * 6 + [1]
    variance = 2 / (1 + SLOPES.get(activation, 1.0) ** 2) / 800
    _, cosines = propagate_with_cosines(sizes, variance, activation=ACTIVATIONS[activation], networks=8)
    theory = expected_cosines(sizes, variance, activation=ACTIVATIONS[activation])
    error = cosines.std(axis=0) / np.sqrt(8)
    assert np.all(np.abs(cosines.mean(axis=0) - theory) < 4 * error + 0.02)


def test_the_picture_of_the_angle():
    drawn = angles(np.array([[0.0, 0.5, 1.0], [-1.0, 0.0, np.nan]]), [0.0, 0.5, 1.0], start="He")
    assert "the median is −1 before the first layer and 1 after 2 layers" in drawn.words
    (median,), (theory,) = points(drawn, "#ffd58a", False), points(drawn, "#1a1a1a", True)
    assert [y for _, y in theory] == [115.0, 77.5, 40.0] and [y for _, y in median] == [190.0, 115.0, 40.0]
    assert "nothing is left" in angles(np.full((2, 3), np.nan), [0.0, 0.5, 1.0], start="").words
    with pytest.raises(ValueError, match=r"cosines has shape \(1, 2\) and theory 3 values"):
        angles(np.zeros((1, 2)), [0.0, 0.5, 1.0], start="")


def test_the_laboratory_shows_the_angle_and_no_factor_on_relus_changes_it():
    pictures = [ensemble_picture(start, measured(start)).words for start in (SMALL, SMALL._replace(variance=3.0))]
    angle = [words.split("The cosine between two inputs by layer, ")[1].split("seed 0: ")[1] for words in pictures]
    assert angle[0] == angle[1] and "after 6 layers" in angle[0]
