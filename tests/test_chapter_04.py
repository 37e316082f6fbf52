"""Chapter 4's check of the reader's product of dual numbers tells right from wrong."""

import json
from pathlib import Path

import pytest

CHAPTER = Path(__file__).resolve().parent.parent / "chapters" / "04_forward_mode.ipynb"


@pytest.mark.parametrize(
    ("tangent", "verdict"),
    [
        ("a.tangent * b.value + a.value * b.tangent", "right"),
        ("a.tangent * b.tangent", "not right"),
        ("a.tangent * b.value", "not right"),
        ("a.tangent + b.value * b.tangent", "not right"),
        ("a.tangent * b.value + a.value * b.tangent + a.tangent * b.tangent", "not right"),
        ("np.nan", "not attempted yet"),
        ("None", "not right"),
        ("a.tangent * b", "not right"),  # which asks for the product again, without end
    ],
)
def test_the_check_of_the_reader_s_product_tells_right_from_wrong(tangent, verdict, capsys):
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]}
    written = cells["dual-product-yours"].replace("return np.nan", f"return {tangent}")
    assert f"return {tangent}" in written
    order = [cells["dual-class"], written, cells["dual-product-checked"]]
    exec("\n\n".join(["import numpy as np", *order]), {})
    shown = capsys.readouterr().out
    assert shown.startswith("not right: ") if verdict == "not right" else shown == f"{verdict}\n"
