"""Calls a reader's function so that whatever it does, an endless loop included, the notebook gets an answer."""

import contextlib
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

THREAD = "bpkit check"
STACK = 2**28  # bytes, used only when needed: a deep recursion under a raised limit would else end the whole kernel
COMPILERS = ("jax", "numba", "tensorflow", "torch")  # what is first called with these may be compiled first
SLOWER = 3  # how many times the limit passes where the clock is looked at before every line, which takes time itself
PATIENCE = 4  # how many times the limit passes on the clock on the wall, or before a first call is compiled


class TimeUp(BaseException):
    """The time limit has passed. Not an Exception, so that a reader's `except Exception` does not swallow it."""

    seconds = 0.0


class StillRunning(BaseException):
    """The time limit has passed and the function could not be stopped; `frame` is where it is."""

    seconds = 0.0
    frame: FrameType | None = None


class NoThreads(Exception):
    """There are no threads here, or no way to stop one: the function was not called."""


def call_with_time_limit(
    function: Callable[[], Any], seconds: float, is_under_way: Callable[[], bool] = lambda: True
) -> Any:
    """Return function(), or raise what it raised, or TimeUp after `seconds`.

    The function runs in a thread, because a signal does not exist on Windows and a process could not see functions
    that were typed into a notebook.

    What counts is the time that the processor works for it, so that a busy computer fails no function; one that waits
    is stopped after a few times as long. The clock starts anew when `is_under_way` first is true, and where a library
    is loaded that compiles on a first call, there is more time until then.

    Raises TimeUp when it was stopped and StillRunning when it sits in compiled code that cannot be interrupted. (Code
    that never gives up the interpreter's lock, such as 9**9**9, delays both until it returns.) Where threads do not
    exist, as for Python in a browser, the clock is looked at before every line instead: see `call_traced`.

    >>> call_with_time_limit(lambda: 6 * 7, seconds=5)
    42
    """
    with contextlib.suppress(NoThreads):
        return call_in_thread(function, seconds, is_under_way, sender())
    return call_traced(function, seconds)


def call_in_thread(
    function: Callable[[], Any], seconds: float, is_under_way: Callable[[], bool], send: Callable[[int], None]
) -> Any:
    """The same in a thread, where `send` raises TimeUp. Raises NoThreads where there are none."""
    outcome: dict[str, Any] = {}
    leaving = threading.RLock()  # held while TimeUp is sent, and for good once the function is over
    over = threading.Event()  # not thread.join: in Python 3.11 an interrupted join takes a running thread for ended

    def run() -> None:
        try:
            outcome["value"] = function()
        except TimeUp as stopped:
            outcome["where"] = stopped.__traceback__
        except BaseException as error:  # a reader's exit() must not end the thread silently either
            outcome["error"] = error
        while True:
            try:
                leaving.acquire()
                return over.set()  # a TimeUp that was sent and has not arrived is raised by this call, before it acts
            except TimeUp:
                pass

    thread = started(run)
    in_time = stopped = False
    spent = 0.0
    try:
        in_time, spent = wait(over, seconds, is_under_way)
    finally:  # also when the reader interrupts the kernel
        stopped = _stop(lambda: send(thread.ident or 0), leaving, over)
    if in_time and "error" in outcome:
        raise outcome["error"]
    if in_time and "value" in outcome:
        return outcome["value"]
    up = TimeUp() if stopped else StillRunning()
    up.seconds = spent
    if isinstance(up, StillRunning):
        up.frame = sys._current_frames().get(thread.ident or 0)
    raise up.with_traceback(outcome.get("where"))


def call_traced(function: Callable[[], Any], seconds: float) -> Any:
    """The same without a thread: before every line that the function runs, look whether its time is over.

    A loop of NumPy calls is hardly slower for it, one of plain Python several times. Two things cannot be stopped: a
    single call of compiled code that takes long, and a loop around a bare `except:`, which swallows the only TimeUp
    that Python lets be raised so.

    >>> call_traced(lambda: 6 * 7, seconds=5)
    42
    """
    limit = SLOWER * seconds
    deadline = time.monotonic() + limit

    def look(*_: Any) -> Any:
        if time.monotonic() > deadline:
            up = TimeUp()
            up.seconds = limit
            raise up
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        return function()
    finally:
        sys.settrace(before)


def started(run: Callable[[], None]) -> threading.Thread:
    """Start a thread. Raises NoThreads where there are none, or no more."""
    thread = threading.Thread(target=run, name=THREAD, daemon=True)
    before = threading.stack_size()
    try:
        threading.stack_size(STACK)
        thread.start()
    except (RuntimeError, ValueError):  # can't start new thread; size not valid
        raise NoThreads from None
    finally:
        threading.stack_size(before)
    return thread


def wait(over: threading.Event, seconds: float, is_under_way: Callable[[], bool]) -> tuple[bool, float]:
    """Wait until the function is over or has had its time; return whether it is over, and the time it had."""
    under_way = False
    start = time.monotonic(), time.process_time()
    while not over.wait(0.05):  # in short waits, because on Windows a wait cannot be interrupted
        if not under_way and is_under_way():
            under_way, start = True, (time.monotonic(), time.process_time())
        passed, worked = time.monotonic() - start[0], time.process_time() - start[1]
        compiling = not under_way and any(name in sys.modules for name in COMPILERS)
        limit = seconds * PATIENCE if compiling else seconds
        if passed >= PATIENCE * limit or min(passed, worked) >= limit:
            return False, min(passed, max(worked, limit))
    return True, 0.0


def sender() -> Callable[[int], None]:
    """Return what raises TimeUp in the thread with a number. Raises NoThreads where that is not possible."""
    try:
        import ctypes

        send = ctypes.pythonapi.PyThreadState_SetAsyncExc
    except (ImportError, AttributeError):
        raise NoThreads from None
    # Never sent with None, to take it back: Python 3.11 then hangs in every function call that is traced.
    return lambda thread: send(ctypes.c_ulong(thread), ctypes.py_object(TimeUp))


def _stop(send: Callable[[], None], leaving: Any, over: threading.Event) -> bool:
    """Send TimeUp to the thread until it ends, for about two seconds: a bare `except:` swallows one at a time."""
    for _ in range(60):
        if over.is_set():
            return True
        if leaving.acquire(blocking=False):
            send()
            leaving.release()
        over.wait(0.03)
    return over.is_set()
