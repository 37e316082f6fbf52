"""Chapter 2's cells can be run again later, and the lines that it gives the reader are ours."""

from chapter_cells import changed_when_run_again, same_around_the_blank, sources

CHAPTER = "02_matrix_backpropagation.ipynb"


def test_every_cell_can_be_run_again_after_the_whole_chapter():
    assert changed_when_run_again(CHAPTER) == []


def test_the_reader_s_backward_pass_begins_and_ends_as_ours():
    cells = sources(CHAPTER)
    assert same_around_the_blank(cells["your-backward"], cells["the-algorithm-code"])
