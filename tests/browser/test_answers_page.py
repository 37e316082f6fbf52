"""The page that lists saved answers, and on which they become a file and come back, alone in a browser: quick."""

import base64
import json
import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from serving import served

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools" / "website"))

import answers_page  # noqa: E402

PAGE = answers_page.answers_page(ROOT)
SECONDS = 20_000  # until a sentence is there
EMPTY = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
HEADING = "# What you have done, noted by check(): day, problem, step.\n"
OPEN = """const wanted = indexedDB.open('JupyterLite Storage - /lite/');
  const database = await new Promise((done) => { wanted.onsuccess = () => done(wanted.result); });"""
ENTRIES = f"""async () => {{ {OPEN}
  const store = database.transaction('files').objectStore('files'), names = store.getAllKeys(), files = store.getAll();
  await new Promise((done) => {{ files.onsuccess = done; }});
  database.close();
  return Object.fromEntries(names.result.map((name, at) => [name, files.result[at]]));
}}"""
PUT = f"""async (file) => {{ {OPEN}
  const change = database.transaction('files', 'readwrite');
  change.objectStore('files').put(file, file.path);
  await new Promise((done) => {{ change.oncomplete = done; }});
  database.close();
}}"""


@pytest.fixture(scope="module")
def top(tmp_path_factory):
    """Where the page is served, with its scripts."""
    folder = tmp_path_factory.mktemp("answers")
    shutil.copytree(ROOT / "tools" / "website" / "static", folder / "_static")
    parts = PAGE[PAGE.index('<div id="done-here"') : PAGE.index("\n\nNothing is overwritten")]
    parts += PAGE[PAGE.index("<script") :]
    script = '<script type="module" src="_static/answers.js"></script>'
    (folder / "answers.html").write_text(f"<!doctype html><meta charset=utf-8>{parts}{script}", encoding="utf-8")
    with served(folder) as address:
        yield address


@pytest.fixture
def page(browser, top):
    """A new reader's page."""
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{top}answers.html")
    yield opened
    context.close()


def told(page, words="") -> str:
    """What the page says, once it does, with `words` in it."""
    page.wait_for_function(
        "words => document.getElementById('answers-said').textContent.length > 1 "
        "&& document.getElementById('answers-said').textContent.includes(words)",
        arg=words, timeout=SECONDS,
    )  # fmt: skip
    return page.locator("#answers-said").text_content()


def brought_back(page, folder, files, words="") -> str:
    """Bring back a zip file of these texts by name; return what is said."""
    with zipfile.ZipFile(folder / "some.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)  # not by its name alone, which would lose Windows' \
    page.locator("#answers-file").set_input_files(folder / "some.zip")
    return told(page, words)


def downloaded(page, folder) -> tuple[str, dict[str, str]]:
    with page.expect_download() as loaded:
        page.locator("#answers-download").click()
    loaded.value.save_as(folder / "answers.zip")
    with zipfile.ZipFile(folder / "answers.zip") as archive:
        return told(page), {name: archive.read(name).decode() for name in archive.namelist()}


def notebook(word: str) -> str:
    return json.dumps(EMPTY | {"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": word}]})


def test_folders_that_the_reader_made_are_listed_again(page, tmp_path):
    files = {name: notebook(name) for name in ("mine/deep/a.ipynb", "mine/b.ipynb", "exercises/c.ipynb")}
    assert brought_back(page, tmp_path, files).startswith("3 notebooks brought back. Reload")
    entries = page.evaluate(ENTRIES)
    assert {name for name, entry in entries.items() if entry["type"] == "directory"} == {"mine", "mine/deep"}
    assert entries["mine/deep"]["name"] == "deep" and entries["mine/deep"]["content"] is None
    assert {*downloaded(page, tmp_path)[1]} == {*files}


