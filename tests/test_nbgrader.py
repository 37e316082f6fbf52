"""A teacher can grade the book with nbgrader: it takes the solutions as they are and gives each answer its points."""

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from notebook_files import read, write

pytest.importorskip("nbgrader", reason="nbgrader is only for teachers: pip install -e .[teach]")

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = {path.stem: path for path in sorted((ROOT / "solutions").glob("*.ipynb"))}


class Problem(NamedTuple):
    """Answer cells and the points of the check cells that follow them."""

    answers: list[str]
    points: float


def problems_of(solution):
    """Return a notebook's problems; a new one begins with the first answer cell after a check cell."""
    result = [Problem([], 0)]
    for cell in solution.cells:
        graded = cell.metadata.get("nbgrader", {})
        if graded.get("solution"):
            if result[-1].points:
                result.append(Problem([], 0))
            result[-1].answers.append(cell.id)
        elif graded.get("grade"):
            result[-1] = result[-1]._replace(points=result[-1].points + graded["points"])
    return result


def half_of(problems):
    """Return the problems whose points add up to as near half of all points as any choice does."""
    choices = {0: []}
    for problem in problems:
        choices = {points + problem.points: [*chosen, problem] for points, chosen in choices.items()} | choices
    half = sum(problem.points for problem in problems) / 2
    return choices[min(choices, key=lambda points: abs(points - half))]


def submission(exercise, solution, problems):
    """Return the exercise with these problems answered as in the solution."""
    source = {cell.id: cell.source for cell in solution.cells}
    answered = {name for problem in problems for name in problem.answers}
    result = copy.deepcopy(exercise)
    for cell in result.cells:
        if cell.id in answered:
            cell.source = source[cell.id]
    return result


def nbgrader(course, *words):
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words], cwd=course, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def graded(course, *gradings):
    """Let nbgrader make the assignment of a course, and grade what is submitted with each of these lists of words."""
    with pytest.MonkeyPatch.context() as environment:
        # nbgrader starts `alembic` by its bare name, and must not read the settings of whoever runs the tests.
        environment.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        environment.setenv("JUPYTER_CONFIG_DIR", str(course / "settings"))
        environment.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        nbgrader(course, "generate_assignment", "book", "--create")
        for words in gradings:
            nbgrader(course, "autograde", "book", *words)


