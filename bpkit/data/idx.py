"""Reads the IDX format, in which MNIST and its relatives are distributed: a header of sizes, then the numbers."""

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from bpkit.numerical.arguments import shortened

UNSIGNED_BYTES = 0x08
MOST_AXES = 32
MOST_UNPACKED = 2**30  # bytes; a few kilobytes of gzip can stand for any number of them
PIECE = 2**20


def read_idx(path: str | os.PathLike[str]) -> NDArray[np.uint8]:
    """Return the array of unsigned bytes in an IDX file, which may be compressed with gzip.

    The file: two zero bytes, the type of the numbers (8 for unsigned bytes), the number of axes, the size of each axis
    as a big-endian 32-bit integer, and then the numbers in C order (the last index varies fastest).

    Raises ValueError for a file of another format, or an incomplete one.

    Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of handwritten digits".

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "three.idx"
    >>> path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 5, 6, 7]))
    11
    >>> read_idx(path)
    array([5, 6, 7], dtype=uint8)
    """
    with Path(path).open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        try:
            return _parse(gzip.GzipFile(fileobj=file)) if compressed else _parse(file)
        except (ValueError, EOFError, OSError, zlib.error) as error:
            raise ValueError(f"{str(path)!r} is no IDX file that can be read: {error}.") from None


def _parse(file: IO[bytes] | gzip.GzipFile) -> NDArray[np.uint8]:
    """Read a file in small pieces, and at most one byte more than its header promises."""
    head = file.read(4)
    if len(head) < 4 or head[:2] != b"\0\0":
        raise ValueError(f"it begins with {head!r}, expected two zero bytes, a type and a number of axes")
    kind, axes = head[2], head[3]
    if kind != UNSIGNED_BYTES:
        raise ValueError(f"its numbers are of type {kind}, expected {UNSIGNED_BYTES}, unsigned bytes")
    if axes > MOST_AXES:
        raise ValueError(f"it has {axes} axes, expected at most {MOST_AXES}")
    sizes = file.read(4 * axes)
    shape = tuple(int.from_bytes(sizes[place : place + 4], "big") for place in range(0, 4 * axes, 4))
    promised, numbers = math.prod(shape), bytearray()
    if isinstance(file, gzip.GzipFile) and promised > MOST_UNPACKED:
        raise ValueError(f"it promises to unpack to {promised} bytes, expected at most {MOST_UNPACKED}")
    while len(numbers) <= promised and (piece := file.read(min(PIECE, promised + 1 - len(numbers)))):
        numbers += piece
    if len(sizes) < 4 * axes or len(numbers) != promised:
        has, expected = 4 + len(sizes) + len(numbers), 4 + 4 * axes + promised
        raise ValueError(f"it has {has} bytes, expected {expected} for shape {shortened(str(shape))}")
    return np.frombuffer(numbers, np.uint8).reshape(shape)
