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
KINKS = (ROOT / "reference" / "kinks.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "reference").glob("*.md"))]
APPARATUS = ("command", "plot", "problems", "widgets")  # pictures point at equations, and problems hide them
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
        return next("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["id"] == name)
    return functions_of(text)[name]


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
    assert all(link in headings or (page.parent / link).exists() for link in links)


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
    text = (ROOT / "reference" / "figures.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| `([^`]+)`: `([^`]+)` \| `([^`]+)`: `([^`]+)` \|$", text, flags=re.MULTILINE)
    assert len(rows) == len(re.findall(r"^\| (?:7\.|the )", text, flags=re.MULTILINE)) > 15
    for _, module, function, notebook, cell in rows:
        assert function in functions_of((ROOT / module).read_text(encoding="utf-8"))
        assert code_of(notebook, cell)


def test_every_function_with_a_stated_kink_has_a_rule():
    first_column = "\n".join(re.findall(r"^\| (`.*?) \|", KINKS, flags=re.MULTILINE))
    names = re.findall(r"`(?:np\.)?((?:linalg\.)?[a-z]\w+)(?:\([^`]*)?`", first_column)
    assert len(names) > 30
    for name in names:
        found = [getattr(module, name.removeprefix("linalg."), None) for module in (np, np.linalg)]
        assert any(one in RULES or one in FUNCTIONS or one in CONSTANTS for one in found if one is not None), name


def test_the_command_of_the_readme_exists():
    commands = re.findall(r"^    python3 -m (bpkit.*)$", README, flags=re.MULTILINE)
    assert commands == ["bpkit", "bpkit test"]