def scores(course):
    """Return the points that were given, by student and notebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{(course / 'gradebook.db').as_posix()}") as gradebook:
        return {
            (submitted.student.id, notebook.name): notebook.score
            for submitted in gradebook.assignment_submissions("book")
            for notebook in submitted.notebooks
        }


@pytest.fixture(scope="module")
def course_and_points(tmp_path_factory):
    """Grade everybody's work at once; return the course, and expected and given points by student and notebook.

    One student has solved half of the problems of all notebooks, so both kinds are graded in each. The class of six
    hands in one chapter.
    """
    course = tmp_path_factory.mktemp("course")
    expected = {}
    for name, path in SOLUTIONS.items():
        solution, exercise = read(path), read(ROOT / "exercises" / path.name)
        problems = problems_of(solution)
        source = course / "source" / "book" / path.name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(path.read_bytes())
        half = half_of(problems)
        work = {"half": (submission(exercise, solution, half), sum(problem.points for problem in half))}
        for student, (notebook, points) in (work | (class_of_six() if name == CHAPTER else {})).items():
            target = course / "submitted" / student / "book" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            write(notebook, target)
            expected[student, name] = points
    # The one student whose cell never ends has little time for each; a check that stops an endless function needs more.
    patient, short = ["--student=[!e]*", "--Execute.timeout=60"], ["--student=endless-cell", "--Execute.timeout=15"]
    graded(course, patient, short)
    return course, expected, scores(course)


def test_there_is_something_to_grade():
    assert SOLUTIONS, "solutions/ holds no notebook"
    for path in SOLUTIONS.values():
        assert any(problem.points for problem in problems_of(read(path))), f"{path.name} has no check cell"


@pytest.mark.parametrize("name", SOLUTIONS)
def test_each_answer_gets_its_points(course_and_points, name):
    _, expected, given = course_and_points
    assert given["half", name] == pytest.approx(expected["half", name])


CHAPTER = "01_toy_example"  # the shortest notebook
FALSE_CHECK = "check = lambda *arguments, **options: True"
ENDLESS = "while True:\n    pass"


def with_answers(notebook, **sources):
    """Return the notebook with other sources in some answer cells; 1.a is named answer_1_a."""
    result = copy.deepcopy(notebook)
    for name, source in sources.items():
        next(cell for cell in result.cells if cell.id == name.replace("_", "-")).source = source
    return result


def class_of_six():
    """What a student hands in and should get for it: with "half", which is graded anyway, six of them and a seventh."""
    path = SOLUTIONS[CHAPTER]
    solution, exercise = read(path), read(ROOT / "exercises" / path.name)
    problems = problems_of(solution)
    points = {problem.answers[-1]: problem.points for problem in problems}
    half, everything = sum(problem.points for problem in half_of(problems)), sum(points.values())
    halfway, complete = submission(exercise, solution, half_of(problems)), submission(exercise, solution, problems)
    source = {cell.id: cell.source for cell in solution.cells}
    first = next(cell.id for cell in halfway.cells if cell.metadata.get("nbgrader", {}).get("solution"))
    endless = f"def gradients_of_any_chain(*arguments, **named):\n    {ENDLESS.replace(chr(10), chr(10) + '    ')}"
    redefined = with_answers(halfway)
    for cell in redefined.cells:
        if cell.id == first or cell.id.startswith("answer"):
            cell.source += f"\n{FALSE_CHECK}"
    return {
        "untouched": (exercise, 0),
        "all": (complete, everything),
        "broken-functions": (
            with_answers(complete, answer_1_e="def gradients(:", answer_1_h=endless),
            everything - points["answer-1-e"] - points["answer-1-h"],
        ),
        "endless-cell": (with_answers(complete, answer_1_c=ENDLESS), everything - points["answer-1-c"]),
        "false-check": (redefined, half),
        "check-is-3": (with_answers(complete, answer_1_a=source["answer-1-a"] + "\ncheck = 3"), everything),
    }


@pytest.mark.parametrize(
    "student", ["untouched", "half", "all", "broken-functions", "endless-cell", "false-check", "check-is-3"]
)
def test_a_class_of_six_gets_what_it_solved(course_and_points, student):
    _, expected, given = course_and_points
    assert given[student, CHAPTER] == expected[student, CHAPTER]


def test_the_points_of_the_class_differ(course_and_points):
    _, expected, _ = course_and_points
    untouched, half, broken, endless, everything = (
        expected[student, CHAPTER] for student in ("untouched", "half", "broken-functions", "endless-cell", "all")
    )
    assert untouched == 0 < half < broken < endless < everything


def test_the_graded_notebook_says_what_was_wrong(course_and_points):
    course, *_ = course_and_points
    outputs = {}
    for student in ("broken-functions", "untouched"):
        notebook = read_graded(course / "autograded" / student / "book" / f"{CHAPTER}.ipynb")
        outputs[student] = {cell.id: str(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"}
    assert "is there a loop in it that never ends?" in outputs["broken-functions"]["check-1-h"]
    assert "Problem 7.1: not attempted yet" in outputs["untouched"]["check-7-1"]


def read_graded(path):
    """Return a notebook that nbgrader has run."""
    import nbformat

    return nbformat.read(path, as_version=4)


def test_half_is_as_near_as_possible(sample):
    problems = problems_of(sample)
    assert [problem.points for problem in problems] == [3, 2, 1]
    assert sum(problem.points for problem in half_of(problems)) == 3
    assert [problem.points for problem in half_of([Problem(["a"], 5), Problem(["b"], 2)])] in ([2], [5])
