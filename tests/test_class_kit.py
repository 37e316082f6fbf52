"""The parts of the class kit that need no nbgrader: words, rosters, hand-ins, limits and statistics."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from bpkit.command.course.assignments import assignments_of, source_of
from bpkit.command.course.graded import Graded, Item, items_of, keep, kept
from bpkit.command.course.hand_in import collect, students_named, submissions_in
from bpkit.command.course.items import correlation, statistics_of
from bpkit.command.course.request import absolute, read_course_request, read_grade_request
from bpkit.command.course.roster import Student, students_in

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = "01_toy_example.ipynb"


def said(function, *arguments):
    """The sentence with which a function ends the program."""
    with pytest.raises(SystemExit) as ended:
        function(*arguments)
    sentence = str(ended.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


# What is asked for


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "needs one folder"),
        (["a", "b"], "'a' and 'b' came"),
        (["a", "--pupils", "x"], "'--pupils' is not an option"),
        (["a", "--students"], "--students needs a value"),
        (["a", "--chapters", "1-3"], "numbers with commas"),
    ],
)
def test_words_that_make_no_course_end_in_a_sentence(words, expected):
    assert expected in said(read_course_request, words)


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "many", "²"])
def test_a_limit_is_a_whole_number(number):
    assert "--seconds needs a whole number from 1 on" in said(read_grade_request, ["a", "--seconds", number])


def test_paths_are_made_absolute_and_all_else_stays(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    words = absolute(["course", "class", "--students", "list.csv", "--chapters", "3,1"])
    request = read_course_request(words[1:])
    assert request == (tmp_path / "class", tmp_path / "list.csv", (1, 3))
    assert absolute(words) == words
    assert read_grade_request(absolute(["grade", "class", "--processes=3"])[1:]) == (tmp_path / "class", 3, 600, 4096)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "one of them must be id"),
        ("name,email\nAda,a@b", "one of them must be id"),
        ("id\nada\nada\n", "has the id 'ada' twice, the second time in line 3"),
        ("id\n../ada\n", "letters, digits"),
        ("id,email\n,a@b\n", "line 2 of list.csv has the id ''"),
    ],
)
def test_a_list_with_a_mistake_ends_in_a_sentence(text, expected):
    assert expected in said(students_in, text, "list.csv")


def test_a_list_may_have_other_columns_in_any_order():
    assert students_in("last_name,group,id\nLovelace,2,ada\n", "") == [Student("ada", last_name="Lovelace")]


# Sources


def cells_of(content):
    return json.loads(content)["cells"]


def test_every_solution_makes_a_source_whose_graded_cells_take_their_own_check_and_assert():
    graded = 0
    for assignment in assignments_of(ROOT):
        before = [cell for cell in cells_of(assignment.solution.read_bytes()) if cell["id"] != "navigation"]
        after = cells_of(source_of(assignment.solution.read_bytes()))
        assert not any(".ipynb)" in "".join(cell["source"]) for cell in after), "it links a file that is not there"
        for old, new in zip(before, after, strict=True):
            if old["metadata"].get("nbgrader", {}).get("grade"):
                graded += 1
                call = "".join(old["source"]).partition("### END HIDDEN TESTS\n")[2]
                hidden, _, shown = new["source"].partition("### END HIDDEN TESTS\n")
                assert "from bpkit import check\n" in hidden
                asserted = "display(result_of_check)\nassert result_of_check, result_of_check"
                assert shown == f"result_of_check = {call}\n{asserted}"
            else:
                assert new["cell_type"] == "markdown" or "".join(new["source"]) == "".join(old["source"])
    assert graded > 80


def test_a_chapter_that_is_not_there_is_named():
    assert "There is no chapter 12: those with problems are 1, 2," in said(assignments_of, ROOT, (1, 12))


# What is handed in


@pytest.fixture
def course(tmp_path):
    (tmp_path / "source" / "chapter_1").mkdir(parents=True)
    (tmp_path / "source" / "chapter_1" / NOTEBOOK).write_text("{}", encoding="utf-8")
    (tmp_path / "gradebook.db").touch()
    (tmp_path / "handed-in").mkdir()
    return tmp_path


def hand_in(course, name, text, time):
    path = course / "handed-in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time, time))


def test_the_newest_version_counts_and_none_is_lost(course):
    place = course / "submitted" / "ada" / "chapter_1" / NOTEBOOK
    hand_in(course, f"ada/{NOTEBOOK}", "first", 100)
    hand_in(course, "ada/01_toy_example (1).ipynb", "second", 200)
    assert collect(course, []) == [] and place.read_text(encoding="utf-8") == "second"
    hand_in(course, f"later/Lovelace_ada_{NOTEBOOK}", "third", 300)
    assert collect(course, ["ada", "lov"]) == [] and place.read_text(encoding="utf-8") == "third"
    assert (course / "earlier" / "ada" / "chapter_1" / "01_toy_example 1.ipynb").read_text(encoding="utf-8") == "second"
    os.utime(place, (400, 400))  # somebody put a newer one there by hand
    place.write_text("fourth", encoding="utf-8")
    assert collect(course, ["ada"]) == [] and place.read_text(encoding="utf-8") == "fourth"
    assert [one.student for one in submissions_in(course)] == ["ada"]


def test_what_cannot_be_placed_is_named(course):
    hand_in(course, "ada/answers.pdf", "", 1)
    hand_in(course, f"zoe {NOTEBOOK}", "", 1)
    hand_in(course, f"ada/for eve {NOTEBOOK}", "", 1)
    assert collect(course, ["ada", "eve"]) == [
        "handed-in/ada/answers.pdf: this is no notebook of the course.",
        "handed-in/ada/for eve 01_toy_example.ipynb: its name has ada and eve in it.",
        "handed-in/zoe 01_toy_example.ipynb: its name has no student's id in it.",
    ]


def test_an_id_is_a_whole_word():
    assert students_named(Path("s12_17/x.ipynb"), ["s1", "s12", "12"]) == {"s12"}
    assert students_named(Path("x.ipynb"), []) == set()


# Marks and statistics


def graded(*points, slips=()):
    items = [Item(f"check-{n}", f"1.{n}", float(p), 1.0, p > 0 or bool(slips), slips) for n, p in enumerate(points)]
    return Graded("", tuple(items), 1.0, 1.0)


def test_what_is_kept_comes_back_and_what_is_torn_counts_as_not_graded(tmp_path):
    path = tmp_path / "ada" / "chapter_1.json"
    assert kept(path) is None
    keep(path, graded(1, 0, slips=("the factor 2 is missing.",)))
    assert kept(path) == graded(1, 0, slips=("the factor 2 is missing.",))
    path.write_bytes(path.read_bytes()[:-20])
    assert kept(path) is None


def test_statistics_of_a_class_worked_by_hand():
    wrong = graded(0, 0, 1, slips=("a slip.",))
    first, second, third = statistics_of([graded(1, 1, 1), graded(1, 0, 1), wrong, graded(0, 0, 0)])
    assert (first.handed_in, first.attempts, first.solved, first.share_solved) == (4, 3, 2, 0.5)
    assert first.slips == (("a slip.", 1),)
    for column, one in enumerate((first, second, third)):
        table = np.array([[1, 1, 1], [1, 0, 1], [0, 0, 1], [0, 0, 0]])
        rest = np.delete(table, column, axis=1).sum(axis=1)
        assert one.discrimination == pytest.approx(np.corrcoef(table[:, column], rest)[0, 1])


def test_a_submission_that_could_not_be_graded_is_left_out():
    failed = Graded("", (), 1.0, 1.0, "the file is no notebook")
    assert statistics_of([failed]) == []
    assert [one.handed_in for one in statistics_of([graded(1), failed])] == [1]
    assert correlation([1.0, 1.0], [0.0, 1.0]) is None


def test_a_check_that_a_student_deleted_has_no_points(tmp_path):
    source, ran = tmp_path / "source.ipynb", tmp_path / "ran.ipynb"
    cell = {"cell_type": "code", "source": 'check("1.a", f)', "outputs": []}
    cell["metadata"] = {"nbgrader": {"grade": True, "grade_id": "check-1-a", "points": 2}}
    source.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    ran.write_text(json.dumps({"cells": []}), encoding="utf-8")
    assert items_of(source, ran, {}) == (Item("check-1-a", "1.a", 0, 2.0, False),)
