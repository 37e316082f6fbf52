"""Chapter 9's checks of what the reader writes tell right from wrong."""

import json
from pathlib import Path

import pytest

CHAPTER = Path(__file__).resolve().parent.parent / "chapters" / "09_distribution_shift.ipynb"
START = "import numpy as np\n\nimport bpkit as bp"

TARGET, SOURCE = "gaussian(x, 1.0, 0.3)", "gaussian(x, 0.5, 0.5)"
WRITTEN = [
    ("weight", "np.nan * x", f"{TARGET} / {SOURCE}", "right"),
    ("weight", "np.nan * x", f"{SOURCE} / {TARGET}", "upside down"),
    ("weight", "np.nan * x", f"{TARGET} * {SOURCE}", "not right"),
    ("weight", "np.nan * x", "np.nan * x", "not attempted yet"),
    ("solved", "np.nan * mu", "np.linalg.solve(C, mu)", "right"),
    ("solved", "np.nan * mu", "np.linalg.inv(C) @ mu", "right"),
    ("solved", "np.nan * mu", "np.linalg.solve(C.T, mu)", "not right: rows and columns"),
    ("solved", "np.nan * mu", "C @ mu", "not right"),
    ("solved", "np.nan * mu", "np.nan * mu", "not attempted yet"),
    ("adjust", "np.nan * q", "(w := q * (new / old)[:, None]) / w.sum(axis=0)", "right"),
    ("adjust", "np.nan * q", "q * (new / old)[:, None]", "not right: each column"),
    ("adjust", "np.nan * q", "(w := q * (old / new)[:, None]) / w.sum(axis=0)", "not right"),
    ("adjust", "np.nan * q", "(w := q * (new / old)) / w.sum(axis=0)", "not right"),
    ("adjust", "np.nan * q", "np.nan * q", "not attempted yet"),
    ("p-value", "np.nan", "(1 + np.sum(shuffled >= real)) / (1 + len(shuffled))", "right"),
    ("p-value", "np.nan", "np.mean(shuffled >= real)", "not right: the real labels"),
    ("p-value", "np.nan", "np.mean(shuffled < real)", "not right"),
    ("p-value", "np.nan", "np.nan", "not attempted yet"),
]


@pytest.mark.parametrize(("task", "blank", "answer", "verdict"), WRITTEN)
def test_a_check_tells_right_from_wrong(task, blank, answer, verdict, capsys):
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]}
    written = cells[f"{task}-yours"].replace(f"return {blank}", f"return {answer}")
    assert f"return {answer}" in written
    exec("\n\n".join([START, written, cells[f"{task}-checked"]]), {})
    shown = capsys.readouterr().out
    assert shown.startswith(verdict) if ":" in verdict or verdict == "upside down" else shown == f"{verdict}\n"
