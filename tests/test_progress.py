"""A reader's progress: never lost whatever happens to the file, never written where it does not belong."""

import html.parser
import json
import multiprocessing
import re
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpkit import check
from bpkit.command.my_work import MANIFEST as MANIFEST_OF_THE_COMMAND
from bpkit.problems import catalogue
from bpkit.problems.progress import description, memory
from bpkit.problems.progress.chapter_states import difficulty, overview
from bpkit.problems.progress.links import link_to
from bpkit.problems.progress.memory import add
from bpkit.problems.progress.proposal import propose
from bpkit.problems.progress.statements import exercises, statement_of
from bpkit.problems.progress.steps import Step, Steps, line_of, read_steps, state_of

ROOT = Path(__file__).parents[1]
IDS = list(catalogue.all_problems())
LAST = max(catalogue.chapters())
STEPS = st.builds(Step, st.sampled_from(IDS), st.sampled_from(["tried", "solved", "hint 1", "hint 12"]))


def squares(f, y):
    """The right answer to 7.4."""
    return 2 * (f - y)


def steps_in(folder):
    return read_steps((folder / "progress.tsv").read_bytes())


@pytest.fixture
def my_work(tmp_path, monkeypatch):
    """A my-work folder with all notebooks; this test runs in its folder of exercises, as their kernels do."""
    mine = tmp_path / "my work"
    for folder in ("chapters", "exercises", "solutions"):
        (mine / folder).mkdir(parents=True)
    for path in (ROOT / "exercises").glob("*.ipynb"):
        (mine / "exercises" / path.name).write_bytes(path.read_bytes())
        (mine / "solutions" / path.name).write_bytes((ROOT / "solutions" / path.name).read_bytes())
    (mine / ".delivered.json").write_text("{}")
    monkeypatch.chdir(mine / "exercises")
    return mine


# ---- what is noted


def test_a_session_is_noted_once_and_in_order(my_work):
    check("7.4", None)
    check("7.4", lambda f, y: ...)
    assert not (my_work / "progress.tsv").exists()
    for _ in range(2):
        check.hint("7.4")
        check("7.4", lambda f, y: f)
        check("7.4", squares)
        check.hint("7.4", 3)
    assert steps_in(my_work) == Steps(
        [Step("7.4", "hint 1"), Step("7.4", "tried"), Step("7.4", "solved"), Step("7.4", "hint 3")], []
    )
    lines = (my_work / "progress.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ") and re.fullmatch(r"\d{4}-\d\d-\d\d\t7\.4\thint 1", lines[1])


@pytest.mark.parametrize("folder", ["", "chapters", "exercises"])
def test_it_is_noted_from_every_folder_of_my_work_in_one_file(my_work, monkeypatch, folder):
    monkeypatch.chdir(my_work / folder)
    assert check("7.4", squares)
    assert steps_in(my_work).done == [Step("7.4", "solved")]


@pytest.mark.parametrize("folder", ["my work/solutions", "my work/course/submitted/ada", "."])
def test_nothing_is_noted_for_the_books_solutions_a_course_and_elsewhere(my_work, monkeypatch, folder):
    elsewhere = my_work.parent / folder
    elsewhere.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(elsewhere)
    before = sorted(my_work.parent.rglob("*"))
    assert check("7.4", squares) and check.hint("7.4") and not check("7.4")
    check(), check.progress(), check.next()
    assert sorted(my_work.parent.rglob("*")) == before
    if folder != "my work/solutions":
        assert "Nothing is remembered here" in repr(check())


def test_the_repository_itself_is_no_my_work(monkeypatch):
    for folder in ("", "chapters", "exercises", "solutions"):
        monkeypatch.chdir(ROOT / folder)
        assert memory.my_work() is None


def test_my_work_is_recognised_by_what_the_command_leaves_there():
    assert memory.MANIFEST == MANIFEST_OF_THE_COMMAND


def test_a_folder_that_is_gone_is_nowhere(monkeypatch):
    def gone():
        raise FileNotFoundError

    monkeypatch.setattr(memory.Path, "cwd", gone)
    assert memory.my_work() is None and check("7.4", squares)


