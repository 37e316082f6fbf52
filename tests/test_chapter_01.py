"""Chapter 1's exercise within the text is judged by nudging, and its cells can be run again later."""

from pathlib import Path

import numpy as np
import pytest
from chapter_cells import changed_when_run_again
from notebook_files import read

CHAPTER = Path(__file__).resolve().parent.parent / "chapters" / "01_toy_example.ipynb"
RIGHT = """\
dl_df[2] = -np.sin(f[2]) * dl_dh[3]
dl_dh[2] = omega[2] * dl_df[2]
dl_df[1] = h[2] * dl_dh[2]
dl_dh[1] = omega[1] * dl_df[1]
dl_df[0] = np.cos(f[0]) * dl_dh[1]"""


def verdicts(answer, capsys):
    """Run the cells that the exercise needs and return the verdict that the check prints for each line of `answer`."""
    cells = {cell.id: cell.source for cell in read(CHAPTER).cells if cell.cell_type == "code"}
    needed = ("toy-model-code", "forward-pass-code", "nudging-a-value", "first-derivatives")
    code = [cells[name] for name in needed] + [cells["your-backward-pass"] if answer is None else answer]
    variables = {"np": np}
    for source in code:
        exec(source, variables)  # the chapter's own cells
    capsys.readouterr()
    exec(cells["your-backward-pass-checked"], variables)
    return [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()]


def test_an_untouched_exercise_is_not_judged(capsys):
    assert verdicts(None, capsys) == ["not attempted yet"] * 5


def test_the_right_backward_pass_is_right(capsys):
    assert verdicts(RIGHT, capsys) == ["right"] * 5


@pytest.mark.parametrize(
    ("slip", "instead", "right"),
    [
        ("-np.sin", "np.sin", 0),
        ("omega[2]", "omega[3]", 1),
        ("h[2] *", "h[1] *", 2),
        ("omega[1]", "1", 3),
        ("np.cos", "np.sin", 4),
    ],
)
def test_a_slip_spoils_its_own_line_and_all_after_it(slip, instead, right, capsys):
    assert verdicts(RIGHT.replace(slip, instead), capsys) == ["right"] * right + ["not right"] * (5 - right)


def test_every_cell_but_the_check_can_be_run_again_after_the_whole_chapter():
    # Ours has filled in the reader's five numbers by then, so the check of them says "right".
    assert changed_when_run_again(CHAPTER.name) == ["your-backward-pass-checked"]
