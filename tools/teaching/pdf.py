"""Prints a chapter and its appendices: one PDF each, A4, with all its code and what the page folds laid open.

`python -m bpkit pdf 5` runs this. A browser of the Chromium family does the printing.
"""

import sys
from functools import partial
from html import escape
from pathlib import Path

from chapter_html import ROOT, cells_html, colours_of_code, filled, mathjax, notebooks_of, write_new
from chromium import find_browser, printed


def main(words: list[str]) -> None:
    number, folder = int(words[0]), Path(words[1])
    paths = notebooks_of(ROOT, number)
    browser = find_browser()
    if browser is None:
        raise SystemExit("Chrome, Chromium or Edge does the printing, and none is found: install one, then try again.")
    for path in paths:
        write_new(folder / f"{path.stem}.pdf", partial(made, path, browser))


def made(path: Path, browser: str) -> bytes:
    return printed(page(path), browser)


def page(path: Path) -> str:
    """Return a notebook as a page for paper."""
    title, cells = cells_html(path, "slides")
    style = colours_of_code() + (Path(__file__).parent / "print.css").read_text(encoding="utf-8")
    return filled("print.html", {"title": escape(title), "style": style, "mathjax": mathjax(), "cells": cells})


if __name__ == "__main__":
    main(sys.argv[1:])
