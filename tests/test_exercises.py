"""exercises/ is what tools/make_exercises.py makes of solutions/, gives no answer away, and its rules are enforced."""

import shutil
from pathlib import Path

import pytest
from make_exercises import complaints, exercise_of, without_source, write_exercises
from notebook_files import NotebookError, difference, execute, read, without_outputs, write

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "solutions"


def cell_of(notebook, cell_id):
    return next(cell for cell in notebook.cells if cell.id == cell_id)


def given_away(solution, exercise):
    """Return the lines of answers, hidden tests and dropped cells that can be read in the exercise."""
    shown, secret = set(), set()
    for cell in solution.cells:
        hidden = dropped = "solution" in cell.metadata.get("tags", [])
        for line in map(str.strip, cell.source.split("\n")):
            hidden = dropped or ((hidden or line.startswith("### BEGIN")) and not line.startswith("### END"))
            (secret if hidden else shown).add(line)
    readable = {line.strip() for cell in exercise.cells for line in readable_text(cell).split("\n")}
    return (secret - shown - {""}) & readable


def readable_text(cell):
    """Return a cell's source and all text of its outputs."""
    outputs = [output.get("text", "") for output in cell.get("outputs", [])]
    outputs += [str(part) for output in cell.get("outputs", []) for part in output.get("data", {}).values()]
    return "\n".join([cell.source, *outputs])


def test_exercises_are_made_from_the_solutions():
    """All but the outputs: these are compared by nbval, which runs the exercises anyway."""
    assert any(SOLUTIONS.glob("*.ipynb")), "solutions/ holds no notebook"
    assert without_source(SOLUTIONS, ROOT / "exercises") == []
    for path in SOLUTIONS.glob("*.ipynb"):
        made, stored = exercise_of(read(path), path.name), read(ROOT / "exercises" / path.name)
        assert difference(without_outputs(stored), without_outputs(made)) is None, path.name


def test_exercises_give_no_answer_away():
    for path in sorted(SOLUTIONS.glob("*.ipynb")):
        exercise = read(ROOT / "exercises" / path.name)
        assert given_away(read(path), exercise) == set(), path.name
        text = (ROOT / "exercises" / path.name).read_text(encoding="utf-8")
        for mark in ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"):
            assert mark not in text


def test_what_the_reader_gets(sample):
    exercise = exercise_of(sample, "sample.ipynb")
    assert cell_of(exercise, "answer-1-a").source == "def double(x=1):\n    ..."
    assert cell_of(exercise, "answer-1-b").source == "prediction = None"
    assert cell_of(exercise, "check-1-a").source == 'check("1.a", double)'
    assert [cell.id for cell in exercise.cells if cell.id.startswith("reasoning")] == []
    assert given_away(sample, exercise) == set()
    kept = {cell.id: cell.metadata for cell in sample.cells}
    assert all(cell.metadata == kept[cell.id] for cell in exercise.cells)


def test_a_solution_left_in_is_noticed(sample):
    assert "quotient = x // 2" in given_away(sample, sample)
    assert "Because 1 + 1 = 2." in given_away(sample, sample)


def test_making_twice_changes_no_byte_and_a_changed_exercise_is_named(sample, tmp_path):
    solutions, exercises = tmp_path / "solutions", tmp_path / "exercises"
    solutions.mkdir()
    write(sample, solutions / "sample.ipynb")
    assert write_exercises(solutions, exercises) == [exercises / "sample.ipynb"]
    made = (exercises / "sample.ipynb").read_bytes()
    assert made.endswith(b"}\n") and b"\r" not in made
    counts = [cell.execution_count for cell in read(exercises / "sample.ipynb").cells if cell.cell_type == "code"]
    assert counts == list(range(1, 8))
    assert write_exercises(solutions, exercises) == []
    assert complaints(solutions, exercises) == []

    shutil.copy(exercises / "sample.ipynb", exercises / "old.ipynb")
    assert without_source(solutions, exercises) == ["old.ipynb"]
    changed = read(exercises / "sample.ipynb")
    cell_of(changed, "check-1-b").outputs[0].text = "passed\n"
    write(changed, exercises / "sample.ipynb")
    assert complaints(solutions, exercises) == [
        "exercises/old.ipynb has no source in solutions/.",
        "exercises/sample.ipynb has another output in cell 'check-1-b': run python tools/make_exercises.py.",
    ]


