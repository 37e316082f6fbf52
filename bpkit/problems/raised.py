"""Says what a reader's code raised, and in which of its lines."""

import linecache
import os
import sysconfig
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType, TracebackType

import numpy as np

from bpkit.problems.time_limit import TimeUp

LONGEST = 300  # the characters of an exception's own text that are shown
_LIBRARIES = (
    str(Path(__file__).parents[1]) + os.sep,
    *{sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    str(Path(linecache.__file__).parent) + os.sep,  # in a browser Python's own modules are in an archive,
    str(Path(np.__file__).parents[1]) + os.sep,  # and the paths above begin with two slashes
    "<frozen ",
    "<__array_function__",
)


def line_of(error: BaseException) -> str:
    """In which line of the reader's the exception was raised, as ` in the line …`; empty when in none of them."""
    line = last_line(error.__traceback__)
    return f" in {line}" if line else ""


def last_line(trace: TracebackType | None) -> str:
    """The innermost of the reader's own lines; empty when there is none."""
    lines = readers_lines(trace)
    return named(*lines[-1]) if lines else ""


def line_at(frame: FrameType | None) -> str:
    """The reader's own line in which a frame is; empty when there is none."""
    while frame is not None:
        if not frame.f_code.co_filename.startswith(_LIBRARIES):
            return named(frame.f_code, frame.f_lineno)
        frame = frame.f_back
    return ""


def readers_lines(trace: TracebackType | None) -> list[tuple[CodeType, int]]:
    """The code and the number of each line on the way to the exception that is in no library, the innermost last."""
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        if not code.co_filename.startswith(_LIBRARIES):
            lines.append((code, trace.tb_lineno))
        trace = trace.tb_next
    return lines


def named(code: CodeType, number: int) -> str:
    """A line by its text where that is known, or else by its number."""
    text = linecache.getline(code.co_filename, number).strip()
    return f"the line `{shortened(text)}`" if text else f"its line {number}"


def depth_of_recursion(trace: TracebackType | None) -> int:
    """How often the function that most often is on the way to the exception is there: 1 when nothing calls itself."""
    return max(Counter(code for code, _ in readers_lines(trace)).values(), default=0)


def type_of(value: object) -> str:
    """The name of a value's type."""
    return shortened(type.__dict__["__name__"].__get__(type(value)))


def text_of(error: BaseException) -> str:
    """The exception's own text in one line; an exception whose text cannot be made is not a reason to fail."""
    try:
        text = str.__str__(str(error))
    except (TimeUp, KeyboardInterrupt):
        raise
    except BaseException as another:
        return f"(its text cannot be shown, because that raises {type_of(another)})"
    return in_one_line(text)


def in_one_line(text: str) -> str:
    """The beginning of a text, with its lines put together."""
    return shortened(" ".join(text[: 10 * LONGEST].split()))


def shortened(text: str) -> str:
    """The beginning of a text that is too long for a sentence."""
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + " …"
