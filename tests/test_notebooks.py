"""Every notebook is stored as a reader should find it: run in order, with outputs that are the same everywhere."""

import ast
import copy
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from notebook_files import NotebookError, execute, normalized, read, serialize, write
from notebook_text import from_text, to_text

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("chapters", "exercises", "solutions")
NOTEBOOKS = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.ipynb"))]

LINES_IN_A_CELL = 20
SIGNIFICANT_DIGITS = 4
SLIDE_TYPES = {"slide", "subslide", "fragment", "skip", "notes", "-"}
RETURNS_NOTHING = {"append", "extend", "observe", "on_click", "sort", "update"}
REFUSED_WIDGETS = {"interact", "interact_manual", "interactive", "interactive_output", "Output"}
READABLE_ID = re.compile(r"(?![0-9a-f]{8}$)[a-z][a-z0-9-]*")  # eight hex digits are what a program makes up
DECIMAL = re.compile(r"(?<![\w.])(\d*\.\d+|\d+(?=[eE][-+]?\d))(?![\d.]*\.\d)")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
ABSOLUTE_PATH = re.compile(r"(?<![\w.:/])/(?:Users|home|mnt|opt|private|root|srv|tmp|usr|var|work)/|\b[A-Z]:\\\w")


def complaints(notebook):
    """Return one sentence for each thing that a reader or the comparison of outputs would stumble over."""
    result = []
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as problem:
        result.append(f"the notebook is not valid: {problem.message}")
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        result.append("the notebook's format is not 4.5")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    run = [cell.execution_count for cell in code if cell.source.strip()]
    if run != list(range(1, len(run) + 1)):
        result.append("the cells were not run in order from a fresh start")
    if "widgets" in notebook.metadata:
        result.append("the notebook stores the state of its widgets")
    result += [f"{cell.id}: {clause}" for cell in notebook.cells for clause in about_form(cell)]
    result += [f"{cell.id}: {clause}" for cell in code for clause in (*about_source(cell), *about_outputs(cell))]
    return result


def about_form(cell):
    if not READABLE_ID.fullmatch(cell.id):
        yield "the id is not readable"
    if cell.metadata.get("slideshow", {}).get("slide_type") not in SLIDE_TYPES:
        yield "the cell has no slide type"


def about_source(cell):
    if len(cell.source.split("\n")) > LINES_IN_A_CELL and "long" not in tags(cell):
        yield f"the cell has more than {LINES_IN_A_CELL} lines and no tag long"
    if cell.metadata.get("jupyter", {}).get("source_hidden") and not cell.source.startswith("# "):
        yield "JupyterLab shows the first line of a folded cell, which is no comment and may give the answer away"
    if refused := REFUSED_WIDGETS & names_in(tree_of(cell.source)):
        yield f"the cell uses {min(refused)}, which strict nbval cannot compare"


def about_outputs(cell):
    if shows_something(cell.source) and not cell.outputs:
        yield "the cell shows something, but no output is stored (end it with ; if it shows nothing)"
    raised = any(output.output_type == "error" for output in cell.outputs)
    if raised != ("raises-exception" in tags(cell)):
        yield "the stored output is an error" if raised else "the tag says raises-exception, but no error is stored"
    text = "\n".join(texts(cell, ("text/plain", "text/html", "text/markdown", "text/latex")))
    if found := ADDRESS.search(text) or ABSOLUTE_PATH.search(text):
        yield f"the output holds an address or path of one machine: {found.group()}"
    if "exact" not in tags(cell):
        for number in DECIMAL.findall("\n".join(texts(cell, ("text/plain",)))):
            if len(number.replace(".", "").lstrip("0")) > SIGNIFICANT_DIGITS:
                yield f"{number} has more than {SIGNIFICANT_DIGITS} digits and the cell no tag exact"


def tags(cell):
    return cell.metadata.get("tags", [])


