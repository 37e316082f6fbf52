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
from bpkit.command.one_at_a_time import one_at_a_time
from bpkit.command.place import PACKAGE, is_installed, work_folder
from bpkit.command.run_pip import environment_for_pip, pip_install, run_pip
from bpkit.command.virtual_environment import AGAIN, python_of

Choice = Literal["run here", "install here", "run in .venv"]

NAME = "bpkit-book"  # what pip installs
PATIENCE = 180  # seconds, for what the book can be read without


def enter(root: Path, extra: str, words: Sequence[str]) -> None:
    """Return at once if this Python has all that `extra` lists; else start `words` anew in one that has.

    root: the folder of the book; extra: "book" or "test", the name of a list in its pyproject.toml.
    A Python in a virtual environment is given what it lacks. Any other is left alone: `.venv` in the clone is used.
    """
    if not is_installed(root):
        refuse_path(root)
    choice = choose(ready=is_ready(root, extra), virtual=sys.prefix != sys.base_prefix)
    if choice == "run here":
        return
    refuse_other_copy(root)
    if is_installed(root) and choice == "run in .venv":
        raise SystemExit(
            f"This Python, {sys.executable}, is in no virtual environment and lacks {', '.join(lacking(root, extra))}: "
            f'`{sys.executable} -m pip install "{NAME}[{extra}]"` brings it, {AGAIN}.'
        )
    with one_at_a_time(PACKAGE / "__init__.py" if is_installed(root) else root / "pyproject.toml"):
        if choice == "run in .venv":
            python = str(python_of(root / ".venv"))
        else:
            python = sys.executable
            if not is_ready(root, extra):  # another start may have installed it while this one waited
                install(root, extra)
                install_if_possible(root, "machines")
    # -P: what the reader keeps in the current folder is not imported in place of what is installed.
    hand_over([python, *(["-P"] if is_installed(root) else []), "-m", "bpkit", *words], work_folder(root))


def refuse_path(root: Path) -> None:
    """End in a sentence if no Python can be set up in a folder of this name."""
    if (obstacle := path_obstacle(str(root))) is not None:
        shown = str(root) if str(root).isprintable() else ascii(str(root))
        raise SystemExit(f"No Python can be set up in {shown}, whose path has {obstacle}: rename or move it, {AGAIN}.")


def path_obstacle(path: str) -> str | None:
    """Return what in a path would cut it short, in PATH or in the files where Python notes it; None if nothing does.

    >>> path_obstacle("/home/me/it's 100% mine")
    """
    if os.pathsep in path:
        return repr(os.pathsep)
    if path.splitlines() != [path]:
        return "a line break"
    if path != path.rstrip():
        return "a space at its end"
    if any("\ud800" <= character <= "\udfff" for character in path):  # how Python reads a byte that is not UTF-8
        return "letters that are not UTF-8"
    return None


def refuse_other_copy(root: Path) -> None:
    """End in a sentence if PYTHONPATH leads every Python to a bpkit that is not the one in `root`."""
    for folder in filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        if (Path(folder) / "bpkit" / "__init__.py").exists():
            if not os.path.samefile(folder, package_of(root).parent):
                raise SystemExit(f"PYTHONPATH names another copy of bpkit, in {folder}: take that out of it, {AGAIN}.")
            return


def package_of(root: Path) -> Path:
    """Return the folder of the bpkit that belongs to the book in `root`."""
    return PACKAGE if is_installed(root) else root / "bpkit"


def choose(*, ready: bool, virtual: bool) -> Choice:
    """Return what to do with a Python that has all it needs or not, in a virtual environment or not."""
    if ready:
        return "run here"
    return "install here" if virtual else "run in .venv"


def is_ready(root: Path, extra: str) -> bool:
    """Return whether this Python has all that `extra` lists, and imports the bpkit that belongs to `root`."""
    return not _unfinished(extra).exists() and not lacking(root, extra) and imports_from(root)


def lacking(root: Path, extra: str) -> list[str]:
    """Return which of the packages that `extra` lists this Python lacks."""
    importlib.invalidate_caches()
    return missing(needs(root, extra), installed_version)


def needs(root: Path, extra: str) -> dict[str, str]:
    """Return the packages that the book in `root` needs with `extra`, each with its least version."""
    if is_installed(root):
        return least_versions_of_lines(importlib.metadata.requires(NAME) or [], extra)
    with (root / "pyproject.toml").open("rb") as file:
        return least_versions(tomllib.load(file)["project"], extra)


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


