"""Every notebook runs from top to bottom in the site's JupyterLite and shows what is stored in it."""

import json
import re
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from tab import cells, open_in_lite, run_all

ROOT = Path(__file__).parents[2]
NOTEBOOKS = [path.stem for path in sorted((ROOT / "chapters").glob("[!.]*.ipynb"))]
TWO = ("01_toy_example", "08_many_machines")  # the others with --all: a quarter of an hour
NOT_COMPARED = ("image/png", "application/vnd.jupyter.widget-view+json", "text/latex")  # nor does nbval

BAR = re.compile(r"\s*\d+%\|")  # how far a training is, which is shown where it takes more than two seconds
FONTS = "Matplotlib is building the font cache; this may take a moment."  # said once on every computer

# What is other in a browser, and why, stands on a page of the site.
PAGE = (ROOT / "tools" / "website" / "answers.md").read_text(encoding="utf-8")
MAY_DIFFER = re.findall(r'^- <a href="chapters/(\w+)\.html#([\w-]+)">chapters/\1: \2</a>: ', PAGE, flags=re.MULTILINE)
assert 0 < len(MAY_DIFFER) == PAGE.count("<a href") <= 10

pytestmark = pytest.mark.slow  # minutes: Python that a browser interprets


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_shows_what_is_stored(page, address, notebook, request):
    if notebook not in TWO and not request.config.getoption("--all"):
        pytest.skip("runs with --all")
    open_in_lite(page, address, f"chapters/{notebook}")
    page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    start = time.monotonic()
    run_all(page)
    there = cells(page)
    stored = json.loads((ROOT / "chapters" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    here = {cell["id"]: cell["outputs"] for cell in stored if cell["cell_type"] == "code"}
    free = {cell["id"] for cell in stored if "nbval-ignore-output" in cell["metadata"].get("tags", [])}
    assert there.keys() == here.keys()
    assert [name for name, (count, _) in there.items() if not count] == [], "these did not run"
    different = {name for name in here.keys() - free if not same(shown(here[name]), shown(there[name][1]))}
    print(f"{notebook}: {len(here) - len(different)} of {len(here)} cells as stored, {time.monotonic() - start:.0f} s")
    for name in sorted(different):
        print(f"{notebook}, {name}: stored {difference(shown(here[name]), shown(there[name][1]))}")
    assert different == {cell for where, cell in MAY_DIFFER if where == notebook}


def shown(outputs: list[dict]) -> list[tuple[str, str]]:
    """What a reader sees of a cell's outputs: kinds and texts, with what is printed in one piece."""
    found: dict[str, str] = {}
    rest = []
    for output in outputs:
        if output["output_type"] == "stream":
            said = joined(output["text"]).replace(FONTS, "")
            found[output["name"]] = found.get(output["name"], "") + said
        elif output["output_type"] == "error":
            name = output["ename"].removeprefix("<class '").removesuffix("'>").rpartition(".")[2]  # Lite's, whole
            rest.append(("error", f"{name}: {output['evalue']}"))
        elif not BAR.match(joined(output["data"].get("text/plain", ""))):
            rest += sorted((kind, joined(text).strip()) for kind, text in output["data"].items()
                           if kind not in NOT_COMPARED)  # fmt: skip
    return [(name, text.strip()) for name, text in sorted(found.items()) if text.strip()] + rest


def same(stored: list, there: list) -> bool:
    """Whether two lists are equal; places in a drawing may be other by a tenth of a pixel, where they were rounded."""
    if [kind for kind, _ in stored] != [kind for kind, _ in there]:
        return False
    return all(one == other or (kind == "text/html" and equal_drawings(one, other))
               for (kind, one), (_, other) in zip(stored, there, strict=True))  # fmt: skip


def equal_drawings(one: str, other: str) -> bool:
    one, other, numbers = unquote(one), unquote(other), re.compile(r"\d+\.\d+")
    close = zip(numbers.findall(one), numbers.findall(other), strict=False)
    return (one.startswith("<img") and numbers.sub("·", one) == numbers.sub("·", other)
            and all(abs(float(a) - float(b)) < 0.11 for a, b in close))  # fmt: skip


def joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def difference(stored: list, there: list) -> str:
    """The first place in which two lists of texts differ."""
    for (kind, one), (other_kind, other) in zip(stored, there, strict=False):
        if (kind, one) != (other_kind, other):
            pairs = enumerate(zip(one, other, strict=False))
            at = next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
            part = slice(max(0, at - 60), at + 80)
            return f"{kind} …{one[part]!r}, there {other_kind} …{other[part]!r}"
    return f"{[kind for kind, _ in stored]}, there {[kind for kind, _ in there]} {str(there[len(stored) :])[:300]}"
