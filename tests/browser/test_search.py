"""What a reader types into the site's search is among the first results, at its place on the page."""

import pytest

pytestmark = pytest.mark.slow

FOUND = {
    "7.3": "exercises/02_matrix_backpropagation.html#problem-7-3",
    "problem 7.3": "exercises/02_matrix_backpropagation.html#problem-7-3",
    "7.24": "chapters/02_matrix_backpropagation.html#equation-7-24",
    "Equation 7.24": "chapters/02_matrix_backpropagation.html#equation-7-24",
    "equation 7.34": "exercises/01_toy_example.html#equation-7-34",
    "figure 7.9": "chapters/03_computational_graphs.html#figure-7-9",
    "4.a": "exercises/04_forward_mode.html#problem-4-a",
    "omega": "reference/notation.html#row-beta-k-omega-k",
    "vjp": "reference/glossary.html#row-vjp",
    "Jacobian": "reference/glossary.html#row-jacobian",
    "checkpointing": "chapters/07_memory.html#every-tenth",
}
SEARCH = """query => {
  document.getElementById("search-results").replaceChildren();
  Search.performSearch(query);
}"""
FIRST = """() => document.querySelector(".search-summary")?.textContent &&
  Object.fromEntries([...document.querySelectorAll("ul.search > li > a")].slice(0, 3)
    .map(link => [link.getAttribute("href"), link.textContent]))"""


@pytest.fixture(scope="module")
def search(browser, address):
    """The page of the search."""
    opened = browser.new_page()
    opened.goto(f"{address}search.html?q=first", wait_until="commit")
    opened.wait_for_function(FIRST)
    yield opened
    opened.close()


@pytest.mark.parametrize("query", FOUND)
def test_what_is_looked_for_is_found(search, query):
    search.evaluate(SEARCH, query)
    first = search.wait_for_function(FIRST).json_value()
    assert FOUND[query] in first
    kind, *number = FOUND[query].partition("#")[2].split("-")
    if kind in ("problem", "equation", "figure"):
        assert first[FOUND[query]].endswith(f" › {kind} {'.'.join(number)}"), "Sphinx says the page's title alone"


def test_a_summary_is_of_what_is_found(search):
    search.evaluate(SEARCH, "problem 7.3")
    search.locator("p.context").nth(2).wait_for()
    summaries = search.locator("p.context").all_text_contents()
    assert summaries[0].lstrip(". ").startswith("7.3 · The sizes in 7.19")
    assert not [words for words in summaries if "System Settings" in words], "the theme's buttons"
