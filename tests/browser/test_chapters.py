"""Opens the chapters in JupyterLab in a real browser, uses their widgets, and records how fast the pictures follow."""

import json
import re
import statistics
import time

import pytest
from lab import MINUTE, RESULTS, go_to_cell, run_cells

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)")

EVENTS = 9

# What of a widget is cut or sticks out of its cell by more than its margin: pictures, controls, buttons without room
# for their words, and sliders without a track to move on. What a picture's own box can scroll to is not cut.
CUT = """(widget) => {
  const right = widget.closest('.jp-OutputArea').getBoundingClientRect().right + 12;
  return [...widget.querySelectorAll('.jupyter-widgets, svg, button')].filter(part => {
    const box = part.getBoundingClientRect();
    const around = part.parentElement.closest('.widget-vbox');
    const scrolls = around !== widget && getComputedStyle(around).overflowX === 'auto';
    if (!box.width || getComputedStyle(part).visibility === 'hidden' || scrolls) return false;
    const track = part.matches('.widget-hslider') && part.querySelector('.slider-container');
    return box.right > right || (track && track.clientWidth < 40)
      || (part.matches('button') && part.scrollWidth > part.clientWidth + 1);
  }).map(part => part.textContent);
}"""

# Whether a widget is no higher than what is seen of the notebook.
FITS = "widget => widget.offsetHeight <= widget.closest('.jp-WindowedPanel-outer').clientHeight"

# The height in px of a widget's smallest letters.
LETTERS = """(widget) => Math.min(...[...widget.querySelectorAll('svg text')].map(
  one => one.getScreenCTM().a * parseFloat(getComputedStyle(one).fontSize)).filter(size => size > 0))"""

# Resolves with the milliseconds from the next event to the end of the first frame with the changed picture: a task
# queued while a frame is prepared runs once its pixels are drawn. `window.started` is set by the event itself, before
# any of Jupyter's code sees it.
WATCH = """(selector) => {
  const start = () => { window.started ??= performance.now(); };
  window.started = undefined;
  const once = {capture: true, once: true};
  for (const event of ['keydown', 'click']) addEventListener(event, start, once);
  window.changed = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('the picture did not change within 30 s')), 30000);
    const watcher = new MutationObserver(() => {
      if (window.started === undefined) return;
      watcher.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - window.started)));
    });
    watcher.observe(document.querySelector(selector), {childList: true, subtree: true, characterData: true});
  });
}"""


def record(chapter: str, widget: str, event: str, times: list[float]) -> None:
    """Print the median and keep it in test-results/browser_latency.json."""
    median = round(statistics.median(times), 1)
    print(f"{chapter}, {widget}, {event}: median {median} ms of {len(times)} events")
    file = RESULTS / "browser_latency.json"
    rows = json.loads(file.read_text()) if file.exists() else []
    rows = [row for row in rows if (row["chapter"], row["widget"], row["event"]) != (chapter, widget, event)]
    rows.append({"chapter": chapter, "widget": widget, "event": event, "median_ms": median, "n": len(times)})
    file.write_text(json.dumps(rows, indent=1) + "\n")


def open_chapter(page: "sync_api.Page", book: str, file: str, *only: str) -> None:
    """Open a chapter in JupyterLab and run all of its cells, or only those that its widget needs.

    One chapter is run as a whole; of all of them nbval runs and compares every cell anyway.
    """
    RESULTS.mkdir(exist_ok=True)
    run_cells(page, book.format(file), file[:2], only)


def find_widget(page: "sync_api.Page", cell: str, place: str) -> "sync_api.Locator":
    """Scroll to a cell, wait until its widget has its picture, see it whole in a narrow window, and return it."""
    go_to_cell(page, cell)
    page.locator(place).wait_for(timeout=MINUTE)
    widget = page.locator(place).locator("xpath=ancestor::*[contains(@class, 'widget-vbox')][last()]")
    for width, height in ((900, 1000), (933, 667), (1280, 720)):  # narrow, at 150 %, on a projector
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        assert widget.evaluate(CUT) == [], f"cut in a window of {width} px"
    assert widget.evaluate(FITS) and widget.evaluate(LETTERS) >= 9, "all is in sight together, and can be read"
    page.set_viewport_size({"width": 650, "height": 800})  # as beside the file browser in a window of 900 px
    page.wait_for_timeout(200)
    assert widget.evaluate(LETTERS) >= 8
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.wait_for_timeout(300)
    return widget


