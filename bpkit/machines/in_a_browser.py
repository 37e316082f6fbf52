"""Stands for threads where Python runs in a browser, which has none: functions that stop in the middle and go on later.

Browsers of the Chromium family can keep a function of WebAssembly, and with it the Python it runs, until a promise is
kept (JavaScript Promise Integration). One function runs at a time, which is all that ranks need.
"""

import functools
from collections import deque
from collections.abc import Callable
from typing import Any

# Each function begins once the one that starts it waits: only then is there nothing of it on the browser's own stack.
START_LATER = "call => setTimeout(() => call.callPromising())"
PROMISE = "() => { const one = {}; one.promise = new Promise(done => { one.keep = done; }); return one; }"
REFUSED = (
    "ranks cannot take turns in this browser, where Python has no threads and cannot wait in the middle of a function: "
    "open the page in a current Chrome or Edge, or run the chapter in JupyterLab on a computer."
)


@functools.cache
def javascript(source: str) -> Any:
    """Return a function of the browser's language."""
    from pyodide.code import run_js  # here, as below: this is there in a browser only

    return run_js(source)


class Queue:
    """As much of queue.SimpleQueue as ranks need; one function at a time waits for it."""

    def __init__(self) -> None:
        self._items: deque[Any] = deque()
        self._awaited: Any = None

    @classmethod
    def __class_getitem__(cls, _: Any) -> type["Queue"]:
        return cls

    def put(self, item: Any) -> None:
        self._items.append(item)
        if self._awaited is not None:
            self._awaited.keep()
            self._awaited = None

    def get(self, timeout: float | None = None) -> Any:
        """Wait for an item, however long it takes: no other function could end the wait but one that puts."""
        from pyodide.ffi import run_sync

        while not self._items:
            self._awaited = javascript(PROMISE)()
            run_sync(self._awaited.promise)
        return self._items.popleft()


class Thread:
    """As much of threading.Thread as ranks need."""

    ident = None

    def __init__(self, target: Callable[..., None], args: tuple[Any, ...] = (), daemon: bool = True) -> None:
        self._target, self._args = target, args

    def start(self) -> None:
        """Let the function begin when the one that runs now waits. Raises RuntimeError where nothing can wait."""
        from pyodide.ffi import can_run_sync, create_proxy

        if not can_run_sync():
            raise RuntimeError(REFUSED)

        def call() -> None:
            try:
                self._target(*self._args)
            finally:
                proxy.destroy()

        proxy: Any = create_proxy(call)
        javascript(START_LATER)(proxy)

    def join(self, timeout: float | None = None) -> None:
        """Do not wait: whoever has been told to stop does so when the function that runs now ends or waits."""

    def is_alive(self) -> bool:
        return False
