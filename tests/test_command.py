"""The command `python -m bpkit`: it sets up, opens and stops cleanly, and every failure is one sentence."""

import ast
import errno
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
import venv
from pathlib import Path
from types import SimpleNamespace

import jupyter_core.paths
import nbformat
import psutil
import pytest
from packaging.version import Version

from bpkit.command import environment, home, my_work, opening
from bpkit.command import open_book as open_book_module
from bpkit.command import run_tests as run_tests_module
from bpkit.command.environment import (
    choose,
    enter,
    imports_from,
    install,
    is_ready,
    least_versions,
    missing,
    path_obstacle,
)
from bpkit.command.hand_over import run_and_wait
from bpkit.command.one_at_a_time import one_at_a_time
from bpkit.command.open_book import first_free_port, jupyterlab, open_book, port_obstacle
from bpkit.command.request import Request, read_request
from bpkit.command.run_pip import MISLEADING, environment_for_pip
from bpkit.command.run_tests import quick_selection, run_tests
from bpkit.command.virtual_environment import python_of

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def python(*words, folder=ROOT):
    return subprocess.run([sys.executable, *map(str, words)], cwd=folder, capture_output=True, text=True, timeout=60)


def is_one_sentence(text):
    return text.strip().count("\n") == 0 and text.strip().endswith(".") and "Traceback" not in text


def raise_(error):
    raise error


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


# What is asked for


@pytest.mark.parametrize(
    ("words", "request_"),
    [
        ("", Request("open")),
        ("open", Request("open")),
        ("--port 8890", Request("open", port=8890)),
        ("open --no-browser --port=1", Request("open", port=1, browser=False)),
        ("site", Request("site")),
        ("site out --serve", Request("site", for_site=("out", "--serve"))),
        ("site --help", Request("help")),
        ("test -k toy --port", Request("test", for_pytest=("-k", "toy", "--port"))),
        ("test --quick", Request("test", quick=True)),
        ("test -x --quick -k toy", Request("test", quick=True, for_pytest=("-x", "-k", "toy"))),
        ("open --help", Request("help")),
    ],
)
def test_words_are_read(words, request_):
    assert read_request(words.split()) == request_


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("opne", "'opne'"),
        ("open test", "'test'"),
        ("--prot 8888", "'--prot'"),
        ("--no-browser=1", "'--no-browser=1'"),
        ("--port", "nothing"),
        ("--port=", "nothing"),
        ("--port abc", "'abc'"),
        ("--port 0", "'0'"),
        ("--port 65536", "'65536'"),
        ("--port -1", "'-1'"),
        ("--port 8.5", "'8.5'"),
        ("--port ٨٨٨٨", "'٨٨٨٨'"),
        ("--port " + "9" * 5000, "999"),
    ],
)
def test_a_slip_in_the_words_is_named_in_one_sentence(words, named):
    with pytest.raises(SystemExit) as caught:
        read_request(words.split())
    assert named in str(caught.value)
    assert is_one_sentence(str(caught.value))


# Any Python


@pytest.mark.parametrize(("started_by", "raised"), [("-m", "SystemExit"), ("-c", "ImportError")])
def test_an_old_python_is_told_which_one_is_needed(started_by, raised):
    code = f"import sys; sys.version_info = (3, 10, 4); sys.argv = [{started_by!r}]\ntry: import bpkit\n"
    ended = python("-c", code + "except BaseException as error: print(type(error).__name__, error)")
    assert ended.stdout.startswith(f"{raised} bpkit needs Python 3.11 or newer, but this is Python 3.10 ")
    assert is_one_sentence(ended.stdout)


def test_an_old_python_can_read_the_sentence():
    ast.parse((ROOT / "bpkit" / "__init__.py").read_text(encoding="utf-8"), feature_version=(3, 7))


