"""The virtual environment in the clone: its Python, made if there is none."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

AGAIN = "then run the same command again"


def python_of(folder: Path) -> Path:
    """Return the Python of the virtual environment in `folder`, which is made if there is none."""
    if not os.path.lexists(folder) or _half_made(folder).exists():
        _make(folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not _is_usable(python):
        raise SystemExit(f"There is no working Python 3.11 or newer in {folder}: delete that folder, {AGAIN}.")
    return python


def _make(folder: Path) -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise SystemExit(
            f"{sys.executable} comes without Python's venv module: on Debian or Ubuntu install python3-venv, {AGAIN}."
        )
    import venv  # some systems leave it out

    print(f"Making a virtual environment for the book in {folder.name}.", flush=True)
    try:
        folder.mkdir(exist_ok=True)
        _half_made(folder).touch()
        venv.create(folder, with_pip=True, symlinks=os.name != "nt")
        _half_made(folder).unlink()
    except (OSError, subprocess.CalledProcessError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its pip could not be installed"
        raise SystemExit(
            f"Cannot make a virtual environment in {folder} ({reason}): "
            f"put the clone where you can write and the disk has room, {AGAIN}."
        ) from None


def _half_made(folder: Path) -> Path:
    """The file that is there while the environment is made, and stays if that was interrupted: it is made again."""
    return folder / "bpkit-environment-unfinished"


def _is_usable(python: Path) -> bool:
    """Whether it starts, is recent, and belongs to a virtual environment, so that installing there is harmless."""
    question = "import sys; raise SystemExit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"
    try:
        return subprocess.run([python, "-c", question], capture_output=True).returncode == 0
    except OSError:
        return False
