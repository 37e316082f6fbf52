"""The frame of the widgets: every widget has a still picture and resets, and what controls and jobs promise."""

import asyncio

import ipywidgets
import pytest

from bpkit import widgets
from bpkit.widgets.frame import NARROWEST, Controls, as_shown, logarithmic_slider, move, next_seed, reset_button, slider
from bpkit.widgets.job import Job


def leaves(widget):
    """All widgets inside a widget that hold no others."""
    children = getattr(widget, "children", ())
    return [leaf for child in children for leaf in leaves(child)] if children else [widget]


@pytest.mark.parametrize("name", widgets.__all__)
def test_every_widget_has_a_still_picture_and_resets(name):
    explorer = getattr(widgets, name)()
    data = explorer._repr_mimebundle_()
    assert data["text/html"].startswith('<img alt="') and "application/vnd.jupyter.widget-view+json" in data
    assert ": run this cell to use it. Still picture: " in data["text/plain"]

    def shown():
        return [leaf.value for leaf in leaves(explorer) if isinstance(leaf, ipywidgets.HTML) and "<svg" in leaf.value]

    start = shown()
    numbers = [leaf for leaf in leaves(explorer) if hasattr(leaf, "min") and not isinstance(leaf, ipywidgets.Play)]
    assert start and numbers and all(leaf.readout for leaf in numbers if hasattr(leaf, "readout"))
    for leaf in numbers:
        leaf.value = leaf.min if leaf.value != leaf.min else leaf.max
    assert shown() != start
    (reset,) = (leaf for leaf in leaves(explorer) if getattr(leaf, "description", "") == "reset")
    reset.click()
    assert shown() == start


@pytest.mark.parametrize("name", [name for name in widgets.__all__ if name != "graph_stepper"])
def test_a_picture_keeps_its_letters_legible_in_a_narrow_window(name):
    """It stops shrinking, and scrolls in a box that no control of the widget's own is in."""
    explorer = getattr(widgets, name)()
    *_, box = explorer.children
    assert type(box) is ipywidgets.VBox, "a box of its own, which scrolls"
    width = explorer._still.width
    assert {child.layout.min_width for child in box.children} == {f"{NARROWEST * width:g}px"}


def test_controls_that_are_set_together_call_nothing_and_reset_redraws_once():
    controls = Controls(a=slider("a", 3, 1, 9, label_width=10), b=slider("b", 0.5, 0, 1, step=0.1, label_width=10))
    seen = []
    controls.on_change(lambda: seen.append(controls.values()))
    controls["a"].value = 4
    controls["b"].value = 0.25
    assert seen == [{"a": 4, "b": 0.5}, {"a": 4, "b": 0.25}]
    controls.set(a=7, b=0.0)
    assert len(seen) == 2 and controls.values() == {"a": 7, "b": 0.0}
    reset_button("", controls, lambda: seen.append("redrawn")).click()
    assert seen[2:] == ["redrawn"] and controls.values() == {"a": 3, "b": 0.5}
    with pytest.raises(ZeroDivisionError), controls.together():
        raise ZeroDivisionError
    controls["a"].value = 5
    assert seen[3:] == [{"a": 5, "b": 0.5}], "they report again"


def test_actions_of_buttons_stay_within_the_ends():
    whole = slider("step", 2, 0, 3, label_width=10)
    for by, expected in ((1, 3), (1, 3), (-2, 1), (-2, 0)):
        move(whole, by)()
        assert whole.value == expected
    for expected in (1, 2, 3, 0):
        next_seed(whole)()
        assert whole.value == expected


def test_a_number_counts_as_it_is_shown_beside_the_slider():
    control = logarithmic_slider("σ²", 10**-1.7, 1e-4, 10.0, step=0.01, digits=".3g", label_width=10)
    assert control.value == pytest.approx(0.0199526, abs=1e-7) and as_shown(control) == 0.02
    assert (control.min, control.max) == (-4, 1)
    assert as_shown(slider("n", 7, 1, 9, label_width=10)) == 7
    assert as_shown(ipywidgets.Dropdown(options=["a", "b"], value="b")) == "b"


def test_a_new_job_ends_the_old_one():
    def counting(name, seen):
        for i in range(3):
            seen.append((name, i))
            yield 0

    seen = []
    Job().start(counting("at once", seen))
    assert len(seen) == 3, "without an event loop it runs to its end"

    async def two():
        seen.clear()
        job = Job()
        job.start(counting("old", seen))
        job.start(counting("new", seen))
        await asyncio.sleep(0.05)
        assert seen == [("old", 0), ("new", 0), ("new", 1), ("new", 2)]
        job.start(counting("stopped", seen))
        job.stop()
        await asyncio.sleep(0.05)
        assert seen[4:] == [("stopped", 0)]

    asyncio.run(two())
