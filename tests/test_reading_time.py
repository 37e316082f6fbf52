"""The time a reader needs: how it is counted, and that each notebook of the book says about as much."""

import re
from pathlib import Path

import nbformat
import pytest
from notebook_files import read
from reading_time import Length, length, words

CHAPTERS = sorted((Path(__file__).resolve().parent.parent / "chapters").glob("*.ipynb"))
LIMITS = {"01_toy": 60, "02_matrix": 120, "03_comp": 90, "04_forward": 60, "05_init": 120, "06_train": 180}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_title_says_about_how_long_the_notebook_takes(path):
    said = re.search(r"About (\d+) minutes", read(path).cells[0].source)
    assert said, "its first cell says nothing of minutes"
    assert abs(int(said[1]) - length(path).minutes) <= 5


@pytest.mark.parametrize("name", LIMITS)
def test_a_main_line_is_as_short_as_promised_even_for_those_who_read_every_check(name, tmp_path):
    (path,) = [one for one in CHAPTERS if one.stem.startswith(name)]
    notebook = read(path)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)  # so that cells to be run folded count, too
    nbformat.write(notebook, tmp_path / path.name)
    assert length(tmp_path / path.name).minutes < LIMITS[name] + 0.5


def test_folded_notes_comments_formulas_and_cells_to_run_folded_are_not_counted(tmp_path):
    prose = "**Predict** it.\n\n$$a + b = c$$\n\n<details><summary>More</summary>\n\nmany more words\n\n</details>"
    code = "# why\n\nx = 1\nwidgets.gate_viewer()"
    check = nbformat.v4.new_code_cell("y = 2", metadata={"tags": ["run-folded"]})
    cells = [nbformat.v4.new_markdown_cell(prose), nbformat.v4.new_code_cell(code), check]
    path = tmp_path / "one.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    assert words(prose) == 3
    assert length(path) == Length(words=3, lines=2, predictions=1, widgets=1)
    assert length(path).minutes == pytest.approx(3 / 150 + 2 / 4 + 2 + 3)
