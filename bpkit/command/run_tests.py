"""Run the test suite, all of it or what is fast."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bpkit.command.hand_over import hand_over
from bpkit.command.home import refuse_home

CHAPTER = "chapters/01_toy_example.ipynb"

# What --quick leaves out of tests/: it takes long, or is not about the library. A new file runs until it is named here.
SLOW = (
    "browser", "test_architecture.py", "test_check.py", "test_command.py", "test_course.py", "test_exercises.py",
    "test_gate_viewer.py", "test_graph_stepper.py", "test_init.py", "test_initialization_laboratory.py",
    "test_memory_timeline.py", "test_mpirun.py", "test_my_work.py", "test_nbgrader.py", "test_notebooks.py",
    "test_parallel_timeline.py", "test_pipeline_schedules.py", "test_problems.py", "test_rules.py",
    "test_shift_laboratory.py", "test_training_laboratory.py", "test_website.py",
)  # fmt: skip
NAMES = "not jax and not torch and not million"  # comparisons with other libraries, and tests of size


def run_tests(root: Path, words: Sequence[str], *, quick: bool = False) -> NoReturn:
    """Let pytest, in `root`, take over; `words` are passed on to it."""
    # Two notebooks at a time have a core each. With threads as well, which wait for each other, small matrix products
    # can take a hundred times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if quick or not words:
        refuse_home()  # the notebooks need it
    if quick:
        print("Running the library's fast tests and chapter 1: under a minute on two cores.")
    elif not words:
        print("Running all tests, every notebook included: about 8 minutes on two cores; --quick takes one.")
    hand_over([sys.executable, "-m", "pytest", *(quick_selection() if quick else ()), *words], root)


def quick_selection() -> list[str]:
    """Return the words that make pytest run the fast tests, the examples in docstrings, and one chapter."""
    return ["bpkit", "tests", CHAPTER, *(f"--ignore=tests/{name}" for name in SLOW), "-k", NAMES]