@pytest.mark.parametrize("form", ["bpkit-answers/{}", "a/b/{}", "bpkit-answers\\{}"])
def test_a_zip_file_that_was_packed_anew_comes_back_to_its_places(page, tmp_path, form):
    names = ("exercises/a.ipynb", "mine/b.ipynb")
    files = {form.format(name): notebook(name) for name in names}
    if "\\" in form:
        files = {name.replace("/", "\\"): text for name, text in files.items()} | {"bpkit-answers\\mine\\": ""}
    files["__MACOSX/._a.ipynb"] = "of a Mac"
    assert brought_back(page, tmp_path, files).startswith("2 notebooks brought back. Reload")
    assert {*names} == {*page.evaluate(ENTRIES)} - {"mine"}


def test_a_folder_of_the_readers_own_stays_where_everything_is_in_it(page, tmp_path):
    brought_back(page, tmp_path, {"mine/a.ipynb": notebook("a"), "mine/b.ipynb": notebook("b")})
    assert {*page.evaluate(ENTRIES)} == {"mine", "mine/a.ipynb", "mine/b.ipynb"}


def test_one_is_not_said_as_many(page, tmp_path):
    first = {"exercises/a.ipynb": notebook("one"), "notes.txt": "no notebook"}
    said = "1 notebook brought back. 1 file is no notebook and was left out. Reload the tabs in which the book is open."
    assert brought_back(page, tmp_path, first) == said
    assert downloaded(page, tmp_path)[0] == "1 notebook is in bpkit-answers.zip, among your downloads."
    second = {"exercises/a.ipynb": notebook("one"), "b.ipynb": notebook("b"), "x.txt": "", "y.txt": ""}
    said = brought_back(page, tmp_path, second, "2 files")
    assert said.startswith("1 notebook brought back; 1 is here already. 2 files are no notebooks and were left out.")
    said = brought_back(page, tmp_path, {"b.ipynb": notebook("other")}, "beside")
    assert "What you have here was kept, and this lies beside it: b_brought_back.ipynb." in said


def test_a_name_that_jupyterlite_would_not_find_again_is_another_here(page, tmp_path):
    said = brought_back(page, tmp_path, {"mine %/50% a.ipynb": notebook("a"), "mine _/50_ a.ipynb": notebook("b")})
    assert said.startswith("2 notebooks brought back. What you have here was kept, and this lies beside it: ")
    assert "What was % in a name is _ here." in said
    names = {"mine _", "mine _/50_ a.ipynb", "mine _/50_ a_brought_back.ipynb"}
    assert page.evaluate(ENTRIES).keys() == names


def test_what_is_solved_is_in_the_file_and_comes_back_below_what_is_there(page, tmp_path):
    lines = ["2026-11-01\t7.4\ttried\n", "2026-11-02\t7.4\tsolved\n", "2026-11-03\t7.5\thint 1\n"]
    theirs = f"{HEADING}{lines[0]}{lines[1]}no step\n"
    assert "2 steps added to what you have solved." in brought_back(page, tmp_path, {"progress.tsv": theirs})
    entry = page.evaluate(ENTRIES)["progress.tsv"]
    assert (entry["content"], entry["format"], entry["type"]) == (HEADING + lines[0] + lines[1], "text", "file")
    said, inside = downloaded(page, tmp_path)
    assert said == "The list of what you have solved is in bpkit-answers.zip, among your downloads."
    assert inside == {"progress.tsv": HEADING + lines[0] + lines[1]}

    mine = (
        HEADING + lines[2] + lines[1].replace("-02", "-09").rstrip("\n")
    )  # on another day, without an end of the line
    page.evaluate(PUT, entry | {"format": "base64", "content": base64.b64encode(mine.encode()).decode()})
    assert downloaded(page, tmp_path)[1] == {"progress.tsv": mine}, "as base64 it is the same"
    assert "1 step added" in brought_back(page, tmp_path, {"progress.tsv": theirs}, "1 step")
    assert page.evaluate(ENTRIES)["progress.tsv"]["content"] == f"{mine}\n{lines[0]}"


