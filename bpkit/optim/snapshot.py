"""The file from which an interrupted training goes on: arrays, and a description in JSON; nothing in it is ever run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.numerical.described_arrays import read_described, write_described

FORMAT = "bpkit snapshot 1"
Tree = Any  # dicts with text for keys, lists, arrays, numbers, text, None, in any depth


def write(path: Path, tree: Tree) -> None:
    """Write a tree of arrays and plain values; whatever interrupts this, the file is either the old one or the new."""
    arrays: list[Array] = []
    description = {"format": FORMAT, "tree": _without_arrays(tree, arrays)}
    write_described(path, description, {f"array_{number}": array for number, array in enumerate(arrays)})


def read(path: Path) -> Tree:
    """Read what `write` wrote.

    Raises ValueError for any other file, and for one that was cut off; OSError if it cannot be opened.
    """
    try:
        description, arrays = read_described(path, FORMAT)
        return _with_arrays(description["tree"], arrays)
    except OSError:
        raise
    except Exception:  # a damaged description can lead to any error
        raise damaged(path) from None


def damaged(path: Path) -> ValueError:
    """Return the error for a file that is no snapshot."""
    return ValueError(
        f"snapshot {str(path)!r} is not a file that bpkit.fit wrote, or it is damaged: choose another name, or "
        "delete it to begin again."
    )


def _without_arrays(tree: Tree, arrays: list[Array]) -> Tree:
    """The tree with every array replaced by its number, and the array appended to `arrays`."""
    if isinstance(tree, dict):
        return {"dict": {key: _without_arrays(value, arrays) for key, value in tree.items()}}
    if isinstance(tree, list | tuple):
        return [_without_arrays(value, arrays) for value in tree]
    if isinstance(tree, np.ndarray):
        arrays.append(tree)
        return {"array": len(arrays) - 1}
    return tree.item() if isinstance(tree, np.generic) else tree


def _with_arrays(tree: Tree, arrays: Mapping[str, Array]) -> Tree:
    if isinstance(tree, list):
        return [_with_arrays(value, arrays) for value in tree]
    if isinstance(tree, dict):
        if "array" in tree:
            return arrays[f"array_{tree['array']}"]
        return {key: _with_arrays(value, arrays) for key, value in tree["dict"].items()}
    return tree
