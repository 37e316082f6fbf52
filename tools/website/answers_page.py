"""Makes the page *Your answers*: its words, and the names by which its list calls the book's notebooks and problems."""

import json
from pathlib import Path
from typing import Any

from sources import notebooks

from bpkit.problems.catalogue import find
from bpkit.problems.progress.statements import read

FOLDERS = ("chapters", "exercises")


def answers_page(root: Path) -> str:
    """Return the page for the book in `root`."""
    words = Path(__file__).with_name("answers.md").read_text(encoding="utf-8")
    book = [named(path) for name in FOLDERS for path in notebooks(root, name)]
    names = json.dumps(book, ensure_ascii=False).replace("<", r"\u003c")  # so that no title ends the script
    return f'{words}\n<script type="application/json" id="book">{names}</script>\n'


def named(path: Path) -> dict[str, Any]:
    """Return a notebook's place and title, and the title and cell of each of its problems."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    title = "".join(cells[0]["source"]).partition("\n")[0].removeprefix("# ")
    stated = read(path)[1].statements if path.parent.name == "exercises" else {}
    problems = {name: [find(name).title, statement.cell] for name, statement in stated.items()}
    return {"path": f"{path.parent.name}/{path.name}", "title": title, "problems": problems}
