"""Commands for authors of notebooks: run them in place, and turn them into text for editing and back."""

import argparse
import sys
from pathlib import Path

from notebook_files import NotebookError, execute, read, serialize, write
from notebook_text import from_text, to_text


def execute_in_place(path: Path) -> None:
    """Run a notebook in its own folder and store it with its outputs; the file changes only if they did."""
    changed = write(execute(read(path), path.parent, path.name), path)
    print(f"{path}: {'stored' if changed else 'unchanged'}")


def put(text: str, target: Path | None) -> None:
    """Write `text` to the file the author named, or print it."""
    if target is None:
        sys.stdout.write(text)
    else:
        target.write_bytes(text.encode())


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("execute", help="run notebooks from top to bottom and store their outputs")
    run.add_argument("notebooks", nargs="+", type=Path)
    for command, help_text in (("text", "notebook to text"), ("from-text", "text to notebook, not yet run")):
        convert = commands.add_parser(command, help=help_text)
        convert.add_argument("source", type=Path)
        convert.add_argument("target", nargs="?", type=Path, help="printed if left out")
    return parser.parse_args()


def main() -> None:
    """Carry out one command; a mistake of the author ends it with one sentence and, for a cell, its traceback."""
    asked = arguments()
    try:
        if asked.command == "execute":
            for path in asked.notebooks:
                execute_in_place(path)
        elif asked.command == "text":
            put(to_text(read(asked.source), asked.source.name), asked.target)
        else:
            put(serialize(from_text(asked.source.read_text(encoding="utf-8"), asked.source.name)), asked.target)
    except (NotebookError, OSError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
