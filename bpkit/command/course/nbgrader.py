"""nbgrader, called as the program it is, and its gradebook."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

GRADEBOOK = "gradebook.db"


def environment() -> dict[str, str]:
    """Return the variables with which nbgrader finds `alembic`, which it starts by its bare name, and this kernel."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return os.environ | {"PATH": path, "JUPYTER_PREFER_ENV_PATH": "1", "OPENBLAS_NUM_THREADS": "1"}


def run(course: Path, *words: str) -> None:
    """Run nbgrader in the folder of a course; end with what it says if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=course,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode != 0:
        raise SystemExit(f"`nbgrader {' '.join(words)}` failed and says:\n{done.stderr.strip()}")


@contextmanager
def gradebook(path: Path) -> Iterator[Any]:
    """Open a gradebook of nbgrader, and close it."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{path.as_posix()}") as opened:
        yield opened
