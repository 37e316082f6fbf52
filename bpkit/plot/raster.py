"""A grid of numbers as a small image inside an SVG drawing."""

import base64
import struct
import zlib

import numpy as np

from bpkit.numerical.arrays import Array

Colour = tuple[int, int, int]


def raster(shares: Array, low: Colour, high: Colour) -> str:
    """Return a PNG image as a `data:` address; a share of 0 has the colour `low`, 1 `high`, and others lie between.

    The first row is at the top. The image is not compressed: what compression gives depends on the machine.

    Raises ValueError for a share that is not from 0 to 1.

    >>> raster(np.array([[0.0, 1.0]]), (255, 255, 255), (0, 0, 0))[:40]
    'data:image/png;base64,iVBORw0KGgoAAAANSU'
    """
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("shares hold numbers outside of 0 to 1, or NaN.")
    rows, columns = shares.shape
    colours = np.linspace(low, high, 64).round().astype(np.uint8)
    pixels = np.zeros((rows, columns + 1), dtype=np.uint8)  # each row begins with a 0: no filter
    pixels[:, 1:] = np.round(shares * 63)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    parts = (b"IHDR", header), (b"PLTE", colours.tobytes()), (b"IDAT", _stored(pixels.tobytes())), (b"IEND", b"")
    image = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)
    return "data:image/png;base64," + base64.b64encode(image).decode()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _stored(data: bytes) -> bytes:
    """The data in zlib's format, in blocks that are not compressed."""
    most = 65535
    blocks = [data[start : start + most] for start in range(0, len(data), most)]
    written = b"".join(
        struct.pack("<BHH", last == len(blocks), len(block), most - len(block)) + block
        for last, block in enumerate(blocks, start=1)
    )
    return b"\x78\x01" + written + struct.pack(">I", zlib.adler32(data))
