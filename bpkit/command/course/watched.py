"""Run a function in a process of its own, and end it with all that it started when it takes too much."""

import functools
import multiprocessing
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.context import BaseContext
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

from bpkit.command.course.autograding import PRELOADED

LOOK_EVERY = 0.25  # seconds


class Limits(NamedTuple):
    """What one submission may take."""

    seconds: int
    megabytes: int


class Stopped(Exception):
    """The teacher ended the run."""


class Watched(NamedTuple):
    """How a process ended, and what it took."""

    status: int
    said: str
    seconds: float
    megabytes: float  # of all its processes together, at most
    ended_because: str = ""


@functools.cache
def processes() -> Any:
    """Return where processes come from: a server that has nbgrader loaded and forks, where the system can fork.

    To load nbgrader takes more work than to grade a notebook with it.
    """
    server = "forkserver" in multiprocessing.get_all_start_methods()
    context: BaseContext = multiprocessing.get_context("forkserver" if server else "spawn")
    if server:
        context.set_forkserver_preload(PRELOADED)
    return context


def run_watched(
    function: Callable[..., None], folder: Path, log: Path, limits: Limits, stop: Event, *words: Any
) -> Watched:
    """Run `function(folder, log, seconds, megabytes, *words)` in a process of its own, within the limits.

    Raises Stopped once `stop` is set.
    """
    most, reason = 0.0, ""
    family: dict[int, Any] = {}
    log.touch()
    arguments = (folder, log, limits.seconds + 5, limits.megabytes, *words)
    process = processes().Process(target=function, args=arguments, daemon=True)
    process.start()  # the first waits for the server, so the clock starts afterwards
    start = time.monotonic()
    try:
        while process.is_alive() and not reason:
            if stop.wait(LOOK_EVERY):
                raise Stopped
            remember_family(family, process.pid)
            most = max(most, memory_of(family))
            if time.monotonic() - start > limits.seconds:
                reason = f"it took longer than {limits.seconds} seconds"
            elif most > limits.megabytes:
                reason = f"it took more than {limits.megabytes} megabytes of memory"
    finally:
        remember_family(family, process.pid)
        for one in family.values():
            with suppress(Exception):  # it has ended; psutil never kills another that has got the same number
                one.kill()
        process.kill()
        process.join()
    return Watched(process.exitcode or 0, last_words(log), time.monotonic() - start, most, reason)


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