def test_a_cell_that_raises_is_named_and_nothing_is_written(sample, tmp_path):
    cell_of(sample, "own-check").source = "1 / 0"
    with pytest.raises(NotebookError, match=r"^sample.ipynb, cell 'own-check' could not be run[^$]*ZeroDivisionError"):
        execute(sample, tmp_path, "sample.ipynb")


def replaced(cell_id, old, new):
    """Return a change that replaces a piece of one cell's source."""

    def change(notebook):
        cell = cell_of(notebook, cell_id)
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return change


def set_nbgrader(cell_id, **values):
    """Return a change of one cell's nbgrader metadata; None takes an entry out."""

    def change(notebook):
        graded = cell_of(notebook, cell_id).metadata.nbgrader
        graded.update(values)
        for key in [key for key, value in graded.items() if value is None]:
            del graded[key]

    return change


def tagged(cell_id):
    """Return a change that tags one cell as part of the solution."""
    return lambda notebook: cell_of(notebook, cell_id).metadata.update(tags=["solution"])


END, BEGIN = "    ### END SOLUTION", "    ### BEGIN SOLUTION"
MISTAKES = {
    "never closed": (replaced("answer-1-a", END, ""), "has no ### END SOLUTION"),
    "never opened": (replaced("answer-1-a", BEGIN, ""), "'### END SOLUTION' stands outside any region"),
    "opened twice": (replaced("answer-1-a", BEGIN, f"{BEGIN}\n{BEGIN}"), "stands inside the region SOLUTION"),
    "closed by the other": (replaced("answer-1-a", END, "    ### END HIDDEN TESTS"), "inside the region SOLUTION"),
    "misspelt mark": (replaced("answer-1-a", BEGIN, "    # begin solution"), "write the mark '# begin solution'"),
    "answer without region": (
        replaced("answer-1-b", "### BEGIN SOLUTION\nprediction = 2\n### END SOLUTION", ""),
        "lacks",
    ),
    "solution outside an answer": (
        replaced("own-check", "def", "### BEGIN SOLUTION\n### END SOLUTION\ndef"),
        "is not one",
    ),
    "nothing to start from": (replaced("answer-1-b", "= None", "= 1"), "sets nothing to None"),
    "None elsewhere": (replaced("answer-1-b", "= None", "= dict(answer=None)"), "sets nothing to None"),
    "rest is not Python": (replaced("answer-1-b", "= None", "="), "for the reader is not Python"),
    "no hidden tests": (
        set_nbgrader("answer-1-a", solution=False, grade=True, locked=True, points=1),
        "BEGIN SOLUTION",
    ),
    "other problem": (
        replaced("check-1-a", ':= check("1.a"', ':= check("1.b"'),
        "1.a, but the hidden tests assert 1.b",
    ),
    "hidden without assert": (replaced("check-1-a", "assert ", ""), "the hidden tests assert nothing"),
    "check not imported": (
        replaced("check-1-a", "from bpkit import check\n\n", ""),
        "are two lines, `from bpkit import",
    ),
    "check by another name": (replaced("check-1-a", "import check\n\n", "import check as c\n\n"), "are two lines"),
    "nothing is shown": (replaced("check-1-a", ", result_of_check", ""), "are two lines"),
    "another answer": (replaced("check-1-a", 'check("1.a", double)), r', 'check("1.a", half)), r'), "are two lines"),
    "one line more": (replaced("check-1-a", "from", "double = None\nfrom"), "are two lines"),
    "hidden region gone": (lambda nb: cell_of(nb, "check-1-a").update(source='check("1.a", double)'), "lacks it"),
    "ends in something else": (replaced("check-1-a", '\ncheck("1.a", double)', "\nprint()"), "the last visible line"),
    "no points": (set_nbgrader("check-1-b", points=None), "has points None"),
    "zero points": (set_nbgrader("check-1-b", points=0), "has points 0"),
    "same grade id": (set_nbgrader("check-1-b", grade_id="check-1-a"), "grade_id 'check-1-a', but every"),
    "answer also graded": (set_nbgrader("answer-1-b", grade=True, points=1), "(True, True, False, False)"),
    "dropped answer": (tagged("answer-1-b"), "is tagged"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_of_the_author_is_one_sentence_that_names_the_cell(sample, mistake):
    change, words = MISTAKES[mistake]
    exercise_of(sample, "sample.ipynb")
    change(sample)
    with pytest.raises(NotebookError) as caught:
        exercise_of(sample, "sample.ipynb")
    message = str(caught.value)
    assert message.startswith("sample.ipynb, cell '") and words in message and message.endswith(".")
    assert "\n" not in message
