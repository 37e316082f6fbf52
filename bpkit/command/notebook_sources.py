"""What an author or reader wrote in a notebook, apart from what running it adds: outputs, counts and settings."""

import hashlib
import json
from typing import Any


def without_outputs(content: bytes) -> bytes:
    r"""Return a notebook as if it had never been run; anything else as it is.

    >>> run = b'{"cells": [{"cell_type": "code", "source": "1", "outputs": ["..."], "execution_count": 1}]}'
    >>> json.loads(without_outputs(run))["cells"][0]
    {'cell_type': 'code', 'source': '1', 'outputs': [], 'execution_count': None}
    """
    notebook = _notebook(content)
    if notebook is None:
        return content
    for cell in notebook["cells"]:
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def fingerprint(content: bytes) -> str:
    r"""Return the SHA-256 of the sources of a notebook, so that running and saving it does not change it.

    Of anything else that of the whole text; the same for both kinds of line ends, which git may change on Windows.

    >>> fingerprint(b"one\r\ntwo\r\n") == fingerprint(b"one\ntwo\n")
    True
    >>> run = b'{"cells": [{"cell_type": "code", "source": "1", "outputs": ["..."], "execution_count": 1}]}'
    >>> fingerprint(run) == fingerprint(without_outputs(run)) != fingerprint(run.replace(b'"1"', b'"2"'))
    True
    """
    notebook = _notebook(content)
    if notebook is None:
        return of_bytes(content)
    cells = [
        (cell.get("cell_type"), _joined(cell.get("source")), cell.get("attachments") or None)
        for cell in notebook["cells"]
    ]
    return of_bytes(json.dumps(cells, sort_keys=True).encode())


def of_bytes(content: bytes) -> str:
    """Return the SHA-256 of a text, whatever its line ends."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _notebook(content: bytes) -> Any:
    """Return a notebook as JupyterLab reads it; None for anything else."""
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError):  # not JSON, or not even text
        return None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    return notebook if isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells) else None


def _joined(source: Any) -> Any:
    """A source may be stored as one text or as a list of its lines; JupyterLab may write either."""
    return "".join(map(str, source)) if isinstance(source, list) else source