def test_a_result_is_given_even_if_it_cannot_be_noted(my_work):
    (my_work / "progress.tsv").mkdir()
    result = check("7.4", squares)
    assert result and re.fullmatch(r"This could not be noted in my work/progress\.tsv: .+\.", result.message[0])
    assert "7.4" in repr(check.hint("7.4"))
    assert "my work/progress.tsv cannot be read (" in repr(check())


# ---- the file


@given(st.lists(STEPS), st.binary(max_size=200), st.lists(STEPS, min_size=1))
def test_nothing_that_stands_in_the_file_is_lost_or_hides_what_comes_after(tmp_path_factory, before, damage, after):
    path = tmp_path_factory.mktemp("progress") / "progress.tsv"
    start = b"".join(line_of(step).encode() for step in before) + damage
    path.write_bytes(start)
    for step in after:
        add(path, line_of(step))
    content = path.read_bytes()
    assert content.startswith(start)
    found = read_steps(content)
    assert found.done[: len(before)] == before
    assert found.done[len(found.done) - len(after) :] == after


@given(
    st.lists(STEPS), st.sampled_from(["\n", "\r\n"]), st.sampled_from([b"", b"\xef\xbb\xbf"]), st.sampled_from(" \t")
)
def test_an_editor_may_change_line_ends_and_tabs(steps, end, mark, gap):
    text = "".join(line_of(step).replace("\n", end).replace("\t", gap) for step in steps)
    assert read_steps(mark + text.encode()) == Steps(steps, [])


@pytest.mark.parametrize(
    "line",
    [
        b"    assert "Next: 7.1" in repr(check.next()) and f"in chapter {LAST} all is solved" in repr(check.next())
    add(my_work / "progress.tsv", line_of(Step("7.1", "solved")))
    assert repr(check.next()) == "All problems are solved."


def test_a_problem_without_an_answer_is_described(my_work):
    check.hint("7.4", 2)
    text = repr(check("7.4"))
    assert text.startswith("7.4 · The derivative of least squares (1 point, about 5 minutes, easy; ○ open)\n")
    assert "Compute its derivative with respect to the output" in text and "\\tag{7.35}" in text
    assert (
        "Hint 2: What is squared is y − f" in text and '1 of 3 hints taken; for the next: `check.hint("7.4")`' in text
    )
    rich = check("7.4")._repr_mimebundle_()["text/markdown"]
    assert f"[exercises/02_matrix_backpropagation.ipynb]({link_to('7.4', 'exercises')})" in rich
    check.hint("7.4", 1)
    check.hint("7.4", 3)
    assert "for the next" not in repr(check("7.4"))


@pytest.mark.parametrize("problem", IDS)
def test_every_problem_is_stated_and_its_record_agrees(problem):
    """The statement stands in the exercises alone; title, points and minutes stand there and in the record."""
    stated, record = statement_of(problem), catalogue.find(problem)
    cells = json.loads((ROOT / "exercises" / stated.notebook).read_text(encoding="utf-8"))["cells"]
    heading = next("".join(cell["source"]) for cell in cells if cell["id"] == stated.cell).splitlines()[0]
    points = f"{record.points} point{'s' * (record.points != 1)}"
    assert heading == f"## {problem} · {record.title} ({points}, {record.minutes} minutes)"
    assert (
        stated.notebook == exercises()[next(n for n, them in catalogue.chapters().items() if record in them)].notebook
    )
    beginning = repr(description(record)).split("\n\n")[1]
    assert len(beginning) > 30 and beginning in stated.text


def test_without_the_notebooks_there_is_a_table_all_the_same(monkeypatch):
    monkeypatch.setattr("bpkit.problems.progress.statements.FOLDERS", ())
    exercises.cache_clear()
    try:
        assert list(rows(repr(check()))) == IDS and "Chapter 1: 0 of" in repr(check())
        assert repr(check("7.4")).startswith("7.4 · The derivative")
        assert len(repr(check.progress()).splitlines()) >= 7
    finally:
        exercises.cache_clear()


def test_difficulty_follows_points_and_minutes():
    order = ["easy", "medium", "hard"]
    for one in catalogue.all_problems().values():
        for other in catalogue.all_problems().values():
            if one.points <= other.points and one.minutes <= other.minutes:
                assert order.index(difficulty(one)) <= order.index(difficulty(other))
    assert {difficulty(problem) for problem in catalogue.all_problems().values()} == set(order)
