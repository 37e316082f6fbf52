"""Chapter 3 says how many lines its engine has, and its check of the reader's walk back tells right from wrong."""

import ast
import json
from pathlib import Path

import pytest

CHAPTER = Path(__file__).resolve().parent.parent / "chapters" / "03_computational_graphs.ipynb"


def sources():
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]}


def test_the_engine_has_as_many_lines_as_the_chapter_says():
    cells = sources()
    last = cells["engine-backward"]
    walk = last.splitlines()[: ast.parse(last).body[0].end_lineno]  # without the lines that try it
    engine = [cells[name].splitlines() for name in ("engine-record", "engine-tables", "engine-order")]
    lines = [line for cell in (*engine, walk) for line in cell if line.strip()]
    assert any(f"## An engine in {len(lines)} lines" in text for text in cells.values())
    assert f"engine in {len(lines)} lines" in cells["title"]


SLIPS = {
    "none": lambda walk: walk,
    "the last contribution alone": lambda walk: walk.replace("grad_table.get(one, 0) + ", ""),
    "a table that starts with 2": lambda walk: walk.replace("{output: 1.0}", "{output: 2.0}"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_the_check_of_the_reader_s_walk_back_tells_right_from_wrong(slip, capsys):
    cells = sources()
    source = cells["engine-backward"]
    walk = "\n".join(source.splitlines()[: ast.parse(source).body[0].end_lineno])
    slipped = SLIPS[slip](walk).replace("def backward", "def your_backward")
    assert (SLIPS[slip](walk) == walk) == (slip == "none")
    engine = [cells[name] for name in ("engine-record", "engine-tables", "engine-order")]
    exec("\n".join(["import numpy as np", *engine, slipped, cells["engine-walk-checked"]]), {})
    verdicts = [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()]
    assert len(verdicts) == 3 and (set(verdicts) == {"right"}) == (slip == "none")
    assert "not attempted yet" not in verdicts
