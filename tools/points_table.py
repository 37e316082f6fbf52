"""Write the tables of problems and points into reference/syllabus.md, from the problems themselves.

`python tools/points_table.py` writes them; with `--check` it writes nothing and fails if they are not current.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from bpkit.problems.catalogue import chapters, quizzes
from bpkit.problems.progress.chapter_states import difficulty
from bpkit.problems.progress.statements import statement_of

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "reference" / "syllabus.md"
BEGIN, END = "<!-- points: begin -->\n", "<!-- points: end -->\n"


def title_and_minutes(chapter: int) -> tuple[str, int]:
    """Return the title of a chapter, and how long it takes to read, as its first cell says."""
    path = next(path for path in ROOT.glob(f"chapters/{chapter:02d}_*.ipynb") if "appendix" not in path.name)
    text = "".join(json.loads(path.read_bytes())["cells"][0]["source"])
    title, minutes = re.search(r"# Chapter \d+ · (.+)", text), re.search(r"About (\d+) minutes", text)
    assert title is not None and minutes is not None, path
    return title.group(1), int(minutes.group(1))


def rows_of_chapters() -> Iterator[str]:
    """Yield the table of chapters: how long they are to read and to solve, and what can be got."""
    yield "| | Chapter | to read | problems | points | to solve | easy, medium, hard | quiz |"
    yield "|---|---|---|---|---|---|---|---|"
    sums = [0, 0, 0, 0]
    for number, problems in chapters().items():
        title, reading = title_and_minutes(number)
        numbers = [
            reading, len(problems), sum(one.points for one in problems), sum(one.minutes for one in problems)
        ]  # fmt: skip
        sums = [total + one for total, one in zip(sums, numbers, strict=True)]
        kinds = [difficulty(one) for one in problems]
        counts = ", ".join(str(kinds.count(kind)) for kind in ("easy", "medium", "hard"))
        yield (
            f"| {number} | {title} | {numbers[0]} min | {numbers[1]} | {numbers[2]} | {numbers[3]} min | {counts} "
            f"| {sum(one.points for one in quizzes()[number])} |"
        )
    quiz = sum(one.points for them in quizzes().values() for one in them)
    yield f"| | all | {sums[0] / 60:.0f} h | {sums[1]} | {sums[2]} | {sums[3] / 60:.0f} h | | {quiz} |"


def rows_of_problems() -> Iterator[str]:
    """Yield the table of problems, each with a link to where it is stated."""
    yield "| Problem | | points | minutes | |"
    yield "|---|---|---|---|---|"
    for problems in chapters().values():
        for one in problems:
            stated = statement_of(one.id)
            assert stated is not None, one.id
            title = f"[{one.title}](../exercises/{stated.notebook}#cell-id={stated.cell})"  # Jupyter's link to a cell
            yield f"| {one.id} | {title} | {one.points} | {one.minutes} | {difficulty(one)} |"


def page_with_tables(page: str) -> str:
    """Return the page with the tables of today between its marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE.name} has no lines {BEGIN.strip()} and {END.strip()}.")
    tables = "\n".join([*rows_of_chapters(), "", *rows_of_problems()])
    return f"{before}{BEGIN}\n{tables}\n\n{END}{after}"


def main() -> None:
    """Write or check the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the tables are not current")
    page = PAGE.read_text(encoding="utf-8")
    current = page_with_tables(page)
    if parser.parse_args().check:
        sys.exit("reference/syllabus.md is not current: run python tools/points_table.py." if current != page else 0)
    PAGE.write_text(current, encoding="utf-8")


if __name__ == "__main__":
    main()
