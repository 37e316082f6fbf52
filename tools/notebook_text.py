"""A notebook as a text file of Python cells, and back: sources, cell ids and metadata, without outputs."""

import copy
import re

from nbformat import NotebookNode
from notebook_files import NotebookError, node, without_outputs

HEADER_KEYS = ("kernelspec", "language_info")  # the same in every notebook


def to_text(notebook: NotebookNode, name: str) -> str:
    """Return the notebook in jupytext's percent format; each cell's line shows its id and metadata."""
    import jupytext

    for cell in notebook.cells:
        if cell.cell_type == "code" and re.search(r"^\s*# ?%%", cell.source, re.MULTILINE):
            raise NotebookError(f"{name}, cell {cell.id!r} has a line `# %%`, which begins a new cell in the text.")
    shown = copy.deepcopy(notebook)
    for key in HEADER_KEYS:
        shown.metadata.pop(key, None)
    for cell in shown.cells:
        cell.metadata = node({"id": cell.id, **cell.metadata})
    shown.metadata.jupytext = {
        "cell_metadata_filter": "all",
        "notebook_metadata_filter": "all,-jupytext.text_representation.jupytext_version",
    }
    text = str(jupytext.writes(shown, fmt={"extension": ".py", "format_name": "percent"}))
    refuse_loss(notebook, from_text(text, name), name)
    return text


def from_text(text: str, name: str) -> NotebookNode:
    """Return the notebook of a text made by `to_text`, not yet run; raise `NotebookError` where a cell has no id."""
    import jupytext

    notebook = jupytext.reads(text, fmt={"extension": ".py", "format_name": "percent"})
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        cell.metadata.pop("lines_to_next_cell", None)
        identity = cell.metadata.pop("id", None)
        if not isinstance(identity, str):
            raise NotebookError(f'{name}: cell number {number} has no id; write it as in # %% id="forward-pass".')
        if identity in seen:
            raise NotebookError(f"{name}: two cells have the id {identity!r}.")
        seen.add(identity)
        cell.id = identity
    notebook.metadata.pop("jupytext", None)
    return without_outputs(notebook)


def refuse_loss(notebook: NotebookNode, back: NotebookNode, name: str) -> None:
    """Raise if the text would not give back every cell as it was."""
    expected = without_outputs(notebook)
    for before, after in zip(expected.cells, back.cells, strict=False):
        if before != after:
            raise NotebookError(f"{name}, cell {before.id!r} cannot be written as text without changing it.")
    if len(expected.cells) != len(back.cells) or expected.metadata != back.metadata:
        raise NotebookError(f"{name} cannot be written as text without changing it.")
