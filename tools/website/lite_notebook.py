"""Makes of a notebook of the book what JupyterLite opens: as its Python would write it, and nothing run yet."""

import hashlib
import re
import zlib
from typing import Any

# What the kernel says of itself. JupyterLite writes it into an open notebook, which has changed if it was not there.
METADATA = {
    "kernelspec": {"display_name": "Python (Pyodide)", "language": "python", "name": "python"},
    "language_info": {
        "codemirror_mode": {"name": "python", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.8",  # so it says, of a newer Python too
    },
}
DIGITS = "data.digits("
IMPORT = "import sklearn  # Python in the browser loads what a cell imports: the digits come with it"
# What a check says of an answer, and of how far a reader is: in the book it stands there for a copy without answers.
STANDING = re.compile(r"[✓✗○] Problem |.* of \d+ points, ")


def for_browser(notebook: Any, page: str) -> Any:
    """Return a notebook for JupyterLite.

    Under whatever name, it knows its page in the book. It carries the mark of its edition and one of each cell, by
    which that page tells what a reader has written. Texts are in one piece, because JupyterLite joins lines of outputs
    with commas; no cell has a number, because none has been run there; no output says what a reader has solved; and the
    first cell of code names the package in which bpkit finds the digits.
    """
    notebook["metadata"] = METADATA | {"bpkit": {"page": page, "edition": edition(notebook)}}
    for cell in notebook["cells"]:
        cell["source"] = in_one_piece(cell["source"])
        if cell["cell_type"] == "code":
            cell["execution_count"] = None
            shown = [output_for_browser(output) for output in cell["outputs"]]
            cell["outputs"] = [output for output in shown if not STANDING.match(plain(output))]
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if any(DIGITS in cell["source"] for cell in code):
        code[0]["source"] = f"{IMPORT}\n{code[0]['source']}"
    marks = {cell["id"]: zlib.crc32(cell["source"].encode()) for cell in notebook["cells"]}
    notebook["metadata"]["bpkit"]["cells"] = marks
    return notebook


def edition(notebook: Any) -> str:
    """Return a mark of what a notebook of the book says: when its cells change, and not their outputs, it is another.

    A copy that a browser keeps has the mark of the edition it was made from.
    """
    sources = "\0".join(in_one_piece(cell["source"]) for cell in notebook["cells"])
    return hashlib.sha256(sources.encode()).hexdigest()[:12]


def output_for_browser(output: Any) -> Any:
    """Return an output with its texts in one piece, and without its cell's number."""
    if "text" in output:
        output["text"] = in_one_piece(output["text"])
    for kind, content in output.get("data", {}).items():
        output["data"][kind] = content if kind.endswith("json") else in_one_piece(content)
    return output | {"execution_count": None} if "execution_count" in output else output


def plain(output: Any) -> str:
    text: str = output.get("data", {}).get("text/plain", "")
    return text


def in_one_piece(text: str | list[str]) -> str:
    """Return a text that a notebook's file may keep as a list of lines.

    >>> in_one_piece(["a\\n", "b"]) == in_one_piece("a\\nb") == "a\\nb"
    True
    """
    return text if isinstance(text, str) else "".join(text)