IN_PYTHON_2 = (
    ast.Module, ast.Import, ast.ImportFrom, ast.alias, ast.Assign, ast.AugAssign, ast.Expr, ast.If, ast.Try,
    ast.ExceptHandler, ast.Raise, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Constant, ast.Name,
    ast.Load, ast.Store, ast.Attribute, ast.Subscript, ast.Call, ast.Tuple, ast.List, ast.Dict, ast.IfExp,
    ast.BinOp, ast.Add, ast.Mod, ast.BitOr, ast.Compare, ast.Eq, ast.Lt, ast.Gt, ast.NotEq, ast.NotIn,
)  # fmt: skip


def test_even_python_2_can_read_the_sentence():
    text = (ROOT / "bpkit" / "__init__.py").read_bytes()
    assert text.isascii()  # else it needs a line that names its coding
    for node in ast.walk(ast.parse(text)):
        assert isinstance(node, IN_PYTHON_2), ast.unparse(node)
        for newer in ("annotation", "returns", "cause"):  # annotations, `raise … from …`
            assert getattr(node, newer, None) is None, ast.unparse(node)


def test_on_python_2_the_command_ends_with_the_sentence():
    code = "import sys; sys.version_info = (2, 7, 18); sys.argv = ['-c']; import bpkit"  # as `python2 -m bpkit` has it
    ended = python("-c", code)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("bpkit needs Python 3.11 or newer, but this is Python 2.7 ")
    assert is_one_sentence(ended.stderr)


def test_a_python_without_any_package_can_run_the_command():
    ended = python("-S", "-m", "bpkit", "--help")  # -S hides all installed packages
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "--no-browser" in ended.stdout
    assert all(len(line) < 100 for line in ended.stdout.splitlines())


