"""The command `python -m bpkit`: set everything up, then open the book or test it."""

import io
import sys
from pathlib import Path

from bpkit.command.build_site import build_site
from bpkit.command.course.grading import grade_course
from bpkit.command.course.making import make_course
from bpkit.command.course.request import absolute, read_course_request, read_grade_request
from bpkit.command.environment import enter
from bpkit.command.handout import make_handout
from bpkit.command.open_book import open_book
from bpkit.command.place import find_book, refuse_installed
from bpkit.command.request import read_request
from bpkit.command.run_tests import run_tests

HELP = """\
python -m bpkit                 open the book in JupyterLab
python -m bpkit test            run all tests and every notebook: about 8 minutes on two cores
python -m bpkit test --quick    run the library's fast tests and one chapter: under a minute
python -m bpkit test WORDS      pass WORDS on to pytest, such as tests/test_toy.py or -k softmax
python -m bpkit site [FOLDER]   build the book as a site, in _site, always anew; --serve shows it
python -m bpkit course DIR      make a course for nbgrader in a new folder
python -m bpkit grade DIR       collect and grade what a class has handed in
python -m bpkit slides N [DIR]  make slides of chapter N and its appendices, that need no internet
python -m bpkit pdf N [DIR]     print chapter N and its appendices as PDF, on A4
python -m bpkit figures [DIR]   write every figure as SVG and PDF, described: takes minutes

Options when opening:
  --port N        use port N (otherwise the first free one from 8888)
  --no-browser    do not open a browser: JupyterLab prints the address to visit

Options of course:
  --students F    a CSV file with a column id, and if you like first_name, last_name, email
  --chapters L    the chapters to make, such as 1,2,5 (otherwise all)

Options of grade:
  --processes N   grade N submissions at a time (otherwise as many as there are processors)
  --seconds N     end a submission that takes longer (otherwise 600)
  --megabytes N   the memory a submission may take (otherwise 4096)

The first start installs what is needed into .venv, or into the virtual environment you are in.
A bpkit that pip installed carries the book: it opens in my-work/ of the folder you are in.
Slides, prints and figures without DIR go into a folder of my-work/; a file that is there stays.
You read and work in my-work/, your own copy; nothing you change there is ever overwritten."""

EXTRAS = {"test": "test", "site": "site"}  # what a command needs installed: a list in pyproject.toml


def main() -> int:
    """Do what the words of the command line ask for, and return the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a path may have letters that the terminal lacks
    words = sys.argv[1:]
    request = read_request(words)
    if request.command == "help":
        print(HELP)
        return 0
    root = find_book()
    if request.command == "site":
        refuse_installed(root, "The site")
    if request.command == "test" and not request.quick:
        refuse_installed(root, "The test suite, all but what --quick runs,")
    try:
        if request.command == "handout":
            make_handout(root, words)
        if request.command in ("course", "grade"):
            return teach(root, absolute(words))
        enter(root, EXTRAS.get(request.command, "book"), words)
        if request.command == "site":
            build_site(root, request.for_site)
        if request.command == "test":
            run_tests(root, request.for_pytest, quick=request.quick)
        open_book(root, port=request.port, browser=request.browser)
    except KeyboardInterrupt:
        return 130  # as a shell reports it


def teach(root: Path, words: list[str]) -> int:
    """Make a course or grade one, and return the exit status; the paths in `words` are absolute."""
    enter(root, "teach", words)
    if words[0] == "course":
        make_course(root, read_course_request(words[1:]))
        return 0
    return grade_course(read_grade_request(words[1:]))


if __name__ == "__main__":
    sys.exit(main())
