"""Run pip and show of its hundreds of lines only how far it is; if it fails, its last lines and where all are kept."""

import os
import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

# Settings of pip, as variables of the environment, that install elsewhere than here, or something else than asked for.
MISLEADING = frozenset(
    f"PIP_{name}"
    for name in (
        "ABI", "DRY_RUN", "EDITABLE", "GROUP", "IMPLEMENTATION", "NO_BUILD_ISOLATION", "NO_DEPENDENCIES", "NO_DEPS",
        "PLATFORM", "PREFIX", "PYTHON", "PYTHON_VERSION", "REQUIREMENT", "REQUIRE_HASHES", "ROOT", "TARGET", "USER",
    )
)  # fmt: skip
LAST = 12  # lines that pip ended with, which say why it failed
BAR = 24  # characters


def pip_install(*words: str) -> list[str]:
    """Return the command that installs what `words` name into this Python's virtual environment."""
    here = ["--no-user", "--prefix", sys.prefix, "--target", ""]  # whatever pip's files of settings say
    return [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *here, *words]


def environment_for_pip(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` without what misleads pip; where it gets packages from, and how, is left as it is.

    >>> environment_for_pip({"PIP_USER": "1", "PIP_INDEX_URL": "https://mirror.example"})
    {'PIP_INDEX_URL': 'https://mirror.example'}
    """
    return {name: value for name, value in environment.items() if name.upper() not in MISLEADING}


def run_pip(command: Sequence[str], folder: Path, log: Path) -> int:
    """Run a command of pip's in `folder`, show how far it is, and return its exit status.

    What it writes goes into the file `log`, which is kept if it fails: then its last lines are shown.
    """
    installed_before, began, shown = len(installed()), time.monotonic(), ""
    environment = environment_for_pip(os.environ) | {"PIP_QUIET": "0", "PIP_PROGRESS_BAR": "off", "PIP_NO_INPUT": "1"}
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        ) as pip,
    ):
        try:
            while pip.poll() is None:
                shown = show(step(text_of(log), len(installed()) - installed_before), shown)
                time.sleep(0.2)
        except BaseException:
            pip.kill()
            raise
    show("", shown)
    if pip.returncode == 0:
        print(f"Installed in {time.monotonic() - began:.0f} seconds.", flush=True)
        log.unlink(missing_ok=True)
    else:
        lines = text_of(log).splitlines()
        print(f"pip ended with an error; all that it said is in {log}, and this came last:")
        print(*(f"    {line}" for line in lines[-LAST:]), sep="\n", flush=True)
    return pip.returncode


def text_of(log: Path) -> str:
    """Return what pip has written so far."""
    return log.read_text(encoding="utf-8", errors="replace")


def installed() -> list[Path]:
    """Return what is installed here, which grows while pip installs."""
    return [*Path(sysconfig.get_path("purelib")).glob("*.dist-info")]


def step(text: str, done: int) -> str:
    """Return what pip is doing, from what it has written; `done` is the number of packages installed by now.

    >>> step("Collecting numpy>=2.0\\nCollecting tqdm>=4.66\\n", 0)
    'Finding and fetching packages: 2'
    >>> step("Collecting numpy>=2.0\\nInstalling collected packages: numpy, tqdm, joblib, bpkit-book\\n", 1)
    'Installing 4 packages: 1 [######..................]'
    """
    if found := re.search(r"^Installing collected packages: (.*)$", text, flags=re.MULTILINE):
        total = found[1].count(",") + 1
        done = min(done, total)
        return f"Installing {total} packages: {done} [{'#' * (BAR * done // total):.<{BAR}}]"
    return f"Finding and fetching packages: {len(re.findall(r'^Collecting ', text, flags=re.MULTILINE))}"


def show(line: str, shown: str) -> str:
    """Show `line` in place of what is shown; where there is no terminal, only that another step begins."""
    if sys.stdout.isatty():
        print(f"\r{line:<{len(shown)}}", end="" if line else "\r", flush=True)
    elif line and line.partition(":")[0] != shown.partition(":")[0]:
        print(line.partition(":")[0] + ".", flush=True)
    return line
