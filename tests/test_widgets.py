"""The widgets without a browser: moving a control redraws by the pure function, and reset brings the start back."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bpkit import plot
from bpkit.plot._toy_steps import toy_steps
from bpkit.widgets import toy_explorer


def controls(explorer):
    """Every control of the toy explorer by what is written on it, and its two pictures."""
    grid, buttons, pictures = explorer.children
    chain_place, nudge_row, nudge_place = pictures.children
    named = {child.description: child for row in (grid, buttons, nudge_row) for child in row.children
             if getattr(child, "description", "")}  # fmt: skip
    return named, chain_place, nudge_place


def test_start_is_drawn_by_the_pure_functions():
    named, chain_place, nudge_place = controls(toy_explorer(0.5, 1.0, [0.1, 0.2, 0.3, 0.4], [0.9, -0.8, 0.7, 0.6]))
    steps = toy_steps(0.5, 1.0, [0.1, 0.2, 0.3, 0.4], [0.9, -0.8, 0.7, 0.6])
    inputs = {"x": 0.5, "y": 1.0} | {f"beta{k}": v for k, v in enumerate([0.1, 0.2, 0.3, 0.4])}
    inputs |= {f"omega{k}": v for k, v in enumerate([0.9, -0.8, 0.7, 0.6])}
    assert chain_place.value == plot.chain(steps, 0, inputs).svg
    expected = plot.nudge(0.5, 1.0, [0.1, 0.2, 0.3, 0.4], [0.9, -0.8, 0.7, 0.6], parameter="omega2", size=0.1)
    assert nudge_place.value == expected.svg
    assert named["term"].value == 0


def test_buttons_walk_the_steps_and_stay_within_them():
    named, chain_place, _ = controls(toy_explorer())
    start = chain_place.value
    named["◀ previous term"].click()
    assert named["term"].value == 0
    seen = {start}
    for done in range(1, 24):
        named["next term ▶"].click()
        assert named["term"].value == done and f"Step {done} of 23" in chain_place.value
        seen.add(chain_place.value)
    assert len(seen) == 24
    named["next term ▶"].click()
    assert named["term"].value == 23
    for words, done in (("forward pass ▶▶", 8), ("backward pass 1 ▶▶", 15), ("backward pass 2 ▶▶", 23)):
        named[words].click()
        assert named["term"].value == done


def test_every_slider_moves_a_picture_and_reset_brings_the_start_back():
    named, chain_place, nudge_place = controls(toy_explorer())
    start = chain_place.value, nudge_place.value
    sliders = [control for name, control in named.items() if hasattr(control, "readout_format")]
    assert len(sliders) == 11
    for slider in sliders:
        before = chain_place.value, nudge_place.value
        slider.value = slider.value - 0.25
        assert (chain_place.value, nudge_place.value) != before
    named["nudge"].value = "beta1"
    named["next term ▶"].click()
    named["reset"].click()
    assert (chain_place.value, nudge_place.value) == start


def test_every_corner_of_the_sliders_can_be_drawn():
    named, chain_place, nudge_place = controls(toy_explorer())
    named["backward pass 2 ▶▶"].click()
    sliders = [control for control in named.values() if hasattr(control, "readout_format")]
    for slider in sliders:
        for extreme in (slider.min, slider.max):
            slider.value = extreme
            assert not re.search(r"\b(nan|inf)\b", chain_place.value + nudge_place.value)


def test_a_page_without_a_kernel_gets_the_still_picture():
    explorer = toy_explorer()
    data = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"].startswith('<img alt="Step 23 of 23')
    assert data["text/plain"].startswith("Toy explorer: run this cell to use it.")


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"x": 99}, ValueError, "x is 99, expected values between −3 and 3, as on the sliders."),
        ({"beta": [0, 0, 0, 5]}, ValueError, "beta is [0, 0, 0, 5], expected values between −3 and 3"),
        ({"omega": [1, 2]}, ValueError, "omega has shape (2,), expected (4,)"),
        ({"y": "one"}, TypeError, "y is str 'one', expected real numbers."),
        ({"x": float("nan")}, ValueError, "x holds nan, expected finite numbers."),
    ],
)
def test_a_start_off_the_sliders_gets_one_clear_sentence(arguments, error, sentence):
    with pytest.raises(error) as raised:
        toy_explorer(**arguments)
    assert sentence in str(raised.value)


WITHOUT_MATPLOTLIB = """
import sys
sys.modules["matplotlib"] = None
from bpkit import plot, widgets
assert {type(getattr(widgets, name)()).__name__ for name in widgets.__all__ if name != "graph_stepper"} == {"Explorer"}
assert plot.relu_slope().words
"""


def test_pictures_in_svg_and_the_widgets_need_no_matplotlib():
    """A web page loads much less."""
    root = Path(__file__).parents[1]
    subprocess.run([sys.executable, "-W", "error", "-c", WITHOUT_MATPLOTLIB], check=True, cwd=root)
