"""Write the links at the end of every notebook, and the contents of the welcome page: python tools/make_navigation.py

The links stand in one cell, `navigation`: to the contents, to what belongs to the chapter, and to the next one. With
`--check` nothing is written, and the run fails if a cell is not what it should be.
"""

import re
import sys
from pathlib import Path

from notebook_files import node, read, write

ROOT = Path(__file__).resolve().parent.parent
WELCOME = "00_welcome.ipynb"
CELL = "navigation"


def number(path: Path) -> str:
    """The two digits a notebook of the book begins with."""
    return path.name[:2]


def main_line(root: Path = ROOT) -> list[Path]:
    """The chapters without the welcome page and the appendices, in order."""
    return [path for path in sorted((root / "chapters").glob("0[1-9]_*.ipynb")) if "appendix" not in path.name]


def appendices(chapter: Path) -> list[Path]:
    """The appendices of a chapter."""
    return sorted(chapter.parent.glob(f"{number(chapter)}_appendix_*.ipynb"))


def heading(path: Path) -> str:
    """The title of a notebook, without the words that say what kind of notebook it is."""
    first = read(path).cells[0].source.splitlines()[0].lstrip("# ")
    return first.split(" · ", 1)[-1]


def minutes(path: Path) -> int:
    """The minutes that a notebook's first cell says it takes."""
    found = re.search(r"About (\d+) minutes", read(path).cells[0].source)
    if found is None:
        raise ValueError(f"{path.name} does not say how long it takes, as in: About 60 minutes.")
    return int(found[1])


def problems(path: Path) -> tuple[int, int]:
    """How many problems an exercise notebook has, and their points."""
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    points = [
        int(each) for each in re.findall(r"^## \S+ · .*\((\d+) points?, \d+ minutes\)$", text, flags=re.MULTILINE)
    ]
    return len(points), sum(points)


def links(path: Path, root: Path = ROOT) -> str:
    """Return the text of a notebook's navigation cell."""
    chapters = main_line(root)
    chapter = next(each for each in chapters if number(each) == number(path))
    after = [each for each in chapters if number(each) > number(chapter)][:1]
    there = "" if path.parent.name == "chapters" else "../chapters/"
    parts = [f"[Contents]({there}{WELCOME})"]
    if path != chapter:
        parts.append(f"[Chapter {int(number(chapter))}, {heading(chapter)}]({there}{chapter.name})")
    if path == chapter:
        parts += [f"[Appendix: {heading(each)}]({each.name})" for each in appendices(chapter)]
    for folder, name in (("exercises", "Quiz and problems"), ("solutions", "Solutions")):
        if path.parent.name != folder and "appendix" not in path.name:
            parts.append(f"[{name}](../{folder}/{chapter.name})")
    if after and "appendix" not in path.name:
        parts.append(f"[Next: chapter {int(number(after[0]))}, {heading(after[0])}]({there}{after[0].name})")
    return "---\n" + " · ".join(parts)


def table(root: Path = ROOT) -> str:
    """Return the contents: a row for each chapter, with minutes, problems and appendices."""
    rows = ["| | Chapter | minutes | problems | points | appendices |", "|---|---|---|---|---|---|"]
    for chapter in main_line(root):
        count, points = problems(root / "exercises" / chapter.name)
        extra = ", ".join(f"[{heading(each)}]({each.name}) ({minutes(each)})" for each in appendices(chapter))
        rows.append(
            f"| {int(number(chapter))} | [{heading(chapter)}]({chapter.name}) | {minutes(chapter)} "
            f"| [{count}](../exercises/{chapter.name}) | {points} | {extra} |"
        )
    return "\n".join(rows)


def expected(root: Path = ROOT) -> dict[Path, tuple[str, str]]:
    """For every notebook that has such a cell: the cell's id and its text. Exercises get theirs from the solutions."""
    notebooks = [*sorted((root / "chapters").glob("0[1-9]_*.ipynb")), *sorted((root / "solutions").glob("*.ipynb"))]
    found = {path: (CELL, links(path, root)) for path in notebooks}
    welcome = root / "chapters" / WELCOME
    before = "## Contents\n\n"
    return found | {welcome: ("contents", before + table(root))}


def is_current(path: Path, cell: str, text: str) -> bool:
    """Whether a notebook has the cell with this text."""
    return any(each.id == cell and each.source == text for each in read(path).cells)


def put(path: Path, cell: str, text: str) -> None:
    """Write the text into the cell, which is the notebook's last if it is new."""
    notebook = read(path)
    for each in notebook.cells:
        if each.id == cell:
            each.source = text
            break
    else:
        skipped = {"slideshow": {"slide_type": "skip"}}
        notebook.cells.append(node({"cell_type": "markdown", "id": cell, "metadata": skipped, "source": text}))
    write(notebook, path)


def main() -> None:
    """Write or check the cells of this repository."""
    stale = {path: what for path, what in expected().items() if not is_current(path, *what)}
    if "--check" in sys.argv[1:]:
        names = ", ".join(path.relative_to(ROOT).as_posix() for path in stale)
        sys.exit(f"The links in {names} are not current: run python tools/make_navigation.py." if stale else None)
    for path, what in stale.items():
        put(path, *what)
        print(f"{path.relative_to(ROOT).as_posix()}: written")


if __name__ == "__main__":
    main()
