"""When a page with a widget loads Python: not before a reader goes for it. Quick, because here is no Python to load."""

import shutil
from pathlib import Path

import pytest
from serving import served

ROOT = Path(__file__).parents[2]
SECONDS = 20_000
PAGE = """<!doctype html><meta charset=utf-8><div style="height: 5000px"></div>
<div class="cell tag_widget"><div class="cell_input"><pre>1</pre></div><div class="cell_output">a picture</div></div>
<script type="module" src="_static/widgets.js"></script>"""

# What stand for Python and for the manager of views: a widget is named by how many have been made before.
WORKER = """let made = 0;
onmessage = ({data}) => {
  postMessage({type: "answer", id: data.id, model: data.show && `widget ${made++}`});
  if (data.show) new BroadcastChannel("made").postMessage(data.show);
};"""
MANAGER = """define("@jupyter-widgets/html-manager", [], () => ({HTMLManager: class {
  get_model(name) { return name; }
  create_view(model) { return model; }
  display_view(view, place) { place.textContent = view; }
}}));"""


@pytest.fixture(scope="module")
def top(tmp_path_factory):
    folder = tmp_path_factory.mktemp("widgets")
    shutil.copytree(ROOT / "tools" / "website" / "static", folder / "_static")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    with served(folder) as address:
        yield address


@pytest.fixture
def page(browser, top):
    """A new reader's page, and in its list `asked` the files it asks for."""
    context = browser.new_context()
    opened = context.new_page()
    opened.asked = []
    opened.on("request", lambda request: opened.asked.append(request.url.rpartition("/")[2]))
    opened.goto(f"{top}page.html")
    opened.locator("button.run").wait_for()
    yield opened
    context.close()


def test_python_is_loaded_when_the_pointer_is_on_the_button_and_not_before(page):
    page.locator("button.run").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert "worker.js" not in page.asked
    with page.expect_request("**/worker.js"):
        page.locator("button.run").hover()
    page.wait_for_timeout(300)
    assert page.locator(".said").text_content() == "", "who did not click is told nothing"
    page.locator("button.run").click()
    page.get_by_text("That did not work (the widget manager could not be loaded)").wait_for(timeout=SECONDS)
    assert page.asked.count("worker.js") == 2, "after a failure it starts anew"


def test_once_python_is_loaded_the_next_page_starts_it_before_its_widget_is_in_sight(page):
    page.evaluate("sessionStorage.setItem('bpkit-python', 'yes')")
    page.reload()
    page.locator("button.run").wait_for()
    page.wait_for_timeout(300)
    assert "worker.js" not in page.asked, "the widget is far below"
    with page.expect_request("**/worker.js"):
        page.evaluate("scrollTo(0, 4000)")
    assert page.locator(".cell_output").text_content() == "a picture"


def test_who_saves_data_is_asked_first(page):
    page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    page.reload()
    page.locator("button.run").hover()
    page.wait_for_timeout(300)
    assert "worker.js" not in page.asked


def test_near_a_widget_it_is_made_before_the_click_and_once(page):
    page.route("**/worker.js", lambda route: route.fulfill(body=WORKER, content_type="text/javascript"))
    page.route("**/libembed-amd.js", lambda route: route.fulfill(body=MANAGER, content_type="text/javascript"))
    page.evaluate("sessionStorage.setItem('bpkit-python', 'yes')")
    page.add_init_script("""window.made = [];
        new BroadcastChannel("made").onmessage = ({data}) => window.made.push(data)""")
    page.reload()
    page.locator("button.run").wait_for()
    page.evaluate("scrollTo(0, 4000)")
    page.wait_for_function("window.made.length")
    assert page.locator(".cell_output").text_content() == "a picture"
    page.locator("button.run").click()
    page.get_by_text("widget 0").wait_for(timeout=SECONDS)
    page.wait_for_timeout(300)
    assert page.evaluate("window.made") == ["1"]
