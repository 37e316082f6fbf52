"""Reads the IDX format, in which MNIST and its relatives are distributed: a header of sizes, then the numbers."""

import gzip
import math
import os
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

UNSIGNED_BYTES = 0x08


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
    content = Path(path).read_bytes()
    try:
        return _parse(gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content)
    except (ValueError, EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{str(path)!r} is no IDX file that can be read: {error}.") from None


def _parse(content: bytes) -> NDArray[np.uint8]:
    if len(content) < 4 or content[:2] != b"\0\0":
        raise ValueError(f"it begins with {content[:4]!r}, expected two zero bytes, a type and a number of axes")
    kind, axes = content[2], content[3]
    if kind != UNSIGNED_BYTES:
        raise ValueError(f"its numbers are of type {kind}, expected {UNSIGNED_BYTES}, unsigned bytes")
    start = 4 + 4 * axes
    shape = [int.from_bytes(content[place : place + 4], "big") for place in range(4, start, 4)]
    if len(content) != start + math.prod(shape):
        expected = f"{start + math.prod(shape)} for shape {tuple(shape)}"
        raise ValueError(f"it has {len(content)} bytes, expected {expected}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
