"""Slides, printed chapters and figures: what is asked for, and figures as files; a browser test measures the slides."""

import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

from bpkit.command.handout import Handout, read_handout
from bpkit.plot.svg import picture

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tools" / "teaching"))

import chapter_html  # noqa: E402
import figures  # noqa: E402

WORDS = 'A "line" from 0 & 1, <up>.'
PLOT = """\
import matplotlib.pyplot as plt
from bpkit import plot

figure, axes = plt.subplots()
axes.plot([0, 1])
plot.described(figure, {words!r})"""


@pytest.mark.parametrize(
    ("words", "handout"),
    [
        ("slides 5", Handout("slides", 5, None)),
        ("slides 05 out", Handout("slides", 5, Path("out"))),
        ("pdf 1", Handout("pdf", 1, None)),
        ("figures", Handout("figures", None, None)),
        ("figures out", Handout("figures", None, Path("out"))),
    ],
)
def test_words_are_read(words, handout):
    assert read_handout(words.split()) == handout


@pytest.mark.parametrize(
    ("words", "named"), [("slides", "nothing"), ("pdf five", "'five'"), ("slides 5 a b", "'b'"), ("figures -x", "'-x'")]
)
def test_a_slip_in_the_words_is_named(words, named):
    with pytest.raises(SystemExit, match=named):
        read_handout(words.split())


def test_a_chapter_that_is_not_there_is_named():
    assert chapter_html.notebooks_of(ROOT, 2)[0].name == "02_matrix_backpropagation.ipynb"
    with pytest.raises(SystemExit, match="no chapter 77: the book has chapters 1 to 9"):
        chapter_html.notebooks_of(ROOT, 77)


def test_a_file_that_is_there_is_left_alone(tmp_path):
    (tmp_path / "a.html").write_text("mine")
    with pytest.raises(SystemExit, match="is there already"):
        chapter_html.write_new(tmp_path / "a.html", lambda: b"ours")
    assert (tmp_path / "a.html").read_text() == "mine"
    with pytest.raises(SystemExit, match="is there already"):
        figures.main([str(tmp_path)])


def test_figures_are_files_with_their_words(tmp_path, capsys):
    (tmp_path / "chapters").mkdir()
    drawing = picture(40, 30, ['<text x="1" y="9">Ω#%</text>'], WORDS)
    shown = nbformat.v4.new_output("execute_result", {"text/html": drawing._repr_html_(), "text/plain": WORDS})
    image = nbformat.v4.new_output("display_data", {"image/png": "iVBO", "text/plain": WORDS})
    cells = [
        nbformat.v4.new_code_cell(PLOT.format(words=WORDS), id="plot", outputs=[image]),
        nbformat.v4.new_code_cell("1 / 0  # never run: it stands behind the last plot", id="drawing", outputs=[shown]),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "chapters" / "01_a.ipynb")
    figures.write_figures(tmp_path, tmp_path / "figures", browser=None)
    made = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert made == ["01_a_drawing.svg", "01_a_drawing.txt", "01_a_plot.pdf", "01_a_plot.svg", "01_a_plot.txt"]
    for name in ("drawing", "plot"):
        svg = ElementTree.parse(tmp_path / "figures" / f"01_a_{name}.svg")
        assert svg.getroot()[0].tag.endswith("title")
        assert svg.getroot()[0].text == (tmp_path / "figures" / f"01_a_{name}.txt").read_text().strip() == WORDS
    assert svg.find(".//{http://www.w3.org/2000/svg}image") is None, "a plot in dots"
    assert (tmp_path / "figures" / "01_a_plot.pdf").read_bytes().startswith(b"%PDF-")
    assert "1 drawing has no PDF" in capsys.readouterr().out
