"""Chapter 2's cells can be run again later, its reader's lines are ours, and its check tells right from wrong."""

import numpy as np
import pytest
from chapter_cells import below_the_label, changed_when_run_again, printed, same_around_the_blank, sources

CHAPTER = "02_matrix_backpropagation.ipynb"


def test_every_cell_can_be_run_again_after_the_whole_chapter():
    assert changed_when_run_again(CHAPTER) == []


def test_the_reader_s_backward_pass_begins_and_ends_as_ours():
    cells = sources(CHAPTER)
    assert same_around_the_blank(cells["your-backward"], cells["the-algorithm-code"])


@pytest.mark.parametrize(
    ("line", "slip", "wrong"),
    [
        ("", "", {}),
        ("(omega[k].T @ g)", "(omega[k].T @ g)[::-1]", {2: "βΩ", 1: "βΩ", 0: "βΩ"}),
        ("(f[k - 1] > 0) * ", "", {2: "βΩ", 1: "βΩ", 0: "βΩ"}),
        ("g_beta[k] = g ", "g_beta[k] = 2 * g ", {3: "β", 2: "β", 1: "β", 0: "β"}),
        ("g_omega[k] = g @ h[k].T", "g_omega[k] = -g @ h[k].T", {3: "Ω", 2: "Ω", 1: "Ω", 0: "Ω"}),
    ],
)
def test_the_check_of_the_reader_s_backward_pass_says_where_it_is_wrong(line, slip, wrong):
    cells, variables = sources(CHAPTER), {"np": np}
    given = ("the-network", "forward-pass", "start-at-the-loss-code", "the-whole-of-7-19")
    ours = below_the_label(cells["the-algorithm-code"])
    assert line in ours
    yours = ours.replace(line, slip).replace("def backward", "def my_backward")
    for source in (*(cells[name] for name in given), yours):
        printed(source, variables)
    found = printed(cells["your-backward-checked"], variables).splitlines()
    assert found == [f"{k} β {'β' not in wrong.get(k, '')}   Ω {'Ω' not in wrong.get(k, '')}" for k in (3, 2, 1, 0)]


def test_an_untouched_backward_pass_is_not_judged():
    cells, variables = sources(CHAPTER), {"np": np}
    for name in ("the-network", "forward-pass", "start-at-the-loss-code", "the-whole-of-7-19", "your-backward"):
        printed(cells[name], variables)
    lines = printed(cells["your-backward-checked"], variables).splitlines()
    assert lines == [f"{k} not written yet" for k in (3, 2, 1, 0)]