def place_of(first_words: str) -> str:
    """The picture of the widget that is described by these words."""
    return f".widget-vbox:has(> .widget-html svg[aria-label^='{first_words}']) > .widget-html"


def words_of(page: "sync_api.Page", place: str) -> str:
    """The words that describe a picture."""
    return page.locator(f"{place} svg[aria-label]").get_attribute("aria-label") or ""


def shows(page: "sync_api.Page", place: str, *parts: str) -> None:
    """Wait until a picture's words have all the parts."""
    selector = "".join(f"[aria-label*='{part}']" for part in parts)
    page.locator(f"{place} svg{selector}").first.wait_for(timeout=MINUTE)


def shows_again(page: "sync_api.Page", place: str, words: str) -> None:
    """Wait until a picture's words are exactly these."""
    page.locator(f'{place} svg[aria-label="{words}"]').wait_for(timeout=MINUTE)


def type_into(page: "sync_api.Page", readout: "sync_api.Locator", words: str) -> None:
    readout.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def move_slider(page: "sync_api.Page", handle: "sync_api.Locator", key: str, place: str) -> list[float]:
    """Press a key on a slider again and again: the milliseconds until the picture follows, each time."""
    handle.focus()
    return [timed(page, place, lambda: page.keyboard.press(key)) for _ in range(EVENTS)]


def timed(page: "sync_api.Page", picture: str, action) -> float:
    """The milliseconds from an action's event to the changed picture."""
    page.wait_for_timeout(200)  # until the page has come to rest
    page.evaluate(WATCH, picture)
    action()
    return page.evaluate("() => window.changed")


def test_chapter_01(page, book):
    open_chapter(page, book, "01_toy_example.ipynb", "imports", "toy-explorer")
    chain_place, nudge_place = ".widget-vbox > .widget-html:nth-child(1)", ".widget-vbox > .widget-html:nth-child(3)"
    widget = find_widget(page, "toy-explorer", chain_place)

    start = words_of(page, chain_place), words_of(page, nudge_place)
    assert start[0] == "The toy example's chain before the first step."
    assert "predicts a change of the loss of" in start[1]
    before = page.locator(chain_place).screenshot(path=RESULTS / "01_explorer_start.png")

    button = page.get_by_role("button", name="next term ▶")
    record("01", "toy explorer", "step button", [timed(page, chain_place, button.click) for _ in range(EVENTS)])
    assert words_of(page, chain_place).startswith(f"Step {EVENTS} of 23, backward pass 1, equation 7.10")
    assert page.locator(chain_place).screenshot() != before, "the pixels changed"
    widget.screenshot(path=RESULTS / "01_explorer.png")

    handle = page.locator(".widget-hslider .noUi-handle").nth(5)
    record("01", "toy explorer", "slider, chain", move_slider(page, handle, "ArrowRight", chain_place))
    assert words_of(page, nudge_place) != start[1]
    record("01", "toy explorer", "slider, nudge", move_slider(page, handle, "ArrowLeft", nudge_place))

    seen = words_of(page, chain_place)
    type_into(page, page.locator(".widget-hslider .widget-readout").first, "-1.5")
    page.get_by_role("button", name="backward pass 2 ▶▶").click()
    page.wait_for_function(
        "seen => !document.querySelector(seen[0]).innerHTML.includes(seen[1])", arg=[chain_place, seen]
    )
    page.locator(chain_place).get_by_text("−1.5", exact=True).wait_for(timeout=MINUTE)
    widget.screenshot(path=RESULTS / "01_explorer_stepped.png")

    page.get_by_role("button", name="reset").click()
    shows(page, chain_place, "before the first step")
    page.wait_for_function("([place, words]) => document.querySelector(place).innerHTML.includes(words)",
                           arg=[nudge_place, start[1]])  # fmt: skip
    assert (words_of(page, chain_place), words_of(page, nudge_place)) == start


