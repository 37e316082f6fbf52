"""The site: it builds without a warning, and every link in it leads somewhere."""

import hashlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tools" / "website"))

import api_pages  # noqa: E402
import build_site  # noqa: E402
import lite  # noqa: E402
import lite_notebook  # noqa: E402
import npm_packages  # noqa: E402
import pyodide  # noqa: E402
import sources  # noqa: E402

ADDRESS = "https://example.org/book/"


class Page(HTMLParser):
    """The ids and links of a page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loaded = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        if tag in ("script", "img", "iframe", "source") or (tag == "link" and given.get("rel") != "canonical"):
            self.loaded += [given[name] for name in ("href", "src") if given.get(name)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The pages, built once."""
    try:
        npm_packages.files_of(npm_packages.MATHJAX, build_site.cache_folder() / "site", ("LICENSE",))
    except SystemExit as reason:
        pytest.skip(str(reason))
    folder = tmp_path_factory.mktemp("site") / "site"
    code = "import sys, pathlib, build_site as b; b.build_pages(b.ROOT, pathlib.Path(sys.argv[1]), address=sys.argv[2])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tools" / "website")])}
    command = [sys.executable, "-c", code, str(folder), ADDRESS]
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (built.returncode, built.stderr) == (0, "")  # it ends where Sphinx has a warning
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def test_every_notebook_is_a_page(site):
    for name in sources.FOLDERS:
        for path in sources.notebooks(ROOT, name):
            assert (site / name / f"{path.stem}.html").exists()


def test_links_and_anchors_exist(pages):
    wrong = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (parts.fragment and unquote(parts.fragment) not in pages[target].ids):
                wrong.append(f"{path.name}: {link}")
    assert not wrong


def test_each_id_is_there_once_and_every_cell_has_one(site, pages):
    for path, page in pages.items():
        assert not [name for name, times in Counter(page.ids).items() if times > 1], path.name
    for name in sources.FOLDERS:
        for path in sources.notebooks(ROOT, name):
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            ids = pages[(site / name / f"{path.stem}.html").resolve()].ids
            assert {cell["id"] for cell in cells[1:]} <= {*ids}, path.name


def test_pages_load_nothing_from_elsewhere(pages):
    elsewhere = [link for page in pages.values() for link in page.loaded if urlsplit(link).netloc]
    assert not elsewhere


def test_answers_to_predictions_are_folded(site):
    cells = json.loads((ROOT / "chapters" / "01_toy_example.ipynb").read_text(encoding="utf-8"))["cells"]
    answers = [cell for cell in cells if "answers-prediction" in cell["metadata"].get("tags", [])]
    folded = sum(not cell["metadata"].get("jupyter", {}).get("source_hidden", False) for cell in answers)
    assert folded > 3  # those whose lines are folded, too, are counted by the next test
    page = (site / "chapters" / "01_toy_example.html").read_text(encoding="utf-8")
    assert page.count("hide below-input") == folded


