"""The package as a whole: what importing it brings in, and that its two lists of dependencies agree."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


APPARATUS = {"problems", "plot", "widgets", "command"}


def loaded_by(code: str) -> set[str]:
    """Every module that some code brings into a new Python, the standard library's aside."""
    script = (
        f"import json, sys, numpy.random; before = set(sys.modules); {code}; "
        "print(json.dumps(list(set(sys.modules) - before)))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name for name in json.loads(result.stdout) if name.partition(".")[0] not in sys.stdlib_module_names}


def apparatus(modules: set[str]) -> set[str]:
    """Those of the folders of the apparatus that are among the modules."""
    return {name.split(".")[1] for name in modules if name.startswith("bpkit.")} & APPARATUS


def test_import_needs_numpy_alone():
    loaded = loaded_by("import bpkit")
    assert {name.partition(".")[0] for name in loaded} == {"bpkit", "numpy"}  # numpy.typing, for one
    assert apparatus(loaded) == set()


def test_problems_are_loaded_when_check_is_first_used():
    import bpkit as bp

    core = "; ".join(f"bp.{name}" for name in bp.__all__ if name != "check")
    assert apparatus(loaded_by(f"import bpkit as bp; {core}")) == set()
    assert apparatus(loaded_by("import bpkit as bp; bp.check")) == {"problems"}
    assert apparatus(loaded_by("from bpkit import check")) == {"problems"}


def test_a_picture_loads_no_other():
    loaded = loaded_by("from bpkit import plot; plot.shapes, plot.Picture")
    assert {name for name in loaded if name.startswith("bpkit.plot.")} == {
        "bpkit.plot._shapes", "bpkit.plot.matrix_chain", "bpkit.plot.svg"
    }  # fmt: skip


def test_a_widget_loads_no_other():
    pytest.importorskip("ipywidgets")
    loaded = loaded_by("from bpkit import widgets; widgets.shape_explorer")
    assert {name for name in loaded if name.startswith("bpkit.widgets.")} == {
        "bpkit.widgets._shape_explorer", "bpkit.widgets.frame"
    }  # fmt: skip


def requirements(extra: str) -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = project["dependencies"] if not extra else project["optional-dependencies"][extra]
    pairs = [re.fullmatch(r"([\w-]+)(?:\[\w+\])?(.*)", requirement).groups() for requirement in listed]
    return {name: bound for name, bound in pairs if name != "bpkit-book"}


def test_environment_yml_says_what_pyproject_says():
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^ +- ([\w-]+)(>=[\d.]+)?$", text, flags=re.MULTILINE))
    listed.pop("conda-forge")
    listed.pop("pip")
    assert listed.pop("python") == ">=3.11"
    assert "      - --editable .\n" in text
    assert listed == requirements("") | requirements("book") | requirements("test")


def test_versions_agree():
    import bpkit

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert bpkit.__version__ == project["version"]
    assert f"version: {bpkit.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {bpkit.__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_dependency_is_justified():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if re.match(r'\s*"(?!bpkit-book\[)[\w-]+(>=|==)', line) and not re.search(r"jax|autograd|scikit", line):
            assert "  # " in line, line
