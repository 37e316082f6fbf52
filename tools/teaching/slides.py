"""Makes slides of a chapter and its appendices: one HTML file each, which needs no internet and no other file.

`python -m bpkit slides 5` runs this. The file shares the chapter out among slides when it is opened, by measuring:
see fit_slides.js.
"""

import sys
from functools import partial
from html import escape
from pathlib import Path

from chapter_html import REVEAL, ROOT, cells_html, colours_of_code, filled, mathjax, notebooks_of, script_of, write_new


def main(words: list[str]) -> None:
    number, folder = int(words[0]), Path(words[1])
    for path in notebooks_of(ROOT, number):
        write_new(folder / f"{path.stem}.html", partial(made, path))


def made(path: Path) -> bytes:
    return slides(path).encode()


def slides(path: Path) -> str:
    """Return the page that shows a notebook as slides."""
    here = Path(__file__).parent
    title, cells = cells_html(path, "slides")
    parts = {
        "title": escape(title),
        "style": script_of(REVEAL, "dist/reveal.css")
        + colours_of_code()
        + (here / "slides.css").read_text(encoding="utf-8"),
        "mathjax": mathjax(),
        "reveal": script_of(REVEAL, "dist/reveal.js"),
        "notes": script_of(REVEAL, "plugin/notes/notes.js"),
        "fit": (here / "fit_slides.js").read_text(encoding="utf-8"),
        "cells": cells,
    }
    return filled("slides.html", parts)


if __name__ == "__main__":
    main(sys.argv[1:])
