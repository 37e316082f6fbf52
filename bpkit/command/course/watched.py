"""Run a program, and end it with all that it started when it takes too long or too much memory."""

import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

LOOK_EVERY = 0.25  # seconds


class Limits(NamedTuple):
    """What one submission may take."""

    seconds: int
    megabytes: int


class Stopped(Exception):
    """The teacher ended the run."""


class Watched(NamedTuple):
    """How a program ended, and what it took."""

    status: int
    said: str
    seconds: float
    megabytes: float  # of all its processes together, at most
    ended_because: str = ""


def run_watched(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], limits: Limits, log: Path, stop: Event
) -> Watched:
    """Run `command` in `folder` within the limits; what it says is written to `log`.

    Raises Stopped once `stop` is set.
    """
    import psutil

    limited = Path(__file__).with_name("limited.py")
    words = [sys.executable, str(limited), str(limits.megabytes), str(limits.seconds + 5), *command]
    start, most, reason = time.monotonic(), 0.0, ""
    family: dict[int, Any] = {}
    with log.open("wb") as output:
        process = subprocess.Popen(
            words,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # the teacher's Ctrl-C is for the run, not for what a student is graded by
        )
        try:
            while process.poll() is None:
                if stop.wait(LOOK_EVERY):
                    raise Stopped
                remember_family(family, process.pid)
                most = max(most, memory_of(family))
                if time.monotonic() - start > limits.seconds:
                    reason = f"it took longer than {limits.seconds} seconds"
                elif most > limits.megabytes:
                    reason = f"it took more than {limits.megabytes} megabytes of memory"
                if reason:
                    break
        finally:
            remember_family(family, process.pid)
            for one in family.values():
                with suppress(psutil.Error):  # which never kills another process that has got the same number
                    one.kill()
            process.kill()
            process.wait()
    return Watched(process.returncode, last_words(log), time.monotonic() - start, most, reason)


def remember_family(family: dict[int, Any], number: int) -> None:
    """Note a process and all that it started; a kernel stays known when what started it has ended."""
    import psutil

    with suppress(psutil.Error):
        process = psutil.Process(number)
        for one in [process, *process.children(recursive=True)]:
            family.setdefault(one.pid, one)


def memory_of(family: Mapping[int, Any]) -> float:
    """Return how many megabytes these processes have together."""
    import psutil

    total = 0
    for process in family.values():
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total / 2**20


def last_words(log: Path) -> str:
    """Return the last line of a log that names an error, or else that says something."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    errors = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
    return next((line for line in reversed(errors or lines) if line), "")
