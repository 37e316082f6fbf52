"""Times how long the whole book takes to run: all notebooks of chapters/, two at a time, each in its own kernel."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient

CHAPTERS = sorted((Path(__file__).resolve().parent.parent / "chapters").glob("*.ipynb"))
AT_A_TIME = 2


def seconds(path: Path) -> float:
    """The time in which the notebook runs from top to bottom, with the start of its kernel."""
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    start = time.perf_counter()
    NotebookClient(notebook, resources={"metadata": {"path": str(path.parent)}}).execute()
    return time.perf_counter() - start


def main() -> None:
    # By name, and so in the book's order: a time that does not depend on what was known of the notebooks before.
    start = time.perf_counter()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        times = dict(zip(CHAPTERS, pool.map(seconds, CHAPTERS), strict=True))
    whole = time.perf_counter() - start
    for path in sorted(times, key=lambda one: -times[one]):
        print(f"{times[path]:6.1f} s  {path.name}", file=sys.stderr)
    print(f"{len(times)} notebooks, {AT_A_TIME} at a time: {whole:.0f} s")


if __name__ == "__main__":
    main()
