"""A program with less memory and time: `python limited.py MEGABYTES SECONDS PROGRAM …` sets the limits and becomes it.

What the program starts has the same limits, so that a student's cell that asks for too much gets a MemoryError, and a
process that outlives the others is ended by the system. Windows has no such limits: there the clock and the scales of
`watched.py` are all.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress


def main(words: Sequence[str]) -> None:
    """Set the limits, where the system has some, and run the program."""
    megabytes, seconds, *program = words
    try:
        import resource
    except ImportError:
        pass
    else:
        for limit, value in ((resource.RLIMIT_AS, int(megabytes) << 20), (resource.RLIMIT_CPU, int(seconds))):
            with suppress(ValueError, OSError):  # macOS refuses some
                resource.setrlimit(limit, (value, value))
    os.execv(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
