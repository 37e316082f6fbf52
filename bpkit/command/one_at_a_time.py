"""Let one start of the command at a time set things up: a second one waits until the first is done."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Keep every other start that locks the file `path` out of a `with` block; say so, and wait, if one is in it.

    It is a file that is always there, so none is left behind, and the system unlocks it however this program ends.
    """
    with path.open("r+b" if os.access(path, os.W_OK) else "rb") as file:  # a network disk locks only what it can write
        if not locks(file):
            print("Another start of this command is installing: waiting until it is done.", flush=True)
            while not locks(file):
                time.sleep(0.1)
        yield


def locks(file: BinaryIO) -> bool:
    """Lock `file` if no other program has; on a disk that knows no locks nothing is done, and nobody waits."""
    try:
        if sys.platform == "win32":
            file.seek(1 << 30)  # far behind the end: nobody could read a byte that is locked
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
