"""Uses every widget in JupyterLab by the keyboard alone, and asks what a screen reader is told of its controls."""

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from lab import MINUTE, go_to_cell, run_cells

from bpkit import widgets

CONTROLS = {"slider", "textbox", "spinbutton", "combobox", "button"}
# A button of each widget, what is in its pictures' words once it was pressed by Space.
BUTTONS = {
    "gate_viewer": ("reset", "f₃ = 0.228"),
    "graph_stepper": ("step ▶", "Step 2 of"),
    "initialization_laboratory": ("new seed", "seed 1"),
    "memory_timeline": ("to the end", ""),
    "mode_explorer": ("reset", "48"),
    "parallel_timeline": ("zero bubble", "zero_bubble(5, 8)"),
    "shape_explorer": ("multiply ∂h₁/∂f₀ by ∂f₁/∂h₁", "in 1 of 6 products"),
    "shift_laboratory": ("new examples", ""),
    "toy_explorer": ("next term ▶", "Step 1 of 23"),
    "training_laboratory": ("play", "of 300 steps"),
}
# Sliders of which one step shows nothing: D_i does not matter, as its chapter says, and a learning rate has two digits,
# while its steps are small, so that a number that is typed stays as it is.
IDLE = "[aria-label='Dᵢ'], [aria-label='learning rate']"
VALUE = "document.activeElement.ariaValueText ?? document.activeElement.value"
SAID = "one => [...one.querySelectorAll('.widget-hslider .noUi-handle')].map(slider => slider.ariaValueText)"
SHOWN = "one => [...one.querySelectorAll('.widget-hslider .widget-readout')].map(number => number.textContent)"
PICTURES = "one => [...one.querySelectorAll('svg[aria-label]')].map(svg => svg.outerHTML).join()"
WORDS = "one => [...one.querySelectorAll('svg[aria-label]')].map(svg => svg.getAttribute('aria-label')).join(' ')"
STEP = "used.querySelector('[aria-label=\"step, as a number\"]').textContent"
RESTS = f"({WORDS})(used).includes(`After ${{{STEP}}} of 300`)"  # the picture has come to where the player stopped
ALOUD = "document.querySelector('.bpkit-spoken').textContent"

BOX = "(({x, y, height}) => [x, y + document.querySelector('.jp-WindowedPanel-outer').scrollTop, height])"
BOX += "(document.activeElement.getBoundingClientRect())"
# Whether each control is below the one before it, or to the right of it.
IN_ORDER = "boxes => boxes.slice(1).every(([x, y, high], at) => y > boxes[at][1] + high / 2 || x > boxes[at][0])"


def focusable(node: dict) -> bool:
    return any(one["name"] == "focusable" and one["value"]["value"] for one in node["properties"])


class Told:
    """What the browser tells screen readers of a widget. A class, because it holds the browser's line."""

    def __init__(self, page: Any, widget: Any) -> None:
        self.line = page.context.new_cdp_session(page)
        self.line.send("DOM.enable")
        widget.evaluate("one => { window.used = one; }")
        self.widget = self.node("window.used")

    def node(self, expression: str) -> int:
        handle = self.line.send("Runtime.evaluate", {"expression": expression})["result"]["objectId"]
        return self.line.send("DOM.describeNode", {"objectId": handle})["node"]["backendNodeId"]

    def controls(self) -> dict[int, dict]:
        """Role, name and value of each control, by its node and in the order they are read in."""
        nodes = self.line.send("Accessibility.queryAXTree", {"backendNodeId": self.widget})["nodes"]
        return {
            one["backendDOMNodeId"]: {key: one.get(key, {}).get("value") for key in ("role", "name", "value")}
            | {each["name"]: each["value"].get("value") for each in one["properties"]}
            for one in nodes if not one["ignored"] and one["role"]["value"] in CONTROLS and focusable(one)
        }  # fmt: skip

    def active(self) -> dict:
        """The control that has the keyboard; empty if none of this widget has."""
        return self.controls().get(self.node("document.activeElement"), {})


