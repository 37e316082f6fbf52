"""Tells the site's search what readers look for by name: problems, equations, figures, symbols, words and subjects.

Sphinx's search compares a query as it is with the entries of the index, and only with those: of other text it compares
single words, and none of digits alone. So each entry is an entry of the index, though the site shows no index.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from docutils.nodes import Element, document
from sphinx import addnodes

CELL = re.compile(r"(problem|figure)-(\d)-(\w+)")
TAG = re.compile(r"\\tag\{(7\.\w+)\}")
SUBJECT = re.compile(r'^\| (.+?) \| <a href="\.\./(chapters/\w+)\.html#([\w-]+)">', re.MULTILINE)
SYMBOL = re.compile(r"([A-Za-z_]+)(\[k\])?")
WHERE_STATED = {"problem": "exercises/", "figure": "chapters/"}
Entry = tuple[str, str]  # what is looked for, and the id of what is found


def add_entries(page: str, tree: document, source: Path, known: set[str]) -> None:
    """Add the entries of a page to it; `source` has all pages, and an equation that is in `known` has its place."""
    entries = [*cells(page, tree), *equations(tree, known), *subjects(page, source)]
    if page in ("reference/glossary", "reference/notation"):
        entries += words(tree)
    tree.append(addnodes.index(entries=[("single", name, place, "main", None) for name, place in entries]))


def cells(page: str, tree: document) -> Iterator[Entry]:
    """Yield the problems and figures of a notebook, which the ids of its cells name."""
    for place in [place for node in tree.findall(Element) for place in node["ids"]]:
        cell = CELL.fullmatch(place)
        if cell and page.startswith(WHERE_STATED[cell[1]]):
            yield from numbered(cell[1], f"{cell[2]}.{cell[3]}", place)


def equations(tree: document, known: set[str]) -> Iterator[Entry]:
    """Yield the equations that are printed here first: Sphinx reads chapters before exercises and solutions."""
    for node in tree.findall(nodes.math_block):
        for number in TAG.findall(node.astext()):
            if number not in known:
                known.add(number)
                node["ids"].append(place := f"equation-{number.replace('.', '-')}")
                yield from numbered("equation", number, place)


def numbered(kind: str, number: str, place: str) -> list[Entry]:
    return [(number, place), (f"{kind} {number}", place)]


def subjects(page: str, source: Path) -> Iterator[Entry]:
    """Yield what reference/contents.md finds in this chapter."""
    contents = (source / "reference" / "contents.md").read_text(encoding="utf-8")
    for name, chapter, place in SUBJECT.findall(contents):
        if chapter == page:
            yield name.replace(";", ","), place  # a semicolon would begin an entry below an entry


def words(tree: document) -> Iterator[Entry]:
    """Yield the words or symbols that a table of the reference explains, each in its row."""
    for row in [row for body in tree.findall(nodes.tbody) for row in body]:
        word, second, *more = [cell.astext() for cell in row]
        row["ids"].append(place := f"row-{nodes.make_id(word)}")
        if not more:
            yield from ((name, place) for name in word.split(", "))
        yield from ((symbol[1], place) for name in second.split(", ") if more and (symbol := SYMBOL.fullmatch(name)))
