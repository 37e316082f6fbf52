"""Figure 7.6 and the gate viewer: numbers against exact fractions, what the picture marks, and the widget around it."""

import itertools
import re
import xml.etree.ElementTree as ElementTree
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bpkit.plot import svg
from bpkit.plot._gates import BOX_WIDTH, gates, place
from bpkit.plot._relu_slope import relu_slope
from bpkit.plot.gate_network import BETA, OMEGA, gate_change, gate_numbers, parameters
from bpkit.plot.gate_words import parameter_name
from bpkit.widgets._gate_viewer import gate_viewer

START = ((1.0, -1.0), 1.0)
SVG = "{http://www.w3.org/2000/svg}"
UNITS = [(k, unit) for k, units in enumerate((3, 3, 3, 1)) for unit in range(units)]

tenths = st.integers(-30, 30).map(lambda n: n * 0.1)  # with their noise, such as 3 * 0.1, as a slider may send them
inputs = st.tuples(tenths, tenths)
hundredths = st.integers(-100, 100).map(lambda n: n * 0.01)


def exact(value):
    return Fraction(round(value * 10**6), 10**6)


def by_hand(x, y, changed=None, by=Fraction(0)):
    """f and h of every unit, and the loss, in fractions, one unit at a time: no rounding anywhere."""
    h, fs, hs = [exact(value) for value in x], [], []
    for k in range(4):
        f = []
        for row in range(len(OMEGA[k])):
            total = exact(BETA[k][row][0]) + (by if changed == ("beta", k, row, 0) else 0)
            for column, value in enumerate(h):
                total += (exact(OMEGA[k][row][column]) + (by if changed == ("omega", k, row, column) else 0)) * value
            f.append(total)
        fs.append(f)
        h = [max(value, Fraction(0)) for value in f]
        hs.append(h)
    return fs, hs, (fs[3][0] - exact(y)) ** 2


def is_open(fs):
    return [[value > 0 for value in f] for f in fs[:3]]


def derivative_by_hand(x, y, changed):
    """The derivative, exact: between kinks the loss is a quadratic in any one parameter. None at a kink."""
    step = Fraction(1, 10**7)
    (low, _, loss_low), (high, _, loss_high) = (by_hand(x, y, changed, by) for by in (-step, step))
    return (loss_high - loss_low) / (2 * step) if is_open(low) == is_open(high) else None


def texts(picture):
    return [element.text for element in ElementTree.fromstring(picture.svg).iter(f"{SVG}text")]


def lines_of_units(picture, letter):
    """What the units say about their f or h, unit by unit."""
    return [line for line in texts(picture) if re.match(f"{letter}[₀-₃] ", line or "")]


@settings(max_examples=40)
@given(inputs, tenths)
def test_both_passes_agree_with_exact_fractions(x, y):
    numbers = gate_numbers(x, y)
    fs, hs, loss = by_hand(x, y)
    for k in range(4):
        np.testing.assert_allclose(numbers.f[k][:, 0], np.array(fs[k], dtype=float), rtol=0, atol=1e-12)
        if k < 3:
            assert [value > 0 for value in numbers.f[k][:, 0]] == is_open(fs)[k]
            np.testing.assert_allclose(numbers.h[k + 1][:, 0], np.array(hs[k], dtype=float), rtol=0, atol=1e-12)
    assert numbers.loss == pytest.approx(float(loss), abs=1e-11)
    for kind, k, row, column in parameters():
        expected = derivative_by_hand(x, y, (kind, k, row, column))
        if expected is not None:
            found = (numbers.dl_domega if kind == "omega" else numbers.dl_dbeta)[k][row, column]
            assert found == pytest.approx(float(expected), abs=1e-10)
            assert (found == 0) == (expected == 0)
            if kind == "beta":
                assert numbers.dl_df[k][row, 0] == found  # 7.21


def test_zero_with_pencil_and_paper_is_closed():
    # Some sums that are exactly 0 come out as 1e-17 in binary fractions, which would open the gate.
    zeros = opened_by_noise = 0
    for a, b in itertools.product(range(-30, 31), repeat=2):
        x = (a * 0.1, b * 0.1)
        for unit, f in enumerate(by_hand(x, 0.0)[0][0]):
            if f == 0:
                zeros += 1
                opened_by_noise += BETA[0][unit][0] + OMEGA[0][unit][0] * x[0] + OMEGA[0][unit][1] * x[1] > 0
                numbers = gate_numbers(x, 0.0)
                assert numbers.f[0][unit, 0] == 0 and numbers.h[1][unit, 0] == 0 and numbers.dl_df[0][unit, 0] == 0
    assert zeros > 10 and opened_by_noise > 0


