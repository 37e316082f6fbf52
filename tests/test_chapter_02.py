"""Chapter 2's cells can be run again later."""

from chapter_cells import changed_when_run_again

CHAPTER = "02_matrix_backpropagation.ipynb"


def test_every_cell_can_be_run_again_after_the_whole_chapter():
    assert changed_when_run_again(CHAPTER) == []
