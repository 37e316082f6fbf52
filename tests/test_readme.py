"""The README and its reference pages: the example prints what it says, links lead somewhere, the tables are right."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bpkit.graphs.rules import CONSTANTS, FUNCTIONS, RULES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EQUATIONS = (ROOT / "reference" / "equations.md").read_text(encoding="utf-8")
FIGURES = (ROOT / "reference" / "figures.md").read_text(encoding="utf-8")
CONTENTS = (ROOT / "reference" / "contents.md").read_text(encoding="utf-8")
KINKS = (ROOT / "reference" / "kinks.md").read_text(encoding="utf-8")
ERRATA = (ROOT / "reference" / "errata.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "reference").glob("*.md"))]
APPARATUS = ("command", "plot", "problems", "widgets")  # pictures point at equations, and problems hide them
EVERY_EQUATION = [f"7.{n}{letter}" for n in range(1, 47) for letter in ("ab" if n == 42 else [""])]
PLACE = re.compile(r"`([^`]+)`: (`[^`]+`(?:, `[^`]+`)*)")  # a file, and cells or functions of it
NUMBER = re.compile(r"\b7\.(\d+)([ab]?)(?:\s*–\s*7\.(\d+))?")


def numbers_in(text: str) -> set[str]:
    """Every equation number in a text, ranges such as 7.9–7.12 filled in."""
    found = set()
    for first, letter, last in NUMBER.findall(text):
        found |= {f"7.{n}{letter}" for n in range(int(first), int(last or first) + 1)}
    return found


def index() -> list[tuple[str, str, str, str]]:
    """The rows of the equation index: number, file, function or cell, chapter."""
    rows = re.findall(r"^\| (7\.\d+[ab]?) \| `([^`]+)`: `([^`]+)` \| (\d+)[^|]*\|$", EQUATIONS, flags=re.MULTILINE)
    assert len(rows) == len(re.findall(r"^\| 7\.\d+[ab]? ", EQUATIONS, flags=re.MULTILINE)) > 0
    return rows


def code_of(file: str, name: str) -> str:
    """The source of a function of a module, or of a cell of a notebook."""
    text = (ROOT / file).read_text(encoding="utf-8")
    if file.endswith(".ipynb"):
        return "".join(cell_of(file, name)["source"])
    return functions_of(text)[name]


def cell_of(notebook: str, name: str) -> dict:
    """The cell of a notebook that has this id."""
    cells = json.loads((ROOT / notebook).read_text(encoding="utf-8"))["cells"]
    found = [cell for cell in cells if cell["id"] == name]
    assert found, f"{notebook} has no cell {name}"
    return found[0]


def has_run(file: str, name: str) -> bool:
    """Whether a name is that of a cell of code that was run, or of a function."""
    if file.endswith(".ipynb"):
        cell = cell_of(file, name)
        return cell["cell_type"] == "code" and cell["execution_count"] is not None
    return name in functions_of((ROOT / file).read_text(encoding="utf-8"))


def functions_of(text: str) -> dict[str, str]:
    """The source of every function of a module by its name; a method's name has its class before it."""
    found = {}
    for node in ast.parse(text).body:
        for one in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(one, ast.FunctionDef):
                name = f"{node.name}.{one.name}" if one is not node else one.name
                found[name] = "\n".join(text.splitlines()[one.lineno - 1 : one.end_lineno])  # with the last comment
    return found


def commented(code: str) -> set[str]:
    """The equation numbers in the comments of some code."""
    return numbers_in("\n".join(re.findall(r"#.*", code)))


@pytest.mark.parametrize("row", index(), ids=lambda row: row[0])
def test_an_indexed_equation_stands_where_the_index_says(row):
    number, file, name, chapter = row
    assert number in commented(code_of(file, name))
    notebooks = [
        *ROOT.glob(f"chapters/{int(chapter):02d}_*.ipynb"),
        *ROOT.glob(f"solutions/{int(chapter):02d}_*.ipynb"),
    ]
    assert any(f"\\\\tag{{{number}}}" in path.read_text(encoding="utf-8") for path in notebooks)


@pytest.mark.parametrize("number", EVERY_EQUATION)
def test_searching_for_the_number_of_an_equation_finds_its_line(number):
    comment = re.compile(rf"# {re.escape(number)}(?![0-9ab])")
    places = [(file, name) for one, file, name, _ in index() if one == number]
    assert any(comment.search(code_of(*place)) for place in places)


def test_every_equation_in_the_library_and_the_chapters_is_indexed():
    indexed = {(number, file, name) for number, file, name, _ in index()}
    everything = sorted((ROOT / "bpkit").rglob("*.py"))
    library = [path for path in everything if path.relative_to(ROOT / "bpkit").parts[0] not in APPARATUS]
    assert len(library) > 60
    for path in library:
        for name, code in functions_of(path.read_text(encoding="utf-8")).items():
            for number in commented(code):
                assert (number, path.relative_to(ROOT).as_posix(), name) in indexed
    for path in ROOT.glob("chapters/*.ipynb"):
        tagged = set(re.findall(r"\\\\tag\{(7\.\d+[ab]?)\}", path.read_text(encoding="utf-8")))
        assert tagged <= {number for number, *_ in indexed}


def test_the_example_prints_what_the_readme_says():
    code, printed = re.search(r"```python\n(import numpy.*?)```\n\n```text\n(.*?)```", README, flags=re.DOTALL).groups()
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, cwd=ROOT)
    assert result.stdout == printed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("http")]
    headings = {f"#{'-'.join(words.lower().split())}" for words in re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)}
    files = [link.partition("#cell-id=")[0] for link in links]
    assert all(link in headings or (page.parent / link).exists() for link in files)


