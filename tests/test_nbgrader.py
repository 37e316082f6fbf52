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


@pytest.fixture(scope="module")
def expected_and_given(tmp_path_factory):
    """Grade two students' work in all notebooks; return expected and given points by student and notebook.

    One has solved half of the problems and the other one the rest, so each problem is graded solved and untouched.
    """
    from nbgrader.api import Gradebook

    course = tmp_path_factory.mktemp("course")
    expected, given = {}, {}
    for name, path in SOLUTIONS.items():
        solution, exercise = read(path), read(ROOT / "exercises" / path.name)
        problems = problems_of(solution)
        source = course / "source" / "book" / path.name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(path.read_bytes())
        half = half_of(problems)
        rest = [problem for problem in problems if problem not in half]
        for student, solved in (("half", half), ("rest", rest)):
            target = course / "submitted" / student / "book" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            write(submission(exercise, solution, solved), target)
            expected[student, name] = sum(problem.points for problem in solved)
    with pytest.MonkeyPatch.context() as environment:
        # nbgrader starts `alembic` by its bare name, and must not read the settings of whoever runs the tests.
        environment.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        environment.setenv("JUPYTER_CONFIG_DIR", str(course / "settings"))
        environment.setenv("JUPYTER_PREFER_ENV_PATH", "1")
        nbgrader(course, "generate_assignment", "book", "--create")
        nbgrader(course, "autograde", "book")
        with Gradebook(f"sqlite:///{(course / 'gradebook.db').as_posix()}") as gradebook:
            for submitted in gradebook.assignment_submissions("book"):
                for notebook in submitted.notebooks:
                    given[submitted.student.id, notebook.name] = notebook.score
    return expected, given


def test_there_is_something_to_grade():
    assert SOLUTIONS, "solutions/ holds no notebook"
    for path in SOLUTIONS.values():
        assert any(problem.points for problem in problems_of(read(path))), f"{path.name} has no check cell"


@pytest.mark.parametrize("name", SOLUTIONS)
@pytest.mark.parametrize("student", ["half", "rest"])
def test_each_answer_gets_its_points(expected_and_given, student, name):
    expected, given = expected_and_given
    assert given[student, name] == pytest.approx(expected[student, name])


def test_half_is_as_near_as_possible(sample):
    problems = problems_of(sample)
    assert [problem.points for problem in problems] == [3, 2, 1]
    assert sum(problem.points for problem in half_of(problems)) == 3
    assert [problem.points for problem in half_of([Problem(["a"], 5), Problem(["b"], 2)])] in ([2], [5])
