"""The site in a real browser: it asks for nothing elsewhere, its widgets move, chapters run and answers are checked."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tab import MINUTE, cells, open_in_lite, run, write

ROOT = Path(__file__).parents[2]
CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("0[1-9]_*.ipynb")) if "appendix" not in path.stem]
WIDGETS = [(path.stem, cell["id"]) for path in sorted((ROOT / "chapters").glob("[!.]*.ipynb"))
           for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
           if "run this cell to use it" in str(cell.get("outputs"))]  # fmt: skip
PICTURE = ".cell_output svg, .cell_output img"
pytestmark = pytest.mark.slow  # minutes in all; .ci/run asks for a widget, an exercise and what cannot be there


@pytest.fixture
def page(browser, address) -> Iterator[Any]:
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


def test_every_chapter_has_a_widget():
    assert {chapter for chapter, _ in WIDGETS} >= {*CHAPTERS}


@pytest.mark.parametrize("width", [390, 900, 1400])
def test_every_page_is_as_wide_as_the_window(page, address, site, width):
    page.set_viewport_size({"width": width, "height": 900})
    for path in [*site.glob("*.html"), *site.glob("[!l]*/*.html")]:  # all but JupyterLite
        page.goto(f"{address}{path.relative_to(site).as_posix()}")
        page.wait_for_function(
            "document.querySelectorAll('mjx-container').length > 0 || !document.querySelector('.math')"
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path.name


def test_long_names_of_the_library_break_only_between_words(page, address, site):
    page.set_viewport_size({"width": 390, "height": 900})
    for path in site.glob("api/*.html"):
        page.goto(f"{address}api/{path.name}")
        lines = page.evaluate("""() => [...document.querySelectorAll('.bd-article :is(h1, h2, h3)')]
          .flatMap(heading => [...heading.childNodes].filter(part => part.nodeType === Node.TEXT_NODE))
          .map(part => { const range = document.createRange(); range.selectNodeContents(part);
                         return [part.textContent, range.getClientRects().length]; })""")
        assert [words for words, count in lines if count > 1 and " " not in words] == [], path.name
        neighbours = page.locator(".prev-next-area a")
        assert neighbours.evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)"), path.name


@pytest.mark.parametrize("width", [390, 800, 1400])
def test_the_buttons_show_and_hide_the_contents(page, address, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}chapters/{CHAPTERS[1]}.html")
    page.wait_for_function("document.querySelectorAll('mjx-container').length > 0")
    chapters = page.get_by_role("link", name="Chapter 3 · Computational graphs").first
    if width == 1400:
        chapters.wait_for()
        page.locator(".primary-toggle:visible").click()
        chapters.wait_for(state="hidden")
        return
    assert not chapters.is_visible()
    page.locator(".primary-toggle:visible").click()
    chapters.click()
    page.wait_for_url(f"**/{CHAPTERS[2]}.html")
    page.locator(".secondary-toggle:visible").click()
    page.locator("#pst-secondary-sidebar-modal a").first.wait_for()


def test_the_page_that_is_shown_is_in_sight_in_the_contents(page, address):
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{address}licence.html")  # the last page: the theme remembers that the contents were scrolled to it
    page.evaluate("document.querySelector('.bd-sidebar-primary').scrollTo(0, 99999)")
    page.goto(f"{address}chapters/{CHAPTERS[1]}.html")
    current = page.locator(".bd-sidebar-primary li.current > a").last
    page.wait_for_function("document.readyState === 'complete'")
    box = current.bounding_box()
    assert box and 0 <= box["y"] <= 900


@pytest.mark.parametrize(("chapter", "widget"), WIDGETS)
def test_a_widget_moves_in_its_page(page, address, chapter, widget):
    page.goto(f"{address}chapters/{chapter}.html")
    cell = page.locator(f"div.cell.tag_widget#{widget}")
    assert cell.locator(PICTURE).count() > 0, "the still picture"
    start = time.monotonic()
    cell.locator("button.run").press("Enter")
    cell.locator(".live svg").first.wait_for(timeout=MINUTE)
    print(f"{chapter}, {widget}: alive {time.monotonic() - start:.1f} s after the click")
    assert cell.locator("button.run").count() == 0
    assert cell.locator(".live:focus").count() == 1, "who came by the keyboard goes on in the widget"
    assert cell.locator(".noUi-handle:not([aria-label])").count() == 0
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


ENDLESS = "def derivatives(*args, **options):\n    while True:\n        pass"


def test_answers_are_judged_in_the_browser(page, address):
    notebook = json.loads((ROOT / "solutions" / "01_toy_example.ipynb").read_text(encoding="utf-8"))
    right = next("".join(cell["source"]) for cell in notebook["cells"] if cell["id"] == "answer-7-1")
    open_in_lite(page, address, "exercises/01_toy_example")
    run(page, "runmenu:run-all")
    for answer, verdict in ((right, "passed"), (right.replace("u1), ", "u1) + 1, ", 1), "not passed"),
                            (ENDLESS, "is there a loop in it that never ends")):  # fmt: skip
        write(page, "answer-7-1", answer)
        run(page, "notebook:run-cell-and-select-next")
        run(page, "notebook:run-cell-and-select-next")
        assert verdict in str(cells(page)["check-7-1"])


def test_what_cannot_be_in_a_browser_says_so(page, address):
    open_in_lite(page, address, "chapters/08_many_machines")
    toolbar = page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name='restart']")
    assert toolbar.count() == 1
    assert page.locator("[data-jp-item-name='interrupt']").count() == 0, "nothing can interrupt Python here"
    menus = page.locator(".lm-MenuBar-itemLabel").all_text_contents()
    assert menus == ["File", "Edit", "View", "Run", "Kernel", "Tabs", "Settings", "Help"], "no menu of nbgrader's"
    source = "import bpkit as bp\ndef f(comm):\n    return 10 + comm.rank\nprint(bp.machines.mpirun(f, 3))"
    write(page, "imports", source)
    run(page, "notebook:run-cell-and-select-next")
    _, outputs = cells(page)["imports"]
    said = {output["name"]: "".join(output["text"]) for output in outputs}
    assert "there is no MPI in a browser: this runs in the simulated world" in said["stderr"]
    assert said["stdout"].strip() == "[10, 11, 12]"
