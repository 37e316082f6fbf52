"""Fetches a file once, verifies its checksum, and stores it in the reader's cache folder."""

import hashlib
import os
import sys
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from bpkit.numerical.whole_file import write_whole

SECONDS_OF_SILENCE = 20
MOST_BYTES = 2**26


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
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
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
            with urlopen(address + name, timeout=SECONDS_OF_SILENCE) as response:
                content: bytes = response.read(MOST_BYTES)
        except (OSError, HTTPException) as error:  # no network, no such host, no such file, cut off, too slow
            reasons.append(f"{address} ({error})")
            continue
        if hashlib.sha256(content).hexdigest() == sha256:
            return content
        reasons.append(f"{address} (what came has a wrong checksum)")
    raise ConnectionError(
        f"{name} could not be fetched from {' or '.join(reasons)}; "
        "if you are not online, bp.data.digits() has images that need no network."
    )


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda file: file.write(content))
    except OSError as error:
        raise OSError(f"{str(path)!r} cannot be written ({error}): pass a folder of your own, folder=….") from None
