"""Shows what an answer prints, and no more of it than can be read."""

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import TextIO

LONGEST = 2_000  # characters


class Beginning(io.StringIO):
    """Keeps the beginning of what is written to it, and counts the rest."""

    left_out = 0

    def write(self, text: str, /) -> int:
        kept = super().write(text[: max(LONGEST - self.tell(), 0)])
        self.left_out += len(text) - kept
        return len(text)


@contextlib.contextmanager
def prints_shown() -> Iterator[None]:
    """Hold back what is printed, to standard output and to standard error, and show its beginning at the end."""
    printed, complained = Beginning(), Beginning()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
            yield
    finally:
        show(printed, sys.stdout)
        show(complained, sys.stderr)


def show(printed: Beginning, stream: TextIO) -> None:
    """Write what was kept, and how much was not."""
    text = printed.getvalue()
    if printed.left_out:
        text += f" …\n(Your answer printed {printed.left_out} characters more.)\n"
    if text:
        stream.write(text if text.endswith("\n") else text + "\n")
