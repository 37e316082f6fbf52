"""A long computation in pieces, between which its widget can react; a new one takes the place of the old one."""

import asyncio
from collections.abc import Iterator


class Job:
    """What a widget is computing. A class, because a computation has to find out that another one has begun.

    A computation is a generator that yields, after each piece, the seconds it can wait before the next. JupyterLab may
    run the actions of controls in different threads, so another computation may begin in the middle of a piece.
    A generator therefore yields between computing something and showing it.
    """

    def __init__(self) -> None:
        self._pieces: Iterator[float] | None = None

    def start(self, pieces: Iterator[float]) -> None:
        """Begin a computation; the one before ends at its next `yield`. Without an event loop, run all pieces now."""
        self._pieces = pieces

        def go_on() -> None:
            if self._pieces is pieces and (delay := next(pieces, None)) is not None:
                asyncio.get_running_loop().call_later(delay, go_on)

        if can_wait():
            go_on()
        else:
            for _ in pieces:
                pass

    def stop(self) -> None:
        """End the computation at its next `yield`."""
        self._pieces = None


def can_wait() -> bool:
    """Whether there is an event loop, as in a notebook, that can go on with a computation later."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
