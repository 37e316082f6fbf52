"""Let another program take the place of this one: the reader's Ctrl-C and the exit status are then its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn


def hand_over(command: list[str], folder: Path) -> NoReturn:
    """Run `command` in `folder` in place of this program and end with its exit status."""
    sys.stdout.flush()
    if os.name == "nt":  # Windows cannot replace a running program, so this one waits
        raise SystemExit(run_and_wait(command, folder))
    os.chdir(folder)
    os.execv(command[0], command)


def run_and_wait(command: list[str], folder: Path) -> int:
    """Run `command` in `folder` as a child and return its exit status."""
    with subprocess.Popen(command, cwd=folder) as child:
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # the console sends Ctrl-C to the child too, and how it ends is the child's to say
