"""Whether another start is opening the book right now: its JupyterLab is not listed before it runs."""

import os
import sys
import time
from pathlib import Path

from bpkit.command.running import running

if sys.platform != "win32":
    import fcntl

PATIENCE = 60  # seconds: a JupyterLab that does not answer by then does not come


def wait_for_other_start(my_work: Path) -> None:
    """Return once no other start is about to open `my_work`, or once the book is open there.

    The folder stays locked by this program and by the JupyterLab that takes its place; the system unlocks it, however
    that ends. Where a folder cannot be locked, on Windows and on some network disks, nobody waits.
    """
    if sys.platform == "win32":
        return
    folder = os.open(my_work, os.O_RDONLY)
    os.set_inheritable(folder, True)
    if locks(folder):
        return
    print("Another start of this command is opening the book: waiting until it is open.", flush=True)
    end = time.monotonic() + PATIENCE
    while running(my_work) is None and not locks(folder) and time.monotonic() < end:
        time.sleep(0.2)


def locks(folder: int) -> bool:
    """Lock an open folder if no other program has; on a disk that knows no locks nothing is done."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
