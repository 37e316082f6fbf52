"""Where steps are remembered: my-work/progress.tsv, to which lines are added and from which none is ever taken.

In JupyterLite the folder of all that the browser keeps takes the place of my-work.

Two notebooks may write at once, on Windows too: a line is added under a lock, in one piece, and behind a line that was
cut off in the middle it starts a new one. Outside of my-work nothing is written, nor by the notebooks of solutions/.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bpkit.problems.progress.steps import HEADING, Step, Steps, line_of, read_steps

if sys.platform == "win32":
    import msvcrt
elif sys.platform != "emscripten":
    import fcntl

MANIFEST = ".delivered.json"  # by this file, which the command that opens the book writes, my-work is recognised
FILE = "progress.tsv"
DRIVE = Path("/drive")  # where JupyterLite has what it keeps in the browser
SECONDS = 2.0  # a lock that is held longer is held by a program that hangs


def my_work() -> Path | None:
    """Return the my-work folder in which, or in a folder of which, this Python runs; None elsewhere."""
    if sys.platform == "emscripten":
        return DRIVE if DRIVE.is_dir() else None
    try:
        here = Path.cwd()
    except OSError:  # the folder was deleted
        return None
    return next((folder for folder in (here, here.parent) if (folder / MANIFEST).is_file()), None)


def name_in(folder: Path) -> str:
    """Return the name by which a reader knows the file in this folder."""
    return FILE if folder == DRIVE else f"{folder.name}/{FILE}"


def recall() -> Steps:
    """Return the steps remembered in my-work; none elsewhere.

    Raises OSError if the file is there and cannot be read.
    """
    folder = my_work()
    if folder is None:
        return Steps()
    try:
        return read_steps((folder / FILE).read_bytes())
    except FileNotFoundError:
        return Steps()


def remember(step: Step) -> str:
    """Add a step to those in my-work if it is new; return a sentence if that is impossible, otherwise nothing.

    What is checked in solutions/ is the book's work, not the reader's, and is not noted.
    """
    folder = my_work()
    if folder is None or Path.cwd() == folder / "solutions":
        return ""
    try:
        if step not in recall().done:
            add(folder / FILE, line_of(step))
    except OSError as error:
        return f"This could not be noted in {name_in(folder)}: {error.strerror or error}."
    return ""


def add(path: Path, line: str) -> None:
    """Add a line to a file, under its heading if the file is new or empty."""
    with path.open("a+b") as file, locked(file):
        size = file.seek(0, os.SEEK_END)
        before = HEADING if size == 0 else ""
        if size:
            file.seek(-1, os.SEEK_END)
            before = "" if file.read(1) == b"\n" else "\n"
        file.write((before + line).encode())
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def locked(file: BinaryIO) -> Iterator[None]:
    """Lock a file; without locks, or after two seconds, go on all the same, because adding a line rarely needs one."""
    deadline = time.monotonic() + SECONDS
    while not lock(file) and time.monotonic() < deadline:
        time.sleep(0.01)
    yield  # closing the file unlocks it


def lock(file: BinaryIO) -> bool:
    """Lock the file if nobody else has; return False if somebody has. On a disk without locks nothing is done."""
    try:
        if sys.platform == "win32":
            file.seek(1 << 30)  # far behind the end: nobody could read a byte that is locked
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        elif sys.platform != "emscripten":
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
