"""Lays out what Sphinx reads: copies of the notebooks and reference pages, with links, anchors and folded answers."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lite_notebook import edition

FOLDERS = ("chapters", "exercises", "solutions")
HIDDEN = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS\n.*?^[ \t]*### END HIDDEN TESTS\n?", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)
NOTEBOOK = re.compile(r"""(<a href=["'][\w./]+)\.ipynb(["'#])""")
WIDGET = "run this cell to use it"  # what the text form of a widget says; see bpkit/widgets/frame.py
CELLS = re.compile(r"`((?:chapters|solutions)/\w+)\.ipynb`(?:: (`[\w-]+`(?:, `[\w-]+`)*))?")
CELL = re.compile(r"\[([^]]+)\]\(\.\./(\w+/\w+)\.ipynb#cell-id=([\w-]+)\)")  # Jupyter's form of a link to a cell
# in this order
REFERENCE = ("contents", "equations", "figures", "notation", "rules", "kinks", "errata", "clusters", "teaching",
             "syllabus")  # fmt: skip
FOLDED_LINES = {"code_prompt_show": "Show the lines", "code_prompt_hide": "Hide the lines"}
STILL = """
This is a still picture; the widget moves in <a href="chapters/01_toy_example.html#toy-explorer">chapter 1</a>, at the
button *Move it*.

"""
HOME = "../../"  # from a page of a notebook to the site's front page, on the web


def lay_out(root: Path, folder: Path, *, lite: bool) -> None:
    """Write into `folder` all that Sphinx reads of the book in `root`; `lite`: it can be run there."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True)
        for path in notebooks(root, name):
            page = page_of(json.loads(path.read_text(encoding="utf-8")), name, path.stem, root, lite=lite)
            (folder / name / path.name).write_text(json.dumps(page, ensure_ascii=False), encoding="utf-8")
    shutil.copytree(root / "chapters" / "pictures", folder / "chapters" / "pictures")
    (folder / "reference").mkdir()
    for name in REFERENCE:
        path = root / "reference" / f"{name}.md"
        (folder / "reference" / path.name).write_text(reference_page(path.read_text(encoding="utf-8")), "utf-8")
    (folder / "reference" / "glossary.md").write_text(glossary(root), encoding="utf-8")
    (folder / "reference" / "changes.md").write_text((root / "CHANGELOG.md").read_text(encoding="utf-8"), "utf-8")
    (folder / "licence.md").write_text(licence(root), encoding="utf-8")
    (folder / "index.md").write_text(front_page(root, lite=lite), encoding="utf-8")


def notebooks(root: Path, name: str) -> list[Path]:
    """Return the notebooks of a folder of the book, chapters before their appendices."""
    paths = (root / name).glob("[!.]*.ipynb")
    return sorted(paths, key=lambda path: (path.name[:2], "appendix" in path.name, path.name))


def page_of(notebook: Any, name: str, stem: str, root: Path, *, lite: bool) -> Any:
    """Return a notebook as a page: anchors at its cells, links below its title, answers folded, no verdicts."""
    first, mark = True, edition(notebook) if lite else ""
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            source = MARK.sub("", HIDDEN.sub("", source))
            fold(cell)
            if name == "exercises" and source.startswith("check("):
                cell["outputs"] = []  # which said that this reader had attempted nothing
            elif source.endswith("\ncheck.progress()"):
                cell["outputs"] = [where_progress_is(lite=lite)]
        elif first:
            title, _, rest = source.partition("\n")
            if name == "solutions":
                title = title.replace("# Problems", "# Solutions", 1)
            source = f"{title}\n\n{links(name, stem, root, mark)}\n{rest}"
        else:
            if mark and name == "exercises" and cell["id"].startswith("problem-"):
                source = solve(source, f"{name}/{stem}.ipynb#cell-id={cell['id']}")
            source = f'<span id="{cell["id"]}"></span>\n\n{source}'
        if cell["cell_type"] == "markdown":
            source = NOTEBOOK.sub(r"\1.html\2", source)  # Sphinx knows the links of Markdown, not those of HTML
        first = first and cell["cell_type"] == "code"
        cell["source"] = source
    return notebook


def solve(statement: str, place: str) -> str:
    """Return a problem's statement with a link below its heading, which opens it in JupyterLite."""
    heading, _, rest = statement.partition("\n")
    link = f'<a class="solve" href="../lite/lab/index.html?path={place}">▶ Solve it in the browser</a>'
    return f"{heading}\n\n{link}\n{rest}"


def fold(cell: Any) -> None:
    """Fold what answers the text above a cell of code: its output, or the lines that are folded in JupyterLab too."""
    tags = cell["metadata"].setdefault("tags", [])
    ours = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
    if any(WIDGET in text_of(output) for output in cell["outputs"]):
        tags.append("widget")
    elif "answers-prediction" in tags:
        tags.append("hide-cell" if ours else "hide-output")
    elif ours:
        tags.append("hide-input")
        cell["metadata"]["mystnb"] = FOLDED_LINES


def where_progress_is(*, lite: bool) -> Any:
    """Return the output that stands for the reader's points, which a page that is the same for everyone cannot know."""
    here = '<a href="../lite/lab/index.html?path=chapters/00_welcome.ipynb">in the browser</a>'
    words = f"Your points are shown when you run this cell {here if lite else 'in JupyterLab'}."
    return {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": words}}


def text_of(output: Any) -> str:
    return "".join(output.get("data", {}).get("text/plain", ""))


def links(name: str, stem: str, root: Path, mark: str) -> str:
    """Return the line under a title: run it here, and the same chapter's other notebooks.

    `mark` is that of its edition where it can be run: the page compares it with a copy that the browser keeps.
    """
    shown = []
    if mark and name != "solutions":
        words = "▶ Solve this in the browser" if name == "exercises" else "▶ Run this chapter in the browser"
        address = f"../lite/lab/index.html?path={name}/{stem}.ipynb"
        shown.append(f'<a class="run" data-edition="{mark}" href="{address}">{words}</a>')
        shown.append("[Your answers](../answers.md)")
    chapter = next(path.stem for path in notebooks(root, "chapters") if path.name.startswith(stem[:2]))
    for folder, word in (("chapters", "The chapter"), ("exercises", "Exercises"), ("solutions", "Solutions")):
        if (folder, chapter) != (name, stem) and (root / folder / f"{chapter}.ipynb").exists():
            shown.append(f"[{word}](../{folder}/{chapter}.ipynb)")
    return " · ".join(shown) + "\n"


def reference_page(text: str) -> str:
    """Return a page of reference/, with its cells of notebooks as links, and links out of the site as plain words."""
    text = re.sub(r"\[([^]]+)\]\(\.\./(?!chapters|solutions|exercises)[^)]*\)", r"\1", text)
    text = CELL.sub(r'<a href="../\2.html#\3">\1</a>', text)
    return CELLS.sub(lambda found: linked_cells(found[1], found[2] or ""), text)


def linked_cells(notebook: str, cells: str) -> str:
    """Return links to a notebook's cells, or to the notebook.

    >>> linked_cells("chapters/01_toy_example", "`network`")
    '<a href="../chapters/01_toy_example.html#network">chapters/01_toy_example: network</a>'
    """
    address = f"../{notebook}.html"
    if not cells:
        return f'<a href="{address}">{notebook}</a>'
    first, *more = re.findall(r"[\w-]+", cells)
    words = [f'<a href="{address}#{first}">{notebook}: {first}</a>']
    return ", ".join(words + [f'<a href="{address}#{cell}">{cell}</a>' for cell in more])


def glossary(root: Path) -> str:
    """Return the glossary, which stands in CONTRIBUTING.md."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("## Glossary\n")[2].partition("\n## ")[0]
    return "# Glossary\n" + table.replace("| | |", "| Word | What it means here |", 1)


def licence(root: Path) -> str:
    text = (root / "LICENSE").read_text(encoding="utf-8")
    return f"# Licence\n\n```text\n{text}```\n"


def front_page(root: Path, *, lite: bool) -> str:
    """Return the first page: what README says of the book, and the contents."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    opening, mark, picture = readme.partition("## Read it")[0].partition("![")
    chapters = readme.partition("## Chapters\n")[2].partition("\n## ")[0]
    run = '<p><a class="run" href="chapters/00_welcome.html">Read the book</a> '
    run += '<a class="run" href="lite/lab/index.html?path=chapters/00_welcome.ipynb">▶ Run it here</a></p>\n\n'
    run += "Nothing is installed, and [your answers](answers.md) are kept in this browser.\n\n"
    parts = [opening, run if lite else "", mark + picture, STILL]
    parts += ["## Chapters\n", f'<div class="chapters">\n{chapters}\n</div>\n\n', tree("Chapters", entries(root))]
    parts += [tree("Exercises", named(root, "exercises")), tree("Solutions", named(root, "solutions"))]
    pages = (["answers"] if lite else []) + [f"reference/{name}" for name in (*REFERENCE, "glossary", "changes")]
    parts += [tree("Look it up", [*pages, "api/index", "licence"])]
    return "".join(parts)


def entries(root: Path) -> Iterator[str]:
    return (f"chapters/{path.stem}" for path in notebooks(root, "chapters"))


def named(root: Path, name: str) -> Iterator[str]:
    return (f"{name}/{path.stem}" for path in notebooks(root, name))


def tree(caption: str, pages: Any) -> str:
    listed = "\n".join(pages)
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n:maxdepth: 1\n\n{listed}\n```\n\n"
