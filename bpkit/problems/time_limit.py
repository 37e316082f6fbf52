"""Calls a reader's function so that whatever it does, an endless loop included, the notebook gets an answer."""

import contextlib
import ctypes
import io
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

THREAD = "bpkit check"


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
    leaving = threading.RLock()  # held while TimeUp is sent, and for good once the function is over
    over = threading.Event()  # not thread.join: in Python 3.11 an interrupted join takes a running thread for ended

    def run() -> None:
        try:
            outcome["value"] = np.errstate(all="ignore")(function)()
        except TimeUp:
            pass
        except BaseException as error:  # a reader's exit() must not end the thread silently either
            outcome["error"] = error
        while True:
            try:
                leaving.acquire()
                return over.set()  # a TimeUp that was sent and has not arrived is raised by this call, before it acts
            except TimeUp:
                pass

    thread = threading.Thread(target=run, name=THREAD, daemon=True)
    in_time = stopped = False
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            thread.start()
            deadline = time.monotonic() + seconds
            while not in_time and time.monotonic() < deadline:
                in_time = over.wait(0.05)  # in short waits, because on Windows a wait cannot be interrupted
        finally:  # also when the reader interrupts the kernel
            stopped = _stop(thread, leaving, over)
    if not stopped:
        raise StillRunning
    if not in_time:
        raise TimeUp
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


def _stop(thread: threading.Thread, leaving: Any, over: threading.Event) -> bool:
    """Send TimeUp to the thread until it ends, for about two seconds: a bare `except:` swallows one at a time."""
    for _ in range(60):
        if over.is_set():
            return True
        if leaving.acquire(blocking=False):
            # Never sent with None, to take it back: Python 3.11 then hangs in every function call that is traced.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeUp))
            leaving.release()
        over.wait(0.03)
    return over.is_set()
