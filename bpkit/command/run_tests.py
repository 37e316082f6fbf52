"""Run the test suite, all of it or what is fast."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bpkit.command.hand_over import hand_over
from bpkit.command.home import refuse_home
from bpkit.command.place import PACKAGE, is_installed, work_folder

CHAPTER = "chapters/01_toy_example.ipynb"

# What --quick leaves out of tests/: it takes long, or is not about the library. A new file runs until it is named here.
SLOW = (
    "browser", "test_architecture.py", "test_check.py", "test_command.py", "test_course.py", "test_exercises.py",
    "test_gate_viewer.py", "test_graph_stepper.py", "test_init.py", "test_initialization_laboratory.py",
    "test_installed.py", "test_memory_timeline.py", "test_mpirun.py", "test_my_work.py", "test_nbgrader.py",
    "test_notebooks.py", "test_parallel_timeline.py", "test_pipeline_schedules.py", "test_problems.py", "test_rules.py",
    "test_shift_laboratory.py", "test_training_laboratory.py", "test_website.py",
)  # fmt: skip
NAMES = "not jax and not torch and not million"  # comparisons with other libraries, and tests of size


def run_tests(root: Path, words: Sequence[str], *, quick: bool = False) -> NoReturn:
    """Let pytest, in `root`, take over; `words` are passed on to it."""
    # Four tests run at a time, for two cores: many wait, for a browser or a program. With threads as well, which wait
    # for each other, small matrix products can take a hundred times as long.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):  # of NumPy, and of PyTorch
        os.environ.setdefault(name, "1")
    if quick or not words:
        refuse_home()  # the notebooks need it
    if quick and is_installed(root):
        print("The tests themselves are in a clone of the book; what pip installed has chapter 1, whose outputs are")
        print("compared with those stored, and the examples in the library's docstrings: about a minute on two cores.")
    elif quick:
        print("Running the library's fast tests and chapter 1: under a minute on two cores.")
    elif not words:
        print("Running all tests, every notebook included: about 10 minutes on two cores; --quick takes one.")
    if not quick:
        selection = []
    elif is_installed(root):
        selection = installed_selection(root)
    else:
        selection = quick_selection()
    safe = ["-P"] if is_installed(root) else []  # a numpy.py in the reader's folder is not to be taken for NumPy
    hand_over([sys.executable, *safe, "-m", "pytest", *selection, *words], work_folder(root))


def quick_selection() -> list[str]:
    """Return the words that make pytest run the fast tests, the examples in docstrings, and one chapter."""
    return ["bpkit", "tests", CHAPTER, *(f"--ignore=tests/{name}" for name in SLOW), "-k", NAMES]


def installed_selection(root: Path) -> list[str]:
    """Return the words that make pytest run what an installed book has: docstrings and a chapter; it writes nothing."""
    folders = sorted(str(path) for path in PACKAGE.iterdir() if (path / "__init__.py").exists())
    settings = ["-c", os.devnull, "--rootdir", str(PACKAGE.parent), "-p", "no:cacheprovider", "-W", "error"]
    return [*settings, "--doctest-modules", "--nbval", "--nbval-current-env", *folders, str(root / CHAPTER)]