def least_versions_of_lines(lines: Sequence[str], extra: str) -> dict[str, str]:
    """Return the same from the lines that an installed package has, where what extras share is listed for each.

    >>> lines = ["numpy>=2.0", "jupyterlab>=4.4; extra == 'book'", "pytest; (os_name != 'nt') and extra == 'test'"]
    >>> least_versions_of_lines(lines, "book")
    {'numpy': '2.0', 'jupyterlab': '4.4'}
    """
    found: dict[str, str] = {}
    for line in lines:
        of_extra = re.search(r"extra == ['\"]([\w-]+)['\"]", line)
        parts = re.match(r"([\w.-]+)\s*(?:>=\s*([\d.]+))?", line)
        if parts is not None and (of_extra is None or of_extra[1] == extra):
            found[parts[1]] = parts[2] or ""
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
    """Return whether `import bpkit` works in any folder, NumPy included, and finds the one that belongs to `root`."""
    # A new Python is asked, because this one finds bpkit in the folder it was started in, installed or not.
    question = (
        "import os, sys, bpkit; raise SystemExit(not os.path.samefile(os.path.dirname(bpkit.__file__), sys.argv[1]))"
    )
    words = [sys.executable, "-P", "-c", question, str(package_of(root))]
    return subprocess.run(words, capture_output=True).returncode == 0


def install(root: Path, extra: str) -> None:
    """Install bpkit from the clone in `root`, with `extra`, into this Python's virtual environment.

    An installed bpkit stays as it is: only what it lacks is installed.
    """
    print(f"Installing what {NAME}[{extra}] needs into {_name(Path(sys.prefix), root)}: ", end="")
    print("this happens once, needs the internet and takes a minute or two.", flush=True)
    try:
        _unfinished(extra).touch()
    except OSError as error:
        raise SystemExit(
            f"Cannot write into {sys.prefix} ({error.strerror}): get permission, or use another environment, {AGAIN}."
        ) from None
    if not _has_pip():
        raise SystemExit(f"{sys.prefix} has no pip: on Debian or Ubuntu install python3-venv, {AGAIN}.")
    if run_pip(pip_install(*wanted(root, extra)), root, Path(sys.prefix) / "bpkit-installation.log") != 0:
        raise SystemExit(
            "The installation did not finish (above is why): if you are offline, connect, "
            f"and if `pip config list` shows that pip is set to install elsewhere, change that, {AGAIN}."
        )
    _unfinished(extra).unlink()
    if lacks := lacking(root, extra):
        raise SystemExit(
            f"pip ended well, but {sys.executable} still lacks {', '.join(lacks)}: "
            f"see with `pip config list` whether pip is set to install elsewhere, change that, {AGAIN}."
        )
    if not imports_from(root):
        raise SystemExit(
            f"pip ended well, but {sys.executable} cannot import bpkit from {str(root)!r}: "
            f"unset PYTHONPATH if it is set, or else put the clone in a folder named in plain letters, {AGAIN}."
        )


def install_if_possible(root: Path, extra: str) -> None:
    """Install what `extra` lists besides, as ready-made wheels; where that cannot be done, say so and go on without.

    It is tried once, after the first installation: no later start waits for it.
    """
    names = [*needs(root, extra)]
    command = pip_install(*wanted(root, extra), "--only-binary", ",".join(names))  # nothing is compiled
    print("Fetching MPI for chapter 8, if there is a ready-made one.", flush=True)
    try:
        run = subprocess.run(
            command, cwd=root, env=environment_for_pip(os.environ), capture_output=True, timeout=PATIENCE
        )
        done = run.returncode == 0
    except subprocess.TimeoutExpired:
        done = False
    if not done:
        print(
            f"There is no ready-made MPI for this computer, or it could not be fetched: chapter 8 runs without. Later, "
            f"`{_name(Path(sys.executable), root)} -m pip install {_shown(root, extra)}` tries again.",
            flush=True,
        )


def wanted(root: Path, extra: str) -> list[str]:
    """Return pip's words for the clone in `root` with `extra`, or for what the installed bpkit needs for it besides."""
    if is_installed(root):
        return [f"{NAME}[{extra}]=={importlib.metadata.version(NAME)}"]  # it is there, so pip adds what is lacking
    return ["--editable", f".[{extra}]"]


def _shown(root: Path, extra: str) -> str:
    """The same, for a reader to type."""
    return f'"{NAME}[{extra}]"' if is_installed(root) else f'-e ".[{extra}]"'


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


def _name(folder: Path, root: Path) -> str:
    return folder.name if folder.parent == root else str(folder)
