"""Files of arrays with a description of them in JSON, as networks and snapshots are stored; nothing in them is run."""

import json
import math
import os
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bpkit.numerical.arrays import Array
from bpkit.numerical.whole_file import write_whole

MAGIC = b"\x93NUMPY\x01\x00"  # of version 1.0 of the format of an array; the length of its header follows
HEADER = re.compile(
    r"\{'descr': '([<>|][biuf]\d{1,2}|[<>]U\d+)', 'fortran_order': (True|False), 'shape': \(([\d, ]*)\), \} *\n"
)


def write_described(path: Path, description: Any, arrays: Mapping[str, Array]) -> None:
    """Write a `.npz` file with these arrays, and the description as text."""
    text = np.array(json.dumps(description))
    write_whole(path, lambda file: np.savez(file, description=text, **arrays))  # type: ignore[arg-type]


def read_described(path: Path, form: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the description and the arrays of a file that `write_described` wrote, if the description has this format.

    Takes no more memory than a few times the length of the file, whatever it says about itself: what it promises is
    compared with what there is before anything is made.

    Raises OSError if the file cannot be opened, ValueError for any other file.
    """
    with path.open("rb") as handle:
        try:
            arrays = _arrays(handle)
            description = json.loads(arrays.pop("description").item())
        except Exception as error:  # whatever a damaged file makes zipfile and json raise
            raise ValueError(f"{type(error).__name__}: {error}") from None
    if not isinstance(description, dict) or description.get("format") != form:
        raise ValueError(f"its format is not {form!r}")
    return description, arrays


def _arrays(handle: Any) -> dict[str, Array]:
    with zipfile.ZipFile(handle) as file:
        parts = file.infolist()
        if any(part.compress_type != zipfile.ZIP_STORED or part.compress_size != part.file_size for part in parts):
            raise ValueError("it is compressed")
        if sum(part.file_size for part in parts) > os.fstat(handle.fileno()).st_size:
            raise ValueError("its parts are larger than the file")
        return {part.filename.removesuffix(".npy"): _array(file.read(part)) for part in parts}


def _array(content: bytes) -> Array:
    """An array from the format of NumPy's `save`, if its header promises what follows it."""
    start = len(MAGIC) + 2 + int.from_bytes(content[len(MAGIC) : len(MAGIC) + 2], "little")
    header = HEADER.fullmatch(content[len(MAGIC) + 2 : start].decode("latin1"))
    if not content.startswith(MAGIC) or header is None:
        raise ValueError("it holds something other than arrays of numbers")
    dtype = np.dtype(header[1])
    shape = tuple(int(size) for size in header[3].split(",") if size.strip())
    if math.prod(shape) * dtype.itemsize != len(content) - start:
        raise ValueError(f"it promises an array of shape {shape}, and holds {len(content) - start} bytes of it")
    flat = np.frombuffer(content[start:], dtype)
    return flat.reshape(shape, order="F" if header[2] == "True" else "C").astype(dtype.newbyteorder("="))
