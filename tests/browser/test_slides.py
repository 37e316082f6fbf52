"""Opens the slides of every chapter in a real browser and measures each slide."""

import json
import sys
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: test)")
pytest.importorskip("nbconvert", reason="nbconvert is not installed (extra: book)")

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools" / "teaching"))

import slides  # noqa: E402
from chapter_html import mathjax  # noqa: E402

# Answers that show before the step to them, and what stands below an answer and would give it away.
SPOILERS = """() => [...document.querySelectorAll('.content')].flatMap(({children}) => {
  const asked = [...children].findIndex(one => !one.matches('.answer'));
  const first = [...children].findIndex((one, at) => at > asked && asked >= 0 && one.matches('.answer'));
  return first < 0 ? [] : [...children].slice(first).filter(one => !one.matches('.fragment')).map(
    one => one.textContent.slice(0, 60));
})"""

CHAPTERS = [  # appendices when they are asked for: the chapters have all that they have
    pytest.param(path, id=path.stem, marks=[pytest.mark.slow] if "appendix" in path.stem else [])
    for path in sorted((ROOT / "chapters").glob("[!.]*.ipynb"))
]
MINUTE = 60_000

# What must come through whole: the text of code and outputs, and how many paragraphs, rows and pictures there are.
INVENTORY = """(cells) => {
  const wanted = cells.flatMap(cell => [...cell.querySelectorAll('pre, p, li, tbody tr, img, h1, h2, h3, h4')])
    .filter(one => !one.closest('details'));
  const text = wanted.filter(one => one.tagName === 'PRE').map(one => one.textContent).join('').replace(/\\s+/g, '');
  const counts = {};
  for (const {tagName} of wanted) if (tagName !== 'PRE') counts[tagName] = (counts[tagName] ?? 0) + 1;
  return JSON.stringify([text, Object.entries(counts).sort()]);
}"""
BEFORE = f"""addEventListener('DOMContentLoaded', () => {{
  window.before = ({INVENTORY})([...document.querySelectorAll('#chapter .cell:not([data-step="skip"])')]);
}}, true);"""  # the first to hear of it: what follows moves the cells

# Of each slide: how far its contents reach to the right and down, on its 1280 × 720, and the smallest letters.
MEASURE = """() => {
  const all = '.reveal .slides section { display: block !important; visibility: visible !important; }';
  document.head.append(Object.assign(document.createElement('style'), {textContent: all}));
  return [...document.querySelectorAll('.sheet')].map(sheet => {
    const {left, top, width} = sheet.getBoundingClientRect(), scale = width / 1280;
    const seen = [...sheet.querySelectorAll('*')].filter(one => !one.closest('mjx-assistive-mml, defs'));
    const boxes = seen.map(one => one.getBoundingClientRect()).filter(box => box.width && box.height);
    const zoom = one => one === sheet ? 1 : (parseFloat(one.style.zoom) || 1) * zoom(one.parentElement);
    const letters = seen.filter(one => one.matches('p, li, td, th, pre, h1, h2, h3, h4')).map(
      one => parseFloat(getComputedStyle(one).fontSize) * zoom(one));
    return {
      right: Math.max(...boxes.map(box => (box.right - left) / scale)),
      bottom: Math.max(...boxes.map(box => (box.bottom - top) / scale)),
      letters: Math.min(99, ...letters),
      text: sheet.textContent.trim().slice(0, 60),
    };
  });
}"""


@pytest.fixture(scope="module", autouse=True)
def packages():
    """Leave the tests out, with the reason, where what the pages carry inside cannot be had."""
    try:
        mathjax()
        slides.script_of(slides.REVEAL, "dist/reveal.css")
    except SystemExit as reason:
        pytest.skip(str(reason))


@pytest.fixture
def page(browser, tmp_path):
    """A page in which nothing may go wrong, and which may ask for nothing but the file itself."""
    opened = browser.new_page(viewport={"width": 1280, "height": 720})
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda request: None if request.url.startswith(("file:", "data:", "blob:"))
              else wrong.append(request.url))  # fmt: skip
    yield opened
    opened.close()
    assert wrong == []


def show(page, content: str, path: Path) -> None:
    path.write_text(content, encoding="utf-8")
    page.goto(path.as_uri(), timeout=MINUTE)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_slide_fits(page, chapter, tmp_path):
    page.add_init_script(BEFORE)
    show(page, slides.slides(chapter), tmp_path / "slides.html")
    page.wait_for_function("() => window.deck", timeout=MINUTE)
    measured = page.evaluate(MEASURE)
    assert [one for one in measured if one["right"] > 1280 or one["bottom"] > 720] == []
    assert [one for one in measured if one["letters"] < 15] == []
    assert page.locator("[data-mml-node=merror]").count() == 0, "a formula that MathJax cannot read"
    assert page.evaluate(SPOILERS) == []
    after = page.evaluate(f"() => ({INVENTORY})([...document.querySelectorAll('.sheet')])")
    assert json.loads(after) == json.loads(page.evaluate("() => window.before")), "something was lost on the way"


def test_an_answer_is_the_next_step_and_a_folded_note_is_the_speakers(page, tmp_path):
    chapter = ROOT / "chapters" / "01_toy_example.ipynb"
    show(page, slides.slides(chapter), tmp_path / "slides.html")
    page.wait_for_function("() => window.deck", timeout=MINUTE)
    at = page.evaluate(
        """() => deck.getSlides().findIndex(one => one.querySelector('.predict') && one.querySelector('.fragment'))"""
    )
    place = page.evaluate("at => { const {h, v} = deck.getIndices(deck.getSlides()[at]); deck.slide(h, v); }", at)
    assert place is None
    answer = page.locator(".present > .present .fragment, .present .fragment").first
    assert answer.evaluate("one => getComputedStyle(one).visibility") == "hidden"
    page.keyboard.press("Space")
    page.wait_for_timeout(500)
    assert answer.evaluate("one => getComputedStyle(one).visibility") == "visible"
    assert "If the numbers in your copy" in page.locator("aside.notes").first.text_content()
    assert "If the numbers in your copy" not in page.locator(".sheet").first.text_content()
