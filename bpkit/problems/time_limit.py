"""Calls a reader's function so that whatever it does, an endless loop included, the notebook gets an answer."""

import contextlib
import ctypes
import io
import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np


class TimeUp(BaseException):
    """The time limit has passed. Not an Exception, so that a reader's `except Exception` does not swallow it."""


class StillRunning(BaseException):
    """The time limit has passed and the function could not be stopped."""


def call_with_time_limit(function: Callable[[], Any], seconds: float) -> Any:
    """Return function(), or raise what it raised, or TimeUp after `seconds`.

    The function runs in a thread, because a signal does not exist on Windows and a process could not see functions
    that were typed into a notebook. What it prints is dropped and warnings are not shown.

    Raises TimeUp when it was stopped and StillRunning when it sits in compiled code that cannot be interrupted. (Code
    that never gives up the interpreter's lock, such as 9**9**9, delays both until it returns.)

    >>> call_with_time_limit(lambda: 6 * 7, seconds=5)
    42
    """
    outcome: dict[str, Any] = {}

    def run() -> None:
        with contextlib.suppress(TimeUp), np.errstate(all="ignore"):
            try:
                outcome["value"] = function()
            except BaseException as error:  # a reader's exit() must not end the thread silently either
                outcome["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    in_time = stopped = False
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        thread.start()
        try:
            thread.join(seconds)
            in_time = not thread.is_alive()
        finally:  # also when the reader interrupts the kernel
            stopped = _stop(thread)
    if not stopped:
        raise StillRunning
    if not in_time:
        raise TimeUp
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


def _stop(thread: threading.Thread) -> bool:
    """Raise TimeUp inside the thread until it ends, for about a second (a bare `except:` swallows the first)."""
    for _ in range(20):
        if not thread.is_alive():
            return True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeUp))
        thread.join(0.05)
    return not thread.is_alive()
