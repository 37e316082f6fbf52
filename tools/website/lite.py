"""Builds JupyterLite, in which chapters run and exercises are solved in the browser alone."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import sources
from lite_notebook import edition, for_browser

FOLDERS = ("chapters", "exercises")
ACCESSIBLE = "bpkit/command/jupyter/labextensions/bpkit-accessible-widgets"
PAGES = "tools/website/labextensions/bpkit-book-pages"
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension")
PLUGIN = "@jupyterlite/pyodide-kernel-extension:kernel"
OWN_PLUGIN = "bpkit-book-pages:plugin"
# Says "Not Trusted" of every notebook of the book, which means nothing here, and on a telephone has no room.
TRUSTED = "@jupyter-notebook/notebook-extension:trusted"
# What is loaded with Python, all at once. Without these the kernel would ask for them one after another.
EARLY = ("ssl", "sqlite3", "ipykernel", "comm", "piplite", "micropip", "pyodide-kernel", "jedi", "ipython",
         "bpkit-book")  # fmt: skip
OVERRIDES = {
    # In seconds; two minutes otherwise, within which a closed window takes an answer with it.
    "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 2},
    # Nothing can interrupt Python there: no button and no entry of a menu may say that it would.
    "@jupyterlab/notebook-extension:panel": {"toolbar": [{"name": "interrupt", "disabled": True}]},
    "@jupyterlab/mainmenu-extension:plugin": {
        "menus": [{"id": "jp-mainmenu-kernel", "items": [{"command": "kernelmenu:interrupt", "disabled": True}]}]
    },
}


def build_lite(root: Path, site: Path, packages: dict[str, Any]) -> None:
    """Build JupyterLite into `site`/lite, beside the Pyodide that is there already, which has these packages."""
    with tempfile.TemporaryDirectory(prefix="bpkit-lite-") as temporary:
        folder = Path(temporary)
        for name in FOLDERS:
            (folder / "contents" / name).mkdir(parents=True)
            for path in sources.notebooks(root, name):
                notebook = for_browser(json.loads(path.read_text(encoding="utf-8")), f"{name}/{path.stem}")
                text = json.dumps(notebook, ensure_ascii=False)
                (folder / "contents" / name / path.name).write_text(text, encoding="utf-8")
        (folder / "jupyter-lite.json").write_text(json.dumps(settings(packages, book_pages(root))), encoding="utf-8")
        (folder / "overrides.json").write_text(json.dumps(OVERRIDES), encoding="utf-8")
        # Without panels around it a notebook has room on a telephone; its menu and logo lead to the tree of files.
        config = {"LiteBuildConfig": {"contents": ["contents"], "apps": ["lab", "notebooks", "tree"],
                                      "federated_extensions": [str(path) for path in extensions(root)],
                                      "ignore_sys_prefix": ["federated_extensions"],
                                      "no_sourcemaps": True}}  # fmt: skip
        (folder / "jupyter_lite_config.json").write_text(json.dumps(config), encoding="utf-8")
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", str(folder / "built")]
        built = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if built.returncode != 0:
            raise SystemExit(f"JupyterLite could not be built:\n{built.stdout}{built.stderr}")
        shutil.copytree(folder / "built", site / "lite", dirs_exist_ok=True)


def extensions(root: Path) -> list[Path]:
    """Return the folders of the extensions: those of others that may be installed here have no use in the browser."""
    return [*(Path(sys.prefix) / "share/jupyter/labextensions" / name for name in EXTENSIONS),
            root / ACCESSIBLE, root / PAGES]  # fmt: skip


def book_pages(root: Path) -> dict[str, str]:
    """Return the names of the book's pages, with the edition of those that are notebooks in JupyterLite too."""
    pages = {f"reference/{path.stem}": "" for path in (root / "reference").glob("*.md")}
    for name in sources.FOLDERS:
        for path in sources.notebooks(root, name):
            here = name in FOLDERS
            pages[f"{name}/{path.stem}"] = edition(json.loads(path.read_text(encoding="utf-8"))) if here else ""
    return pages


def settings(packages: dict[str, Any], pages: dict[str, str]) -> dict[str, Any]:
    """Return JupyterLite's settings: where its Python is, what is loaded with it, and which pages the book has."""
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,  # nothing is asked for elsewhere
        "loadPyodideOptions": {"packages": [name for name in EARLY if name in packages]},
    }
    plugins = {PLUGIN: kernel, OWN_PLUGIN: {"pages": pages}}
    data = {"appName": "bpkit", "exposeAppInBrowser": True, "litePluginSettings": plugins,
            "disabledExtensions": [TRUSTED]}  # fmt: skip
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": data}
