"""From a page of the book to its notebook in JupyterLite and back, in a wide window and on a telephone."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from serving import served
from tab import MINUTE, SHOWN, cells, open_in_lite, run, save, source_of, wait_for, write

ROOT = Path(__file__).parents[2]
CHAPTER, EXERCISE = "chapters/02_matrix_backpropagation", "exercises/02_matrix_backpropagation"
APPS = [("lab", 1400), ("notebooks", 390)]
TO_ITS_PAGE = "[data-jp-item-name='page-in-the-book'] a"

pytestmark = pytest.mark.slow  # .ci/run asks for the first on a telephone


def opened_by(page, link) -> str:
    """The address of the tab that a link opens."""
    with page.expect_popup() as opened:
        link.click()
    opened.value.wait_for_load_state("commit")
    address = opened.value.url
    opened.value.close()
    return address


def alone(address, name) -> str:
    """Where a link in a cell leads to another notebook on a telephone."""
    return f"{address}lite/notebooks/index.html?path={quote(name, safe='')}.ipynb"


@pytest.mark.parametrize(("app", "width"), APPS)
def test_there_and_back_and_on(page, address, app, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}{EXERCISE}.html")
    page.get_by_role("link", name="▶ Solve this in the browser").click()
    page.wait_for_url(f"{address}lite/{app}/**")
    wait_for(page, EXERCISE, kernel=False)
    assert opened_by(page, page.get_by_role("link", name="Page in the book")) == f"{address}{EXERCISE}.html"
    last = f"{SHOWN}.content.widgets.length - 1"
    solutions = page.locator(".jp-Notebook").get_by_role("link", name="Solutions")
    for _ in range(45):  # cells above that are drawn meanwhile move the last one out of sight again
        page.evaluate(f"() => {{ {SHOWN}.content.scrollToItem({last}, 'end'); }}")  # its promise takes seconds
        page.wait_for_timeout(2000)
        if solutions.is_visible():
            break
    assert opened_by(page, solutions) == f"{address}{EXERCISE}.html".replace("exercises", "solutions")
    chapter = page.locator(".jp-Notebook").get_by_role("link", name="Chapter 2, Matrix backpropagation")
    if app == "lab":
        chapter.click()
        wait_for(page, CHAPTER, kernel=False)
    else:
        assert opened_by(page, chapter) == alone(address, CHAPTER)


@pytest.mark.parametrize(("app", "width"), APPS)
def test_a_notebook_of_the_readers_own_has_no_page(page, address, app, width):
    page.set_viewport_size({"width": width, "height": 844})
    open_in_lite(page, address, EXERCISE, kernel=False, app=app)
    own = page.evaluate("""async () => { const {contents} = window.jupyterapp.serviceManager;
      const {path} = await contents.newUntitled({path: 'exercises', type: 'notebook'});
      const cells = [{cell_type: 'raw', metadata: {}, source: ''}];
      const content = {nbformat: 4, nbformat_minor: 5, metadata: {}, cells};
      await contents.save(path, {type: 'notebook', format: 'json', content});
      return path; }""")  # fmt: skip
    open_in_lite(page, address, own.removesuffix(".ipynb"), kernel=False, app=app)
    page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name='run']:visible").wait_for()
    assert page.locator(f"{TO_ITS_PAGE}:visible").count() == 0


@pytest.mark.parametrize(("app", "width"), APPS)
def test_a_problem_is_opened_at_its_place_and_can_be_checked_at_once(page, address, app, width):
    page.set_viewport_size({"width": width, "height": 844})
    open_in_lite(page, address, CHAPTER, kernel=False, app=app)  # which JupyterLab opens again beside the other
    page.wait_for_timeout(2000)
    page.goto(f"{address}{EXERCISE}.html")
    page.locator("#problem-7-4 a.solve").click()
    page.wait_for_url(f"{address}lite/{app}/**")
    wait_for(page, EXERCISE, kernel=True)
    heading = page.get_by_role("heading", name="7.4 ·")
    heading.wait_for(timeout=MINUTE)
    page.wait_for_function(f"() => {SHOWN}.sessionContext.session?.kernel?.status === 'idle'", timeout=2 * MINUTE)
    page.wait_for_timeout(1000)
    assert 0 <= heading.bounding_box()["y"] < 300
    write(page, "answer-7-4", "def slope(f, y):\n    return 2 * (f - y)\ncheck('7.4', slope)")
    run(page, "notebook:run-cell-and-select-next")
    assert "✓ Problem 7.4: passed" in str(cells(page)["answer-7-4"])
    first = page.locator(".jp-NotebookPanel-toolbar:visible > *").first
    assert first.get_attribute("data-jp-item-name") == "page-in-the-book"


def test_a_chapter_and_its_problems_each_have_a_python(page, address):
    each = """() => { const names = [...window.jupyterapp.shell.widgets('main')]
          .map(one => one.sessionContext.session?.kernel).filter(one => one?.status === 'idle').map(one => one.id);
        return new Set(names).size === 2; }"""
    open_in_lite(page, address, EXERCISE)
    page.evaluate("path => { window.jupyterapp.commands.execute('docmanager:open', {path}); }", f"{CHAPTER}.ipynb")
    page.wait_for_function(each, timeout=MINUTE)
    page.wait_for_timeout(2000)  # JupyterLab remembers what is open
    page.reload()
    page.wait_for_function(f"() => window.jupyterapp && ({each})()", timeout=2 * MINUTE)


def rename(page, app, name) -> None:
    """Give the notebook that is open another name, as a reader does."""
    page.evaluate("app => { window.jupyterapp.commands.execute(app); }",
                  {"lab": "docmanager:rename", "notebooks": "application:rename"}[app])  # fmt: skip
    page.locator(".jp-Dialog input").fill(name)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("app", "width"), APPS)
def test_a_notebook_under_another_name_is_found_again_and_has_its_page(page, address, app, width):
    page.set_viewport_size({"width": width, "height": 844})
    open_in_lite(page, address, EXERCISE, kernel=False, app=app)
    name = "my #1? & + é 2"
    rename(page, app, f"{name}.ipynb")
    wait_for(page, f"exercises/{name}", kernel=False)
    write(page, "answer-7-3", "mine = 1")
    page.wait_for_function(f"() => !{SHOWN}.context.model.dirty", timeout=MINUTE)
    if app == "notebooks":  # JupyterLab shows the files
        page.reload()
        wait_for(page, name, kernel=False)
    assert source_of(page, "answer-7-3") == "mine = 1"
    assert opened_by(page, page.locator(TO_ITS_PAGE)) == f"{address}{EXERCISE}.html"
    page.goto(f"{address}answers.html")
    page.get_by_role("link", name=f"exercises/{name}.ipynb").click()
    wait_for(page, name, kernel=False)
    write(page, "answer-7-3", "mine = 2")
    save(page)
    page.goto(f"{address}answers.html")
    page.get_by_role("link", name=f"exercises/{name}.ipynb").click()
    wait_for(page, name, kernel=False)
    assert source_of(page, "answer-7-3") == "mine = 2"
    rename(page, app, "50%.ipynb")
    page.get_by_text("a file cannot have % in its name: choose another name").wait_for(timeout=MINUTE)
    page.locator(".jp-Dialog button").last.click()
    write(page, "answer-7-3", "mine = 3")
    save(page)
    assert page.evaluate(f"{SHOWN}.context.path") == f"exercises/{name}.ipynb"


def test_on_a_telephone_cells_run_and_answers_are_kept_where_the_lab_finds_them(page, address):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(alone(address, EXERCISE))
    page.locator(".jp-NotebookKernelStatus", has_text="Kernel").wait_for(timeout=MINUTE)  # it stands beside the menus
    ends = page.locator("#jp-MainMenu, #jp-MainMenu .lm-MenuBar-item").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().right)"
    )
    assert max(ends) == ends[0] <= 390, "no menu is cut"
    wait_for(page, EXERCISE, kernel=True)
    write(page, "answer-7-3", "mine = 6 * 7007\nprint(mine)")
    page.locator(".jp-NotebookPanel-toolbar [data-jp-item-name='run']").click()
    page.wait_for_function(f"() => {SHOWN}.content.node.textContent.includes('42042')", timeout=MINUTE)
    assert cells(page)["answer-7-3"][1][0]["text"] == "42042\n"
    page.wait_for_function(f"() => !{SHOWN}.context.model.dirty", timeout=MINUTE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.get_by_text("Trusted").count() == 0, "there is no room for it, and it means nothing here"
    page.set_viewport_size({"width": 1400, "height": 1000})
    open_in_lite(page, address, EXERCISE, kernel=False)
    assert source_of(page, "answer-7-3") == "mine = 6 * 7007\nprint(mine)"


def test_who_has_run_a_chapter_is_told_of_a_new_edition_and_gets_it(browser, site, tmp_path, request):
    if not request.config.getoption("--all"):
        pytest.skip("it builds the site once more: half a minute, with --all")
    served_site = tmp_path / "served" / "book"
    shutil.copytree(site, served_site, copy_function=shutil.copy)  # new files: a browser asks for old ones less often
    page = browser.new_page()
    with served(served_site.parent) as top:
        address = f"{top}book/"
        open_in_lite(page, address, CHAPTER)
        run(page, "notebook:run-cell-and-select-next")
        write(page, "imports", "mine = 1")
        save(page)
        page.goto(f"{address}{CHAPTER}.html")
        page.wait_for_timeout(500)
        assert page.locator(".own-copy").text_content() == "", "it is of the edition that the book has"

        build_another_edition(site, served_site, tmp_path / "root")
        open_in_lite(page, address, CHAPTER, kernel=False)
        assert "NEW" not in page.locator(".jp-Notebook h1").first.text_content()
        assert page.locator(TO_ITS_PAGE).text_content() == "New edition: its page"
        assert opened_by(page, page.locator(TO_ITS_PAGE)) == f"{address}{CHAPTER}.html"
        page.goto(f"{address}{CHAPTER}.html")
        page.get_by_text("It was made from an earlier edition").wait_for()
        page.get_by_role("button", name="Take the new edition").click()
        mine = page.get_by_role("link", name=f"{CHAPTER}_my_copy.ipynb")
        mine.click()
        wait_for(page, f"{CHAPTER}_my_copy", kernel=False)
        assert source_of(page, "imports") == "mine = 1"
        open_in_lite(page, address, CHAPTER, kernel=False)
        assert "NEW" in page.locator(".jp-Notebook h1").first.text_content()
        assert source_of(page, "imports") == "mine = 1", "what the reader wrote is in the new edition"
        assert page.locator(TO_ITS_PAGE).text_content() == "Page in the book"
    page.close()


def build_another_edition(site, target, root) -> None:
    """Build the site again where it was, with another title in a chapter."""
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(".git", ".venv", "_site", ".*cache", "test-results"))
    path = root / f"{CHAPTER}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"][0] = "# NEW " + notebook["cells"][0]["source"][0].removeprefix("# ")
    path.write_text(json.dumps(notebook), encoding="utf-8")
    command = [sys.executable, "-m", "bpkit", "site", str(target), "--pyodide", str(site / "lite/static/pyodide")]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True,
                           env=os.environ | {"PYTHONPATH": str(root)})  # fmt: skip
    assert ended.returncode == 0, ended.stderr
