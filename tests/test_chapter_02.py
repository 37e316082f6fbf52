"""Chapter 2's cells can be run again later, and its check of the bias line never praises the line as it came."""

from chapter_cells import changed_when_run_again, code_cells, printed

CHAPTER = "02_matrix_backpropagation.ipynb"


def test_every_cell_can_be_run_again_after_the_whole_chapter():
    assert changed_when_run_again(CHAPTER) == []


def test_the_check_of_the_bias_line_tells_right_from_untouched_after_the_whole_chapter():
    cells, variables = code_cells(CHAPTER), {}
    for source in cells.values():
        printed(source, variables)
    untouched = cells["batch-yours"]
    right = "mine = [g.sum(axis=1, keepdims=True) for g in beta_columns]"
    assert printed(untouched, variables) == "not yet\n"
    assert printed("\n".join([right, *untouched.splitlines()[1:]]), variables) == "right\n"
