"""From a notebook of solutions to the source of an assignment: the graded cells show what is wrong, and then fail.

In the book a check that is not passed raises nothing, so that "run all" goes on. A class needs cells that do: nbgrader,
and its `validate`, which students run before they hand in, count what raised.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple

from bpkit.command.notebook_sources import without_outputs

END = "### END HIDDEN TESTS\n"
NAVIGATION = "navigation"  # the cell that links the neighbouring notebooks, which are not there in a course
LINK = re.compile(r"\[([^\]]+)\]\((?!https?:|#)[^)\s]+\.ipynb[^)\s]*\)")
GRADED = """\
### BEGIN HIDDEN TESTS
from IPython.display import display

from bpkit import check
### END HIDDEN TESTS
result_of_check = {call}
display(result_of_check)
assert result_of_check, result_of_check"""


class Assignment(NamedTuple):
    """A chapter's problems as an assignment of nbgrader."""

    chapter: int
    solution: Path

    @property
    def name(self) -> str:
        """The name nbgrader knows it by, which is that of its folders."""
        return f"chapter_{self.chapter}"


def assignments_of(root: Path, chapters: tuple[int, ...] = ()) -> list[Assignment]:
    """Return the assignments that the solutions in `root` make, or those of some chapters; end if there is no such."""
    found = {}
    for path in sorted((root / "solutions").glob("[0-9]*.ipynb")):
        chapter = int(path.name.partition("_")[0])
        found[chapter] = Assignment(chapter, path)
    if unknown := [chapter for chapter in chapters if chapter not in found]:
        raise SystemExit(f"There is no chapter {unknown[0]}: those with problems are {', '.join(map(str, found))}.")
    return [found[chapter] for chapter in chapters or found]


def source_of(solution: bytes) -> bytes:
    """Return a notebook of solutions as an assignment's source, without outputs and links to the book's files."""
    notebook = json.loads(without_outputs(solution))
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != NAVIGATION]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = LINK.sub(r"\1", "".join(cell["source"]))
        elif cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = graded_cell("".join(cell["source"]))
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def graded_cell(source: str) -> str:
    r"""Return a check cell that takes bpkit's `check`, whatever a student has called so, and asserts.

    >>> print(graded_cell('### BEGIN HIDDEN TESTS\n…\n### END HIDDEN TESTS\ncheck("7.4", loss)').partition(END)[2])
    result_of_check = check("7.4", loss)
    display(result_of_check)
    assert result_of_check, result_of_check
    """
    _, end, call = source.partition(END)
    if not end or not re.match(r"check\(", call):
        raise ValueError(f"a check cell ends in {END.strip()} and a call of check, but this is {source!r}.")
    return GRADED.format(call=call.strip())
