"""The cells of a chapter, and how a reader who scrolls back runs them: once in order, then again, the last first."""

import ast
import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"


def sources(name):
    """Return the source of each cell of the chapter, prose included, by its id."""
    cells = json.loads((CHAPTERS / name).read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


def below_the_label(source):
    """Return the source of a folded cell without its first line, a comment that JupyterLab shows for the cell."""
    label, _, rest = source.partition("\n")
    assert label.startswith("# ")
    return rest


def same_around_the_blank(yours, ours):
    """Whether the function a reader completes, with the body of our loop in its blank, is our function."""
    body = ours[ours.index("\n", ours.index("    for ")) + 1 : ours.rindex("    return")]
    filled = yours.replace("        ...  # your lines\n", body)
    functions = [ast.parse(source).body[0] for source in (filled, ours)]
    return filled != yours and len({ast.dump(ast.Module([*f.args.args, *f.body], [])) for f in functions}) == 1


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
