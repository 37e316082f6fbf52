"""Links from a notebook in my-work to the place of a problem in the exercises and in the solutions."""

import os
from pathlib import Path

from bpkit.problems.progress.memory import my_work
from bpkit.problems.progress.statements import statement_of


def link_to(problem: str, folder: str) -> str:
    """Return a link, relative to the folder this Python runs in, to a problem in "exercises" or "solutions".

    Empty where there is no such notebook to open: outside of my-work, or if the reader has deleted it.
    """
    mine, stated = my_work(), statement_of(problem)
    if mine is None or stated is None or not (mine / folder / stated.notebook).is_file():
        return ""
    path = os.path.relpath(mine / folder / stated.notebook, Path.cwd())
    return f"{Path(path).as_posix()}#cell-id={stated.cell}"  # Jupyter's own form of a link to a cell
