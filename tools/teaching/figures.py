"""Writes every figure of the chapters as SVG and PDF, and what it shows in words beside it, for others' slides.

`python -m bpkit figures` runs this. A drawing is taken from the stored outputs. A plot by Matplotlib is stored in dots
only, so its chapter is run, as far as its last plot.
"""

import base64
import html
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from chapter_html import ROOT
from chromium import find_browser, printed

DRAWING = re.compile(r'<img alt="([^"]*)"[^>]* src="data:image/svg\+xml;utf8,([^"]*)"')
PLOT = re.compile(r"data:image/png;base64")
SECONDS = 900  # for a cell
DISPLAY_FILES = (Path(__file__).parent / "display_files.py").read_text(encoding="utf-8")


class Figure(NamedTuple):
    """A figure with its name, its description and its files; `pdf` is None where it has to be printed."""

    name: str
    words: str
    svg: str
    pdf: bytes | None


def main(words: list[str]) -> None:
    folder = Path(words[0])
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SystemExit(f"{folder} is there already, and is left alone: name another folder, or delete it.")
    write_figures(ROOT, folder, find_browser())


def write_figures(root: Path, folder: Path, browser: str | None) -> None:
    """Write the figures of all chapters in `root` into `folder`; without a browser a drawing gets no PDF."""
    folder.mkdir(parents=True, exist_ok=True)
    unprinted = 0
    for path in sorted((root / "chapters").glob("[!.]*.ipynb")):
        for figure in figures_of(path):
            pdf = figure.pdf or (printed(sheet(figure), browser) if browser else None)
            unprinted += pdf is None
            (folder / f"{figure.name}.svg").write_text(with_title(figure), encoding="utf-8")
            (folder / f"{figure.name}.txt").write_text(figure.words + "\n", encoding="utf-8")
            if pdf is not None:
                (folder / f"{figure.name}.pdf").write_bytes(pdf)
            print(f"{folder / figure.name}", flush=True)
    if unprinted:
        drawings = "1 drawing has" if unprinted == 1 else f"{unprinted} drawings have"
        print(f"{drawings} no PDF: Chrome, Chromium or Edge would make it, and none is found.", flush=True)


def figures_of(path: Path) -> Iterator[Figure]:
    """Yield the figures of a notebook in the order in which it shows them."""
    import nbformat  # not at the top: what ends in a sentence does so without it

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    plots = [at for at, cell in enumerate(notebook.cells) if any(map(is_plot, cell.get("outputs", [])))]
    if plots:
        print(f"Running {path.name}, up to its last plot …", flush=True)
        notebook.cells[: plots[-1] + 1] = run(notebook, plots[-1] + 1, path.parent)
    for cell in notebook.cells:
        found = [figure for output in cell.get("outputs", []) if (figure := figure_in(output)) is not None]
        for number, (words, svg, pdf) in enumerate(found, start=1):
            yield Figure(f"{path.stem}_{cell.id}" + (f"-{number}" if len(found) > 1 else ""), words, svg, pdf)


def is_plot(output: Any) -> bool:
    data = output.get("data", {})
    return "image/png" in data or PLOT.search("".join(data.get("text/html", ""))) is not None


def figure_in(output: Any) -> tuple[str, str, bytes | None] | None:
    """Return what an output shows: its words, and its files; None if it is no figure."""
    data = output.get("data", {})
    if "application/pdf" in data:
        return data["text/plain"], data["image/svg+xml"], base64.b64decode(data["application/pdf"])
    if (drawing := DRAWING.match(data.get("text/html", ""))) is not None:
        return html.unescape(drawing[1]), unquote(drawing[2]), None
    return None


def run(notebook: Any, count: int, folder: Path) -> Any:
    """Return the first cells of a notebook, run so that each plot is shown as its files."""
    import nbformat
    from nbclient import NotebookClient

    first = nbformat.v4.new_code_cell(DISPLAY_FILES)  # type: ignore[no-untyped-call]
    part = nbformat.v4.new_notebook(cells=[first, *notebook.cells[:count]])  # type: ignore[no-untyped-call]
    client = NotebookClient(part, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": folder}})
    return client.execute().cells[1:]


def with_title(figure: Figure) -> str:
    """Return the SVG with the figure's description inside, as the title that a screen reader reads."""
    return re.sub(
        r"(<svg\b[^>]*>)", lambda tag: f"{tag[1]}<title>{html.escape(figure.words)}</title>", figure.svg, count=1
    )


def sheet(figure: Figure) -> str:
    """Return a page as large as the drawing, with nothing else on it, to be printed."""
    size = re.search(r'<svg\b[^>]* width="([\d.]+)" height="([\d.]+)"', figure.svg)
    assert size is not None, f"{figure.name} does not say how large it is"
    width, height = size.groups()
    style = f"@page {{ size: {width}px {height}px; margin: 0; }} body {{ margin: 0; }} svg {{ display: block; }}"
    style += f" body {{ height: {height}px; overflow: hidden; }}"
    title = html.escape(figure.words)
    return f'<!DOCTYPE html><html lang="en"><title>{title}</title><style>{style}</style>{figure.svg}</html>'


if __name__ == "__main__":
    main(sys.argv[1:])