def test_the_command_imports_the_standard_library_alone():
    for path in [ROOT / "bpkit" / "__main__.py", *(ROOT / "bpkit" / "command").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            imported += [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in imported:
                assert name.partition(".")[0] in sys.stdlib_module_names or name.startswith("bpkit.command"), path


def test_without_the_book_one_sentence_says_so(tmp_path):
    shutil.copytree(ROOT / "bpkit", tmp_path / "bpkit", ignore=shutil.ignore_patterns("__pycache__"))
    for words in ([], ["test"]):
        ended = python("-m", "bpkit", *words, folder=tmp_path)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert "no chapters" in ended.stderr
        assert is_one_sentence(ended.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["bpkit"]


# Which Python, and what it needs


def test_only_a_virtual_environment_is_ever_installed_into():
    assert choose(ready=True, virtual=False) == choose(ready=True, virtual=True) == "run here"
    assert choose(ready=False, virtual=True) == "install here"
    assert choose(ready=False, virtual=False) == "run in .venv"


def test_this_python_has_what_the_tests_need_and_is_used():
    assert is_ready(ROOT, "book")
    assert is_ready(ROOT, "test")
    enter(ROOT, "test", ["test"])  # returns: nothing to install, no other Python to go to


def test_another_checkout_is_not_taken_for_this_one(tmp_path, monkeypatch):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "bpkit").mkdir()
    (tmp_path / "bpkit" / "__init__.py").touch()
    monkeypatch.chdir(tmp_path)  # where `import bpkit` finds it, but no notebook would
    assert not is_ready(tmp_path, "book")


def test_needs_are_those_of_pyproject():
    for extra, least in {name: least_versions(PROJECT, name) for name in ("book", "test")}.items():
        assert least["numpy"] == "2.0"
        assert {line.partition(">=")[0] for line in PROJECT["optional-dependencies"][extra]} - {
            "bpkit-book[book]"
        } <= set(least)
    assert least_versions(PROJECT, "book").items() <= least_versions(PROJECT, "test").items()


@pytest.mark.parametrize("least", ["2", "2.0", "2.9", "2.10", "2.10.1"])
@pytest.mark.parametrize(
    "version", ["1.26.4", "2", "2.0.0", "2.2.1", "2.9", "2.10.0", "2.10.1.post1", "10.0", "3.0+cpu"]
)
def test_versions_compare_as_packaging_compares_them(version, least):
    assert missing({"numpy": least}, {"numpy": version}.get) == (["numpy"] if Version(version) < Version(least) else [])


def test_a_package_that_is_not_there_is_missing():
    assert missing({"numpy": "2.0", "bpkit-no-such-package": ""}, environment.installed_version) == [
        "bpkit-no-such-package"
    ]


@pytest.fixture
def prefix(tmp_path, monkeypatch):
    """Pretend to run in an empty virtual environment, with a pip that only reports what it was asked for."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    asked = []
    pip = SimpleNamespace(path=tmp_path, asked=asked, status=0)
    monkeypatch.setattr(
        environment.subprocess, "run", lambda words, **_: asked.append(words) or SimpleNamespace(returncode=pip.status)
    )
    monkeypatch.setattr(environment, "run_pip", lambda words, *_: asked.append(words) or pip.status)
    return pip


def test_installing_is_one_editable_installation(prefix, capsys):
    install(ROOT, "book")
    assert prefix.asked[0][1:4] == ["-m", "pip", "install"]
    assert prefix.asked[0][-2:] == ["--editable", ".[book]"]
    assert capsys.readouterr().out.count("this happens once") == 1
    assert list(prefix.path.iterdir()) == []


def test_an_installation_that_fails_says_so_and_is_resumed(prefix):
    prefix.status = 1
    with pytest.raises(SystemExit) as caught:
        install(ROOT, "test")
    assert is_one_sentence(str(caught.value))
    prefix.status = 0
    assert not is_ready(ROOT, "test")
    assert is_ready(ROOT, "book")  # a book that is installed opens, even if the tests could not be installed
    install(ROOT, "test")
    assert is_ready(ROOT, "test")


def test_mpi_is_installed_where_there_are_wheels_and_the_book_opens_without(prefix, capsys, monkeypatch):
    environment.install_if_possible(ROOT, "machines")
    (words,) = prefix.asked
    assert words[-4:-2] == ["--editable", ".[machines]"]
    assert words[-2:] == ["--only-binary", "numpy,mpi4py,mpich,impi-rt"]
    assert capsys.readouterr().out == "Fetching MPI for chapter 8, if there is a ready-made one.\n"
    prefix.status = 1
    environment.install_if_possible(ROOT, "machines")
    assert "chapter 8 runs without" in capsys.readouterr().out

    def slow(words, timeout, **_):
        raise subprocess.TimeoutExpired(words, timeout)

    monkeypatch.setattr(environment.subprocess, "run", slow)
    environment.install_if_possible(ROOT, "machines")
    assert "chapter 8 runs without" in capsys.readouterr().out
    assert list(prefix.path.iterdir()) == []  # no later start tries it again


def test_an_environment_that_cannot_be_written_is_named(prefix, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(prefix.path / "missing"))
    with pytest.raises(SystemExit, match="Cannot write into") as caught:
        install(ROOT, "book")
    assert is_one_sentence(str(caught.value))
    assert prefix.asked == []


@pytest.mark.parametrize("damage", ["empty folder", "a file", "no venv", "not a program"])
def test_a_damaged_environment_is_left_alone_and_how_to_mend_it_is_said(tmp_path, damage):
    folder = tmp_path / ".venv"
    program = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if damage == "a file":
        folder.touch()
    elif damage == "empty folder":
        folder.mkdir()
    else:
        program.parent.mkdir(parents=True)
        program.write_text("not a program" if damage == "not a program" else "#!/bin/sh\nexit 1\n")
        program.chmod(0o755)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(SystemExit, match="delete that folder") as caught:
        python_of(folder)
    assert is_one_sentence(str(caught.value))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_python_without_venv_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="python3-venv") as caught:
        python_of(tmp_path / ".venv")
    assert is_one_sentence(str(caught.value))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), subprocess.CalledProcessError(1, "ensurepip")]
)
def test_a_folder_where_no_environment_can_be_made_is_named(tmp_path, monkeypatch, error):
    def create(*_, **__):
        raise error

    monkeypatch.setattr(venv, "create", create)
    with pytest.raises(SystemExit, match="Cannot make a virtual environment in") as caught:
        python_of(tmp_path / ".venv")
    assert is_one_sentence(str(caught.value))


def test_a_whole_environment_is_used(tmp_path):
    venv.create(tmp_path / ".venv", symlinks=os.name != "nt")
    assert python("-c", "print(1)").stdout == "1\n"
    assert run_and_wait([str(python_of(tmp_path / ".venv")), "-c", "raise SystemExit(7)"], tmp_path) == 7


def test_the_exit_status_is_passed_on(tmp_path):
    code = "import sys, pathlib; from bpkit.command.hand_over import hand_over;"
    code += "hand_over([sys.executable, '-c', 'raise SystemExit(7)'], pathlib.Path())"
    assert python("-c", code).returncode == 7


# Where it is started


@pytest.mark.parametrize(
    ("name", "obstacle"),
    [
        (f"a{os.pathsep}b", repr(os.pathsep)),
        (f"a{os.pathsep}b/bpkit", repr(os.pathsep)),
        ("new\nline", "line break"),
        ("return\rto start", "line break"),
        ("form\ffeed", "line break"),
        ("line\u2028separator", "line break"),
        ("trailing ", "space at its end"),
        ("l\udce9tin", "not UTF-8"),  # "létin" in Latin-1
    ],
)
def test_a_path_where_no_python_can_be_set_up_is_named(tmp_path, name, obstacle):
    with pytest.raises(SystemExit, match=re.escape(obstacle)) as caught:
        enter(tmp_path / name, "book", [])
    assert is_one_sentence(str(caught.value))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "name", ["a b", "it's", 'say "x"', "bók", "书", "100%20", "a#b", "a[b", "$HOME", "-x", "~t", "a\tb"]
)
def test_other_paths_are_accepted(name):
    assert path_obstacle(f"/home/{name}") is None


@pytest.fixture
def clone(tmp_path):
    """A clone with nothing to install but itself, offline, whose pytest says which Python it was started by."""
    root = tmp_path / "it's a bóok"
    (root / "chapters").mkdir(parents=True)
    (root / "chapters" / "01.ipynb").touch()
    (root / "bpkit").mkdir()
    (root / "bpkit" / "__init__.py").touch()
    shutil.copy(ROOT / "bpkit" / "__main__.py", root / "bpkit")
    shutil.copytree(ROOT / "bpkit" / "command", root / "bpkit" / "command")
    (root / "pytest.py").write_text("import sys\nprint('pytest', *sys.argv[1:], 'in', ascii(sys.prefix))\n")
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "bpkit"\nversion = "1"\ndependencies = []\n'
        "optional-dependencies = {book = [], machines = [], test = []}\n"
    )
    (root / "backend.py").write_text(
        "import locale, os, zipfile\n"
        "def build_editable(folder, *_):\n"
        "    info = 'bpkit-1.dist-info/'\n"
        "    with zipfile.ZipFile(os.path.join(folder, 'bpkit-1-py3-none-any.whl'), 'w') as wheel:\n"
        "        wheel.writestr('bpkit.pth', os.getcwd().encode(locale.getencoding()))\n"
        "        wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: bpkit\\nVersion: 1\\n')\n"
        "        wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n"
        "        wheel.writestr(info + 'RECORD', '')\n"
        "    return 'bpkit-1-py3-none-any.whl'\n",
        encoding="utf-8",
    )
    return root


def test_two_first_starts_at_once_and_all_settings_against_them(clone, tmp_path):
    settings = tmp_path / "pip.conf"
    elsewhere = tmp_path / "elsewhere"
    settings.write_text(f"[install]\nuser = true\nprefix = {elsewhere}\n[global]\ntarget = {elsewhere}\n")
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    environment |= {f"PIP_{name}": str(elsewhere) for name in ("TARGET", "PREFIX", "ROOT", "REQUIREMENT", "PYTHON")}
    environment |= {f"PIP_{name}": "1" for name in ("USER", "NO_DEPS", "DRY_RUN", "REQUIRE_HASHES")}
    environment |= {"PIP_CONFIG_FILE": str(settings), "PIP_NO_INDEX": "1", "HOME": str(tmp_path / "nowhere")}
    environment |= {"PYTHONHOME": sys.base_prefix, "PYTHONNOUSERSITE": "1", "PYTHONIOENCODING": "ascii"}
    started = [
        subprocess.Popen(
            [getattr(sys, "_base_executable", sys.executable), "-m", "bpkit", "test", *words],
            cwd=clone,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for words in (["-k", "a"], ["-k", "b"])
    ]
    said = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    assert [text.splitlines()[-1].split(" in ")[0] for text in said] == ["pytest -k a", "pytest -k b"]
    assert [text.splitlines()[-1].split(" in ")[1] for text in said] == [ascii(str(clone / ".venv"))] * 2
    for once in ("Making a virtual environment", "Installing what"):
        assert "".join(said).count(once) == 1, said
    assert "Another start of this command is installing: waiting until it is done." in "".join(said)
    assert not elsewhere.exists()
    assert sorted(path.name for path in clone.iterdir() if path.name != "__pycache__") == sorted(
        [".venv", "backend.py", "bpkit", "chapters", "pyproject.toml", "pytest.py"]
    )


@pytest.mark.parametrize("ended", ["well", "killed"])
def test_a_start_waits_for_the_one_that_installs(tmp_path, ended):
    (tmp_path / "pyproject.toml").touch()
    code = "import sys; from pathlib import Path; from bpkit.command.one_at_a_time import one_at_a_time\n"
    code += "with one_at_a_time(Path(sys.argv[1])): print('in', flush=True); sys.stdin.read()"

    def start():
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "pyproject.toml")], cwd=ROOT, **pipes)

    with start() as first:
        assert first.stdout.readline() == "in\n"
        with start() as second:
            assert second.stdout.readline().endswith("waiting until it is done.\n")
            if ended == "well":
                first.stdin.close()
                assert first.wait(timeout=20) == 0
            else:
                first.kill()
            assert second.stdout.readline() == "in\n"
    with one_at_a_time(tmp_path / "pyproject.toml"):
        assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


def test_a_disk_without_locks_keeps_nobody_waiting(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl", reason="Windows has other locks")
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(fcntl, "flock", lambda *_: raise_(OSError(errno.ENOLCK, "No locks")))
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("waits"))
    with one_at_a_time(tmp_path / "pyproject.toml"), one_at_a_time(tmp_path / "pyproject.toml"):
        pass


def test_our_settings_are_settings_of_jupyterlab():
    """JupyterLab says nothing of one that it does not know."""
    ours = ROOT / "bpkit" / "command" / "jupyter" / "labconfig" / "default_setting_overrides.json"
    for plugin, settings in json.loads(ours.read_text(encoding="utf-8")).items():
        extension, _, name = plugin.partition(":")
        schemas = Path(sys.prefix, "share", "jupyter", "lab", "schemas")
        known = json.loads((schemas / extension / f"{name}.json").read_text(encoding="utf-8"))["properties"]
        assert settings.keys() <= known.keys()


@pytest.mark.skipif(os.name == "nt", reason="Windows locks no folders")
@pytest.mark.parametrize("first", ["opens", "dies"])
def test_a_second_start_waits_for_the_first_to_open_the_book(tmp_path, monkeypatch, capsys, first):
    """The first one's lock outlives its program, of which JupyterLab takes the place."""
    code = "import os, sys; from pathlib import Path; from bpkit.command.opening import wait_for_other_start\n"
    code += "wait_for_other_start(Path(sys.argv[1]))\n"
    code += "os.execv(sys.executable, [sys.executable, '-c', 'import sys; print(1, flush=True); sys.stdin.read()'])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, **pipes) as lab:
        assert lab.stdout.readline() == "1\n"
        looks = []

        def running(folder):
            looks.append(folder)
            if first == "dies" and len(looks) == 2:
                lab.kill()
                lab.wait(timeout=20)
            return "here" if first == "opens" and len(looks) == 3 else None

        monkeypatch.setattr(opening, "running", running)
        opening.wait_for_other_start(tmp_path)
        assert looks == [tmp_path] * (3 if first == "opens" else 2)
        assert capsys.readouterr().out.startswith("Another start of this command is opening the book")


@pytest.mark.parametrize("interrupted", [PermissionError(13, "no"), KeyboardInterrupt(), OSError(28, "disk full")])
@pytest.mark.parametrize("when", ["before", "amid", "after"])
def test_an_environment_whose_making_was_interrupted_is_made_by_the_next_start(
    tmp_path, monkeypatch, interrupted, when
):
    make = venv.create

    def create(folder, with_pip, symlinks):
        if when != "before":
            make(folder, symlinks=symlinks)
        if when == "amid":
            (folder / "pyvenv.cfg").unlink()
        raise interrupted

    folder = tmp_path / ".venv"
    monkeypatch.setattr(venv, "create", create)
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        python_of(folder)
    monkeypatch.setattr(venv, "create", lambda folder, with_pip, symlinks: make(folder, symlinks=symlinks))
    prefix = subprocess.run([python_of(folder), "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True)
    assert Path(prefix.stdout.strip()) == folder
    assert not list(folder.glob("*unfinished*"))


@pytest.mark.parametrize("misleading", sorted(MISLEADING))
def test_pip_is_kept_from_installing_elsewhere_and_keeps_its_mirror(misleading):
    pip_of_the_reader = {"PIP_INDEX_URL": "https://mirror.example", "PIP_PROXY": "http://proxy.example", "PATH": "/bin"}
    assert environment_for_pip({misleading: "1", misleading.lower(): "1"} | pip_of_the_reader) == pip_of_the_reader


def test_what_misleads_pip_are_settings_that_it_has():
    assert {"PIP_USER", "PIP_PREFIX", "PIP_TARGET", "PIP_ROOT"} <= MISLEADING
    known = python("-m", "pip", "install", "--help").stdout
    for name in MISLEADING - {"PIP_NO_DEPENDENCIES", "PIP_GROUP"}:  # hidden, and of newer versions
        assert re.search(rf"--{name.removeprefix('PIP_').lower().replace('_', '-')}\b", known), name


def test_what_pip_did_not_bring_is_named(prefix, monkeypatch):
    monkeypatch.setattr(environment, "installed_version", lambda name: None if name == "matplotlib" else "99")
    with pytest.raises(SystemExit, match=r"still lacks matplotlib: .*pip config list") as caught:
        install(ROOT, "book")
    assert is_one_sentence(str(caught.value))


def test_an_installed_bpkit_that_is_not_found_is_named(prefix, monkeypatch):
    monkeypatch.setattr(environment, "imports_from", lambda root: False)
    with pytest.raises(SystemExit, match=r"cannot import bpkit from .*PYTHONPATH") as caught:
        install(ROOT, "book")
    assert is_one_sentence(str(caught.value))


def copy_of_bpkit(folder):
    (folder / "bpkit").mkdir(parents=True)
    (folder / "bpkit" / "__init__.py").touch()
    return folder


@pytest.mark.parametrize("own", ["not", "first", "last"])
def test_another_clone_on_pythonpath_is_named(tmp_path, monkeypatch, own):
    root, other = copy_of_bpkit(tmp_path / "root"), copy_of_bpkit(tmp_path / "other")
    (tmp_path / "packages").mkdir()
    folders = {"not": [other], "first": [root, other], "last": [other, root]}[own]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, ["", tmp_path / "packages", *folders])))
    monkeypatch.setattr(environment, "is_ready", lambda *_: False)
    monkeypatch.setattr(environment, "python_of", lambda folder: sys.executable)
    monkeypatch.setattr(environment, "install", lambda *_: None)
    monkeypatch.setattr(environment, "hand_over", lambda *_: None)
    shutil.copy(ROOT / "pyproject.toml", root)
    if own == "first":
        enter(root, "book", [])
        return
    with pytest.raises(SystemExit, match="PYTHONPATH names another copy of bpkit") as caught:
        enter(root, "book", [])
    assert str(other) in str(caught.value)
    assert is_one_sentence(str(caught.value))


def test_a_numpy_that_cannot_be_imported_counts_as_none(tmp_path, monkeypatch):
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy" / "__init__.py").write_text("raise ImportError('built for another Python')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    ended = python("-m", "bpkit", "--help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not imports_from(ROOT)


@pytest.mark.parametrize("below", ["", "below"])
def test_a_home_directory_that_is_none_is_named(tmp_path, below):
    (tmp_path / "a file").touch()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    environment["HOME"] = environment["APPDATA"] = str(tmp_path / "a file" / below)
    code = "from bpkit.command.home import refuse_home; refuse_home()"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "set HOME to a folder that you can write into" in ended.stderr
    assert is_one_sentence(ended.stderr)


@pytest.mark.parametrize(
    "start", [lambda: open_book(ROOT), lambda: run_tests(ROOT, []), lambda: run_tests(ROOT, [], quick=True)]
)
@pytest.mark.parametrize(
    ("module", "name", "error"),
    [
        (jupyter_core.paths, "jupyter_config_dir", RuntimeError("Could not determine home directory.")),
        (home, "TemporaryFile", PermissionError(13, "Permission denied", "/home/me/.jupyter")),
        (home, "TemporaryFile", OSError(28, "No space left on device")),
    ],
)
def test_without_a_home_directory_nothing_is_started(tmp_path, monkeypatch, start, module, name, error):
    for folder in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{folder}_DIR", str(tmp_path / folder))
    for starter in (open_book_module, run_tests_module):
        monkeypatch.setattr(starter, "hand_over", lambda *_: pytest.fail("handed over"))
    monkeypatch.setattr(open_book_module, "bring_in", lambda root: pytest.fail("notebooks copied"))
    monkeypatch.setattr(module, name, lambda *_, **__: raise_(error))
    with pytest.raises(SystemExit, match=r"in your home directory \(.*[^.]\): set HOME") as caught:
        start()
    assert is_one_sentence(str(caught.value))


def test_an_empty_home_directory_will_do(tmp_path, monkeypatch):
    for folder in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{folder}_DIR", str(tmp_path / "new" / folder))
    home.refuse_home()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_letter_that_the_terminal_lacks_is_escaped():
    code = "import sys; sys.argv[1:] = ['--help']; from bpkit.__main__ import main; main(); print('bók')"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True
    )
    assert ended.returncode == 0
    assert ended.stdout.splitlines()[-1] == b"b\\xf3k"


# Testing


@pytest.fixture
def handed_over(monkeypatch):
    """Pretend to hand over, and return the list of what pytest would be called with."""
    called = []
    monkeypatch.setattr(run_tests_module, "hand_over", lambda command, folder: called.append(command[1:]))
    return called


def test_testing_says_at_the_start_what_it_does_and_how_long_it_takes(handed_over, capsys):
    run_tests(ROOT, [])
    assert handed_over.pop() == ["-m", "pytest"]
    assert re.search(r"every notebook included: about \d+ minutes on two cores", capsys.readouterr().out)
    run_tests(ROOT, ["-k", "toy"])
    assert handed_over.pop() == ["-m", "pytest", "-k", "toy"]
    assert capsys.readouterr().out == ""  # it takes as long as what was asked for
    run_tests(ROOT, ["-x"], quick=True)
    assert handed_over.pop() == ["-m", "pytest", *quick_selection(), "-x"]
    assert "under a minute" in capsys.readouterr().out


def test_what_is_left_out_and_the_chapter_are_there():
    for word in quick_selection()[:-2]:
        assert (ROOT / word.removeprefix("--ignore=")).exists(), word


# Opening


def test_a_taken_port_is_named_before_anything_is_done(tmp_path, taken_port):
    with pytest.raises(SystemExit, match=f"Port {taken_port} is taken") as caught:
        open_book(tmp_path, port=taken_port)
    assert is_one_sentence(str(caught.value))
    assert list(tmp_path.iterdir()) == []


def test_the_next_free_port_is_taken_and_named(taken_port, capsys):
    port = first_free_port(taken_port)
    assert port > taken_port
    assert port_obstacle(port) is None
    said = capsys.readouterr().out
    assert f"Port {taken_port} is taken" in said
    assert f"port {port}." in said


def test_my_work_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "01.ipynb").write_text("{}")
    (tmp_path / "my-work").write_text("a file in the way")
    with pytest.raises(SystemExit, match="Cannot copy the notebooks") as caught:
        open_book(tmp_path)
    assert is_one_sentence(str(caught.value))
    assert (tmp_path / "my-work").read_text() == "a file in the way"


