"""Puts Pyodide, Python for the browser, into the site: the packages the book needs, and bpkit among them."""

import hashlib
import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

WHEELS = Path(__file__).with_name("wheels.txt")
# What the book imports, and what JupyterLite's kernel does; with what these need in turn.
NEEDED = ("numpy", "matplotlib", "scikit-learn", "joblib", "ipython", "jedi", "micropip", "packaging", "sqlite3", "ssl",
          "traitlets")  # fmt: skip
REQUIRED = ("numpy", "matplotlib", "scikit-learn", "ipython", "traitlets", "micropip", "six")
NEEDS = {"bpkit-book": ["numpy", "matplotlib", "ipywidgets", "tqdm"], "ipywidgets": ["comm", "traitlets", "ipython"]}
IMPORTS = {"bpkit-book": "bpkit"}
CORE = {"pyodide.mjs": True, "pyodide.js": False, "pyodide.asm.mjs": False, "pyodide.asm.js": False,
        "pyodide.asm.wasm": True, "python_stdlib.zip": True}  # fmt: skip  # which of them every version has
LOCK = "pyodide-lock.json"
BOOK, READ = "bpkit/book/", "bpkit/book/exercises/"  # `check` shows the statements of problems from their notebooks
TRY = "then try again"


def put_pyodide(source: str, folder: Path, wheels: Iterable[Path]) -> dict[str, Any]:
    """Copy Pyodide from an address or a folder, with these wheels beside its own, and return the packages by name."""
    folder.mkdir(parents=True)
    try:
        lock = json.loads(file_of(source, LOCK))
    except FileNotFoundError:
        raise SystemExit(f"There is no {LOCK} in {source}: name another with --pyodide, {TRY}.") from None
    for name, always in CORE.items():
        try:
            (folder / name).write_bytes(file_of(source, name))
        except FileNotFoundError:
            if always:
                raise SystemExit(f"{source} has no {name}, so it is no Pyodide.") from None
    own = {wheel.name: wheel for wheel in wheels}
    entries = {entry["name"]: entry for entry in (entry_of(wheel, lock["packages"]) for wheel in own.values())}
    if lacking := [name for name in REQUIRED if name not in lock["packages"]]:
        raise SystemExit(f"The Pyodide in {source} lacks {', '.join(lacking)}: name another with --pyodide, {TRY}.")
    packages = needed({**entries, **lock["packages"]})  # where Pyodide has one of these, it is the one that fits
    for entry in packages.values():
        name = entry["file_name"]
        content = own[name].read_bytes() if name in own else file_of(source, name)
        (folder / name).write_bytes(checked(content, entry))
    (folder / LOCK).write_text(json.dumps({**lock, "packages": packages}), encoding="utf-8")
    return packages


def file_of(source: str, name: str) -> bytes:
    """Return a file of Pyodide's. Raises FileNotFoundError where there is none; ends in a sentence without network."""
    if "://" not in source:
        return (Path(source) / name).read_bytes()
    address = f"{source.rstrip('/')}/{name}"
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError:
        raise FileNotFoundError(address) from None
    except OSError as error:
        raise SystemExit(
            f"Cannot get Python for the browser from {source} ({error}): connect, or name a folder that has it with "
            f"--pyodide, {TRY}."
        ) from None


def checked(content: bytes, entry: dict[str, Any]) -> bytes:
    """Return the content of a package's file; end in a sentence if it is not the one that the lock file names."""
    if (found := hashlib.sha256(content).hexdigest()) != entry["sha256"]:
        raise SystemExit(
            f"{entry['file_name']} has the SHA-256 {found}, expected {entry['sha256']}: get it anew, {TRY}."
        )
    return content


def entry_of(wheel: Path, packages: dict[str, Any]) -> dict[str, Any]:
    """Return the line of a wheel in the lock file, of the form that others have there."""
    module, version = wheel.name.split("-")[:2]
    name = module.replace("_", "-")
    return {
        **packages["six"], "name": name, "version": version, "file_name": wheel.name,
        "imports": [IMPORTS.get(name, module)], "depends": NEEDS.get(name, []),
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
    }  # fmt: skip


def needed(packages: dict[str, Any]) -> dict[str, Any]:
    """Return the packages the book needs, and those that these need.

    >>> needed({name: {"depends": []} for name in ("numpy", "pandas")} | {"bpkit-book": {"depends": ["numpy"]}})
    {'bpkit-book': {'depends': ['numpy']}, 'numpy': {'depends': []}}
    """
    kernel = ("ipykernel", "piplite", "pyodide-kernel")
    waiting, found = ["bpkit-book", *kernel, *NEEDED], dict[str, Any]()
    while waiting:
        name = waiting.pop(0).replace("_", "-")  # a lock file has both, in what others need
        if name in packages and name not in found:
            found[name] = packages[name]
            waiting += packages[name]["depends"]
    return found


def wheels(root: Path, cache: Path, temporary: Path) -> list[Path]:
    """Return the wheels of bpkit, made from the clone in `root`, of the kernel, and of what wheels.txt lists."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    get = ["download", "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(WHEELS), "-d", str(cache)]
    make = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(temporary), str(root)]
    if subprocess.run([*pip, *get]).returncode != 0:
        raise SystemExit(f"pip cannot get what wheels.txt lists (it says why above): if offline, connect, {TRY}.")
    if subprocess.run([*pip, *make]).returncode != 0:
        raise SystemExit("pip cannot make a wheel of bpkit: it says why above.")
    listed = [line.split(" ")[0].split("==") for line in WHEELS.read_text().splitlines() if "==" in line]
    companions = [next(cache.glob(f"{name}-{version}-*.whl")) for name, version in listed]
    extension = Path(sys.prefix) / "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
    (made,) = temporary.glob("bpkit_book-*.whl")
    made.write_bytes(without_book(made.read_bytes()))
    return [made, *companions, *sorted(extension.glob("[!w]*.whl"))]


def without_book(wheel: bytes) -> bytes:
    """Return bpkit's wheel without the book, except what bpkit reads of it: in a browser the site has the notebooks.

    Its list of files, RECORD, names those that are left.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as smaller:
        for one in archive.infolist():
            if left_out(one.filename):
                continue
            content = archive.read(one)
            if one.filename.endswith(".dist-info/RECORD"):
                lines = content.decode().splitlines(keepends=True)
                content = "".join(line for line in lines if not left_out(line)).encode()
            smaller.writestr(one, content)
    return made.getvalue()


def left_out(name: str) -> bool:
    return name.startswith(BOOK) and not name.startswith(READ)
