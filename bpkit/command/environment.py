"""Find the Python that runs the command, and install there, once, what the command needs."""

import importlib
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from bpkit.command.hand_over import hand_over

Choice = Literal["run here", "install here", "run in .venv"]

AGAIN = "then run the same command again"


def enter(root: Path, extra: str, words: Sequence[str]) -> None:
    """Return at once if this Python has all that `extra` lists; else start `words` anew in one that has.

    root: the folder of the clone; extra: "book" or "test", the name of a list in its pyproject.toml.
    A Python in a virtual environment is given what it lacks. Any other is left alone: `.venv` in the clone is used.
    """
    choice = choose(ready=is_ready(root, extra), virtual=sys.prefix != sys.base_prefix)
    if choice == "run here":
        return
    if choice == "install here":
        install(root, extra)
        python = sys.executable
    else:
        python = str(python_of(root / ".venv"))
    hand_over([python, "-m", "bpkit", *words], root)


def choose(*, ready: bool, virtual: bool) -> Choice:
    """Return what to do with a Python that has all it needs or not, in a virtual environment or not."""
    if ready:
        return "run here"
    return "install here" if virtual else "run in .venv"


def is_ready(root: Path, extra: str) -> bool:
    """Return whether this Python has all that `extra` lists, and imports bpkit from `root`."""
    if _unfinished(extra).exists():
        return False
    with (root / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    return not missing(least_versions(project, extra), installed_version) and imports_from(root)


def least_versions(project: Mapping[str, Any], extra: str) -> dict[str, str]:
    """Return the packages that `project` with `extra` needs, each with its least version ("" if any will do).

    >>> extras = {"book": ["jupyterlab>=4.4"], "test": ["tool[book]", "pytest"]}
    >>> least_versions({"name": "tool", "dependencies": ["numpy>=2.0"], "optional-dependencies": extras}, "test")
    {'numpy': '2.0', 'jupyterlab': '4.4', 'pytest': ''}
    """
    found: dict[str, str] = {}
    for line in [*project["dependencies"], *project["optional-dependencies"][extra]]:
        parts = re.match(r"([\w.-]+)\s*(?:\[([^]]*)\])?\s*(?:>=\s*([\d.]+))?", line)
        assert parts is not None, line
        name, extras, least = parts.groups(default="")
        if name != project["name"]:
            found[name] = least
        else:
            for nested in extras.split(","):
                found |= least_versions(project, nested.strip())
    return found


def missing(least: Mapping[str, str], version_of: Callable[[str], str | None]) -> list[str]:
    """Return the packages that are not installed, or older than the least version asked for.

    >>> missing({"numpy": "2.0", "pytest": "8.3"}, {"numpy": "2.10.1"}.get)
    ['pytest']
    """
    versions = {name: version_of(name) for name in least}
    return [name for name, version in versions.items() if version is None or _release(version) < _release(least[name])]


def _release(version: str) -> list[int]:
    """The numbers in front: "2.10.0rc1" is [2, 10], so that 2.10 and 2.10.0 are equal."""
    numbers = re.match(r"[\d.]*", version)
    assert numbers is not None
    release = [int(number) for number in numbers.group().split(".") if number]
    while release and release[-1] == 0:
        release.pop()
    return release


def installed_version(name: str) -> str | None:
    """Return the version of an installed package, None if it is not there or half-installed."""
    try:
        version: str | None = importlib.metadata.distribution(name).metadata["Version"]
    except (importlib.metadata.PackageNotFoundError, KeyError):
        return None
    return version


def imports_from(root: Path) -> bool:
    """Return whether `import bpkit` in any folder finds the one in `root`."""
    # A new Python is asked, because this one finds bpkit in the folder it was started in, installed or not.
    question = (
        "import importlib.util, os, sys; found = importlib.util.find_spec('bpkit'); raise SystemExit(not ("
        "found and found.origin and os.path.samefile(os.path.dirname(found.origin), sys.argv[1])))"
    )
    return subprocess.run([sys.executable, "-P", "-c", question, root / "bpkit"], capture_output=True).returncode == 0


def install(root: Path, extra: str) -> None:
    """Install bpkit from `root`, with `extra`, into this Python's virtual environment."""
    print(f"Installing what `{extra}` in pyproject.toml lists into {_name(Path(sys.prefix), root)}: ", end="")
    print("this happens once, needs the internet and takes a minute or two.", flush=True)
    try:
        _unfinished(extra).touch()
    except OSError as error:
        raise SystemExit(
            f"Cannot write into {sys.prefix} ({error.strerror}): get permission, or use another environment, {AGAIN}."
        ) from None
    if not _has_pip():
        raise SystemExit(f"{sys.prefix} has no pip: on Debian or Ubuntu install python3-venv, {AGAIN}.")
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--editable", f".[{extra}]"]
    if subprocess.run(pip, cwd=root).returncode != 0:
        raise SystemExit(f"The installation did not finish (pip says why above): if you are offline, connect, {AGAIN}.")
    _unfinished(extra).unlink()
    importlib.invalidate_caches()
    if not is_ready(root, extra):
        raise SystemExit(f"pip ended well, but {sys.executable} still lacks some of what `{extra}` lists.")


def _unfinished(extra: str) -> Path:
    """The file that is there while an installation runs, and stays if it was interrupted.

    Each extra has its own, so that tests that could not be installed do not keep an installed book from opening.
    """
    return Path(sys.prefix) / f"bpkit-{extra}-installation-unfinished"


def _has_pip() -> bool:
    """Whether there is a pip now: an interrupted or another tool's environment is given the one Python brings along."""
    if any(importlib.metadata.distributions(name="pip")):
        return True
    return subprocess.run([sys.executable, "-m", "ensurepip"], capture_output=True).returncode == 0


def python_of(folder: Path) -> Path:
    """Return the Python of the virtual environment in `folder`, which is made if there is none."""
    if not os.path.lexists(folder):
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
        venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its pip could not be installed"
        raise SystemExit(
            f"Cannot make a virtual environment in {folder} ({reason}): put the clone where you can write, {AGAIN}."
        ) from None


def _is_usable(python: Path) -> bool:
    """Whether it starts, is recent, and belongs to a virtual environment, so that installing there is harmless."""
    question = "import sys; raise SystemExit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"
    try:
        return subprocess.run([python, "-c", question], capture_output=True).returncode == 0
    except OSError:
        return False


def _name(folder: Path, root: Path) -> str:
    return folder.name if folder.parent == root else str(folder)
