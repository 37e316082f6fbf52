"""Every notebook leads on: the links at its end are current, and they lead somewhere, in the clone and in my-work."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from make_navigation import CELL, WORDS, expected, is_current, links, main_line, problems_of_the_textbook
from notebook_files import read

from bpkit.command.my_work import PATTERNS, bring_in
from bpkit.problems.catalogue import chapters, quizzes

ROOT = Path(__file__).resolve().parent.parent
PAGES = [path for folder, pattern in PATTERNS.items() for path in sorted((ROOT / folder).glob(pattern))]
CODE = re.compile(r"```.*?```", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s\\]+)\)")  # not in formulas


def text(path):
    """All prose of a notebook, or a page as it is."""
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8")
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


EXPECTED = expected()


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_links_are_current(path):
    assert is_current(path, EXPECTED[path]), "run python tools/make_navigation.py"


def test_the_readme_says_where_the_problems_of_the_textbook_are():
    line = problems_of_the_textbook("exercises")
    assert len(re.findall(r"7\.\d+", line)) == 2 * 7 - 3 and "[7.3–7.10](exercises/02_matrix" in line, "three are alone"
    assert f"\n{line}\n" in text(ROOT / "README.md")


@pytest.mark.parametrize("path", sorted((ROOT / "exercises").glob("*.ipynb")), ids=lambda path: path.stem)
def test_exercises_have_links_of_their_own(path):
    assert is_current(path, {CELL: links(path)})


@pytest.mark.parametrize("path", sorted((ROOT / "solutions").glob("*.ipynb")), ids=lambda path: path.stem)
def test_solutions_say_what_they_are_and_exercises_what_is_in_them(path):
    """The records, not the headings, are the witness for the numbers."""
    problems, questions = chapters()[int(path.name[:2])], quizzes()[int(path.name[:2])]
    exercise = read(ROOT / "exercises" / path.name)
    said = re.search(r"A quiz of (\w+) questions, and (\w+) problems, (\d+) points, about .* hours", text(path))
    assert said is not None and said[0] in exercise.cells[0].source
    assert (WORDS.index(said[1]), WORDS.index(said[2])) == (len(questions), len(problems))
    assert int(said[3]) == sum(one.points for one in problems)
    assert "**These are the solutions**" in read(path).cells[1].source
    assert "These are the solutions" not in "".join(cell.source for cell in exercise.cells)


def broken(path):
    """The links of a page to files that are not there; those to other sites are not followed."""
    inside = [unquote(link.partition("#")[0]) for link in LINK.findall(CODE.sub("", text(path))) if "://" not in link]
    return [link for link in inside if link and not (path.parent / link).exists()]


def test_no_link_is_broken_in_the_readers_own_copy(tmp_path):
    for folder in PATTERNS:
        (tmp_path / folder).symlink_to(ROOT / folder, target_is_directory=True)
    bring_in(tmp_path)
    copies = [tmp_path / "my-work" / path.relative_to(ROOT) for path in PAGES]
    assert {path.name: links for path in copies if (links := broken(path))} == {}


def test_every_chapter_can_be_reached_by_next_alone():
    here, seen = main_line()[0], []
    while here.name not in seen:
        seen.append(here.name)
        following = re.search(r"\[Next: [^\]]*\]\(([^)]+)\)", links(here))
        here = here.parent / following[1] if following else here
    assert seen == [path.name for path in main_line()]
