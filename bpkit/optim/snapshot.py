"""The file from which an interrupted training goes on: arrays, and a description in JSON; nothing in it is ever run."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpkit.numerical.whole_file import write_whole

FORMAT = "bpkit snapshot 1"
Tree = Any  # dicts with text for keys, lists, arrays, numbers, text, None, in any depth


def write(path: Path, tree: Tree) -> None:
    """Write a tree of arrays and plain values; whatever interrupts this, the file is either the old one or the new."""
    arrays: list[NDArray[Any]] = []
    description = json.dumps({"format": FORMAT, "tree": _without_arrays(tree, arrays)})
    named = {f"array_{number}": array for number, array in enumerate(arrays)}
    write_whole(path, lambda file: np.savez(file, description=np.array(description), **named))  # type: ignore[arg-type]


def read(path: Path) -> Tree:
    """Read what `write` wrote.

    Raises ValueError for any other file, and for one that was cut off.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            description = json.loads(str(file["description"]))
            if description["format"] != FORMAT:
                raise ValueError
            return _with_arrays(description["tree"], file)
    except (FileNotFoundError, PermissionError):
        raise
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError, zipfile.BadZipFile):
        raise ValueError(
            f"snapshot {str(path)!r} is not a file that bpkit.fit wrote, or it is damaged: choose another name, or "
            "delete it to begin again."
        ) from None


def _without_arrays(tree: Tree, arrays: list[NDArray[Any]]) -> Tree:
    """The tree with every array replaced by its number, and the array appended to `arrays`."""
    if isinstance(tree, dict):
        return {"dict": {key: _without_arrays(value, arrays) for key, value in tree.items()}}
    if isinstance(tree, list | tuple):
        return [_without_arrays(value, arrays) for value in tree]
    if isinstance(tree, np.ndarray):
        arrays.append(tree)
        return {"array": len(arrays) - 1}
    return tree.item() if isinstance(tree, np.generic) else tree


def _with_arrays(tree: Tree, file: Any) -> Tree:
    if isinstance(tree, list):
        return [_with_arrays(value, file) for value in tree]
    if isinstance(tree, dict):
        if "array" in tree:
            return file[f"array_{tree['array']}"]
        return {key: _with_arrays(value, file) for key, value in tree["dict"].items()}
    return tree
