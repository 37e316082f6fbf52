"""Chapter 4's checks of the reader's tangents and of the product of dual numbers tell right from wrong."""

import pytest
from chapter_cells import below_the_label, sources

CHAPTER = "04_forward_mode.ipynb"


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
    cells = sources(CHAPTER)
    written = cells["dual-product-yours"].replace("return np.nan", f"return {tangent}")
    assert f"return {tangent}" in written
    order = [cells["dual-class"], written, cells["dual-product-checked"]]
    exec("\n\n".join(["import numpy as np", *order]), {})
    shown = capsys.readouterr().out
    assert shown.startswith("not right: ") if verdict == "not right" else shown == f"{verdict}\n"


RIGHT = {"f1_tangent": "f1", "f2_tangent": "2 * f1 * f1_tangent", "f3_tangent": "f1_tangent + f2_tangent"}


@pytest.mark.parametrize(
    ("lines", "verdicts"),
    [
        ({}, ["not attempted yet"] * 3),
        (RIGHT, ["right"] * 3),
        (RIGHT | {"f1_tangent": "1.105"}, ["right"] * 3),  # rounded, as on paper
        (RIGHT | {"f2_tangent": "f1 * f1_tangent"}, ["right", "not right", "not right"]),
        (RIGHT | {"f3_tangent": "f2_tangent"}, ["right", "right", "not right"]),
    ],
)
def test_the_check_of_the_tangents(lines, verdicts, capsys):
    cells = sources(CHAPTER)
    yours = [f"{name} = {formula}" for name, formula in lines.items()]
    variables = {}
    exec("\n".join(["import numpy as np", cells["rates-yours"], *yours, cells["rates-checked"]]), variables)
    assert variables["y"] == variables["six"](variables["x"])[-1]
    found = [line.partition(": ") for line in capsys.readouterr().out.splitlines()]
    assert [name for name, _, _ in found] == ["f1", "f2", "f3", "f4", "f5", "y"]
    assert [verdict for _, _, verdict in found] == [*verdicts, *["not attempted yet"] * 3]


def test_the_engine_that_carries_dual_numbers_is_that_of_chapter_3():
    engine = sources("03_computational_graphs.ipynb")
    before = [engine[name] for name in ("engine-record", "engine-as-box", "engine-order")]
    piece = "\n\n\n".join([*before, below_the_label(engine["engine-backward"])])
    assert below_the_label(sources("04_appendix_second_derivatives.ipynb")["engine-again"]) == piece