def texts(cell, formats):
    """Yield the texts of a cell's outputs."""
    for output in cell.outputs:
        data = output.get("data", {})
        yield from (str(data[key]) for key in formats if key in data)
        yield output.get("text", "")
        yield output.get("evalue", "")


def tree_of(source):
    """Return the syntax tree of a cell; IPython's own commands count as nothing."""
    return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source, flags=re.MULTILINE))


def names_in(tree):
    """Return every name, attribute and import in a tree."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return names | {node.name for node in ast.walk(tree) if isinstance(node, ast.alias)}


def shows_something(source):
    """Tell whether a cell prints outside of functions, or ends in an expression that may have a value."""
    statements = tree_of(source).body
    called = [name for statement in statements for name in called_outside_functions(statement)]
    if {"print", "display"} & set(called):
        return True
    if not statements or not isinstance(statements[-1], ast.Expr) or source.rstrip().endswith(";"):
        return False
    last = name_of_call(statements[-1].value)
    return not (last in RETURNS_NOTHING or last.startswith("assert"))


def called_outside_functions(node):
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield name_of_call(node)
    for child in ast.iter_child_nodes(node):
        yield from called_outside_functions(child)


def name_of_call(expression):
    """Return the last part of the name of what is called, or "" if the expression is no call by name."""
    match expression:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
        case _:
            return ""


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_folder_holds_notebooks(folder):
    assert any(path.parent.name == folder for path in NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_notebook_is_fit_for_readers(path):
    notebook = read(path)
    assert complaints(notebook) == []
    assert path.read_bytes() == serialize(normalized(notebook)).encode(), "run python tools/notebook.py execute on it"


MAIN_LINES = (
    "01_toy_example",
    "02_matrix_backpropagation",
    "03_computational_graphs",
    "04_forward_mode",
    "06_training",
)


@pytest.mark.parametrize("name", MAIN_LINES)
def test_the_code_of_a_chapter_fits_a_page(name):
    (path,) = (path for path in NOTEBOOKS if path.parent.name == "chapters" and path.stem == name)
    lines = [line for cell in read(path).cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    assert [line for line in lines if len(line) > 88] == []


@pytest.fixture
def stored(sample, tmp_path):
    """Return the sample with its outputs."""
    return execute(sample, tmp_path, "sample.ipynb")


def stream(text):
    return [nbformat.v4.new_output("stream", text=text)]


def error(message):
    return [nbformat.v4.new_output("error", ename="ValueError", evalue=message, traceback=[])]


SOUND = {
    "a number in four digits": {"outputs": stream("0.001234 1.5e-16 12345 2.4.6 -0.1235 array([1., 123456.])")},
    "more digits, tagged": {"outputs": stream("0.12345"), "tags": ["exact"]},
    "prints inside a function": {"source": "def f():\n    print(1)"},
    "an assertion": {"source": "np.testing.assert_allclose(1, 1)"},
    "a hidden value": {"source": "plt.plot(x);"},
    "a magic": {"source": "%matplotlib inline\nx = 1"},
    "many lines, tagged": {"source": "x = 1\n" * 20 + "x = 2", "tags": ["long"]},
    "an expected error": {"outputs": error("no"), "tags": ["raises-exception"]},
    "folded under a comment": {"source": "# Ours.\nx = 1", "jupyter": {"source_hidden": True}},
}
FLAWS = {
    "the id is not readable": {"id": "a1b2c3d4"},
    "the cell has no slide type": {"slideshow": {}},
    "not run in order": {"execution_count": 3},
    "the first line of a folded cell": {"source": "x = 1", "jupyter": {"source_hidden": True}},
    "more than 20 lines": {"source": "x = 1\n" * 20 + "x = 2"},
    "uses interact,": {"source": "from ipywidgets import interact"},
    "uses interactive_output,": {"source": "w = widgets.interactive_output(f, {})"},
    "uses Output,": {"source": "w = widgets.Output()"},
    "but no output is stored (": {"source": "for i in x:\n    print(i)\ny = 1"},
    "no output is stored": {"source": "y = 1\ny"},
    "the stored output is an error": {"outputs": error("no")},
    "but no error is stored": {"outputs": stream("fine"), "tags": ["raises-exception"]},
    "0.12345 has more": {"outputs": stream("loss: 0.12345")},
    "12.345 has more": {"outputs": stream("[1.0 12.345]")},
    "1.23456 has more": {"outputs": error("got -1.23456e-07"), "tags": ["raises-exception"]},
    "0x7f9b9a536020": {"outputs": stream("<f at 0x7f9b9a536020>")},
    "one machine: /home/": {"outputs": stream("File /home/me/a.py")},
    "one machine: C:\\U": {"outputs": stream("File C:\\Users\\me\\a.py")},
}


def with_changed_cell(notebook, change):
    """Return a copy whose second cell is changed: tags, slideshow and jupyter in its metadata, the rest in it."""
    result = copy.deepcopy(notebook)
    cell = result.cells[1]
    for key, value in change.items():
        (cell.metadata if key in ("tags", "slideshow", "jupyter") else cell)[key] = value
    return result


def test_what_is_allowed(stored):
    assert complaints(stored) == []
    for name, change in SOUND.items():
        assert complaints(with_changed_cell(stored, change)) == [], name


def test_each_flaw_is_the_only_complaint(stored):
    for words, change in FLAWS.items():
        found = [line for line in complaints(with_changed_cell(stored, change)) if "is not valid" not in line]
        assert len(found) == 1 and words in found[0], (words, found)


WIDGETS = """\
from bpkit.widgets import toy_explorer
toy_explorer()"""


def command(*words):
    """Run tools/notebook.py as an author does."""
    tool = [sys.executable, str(ROOT / "tools" / "notebook.py"), *map(str, words)]
    return subprocess.run(tool, capture_output=True, encoding="utf-8", timeout=120, check=False)


def test_execute_stores_a_widgets_still_picture_and_changes_no_byte_the_second_time(sample, tmp_path):
    pytest.importorskip("ipywidgets")
    sample.cells[1].source = "from pathlib import Path\nprint(Path('beside.txt').exists())"
    sample.cells[2].cell_type, sample.cells[2].source = "code", WIDGETS
    sample.cells = [nbformat.from_dict({"outputs": [], "execution_count": None, **cell}) for cell in sample.cells[1:3]]
    (tmp_path / "beside.txt").touch()
    path = tmp_path / "sample.ipynb"
    write(sample, path)
    assert "stored" in command("execute", path).stdout
    first, notebook = path.read_bytes(), read(path)
    assert notebook.cells[0].outputs[0].text == "True\n"
    assert notebook.cells[1].outputs[0].data.keys() == {"text/plain", "text/html"}
    assert notebook.cells[1].outputs[0].data["text/html"].startswith("<img alt=")
    assert "widgets" not in notebook.metadata
    assert "unchanged" in command("execute", path).stdout
    assert path.read_bytes() == first


def test_a_widget_without_a_still_picture_is_refused(sample, tmp_path):
    pytest.importorskip("ipywidgets")
    sample.cells[1].source = "import ipywidgets\nipywidgets.FloatSlider()"
    del sample.cells[2:]
    path = tmp_path / "sample.ipynb"
    write(sample, path)
    assert "Cell 'own-check' shows a widget that has no still picture" in command("execute", path).stderr


def test_execute_names_the_cell_that_raises_and_leaves_the_file(sample, tmp_path):
    sample.cells[1].source = "1 / 0"
    path = tmp_path / "sample.ipynb"
    write(sample, path)
    before = path.read_bytes()
    done = command("execute", path)
    assert done.returncode == 1
    # A line, not the first: ending a kernel, ZeroMQ now and then complains before it.
    assert "sample.ipynb, cell 'own-check' could not be run." in done.stderr.splitlines()
    assert "ZeroDivisionError: division by zero" in done.stderr and "\x1b" not in done.stderr
    assert path.read_bytes() == before


def test_a_stored_error_names_no_file_of_this_machine(sample, tmp_path):
    (tmp_path / "beside.py").write_text("def refuse():\n    raise ValueError('no')\n")
    sample.cells[1].source = "import beside\n\nbeside.refuse()"
    sample.cells[1].metadata["tags"] = ["raises-exception"]
    del sample.cells[2:]
    stored = execute(sample, tmp_path, "sample.ipynb")
    assert "ValueError: no" in serialize(stored) and "beside.py" not in serialize(stored)
    assert complaints(stored) == []


def test_a_file_that_is_no_sound_notebook_is_refused(sample, tmp_path):
    path = tmp_path / "sample.ipynb"
    good = serialize(sample)
    for bad, words in (
        ("nothing", "sample.ipynb is not a notebook"),
        ("[]", "sample.ipynb is not a notebook"),
        (good.replace('"nbformat_minor": 5', '"nbformat_minor": 4'), "format 4.4, but cells have ids from 4.5 on"),
        (good.replace('   "id": "own-check",\n', ""), "cell number 2 has no id"),
        (good.replace('"id": "own-check"', '"id": "title"'), "two cells have the id 'title'"),
        (good.replace('"id": "own-check"', '"id": "a b"'), "sample.ipynb is not a valid notebook"),
    ):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(NotebookError, match=words) as caught:
            read(path)
        assert "\n" not in str(caught.value)


def test_text_and_back_is_the_same_notebook(sample, tmp_path):
    pytest.importorskip("jupytext", reason="jupytext is only for authors: pip install -e .[write]")
    path, text, back = tmp_path / "sample.ipynb", tmp_path / "sample.py", tmp_path / "back.ipynb"
    sample.cells[1].source = '%matplotlib inline\nx = "# not a cell"\n# a comment\n\n\n\ny = 1'
    sample.cells[0].source = "# Title $\\beta_0$\n\n- a\n- b\n\n![Ω](a.png)\n\n    indented\n"
    write(normalized(sample), path)
    assert command("text", path, text).returncode == 0
    shown = text.read_text(encoding="utf-8")
    assert '# %% [markdown] id="title" slideshow={"slide_type": "slide"}' in shown
    assert '# %% [markdown] id="reasoning-1-a" slideshow={"slide_type": "slide"} tags=["solution"]' in shown
    assert command("from-text", text, back).returncode == 0
    assert back.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_notebook_can_be_edited_as_text(path):
    pytest.importorskip("jupytext", reason="jupytext is only for authors: pip install -e .[write]")
    notebook = read(path)
    back = from_text(to_text(notebook, path.name), path.name)
    for before, after in zip(notebook.cells, back.cells, strict=True):
        assert (before.id, before.source, before.metadata) == (after.id, after.source, after.metadata)


def test_text_that_would_lose_something_is_refused(sample):
    pytest.importorskip("jupytext", reason="jupytext is only for authors: pip install -e .[write]")
    text = to_text(sample, "sample")
    with pytest.raises(NotebookError, match="sample: cell number 2 has no id"):
        from_text(text.replace(' id="own-check"', ""), "sample")
    with pytest.raises(NotebookError, match="two cells have the id 'title'"):
        from_text(text.replace('id="own-check"', 'id="title"'), "sample")
    sample.cells[1].source = "x = 1\n# %% more\ny = 2"
    with pytest.raises(NotebookError, match="cell 'own-check' has a line `# %%`"):
        to_text(sample, "sample")
    sample.cells[1].source = "x = 1"
    sample.cells[1].metadata["lines_to_next_cell"] = 2  # jupytext keeps this for itself
    with pytest.raises(NotebookError, match="cell 'own-check' cannot be written as text"):
        to_text(sample, "sample")
