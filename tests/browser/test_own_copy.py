"""What a notebook's page says of a copy that this browser keeps, and how it gives the new edition, without a site."""

import shutil

import pytest
from serving import served
from test_answers_page import EMPTY, ENTRIES, PUT, ROOT, SECONDS

PATH = "chapters/01_a.ipynb"
PAGE = f"""<!doctype html><meta charset=utf-8><p><a class="run" data-edition="new"
  href="../lite/lab/index.html?path={PATH}">▶ Run this chapter</a></p>
  <script type="module" src="../_static/own_copy.js"></script>"""
# The database as JupyterLite makes it, with one file in it.
MAKE = """file => new Promise((done) => {
  const wanted = indexedDB.open('JupyterLite Storage - /lite/');
  wanted.onupgradeneeded = () => wanted.result.createObjectStore('files').put(file, file.path);
  wanted.onsuccess = () => { wanted.result.close(); done(); };
})"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the page is served, with its scripts."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "tools" / "website" / "static", folder / "_static")
    (folder / "chapters").mkdir()
    (folder / "chapters" / "01_a.html").write_text(PAGE, encoding="utf-8")
    with served(folder) as top:
        yield f"{top}chapters/01_a.html"


@pytest.fixture
def page(browser, address):
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(address)
    yield opened
    context.close()


def copy(edition: str | None, path: str = PATH) -> dict:
    metadata = {"bpkit": {"edition": edition}} if edition else {}
    return {"path": path, "name": path.split("/")[-1], "type": "notebook", "format": "json",
            "last_modified": "2026-11-28T10:00:00.000Z", "content": EMPTY | {"metadata": metadata}}  # fmt: skip


def said(page) -> str:
    page.wait_for_timeout(200)
    return page.locator(".own-copy").text_content()


def test_without_a_copy_or_with_one_of_this_edition_nothing_is_said(page):
    assert said(page) == "" and page.evaluate("indexedDB.databases()") == []
    page.evaluate(MAKE, copy("new"))
    page.reload()
    assert said(page) == ""


@pytest.mark.parametrize(("edition", "words"), [("old", "from an earlier edition"), (None, "does not say which one")])
def test_the_new_edition_comes_and_the_copy_stays_beside_it(page, edition, words):
    page.evaluate(MAKE, copy(edition))
    page.evaluate(PUT, copy("of mine", "chapters/01_a_my_copy.ipynb"))
    page.reload()
    page.get_by_text(words).wait_for(timeout=SECONDS)
    assert "last changed on 28 Nov 2026" in said(page)
    before = page.evaluate(ENTRIES)
    page.get_by_role("button", name="Take the new edition").click()
    page.get_by_text("opens the new edition now").wait_for(timeout=SECONDS)
    mine = page.get_by_role("link", name="chapters/01_a_my_copy_2.ipynb")
    assert mine.get_attribute("href").endswith("lite/lab/index.html?path=chapters/01_a_my_copy_2.ipynb")
    moved = before.pop(PATH) | {"path": "chapters/01_a_my_copy_2.ipynb", "name": "01_a_my_copy_2.ipynb"}
    assert page.evaluate(ENTRIES) == before | {moved["path"]: moved}, "nothing is lost, and nothing else is changed"
    page.reload()
    assert said(page) == ""


def test_if_it_fails_the_copy_stays_where_it_was(page):
    page.evaluate(MAKE, copy("old"))
    page.reload()
    before = page.evaluate(ENTRIES)
    button = page.get_by_role("button", name="Take the new edition")
    button.wait_for(timeout=SECONDS)
    page.evaluate("() => { IDBObjectStore.prototype.delete = function () { this.transaction.abort(); }; }")
    button.click()
    page.get_by_text("That did not work").wait_for(timeout=SECONDS)
    assert page.evaluate(ENTRIES) == before
