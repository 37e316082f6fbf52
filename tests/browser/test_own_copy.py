"""What a notebook's page says of a copy that this browser keeps, and how it gives the new edition, without a site."""

import copy
import json
import shutil
import sys

import pytest
from serving import served
from test_answers_page import EMPTY, ENTRIES, PUT, ROOT, SECONDS

sys.path.append(str(ROOT / "tools" / "website"))

from lite_notebook import for_browser


def delivered(**sources: str) -> dict:
    """A notebook as JupyterLite opens it, of cells with these names and sources."""
    cells = [{"cell_type": "code", "id": name.replace("_", "-"), "metadata": {}, "source": source, "outputs": []}
             for name, source in sources.items()]  # fmt: skip
    return for_browser(EMPTY | {"cells": cells}, "chapters/01_a")


OLD = delivered(title="# é", answer_1="...", answer_2="...", both_3="a", same_4="old", gone_5="...", gone_6="...")
NEW = delivered(title="# é", same_4="new", more_7="7", answer_1="...", answer_2="...", both_3="b", gone_5="... # now")
EDITION = NEW["metadata"]["bpkit"]["edition"]
PATH = "chapters/01_a.ipynb"
PAGE = f"""<!doctype html><meta charset=utf-8><p><a class="run" data-edition="{EDITION}"
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
    (folder / "lite" / "files" / "chapters").mkdir(parents=True)
    (folder / "lite" / "files" / PATH).write_text(json.dumps(NEW), encoding="utf-8")
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


def stored(content: dict, path: str = PATH) -> dict:
    return {"path": path, "name": path.split("/")[-1], "type": "notebook", "format": "json",
            "last_modified": "2026-11-28T10:00:00.000Z", "content": content}  # fmt: skip


def edition(mark: str | None, path: str = PATH) -> dict:
    """A copy that has no marks of its cells."""
    return stored(EMPTY | {"metadata": {"bpkit": {"edition": mark}} if mark else {}}, path)


def said(page) -> str:
    page.wait_for_timeout(200)
    return page.locator(".own-copy").text_content()


def test_without_a_copy_or_with_one_of_this_edition_nothing_is_said(page):
    assert said(page) == "" and page.evaluate("indexedDB.databases()") == []
    page.evaluate(MAKE, edition(EDITION))
    page.reload()
    assert said(page) == ""


@pytest.mark.parametrize(("mark", "words"), [("old", "from an earlier edition"), (None, "does not say which one")])
def test_the_new_edition_comes_and_the_copy_stays_beside_it(page, mark, words):
    page.evaluate(MAKE, edition(mark))
    page.evaluate(PUT, edition("of mine", "chapters/01_a_my_copy.ipynb"))
    page.reload()
    page.get_by_text(words).wait_for(timeout=SECONDS)
    assert "last changed on 28 Nov 2026" in said(page)
    before = page.evaluate(ENTRIES)
    page.get_by_role("button", name="Take the new edition").click()
    page.get_by_text("opens the new edition now").wait_for(timeout=SECONDS)
    assert "What you wrote could not be put into it, and is in your copy alone." in said(page)
    mine = page.get_by_role("link", name="chapters/01_a_my_copy_2.ipynb")
    assert mine.get_attribute("href").endswith("lite/lab/index.html?path=chapters/01_a_my_copy_2.ipynb")
    moved = before.pop(PATH) | {"path": "chapters/01_a_my_copy_2.ipynb", "name": "01_a_my_copy_2.ipynb"}
    assert page.evaluate(ENTRIES) == before | {moved["path"]: moved}, "nothing is lost, and nothing else is changed"
    page.reload()
    assert said(page) == ""


def test_if_it_fails_the_copy_stays_where_it_was(page):
    page.evaluate(MAKE, edition("old"))
    page.reload()
    before = page.evaluate(ENTRIES)
    button = page.get_by_role("button", name="Take the new edition")
    button.wait_for(timeout=SECONDS)
    page.evaluate("() => { IDBObjectStore.prototype.delete = function () { this.transaction.abort(); }; }")
    button.click()
    page.get_by_text("That did not work").wait_for(timeout=SECONDS)
    assert page.evaluate(ENTRIES) == before


def changed(notebook: dict, sources: dict[str, str], below: dict[str, str]) -> dict:
    """The notebook after a reader has changed these cells, and added ones below these."""
    mine = copy.deepcopy(notebook)
    for cell in mine["cells"]:
        cell["source"] = sources.get(cell["id"], cell["source"])
        cell |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout", "text": "42"}]}
    for above, source in below.items():
        at = next(at for at, cell in enumerate(mine["cells"]) if cell["id"] == above)
        own = {"cell_type": "markdown", "id": f"own-{above}", "metadata": {}, "source": source}
        mine["cells"].insert(at + 1, own)
    return mine


def test_what_the_reader_wrote_is_in_the_new_edition(page):
    mine = changed(OLD, {"answer-1": "é = 1", "both-3": "mine", "gone-5": "... # now", "gone-6": "mine"},
                   {"answer-1": "a note", "own-answer-1": "a second", "gone-6": "a third", "title": " "})  # fmt: skip
    page.evaluate(MAKE, stored(mine))
    page.reload()
    page.get_by_text("What you wrote is put into it").wait_for(timeout=SECONDS)
    page.get_by_role("button", name="Take the new edition").click()
    page.get_by_text("The 4 cells that you wrote are in it.").wait_for(timeout=SECONDS)
    assert "where the book has changed, too, is in your copy alone: both-3, gone-6. Your copy is kept as" in said(page)
    there = page.evaluate(ENTRIES)
    name = "chapters/01_a_my_copy.ipynb"
    assert there.keys() == {PATH, name} and there[name] == stored(mine, name), "the copy stays as it was"
    content = there[PATH]["content"]
    assert content["metadata"] == NEW["metadata"]
    sources = {cell["id"]: cell["source"] for cell in content["cells"]}
    own = {"own-answer-1": "a note", "own-own-answer-1": "a second", "own-gone-6": "a third"}
    assert sources == {cell["id"]: cell["source"] for cell in NEW["cells"]} | {"answer-1": "é = 1"} | own
    assert [*sources] == ["title", "same-4", "more-7", "answer-1", "own-answer-1", "own-own-answer-1", "answer-2",
                          "both-3", "gone-5", "own-gone-6"]  # fmt: skip
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in content["cells"])
    page.reload()
    assert said(page) == ""


def test_who_has_written_nothing_gets_the_new_edition_alone(page):
    page.evaluate(MAKE, stored(changed(OLD, {}, {})))
    page.reload()
    page.get_by_role("button", name="Take the new edition").click()
    page.get_by_text("opens the new edition now. Your copy is kept").wait_for(timeout=SECONDS)
    assert page.evaluate(ENTRIES).keys() == {"chapters/01_a_my_copy.ipynb"}
