"""Writes a file whole or not at all, whatever interrupts the writing."""

import contextlib
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

try:
    from fcntl import LOCK_EX, LOCK_NB, flock
except ImportError:  # Windows, where an open file cannot be deleted anyway; a browser, where nobody else writes
    flock = None  # type: ignore[assignment]


def write_whole(path: Path, write: Callable[[IO[bytes]], Any]) -> None:
    """Let `write` fill a new file, and only then give it the name `path`: there is either the old file or the new one.

    A link stays a link, and what it leads to is written. The new file has the permissions of the old one; without an
    old one, those the system gives to new files. What killed writers left beside it is removed.

    Raises OSError if the folder cannot be written to.
    """
    path = Path(os.path.realpath(path))
    _remove_leftovers(path)
    beside = _beside(path)
    try:
        with beside.open("wb") as file:
            with contextlib.suppress(OSError):
                _lock(file)
            write(file)
            file.flush()
            with contextlib.suppress(FileNotFoundError):
                beside.chmod(path.stat().st_mode & 0o777)
            os.fsync(file.fileno())  # the contents have to be on the disk before the name is
        beside.replace(path)
        _sync_folder(path.parent)
    finally:
        beside.unlink(missing_ok=True)


def try_to_write(path: Path) -> None:
    """Raise OSError if `write_whole` could not write this file, and leave nothing behind."""
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise IsADirectoryError(f"{str(path)!r} is a folder")
    beside = _beside(path)
    beside.open("wb").close()
    beside.unlink()


def _beside(path: Path) -> Path:
    """The new file before it gets its name; another process or thread would choose another one."""
    return path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")


def _remove_leftovers(path: Path) -> None:
    """Remove what killed writers left: files whose process and thread no longer run, and that nobody has locked."""
    named = re.compile(re.escape(f".{path.name}.") + r"(\d+)\.(\d+)")
    with contextlib.suppress(OSError):
        for one in list(os.scandir(path.parent)):
            found = named.fullmatch(one.name)
            if found and not _is_running(*map(int, found.groups())) and not _is_locked(one.path):
                with contextlib.suppress(OSError):
                    os.unlink(one.path)


def _is_running(process: int, thread: int) -> bool:
    """Whether this computer runs such a process, or this process such a thread."""
    if process == os.getpid():
        return any(one.ident == thread for one in threading.enumerate())
    if os.name == "nt":
        return False  # there os.kill would end it; while it writes, its file cannot be deleted
    try:
        os.kill(process, 0)  # sends nothing
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # it runs as another user, or the number is out of range
        pass
    return True


def _lock(file: IO[bytes]) -> None:
    """Lock the file until it is closed, on network drives for other computers too; OSError if that is impossible."""
    if flock is not None:
        flock(file, LOCK_EX | LOCK_NB)


def _is_locked(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            _lock(file)
    except OSError:
        return True
    return False


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, too; Windows has no such call."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