def test_the_network_is_worth_looking_at():
    gates_at_start = is_open(by_hand(*START)[0])
    assert all(any(layer) and not all(layer) for layer in gates_at_start)
    patterns = {str(is_open(by_hand((a / 2, b / 2), 0)[0])) for a, b in itertools.product(range(-6, 7), repeat=2)}
    assert len(patterns) > 15
    assert all(float(value) == round(value, 1) != 0 for row in itertools.chain(*OMEGA) for value in row)


def test_no_two_paths_cancel_whatever_gates_are_open():
    omega = [[[exact(value) for value in row] for row in layer] for layer in OMEGA]
    for gates_2, gates_1 in itertools.product(itertools.product((0, 1), repeat=3), repeat=2):
        back = [omega[3][0][i] * gates_2[i] for i in range(3)]
        for k, gate in ((2, gates_1), (1, (1, 1, 1))):
            below = [sum(omega[k][j][i] * back[j] for j in range(3)) for i in range(3)]
            assert all(below) or not any(back)
            back = [value * g for value, g in zip(below, gate, strict=True)]


@settings(max_examples=150)
@given(inputs, tenths, st.sampled_from(parameters()), hundredths)
def test_the_change_adds_up_and_the_derivative_is_right_but_for_the_square_and_the_flips(x, y, changed, by):
    change = gate_change(x, y, changed, by)
    (before, _, loss_before), (after, _, loss_after) = by_hand(x, y), by_hand(x, y, changed, exact(by))
    flipped = [(layer + 1, unit, after[layer][unit] > 0) for layer in range(3) for unit in range(3)
               if (after[layer][unit] > 0) != (before[layer][unit] > 0)]  # fmt: skip
    assert list(change.flipped) == flipped
    assert change.true == pytest.approx(float(loss_after - loss_before), abs=1e-10)
    assert change.from_square == pytest.approx(float(after[3][0] - before[3][0]) ** 2, abs=1e-10)
    expected = derivative_by_hand(x, y, changed)
    if expected is not None:
        assert change.predicted == pytest.approx(float(expected * exact(by)), abs=1e-10)
        if not flipped:
            assert change.true - change.predicted == pytest.approx(change.from_square, abs=1e-10)
            assert change.from_flips == pytest.approx(0, abs=1e-10)
    assert change.predicted + change.from_square + change.from_flips == pytest.approx(change.true, abs=1e-12)


@settings(max_examples=100)
@given(inputs, tenths, st.sampled_from(parameters()), hundredths)
def test_what_is_marked_as_changed_is_what_changes(x, y, changed, by):
    picture = gates(x, y, changed, by)
    (f, h, loss), (new_f, new_h, new_loss) = by_hand(x, y), by_hand(x, y, changed, exact(by))
    f_changes = [f[k][unit] != new_f[k][unit] for k, unit in UNITS]
    assert ["→" in line for line in lines_of_units(picture, "f")] == f_changes
    h_changes = [h[k][unit] != new_h[k][unit] for k, unit in UNITS[:-1]]
    assert ["→" in line for line in lines_of_units(picture, "h")] == h_changes
    (shown_loss,) = (line for line in texts(picture) if (line or "").startswith("ℓ ") and "=" not in line)
    assert ("→" in shown_loss) == (loss != new_loss)
    light = set()
    for box in ElementTree.fromstring(picture.svg).iter(f"{SVG}rect"):
        if box.get("fill") == svg.LIGHT and float(box.get("width")) == BOX_WIDTH:
            light.add((float(box.get("x")) + BOX_WIDTH / 2, float(box.get("y")) + float(box.get("height")) / 2))
    units = {place(k, unit) for (k, unit), changes in zip(UNITS, f_changes, strict=True) if changes}
    assert light & {place(k, unit) for k, unit in UNITS} == units
    assert len(light - units) == (loss != new_loss)
    for layer, unit, opens in gate_change(x, y, changed, by).flipped:
        assert f"unit {unit + 1} of h{svg.subscript(layer)} {'opens' if opens else 'closes'}" in picture.words
        assert ("0 → 1" if opens else "1 → 0") in texts(picture)
    assert sum(line in ("0 → 1", "1 → 0") for line in texts(picture)) == len(re.findall("opens|closes", picture.words))


