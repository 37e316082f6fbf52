"""Write the cells that lead through the book: python tools/make_navigation.py

Every notebook ends with links, in the cell `navigation`: to the contents, to what belongs to the chapter, and to the
next one. The welcome page has the contents; solutions say how many questions and problems there are, and how they are
read. With `--check` nothing is written, and the run fails if a cell is not what it should be.
"""

import itertools
import re
import sys
from pathlib import Path

from notebook_files import node, read, write

ROOT = Path(__file__).resolve().parent.parent
WELCOME = "00_welcome.ipynb"
CELL = "navigation"
TITLE, NOTE = "title", "about-solutions"
PROBLEM = re.compile(r"^## \S+ · .*\((\d+) points?, (\d+) minutes\)$", flags=re.MULTILINE)
TEXTBOOK = re.compile(r"^## 7\.(\d+) · ", flags=re.MULTILINE)
QUESTION = re.compile(r"^### \S+\.q\d+ · ", flags=re.MULTILINE)
OVERVIEW = re.compile(r"^.* problems, \d+ points, about .*? for all\.", flags=re.MULTILINE)
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")  # fmt: skip


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
    found = PROBLEM.findall(prose(path))
    return len(found), sum(int(points) for points, _ in found)


def prose(path: Path) -> str:
    """All text of a notebook that is not code."""
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def overview(path: Path) -> str:
    """Say how many questions and problems a notebook has, and how long the problems take, to half an hour."""
    text = prose(path)
    count, points = problems(path)
    halves = round(sum(int(minutes) for _, minutes in PROBLEM.findall(text)) / 30)
    hours = WORDS[halves // 2] + " and a half" * (halves % 2)
    questions = WORDS[len(QUESTION.findall(text))]
    return (f"A quiz of {questions} questions, and {WORDS[count]} problems, {points} points, about {hours} hours "
            "for all.")  # fmt: skip


def title(path: Path) -> str:
    """Return the first cell of a notebook of solutions, with its overview."""
    first = read(path).cells[0].source
    if OVERVIEW.search(first) is None:
        raise ValueError(f"{path.name} does not say what is in it, as in: {overview(path)}")
    return OVERVIEW.sub(overview(path), first)


def note(path: Path) -> str:
    """Say that these are the solutions, and how they are read: their title is that of the exercises.

    The whole marks are not in it: nbgrader would take them for the beginning of an answer.
    """
    return (
        f"**These are the solutions**; the problems without them are in [exercises](../exercises/{path.name}). An "
        "answer stands between two comments with the word `SOLUTION`; the reasoning follows its check. What is between "
        "those with `HIDDEN TESTS` is for classes."
    )


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


def contents(root: Path) -> str:
    return f"## Contents\n\n{table(root)}\n\n{problems_of_the_textbook('../exercises', root)}"


def problems_of_the_textbook(exercises: str, root: Path = ROOT) -> str:
    """Say which chapter has which problems of the textbook, with links into the folder `exercises`."""
    place = {
        int(found): chapter
        for chapter in main_line(root)
        for found in TEXTBOOK.findall(prose(root / "exercises" / chapter.name))
    }
    ranges = []
    for chapter, group in itertools.groupby(sorted(place), key=place.__getitem__):
        first, *_, last = [*group] * 2
        words = f"7.{first}" if first == last else f"7.{first}–7.{last}"
        ranges.append(f"[{words}]({exercises}/{chapter.name}) in chapter {int(number(chapter))}")
    return f"The textbook's problems: {', '.join(ranges)}."


def expected(root: Path = ROOT) -> dict[Path, dict[str, str]]:
    """For every notebook that has such cells: their text by their id. Exercises get theirs from the solutions."""
    chapters, solutions = (sorted((root / name).glob("0[1-9]_*.ipynb")) for name in ("chapters", "solutions"))
    found = {path: {CELL: links(path, root)} for path in chapters}
    found |= {path: {TITLE: title(path), NOTE: note(path), CELL: links(path, root)} for path in solutions}
    return found | {root / "chapters" / WELCOME: {"contents": contents(root)}}


def is_current(path: Path, texts: dict[str, str]) -> bool:
    """Whether a notebook has the cells with these texts."""
    return texts.items() <= {each.id: each.source for each in read(path).cells}.items()


def put(path: Path, texts: dict[str, str]) -> None:
    """Write the texts into their cells; a new note follows the title, and new links are the notebook's last cell."""
    notebook = read(path)
    cells = {each.id: each for each in notebook.cells}
    for name, text in texts.items():
        if name in cells:
            cells[name].source = text
            continue
        metadata = {"slideshow": {"slide_type": "skip"}} | ({"tags": ["solution"]} if name == NOTE else {})
        place = 1 if name == NOTE else len(notebook.cells)
        made = node({"cell_type": "markdown", "id": name, "metadata": metadata, "source": text})
        notebook.cells.insert(place, made)
    write(notebook, path)


def main() -> None:
    """Write or check the cells of this repository."""
    stale = {path: what for path, what in expected().items() if not is_current(path, what)}
    if "--check" in sys.argv[1:]:
        names = ", ".join(path.relative_to(ROOT).as_posix() for path in stale)
        sys.exit(f"What leads through {names} is not current: run python tools/make_navigation.py." if stale else None)
    for path, what in stale.items():
        put(path, what)
        print(f"{path.relative_to(ROOT).as_posix()}: written")


if __name__ == "__main__":
    main()