def test_the_first_chapter_is_opened(tmp_path):
    (tmp_path / "chapters").mkdir()
    for name in ("02 b.ipynb", "01 b.ipynb", "01 appendix.ipynb", "._01 b.ipynb"):
        (tmp_path / "chapters" / name).touch()
    assert "--LabApp.default_url=/lab/tree/chapters/01%20b.ipynb" in jupyterlab(tmp_path, 8888, browser=True)


def test_a_notebook_that_cannot_be_signed_is_one_line(capsys):
    my_work.sign([b"not a notebook"])
    assert capsys.readouterr().out.startswith("The new notebooks could not be signed (")


@pytest.fixture
def terminal():
    pty = pytest.importorskip("pty", reason="Windows has no terminals to pretend with")
    ends = pty.openpty()
    yield ends[1]
    for end in ends:
        os.close(end)


@pytest.mark.parametrize("stop", ["Ctrl-C", "termination"])
def test_jupyterlab_opens_the_readers_copy_and_stops_with_its_kernels(tmp_path, terminal, stop):
    root = tmp_path / "a bóok"
    (root / "chapters").mkdir(parents=True)
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", {"text/html": "<b>1</b>"})])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), root / "chapters" / "01.ipynb")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    code = "import pathlib, sys; from bpkit.command.open_book import open_book;"
    code += "open_book(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]), browser=False)"
    jupyter = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}

    def get(path, **body):
        data = json.dumps(body).encode() if body else None
        asked = urllib.request.Request(f"http://localhost:{port}{path}", data, {"Authorization": "token t"})
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return answer.read().decode()

    with (
        (tmp_path / "log").open("w+", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-c", code, root, str(port)],
            env=os.environ | jupyter | {"JUPYTER_TOKEN": "t"},
            stdin=terminal if stop == "Ctrl-C" else subprocess.DEVNULL,  # a question is asked on a terminal alone
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as opened,
    ):
        try:
            while opened.poll() is None:
                try:
                    get("/api")
                    break
                except OSError:
                    time.sleep(0.05)
            notebook = json.loads(get("/api/contents/chapters/01.ipynb"))
            page = get("/lab")
            second = subprocess.run(
                [sys.executable, "-c", code, root, str(port)],
                env=os.environ | jupyter,
                capture_output=True,
                text=True,
            )
            get("/api/kernels", name="python3")
            kernels = psutil.Process(opened.pid).children(recursive=True)
            opened.send_signal(signal.SIGINT if stop == "Ctrl-C" else signal.SIGTERM)
            status = opened.wait(timeout=20)
        finally:
            opened.kill()
    said = (tmp_path / "log").read_text(encoding="utf-8")
    assert status == 0, said
    new, starting, *_ = said.splitlines()
    assert new == "my-work/chapters/01.ipynb is new."
    assert starting == f"JupyterLab is starting on http://localhost:{port}; to stop it, press Ctrl-C here."
    assert "[I " not in said  # none of the server's remarks, which would hide these lines
    assert kernels
    assert psutil.wait_procs(kernels, timeout=5)[1] == []
    assert notebook["content"]["cells"][0]["metadata"]["trusted"] is True
    assert notebook["content"]["cells"][0]["outputs"] == []
    assert '"news": {"disabled": true}' in page
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout.startswith(f"The book is open already, on port {port}: http://localhost:{port}/lab?token=t\n")
