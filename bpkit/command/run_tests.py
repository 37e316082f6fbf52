"""Run the whole test suite."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from bpkit.command.hand_over import hand_over


def run_tests(root: Path, words: Sequence[str]) -> NoReturn:
    """Let pytest, in `root`, take over; `words` are passed on to it."""
    hand_over([sys.executable, "-m", "pytest", *words], root)
