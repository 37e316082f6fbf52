"""Fetches a file once, verifies its checksum, and stores it in the reader's cache folder."""

import hashlib
import os
import sys
import time
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from bpkit.numerical.whole_file import write_whole

SECONDS_OF_SILENCE = 20
MOST_SECONDS = 1800
MOST_BYTES, PIECE = 2**26, 2**16


def cache_folder() -> Path:
    """Return bpkit's folder in this system's place for files that can be fetched again.

    >>> cache_folder().name
    'bpkit'
    """
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "bpkit"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "bpkit"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bpkit"


def fetched(name: str, sha256: str, addresses: Sequence[str], folder: Path) -> Path:
    """Return the path of the file `name` in `folder`; fetch it from the first address that has it, if it is not there.

    A file that exists is never replaced, even if it is a different one.

    Raises ConnectionError when no address gives the file, ValueError when the file in the folder has another checksum,
    OSError when the folder cannot be written to.
    """
    path = folder / name
    if path.exists():
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            raise ValueError(
                f"{str(path)!r} is not the expected file (its checksum differs): "
                "if it was damaged, or belongs to another data set, move it away, and the right one is fetched."
            )
        return path
    _write(path, _download(name, sha256, addresses))
    return path


def _download(name: str, sha256: str, addresses: Sequence[str]) -> bytes:
    reasons = []
    for address in addresses:
        try:
            content = _read(address + name)
        except (OSError, HTTPException, ValueError) as error:  # no network, no such host or file, cut off, too slow
            reasons.append(f"{address} ({error})")
            continue
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
        reasons.append(f"{address} (what came has a wrong checksum)")
    raise ConnectionError(
        f"{name} could not be fetched from {' or '.join(reasons)}; "
        "if you are not online, bp.data.digits() has images that need no network."
    )


def _read(address: str) -> bytes:
    """What comes from an address, if it comes in time and is not too much."""
    content, begun = bytearray(), time.monotonic()
    with urlopen(address, timeout=SECONDS_OF_SILENCE) as response:
        while piece := response.read1(PIECE):
            content += piece
            if len(content) > MOST_BYTES:
                raise OSError(f"more than {MOST_BYTES} bytes came")
            if time.monotonic() - begun > MOST_SECONDS:
                raise TimeoutError(f"after {MOST_SECONDS} seconds there was still more to come")
    return bytes(content)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda file: file.write(content))
    except OSError as error:
        raise OSError(f"{str(path)!r} cannot be written ({error}): pass a folder of your own, folder=….") from None