@settings(max_examples=60)
@given(inputs, tenths, st.sampled_from(parameters()), hundredths)
def test_below_each_matrix_stand_the_derivatives_of_its_weights(x, y, changed, by):
    root = ElementTree.fromstring(gates(x, y, changed, by).svg)
    spots = [(float(text.get("x")), float(text.get("y")), text.text) for text in root.iter(f"{SVG}text")]
    for k, layer in enumerate(OMEGA):
        ((middle, top),) = [(x0, y0) for x0, y0, words in spots if words == f"∂ℓ/∂Ω{svg.subscript(k)}"]
        assert middle == place(k, 0)[0]
        below = [spot for spot in spots if abs(spot[0] - middle) < 90 and top + 10 < spot[1] < top + 70]
        found = [words for _, _, words in sorted(below, key=lambda spot: (spot[1], spot[0]))]
        expected = [derivative_by_hand(x, y, ("omega", k, row, column))
                    for row in range(len(layer)) for column in range(len(layer[0]))]  # fmt: skip
        if None not in expected:
            assert found == [svg.number(round(float(slope), 9)) for slope in expected]


@settings(max_examples=60)
@given(inputs, tenths)
def test_a_line_is_dark_exactly_when_the_derivative_of_its_weight_is_not_zero(x, y):
    # Away from kinks, where there is no derivative, and from inputs of 0, along which a gradient flows all the same.
    derivatives = [derivative_by_hand(x, y, one) for one in parameters() if one[0] == "omega"]
    assume(None not in derivatives and all(map(exact, x)) and by_hand(x, y)[2])
    dark = [
        line for line in ElementTree.fromstring(gates(x, y).svg).iter(f"{SVG}line") if line.get("stroke") == svg.DARK
    ]
    assert len(dark) == sum(map(bool, derivatives)) + 2  # and the line to the loss, and the legend's


@settings(max_examples=60)
@given(inputs, tenths, st.sampled_from(parameters()), hundredths)
def test_pictures_are_well_formed_described_repeatable_and_no_text_leaves_its_box(x, y, changed, by):
    for arguments in ((x, y), (x, y, changed, by)):
        picture = gates(*arguments)
        root = ElementTree.fromstring(picture.svg)
        assert root.get("aria-label") == picture.words == repr(picture) and picture == gates(*arguments)
        assert not re.search(r"\b(nan|inf)\b", picture.svg) and picture.width == 1000
        for box in root.iter(f"{SVG}rect"):
            left, top, width, height = (float(box.get(key, 0)) for key in ("x", "y", "width", "height"))
            assert left >= 0 and top >= 0 and left + width <= picture.width and top + height <= picture.height
        for line in root.iter(f"{SVG}text"):
            # Widths of DejaVu Serif, the widest of our fonts, in parts of the font size.
            ems = sum({" ": 0.32, ".": 0.32, "−": 0.84, "→": 0.84}.get(letter, 0.64) for letter in line.text)
            if re.match("[fhℓ][₀-₃]? ", line.text) and "=" not in line.text:
                assert ems * float(line.get("font-size")) <= BOX_WIDTH - 8


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*START, ("omega", 1, 1, 0), 0.5), "No open path from this weight to the loss: derivative 0. A gate flips,"),
        ((*START, ("beta", 1, 1, 0), 0.1), "No open path from this bias to the loss: derivative 0. No gate flips."),
        ((*START, ("omega", 1, 0, 1), 1), "This weight multiplies 0, because unit 2 of h₁ is closed: derivative 0,"),
        (((0, 1), 1, ("omega", 0, 1, 0), 1), "This weight multiplies 0, because x₁ is 0: derivative 0,"),
        ((START[0], 0.228, ("beta", 3, 0, 0), 0.1), "f₃ = y: the loss is as small as it can be, so every"),
        ((*START, ("omega", 1, 0, 0), 0.1), "predicts a change of the loss of −0.0889; the true change is −0.0856"),
        ((*START, ("omega", 1, 0, 0), 0.1), "h₁ 1 0 1, h₂ 1 0 1, h₃ 1 1 0. f₃ = 0.228, y = 1, loss 0.596."),
    ],
)  # fmt: skip
def test_the_words_say_what_happens_and_why_a_derivative_is_zero(arguments, words):
    picture = gates(*arguments)
    assert words in picture.words
    if "derivative 0" in words:
        assert any(words.split(": derivative")[0] in (line or "") for line in texts(picture))


