"""Lays every chapter out for paper in a real browser: nothing stands out of the page."""

import sys
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)")
pytest.importorskip("nbconvert", reason="nbconvert is not installed (extra: book)")

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools" / "teaching"))

import pdf  # noqa: E402
from chapter_html import mathjax  # noqa: E402
from chromium import find_browser, printed  # noqa: E402

CHAPTERS = [  # appendices when they are asked for: the chapters have all that they have
    pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if "appendix" in path.stem else [])
    for path in sorted((ROOT / "chapters").glob("[!.]*.ipynb"))
]
MINUTE = 60_000

pytestmark = pytest.mark.skipif(find_browser() is None, reason="no Chromium or Chrome is installed on this machine")

CLIPPED = """() => [...document.querySelectorAll('main *')]
  .filter(one => !one.closest('mjx-assistive-mml, defs'))
  .filter(one => one.getBoundingClientRect().right > document.body.clientWidth + 1)
  .map(one => one.textContent.slice(0, 80) || one.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module", autouse=True)
def packages():
    """Leave the tests out, with the reason, where what the pages carry inside cannot be had."""
    try:
        mathjax()
    except SystemExit as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def page(browser):
    """A page as wide as A4 without its margins, for print."""
    width = round((210 - 2 * 18) / 25.4 * 96)
    opened = browser.new_page(viewport={"width": width, "height": 1000})
    opened.emulate_media(media="print")
    yield opened
    opened.close()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_nothing_is_clipped(page, chapter, tmp_path):
    source = tmp_path / "page.html"
    source.write_text(pdf.page(chapter), encoding="utf-8")
    page.goto(source.as_uri(), timeout=MINUTE)
    page.wait_for_function("() => window.MathJax?.startup?.promise.then(() => true)", timeout=MINUTE)
    assert page.evaluate(CLIPPED) == []
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("[data-mml-node=merror]").count() == 0, "a formula that MathJax cannot read"


def test_the_browser_prints_when_the_formulas_are_set():
    content = printed(pdf.page(ROOT / "chapters" / "02_appendix_order.ipynb"), find_browser())
    assert content.startswith(b"%PDF-")
    assert len(content) > 50_000, "a page whose formulas are not set yet is smaller"