def test_a_widget_comes_back_alive_with_its_kernel_and_as_a_still_picture_without(page, book):
    open_chapter(page, book, "02_appendix_order.ipynb", "imports", "shape-explorer")
    place = place_of("Equation 7")
    find_widget(page, "shape-explorer", place)
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_timeout(1000)
    show_again(page, book, "02_appendix_order.ipynb", "shape-explorer")
    widget = find_widget(page, "shape-explorer", place)
    before = page.locator(place).screenshot()
    widget.locator(".noUi-handle").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1000)
    assert page.locator(place).screenshot() != before, "it moves"

    page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")
    show_again(page, book, "02_appendix_order.ipynb", "shape-explorer")
    still = page.locator(".jp-OutputArea img[alt^='Equation 7'], .jp-OutputArea svg[aria-label^='Equation 7']").first
    still.wait_for(timeout=MINUTE)
    page.get_by_text("A still picture: run this cell to move it.").first.wait_for(timeout=MINUTE)
    page.screenshot(path=RESULTS / "02_still.png")
    assert page.get_by_text("Error displaying widget").count() == 0


def show_again(page: "sync_api.Page", book: str, file: str, cell: str) -> None:
    """Load the page anew, as when a book is opened the next day, and go to a cell."""
    page.goto("about:blank")
    page.goto(book.format(file), timeout=MINUTE)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=MINUTE)
    page.wait_for_timeout(1500)
    go_to_cell(page, cell)


def test_chapter_02(page, book):
    open_chapter(page, book, "02_appendix_components.ipynb", "imports", "gate-viewer")
    use_gate_viewer(page)
    open_chapter(page, book, "02_appendix_order.ipynb", "imports", "shape-explorer")
    use_shape_explorer(page)