@settings(max_examples=100)
@given(inputs, tenths, st.sampled_from(parameters()), hundredths)
def test_a_weight_that_multiplies_zero_changes_nothing(x, y, changed, by):
    change = gate_change(x, y, changed, by)
    if "multiplies 0" in gates(x, y, changed, by).words:
        assert change.derivative == change.true == 0 and change.flipped == ()


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        (((1, 2, 3), 1), ValueError, "x has shape (3,), expected (2,): the network has two inputs, x_1 and x_2."),
        (((1, 4), 1), ValueError, "x is (1, 4), expected values between −3 and 3."),
        (((1, float("nan")), 1), ValueError, "x holds nan at index [1], expected finite numbers."),
        (((1, 1), "one"), TypeError, "y is str 'one', expected real numbers."),
        (((1, 1), [1]), ValueError, "y has shape (1,), expected (): one number."),
        ((*START, ("omega", 1, 3, 0), 0.1), ValueError, "changed is ('omega', 1, 3, 0), expected (kind, k, row,"),
        ((*START, ("w", 1, 0, 0), 0.1), ValueError, 'with kind "omega" or "beta"'),
        ((*START, ("beta", 1, 0), 0.1), ValueError, "the column of a bias is 0."),
        ((*START, "omega1", 0.1), ValueError, "changed is 'omega1', expected"),
        ((*START, ("omega", 1, 0, 0), 2), ValueError, "by is 2, expected values between −1 and 1."),
        ((*START, None, 0.1), ValueError, "by is 0.1 but no parameter is named: did you forget changed="),
    ],
)  # fmt: skip
def test_bad_input_gets_one_clear_sentence(arguments, error, sentence):
    calls = [lambda: gates(*arguments)]
    if arguments[2:] != (None, 0.1):
        calls.append(lambda: gate_viewer(*arguments))  # the widget refuses what the picture refuses
    for call in calls:
        with pytest.raises(error) as raised:
            call()
        assert sentence in str(raised.value) and "\n" not in str(raised.value)


def controls(viewer):
    """Every control of the gate viewer by what is written on it, and its picture."""
    *rows, box = viewer.children
    (picture,) = box.children
    return {child.description: child for row in rows for child in row.children}, picture


def test_every_control_redraws_by_the_pure_function_and_reset_brings_the_start_back():
    named, picture = controls(gate_viewer((0.5, -2.0), -1.0, ("beta", 0, 2, 0), 0.25))
    start = gates((0.5, -2.0), -1.0, ("beta", 0, 2, 0), 0.25).svg
    assert picture.value == start
    for name, value, expected in (
        ("x₁", 0.7, gates((0.7, -2.0), -1.0, ("beta", 0, 2, 0), 0.25)),
        ("x₂", 1.3, gates((0.7, 1.3), -1.0, ("beta", 0, 2, 0), 0.25)),
        ("y", 2.0, gates((0.7, 1.3), 2.0, ("beta", 0, 2, 0), 0.25)),
        ("change", ("omega", 2, 1, 0), gates((0.7, 1.3), 2.0, ("omega", 2, 1, 0), 0.25)),
        ("by Δ", -0.5, gates((0.7, 1.3), 2.0, ("omega", 2, 1, 0), -0.5)),
    ):
        before = picture.value
        named[name].value = value
        assert picture.value == expected.svg != before
    named["reset"].click()
    assert picture.value == start


def test_the_sliders_can_be_typed_into_and_the_list_has_every_parameter():
    named, picture = controls(gate_viewer())
    assert all(named[name].readout for name in ("x₁", "x₂", "y", "by Δ"))
    assert named["change"].options == tuple((parameter_name(one), one) for one in parameters())
    assert len({name for name, _ in named["change"].options}) == 37
    for name in ("x₁", "x₂", "y", "by Δ"):
        for extreme in (named[name].min, named[name].max):
            named[name].value = extreme  # a callback that raises fails here
            assert "<svg" in picture.value


def test_a_page_without_a_kernel_gets_the_still_picture():
    data = gate_viewer()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"].startswith('<img alt="Gates, 1 open and 0 closed: h₁ 1 0 1,')
    assert data["text/plain"].startswith("Gate viewer: run this cell to use it.")


def test_figure_7_6_has_the_slope_0_at_0():
    picture = relu_slope()
    root = ElementTree.fromstring(picture.svg)
    assert picture.words.startswith("Figure 7.6.") and root.get("aria-label") == picture.words
    empty, filled = sorted(root.iter(f"{SVG}circle"), key=lambda dot: float(dot.get("cy")))
    assert (empty.get("fill"), filled.get("fill")) == ("white", svg.DARK)
    curve, *step = [[tuple(map(float, point.split(","))) for point in line.get("points").split()]
                    for line in root.iter(f"{SVG}polyline") if line.get("stroke") != "#e3e3e3"]  # fmt: skip
    centre, above = ((float(dot.get("cx")), float(dot.get("cy"))) for dot in (filled, empty))
    assert curve[1] == centre == step[0][1] and step[1][0] == above and above[0] == centre[0]
    one = centre[1] - above[1]  # px for one unit upwards, and to the right
    assert curve == [(centre[0] - 3 * one, centre[1]), centre, (centre[0] + 3 * one, centre[1] - 3 * one)]
