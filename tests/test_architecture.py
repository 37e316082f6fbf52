"""The package as a building: contracts a tool enforces, no circles, few names at the top, and nothing overlong."""

import ast
import importlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "bpkit"
NAMES_AT_THE_TOP = 14
LINES_IN_A_FILE = 350
LINES_IN_A_FUNCTION = 60


def name_of(path: Path) -> str:
    """The name under which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports_of(path: Path) -> Iterator[str]:
    """The modules of bpkit a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in names if name in MODULES)
            # `from package import function` reads the package's __init__; `from package import module` does not.
            if node.module in MODULES and not all(name in MODULES for name in names):
                yield node.module


# Contracts


def lint_imports(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package in a folder, with the contracts in its pyproject.toml."""
    code = "from importlinter.cli import lint_imports_command as run; run()"
    environment = os.environ | {"PYTHONPATH": str(folder)}
    words = ("--no-cache", "--no-logo", *words)
    return subprocess.run(
        [sys.executable, "-c", code, *words], cwd=folder, env=environment, capture_output=True, encoding="utf-8"
    )


needs_import_linter = pytest.mark.skipif(
    find_spec("importlinter") is None, reason="import-linter is only for authors: pip install -e .[lint]"
)


@pytest.fixture
def copied(tmp_path):
    """A copy of the package and of the contracts, to break."""
    shutil.copytree(PACKAGE, tmp_path / "bpkit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@needs_import_linter
def test_the_contracts_are_kept():
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout


@needs_import_linter
@pytest.mark.parametrize(
    ("contract", "importer", "imported"),
    [
        ("layers", "layers/linear.py", "bpkit.optim.sgd"),
        ("layers", "problems/__init__.py", "bpkit.plot"),
        ("layers", "widgets/__init__.py", "bpkit.command"),
        ("layers", "a_new_folder.py", "sys"),  # a folder that has no floor yet
        ("circles", "graphs/graph.py", "bpkit.graphs.transforms"),
        ("initialization", "networks/mlp.py", "bpkit.networks.initialization.propagation"),
        ("networks-without-graphs", "networks/losses.py", "bpkit.graphs.graph"),
        ("graphs-without-networks", "graphs/nested.py", "bpkit.layers"),
        ("apparatus", "numerical/differences.py", "bpkit.problems"),
        ("command", "command/request.py", "bpkit.numerical.arguments"),
    ],
)
def test_a_broken_contract_is_refused(copied, contract, importer, imported):
    before = lint_imports(copied, "--contract", contract)
    assert before.returncode == 0, before.stdout
    with (copied / "bpkit" / importer).open("a", encoding="utf-8") as file:
        file.write(f"\n\ndef function():\n    import {imported}\n")
    after = lint_imports(copied, "--contract", contract)
    assert after.returncode == 1
    assert "BROKEN" in after.stdout
    assert Path(importer).stem in after.stdout or Path(importer).parts[0] in after.stdout


# What no tool is needed for


def test_no_circle_of_imports():
    try:
        order = list(TopologicalSorter({name: set(imports_of(path)) for name, path in MODULES.items()}).static_order())
    except CycleError as circle:
        pytest.fail(" → ".join(reversed(circle.args[1])))
    assert len(order) == len(MODULES) > 100


def test_few_names_at_the_top():
    aside = {"__init__.py", "__main__.py", "py.typed", "__pycache__"}
    names = {path.name for path in PACKAGE.iterdir()} - aside
    assert len(names) <= NAMES_AT_THE_TOP, sorted(names)


def test_no_module_is_hidden_behind_something_of_its_own_name():
    pytest.importorskip("ipywidgets", reason="the widgets are imported too")
    pytest.importorskip("matplotlib", reason="and so are the curves")
    for name in MODULES:
        package, _, last = name.rpartition(".")
        module = importlib.import_module(name)
        if package and last != "__main__":
            assert getattr(importlib.import_module(package), last) is module, name


def test_no_file_and_no_function_is_overlong():
    overlong = []
    for path in MODULES.values():
        text = path.read_text(encoding="utf-8")
        if (lines := text.count("\n")) > LINES_IN_A_FILE:
            overlong.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                if (lines := node.end_lineno - first + 1) > LINES_IN_A_FUNCTION:
                    overlong.append(f"{path.relative_to(ROOT)}: {node.name} has {lines} lines")
    assert overlong == []
