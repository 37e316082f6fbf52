"""What runs in the process of one submission: limits for it and all that it starts, then nbgrader's autograde."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from bpkit.command.course import nbgrader

PRELOADED = ["nbgrader.apps", "nbgrader.apps.autogradeapp", "jupyter_client.manager", __name__]


def autograde(course: Path, log: Path, seconds: int, megabytes: int, words: list[str]) -> None:
    """Run nbgrader's autograde with these words in the folder of a course; what it says is written to `log`."""
    confine(log, seconds, megabytes)
    os.environ.update(nbgrader.environment())
    os.chdir(course)
    from nbgrader.apps import AutogradeApp

    sys.argv = ["nbgrader autograde", *words]
    AutogradeApp.launch_instance(words)


def confine(log: Path, seconds: int, megabytes: int) -> None:
    """Set limits, where the system has some, for this process and all that it will start, and write to `log`.

    A student's cell that asks for too much gets a MemoryError, and a process that outlives the others is ended by the
    system. Windows has no such limits: there the clock and the scales of `watched.py` are all.
    """
    if hasattr(os, "setsid"):
        os.setsid()  # the teacher's Ctrl-C is for the run, not for what a student is graded by
    with log.open("wb") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    with suppress(ImportError):
        import resource

        for limit, value in ((resource.RLIMIT_AS, megabytes << 20), (resource.RLIMIT_CPU, seconds)):
            with suppress(ValueError, OSError):  # macOS refuses some
                resource.setrlimit(limit, (value, value))
