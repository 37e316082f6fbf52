"""Turns a chapter's notebook, as it is stored, into HTML that needs nothing else: pictures and MathJax are inside."""

import functools
import html
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools" / "website"))

import npm_packages  # noqa: E402 (it stands in that folder)
from npm_packages import MATHJAX, Package  # noqa: E402

from bpkit.data.fetching import cache_folder  # noqa: E402

REVEAL = Package("reveal.js", "5.2.1", "359b575dd51bbda32f89b2fd4c7dc46ad7389a805572158916c29252f7a27333")
IN_NUMBERS = "<details><summary>In numbers</summary>"  # what bpkit.plot.described adds below a figure


def notebooks_of(root: Path, number: int) -> list[Path]:
    """Return the notebooks of a chapter, its appendices last; end in a sentence if there is no such chapter."""
    found = sorted(
        (root / "chapters").glob(f"{number:02d}_*.ipynb"), key=lambda one: ("appendix" in one.name, one.name)
    )
    if not found:
        last = max(int(path.name[:2]) for path in (root / "chapters").glob("[0-9][0-9]_*.ipynb"))
        raise SystemExit(f"There is no chapter {number}: the book has chapters 1 to {last}.")
    return found


def cells_html(path: Path, template: str) -> tuple[str, str]:
    """Return a notebook's title and its cells in HTML, made by one of tools/templates."""
    import nbformat  # not at the top: what ends in a sentence does so without it

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [with_words(output) for output in cell.outputs if not shows_numbers(output)]
    resources = {"metadata": {"name": path.stem, "path": str(path.parent)}}
    body, _ = exporter(template).from_notebook_node(notebook, resources=resources)
    return notebook.cells[0].source.partition("\n")[0].lstrip("# "), body


@functools.cache
def exporter(template: str) -> Any:
    from nbconvert import HTMLExporter

    templates = [str(ROOT / "tools" / "templates")]
    return HTMLExporter(template_name=template, extra_template_basedirs=templates)  # type: ignore[no-untyped-call]


def with_words(output: Any) -> Any:
    """Return an output with its image as HTML that carries the words for those who cannot see it.

    >>> with_words({"data": {"image/png": "iVBO"}, "metadata": {"image/png": {"alt": "A line."}}})["data"]["text/html"]
    '<img alt="A line." src="data:image/png;base64,iVBO">'
    """
    image = output.get("data", {}).get("image/png")
    if image is not None:
        words = html.escape(output["metadata"].get("image/png", {}).get("alt", ""))
        output["data"]["text/html"] = f'<img alt="{words}" src="data:image/png;base64,{image.strip()}">'
        del output["data"]["image/png"]
    return output


def shows_numbers(output: Any) -> bool:
    return "".join(output.get("data", {}).get("text/html", "")).startswith(IN_NUMBERS)


@functools.cache
def script_of(package: Package, name: str) -> str:
    """Return a file of an npm package, as it can stand inside a page; end in a sentence if it cannot be had."""
    cache = cache_folder() / "site"
    if not (cache / package.archive).exists() and shutil.which("npm") is None:
        raise SystemExit(
            f"{package.name} is fetched once, with npm, which comes with Node.js: install that, then try again."
        )
    text = npm_packages.files_of(package, cache, (name,))[name].decode()
    return text.replace("</script", r"<\/script")


def mathjax() -> str:
    """Return the scripts that set formulas without a file of their own: all of MathJax, and its settings."""
    settings = {
        "tex": {"inlineMath": [["$", "$"], ["\\(", "\\)"]], "displayMath": [["$$", "$$"], ["\\[", "\\]"]]},
        "options": {"ignoreHtmlClass": "jp-OutputArea", "enableMenu": False},
        "svg": {"fontCache": "local", "scale": 0.93},  # so that a formula can be shown in another window, too
        "startup": {"typeset": True},
    }
    script = script_of(MATHJAX, "es5/tex-svg-full.js")
    return f"<script>window.MathJax = {json.dumps(settings)};</script>\n<script>{script}</script>"


def colours_of_code() -> str:
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]

    return str(HtmlFormatter(style="default").get_style_defs(".highlight"))


def filled(name: str, parts: dict[str, str]) -> str:
    """Return a page of this folder with each of its {{marks}} replaced, in one pass: what is put in is left alone."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    pieces = text.replace("}}", "{{").split("{{")
    return "".join(parts[piece] if at % 2 else piece for at, piece in enumerate(pieces))


def write_new(path: Path, make: Callable[[], bytes]) -> None:
    """Make a file that is not there yet; end in a sentence if it is, because it may be somebody's work."""
    refused = f"{path} is there already, and is left alone: name another folder, or delete it."
    if path.exists():
        raise SystemExit(refused)
    content = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise SystemExit(refused) from None
    except OSError as error:
        raise SystemExit(f"{path} cannot be written ({error.strerror}): name another folder.") from None
    print(f"{path}: {len(content) / 1e6:.1f} MB", flush=True)
