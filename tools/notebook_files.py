"""Notebook files: read them, run them, and write them in the one stored form that is the same on every machine."""

import copy
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
RUN_METADATA = ("ExecuteTime", "execution", "trusted")  # left in a cell by the program that ran it
CELL_SECONDS = 300


class NotebookError(ValueError):
    """Something the author of a notebook has to put right; the message names the notebook and the cell."""


def read(path: Path) -> NotebookNode:
    """Read a valid notebook of format 4.5 or later, or raise `NotebookError`; its cells have ids, each another."""
    text = path.read_text(encoding="utf-8")
    try:
        raw = json.loads(text)
        version = (raw["nbformat"], raw["nbformat_minor"])
        ids = [cell.get("id") for cell in raw["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise NotebookError(f"{path.name} is not a notebook: {problem!r}.") from problem
    if not (4, 5) <= version < (5, 0):
        raise NotebookError(
            f"{path.name} has notebook format {version[0]}.{version[1]}, but cells have ids from 4.5 on."
        )
    if None in ids:
        raise NotebookError(f"{path.name}: cell number {ids.index(None) + 1} has no id; give it a readable one.")
    # nbformat would give all but the first of these a random id.
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise NotebookError(f"{path.name}: two cells have the id {min(twice)!r}.")
    found: dict[str, Exception] = {}
    notebook: NotebookNode = nbformat.reads(text, 4, found)  # type: ignore[no-untyped-call]
    if found:
        raise NotebookError(f"{path.name} is not a valid notebook: {str(found.popitem()[1]).splitlines()[0]}.")
    return notebook


def node(content: Mapping[str, Any]) -> NotebookNode:
    """Return a notebook, or a part of one, whose keys are also attributes, at any depth."""
    result: NotebookNode = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
    return result


def serialize(notebook: NotebookNode) -> str:
    """Return the text of the notebook's file: sorted keys, one trailing newline."""
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def write(notebook: NotebookNode, path: Path) -> bool:
    """Write the notebook unless the file already holds exactly these bytes; return whether it was written."""
    data = serialize(notebook).encode()
    if path.exists() and path.read_bytes() == data:
        return False
    path.write_bytes(data)
    return True


def normalized(notebook: NotebookNode) -> NotebookNode:
    """Return a copy in the stored form: nothing in it tells when, where, or by which version of Python it was run."""
    result = copy.deepcopy(notebook)
    result.nbformat, result.nbformat_minor = 4, 5
    result.metadata.kernelspec = node(KERNELSPEC)
    result.metadata.language_info = node(LANGUAGE_INFO)
    result.metadata.pop("widgets", None)
    for cell in result.cells:
        for key in RUN_METADATA:
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs = [still(output, cell.id) for output in stored_outputs(cell.outputs)]
    return result


def without_outputs(notebook: NotebookNode) -> NotebookNode:
    """Return a copy in the stored form as if it had never been run."""
    result = normalized(notebook)
    for cell in result.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return result


def stored_outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join what was printed in pieces, and cut tracebacks to their last line, which names no file of this machine."""
    result: list[NotebookNode] = []
    for output in outputs:
        previous = result[-1] if result else {}
        if output.output_type == "stream" and previous.get("name") == output.name:
            result[-1].text += output.text
            continue
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
        result.append(output)
    return result


def still(output: NotebookNode, cell: str) -> NotebookNode:
    """Keep of a widget its still picture only, or raise `NotebookError` if it has none.

    A stored widget has no kernel behind it: JupyterLab would show it with broken-link signs until its cell is run.
    """
    data = output.get("data", {})
    if data.pop(WIDGET_VIEW, None) is not None and "text/html" not in data:
        raise NotebookError(
            f"Cell {cell!r} shows a widget that has no still picture: build it on bpkit.widgets.frame.Explorer."
        )
    return output


def execute(notebook: NotebookNode, folder: Path, name: str) -> NotebookNode:
    """Return a copy run from top to bottom in a fresh kernel of this very Python, in the stored form.

    The kernel works in `folder`. A cell that raises without the tag `raises-exception` raises `NotebookError` with the
    cell's id and its traceback.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    running = ""

    def remember(cell: NotebookNode, cell_index: int) -> None:
        nonlocal running
        running = cell.id

    fresh = without_outputs(notebook)
    # With no folders to search, the kernel is the ipykernel of this Python and not one installed elsewhere.
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    client = NotebookClient(
        fresh,
        km=manager,
        timeout=CELL_SECONDS,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=remember,
    )
    try:
        # Without progress bars: how long it takes is no result.
        client.execute(cleanup_kc=True, env={**os.environ, "TQDM_DELAY": "3600"})
    except (CellControlSignal, DeadKernelError) as problem:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", str(problem))
        raise NotebookError(f"{name}, cell {running!r} could not be run.\n{plain}") from problem
    return normalized(fresh)


def difference(stored: NotebookNode, expected: NotebookNode) -> str | None:
    """Say in one clause what differs between two notebooks, or return None.

    Sources, metadata and outputs count. Pixels do not: they change with the version of the library that draws
    them (nbval skips them too).
    """
    old = {cell.id: cell for cell in stored.cells}
    new = {cell.id: cell for cell in expected.cells}
    for heading, ids in (("lacks", new.keys() - old.keys()), ("should not have", old.keys() - new.keys())):
        if ids:
            return f"{heading} cell {min(ids)!r}"
    if list(old) != list(new):
        return "has its cells in another order"
    for name, cell in new.items():
        for part in ("cell_type", "source", "metadata", "attachments", "execution_count", "outputs"):
            if comparable(old[name].get(part)) != comparable(cell.get(part)):
                return f"has another {part.replace('_', ' ').removesuffix('s')} in cell {name!r}"
    if comparable(stored.metadata) != comparable(expected.metadata):
        return "has other notebook metadata"
    return None


def comparable(value: Any) -> Any:
    """Replace the contents of pictures by their mere presence, at any depth."""
    if isinstance(value, Mapping):
        return {key: "" if key.startswith("image/") else comparable(part) for key, part in value.items()}
    if isinstance(value, list):
        return [comparable(part) for part in value]
    return value
