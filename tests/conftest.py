"""What the tests share: reproducible hypothesis runs, the tools on the path, and a small notebook of three problems."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# At the end of the path: tools/notebook.py must not hide Jupyter's package of that name.
sys.path.append(str(ROOT / "tools"))

# No progress bar, however slow the machine: stored outputs are compared, and a bar is an output.
os.environ["TQDM_DELAY"] = "3600"

# These files need more than NumPy. All others, a new file too, must run where the library alone is installed.
NEEDS = {
    "test_chapter_01.py": "matplotlib",
    "test_chapter_02.py": "matplotlib",
    "browser/test_keyboard.py": "ipywidgets",
    "test_command.py": "nbformat",  # it starts JupyterLab
    "test_exercises.py": "nbformat",
    "test_navigation.py": "nbformat",
    "test_nbgrader.py": "nbformat",
    "test_notebooks.py": "nbformat",
    "test_regrade.py": "nbformat",
    "test_figure_in_numbers.py": "matplotlib",
    "test_gate_viewer.py": "matplotlib",
    "test_graph_stepper.py": "matplotlib",
    "test_initialization_laboratory.py": "matplotlib",
    "test_memory_timeline.py": "matplotlib",
    "test_mode_explorer.py": "matplotlib",
    "test_parallel_timeline.py": "matplotlib",
    "test_plot.py": "matplotlib",
    "test_predictions.py": "nbconvert",
    "test_reading_time.py": "matplotlib",
    "test_shape_explorer.py": "matplotlib",
    "test_shift_laboratory.py": "matplotlib",
    "test_teaching.py": "nbconvert",
    "test_training_laboratory.py": "matplotlib",
    "test_website.py": "myst_nb",  # the extra `site`
    "test_widget_frame.py": "matplotlib",
    "test_widgets.py": "matplotlib",
}
collect_ignore = [name for name, package in NEEDS.items() if find_spec(package) is None]
collect_ignore_glob = ["*conftest.py"]  # there are two, which are no modules with examples

settings.register_profile("bpkit", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("bpkit")


def pytest_report_header():
    """Say which files are left out here, and why."""
    if not collect_ignore:
        return []
    packages = " or ".join(sorted({NEEDS[name] for name in collect_ignore}))
    return f"not run, without {packages}: {', '.join(collect_ignore)}"


CHECK = """\
import bpkit

def check(problem, answer):
    value = answer() if callable(answer) else answer
    if value is None or value is ...:
        print("not attempted yet")
        return False
    return value == 2

bpkit.check = check
"""
FUNCTION = """\
def double(x=1):
    ### BEGIN SOLUTION
    worked = x + x
    return worked
    ### END SOLUTION"""
PREDICTION = """\
prediction = None
### BEGIN SOLUTION
prediction = 2
### END SOLUTION"""
LONGER = """\
def half(x=4):
    \"\"\"Return half of x.\"\"\"
    quotient = None
    ### BEGIN SOLUTION
    quotient = x // 2
    ### END SOLUTION
    return quotient"""
CHECKED = """\
### BEGIN HIDDEN TESTS
from bpkit import check

assert (result_of_check := check("{problem}", {answer})), result_of_check
### END HIDDEN TESTS
check("{problem}", {answer})"""


@pytest.fixture
def sample():
    """Return a new solutions notebook, not run, with problems 1.a, 1.b and 1.c of 3, 2 and 1 points."""
    from nbformat import v4  # not at the top: the tests of the library alone run without it

    def metadata(role: str, problem: str, points: int | None = None) -> dict:
        graded = role == "check"
        nbgrader = {"grade_id": f"{role}-{problem}", "solution": not graded, "grade": graded, "locked": graded}
        nbgrader |= {"schema_version": 3, "task": False} | ({"points": points} if graded else {})
        return {"slideshow": {"slide_type": "skip"}, "nbgrader": nbgrader}

    slide = {"slideshow": {"slide_type": "slide"}}
    cells = [
        v4.new_markdown_cell("# A sample\n\nwith *three* problems", id="title", metadata=slide),
        v4.new_code_cell(CHECK.strip(), id="own-check", metadata=slide),
    ]
    for problem, answer, points, source in (
        ("1-a", "double", 3, FUNCTION),
        ("1-b", "prediction", 2, PREDICTION),
        ("1-c", "half", 1, LONGER),
    ):
        checked = CHECKED.format(problem=problem.replace("-", "."), answer=answer)
        cells += [
            v4.new_markdown_cell(f"## Problem {problem}", id=f"statement-{problem}", metadata=slide),
            v4.new_code_cell(source, id=f"answer-{problem}", metadata=metadata("answer", problem)),
            v4.new_code_cell(checked, id=f"check-{problem}", metadata=metadata("check", problem, points)),
            v4.new_markdown_cell(
                "Because 1 + 1 = 2.", id=f"reasoning-{problem}", metadata={**slide, "tags": ["solution"]}
            ),
        ]
    return v4.new_notebook(cells=cells, metadata={"title": "A sample"})
