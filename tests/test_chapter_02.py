"""Chapter 2's cells can be run again later, and its check of the bias line never praises the line as it came."""

from chapter_cells import changed_when_run_again, code_cells, printed

CHAPTER = "02_matrix_backpropagation.ipynb"


def test_every_cell_can_be_run_again_after_the_whole_chapter():
    assert changed_when_run_again(CHAPTER) == []


def test_the_check_of_the_bias_line_tells_right_from_wrong_after_the_whole_chapter():
    cells, variables = code_cells(CHAPTER), {}
    for source in cells.values():
        printed(source, variables)
    line = "g_beta[k] = g  # change this line"
    for sums in ("", ".sum(axis=1)", ".mean(1, keepdims=True)", ".sum(axis=1, keepdims=True)"):
        yours = cells["batch-yours"].replace(line, f"g_beta[k] = g{sums}")
        verdict = printed(f"{yours}\n{cells['batch-checked']}", variables)
        assert verdict == ("right\n" if sums == ".sum(axis=1, keepdims=True)" else "not yet\n"), sums
