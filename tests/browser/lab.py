"""What tests do in the book's JupyterLab: start it, open a notebook, run its cells."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bpkit.command.my_work import bring_in
from bpkit.command.open_book import jupyterlab, with_our_settings

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "test-results"
MINUTE = 60_000


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Iterator[str]:
    """The address of a JupyterLab that shows a reader's fresh copy of the book."""
    root = tmp_path_factory.mktemp("book")
    for folder in ("chapters", "exercises", "solutions"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns(".*"))
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            patch.setenv(name, str(home))  # nothing of this machine's settings, and nothing left behind in them
        patch.setenv("JUPYTER_CONFIG_PATH", with_our_settings(""))
        bring_in(root)
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        token = secrets.token_hex(16)
        command = [*jupyterlab(root, port, browser=False), f"--IdentityProvider.token={token}",
                   "--LabApp.expose_app_in_browser=True"]  # fmt: skip
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=root, stdout=log, stderr=log)
    try:
        wait_until_it_answers(f"http://localhost:{port}/api/status?token={token}", server, home / "log")
        # "reset": without the tabs of the test before
        yield f"http://localhost:{port}/lab/tree/chapters/{{}}?reset&token={token}"
    finally:
        server.send_signal(signal.SIGTERM if os.name != "nt" else signal.CTRL_C_EVENT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()
        server.wait()


def wait_until_it_answers(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(900):
        with contextlib.suppress(OSError), urllib.request.urlopen(address) as answer:
            if answer.status == 200:
                return
        assert server.poll() is None, f"JupyterLab ended:\n{log.read_text()}"
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not answer within 90 s:\n{log.read_text()}")


def run_cells(page: Any, address: str, name: str, only: Sequence[str]) -> None:
    """Open a chapter, run it or only some of its cells, and see that none failed but those that are meant to."""
    page.goto(address, timeout=MINUTE)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=MINUTE)
    page.wait_for_timeout(1500)  # MathJax and the stored pictures
    page.screenshot(path=RESULTS / f"{name}_before_running.png")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=MINUTE,
    )
    for cell in only:
        go_to_cell(page, cell)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    if not only:
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        """(only) => { const cells = window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
                   .filter(cell => cell.cell_type === 'code' && (!only.length || only.includes(cell.id)));
                 return cells.every(cell => cell.executionState === 'idle' && cell.execution_count); }""",
        arg=list(only),
        timeout=2 * MINUTE,
    )
    failed = page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
               .filter(cell => cell.cell_type === 'code' && cell.outputs.some(output => output.output_type === 'error'))
               .filter(cell => !(cell.getMetadata('tags') ?? []).includes('raises-exception'))
               .map(cell => cell.id)"""
    )
    assert failed == []
    assert page.locator(".Toastify__toast").count() == 0, "nothing covers the book"


def go_to_cell(page: Any, cell: str) -> None:
    """Scroll a cell into view; JupyterLab draws only cells that are near."""
    page.evaluate(
        """async (id) => { const panel = window.jupyterapp.shell.currentWidget.content;
              const index = panel.widgets.findIndex(one => one.model.id === id);
              panel.activeCellIndex = index; await panel.scrollToItem(index, 'start'); }""",
        cell,
    )
