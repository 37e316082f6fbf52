"""Run the whole test suite."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bpkit.command.hand_over import hand_over


def run_tests(root: Path, words: Sequence[str]) -> NoReturn:
    """Let pytest, in `root`, take over; `words` are passed on to it."""
    # Two notebooks at a time have a core each. With threads as well, which wait for each other, small matrix products
    # can take a hundred times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    hand_over([sys.executable, "-m", "pytest", *words], root)
