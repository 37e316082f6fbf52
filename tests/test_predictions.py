"""Predictions: each is followed by the cell that answers it, which static pages fold and slides show as a next step."""

import re
from pathlib import Path

import nbformat
import pytest
from notebook_files import read

nbconvert = pytest.importorskip("nbconvert")

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
ANSWERS = "answers-prediction"
OURS = "# Ours:"  # how our answer to a task begins, which is held back, too
ASKS = re.compile(r"\*\*(Predict|Guess|On paper)")  # how a question begins whose answer the next output shows
TEMPLATES = {
    "page": (nbconvert.HTMLExporter, "<details><summary>The answer</summary>"),
    "slides": (nbconvert.HTMLExporter, '<div class="answer">\n<div class="jp-Cell-outputWrapper">'),
}


def asks(cell):
    """Whether a cell asks the reader for a prediction."""
    return cell.cell_type == "markdown" and bool(ASKS.search(cell.source))


def questions(cell):
    """How many cells may answer a cell that asks: one, or one for each item of its list."""
    return max(1, ASKS.split(cell.source)[-1].count("\n- "))


def answers(cell):
    return ANSWERS in cell.metadata.get("tags", [])


def complaints(notebook):
    """Return a sentence for each prediction without an answer, and each answer without a prediction."""
    result, asked, open_questions = [], None, 0
    for cell in notebook.cells:
        if asks(cell):
            if asked:
                result.append(f"{asked}: no cell answers it")
            asked, open_questions = cell.id, questions(cell)
        elif cell.source.startswith(OURS) and cell.outputs and not asked:
            open_questions = 0
            if not answers(cell):
                result.append(f"{cell.id}: it answers a task in the open")
        elif answers(cell):
            if not cell.outputs:
                result.append(f"{cell.id}: it shows nothing, so it answers nothing")
            if not open_questions:
                result.append(f"{cell.id}: nothing was asked before it")
            asked, open_questions = None, max(0, open_questions - 1)
        elif cell.cell_type == "code" and cell.outputs:
            if asked:
                result.append(f"{cell.id}: it shows something between {asked} and its answer")
            else:
                open_questions = 0
    return result + ([f"{asked}: no cell answers it"] if asked else [])


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_prediction_is_followed_by_its_answer(path):
    assert complaints(read(path)) == []


def cells(*kinds):
    """A small notebook of questions (?, g, p; : two of them), answers (!), silent code (.), code that
    shows (#), and our answers to a task, held back (o) or not (O)."""
    shown = [nbformat.v4.new_output("stream", text="42")]
    made = {
        "?": lambda: nbformat.v4.new_markdown_cell("**Predict.** What comes out?"),
        ":": lambda: nbformat.v4.new_markdown_cell("**Predict**:\n\n- What comes first?\n- What then?"),
        "g": lambda: nbformat.v4.new_markdown_cell("**Guess** what comes out."),
        "p": lambda: nbformat.v4.new_markdown_cell("**On paper**, what comes out?"),
        "!": lambda: nbformat.v4.new_code_cell("f()", outputs=shown, metadata={"tags": [ANSWERS]}),
        "0": lambda: nbformat.v4.new_code_cell("f()", metadata={"tags": [ANSWERS]}),
        "o": lambda: nbformat.v4.new_code_cell(f"{OURS} unfold it.", outputs=shown, metadata={"tags": [ANSWERS]}),
        "O": lambda: nbformat.v4.new_code_cell(f"{OURS} unfold it.", outputs=shown),
        ".": lambda: nbformat.v4.new_code_cell("def f(): ..."),
        "#": lambda: nbformat.v4.new_code_cell("g()", outputs=shown),
    }
    return nbformat.v4.new_notebook(cells=[made[kind]() for kind in kinds])


@pytest.mark.parametrize("kinds", ["", "?!", "g!", "p!", "#?.!#?!", "?!.", ":!!", ":!.!", ":!", "#o?!o", "?o"])
def test_sound_orders(kinds):
    assert complaints(cells(*kinds)) == []


FLAWED = ["?", "g", "p", "??!", "g#!", "!", "?!!", "?#!", "?0", ":!!!", ":!#!", ":", "#O", ":!o!"]


@pytest.mark.parametrize("kinds", FLAWED)
def test_each_flaw_is_found(kinds):
    assert len(complaints(cells(*kinds))) == 1


@pytest.mark.parametrize("template", TEMPLATES)
def test_static_pages_hold_back_the_answers_and_nothing_else(template):
    exporter, held_back = TEMPLATES[template]
    made = exporter(template_name=template, extra_template_basedirs=[str(ROOT / "tools" / "templates")])
    for kinds, expected in (("?!", 1), ("#", 0), ("?!#?!", 2)):
        page, _ = made.from_notebook_node(cells(*kinds))
        assert page.count(held_back) == expected


def test_a_page_folds_the_code_of_a_cell_whose_source_is_hidden():
    exporter, _ = TEMPLATES["page"]
    made = exporter(template_name="page", extra_template_basedirs=[str(ROOT / "tools" / "templates")])
    notebook = cells("#", "#")
    notebook.cells[1].metadata["jupyter"] = {"source_hidden": True}
    page, _ = made.from_notebook_node(notebook)
    assert page.count("<details><summary>The code</summary>") == 1
