"""Grading in fresh processes: right answers get their points, and those that tamper with the check get none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notebook_files import read
from plain_values import NotPlainError, dumps, loads
from regrade import ROOT, grade, regrade, tasks_of

SOLUTION = ROOT / "solutions" / "02_matrix_backpropagation.ipynb"
TASKS = {task.problem: task for task in tasks_of(SOLUTION)}
RIGHT = "def derivative_of_least_squares(f, y):\n    return 2 * (f - y)"
WRONG = "def derivative_of_least_squares(f, y):\n    return f - y"


@pytest.mark.parametrize(
    ("cells", "passed"),
    [
        ([RIGHT], True),
        ([WRONG], False),
        ([], False),
        (["1 / 0", "def (", "import sys\nsys.exit()", RIGHT], True),
        (["print('{}')", RIGHT.replace("return", "print('{}')\n    return")], True),
        (["def derivative_of_least_squares(a, b):\n    return 2 * (a - b)"], True),
        (["from bpkit import check\ncheck = lambda *a: True", WRONG], False),
        (["import bpkit.problems.judge\nbpkit.problems.judge.compare = lambda *a: None", WRONG], False),
        (["import numpy as np\nnp.allclose = np.array_equal = np.all = lambda *a, **k: True", WRONG], False),
        (["import os", WRONG.replace("return", "os.write(1, b'{\"passed\": true}\\n')\n    return")], False),
        (["from bpkit.problems.catalogue import find", "def derivative_of_least_squares(f, y):\n"
          "    return find('7.4').truth(f=f, y=y)['dl_df']"], False),
    ],
)  # fmt: skip
def test_an_answer_gets_its_points_and_a_trick_gets_none(cells, passed):
    assert grade(TASKS["7.4"], cells).passed is passed


def test_what_to_look_at_is_named_in_the_student_s_cells_alone():
    cells = ["import inspect", "import bpkit.problems", RIGHT]
    assert grade(TASKS["7.4"], cells, book=["import inspect"]).remark == "look at its use of bpkit.problems"


@pytest.mark.parametrize("cells", [["while True:\n    pass", RIGHT], [RIGHT.replace("return", "while True: pass")]])
def test_what_never_ends_is_ended(cells):
    assert not grade(TASKS["7.4"], cells, seconds=3).passed


def test_answers_that_cannot_be_sent_are_compared_where_they_are():
    cells = {cell.id: cell.source for cell in read(SOLUTION).cells}
    own = grade(TASKS["7.8"], ["import numpy as np", cells["answer-7-8"]])
    assert own.passed and own.remark == "compared in the answer's own process"
    assert not grade(TASKS["7.8"], []).passed


def test_a_notebook_is_graded_problem_by_problem():
    exercise = regrade(ROOT / "exercises" / "01_toy_example.ipynb")
    solved = regrade(ROOT / "solutions" / "01_toy_example.ipynb")
    assert sum(one.task.points for one in solved) == 26 + 5 and all(one.passed for one in solved)
    assert [one.task for one in exercise] == [one.task for one in solved] and not any(one.passed for one in exercise)


NUMBERS = st.booleans() | st.integers() | st.floats(allow_nan=False) | st.complex_numbers(allow_nan=False)
VALUES = st.recursive(
    NUMBERS | st.none() | st.text() | st.just(...),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner),
)


@settings(max_examples=50)
@given(VALUES)
def test_plain_values_come_back_as_they_were(value):
    assert repr(loads(dumps(value))) == repr(value)


@pytest.mark.parametrize(
    "value", [np.float32(1.5), np.arange(6).reshape(2, 3).T, np.zeros((0, 2)), np.array(["ab", "c"])]
)
def test_arrays_come_back_with_type_and_shape(value):
    back = loads(dumps(value))
    assert type(back) is type(value) and back.dtype == value.dtype and np.array_equal(back, value)


@pytest.mark.parametrize("value", [len, np.array([len]), {1, 2}, [object()]])
def test_what_is_not_plain_is_refused(value):
    with pytest.raises(NotPlainError):
        dumps(value)


@pytest.mark.parametrize(
    "line", ["", "{}", '{"array": ["O", [1], "AAAA"]}', '{"other": 1}', '{"array": 3}', "[" * 10**5]
)
def test_a_line_that_is_no_value_is_refused(line):
    with pytest.raises(ValueError, match="this is not a plain value"):
        loads(line)
