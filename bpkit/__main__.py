"""The command `python -m bpkit`: set everything up, then open the book or test it."""

import io
import sys
from pathlib import Path

from bpkit.command.environment import enter
from bpkit.command.handout import make_handout
from bpkit.command.open_book import open_book
from bpkit.command.request import read_request
from bpkit.command.run_tests import run_tests

HELP = """\
python -m bpkit                 open the book in JupyterLab
python -m bpkit test            run all tests and every notebook: about 8 minutes on two cores
python -m bpkit test --quick    run the library's fast tests and one chapter: under a minute
python -m bpkit test WORDS      pass WORDS on to pytest, such as tests/test_toy.py or -k softmax
python -m bpkit slides N [DIR]  make slides of chapter N and its appendices, that need no internet
python -m bpkit pdf N [DIR]     print chapter N and its appendices as PDF, on A4
python -m bpkit figures [DIR]   write every figure as SVG and PDF, in words too: takes minutes

Options when opening:
  --port N        use port N (otherwise the first free one from 8888)
  --no-browser    do not open a browser: JupyterLab prints the address to visit

The first start installs what is needed into .venv, or into the virtual environment you are in.
Without DIR, what is made goes into a folder of my-work/; a file that is there is left alone.
You read and work in my-work/, your own copy; nothing you change there is ever overwritten."""


def main() -> int:
    """Do what the words of the command line ask for, and return the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a path may have letters that the terminal lacks
    words = sys.argv[1:]
    request = read_request(words)
    if request.command == "help":
        print(HELP)
        return 0
    root = Path(__file__).resolve().parent.parent
    if not (root / "pyproject.toml").exists() or not any((root / "chapters").glob("[!.]*.ipynb")):
        raise SystemExit(f"There are no chapters beside {root / 'bpkit'}: run the command from a clone of the book.")
    try:
        if request.command == "handout":
            make_handout(root, words)
        enter(root, "test" if request.command == "test" else "book", words)
        if request.command == "test":
            run_tests(root, request.for_pytest, quick=request.quick)
        open_book(root, port=request.port, browser=request.browser)
    except KeyboardInterrupt:
        return 130  # as a shell reports it


if __name__ == "__main__":
    sys.exit(main())
