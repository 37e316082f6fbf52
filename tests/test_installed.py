"""The book as pip installs it: it opens in any folder, without a clone; and all ways of installing ask for the same."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from bpkit.command import environment, place, running
from bpkit.command.environment import enter, least_versions, least_versions_of_lines, needs, wanted
from bpkit.command.my_work import PATTERNS
from bpkit.command.run_pip import run_pip
from bpkit.command.run_tests import CHAPTER, installed_selection

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
LINES = ["numpy>=2.0", "jupyterlab>=4.4; extra == 'book'", "mpich>=4.2; (os_name != 'nt') and extra == 'machines'"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder of installed packages with bpkit in it, laid out as in the wheel."""
    folder = tmp_path_factory.mktemp("site")
    settings = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    for name in settings["only-include"]:
        source, _, rest = name.partition("/")
        target = folder / settings["sources"].get(source, source) / rest
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    (folder / "bpkit_book-1.dist-info").mkdir()
    lines = "".join(f"Requires-Dist: {line}\n" for line in LINES)
    (folder / "bpkit_book-1.dist-info" / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: bpkit-book\nVersion: 1\n{lines}"
    )
    return folder


def start(site, folder, *words):
    """Run a new Python in `folder`, which finds bpkit in `site` alone."""
    variables = os.environ | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-P", *words]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60)


def test_an_installed_book_comes_into_the_folder_the_reader_is_in(site, tmp_path):
    mine = tmp_path / "my-work" / "exercises" / "01_toy_example.ipynb"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    code = (
        "from bpkit.command.my_work import bring_in; from bpkit.command.place import find_book; bring_in(find_book());"
    )
    code += "from bpkit.problems.progress.statements import statement_of; print(statement_of('7.4').notebook)"
    ended = start(site, tmp_path, "-c", code)
    assert ended.stderr == ""
    assert ended.stdout.count("\n") <= 4  # a line for what is new, one for what is the reader's; and the last
    assert "exercises/01_toy_example.ipynb is yours and stays" in ended.stdout
    assert ended.stdout.endswith("02_matrix_backpropagation.ipynb\n")
    assert mine.read_text() == "mine"
    for folder, pattern in PATTERNS.items():
        names = {path.name for path in (ROOT / folder).glob(pattern)}
        assert names and names <= {path.name for path in (tmp_path / "my-work" / folder).iterdir()}


