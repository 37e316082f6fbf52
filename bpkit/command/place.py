"""Where the book is, in a clone or inside of an installed bpkit, and in which folder its reader works."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
CLONE = PACKAGE.parent
INSTALLED = PACKAGE / "book"  # what a wheel carries: the chapters and all that goes with them, laid out as in a clone


def find_book() -> Path:
    """Return the folder that has the chapters; end in a sentence if there is none."""
    for root, always in ((CLONE, CLONE / "pyproject.toml"), (INSTALLED, INSTALLED)):
        if always.exists() and any((root / "chapters").glob("[!.]*.ipynb")):
            return root
    raise SystemExit(f"There are no chapters beside {PACKAGE}: run the command from a whole clone, or install it anew.")


def is_installed(root: Path) -> bool:
    """Return whether the book in `root` came in a wheel; else it is a clone."""
    return root == INSTALLED


def work_folder(root: Path) -> Path:
    """Return the folder in which my-work stands: the clone, and for an installed book the one the reader is in.

    Inside of a my-work that is the folder it stands in.
    """
    if not is_installed(root):
        return root
    here = Path.cwd()
    return next((inside.parent for inside in (here, *here.parents) if (inside / ".delivered.json").exists()), here)


def refuse_installed(root: Path, what: str) -> None:
    """End in a sentence if the book in `root` is no clone, which `what` needs."""
    if is_installed(root):
        raise SystemExit(f"{what} needs a clone of the book, but this copy was installed by pip, in {root}.")
