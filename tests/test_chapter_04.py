"""Chapter 4's check of the reader's cosine tells right from wrong, and does not say what is right."""

import json
from pathlib import Path

import pytest

CHAPTER = Path(__file__).resolve().parent.parent / "chapters" / "04_forward_mode.ipynb"


@pytest.mark.parametrize(
    ("tangent", "verdict"),
    [
        ("-np.sin(x.value) * x.tangent", "right"),
        ("np.sin(x.value) * x.tangent", "not right"),
        ("-np.sin(x.value)", "not right"),
        ("np.nan", "not attempted yet"),
    ],
)
def test_the_check_of_the_reader_s_cosine_tells_right_from_wrong(tangent, verdict, capsys):
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]}
    written = cells["dual-cos-yours"].replace("np.nan)  # replace np.nan", f"{tangent})")
    assert tangent in written
    order = [cells["dual-class"], cells["dual-functions"], written, cells["dual-cos-checked"]]
    exec("\n\n".join(["import numpy as np", *order]), {})
    assert capsys.readouterr().out == f"{verdict}\n"
    assert "sin" not in cells["dual-cos-checked"]