def test_where_there_is_no_more_room_a_sentence_says_so(page, top, tmp_path):
    quota = {"origin": top.rstrip("/"), "quotaSize": 100_000}
    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
    brought_back(page, tmp_path, {"a.ipynb": notebook("a")})
    said = brought_back(page, tmp_path, {"b.ipynb": notebook("b" * 5_000_000)}, "work")
    assert said.startswith("That did not work: this browser has no more room for this site: delete notebooks")
    assert {*page.evaluate(ENTRIES)} == {"a.ipynb"}


def test_a_tab_that_is_in_the_way_is_named_and_it_goes_on_when_that_is_closed(page, top, tmp_path):
    other = page.context.new_page()
    other.goto(f"{top}answers.html")
    other.evaluate(f"async () => {{ {OPEN} window.held = database; }}")
    said = brought_back(page, tmp_path, {"a.ipynb": notebook("a")}, "Another tab")
    assert "close the others, and this goes on by itself" in said
    other.close()
    assert told(page, "1 notebook brought back")


def rows(page, caption) -> list[list[str]]:
    found = page.get_by_role("table", name=caption).get_by_role("row")
    return [row.locator("th, td").all_text_contents() for row in found.all()]


def test_without_answers_a_sentence_says_so_and_nothing_is_made(page):
    page.get_by_text("Nothing yet: as soon as you change a notebook").wait_for(timeout=SECONDS)
    assert page.evaluate("indexedDB.databases()") == []


def test_what_is_stored_is_listed_newest_first_with_links_and_is_not_changed(page, tmp_path):
    steps = "7.3\ttried", "7.3\thint 1", "7.3\tsolved", "1.q1\ttried", "2.b\thint 2", "2.b\thint 1", "99.z\tsolved"
    progress = HEADING + "".join(f"2026-11-28\t{step}\n" for step in steps) + "no step\n"
    files = {"exercises/02_matrix_backpropagation.ipynb": notebook("a"), "mine/<b> #50.ipynb": notebook("b")}
    brought_back(page, tmp_path, files | {"progress.tsv": progress}, "brought back")
    page.get_by_role("table", name="Notebooks changed here").wait_for(timeout=SECONDS)
    for name, time in zip(files, ("2026-11-27T10:00:00.000Z", "2026-11-28T10:00:00.000Z"), strict=True):
        page.evaluate(PUT, page.evaluate(ENTRIES)[name] | {"last_modified": time})
    before = page.evaluate(ENTRIES)
    page.reload()
    page.get_by_role("table", name="Notebooks changed here").wait_for(timeout=SECONDS)
    head, *changed = rows(page, "Notebooks changed here")
    assert head == ["Notebook", "Last change"]
    assert [name for name, _ in changed] == [
        "mine/<b> #50.ipynb", "Problems of chapter 2 · Matrix backpropagation"]  # fmt: skip
    assert changed[0][1].startswith("28 Nov 2026") and changed[1][1].startswith("27 Nov 2026")
    head, *done = rows(page, "Problems")
    assert head == ["Problem", "So far", "Hints taken", "Open"]
    assert [row[0].split(" ")[0] for row in done] == ["1.q1", "7.3", "2.b", "99.z"], "in the book's order"
    assert [row[1:3] for row in done] == [
        ["◐ tried, not solved yet", "none"],
        ["✓ solved, 28 Nov 2026", "1 hint"],
        ["○ not tried yet", "2 hints"],
        ["✓ solved, 28 Nov 2026", "none"],
    ]
    addresses = page.locator("#done-here a").evaluate_all("links => links.map(one => one.getAttribute('href'))")
    assert "lite/lab/index.html?path=exercises/02_matrix_backpropagation.ipynb" in addresses
    assert "lite/lab/index.html?path=exercises/02_matrix_backpropagation.ipynb#cell-id=problem-7-3" in addresses
    assert "lite/lab/index.html?path=mine/%3Cb%3E%20%2350.ipynb" in addresses
    assert "exercises/02_matrix_backpropagation.html#problem-7-3" in addresses
    assert "You have solved 1 of 122 problems and answered 0 of 45 quiz questions." in page.content()
    assert page.evaluate(ENTRIES) == before