def test_lines_that_are_folded_in_jupyter_are_folded_on_the_page(site):
    for path in sources.notebooks(ROOT, "chapters"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        folded = [cell for cell in cells if cell["metadata"].get("jupyter", {}).get("source_hidden", False)]
        answers = sum("answers-prediction" in cell["metadata"].get("tags", []) for cell in folded)
        page = (site / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8")
        assert page.count("hide above-input") == len(folded), path.name
        assert page.count("Show the lines") == len(folded) - answers, path.name


def test_no_page_says_what_its_reader_has_solved(site):
    for path in [*(site / "exercises").glob("*.html"), site / "chapters" / "00_welcome.html"]:
        text = path.read_text(encoding="utf-8")
        assert "not attempted" not in text and "Nothing is remembered" not in text, path
    assert "Your points are shown when you run this cell" in text


def test_the_site_knows_its_address(site):
    assert f"<loc>{ADDRESS}chapters/01_toy_example.html</loc>" in (site / "sitemap.xml").read_text()
    assert f'content="{ADDRESS}_static/toy_explorer.png"' in (site / "index.html").read_text(encoding="utf-8")
    assert ADDRESS in (site / "404.html").read_text()


def test_solutions_have_a_title_of_their_own(site):
    for path in (site / "solutions").glob("*.html"):
        title = re.search("<title>(.*?)</title>", path.read_text(encoding="utf-8"))[1]
        other = re.search("<title>(.*?)</title>", (site / "exercises" / path.name).read_text(encoding="utf-8"))[1]
        assert title.startswith("Solutions of chapter") and other.startswith("Problems of chapter")


def test_hidden_tests_and_marks_are_no_part_of_a_page():
    source = "### BEGIN HIDDEN TESTS\nassert 1\n### END HIDDEN TESTS\ncheck(1)\n    ### BEGIN SOLUTION\n    x = 1\n"
    cell = {"cell_type": "code", "id": "a", "source": source, "outputs": [], "metadata": {}}
    page = sources.page_of({"cells": [cell]}, "solutions", "01_toy_example", ROOT, lite=False)
    assert page["cells"][0]["source"] == "check(1)\n    x = 1\n"


def test_links_of_the_tables():
    row = "| x | `chapters/01_a`, `chapters/01_a.ipynb`: `one`, `two`; `bpkit/a.py`: `b`; [t](../tests/t.py) |"
    problem = "[The `a` of b](../exercises/01_a.ipynb#cell-id=problem-1-a)"
    assert sources.reference_page(problem) == '<a href="../exercises/01_a.html#problem-1-a">The `a` of b</a>'
    assert sources.reference_page(row) == (
        '| x | `chapters/01_a`, <a href="../chapters/01_a.html#one">chapters/01_a: one</a>, '
        '<a href="../chapters/01_a.html#two">two</a>; `bpkit/a.py`: `b`; t |'
    )


def test_the_outputs_that_are_other_in_a_browser_are_of_cells_that_exist():
    page = (ROOT / "tools" / "website" / "answers.md").read_text(encoding="utf-8")
    links = re.findall(r'<a href="(chapters/\w+)\.html#([\w-]+)">', page)
    assert links
    for name, cell in links:
        cells = json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        assert cell in {one["id"] for one in cells}, f"{name}: {cell}"


def test_every_public_name_has_words():
    for name in api_pages.MODULES:
        module = api_pages.module_named(name)
        assert api_pages.public(module)
        for word in api_pages.public(module):
            assert getattr(module, word).__doc__, f"{name}.{word}"


def test_a_signature_can_be_read_on_a_narrow_page():
    for name in api_pages.MODULES:
        text = "\n".join(api_pages.page(name, api_pages.module_named(name)))
        for signature in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
            assert max(len(line) for line in signature.splitlines()) <= 80
            assert "<" not in signature and "typing" not in signature


def test_what_the_command_did_not_make_is_not_deleted(tmp_path):
    (tmp_path / "thesis.txt").write_text("my only copy")
    with pytest.raises(SystemExit, match="is not a site that this command made"):
        build_site.main([str(tmp_path)])
    assert (tmp_path / "thesis.txt").exists()


def test_a_package_that_is_not_the_one_we_know_is_refused(tmp_path):
    (tmp_path / npm_packages.MATHJAX.archive).write_bytes(b"another")
    with pytest.raises(SystemExit, match="has the SHA-256"):
        npm_packages.files_of(npm_packages.MATHJAX, tmp_path, ("LICENSE",))


def test_without_network_or_npm_there_is_one_sentence(tmp_path, monkeypatch):
    false = shutil.which("false")
    if false is None:
        pytest.skip("there is no program `false` on this machine")
    for npm, words in ((None, "needs npm"), (false, "if offline, connect")):
        monkeypatch.setattr(npm_packages.shutil, "which", lambda name, npm=npm: npm)
        with pytest.raises(SystemExit, match=words):
            npm_packages.files_of(npm_packages.MATHJAX, tmp_path, ("LICENSE",))


# Python for the browser


def test_what_widgets_load_is_there_under_that_name(small_pyodide, tmp_path):
    folder, wheel = small_pyodide
    ours = [wheel, *(tmp_path / f"{name}-1-py3-none-any.whl" for name in ("ipywidgets", "comm", "tqdm"))]
    for path in ours[1:]:
        path.write_bytes(path.name.encode())
    packages = pyodide.put_pyodide(str(folder), tmp_path / "site", ours)
    lists = re.findall(r"\[(\"[^]]+\")\](?:\.map|\}\))", (ROOT / "tools/website/static/worker.js").read_text("utf-8"))
    assert len(lists) == 2
    assert {name.strip('" ') for names in lists for name in names.split(",")} <= {*packages}


@pytest.fixture
def small_pyodide(tmp_path):
    """A folder that looks like Pyodide's, and a wheel that looks like bpkit's."""
    folder = tmp_path / "pyodide"
    folder.mkdir()
    wheels = [f"{name}.whl" for name in (*pyodide.REQUIRED, "pandas")]
    for name in ("pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip", *wheels):
        (folder / name).write_bytes(name.encode())
    packages = {
        name: {"name": name, "depends": [], "file_name": f"{name}.whl", "imports": [name], "version": "1",
               "sha256": hashlib.sha256(f"{name}.whl".encode()).hexdigest()}
        for name in (*pyodide.REQUIRED, "pandas")
    }  # fmt: skip
    (folder / "pyodide-lock.json").write_text(json.dumps({"packages": packages}))
    wheel = tmp_path / "bpkit_book-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"bpkit")
    return folder, wheel


def test_pyodide_comes_with_what_the_book_needs_and_bpkit(small_pyodide, tmp_path):
    folder, wheel = small_pyodide
    packages = pyodide.put_pyodide(str(folder), tmp_path / "site", [wheel])
    assert {*packages} == {"bpkit-book", *pyodide.REQUIRED} - {"six"}
    assert packages["bpkit-book"]["sha256"] == hashlib.sha256(b"bpkit").hexdigest()
    there = {path.name for path in (tmp_path / "site").iterdir()}
    assert {wheel.name, "numpy.whl", "pyodide.mjs"} <= there and "pandas.whl" not in there
    assert lite.settings(packages, {})["jupyter-config-data"]["litePluginSettings"][lite.PLUGIN][
        "loadPyodideOptions"
    ] == {"packages": ["micropip", "ipython", "bpkit-book"]}


def test_the_wheel_in_the_tab_has_of_the_book_the_exercises_alone():
    names = ["bpkit/__init__.py", "bpkit/book/chapters/01.ipynb", "bpkit/book/exercises/01.ipynb", "x.dist-info/RECORD"]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names[:3]:
            archive.writestr(name, 1000 * name)
        lines = [f"{name},sha256=x,{1000 * len(name)}\n" for name in names[:3]]
        archive.writestr(names[3], "".join([*lines, "RECORD,,\n"]))
    smaller = zipfile.ZipFile(io.BytesIO(pyodide.without_book(made.getvalue())))
    left = [names[0], names[2], names[3]]
    assert smaller.namelist() == left
    assert [line.split(",")[0] for line in smaller.read(names[3]).decode().splitlines()] == [*left[:2], "RECORD"]
    assert smaller.read(names[2]).decode() == 1000 * names[2]
    assert smaller.getinfo(names[2]).compress_size < 1000, "packed as before"


def test_a_pyodide_that_was_changed_is_refused(small_pyodide, tmp_path):
    folder, wheel = small_pyodide
    (folder / "numpy.whl").write_bytes(b"another")
    with pytest.raises(SystemExit, match=r"numpy.whl has the SHA-256 .*, expected"):
        pyodide.put_pyodide(str(folder), tmp_path / "site", [wheel])


def test_where_there_is_no_pyodide_there_is_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for source in (f"http://127.0.0.1:{port}/full", str(tmp_path / "nowhere")):
        with pytest.raises(SystemExit, match=r"^[^\n]*--pyodide, then try again\.$"):
            pyodide.put_pyodide(source, tmp_path / str(len(source)), [])


def test_a_notebook_with_digits_says_in_the_browser_what_they_come_with():
    code = code_for_browser(ROOT / "chapters" / "06_training.ipynb")
    assert code[0]["source"].startswith("import sklearn  # ") and "import numpy as np" in code[0]["source"]
    assert "sklearn" not in code_for_browser(ROOT / "chapters" / "01_toy_example.ipynb")[0]["source"]


def code_for_browser(path):
    notebook = lite_notebook.for_browser(json.loads(path.read_text(encoding="utf-8")), "")
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", lite.FOLDERS)
def test_notebooks_in_the_browser_are_not_run_yet_and_show_their_outputs_in_one_piece(name):
    for path in sources.notebooks(ROOT, name):
        for cell in code_for_browser(path):
            where = f"{path.stem}: {cell['id']}"
            assert cell["execution_count"] is None and isinstance(cell["source"], str), where
            for output in cell["outputs"]:
                texts = [output.get("text", ""), *output.get("data", {}).values()]
                assert not [text for text in texts if isinstance(text, list)], where
                assert output.get("execution_count") is None, where
                assert not re.search(r"[✓✗○] Problem|points, \d+ of \d+ solved", str(texts)), where


def test_other_cells_make_another_edition_and_other_outputs_do_not():
    one, same, other = ({"cells": [{"source": source, "outputs": outputs}]}
                        for source, outputs in ((["a\n", "b"], [1]), ("a\nb", []), ("a\nc", [])))  # fmt: skip
    assert lite_notebook.edition(one) == lite_notebook.edition(same) != lite_notebook.edition(other)


def test_the_page_and_the_notebook_in_the_browser_have_the_same_mark():
    pages = lite.book_pages(ROOT)
    for name in sources.FOLDERS:
        for path in sources.notebooks(ROOT, name):
            notebook = json.loads(path.read_text(encoding="utf-8"))
            title = sources.page_of(notebook, name, path.stem, ROOT, lite=True)["cells"][0]["source"]
            mark = pages[f"{name}/{path.stem}"]
            assert bool(mark) == (name in lite.FOLDERS) == (f'data-edition="{mark}"' in title)
            if mark:
                notebook = lite_notebook.for_browser(json.loads(path.read_text(encoding="utf-8")), "")
                assert notebook["metadata"]["bpkit"]["edition"] == mark


def test_outputs_that_say_nothing_of_a_reader_stay_in_the_browser():
    cells = code_for_browser(ROOT / "exercises" / "03_computational_graphs.ipynb")
    printed = next(cell["outputs"][0]["text"] for cell in cells if cell["id"] == "buggy-3-d")
    assert printed == "(x + y)z: [-4.0, -4.0, 3.0]\nxy + x:   [5.0, -2.0]\n"


def test_every_reference_page_is_on_the_site():
    assert set(sources.REFERENCE) == {path.stem for path in (ROOT / "reference").glob("*.md")}
