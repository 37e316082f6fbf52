"""The site's pages pass axe-core, which looks for what keeps people from reading them, and are legible on paper."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools" / "website"))

import npm_packages  # noqa: E402

from bpkit.data.fetching import cache_folder  # noqa: E402

AXE = npm_packages.Package("axe-core", "4.10.3", "0f2b4d7dcdf7d1219df8d1959ad68e565f51d14c3f0d88bb71cd59abeb956292")
PAGES = ("index", "answers", "chapters/01_toy_example", "chapters/02_matrix_backpropagation",
         "chapters/05_initialization", "exercises/02_matrix_backpropagation", "solutions/03_computational_graphs",
         "reference/equations", "reference/glossary", "api/bpkit")  # fmt: skip
SERIOUS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => `${one.id}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 150)}
       ${one.nodes[0].failureSummary.split("\\n")[1]}`)"""

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_is_found(browser, address, theme):
    try:
        script = npm_packages.files_of(AXE, cache_folder() / "site", ("axe.min.js",))["axe.min.js"].decode()
    except SystemExit as reason:
        pytest.skip(str(reason))
    page = browser.new_page(viewport={"width": 1400, "height": 1000}, color_scheme=theme)
    found = {}
    for name in PAGES:
        page.goto(f"{address}{name}.html")
        page.wait_for_function("document.querySelector('mjx-container') || !document.querySelector('.math')")
        page.evaluate(script)
        found[name] = page.evaluate(SERIOUS)
    page.close()
    assert {name: what for name, what in found.items() if what} == {}


def test_no_code_is_clipped_on_paper(browser, address):
    page = browser.new_page(viewport={"width": 658, "height": 1000})  # A4 without margins
    page.emulate_media(media="print")
    for name in PAGES:
        page.goto(f"{address}{name}.html")
        clipped = page.evaluate("""() => [...document.querySelectorAll('.bd-article pre, .bd-article table')]
          .filter(one => one.getClientRects().length && one.scrollWidth > one.clientWidth + 1)
          .map(one => one.textContent.slice(0, 60))""")
        assert clipped == [], name
    page.close()