@pytest.fixture(scope="module")
def page(browser, book) -> Iterator[Any]:
    """A notebook with a cell for every widget, all of them run."""
    cells = {"imports": "from bpkit import widgets"} | {name: f"widgets.{name}()" for name in widgets.__all__}
    new = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": ""}},
                "cells": [new | {"id": name, "source": source} for name, source in cells.items()]}  # fmt: skip
    address = book.format("keyboard.ipynb").replace("/lab/tree/", "/api/contents/")
    content = json.dumps({"type": "notebook", "content": notebook}).encode()
    urllib.request.urlopen(urllib.request.Request(address, content, method="PUT")).close()
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    run_cells(opened, book.format("keyboard.ipynb"), "keyboard", ())
    yield opened
    opened.close()


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_widget_is_used_by_the_keyboard_alone(page, name):
    go_to_cell(page, name)
    widget = page.locator(".jp-Cell.jp-mod-active .jp-OutputArea-output .widget-vbox").first
    widget.locator("svg[aria-label]").first.wait_for(timeout=MINUTE)
    told = Told(page, widget)
    named_and_in_order(page, widget, told)
    start = widget.evaluate(PICTURES)
    a_slider_moves(page, widget, told)
    buttons_do_what_they_say(page, widget, told, name, start)


def named_and_in_order(page: Any, widget: Any, told: Told) -> None:
    """Each control has a name of its own, and Tab goes from one to the next as they are read."""
    controls = told.controls()
    names = [one["name"] for one in controls.values()]
    assert all(re.search(r"\w", one) for one in names), names
    assert len(set(names)) == len(names), names
    widget.evaluate("one => { one.tabIndex = -1; one.focus(); }")
    reached, boxes = [], []
    for _ in range(2 * len(controls)):
        page.keyboard.press("Tab")
        node = told.node("document.activeElement")
        if node in controls:
            reached.append(controls[node]["name"])
            boxes.append(page.evaluate(BOX))
        if len(reached) == len(controls):
            break
    assert reached == names
    assert page.evaluate(IN_ORDER, boxes), list(zip(reached, boxes, strict=True))


def a_slider_moves(page: Any, widget: Any, told: Told) -> None:
    """An arrow key moves it, with the picture, its words and what is read aloud; a letter is no command of Lab's."""
    slider = widget.locator(f".noUi-handle:visible:not({IDLE})")
    (slider if slider.count() else widget.get_by_label("step")).first.focus()
    name, value = told.active()["name"], page.evaluate(VALUE)
    pictures, words, aloud = widget.evaluate(PICTURES), widget.evaluate(WORDS), page.evaluate(ALOUD)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("x")
    changes(page, f"({PICTURES})(window.used)", pictures)
    changes(page, f"({WORDS})(window.used)", words)
    changes(page, ALOUD, aloud)
    assert told.active()["name"] == name
    assert page.evaluate(VALUE) != value
    assert widget.evaluate(SAID) == widget.evaluate(SHOWN)
    assert page.locator(".jp-Cell").count() == 1 + len(widgets.__all__), "no cell was cut"


def buttons_do_what_they_say(page: Any, widget: Any, told: Told, name: str, start: str) -> None:
    """Space and Enter press them, and the keyboard stays in the widget."""
    label, words = BUTTONS[name]
    before = widget.evaluate(PICTURES)
    widget.get_by_role("button", name=label).first.focus()
    page.keyboard.press("Space")
    changes(page, f"({PICTURES})(window.used)", before)
    page.wait_for_function(f"words => ({WORDS})(window.used).includes(words)", arg=words, timeout=MINUTE)
    assert told.active(), "the keyboard has left the widget"
    assert told.active().get("pressed") in (None, "true")
    if label == "play":
        assert told.active()["name"] == "pause"
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.ariaLabel === 'play'", timeout=MINUTE)
        page.wait_for_function(RESTS, timeout=MINUTE)
    widget.get_by_role("button", name="reset", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"start => ({PICTURES})(window.used) === start", arg=start, timeout=MINUTE)
    assert told.active()["name"] == "reset"


def changes(page: Any, expression: str, before: str) -> None:
    page.wait_for_function(f"before => {expression} !== before", arg=before, timeout=MINUTE)