def use_shape_explorer(page: "sync_api.Page") -> None:
    place = place_of("Equation 7")
    widget = find_widget(page, "shape-explorer", place)
    start = words_of(page, place)
    before = page.locator(place).screenshot(path=RESULTS / "02_shapes_start.png")
    times = move_slider(page, widget.locator(".noUi-handle").nth(1), "ArrowRight", place)
    record("02", "shape explorer", "slider", times)
    assert page.locator(place).screenshot() != before, "the pixels changed"
    button = widget.get_by_role("button", name="right to left")
    back = widget.get_by_role("button", name="← reset order")
    record("02", "shape explorer", "order button", [
        timed(page, place, one.click) for _ in range(EVENTS // 2) for one in (button, back)
    ])  # fmt: skip
    button.click()
    shows(page, place, "6 of 6 products")
    widget.screenshot(path=RESULTS / "02_shapes_multiplied.png")
    widget.get_by_role("button", name="7.17").click()
    page.locator(f"{place} svg[aria-label^='Equation 7.17']").wait_for(timeout=MINUTE)
    widget.get_by_role("button", name="multiply").first.click()
    shows(page, place, "in 1 of 2 products")
    type_into(page, widget.locator(".widget-readout").last, "64")
    shows(page, place, "64 examples")
    widget.screenshot(path=RESULTS / "02_shapes_batch.png")
    widget.get_by_role("button", name="reset", exact=True).click()
    shows_again(page, place, start)


def use_gate_viewer(page: "sync_api.Page") -> None:
    place = place_of("Gates")
    widget = find_widget(page, "gate-viewer", place)
    start = words_of(page, place)
    before = page.locator(place).screenshot(path=RESULTS / "02_gates_start.png")
    for number, event, key in ((0, "slider, input", "ArrowLeft"), (3, "slider, change", "ArrowRight")):
        times = move_slider(page, widget.locator(".noUi-handle").nth(number), key, place)
        record("02", "gate viewer", event, times)
    assert page.locator(place).screenshot() != before, "the pixels changed"
    widget.screenshot(path=RESULTS / "02_gates_moved.png")
    widget.get_by_role("button", name="reset").click()
    shows_again(page, place, start)
    widget.locator("select").select_option(label="Ω₁, row 2, column 1")
    type_into(page, widget.locator(".widget-readout").last, "0.5")
    shows(page, place, "opens")
    widget.screenshot(path=RESULTS / "02_gates_flipped.png")


def test_chapter_03(page, book):
    open_chapter(page, book, "03_computational_graphs.ipynb", "imports", "graph-stepper")
    place = place_of("Graph of") + ":last-child"
    widget = find_widget(page, "graph-stepper", place)
    picture = page.locator(f"{place} svg[aria-label^='Graph of']")

    def appears(words: str) -> None:
        page.locator(place).get_by_text(words).first.wait_for(timeout=MINUTE)

    appears("Step 9 of 13")
    before = page.locator(place).screenshot(path=RESULTS / "03_stepper_start.png")
    widget.locator("select").select_option(label="2(xy + max(z, w))")
    widget.locator("select").select_option(label="problem 7.12")
    step, back = (widget.get_by_role("button", name=name) for name in ("step ▶", "◀ back"))
    times = [timed(page, place, one.click) for _ in range(EVENTS // 2 + 1) for one in (step, step, back)]
    record("03", "graph stepper", "step button", times)
    assert page.locator(place).screenshot() != before, "the pixels changed"
    widget.screenshot(path=RESULTS / "03_stepper_middle.png")
    widget.get_by_role("button", name="to the end").click()
    page.locator(place).get_by_text("33.91").first.wait_for(timeout=MINUTE)
    widget.get_by_role("button", name="symbols").click()
    page.locator(place).get_by_text("cos").first.wait_for(timeout=MINUTE)
    widget.screenshot(path=RESULTS / "03_stepper_symbols.png")

    formula = widget.locator("input[type=text]").first
    seen = picture.get_attribute("aria-label")
    formula.fill("2x + sin(x)")
    formula.press("Enter")
    widget.get_by_text("2*x").first.wait_for(timeout=MINUTE)  # the complaint names the slip
    assert picture.get_attribute("aria-label") == seen, "the last good picture stays"
    formula.fill("2*x + sin(x)")
    formula.press("Enter")
    appears("Nothing computed yet")
    widget.screenshot(path=RESULTS / "03_stepper_typed.png")
    widget.get_by_role("button", name="reset").click()
    page.wait_for_function("name => document.querySelector(name)?.value.startsWith('exp(exp(x)')",
                           arg=".widget-vbox:has(svg[aria-label^='Graph of']) input[type=text]")  # fmt: skip


def test_chapter_04(page, book):
    open_chapter(page, book, "04_forward_mode.ipynb")
    place = place_of("48 inputs").replace("^='48 inputs'", "*=' and 4 layers of'")
    widget = find_widget(page, "mode-explorer", place)
    start = words_of(page, place)
    before = page.locator(place).screenshot(path=RESULTS / "04_modes_start.png")
    for number, event in ((0, "slider, inputs"), (3, "slider, width of layer 1")):
        times = move_slider(page, widget.locator(".noUi-handle").nth(number), "ArrowLeft", place)
        record("04", "mode explorer", event, times)
    assert page.locator(place).screenshot() != before, "the pixels changed"
    type_into(page, widget.locator(".widget-readout").nth(2), "60")
    shows(page, place, ", 60 units")
    widget.screenshot(path=RESULTS / "04_modes_many_outputs.png")
    widget.get_by_role("button", name="reset").click()
    shows_again(page, place, start)


LABORATORY = ".widget-vbox > .widget-vbox > .widget-html:nth-child({})"  # of chapter 5: 1 variances, 2 loss


def test_chapter_05(page, book):
    open_chapter(page, book, "05_initialization.ipynb", "imports", "laboratory")
    place = LABORATORY.format(1)
    widget = find_widget(page, "laboratory", place)
    shows(page, place, "60 networks of 50 hidden layers of 100 units, σ² = 0.02, ReLU, float64, seed 0")
    page.wait_for_timeout(500)
    start = words_of(page, place)
    move_variance(page, widget, place)
    choose_starts(page, widget, place)
    replay_seed(page, widget, place)
    widget.get_by_role("button", name="reset").click()
    shows_again(page, place, start)
    train_and_interrupt(page, widget, place)


def move_variance(page: "sync_api.Page", widget: "sync_api.Locator", place: str) -> None:
    activation, dtype = (widget.locator("select").nth(number) for number in (1, 2))
    before = page.locator(place).screenshot(path=RESULTS / "05_laboratory_start.png")
    handle = widget.locator(".noUi-handle").first
    handle.focus()
    for kind, event in (("ReLU", "slider, σ²"), ("tanh", "slider, σ², tanh"), ("ReLU", "slider, σ², float32")):
        activation.select_option(label=kind)
        dtype.select_option(label="float32" if "float32" in event else "float64")
        shows(page, place, "60 networks", f"{kind}, {'float32' if 'float32' in event else 'float64'}")
        page.wait_for_timeout(1000)
        record("05", "initialization laboratory", event, move_slider(page, handle, "ArrowRight", place))
        assert page.locator(place).screenshot() != before, "the pixels changed"
    shows(page, place, "60 networks", "float32")  # all of them, after a pause


def choose_starts(page: "sync_api.Page", widget: "sync_api.Locator", place: str) -> None:
    scheme, activation, dtype = (widget.locator("select").nth(number) for number in range(3))
    readout = widget.locator(".widget-readout").first
    type_into(page, readout, "0.001")
    shows(page, place, "60 networks", "σ² = 0.001, ReLU, float32", "vanishes: too small for float32")
    widget.screenshot(path=RESULTS / "05_laboratory_underflow.png")
    scheme.select_option(label="Glorot")
    activation.select_option(label="tanh")
    dtype.select_option(label="float64")
    shows(page, place, "60 networks", "Glorot (σ² = 0.01), tanh, float64")
    widget.screenshot(path=RESULTS / "05_laboratory_glorot.png")
    scheme.select_option(label="orthogonal")
    widget.get_by_text("20 networks, not 60: orthogonal ones take long").wait_for(timeout=MINUTE)
    shows(page, place, "20 networks", "orthogonal (σ² = 0.01), tanh")
    widget.screenshot(path=RESULTS / "05_laboratory_orthogonal.png")
    type_into(page, readout, "0.1")  # leaves the scheme
    shows(page, place, "60 networks", "σ² = 0.1, tanh")
    assert scheme.evaluate("one => one.selectedIndex") == 0, "own σ²"


def replay_seed(page: "sync_api.Page", widget: "sync_api.Locator", place: str) -> None:
    widget.get_by_role("button", name="new seed").click()
    shows(page, place, "60 networks", "seed 1")
    page.wait_for_timeout(1000)
    seen = words_of(page, place)
    widget.get_by_role("button", name="replay the same seed").click()
    widget.get_by_text("seed 1 once more: the same networks, the same picture").wait_for(timeout=MINUTE)
    assert words_of(page, place) == seen


def train_and_interrupt(page: "sync_api.Page", widget: "sync_api.Locator", place: str) -> None:
    loss = LABORATORY.format(2)
    assert page.locator(f"{loss} svg").count() == 0
    times = [timed(page, loss, widget.get_by_role("button", name="train").click)]
    record("05", "initialization laboratory", "training of 30 steps", times)
    curve = page.locator(f"{loss} svg[aria-label^='Training loss over 30 steps'][aria-label*='it falls']")
    curve.wait_for(timeout=MINUTE)
    widget.screenshot(path=RESULTS / "05_laboratory_trained.png")

    # While it trains slowly, the widget still answers, and a moved control ends the training.
    widget.locator("select").nth(2).select_option(label="float16")
    shows(page, place, "60 networks", "float16")
    widget.get_by_role("button", name="train").click()
    widget.get_by_text("training: step").wait_for(timeout=MINUTE)
    widget.locator(".noUi-handle").first.focus()
    times = [timed(page, place, lambda: page.keyboard.press("ArrowRight"))]
    record("05", "initialization laboratory", "slider, σ², while float16 trains", times)
    type_into(page, widget.locator(".widget-readout").first, "0.01")
    shows(page, place, "60 networks", "σ² = 0.01, ReLU, float16")
    assert widget.get_by_text("training: step").count() == 0 and page.locator(f"{loss} svg").count() == 0


def test_chapter_06(page, book):
    open_chapter(page, book, "06_training.ipynb", "imports", "training-laboratory")
    place = place_of("Training on") + ":last-child"
    widget = find_widget(page, "training-laboratory", place)
    shows(page, place, "two moons, start He, learning rate 0.3, momentum 0, batches of 20, constant, seed 0",
          "After 0 of 300 steps")  # fmt: skip
    start = words_of(page, place)
    move_settings(page, widget, place)
    widget.get_by_role("button", name="reset").click()
    shows_again(page, place, start)
    play_and_pause(page, widget, place)
    play_seeds_again(page, widget, place)
    choose_trainings(page, widget, place)
    widget.get_by_role("button", name="reset").click()
    shows_again(page, place, start)


def move_settings(page: "sync_api.Page", widget: "sync_api.Locator", place: str) -> None:
    before = page.locator(place).screenshot(path=RESULTS / "06_laboratory_start.png")
    handles = widget.locator(".noUi-handle")
    moves = ((4, "step", "ArrowRight"), (0, "learning rate", "PageUp"), (1, "momentum", "ArrowRight"),
             (2, "batch size", "ArrowRight"))  # fmt: skip
    for number, slider, key in moves:
        times = move_slider(page, handles.nth(number), key, place)
        record("06", "training laboratory", f"slider, {slider}", times)
    assert page.locator(place).screenshot() != before, "the pixels changed"
    shows(page, place, f"momentum {EVENTS / 100}", f"batches of {20 + EVENTS}", f"After {EVENTS} of 300 steps")
    widget.screenshot(path=RESULTS / "06_laboratory_moved.png")


def play_and_pause(page: "sync_api.Page", widget: "sync_api.Locator", place: str) -> None:
    """It goes on from where it was left."""
    play, stop = widget.locator(".widget-play button").nth(0), widget.locator(".widget-play button").nth(1)
    start = words_of(page, place)
    play.click()
    page.wait_for_function(
        "([picture, start]) => document.querySelector(picture).getAttribute('aria-label') !== start",
        arg=[f"{place} svg[aria-label]", start],
    )
    begin, first = time.monotonic(), int(re.search(r"After (\d+) of", words_of(page, place))[1])
    page.wait_for_timeout(2000)
    play.click()
    page.wait_for_timeout(500)
    seen, seconds = words_of(page, place), time.monotonic() - begin - 0.5
    there = int(re.search(r"After (\d+) of", seen)[1])
    print(f"06, training laboratory: plays {(there - first) / seconds:.0f} steps a second")
    page.wait_for_timeout(500)
    assert words_of(page, place) == seen and there > first, "it has moved, and stands still"
    stop.click()
    shows(page, place, "After 0 of 300 steps")


def play_seeds_again(page: "sync_api.Page", widget: "sync_api.Locator", place: str) -> None:
    """The same seed plays the same run, another one another."""
    step = widget.locator(".widget-readout").nth(4)
    type_into(page, step, "300")
    shows(page, place, "After 300 of 300 steps")
    end = words_of(page, place)
    widget.get_by_role("button", name="new seed").click()
    shows(page, place, "seed 1", "After 300 of 300 steps")
    assert words_of(page, place).split("seed")[1] != end.split("seed")[1]
    widget.get_by_role("button", name="replay the same seed").click()
    widget.get_by_text("seed 1 once more: the same run, bit for bit").wait_for(timeout=MINUTE)
    shows(page, place, "After 3")  # it plays
    widget.locator(".widget-play button").first.click()
    type_into(page, widget.locator("input[type=number]").last, "0")
    type_into(page, step, "300")
    shows_again(page, place, end)


def choose_trainings(page: "sync_api.Page", widget: "sync_api.Locator", place: str) -> None:
    problem, init, schedule = (widget.locator("select").nth(number) for number in range(3))
    rate, momentum, batch = (widget.locator(".widget-readout").nth(number) for number in range(3))
    init.select_option(label="zeros")
    shows(page, place, "start zeros", "the loss does not move by more than 1 %")
    widget.screenshot(path=RESULTS / "06_laboratory_zeros.png")
    init.select_option(label="too large")
    shows(page, place, "start too large", "the loss falls")
    init.select_option(label="He")
    type_into(page, rate, "10")
    type_into(page, momentum, "0.9")
    shows(page, place, "learning rate 10, momentum 0.9", "it diverges", "Diverged: after step")
    widget.screenshot(path=RESULTS / "06_laboratory_diverged.png")
    problem.select_option(label="two weights")
    schedule.select_option(label="cosine")
    type_into(page, rate, "1")
    type_into(page, batch, "200")
    shows(page, place, "two weights, start He, learning rate 1, momentum 0.9, batches of 200, cosine",
          "The map is the whole loss")  # fmt: skip
    widget.screenshot(path=RESULTS / "06_laboratory_two_weights.png")
    problem.select_option(label="XOR")
    schedule.select_option(label="halving")
    shows(page, place, "XOR, start He, learning rate 1, momentum 0.9, batches of 200, halving")
    widget.screenshot(path=RESULTS / "06_laboratory_xor.png")


def test_chapter_07(page, book):
    open_chapter(page, book, "07_memory.ipynb", "imports", "timeline")
    place, front = (place_of("Peak memory") + which for which in (":nth-last-child(2)", ":last-child"))
    widget = find_widget(page, "timeline", place)
    shows(page, place, "Nothing is done yet")
    before = page.locator(place).screenshot(path=RESULTS / "07_timeline_start.png")
    step, back = (widget.get_by_role("button", name=name) for name in ("step ▶", "◀ back"))
    times = [timed(page, place, one.click) for _ in range(EVENTS // 3) for one in (step, step, back)]
    record("07", "memory timeline", "step button", times)
    assert page.locator(place).screenshot() != before, "the pixels changed"
    widget.get_by_role("button", name="to the end").click()
    shows(page, place, "Action 56 of 56")
    widget.screenshot(path=RESULTS / "07_timeline_end.png")

    type_into(page, widget.locator(".widget-readout:visible").first, "64")
    widget.get_by_role("button", name="optimal").click()
    shows(page, front, "Chosen: binomial(64, 5)")
    type_into(page, widget.locator(".widget-readout:visible").nth(2), "8")
    shows(page, front, "Chosen: binomial(64, 8), peak 11, 138 evaluations")
    handles = widget.locator(".noUi-handle:visible")
    moves = (("blocks", "ArrowLeft", place), ("ratio", "ArrowLeft", place), ("slots", "ArrowRight", front),
             ("step", "ArrowLeft", place))  # fmt: skip
    for number, (slider, key, seen) in enumerate(moves):
        times = move_slider(page, handles.nth(number), key, seen)
        record("07", "memory timeline", f"slider, {slider}", times)
    type_into(page, widget.locator(".widget-readout:visible").last, "60")
    shows(page, place, "Action 60 of")
    widget.screenshot(path=RESULTS / "07_timeline_middle.png")
    for kind, name in (
        ("store all", f"store_all({64 - EVENTS})"),
        ("every d-th", f"every({64 - EVENTS}, 5)"),
        ("√n", f"sqrt({64 - EVENTS})"),
    ):
        widget.get_by_role("button", name=kind).click()
        shows(page, front, f"Chosen: {name}")
    widget.get_by_role("button", name="reset").click()
    shows(page, place, "Nothing is done yet")
    shows(page, front, "Chosen: every(20, 5)")


def test_chapter_08(page, book):
    open_chapter(page, book, "08_many_machines.ipynb", "imports", "timeline")
    place = place_of("Gantt chart") + ":last-child"
    widget = find_widget(page, "timeline", place)
    shows(page, place, "Nothing is done yet", "one_f_one_b(4, 8)")
    before = page.locator(place).screenshot(path=RESULTS / "08_timeline_start.png")
    step, back = (widget.get_by_role("button", name=name) for name in ("step ▶", "◀ back"))
    times = [timed(page, place, one.click) for _ in range(EVENTS // 3) for one in (step, step, back)]
    record("08", "parallel timeline", "step button", times)
    assert page.locator(place).screenshot() != before, "the pixels changed"
    for _ in range(5 - EVENTS // 3):
        step.click()
    shows(page, place, "Action 5 of 64", "waits for micro-batch")
    widget.get_by_role("button", name="to the end").click()
    shows(page, place, "Action 64 of 64")
    handles = widget.locator(".noUi-handle:visible")
    for number, slider in ((1, "micro-batches"), (2, "backward"), (3, "message"), (4, "step")):
        key = "ArrowLeft" if slider == "step" else "ArrowRight"
        record("08", "parallel timeline", f"slider, {slider}", move_slider(page, handles.nth(number), key, place))
    type_into(page, widget.locator(".widget-readout:visible").first, "8")
    shows(page, place, f"one_f_one_b(8, {8 + EVENTS})")
    widget.screenshot(path=RESULTS / "08_timeline_moved.png")
    for kind, name in (("zero bubble", "zero_bubble("), ("naive", "naive("), ("GPipe", "gpipe(")):
        widget.get_by_role("button", name=kind).click()
        shows(page, place, f"Gantt chart of {name}")
    widget.get_by_role("button", name="reset").click()
    shows(page, place, "Nothing is done yet", "one_f_one_b(4, 8)")


def test_chapter_09(page, book):
    open_chapter(page, book, "09_distribution_shift.ipynb", "imports", "laboratory")
    place = ".widget-gridbox:has(> .widget-html svg[aria-label^='A shift in the plane']) > .widget-html"
    widget = find_widget(page, "laboratory", place)
    shows(page, place, "target around (1.2, 0) with spread 0.5; model line, weights exact")
    page.wait_for_timeout(500)
    start = words_of(page, place)
    before = page.locator(place).screenshot(path=RESULTS / "09_laboratory_start.png")
    handles = widget.locator(".noUi-handle")
    for number, slider in ((0, "right"), (1, "up"), (3, "odds")):
        times = move_slider(page, handles.nth(number), "ArrowLeft", place)
        record("09", "shift laboratory", f"slider, {slider}", times)
    handles.nth(2).press("ArrowRight")
    shows(page, place, "with spread 0.6")
    assert page.locator(place).screenshot() != before, "the pixels changed"
    widget.screenshot(path=RESULTS / "09_laboratory_moved.png")

    def click_at(right, up):
        """Click into the plane, which reaches from -3.5 to 3.5 in a square of 410 px at (20, 36) of 880 x 470."""
        box = page.locator(f"{place} svg").bounding_box()
        x, y = 20 + 410 * (right + 3.5) / 7, 36 + 410 * (3.5 - up) / 7
        page.mouse.click(box["x"] + x * box["width"] / 880, box["y"] + y * box["height"] / 470)

    for right, up in ((-2, 1.5), (2.5, -2.5), (-2.5, 2.5), (0.1, -0.9)):
        click_at(right, up)
        there = f"({round(2 * right) / 2:g}, {round(2 * up) / 2:g})".replace("-", "−")
        shows(page, place, f"target around {there}")
    widget.screenshot(path=RESULTS / "09_laboratory_clicked.png")

    widget.get_by_role("button", name="reset").click()
    shows_again(page, place, start)
    model, weights = (widget.locator("select").nth(number) for number in range(2))
    model.select_option(label="parabola")
    weights.select_option(label="estimated")
    shows(page, place, "model parabola, weights estimated")
    type_into(page, widget.locator(".widget-readout").first, "2")
    shows(page, place, "target around (2, 0)")
    widget.screenshot(path=RESULTS / "09_laboratory_parabola.png")
    seen = words_of(page, place)
    widget.get_by_role("button", name="new examples").click()
    page.wait_for_function("seen => !document.querySelector(seen[0]).innerHTML.includes(seen[1])", arg=[place, seen])
    widget.get_by_role("button", name="reset").click()
    shows_again(page, place, start)
