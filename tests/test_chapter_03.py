"""Chapter 3 says how many lines its engine has, and its checks of the reader's code tell right from wrong."""

import numpy as np
import pytest
from chapter_cells import below_the_label, printed, same_around_the_blank, sources

CHAPTER = "03_computational_graphs.ipynb"
BEFORE_THE_WALK = ("engine-record", "engine-as-box", "engine-functions", "engine-order")


def test_the_engine_has_as_many_lines_as_the_chapter_says():
    cells = sources(CHAPTER)
    engine = [cells[name].splitlines() for name in BEFORE_THE_WALK]
    lines = [
        line
        for cell in (*engine, below_the_label(cells["engine-backward"]).splitlines())
        for line in cell
        if line.strip()
    ]
    assert any(f"## An engine in {len(lines)} lines" in text for text in cells.values())
    assert f"engine of {len(lines)} lines" in cells["title"]


def test_the_engine_in_one_piece_is_the_engine_of_the_cells():
    cells = sources(CHAPTER)
    before = [cells[name].strip() for name in BEFORE_THE_WALK]
    piece = "\n\n\n".join([*before, below_the_label(cells["engine-backward"]).strip()])
    assert f"```python\n{piece}\n```" in cells["engine-backward-words"]


def test_the_reader_s_walk_back_begins_and_ends_as_ours():
    cells = sources(CHAPTER)
    assert same_around_the_blank(cells["engine-walk-yours"], cells["engine-backward"])


SLIPS = {
    "none": lambda walk: walk,
    "the last contribution alone": lambda walk: walk.replace("grad_table.get(input_box, 0.0) + total", "total"),
    "a table that starts with 2": lambda walk: walk.replace("{output: 1.0}", "{output: 2.0}"),
    "no slope": lambda walk: walk.replace("total * slope", "total"),
    "the slope alone": lambda walk: walk.replace("total * slope", "slope"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_the_check_of_the_reader_s_walk_back_tells_right_from_wrong(slip, capsys):
    cells = sources(CHAPTER)
    walk = cells["engine-backward"]
    slipped = SLIPS[slip](walk).replace("def backward", "def your_backward")
    assert (SLIPS[slip](walk) == walk) == (slip == "none")
    engine = [cells[name] for name in BEFORE_THE_WALK]
    exec("\n".join(["import numpy as np", *engine, slipped, cells["engine-walk-checked"]]), {})
    verdicts = [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()]
    assert len(verdicts) == 4 and (set(verdicts) == {"right"}) == (slip == "none")
    assert "not attempted yet" not in verdicts


def test_the_walk_over_arrays_is_ours_with_functions_on_the_arrows():
    cells = sources(CHAPTER)
    ours = [line.partition("  #")[0].rstrip() for line in below_the_label(cells["engine-backward"]).splitlines()]
    assert "In `backward`, `total * slope` becomes `hand_back(total)`." in cells["numpy-engine"]
    changed = (
        "\n".join(ours).replace("total * slope", "hand_back(total)").replace("input_box, slope", "input_box, hand_back")
    )
    changed = changed.replace("backward(output)", "backward_arrays(output, g)").replace("{output: 1.0}", "{output: g}")
    assert cells["numpy-backward"].strip() == changed.strip()


RIGHT = {"dy_df2": "dy_df3", "dy_df1": "dy_df3 + dy_df2 * 2 * f1", "dy_dx": "dy_df1 * f1"}


@pytest.mark.parametrize(
    ("lines", "verdicts"),
    [
        ({}, ["not attempted yet"] * 3),
        (RIGHT, ["right"] * 3),
        (RIGHT | {"dy_df1": "dy_df3"}, ["right", "not right", "not right"]),
        (RIGHT | {"dy_dx": "dy_df1"}, ["right", "right", "not right"]),
        ({"dy_df2": "dy_df3 * 2 * f1"}, ["not right", "not attempted yet", "not attempted yet"]),
    ],
)
def test_the_check_of_the_derivatives_by_hand(lines, verdicts, capsys):
    cells = sources(CHAPTER)
    given = cells["figure-7-9"].split("\n\n")[0]
    yours = [f"{name} = {formula}" for name, formula in lines.items()]
    order = [given, cells["two-consumers"], cells["by-hand-yours"], *yours, cells["by-hand-checked"]]
    exec("\n".join(["import numpy as np", *order]), {})
    found = [line.partition(": ") for line in capsys.readouterr().out.splitlines()[-3:]]
    assert [name for name, _, _ in found] == list(RIGHT)
    assert [verdict for _, _, verdict in found] == verdicts


@pytest.mark.parametrize(
    ("to_Omega", "to_h", "verdicts"),
    [
        ("np.nan", "np.nan", ["not attempted yet"] * 2),
        ("np.outer(g, h.number)", "Omega.number.T @ g", ["right", "right"]),
        ("g[:, None] * h.number", "g @ Omega.number", ["right", "right"]),
        ("np.outer(h.number, g)", "Omega.number.T @ g", ["not right", "right"]),
        ("np.outer(g, h.number)", "np.nan", ["right", "not attempted yet"]),
        ("np.outer(g, g)", "Omega.number @ h.number", ["not right", "not right"]),
    ],
)
def test_the_check_of_the_reader_s_layer(to_Omega, to_h, verdicts):
    cells = sources(CHAPTER)
    first, second, third = cells["numpy-layer-yours"].split("return np.nan")
    variables = {"np": np}
    exec(f"{cells['engine-record']}\n{cells['engine-as-box']}", variables)
    yours = f"{first}return {to_Omega}{second}return {to_h}{third}"
    found = printed(f"{yours}\n{cells['numpy-layer-checked']}", variables).splitlines()
    assert found == [f"to {name}: {verdict}" for name, verdict in zip(("Omega", "h"), verdicts, strict=True)]