def test_the_readme_links_every_chapter_and_reference_page():
    links = set(re.findall(r"\]\(([^)]+)\)", README))
    for path in [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("reference/*")]:
        assert path.relative_to(ROOT).as_posix() in links


def test_what_contributing_names_is_there_and_every_folder_has_a_row():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:bpkit|tests|tools|chapters|reference|solutions)/[\w./]*)`", text)
    for path in paths:
        placeholder = re.search(r"NN|_name", path)  # bpkit/plot/_name.py
        assert placeholder or (ROOT / path).exists(), path
    rows = re.findall(r"^\| `([\w/]+)/` \|[^|]*\|([^|]*)\|$", text, flags=re.MULTILINE)
    for folder, begin in rows:
        for file in re.findall(r"`(\w[\w/]*\.py)`", begin):
            assert (ROOT / "bpkit" / folder / file).exists(), (folder, file)
    folders = {path.name for path in (ROOT / "bpkit").iterdir() if (path / "__init__.py").exists()}
    assert {folder for folder, _ in rows if "/" not in folder} == folders


def test_the_page_of_figures_says_where_they_are_drawn_and_shown():
    rows = re.findall(r"^\| ((?:7\.|the )[^|]+) \| ([^|]+) \| `([^`]+)`: `([^`]+)` \|$", FIGURES, flags=re.MULTILINE)
    assert len(rows) == len(re.findall(r"^\| (?:7\.|the )", FIGURES, flags=re.MULTILINE)) > 15
    for name, drawn_by, notebook, cell in rows:
        for module, function in re.findall(r"`([^`]+)`: `([^`]+)`", drawn_by):
            assert function in functions_of((ROOT / module).read_text(encoding="utf-8"))
        assert has_run(notebook, cell) and cell_of(notebook, cell)["outputs"], name


@pytest.mark.parametrize("number", [f"7.{n}" for n in range(1, 10)])
def test_every_figure_of_the_book_is_found_from_the_equations(number):
    assert "](figures.md)" in EQUATIONS
    notebooks = re.findall(
        rf"^\| {re.escape(number)}[abc]?(?:, [^|]*)? \|.*\| `([^`]+)`: `[^`]+` \|$", FIGURES, flags=re.MULTILINE
    )
    assert any(f"igure {number}" in (ROOT / notebook).read_text(encoding="utf-8") for notebook in notebooks)


def cells_in(column: str) -> list[tuple[str, str]]:
    """The cells or functions that an entry of a table names; it names nothing else."""
    found = [(file, name) for file, names in PLACE.findall(column) for name in re.findall(r"`([^`]+)`", names)]
    assert found and PLACE.sub("", column).strip("; ") == ""
    return found


@pytest.mark.parametrize("row", re.findall(r"^\| (?!What \||---)(.*) \|$", CONTENTS, flags=re.MULTILINE))
def test_what_the_book_contains_runs_where_the_page_says(row):
    what, where = row.split(" | ")
    assert what
    for file, name in cells_in(where):
        assert has_run(file, name), f"{file}: {name}"


def test_the_page_of_contents_is_about_every_chapter():
    assert len(re.findall(r"^\| (?!What \||---)", CONTENTS, flags=re.MULTILINE)) >= 143
    for path in ROOT.glob("chapters/0[1-9]*.ipynb"):
        assert path.relative_to(ROOT).as_posix() in CONTENTS


def misprints() -> list[tuple[str, str, str]]:
    """The rows of the page of misprints: where, the cells that show it, and the cells that say it."""
    row = r"^\| (?!Where \||---)([^|]+) \|[^|]+\|[^|]+\| ([^|]+) \| ([^|]+) \|$"
    rows = re.findall(row, ERRATA, flags=re.MULTILINE)
    assert len(rows) == len(re.findall(r"^\| (?!Where \||---)", ERRATA, flags=re.MULTILINE)) > 15
    return rows


@pytest.mark.parametrize("row", misprints(), ids=lambda row: row[0])
def test_a_misprint_is_shown_and_said_where_the_page_says(row):
    _, shown, said = row
    if shown != "only letters":
        assert all(has_run(*place) for place in cells_in(shown))
    for place in cells_in(said):
        assert re.search(r"isprint|worked from|[Tt]he text", "".join(cell_of(*place)["source"])), place


def test_the_page_of_misprints_has_every_note_in_the_chapters():
    said = {place for _, _, column in misprints() for place in cells_in(column)}
    for path in sorted(ROOT.glob("chapters/*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if re.search(r"<summary>(A m|M)isprint|<summary>About the number", "".join(cell["source"])):
                assert (path.relative_to(ROOT).as_posix(), cell["id"]) in said


def test_every_function_with_a_stated_kink_has_a_rule():
    first_column = "\n".join(re.findall(r"^\| (`.*?) \|", KINKS, flags=re.MULTILINE))
    names = re.findall(r"`(?:np\.)?((?:linalg\.)?[a-z]\w+)(?:\([^`]*)?`", first_column)
    assert len(names) > 30
    for name in names:
        found = [getattr(module, name.removeprefix("linalg."), None) for module in (np, np.linalg)]
        assert any(one in RULES or one in FUNCTIONS or one in CONSTANTS for one in found if one is not None), name


def test_the_command_of_the_readme_exists():
    commands = re.findall(r"^    python3 -m (bpkit.*)$", README, flags=re.MULTILINE)
    assert commands == ["bpkit", "bpkit test", "bpkit site --serve"]
