"""Run the code cells of a chapter as a reader does who scrolls back: once in order, then each again, the last first."""

import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"


def code_cells(name):
    """Return the source of each code cell of the chapter, by its id."""
    cells = json.loads((CHAPTERS / name).read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"}


def printed(source, variables):
    """Run one cell in `variables` and return what it prints."""
    out = StringIO()
    with redirect_stdout(out):
        exec(source, variables)  # the chapter's own cells
    return out.getvalue()


def changed_when_run_again(name):
    """Return the ids of the cells that print something else when they run a second time, after the whole chapter."""
    cells, variables = code_cells(name), {}
    first = {cell: printed(source, variables) for cell, source in cells.items()}
    return [cell for cell in reversed(cells) if printed(cells[cell], variables) != first[cell]]
