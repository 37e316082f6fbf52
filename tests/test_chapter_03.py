"""Chapter 3 says how many lines its engine has."""

import ast
import json
from pathlib import Path

CHAPTER = Path(__file__).resolve().parent.parent / "chapters" / "03_computational_graphs.ipynb"


def test_the_engine_has_as_many_lines_as_the_chapter_says():
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]}
    last = cells["engine-backward"]
    walk = last.splitlines()[: ast.parse(last).body[0].end_lineno]  # without the lines that try it
    engine = [cells[name].splitlines() for name in ("engine-record", "engine-tables", "engine-order")]
    lines = [line for cell in (*engine, walk) for line in cell if line.strip()]
    assert any(f"## An engine in {len(lines)} lines" in text for text in cells.values())
    assert f"engine in {len(lines)} lines" in cells["title"]
