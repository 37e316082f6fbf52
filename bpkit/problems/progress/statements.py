"""The notebooks of exercises, where each problem is stated: a problem's statement, its chapter and its place."""

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

# In a clone the notebooks are beside the package; a wheel carries a copy inside of it.
PACKAGE = Path(__file__).resolve().parents[2]
FOLDERS = (PACKAGE / "book" / "exercises", PACKAGE.parent / "exercises")
CHAPTER = re.compile(r"# Problems of chapter (\d+) · (.+)")
PROBLEM = re.compile(r"###? (\S+) · .+")  # the questions of the quiz stand one level lower


class Statement(NamedTuple):
    """Where a problem is stated, and how."""

    notebook: str  # a file's name, the same in exercises/ and in solutions/
    cell: str  # the cell's id, the same in both
    text: str  # Markdown, without the heading


class Exercises(NamedTuple):
    """A chapter's notebook of exercises."""

    title: str
    notebook: str
    statements: Mapping[str, Statement]


@functools.cache
def exercises() -> Mapping[int, Exercises]:
    """Return the notebooks of exercises by the number of their chapter; none if they are not there."""
    folder = next((folder for folder in FOLDERS if folder.is_dir()), None)
    if folder is None:
        return {}
    return dict(read(path) for path in sorted(folder.glob("[!.]*.ipynb")))


def read(path: Path) -> tuple[int, Exercises]:
    """Return a notebook's chapter and what it states."""
    number, title, statements = 0, "", {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        heading, _, text = "".join(cell["source"]).partition("\n")
        if chapter := CHAPTER.fullmatch(heading):
            number, title = int(chapter[1]), chapter[2]
        elif problem := PROBLEM.fullmatch(heading):
            statements[problem[1]] = Statement(path.name, cell["id"], text.strip())
    return number, Exercises(title, path.name, statements)


def statement_of(problem: str) -> Statement | None:
    """Return where and how a problem is stated; None if the notebooks are not there."""
    return next((one.statements[problem] for one in exercises().values() if problem in one.statements), None)


def beginning(text: str) -> str:
    """Return the first paragraphs of a statement, up to the first that ends a sentence: a formula may stand between.

    >>> beginning("What is the size of\\n\\n$$x?$$\\n\\nand of y?\\n\\nReturn both.")
    'What is the size of\\n\\n$$x?$$\\n\\nand of y?'
    """
    taken = []
    for paragraph in text.split("\n\n"):
        taken.append(paragraph)
        if re.search(r"[.?!][)*_]*$", paragraph.rstrip()):
            break
    return "\n\n".join(taken)
