"""Answers saved in the browser: there after a reload and a restart, in one zip file, and back from it beside others."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from chromium import find_browser, flags
from tab import MINUTE, SHOWN, cells, open_in_lite, run, save, source_of, write

EXERCISE = "exercises/02_matrix_backpropagation"
CELL = "answer-7-3"

pytestmark = pytest.mark.slow


def started(browser, folder):
    """A browser with a profile, as a reader has one."""
    return browser.browser_type.launch_persistent_context(folder, executable_path=find_browser(), args=flags())


def test_answers_survive_and_come_back(browser, address, tmp_path):
    reader = started(browser, tmp_path / "reader")
    page = reader.new_page()
    open_in_lite(page, address, EXERCISE, kernel=False)
    write(page, CELL, "mine = 1")
    save(page)
    page.close()
    page = reader.new_page()
    open_in_lite(page, address, EXERCISE, kernel=False)
    assert source_of(page, CELL) == "mine = 1"
    reader.close()

    reader = started(browser, tmp_path / "reader")
    page = reader.new_page()
    open_in_lite(page, address, EXERCISE, kernel=False)
    assert source_of(page, CELL) == "mine = 1", "after a restart"
    file = downloaded(page, address, tmp_path)
    assert zipfile.ZipFile(file).testzip() is None
    assert "mine = 1" in zipfile.ZipFile(file).read(f"{EXERCISE}.ipynb").decode()
    reader.close()

    other = started(browser, tmp_path / "other")
    page = other.new_page()
    assert "1 notebook brought back." in brought_back(page, address, file)
    open_in_lite(page, address, EXERCISE, kernel=False)
    assert source_of(page, CELL) == "mine = 1", "in a browser that never saw it"
    assert "0 notebooks brought back; 1 is here already." in brought_back(page, address, file)
    open_in_lite(page, address, EXERCISE, kernel=False)
    write(page, CELL, "mine = 2")
    save(page)
    assert f"beside it: {EXERCISE}_brought_back.ipynb." in brought_back(page, address, file)
    open_in_lite(page, address, EXERCISE, kernel=False)
    assert source_of(page, CELL) == "mine = 2", "nothing is overwritten"
    open_in_lite(page, address, f"{EXERCISE}_brought_back", kernel=False)
    assert source_of(page, CELL) == "mine = 1"
    other.close()


def test_an_answer_is_kept_in_seconds_without_saving(browser, address, tmp_path):
    reader = started(browser, tmp_path / "reader")
    page = reader.new_page()
    open_in_lite(page, address, EXERCISE, kernel=False)
    write(page, CELL, "mine = 1")
    assert page.evaluate(f"{SHOWN}.context.model.dirty")
    page.wait_for_timeout(5000)
    reader.close()  # without a question

    reader = started(browser, tmp_path / "reader")
    page = reader.new_page()
    open_in_lite(page, address, EXERCISE, kernel=False)
    assert source_of(page, CELL) == "mine = 1"
    reader.close()


@pytest.mark.parametrize("notebook", [EXERCISE, "chapters/00_welcome", "chapters/06_training"])
def test_what_is_only_opened_is_not_changed(page, address, notebook):
    open_in_lite(page, address, notebook)
    page.wait_for_timeout(5000)  # if it were changed, it would be saved meanwhile
    assert not page.evaluate(f"{SHOWN}.context.model.dirty")
    page.goto(f"{address}answers.html")
    page.locator("#answers-download").click()
    page.get_by_text("Nothing is saved in this browser yet").wait_for(timeout=MINUTE / 6)


def test_progress_is_kept_when_the_browser_is_closed(browser, address, tmp_path):
    solve = "check('7.4', lambda f, y: 2 * (f - y))"
    for first in (solve, ""):
        reader = started(browser, tmp_path / "reader")
        page = reader.new_page()
        open_in_lite(page, address, EXERCISE)
        write(page, CELL, f"from bpkit import check\n{first}\nprint(check.progress())")
        run(page, "notebook:run-cell-and-select-next")
        said = str(cells(page)[CELL])
        assert re.search(r"points, 1 of \d+ solved", said) and "Results are noted in progress.tsv." in said
        if not first:
            file = downloaded(page, address, tmp_path)
        reader.close()

    other = started(browser, tmp_path / "other")
    page = other.new_page()
    assert "added to what you have solved." in brought_back(page, address, file)
    open_in_lite(page, address, EXERCISE)
    write(page, CELL, "from bpkit import check\nprint(check.progress())")
    run(page, "notebook:run-cell-and-select-next")
    assert re.search(r"points, 1 of \d+ solved", str(cells(page)[CELL])), "in a browser that never saw it"
    other.close()


def downloaded(page, address, folder) -> Path:
    page.goto(f"{address}answers.html")
    with page.expect_download() as loaded:
        page.locator("#answers-download").click()
    loaded.value.save_as(folder / "answers.zip")
    return folder / "answers.zip"


def brought_back(page, address, file) -> str:
    page.goto("about:blank")  # so that JupyterLite lets go of its database
    page.goto(f"{address}answers.html")
    page.locator("#answers-file").set_input_files(file)
    page.get_by_text("brought back").last.wait_for(timeout=MINUTE)
    page.wait_for_function("document.getElementById('answers-said').textContent.length > 5")
    return page.locator("#answers-said").text_content()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_that_are_no_notebooks_are_left_out(page, address, method, tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("../outside.ipynb", json.dumps({"nbformat": 4, "cells": []}))
        empty = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
        archive.writestr("exercises/é.ipynb", json.dumps(empty))
        archive.writestr("notes.txt", "no notebook")
    (tmp_path / "some.zip").write_bytes(made.getvalue())
    told = brought_back(page, address, tmp_path / "some.zip")
    assert told.startswith("1 notebook brought back.") and "2 files are no notebooks" in told
    (tmp_path / "none.zip").write_text("no zip file at all, but text")
    page.locator("#answers-file").set_input_files(tmp_path / "none.zip")
    page.get_by_text("That did not work: it is not a zip file. Nothing was changed.").wait_for(timeout=MINUTE)
