"""The class kit: a course is made, six submissions get their marks, and a run that was killed goes on."""

import csv
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("nbgrader", reason="nbgrader is only for teachers: pip install -e .[teach]")

from bpkit.command.course.autograding import confine
from bpkit.command.course.grading import grade_course
from bpkit.command.course.making import make_course
from bpkit.command.course.nbgrader import gradebook
from bpkit.command.course.request import CourseRequest, GradeRequest
from bpkit.command.course.watched import Limits, Stopped, run_watched

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = "01_toy_example.ipynb"
SOLUTION = ROOT / "solutions" / NOTEBOOK
FALSE_CHECK = "\ncheck = lambda *arguments, **options: True"
ENDLESS = "while True:\n    pass"


def answers():
    """The worked answers of the chapter by the id of their cells."""
    cells = json.loads(SOLUTION.read_bytes())["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["id"].startswith("answer")}


def points():
    """The points of each problem, by the id of its answer's cell."""
    cells = json.loads(SOLUTION.read_bytes())["cells"]
    graded = [(cell["id"], cell["metadata"].get("nbgrader", {}).get("points")) for cell in cells]
    return {name.replace("check", "answer"): most for name, most in graded if most}


def solved(released, sources):
    """The text of what was handed out, with these sources in the cells of answers."""
    notebook = json.loads(released.read_bytes())
    for cell in notebook["cells"]:
        cell["source"] = sources.get(cell["id"], cell["source"])
    return json.dumps(notebook)


def six(released):
    """What six students hand in, each with the points it should get."""
    right, most = answers(), points()
    everything = sum(most.values())
    half = dict(list(right.items())[: len(right) // 2])
    half_points = sum(most.get(name, 0) for name in half)
    return {
        "untouched": (solved(released, {}), 0),
        "half": (solved(released, half), half_points),
        "full": (solved(released, right), everything),
        "syntax": (solved(released, right | {"answer-1-e": "def gradients(:"}), everything - most["answer-1-e"]),
        "endless": (solved(released, right | {"answer-1-c": ENDLESS}), everything - most["answer-1-c"]),
        "redefined": (
            solved(released, {name: half.get(name, "pass") + FALSE_CHECK for name in right}),
            half_points,
        ),
    }


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of chapter 1 and eight students, in which a cell may take six seconds."""
    folder = tmp_path_factory.mktemp("course")
    roster = folder / "roster.csv"
    names = ["untouched", "half", "full", "syntax", "endless", "redefined", "torn", "absent"]
    roster.write_text("id,last_name\n" + "".join(f"{name},Of {name}\n" for name in names), encoding="utf-8")
    course = folder / "class"
    make_course(ROOT, CourseRequest(course, roster, (1,)))
    config = course / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    assert "c.Execute.timeout = 45" in text
    config.write_text(text.replace("c.Execute.timeout = 45", "c.Execute.timeout = 6"), encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def released(course):
    return course / "release" / "chapter_1" / NOTEBOOK


@pytest.fixture(scope="module")
def marks(course, released):
    """Hand in six notebooks and a torn one, kill the run in the middle, resume it, and return the table of marks."""
    for number, (student, (text, _)) in enumerate(six(released).items()):
        place = (
            course / "handed-in" / (f"{student}/{NOTEBOOK}" if number % 2 else f"Of_{student}_17_{student}_{NOTEBOOK}")
        )
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    (course / "handed-in" / f"torn {NOTEBOOK}").write_text('{"cells": [', encoding="utf-8")
    words = [sys.executable, "-m", "bpkit", "grade", str(course), "--processes", "2", "--seconds", "100"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 120
    while not finished(course) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.kill()
    process.wait()
    before = finished(course)
    assert 1 <= len(before) < 7, "it was killed in the middle"
    assert grade_course(GradeRequest(course, 2, 100)) == 1  # the torn notebook cannot be graded
    after = finished(course)
    assert len(after) == 7 and before.items() <= after.items(), "what was graded stays graded"
    return rows(course / "reports" / "marks.csv")


def finished(course):
    """When each kept mark was written."""
    return {path: path.stat().st_mtime_ns for path in (course / "grading").glob("*/chapter_1.json")}


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["student"] if "student" in row else row["problem"]: row for row in csv.DictReader(file)}


# The course


def test_what_is_handed_out_has_no_answers(released):
    text = released.read_text(encoding="utf-8")
    for secret in ("Reasoning", "SOLUTION", "HIDDEN", "dh3_df2 = -np.sin"):
        assert secret in SOLUTION.read_text(encoding="utf-8")
        assert secret not in text
    handed_out = [cell["id"] for cell in json.loads(text)["cells"]]
    exercise = json.loads((ROOT / "exercises" / NOTEBOOK).read_bytes())["cells"]
    assert handed_out == [cell["id"] for cell in exercise if cell["id"] != "navigation"]


def test_a_folder_that_is_there_is_never_touched(tmp_path):
    with pytest.raises(SystemExit, match=r"is already there and stays as it is"):
        make_course(ROOT, CourseRequest(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_validate_tells_an_untouched_answer_from_a_right_one(released, tmp_path):
    """The student's own look: all before 7.2 is right, 7.2 untouched, and the other problems are cut off."""
    right = {name: source for name, source in answers().items() if name != "answer-7-2"}
    notebook = json.loads(solved(released, right))
    notebook["cells"] = notebook["cells"][: 1 + [cell["id"] for cell in notebook["cells"]].index("check-7-2")]
    (tmp_path / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")
    words = [sys.executable, "-m", "nbgrader", "validate", NOTEBOOK]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert "VALIDATION FAILED ON 1 CELL(S)" in done.stdout
    assert "Problem 7.2: not attempted yet" in done.stdout and "1.a" not in done.stdout


# The marks


@pytest.mark.parametrize("student", ["untouched", "half", "full", "syntax", "endless", "redefined"])
def test_a_student_gets_what_was_solved(marks, released, student):
    expected = six(released)[student][1]
    assert float(marks[student]["chapter_1"]) == float(marks[student]["total"]) == expected
    assert marks[student]["last_name"] == f"Of {student}" and marks[student]["to_look_at"] == ""


def test_the_marks_differ(released):
    given = [expected for _, expected in six(released).values()]
    assert given[0] == 0 < given[1] < given[3] < given[2]


def test_a_file_that_is_no_notebook_costs_its_student_alone_and_is_named(marks):
    assert marks["torn"]["total"] == "0" and marks["torn"]["to_look_at"] == "chapter_1: the file is no notebook"
    assert marks["absent"]["chapter_1"] == "" and marks["absent"]["total"] == "0"


def test_the_statistics_say_how_each_problem_did(marks, course):
    table = rows(course / "reports" / "problems.csv")
    assert list(table) == [name.removeprefix("answer-").replace("-", ".") for name in points()]
    hardest, looped, easy = table["1.e"], table["1.c"], table["1.a"]
    assert (easy["handed_in"], easy["attempts"], easy["solved"]) == ("6", "5", "5")
    assert hardest["solved"] == "2" and "SyntaxError: invalid syntax" in hardest.values()
    assert (looped["slip_1"], looped["times_1"]) == ("The cell did not come to an end.", "1")
    assert 0 < float(hardest["discrimination"]) < 1
    page = (course / "reports" / "statistics.html").read_text(encoding="utf-8")
    assert "SyntaxError" in page and 'src="data:image/png;base64,' in page and "http" not in page


def test_the_graded_notebook_shows_the_diagnosis(marks, course):
    ran = json.loads((course / "autograded" / "untouched" / "chapter_1" / NOTEBOOK).read_bytes())
    check = next(cell for cell in ran["cells"] if cell["id"] == "check-1-a")
    kinds = [output["output_type"] for output in check["outputs"]]
    assert kinds == ["display_data", "error"]
    assert "not attempted yet" in "".join(check["outputs"][0]["data"]["text/plain"])


def test_a_mark_given_by_hand_stays_and_nothing_is_graded_again(marks, course, capsys):
    with gradebook(course / "gradebook.db") as opened:
        grade = opened.find_grade("check-1-a", NOTEBOOK.removesuffix(".ipynb"), "chapter_1", "untouched")
        grade.manual_score = 2
        opened.db.commit()
    before = finished(course)
    assert grade_course(GradeRequest(course)) == 1
    assert "7 notebooks are handed in, 7 of them graded before." in capsys.readouterr().out
    assert finished(course) == before
    assert rows(course / "reports" / "marks.csv")["untouched"]["total"] == "2"


# The limits


def starts_another(folder, log, seconds, megabytes):
    """Start a process that writes a letter ten times a second, and wait for it."""
    confine(log, seconds, megabytes)
    code = "import time; [(open('beat', 'a').write('x'), time.sleep(0.1)) for _ in range(200)]"
    subprocess.run([sys.executable, "-c", code], cwd=folder, start_new_session=True)


def asks_for_much(folder, log, seconds, megabytes):
    """Ask for three gigabytes."""
    confine(log, seconds, megabytes)
    bytearray(3_000_000_000)


def watched(tmp_path, function, stop=None, **limits):
    chosen = Limits(20, 4000)._replace(**limits)
    return run_watched(function, tmp_path, tmp_path / "log", chosen, stop or threading.Event())


def test_what_takes_too_long_is_ended_with_all_that_it_started(tmp_path):
    done = watched(tmp_path, starts_another, seconds=2)
    assert done.ended_because == "it took longer than 2 seconds" and done.seconds < 10
    size = (tmp_path / "beat").stat().st_size
    threading.Event().wait(0.5)
    assert (tmp_path / "beat").stat().st_size == size > 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not hold a program to such a limit")
def test_what_asks_for_too_much_memory_gets_an_error(tmp_path):
    done = watched(tmp_path, asks_for_much, megabytes=1000)
    assert done.status == 1 and done.said == "MemoryError"


def test_a_run_that_is_stopped_ends_what_it_watches(tmp_path):
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        watched(tmp_path, starts_another, stop)