@pytest.mark.parametrize("words", [["test"], ["test", "tests/test_toy.py"], ["site"]])
def test_what_needs_a_clone_says_so_in_one_sentence(site, tmp_path, words):
    ended = start(site, tmp_path, "-m", "bpkit", *words)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "needs a clone of the book" in ended.stderr and ended.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Pretend that the book in a folder is one that pip installed, with these needs."""
    monkeypatch.setattr(place, "INSTALLED", tmp_path)
    monkeypatch.setattr(environment.importlib.metadata, "requires", lambda name: LINES)
    monkeypatch.setattr(environment.importlib.metadata, "version", lambda name: "1")
    return tmp_path


def test_an_installed_book_asks_pip_only_for_what_it_lacks(installed):
    assert needs(installed, "book") == {"numpy": "2.0", "jupyterlab": "4.4"}
    assert wanted(installed, "book") == ["bpkit-book[book]==1"]  # the one that is there, and never a clone
    assert wanted(ROOT, "book") == ["--editable", ".[book]"]


def test_outside_of_a_virtual_environment_nothing_is_installed(installed, monkeypatch):
    monkeypatch.setattr(environment, "is_ready", lambda *_: False)
    monkeypatch.setattr(environment, "installed_version", {"numpy": "2.0"}.get)
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    monkeypatch.setattr(environment, "hand_over", lambda *_: pytest.fail("handed over"))
    with pytest.raises(SystemExit, match=r'lacks jupyterlab: `.* -m pip install "bpkit-book\[book\]"`'):
        enter(installed, "book", [])


def test_the_quick_test_of_an_installed_book_has_a_chapter_and_writes_nothing():
    selection = installed_selection(ROOT)
    assert selection[-1] == str(ROOT / CHAPTER)
    assert {"no:cacheprovider", str(ROOT / "bpkit" / "graphs")} <= {*selection}
    assert not any("/book" in word or "/tests" in word for word in selection[:-1])


def test_what_pip_says_is_kept_only_if_it_fails(tmp_path, capsys):
    log = tmp_path / "log"
    lines = [*(f"Collecting package{number}" for number in range(40)), "Installing collected packages: a, b"]
    code = f"import time; print(*{lines}, sep='\\n', flush=True); time.sleep(0.5); raise SystemExit({{}})"
    assert run_pip([sys.executable, "-c", code.format(0)], tmp_path, log) == 0
    assert re.fullmatch(r"(Finding.*\n)?Installing 2 packages\.\nInstalled in \d+ seconds\.\n", capsys.readouterr().out)
    assert not log.exists()
    assert run_pip([sys.executable, "-c", code.format(3)], tmp_path, log) == 3
    said = capsys.readouterr().out
    assert str(log) in said and "    Installing collected packages: a, b\n" in said and "package20" not in said
    assert log.read_text().splitlines() == lines


def test_a_server_that_does_not_answer_is_not_open(tmp_path, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        port = taken.getsockname()[1]
        left = {"root_dir": str(tmp_path), "url": f"http://127.0.0.1:{port}/", "token": "t", "port": port}
        servers = SimpleNamespace(list_running_servers=lambda: [left])
        monkeypatch.setattr(running, "import_module", lambda name: servers)
        assert running.running(tmp_path) is None
        monkeypatch.setattr(running, "answers", lambda address: True)
        assert running.running(tmp_path) == (f"http://127.0.0.1:{port}/lab?token=t", port)
        assert running.running(tmp_path / "elsewhere") is None


def test_widgets_without_their_package_say_what_brings_it(site, tmp_path):
    code = "import sys; sys.modules['ipywidgets'] = None; import bpkit.plot; import bpkit.widgets"
    assert start(site, tmp_path, "-c", code).stderr.endswith(
        'needs ipywidgets: pip install "bpkit-book[book]" brings it.\n'
    )


# What every way of installing asks for


def test_all_ways_of_installing_agree():
    assert PROJECT["name"] == environment.NAME == "bpkit-book"
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    binder = (ROOT / ".binder" / "runtime.txt").read_text(encoding="utf-8").strip()
    assert container["image"].replace(":", "-") == binder
    assert (ROOT / ".binder" / "requirements.txt").read_text(encoding="utf-8") == "--editable .[book]\n"
    assert "--editable '.[book,test]'" in container["postCreateCommand"]
    version = binder.removeprefix("python-")
    workflow = (ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    tested = re.findall(r'"(3\.\d+)"', re.search(r"python: (\[.*\])", workflow)[1])
    assert version in tested and PROJECT["requires-python"] == f">={tested[0]}"


ASKED = re.compile(r"(?:pip install|--from)[^`\n]*?\b(bpkit(?:-book)?)(?:\[([\w,]+)\])?(?=[\"`\s])")


def test_every_name_by_which_pip_is_asked_for_the_book_is_its_own():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("reference/*.md"), *ROOT.glob("bpkit/**/*.py")]
    asked = [found for path in pages for found in ASKED.findall(path.read_text(encoding="utf-8"))]
    assert len(asked) > 3
    for name, extras in asked:
        assert name == "bpkit-book"
        assert set(filter(None, extras.split(","))) <= set(PROJECT["optional-dependencies"])


def test_the_lines_of_an_installed_package_are_read_as_pyproject_is():
    for extra in ("book", "test", "teach"):
        least = least_versions(PROJECT, extra)
        lines = [f"{name}{f'>={version}' if version else ''}; extra == '{extra}'" for name, version in least.items()]
        assert least_versions_of_lines(["mpi4py; extra == 'machines'", *lines], extra) == least


# The whole of it, which takes a minute and the internet


@pytest.mark.slow
def test_the_wheel_opens_the_book_in_a_clean_environment(tmp_path):
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER"))}
    variables |= {"JUPYTER_TOKEN": "t", "HOME": str(tmp_path / "home")}

    def run(*words, folder=tmp_path):
        ended = subprocess.run([*map(str, words)], cwd=folder, env=variables, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    run(sys.executable, "-m", "venv", tmp_path / "clean")
    python = tmp_path / "clean" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(python, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    run(python, "-m", "pip", "install", wheel)
    here = tmp_path / "another folder"
    here.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = [python.parent / "bpkit", "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, cwd=here, env=variables, stdout=subprocess.PIPE, text=True) as opened:
        try:
            lines = []
            while opened.poll() is None and not (lines and "JupyterLab is starting" in lines[-1]):
                lines.append(opened.stdout.readline())
            assert len(lines) <= 10, lines
            address = f"http://localhost:{port}/lab/tree/chapters/00_welcome.ipynb?token=t"
            for _ in range(100):
                try:
                    with urllib.request.urlopen(address, timeout=5) as answer:
                        assert answer.status == 200
                    break
                except OSError:
                    time.sleep(0.2)
            else:
                pytest.fail("no answer")
            assert f"open already, on port {port}" in run(*command, folder=here)
        finally:
            opened.terminate()
    work = here / "my-work"
    solve(work / "exercises" / "01_toy_example.ipynb")
    for name in ("chapters", "exercises"):
        notebook = work / name / "01_toy_example.ipynb"
        run(python, "-m", "jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace", notebook, folder=here)
    assert (work / "progress.tsv").read_text(encoding="utf-8").count("\tsolved") == 10 + 5  # and the quiz


def solve(path):
    """Write the worked answers into a notebook of exercises."""
    solution = json.loads((ROOT / "solutions" / path.name).read_bytes())
    answers = {cell["id"]: cell["source"] for cell in solution["cells"] if cell["id"].startswith("answer")}
    notebook = json.loads(path.read_bytes())
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    path.write_text(json.dumps(notebook), encoding="utf-8")
