"""Puts back what an answer changes in the surroundings of all code: random numbers, settings, streams, folders."""

import contextlib
import gc
import locale
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGALRM") if hasattr(signal, name)]


@contextlib.contextmanager
def surroundings_kept() -> Iterator[None]:
    """Put back at the end what was changed; warnings are not shown meanwhile.

    >>> with surroundings_kept():
    ...     np.random.seed(0)
    ...     os.environ["ANSWER"] = "42"
    >>> "ANSWER" in os.environ
    False
    """
    settings = [(read, put_back, read()) for read, put_back in _SETTINGS]
    streams = sys.stdin, sys.stdout, sys.stderr
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
        for read, put_back, before in settings:
            # One that cannot be put back, as a folder that was deleted, must not keep the others from it.
            with contextlib.suppress(Exception):
                if read() != before:
                    put_back(before)


def state_of_numpy() -> Any:
    """The state of NumPy's global generator, with its arrays in a form that `==` can compare."""
    state: Any = np.random.get_state(legacy=False)  # noqa: NPY002  the reader's code may use it
    parts = state["state"].items()
    return {**state, "state": {name: (p.dtype, p.tobytes()) if hasattr(p, "dtype") else p for name, p in parts}}


def put_back_state_of_numpy(state: Any) -> None:
    parts = state["state"].items()
    arrays = {name: np.frombuffer(p[1], p[0]) if isinstance(p, tuple) else p for name, p in parts}
    np.random.set_state({**state, "state": arrays})  # noqa: NPY002


def folder() -> str | None:
    """The folder that relative paths start from; None where it was deleted."""
    try:
        return os.getcwd()
    except OSError:
        return None


def handlers() -> dict[Any, Any]:
    """What is done on a signal."""
    return {number: signal.getsignal(number) for number in _SIGNALS}


def put_back_handlers(before: dict[Any, Any]) -> None:
    if threading.current_thread() is threading.main_thread():  # no other one may, and none could have changed them
        for number, handler in before.items():
            signal.signal(number, handler)


def put_back_environment(before: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(before)


def put_back_path(before: list[str]) -> None:
    sys.path[:] = before


# How each setting is read, and how it is put back.
_SETTINGS: tuple[tuple[Callable[[], Any], Callable[[Any], Any]], ...] = (
    (random.getstate, random.setstate),
    (state_of_numpy, put_back_state_of_numpy),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (sys.getswitchinterval, sys.setswitchinterval),
    (gc.isenabled, lambda before: gc.enable() if before else gc.disable()),
    (np.geterrcall, np.seterrcall),
    (np.get_printoptions, lambda before: np.set_printoptions(**before)),
    (handlers, put_back_handlers),
    (folder, os.chdir),
    (lambda: dict(os.environ), put_back_environment),
    (lambda: list(sys.path), put_back_path),
    (lambda: locale.setlocale(locale.LC_ALL), lambda before: locale.setlocale(locale.LC_ALL, before)),
)
